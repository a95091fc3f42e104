#include "core/score/vision_language_score.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/score/gradient_score.h"

#include <cmath>

namespace winnow::score {

namespace {

    /// [n, Q, Cq] on the model's device.
    template <typename Rows> torch::Tensor stackedFeatures(const Rows& rows, const torch::Tensor& like)
    {
        std::vector<torch::Tensor> features;
        for (const auto* row : rows)
            features.push_back(row->features);
        return torch::stack(features).to(like.options().requires_grad(false));
    }

    template <typename Rows> std::vector<const AnswerSequence*> sequencesOf(const Rows& rows)
    {
        std::vector<const AnswerSequence*> out;
        for (const auto* row : rows)
            out.push_back(&row->sequence);
        return out;
    }

    /// [n] f64 → means over each sequence's answer tokens.
    std::vector<double> meansOf(const torch::Tensor& sums, const std::vector<const AnswerSequence*>& sequences)
    {
        std::vector<double> out;
        for (std::size_t i = 0; i < sequences.size(); ++i)
            out.push_back(
                sums[static_cast<std::int64_t>(i)].item<double>() / static_cast<double>(sequences[i]->answerCount()));
        return out;
    }

    /// Norms of each sequence's gradient on the projection, [n] f64.
    torch::Tensor projectionGradientNorms(
        models::MiniGpt4& model, const torch::Tensor& features, const std::vector<const AnswerSequence*>& sequences)
    {
        const torch::AutoGradMode withGradients(true);
        const auto tokens = model->project(features).detach().requires_grad_(true); // [n, Q, C], leaves
        const auto type = model->llama_model->model->embed_tokens->weight.scalar_type();
        auto& llama = model->llama_model;
        const auto answers = answerLogits(llama, assemblePass(llama, tokens.to(type), sequences));
        std::vector<double> weights;
        for (const auto* sequence : sequences)
            weights.push_back(1.0 / static_cast<double>(sequence->answerCount()));
        const auto losses = answerLosses(answers); // [N]
        const auto weight =
            torch::tensor(weights, torch::kFloat).to(losses.device()).index_select(0, answers.rows); // [N]
        // Samples of a batch do not meet: the gradient of the sum is each sample's own gradient.
        (losses * weight).sum().backward();
        return linearGradientNorms(features, tokens.grad()).cpu();
    }

} // namespace

void VisionLanguageOptions::validate() const
{
    require(tokensPerPass > 0, ErrorCode::InvalidInput, text::join("a pass cannot hold ", tokensPerPass, " tokens"));
}

VisionLanguageScorer::VisionLanguageScorer(
    models::MiniGpt4 model, SequenceMaker sequences, PictureSource pictures, VisionLanguageOptions options)
    : m_model(std::move(model))
    , m_sequences(std::move(sequences))
    , m_pictures(std::move(pictures))
    , m_options(options)
{
    m_options.validate();
}

AnswerSequence withoutPicture(const AnswerSequence& sequence)
{
    AnswerSequence out = sequence;
    out.sample.prompt = {{}};
    for (const auto& piece : sequence.sample.prompt)
        out.sample.prompt.front().insert(out.sample.prompt.front().end(), piece.begin(), piece.end());
    return out;
}

std::vector<VisionLanguageScorer::Row> VisionLanguageScorer::rowsOf(
    const std::vector<ScoreItem>& items, ScoredChunk& out)
{
    const auto pictures = m_pictures(items);
    std::vector<Row> rows;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto& item = items[i];
        if (!pictures.failures[i].empty()) {
            out.failures.push_back({item.row, item.id, pictures.failures[i]});
            continue;
        }
        bool hasText = false;
        for (const auto& response : item.responses)
            hasText = hasText || !text::trimmed(response).empty();
        auto sequence = hasText ? m_sequences(item) : AnswerSequence();
        m_cutCount += sequence.isCut ? 1 : 0;
        if (sequence.answerCount() == 0) {
            out.failures.push_back({item.row, item.id, "the response has no text"});
            continue;
        }
        rows.push_back({&item, std::move(sequence), pictures.features[static_cast<std::int64_t>(i)], 0, 0});
    }
    return rows;
}

