#include "core/base/text.h"
#include "core/domain/selection.h"
#include "core/query/finding_lookup.h"
#include "core/query/node.h"
#include "core/query/refusal.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace winnow::query {

namespace {

    using Mask = std::vector<std::uint8_t>; ///< [pairs] 1 = matches

    /// One byte a value, without branches, so that the compiler makes vector code of it.
    template <typename T, typename Predicate>
    Mask maskOf(const std::vector<T>& values, std::size_t count, Predicate predicate)
    {
        Mask mask(count, 0);
        const auto known = std::min(count, values.size());
        for (std::size_t i = 0; i < known; ++i)
            mask[i] = predicate(values[i]) ? 1 : 0;
        return mask;
    }

    /// A missing value compares with nothing, so it is unequal to nothing, too.
    template <typename T> Mask compared(const std::vector<T>& values, std::size_t count, Compare compare, T limit)
    {
        switch (compare) {
        case Compare::Less:
            return maskOf(values, count, [=](T v) { return v < limit; });
        case Compare::LessEqual:
            return maskOf(values, count, [=](T v) { return v <= limit; });
        case Compare::Greater:
            return maskOf(values, count, [=](T v) { return v > limit; });
        case Compare::GreaterEqual:
            return maskOf(values, count, [=](T v) { return v >= limit; });
        case Compare::Equal:
            return maskOf(values, count, [=](T v) { return v == limit; });
        case Compare::NotEqual:
            break;
        }
        return maskOf(values, count, [=](T v) { return (v < limit) | (v > limit); });
    }

    /// The value below which `percent` of the present values lie, linear between neighbours (NumPy's default); NaN
    /// without any.
    double percentileOf(const std::vector<double>& values, double percent)
    {
        std::vector<double> present;
        present.reserve(values.size());
        std::copy_if(
            values.begin(), values.end(), std::back_inserter(present), [](double v) { return !std::isnan(v); });
        if (present.empty())
            return kMissing;
        const double place = percent / 100 * static_cast<double>(present.size() - 1);
        const auto below = present.begin() + static_cast<std::ptrdiff_t>(place);
        std::nth_element(present.begin(), below, present.end());
        const double part = place - std::floor(place);
        if (part == 0 || below + 1 == present.end())
            return *below;
        return *below + part * (*std::min_element(below + 1, present.end()) - *below);
    }

    void invert(Mask& mask)
    {
        for (auto& bit : mask)
            bit ^= 1;
    }

    class Evaluator {
    public:
        Evaluator(const Source& source, const FindingLookup& finding)
            : m_source(source)
            , m_finding(finding)
            , m_columns(*source.columns)
            , m_count(static_cast<std::size_t>(source.columns->pairCount))
        {
        }

        Mask evaluate(const Node& node) const
        {
            switch (node.kind) {
            case Kind::And:
            case Kind::Or:
                return connect(node);
            case Kind::Not: {
                auto mask = evaluate(*node.children.front());
                invert(mask);
                return mask;
            }
            case Kind::Metric:
            case Kind::MetricRange:
            case Kind::Has:
            case Kind::Missing:
                return metric(node);
            case Kind::Cluster:
            case Kind::ClusterRange:
                return cluster(node);
            case Kind::Stars:
            case Kind::StarsRange:
                return stars(node);
            default:
                return decided(node);
            }
        }

    private:
        Mask connect(const Node& node) const
        {
            auto mask = evaluate(*node.children.front());
            for (std::size_t child = 1; child < node.children.size(); ++child) {
                const auto other = evaluate(*node.children[child]);
                if (node.kind == Kind::And)
                    for (std::size_t i = 0; i < m_count; ++i)
                        mask[i] &= other[i];
                else
                    for (std::size_t i = 0; i < m_count; ++i)
                        mask[i] |= other[i];
            }
            return mask;
        }

