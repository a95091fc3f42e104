#include "core/models/open_clip.h"
#include "core/tensor/device.h"
#include "core/tensor/linalg.h"
#include "tests/golden/golden_tensor.h"

namespace winnow::golden {
namespace {

    void checkOpenClipForward(Reporter& reporter, const GoldenSet& set, models::Clip& model, const std::string& naming)
    {
        const torch::NoGradGuard noGrad;
        TraceMap traced;
        const auto image = model->imageFeatures(set("image"), traced.trace());
        const auto text = model->textFeatures(set("text"), {}, traced.trace());
        compare(reporter, naming + "visual.ln_pre", traced("vision.hidden_states.0"), set("visual.ln_pre"));
        for (const auto* tower : {"visual", "text"})
            for (const auto& name : set.namesUnder(text::join(tower, ".block."))) {
                const auto block = std::stoll(name.substr(name.rfind('.') + 1));
                const auto ours = std::string(tower) == "visual" ? "vision" : tower;
                compare(reporter, naming + name, traced(text::join(ours, ".hidden_states.", block + 1)), set(name));
            }
        const auto imageUnit = tensor::unitRows(image), textUnit = tensor::unitRows(text);
        compare(reporter, naming + "image_features", image, set("image_features"));
        compare(reporter, naming + "text_features", text, set("text_features"));
        compare(reporter, naming + "image_features_norm", imageUnit, set("image_features_norm"));
        compare(reporter, naming + "text_features_norm", textUnit, set("text_features_norm"));
        compare(
            reporter, naming + "logits_per_image", model->logitsPerImage(imageUnit, textUnit), set("logits_per_image"));
    }

} // namespace

void checkOpenClip(const Request& request, Reporter& reporter)
{
    const auto device = tensor::parseDevice(request.device);
    const GoldenSet set(request.dir, device);
    auto model = models::loadOpenClip(request.dir, torch::TensorOptions(device));
    checkOpenClipForward(reporter, set, model, "");
    if (!std::filesystem::exists(request.dir / "config.json"))
        return;
    auto other = models::loadClip(request.dir, torch::TensorOptions(device));
    checkOpenClipForward(reporter, set, other, "Hub naming: ");
}

} // namespace winnow::golden
