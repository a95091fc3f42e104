// Ready clusters from a stranger.
#include "core/dataset/cluster_file.h"
#include "tests/fuzz/fuzz_input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace winnow;
    static const fuzz::Scratch scratch;
    const auto file = scratch.write("clusters.json", fuzz::asText(data, size));
    fuzz::mayRefuse(
        [&] { fuzz::promise(!dataset::readClusterFile(file).empty(), "a file that is read has clusters"); });
    return 0;
}
