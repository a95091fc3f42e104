// A safetensors file from a stranger: header, ranges, metadata.
#include "core/base/safetensors.h"
#include "tests/fuzz/fuzz_input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace winnow;
    static const fuzz::Scratch scratch;
    const auto file = scratch.write("model.safetensors", fuzz::asText(data, size));
    fuzz::mayRefuse([&] {
        const safetensors::Reader reader(file);
        unsigned sum = 0;
        for (const auto& entry : reader.entries()) {
            const auto bytes = reader.bytes(entry);
            fuzz::promise(
                bytes.size() == static_cast<std::uint64_t>(entry.elementCount()) * safetensors::byteSize(entry.type),
                "a tensor has the bytes of its shape");
            for (const auto byte : bytes)
                sum += static_cast<unsigned>(byte);
            fuzz::promise(reader.find(entry.name) != nullptr, "a tensor is found under its name");
        }
        for (const auto& [key, value] : reader.metadata())
            sum += static_cast<unsigned>(key.size() + value.size());
        static volatile unsigned seen;
        seen = seen + sum; // or the reading would be left out
    });
    return 0;
}
