#include "core/pipeline/selector_inputs.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/pipeline/selector_job.h"
#include "core/store/column_store.h"
#include "core/store/feature_store.h"
#include "core/store/pair_store.h"

#include <algorithm>
#include <cmath>

namespace winnow::pipeline {

namespace {

    std::vector<FeatureInfo> featuresOf(store::Project& project) { return store::FeatureStore(project).list(); }

    const FeatureInfo* findFeature(const std::vector<FeatureInfo>& all, const std::string& name)
    {
        const auto found =
            std::find_if(all.begin(), all.end(), [&](const FeatureInfo& one) { return one.name == name; });
        return found == all.end() ? nullptr : &*found;
    }

    /// Where the numbers of one input come from, and where they go.
    class Source {
    public:
        Source(store::Project& project, const SelectorInput& input)
            : m_factor(static_cast<float>(input.factor))
            , m_width(input.width)
        {
            if (store::MetricStore(project).find(input.name))
                m_metric = store::MetricStore(project).load(input.name).values;
            else
                m_feature = store::FeatureStore(project).load(input.name);
            require(m_metric ? m_width == 1 : m_feature->info().dimension == m_width, ErrorCode::BadShape,
                text::join("the selector takes ", m_width, " numbers of ", input.name, ", the project has ",
                    m_metric ? 1 : m_feature->info().dimension));
        }

        std::int64_t width() const { return m_width; }

        bool isPresent(PairRow row) const
        {
            if (m_metric)
                return std::isfinite((*m_metric)[row]);
            return row < m_feature->rowCount() && m_feature->isValid(row);
        }

        void copy(PairRow row, float* target) const
        {
            if (m_metric) {
                *target = static_cast<float>((*m_metric)[row]) * m_factor;
                return;
            }
            for (const float value : m_feature->row(row))
                *target++ = value * m_factor;
        }

        /// Over the pairs that have it: what stands in where it is missing.
        void computeMean(std::int64_t pairCount)
        {
            std::vector<double> sums(static_cast<std::size_t>(m_width), 0);
            std::vector<float> numbers(static_cast<std::size_t>(m_width));
            std::int64_t count = 0;
            for (std::int64_t i = 0; i < pairCount; ++i) {
                const auto row = static_cast<PairRow>(i);
                if (!isPresent(row))
                    continue;
                copy(row, numbers.data());
                for (std::size_t d = 0; d < sums.size(); ++d)
                    sums[d] += numbers[d];
                ++count;
            }
            m_mean.clear();
            for (const double sum : sums)
                m_mean.push_back(count == 0 ? 0 : static_cast<float>(sum / static_cast<double>(count)));
        }
        void copyMean(float* target) const { std::copy(m_mean.begin(), m_mean.end(), target); }

    private:
        float m_factor;
        std::int64_t m_width;
        std::shared_ptr<const std::vector<double>> m_metric;
        std::shared_ptr<const store::FeatureMatrix> m_feature;
        std::vector<float> m_mean;
    };

