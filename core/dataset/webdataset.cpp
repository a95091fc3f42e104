// WebDataset: a tar archive, or several, whose successive members of one key are a sample: pictures (.jpg, .png, …) and
// texts (.json, .txt, .cls). Pictures stay in the archive and are named `shard.tar/member` (core/media/picture_file.h).
#include "core/dataset/webdataset.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/conversation.h"
#include "core/dataset/formats.h"
#include "core/dataset/object_fields.h"
#include "core/dataset/webdataset_writer.h"
#include "core/media/tar.h"

#include <algorithm>
#include <utility>

namespace winnow::dataset {

namespace fs = std::filesystem;

namespace {

    constexpr std::size_t kMostTextBytes = std::size_t(16) << 20;
    constexpr std::size_t kMostMembers = 64; ///< of one sample
    constexpr std::size_t kHeadBytes = 32;

    bool isPictureEnding(std::string_view ending)
    {
        // Kinds that are not decoded are pictures too: they are refused by their content, with what to do.
        static constexpr std::string_view kEndings[] = {
            "jpg", "jpeg", "png", "webp", "bmp", "gif", "avif", "heic", "tif", "tiff"};
        const auto last = text::toLowerAscii(ending.substr(ending.rfind('.') + 1));
        return std::find(std::begin(kEndings), std::end(kEndings), last) != std::end(kEndings);
    }

    bool isTextEnding(std::string_view ending)
    {
        return ending == "json" || ending == "txt" || ending == "text" || ending == "caption" || ending == "cls";
    }

    /// Members of one key.
    struct Sample {
        std::string key;
        std::map<std::string, std::string> texts; ///< ending → content, UTF-8
        std::vector<std::string> pictures;        ///< members, in the archive's order
        std::string problem;                      ///< of the first member that cannot be used
        std::size_t memberCount = 0;
    };

    class WebDatasetSource final : public RowSource {
    public:
        explicit WebDatasetSource(SourcePlace given)
            : RowSource(std::move(given))
            , m_fields(place().map)
        {
            m_shards = fs::is_directory(place().file) ? findShards(place().file) : std::vector<fs::path>{place().file};
            for (const auto& shard : m_shards) {
                const auto name = shard.filename().string();
                require(text::toLowerAscii(name).ends_with(".tar"), ErrorCode::InvalidInput,
                    text::join("cannot import ", shard.string(),
                        ": its pictures are used where they are, so its name must end in .tar; rename it"));
                const auto inRoot = fs::absolute(shard).lexically_normal().lexically_relative(place().imagesRoot);
                require(!inRoot.empty() && *inRoot.begin() != "..", ErrorCode::InvalidInput,
                    text::join("cannot import ", shard.string(), ": it lies outside the folder of pictures ",
                        place().imagesRoot.string(), "; its pictures are in it, so leave that folder away"));
                m_prefixes.push_back(inRoot.generic_string() + "/");
                m_bytesTotal += static_cast<std::int64_t>(fs::file_size(shard));
            }
        }

        std::map<std::string, std::string> mapping() const override
        {
            auto out = m_fields.mapping();
            out.insert({{"id", "key"}, {"image", "pictures"}});
            if (!m_textField.empty())
                out["response"] = m_textField;
            return out;
        }
        std::vector<std::string> columns() const override { return m_columns; }
        std::vector<std::string> numericColumns() const override { return m_numbers.names(); }
        std::optional<std::string> brokeOff() const override { return m_brokeOff; }
        std::string encoding() const override { return {}; }
        std::int64_t bytesRead() const override
        {
            return m_reader ? std::min(m_bytesBefore + m_reader->bytesRead(), m_bytesTotal) : m_bytesBefore;
        }
        std::int64_t bytesTotal() const override { return m_bytesTotal; }

    private:
        std::int64_t line() const override { return m_samples; }
        /// What is in the archive is there; its kind was looked at when its member passed.
        media::PictureCheck checkPicture(const std::string& image) override
        {
            const auto& ours = m_sample.pictures;
            const bool isOurs = std::find(ours.begin(), ours.end(), image) != ours.end();
            return isOurs ? media::PictureCheck{true, {}} : RowSource::checkPicture(image);
        }

        bool advance() override
        {
            do {
                if (!gatherSample())
                    return false;
            } while (m_sample.memberCount == 0 && m_sample.problem.empty()); // a README is no sample
            ++m_samples;
            return true;
        }

