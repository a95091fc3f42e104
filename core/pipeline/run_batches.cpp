#include "core/pipeline/run_batches.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/media/image.h"
#include "core/pipeline/vision_cache.h"

#include <algorithm>
#include <cstring>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kReadRows = 512;

    train::TrainingText textOf(const Pair& pair)
    {
        train::TrainingText out;
        if (pair.turns.empty()) {
            out.turns.push_back({pair.instruction, pair.response});
            return out;
        }
        std::string question;
        for (const auto& turn : pair.turns) {
            if (turn.role == Role::User)
                question = turn.text;
            else
                out.turns.push_back({std::exchange(question, {}), turn.text});
        }
        return out;
    }

    media::Image cropped(const media::Image& image, const train::CropBox& box)
    {
        media::Image out;
        out.width = box.width;
        out.height = box.height;
        out.rgb.resize(std::size_t(3) * box.width * box.height);
        for (int y = 0; y < box.height; ++y)
            std::memcpy(out.rgb.data() + std::size_t(3) * box.width * y,
                image.row(box.top + y) + std::size_t(3) * box.left, std::size_t(3) * box.width);
        return out;
    }

} // namespace

ProjectBatches::ProjectBatches(
    store::Project& project, std::vector<PairRow> rows, std::string fingerprint, int imageSize, VisionCache* cache)
    : m_fingerprint(std::move(fingerprint))
    , m_transform(media::squareTransform(imageSize))
    , m_cache(cache)
{
    store::PairStore pairs(project);
    std::int64_t severalImages = 0;
    for (std::size_t start = 0; start < rows.size(); start += kReadRows) {
        const auto count = std::min(kReadRows, rows.size() - start);
        for (auto& stored : pairs.load(std::span(rows).subspan(start, count))) {
            severalImages += stored.pair.images.size() > 1 ? 1 : 0;
            m_rows.push_back(stored.row);
            m_texts.push_back(textOf(stored.pair));
            m_ids.push_back(stored.pair.id.value);
            m_images.push_back(stored.image);
        }
    }
    require(severalImages == 0, ErrorCode::Unsupported,
        text::join(severalImages,
            " of the pairs have several pictures, fine-tuning takes one: leave them out of the selection"));
    require(!m_rows.empty(), ErrorCode::InvalidInput, "there is no pair to fine-tune on");
}

train::TrainingText ProjectBatches::text(std::int64_t sample) const
{
    return m_texts.at(static_cast<std::size_t>(sample));
}

train::PixelBatch ProjectBatches::loadPixels(const std::vector<std::int64_t>& samples, Random* crops)
{
    const auto side = static_cast<std::int64_t>(m_transform.size());
    const auto count = static_cast<std::int64_t>(samples.size());
    train::PixelBatch out;
    out.pixels = torch::zeros({count, 3, side, side}, torch::kFloat);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto sample = samples[static_cast<std::size_t>(i)];
        const auto at = static_cast<std::size_t>(sample);
        try {
            require(!m_images[at].empty(), ErrorCode::NotFound, "the pair has no picture");
            auto image = media::decodeImage(m_images[at]);
            if (crops != nullptr)
                image = cropped(image, train::randomCrop(image.width, image.height, *crops));
            auto* const place = out.pixels.data_ptr<float>() + i * 3 * side * side;
            m_transform.writePixels(image, std::span(place, static_cast<std::size_t>(3 * side * side)));
        } catch (const Error& e) {
            out.skipped.push_back({sample, m_ids[at], e.what()});
        }
    }
    return out;
}

train::FeatureBatch ProjectBatches::loadFeatures(const std::vector<std::int64_t>& samples)
{
    train::FeatureBatch out;
    if (m_cache == nullptr)
        return out;
    std::vector<torch::Tensor> rows;
    torch::Tensor any;
    for (const auto sample : samples) {
        const auto at = static_cast<std::size_t>(sample);
        rows.emplace_back();
        try {
            require(!m_images[at].empty(), ErrorCode::NotFound, "the pair has no picture");
            any = rows.back() = m_cache->load(m_images[at]);
        } catch (const Error& e) {
            if (e.code() == ErrorCode::DiskFull)
                throw;
            out.skipped.push_back({sample, m_ids[at], e.what()});
        }
    }
    if (!any.defined()) { // none can be read: the trainer learns that from `skipped`
        out.features = m_cache->empty(static_cast<std::int64_t>(samples.size()));
        return out;
    }
    for (auto& row : rows)
        if (!row.defined())
            row = torch::zeros_like(any);
    out.features = torch::stack(rows);
    return out;
}

} // namespace winnow::pipeline
