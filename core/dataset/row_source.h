#pragma once

#include "core/dataset/importer.h"

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
    {
    }

    bool next(RawPair& out) final;
    std::vector<BadRow> takeBadRows() final;
    std::filesystem::path imagesRoot() const final { return m_place.imagesRoot; }
    std::map<std::string, std::string> mapping() const override { return m_place.map; }
    /// Columns or keys of the first row, for the preview.
    virtual std::vector<std::string> columns() const = 0;

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

    const SourcePlace& place() const { return m_place; }

private:
    void finish(RawPair& out);
    std::string confined(const std::string& image) const;

    SourcePlace m_place;
    RowNamer m_namer;
    std::vector<BadRow> m_badRows;
};

/// The field of the source that holds `field`, as given in the map, or empty.
std::string mapped(const std::map<std::string, std::string>& map, const std::string& field);
/// Fields of a pair; any other name in a map is a metric.
bool isPairField(std::string_view field);

/// LLaVA conventions shared by formats with conversations: sets instruction, response and, for more than one question
/// and answer, turns. `<image>` markers are counted and taken off later, when the row is finished.
void setConversation(Pair& pair, std::vector<Turn> turns);
std::string withoutImageMarker(const std::string& text);

} // namespace winnow::dataset
