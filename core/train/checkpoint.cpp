#include "core/train/checkpoint.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/safetensors.h"
#include "core/base/text.h"
#include "core/tensor/element_type.h"
#include "core/tensor/safetensors_io.h"

#include <algorithm>
#include <cstdio>

namespace winnow::train {

namespace {

    constexpr std::string_view kMomentPrefix = "adamw.";
    constexpr int kFormatVersion = 1;

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
    tensor::NamedTensors tensors;
    for (const auto& [name, tensor] : checkpoint.tuned)
        tensors[name] = tensor.detach();
    for (const auto& [name, tensor] : checkpoint.moments)
        tensors[std::string(kMomentPrefix) + name] = tensor.detach();
    std::error_code failure;
    std::filesystem::create_directories(file.parent_path(), failure);
    require(!failure, ErrorCode::Io,
        text::join("cannot make the folder ", file.parent_path().string(), ": ", failure.message()));
    tensor::saveSafetensors(file, tensors, {{"state", json::dump(stateOf(checkpoint))}});
}

Checkpoint loadCheckpoint(const std::filesystem::path& file)
{
    const auto what = text::join("checkpoint ", file.string());
    const safetensors::Reader reader(file);
    const auto state = reader.metadata().find("state");
    require(state != reader.metadata().end(), ErrorCode::BadFile, what + " has no training state");
    Checkpoint out;
    readState(json::parse(state->second, what), what, out);
    for (auto& [name, tensor] : tensor::loadSafetensors(file)) {
        if (name.starts_with(kMomentPrefix))
            out.moments.push_back({name.substr(kMomentPrefix.size()), tensor});
        else
            out.tuned.push_back({name, tensor});
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
    tensor::NamedTensors sorted;
    for (const auto& [name, tensor] : tensors)
        sorted[name] = tensor.detach().cpu().contiguous();
    file::Sha256 hash;
    for (const auto& [name, tensor] : sorted) {
        hash.add(text::join(name, '\n', torch::toString(tensor.scalar_type()), '\n', tensor.sizes(), '\n'));
        hash.add(tensor::bytesOf(tensor));
    }
    return hash.hexDigest();
}

} // namespace winnow::train
