#include "core/score/embedding.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/tokenizer.h"
#include "core/text/tokenizer_json.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

namespace winnow::score {

namespace {

    using TokenLists = std::vector<std::vector<std::int64_t>>;

    /// Ids of the members, zeros behind shorter rows: [n, T] i64
    torch::Tensor paddedIds(const TokenLists& tokens, std::span<const std::size_t> members)
    {
        std::size_t width = 0;
        for (const auto member : members)
            width = std::max(width, tokens[member].size());
        auto ids = torch::zeros({std::ssize(members), static_cast<std::int64_t>(width)}, torch::kInt64);
        auto* out = ids.data_ptr<std::int64_t>();
        for (std::size_t row = 0; row < members.size(); ++row)
            std::copy(tokens[members[row]].begin(), tokens[members[row]].end(), out + row * width);
        return ids;
    }

    torch::Tensor lastPositions(const TokenLists& tokens, std::span<const std::size_t> members)
    {
        std::vector<std::int64_t> out;
        for (const auto member : members)
            out.push_back(std::ssize(tokens[member]) - 1);
        return torch::tensor(out, torch::kInt64);
    }

    /// The texts by length, in groups that fit a pass.
    std::vector<std::vector<std::size_t>> passesOf(const TokenLists& tokens, std::int64_t tokensPerPass)
    {
        std::vector<std::size_t> order(tokens.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        std::stable_sort(
            order.begin(), order.end(), [&](auto a, auto b) { return tokens[a].size() < tokens[b].size(); });
        std::vector<std::vector<std::size_t>> out;
        for (const auto text : order) {
            const bool fits = !out.empty()
                && static_cast<std::int64_t>((out.back().size() + 1) * tokens[text].size()) <= tokensPerPass;
            if (!fits)
                out.emplace_back();
            out.back().push_back(text);
        }
        return out;
    }

    std::string joinedText(const ScoreItem& item)
    {
        std::vector<std::string> kept;
        for (const auto& response : item.responses)
            if (!text::trimmed(response).empty())
                kept.push_back(response);
        return text::joined(kept, "\n");
    }

    /// Takes the vector as the item's, or says why it has none.
    void addVector(const ScoreItem& item, const torch::Tensor& vector, ScoredChunk& out)
    {
        const auto row = vector.contiguous();
        const std::span values(row.data_ptr<float>(), static_cast<std::size_t>(row.numel()));
        if (!std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); })) {
            out.failures.push_back({item.row, item.id, "the model gives no finite vector"});
            return;
        }
        out.dimension = row.numel();
        out.featureRows.push_back(item.row);
        out.features.insert(out.features.end(), values.begin(), values.end());
    }

    constexpr const char* kNoText = "the response has no text";

    /// One vector a pair of its responses; `encode` gives [n, C] for n texts.
    template <typename Encode> ScoredChunk embedResponses(const std::vector<ScoreItem>& items, const Encode& encode)
    {
        ScoredChunk out;
        std::vector<std::string> texts;
        std::vector<const ScoreItem*> owners;
        for (const auto& item : items) {
            auto text = joinedText(item);
            if (text.empty()) {
                out.failures.push_back({item.row, item.id, kNoText});
                continue;
            }
            texts.push_back(std::move(text));
            owners.push_back(&item);
        }
        const torch::Tensor vectors = encode(texts); // [n, C]
        for (std::size_t i = 0; i < owners.size(); ++i)
            addVector(*owners[i], vectors[static_cast<std::int64_t>(i)], out);
        return out;
    }

    /// 1 where a row has a token, 0 in its padding: [n, T] i64
    torch::Tensor keepMask(const TokenLists& tokens, std::span<const std::size_t> members, std::int64_t width)
    {
        auto keep = torch::zeros({std::ssize(members), width}, torch::kInt64);
        auto* out = keep.data_ptr<std::int64_t>();
        for (std::size_t row = 0; row < members.size(); ++row)
            std::fill_n(out + static_cast<std::int64_t>(row) * width, tokens[members[row]].size(), 1);
        return keep;
    }

} // namespace

void LanguageEmbedderOptions::validate() const
{
    require(maxTokens == 0 || maxTokens >= 2, ErrorCode::InvalidInput,
        text::join("a text of ", maxTokens, " tokens has no room for a word behind the begin token"));
    require(tokensPerPass > 0, ErrorCode::InvalidInput, text::join("a pass cannot hold ", tokensPerPass, " tokens"));
}

LanguageEmbedder::LanguageEmbedder(
    models::Llama model, const text::Tokenizer& tokenizer, LanguageEmbedderOptions options)
    : m_model(std::move(model))
    , m_tokenizer(tokenizer)
    , m_options(options)
    , m_maxTokens(options.maxTokens > 0 ? options.maxTokens : m_model->config().positions)
{
    m_options.validate();
    require(tokenizer.vocabularySize() <= m_model->config().vocabulary, ErrorCode::InvalidInput,
        text::join("the tokenizer knows ", tokenizer.vocabularySize(), " tokens, the language model ",
            m_model->config().vocabulary));
    require(tokenizer.beginToken() >= 0, ErrorCode::InvalidInput, "the language model's tokenizer has no begin token");
}

std::vector<std::int64_t> LanguageEmbedder::tokensOf(const std::string& text)
{
    std::vector<std::int64_t> out{m_tokenizer.beginToken()};
    const auto ids = m_tokenizer.encode(text);
    out.insert(out.end(), ids.begin(), ids.end());
    if (std::ssize(out) > m_maxTokens) {
        out.resize(static_cast<std::size_t>(m_maxTokens));
        ++m_cutCount;
    }
    return out;
}

