#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/run_context.h"
#include "core/base/text.h"
#include "core/cluster/kmeans.h"
#include "core/cluster/quality.h"
#include "core/tensor/linalg.h"
#include "tests/golden/golden_tensor.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace winnow::golden {
namespace {

    using Labels = std::vector<std::int32_t>;

    /// What the README asks of k-means on a mixture.
    struct KMeansBar {
        double inertiaShare = 0.03; ///< above the best of 200 restarts
        bool wantsTruth = false;    ///< adjusted Rand index 1 against the true labels
    };

    KMeansBar barOf(const std::string& name)
    {
        static const std::map<std::string, KMeansBar> bars{{"easy", {1e-4, true}}, {"medium", {0.02, false}}};
        const auto found = bars.find(name);
        return found == bars.end() ? KMeansBar{} : found->second;
    }

    Labels toLabels(const torch::Tensor& tensor)
    {
        const auto flat = tensor.to(torch::kInt32).contiguous();
        return {flat.data_ptr<std::int32_t>(), flat.data_ptr<std::int32_t>() + flat.numel()};
    }

    double numberOf(const torch::Tensor& tensor) { return tensor.to(torch::kDouble).flatten()[0].item<double>(); }

    void checkLloyd(const GoldenSet& set, const std::string& name, Reporter& reporter)
    {
        NullContext context;
        const auto got = cluster::lloyd(set(name + ".X"), set(name + ".lloyd.init"), {}, context);
        const auto want = toLabels(set(name + ".lloyd.labels"));
        std::size_t different = 0;
        for (std::size_t i = 0; i < std::min(want.size(), got.labels.size()); ++i)
            different += want[i] != got.labels[i];
        reporter.expect(name + ".lloyd.labels", want.size() == got.labels.size() && different == 0,
            text::join(want.size(), " labels, ", different, " differ"));
        compare(reporter, name + ".lloyd.centers", got.centers, set(name + ".lloyd.centers"));
        compare(reporter, name + ".lloyd.inertia", torch::full({1}, got.inertia, torch::kDouble),
            set(name + ".lloyd.inertia"), {0, 1e-4});
    }

    void checkKMeans(const GoldenSet& set, const std::string& name, Reporter& reporter)
    {
        NullContext context;
        cluster::KMeansOptions options;
        options.clusters = set(name + ".kmeans.centers").size(0);
        const auto got = cluster::kmeans(set(name + ".X"), options, context);
        const auto best = numberOf(set(name + ".kmeans.best_inertia_200_restarts"));
        const auto bar = barOf(name);
        reporter.expect(name + ".kmeans.inertia", got.inertia <= best * (1 + bar.inertiaShare),
            text::join(got.inertia, ", best of 200 restarts ", best, ", allowed ", 100 * bar.inertiaShare, " % more"));
        if (bar.wantsTruth) {
            const double index = cluster::adjustedRandIndex(got.labels, toLabels(set(name + ".true")));
            reporter.expect(name + ".kmeans.labels", index == 1,
                text::join("adjusted Rand index ", index, " against the true labels"));
        }
    }

    /// Components are compared up to their signs, which are then put on the transformed rows too.
    void checkPca(const GoldenSet& set, const std::string& name, Reporter& reporter)
    {
        const auto want = set(name + ".pca.components"); // [E, D]
        const auto rows = set(name + ".X");
        const auto pca = tensor::computePca(rows, want.size(0));
        const auto signs = (pca.components * want).sum(1).sign(); // [E]
        const auto relativeTo = [](const torch::Tensor& tensor) {
            return Tolerance{1e-6 * tensor.abs().max().item<double>(), 1e-6};
        };
        const auto check = [&](const std::string& what, const torch::Tensor& got) {
            const auto expected = set(name + ".pca." + what);
            compare(reporter, name + ".pca." + what, got, expected, relativeTo(expected));
        };
        check("mean", pca.mean);
        check("components", pca.components * signs.unsqueeze(1));
        check("explained_variance", pca.variance);
        check("explained_variance_ratio", pca.varianceRatio);
        check("singular_values", pca.singularValues);
        check("transformed", pca.transform(rows) * signs);
    }

} // namespace

int checkClustering(const std::filesystem::path& dir, Reporter& reporter)
{
    const GoldenSet set(dir, torch::kCPU);
    std::set<std::string> names;
    for (const auto& name : set.namesUnder(""))
        names.insert(name.substr(0, name.find('.')));
    for (const auto& name : names) {
        if (set.has(name + ".lloyd.init"))
            checkLloyd(set, name, reporter);
        if (set.has(name + ".kmeans.centers"))
            checkKMeans(set, name, reporter);
        if (set.has(name + ".pca.components"))
            checkPca(set, name, reporter);
        for (const auto& spectral : set.namesUnder(name + ".spectral"))
            reporter.fail(spectral, "not built");
    }
    return reporter.failures();
}

} // namespace winnow::golden
