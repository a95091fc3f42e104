#include "core/pipeline/model_registry.h"

#include "core/base/file.h"
#include "core/base/text.h"
#include "core/models/catalog.h"
#include "core/models/vision_language.h"
#include "core/pipeline/model_facts.h"
#include "core/text/bpe.h"
#include "core/text/sentencepiece.h"
#include "core/text/tokenizer_folder.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace winnow::pipeline {

namespace {

    constexpr std::array<const char*, 6> kRoles{"clip", "text", "reward", "llm", "vlm", "judge"};
    constexpr const char* kEmbedded = "embedded";

    std::filesystem::path listPath()
    {
        const char* const config = std::getenv("XDG_CONFIG_HOME");
        const char* const home = std::getenv("HOME");
        const auto base = config != nullptr && *config != '\0'
            ? std::filesystem::path(config)
            : std::filesystem::path(home != nullptr ? home : ".") / ".config";
        return base / "winnow" / "models.json";
    }

    /// A judge is a language model like any other.
    std::string kindOf(const std::string& role) { return role == "judge" ? "llm" : role; }

    void requireRole(const std::string& role)
    {
        const bool isKnown = std::find(kRoles.begin(), kRoles.end(), role) != kRoles.end();
        require(isKnown, ErrorCode::InvalidInput,
            text::join("\"", role, "\" is not a role: use clip, text, reward, llm, vlm or judge"));
    }

    /// {"models": [{role, name, folder}], "defaults": {role: name}}
    Json loadList()
    {
        const auto path = listPath();
        Json list = std::filesystem::exists(path) ? json::load(path, 1 << 20) : Json::object();
        require(list.is_object(), ErrorCode::BadFile, path.string() + " is not a list of models");
        if (!list.contains("models") || !list["models"].is_array())
            list["models"] = Json::array();
        if (!list.contains("defaults") || !list["defaults"].is_object())
            list["defaults"] = Json::object();
        return list;
    }

    void saveList(const Json& list)
    {
        const auto path = listPath();
        std::filesystem::create_directories(path.parent_path());
        file::writeAtomically(path, json::dumpPretty(list));
    }

    std::string defaultName(const Json& list, const std::string& role)
    {
        const auto& defaults = list.at("defaults");
        return defaults.contains(role) && defaults.at(role).is_string() ? defaults.at(role).get<std::string>()
                                                                        : kEmbedded;
    }

    /// The folder's name, with a number behind it where another folder has it already.
    std::string freeName(const Json& list, const std::string& role, const std::filesystem::path& folder)
    {
        const auto base =
            folder.filename().empty() ? folder.parent_path().filename().string() : folder.filename().string();
        auto name = base;
        const auto isTaken = [&] {
            return name == kEmbedded
                || std::any_of(list.at("models").begin(), list.at("models").end(), [&](const Json& model) {
                       return model.value("role", "") == role && model.value("name", "") == name
                           && model.value("folder", "") != folder.string();
                   });
        };
        for (int number = 2; isTaken(); ++number)
            name = text::join(base, "-", number);
        return name;
    }

    /// Throws what is wrong with the tokenizer beside the weights.
    void checkTokenizer(const std::string& role, const std::filesystem::path& folder)
    {
        if (role == "clip")
            text::ClipTokenizer{folder};
        else if (role == "vlm")
            text::loadTokenizer(models::findLlamaFolder(folder));
        else if (role == "llm")
            text::loadTokenizer(folder);
        else if (role == "reward")
            text::SentencePieceTokenizer{folder};
    }

} // namespace

std::filesystem::path findResources()
{
    if (const char* const given = std::getenv("WINNOW_RESOURCES"))
        return given;
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const auto& place : {program / "../share/winnow", std::filesystem::path(WINNOW_INSTALLED_RESOURCES),
             std::filesystem::path(WINNOW_SOURCE_RESOURCES)})
        if (std::filesystem::exists(place / "demo", ignored))
            return std::filesystem::weakly_canonical(place);
    throw Error(ErrorCode::NotFound,
        "cannot find Winnow's resources beside the program: set WINNOW_RESOURCES to the folder that holds demo/");
}

ModelCheck checkModel(const std::filesystem::path& folder)
{
    const auto found = models::inspectModelFolder(folder);
    const auto origin = loadModelOrigin(folder);
    ModelCheck out;
    if (origin.isDownloaded() && !origin.isComplete) {
        out.about = text::join("the download of ", origin.repository, " into ", folder.string(),
            " is not finished: fetch it again, and it goes on where it broke off");
        return out;
    }
    out.ok = found.isUsable;
    out.role = found.role;
    out.about = found.about;
    out.parameterCount = found.parameterCount;
    out.bytes = found.bytes;
    try {
        if (out.ok)
            checkTokenizer(out.role, folder);
    } catch (const Error& e) {
        out = {};
        out.about = e.message();
    }
    return out;
}

