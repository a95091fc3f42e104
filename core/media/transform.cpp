#include "core/media/transform.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/media/resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>

namespace winnow::media {

namespace {

    constexpr int kMaxSide = 65'500;
    constexpr float kMean[3] = {0.48145466F, 0.4578275F, 0.40821073F};
    constexpr float kDeviation[3] = {0.26862954F, 0.26130258F, 0.27577711F};

    void checkNotEmpty(const Image& image)
    {
        require(image.width > 0 && image.height > 0 && image.rgb.size() == std::size_t(3) * image.width * image.height,
            ErrorCode::InvalidInput, "cannot resize an empty picture");
    }

    /// Both passes; `columns` and `rows` may cover a part of the output only.
    Image resample(const Image& image, const AxisTable& columns, const AxisTable& rows)
    {
        const int firstRow = *std::min_element(rows.first.begin(), rows.first.end());
        const int lastRow = std::min(image.height, *std::max_element(rows.first.begin(), rows.first.end()) + rows.taps);
        const std::size_t sourceBytes = std::size_t(3) * image.width;
        const std::size_t rowBytes = std::size_t(3) * columns.outputs();

        // Vector loads and stores reach past the ends, so rows near the end of the picture go through a padded copy.
        std::vector<std::uint8_t> padded(sourceBytes + 12 * std::size_t(columns.taps) + kRowPadding);
        std::vector<std::uint8_t> narrow(rowBytes * (lastRow - firstRow) + kRowPadding);
        for (int y = firstRow; y < lastRow; ++y) {
            std::memcpy(padded.data(), image.row(y), sourceBytes);
            resampleRow(columns, padded.data(), narrow.data() + rowBytes * (y - firstRow));
        }

        Image out{columns.outputs(), rows.outputs(), {}};
        out.rgb.resize(rowBytes * rows.outputs());
        const RowBlock block{narrow.data(), firstRow, lastRow - firstRow, rowBytes};
        for (int y = 0; y < out.height; ++y)
            resampleColumns(rows, y, block, out.rgb.data() + rowBytes * y);
        return out;
    }

    /// round() of Python 3: halves go to the even neighbour. `twice` is the doubled number, not negative.
    int halfToEven(int twice)
    {
        const int floor = twice / 2;
        return twice % 2 == 0 ? floor : floor + floor % 2;
    }

    using NormalTable = std::array<std::array<float, 256>, 3>;

    NormalTable makeNormalTable()
    {
        NormalTable table{};
        for (std::size_t c = 0; c < 3; ++c)
            for (std::size_t value = 0; value < 256; ++value)
                table[c][value] = (static_cast<float>(value) / 255.0F - kMean[c]) / kDeviation[c];
        return table;
    }

} // namespace

/// Weight tables by (from, to, begin, count); emptied when it grows past a few megabytes.
class ImageTransform::TableCache {
public:
    using Table = std::shared_ptr<const AxisTable>;

    Table find(int from, int to, int begin, int count)
    {
        const std::lock_guard lock(m_mutex);
        Table& table = m_tables[{from, to, begin, count}];
        if (table)
            return table;
        table = std::make_shared<const AxisTable>(makeAxisTable(from, to, begin, count));
        m_bytes += table->byteSize();
        const Table found = table;
        if (m_bytes > kMaxBytes) {
            m_tables.clear();
            m_bytes = 0;
        }
        return found;
    }

private:
    static constexpr std::size_t kMaxBytes = std::size_t(4) << 20;
    std::mutex m_mutex;
    std::map<std::array<int, 4>, Table> m_tables;
    std::size_t m_bytes = 0;
};

Image resizeBicubic(const Image& image, int width, int height)
{
    checkNotEmpty(image);
    require(width >= 1 && height >= 1 && width <= kMaxSide && height <= kMaxSide, ErrorCode::InvalidInput,
        [&] { return text::join("cannot resize a picture to ", width, " x ", height); });
    if (width == image.width && height == image.height)
        return image;
    return resample(image, makeAxisTable(image.width, width, 0, width), makeAxisTable(image.height, height, 0, height));
}

ImageTransform::ImageTransform(Kind kind, int size)
    : m_kind(kind)
    , m_size(size)
    , m_tables(std::make_shared<TableCache>())
{
    require(size >= 1 && size <= 4096, ErrorCode::InvalidInput,
        text::join("picture size ", size, " is not between 1 and 4096"));
}

std::string ImageTransform::name() const { return text::join(m_kind == Kind::Clip ? "clip-" : "square-", m_size); }

CropPlan ImageTransform::plan(ImageSize source) const
{
    if (m_kind == Kind::Square)
        return {{m_size, m_size}, 0, 0};
    const int shorter = std::min(source.width, source.height);
    const int longer = std::max(source.width, source.height);
    require(shorter > 0, ErrorCode::InvalidInput, "cannot resize an empty picture");
    const std::int64_t scaled = static_cast<std::int64_t>(m_size) * longer / shorter;
    require(scaled <= kMaxSide, ErrorCode::TooLarge,
        text::join("a picture of ", source.width, " x ", source.height, " is too elongated to be resized to ", m_size));
    const int other = static_cast<int>(scaled);
    const ImageSize resized = source.width <= source.height ? ImageSize{m_size, other} : ImageSize{other, m_size};
    return {resized, halfToEven(resized.width - m_size), halfToEven(resized.height - m_size)};
}

Image ImageTransform::apply(const Image& image) const
{
    checkNotEmpty(image);
    const CropPlan crop = plan({image.width, image.height});
    const auto columns = m_tables->find(image.width, crop.resized.width, crop.left, m_size);
    const auto rows = m_tables->find(image.height, crop.resized.height, crop.top, m_size);
    return resample(image, *columns, *rows);
}

std::vector<float> ImageTransform::pixels(const Image& image) const
{
    std::vector<float> out(std::size_t(3) * m_size * m_size);
    writePixels(image, out);
    return out;
}

void ImageTransform::writePixels(const Image& image, std::span<float> out) const { normaliseClip(apply(image), out); }

ImageTransform clipTransform(int size) { return {ImageTransform::Kind::Clip, size}; }
ImageTransform squareTransform(int size) { return {ImageTransform::Kind::Square, size}; }

void normaliseClip(const Image& image, std::span<float> out)
{
    require(out.size() == image.rgb.size(), ErrorCode::InvalidInput,
        [&] { return text::join("a picture of ", image.rgb.size(), " values does not fit a place of ", out.size()); });
    static const NormalTable kTable = makeNormalTable();
    const std::size_t plane = image.rgb.size() / 3;
    for (std::size_t c = 0; c < 3; ++c) {
        const auto& table = kTable[c];
        const std::uint8_t* from = image.rgb.data() + c;
        float* const to = out.data() + c * plane;
        for (std::size_t i = 0; i < plane; ++i)
            to[i] = table[from[3 * i]];
    }
}

} // namespace winnow::media
