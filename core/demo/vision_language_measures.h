#pragma once

#include "core/demo/grammar.h"
#include "core/demo/measures.h"
#include "core/models/vision_language.h"
#include "core/text/tokenizer.h"
#include "core/train/batch_source.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace winnow::demo {

/// What the model gets to see: the picture, or noise in its place.
enum class Sight { Picture, Noise };

struct SightOptions {
    std::uint64_t seed = 0;
    std::int64_t questionScenes = 120; ///< each gives two yes/no questions a topic, a colour and a count
    std::int64_t captionScenes = 100;  ///< 0: no descriptions
};

struct SightFigures {
    Measure yesNo;                          ///< percent
    std::array<Measure, kTopicCount> topic; ///< the same by topic
    Measure colour, count;                  ///< percent of open questions
    double objectF1 = 0;                    ///< 0 … 100
    Measure repeated;                       ///< percent of descriptions that say four words twice
    std::vector<std::string> samples;       ///< the first descriptions
};
/// On held-out scenes whose pictures went through JPEG files.
SightFigures measureSight(models::MiniGpt4& model, const text::Tokenizer& tokenizer, const SightOptions& options,
    Sight sight, RunContext& context);

/// Drawn scenes with what is said about them, for the trainer.
class SceneSource final : public train::BatchSource {
public:
    SceneSource(std::vector<Scene> scenes, std::vector<std::string> responses, RunContext& context);
    std::int64_t sampleCount() const override { return m_pictures.size(); }
    train::TrainingText text(std::int64_t sample) const override { return {{{"", m_responses[std::size_t(sample)]}}}; }
    train::PixelBatch loadPixels(const std::vector<std::int64_t>& samples, Random*) override
    {
        return {m_pictures.pixels(samples), {}};
    }
    std::string fingerprint() const override;

private:
    PictureSet m_pictures;
    std::vector<std::string> m_responses;
};

models::MiniGpt4Config embeddedMiniGpt4Config(std::int64_t vocabulary);

} // namespace winnow::demo
