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
    std::string bytes;       ///< the first kilobyte as it lies in the file; empty for a folder
    std::string text;        ///< UTF-8, the first quarter of a megabyte at most; empty for what is no text
    char firstCharacter = 0; ///< that is not white space
    /// First object of the list, of the list under `annotations`, or of the lines; empty where there is none.
    std::string firstObject;
    std::vector<std::string> objectKeys; ///< of that object
    std::vector<std::string> rootKeys;   ///< members met before `annotations` in a top object
    bool hasAnnotations = false;
    bool isLines = false; ///< the first line is a whole object
    bool isTar = false;   ///< a tar archive, or a folder of them
    std::string refusal;  ///< what a file is that no format reads, with what to do; or empty

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
    /// Pictures that could not be taken in, of formats that hold them.
    virtual std::vector<BadRow> takeFailures() { return {}; }
    virtual std::int64_t imageCount() const { return 0; }
};

class AtomicTextFile;

/// One row of the table of formats. A new format is one file that defines one of these, and one line in formats.cpp.
struct Format {
    std::string_view name;
    std::string_view ending = ""; ///< of an exported file
    /// Looked for first in a folder; may be empty.
    std::string_view usualFile = "";
    bool isFolder = false;                   ///< exported as a folder with usualFile in it
    std::string_view imageFolder = "images"; ///< of exported copies, beside the data file
    bool takesMapping = false;               ///< its columns have no fixed meaning
    bool takesMetrics = false;               ///< exports have room for metrics
    bool holdsPictures = false;              ///< exports hold the pictures themselves
    bool hasOneImage = false;                ///< exports keep the first picture of a pair
    /// Why a file has this format, or empty.
    std::string (*recognise)(const SourceHead& head) = nullptr;
    std::unique_ptr<RowSource> (*open)(SourcePlace place) = nullptr;
    std::unique_ptr<PairWriter> (*makeWriter)(AtomicTextFile& out, const ExportOptions& options) = nullptr;
    /// Path of an exported picture under imageFolder, where the format dictates it: then two pairs cannot share one.
    std::string (*imageName)(const Pair& pair) = nullptr;
};

const Format& ccSbuAlignFormat();
const Format& llavaFormat();
const Format& shareGptFormat();
const Format& messagesFormat();
const Format& cocoFormat();
const Format& imageFolderFormat();
const Format& webDatasetFormat();
const Format& jsonlFormat();
const Format& csvFormat();

/// All formats, in the order in which they are tried.
const std::vector<const Format*>& formatTable();
/// Throws Error(InvalidInput): names the formats there are.
const Format& findFormat(std::string_view name);

/// Of a file, or of a folder for the formats that are one. Throws Error: NotFound, Io.
SourceHead readHead(const std::filesystem::path& file, const std::map<std::string, std::string>& map = {},
    WhenUnsure whenUnsure = WhenUnsure::Utf8);

} // namespace winnow::dataset
