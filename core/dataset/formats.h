#pragma once

#include "core/dataset/exporter.h"
#include "core/dataset/row_source.h"
#include "core/dataset/text_reader.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::dataset {

/// The start of a data file, for recognising its format.
struct SourceHead {
    std::filesystem::path file;
    std::string text;        ///< UTF-8, the first quarter of a megabyte at most
    char firstCharacter = 0; ///< that is not white space
    /// First object of the list, of the list under `annotations`, or of the lines; empty where there is none.
    std::string firstObject;
    std::vector<std::string> objectKeys; ///< of that object
    std::vector<std::string> rootKeys;   ///< members met before `annotations` in a top object
    bool hasAnnotations = false;
    bool isLines = false; ///< the first line is a whole object

    std::map<std::string, std::string> map; ///< field → column as the user gave it

    bool hasKey(std::string_view key) const;
};

/// Writes pairs in one format. `images` are the picture paths to write, in place of the pair's own.
class PairWriter {
public:
    virtual ~PairWriter() = default;
    virtual void write(const ExportRow& row, const std::vector<std::string>& images) = 0;
    virtual void finish() = 0;
    /// What the format could not hold.
    virtual std::vector<std::string> notes() const { return {}; }
};

class AtomicTextFile;

/// One row of the table of formats. A new format is one file that defines one of these, and one line in formats.cpp.
struct Format {
    std::string_view name;
    std::string_view usualFile;   ///< looked for first in a folder; may be empty
    bool isFolder = false;        ///< exported as a folder with usualFile in it
    std::string_view imageFolder; ///< of exported copies, beside the data file
    /// Why a file has this format, or empty.
    std::string (*recognise)(const SourceHead& head);
    std::unique_ptr<RowSource> (*open)(SourcePlace place);
    std::unique_ptr<PairWriter> (*makeWriter)(AtomicTextFile& out, const ExportOptions& options);
    /// Path of an exported picture under imageFolder.
    std::string (*imageName)(const Pair& pair, const std::string& image);
};

const Format& ccSbuAlignFormat();
const Format& llavaFormat();
const Format& jsonlFormat();
const Format& csvFormat();

/// All formats, in the order in which they are tried.
const std::vector<const Format*>& formatTable();
/// Throws Error(InvalidInput): names the formats there are.
const Format& findFormat(std::string_view name);

/// Throws Error: NotFound, Io.
SourceHead readHead(const std::filesystem::path& file, const std::map<std::string, std::string>& map = {},
    WhenUnsure whenUnsure = WhenUnsure::Utf8);

} // namespace winnow::dataset
