#include "core/text/tokenizer_json_parts.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/text/byte_pairs.h"
#include "core/text/word_piece.h"

#include <array>

namespace winnow::text {

namespace {

    namespace fs = std::filesystem;

    constexpr std::uint64_t kMaxFileBytes = 64'000'000;
    constexpr std::uint64_t kMaxConfigBytes = 4'000'000;
    constexpr std::size_t kMostFrameTokens = 64;

    /// A small part of the file, its keys in their order.
    Json part(const SortedJson& root, const char* name)
    {
        const auto found = root.find(name);
        return found == root.end() ? Json() : Json(*found);
    }

    /// What stands in the model beside its vocabulary and merges.
    Json settingsOf(const SortedJson& model)
    {
        Json out = Json::object();
        for (const auto& [name, value] : model.items())
            if (name != "vocab" && name != "merges")
                out[name] = value;
        return out;
    }

    std::unique_ptr<const TokenModel> readBytePairs(
        const SortedJson& model, const Json& settings, const std::string& what)
    {
        BytePairOptions options;
        options.unknownToken = json::fieldOr(settings, "unk_token", std::string(), what);
        options.continuation = json::fieldOr(settings, "continuing_subword_prefix", std::string(), what);
        options.wordEnd = json::fieldOr(settings, "end_of_word_suffix", std::string(), what);
        options.joinsUnknown = json::fieldOr(settings, "fuse_unk", false, what);
        options.byteFallback = json::fieldOr(settings, "byte_fallback", false, what);
        options.takesWholeWords = json::fieldOr(settings, "ignore_merges", false, what);
        require(json::fieldOr(settings, "dropout", 0.0, what) == 0, ErrorCode::Unsupported,
            join(what, " drops merges at random (dropout), which gives a text other tokens each time"));
        const auto vocabulary = model.find("vocab");
        return std::make_unique<const BytePairModel>(
            TokenVocabulary::fromJson(vocabulary == model.end() ? SortedJson() : *vocabulary, what),
            readMerges(model, what), options, what);
    }

    std::unique_ptr<const TokenModel> readWordPieces(
        const SortedJson& model, const Json& settings, const std::string& what)
    {
        WordPieceOptions options;
        options.unknownToken = json::fieldOr(settings, "unk_token", options.unknownToken, what);
        options.continuation = json::fieldOr(settings, "continuing_subword_prefix", options.continuation, what);
        options.maxWordLength = json::fieldOr(settings, "max_input_chars_per_word", options.maxWordLength, what);
        const auto vocabulary = model.find("vocab");
        return std::make_unique<const WordPieceModel>(
            TokenVocabulary::fromJson(vocabulary == model.end() ? SortedJson() : *vocabulary, what), options, what);
    }

    std::unique_ptr<const TokenModel> readModel(const SortedJson& root, const std::string& what)
    {
        const auto found = root.find("model");
        require(found != root.end() && found->is_object(), ErrorCode::BadFile, join(what, " has no model"));
        const auto settings = settingsOf(*found);
        // The oldest files name no type; merges tell the two kinds apart.
        const auto type =
            json::fieldOr(settings, "type", std::string(found->contains("merges") ? "BPE" : "WordPiece"), what);
        if (type == "BPE")
            return readBytePairs(*found, settings, what);
        if (type == "WordPiece")
            return readWordPieces(*found, settings, what);
        throw Error(ErrorCode::Unsupported,
            join(what, " has a ", shortened(type, 40), " model, known are BPE and WordPiece",
                type == "Unigram" ? "; the SentencePiece model that it was made from (spm.model) can be read" : ""));
    }

    /// What stands before and behind one text.
    struct Frame {
        std::vector<std::int64_t> before;
        std::vector<std::int64_t> after;
    };

    std::int64_t readSpecial(const Json& object, const char* name, const std::string& what)
    {
        const auto pair = json::field<Json>(object, name, what);
        require(pair.is_array() && pair.size() == 2 && pair[1].is_number_unsigned(), ErrorCode::BadFile,
            join(what, ": ", name, " of the post-processor is no token with its id"));
        return pair[1].get<std::int64_t>();
    }

    Frame readTemplate(const Json& object, const std::string& what)
    {
        Frame out;
        bool isBehind = false;
        const auto tokens = json::field<Json>(object, "special_tokens", what);
        for (const auto& step : json::field<Json>(object, "single", what)) {
            if (step.contains("Sequence")) {
                require(!isBehind, ErrorCode::Unsupported, join(what, ": its template takes a text twice"));
                isBehind = true;
                continue;
            }
            const auto name = json::field<std::string>(json::field<Json>(step, "SpecialToken", what), "id", what);
            const auto ids =
                json::field<std::vector<std::int64_t>>(json::field<Json>(tokens, name.c_str(), what), "ids", what);
            auto& side = isBehind ? out.after : out.before;
            side.insert(side.end(), ids.begin(), ids.end());
        }
        return out;
    }

    Frame readFrame(const Json& object, const std::string& what)
    {
        if (object.is_null())
            return {};
        const auto type = json::field<std::string>(object, "type", what);
        if (type == "ByteLevel")
            return {}; // moves offsets alone
        if (type == "TemplateProcessing")
            return readTemplate(object, what);
        if (type == "BertProcessing" || type == "RobertaProcessing")
            return {{readSpecial(object, "cls", what)}, {readSpecial(object, "sep", what)}};
        require(type == "Sequence", ErrorCode::Unsupported,
            join(what, " asks for the post-processor ", shortened(type, 40),
                ", known are BertProcessing, ByteLevel, RobertaProcessing, Sequence and TemplateProcessing"));
        Frame out;
        for (const auto& step : json::field<Json>(object, "processors", what)) {
            const auto frame = readFrame(step, what);
            out.before.insert(out.before.begin(), frame.before.begin(), frame.before.end());
            out.after.insert(out.after.end(), frame.after.begin(), frame.after.end());
        }
        return out;
    }

