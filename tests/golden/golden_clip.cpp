#include "core/models/clip.h"
#include "core/tensor/device.h"
#include "core/tensor/linalg.h"
#include "tests/golden/golden_tensor.h"

namespace winnow::golden {
namespace {

    void checkClipForward(Reporter& reporter, const GoldenSet& set, models::Clip& model)
    {
        const torch::NoGradGuard noGrad;
        const auto ids = set("input_ids"), mask = set("attention_mask"), pixels = set("pixel_values");
        TraceMap traced;
        const auto image = model->imageFeatures(pixels, traced.trace());
        const auto text = model->textFeatures(ids, mask, traced.trace());
        compareTraced(reporter, set, traced, "vision.");
        compareTraced(reporter, set, traced, "text.", mask);
        compare(reporter, "image_features", image, set("image_features"));
        compare(reporter, "text_features", text, set("text_features"));
        compare(reporter, "image_features, last layer short", model->imageFeatures(pixels), set("image_features"));
        compare(reporter, "text_features, cut at the end tokens", model->textFeatures(ids, mask), set("text_features"));

        const auto imageUnit = tensor::unitRows(image), textUnit = tensor::unitRows(text);
        compare(reporter, "image_embeds", imageUnit, set("image_embeds"));
        compare(reporter, "text_embeds", textUnit, set("text_embeds"));
        const auto logits = model->logitsPerImage(imageUnit, textUnit);
        compare(reporter, "logits_per_image", logits, set("logits_per_image"));
        compare(reporter, "logits_per_text", logits.t(), set("logits_per_text"));

        const auto unmasked = tensor::unitRows(model->textFeatures(ids));
        compare(reporter, "text_embeds_nomask", unmasked, set("text_embeds_nomask"));
        compare(reporter, "logits_per_image_nomask", model->logitsPerImage(imageUnit, unmasked),
            set("logits_per_image_nomask"));
    }

    void checkClipLoss(Reporter& reporter, const GoldenSet& set, models::Clip& model)
    {
        models::setTrainable(*model, true);
        const auto image = tensor::unitRows(model->imageFeatures(set("pixel_values")));
        const auto text = tensor::unitRows(model->textFeatures(set("input_ids"), set("attention_mask")));
        const auto loss = models::contrastiveLoss(model->logitsPerImage(image, text));
        compare(reporter, "contrastive_loss", loss, set("contrastive_loss"));
        loss.backward();
        compareGradients(reporter, set, *model);
    }

} // namespace

void checkClip(const Request& request, Reporter& reporter)
{
    const auto device = tensor::parseDevice(request.device);
    const GoldenSet set(request.dir, device);
    auto model = models::loadClip(request.dir, torch::TensorOptions(device));
    checkClipForward(reporter, set, model);
    if (set.has("contrastive_loss"))
        checkClipLoss(reporter, set, model);
}

} // namespace winnow::golden
