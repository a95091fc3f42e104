#include "core/tensor/weight_map.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/shape.h"

#include <algorithm>
#include <cassert>
#include <set>

namespace winnow::tensor {

NamePattern::NamePattern(std::string_view pattern)
    : m_text(pattern)
{
    while (!pattern.empty()) {
        const auto open = pattern.find('{');
        if (open != 0) {
            m_pieces.push_back({false, std::string(pattern.substr(0, open))});
            pattern.remove_prefix(std::min(open, pattern.size()));
            continue;
        }
        const auto close = pattern.find('}');
        assert(close != std::string_view::npos && "a hole is not closed");
        m_pieces.push_back({true, std::string(pattern.substr(1, close - 1))});
        pattern.remove_prefix(close + 1);
    }
}

std::optional<NamePattern::Holes> NamePattern::match(std::string_view name) const
{
    Holes holes;
    if (!matchFrom(0, name, holes))
        return std::nullopt;
    return holes;
}

bool NamePattern::matchFrom(std::size_t piece, std::string_view rest, Holes& holes) const
{
    if (piece == m_pieces.size())
        return rest.empty();
    const auto& [hole, text] = m_pieces[piece];
    if (!hole)
        return rest.starts_with(text) && matchFrom(piece + 1, rest.substr(text.size()), holes);
    if (const auto known = holes.find(text); known != holes.end())
        return rest.starts_with(known->second) && matchFrom(piece + 1, rest.substr(known->second.size()), holes);
    for (std::size_t size = 1; size <= rest.size(); ++size) {
        holes[text] = std::string(rest.substr(0, size));
        if (matchFrom(piece + 1, rest.substr(size), holes))
            return true;
        holes.erase(text);
    }
    return false;
}

std::string NamePattern::fill(const Holes& holes) const
{
    std::string out;
    for (const auto& [hole, text] : m_pieces) {
        assert((!hole || holes.contains(text)) && "a hole has no text");
        out += hole ? holes.at(text) : text;
    }
    return out;
}

NameMap::NameMap(std::initializer_list<Rule> rules, std::vector<Fold> folds)
    : NameMap(std::vector<Rule>(rules), std::move(folds))
{
}

NameMap::NameMap(const std::vector<Rule>& rules, std::vector<Fold> folds)
{
    for (const auto& rule : rules)
        m_rules.push_back({NamePattern(rule.theirs), NamePattern(rule.ours)});
    for (auto& fold : folds) {
        FoldPattern pattern{{}, NamePattern(fold.ours), std::move(fold.make)};
        for (const auto& theirs : fold.theirs)
            pattern.theirs.emplace_back(theirs);
        m_folds.push_back(std::move(pattern));
    }
}

std::string NameMap::toOurs(std::string_view theirs) const
{
    for (const auto& rule : m_rules)
        if (const auto holes = rule.theirs.match(theirs))
            return rule.ours.fill(*holes);
    return std::string(theirs);
}

namespace {

    constexpr std::size_t kMaxMisfitsShown = 6;

    /// How one of our tensors gets its content.
    struct Filling {
        std::vector<std::string> theirs;
        const NameMap::FoldPattern* fold = nullptr;
    };

    /// Compares module and file, then fills; nothing is touched before everything fits.
    class Loader {
    public:
        Loader(torch::nn::Module& module, const WeightFile& file, const NameMap& names, const LoadOptions& options)
            : m_file(options.prefix.empty() ? file : file.scoped(options.prefix))
            , m_names(names)
            , m_options(options)
        {
            for (const auto& pattern : options.only)
                m_only.emplace_back(pattern);
            for (const auto& pattern : options.optional)
                m_optional.emplace_back(pattern);
            for (const auto& item : module.named_parameters())
                addTarget(item.key(), item.value());
            for (const auto& item : module.named_buffers())
                addTarget(item.key(), item.value());
        }

        LoadReport load()
        {
            matchFolds();
            matchNames();
            checkFilled();
            failOnMisfits();
            m_report.filledCount = static_cast<std::int64_t>(m_fillings.size());
            if (!m_targets.empty() && m_targets.begin()->second.is_meta())
                return m_report;
            for (const auto& [ours, filling] : m_fillings)
                fill(ours, filling);
            for (const auto& ours : m_report.absentNames)
                if (m_options.type && m_targets.at(ours).is_floating_point())
                    m_targets.at(ours).set_data(m_targets.at(ours).to(*m_options.type));
            return m_report;
        }

    private:
        static bool matchesAny(const std::vector<NamePattern>& patterns, const std::string& name)
        {
            return std::any_of(
                patterns.begin(), patterns.end(), [&](const auto& pattern) { return pattern.match(name).has_value(); });
        }

        void addTarget(const std::string& name, const torch::Tensor& tensor)
        {
            if (tensor.defined() && (m_only.empty() || matchesAny(m_only, name)))
                m_targets.emplace(name, tensor);
        }

        void addFilling(const std::string& ours, Filling filling, const std::string& theirs)
        {
            if (!m_targets.contains(ours)) {
                m_misfits.push_back(text::join(theirs, " is not part of the model"));
                return;
            }
            if (!m_fillings.emplace(ours, std::move(filling)).second)
                m_misfits.push_back(text::join(ours, " is filled twice, also by ", theirs));
        }