        const MetricColumn& column(const Node& node) const
        {
            if (const auto* found = m_columns.findMetric(node.name))
                return *found;
            const auto lowered = text::toLowerAscii(node.name);
            std::vector<std::string> names;
            for (const auto& candidate : m_columns.metrics) {
                if (text::toLowerAscii(candidate.info.name) == lowered)
                    return candidate;
                names.push_back(candidate.info.name);
            }
            for (const char* word : {"cluster", "verdict", "stars", "chosen", "image", "id", "finding"})
                names.emplace_back(word);
            refuse(node.nameAt,
                text::join("there is no metric ", text::shortened(node.name, 40), suggestion(node.name, names)));
        }

        static double valueOf(const Number& number, const std::vector<double>& values)
        {
            return number.isPercentile ? percentileOf(values, number.value) : number.value;
        }

        Mask metric(const Node& node) const
        {
            const auto& values = *column(node).values;
            if (node.kind == Kind::Metric)
                return compared(values, m_count, node.compare, valueOf(node.low, values));
            if (node.kind == Kind::MetricRange) {
                const double low = valueOf(node.low, values);
                const double high = valueOf(node.high, values);
                return maskOf(values, m_count, [=](double v) { return (v >= low) & (v <= high); });
            }
            auto mask = maskOf(values, m_count, [](double v) { return v == v; });
            if (node.kind == Kind::Missing)
                invert(mask);
            return mask;
        }

        const ClusterColumn& clustering(const Node& node) const
        {
            if (m_columns.clusterings.empty())
                refuse(node.nameAt, "the project has no clustering yet");
            if (node.name.empty())
                return m_columns.clusterings.front();
            if (const auto* found = m_columns.findClustering(node.name))
                return *found;
            const auto lowered = text::toLowerAscii(node.name);
            std::vector<std::string> names;
            for (const auto& candidate : m_columns.clusterings) {
                if (text::toLowerAscii(candidate.info.name) == lowered)
                    return candidate;
                names.push_back(candidate.info.name);
            }
            refuse(node.nameAt,
                text::join("there is no clustering ", text::shortened(node.name, 40), suggestion(node.name, names)));
        }

        static std::int32_t clusterNumber(const Node& node, const ClusterColumn& column)
        {
            const auto& names = column.info.clusterNames;
            auto found = std::find(names.begin(), names.end(), node.word);
            if (found == names.end())
                found = std::find_if(
                    names.begin(), names.end(), [lowered = text::toLowerAscii(node.word)](const std::string& name) {
                        return text::toLowerAscii(name) == lowered;
                    });
            if (found == names.end())
                refuse(node.wordAt,
                    text::join("clustering ", column.info.name, " has no cluster ", text::shortened(node.word, 40),
                        suggestion(node.word, names)));
            return static_cast<std::int32_t>(found - names.begin());
        }

        /// Pairs without a cluster match no condition on it.
        Mask cluster(const Node& node) const
        {
            const auto& column = clustering(node);
            const auto& assignment = *column.assignment;
            Mask mask;
            if (node.kind == Kind::ClusterRange) {
                const double low = node.low.value;
                const double high = node.high.value;
                mask = maskOf(assignment, m_count, [=](std::int32_t v) { return (v >= low) & (v <= high); });
            } else if (node.wordAt.to > 0) {
                mask = compared<std::int32_t>(assignment, m_count, node.compare, clusterNumber(node, column));
            } else {
                mask = comparedWith(assignment, node);
            }
            for (std::size_t i = 0; i < std::min(m_count, assignment.size()); ++i)
                mask[i] &= assignment[i] == kNoCluster ? 0 : 1;
            return mask;
        }

        /// Small whole numbers against a number that need not be whole.
        template <typename T> Mask comparedWith(const std::vector<T>& values, const Node& node) const
        {
            std::vector<double> wide(values.begin(), values.end());
            wide.resize(m_count, 0);
            return compared(wide, m_count, node.compare, node.low.value);
        }

