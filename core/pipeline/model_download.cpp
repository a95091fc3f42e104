#include "core/pipeline/model_download.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/net/download.h"
#include "core/net/hub.h"
#include "core/pipeline/file_hashes.h"
#include "core/pipeline/folder_lock.h"
#include "core/pipeline/model_facts.h"
#include "core/pipeline/model_registry.h"

namespace winnow::pipeline {

namespace {

    namespace fs = std::filesystem;

    net::DownloadItem itemOf(const ModelPlan& plan, const PlannedFile& file, const net::Hub& hub)
    {
        require(net::isSafePath(file.path), ErrorCode::InvalidInput,
            text::join("a file named \"", text::shortened(file.path, 80), "\" is not fetched"));
        net::HubListing listing;
        listing.repository = plan.repository;
        listing.commit = plan.commit;
        const auto kind = file.isSha256 ? net::Checksum::Kind::Sha256 : net::Checksum::Kind::GitBlob;
        return {net::fileAddress(hub, listing, file.path), plan.folder / file.path, file.bytes, {kind, file.checksum}};
    }

    ModelOrigin originOf(const ModelPlan& plan)
    {
        ModelOrigin origin{plan.endpoint, plan.repository, plan.wish.revision, plan.commit, plan.licence, false, {}};
        for (const auto& file : plan.files)
            origin.files[file.path] = file.checksum;
        return origin;
    }

    /// What an earlier download of the same repository put there may be replaced; other files are somebody's own.
    void requireNoOthers(const ModelPlan& plan, const std::vector<net::DownloadItem>& items, RunContext& context)
    {
        const auto before = loadModelOrigin(plan.folder);
        for (std::size_t i = 0; i < items.size(); ++i) {
            std::error_code failed;
            const bool isOurs = before.repository == plan.repository && before.files.count(plan.files[i].path) > 0;
            if (isOurs || !fs::exists(fs::symlink_status(items[i].target, failed)))
                continue;
            const bool isSame = net::isFetched(items[i], [&](std::int64_t) { context.checkpoint(); });
            require(isSame, ErrorCode::Conflict,
                text::join(items[i].target.string(), " is there already and is another file than that of ",
                    plan.repository, ": choose another folder, or take it away"));
        }
    }

    void requireRoom(const ModelPlan& plan)
    {
        std::error_code failed;
        const auto space = fs::space(plan.folder, failed);
        const auto room = failed ? plan.freeBytes : static_cast<std::int64_t>(space.available);
        require(plan.remainingBytes + ModelPlan::kSpareBytes <= room, ErrorCode::DiskFull,
            text::join("there is not enough room at ", plan.folder.string(), ": ", sizeText(plan.remainingBytes),
                " are to be fetched, ", sizeText(room), " are free"));
    }

    void makeFolder(const fs::path& folder)
    {
        std::error_code failed;
        fs::create_directories(folder, failed);
        require(!failed, failed == std::errc::no_space_on_device ? ErrorCode::DiskFull : ErrorCode::Io,
            text::join("cannot make the folder ", folder.string(), ": ", failed.message(), "; choose another one"));
    }

    ModelFetchProgress progressOf(const net::DownloadProgress& from)
    {
        ModelFetchProgress out;
        for (const auto& file : from.files)
            out.fileBytes.push_back(file.doneBytes);
        out.doneBytes = from.doneBytes;
        out.totalBytes = from.totalBytes;
        out.bytesPerSecond = from.bytesPerSecond;
        if (from.bytesPerSecond > 0)
            out.remainingSeconds = static_cast<double>(from.totalBytes - from.doneBytes) / from.bytesPerSecond;
        return out;
    }

    net::DownloadReport fetchFiles(const ModelPlan& plan, const net::Hub& hub,
        const std::vector<net::DownloadItem>& items, const ModelFetchObserver& observer, RunContext& context)
    {
        const auto unit = progressUnit(plan.totalBytes);
        const auto stage = text::join("Fetching ", plan.repository, " (", unit.name, ")");
        net::DownloadOptions options;
        options.rules = net::hubRules(hub, plan.repository);
        options.observer = [&](const net::DownloadProgress& progress) {
            context.progress(stage, unit.of(progress.doneBytes), unit.of(progress.totalBytes));
            if (observer)
                observer(progressOf(progress));
        };
        return net::download(items, options, context);
    }

    /// The files are whole: what are they?
    ModelEntry addFetched(const ModelPlan& plan)
    {
        const auto check = checkModel(plan.folder);
        require(check.ok, ErrorCode::BadFile,
            text::join("all files of ", plan.repository, " are in ", plan.folder.string(),
                " and right, but they cannot be used: ", check.about));
        const auto role = plan.wish.role.empty() ? check.role : plan.wish.role;
        return addModel(role, plan.folder, plan.wish.isDefaultWished ? MakeDefault::Yes : MakeDefault::IfFirst);
    }

    JobResult describe(const ModelPlan& plan, const ModelEntry& entry, const net::DownloadReport& report)
    {
        JobResult result;
        const auto what = report.receivedBytes > 0 || report.keptFileCount < std::int64_t(plan.files.size())
            ? text::join("fetched ", sizeText(report.receivedBytes), " of ", plan.repository)
            : text::join(plan.repository, " was there already, whole and right; nothing was fetched");
        result.sentence = text::join(what, ": ", entry.about, ", in ", plan.folder.string(), "; ",
            entry.isDefault
                ? text::join("jobs use it for ", entry.role, " from now on")
                : text::join("added for ", entry.role, " as ", entry.name,
                    ", another model stays the default: winnow models default ", entry.role, " ", entry.name));
        result.details = {{"repository", plan.repository}, {"commit", plan.commit}, {"folder", plan.folder.string()},
            {"role", entry.role}, {"name", entry.name}, {"about", entry.about}, {"default", entry.isDefault},
            {"received_bytes", report.receivedBytes}, {"resumed_bytes", report.resumedBytes},
            {"kept_files", report.keptFileCount}, {"repetitions", report.repetitionCount}};
        return result;
    }

} // namespace

JobResult runModelDownload(const ModelPlan& plan, const ModelFetchObserver& observer, RunContext& context)
{
    const auto hub = net::Hub::fromEnvironment();
    require(hub.endpoint == plan.endpoint, ErrorCode::Conflict,
        text::join("HF_ENDPOINT is ", hub.endpoint, " by now, the plan was made for ", plan.endpoint));
    makeFolder(plan.folder);
    const FolderLock lock(plan.folder,
        text::join("another Winnow fetches into ", plan.folder.string(), " at this moment: wait for it to end"));
    std::vector<net::DownloadItem> items;
    for (const auto& file : plan.files)
        items.push_back(itemOf(plan, file, hub));
    requireNoOthers(plan, items, context);
    requireRoom(plan);
    auto origin = originOf(plan);
    const auto before = loadModelOrigin(plan.folder);
    const bool isLikelyThere = before.isComplete && before.commit == plan.commit && plan.remainingBytes == 0;
    if (!isLikelyThere) // from here on it is no model until all is there
        saveModelOrigin(plan.folder, origin);
    const auto report = fetchFiles(plan, hub, items, observer, context);
    origin.isComplete = true;
    saveModelOrigin(plan.folder, origin);
    for (const auto& file : plan.files)
        if (file.isSha256)
            rememberFileHash(plan.folder / file.path, file.checksum);
    return describe(plan, addFetched(plan), report);
}

} // namespace winnow::pipeline
