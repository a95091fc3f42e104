// A SentencePiece model from a stranger, and texts cut with it: its own last bytes are one of them.
#include "core/text/sentencepiece.h"
#include "tests/fuzz/fuzz_input.h"

#include <algorithm>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace winnow;
    static const fuzz::Scratch scratch;
    const auto bytes = fuzz::asText(data, size);
    const auto file = scratch.write("tokenizer.model", bytes);
    fuzz::mayRefuse([&] {
        const text::SentencePieceTokenizer tokenizer(file);
        const auto last = bytes.substr(size - std::min<std::size_t>(size, 64));
        for (const std::string_view line : {std::string_view("A dog  runs, \xE4\xBD\xA0\xE5\xA5\xBD!\n"), last}) {
            const auto ids = tokenizer.encode(line);
            for (const auto id : ids)
                fuzz::promise(id >= 0 && id < tokenizer.vocabularySize(), "an id lies in the vocabulary");
            tokenizer.decode(ids);
            tokenizer.encodeReadingSpecials(line);
            fuzz::mayRefuse([&] { tokenizer.encodePair(line, last, 16); });
            fuzz::mayRefuse([&] { tokenizer.encodeSingle(line, 16); });
        }
    });
    return 0;
}
