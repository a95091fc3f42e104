#include "core/dataset/importer.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/dataset/detect.h"
#include "core/dataset/formats.h"
#include "core/dataset/row_source.h"

#include <algorithm>
#include <system_error>

namespace winnow::dataset {

namespace fs = std::filesystem;

namespace {

    constexpr std::string_view kAuto = "auto";
    constexpr std::size_t kMostFoldersTried = 100;
    constexpr std::size_t kPicturesLookedFor = 20; ///< to find the folder that they lie in,
    constexpr std::size_t kRowsLookedAt = 1000;    ///< among so many rows
    constexpr std::size_t kMostBadRowsInPreview = 1000;

    /// File and format for the options.
    DetectedFormat resolve(const ImportOptions& options)
    {
        return detectSource(options.source, options.format == kAuto ? "" : options.format, options.map);
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

    std::vector<fs::path> foldersIn(const fs::path& parent)
    {
        std::error_code refused;
        std::vector<fs::path> out;
        for (auto at = fs::directory_iterator(parent, refused);
             !refused && at != fs::directory_iterator() && out.size() < kMostFoldersTried; at.increment(refused))
            if (at->is_directory(refused))
                out.push_back(at->path());
        std::sort(out.begin(), out.end());
        return out;
    }

    /// The folder in which the pictures of a data file lie: its own, or `images` or `image` in it, where one of them is
    /// there; else another folder in it, or beside COCO's `annotations`, that has all of them. Its own where none has.
    fs::path findRoot(const fs::path& folder, const std::vector<std::string>& images)
    {
        const auto isIn = [](const fs::path& root) {
            return [root](const std::string& image) { return media::checkPicture(root / image).isThere; };
        };
        for (const auto& root : {folder, folder / "images", folder / "image"})
            if (std::any_of(images.begin(), images.end(), isIn(root)))
                return root;
        auto further = foldersIn(folder);
        if (folder.filename() == "annotations")
            for (auto& beside : foldersIn(folder.parent_path()))
                further.push_back(std::move(beside));
        for (const auto& root : further)
            if (!images.empty() && std::all_of(images.begin(), images.end(), isIn(root)))
                return root;
        return folder;
    }

    /// Where the pictures of the first rows lie when the user names no root.
    fs::path guessRoot(const DetectedFormat& detected, const ImportOptions& options)
    {
        const fs::path file = fs::absolute(detected.file).lexically_normal();
        if (fs::is_directory(file))
            return file; // shards
        const fs::path folder = file.parent_path();
        const auto rows = open(detected, options, folder);
        std::vector<std::string> images;
        RawPair row;
        auto step = PairSource::Step::Row;
        for (std::size_t i = 0;
             i < kRowsLookedAt && images.size() < kPicturesLookedFor && step != PairSource::Step::End; ++i) {
            step = rows->step(row);
            if (step == PairSource::Step::Row && !row.pair.images.empty())
                images.push_back(row.pair.images.front());
        }
        return findRoot(folder, images);
    }

    std::unique_ptr<RowSource> openDetected(const DetectedFormat& detected, const ImportOptions& options)
    {
        return open(detected, options, options.imagesRoot.empty() ? guessRoot(detected, options) : options.imagesRoot);
    }

} // namespace

void ImportOptions::validate() const
{
    require(!source.empty(), ErrorCode::InvalidInput, "no source is named");
    std::error_code failure;
    const bool isThere = fs::exists(source, failure);
    require(!failure || failure == std::errc::no_such_file_or_directory, ErrorCode::Io,
        text::join("cannot import ", text::shortened(source.string(), 200), ": ", failure.message()));
    require(isThere, ErrorCode::NotFound,
        text::join("cannot import ", source.string(), ": there is no such file or folder"));
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

DetectedFormat detectFormat(const fs::path& source, const std::map<std::string, std::string>& map)
{
    ImportOptions{.source = source}.validate();
    return detectSource(source, {}, map);
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
        const auto step = rows->step(row);
        isEnd = step == PairSource::Step::End;
        if (step == PairSource::Step::Row)
            out.rows.push_back(row);
        for (auto& bad : rows->takeBadRows())
            out.badRows.push_back(std::move(bad));
    }
    out.columns = rows->columns();
    out.numericColumns = rows->numericColumns();
    out.mapping = rows->mapping();
    out.takesMapping = findFormat(out.detected.format).takesMapping;
    out.encoding = rows->encoding();
    out.imagesRoot = rows->imagesRoot();
    out.brokeOff = isEnd ? rows->brokeOff() : std::nullopt;
    out.notes = rows->notes();
    out.missingImages =
        std::count_if(out.rows.begin(), out.rows.end(), [](const RawPair& shown) { return shown.isImageMissing; });
    return out;
}

} // namespace winnow::dataset
