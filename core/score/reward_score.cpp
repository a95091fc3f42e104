#include "core/score/reward_score.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/sentencepiece.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace winnow::score {

void RewardScoreOptions::validate() const
{
    require(passTokens > 0, ErrorCode::InvalidInput, text::join("a pass cannot hold ", passTokens, " tokens"));
    require(maxTokens == 0 || maxTokens >= 8, ErrorCode::InvalidInput,
        text::join("question and answer cannot share ", maxTokens, " tokens, at least 8 are needed"));
}

RewardScorer::RewardScorer(
    models::DebertaClassifier model, const text::SentencePieceTokenizer& tokenizer, RewardScoreOptions options)
    : m_model(std::move(model))
    , m_tokenizer(tokenizer)
    , m_options(options)
{
    m_options.validate();
    const auto& config = m_model->config();
    require(config.labels == 1, ErrorCode::InvalidInput,
        text::join("a reward model gives one number, this one has ", config.labels, " labels"));
    require(tokenizer.beginToken() >= 0 && tokenizer.endToken() >= 0, ErrorCode::InvalidInput,
        "the reward model's tokenizer has no [CLS] and [SEP]");
    require(tokenizer.vocabularySize() <= config.vocabulary, ErrorCode::InvalidInput,
        text::join(
            "the tokenizer knows ", tokenizer.vocabularySize(), " tokens, the reward model ", config.vocabulary));
    require(config.positions >= 8, ErrorCode::InvalidInput,
        text::join("the reward model reads texts of at most ", config.positions, " tokens, at least 8 are needed"));
    m_maxTokens = static_cast<std::size_t>(
        m_options.maxTokens > 0 ? std::min(m_options.maxTokens, config.positions) : config.positions);
}

RewardScorer::Tokens RewardScorer::encode(const RewardPair& pair) const
{
    Tokens out;
    out.ids = m_tokenizer.encodeSingle(pair.question);
    auto answer = m_tokenizer.encode(pair.answer);
    if (out.ids.size() + answer.size() + 1 > m_maxTokens) {
        const auto left = m_maxTokens - std::min(m_maxTokens, answer.size() + 1);
        out.ids = m_tokenizer.encodeSingle(pair.question, std::max(m_maxTokens / 2, left));
        answer.resize(std::min(answer.size(), m_maxTokens - out.ids.size() - 1));
    }
    out.questionSize = out.ids.size();
    out.ids.insert(out.ids.end(), answer.begin(), answer.end());
    out.ids.push_back(m_tokenizer.endToken());
    return out;
}

std::vector<RewardPair> RewardScorer::pairsOf(const ScoreItem& item) const
{
    const std::string standIn(kRewardQuestion);
    if (m_options.mode == Mode::Published)
        return {{standIn, item.responses.empty() ? std::string() : item.responses.front()}};
    std::vector<RewardPair> out;
    for (std::size_t i = 0; i < item.responses.size(); ++i) {
        if (text::trimmed(item.responses[i]).empty())
            continue;
        const bool isAsked = i < item.instructions.size() && !text::trimmed(item.instructions[i]).empty();
        out.push_back({isAsked ? item.instructions[i] : standIn, item.responses[i]});
    }
    return out;
}

torch::Tensor RewardScorer::runPass(const std::vector<Tokens>& tokens, const std::vector<std::size_t>& members)
{
    std::size_t longest = 0, shortest = m_maxTokens;
    for (const auto member : members) {
        longest = std::max(longest, tokens[member].ids.size());
        shortest = std::min(shortest, tokens[member].ids.size());
    }
    const auto B = static_cast<std::int64_t>(members.size()), T = static_cast<std::int64_t>(longest);
    const auto padding = std::max<std::int64_t>(0, m_tokenizer.padToken());
    auto ids = torch::full({B, T}, padding, torch::kInt64); // [B, T]
    auto mask = torch::zeros({B, T}, torch::kInt64), types = torch::zeros({B, T}, torch::kInt64);
    for (std::int64_t row = 0; row < B; ++row) {
        const auto& one = tokens[members[static_cast<std::size_t>(row)]];
        const auto size = static_cast<std::int64_t>(one.ids.size()),
                   begin = static_cast<std::int64_t>(one.questionSize);
        std::copy(one.ids.begin(), one.ids.end(), ids[row].data_ptr<std::int64_t>());
        mask[row].narrow(0, 0, size).fill_(1);
        types[row].narrow(0, begin, size - begin).fill_(1);
    }
    const auto device = m_model->classifier->weight.device();
    const auto logits = m_model->forward(
        ids.to(device), shortest == longest ? torch::Tensor() : mask.to(device), types.to(device)); // [B, 1]
    return logits.select(1, 0).to(torch::kCPU, torch::kDouble);                                     // [B]
}

std::vector<double> RewardScorer::logits(const std::vector<RewardPair>& pairs)
{
    const torch::NoGradGuard noGrad;
    std::vector<Tokens> tokens;
    for (const auto& pair : pairs)
        tokens.push_back(encode(pair));
    std::vector<std::size_t> order(tokens.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(
        order.begin(), order.end(), [&](auto a, auto b) { return tokens[a].ids.size() < tokens[b].ids.size(); });
    std::vector<double> out(pairs.size());
    for (std::size_t begin = 0; begin < order.size();) {
        auto end = begin + 1;
        while (end < order.size()
            && (end - begin + 1) * tokens[order[end]].ids.size() <= static_cast<std::size_t>(m_options.passTokens))
            ++end;
        const std::vector<std::size_t> members(
            order.begin() + std::ptrdiff_t(begin), order.begin() + std::ptrdiff_t(end));
        const auto scores = runPass(tokens, members);
        for (std::size_t i = 0; i < members.size(); ++i)
            out[members[i]] = scores.data_ptr<double>()[i];
        begin = end;
    }
    return out;
}

ScoredChunk RewardScorer::score(const std::vector<ScoreItem>& items)
{
    std::vector<RewardPair> pairs;
    std::vector<std::size_t> ends; // behind each item's last pair
    for (const auto& item : items) {
        for (auto& pair : pairsOf(item))
            pairs.push_back(std::move(pair));
        ends.push_back(pairs.size());
    }
    const auto all = logits(pairs);
    ScoredChunk out;
    for (std::size_t i = 0, begin = 0; i < items.size(); begin = ends[i++]) {
        const auto count = ends[i] - begin;
        if (count == 0) {
            out.failures.push_back({items[i].row, items[i].id, "the response has no text to judge"});
            continue;
        }
        double sum = 0;
        for (std::size_t j = begin; j < ends[i]; ++j)
            sum += all[j];
        const double score = sum / double(count);
        if (!std::isfinite(score)) {
            out.failures.push_back({items[i].row, items[i].id, "the model gives no finite score"});
            continue;
        }
        out.rows.push_back(items[i].row);
        out.scores.push_back(m_options.mode == Mode::Published ? rounded4(score) : score);
    }
    return out;
}

ScoreReport runRewardScore(const ItemSource& items, RewardScorer& scorer, ScoreSink& sink, RunContext& context)
{
    return runChunks(items, sink, "Reward score", context,
        [&](std::int64_t, const std::vector<ScoreItem>& chunk) { return scorer.score(chunk); });
}

} // namespace winnow::score
