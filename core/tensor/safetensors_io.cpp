#include "core/tensor/safetensors_io.h"

#include "core/base/error.h"
#include "core/base/safetensors.h"
#include "core/base/text.h"
#include "core/tensor/element_type.h"

namespace winnow::tensor {

void saveSafetensors(
    const std::filesystem::path& path, const NamedTensors& tensors, const std::map<std::string, std::string>& metadata)
{
    std::vector<torch::Tensor> alive;
    std::vector<safetensors::Part> parts;
    for (const auto& [name, tensor] : tensors) {
        const auto type = toFileType(tensor.scalar_type());
        require(type.has_value(), ErrorCode::InvalidInput,
            text::join("cannot write ", path.string(), ": ", name, " has the type ",
                c10::toString(tensor.scalar_type()), ", which the format lacks"));
        alive.push_back(tensor.detach().to(torch::kCPU).contiguous());
        parts.push_back({name, *type, tensor.sizes().vec(), bytesOf(alive.back())});
    }
    safetensors::write(path, std::move(parts), metadata);
}

NamedTensors loadSafetensors(const std::filesystem::path& path)
{
    const safetensors::Reader reader(path);
    NamedTensors out;
    for (const auto& entry : reader.entries())
        out[entry.name] = copyOf(reader.bytes(entry), fromFileType(entry.type), entry.shape);
    return out;
}

} // namespace winnow::tensor
