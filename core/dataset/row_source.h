#pragma once

#include "core/dataset/importer.h"
#include "core/dataset/picture_finder.h"
#include "core/media/picture_file.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace winnow::dataset {

/// Where the rows of one source come from and how its pictures are confined.
struct SourcePlace {
    std::filesystem::path file;
    std::filesystem::path imagesRoot;       ///< absolute
    bool isRootGiven = false;               ///< the user named the root: absolute picture paths must lie inside
    std::map<std::string, std::string> map; ///< as given
};

/// What every format shares: listing bad rows, naming rows without ids, confining picture paths.
class RowSource : public PairSource {
public:
    explicit RowSource(SourcePlace place)
        : m_place(std::move(place))
        , m_pictures(m_place.imagesRoot)
    {
    }

    Step step(RawPair& out) final;
    std::vector<BadRow> takeBadRows() final;
    std::vector<std::string> notes() const override;
    std::filesystem::path imagesRoot() const final { return m_place.imagesRoot; }
    std::map<std::string, std::string> mapping() const override { return m_place.map; }
    /// Columns or keys of the first row, for the preview.
    virtual std::vector<std::string> columns() const = 0;
    /// Those of them that hold numbers, by the first rows.
    virtual std::vector<std::string> numericColumns() const { return {}; }

protected:
    /// Steps to the next row; false at the end. Throws Error(Io) only.
    virtual bool advance() = 0;
    /// The row that advance() found, as a pair; an empty id means that it has none. Throws Error(BadFile) with half a
    /// sentence.
    virtual void convert(RawPair& out) = 0;
    /// Line where that row starts.
    virtual std::int64_t line() const = 0;

    /// True where the format marks the place of each picture by `<image>`: a pair without the mark is told, too.
    virtual bool marksPictures() const { return false; }

    /// True where the texts of convert() are valid UTF-8 in any case.
    virtual bool textsAreUtf8() const { return false; }

    const SourcePlace& place() const { return m_place; }
    /// Whether a picture is there and can be decoded.
    virtual media::PictureCheck checkPicture(const std::string& image);

private:
    void finish(RawPair& out);
    void checkPictures(RawPair& out);
    void confine(std::string& image) const;

    SourcePlace m_place;
    PictureFinder m_pictures;
    RowNamer m_namer;
    std::vector<BadRow> m_badRows;
    std::int64_t m_systems = 0; ///< rows whose system text was put into a question
    std::string m_lastImage;    ///< rows of one picture follow one another
    media::PictureCheck m_lastChecked;
};

/// Finds the columns that hold numbers while the first rows pass.
class NumberColumns {
public:
    /// A row's value under a column: a number, or something else. Empty values are not told.
    void add(const std::string& column, bool isNumber);
    bool isDone() const { return m_rows >= kRows; }
    void endRow() { ++m_rows; }
    std::vector<std::string> names() const;

private:
    static constexpr int kRows = 50;
    int m_rows = 0;
    std::vector<std::pair<std::string, bool>> m_columns; ///< in the order they were met
};

/// The id of a bad row; empty where it is no text.
std::string idToTell(const std::string& id);

/// The field of the source that holds `field`, as given in the map, or empty.
std::string mapped(const std::map<std::string, std::string>& map, const std::string& field);
/// Fields of a pair; any other name in a map is a metric.
bool isPairField(std::string_view field);

} // namespace winnow::dataset
