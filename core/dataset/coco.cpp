// COCO captions: {"images": [{"id", "file_name"}], "annotations": [{"id", "image_id", "caption"}]}, joined by image_id;
// each caption is a pair of its own. There is no instruction. The lists may stand in any order.
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/export_file.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_source.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace winnow::dataset {

namespace {

    /// Exports keep ids that are no numbers under this key.
    constexpr const char* kPairId = "pair_id";

    /// The names of a file's pictures by their ids. Memory: the names once, some 80 bytes a picture beside them.
    class ImageTable {
    public:
        explicit ImageTable(const std::filesystem::path& file)
        {
            TextReader text(file, WhenUnsure::Utf8);
            JsonSplitter pieces(text, "images");
            JsonRowParser parser;
            JsonPiece piece;
            while (pieces.next(piece))
                if (piece.key.empty())
                    add(parser, piece.text, file);
        }

        /// Nothing for an id that no picture has.
        const std::string* find(const std::string& id)
        {
            const auto found = m_images.find(id);
            if (found == m_images.end())
                return nullptr;
            m_used += found->second.isUsed ? 0 : 1;
            found->second.isUsed = true;
            return &found->second.name;
        }
        std::size_t size() const { return m_images.size(); }
        std::size_t unusedCount() const { return m_images.size() - m_used; }

    private:
        static constexpr std::size_t kMaxBytes = std::size_t(512) << 20;
        struct Image {
            std::string name;
            bool isUsed = false;
        };

        /// A broken picture is no row: the captions that name it are listed instead.
        void add(JsonRowParser& parser, std::string_view text, const std::filesystem::path& file)
        {
            try {
                const auto image = jsonrow::toObject(parser.parse(text));
                const auto id = jsonrow::find(image, "id"), name = jsonrow::find(image, "file_name");
                if (!id || !name)
                    return;
                auto key = jsonrow::toId(*id, "id");
                Image value{jsonrow::toText(*name, "file_name")};
                m_bytes += key.size() + value.name.size();
                m_images.emplace(std::move(key), std::move(value));
            } catch (const Error&) {
                return;
            }
            require(m_bytes <= kMaxBytes, ErrorCode::TooLarge, [&] {
                return text::join(
                    "cannot import ", file.string(), ": the names of its pictures take over 512 MB; split it");
            });
        }

        std::unordered_map<std::string, Image> m_images;
        std::size_t m_bytes = 0;
        std::size_t m_used = 0;
    };

    class CocoSource final : public JsonSource {
    public:
        explicit CocoSource(SourcePlace given)
            : JsonSource(std::move(given), Layout::List)
            , m_images(place().file)
        {
        }

        std::map<std::string, std::string> mapping() const override
        {
            return {{"id", "id"}, {"image", "image_id"}, {"response", "caption"}};
        }
        std::vector<std::string> notes() const override
        {
            auto out = JsonSource::notes();
            if (m_images.unusedCount() > 0)
                out.push_back(text::join(m_images.unusedCount(), " of ", m_images.size(), " pictures have no caption"));
            return out;
        }

    private:
        void convertObject(jsonrow::object row, RawPair& out) override
        {
            auto id = jsonrow::find(row, kPairId);
            if (!id)
                id = jsonrow::find(row, "id");
            if (id)
                out.pair.id.value = jsonrow::toId(*id, "id");
            const auto imageId = jsonrow::find(row, "image_id");
            require(imageId.has_value(), ErrorCode::BadFile, "image_id is missing");
            const auto key = jsonrow::toId(*imageId, "image_id");
            const auto* const image = m_images.find(key);
            require(image != nullptr, ErrorCode::BadFile,
                [&] { return text::join("image_id ", text::shortened(key, 40), " is not among the images"); });
            const auto caption = jsonrow::find(row, "caption");
            require(caption.has_value(), ErrorCode::BadFile, "caption is missing");
            out.pair.response = jsonrow::toText(*caption, "caption");
            out.pair.images.push_back(*image);
        }

        ImageTable m_images;
    };

    std::string recogniseCoco(const SourceHead& head)
    {
        if (!head.hasAnnotations || !head.hasKey("image_id") || !head.hasKey("caption"))
            return {};
        const bool hasImages = std::find(head.rootKeys.begin(), head.rootKeys.end(), "images") != head.rootKeys.end();
        return hasImages || head.hasKey("id") ? "an object whose annotations have image_id and caption and join images"
                                              : "";
    }

    /// Annotations are written as they come, the pictures that they name after them.
    class CocoWriter final : public PairWriter {
    public:
        explicit CocoWriter(AtomicTextFile& out)
            : m_out(out)
        {
            m_out.write("{\"info\": {}, \"licenses\": [], \"annotations\": [");
        }

        void write(const ExportRow& row, const std::vector<std::string>& images) override
        {
            const Pair& pair = row.pair;
            if (images.empty()) {
                ++m_textOnly;
                return;
            }
            const auto id = chooseId(pair.id.value);
            const bool isOwnId = std::to_string(id) == pair.id.value;
            m_out.write(text::join(m_count++ == 0 ? "\n" : ",\n", R"(  {"id": )", id,
                isOwnId ? "" : text::join(", ", quotedJson(kPairId), ": ", quotedJson(pair.id.value)),
                R"(, "image_id": )", imageId(images.front()), R"(, "caption": )",
                quotedJson(text::joined(pair.responses(), "\n")), "}"));
            m_instructions += pair.instruction.empty() ? 0 : 1;
            m_conversations += pair.turns.empty() ? 0 : 1;
            m_extraImages += pair.images.size() > 1 ? 1 : 0;
        }

        void finish() override
        {
            m_out.write("\n], \"images\": [");
            for (std::size_t i = 0; i < m_names.size(); ++i)
                m_out.write(text::join(
                    i == 0 ? "\n" : ",\n", R"(  {"id": )", i + 1, R"(, "file_name": )", quotedJson(*m_names[i]), "}"));
            m_out.write("\n]}\n");
        }

        std::vector<std::string> notes() const override
        {
            std::vector<std::string> out;
            if (m_textOnly > 0)
                out.push_back(
                    text::join(m_textOnly, " pairs without a picture have no place in coco and are left out"));
            if (m_instructions > 0)
                out.push_back(text::join("the instructions of ", m_instructions, " pairs have no place in coco"));
            if (m_conversations > 0)
                out.push_back(
                    text::join("the answers of ", m_conversations, " conversations were joined into one caption each"));
            if (m_extraImages > 0)
                out.push_back(text::join(m_extraImages, " pairs keep only the first of their pictures"));
            return out;
        }

    private:
        /// The pair's own where it is a number that is still free: tools for COCO want numbers.
        std::int64_t chooseId(const std::string& own)
        {
            constexpr std::int64_t kMost = std::int64_t(1) << 53; // what every JSON reader keeps exactly
            std::int64_t id = 0;
            const bool isNumber = text::parseInt(own, id) && id >= 0 && id <= kMost && std::to_string(id) == own;
            if (isNumber && m_ids.insert(id).second)
                return id;
            while (!m_ids.insert(m_nextId).second)
                ++m_nextId;
            return m_nextId;
        }

        std::size_t imageId(const std::string& name)
        {
            const auto [entry, isNew] = m_imageIds.emplace(name, m_names.size() + 1);
            if (isNew)
                m_names.push_back(&entry->first);
            return entry->second;
        }

        AtomicTextFile& m_out;
        std::unordered_set<std::int64_t> m_ids;
        std::int64_t m_nextId = 1;
        std::unordered_map<std::string, std::size_t> m_imageIds;
        std::vector<const std::string*> m_names; ///< keys of the map, in the order of their ids
        std::int64_t m_count = 0;
        std::int64_t m_textOnly = 0;
        std::int64_t m_instructions = 0;
        std::int64_t m_conversations = 0;
        std::int64_t m_extraImages = 0;
    };

} // namespace

const Format& cocoFormat()
{
    static const Format kFormat{.name = "coco",
        .ending = ".json",
        .hasOneImage = true,
        .recognise = recogniseCoco,
        .open = [](SourcePlace place) -> std::unique_ptr<RowSource> {
            return std::make_unique<CocoSource>(std::move(place));
        },
        .makeWriter = [](AtomicTextFile& out, const ExportOptions&) -> std::unique_ptr<PairWriter> {
            return std::make_unique<CocoWriter>(out);
        }};
    return kFormat;
}

} // namespace winnow::dataset