    /// A token's spelling in tokenizer_config.json: a text, or an object with it.
    std::string spellingIn(const Json& config, const char* name)
    {
        if (!config.is_object() || !config.contains(name))
            return {};
        const auto& value = config.at(name);
        if (value.is_string())
            return value.get<std::string>();
        return value.is_object() && value.contains("content") && value.at("content").is_string()
            ? value.at("content").get<std::string>()
            : std::string();
    }

    Json loadTokenizerConfig(const fs::path& folder)
    {
        const auto path = folder / "tokenizer_config.json";
        std::error_code ignored;
        return fs::exists(path, ignored) ? json::load(path, kMaxConfigBytes) : Json::object();
    }

    void requireKnown(const std::vector<std::int64_t>& ids, std::int64_t size, const std::string& what)
    {
        require(ids.size() <= kMostFrameTokens, ErrorCode::BadFile,
            join(what, ": the post-processor adds ", ids.size(), " tokens"));
        for (const auto id : ids)
            require(id >= 0 && id < size, ErrorCode::BadFile,
                join(what, ": the post-processor adds the token ", id, " to a vocabulary of ", size));
    }

} // namespace

void JsonTokenizer::Parts::nameSpecials(const fs::path& folder)
{
    const auto config = loadTokenizerConfig(folder);
    const auto choose = [&](const char* name, std::int64_t framed, std::initializer_list<const char*> usual) {
        if (const auto named = spellingIn(config, name); !named.empty() && find(named) >= 0)
            return find(named);
        for (const char* const spelling : usual)
            if (framed < 0)
                framed = find(spelling);
        return framed;
    };
    // A frame of two is [CLS] ... [SEP] or <s> ... </s>, whatever the configuration calls them.
    begin = before.empty() ? choose("bos_token", -1, {"<s>", "<|begin_of_text|>", "[CLS]", "<|startoftext|>"})
                           : before.front();
    end = after.empty() ? choose("eos_token", -1, {"</s>", "<|end_of_text|>", "<|endoftext|>", "[SEP]"}) : after.back();
    pad = choose("pad_token", pad, {"[PAD]", "<pad>"});
}

JsonTokenizer::Parts JsonTokenizer::Parts::loadJson(const fs::path& path)
{
    const auto what = path.string();
    const auto root = loadSortedJson(path, kMaxFileBytes);
    require(root.is_object() && root.contains("model"), ErrorCode::BadFile,
        join(what, " is no tokenizer file: it has no model"));
    Parts out;
    out.normalize = readNormalizer(part(root, "normalizer"), what);
    out.cut = readPreTokenizer(part(root, "pre_tokenizer"), what);
    out.model = readModel(root, what);
    const auto* const pairs = dynamic_cast<const BytePairModel*>(out.model.get());
    out.decode = readDecoder(part(root, "decoder"), pairs == nullptr ? std::string() : pairs->options().wordEnd, what);
    out.added = AddedTokens(root.value("added_tokens", SortedJson()), out.normalize, what);
    auto frame = readFrame(part(root, "post_processor"), what);
    out.before = std::move(frame.before);
    out.after = std::move(frame.after);
    const auto size = std::max(out.model->vocabulary().size(), out.added.size());
    requireKnown(out.before, size, what);
    requireKnown(out.after, size, what);
    if (const auto padding = part(root, "padding"); padding.is_object())
        out.pad = json::fieldOr(padding, "pad_id", std::int64_t(-1), what);
    out.nameSpecials(path.parent_path());
    return out;
}

JsonTokenizer::Parts JsonTokenizer::Parts::loadWordPieces(const fs::path& path)
{
    const auto what = path.string();
    const auto config = loadTokenizerConfig(path.parent_path());
    BertNormalization how;
    how.lowercase = json::fieldOr(config, "do_lower_case", true, what);
    how.stripAccents = json::fieldOr(config, "strip_accents", how.lowercase, what);
    how.setsIdeographs = json::fieldOr(config, "tokenize_chinese_chars", true, what);
    Parts out;
    out.normalize = [how](std::string line) { return normalizeForBert(std::move(line), how); };
    out.cut = cutForBert;
    auto model = std::make_unique<const WordPieceModel>(
        TokenVocabulary::fromLines(file::readAll(path, kMaxFileBytes), what), WordPieceOptions(), what);
    out.decode = wordPieceDecoder("##", true);
    SortedJson specials = SortedJson::array();
    for (const char* const name : {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"})
        if (const auto id = model->vocabulary().find(name); id >= 0)
            specials.push_back({{"id", std::uint64_t(id)}, {"content", name}, {"special", true}});
    out.model = std::move(model);
    out.added = AddedTokens(specials, out.normalize, what);
    const auto begin = out.find("[CLS]"), end = out.find("[SEP]");
    require(
        begin >= 0 && end >= 0, ErrorCode::BadFile, join(what, " is no vocabulary of BERT: it has no [CLS] and [SEP]"));
    out.before = {begin};
    out.after = {end};
    out.nameSpecials(path.parent_path());
    return out;
}

} // namespace winnow::text
