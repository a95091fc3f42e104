#include "core/evaluate/evaluator.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/batch.h"
#include "core/evaluate/answer.h"
#include "core/media/transform.h"
#include "core/text/prompt.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace winnow::evaluate {

namespace {

    constexpr std::string_view kStage = "Answering";
    constexpr std::string_view kPlace = "{}";

    std::vector<std::int64_t> without(std::vector<std::int64_t> ids, const std::vector<std::int64_t>& start)
    {
        if (ids.size() >= start.size() && std::equal(start.begin(), start.end(), ids.begin()))
            ids.erase(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(start.size()));
        return ids;
    }

} // namespace

std::string publishedChatTemplate()
{
    return text::join(text::chatSystem(), text::kEndOfTurn, "Human: ", kPlace, text::kEndOfTurn, "Assistant: ");
}

std::string cleanAnswer(std::string_view text, std::string_view endMark)
{
    constexpr std::string_view kSpeaker = "Assistant:";
    if (!endMark.empty())
        text = text.substr(0, text.find(endMark));
    if (const auto speaker = text.rfind(kSpeaker); speaker != std::string_view::npos)
        text = text.substr(speaker + kSpeaker.size());
    return std::string(text::trimmed(text));
}

std::vector<std::vector<std::int64_t>> stopSequences(const text::Tokenizer& tokenizer, const std::string& endMark)
{
    std::set<std::vector<std::int64_t>> found;
    const auto alone = tokenizer.encode(endMark);
    found.insert(alone);
    // A SentencePiece model puts a blank of its own before the mark; inside an answer there is none.
    if (alone.size() > 1 && text::trimmed(tokenizer.decode(std::span(alone).first(1))).empty())
        found.insert({alone.begin() + 1, alone.end()});
    for (const auto* word : {"yes", "no", "yes.", "no.", "a", "1"})
        found.insert(without(tokenizer.encode(word + endMark), tokenizer.encode(word)));
    std::vector<std::vector<std::int64_t>> out;
    for (const auto& ids : found)
        if (!ids.empty() && cleanAnswer(tokenizer.decode(ids), endMark).empty())
            out.push_back(ids);
    return out;
}

