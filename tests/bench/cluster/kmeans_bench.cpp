// k-means of 100,000 x 512 vectors into 1,000 clusters beside faiss's own on the same rows, with as many iterations and
// threads, one after the other in turns; the best time of each counts. The limit: twice the time of faiss, and no
// larger sum of squared distances.
//   kmeans_bench [ROWS] [WIDTH] [CLUSTERS] [ITERATIONS] [THREADS] [TURNS]
#include "core/base/run_context.h"
#include "core/cluster/kmeans.h"
#include "core/cluster/points.h"
#include "tests/bench/cluster/vectors.h"

#include <ATen/Parallel.h>

#ifdef WINNOW_FAISS
#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>
#endif

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>

namespace {

using namespace winnow;

struct Figures {
    double seconds = std::numeric_limits<double>::infinity();
    double inertia = 0;
};

/// Sum of squared distances to the nearest of the centres, by one and the same code for both.
double inertiaOf(const torch::Tensor& rows, const torch::Tensor& centers)
{
    const auto labels = cluster::assign(rows, centers);
    const auto width = rows.size(1);
    double sum = 0;
    for (std::size_t i = 0; i < labels.size(); ++i)
        sum += cluster::squaredDistance(rows.data_ptr<float>() + static_cast<std::int64_t>(i) * width,
            centers.data_ptr<float>() + labels[i] * width, width);
    return sum;
}

void runOurs(const torch::Tensor& rows, const cluster::KMeansOptions& options, Figures& figures)
{
    NullContext context;
    cluster::KMeansResult found;
    figures.seconds =
        std::min(figures.seconds, bench::secondsOf([&] { found = cluster::kmeans(rows, options, context); }));
    figures.inertia = inertiaOf(rows, found.centers);
}

#ifdef WINNOW_FAISS
void runFaiss(const torch::Tensor& rows, const cluster::KMeansOptions& options, Figures& figures)
{
    faiss::ClusteringParameters parameters;
    parameters.niter = static_cast<int>(options.maxIterations);
    parameters.max_points_per_centroid = std::numeric_limits<int>::max(); // all rows, as here
    const auto width = static_cast<int>(rows.size(1)), clusters = static_cast<int>(options.clusters);
    faiss::Clustering clustering(width, clusters, parameters);
    faiss::IndexFlatL2 index(width);
    figures.seconds = std::min(
        figures.seconds, bench::secondsOf([&] { clustering.train(rows.size(0), rows.data_ptr<float>(), index); }));
    const auto centers = torch::from_blob(clustering.centroids.data(), {clusters, width}).clone();
    figures.inertia = inertiaOf(rows, centers);
}
#endif

} // namespace

int main(int argc, char** argv)
{
    const auto number = [&](int at, std::int64_t otherwise) { return argc > at ? std::atoll(argv[at]) : otherwise; };
    const auto rows = bench::makeVectors(number(1, 100'000), number(2, 512), /*heaps=*/2 * number(3, 1000));
    cluster::KMeansOptions options;
    options.clusters = number(3, 1000);
    options.maxIterations = number(4, 25);
    options.restarts = 1;
    options.tolerance = 0;
    at::set_num_threads(static_cast<int>(number(5, 2)));
    Figures ours, theirs;
    for (std::int64_t turn = 0; turn < number(6, 2); ++turn) {
        runOurs(rows, options, ours);
#ifdef WINNOW_FAISS
        runFaiss(rows, options, theirs);
#endif
    }
    std::printf(
        "k-means %lld x %lld, K = %lld, %lld iterations, %d threads: %.2f s, inertia %.6g, peak memory %.0f MB\n",
        static_cast<long long>(rows.size(0)), static_cast<long long>(rows.size(1)),
        static_cast<long long>(options.clusters), static_cast<long long>(options.maxIterations), at::get_num_threads(),
        ours.seconds, ours.inertia, bench::peakMegabytes());
#ifdef WINNOW_FAISS
    std::printf("faiss: %.2f s, inertia %.6g; ratio of times %.2f (limit 2), of inertias %.4f (limit 1)\n",
        theirs.seconds, theirs.inertia, ours.seconds / theirs.seconds, ours.inertia / theirs.inertia);
    return ours.seconds <= 2 * theirs.seconds && ours.inertia <= theirs.inertia ? 0 : 1;
#else
    std::printf("faiss was not there when this was built: no peer\n");
    return 0;
#endif
}
