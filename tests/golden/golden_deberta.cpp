#include "core/base/json.h"
#include "core/models/deberta.h"
#include "core/tensor/device.h"
#include "core/tensor/weight_file.h"
#include "tests/golden/golden_tensor.h"

namespace winnow::golden {
namespace {

    namespace fs = std::filesystem;

    /// "bucket.16_128.distance" and "bucket.16_128.index" beside the sets.
    void checkBuckets(const fs::path& file, Reporter& reporter)
    {
        const auto tensors = tensor::loadSafetensors(file);
        for (const auto& [name, distances] : tensors) {
            if (!name.ends_with(".distance"))
                continue;
            const auto base = name.substr(0, name.size() - std::string(".distance").size());
            const auto sizes = base.substr(base.find('.') + 1);
            const auto buckets = std::stoll(sizes), most = std::stoll(sizes.substr(sizes.find('_') + 1));
            compareIds(reporter, base, models::relativeBuckets(distances, buckets, most), tensors.at(base + ".index"));
        }
    }

    void checkDebertaForward(Reporter& reporter, const GoldenSet& set, models::DebertaClassifier& model)
    {
        const torch::NoGradGuard noGrad;
        const auto ids = set("input_ids"), mask = set("attention_mask"), types = set("token_type_ids");
        TraceMap traced;
        const auto logits = model->forward(ids, mask, types, traced.trace());
        for (const char* name : {"embeddings", "pooled_output", "rel_embeddings_normed"})
            compare(reporter, name, traced(name), set(name));
        compareTraced(reporter, set, traced, "hidden_states."); // padded rows as well
        compareTraced(reporter, set, traced, "attentions.");
        compareIds(
            reporter, "relative_position_index", traced("relative_position_index"), set("relative_position_index"));
        compare(reporter, "logits", logits, set("logits"));
        const auto length = mask[0].sum().item<int64_t>();
        const auto alone = ids.narrow(0, 0, 1).narrow(1, 0, length);
        compare(reporter, "logits_first_row_alone", model->forward(alone), set("logits_first_row_alone"));
    }

} // namespace

void checkDeberta(const Request& request, Reporter& reporter)
{
    const auto device = tensor::parseDevice(request.device);
    const GoldenSet set(request.dir, device);
    if (const auto buckets = request.dir.parent_path() / "relative_buckets.safetensors"; fs::exists(buckets))
        checkBuckets(buckets, reporter);
    auto model = models::loadDeberta(request.dir, torch::TensorOptions(device));
    checkDebertaForward(reporter, set, model);
    if (!fs::exists(request.dir / "pytorch_model.bin"))
        return;
    const torch::NoGradGuard noGrad;
    models::DebertaClassifier other(
        models::DebertaConfig::fromJson(json::load(request.dir / "config.json")), torch::TensorOptions(device));
    models::loadDebertaInto(other, tensor::WeightFile(request.dir / "pytorch_model.bin"));
    compare(
        reporter, "pytorch_model.bin: logits", other->forward(set("input_ids"), set("attention_mask")), set("logits"));
}

} // namespace winnow::golden
