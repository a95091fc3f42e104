#include "core/base/json.h"
#include "core/media/image.h"
#include "core/media/transform.h"
#include "core/models/clip.h"
#include "core/score/clip_score.h"
#include "core/tensor/device.h"
#include "core/tensor/linalg.h"
#include "core/text/bpe.h"
#include "core/text/sentences.h"
#include "tests/golden/golden_tensor.h"

#include <algorithm>

namespace winnow::golden {
namespace {

    namespace fs = std::filesystem;

    constexpr const char* kCases = "cases.json";
    constexpr double kOwnPixels = 1e-2; // allowed on the score when pictures are decoded here
    constexpr double kGivenPixels = 1e-3;

    struct Case {
        std::string image;
        int64_t imageIndex = 0;
        std::string caption;
        std::vector<std::string> sentences;
        double score = 0;
    };

    std::vector<Case> loadCases(const fs::path& dir)
    {
        std::vector<Case> cases;
        for (const auto& item : json::load(dir / kCases))
            cases.push_back({json::field<std::string>(item, "image", kCases),
                json::field<int64_t>(item, "image_index", kCases), json::field<std::string>(item, "caption", kCases),
                json::field<std::vector<std::string>>(item, "sentences", kCases),
                json::field<double>(item, "clip_score", kCases)});
        return cases;
    }

    /// The set's own vocabulary, else the one of the data folder.
    fs::path findVocabulary(const Request& request)
    {
        for (const auto& folder : {request.dir, request.data / "tokenizers" / "clip", request.data})
            if (fs::exists(folder / "vocab.json") || fs::exists(folder / "bpe_simple_vocab_16e6.txt.gz"))
                return folder;
        throw Error(ErrorCode::NotFound, "no CLIP vocabulary (vocab.json and merges.txt) in the set or in --data");
    }

    class Check {
    public:
        Check(const Request& request, Reporter& reporter)
            : m_request(request)
            , m_reporter(reporter)
            , m_device(tensor::parseDevice(request.device))
            , m_set(request.dir, m_device)
            , m_model(models::loadClip(request.dir, torch::TensorOptions(m_device)))
            , m_tokenizer(findVocabulary(request))
        {
        }

        void run()
        {
            const torch::NoGradGuard noGrad;
            const auto cases = loadCases(m_request.dir);
            for (size_t i = 0; i < cases.size(); ++i) {
                checkTexts(cases[i], i);
                checkScore(cases[i], i);
            }
            checkPictures(cases);
            checkScorer(cases);
        }

    private:
        void checkTexts(const Case& item, size_t i)
        {
            const auto name = text::join("caption", i);
            m_reporter.expect(name + ".sentences",
                text::splitSentences(item.caption, text::SentenceMode::Published) == item.sentences);
            std::vector<torch::Tensor> rows;
            for (const auto& sentence : item.sentences)
                rows.push_back(torch::tensor(m_tokenizer.encodePadded(sentence, 77), torch::kLong));
            compareIds(m_reporter, name + ".ids", torch::stack(rows), m_set(name + ".ids"));
            compare(m_reporter, name + ".text_features", m_model->textFeatures(m_set(name + ".ids")),
                m_set(name + ".text_features"));
        }

        /// From the set's pixels and ids.
        void checkScore(const Case& item, size_t i)
        {
            const auto pixels = m_set(text::join("image", item.imageIndex, ".pixel_values"));
            const auto image = tensor::unitRows(m_model->imageFeatures(pixels)); // [1, E]
            const auto texts =
                tensor::unitRows(m_model->textFeatures(m_set(text::join("caption", i, ".ids")))); // [n, E]
            const auto value = 100 * (image[0] * texts.mean(0)).sum();
            compare(m_reporter, text::join("clip_score ", i, " from given pixels"), value, torch::tensor({item.score}),
                {kGivenPixels, 0});
        }

        void checkPictures(const std::vector<Case>& cases)
        {
            std::vector<bool> seen;
            for (const auto& item : cases) {
                seen.resize(std::max(seen.size(), size_t(item.imageIndex) + 1));
                if (seen[size_t(item.imageIndex)])
                    continue;
                seen[size_t(item.imageIndex)] = true;
                const auto name = text::join("image", item.imageIndex);
                const auto want = m_set(name + ".pixel_values");
                compare(m_reporter, name + ".features", m_model->imageFeatures(want), m_set(name + ".features"));
                const auto pixels =
                    media::clipTransform(int(want.size(3))).pixels(media::decodeImage(m_request.dir / item.image));
                // Four grey levels of a JPEG between decoders, in units of the smallest deviation.
                compare(m_reporter, name + ".pixel_values from the file", torch::tensor(pixels).view(want.sizes()),
                    want, {4.0 / 255 / 0.26, 0, 0.7 / 255 / 0.26});
            }
        }

        /// The product's scorer from picture files and captions to numbers.
        void checkScorer(const std::vector<Case>& cases)
        {
            score::ClipScorer scorer(m_model, m_tokenizer, {.mode = Mode::Published});
            std::vector<score::ScoreItem> items;
            for (size_t i = 0; i < cases.size(); ++i) {
                score::ScoreItem item;
                item.row = PairRow(i);
                item.id = text::join(i);
                item.image = m_request.dir / cases[i].image;
                item.responses = {cases[i].caption};
                items.push_back(item);
            }
            const auto scored = scorer.score(items);
            for (const auto& failure : scored.failures)
                m_reporter.fail(text::join("clip_score ", failure.id), failure.reason);
            for (size_t i = 0; i < scored.rows.size(); ++i) {
                const auto row = size_t(scored.rows[i]);
                m_reporter.compare(text::join("clip_score ", row, " from file and caption"),
                    std::vector<double>{scored.scores[i]}, std::vector<double>{cases.at(row).score}, {kOwnPixels, 0});
            }
        }

        const Request& m_request;
        Reporter& m_reporter;
        torch::Device m_device;
        GoldenSet m_set;
        models::Clip m_model;
        text::ClipTokenizer m_tokenizer;
    };

} // namespace

void checkClipPipeline(const Request& request, Reporter& reporter) { Check(request, reporter).run(); }

} // namespace winnow::golden
