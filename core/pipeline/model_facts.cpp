#include "core/pipeline/model_facts.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/file_hashes.h"
#include "core/pipeline/score_job.h"

#include <algorithm>
#include <array>
#include <iomanip>

namespace winnow::pipeline {

namespace {

    constexpr const char* kOriginFile = "winnow-source.json";
    constexpr std::uint64_t kMostFactBytes = std::uint64_t(1) << 20;
    constexpr std::int64_t kMostEntries = 100'000;

    namespace fs = std::filesystem;

    bool isWeightFile(const fs::path& path)
    {
        const auto ending = path.extension();
        return ending == ".safetensors" || ending == ".pth" || ending == ".pt" || ending == ".bin";
    }

    struct FolderFile {
        fs::path path;
        std::int64_t bytes = 0;
    };

    /// Regular files below a folder, sorted by path; what cannot be looked at is left out.
    std::vector<FolderFile> filesBelow(const fs::path& folder)
    {
        std::vector<FolderFile> out;
        std::error_code failed;
        fs::recursive_directory_iterator entries(folder, fs::directory_options::skip_permission_denied, failed);
        for (std::int64_t seen = 0; !failed && entries != fs::recursive_directory_iterator() && seen < kMostEntries;
             entries.increment(failed), ++seen) {
            std::error_code unknown;
            if (entries->is_regular_file(unknown))
                out.push_back({entries->path(), static_cast<std::int64_t>(entries->file_size(unknown))});
        }
        std::sort(out.begin(), out.end(), [](const FolderFile& a, const FolderFile& b) { return a.path < b.path; });
        return out;
    }

    std::vector<FolderFile> weightsBelow(const fs::path& folder)
    {
        auto files = filesBelow(folder);
        std::erase_if(files, [](const FolderFile& file) { return !isWeightFile(file.path); });
        return files;
    }

    std::string hashOfHashes(
        const fs::path& folder, const std::vector<FolderFile>& files, const std::vector<std::string>& hashes)
    {
        if (hashes.size() == 1)
            return hashes.front();
        std::string lines;
        for (std::size_t i = 0; i < files.size(); ++i)
            lines += hashes[i] + "  " + files[i].path.lexically_relative(folder).generic_string() + "\n";
        return file::sha256(lines);
    }

    /// The value of `license:` in the YAML between two lines of dashes at the top of a README; "other" gives way to
    /// `license_name:`.
    std::string licenceInFrontMatter(const std::string& readme)
    {
        const auto lines = text::split(readme, '\n');
        std::string licence, name;
        if (lines.empty() || text::trimmed(lines[0]) != "---")
            return {};
        for (std::size_t i = 1; i < lines.size() && text::trimmed(lines[i]) != "---"; ++i) {
            const auto colon = lines[i].find(':');
            if (colon == std::string::npos)
                continue;
            auto value = std::string(text::trimmed(std::string_view(lines[i]).substr(colon + 1)));
            std::erase_if(value, [](char c) { return c == '"' || c == '\'' || static_cast<unsigned char>(c) < 32; });
            if (lines[i].starts_with("license:"))
                licence = text::shortened(value, 80);
            else if (lines[i].starts_with("license_name:"))
                name = text::shortened(value, 80);
        }
        return licence == "other" && !name.empty() ? name : licence;
    }

    /// A licence by the words that its text begins with; empty for a text that is not known.
    std::string licenceByText(const std::string& content)
    {
        const auto head = text::toLowerAscii(std::string_view(content).substr(0, 2000));
        const auto has = [&](const char* words) { return head.find(words) != std::string::npos; };
        if (has("apache license") && has("version 2.0"))
            return "Apache-2.0";
        if (has("permission is hereby granted, free of charge"))
            return "MIT";
        if (has("redistribution and use in source and binary forms"))
            return has("neither the name") || content.find("Neither the name") != std::string::npos ? "BSD-3-Clause"
                                                                                                    : "BSD-2-Clause";
        if (has("llama 2 community license"))
            return "Llama 2 Community License";
        return "";
    }

    bool isLicenceName(const std::string& name)
    {
        const auto lower = text::toLowerAscii(name);
        return lower.starts_with("license") || lower.starts_with("licence") || lower.starts_with("copying");
    }

    std::string readOrNothing(const fs::path& file)
    {
        try {
            return file::readAll(file, kMostFactBytes);
        } catch (const Error&) {
            return {};
        }
    }

    void findLicence(const fs::path& folder, ModelFacts& facts)
    {
        std::error_code failed;
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder, failed))
            if (isLicenceName(entry.path().filename().string()) && entry.is_regular_file(failed))
                names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        const auto fromReadme = licenceInFrontMatter(readOrNothing(folder / "README.md"));
        if (!names.empty()) {
            facts.licenceFile = names.front();
            facts.licence = licenceByText(readOrNothing(folder / names.front()));
        } else if (!fromReadme.empty()) {
            facts.licenceFile = "README.md";
        }
        if (facts.licence.empty())
            facts.licence = fromReadme.empty() ? facts.origin.licence : fromReadme;
    }

} // namespace

std::string ModelOrigin::text() const
{
    if (!isDownloaded())
        return "";
    return text::join(repository, ", ", revision, " at ", commit.substr(0, 8), ", from ", endpoint);
}

