#include "core/dataset/webdataset_writer.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/export_file.h"
#include "core/dataset/json_writer.h"
#include "core/media/picture_file.h"
#include "core/media/tar.h"

#include <utility>

namespace winnow::dataset {

namespace {

    class WebDatasetWriter final : public PairWriter {
    public:
        WebDatasetWriter(AtomicTextFile& out, const ExportOptions& options)
            : m_tar([&out](std::string_view piece) { out.write(piece); })
            , m_options(options)
        {
        }

        void write(const ExportRow& row, const std::vector<std::string>& images) override
        {
            const std::string key = keyOf(m_count++);
            std::size_t taken = 0;
            for (std::size_t i = 0; i < images.size(); ++i)
                taken += addPicture(row.pair, images[i],
                             text::join(key, images.size() > 1 ? text::join(".", i) : "", endingOf(images[i])))
                    ? 1
                    : 0;
            m_images += static_cast<std::int64_t>(taken);
            // A pair whose pictures cannot be had keeps their paths.
            const std::string paths =
                taken > 0 || images.empty() ? "" : text::join(R"("image": )", imagesAsJson(images), ", ");
            m_tar.add(key + ".txt", text::joined(row.pair.responses(), "\n"));
            m_tar.add(key + ".json",
                text::join(R"({"id": )", quotedJson(row.pair.id.value), ", ", paths,
                    textsAsJson(row.pair, images.size()), metricsAsJson(m_options.metricNames, row.metrics), "}\n"));
        }

        void finish() override { m_tar.finish(); }
        std::vector<BadRow> takeFailures() override { return std::exchange(m_failures, {}); }
        std::int64_t imageCount() const override { return m_images; }

    private:
        /// Nine digits, so that keys stand in order by name.
        static std::string keyOf(std::int64_t number)
        {
            constexpr std::size_t kDigits = 9;
            auto digits = std::to_string(number);
            return digits.size() < kDigits ? std::string(kDigits - digits.size(), '0') + digits : digits;
        }

        static std::string endingOf(const std::string& image)
        {
            auto ending = text::toLowerAscii(std::filesystem::path(image).extension().string());
            const bool isKnown = ending == ".png" || ending == ".webp" || ending == ".bmp" || ending == ".jpeg";
            return isKnown ? ending : ".jpg"; // readers of web datasets decode by content
        }

        bool addPicture(const Pair& pair, const std::string& image, const std::string& member)
        {
            const auto from = m_options.locate(pair, image);
            std::string bytes;
            try {
                bytes = media::readPicture(from);
            } catch (const Error& e) {
                m_failures.push_back({m_count, pair.id.value, e.message()});
                return false;
            }
            m_tar.add(member, bytes);
            return true;
        }

        media::TarWriter m_tar;
        const ExportOptions& m_options;
        std::int64_t m_count = 0;
        std::int64_t m_images = 0;
        std::vector<BadRow> m_failures;
    };

} // namespace

std::unique_ptr<PairWriter> makeWebDatasetWriter(AtomicTextFile& out, const ExportOptions& options)
{
    return std::make_unique<WebDatasetWriter>(out, options);
}

} // namespace winnow::dataset