        /// Members of one key that follow one another.
        bool gatherSample()
        {
            m_sample = {};
            while (m_hasEntry || nextEntry()) {
                const auto [key, ending] = splitMember(m_entry.name);
                if (!m_sample.key.empty() && key != m_sample.key)
                    break; // it begins the next sample
                m_hasEntry = false;
                const bool isWanted = !key.empty() && !m_entry.isFolder;
                if (isWanted) {
                    m_sample.key = key;
                    addMember(text::toLowerAscii(ending));
                }
            }
            return !m_sample.key.empty();
        }

        /// The next member of this shard or the next; false at the end of all.
        bool nextEntry()
        {
            for (;;) {
                try {
                    if (!m_reader) {
                        if (m_at == m_shards.size() || !m_sample.key.empty())
                            return false; // samples do not go on in another shard
                        m_reader = std::make_unique<media::TarReader>(m_shards[m_at]);
                    }
                    if (m_reader->next(m_entry)) {
                        m_hasEntry = true;
                        return true;
                    }
                } catch (const Error& e) {
                    if (e.code() != ErrorCode::BadFile)
                        throw;
                    noteBreak(e);
                }
                closeShard();
            }
        }

        /// One damaged archive does not hide those behind it.
        void noteBreak(const Error& error)
        {
            if (m_brokeOff)
                return;
            m_brokeOff = text::join(m_shards[m_at].filename().string(), " breaks off after sample ",
                m_samples + (m_sample.key.empty() ? 0 : 1), ": ", error.message(),
                m_at + 1 < m_shards.size() ? "; the archives after it are read" : "");
        }

        void closeShard()
        {
            m_reader.reset();
            m_bytesBefore += static_cast<std::int64_t>(fs::file_size(m_shards[m_at]));
            ++m_at;
        }

        void addMember(const std::string& ending)
        {
            const bool isPicture = isPictureEnding(ending);
            if ((!isPicture && !isTextEnding(ending)) || !m_sample.problem.empty())
                return;
            try {
                require(
                    m_entry.problem.empty(), ErrorCode::BadFile, [&] { return m_entry.name + " " + m_entry.problem; });
                require(++m_sample.memberCount <= kMostMembers, ErrorCode::BadFile,
                    [&] { return text::join(m_sample.key, " has more than ", kMostMembers, " members"); });
                if (isPicture)
                    addPicture();
                else
                    addText(ending);
            } catch (const Error& e) {
                m_sample.problem = e.message();
            }
        }

        void addPicture()
        {
            const auto path = m_prefixes[m_at] + m_entry.name;
            const auto refusal = media::refusalOf(m_reader->readHead(kHeadBytes), m_entry.name);
            require(refusal.empty(), ErrorCode::BadFile, text::join("image ", m_entry.name, " ", refusal));
            require(std::find(m_sample.pictures.begin(), m_sample.pictures.end(), path) == m_sample.pictures.end(),
                ErrorCode::BadFile, [&] { return m_entry.name + " is there twice"; });
            m_sample.pictures.push_back(path);
        }

        void addText(const std::string& ending)
        {
            require(m_entry.sizeBytes <= static_cast<std::int64_t>(kMostTextBytes), ErrorCode::BadFile, [&] {
                return text::join(m_entry.name, " has ", m_entry.sizeBytes, " bytes, the limit for a text is 16 MB");
            });
            const bool isNew = m_sample.texts.emplace(ending, toUtf8(m_reader->readAll(kMostTextBytes))).second;
            require(isNew, ErrorCode::BadFile, [&] { return m_entry.name + " is there twice"; });
        }

        void convert(RawPair& out) override
        {
            out.pair.id.value = m_sample.key;
            require(m_sample.problem.empty(), ErrorCode::BadFile, m_sample.problem);
            if (const auto json = m_sample.texts.find("json"); json != m_sample.texts.end())
                readObject(json->second, out);
            else
                readPlainText(out);
            if (!m_sample.pictures.empty())
                out.pair.images = m_sample.pictures;
        }

