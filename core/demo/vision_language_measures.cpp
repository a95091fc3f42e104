#include "core/demo/vision_language_measures.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/demo/demo_project.h"
#include "core/demo/language.h"
#include "core/evaluate/answer.h"
#include "core/evaluate/evaluator.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <numeric>

namespace winnow::demo {

namespace {

    evaluate::Evaluator makeEvaluator(
        models::MiniGpt4& model, const text::Tokenizer& tokenizer, std::int64_t maxNewTokens)
    {
        evaluate::EvaluatorOptions options;
        options.maxNewTokens = maxNewTokens;
        options.chatTemplate = model->config().promptTemplate;
        return {model, tokenizer, options};
    }

    torch::Tensor seenPixels(const PictureSet& pictures, std::int64_t begin, std::int64_t count, Sight sight)
    {
        std::vector<std::int64_t> rows(std::size_t(count), 0);
        std::iota(rows.begin(), rows.end(), begin);
        const auto pixels = pictures.pixels(rows);
        if (sight == Sight::Picture)
            return pixels;
        auto generator = at::make_generator<at::CPUGeneratorImpl>(std::uint64_t(17 + begin));
        return torch::empty_like(pixels).normal_(0, 1, generator);
    }

    /// Right and asked.
    struct Tally {
        std::int64_t right = 0, asked = 0;
        void add(bool isRight)
        {
            right += isRight ? 1 : 0;
            ++asked;
        }
        Measure measure() const { return shareOf(right, asked); }
    };

    struct Asked {
        std::vector<Question> questions;
        std::vector<std::int64_t> scene;
    };

    /// Asks everything about scenes begin … begin + count - 1 at once.
    std::vector<std::string> answers(
        evaluate::Evaluator& evaluator, const torch::Tensor& features, const Asked& asked, RunContext& context)
    {
        std::vector<std::string> questions, given;
        for (const Question& question : asked.questions)
            questions.push_back(question.text);
        for (std::size_t i = 0; i < questions.size(); i += 32) {
            context.checkpoint();
            const auto count = std::min<std::size_t>(32, questions.size() - i);
            const std::vector<std::int64_t> rows(
                asked.scene.begin() + std::ptrdiff_t(i), asked.scene.begin() + std::ptrdiff_t(i + count));
            const std::vector<std::string> part(
                questions.begin() + std::ptrdiff_t(i), questions.begin() + std::ptrdiff_t(i + count));
            for (auto& answer :
                evaluator.answer(features.index_select(0, torch::tensor(rows, torch::kLong)), part, context))
                given.push_back(std::move(answer));
        }
        return given;
    }

    void measureDescriptions(models::MiniGpt4& model, const text::Tokenizer& tokenizer, const PictureSet& pictures,
        std::int64_t count, Sight sight, SightFigures& figures, RunContext& context)
    {
        auto evaluator = makeEvaluator(model, tokenizer, 100);
        ObjectCount objects;
        Tally repeated;
        for (std::int64_t begin = 0; begin < count; begin += 20) {
            const auto n = std::min<std::int64_t>(20, count - begin);
            const auto features = evaluator.encode(seenPixels(pictures, begin, n, sight));
            const auto texts = evaluator.answer(
                features, std::vector<std::string>(std::size_t(n), "Describe this image in detail."), context);
            for (std::size_t i = 0; i < texts.size(); ++i) {
                objects.add(texts[i], pictures.scenes()[std::size_t(begin) + i]);
                repeated.add(repeatsFourWords(texts[i]));
                if (figures.samples.size() < 3)
                    figures.samples.push_back(texts[i]);
            }
        }
        figures.objectF1 = objects.f1();
        figures.repeated = repeated.measure();
    }

} // namespace

SightFigures measureSight(models::MiniGpt4& model, const text::Tokenizer& tokenizer, const SightOptions& options,
    Sight sight, RunContext& context)
{
    const auto scenes = std::max(options.questionScenes, options.captionScenes);
    const PictureSet pictures(
        heldOutScenes(options.seed, "sight", std::size_t(scenes)), PictureSet::Through::Jpeg, context);
    Random random(options.seed, "sight-questions");
    Asked asked;
    for (std::int64_t i = 0; i < options.questionScenes; ++i) {
        const Scene& scene = pictures.scenes()[std::size_t(i)];
        const auto ask = [&](Question question) {
            asked.questions.push_back(std::move(question));
            asked.scene.push_back(i);
        };
        for (int topic = 0; topic < kTopicCount; ++topic)
            for (const bool isYes : {true, false}) {
                auto question = writeYesNo(scene, static_cast<Topic>(topic), isYes, random);
                question.text += " Please answer yes or no.";
                ask(std::move(question));
            }
        ask(writeOpen(scene, Open::Colour, random));
        ask(writeOpen(scene, Open::Count, random));
    }
    auto evaluator = makeEvaluator(model, tokenizer, 6);
    std::vector<torch::Tensor> parts;
    for (std::int64_t begin = 0; begin < options.questionScenes; begin += 32)
        parts.push_back(evaluator.encode(
            seenPixels(pictures, begin, std::min<std::int64_t>(32, options.questionScenes - begin), sight)));
    const auto given = answers(evaluator, torch::cat(parts), asked, context);
    SightFigures figures;
    Tally all, colour, count;
    std::array<Tally, kTopicCount> topics;
    constexpr std::size_t kPerScene = 2 * kTopicCount + 2;
    for (std::size_t i = 0; i < given.size(); ++i) {
        const std::size_t number = i % kPerScene;
        const std::string& right = asked.questions[i].answer;
        if (number < 2 * kTopicCount) {
            const bool isRight = evaluate::parseYesNo(given[i]) == evaluate::parseYesNo(right);
            all.add(isRight);
            topics[number / 2].add(isRight);
        } else {
            (number == 2 * kTopicCount ? colour : count).add(text::toLowerAscii(given[i]) == text::toLowerAscii(right));
        }
    }
    figures.yesNo = all.measure();
    for (std::size_t i = 0; i < topics.size(); ++i)
        figures.topic[i] = topics[i].measure();
    figures.colour = colour.measure();
    figures.count = count.measure();
    if (options.captionScenes > 0)
        measureDescriptions(model, tokenizer, pictures, options.captionScenes, sight, figures, context);
    return figures;
}

SceneSource::SceneSource(std::vector<Scene> scenes, std::vector<std::string> responses, RunContext& context)
    : m_pictures(std::move(scenes), PictureSet::Through::Jpeg, context)
    , m_responses(std::move(responses))
{
}

std::string SceneSource::fingerprint() const
{
    file::Sha256 hash;
    for (std::size_t i = 0; i < m_responses.size(); ++i)
        hash.add(text::join(m_pictures.scenes()[i].look, '\t', m_responses[i], '\n'));
    return hash.hexDigest();
}

} // namespace winnow::demo
