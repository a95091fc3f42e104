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
        metrics;                 ///< numbers asked for by mapping (`clip=clip_score`); missing ones left out
    bool isImageMissing = false; ///< the first picture is not where it should be
    bool hadSystem = false;      ///< a system text was put at the head of a question
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

/// Streams the pairs of one source. Memory stays with one row and, for sources without ids, one counter a picture; COCO
/// keeps the names of its pictures too. A picture of a kind that cannot be decoded makes its row a bad one.
/// Thread: one at a time.
class PairSource {
public:
    virtual ~PairSource() = default;

    enum class Step { Row, BadRow, End };
    /// One row: a good one goes to `out`, a bad one is listed. Throws Error: Io.
    virtual Step step(RawPair& out) = 0;
    /// The next good row, however many bad ones are passed over; false at the end.
    bool next(RawPair& out)
    {
        auto done = Step::BadRow;
        while (done == Step::BadRow)
            done = step(out);
        return done == Step::Row;
    }

    /// Bad rows met since the last call.
    virtual std::vector<BadRow> takeBadRows() = 0;
    /// Why the source ended before its proper end ("filter_cap.json breaks off in line 812"); known once next() gave
    /// false.
    virtual std::optional<std::string> brokeOff() const = 0;
    /// Folder that the pairs' relative picture paths start from; absolute.
    virtual std::filesystem::path imagesRoot() const = 0;
    /// Field → column in use, given or found.
    virtual std::map<std::string, std::string> mapping() const = 0;
    /// What else a person should know, each half a sentence; complete once next() gave false.
    virtual std::vector<std::string> notes() const = 0;
    /// Of the text: "UTF-8", "GB18030", …; empty for a tar archive.
    virtual std::string encoding() const = 0;
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
    std::filesystem::path file; ///< the data file; the source itself or one found in its folder; the folder of shards
    std::vector<std::string> others; ///< further formats that it fits, in the order they are tried
};

/// Which format a file or folder has, by its content; a column named by `map` counts as recognised. Where several fit,
/// the first in the order of importFormats() is taken. Throws Error: NotFound, BadFile (nothing fits: says what was
/// looked at), Unsupported (Parquet, Arrow, a compressed archive, a picture: says what to do).
DetectedFormat detectFormat(const std::filesystem::path& source, const std::map<std::string, std::string>& map = {});

/// What an import would give, for the dialog.
struct SourcePreview {
    DetectedFormat detected;
    std::vector<std::string> columns;           ///< of the source, in its order (CSV header, keys of the first objects)
    std::vector<std::string> numericColumns;    ///< those of them that hold numbers in the rows read
    std::map<std::string, std::string> mapping; ///< field → column
    bool takesMapping = false;                  ///< columns have no fixed meaning in this format
    std::string encoding;                       ///< as PairSource::encoding()
    std::filesystem::path imagesRoot;
    std::vector<RawPair> rows;      ///< the first ones
    std::vector<BadRow> badRows;    ///< met on the way
    std::int64_t missingImages = 0; ///< pairs among the shown rows
    std::vector<std::string> notes;
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