    std::string firstPresent(
        store::Project& project, const std::vector<FeatureInfo>& features, const std::vector<std::string>& names)
    {
        for (const auto& name : names)
            if (findFeature(features, name) != nullptr || store::MetricStore(project).find(name))
                return name;
        return names.front();
    }

} // namespace

std::vector<SelectorInput> parseSelectorInputs(const std::string& text)
{
    std::vector<SelectorInput> out;
    for (const auto& part : text::split(text, ',')) {
        const auto term = std::string(text::trimmed(part));
        SelectorInput input;
        const auto star = term.find('*');
        input.name = std::string(text::trimmed(star == std::string::npos ? term : term.substr(star + 1)));
        if (star != std::string::npos)
            require(text::parseDouble(text::trimmed(term.substr(0, star)), input.factor) && std::isfinite(input.factor)
                    && input.factor != 0,
                ErrorCode::InvalidInput,
                text::join("in ", term, " the part before * is not a number other than 0; write 10*reward"));
        require(!input.name.empty() && input.name.find('*') == std::string::npos, ErrorCode::InvalidInput,
            text::join("the inputs \"", text::shortened(text, 200),
                "\" cannot be read: write names of metrics and feature spaces with commas between them, such as "
                "image-pca6,clip,10*reward"));
        const auto isSame = [&](const SelectorInput& other) { return other.name == input.name; };
        require(std::none_of(out.begin(), out.end(), isSame), ErrorCode::InvalidInput,
            text::join(input.name, " stands twice among the inputs"));
        out.push_back(input);
    }
    return out;
}

std::string selectorInputsText(const std::vector<SelectorInput>& inputs)
{
    std::string out;
    for (const auto& input : inputs) {
        out += out.empty() ? "" : ",";
        out += input.factor == 1 ? input.name : text::toText(input.factor) + "*" + input.name;
    }
    return out;
}

std::vector<SelectorInput> resolveInputs(store::Project& project, std::vector<SelectorInput> inputs)
{
    const auto features = featuresOf(project);
    store::MetricStore metrics(project);
    for (auto& input : inputs) {
        const bool isMetric = metrics.find(input.name).has_value();
        const auto* feature = findFeature(features, input.name);
        require(!(isMetric && feature != nullptr), ErrorCode::Conflict,
            text::join(input.name, " is a metric and a feature space of this project; rename one of them"));
        if (isMetric) {
            input.width = 1;
            continue;
        }
        if (feature != nullptr) {
            input.width = feature->dimension;
            continue;
        }
        std::vector<std::string> names;
        for (const auto& metric : metrics.list())
            names.push_back(metric.name);
        for (const auto& one : features)
            names.push_back(one.name);
        throw Error(ErrorCode::NotFound,
            text::join("the project has neither a metric nor a feature space ", input.name,
                names.empty() ? "; score or import it first"
                              : "; there are " + text::joined(names, ", ")
                        + ": score or import it, or name others with --inputs"));
    }
    return inputs;
}

std::vector<std::string> absentInputs(store::Project& project, const std::vector<SelectorInput>& inputs)
{
    const auto features = featuresOf(project);
    store::MetricStore metrics(project);
    std::vector<std::string> out;
    for (const auto& input : inputs)
        if (!metrics.find(input.name) && findFeature(features, input.name) == nullptr)
            out.push_back(input.name);
    return out;
}

std::vector<SelectorInput> publishedInputs(store::Project& project)
{
    const auto features = featuresOf(project);
    return {{firstPresent(project, features, {"image-pca6", "clip-image.pca6"}), 1, 6},
        {firstPresent(project, features, {"text-pca6", "llm-text.pca6"}), 1, 6}, {"clip", 1, 1}, {"reward", 10, 1},
        {"length", 10, 1}, {"judge", 1, 1}};
}

std::vector<std::string> columnNames(const std::vector<SelectorInput>& inputs)
{
    std::vector<std::string> out;
    for (const auto& input : inputs)
        for (std::int64_t i = 0; i < input.width; ++i)
            out.push_back(input.width == 1 ? input.name : text::join(input.name, "[", i, "]"));
    return out;
}

InputMatrix loadInputs(store::Project& project, const std::vector<SelectorInput>& inputs, MissingRule missing)
{
    std::vector<Source> sources;
    std::int64_t width = 0;
    for (const auto& input : inputs) {
        sources.emplace_back(project, input);
        width += input.width;
    }
    const auto pairCount = store::PairStore(project).count();
    InputMatrix out;
    for (std::int64_t row = 0; row < pairCount; ++row) {
        const auto has = [&](const Source& source) { return source.isPresent(static_cast<PairRow>(row)); };
        const bool isComplete = std::all_of(sources.begin(), sources.end(), has);
        out.missingCount += isComplete ? 0 : 1;
        if (isComplete || missing == MissingRule::Mean)
            out.rows.push_back(static_cast<PairRow>(row));
    }
    if (missing == MissingRule::Mean && out.missingCount > 0)
        for (auto& source : sources)
            source.computeMean(pairCount);
    out.values = torch::empty({static_cast<std::int64_t>(out.rows.size()), width}, torch::kFloat);
    auto* target = out.values.data_ptr<float>();
    for (const auto row : out.rows)
        for (const auto& source : sources) {
            source.isPresent(row) ? source.copy(row, target) : source.copyMean(target);
            target += source.width();
        }
    return out;
}

} // namespace winnow::pipeline
