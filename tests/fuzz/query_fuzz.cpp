// What somebody types into the filter bar: parsed, evaluated over a few pairs, completed at every place.
#include "core/query/query.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace winnow;

template <typename T> std::shared_ptr<const std::vector<T>> column(std::vector<T> values)
{
    return std::make_shared<const std::vector<T>>(std::move(values));
}

Columns makeColumns()
{
    Columns columns;
    columns.pairCount = 4;
    columns.metrics.push_back({{"clip", {}, {}, 3}, column<double>({28, kMissing, -3.5, 1e300})});
    columns.metrics.push_back({{"clip.published", {}, {}, 4}, column<double>({1, 2, 3, 4})});
    columns.clusterings.push_back(
        {{"k", "kmeans", "{}", {"boats", "dogs"}, {2, 1}}, column<std::int32_t>({0, 1, 0, kNoCluster})});
    columns.overrides = column<std::uint8_t>({0, 1, 2, 3});
    columns.stars = column<std::uint8_t>({0, 5, 3, 1});
    columns.imageMissing = column<std::uint8_t>({0, 1, 0, 0});
    return columns;
}

void checkPlace(const query::SyntaxError& error, std::size_t size)
{
    fuzz::promise(error.position <= size && error.length <= size + 1, "an error stands inside the text");
    fuzz::promise(!error.message.empty(), "an error says what is wrong");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const Columns columns = makeColumns();
    const auto text = fuzz::asText(data, size);
    query::Source source;
    source.columns = &columns;
    source.chosen = column<std::uint8_t>({1, 0, 1, 0});
    source.text = [](std::string_view) { return std::vector<PairRow>{0, 2}; };
    source.id = [](std::string_view) { return std::vector<PairRow>{3}; };
    const auto parsed = query::parse(text);
    if (parsed.ok) {
        const auto result = query::evaluate(parsed.query, source);
        for (std::size_t i = 0; i < result.rows.size(); ++i)
            fuzz::promise(result.rows[i] < 4 && (i == 0 || result.rows[i - 1] < result.rows[i]),
                "rows are rows of the columns, increasing");
        if (!result.ok)
            checkPlace(result.error, size);
        query::Source bare;
        bare.columns = &columns;
        query::evaluate(parsed.query, bare);
    } else {
        checkPlace(parsed.error, size);
    }
    const std::size_t step = size / 12 + 1; // a dozen places: each reads the text anew
    for (std::size_t cursor = 0; cursor <= size; cursor += step)
        fuzz::promise(
            query::complete(text, cursor, columns).replaceFrom <= cursor, "the typed prefix is before the cursor");
    return 0;
}
