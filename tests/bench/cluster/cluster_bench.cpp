// Spectral clustering of 3,439 x 1,280 vectors into 10 clusters over 10 neighbours, against the limit of 10 s and
// against scikit-learn's SpectralClustering on the same file (tests/bench/peers/spectral_sklearn.py, where it is
// installed).
//   cluster_bench [ROWS] [THREADS] [PYTHON]
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

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>

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

} // namespace

int main(int argc, char** argv)
{
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
