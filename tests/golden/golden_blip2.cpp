#include "core/base/json.h"
#include "core/models/qformer.h"
#include "core/tensor/device.h"
#include "core/tensor/weight_file.h"
#include "tests/golden/golden_tensor.h"

namespace winnow::golden {
namespace {

    void checkForward(Reporter& reporter, const GoldenSet& set, models::Blip2QFormer& model)
    {
        const torch::NoGradGuard noGrad;
        TraceMap traced;
        model->forward(set("vision_features"), {}, traced.trace());
        for (const char* prefix : {"ln_vision.out", "hidden_states.", "last_hidden_state"})
            compareTraced(reporter, set, traced, prefix);
        if (set.has("masked.last_hidden_state"))
            compare(reporter, "masked.last_hidden_state",
                model->forward(set("vision_features"), set("masked.encoder_attention_mask")),
                set("masked.last_hidden_state"));
    }

} // namespace

void checkBlip2(const Request& request, Reporter& reporter)
{
    const auto config = json::load(request.dir / "config.json");
    if (config.contains("vision_config")) {
        reporter.fail("blip2 in Hub naming", "not built");
        return;
    }
    const auto device = tensor::parseDevice(request.device);
    const GoldenSet set(request.dir, device);
    auto model = models::loadBlip2QFormer(request.dir, torch::TensorOptions(device));
    checkForward(reporter, set, model);
    if (!std::filesystem::exists(request.dir / "model.safetensors"))
        return;
    const torch::NoGradGuard noGrad;
    models::Blip2QFormer other(models::QFormerConfig::fromJson(config), torch::TensorOptions(device));
    models::loadBlip2QFormerInto(other, tensor::WeightFile(request.dir / "model.safetensors"));
    compare(reporter, "model.safetensors: last_hidden_state", other->forward(set("vision_features")),
        set("last_hidden_state"));
}

} // namespace winnow::golden