std::vector<ModelEntry> listModels()
{
    const Json list = loadList();
    std::vector<ModelEntry> out;
    for (const auto* role : kRoles) {
        const auto chosen = defaultName(list, role);
        ModelEntry embedded;
        embedded.role = role;
        embedded.name = kEmbedded;
        embedded.folder = findResources() / "demo" / kindOf(role);
        embedded.embedded = true;
        embedded.isDefault = chosen == kEmbedded;
        if (std::filesystem::exists(embedded.folder)) {
            embedded.about = checkModel(embedded.folder).about;
            out.push_back(embedded);
        }
        for (const auto& model : list.at("models")) {
            if (model.value("role", "") != role)
                continue;
            ModelEntry entry;
            entry.role = role;
            entry.name = model.value("name", "");
            entry.folder = model.value("folder", "");
            entry.isDefault = chosen == entry.name;
            entry.about = checkModel(entry.folder).about;
            out.push_back(std::move(entry));
        }
    }
    return out;
}

ModelEntry addModel(const std::string& role, const std::filesystem::path& given, MakeDefault makeDefault)
{
    requireRole(role);
    const auto folder = std::filesystem::weakly_canonical(std::filesystem::absolute(given));
    const auto check = checkModel(folder);
    require(check.ok, ErrorCode::BadFile, check.about);
    require(check.role == kindOf(role), ErrorCode::BadFile,
        text::join(folder.string(), " is ", check.about,
            check.role.empty() ? "" : text::join(": it serves as ", check.role, ", not as ", role)));
    Json list = loadList();
    const auto name = freeName(list, role, folder);
    Json kept = Json::array();
    bool isFirst = true;
    for (const auto& model : list.at("models")) {
        const bool isSameRole = model.value("role", "") == role;
        isFirst &= !isSameRole || model.value("name", "") == name;
        if (!isSameRole || model.value("name", "") != name)
            kept.push_back(model);
    }
    kept.push_back({{"role", role}, {"name", name}, {"folder", folder.string()}});
    list["models"] = kept;
    if (makeDefault == MakeDefault::Yes || isFirst)
        list["defaults"][role] = name;
    saveList(list);
    return {role, name, folder, false, defaultName(list, role) == name, check.about};
}

void setDefaultModel(const std::string& role, const std::string& name)
{
    requireRole(role);
    for (const auto& entry : listModels())
        if (entry.role == role && entry.name == name) {
            Json list = loadList();
            list["defaults"][role] = name;
            saveList(list);
            return;
        }
    throw Error(ErrorCode::NotFound, text::join("there is no ", role, " model named ", name));
}

void removeModel(const std::string& role, const std::string& name)
{
    requireRole(role);
    Json list = loadList();
    Json kept = Json::array();
    for (const auto& model : list.at("models"))
        if (model.value("role", "") != role || model.value("name", "") != name)
            kept.push_back(model);
    require(kept.size() < list.at("models").size(), ErrorCode::NotFound,
        text::join("there is no added ", role, " model named ", name));
    list["models"] = kept;
    if (defaultName(list, role) == name)
        list["defaults"].erase(role);
    saveList(list);
}

std::filesystem::path resolveModel(const std::string& role, const std::filesystem::path& wanted)
{
    if (!wanted.empty()) {
        require(std::filesystem::is_directory(wanted), ErrorCode::NotFound,
            text::join("there is no model folder ", wanted.string()));
        return std::filesystem::absolute(wanted);
    }
    const Json list = loadList();
    const auto chosen = defaultName(list, role);
    for (const auto& model : list.at("models"))
        if (model.value("role", "") == role && model.value("name", "") == chosen) {
            const std::filesystem::path folder = model.value("folder", "");
            require(std::filesystem::is_directory(folder), ErrorCode::NotFound,
                text::join("the ", role, " model ", chosen, " is no longer in ", folder.string(),
                    ": add it again with models add, or choose another default"));
            return folder;
        }
    const auto embedded = findResources() / "demo" / kindOf(role);
    require(std::filesystem::is_directory(embedded), ErrorCode::NotFound,
        text::join("there is no ", role, " model: add one with models add ", role, " FOLDER"));
    return embedded;
}

std::filesystem::path resolveModel(const std::string& role, const std::map<std::string, std::filesystem::path>& wanted)
{
    const auto named = wanted.find(role);
    return resolveModel(role, named == wanted.end() ? std::filesystem::path{} : named->second);
}

} // namespace winnow::pipeline
