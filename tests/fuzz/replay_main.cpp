// Feeds every file of the folders given to the target that this is linked with: the regression run of its corpus and
// of everything that fuzzing once found, in the ordinary build. Ends with an error where a folder that must hold inputs
// has none, where an input takes over ten seconds, or where all of them together took two gigabytes.
#include "tests/fuzz/fuzz_input.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <sys/resource.h>
#include <vector>

namespace {

namespace fs = std::filesystem;

constexpr double kMostSeconds = 10;
constexpr long kMostKilobytes = 2'000'000;

std::vector<fs::path> inputsIn(const fs::path& folder)
{
    std::vector<fs::path> out;
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(folder, absent))
        if (entry.is_regular_file())
            out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

/// Seconds that the input took.
double feed(const fs::path& input)
{
    std::ifstream file(input, std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    const auto start = std::chrono::steady_clock::now();
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

int main(int argc, char** argv)
{
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i) {
        const auto inputs = inputsIn(argv[i]);
        if (i == 1 && inputs.empty()) {
            std::fprintf(stderr, "there are no inputs in %s\n", argv[i]);
            return 1;
        }
        for (const auto& input : inputs) {
            std::fprintf(stderr, "%s\n", input.c_str()); // the last line names the input that a crash came from
            const double seconds = feed(input);
            if (seconds > kMostSeconds) {
                std::fprintf(stderr, "it took %.1f s\n", seconds);
                return 1;
            }
            ++count;
        }
    }
    struct rusage usage { };
    ::getrusage(RUSAGE_SELF, &usage);
    std::fprintf(stderr, "%zu inputs, at most %ld MB\n", count, usage.ru_maxrss / 1000);
    return usage.ru_maxrss > kMostKilobytes ? 1 : 0;
}
