// Ready scores from a stranger, with and without a mapping.
#include "core/dataset/metric_file.h"
#include "tests/fuzz/fuzz_input.h"

#include <cmath>

namespace {

using namespace winnow;

void check(const dataset::MetricTable& table)
{
    fuzz::promise(table.names.size() == table.columns.size(), "every column has a name");
    for (const auto& column : table.columns) {
        fuzz::promise(column.size() == table.rowCount(), "columns are of one length");
        for (const double value : column)
            fuzz::promise(std::isfinite(value) || std::isnan(value), "a score is a number or missing");
    }
    fuzz::promise(table.inPairOrder || table.ids.size() == table.rowCount(), "every row has an id");
    for (const auto& bad : table.badRows)
        fuzz::checkSentence(bad.reason);
    if (table.brokeOff)
        fuzz::checkSentence(*table.brokeOff);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const fuzz::Scratch scratch;
    const auto file = scratch.write("scores.json", fuzz::asText(data, size));
    fuzz::mayRefuse([&] { check(dataset::readMetricFile(file)); });
    fuzz::mayRefuse([&] { check(dataset::readMetricFile(file, {{"id", "id"}, {"clip", "clip"}, {"again", "clip"}})); });
    return 0;
}
