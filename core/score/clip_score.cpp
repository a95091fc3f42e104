#include "core/score/clip_score.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/batch.h"
#include "core/media/picture_file.h"
#include "core/media/transform.h"
#include "core/tensor/linalg.h"
#include "core/text/bpe.h"
#include "core/text/sentences.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>

namespace winnow::score {

namespace {

    /// [n, T] i64, zeros behind shorter rows.
    torch::Tensor padded(
        const std::vector<std::vector<std::int64_t>>& tokens, std::span<const std::size_t> members, std::size_t width)
    {
        auto ids =
            torch::zeros({static_cast<std::int64_t>(members.size()), static_cast<std::int64_t>(width)}, torch::kInt64);
        auto* out = ids.data_ptr<std::int64_t>();
        for (std::size_t row = 0; row < members.size(); ++row)
            std::copy(tokens[members[row]].begin(), tokens[members[row]].end(), out + row * width);
        return ids;
    }

} // namespace

void ClipScoreOptions::validate() const
{
    require(imageBatch > 0 && imageBatch <= 65'536, ErrorCode::InvalidInput,
        text::join("a pass cannot hold ", imageBatch, " pictures"));
    require(textTokens > 0, ErrorCode::InvalidInput, text::join("a pass cannot hold ", textTokens, " tokens"));
    require(wantScores || wantFeatures, ErrorCode::InvalidInput, "neither scores nor vectors are asked for");
    require(decodedAhead > 0, ErrorCode::InvalidInput, "at least one picture must be decoded ahead");
}

ClipScorer::ClipScorer(models::Clip model, const text::ClipTokenizer& tokenizer, ClipScoreOptions options)
    : m_model(std::move(model))
    , m_tokenizer(tokenizer)
    , m_options(options)
{
    m_options.validate();
    const auto& config = m_model->config().text;
    require(!m_options.wantScores || tokenizer.vocabularySize() <= config.vocabulary, ErrorCode::InvalidInput,
        text::join("the tokenizer knows ", tokenizer.vocabularySize(), " tokens, the CLIP model ", config.vocabulary));
}

torch::TensorOptions ClipScorer::pixelOptions() const
{
    return m_model->visual_projection->weight.options().requires_grad(false);
}

std::vector<std::string> ClipScorer::piecesOf(const ScoreItem& item) const
{
    const bool isPublished = m_options.mode == Mode::Published;
    std::vector<std::string> out;
    for (const auto& response : item.responses) {
        if (!isPublished && text::trimmed(response).empty())
            continue;
        const auto mode = isPublished ? text::SentenceMode::Published : text::SentenceMode::Corrected;
        for (auto& piece : text::splitSentences(response, mode))
            out.push_back(std::move(piece));
    }
    return out;
}

torch::Tensor ClipScorer::encodeTexts(const std::vector<std::string>& pieces)
{
    torch::NoGradGuard noGrad;
    std::vector<std::vector<std::int64_t>> tokens;
    for (const auto& piece : pieces)
        tokens.push_back(
            m_tokenizer.encodeForModel(piece, static_cast<std::size_t>(m_model->config().text.contextLength)));
    std::vector<std::size_t> order(tokens.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return tokens[a].size() < tokens[b].size(); });
    auto out = torch::zeros({static_cast<std::int64_t>(pieces.size()), dimension()}); // [n, E]
    for (std::size_t begin = 0; begin < order.size();) {
        auto end = begin + 1;
        while (end < order.size()
            && (end - begin + 1) * tokens[order[end]].size() <= static_cast<std::size_t>(m_options.textTokens))
            ++end;
        const auto members = std::span(order).subspan(begin, end - begin);
        const auto ids = padded(tokens, members, tokens[members.back()].size()).to(pixelOptions().device());
        const auto vectors = tensor::unitRows(m_model->textFeatures(ids).to(torch::kFloat)).cpu(); // [m, E]
        const std::vector<std::int64_t> rows(members.begin(), members.end());
        out.index_copy_(0, torch::tensor(rows, torch::kInt64), vectors);
        begin = end;
    }
    return out;
}

