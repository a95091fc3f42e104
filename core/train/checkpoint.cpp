#include "core/train/checkpoint.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/safetensors.h"
#include "core/base/text.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <numeric>

namespace winnow::train {

namespace {

    constexpr std::string_view kMomentPrefix = "adamw.";
    constexpr int kFormatVersion = 1;

    safetensors::Type typeOf(const torch::Tensor& tensor)
    {
        switch (tensor.scalar_type()) {
        case torch::kFloat32:
            return safetensors::Type::F32;
        case torch::kFloat64:
            return safetensors::Type::F64;
        case torch::kFloat16:
            return safetensors::Type::F16;
        case torch::kBFloat16:
            return safetensors::Type::BF16;
        default:
            throw Error(ErrorCode::Unsupported, "a checkpoint holds floating-point tensors only");
        }
    }

    torch::ScalarType scalarTypeOf(safetensors::Type type, const std::string& name)
    {
        switch (type) {
        case safetensors::Type::F32:
            return torch::kFloat32;
        case safetensors::Type::F64:
            return torch::kFloat64;
        case safetensors::Type::F16:
            return torch::kFloat16;
        case safetensors::Type::BF16:
            return torch::kBFloat16;
        default:
            throw Error(ErrorCode::BadFile,
                text::join("cannot read the checkpoint: ", name, " has the type ", safetensors::toString(type)));
        }
    }

    std::span<const std::byte> bytesOf(const torch::Tensor& tensor)
    {
        return {static_cast<const std::byte*>(tensor.data_ptr()), static_cast<std::size_t>(tensor.nbytes())};
    }

    torch::Tensor readTensor(const safetensors::Reader& reader, const safetensors::Entry& entry)
    {
        auto tensor = torch::empty(entry.shape, torch::TensorOptions(scalarTypeOf(entry.type, entry.name)));
        const auto bytes = reader.bytes(entry);
        if (!bytes.empty())
            std::memcpy(tensor.data_ptr(), bytes.data(), bytes.size());
        return tensor;
    }

    std::vector<NamedTensor> contiguousOnCpu(const std::vector<NamedTensor>& tensors)
    {
        std::vector<NamedTensor> out;
        for (const auto& [name, tensor] : tensors)
            out.push_back({name, tensor.detach().cpu().contiguous()});
        return out;
    }

    void addParts(
        std::vector<safetensors::Part>& parts, const std::vector<NamedTensor>& tensors, std::string_view prefix)
    {
        for (const auto& [name, tensor] : tensors)
            parts.push_back({std::string(prefix) + name, typeOf(tensor), tensor.sizes().vec(), bytesOf(tensor)});
    }

    Json stateOf(const Checkpoint& checkpoint)
    {
        return Json{{"version", kFormatVersion}, {"step", checkpoint.step},
            {"optimizer_steps", checkpoint.optimizerSteps}, {"prompt_stream", checkpoint.promptStream},
            {"crop_stream", checkpoint.cropStream}, {"gradient_scale", checkpoint.gradientScale},
            {"scale_good_steps", checkpoint.scaleGoodSteps}, {"last_loss", checkpoint.lastLoss},
            {"recipe", checkpoint.recipe}, {"data", checkpoint.dataFingerprint}};
    }

    void readState(const Json& state, std::string_view what, Checkpoint& out)
    {
        const auto version = json::field<int>(state, "version", what);
        require(version <= kFormatVersion, ErrorCode::TooNew,
            text::join(what, " is of version ", version, ", this program reads up to ", kFormatVersion));
        out.step = json::field<std::int64_t>(state, "step", what);
        out.optimizerSteps = json::field<std::int64_t>(state, "optimizer_steps", what);
        out.promptStream = json::field<std::string>(state, "prompt_stream", what);
        out.cropStream = json::field<std::string>(state, "crop_stream", what);
        out.gradientScale = json::field<double>(state, "gradient_scale", what);
        out.scaleGoodSteps = json::field<std::int64_t>(state, "scale_good_steps", what);
        out.lastLoss = json::fieldOr<double>(state, "last_loss", 0, what);
        out.recipe = json::field<Json>(state, "recipe", what);
        out.dataFingerprint = json::field<std::string>(state, "data", what);
        require(
            out.step >= 0 && out.optimizerSteps >= 0, ErrorCode::BadFile, text::join(what, " counts steps below 0"));
    }

} // namespace

void saveCheckpoint(const std::filesystem::path& file, const Checkpoint& checkpoint)
{
    const auto tuned = contiguousOnCpu(checkpoint.tuned);
    const auto moments = contiguousOnCpu(checkpoint.moments);
    std::vector<safetensors::Part> parts;
    addParts(parts, tuned, "");
    addParts(parts, moments, kMomentPrefix);
    std::filesystem::create_directories(file.parent_path());
    safetensors::write(file, std::move(parts), {{"state", json::dump(stateOf(checkpoint))}});
}

Checkpoint loadCheckpoint(const std::filesystem::path& file)
{
    const safetensors::Reader reader(file);
    const auto what = text::join("checkpoint ", file.string());
    const auto state = reader.metadata().find("state");
    require(state != reader.metadata().end(), ErrorCode::BadFile, what + " has no training state");
    Checkpoint out;
    readState(json::parse(state->second, what), what, out);
    for (const auto& entry : reader.entries()) {
        if (entry.name.starts_with(kMomentPrefix))
            out.moments.push_back({entry.name.substr(kMomentPrefix.size()), readTensor(reader, entry)});
        else
            out.tuned.push_back({entry.name, readTensor(reader, entry)});
    }
    require(!out.tuned.empty(), ErrorCode::BadFile, what + " holds no tensor");
    return out;
}

std::filesystem::path checkpointPath(const std::filesystem::path& folder, std::int64_t step)
{
    char name[48];
    std::snprintf(name, sizeof name, "step-%08lld.safetensors", static_cast<long long>(step));
    return folder / name;
}

std::vector<std::filesystem::path> listCheckpoints(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> out;
    std::error_code absent;
    for (const auto& entry : std::filesystem::directory_iterator(folder, absent)) {
        const auto name = entry.path().filename().string();
        if (name.starts_with("step-") && name.ends_with(".safetensors"))
            out.push_back(entry.path());
    }
    std::sort(out.rbegin(), out.rend());
    return out;
}

std::optional<Checkpoint> findLatestCheckpoint(const std::filesystem::path& folder)
{
    for (const auto& path : listCheckpoints(folder)) {
        try {
            return loadCheckpoint(path);
        } catch (const Error& e) {
            // A broken file (bad disk, cut by hand) costs the steps since the one before it, not the run.
            if (e.code() != ErrorCode::BadFile)
                throw;
        }
    }
    return std::nullopt;
}

void pruneCheckpoints(const std::filesystem::path& folder, std::size_t keep)
{
    const auto paths = listCheckpoints(folder);
    for (std::size_t i = keep; i < paths.size(); ++i) {
        std::error_code ignored; // an old file that stays costs space only
        std::filesystem::remove(paths[i], ignored);
    }
}

std::string weightsSha256(const std::vector<NamedTensor>& tensors)
{
    auto sorted = contiguousOnCpu(tensors);
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    file::Sha256 hash;
    for (const auto& [name, tensor] : sorted) {
        hash.add(text::join(name, '\n', safetensors::toString(typeOf(tensor)), '\n', tensor.sizes(), '\n'));
        hash.add(bytesOf(tensor));
    }
    return hash.hexDigest();
}

} // namespace winnow::train
