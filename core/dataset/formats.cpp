#include "core/dataset/formats.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/foreign_file.h"
#include "core/dataset/json_row.h"
#include "core/dataset/json_splitter.h"
#include "core/dataset/text_reader.h"
#include "core/dataset/webdataset.h"
#include "core/media/tar.h"

#include <algorithm>

namespace winnow::dataset {

namespace {

    constexpr std::size_t kHeadBytes = std::size_t(256) << 10;

    /// The first object of a list, or of the list under `annotations`.
    void readFirstElement(SourceHead& head, WhenUnsure whenUnsure)
    {
        TextReader text(head.file, whenUnsure);
        JsonSplitter pieces(text);
        JsonPiece piece;
        while (pieces.next(piece)) {
            if (piece.key.empty()) {
                head.firstObject = std::string(piece.text);
                break;
            }
            head.rootKeys.push_back(piece.key);
            if (head.rootKeys.size() >= 64)
                break;
        }
        head.hasAnnotations = pieces.root() == JsonSplitter::Root::Member;
    }

    void readKeys(SourceHead& head)
    {
        try {
            JsonRowParser parser;
            head.objectKeys = jsonrow::keys(jsonrow::toObject(parser.parse(head.firstObject)));
        } catch (const Error&) {
            head.objectKeys.clear(); // its first row is bad or no object: then nothing is known from it
        }
    }

    /// True when the first line that is not blank is a whole JSON object of its own, and not the only, annotated one.
    bool readFirstLine(SourceHead& head)
    {
        const std::string_view text = text::trimmed(head.text);
        const std::string_view line = text::trimmed(text.substr(0, text.find('\n')));
        if (!line.starts_with('{') || !line.ends_with('}'))
            return false;
        head.firstObject = std::string(line);
        readKeys(head);
        const bool isAnnotated = line.size() == text.size() && head.hasKey("annotations");
        if (isAnnotated)
            head.objectKeys.clear();
        return !head.objectKeys.empty();
    }

} // namespace

bool SourceHead::hasKey(std::string_view key) const
{
    return std::find(objectKeys.begin(), objectKeys.end(), key) != objectKeys.end();
}

const std::vector<const Format*>& formatTable()
{
    static const std::vector<const Format*> kTable{&ccSbuAlignFormat(), &llavaFormat(), &shareGptFormat(),
        &messagesFormat(), &cocoFormat(), &imageFolderFormat(), &webDatasetFormat(), &jsonlFormat(), &csvFormat()};
    return kTable;
}

const Format& findFormat(std::string_view name)
{
    std::vector<std::string> names;
    for (const Format* const format : formatTable()) {
        if (format->name == name)
            return *format;
        names.emplace_back(format->name);
    }
    throw Error(
        ErrorCode::InvalidInput, text::join("there is no format ", name, "; there are ", text::joined(names, ", ")));
}

SourceHead readHead(
    const std::filesystem::path& file, const std::map<std::string, std::string>& map, WhenUnsure whenUnsure)
{
    SourceHead head;
    head.file = file;
    head.map = map;
    if (std::filesystem::is_directory(file)) {
        head.isTar = !findShards(file).empty();
        return head;
    }
    head.bytes = readStart(file);
    head.isTar = media::isTarHeader(head.bytes);
    head.refusal = refusalOfFile(head.bytes, file);
    if (head.isTar || !head.refusal.empty())
        return head;
    TextReader text(file, whenUnsure);
    while (head.text.size() < kHeadBytes && text.read(head.text)) { }
    const std::string_view trimmed = text::trimmed(head.text);
    head.firstCharacter = trimmed.empty() ? '\0' : trimmed.front();
    if (head.firstCharacter != '{' && head.firstCharacter != '[')
        return head;
    head.isLines = head.firstCharacter == '{' && readFirstLine(head);
    if (!head.isLines) {
        readFirstElement(head, whenUnsure);
        readKeys(head);
    }
    return head;
}

} // namespace winnow::dataset
