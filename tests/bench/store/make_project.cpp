#include "tests/bench/store/make_project.h"

#include "core/base/random.h"
#include "core/store/column_store.h"
#include "core/store/ledger.h"
#include "core/store/pair_store.h"
#include "core/store/project.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace winnow::bench {

namespace {

    constexpr std::int64_t kBatch = 500;

    std::string makeText(Random& random, std::size_t words)
    {
        static const std::vector<std::string> kWords = {"a", "red", "boat", "dog", "two", "cats", "under", "the",
            "bridge", "of", "snow", "little", "bright", "house", "with", "blue", "windows", "and", "tree", "on", "hill",
            "小狗", "在", "跑"};
        std::string text;
        for (std::size_t i = 0; i < words; ++i)
            text += (i == 0 ? "" : " ") + random.pick(kWords);
        return text;
    }

    double addPairs(store::Project& project, std::int64_t count)
    {
        const auto start = std::chrono::steady_clock::now();
        store::PairStore pairs(project);
        const auto root = pairs.addImageRoot(project.folder() / "images");
        Random random(1, "texts");
        for (std::int64_t from = 0; from < count; from += kBatch) {
            std::vector<Pair> batch;
            for (std::int64_t i = from; i < std::min(from + kBatch, count); ++i) {
                Pair pair;
                pair.id.value = std::to_string(i);
                pair.images = {"part" + std::to_string(i / 1000) + "/" + std::to_string(i) + ".jpg"};
                pair.instruction = "Describe this picture.";
                pair.response = makeText(random, 8 + random.below(20));
                batch.push_back(std::move(pair));
            }
            pairs.addPairs(batch, root, std::vector<std::uint8_t>(batch.size(), 1));
        }
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }

    void addMetrics(store::Project& project, std::int64_t count)
    {
        store::MetricStore metrics(project);
        static const std::vector<std::string> kNames = {
            "clip", "length", "reward", "judge", "words", "blur", "aspect", "exposure", "repetition", "perplexity"};
        for (const auto& name : kNames) {
            metrics.begin({name, "{}", "bench", 0}, false);
            Random random(2, name);
            const bool isWhole = name == "length" || name == "words";
            for (std::int64_t from = 0; from < count; from += 100000) {
                std::vector<PairRow> rows;
                std::vector<double> values;
                for (std::int64_t i = from; i < std::min(from + 100000, count); ++i) {
                    const double value = 25 + 5 * random.normal();
                    rows.push_back(static_cast<PairRow>(i));
                    values.push_back(random.chance(0.01) ? kMissing
                            : isWhole                    ? static_cast<double>(static_cast<int>(value))
                                                         : value);
                }
                metrics.write(name, rows, values);
            }
        }
    }

    void addClusters(store::Project& project, std::int64_t count)
    {
        Random random(3, "clusters");
        std::vector<std::int32_t> assignment(static_cast<std::size_t>(count));
        for (auto& cluster : assignment)
            cluster = static_cast<std::int32_t>(random.below(100));
        ClusterColumn column;
        column.info.name = "clusters";
        column.info.algorithm = "made up";
        column.assignment = std::make_shared<const std::vector<std::int32_t>>(std::move(assignment));
        store::ClusterStore(project).save(column);
        std::vector<PairRow> some;
        for (const auto row : random.sample(static_cast<std::uint64_t>(count), static_cast<std::size_t>(count / 100)))
            some.push_back(static_cast<PairRow>(row));
        store::Ledger(project).setOverride(some, Override::Banned, "made up");
    }

} // namespace

double makeLargeProject(const std::filesystem::path& folder, std::int64_t pairs)
{
    auto project = store::Project::create(folder);
    const double seconds = addPairs(project, pairs);
    addMetrics(project, pairs);
    addClusters(project, pairs);
    return seconds;
}

} // namespace winnow::bench
