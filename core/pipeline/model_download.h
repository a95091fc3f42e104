#pragma once

#include "core/pipeline/outcome.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// What is asked for.
struct ModelWish {
    std::string model;             ///< a repository, or the short name of a recommended one
    std::string revision = "main"; ///< branch, tag or commit
    std::string role;              ///< empty = what the folder turns out to serve as
    std::filesystem::path folder;  ///< empty = XDG_DATA_HOME/winnow/models/OWNER/NAME
    bool isDefaultWished = false;  ///< of its role, also where another one was added before
};

struct PlannedFile {
    std::string path;
    std::int64_t bytes = 0;
    std::int64_t presentBytes = 0; ///< seem to be there already, in whole or in part
    std::string checksum;          ///< hexadecimal
    bool isSha256 = false;         ///< else a git blob's hash
};

/// What fetching would take; nothing has been fetched yet.
struct ModelPlan {
    ModelWish wish;
    std::string endpoint; ///< "https://huggingface.co"
    std::string host;     ///< "huggingface.co"
    std::string repository;
    std::string commit;
    std::string licence; ///< as the hub names it; empty = it names none
    std::string role;    ///< that the hub's description suggests; empty = unknown
    std::filesystem::path folder;
    std::vector<PlannedFile> files;
    std::int64_t totalBytes = 0;
    std::int64_t remainingBytes = 0;
    std::int64_t freeBytes = 0; ///< on the disk of the folder
    std::int64_t leftOutCount = 0;
    std::int64_t leftOutBytes = 0; ///< of the repository's files that Winnow does not need
    std::vector<std::string> warnings;

    bool hasRoom() const { return remainingBytes + kSpareBytes <= freeBytes; }
    static constexpr std::int64_t kSpareBytes = 64'000'000;
};

/// Asks the hub (HF_ENDPOINT, HF_TOKEN) what the repository holds, and looks at what is in the folder. Throws Error:
/// InvalidInput (no such name, an address that cannot be used), NotFound (no such repository, no usable weights), Io
/// (unreachable, refused), BadFile (an answer that cannot be right), Unsupported (a recommended model that no hub has);
/// Cancelled.
ModelPlan planModelDownload(const ModelWish& wish, RunContext& context);
/// For a person: files, sizes, total, licence, free space, warnings; one item a line.
std::string toText(const ModelPlan& plan);
Json toJson(const ModelPlan& plan);

/// How far fetching is; a copy may be kept.
struct ModelFetchProgress {
    std::vector<std::int64_t> fileBytes; ///< that are there, parallel to the plan's files
    std::int64_t doneBytes = 0;
    std::int64_t totalBytes = 0;
    double bytesPerSecond = 0;    ///< over the last seconds
    double remainingSeconds = -1; ///< negative = not known
};
/// Called on the job's thread, at most ten times a second.
using ModelFetchObserver = std::function<void(const ModelFetchProgress&)>;

/// Fetches what the plan lists, checks it, and adds the folder to the list of models; it becomes its role's default
/// where that was wished or none but the embedded one is there. Stopped or killed, it goes on from there another time;
/// until everything is there and right, the folder counts as no model. details: repository, commit, folder, role, name,
/// about, default, received_bytes, resumed_bytes, kept_files, repetitions.
/// Throws Error: DiskFull (also beforehand), Locked (another process fetches into the folder), Conflict (the folder
/// holds other files of these names), Io, NotFound, BadFile (wrong content; or all is there, but it is no usable
/// model); Cancelled.
JobResult runModelDownload(const ModelPlan& plan, const ModelFetchObserver& observer, RunContext& context);

/// HF_ENDPOINT, or the usual hub. Throws Error(InvalidInput).
std::string hubEndpoint();
/// Where a repository's files go unless another folder is named.
std::filesystem::path downloadFolder(const std::string& repository, const std::string& revision);

} // namespace winnow::pipeline
