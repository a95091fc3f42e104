// What torch.save wrote, or what claims to be: zip directory, pickle program, storages, and the tensors looked at.
#include "core/tensor/torch_archive.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

constexpr std::int64_t kMostElements = 1 << 20;

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace winnow;
    static const fuzz::Scratch scratch;
    const auto file = scratch.write("model.pth", fuzz::asText(data, size));
    fuzz::mayRefuse([&] {
        const tensor::TorchArchive archive(file);
        std::int64_t read = 0;
        for (const auto& tensor : archive.tensors()) {
            const auto view = archive.view(tensor);
            read += view.numel();
            if (read > kMostElements) // many names may share one storage
                break;
            const auto copy = view.contiguous().clone(); // touches every element that it may see
            fuzz::promise(copy.numel() == view.numel(), "a copy has as many elements");
        }
    });
    return 0;
}
