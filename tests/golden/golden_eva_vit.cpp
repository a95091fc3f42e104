#include "core/base/json.h"
#include "core/models/vit.h"
#include "core/tensor/device.h"
#include "core/tensor/weight_file.h"
#include "tests/golden/golden_tensor.h"

namespace winnow::golden {
namespace {

    void checkEvaVitForward(Reporter& reporter, const GoldenSet& set, models::EvaVit& model)
    {
        const torch::NoGradGuard noGrad;
        TraceMap traced;
        model->forward(set("image"), traced.trace());
        for (const char* prefix : {"patch_embed", "pos_embed_used", "block.", "out"})
            compareTraced(reporter, set, traced, prefix);
    }

    void checkProbe(Reporter& reporter, const GoldenSet& set, models::EvaVit& model)
    {
        models::setTrainable(*model, true);
        const auto value = (model->forward(set("image")) * set("probe.weight")).sum();
        compare(reporter, "probe.value", value, set("probe.value"));
        value.backward();
        compareGradients(reporter, set, *model);
    }

} // namespace

void checkEvaVit(const Request& request, Reporter& reporter)
{
    const auto device = tensor::parseDevice(request.device);
    const GoldenSet set(request.dir, device);
    auto model = models::loadEvaVit(request.dir, torch::TensorOptions(device));
    checkEvaVitForward(reporter, set, model);
    if (set.has("probe.value"))
        checkProbe(reporter, set, model);
    if (!std::filesystem::exists(request.dir / "model.safetensors"))
        return;
    const torch::NoGradGuard noGrad;
    models::EvaVit other(
        models::EvaVitConfig::fromJson(json::load(request.dir / "config.json")), torch::TensorOptions(device));
    models::loadEvaVitInto(other, tensor::WeightFile(request.dir / "model.safetensors"));
    compare(reporter, "model.safetensors: out", other->forward(set("image")), set("out"));
}

} // namespace winnow::golden
