// Thumbnails of JPEG pictures on one core, decoded, shrunk and kept, against a plain Pillow loop that only decodes and
// shrinks (tests/bench/peers/thumbnails_pillow.py): asked 2x. Then the search for the pictures of a folder of a million
// names: limit 20 s.
//   picture_bench PICTURES [COUNT [NAMES]]      PICTURES: a folder of JPEG files, linked to COUNT names
#include "core/dataset/picture_finder.h"
#include "core/pipeline/pictures.h"
#include "tests/bench/measuring.h"

#include <algorithm>
#include <filesystem>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace winnow;

constexpr int kSide = 256;

std::vector<fs::path> jpegFiles(const fs::path& folder)
{
    std::vector<fs::path> out;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".jpg")
            out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

void runThumbnails(const std::vector<fs::path>& sources, std::int64_t count, const fs::path& scratch)
{
    fs::create_directories(scratch / "pictures");
    std::vector<fs::path> files;
    for (std::int64_t i = 0; i < count; ++i) {
        files.push_back(scratch / "pictures" / (std::to_string(i) + ".jpg"));
        fs::create_symlink(fs::absolute(sources[static_cast<std::size_t>(i) % sources.size()]), files.back());
    }
    const auto peer =
        bench::runPeer("thumbnails_pillow.py", (scratch / "pictures").string() + " " + std::to_string(kSide));
    pipeline::ThumbnailStore store(scratch);
    std::int64_t broken = 0;
    const auto all = [&] {
        for (const auto& file : files)
            broken += store.load(file, kSide).isNull() ? 1 : 0;
    };
    const double first = bench::secondsOf(all);
    const double again = bench::secondsOf(all);
    const auto rate = static_cast<double>(count) / first;
    std::printf("thumbnails           %8.0f pictures/s (%lld pictures, %lld broken)\n", rate,
        static_cast<long long>(count), static_cast<long long>(broken));
    std::printf("Pillow               %8.0f pictures/s\n", peer.rate());
    std::printf("ratio                %8.2f    asked 2\n", peer.rate() > 0 ? rate / peer.rate() : 0);
    std::printf("kept ones            %8.0f pictures/s\n", static_cast<double>(count) / again);
}

void runNames(std::int64_t count, const fs::path& scratch)
{
    fs::create_directories(scratch / "names");
    for (std::int64_t i = 0; i < count; ++i)
        std::ofstream(scratch / "names" / (std::to_string(i) + ".jpg"));
    dataset::PictureFinder finder(scratch);
    std::int64_t found = 0;
    const double seconds = bench::secondsOf([&] {
        for (std::int64_t i = 0; i < count; ++i)
            found += finder.isThere("names/" + std::to_string(i) + ".jpg") ? 1 : 0;
    });
    std::printf("%lld of %lld names found in %.2f s, limit 20 s; peak memory %.0f MB\n", static_cast<long long>(found),
        static_cast<long long>(count), seconds, bench::peakMemoryMb());
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "picture_bench PICTURES [COUNT [NAMES]]\n");
        return 2;
    }
    const auto sources = jpegFiles(argv[1]);
    if (sources.empty()) {
        std::fprintf(stderr, "there is no .jpg file under %s\n", argv[1]);
        return 1;
    }
    const fs::path scratch = fs::temp_directory_path() / "winnow-picture-bench";
    fs::remove_all(scratch);
    runThumbnails(sources, argc > 2 ? std::atoll(argv[2]) : 4000, scratch);
    runNames(argc > 3 ? std::atoll(argv[3]) : 1'000'000, scratch);
    fs::remove_all(scratch);
    return 0;
}
