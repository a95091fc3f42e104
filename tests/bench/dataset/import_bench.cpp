// Rows of a LLaVA file usable in a project, against json.load and executemany of Python on the same file
// (tests/bench/peers/import_plain.py): asked 3x, under 1 GB. Then the text index, its rate.
//   import_bench [ROWS [FOLDER [rows]]]     rows: without the text index
#include "core/base/random.h"
#include "core/base/run_context.h"
#include "core/pipeline/import_job.h"
#include "core/pipeline/project_job.h"
#include "core/pipeline/workspace.h"
#include "core/store/pair_store.h"
#include "core/store/project.h"
#include "tests/bench/measuring.h"

#include <filesystem>

namespace {

namespace fs = std::filesystem;
using namespace winnow;

/// One question and one answer of 30 to 90 words a row, ids in no order, two rows a picture.
void writeRows(const fs::path& file, std::int64_t rows)
{
    static constexpr const char* kWords[] = {"a", "the", "of", "with", "bright", "red", "dog", "house", "tree",
        "standing", "near", "window", "street", "city", "water", "light", "small", "table", "plate", "holding",
        "umbrella", "mountain", "river", "bridge", "train", "flower", "there", "appears", "several", "people"};
    Random random(1, "import bench");
    std::ofstream out(file);
    out << "[\n";
    for (std::int64_t i = 0; i < rows; ++i) {
        char picture[32];
        std::snprintf(picture, sizeof picture, "%012lld", static_cast<long long>(i / 2));
        out << R"(  {"id": ")" << random.next() % 1'000'000'000'000 << '_' << i << R"(", "image": "train2017/)"
            << picture << R"(.jpg", "conversations": [{"from": "human", "value": "<image>\nWhat is shown near the )"
            << kWords[random.below(std::size(kWords))] << R"(?"}, {"from": "gpt", "value": ")";
        const auto words = 30 + random.below(60);
        for (std::uint64_t word = 0; word < words; ++word)
            out << kWords[random.below(std::size(kWords))] << ' ';
        out << R"(end."}]})" << (i + 1 < rows ? ",\n" : "\n");
    }
    out << "]\n";
}

/// Tells when all rows of the source are stored.
class UsableContext final : public RunContext {
public:
    void checkpoint() override { }
    void progress(std::string_view, std::int64_t done, std::int64_t total) override
    {
        if (done == total && seconds == 0)
            seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_begin).count();
    }
    void metric(std::string_view, double, double) override { }
    void log(LogLevel, std::string_view) override { }
    double seconds = 0;

private:
    std::chrono::steady_clock::time_point m_begin = std::chrono::steady_clock::now();
};

} // namespace

int main(int argc, char** argv)
{
    const std::int64_t rows = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
    const fs::path folder = argc > 2 ? argv[2] : fs::temp_directory_path() / "winnow-import-bench";
    fs::remove_all(folder);
    fs::create_directories(folder);
    writeRows(folder / "rows.json", rows);
    std::printf("%lld rows, %.0f MB\n", static_cast<long long>(rows),
        static_cast<double>(fs::file_size(folder / "rows.json")) / 1e6);

    store::Project::create(folder / "project");
    pipeline::Workspace workspace(folder / "project");
    pipeline::ImportOptions options;
    options.source = folder / "rows.json";
    UsableContext context;
    const double whole = bench::secondsOf([&] { pipeline::runImport(workspace, options, context); });
    const double rate = static_cast<double>(rows) / context.seconds;
    const auto peer =
        bench::runPeer("import_plain.py", (folder / "rows.json").string() + " " + (folder / "peer.sqlite").string());
    std::printf("rows usable after    %8.1f s  %9.0f rows/s\n", context.seconds, rate);
    std::printf("ids indexed after    %8.1f s\n", whole);
    std::printf("Python, no index     %8.1f s  %9.0f rows/s\n", peer.seconds, peer.rate());
    std::printf("ratio                %8.2f    asked 3\n", peer.rate() > 0 ? rate / peer.rate() : 0);
    std::printf("peak memory          %8.0f MB limit 1000\n", bench::peakMemoryMb());

    if (argc <= 3 || std::string_view(argv[3]) != "rows") {
        auto project = workspace.open();
        store::PairStore pairs(project);
        const double text = bench::secondsOf([&] {
            while (!pairs.indexSomeText()) { }
        });
        std::printf("text index           %8.1f s  %9.0f rows/s\n", text, static_cast<double>(rows) / text);
    }
    fs::remove_all(folder);
    return 0;
}
