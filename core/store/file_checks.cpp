#include "core/store/file_checks.h"

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/feature_store.h"
#include "core/store/project.h"
#include "core/store/vector_file.h"

#include <set>
#include <system_error>

namespace winnow::store {

namespace {

    namespace fs = std::filesystem;

    std::vector<std::string> namesIn(const fs::path& folder)
    {
        std::vector<std::string> names;
        std::error_code code;
        for (const auto& entry : fs::directory_iterator(folder, code))
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }

    /// Files that were being made, and bases of reductions, which are kept by version.
    bool mayStandAlone(const std::string& name)
    {
        return name.find(".part") != std::string::npos || name.ends_with(".new")
            || name.ends_with(".basis.safetensors");
    }

    void noteOrphans(const fs::path& folder, const std::set<std::string>& known, Verification& out)
    {
        for (const auto& name : namesIn(folder))
            if (!known.contains(name) && !mayStandAlone(name))
                out.notes.push_back(text::join(
                    (folder.filename() / name).string(), " belongs to nothing in the project; it may be deleted"));
    }

    void checkVectorFile(const fs::path& file, const FeatureInfo& info, std::int64_t pairs)
    {
        const auto what = text::join("feature space \"", info.name, "\": ");
        const auto vectors = openVectors(file, info);
        require(vectors->rowCount() <= pairs, ErrorCode::BadFile,
            text::join(what, "its file has ", vectors->rowCount(), " rows, the project ", pairs, " pairs"));
        std::int64_t present = 0;
        for (std::int64_t row = 0; row < vectors->rowCount(); ++row)
            present += vectors->isValid(static_cast<PairRow>(row)) ? 1 : 0;
        require(present == info.pairCount, ErrorCode::BadFile,
            text::join(what, "its file has ", present, " vectors, ", info.pairCount, " were counted"));
        const auto hash = storedVectorHash(info.provenance);
        require(hash.empty() || file::sha256OfFile(file) == hash, ErrorCode::BadFile,
            text::join(what, file.filename().string(),
                " does not hold the numbers it was saved with; remove it and make it again with winnow features"));
    }

} // namespace

void checkVectors(Project& project, Verification& out)
{
    auto& database = project.database();
    const auto pairs = pairCount(database);
    std::set<std::string> known;
    auto rows = database.prepare("SELECT name, dimension, pair_count, provenance, key, file FROM feature ORDER BY id");
    while (rows.next()) {
        known.insert(rows.text(5));
        collect(out.problems, [&] {
            const FeatureInfo info{rows.text(0), rows.integer(1), rows.integer(2), rows.text(3), rows.text(4)};
            checkVectorFile(vectorPath(project.folder(), rows.text(5)), info, pairs);
        });
    }
    noteOrphans(project.folder() / "vectors", known, out);
}

void checkSelectorFiles(Project& project, Verification& out)
{
    std::set<std::string> known;
    auto rows = project.database().prepare("SELECT key, name, kind, weights_sha256 FROM selector ORDER BY key");
    while (rows.next()) {
        const auto file = text::join(rows.integer(0), ".safetensors");
        known.insert(file);
        if (rows.textView(2) == "weights")
            continue;
        collect(out.problems, [&] {
            const auto path = project.folder() / "selectors" / file;
            require(file::sha256OfFile(path) == rows.textView(3), ErrorCode::BadFile,
                text::join(path.string(), " is not the weight file that selector \"", rows.text(1),
                    "\" was saved with; train or import it again"));
        });
    }
    noteOrphans(project.folder() / "selectors", known, out);
}

void checkRunFolders(Project& project, Verification& out)
{
    std::set<std::string> known{"base"}; // answers of the untouched model
    auto rows = project.database().prepare("SELECT key, name, folder FROM run ORDER BY key");
    while (rows.next()) {
        const auto name = std::to_string(rows.integer(0));
        known.insert(name);
        collect(out.problems, [&] {
            require(rows.textView(2) == "runs/" + name, ErrorCode::BadFile,
                text::join("run \"", text::shortened(rows.textView(1), 60), "\" points to the folder ",
                    text::shortened(rows.textView(2), 60), ", expected runs/", name));
            std::error_code code;
            require(fs::is_directory(project.folder() / "runs" / name, code), ErrorCode::BadFile,
                text::join("run \"", rows.text(1), "\" has lost its folder runs/", name,
                    " with its log, answers and weights; restore it from a copy, or remove the run"));
        });
    }
    noteOrphans(project.folder() / "runs", known, out);
}

void checkLinks(Project& project, Verification& out)
{
    for (const char* part : {"vectors", "runs", "selectors", "cache"}) {
        std::error_code code;
        for (auto at = fs::recursive_directory_iterator(project.folder() / part, code);
             !code && at != fs::recursive_directory_iterator(); at.increment(code))
            if (at->is_symlink(code) && out.problems.size() < 200)
                out.problems.push_back(text::join(at->path().string(),
                    " is a symbolic link, which could lead anywhere: put the file or folder itself in its place"));
    }
}

} // namespace winnow::store
