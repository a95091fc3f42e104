#include "core/demo/stages.h"

#include "core/base/text.h"
#include "core/demo/demo_project.h"

namespace winnow::demo {

namespace {

    using models::Linear;
    using torch::indexing::Slice;

    /// What is asked of the tower while it learns to see; thrown away afterwards.
    class DenseHeadsImpl : public torch::nn::Module {
    public:
        explicit DenseHeadsImpl(std::int64_t width)
            : norm(register_module("norm", models::LayerNorm(width, 1e-6)))
            , kind(register_module("kind", Linear(width, kKindCount + 1)))
            , colour(register_module("colour", Linear(width, kColourCount + 1)))
            , count(register_module("count", Linear(width, kMaxCount + 1)))
            , present(register_module("present", Linear(width, kKindCount)))
            , ground(register_module("ground", Linear(width, kGroundCount)))
            , weather(register_module("weather", Linear(width, kWeatherCount)))
            , light(register_module("light", Linear(width, kLightCount)))
        {
        }

        models::LayerNorm norm;
        Linear kind, colour, count, present, ground, weather, light;
    };
    TORCH_MODULE(DenseHeads);

    /// tokens [B, 1 + 36, C] → means over the patches of each place, [B, 4, C]
    torch::Tensor poolPlaces(const torch::Tensor& tokens)
    {
        const auto grid = tokens.narrow(1, 1, 36).view({tokens.size(0), 6, 6, -1}); // [B, 6, 6, C]
        std::vector<torch::Tensor> places;
        for (int column = 0; column < 3; ++column)
            places.push_back(
                grid.index({Slice(), Slice(3, 6), Slice(2 * column, 2 * column + 2)}).mean(at::IntArrayRef{1, 2}));
        places.push_back(grid.index({Slice(), Slice(0, 2)}).mean(at::IntArrayRef{1, 2}));
        return torch::stack(places, 1); // [B, 4, C]
    }

    torch::Tensor crossEntropy(const torch::Tensor& logits, const torch::Tensor& labels)
    {
        return torch::cross_entropy_loss(logits.reshape({-1, logits.size(-1)}), labels.reshape({-1}));
    }

    torch::Tensor denseLoss(DenseHeads& heads, const torch::Tensor& raw, const SceneLabels& labels)
    {
        const auto tokens = heads->norm(raw);   // [B, 1 + P, C]
        const auto places = poolPlaces(tokens); // [B, 4, C]
        const auto whole = tokens.select(1, 0); // [B, C]
        const auto something = labels.placeKind.ne(kKindCount);
        const auto rows = something.reshape({-1}).nonzero().squeeze(1);
        const auto filled = places.reshape({-1, places.size(2)}).index_select(0, rows);
        const auto pick = [&](const torch::Tensor& label) { return label.reshape({-1}).index_select(0, rows); };
        return crossEntropy(heads->kind(places), labels.placeKind)
            + 0.5
            * (crossEntropy(heads->colour(filled), pick(labels.placeColour))
                + crossEntropy(heads->count(filled), pick(labels.placeCount)))
            + torch::binary_cross_entropy_with_logits(heads->present(whole), labels.kindPresent.to(torch::kFloat))
            + 0.3
            * (crossEntropy(heads->ground(whole), labels.ground) + crossEntropy(heads->weather(whole), labels.weather)
                + crossEntropy(heads->light(whole), labels.light));
    }

    double shareRight(const torch::Tensor& logits, const torch::Tensor& labels)
    {
        return logits.argmax(-1).eq(labels).to(torch::kDouble).mean().item<double>() * 100;
    }

    std::string judge(models::EvaVit& vit, DenseHeads& heads, const StageContext& stage)
    {
        const torch::NoGradGuard noGrad;
        const PictureSet set(
            heldOutScenes(91, "vision", std::size_t(stage.judgedOf(512))), PictureSet::Through::Jpeg, *stage.run);
        std::vector<std::int64_t> rows;
        std::vector<const Scene*> scenes;
        for (std::int64_t i = 0; i < set.size(); ++i) {
            rows.push_back(i);
            scenes.push_back(&set.scenes()[std::size_t(i)]);
        }
        const SceneLabels labels = labelsOf(scenes);
        const auto tokens = heads->norm(vit->forward(set.pixels(rows)));
        const auto places = poolPlaces(tokens);
        const auto filled = labels.placeKind.ne(kKindCount);
        const auto share = [&](const torch::Tensor& logits, const torch::Tensor& label) {
            return shareRight(logits.index({filled}), label.index({filled}));
        };
        const auto whole = tokens.select(1, 0);
        return text::join("of held-out scenes the tower names ", share(heads->kind(places), labels.placeKind),
            " % of the kinds, ", share(heads->colour(places), labels.placeColour), " % of the colours, ",
            share(heads->count(places), labels.placeCount), " % of the counts, ",
            shareRight(heads->ground(whole), labels.ground), " % of the grounds, ",
            shareRight(heads->weather(whole), labels.weather), " % of the weathers, ",
            shareRight(heads->light(whole), labels.light), " % of the lights");
    }

} // namespace

std::string trainVision(const StageContext& stage)
{
    const PictureSet set(stage.scenes(), PictureSet::Through::Nothing, *stage.run);
    models::EvaVit vit(embeddedVitConfig());
    DenseHeads heads(vit->config().width);
    models::initialise(*vit, stage.seed + 11, 0.04);
    models::initialise(*heads, stage.seed + 12, 0.04);
    auto parameters = namedParameters(*vit, "vit.");
    for (auto& parameter : namedParameters(*heads, "heads."))
        parameters.push_back(parameter);
    StageOptions options;
    options.name = "vision";
    options.seed = stage.seed;
    options.steps = stage.stepsOf(1500);
    options.peakRate = 1.2e-3;
    options.checkpoints = stage.training / "vision";
    RowOrder order(stage.seed, "vision", set.size(), 64);
    runSteps(
        options, parameters,
        [&](std::int64_t step, Random& random) {
            const auto rows = order.at(step);
            std::vector<Scene> scenes;
            std::vector<std::int64_t> flips;
            for (const auto row : rows) {
                flips.push_back(random.chance(0.5) ? 1 : 0);
                const Scene& scene = set.scenes()[std::size_t(row)];
                scenes.push_back(flips.back() ? mirrored(scene) : scene);
            }
            std::vector<const Scene*> views;
            for (const Scene& scene : scenes)
                views.push_back(&scene);
            const auto pixels = set.pixels(rows, torch::tensor(flips, torch::kLong).to(torch::kBool));
            return denseLoss(heads, vit->forward(pixels), labelsOf(views));
        },
        *stage.run);
    saveModule(stage.training / "vision.safetensors", *vit);
    return judge(vit, heads, stage);
}

} // namespace winnow::demo
