// Spectral clustering of 3,439 x 1,280 vectors into 10 clusters over 10 neighbours, against the limit of 10 s and
// against scikit-learn's SpectralClustering on the same file (tests/bench/peers/spectral_sklearn.py, where it is
// installed).
//   cluster_bench [ROWS] [THREADS] [PYTHON]
// Or by landmarks, 100 clusters of 512 wide vectors; against the heaps they come from, and on the first 10,000 rows
// against the exact clustering:
//   cluster_bench landmarks [ROWS] [THREADS]
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/cluster/balance.h"
#include "core/cluster/quality.h"
#include "core/cluster/spectral.h"
#include "core/tensor/safetensors_io.h"
#include "tests/bench/cluster/vectors.h"

#include <ATen/Parallel.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using namespace winnow;

constexpr std::int64_t kWidth = 1280;
constexpr std::int64_t kClusters = 10;
constexpr double kLimit = 10;

/// {"seconds", "labels"} of the peer, or nothing where it is not installed.
Json runPeer(const torch::Tensor& rows, const std::string& python, int threads)
{
    std::string pattern = (fs::temp_directory_path() / "winnow-cluster-bench-XXXXXX").string();
    const fs::path folder = ::mkdtemp(pattern.data());
    tensor::saveSafetensors(folder / "rows.safetensors", {{"rows", rows}});
    const auto command = "OMP_NUM_THREADS=" + std::to_string(threads) + " " + python + " " + WINNOW_SOURCE_DIR
        + "/tests/bench/peers/spectral_sklearn.py " + (folder / "rows.safetensors").string() + " "
        + std::to_string(kClusters) + " > " + (folder / "out.json").string();
    const int code = std::system(command.c_str());
    Json out;
    if (code == 0)
        out = json::load(folder / "out.json", 1 << 24);
    fs::remove_all(folder);
    return out;
}

constexpr std::int64_t kManyClusters = 100;
constexpr std::int64_t kNarrow = 512;

int runLandmarks(std::int64_t rows)
{
    NullContext context;
    const auto vectors = bench::makeVectors(rows, kNarrow, kManyClusters, 2.0F);
    const auto heaps = bench::heapsOf(rows, kNarrow, kManyClusters);
    cluster::SpectralResult found;
    const double seconds =
        bench::secondsOf([&] { found = cluster::spectral(vectors, {.clusters = kManyClusters}, context); });
    std::printf(
        "spectral %lld x %lld, K = %lld, by %lld landmarks, %d threads: %.1f s, peak memory %.0f MB (%.0f MB of "
        "them vectors); adjusted Rand index against the heaps %.4f\n",
        static_cast<long long>(rows), static_cast<long long>(kNarrow), static_cast<long long>(kManyClusters),
        static_cast<long long>(found.landmarks), at::get_num_threads(), seconds, bench::peakMegabytes(),
        4e-6 * static_cast<double>(vectors.numel()), cluster::adjustedRandIndex(found.labels, heaps));
    const auto part = vectors.slice(0, 0, std::min<std::int64_t>(rows, 10'000));
    cluster::SpectralResult exact;
    const double exactSeconds =
        bench::secondsOf([&] { exact = cluster::spectral(part, {.clusters = kManyClusters}, context); });
    const auto few = cluster::spectral(part, {.clusters = kManyClusters, .landmarks = 1000}, context);
    const std::vector<std::int32_t> truth(heaps.begin(), heaps.begin() + part.size(0));
    std::printf(
        "first %lld rows: exact %.1f s, index against the heaps %.4f; by 1,000 landmarks %.4f; of the two %.4f\n",
        static_cast<long long>(part.size(0)), exactSeconds, cluster::adjustedRandIndex(exact.labels, truth),
        cluster::adjustedRandIndex(few.labels, truth), cluster::adjustedRandIndex(exact.labels, few.labels));
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc > 1 && std::string(argv[1]) == "landmarks") {
        at::set_num_threads(argc > 3 ? std::atoi(argv[3]) : 2);
        return runLandmarks(argc > 2 ? std::atoll(argv[2]) : 100'000);
    }
    const std::int64_t rows = argc > 1 ? std::atoll(argv[1]) : 3439;
    const int threads = argc > 2 ? std::atoi(argv[2]) : 2;
    const std::string python = argc > 3 ? argv[3] : "/usr/bin/python3";
    at::set_num_threads(threads);
    NullContext context;
    const auto vectors = bench::makeVectors(rows, kWidth, 20);
    cluster::SpectralResult found;
    cluster::Affinity graph;
    const double graphSeconds = bench::secondsOf([&] { graph = cluster::neighborAffinity(vectors, 10, context); });
    const double seconds =
        bench::secondsOf([&] { found = cluster::spectral(vectors, {.clusters = kClusters}, context); });
    const double balanced = bench::secondsOf([&] { cluster::balancedKMeans(vectors, {.clusters = 30}, context); });
    std::printf(
        "spectral %lld x %lld, %d threads: %.2f s (graph %.2f s), limit %.0f s, %.1f times as fast; balanced k-means, "
        "30 clusters: %.2f s\n",
        static_cast<long long>(rows), static_cast<long long>(kWidth), threads, seconds, graphSeconds, kLimit,
        kLimit / seconds, balanced);
    const auto peer = runPeer(vectors, python, threads);
    if (peer.is_null()) {
        std::printf("scikit-learn is not there: no peer\n");
        return seconds < kLimit ? 0 : 1;
    }
    const auto labels = peer.at("labels").get<std::vector<std::int32_t>>();
    std::printf("scikit-learn %s: %.2f s, ratio %.2f; adjusted Rand index of the two %.4f\n",
        peer.at("version").get<std::string>().c_str(), peer.at("seconds").get<double>(),
        peer.at("seconds").get<double>() / seconds, cluster::adjustedRandIndex(found.labels, labels));
    return seconds < kLimit ? 0 : 1;
}
