#include "core/tensor/element_type.h"

#include "core/base/error.h"

#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace winnow::tensor {

namespace {

    // In the order of safetensors::Type.
    constexpr std::array<torch::ScalarType, 10> kTypes{torch::kDouble, torch::kFloat, torch::kHalf, torch::kBFloat16,
        torch::kLong, torch::kInt, torch::kShort, torch::kChar, torch::kByte, torch::kBool};

} // namespace

torch::ScalarType fromFileType(safetensors::Type type) { return kTypes.at(static_cast<std::size_t>(type)); }

std::optional<safetensors::Type> toFileType(torch::ScalarType type)
{
    for (std::size_t i = 0; i < kTypes.size(); ++i)
        if (kTypes[i] == type)
            return static_cast<safetensors::Type>(i);
    return std::nullopt;
}

std::span<const std::byte> bytesOf(const torch::Tensor& tensor)
{
    assert(tensor.is_contiguous() && tensor.is_cpu());
    return {static_cast<const std::byte*>(tensor.data_ptr()), static_cast<std::size_t>(tensor.nbytes())};
}

torch::Tensor viewOf(std::span<const std::byte> bytes, torch::ScalarType type, c10::IntArrayRef shape)
{
    const auto alignment = c10::elementSize(type);
    if (bytes.empty() || reinterpret_cast<std::uintptr_t>(bytes.data()) % alignment != 0)
        return copyOf(bytes, type, shape);
    return torch::from_blob(const_cast<std::byte*>(bytes.data()), shape, torch::TensorOptions().dtype(type));
}

torch::Tensor copyOf(std::span<const std::byte> bytes, torch::ScalarType type, c10::IntArrayRef shape)
{
    auto out = torch::empty(shape, torch::TensorOptions().dtype(type));
    assert(out.nbytes() == bytes.size());
    if (!bytes.empty())
        std::memcpy(out.data_ptr(), bytes.data(), bytes.size());
    return out;
}

void dropPages(std::span<const std::byte> bytes)
{
    static const auto kPage = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    const auto begin = (reinterpret_cast<std::uintptr_t>(bytes.data()) + kPage - 1) / kPage * kPage;
    const auto end = reinterpret_cast<std::uintptr_t>(bytes.data() + bytes.size()) / kPage * kPage;
    if (end > begin)
        ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

} // namespace winnow::tensor