        void matchFolds();
        void startFold(const NameMap::FoldPattern& fold, const NamePattern::Holes& holes);
        void matchNames();
        void checkFit(const TensorInfo& info, const std::string& ours);
        void checkFilled();
        void failOnMisfits() const;
        void fill(const std::string& ours, const Filling& filling);

        const WeightFile m_file;
        const NameMap& m_names;
        const LoadOptions& m_options;
        std::vector<NamePattern> m_only, m_optional;
        std::map<std::string, torch::Tensor> m_targets;
        std::map<std::string, Filling> m_fillings;
        std::set<std::string> m_used;
        std::vector<std::string> m_misfits;
        LoadReport m_report;
    };

    void Loader::matchFolds()
    {
        for (const auto& fold : m_names.folds())
            for (const auto& info : m_file.tensors())
                if (const auto holes = fold.theirs.front().match(info.name))
                    startFold(fold, *holes);
    }

    void Loader::startFold(const NameMap::FoldPattern& fold, const NamePattern::Holes& holes)
    {
        const std::string ours = fold.ours.fill(holes);
        if (!m_targets.contains(ours))
            return; // the name rules decide what becomes of its parts
        Filling filling{{}, &fold};
        for (const auto& part : fold.theirs) {
            filling.theirs.push_back(part.fill(holes));
            m_used.insert(filling.theirs.back());
            if (!m_file.contains(filling.theirs.back()))
                m_misfits.push_back(text::join(filling.theirs.back(), " is missing, it is needed for ", ours));
        }
        const std::string theirs = filling.theirs.front();
        addFilling(ours, std::move(filling), theirs);
    }

    void Loader::matchNames()
    {
        for (const auto& info : m_file.tensors()) {
            if (m_used.contains(info.name))
                continue;
            const std::string ours = m_names.toOurs(info.name);
            if (ours == NameMap::kIgnored) {
                m_report.ignoredNames.push_back(info.name);
                continue;
            }
            addFilling(ours, {{info.name}, nullptr}, info.name);
            checkFit(info, ours);
        }
    }

    void Loader::checkFit(const TensorInfo& info, const std::string& ours)
    {
        const auto target = m_targets.find(ours);
        if (target == m_targets.end())
            return;
        const std::string shown = info.name == ours ? ours : text::join(info.name, " (", ours, ")");
        if (c10::IntArrayRef(info.shape) != target->second.sizes())
            m_misfits.push_back(
                text::join(shown, " is ", shapeText(info.shape), ", expected ", shapeText(target->second.sizes())));
        if (c10::isFloatingType(info.type) != target->second.is_floating_point())
            m_misfits.push_back(text::join(shown, " has the type ", c10::toString(info.type), ", expected ",
                c10::toString(target->second.scalar_type())));
    }

    void Loader::checkFilled()
    {
        for (const auto& [ours, target] : m_targets) {
            if (m_fillings.contains(ours))
                continue;
            if (matchesAny(m_optional, ours))
                m_report.absentNames.push_back(ours);
            else
                m_misfits.push_back(text::join(ours, " is missing, expected ", shapeText(target.sizes())));
        }
    }

    void Loader::failOnMisfits() const
    {
        if (m_misfits.empty())
            return;
        std::vector<std::string> shown(m_misfits.begin(),
            m_misfits.begin() + static_cast<std::ptrdiff_t>(std::min(kMaxMisfitsShown, m_misfits.size())));
        if (m_misfits.size() > shown.size())
            shown.push_back(text::join("and ", m_misfits.size() - shown.size(), " more misfits"));
        throw Error(
            ErrorCode::BadShape, text::join("cannot load ", m_file.path().string(), ": ", text::joined(shown, "; ")));
    }

    void Loader::fill(const std::string& ours, const Filling& filling)
    {
        const torch::NoGradGuard noGrad;
        auto target = m_targets.at(ours);
        const bool converts = m_options.type && target.is_floating_point() && target.scalar_type() != *m_options.type;
        if (converts) // the old memory goes before the next tensor comes
            target.set_data(torch::empty(target.sizes(), target.options().dtype(*m_options.type).requires_grad(false)));
        if (filling.fold == nullptr)
            return m_file.loadInto(filling.theirs.front(), target);
        std::vector<torch::Tensor> parts;
        for (const auto& part : filling.theirs)
            parts.push_back(m_file.load(part));
        const auto made = filling.fold->make(parts, target);
        require(made.sizes() == target.sizes(), ErrorCode::BadShape,
            text::join("cannot load ", m_file.path().string(), ": ", ours, " made of ",
                text::joined(filling.theirs, " and "), " is ", shapeText(made.sizes()), ", expected ",
                shapeText(target.sizes())));
        target.copy_(made);
    }

} // namespace

LoadReport loadInto(torch::nn::Module& module, const WeightFile& file, const NameMap& names, const LoadOptions& options)
{
    return Loader(module, file, names, options).load();
}

} // namespace winnow::tensor