std::string sizeText(std::int64_t bytes)
{
    static constexpr std::array<const char*, 5> kUnits{"bytes", "kB", "MB", "GB", "TB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (; value >= 999.5 && unit + 1 < kUnits.size(); ++unit)
        value /= 1000;
    const int digits = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return text::join(std::fixed, std::setprecision(digits), value, " ", kUnits[unit]);
}

ModelOrigin loadModelOrigin(const fs::path& folder)
{
    ModelOrigin out;
    std::error_code failed;
    if (!fs::is_regular_file(folder / kOriginFile, failed))
        return out;
    try {
        const auto json = json::load(folder / kOriginFile, kMostFactBytes);
        const auto field = [&](const char* name) { return json::fieldOr<std::string>(json, name, "", kOriginFile); };
        out = {field("endpoint"), field("repository"), field("revision"), field("commit"), field("license"),
            json::fieldOr(json, "complete", false, kOriginFile), {}};
        if (json.contains("files") && json.at("files").is_object())
            for (const auto& [path, checksum] : json.at("files").items())
                out.files[path] = checksum.is_string() ? checksum.get<std::string>() : "";
    } catch (const Error&) {
        return {}; // somebody else's file of that name
    }
    return out;
}

void saveModelOrigin(const fs::path& folder, const ModelOrigin& origin)
{
    file::writeAtomically(folder / kOriginFile,
        json::dumpPretty({{"endpoint", origin.endpoint}, {"repository", origin.repository},
            {"revision", origin.revision}, {"commit", origin.commit}, {"license", origin.licence},
            {"complete", origin.isComplete}, {"files", origin.files}}));
}

std::string purposeOf(const std::string& role)
{
    std::vector<std::string> metrics;
    for (const auto& metric : knownMetrics())
        if (metric.role == role && metric.canCompute)
            metrics.push_back(metric.name);
    const auto named = metrics.empty() ? std::string() : "metrics " + text::joined(metrics, ", ");
    if (role == "clip")
        return text::join(named, "; features clip-image, clip-text; clusters");
    if (role == "text")
        return text::join(named, named.empty() ? "" : "; ", "sentence features, search by meaning");
    if (role == "llm")
        return text::join(named, "; features llm-text; a local judge");
    if (role == "judge")
        return "the local judge's ratings (metric judge)";
    if (role == "vlm")
        return text::join("fine-tuning, evaluation, chat; ", named, "; features vlm-image, vlm-tokens");
    return named;
}

ModelFacts loadModelFacts(const fs::path& folder, const std::string& role)
{
    ModelFacts out;
    out.purpose = purposeOf(role);
    out.origin = loadModelOrigin(folder);
    const FileHashes kept;
    std::vector<FolderFile> weights;
    std::vector<std::string> hashes;
    for (const auto& file : filesBelow(folder)) {
        out.diskBytes += file.bytes;
        if (!isWeightFile(file.path))
            continue;
        weights.push_back(file);
        hashes.push_back(kept.find(file.path).value_or(""));
    }
    out.weightFileCount = static_cast<std::int64_t>(weights.size());
    if (!hashes.empty() && std::find(hashes.begin(), hashes.end(), "") == hashes.end())
        out.sha256 = hashOfHashes(folder, weights, hashes);
    findLicence(folder, out);
    return out;
}

Json toJson(const ModelFacts& facts)
{
    Json out{{"purpose", facts.purpose}, {"disk_bytes", facts.diskBytes}, {"weight_files", facts.weightFileCount},
        {"sha256", facts.sha256.empty() ? Json() : Json(facts.sha256)},
        {"license", facts.licence.empty() ? Json() : Json(facts.licence)},
        {"license_file", facts.licenceFile.empty() ? Json() : Json(facts.licenceFile)}};
    if (facts.origin.isDownloaded())
        out["source"] = {{"endpoint", facts.origin.endpoint}, {"repository", facts.origin.repository},
            {"revision", facts.origin.revision}, {"commit", facts.origin.commit},
            {"complete", facts.origin.isComplete}};
    return out;
}

JobResult runModelHash(const fs::path& folder, RunContext& context)
{
    require(fs::is_directory(folder), ErrorCode::NotFound, text::join("there is no folder ", folder.string()));
    const auto files = weightsBelow(folder);
    require(!files.empty(), ErrorCode::NotFound, text::join(folder.string(), " has no weight files"));
    std::int64_t total = 0, done = 0;
    for (const auto& file : files)
        total += file.bytes;
    const auto unit = progressUnit(total);
    const auto stage = text::join("Hash of the weights (", unit.name, ")");
    FileHashes kept;
    std::vector<std::string> hashes;
    JobResult result;
    result.details = {{"sha256", ""}, {"files", Json::array()}};
    for (const auto& file : files) {
        const auto before = done;
        hashes.push_back(kept.findOrCompute(file.path, [&](std::int64_t bytes) {
            done += bytes;
            context.progress(stage, unit.of(std::min(done, total)), unit.of(total));
            context.checkpoint();
        }));
        done = before + file.bytes;
        result.details["files"].push_back({{"path", file.path.lexically_relative(folder).generic_string()},
            {"bytes", file.bytes}, {"sha256", hashes.back()}});
    }
    context.progress(stage, unit.of(total), unit.of(total));
    const auto sha256 = hashOfHashes(folder, files, hashes);
    result.details["sha256"] = sha256;
    result.sentence = text::join("the weights of ", folder.string(), " have the SHA-256 ", sha256);
    return result;
}

void rememberFileHash(const fs::path& file, const std::string& sha256) { FileHashes().remember(file, sha256); }

} // namespace winnow::pipeline
