#include "core/pipeline/feature_file.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/tensor/weight_file.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace winnow::pipeline {

namespace {

    [[noreturn]] void fail(const std::filesystem::path& path, const std::string& problem)
    {
        throw Error(ErrorCode::BadFile, text::join("cannot read vectors from ", path.string(), ": ", problem));
    }

    FeatureFile fromTensor(const torch::Tensor& tensor, const std::filesystem::path& path)
    {
        if (tensor.dim() != 2 || tensor.size(0) == 0 || tensor.size(1) == 0)
            throw Error(ErrorCode::BadShape,
                text::join("cannot read vectors from ", path.string(),
                    ": a matrix [pairs, numbers] is expected, it has ", tensor.dim(), " dimensions"));
        const auto values = tensor.to(torch::kFloat).contiguous();
        const auto* data = values.data_ptr<float>();
        const auto* const bad = std::find_if(data, data + values.numel(), [](float v) { return !std::isfinite(v); });
        if (bad != data + values.numel())
            fail(path,
                text::join("row ", (bad - data) / values.size(1), ", column ", (bad - data) % values.size(1),
                    " (from 0) is ", *bad, ", finite numbers are expected"));
        return {values.size(0), values.size(1), std::vector<float>(data, data + values.numel())};
    }

    FeatureFile fromWeights(const std::filesystem::path& path)
    {
        const tensor::WeightFile file(path);
        const auto& tensors = file.tensors();
        if (tensors.size() == 1)
            return fromTensor(file.load(tensors.front().name), path);
        if (!file.contains("vectors"))
            fail(path, text::join("it holds ", tensors.size(), " tensors and none is named vectors"));
        return fromTensor(file.load("vectors"), path);
    }

    /// The value after 'key': in the header's Python dictionary, up to the next comma at the same depth.
    std::string headerValue(const std::string& header, const std::string& key, const std::filesystem::path& path)
    {
        const auto at = header.find("'" + key + "':");
        if (at == std::string::npos)
            fail(path, "its header has no " + key);
        auto start = at + key.size() + 3;
        int depth = 0;
        auto end = start;
        for (; end < header.size(); ++end) {
            const char c = header[end];
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if ((c == ',' && depth == 0) || c == '}')
                break;
        }
        return std::string(text::trimmed(std::string_view(header).substr(start, end - start)));
    }

    std::vector<std::int64_t> parseShape(const std::string& value, const std::filesystem::path& path)
    {
        std::vector<std::int64_t> shape;
        const auto inner = value.size() >= 2 ? value.substr(1, value.size() - 2) : std::string();
        for (const auto& piece : text::split(inner, ',')) {
            std::int64_t size = 0;
            if (text::trimmed(piece).empty())
                continue;
            if (!text::parseInt(piece, size) || size < 0 || size > std::int64_t(1) << 40)
                fail(path, "its header has the shape " + text::shortened(value, 60));
            shape.push_back(size);
        }
        return shape;
    }

    /// NumPy's .npy: magic, version, header length, a Python dictionary, then the data (numpy.lib.format).
    FeatureFile fromNpy(const std::filesystem::path& path)
    {
        const file::MemoryMap map(path);
        const auto bytes = map.bytes();
        const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (all.size() < 12 || !all.starts_with("\x93NUMPY"))
            fail(path, "it does not start as a .npy file; write it with numpy.save");
        const bool isLong = all[6] >= 2;
        std::uint32_t headerSize = 0;
        std::memcpy(&headerSize, all.data() + 8, isLong ? 4 : 2);
        const std::size_t start = isLong ? 12 : 10;
        if (headerSize > all.size() - start)
            fail(path, "its header is longer than the file");
        const std::string header(all.substr(start, headerSize));
        const auto type = headerValue(header, "descr", path);
        const auto shape = parseShape(headerValue(header, "shape", path), path);
        if (headerValue(header, "fortran_order", path) != "False")
            fail(path, "it is in Fortran order; save it with numpy.ascontiguousarray");
        const std::size_t width = type == "'<f2'" ? 2 : type == "'<f4'" ? 4 : type == "'<f8'" ? 8 : 0;
        if (width == 0)
            fail(path, "its numbers are " + text::shortened(type, 20) + ", float16, float32 or float64 is expected");
        std::size_t count = 1;
        for (const auto size : shape) {
            if (size > 0 && count > bytes.size() / static_cast<std::size_t>(size))
                fail(path, "its shape needs more bytes than the file has");
            count *= static_cast<std::size_t>(size);
        }
        if (count > (bytes.size() - start - headerSize) / width)
            fail(path, "it is cut off: its shape needs more bytes than the file has");
        const auto dtype = width == 2 ? torch::kHalf : width == 4 ? torch::kFloat : torch::kDouble;
        auto* const data = const_cast<std::byte*>(bytes.data() + start + headerSize); // only read: clone() follows
        return fromTensor(torch::from_blob(data, shape, dtype).clone(), path);
    }

} // namespace

FeatureFile loadFeatureFile(const std::filesystem::path& path)
{
    const auto ending = text::toLowerAscii(path.extension().string());
    if (ending == ".npy")
        return fromNpy(path);
    if (ending == ".pt" || ending == ".pth" || ending == ".bin" || ending == ".safetensors")
        return fromWeights(path);
    throw Error(ErrorCode::Unsupported,
        text::join("cannot read vectors from ", path.string(), ": use .npy, .pt or .safetensors"));
}

} // namespace winnow::pipeline