std::vector<double> VisionLanguageScorer::measure(const std::vector<const Row*>& rows)
{
    const auto sequences = sequencesOf(rows);
    const auto features = stackedFeatures(rows, m_model->llama_proj->weight); // [n, Q, Cq]
    const auto count = static_cast<std::int64_t>(rows.size());
    if (m_options.measure == VisionLanguageMeasure::Grand) {
        const auto norms = projectionGradientNorms(m_model, features, sequences);
        return {norms.data_ptr<double>(), norms.data_ptr<double>() + count};
    }
    auto& llama = m_model->llama_model;
    const auto type = llama->model->embed_tokens->weight.scalar_type();
    const auto answers = answerLogits(llama, assemblePass(llama, m_model->project(features).to(type), sequences));
    const bool isError = m_options.measure == VisionLanguageMeasure::El2n;
    return meansOf(sumOfRows(isError ? errorNorms(answers) : answerLosses(answers), answers.rows, count), sequences);
}

std::vector<double> VisionLanguageScorer::blindLosses(const std::vector<const Row*>& rows)
{
    std::vector<AnswerSequence> blind;
    for (const auto* row : rows)
        blind.push_back(withoutPicture(row->sequence));
    std::vector<const AnswerSequence*> sequences;
    for (const auto& sequence : blind)
        sequences.push_back(&sequence);
    auto& llama = m_model->llama_model;
    const auto& embeddings = llama->model->embed_tokens->weight;
    const auto noPicture = torch::empty({0, 1, embeddings.size(1)}, embeddings.options().requires_grad(false));
    const auto answers = answerLogits(llama, assemblePass(llama, noPicture, sequences));
    return meansOf(sumOfRows(answerLosses(answers), answers.rows, static_cast<std::int64_t>(rows.size())), sequences);
}

void VisionLanguageScorer::fillValues(std::vector<Row>& rows)
{
    torch::NoGradGuard noGrad;
    const auto queries = m_model->query_tokens.size(1);
    std::vector<std::int64_t> lengths;
    for (const auto& row : rows)
        lengths.push_back(
            row.sequence.tokenCount() + queries * (static_cast<std::int64_t>(row.sequence.sample.prompt.size()) - 1));
    for (const auto& members : passesByLength(lengths, m_options.tokensPerPass)) {
        std::vector<const Row*> pass;
        for (const auto i : members)
            pass.push_back(&rows[i]);
        const auto values = measure(pass);
        const bool needsBlind = m_options.measure == VisionLanguageMeasure::Matching;
        const auto blind = needsBlind ? blindLosses(pass) : std::vector<double>(pass.size(), 0);
        for (std::size_t i = 0; i < members.size(); ++i) {
            rows[members[i]].value = values[i];
            rows[members[i]].blind = blind[i];
        }
    }
}

ScoredChunk VisionLanguageScorer::score(const std::vector<ScoreItem>& items)
{
    ScoredChunk out;
    auto rows = rowsOf(items, out);
    fillValues(rows);
    const bool isMatching = m_options.measure == VisionLanguageMeasure::Matching;
    out.further.resize(isMatching ? 2 : 0);
    for (const auto& row : rows) {
        if (!std::isfinite(row.value) || !std::isfinite(row.blind)) {
            out.failures.push_back({row.item->row, row.item->id, "the model gives no finite number"});
            continue;
        }
        out.rows.push_back(row.item->row);
        out.scores.push_back(row.value);
        if (isMatching) {
            out.further[0].push_back(row.blind);
            out.further[1].push_back(row.blind - row.value);
        }
    }
    return out;
}

ScoreReport runVisionLanguageScore(
    const ItemSource& items, VisionLanguageScorer& scorer, ScoreSink& sink, RunContext& context)
{
    return runChunks(items, sink, "Vision-language model", context,
        [&](std::int64_t, const std::vector<ScoreItem>& chunk) { return scorer.score(chunk); });
}

} // namespace winnow::score