        /// The object says who says what; else the text beside it is the response.
        void readObject(const std::string& json, RawPair& out)
        {
            const auto row = jsonrow::toObject(m_parser.parse(json));
            m_fields.setObject(row);
            lookAtColumns(row);
            const auto response = m_fields.column("response");
            const bool isSaid = response == "response" || place().map.count("response") > 0
                || m_fields.value(row, "conversations").has_value();
            if (textField().empty() && (isSaid || !hasPlainText())) {
                m_fields.readTexts(row, out);
            } else {
                readPlainText(out);
                if (const auto instruction = m_fields.value(row, "instruction"))
                    out.pair.instruction = jsonrow::toText(*instruction, m_fields.column("instruction"));
            }
            RawPair named;
            m_fields.readIdAndImages(row, named);
            const auto idColumn = m_fields.column("id");
            if ((idColumn == "id" || place().map.count("id") > 0) && !named.pair.id.value.empty())
                out.pair.id = std::move(named.pair.id);
            if (out.pair.images.empty())
                out.pair.images = std::move(named.pair.images);
            m_fields.readMetrics(row, out);
        }

        /// The ending of the text that the mapping asks for, or empty.
        std::string textField() const
        {
            const auto wanted = mapped(place().map, "response");
            return m_sample.texts.count(wanted) > 0 && wanted != "json" ? wanted : std::string();
        }
        bool hasPlainText() const
        {
            return std::any_of(
                m_sample.texts.begin(), m_sample.texts.end(), [](const auto& one) { return one.first != "json"; });
        }

        void readPlainText(RawPair& out)
        {
            const auto wanted = textField();
            for (const char* const ending : {"txt", "text", "caption", "cls"}) {
                const auto found = m_sample.texts.find(wanted.empty() ? ending : wanted);
                if (found == m_sample.texts.end())
                    continue;
                addColumn(found->first);
                m_textField = found->first;
                out.pair.response = found->second;
                return;
            }
            throw Error(ErrorCode::BadFile, text::join(m_sample.key, " has no .txt, .json or .cls"));
        }

        void addColumn(const std::string& name)
        {
            constexpr std::size_t kMostColumns = 256;
            if (m_columns.size() < kMostColumns
                && std::find(m_columns.begin(), m_columns.end(), name) == m_columns.end())
                m_columns.push_back(name);
        }
        void lookAtColumns(jsonrow::object row)
        {
            if (m_numbers.isDone())
                return;
            for (const auto field : row) {
                const std::string name(field.key);
                addColumn(name);
                if (!field.value.is_null())
                    m_numbers.add(name, jsonrow::isNumber(field.value));
            }
            m_numbers.endRow();
        }

        std::vector<fs::path> m_shards;
        std::vector<std::string> m_prefixes; ///< of the members' paths, parallel to m_shards
        std::size_t m_at = 0;                ///< the shard that is being read
        std::unique_ptr<media::TarReader> m_reader;
        media::TarEntry m_entry;
        bool m_hasEntry = false; ///< m_entry was read and belongs to the next sample
        Sample m_sample;
        std::int64_t m_samples = 0;
        std::int64_t m_bytesBefore = 0;
        std::int64_t m_bytesTotal = 0;
        std::optional<std::string> m_brokeOff;
        JsonRowParser m_parser;
        ObjectFields m_fields;
        std::string m_textField;
        std::vector<std::string> m_columns;
        NumberColumns m_numbers;
    };

    std::string recogniseWebDataset(const SourceHead& head)
    {
        if (!head.isTar)
            return {};
        return fs::is_directory(head.file) ? "a folder of tar archives" : "a tar archive";
    }

} // namespace

std::vector<fs::path> findShards(const fs::path& folder)
{
    std::vector<fs::path> out;
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(folder, failure))
        if (std::error_code ignored;
            entry.is_regular_file(ignored) && text::toLowerAscii(entry.path().extension().string()) == ".tar")
            out.push_back(entry.path());
    std::sort(out.begin(), out.end());
    return out;
}

MemberName splitMember(std::string_view name)
{
    const auto slash = name.rfind('/');
    const auto file = slash == std::string_view::npos ? 0 : slash + 1;
    const auto point = name.find('.', file);
    if (point == std::string_view::npos || point == file)
        return {};
    return {name.substr(0, point), name.substr(point + 1)};
}

const Format& webDatasetFormat()
{
    static const Format kFormat{.name = "webdataset",
        .ending = ".tar",
        .takesMapping = true,
        .takesMetrics = true,
        .holdsPictures = true,
        .recognise = recogniseWebDataset,
        .open = [](SourcePlace place) -> std::unique_ptr<RowSource> {
            return std::make_unique<WebDatasetSource>(std::move(place));
        },
        .makeWriter = makeWebDatasetWriter};
    return kFormat;
}

} // namespace winnow::dataset
