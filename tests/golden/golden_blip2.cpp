#include "core/base/json.h"
#include "core/models/blip2.h"
#include "core/models/qformer.h"
#include "core/tensor/device.h"
#include "core/tensor/weight_file.h"
#include "tests/golden/golden_tensor.h"

namespace winnow::golden {
namespace {

    void checkBlip2Forward(Reporter& reporter, const GoldenSet& set, models::Blip2QFormer& model)
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

    void checkOriginal(const Request& request, const Json& config, Reporter& reporter)
    {
        const auto device = tensor::parseDevice(request.device);
        const GoldenSet set(request.dir, device);
        auto model = models::loadBlip2QFormer(request.dir, torch::TensorOptions(device));
        checkBlip2Forward(reporter, set, model);
        if (!std::filesystem::exists(request.dir / "model.safetensors"))
            return;
        const torch::NoGradGuard noGrad;
        models::Blip2QFormer other(models::QFormerConfig::fromJson(config), torch::TensorOptions(device));
        models::loadBlip2QFormerInto(other, tensor::WeightFile(request.dir / "model.safetensors"));
        compare(reporter, "model.safetensors: last_hidden_state", other->forward(set("vision_features")),
            set("last_hidden_state"));
    }

    void checkHubForward(Reporter& reporter, const GoldenSet& set, models::Blip2& model)
    {
        const torch::NoGradGuard noGrad;
        TraceMap traced;
        model->forward(set("pixel_values"), {}, traced.trace());
        for (const char* prefix : {"vision.hidden_states.", "vision.last_hidden_state", "qformer.hidden_states.",
                 "qformer.last_hidden_state", "language_projection"})
            compareTraced(reporter, set, traced, prefix);
        // The reference norms the class token twice, and takes the first query.
        compare(reporter, "vision.pooler_output", model->ln_vision(traced("vision.last_hidden_state").select(1, 0)),
            set("vision.pooler_output"));
        compare(reporter, "qformer.pooler_output", traced("qformer.last_hidden_state").select(1, 0),
            set("qformer.pooler_output"));
        TraceMap masked;
        model->forward(set("pixel_values"), set("masked.encoder_attention_mask"), masked.trace());
        compare(reporter, "masked.qformer.last_hidden_state", masked("qformer.last_hidden_state"),
            set("masked.qformer.last_hidden_state"));
    }

    void checkHubGradients(Reporter& reporter, const GoldenSet& set, models::Blip2& model)
    {
        models::setTrainable(*model, true);
        const auto value = (model->forward(set("pixel_values")) * set("probe.weight")).sum();
        compare(reporter, "probe.value", value, set("probe.value"));
        value.backward();
        const auto parameters = model->named_parameters();
        for (const auto& name : set.namesUnder("grad.")) {
            const auto* parameter = parameters.find(models::blip2NameOf(name.substr(5)));
            if (parameter == nullptr)
                reporter.fail(name, "the model has no such parameter");
            else
                compareGradient(reporter, name, parameter->grad(), set(name));
        }
    }

} // namespace

void checkBlip2(const Request& request, Reporter& reporter)
{
    const auto config = json::load(request.dir / "config.json");
    if (!models::isBlip2Config(config))
        return checkOriginal(request, config, reporter);
    const auto device = tensor::parseDevice(request.device);
    const GoldenSet set(request.dir, device);
    auto model = models::loadBlip2(request.dir, torch::TensorOptions(device));
    checkHubForward(reporter, set, model);
    checkHubGradients(reporter, set, model);
}

} // namespace winnow::golden
