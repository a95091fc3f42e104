// What a hub, or who pretends to be one, answers when it is asked for the files of a model: whatever is taken is safe
// to make files of.
#include "core/net/hub.h"
#include "tests/fuzz/fuzz_input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace winnow;
    fuzz::mayRefuse([&] {
        const auto listing = net::parseListing(fuzz::asText(data, size), "owner/model", "main");
        for (const auto& file : listing.files)
            fuzz::promise(net::isSafePath(file.path) && file.bytes >= 0, "a file of a listing can be made here");
    });
    return 0;
}
