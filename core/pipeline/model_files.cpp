#include "core/pipeline/model_files.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace winnow::pipeline {

namespace {

    using Files = std::vector<net::HubFile>;

    constexpr std::size_t kMostFiles = 600;
    constexpr std::int64_t kMostTextBytes = std::int64_t(64) << 20;

    constexpr std::array<std::string_view, 20> kSmallNames{"config.json", "generation_config.json",
        "preprocessor_config.json", "processor_config.json", "open_clip_config.json", "tokenizer.json",
        "tokenizer_config.json", "tokenizer.model", "spm.model", "vocab.json", "merges.txt", "vocab.txt",
        "special_tokens_map.json", "added_tokens.json", "bpe_simple_vocab_16e6.txt.gz", "modules.json",
        "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json", "README.md"};
    constexpr std::array<std::string_view, 5> kLicenceNames{"license", "licence", "notice", "copying", "use_policy"};

    bool isSmallNeeded(const std::string& path)
    {
        if (std::find(kSmallNames.begin(), kSmallNames.end(), path) != kSmallNames.end())
            return true;
        const auto lower = text::toLowerAscii(path);
        return lower.find('/') == std::string::npos
            && std::any_of(kLicenceNames.begin(), kLicenceNames.end(),
                [&](std::string_view name) { return lower.starts_with(name); });
    }

    const net::HubFile* find(const net::HubListing& listing, std::string_view path)
    {
        const auto found = std::find_if(
            listing.files.begin(), listing.files.end(), [&](const net::HubFile& file) { return file.path == path; });
        return found == listing.files.end() ? nullptr : &*found;
    }

    /// "model-00001-of-00002.safetensors" of "model" and ".safetensors".
    bool isShard(std::string_view path, std::string_view stem, std::string_view ending)
    {
        if (!path.starts_with(stem) || !path.ends_with(ending) || path.size() <= stem.size() + ending.size())
            return false;
        const auto middle = path.substr(stem.size(), path.size() - stem.size() - ending.size());
        return middle.starts_with('-') && middle.find("-of-") != std::string_view::npos
            && middle.find_first_not_of("-of0123456789") == std::string_view::npos;
    }

    /// One file, or an index with its shards; nothing where neither is there.
    Files weightsNamed(const net::HubListing& listing, const std::string& stem, const std::string& ending)
    {
        if (const auto* const whole = find(listing, stem + ending))
            return {*whole};
        const auto* const index = find(listing, stem + ending + ".index.json");
        if (index == nullptr)
            return {};
        Files out{*index};
        for (const auto& file : listing.files)
            if (isShard(file.path, stem, ending))
                out.push_back(file);
        return out.size() > 1 ? out : Files{};
    }

    Files originalWeights(const net::HubListing& listing)
    {
        Files out;
        for (const auto& file : listing.files) {
            const bool isOriginal = file.path.find('/') == std::string::npos && file.path.ends_with(".pth")
                && (file.path.find("minigpt4") != std::string::npos || file.path.find("eva_vit") != std::string::npos
                    || file.path.find("blip2") != std::string::npos);
            if (isOriginal)
                out.push_back(file);
        }
        return out;
    }

    Files chooseWeights(const net::HubListing& listing)
    {
        struct Naming {
            const char* stem;
            const char* ending;
        };
        constexpr std::array<Naming, 4> kNamings{{{"model", ".safetensors"}, {"pytorch_model", ".bin"},
            {"open_clip_model", ".safetensors"}, {"open_clip_pytorch_model", ".bin"}}};
        for (const auto& naming : kNamings) {
            auto files = weightsNamed(listing, naming.stem, naming.ending);
            if (!files.empty())
                return files;
        }
        return originalWeights(listing);
    }

    /// "3 .gguf, 1 .onnx": what lies there instead.
    std::string endingsOf(const net::HubListing& listing)
    {
        std::map<std::string, int> counts;
        for (const auto& file : listing.files) {
            const auto dot = file.path.rfind('.');
            if (dot != std::string::npos && file.bytes > kMostTextBytes / 8)
                ++counts[text::shortened(std::string_view(file.path).substr(dot), 20)];
        }
        std::vector<std::string> parts;
        for (const auto& [ending, count] : counts)
            if (parts.size() < 6)
                parts.push_back(text::join(count, " ", ending));
        return parts.empty() ? "nothing large is there" : "there are " + text::joined(parts, ", ");
    }

} // namespace

NeededFiles chooseFiles(const net::HubListing& listing)
{
    NeededFiles out;
    std::int64_t allBytes = 0;
    for (const auto& file : listing.files) {
        allBytes += file.bytes;
        if (isSmallNeeded(file.path))
            out.files.push_back(file);
        require(!isSmallNeeded(file.path) || file.bytes <= kMostTextBytes, ErrorCode::TooLarge,
            text::join(file.path, " of ", listing.repository, " has ", file.bytes,
                " bytes: such a file is not expected over ", kMostTextBytes));
    }
    const auto weights = chooseWeights(listing);
    require(!weights.empty(), ErrorCode::NotFound,
        text::join(listing.repository,
            " has no weights that Winnow reads: model.safetensors or pytorch_model.bin are "
            "expected, ",
            endingsOf(listing)));
    out.files.insert(out.files.end(), weights.begin(), weights.end());
    require(out.files.size() <= kMostFiles, ErrorCode::TooLarge,
        text::join(listing.repository, " would take ", out.files.size(), " files, more than ", kMostFiles));
    std::int64_t chosenBytes = 0;
    for (const auto& file : out.files)
        chosenBytes += file.bytes;
    out.leftOutCount = static_cast<std::int64_t>(listing.files.size() - out.files.size());
    out.leftOutBytes = allBytes - chosenBytes;
    return out;
}

} // namespace winnow::pipeline
