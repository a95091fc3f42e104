#include "core/dataset/exporter.h"

#include "core/base/archive_path.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/dataset/export_file.h"
#include "core/dataset/formats.h"
#include "core/media/picture_file.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

namespace winnow::dataset {

namespace fs = std::filesystem;

namespace {

    constexpr std::int64_t kRowsBetweenCheckpoints = 256;

    /// A path under the export's folder of pictures: no separators that lead out, no empty or dotted parts.
    std::string safeName(const std::string& name)
    {
        std::string out;
        for (const auto& part : fs::path(name).lexically_normal().relative_path()) {
            const auto piece = part.string();
            if (piece.empty() || piece == "." || piece == "..")
                continue;
            out += (out.empty() ? "" : "/") + piece;
        }
        return out.empty() ? "picture" : out;
    }

    /// Puts pictures beside the data file, each source once.
    class PicturePlacer {
    public:
        PicturePlacer(const Format& format, const ExportOptions& options, fs::path folder, ExportReport& report)
            : m_format(format)
            , m_options(options)
            , m_folder(std::move(folder))
            , m_report(report)
        {
        }

        /// The paths to write for the pair's pictures.
        std::vector<std::string> place(const Pair& pair)
        {
            if (m_options.images == ImageCopies::None || m_format.holdsPictures)
                return pair.images;
            std::vector<std::string> out;
            const std::size_t count =
                m_format.hasOneImage ? std::min<std::size_t>(pair.images.size(), 1) : pair.images.size();
            for (std::size_t i = 0; i < count; ++i)
                out.push_back(placeOne(pair, pair.images[i]));
            return out;
        }

    private:
        std::string placeOne(const Pair& pair, const std::string& image)
        {
            const fs::path from = m_options.locate(pair, image);
            const std::string wanted = m_format.imageName != nullptr ? m_format.imageName(pair) : image;
            const std::string name = text::join(m_format.imageFolder, "/", chooseName(safeName(wanted), from));
            if (!m_done.insert(name).second)
                return name;
            try {
                put(from, m_folder / name);
                ++m_report.imageCount;
            } catch (const fs::filesystem_error& e) {
                fail(pair, from, e.code());
            } catch (const Error& e) {
                require(e.code() != ErrorCode::DiskFull, e.code(), e.message());
                m_report.failures.push_back({m_report.pairCount + 1, pair.id.value, e.message()});
            }
            return name;
        }

        /// One name stands for one source file; a second file of that name is kept apart by a number.
        std::string chooseName(const std::string& wanted, const fs::path& from)
        {
            std::string name = wanted;
            for (int i = 2;; ++i) {
                const auto [entry, isNew] = m_sources.emplace(name, from.string());
                if (isNew || entry->second == from.string())
                    return name;
                require(m_format.imageName == nullptr, ErrorCode::Conflict,
                    text::join("cannot export: two pairs would share the picture ", wanted,
                        "; their ids differ only in what a file name cannot hold"));
                const fs::path path(wanted);
                name = (path.parent_path() / text::join(path.stem().string(), "-", i, path.extension().string()))
                           .generic_string();
            }
        }

        void put(const fs::path& from, const fs::path& to) const
        {
            fs::create_directories(to.parent_path());
            if (!fs::exists(from) && file::findArchive(from)) {
                putFromArchive(from, to);
                return;
            }
            const bool isCopy = m_options.images == ImageCopies::Copy;
            if (fs::exists(to) && fs::equivalent(from, to) && (!isCopy || isSamePath(from, to)))
                return;
            if (!fs::is_regular_file(from))
                throw fs::filesystem_error("place", from, std::make_error_code(std::errc::no_such_file_or_directory));
            fs::remove(to); // it may be a link to somebody's original, which must not be written through
            if (isCopy) {
                fs::copy_file(from, to);
                return;
            }
            std::error_code refused;
            fs::create_hard_link(from, to, refused);
            if (refused)
                fs::create_symlink(fs::absolute(from), to);
        }

        /// One file under one name, not two names of it.
        static bool isSamePath(const fs::path& from, const fs::path& to)
        {
            return from.filename() == to.filename() && fs::equivalent(from.parent_path() / ".", to.parent_path() / ".");
        }

        void putFromArchive(const fs::path& from, const fs::path& to) const
        {
            require(m_options.images == ImageCopies::Copy, ErrorCode::Unsupported,
                text::join(
                    "picture ", from.string(), " cannot be linked: it lies inside an archive; copy the pictures"));
            file::writeAtomically(to, media::readPicture(from));
        }

