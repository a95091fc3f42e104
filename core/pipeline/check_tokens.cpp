#include "core/pipeline/check_tokens.h"

#include "core/base/text.h"
#include "core/models/clip.h"
#include "core/models/open_clip.h"
#include "core/models/vision_language.h"
#include "core/pipeline/model_cache.h"
#include "core/pipeline/model_registry.h"
#include "core/text/bpe.h"
#include "core/text/prompt.h"
#include "core/text/tokenizer_folder.h"
#include "core/train/sequence.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace winnow::pipeline {

namespace {

    namespace fs = std::filesystem;

    constexpr std::uint64_t kMaxConfigBytes = std::uint64_t(1) << 20;

    std::size_t clipContextOf(const fs::path& folder)
    {
        const auto config = models::isOpenClipFolder(folder)
            ? models::openClipConfig(json::load(folder / "open_clip_config.json", kMaxConfigBytes))
            : models::ClipConfig::fromJson(json::load(folder / "config.json", kMaxConfigBytes));
        return static_cast<std::size_t>(config.text.contextLength);
    }

    /// CLIP's limit together with the tokenizer that it counts with.
    class OwnedClipLimit final : public check::TokenLimit {
    public:
        explicit OwnedClipLimit(const fs::path& folder)
            : m_tokenizer(folder)
            , m_limit(m_tokenizer, clipContextOf(folder))
        {
        }
        check::Kind kind() const override { return m_limit.kind(); }
        std::optional<std::string> overrun(const Pair& pair) const override { return m_limit.overrun(pair); }

    private:
        text::ClipTokenizer m_tokenizer;
        check::ClipTokenLimit m_limit;
    };

    /// Cuts as the trainer does (train::makeSequence), once with and once without the limits.
    class AnswerLimit final : public check::TokenLimit {
    public:
        explicit AnswerLimit(const fs::path& folder)
            : m_tokenizer(text::loadTokenizer(models::findLlamaFolder(folder)))
        {
            const auto config = models::loadMiniGpt4Config(folder);
            const Json manifest = loadManifest(folder);
            const Json recipe = manifest.contains("finetune") ? manifest.at("finetune") : Json::object();
            const auto wished = json::fieldOr(recipe, "max_answer_tokens", std::int64_t(0), "winnow.json, finetune");
            m_cut.maxAnswerTokens = wished > 0 ? wished : config.maxAnswerTokens;
            m_cut.maxTokens =
                std::max<std::int64_t>(16, config.llama.positions - config.qformer.queries - 1); // as the trainer
            m_cut.promptTemplate = config.promptTemplate;
            m_cut.endMark = config.endMark;
            m_whole = m_cut;
            m_whole.maxAnswerTokens = m_whole.maxTokens = std::numeric_limits<std::int32_t>::max();
        }

        check::Kind kind() const override { return check::Kind::CutAnswer; }

        std::optional<std::string> overrun(const Pair& pair) const override
        {
            std::int64_t longest = 0;
            bool isShort = true;
            for (const auto& answer : pair.responses())
                if (!check::isSurelyWithin(answer, static_cast<std::size_t>(m_cut.maxAnswerTokens) / 2)) {
                    const auto count = m_tokenizer->encode(answer + m_cut.endMark).size();
                    longest = std::max(longest, static_cast<std::int64_t>(count));
                    isShort = false;
                }
            if (longest > m_cut.maxAnswerTokens)
                return text::join("an answer has ", longest, " tokens, its end mark included; the model takes ",
                    m_cut.maxAnswerTokens);
            if (isShort && pair.turns.empty() && pair.instruction.size() < 256)
                return std::nullopt;
            const auto tokens = tokensOf(pair, m_whole);
            if (tokens > m_cut.maxTokens)
                return text::join("the conversation has ", tokens, " tokens; the model has room for ", m_cut.maxTokens);
            return std::nullopt;
        }

    private:
        std::int64_t tokensOf(const Pair& pair, const train::SequenceOptions& options) const
        {
            train::TrainingText sample;
            const auto questions = pair.instructions(), answers = pair.responses();
            for (std::size_t i = 0; i < answers.size(); ++i)
                sample.turns.push_back({questions[i], answers[i]});
            if (sample.turns.empty())
                return 0;
            return train::makeSequence(sample, text::alignmentPrompts().front(), *m_tokenizer, options).tokenCount();
        }

        std::unique_ptr<const text::Tokenizer> m_tokenizer;
        train::SequenceOptions m_cut, m_whole;
    };

    template <typename Limit>
    void addLimit(const CheckOptions& options, const std::string& role, const std::string& what, TokenLimits& out)
    {
        try {
            out.limits.push_back(std::make_unique<const Limit>(resolveModel(role, options.models)));
        } catch (const Error& e) {
            if (options.models.contains(role))
                throw;
            out.notes.push_back(text::join(what, " was not checked: ", e.message()));
        }
    }

} // namespace

TokenLimits loadTokenLimits(const CheckOptions& options)
{
    for (const auto& [role, folder] : options.models)
        require(role == "clip" || role == "vlm", ErrorCode::InvalidInput,
            text::join("the check counts tokens of the roles clip and vlm, not of ", role));
    TokenLimits out;
    addLimit<OwnedClipLimit>(options, "clip", "what CLIP cuts", out);
    addLimit<AnswerLimit>(options, "vlm", "what training cuts", out);
    return out;
}

} // namespace winnow::pipeline
