#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/run_context.h"
#include "core/base/text.h"
#include "core/domain/pair.h"
#include "core/select/linear_fit.h"
#include "core/select/policy.h"
#include "core/select/selector.h"
#include "core/select/selector_training.h"
#include "tests/golden/golden_tensor.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace winnow::golden {
namespace {

    constexpr const char* kSelection = "selection.json";

    /// Columns in the order of the published selector: image, text, scores.
    torch::Tensor joined(const GoldenSet& set, const std::string& prefix)
    {
        return torch::cat(
            {set(prefix + "image_feats"), set(prefix + "text_feats"), set(prefix + "instruction_scores")}, -1);
    }

    void compareNamed(Reporter& reporter, const GoldenSet& set, const std::string& prefix,
        const std::vector<std::pair<std::string, torch::Tensor>>& tensors, Tolerance tolerance = {})
    {
        for (const auto& [name, value] : tensors)
            compare(reporter, prefix + name, value, set(prefix + name), tolerance);
    }

    std::vector<std::pair<std::string, torch::Tensor>> underModule(const select::FittedSelector& selector)
    {
        std::vector<std::pair<std::string, torch::Tensor>> out;
        for (const auto& [name, value] : selector.tensors())
            out.emplace_back("module." + name, value);
        return out;
    }

    torch::Tensor asTensor(const std::vector<double>& values) { return torch::tensor(values, torch::kDouble); }

    void checkAttention(const Request& request, const GoldenSet& set, Reporter& reporter)
    {
        NullContext context;
        const auto config = json::load(request.dir / "config.json");
        const auto heads = json::field<std::int64_t>(config, "nhead", "config.json");
        auto selector = select::loadAttentionCheckpoint(request.dir / "best_model.pth", heads);
        const auto x = joined(set, ""); // [30, 11, 16]
        const auto labels = set("labels");
        const auto& net = selector.attention;
        {
            const torch::NoGradGuard noGrad;
            const auto scores = net->forward(x, context); // [30, 11]
            compare(reporter, "scores", scores.unsqueeze(-1), set("scores"));
            compare(reporter, "predicted_labels", scores.mean(1), set("predicted_labels"));
        }
        const auto predict = [&] { return net->forward(x, context).mean(1); };
        std::vector<double> losses;
        const auto config20 = select::DescentOptions{json::field<double>(config, "lr", "config.json"),
            json::field<std::int64_t>(config, "steps", "config.json")};
        // Gradients of the first step are still there after it: Adam keeps them.
        losses = select::descend(net->parameters(), predict, labels, config20, context, [&](std::int64_t step) {
            if (step == 1)
                for (const auto& item : net->named_parameters())
                    compareGradient(
                        reporter, "grad.module." + item.key(), item.value().grad(), set("grad.module." + item.key()));
            if (step == 1 || step == 5)
                compareNamed(reporter, set, text::join("train.step", step, "."), underModule(selector));
        });
        compare(reporter, "loss0", asTensor({losses.front()}), set("loss0"));
        compare(reporter, "train.losses", asTensor(losses), set("train.losses"));
    }

    /// The 200-pair rule on the published scores, by the product's own policy.
    void checkRule(const GoldenSet& set, const Json& all, const std::string& name, Reporter& reporter)
    {
        const auto ids = json::field<std::vector<std::string>>(all, "image_ids_in_order", kSelection);
        std::map<std::string, std::size_t> rowOf;
        for (std::size_t row = 0; row < ids.size(); ++row)
            rowOf[ids[row]] = row;
        std::vector<std::int32_t> clusters(ids.size(), kNoCluster);
        std::int32_t number = 0;
        for (const auto& [key, members] : all.at(name).at("clusters").items()) {
            for (const auto& id : members)
                clusters[rowOf.at(id.get<std::string>())] = number;
            ++number;
        }
        const auto scores = toDoubles(set("all.scores"));
        select::PolicyInput input;
        input.pairCount = static_cast<std::int64_t>(ids.size());
        input.clusters = clusters;
        select::SelectionPlan plan(input);
        select::PolicyRequest request;
        request.budget = {200, false};
        request.mode = Mode::Published;
        request.scores = scores;
        std::vector<std::string> got;
        for (const auto row : plan.choose(request).rows)
            got.push_back(ids[row]);
        auto want = json::field<std::vector<std::string>>(all.at(name), "selected_ids", kSelection);
        std::sort(got.begin(), got.end());
        std::sort(want.begin(), want.end());
        reporter.expect(text::join(name, ".selected_ids"), got == want,
            text::join(got.size(), " ids chosen, ", want.size(), " expected"));
    }

