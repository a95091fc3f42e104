#pragma once

#include "core/domain/pair.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace winnow::dataset {

/// One row of a source that became a pair.
struct RawPair {
    Pair pair;
    std::int64_t line = 0; ///< where the row starts in the file, from 1
    bool hasOwnId = false; ///< false: the source has no ids and `pair.id` is image#n
    /// `<image>` marks in the source's texts, where they are not as many as the pictures and the format has marks.
    std::optional<std::int64_t> imageMarks;
    std::vector<std::pair<std::string, double>>
        metrics; ///< numbers asked for by mapping (`clip=clip_score`); missing ones left out
};

/// One row that did not become a pair.
struct BadRow {
    std::int64_t line = 0;
    std::string id;     ///< where known
    std::string reason; ///< half a sentence for the user: "caption is missing"
};

struct ImportOptions {
    std::filesystem::path source = {};     ///< the data file or its folder
    std::string format = "auto";           ///< a name of importFormats(), or "auto"
    std::filesystem::path imagesRoot = {}; ///< folder that relative picture paths start from; empty = beside the source
                                           ///< (see PairSource::imagesRoot)
    /// Field → column of the source: `id image instruction response conversations`; any other field becomes a metric of
    /// that name.
    std::map<std::string, std::string> map = {};

    /// Throws Error: InvalidInput (unknown format, empty names), NotFound (source or images root).
    void validate() const;
};

/// Streams the pairs of one source. Memory stays with one row and, for sources without ids, one counter a picture.
/// Thread: one at a time.
class PairSource {
public:
    virtual ~PairSource() = default;

    /// The next good row; false at the end. Bad rows are passed over and listed. Throws Error: Io.
    virtual bool next(RawPair& out) = 0;

    /// Bad rows met since the last call.
    virtual std::vector<BadRow> takeBadRows() = 0;
    /// Why the source ended before its proper end ("filter_cap.json breaks off in line 812"); known once next() gave
    /// false.
    virtual std::optional<std::string> brokeOff() const = 0;
    /// Folder that the pairs' relative picture paths start from; absolute.
    virtual std::filesystem::path imagesRoot() const = 0;
    /// Field → column in use, given or found.
    virtual std::map<std::string, std::string> mapping() const = 0;
    /// For progress: how much of the file is read, of how much.
    virtual std::int64_t bytesRead() const = 0;
    virtual std::int64_t bytesTotal() const = 0;
};

/// Opens a source. Throws Error: NotFound, BadFile (its start is not what the format promises, or auto recognises
/// nothing), InvalidInput, Io.
std::unique_ptr<PairSource> openSource(const ImportOptions& options);

/// Names of the formats that can be imported, in the order they are tried: for the command line's help and the dialog's
/// list.
std::vector<std::string> importFormats();

struct DetectedFormat {
    std::string format;         ///< a name of importFormats()
    std::string why;            ///< "an object with annotations that have image_id and caption"
    std::filesystem::path file; ///< the data file; the source itself or one found in its folder
};

/// Which format a file or folder has, by its content. Throws Error: NotFound, BadFile (nothing fits: says what was
/// looked at).
DetectedFormat detectFormat(const std::filesystem::path& source);

/// What an import would give, for the dialog.
struct SourcePreview {
    DetectedFormat detected;
    std::vector<std::string> columns;           ///< of the source, in its order (CSV header, keys of the first objects)
    std::map<std::string, std::string> mapping; ///< field → column
    std::filesystem::path imagesRoot;
    std::vector<RawPair> rows;      ///< the first ones
    std::vector<BadRow> badRows;    ///< met on the way
    std::int64_t missingImages = 0; ///< among the shown rows
    std::optional<std::string> brokeOff;
};

/// The first `rowCount` rows. Throws as openSource().
SourcePreview previewSource(const ImportOptions& options, std::size_t rowCount);

/// Gives rows of sources without ids their names: `image#n`, the n-th row of that picture, `text#n` without a picture.
class RowNamer {
public:
    PairId next(std::string_view image);

private:
    std::map<std::string, std::int64_t, std::less<>> m_counts;
};

} // namespace winnow::dataset