torch::Tensor LanguageEmbedder::encode(const std::vector<std::string>& texts, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    TokenLists tokens;
    for (const auto& text : texts)
        tokens.push_back(tokensOf(text));
    const auto device = m_model->model->embed_tokens->weight.device();
    auto out = torch::zeros({std::ssize(texts), dimension()}); // [n, C]
    for (const auto& members : passesOf(tokens, m_options.tokensPerPass)) {
        context.checkpoint();
        const auto ids = paddedIds(tokens, members).to(device);                  // [m, T]
        const auto states = m_model->hidden(m_model->embed(ids));                // [m, T, C]
        const auto last = lastPositions(tokens, members).to(device);             // [m]
        const auto rows = torch::arange(ids.size(0), last.options());            // [m]
        const auto vectors = states.index({rows, last}).to(torch::kFloat).cpu(); // [m, C]
        const std::vector<std::int64_t> places(members.begin(), members.end());
        out.index_copy_(0, torch::tensor(places, torch::kInt64), vectors);
    }
    return out;
}

ScoredChunk LanguageEmbedder::embed(const std::vector<ScoreItem>& items, RunContext& context)
{
    return embedResponses(items, [&](const std::vector<std::string>& texts) { return encode(texts, context); });
}

ScoreReport runLanguageEmbedding(
    const ItemSource& items, LanguageEmbedder& embedder, ScoreSink& sink, RunContext& context)
{
    return runChunks(items, sink, "Text features", context,
        [&](std::int64_t, const std::vector<ScoreItem>& chunk) { return embedder.embed(chunk, context); });
}

void SentenceEmbedderOptions::validate() const
{
    require(tokensPerPass > 0, ErrorCode::InvalidInput, text::join("a pass cannot hold ", tokensPerPass, " tokens"));
}

SentenceEmbedder::SentenceEmbedder(
    models::SentenceEncoder encoder, const text::JsonTokenizer& tokenizer, SentenceEmbedderOptions options)
    : m_encoder(std::move(encoder))
    , m_tokenizer(tokenizer)
    , m_options(options)
{
    m_options.validate();
    const auto known = m_encoder.bert->config().vocabulary;
    require(tokenizer.vocabularySize() <= known, ErrorCode::InvalidInput,
        text::join("the tokenizer knows ", tokenizer.vocabularySize(), " tokens, the sentence encoder ", known));
    require(std::cmp_less(tokenizer.frameSize(), m_encoder.maxTokens()), ErrorCode::InvalidInput,
        text::join("the tokenizer puts ", tokenizer.frameSize(), " tokens around a text, the sentence encoder reads ",
            m_encoder.maxTokens(), " in all"));
}

std::vector<std::int64_t> SentenceEmbedder::tokensOf(const std::string& text)
{
    const auto most = static_cast<std::size_t>(m_encoder.maxTokens());
    auto out = m_tokenizer.encodeForModel(text);
    if (out.size() <= most)
        return out;
    ++m_cutCount;
    return m_tokenizer.encodeForModel(text, most);
}

torch::Tensor SentenceEmbedder::encode(const std::vector<std::string>& texts, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    TokenLists tokens;
    for (const auto& text : texts)
        tokens.push_back(tokensOf(text));
    const auto device = m_encoder.bert->embeddings->LayerNorm->weight.device();
    auto out = torch::zeros({std::ssize(texts), dimension()}); // [n, C]
    for (const auto& members : passesOf(tokens, m_options.tokensPerPass)) {
        context.checkpoint();
        const auto ids = paddedIds(tokens, members);                                  // [m, T]
        const auto keep = keepMask(tokens, members, ids.size(1));                     // [m, T]
        const auto vectors = m_encoder.encode(ids.to(device), keep.to(device)).cpu(); // [m, C]
        const std::vector<std::int64_t> places(members.begin(), members.end());
        out.index_copy_(0, torch::tensor(places, torch::kInt64), vectors);
    }
    return out;
}

ScoredChunk SentenceEmbedder::embed(const std::vector<ScoreItem>& items, RunContext& context)
{
    return embedResponses(items, [&](const std::vector<std::string>& texts) { return encode(texts, context); });
}

ScoreReport runSentenceEmbedding(
    const ItemSource& items, SentenceEmbedder& embedder, ScoreSink& sink, RunContext& context)
{
    return runChunks(items, sink, "Sentence vectors", context,
        [&](std::int64_t, const std::vector<ScoreItem>& chunk) { return embedder.embed(chunk, context); });
}

ScoredChunk embedClipTexts(const std::vector<ScoreItem>& items, ClipScorer& scorer)
{
    ScoredChunk out;
    std::vector<std::string> pieces;
    std::vector<std::pair<const ScoreItem*, std::int64_t>> owners; // and how many pieces are its own
    for (const auto& item : items) {
        const auto own = scorer.piecesOf(item);
        if (own.empty()) {
            out.failures.push_back({item.row, item.id, kNoText});
            continue;
        }
        pieces.insert(pieces.end(), own.begin(), own.end());
        owners.emplace_back(&item, std::ssize(own));
    }
    const auto vectors = scorer.encodeTexts(pieces); // [m, E]
    std::int64_t first = 0;
    for (const auto& [item, count] : owners) {
        addVector(*item, vectors.slice(0, first, first + count).mean(0), out);
        first += count;
    }
    return out;
}

ScoreReport runClipTextEmbedding(const ItemSource& items, ClipScorer& scorer, ScoreSink& sink, RunContext& context)
{
    return runChunks(items, sink, "CLIP text features", context,
        [&](std::int64_t, const std::vector<ScoreItem>& chunk) { return embedClipTexts(chunk, scorer); });
}

} // namespace winnow::score
