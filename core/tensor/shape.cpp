#include "core/tensor/shape.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>

namespace winnow::tensor {

namespace {

    std::string wantedText(std::initializer_list<std::int64_t> sizes)
    {
        std::vector<std::string> parts;
        for (const auto size : sizes)
            parts.push_back(size == kAny ? "any" : std::to_string(size));
        return "[" + text::joined(parts, ", ") + "]";
    }

} // namespace

std::string shapeText(c10::IntArrayRef sizes)
{
    std::vector<std::string> parts;
    for (const auto size : sizes)
        parts.push_back(std::to_string(size));
    return "[" + text::joined(parts, ", ") + "]";
}

void expectShape(const torch::Tensor& x, std::initializer_list<std::int64_t> sizes, std::string_view name)
{
    if (!x.defined())
        throw Error(ErrorCode::BadShape, text::join(name, " is absent, expected ", wantedText(sizes)));
    const bool fits = static_cast<std::size_t>(x.dim()) == sizes.size()
        && std::equal(sizes.begin(), sizes.end(), x.sizes().begin(),
            [](std::int64_t wanted, std::int64_t size) { return wanted == kAny || wanted == size; });
    if (!fits)
        throw Error(
            ErrorCode::BadShape, text::join(name, " is ", shapeText(x.sizes()), ", expected ", wantedText(sizes)));
}

void expectType(const torch::Tensor& x, torch::ScalarType type, std::string_view name)
{
    if (x.scalar_type() != type)
        throw Error(ErrorCode::BadShape,
            text::join(name, " has the type ", c10::toString(x.scalar_type()), ", expected ", c10::toString(type)));
}

} // namespace winnow::tensor
