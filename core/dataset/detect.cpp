#include "core/dataset/detect.h"

#include "core/base/error.h"
#include "core/base/sentence.h"
#include "core/base/text.h"
#include "core/dataset/csv_reader.h"
#include "core/dataset/foreign_file.h"
#include "core/dataset/formats.h"
#include "core/dataset/json_splitter.h"
#include "core/dataset/text_reader.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace winnow::dataset {

namespace fs = std::filesystem;

namespace {

    constexpr const char* kAnnotations = "annotations"; ///< COCO keeps its lists there, beside its pictures

    using FieldMap = std::map<std::string, std::string>;

    /// False also for names that no file can have.
    bool isFile(const fs::path& path)
    {
        std::error_code ignored;
        return fs::is_regular_file(path, ignored);
    }

    std::vector<fs::path> filesWithEndings(const fs::path& folder, std::initializer_list<std::string_view> endings)
    {
        std::vector<fs::path> out;
        std::error_code failure;
        for (const auto& entry : fs::directory_iterator(folder, failure)) {
            const std::string ending = text::toLowerAscii(entry.path().extension().string());
            if (isFile(entry.path()) && std::find(endings.begin(), endings.end(), ending) != endings.end())
                out.push_back(entry.path());
        }
        require(
            !failure, ErrorCode::Io, text::join("cannot list the folder ", folder.string(), ": ", failure.message()));
        std::sort(out.begin(), out.end());
        return out;
    }

    /// The format of a file or of a folder of shards, or an empty name. `wanted` empty = any.
    DetectedFormat recognise(const fs::path& file, std::string_view wanted, const FieldMap& map)
    {
        const SourceHead head = readHead(file, map);
        DetectedFormat out;
        for (const Format* const format : formatTable()) {
            if (!wanted.empty() && format->name != wanted)
                continue;
            std::string why = format->recognise(head);
            if (why.empty())
                continue;
            if (out.format.empty())
                out = {std::string(format->name), asSentence(std::move(why)), file, {}}; // names of columns stand in it
            else
                out.others.emplace_back(format->name);
        }
        return out;
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

    [[noreturn]] void failRefused(const fs::path& file, const std::string& refusal)
    {
        throw Error(ErrorCode::Unsupported, text::join("cannot import ", file.string(), ": ", refusal));
    }

    [[noreturn]] void failFolder(const fs::path& folder, const std::vector<fs::path>& files)
    {
        // A folder of nothing but tables of another kind: say what to do with them.
        for (const auto& file :
            filesWithEndings(folder, {".parquet", ".arrow", ".feather", ".gz", ".zst", ".xz", ".zip"}))
            if (const auto refusal = refusalOfFile(readStart(file), file); files.empty() && !refusal.empty())
                failRefused(file, refusal);
        throw Error(ErrorCode::BadFile,
            files.empty()
                ? text::join("cannot import ", folder.string(), ": the folder has no JSON, JSONL, CSV, TSV or tar file")
                : text::join("cannot import ", folder.string(), ": none of its files ", namesOf(files),
                    " holds pairs of a known format"));
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
        const auto files = filesWithEndings(folder, {".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt"});
        std::vector<DetectedFormat> found;
        for (const auto& file : files)
            if (auto one = recognise(file, wanted, map); !one.format.empty())
                found.push_back(std::move(one));
        if (auto shards = recognise(folder, wanted, map); found.empty() && !shards.format.empty())
            return shards;
        if (found.size() == 1)
            return found.front();
        if (found.empty() && folder.filename() != kAnnotations && fs::is_directory(folder / kAnnotations))
            return detectInFolder(folder / kAnnotations, wanted, map);
        if (found.empty())
            failFolder(folder, files);
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
        TextReader text(head.file, WhenUnsure::Utf8);
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
        const bool isText = head.text.find('\0') == std::string::npos && text::isValidUtf8(firstLine);
        if (!isText)
            return "it is not a text; the file to import is the one that lists the pairs";
        if (delimiter == '\0')
            return "it is neither a list of objects, nor JSON lines, nor a table with a header line, nor a tar archive";
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

    /// A file asked for by format has to look like it at least; what its rows lack is said row by row.
    void checkLooks(const SourceHead& head, std::string_view wanted)
    {
        const bool isJson = head.firstCharacter == '[' || head.firstCharacter == '{';
        const bool wantsTar = wanted == webDatasetFormat().name;
        const bool wantsTable = wanted == csvFormat().name;
        const bool isEmpty = head.firstCharacter == '\0' && !head.isTar;
        const bool fits = wantsTar ? head.isTar : !head.isTar && isJson != wantsTable;
        require(!isEmpty && fits, ErrorCode::BadFile,
            text::join("cannot import ", head.file.string(), " as ", wanted, ": it ",
                isEmpty          ? "is empty"
                    : head.isTar ? "is a tar archive"
                    : wantsTar   ? "is no tar archive"
                    : isJson     ? "holds JSON"
                                 : "holds neither a JSON list nor JSON objects"));
    }

} // namespace

DetectedFormat detectSource(const fs::path& source, std::string_view wanted, const FieldMap& map)
{
    if (fs::is_directory(source))
        return detectInFolder(source, wanted, map);
    const SourceHead head = readHead(source, map);
    if (!head.refusal.empty())
        failRefused(source, head.refusal);
    if (!wanted.empty()) {
        checkLooks(head, wanted);
        return {std::string(wanted), "as asked for", source, {}};
    }
    auto found = recognise(source, {}, map);
    if (found.format.empty())
        failUnknown(head);
    return found;
}

} // namespace winnow::dataset
