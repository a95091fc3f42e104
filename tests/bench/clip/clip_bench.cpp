// Picture files and captions to CLIP scores at ViT-B/32 shapes (random weights): the product's scorer against the
// published pipeline written plainly in Python (tests/bench/peers/clip_plain.py), same files, same text pieces; and the
// share of the measured SGEMM rate that the towers reach.
//   clip_bench [PAIRS] [THREADS] [PYTHON] [DEVICE]
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/models/clip.h"
#include "core/score/clip_score.h"
#include "core/tensor/device.h"
#include "core/tensor/safetensors_io.h"
#include "core/text/bpe.h"
#include "core/text/sentences.h"
#include "tests/bench/measuring.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

namespace {

namespace fs = std::filesystem;
using namespace winnow;

using bench::secondsOf;
constexpr double kAsked = 1.6;

double bestOf(int repeats, const std::function<void()>& work)
{
    double best = 1e9;
    for (int i = 0; i < repeats; ++i)
        best = std::min(best, secondsOf(work));
    return best;
}

struct Setting {
    std::size_t pairs = 48;
    int threads = 2;
    std::string python = "/usr/bin/python3";
    std::string device = "cpu";
    fs::path scratch;
};

models::Clip makeModel(const fs::path& folder, const torch::Device& device)
{
    models::Clip model((models::ClipConfig())); // ViT-B/32
    models::initialise(*model, 1);
    tensor::NamedTensors tensors;
    for (const auto& item : model->named_parameters())
        tensors[item.key()] = item.value().detach();
    tensor::saveSafetensors(folder / "model.safetensors", tensors);
    file::writeAtomically(folder / "config.json", json::dump(model->config().toJson()));
    return models::loadClip(folder, torch::TensorOptions().device(device).dtype(torch::kFloat));
}

std::vector<score::ScoreItem> loadItems(std::size_t count)
{
    const auto folder = fs::path(WINNOW_SHARED_DIR) / "data" / "flickr8k-400";
    std::ifstream lines(folder / "captions.txt");
    std::vector<score::ScoreItem> items;
    std::string line, before;
    std::getline(lines, line); // header
    while (items.size() < count && std::getline(lines, line)) {
        const auto comma = line.find(',');
        const auto image = line.substr(0, comma);
        if (comma == std::string::npos || image == before)
            continue;
        before = image;
        score::ScoreItem item;
        item.row = static_cast<PairRow>(items.size());
        item.id = image;
        item.image = folder / "images" / image;
        item.responses = {line.substr(comma + 1)};
        items.push_back(std::move(item));
    }
    return items;
}

struct PeerResult {
    double seconds = 0;
    std::vector<double> scores;
};

PeerResult runPeer(
    const Setting& setting, const std::vector<score::ScoreItem>& items, const text::ClipTokenizer& tokenizer)
{
    Json pairs = Json::array();
    for (const auto& item : items) {
        Json ids = Json::array();
        for (const auto& piece : text::splitSentences(item.responses.front(), text::SentenceMode::Published))
            ids.push_back(tokenizer.encodePadded(piece, 77));
        pairs.push_back(Json{{"image", item.image.string()}, {"ids", ids}});
    }
    file::writeAtomically(setting.scratch / "pairs.json", json::dump(Json{{"pairs", pairs}}));
    const auto answer = setting.scratch / "peer.json";
    const auto command = text::join("OMP_NUM_THREADS=", setting.threads, " ", setting.python,
        " " WINNOW_SOURCE_DIR "/tests/bench/peers/clip_plain.py ", setting.scratch.string(), " ",
        (setting.scratch / "pairs.json").string(), " ", setting.threads, " ", setting.device, " > ", answer.string());
    require(std::system(command.c_str()) == 0, ErrorCode::NotFound, text::join("the peer did not run: ", command));
    const auto result = json::load(answer);
    return {json::field<double>(result, "seconds", "peer"), json::field<std::vector<double>>(result, "scores", "peer")};
}

/// GFLOP/s of one large product in f32, the limit for the towers.
double sgemmRate(const torch::Device& device)
{
    const std::int64_t rows = device.is_cuda() ? 16'384 : 1'600;
    const auto x = torch::randn({rows, 768}, device), w = torch::randn({3072, 768}, device);
    const auto product = [&] {
        torch::linear(x, w);
        tensor::synchronize(device);
    };
    product();
    return 2.0 * double(rows) * 768 * 3072 / bestOf(10, product) / 1e9;
}

/// Products and attention that a tower really does: its last layer works for one position alone.
double towerGflop(const models::ClipTowerConfig& tower, int64_t batch, int64_t tokens)
{
    const double T = double(tokens), C = double(tower.hidden), F = double(tower.inner);
    const double layer = 2 * T * (4 * C * C + 2 * C * F) + 4 * T * T * C;
    const double last = 4 * T * C * C + 2 * (2 * C * C + 2 * C * F) + 4 * T * C;
    return double(batch) * (double(tower.layers - 1) * layer + last) / 1e9;
}

void reportTowers(models::Clip& model, const torch::Device& device)
{
    const int64_t batch = device.is_cuda() ? 512 : 32;
    const auto& config = model->config();
    const auto limit = sgemmRate(device);
    const auto pixels = torch::randn({batch, 3, 224, 224}, device);
    auto ids = torch::randint(1, 49'000, {batch, 77}, torch::kLong);
    ids.select(1, 76).fill_(49'407);
    ids = ids.to(device);
    const auto rate = [&](double gflop, const std::function<void()>& forward) {
        const auto timed = [&] {
            forward();
            tensor::synchronize(device);
        };
        timed();
        return gflop / bestOf(4, timed);
    };
    const auto image = rate(towerGflop(config.vision, batch, 50), [&] { model->imageFeatures(pixels); });
    const auto text = rate(towerGflop(config.text, batch, 77), [&] { model->textFeatures(ids); });
    std::printf("SGEMM %.1f GFLOP/s; image tower %.1f (%.0f %%), text tower at 77 tokens %.1f (%.0f %%)\n", limit,
        image, 100 * image / limit, text, 100 * text / limit);
}

int run(const Setting& setting)
{
    const torch::NoGradGuard noGrad;
    tensor::setThreads(setting.threads);
    const auto device = tensor::parseDevice(setting.device);
    auto model = makeModel(setting.scratch, device);
    const text::ClipTokenizer tokenizer(fs::path(WINNOW_SHARED_DIR) / "data" / "tokenizers" / "clip");
    const auto items = loadItems(setting.pairs);
    score::ClipScorer scorer(model, tokenizer, {.mode = Mode::Published});
    scorer.score({items.front()});
    reportTowers(model, device);

    score::ScoredChunk scored;
    const auto ours = secondsOf([&] { scored = scorer.score(items); });
    const auto peer = runPeer(setting, items, tokenizer);
    double worst = 0;
    for (std::size_t i = 0; i < scored.rows.size(); ++i)
        worst = std::max(worst, std::abs(scored.scores[i] - peer.scores.at(scored.rows[i])));
    const auto count = double(items.size());
    const auto ratio = peer.seconds / ours;
    std::printf(
        "%zu pairs, %d threads, %s: here %.2f pairs/s, plain Python %.2f pairs/s, ratio %.2f (asked %.1f); largest "
        "difference of scores %.4f\n",
        items.size(), setting.threads, setting.device.c_str(), count / ours, count / peer.seconds, ratio, kAsked,
        worst);
    return ratio >= kAsked && worst < 0.05 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    Setting setting;
    if (argc > 1)
        setting.pairs = std::strtoul(argv[1], nullptr, 10);
    if (argc > 2)
        setting.threads = std::atoi(argv[2]);
    if (argc > 3)
        setting.python = argv[3];
    if (argc > 4)
        setting.device = argv[4];
    setting.scratch = fs::temp_directory_path() / ("winnow-clip-bench-" + std::to_string(::getpid()));
    fs::create_directories(setting.scratch);
    int code = 1;
    try {
        code = run(setting);
    } catch (const std::exception& e) {
        std::printf("%s\n", e.what());
    }
    fs::remove_all(setting.scratch);
    return code;
}
