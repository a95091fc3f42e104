#include "core/dataset/importer.h"

#include "core/base/error.h"
#include "core/base/sentence.h"
#include "core/base/text.h"
#include "core/dataset/csv_reader.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_splitter.h"
#include "core/dataset/row_source.h"

#include <algorithm>

namespace winnow::dataset {

namespace fs = std::filesystem;

namespace {

    constexpr std::string_view kAuto = "auto";
    constexpr std::size_t kRowsToLookForPictures = 20;
    constexpr std::size_t kMostBadRowsInPreview = 1000;
    using FieldMap = std::map<std::string, std::string>;

    /// False also for names that no file can have.
    bool isFile(const fs::path& path)
    {
        std::error_code ignored;
        return fs::is_regular_file(path, ignored);
    }

    /// Files of a folder that may hold pairs, by name.
    std::vector<fs::path> dataFiles(const fs::path& folder)
    {
        static constexpr std::string_view kEndings[] = {".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt"};
        std::vector<fs::path> out;
        std::error_code failure;
        for (const auto& entry : fs::directory_iterator(folder, failure)) {
            const std::string ending = text::toLowerAscii(entry.path().extension().string());
            if (isFile(entry.path())
                && std::find(std::begin(kEndings), std::end(kEndings), ending) != std::end(kEndings))
                out.push_back(entry.path());
        }
        require(
            !failure, ErrorCode::Io, text::join("cannot list the folder ", folder.string(), ": ", failure.message()));
        std::sort(out.begin(), out.end());
        return out;
    }

    /// The format of one file, or an empty name. `wanted` empty = any.
    DetectedFormat recognise(const fs::path& file, std::string_view wanted, const FieldMap& map)
    {
        const SourceHead head = readHead(file, map);
        for (const Format* const format : formatTable()) {
            if (!wanted.empty() && format->name != wanted)
                continue;
            if (std::string why = format->recognise(head); !why.empty())
                return {std::string(format->name), asSentence(std::move(why)), file}; // names of columns stand in it
        }
        return {};
    }

    std::string namesOf(const std::vector<fs::path>& files)
    {
        std::vector<std::string> names;
        for (const auto& file : files)
            names.push_back(file.filename().string());
        if (names.size() > 8) {
            names.resize(8);
            names.emplace_back("…");
        }
        return text::joined(names, ", ");
    }

    DetectedFormat detectInFolder(const fs::path& folder, std::string_view wanted, const FieldMap& map)
    {
        for (const Format* const format : formatTable()) {
            const bool isWanted = wanted.empty() || format->name == wanted;
            if (isWanted && !format->usualFile.empty() && isFile(folder / format->usualFile)) {
                auto found = recognise(folder / format->usualFile, format->name, map);
                if (!found.format.empty())
                    return found;
            }
        }
        const auto files = dataFiles(folder);
        std::vector<DetectedFormat> found;
        for (const auto& file : files)
            if (auto one = recognise(file, wanted, map); !one.format.empty())
                found.push_back(std::move(one));
        if (found.size() == 1)
            return found.front();
        if (found.empty())
            throw Error(ErrorCode::BadFile,
                files.empty()
                    ? text::join("cannot import ", folder.string(), ": the folder has no JSON, JSONL, CSV or TSV file")
                    : text::join("cannot import ", folder.string(), ": none of its files ", namesOf(files),
                        " holds pairs of a known format"));
        std::vector<fs::path> several;
        for (const auto& one : found)
            several.push_back(one.file);
        throw Error(ErrorCode::InvalidInput,
            text::join("cannot import ", folder.string(), ": several of its files hold pairs (", namesOf(several),
                "); name one of them"));
    }

    /// What a JSON file that no format took has instead of pairs.
    std::string describeJson(const SourceHead& head)
    {
        TextReader text(head.file, detectEncoding(head.file, WhenUnsure::Utf8));
        JsonSplitter pieces(text);
        JsonPiece piece;
        if (!pieces.next(piece))
            return pieces.brokeOff().value_or("its list is empty");
        if (!head.objectKeys.empty())
            return text::join("its objects have ", text::joined(head.objectKeys, ", "),
                ", none of which is a response; name it with the mapping response=FIELD");
        if (!head.rootKeys.empty())
            return text::join("it is an object with ", text::joined(head.rootKeys, ", "),
                ", expected a list of objects, or such a list under annotations");
        return text::join(
            "the first item of its list is ", text::shortened(piece.text, 40), ", expected an object with a response");
    }

    std::string describeTable(const SourceHead& head)
    {
        const std::string_view firstLine = std::string_view(head.text).substr(0, head.text.find('\n'));
        const char delimiter = guessDelimiter(firstLine);
        const auto isControl = [](char c) { return static_cast<unsigned char>(c) < '\t'; };
        const bool isText = std::none_of(head.text.begin(), head.text.end(), isControl);
        if (!isText)
            return "it is not a text; the file to import is the one that lists the pairs";
        if (delimiter == '\0')
            return "it is neither a list of objects, nor JSON lines, nor a table with a header line";
        auto columns = text::split(text::trimmed(firstLine), delimiter);
        if (columns.size() > 20)
            columns.resize(20);
        return text::join("none of its columns ", text::shortened(text::joined(columns, ", "), 200),
            " is a response; name it with the mapping response=COLUMN");
    }

