#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/run_context.h"
#include "core/base/text.h"
#include "core/cluster/kmeans.h"
#include "core/cluster/quality.h"
#include "core/cluster/spectral.h"
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

    constexpr double kSpectralIndex = 0.97; // of the mixtures; rings must be found exactly

    /// Both ways to the eigenvalues: all at once, and by Lanczos as for large sets.
    void checkEigenvalues(
        const GoldenSet& set, const std::string& name, const cluster::Affinity& affinity, Reporter& reporter)
    {
        NullContext context;
        const auto want = set(name + ".spectral_nn.laplacian_eigenvalues");
        for (const std::int64_t denseRows : {std::int64_t(512), std::int64_t(0)}) {
            const auto got =
                cluster::smallestEigenpairs(affinity, {.count = want.size(0), .denseRows = denseRows}, context);
            compare(reporter,
                text::join(name, ".spectral_nn.laplacian_eigenvalues, ", denseRows > 0 ? "dense" : "Lanczos"),
                got.values, want, {1e-8, 0});
        }
    }

    void checkLabels(const GoldenSet& set, const std::string& name, const std::string& wanted, double bar,
        const cluster::SpectralOptions& options, Reporter& reporter)
    {
        NullContext context;
        const auto got = cluster::spectral(set(name + ".X"), options, context);
        const double index = cluster::adjustedRandIndex(got.labels, toLabels(set(wanted)));
        reporter.expect(text::join(name, options.landmarks > 0 ? ".spectral by landmarks " : ".spectral ", wanted),
            index >= bar,
            text::join("adjusted Rand index ", index, ", wanted ", bar, "; ", got.components, " connected parts"));
    }

    void checkSpectral(const GoldenSet& set, const std::string& name, Reporter& reporter)
    {
        NullContext context;
        const std::string graph = name + ".spectral_nn.", gaussian = name + ".spectral_rbf_gamma4.";
        const bool isRings = name == "rings";
        const double bar = isRings ? 1 : kSpectralIndex;
        cluster::SpectralOptions options;
        options.clusters = isRings ? 2 : set(name + ".kmeans.centers").size(0);
        if (set.has(graph + "affinity")) {
            const auto affinity = cluster::neighborAffinity(set(name + ".X"), options.neighbors, context);
            compare(reporter, graph + "affinity", affinity.toDense(), set(graph + "affinity"), {0, 0});
            checkEigenvalues(set, name, affinity, reporter);
        }
        if (set.has(graph + "labels")) {
            checkLabels(set, name, graph + "labels", bar, options, reporter);
            auto byLandmarks = options;
            byLandmarks.landmarks = set(name + ".X").size(0) / 4;
            checkLabels(set, name, graph + "labels", bar, byLandmarks, reporter);
        } else // the reference's labels depend on its seed here; the truth does not
            reporter.note(graph + "labels", "the reference has none");
        if (barOf(name).wantsTruth || isRings)
            checkLabels(set, name, name + ".true", 1, options, reporter);
        if (set.has(gaussian + "labels")) {
            options.graph = cluster::SpectralOptions::Graph::Gaussian;
            options.gamma = 4;
            checkLabels(set, name, gaussian + "labels", bar, options, reporter);
        }
    }

    /// With the sign rule of scikit-learn 1.2 not even the signs are free.
    void checkSubsetPca(const GoldenSet& set, const std::string& name, Reporter& reporter)
    {
        const auto want = set(name + ".pca.transformed");
        const auto got = tensor::reduceSubsets(set(name + ".X").unsqueeze(0), want.size(1));
        compare(reporter, name + ".pca.transformed with signs", got[0], want, {1e-5, 1e-5});
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
        if (set.has(name + ".pca.components")) {
            checkPca(set, name, reporter);
            checkSubsetPca(set, name, reporter);
        }
        if (!set.namesUnder(name + ".spectral").empty())
            checkSpectral(set, name, reporter);
    }
    return reporter.failures();
}

} // namespace winnow::golden