        Mask stars(const Node& node) const
        {
            static const Mask kNone;
            const auto& values = m_columns.stars ? *m_columns.stars : kNone;
            if (node.kind == Kind::Stars)
                return comparedWith(values, node);
            std::vector<double> wide(values.begin(), values.end());
            wide.resize(m_count, 0);
            return maskOf(wide, m_count, [&](double v) { return (v >= node.low.value) & (v <= node.high.value); });
        }

        Mask decided(const Node& node) const
        {
            Mask mask;
            if (node.kind == Kind::Chosen)
                return flags(m_source.chosen);
            if (node.kind == Kind::Verdict)
                mask = verdict(node.word);
            else if (node.kind == Kind::ImageMissing)
                mask = flags(m_columns.imageMissing);
            else
                mask = maskOfRows(node.kind == Kind::Finding ? foundRows(node) : askedRows(node));
            if (node.compare == Compare::NotEqual)
                invert(mask);
            return mask;
        }

        Mask flags(const std::shared_ptr<const Mask>& values) const
        {
            return values ? maskOf(*values, m_count, [](std::uint8_t v) { return v != 0; }) : Mask(m_count, 0);
        }

        Mask verdict(const std::string& word) const
        {
            if (word == "chosen")
                return flags(m_source.chosen);
            Mask values = m_columns.overrides ? *m_columns.overrides : Mask();
            values.resize(m_count, 0);
            if (word == "locked")
                return maskOf(values, m_count, [](std::uint8_t v) {
                    return (v == std::uint8_t(Override::LockedIn)) | (v == std::uint8_t(Override::LockedOut));
                });
            const auto wanted = static_cast<std::uint8_t>(word == "pinned" ? Override::Pinned
                    : word == "banned"                                     ? Override::Banned
                                                                           : Override::None);
            return compared(values, m_count, Compare::Equal, wanted);
        }

        std::vector<PairRow> askedRows(const Node& node) const
        {
            const auto& ask = node.kind == Kind::Text ? m_source.text : m_source.id;
            if (!ask)
                refuse(node.wordAt, "texts and ids cannot be looked up here");
            return ask(node.word);
        }

        std::vector<PairRow> foundRows(const Node& node) const
        {
            auto rows = m_finding ? m_finding(node.word) : std::nullopt;
            if (!rows)
                refuse(node.wordAt,
                    text::join("there is no finding ", text::shortened(node.word, 40),
                        " of a check of this project: check it first"));
            return std::move(*rows);
        }

        Mask maskOfRows(const std::vector<PairRow>& rows) const
        {
            Mask mask(m_count, 0);
            for (const auto row : rows)
                if (row < m_count)
                    mask[row] = 1;
            return mask;
        }

        const Source& m_source;
        const FindingLookup& m_finding;
        const Columns& m_columns;
        std::size_t m_count;
    };

    std::vector<PairRow> rowsOf(const Mask& mask)
    {
        std::size_t count = 0;
        for (const auto bit : mask)
            count += bit;
        std::vector<PairRow> rows(count + 1); // one spare place, so that every row can be written without asking
        std::size_t at = 0;
        for (std::size_t i = 0; i < mask.size(); ++i) {
            rows[at] = static_cast<PairRow>(i);
            at += mask[i];
        }
        rows.resize(count);
        return rows;
    }

} // namespace

EvaluateResult evaluate(const Query& query, const Source& source) { return evaluate(query, source, {}); }

EvaluateResult evaluate(const Query& query, const Source& source, const FindingLookup& finding)
{
    EvaluateResult result;
    if (source.columns == nullptr) {
        result.error.message = "no project is open";
        return result;
    }
    try {
        const auto* root = Access::root(query);
        result.rows = rowsOf(root == nullptr ? Mask(static_cast<std::size_t>(source.columns->pairCount), 1)
                                             : Evaluator(source, finding).evaluate(*root));
        result.ok = true;
    } catch (const Refused& refused) {
        result.error = refused.error;
    }
    return result;
}

} // namespace winnow::query