    void checkPublished(const Request& request, const GoldenSet& set, Reporter& reporter)
    {
        NullContext context;
        const torch::NoGradGuard noGrad;
        const auto selector = select::loadAttentionCheckpoint(request.dir / "best_model.pth", 4);
        reporter.expect("parameters", selector.parameterCount() == 2737,
            text::join(selector.parameterCount(), " parameters, expected 2737"));
        compare(reporter, "all.scores", selector.score(joined(set, "all."), context), set("all.scores"), {1e-3, 1e-3});
        compare(reporter, "subsets.predicted_labels",
            selector.attention->forward(joined(set, "subsets."), context).mean(1), set("subsets.predicted_labels"),
            {1e-3, 1e-3});
        const auto all = json::load(request.dir / kSelection);
        for (const auto& [name, value] : all.items())
            if (value.is_object())
                checkRule(set, all, name, reporter);
    }

    void checkLinear(const GoldenSet& set, Reporter& reporter)
    {
        const auto x = toDoubles(set("X")), y = toDoubles(set("y"));
        const select::MatrixView rows{x, static_cast<std::size_t>(set("X").size(1))};
        const Tolerance exact{1e-6, 1e-6};
        const auto least = select::fitLinear(rows, y, 0);
        compare(reporter, "ols.coef", asTensor(least.coefficients), set("ols.coef"), exact);
        compare(reporter, "ols.intercept", asTensor({least.intercept}), set("ols.intercept"), exact);
        std::vector<double> predicted;
        double squares = 0, sum = 0, total = 0;
        for (std::size_t i = 0; i < y.size(); ++i) {
            predicted.push_back(least.predict(rows.row(i)));
            squares += (predicted[i] - y[i]) * (predicted[i] - y[i]);
            sum += y[i];
            total += y[i] * y[i];
        }
        const double n = static_cast<double>(y.size());
        compare(reporter, "ols.pred", asTensor(predicted), set("ols.pred"), exact);
        compare(reporter, "ols.r2", asTensor({1 - squares / (total - sum * sum / n)}), set("ols.r2"), exact);
        const auto ridge = select::fitLinear(rows, y, 1);
        compare(reporter, "ridge1.coef", asTensor(ridge.coefficients), set("ridge1.coef"), exact);
        compare(reporter, "ridge1.intercept", asTensor({ridge.intercept}), set("ridge1.intercept"), exact);
        const double descended = toDoubles(set("linear_sgd.losses")).back();
        reporter.expect("linear_sgd", squares / n <= descended,
            text::join("a linear selector is fitted in closed form: its loss ", squares / n,
                " is not above the last of the gradient descent, ", descended));
    }

    void checkMlp(const GoldenSet& set, Reporter& reporter)
    {
        NullContext context;
        select::MlpNet net(select::MlpShape{16, {12, 12}});
        {
            const torch::NoGradGuard noGrad;
            for (auto& item : net->named_parameters())
                item.value().copy_(set("mlp.init." + item.key()));
            compare(reporter, "mlp.out0", net->forward(set("X")), set("mlp.out0"));
        }
        const auto losses = select::descend(
            net->parameters(), [&] { return net->forward(set("X")); }, set("y"), {0.01, 50}, context,
            [&](std::int64_t step) {
                for (const auto& item : net->named_parameters()) {
                    if (step == 1)
                        compareGradient(
                            reporter, "mlp.grad0." + item.key(), item.value().grad(), set("mlp.grad0." + item.key()));
                    if (step == 5)
                        compare(reporter, "mlp.step5." + item.key(), item.value(), set("mlp.step5." + item.key()));
                }
            });
        compare(reporter, "mlp.losses", asTensor(losses), set("mlp.losses"));
    }

} // namespace

void checkSelector(const Request& request, Reporter& reporter)
{
    const GoldenSet set(request.dir, torch::kCPU);
    if (set.has("train.losses"))
        checkAttention(request, set, reporter);
    if (set.has("all.scores"))
        checkPublished(request, set, reporter);
    if (set.has("ols.coef"))
        checkLinear(set, reporter);
    if (set.has("mlp.losses"))
        checkMlp(set, reporter);
}

} // namespace winnow::golden