    [[noreturn]] void failUnknown(const SourceHead& head)
    {
        const bool isJson = head.firstCharacter == '[' || head.firstCharacter == '{';
        throw Error(ErrorCode::BadFile,
            text::join("cannot recognise the format of ", head.file.string(), ": ",
                head.firstCharacter == '\0' ? (head.text.empty() ? "it is empty" : "it holds no text")
                    : isJson                ? describeJson(head)
                                            : describeTable(head)));
    }

    void requireSource(const fs::path& source)
    {
        require(!source.empty(), ErrorCode::InvalidInput, "no source is named");
        std::error_code failure;
        const bool isThere = fs::exists(source, failure);
        require(!failure || failure == std::errc::no_such_file_or_directory, ErrorCode::Io,
            text::join("cannot import ", text::shortened(source.string(), 200), ": ", failure.message()));
        require(isThere, ErrorCode::NotFound,
            text::join("cannot import ", source.string(), ": there is no such file or folder"));
    }

    DetectedFormat detect(const fs::path& source, const FieldMap& map)
    {
        if (fs::is_directory(source))
            return detectInFolder(source, {}, map);
        auto found = recognise(source, {}, map);
        if (found.format.empty())
            failUnknown(readHead(source));
        return found;
    }

    /// File and format for the options.
    DetectedFormat resolve(const ImportOptions& options)
    {
        if (options.format == kAuto)
            return detect(options.source, options.map);
        if (fs::is_directory(options.source))
            return detectInFolder(options.source, options.format, options.map);
        const char first = readHead(options.source).firstCharacter;
        const bool isJson = first == '[' || first == '{';
        require(first != '\0' && isJson != (options.format == csvFormat().name), ErrorCode::BadFile,
            text::join("cannot import ", options.source.string(), " as ", options.format, ": it ",
                first == '\0' ? "is empty"
                    : isJson  ? "holds JSON"
                              : "holds neither a JSON list nor JSON objects"));
        return {options.format, "as asked for", options.source};
    }

    std::unique_ptr<RowSource> open(const DetectedFormat& detected, const ImportOptions& options, const fs::path& root)
    {
        SourcePlace place;
        place.file = detected.file;
        place.imagesRoot = fs::absolute(root).lexically_normal();
        if (!place.imagesRoot.has_filename())
            place.imagesRoot = place.imagesRoot.parent_path(); // without a trailing slash
        place.isRootGiven = !options.imagesRoot.empty();
        place.map = options.map;
        return findFormat(detected.format).open(std::move(place));
    }

    /// Without a root from the user: the file's folder, or a folder `images` or `image` in it when the first pictures
    /// lie there.
    fs::path guessRoot(const DetectedFormat& detected, const ImportOptions& options)
    {
        const fs::path folder = fs::absolute(detected.file).parent_path();
        const auto rows = open(detected, options, folder);
        std::vector<std::string> images;
        RawPair row;
        for (std::size_t i = 0; i < kRowsToLookForPictures && rows->next(row); ++i)
            if (!row.pair.images.empty())
                images.push_back(row.pair.images.front());
        for (const auto& candidate : {folder, folder / "images", folder / "image"})
            for (const auto& image : images)
                if (isFile(candidate / image))
                    return candidate;
        return folder;
    }

    std::unique_ptr<RowSource> openDetected(const DetectedFormat& detected, const ImportOptions& options)
    {
        return open(detected, options, options.imagesRoot.empty() ? guessRoot(detected, options) : options.imagesRoot);
    }

} // namespace

void ImportOptions::validate() const
{
    requireSource(source);
    if (format != kAuto)
        findFormat(format);
    require(imagesRoot.empty() || fs::is_directory(imagesRoot), ErrorCode::NotFound,
        text::join("there is no folder of pictures ", imagesRoot.string()));
    for (const auto& [field, column] : map)
        require(!field.empty() && !column.empty(), ErrorCode::InvalidInput,
            text::join("the mapping ", field, "=", column, " has an empty side, expected field=column"));
}

std::vector<std::string> importFormats()
{
    std::vector<std::string> out;
    for (const Format* const format : formatTable())
        out.emplace_back(format->name);
    return out;
}

DetectedFormat detectFormat(const fs::path& source)
{
    requireSource(source);
    return detect(source, {});
}

std::unique_ptr<PairSource> openSource(const ImportOptions& options)
{
    options.validate();
    return openDetected(resolve(options), options);
}

SourcePreview previewSource(const ImportOptions& options, std::size_t rowCount)
{
    options.validate();
    SourcePreview out;
    out.detected = resolve(options);
    const auto rows = openDetected(out.detected, options);
    RawPair row;
    bool isEnd = false;
    while (out.rows.size() < rowCount && out.badRows.size() < kMostBadRowsInPreview && !isEnd) {
        isEnd = !rows->next(row);
        if (!isEnd)
            out.rows.push_back(row);
        for (auto& bad : rows->takeBadRows())
            out.badRows.push_back(std::move(bad));
    }
    out.columns = rows->columns();
    out.mapping = rows->mapping();
    out.imagesRoot = rows->imagesRoot();
    out.brokeOff = isEnd ? rows->brokeOff() : std::nullopt;
    for (const auto& shown : out.rows)
        for (const auto& image : shown.pair.images)
            out.missingImages += isFile(out.imagesRoot / image) ? 0 : 1;
    return out;
}

} // namespace winnow::dataset