void EvaluatorOptions::validate() const
{
    require(
        batch > 0 && batch <= 65'536, ErrorCode::InvalidInput, text::join("a pass cannot hold ", batch, " questions"));
    require(encodeBatch > 0 && encodeBatch <= 65'536, ErrorCode::InvalidInput,
        text::join("a pass cannot hold ", encodeBatch, " pictures"));
    require(maxNewTokens > 0 && maxNewTokens <= 65'536, ErrorCode::InvalidInput,
        text::join("an answer cannot have ", maxNewTokens, " tokens"));
    require(chatTemplate.find(kPlace) != std::string::npos, ErrorCode::InvalidInput,
        "the chat template has no {} where picture and question stand");
}

Json EvaluatorOptions::recipe() const
{
    return Json{{"batch", batch}, {"encode_batch", encodeBatch}, {"max_new_tokens", maxNewTokens},
        {"chat_template", chatTemplate}};
}

/// Picture features of a question set, computed in chunks of pictures that never change, in the order in which
/// questions need them.
class Evaluator::Pictures {
public:
    Pictures(Evaluator& evaluator, const QuestionSet& questions, const std::vector<std::int64_t>& neededImages,
        FeatureSource* ready)
        : m_evaluator(evaluator)
        , m_ready(ready)
        , m_chunkSize(evaluator.m_options.encodeBatch)
        , m_imageCount(questions.imageCount())
        , m_failures(static_cast<std::size_t>(m_imageCount))
    {
        auto& paths = m_paths;
        paths.resize(static_cast<std::size_t>(m_imageCount));
        for (const auto& question : questions.questions)
            paths[static_cast<std::size_t>(question.imageNumber)] = question.image;
        if (ready != nullptr)
            return;
        std::set<std::int64_t> seen;
        std::vector<dataset::DecodeTask> tasks;
        for (const auto image : neededImages)
            if (const auto chunk = image / m_chunkSize; seen.insert(chunk).second) {
                m_order.push_back(chunk);
                for (auto i = chunk * m_chunkSize; i < endOf(chunk); ++i)
                    tasks.push_back(
                        {paths[static_cast<std::size_t>(i)].filename().string(), paths[static_cast<std::size_t>(i)]});
            }
        const auto size = evaluator.m_model->config().vision.imageSize;
        m_decoder = std::make_unique<dataset::DecodeAhead>(
            std::move(tasks), media::squareTransform(static_cast<int>(size)), evaluator.m_options.decodedAhead);
    }

    /// [Q, C]; undefined where the picture cannot be read.
    torch::Tensor features(std::int64_t image)
    {
        if (m_ready != nullptr)
            return readyFeatures(image);
        const auto chunk = image / m_chunkSize;
        while (!m_chunks.contains(chunk))
            encodeNext();
        return failure(image).empty() ? m_chunks[chunk][image % m_chunkSize] : torch::Tensor();
    }
    const std::string& failure(std::int64_t image) const { return m_failures[static_cast<std::size_t>(image)]; }

private:
    std::int64_t endOf(std::int64_t chunk) const { return std::min(m_imageCount, (chunk + 1) * m_chunkSize); }

    torch::Tensor readyFeatures(std::int64_t image)
    {
        auto& kept = m_chunks[image];
        if (kept.defined() || !failure(image).empty())
            return kept;
        try {
            kept = m_ready->load(m_paths[static_cast<std::size_t>(image)])
                       .to(m_evaluator.m_model->llama_proj->weight.device());
        } catch (const Error& e) {
            if (e.code() == ErrorCode::DiskFull)
                throw;
            m_failures[static_cast<std::size_t>(image)] = e.what();
        }
        return kept;
    }

    void encodeNext()
    {
        const auto chunk = m_order[m_next++];
        const auto begin = chunk * m_chunkSize;
        const auto count = endOf(chunk) - begin;
        const auto size = m_evaluator.m_model->config().vision.imageSize;
        auto pixels = torch::zeros({count, 3, size, size});
        for (const auto& picture : m_decoder->nextBatch(static_cast<std::size_t>(count))) {
            const auto place = static_cast<std::int64_t>(picture.index) - m_taken;
            if (picture.failure.empty())
                std::memcpy(pixels[place].data_ptr(), picture.pixels.data(), picture.pixels.size() * sizeof(float));
            else
                m_failures[static_cast<std::size_t>(begin + place)] = picture.failure;
        }
        m_taken += count;
        m_chunks[chunk] = m_evaluator.encode(pixels); // [count, Q, C]
    }

    Evaluator& m_evaluator;
    FeatureSource* m_ready;
    std::vector<std::filesystem::path> m_paths; ///< per picture
    std::int64_t m_chunkSize;
    std::int64_t m_imageCount;
    std::vector<std::string> m_failures; ///< per picture
    std::vector<std::int64_t> m_order;   ///< chunks, by first need
    std::size_t m_next = 0;              ///< into m_order
    std::int64_t m_taken = 0;            ///< pictures taken from the decoder
    std::map<std::int64_t, torch::Tensor>
        m_chunks; ///< [chunk, Q, C] by chunk, or [Q, C] by picture where they are ready
    std::unique_ptr<dataset::DecodeAhead> m_decoder;
};

Evaluator::Evaluator(models::MiniGpt4 model, const text::Tokenizer& tokenizer, EvaluatorOptions options)
    : m_model(std::move(model))
    , m_tokenizer(tokenizer)
    , m_options(std::move(options))
{
    m_options.validate();
    m_stops = stopSequences(tokenizer, m_model->config().endMark);
}

torch::Tensor Evaluator::encode(const torch::Tensor& pixels)
{
    torch::NoGradGuard noGrad;
    const auto like = m_model->query_tokens.options().requires_grad(false);
    return m_model->imageFeatures(pixels.to(like)).to(torch::kFloat);
}

std::vector<std::string> Evaluator::answer(
    const torch::Tensor& features, const std::vector<std::string>& questions, RunContext& context)
{
    torch::NoGradGuard noGrad;
    const auto n = static_cast<std::int64_t>(questions.size());
    const auto cut = m_options.chatTemplate.find(kPlace);
    const auto before = m_options.chatTemplate.substr(0, cut),
               after = m_options.chatTemplate.substr(cut + kPlace.size());
    std::vector<models::PromptSegments> prompts;
    for (const auto& question : questions) {
        models::PromptSegments prompt;
        for (const auto& piece :
            text::splitAtImages(before + text::withImage(text::replaced(question, text::kImageHere, "")) + after))
            prompt.push_back(m_tokenizer.encode(piece));
        prompt.front().insert(prompt.front().begin(), m_model->config().llama.bosToken);
        prompts.push_back(std::move(prompt));
    }
    const auto& projection = m_model->llama_proj->weight;
    const auto picture =
        m_model->project(features.expand({n, -1, -1}).to(projection.options().requires_grad(false))); // [n, Q, C]
    const auto type = m_model->llama_model->model->embed_tokens->weight.scalar_type();
    const auto batch = m_model->assemblePrompts(picture.to(type), prompts);
    models::GenerateOptions options;
    options.maxNewTokens = m_options.maxNewTokens;
    options.stopTokens = m_model->config().llama.eosTokens;
    options.stopSequences = m_stops;
    const auto ids = models::generateGreedy(
        m_model->llama_model, batch.inputsEmbeds, batch.attentionMask, options, context); // [n, N]
    std::vector<std::string> out;
    for (std::int64_t row = 0; row < n; ++row)
        out.push_back(
            cleanAnswer(m_tokenizer.decode(models::withoutStop(ids[row], options)), m_model->config().endMark));
    return out;
}

std::vector<GivenAnswer> Evaluator::answerBatch(
    const QuestionSet& questions, std::int64_t begin, std::int64_t end, Pictures& pictures, RunContext& context)
{
    std::vector<GivenAnswer> out;
    std::vector<torch::Tensor> features;
    std::vector<std::string> texts;
    std::vector<std::size_t> asked; // into out
    for (auto i = begin; i < end; ++i) {
        const auto& question = questions.questions[static_cast<std::size_t>(i)];
        GivenAnswer given;
        given.question = i;
        if (const auto picture = pictures.features(question.imageNumber); picture.defined()) {
            asked.push_back(out.size());
            features.push_back(picture);
            texts.push_back(question.text);
        } else {
            given.failure = pictures.failure(question.imageNumber);
        }
        out.push_back(std::move(given));
    }
    if (asked.empty())
        return out;
    const auto answers = answer(torch::stack(features), texts, context);
    for (std::size_t n = 0; n < asked.size(); ++n) {
        auto& given = out[asked[n]];
        given.text = answers[n];
        given.isCorrect =
            toString(parseYesNo(given.text)) == questions.questions[static_cast<std::size_t>(given.question)].answer;
    }
    return out;
}

std::vector<GivenAnswer> Evaluator::run(const QuestionSet& questions, const std::string& modelKey,
    const std::filesystem::path& answerFile, RunContext& context, FeatureSource* ready)
{
    const auto total = static_cast<std::int64_t>(questions.questions.size());
    AnswerFile file(answerFile,
        Json{{"benchmark", questions.hash}, {"model", modelKey}, {"options", m_options.recipe()}, {"questions", total}},
        total);
    std::vector<std::int64_t> openBatches, neededImages;
    for (std::int64_t begin = 0; begin < total; begin += m_options.batch) {
        const auto end = std::min(total, begin + m_options.batch);
        bool isOpen = false;
        for (auto i = begin; i < end; ++i)
            isOpen = isOpen || !file.has(i);
        if (!isOpen)
            continue;
        openBatches.push_back(begin);
        for (auto i = begin; i < end; ++i)
            neededImages.push_back(questions.questions[static_cast<std::size_t>(i)].imageNumber);
    }
    Pictures pictures(*this, questions, neededImages, ready);
    context.progress(kStage, static_cast<std::int64_t>(file.answers().size()), total);
    for (const auto begin : openBatches) {
        context.checkpoint();
        file.append(answerBatch(questions, begin, std::min(total, begin + m_options.batch), pictures, context));
        context.progress(kStage, static_cast<std::int64_t>(file.answers().size()), total);
    }
    auto answers = file.answers();
    std::sort(answers.begin(), answers.end(), [](const auto& a, const auto& b) { return a.question < b.question; });
    return answers;
}

} // namespace winnow::evaluate
