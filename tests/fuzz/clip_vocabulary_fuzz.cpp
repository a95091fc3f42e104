// A CLIP vocabulary from a stranger: vocab.json and merges.txt in one input with a line "%%" between them, or a gzip
// file of merges.
#include "core/text/bpe.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

constexpr std::string_view kBetween = "\n%%\n";

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace winnow;
    static const fuzz::Scratch scratch;
    const auto bytes = fuzz::asText(data, size);
    std::filesystem::path place = scratch.folder();
    if (bytes.starts_with("\x1f\x8b")) {
        place = scratch.write("bpe_simple_vocab_16e6.txt.gz", bytes);
    } else {
        const auto cut = bytes.find(kBetween);
        scratch.write("vocab.json", bytes.substr(0, cut));
        scratch.write(
            "merges.txt", cut == std::string_view::npos ? std::string_view() : bytes.substr(cut + kBetween.size()));
    }
    fuzz::mayRefuse([&] {
        const text::ClipTokenizer tokenizer(place);
        for (const std::string_view line : {std::string_view("two dogs' 42 caf\xC3\xA9s"), bytes.substr(0, 64)}) {
            const auto ids = tokenizer.encodeForModel(line);
            for (const auto id : ids)
                fuzz::promise(id >= 0 && id < tokenizer.vocabularySize(), "an id lies in the vocabulary");
            tokenizer.decode(ids);
        }
    });
    return 0;
}
