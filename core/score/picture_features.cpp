#include "core/score/picture_features.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/batch.h"
#include "core/media/transform.h"

#include <algorithm>
#include <cstring>

namespace winnow::score {

void PictureEncoderOptions::validate() const
{
    require(imageBatch > 0 && imageBatch <= 65'536, ErrorCode::InvalidInput,
        text::join("a pass cannot hold ", imageBatch, " pictures"));
    require(decodedAhead > 0, ErrorCode::InvalidInput, "at least one picture must be decoded ahead");
}

PictureEncoder::PictureEncoder(models::MiniGpt4 model, PictureEncoderOptions options)
    : m_model(std::move(model))
    , m_options(options)
{
    m_options.validate();
}

PictureFeatures PictureEncoder::encode(const std::vector<ScoreItem>& items)
{
    torch::NoGradGuard noGrad;
    std::vector<dataset::DecodeTask> tasks;
    for (const auto& item : items)
        tasks.push_back({item.id, item.image});
    const auto size = m_model->config().vision.imageSize;
    dataset::DecodeAhead decoder(
        std::move(tasks), media::squareTransform(static_cast<int>(size)), m_options.decodedAhead);
    const auto& queries = m_model->query_tokens;
    const auto count = static_cast<std::int64_t>(items.size());
    PictureFeatures out{
        torch::zeros({count, queries.size(1), queries.size(2)}), std::vector<std::string>(items.size())};
    for (std::int64_t begin = 0; begin < count; begin += m_options.imageBatch) {
        const auto length = std::min(m_options.imageBatch, count - begin);
        auto pixels = torch::zeros({length, 3, size, size});
        std::vector<std::int64_t> usable; // rows of out.features
        for (const auto& picture : decoder.nextBatch(static_cast<std::size_t>(length))) {
            if (!picture.failure.empty()) {
                out.failures[picture.index] =
                    items[picture.index].image.empty() ? "the pair has no picture" : picture.failure;
                continue;
            }
            const auto row = static_cast<std::int64_t>(picture.index);
            usable.push_back(row);
            std::memcpy(pixels[row - begin].data_ptr(), picture.pixels.data(), picture.pixels.size() * sizeof(float));
        }
        if (usable.empty())
            continue;
        const auto features =
            m_model->imageFeatures(pixels.to(queries.options().requires_grad(false))).to(torch::kCPU, torch::kFloat);
        for (const auto row : usable)
            out.features[row].copy_(features[row - begin]);
    }
    return out;
}

torch::Tensor pooledPictureTokens(models::MiniGpt4& model, const torch::Tensor& features)
{
    torch::NoGradGuard noGrad;
    const auto like = model->llama_proj->weight.options().requires_grad(false);
    return model->project(features.to(like)).to(torch::kFloat).mean(1).cpu(); // [n, C]
}

} // namespace winnow::score
