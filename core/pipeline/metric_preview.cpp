// What a file of ready scores holds, before it is imported.
#include "core/pipeline/metric_preview.h"

#include "core/dataset/metric_file.h"
#include "core/store/pair_store.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_set>
#include <utility>

namespace winnow::pipeline {

namespace {

    /// "clip_score" → "clip", "gpt_score" → "judge"; what is not a known habit keeps its name.
    std::string suggestedName(std::string field)
    {
        static constexpr std::string_view kEnding = "_score";
        if (field.ends_with(kEnding) && field.size() > kEnding.size())
            field.resize(field.size() - kEnding.size());
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kHabits{
            {{"gpt", "judge"}, {"gpt4", "judge"}}};
        for (const auto& [theirs, ours] : kHabits)
            if (field == theirs)
                return std::string(ours);
        return field;
    }

    MetricFilePreview::Field describe(const std::string& name, const std::vector<double>& values)
    {
        MetricFilePreview::Field out;
        out.field = name;
        out.suggested = suggestedName(name);
        for (const double value : values) {
            if (std::isnan(value))
                continue;
            out.low = out.values == 0 ? value : std::min(out.low, value);
            out.high = out.values == 0 ? value : std::max(out.high, value);
            ++out.values;
        }
        return out;
    }

} // namespace

MetricFilePreview previewImportMetrics(store::Project& project, const std::filesystem::path& file)
{
    const auto table = dataset::readMetricFile(file);
    MetricFilePreview out;
    out.rows = static_cast<std::int64_t>(table.rowCount());
    out.badRows = static_cast<std::int64_t>(table.badRows.size());
    out.inPairOrder = table.inPairOrder;
    out.encoding = table.encoding;
    for (std::size_t c = 0; c < table.names.size(); ++c)
        out.fields.push_back(describe(table.names[c], table.columns[c]));
    store::PairStore pairs(project);
    if (table.inPairOrder) {
        out.unknownIds = out.rows == pairs.count() ? 0 : out.rows;
        return out;
    }
    const auto ids = pairs.ids();
    const std::unordered_set<std::string> known(ids.begin(), ids.end());
    out.unknownIds =
        std::count_if(table.ids.begin(), table.ids.end(), [&](const std::string& id) { return !known.contains(id); });
    return out;
}

} // namespace winnow::pipeline
