#include "core/base/error.h"
#include "core/base/text.h"
#include "core/pipeline/file_hashes.h"
#include "core/pipeline/model_download.h"
#include "core/pipeline/model_facts.h"
#include "core/pipeline/model_files.h"
#include "core/pipeline/recommended_models.h"

#include <algorithm>
#include <cstdlib>

namespace winnow::pipeline {

namespace {

    namespace fs = std::filesystem;

    /// What a repository's `model_type` serves as here; empty where it is not read.
    std::string roleOfType(const std::string& type)
    {
        if (type == "clip")
            return "clip";
        if (type == "bert")
            return "text";
        if (type == "deberta-v2")
            return "reward";
        if (type == "llama")
            return "llm";
        return type == "minigpt4" ? "vlm" : "";
    }

    std::string repositoryOf(const std::string& model)
    {
        const auto known = findRecommendedModel(model);
        if (!known)
            return model;
        require(!known->repository.empty(), ErrorCode::Unsupported,
            text::join(known->name, " cannot be fetched in one go: ", known->note));
        return known->repository;
    }

    std::int64_t sizeOrZero(const fs::path& file)
    {
        std::error_code failed;
        const auto bytes = fs::is_regular_file(file, failed) ? fs::file_size(file, failed) : 0;
        return failed ? 0 : static_cast<std::int64_t>(bytes);
    }

    std::int64_t presentBytes(const fs::path& target, std::int64_t wanted)
    {
        if (sizeOrZero(target) == wanted)
            return wanted;
        return std::min(wanted, sizeOrZero(target.string() + ".part"));
    }

    std::int64_t freeBytesAt(fs::path folder)
    {
        std::error_code failed;
        while (!fs::exists(folder, failed) && folder.has_relative_path())
            folder = folder.parent_path();
        const auto space = fs::space(folder, failed);
        return failed ? 0 : static_cast<std::int64_t>(space.available);
    }

    void addWarnings(ModelPlan& plan, const net::HubListing& listing)
    {
        const auto& type = listing.modelType;
        if (!type.empty() && plan.role.empty())
            plan.warnings.push_back(
                text::join("the hub says that this is a ", type, " model, which plays no role by itself here"));
        if (!plan.wish.role.empty() && !plan.role.empty() && plan.wish.role != plan.role
            && !(plan.wish.role == "judge" && plan.role == "llm"))
            plan.warnings.push_back(
                text::join("it looks like a model for the role ", plan.role, ", not for ", plan.wish.role));
        if (listing.isGated)
            plan.warnings.push_back(text::join("its conditions must be accepted first on ", plan.endpoint, "/",
                plan.repository, ", and HF_TOKEN set to a token of that account"));
        if (!plan.hasRoom())
            plan.warnings.push_back(text::join("there is not enough room: ", sizeText(plan.remainingBytes),
                " are to be fetched, ", sizeText(plan.freeBytes), " are free at ", plan.folder.string()));
    }

} // namespace

std::string hubEndpoint() { return net::Hub::fromEnvironment().endpoint; }

fs::path downloadFolder(const std::string& repository, const std::string& revision)
{
    const char* const data = std::getenv("XDG_DATA_HOME");
    const char* const home = std::getenv("HOME");
    const auto base =
        data != nullptr && *data != '\0' ? fs::path(data) : fs::path(home != nullptr ? home : ".") / ".local" / "share";
    const auto suffix = revision == "main" ? std::string() : "@" + text::replaced(revision, "/", "-");
    return base / "winnow" / "models" / (repository + suffix);
}

ModelPlan planModelDownload(const ModelWish& wish, RunContext& context)
{
    const auto repository = repositoryOf(wish.model);
    const auto hub = net::Hub::fromEnvironment();
    context.progress(text::join("Asking ", hub.host(), " about ", repository), 0, 0);
    const auto listing = net::loadListing(hub, repository, wish.revision, context);
    const auto needed = chooseFiles(listing);
    ModelPlan plan;
    plan.wish = wish;
    plan.endpoint = hub.endpoint;
    plan.host = hub.host();
    plan.repository = listing.repository;
    plan.commit = listing.commit;
    plan.licence = listing.licence;
    plan.role = roleOfType(listing.modelType);
    plan.folder = fs::absolute(wish.folder.empty() ? downloadFolder(repository, wish.revision) : wish.folder);
    for (const auto& file : needed.files) {
        plan.files.push_back({file.path, file.bytes, presentBytes(plan.folder / file.path, file.bytes),
            file.checksum.hex, file.checksum.kind == net::Checksum::Kind::Sha256});
        plan.totalBytes += file.bytes;
        plan.remainingBytes += file.bytes - plan.files.back().presentBytes;
    }
    plan.freeBytes = freeBytesAt(plan.folder);
    plan.leftOutCount = needed.leftOutCount;
    plan.leftOutBytes = needed.leftOutBytes;
    addWarnings(plan, listing);
    return plan;
}

std::string toText(const ModelPlan& plan)
{
    std::vector<std::string> lines{text::join(
        plan.repository, ", ", plan.wish.revision, " at ", plan.commit.substr(0, 8), ", from ", plan.endpoint)};
    std::size_t width = 0;
    for (const auto& file : plan.files)
        width = std::max(width, file.path.size());
    for (const auto& file : plan.files) {
        const auto present = file.presentBytes == file.bytes ? "  (is there)"
            : file.presentBytes > 0 ? text::join("  (", sizeText(file.presentBytes), " are there)")
                                    : std::string();
        lines.push_back(
            text::join("  ", file.path, std::string(width - file.path.size() + 2, ' '), sizeText(file.bytes), present));
    }
    lines.push_back(text::join("files    ", plan.files.size(), " of ", sizeText(plan.totalBytes), " in all, ",
        sizeText(plan.remainingBytes), " to fetch"));
    if (plan.leftOutCount > 0)
        lines.push_back(text::join(
            "left out ", plan.leftOutCount, " files of ", sizeText(plan.leftOutBytes), " that Winnow does not need"));
    lines.push_back(text::join("licence  ", plan.licence.empty() ? "the hub names none: see its page" : plan.licence));
    if (!plan.role.empty())
        lines.push_back(text::join("good for ", plan.role, ": ", purposeOf(plan.role)));
    lines.push_back(text::join("folder   ", plan.folder.string(), ", ", sizeText(plan.freeBytes), " free"));
    for (const auto& warning : plan.warnings)
        lines.push_back("warning: " + warning);
    return text::joined(lines, "\n");
}

Json toJson(const ModelPlan& plan)
{
    Json files = Json::array();
    for (const auto& file : plan.files)
        files.push_back({{"path", file.path}, {"bytes", file.bytes}, {"present_bytes", file.presentBytes},
            {file.isSha256 ? "sha256" : "git_blob", file.checksum}});
    return {{"endpoint", plan.endpoint}, {"repository", plan.repository}, {"revision", plan.wish.revision},
        {"commit", plan.commit}, {"license", plan.licence}, {"role", plan.role}, {"folder", plan.folder.string()},
        {"files", files}, {"total_bytes", plan.totalBytes}, {"remaining_bytes", plan.remainingBytes},
        {"free_bytes", plan.freeBytes}, {"left_out_files", plan.leftOutCount}, {"left_out_bytes", plan.leftOutBytes},
        {"warnings", plan.warnings}};
}

} // namespace winnow::pipeline