ClipScorer::Pictures ClipScorer::encodePictures(const std::vector<ScoreItem>& items, dataset::DecodeAhead& decoder)
{
    torch::NoGradGuard noGrad;
    const auto size = m_model->config().vision.imageSize;
    const auto count = static_cast<std::int64_t>(items.size());
    Pictures out{torch::zeros({count, dimension()}), std::vector<std::string>(items.size())};
    for (std::int64_t begin = 0; begin < count; begin += m_options.imageBatch) {
        const auto length = std::min(m_options.imageBatch, count - begin);
        auto pixels = torch::zeros({length, 3, size, size});
        bool any = false;
        for (const auto& picture : decoder.nextBatch(static_cast<std::size_t>(length))) {
            if (!picture.failure.empty()) {
                out.failures[picture.index] =
                    items[picture.index].image.empty() ? "the pair has no picture" : picture.failure;
                continue;
            }
            any = true;
            std::memcpy(pixels[static_cast<std::int64_t>(picture.index) - begin].data_ptr(), picture.pixels.data(),
                picture.pixels.size() * sizeof(float));
        }
        if (any)
            out.vectors.slice(0, begin, begin + length).copy_(m_model->imageFeatures(pixels.to(pixelOptions())));
    }
    return out;
}

void ClipScorer::addScores(
    const std::vector<ScoreItem>& items, const Pictures& pictures, const Texts& texts, ScoredChunk& out)
{
    const auto unit = tensor::unitRows(pictures.vectors); // [n, E]
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto fail = [&](const std::string& reason) {
            out.failures.push_back({items[i].row, items[i].id, reason});
        };
        if (!pictures.failures[i].empty()) {
            fail(pictures.failures[i]);
            continue;
        }
        if (!texts.isRead[i]) {
            fail("its picture came while the pairs were scored: score again");
            continue;
        }
        if (texts.pieces[i].empty()) {
            fail("the response has no text to compare with the picture");
            continue;
        }
        const auto mean = texts.vectors.index_select(0, torch::tensor(texts.pieces[i], torch::kInt64))
                              .to(torch::kDouble)
                              .mean(0); // [E]
        const double score = 100 * unit[static_cast<std::int64_t>(i)].to(torch::kDouble).dot(mean).item<double>();
        if (!std::isfinite(score)) {
            fail("the model gives no finite score");
            continue;
        }
        out.rows.push_back(items[i].row);
        out.scores.push_back(m_options.mode == Mode::Published ? rounded4(score) : score);
    }
}

/// Of items without a picture nothing is encoded: they get no score.
ClipScorer::Texts ClipScorer::encodePieces(const std::vector<ScoreItem>& items)
{
    Texts out;
    std::map<std::string, std::int64_t> numbers; // identical pieces are encoded once
    std::vector<std::string> pieces;
    for (const auto& item : items) {
        std::vector<std::int64_t> own;
        const bool hasPicture = !item.image.empty() && media::findPictureStamp(item.image).has_value();
        out.isRead.push_back(hasPicture);
        for (auto& piece : hasPicture ? piecesOf(item) : std::vector<std::string>()) {
            const auto [found, isNew] = numbers.try_emplace(piece, static_cast<std::int64_t>(pieces.size()));
            if (isNew)
                pieces.push_back(piece);
            own.push_back(found->second);
        }
        out.pieces.push_back(std::move(own));
    }
    out.vectors = encodeTexts(pieces);
    return out;
}

ScoredChunk ClipScorer::score(const std::vector<ScoreItem>& items)
{
    std::vector<dataset::DecodeTask> tasks;
    for (const auto& item : items)
        tasks.push_back({item.id, item.image});
    // The decoder runs while the texts are encoded.
    dataset::DecodeAhead decoder(std::move(tasks),
        media::clipTransform(static_cast<int>(m_model->config().vision.imageSize)), m_options.decodedAhead);
    const auto texts = m_options.wantScores ? encodePieces(items) : Texts{};
    const auto pictures = encodePictures(items, decoder);
    ScoredChunk out;
    if (m_options.wantScores)
        addScores(items, pictures, texts, out);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!pictures.failures[i].empty()) {
            if (!m_options.wantScores)
                out.failures.push_back({items[i].row, items[i].id, pictures.failures[i]});
            continue;
        }
        if (!m_options.wantFeatures)
            continue;
        out.dimension = dimension();
        out.featureRows.push_back(items[i].row);
        const auto* vector = pictures.vectors[static_cast<std::int64_t>(i)].data_ptr<float>();
        out.features.insert(out.features.end(), vector, vector + dimension());
    }
    return out;
}

ScoreReport runClipScore(const ItemSource& items, ClipScorer& scorer, ScoreSink& sink, RunContext& context)
{
    return runChunks(items, sink, scorer.options().wantScores ? "CLIP score" : "CLIP features", context,
        [&](std::int64_t, const std::vector<ScoreItem>& chunk) { return scorer.score(chunk); });
}

} // namespace winnow::score