        void fail(const Pair& pair, const fs::path& from, const std::error_code& code)
        {
            require(code != std::errc::no_space_on_device, ErrorCode::DiskFull,
                text::join("cannot copy ", from.string(), " to ", m_folder.string(), ": ", code.message()));
            m_report.failures.push_back({m_report.pairCount + 1, pair.id.value,
                text::join("picture ", from.string(), " could not be copied: ", code.message())});
        }

        const Format& m_format;
        const ExportOptions& m_options;
        const fs::path m_folder;
        ExportReport& m_report;
        std::map<std::string, std::string> m_sources; ///< name → source file
        std::set<std::string> m_done;
    };

    fs::path dataFile(const Format& format, const ExportOptions& options)
    {
        return format.isFolder ? options.out / format.usualFile : options.out;
    }

    void makeFolder(const fs::path& folder)
    {
        std::error_code problem;
        fs::create_directories(folder, problem);
        require(!problem && fs::is_directory(folder),
            problem == std::errc::no_space_on_device ? ErrorCode::DiskFull : ErrorCode::Io,
            text::join("cannot make the folder ", folder.string(), ": ",
                problem ? problem.message() : "a file of that name is there"));
    }

    std::vector<std::string> formatsWithMetrics()
    {
        std::vector<std::string> out;
        for (const Format* const format : formatTable())
            if (format->takesMetrics)
                out.emplace_back(format->name);
        return out;
    }

} // namespace

void ExportOptions::validate() const
{
    require(!out.empty(), ErrorCode::InvalidInput, "no place to export to is named");
    const Format& found = findFormat(format);
    require(found.makeWriter != nullptr, ErrorCode::InvalidInput,
        text::join("cannot export as ", format, "; there are ", text::joined(exportFormats(), ", ")));
    require(found.isFolder || !std::filesystem::is_directory(out), ErrorCode::InvalidInput,
        text::join("cannot export to ", out.string(), ": ", format, " is one file and this is a folder"));
    require(images == ImageCopies::None || locate, ErrorCode::InvalidInput,
        "pictures cannot be copied without knowing where they lie");
    require(!found.holdsPictures || locate, ErrorCode::InvalidInput,
        text::join(format, " holds the pictures, which cannot be without knowing where they lie"));
    require(!found.holdsPictures || images != ImageCopies::Link, ErrorCode::InvalidInput,
        text::join(format, " holds the pictures themselves, they cannot be linked beside it"));
    require(!found.holdsPictures || text::toLowerAscii(out.extension().string()) == found.ending,
        ErrorCode::InvalidInput,
        text::join("cannot export to ", out.string(), ": the name of a ", format, " ends in ", found.ending));
    require(metricNames.empty() || found.takesMetrics, ErrorCode::InvalidInput,
        text::join("metrics are exported in ", text::joined(formatsWithMetrics(), ", "), "; ", format,
            " has no place for them"));
}

std::vector<std::string> exportFormats()
{
    std::vector<std::string> out;
    for (const Format* const format : formatTable())
        if (format->makeWriter != nullptr)
            out.emplace_back(format->name);
    return out;
}

ExportShape exportShape(const std::string& format)
{
    const Format& found = findFormat(format);
    return {found.isFolder, std::string(found.usualFile), std::string(found.ending), std::string(found.imageFolder),
        found.takesMetrics, found.holdsPictures};
}

ExportReport exportPairs(const ExportStream& rows, const ExportOptions& options, RunContext& context)
{
    options.validate();
    const Format& format = findFormat(options.format);
    ExportReport report;
    report.file = dataFile(format, options);
    const fs::path folder = fs::absolute(report.file).parent_path();
    makeFolder(folder);

    AtomicTextFile file(report.file);
    const auto writer = format.makeWriter(file, options);
    PicturePlacer pictures(format, options, folder, report);
    ExportRow row;
    while (rows(row)) {
        if (report.pairCount % kRowsBetweenCheckpoints == 0) {
            context.checkpoint();
            context.progress("export", report.pairCount, options.pairCount);
        }
        writer->write(row, pictures.place(row.pair));
        ++report.pairCount;
        for (auto& failure : writer->takeFailures())
            report.failures.push_back(std::move(failure));
    }
    writer->finish();
    file.commit();
    context.progress("export", report.pairCount, report.pairCount);
    report.notes = writer->notes();
    report.imageCount += writer->imageCount();
    return report;
}

} // namespace winnow::dataset
