#include "core/base/error.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/text/bpe.h"
#include "core/text/sentencepiece.h"
#include "core/text/sentences.h"
#include "tests/golden/golden.h"

#include <exception>
#include <vector>

namespace winnow::golden {

namespace {

    using Ids = std::vector<std::int64_t>;
    namespace fs = std::filesystem;

    /// Counts agreeing cases of one kind and reports them in one line, with the first that differs.
    class Tally {
    public:
        explicit Tally(std::string name)
            : m_name(std::move(name))
        {
        }
        void add(bool isRight, const std::string& text)
        {
            ++m_count;
            if (!isRight && m_wrong++ == 0)
                m_first = winnow::text::shortened(text, 60);
        }
        void report(Reporter& reporter) const
        {
            std::string detail = winnow::text::join(m_count - m_wrong, " of ", m_count, " agree");
            if (m_wrong > 0)
                detail += ", the first that does not: " + m_first;
            reporter.expect(m_name, m_wrong == 0 && m_count > 0, detail);
        }

    private:
        std::string m_name;
        int m_count = 0;
        int m_wrong = 0;
        std::string m_first;
    };

    Ids ids(const Json& entry, const char* name) { return json::field<Ids>(entry, name, "a tokenizer case"); }
    std::string text(const Json& entry, const char* name)
    {
        return json::field<std::string>(entry, name, "a tokenizer case");
    }

    /// The vocabulary beside the cases, else in the data folder.
    fs::path findVocabulary(const fs::path& dir, const fs::path& data, const fs::path& name)
    {
        for (const auto& root : {dir, data / "tokenizers", data})
            if (fs::exists(root / name))
                return root / name;
        throw Error(ErrorCode::NotFound,
            winnow::text::join(
                "vocabulary ", name.string(), " is neither in ", dir.string(), " nor in ", data.string()));
    }

    bool agreesWithReading(const Json& entry, const char* name, const Ids& got)
    {
        return entry.contains(name) && ids(entry, name) == got;
    }

    void checkClip(
        const fs::path& dir, const winnow::text::ClipTokenizer& clip, const std::string& label, Reporter& reporter)
    {
        const Json content = json::load(dir / "clip_bpe.json");
        const auto length = json::field<std::size_t>(content, "context_length", "clip_bpe.json");
        reporter.expect(label + ".special",
            clip.beginToken() == json::field<std::int64_t>(content, "sot", "clip_bpe.json")
                && clip.endToken() == json::field<std::int64_t>(content, "eot", "clip_bpe.json"));
        Tally bpe(label + ".bpe"), padded(label + ".padded77_prefix"), decoded(label + ".decoded");
        for (const auto& entry : content.at("cases")) {
            const auto line = text(entry, "text");
            const auto got = clip.encode(line);
            const bool isMain = got == ids(entry, "bpe");
            bpe.add(isMain || agreesWithReading(entry, "bpe_without_ftfy", got)
                    || agreesWithReading(entry, "bpe_openai_special_tokens", got),
                line);
            if (!isMain)
                continue;
            auto want = ids(entry, "padded77_prefix");
            want.resize(length, 0);
            padded.add(clip.encodePadded(line, length) == want, line);
            decoded.add(clip.decode(got) == text(entry, "decoded"), line);
        }
        bpe.report(reporter);
        padded.report(reporter);
        decoded.report(reporter);
    }

    void checkSentences(const fs::path& dir, const winnow::text::ClipTokenizer& clip, Reporter& reporter)
    {
        Tally parts("clip_sentence_split.parts"), tokens("clip_sentence_split.ids");
        const Json content = json::load(dir / "clip_sentence_split.json");
        for (const auto& entry : content.contains("cases") ? content.at("cases") : content) {
            const auto line = text(entry, "text");
            const auto got = winnow::text::splitSentences(line, winnow::text::SentenceMode::Published);
            parts.add(got == json::field<std::vector<std::string>>(entry, "parts", "a tokenizer case"), line);
            const auto want = json::field<std::vector<Ids>>(entry, "ids", "a tokenizer case");
            bool agrees = got.size() == want.size();
            for (std::size_t i = 0; agrees && i < got.size(); ++i)
                agrees = clip.encodeForModel(got[i]) == want[i];
            tokens.add(agrees, line);
        }
        parts.report(reporter);
        tokens.report(reporter);
    }

    void checkLlama(const fs::path& cases, const fs::path& vocabulary, const std::string& label, Reporter& reporter)
    {
        const winnow::text::SentencePieceTokenizer tokenizer(vocabulary);
        const Json content = json::load(cases);
        reporter.expect(label + ".vocab_size",
            tokenizer.vocabularySize() == json::field<std::int64_t>(content, "vocab_size", cases.string()));
        Tally encoded(label + ".sp_ids"), decoded(label + ".sp_decoded"), special(label + ".hf_ids");
        for (const auto& entry : content.at("cases")) {
            const auto line = text(entry, "text");
            const auto got = tokenizer.encode(line);
            encoded.add(got == ids(entry, "sp_ids"), line);
            decoded.add(tokenizer.decode(got) == text(entry, "sp_decoded"), line);
            if (!entry.contains("hf_ids") && tokenizer.beginToken() < 0)
                continue;
            Ids want{tokenizer.beginToken()};
            want.insert(want.end(), got.begin(), got.end());
            const bool spellsSpecials =
                line.find("<s>") != line.npos || line.find("</s>") != line.npos || line.find("<unk>") != line.npos;
            if (entry.contains("hf_ids") || !spellsSpecials)
                special.add(
                    tokenizer.encodeReadingSpecials(line) == (entry.contains("hf_ids") ? ids(entry, "hf_ids") : want),
                    line);
        }
        encoded.report(reporter);
        decoded.report(reporter);
        special.report(reporter);
    }

    void checkDeberta(const fs::path& dir, const fs::path& vocabulary, Reporter& reporter)
    {
        const winnow::text::SentencePieceTokenizer tokenizer(vocabulary);
        const Json content = json::load(dir / "deberta_unigram.json");
        const auto number = [&](const char* name) {
            return json::field<std::int64_t>(content, name, "deberta_unigram.json");
        };
        reporter.expect("deberta_unigram.special",
            tokenizer.vocabularySize() == number("vocab_size") && tokenizer.padToken() == number("pad")
                && tokenizer.beginToken() == number("cls") && tokenizer.endToken() == number("sep")
                && tokenizer.unknownToken() == number("unk"));
        Tally second("deberta_unigram.sp_ids_second"), pair("deberta_unigram.pair_ids"),
            types("deberta_unigram.pair_token_type_ids"), single("deberta_unigram.single_ids"),
            cut("deberta_unigram.pair_trunc24_second_ids");
        for (const auto& entry : content.at("cases")) {
            const auto a = text(entry, "first"), b = text(entry, "second");
            const auto joined = tokenizer.encodePair(a, b);
            second.add(tokenizer.encode(b) == ids(entry, "sp_ids_second"), b);
            pair.add(joined.ids == ids(entry, "pair_ids"), b);
            types.add(joined.typeIds == ids(entry, "pair_token_type_ids"), b);
            single.add(tokenizer.encodeSingle(b) == ids(entry, "single_ids"), b);
            if (entry.contains("pair_trunc24_second_ids"))
                cut.add(tokenizer.encodePair(a, b, 24).ids == ids(entry, "pair_trunc24_second_ids"), b);
        }
        for (const auto* const tally : {&second, &pair, &types, &single, &cut})
            tally->report(reporter);
    }

    /// Runs one part; what stops it is a failure of that part alone.
    template <typename Check> void guarded(const std::string& name, Reporter& reporter, const Check& check)
    {
        try {
            check();
        } catch (const std::exception& e) {
            reporter.fail(name, e.what());
        }
    }

} // namespace

int checkTokenizers(const fs::path& dir, const fs::path& dataDir, Reporter& reporter)
{
    const int before = reporter.failures();
    if (fs::exists(dir / "clip_bpe.json"))
        guarded("clip_bpe", reporter, [&] {
            checkClip(dir, winnow::text::ClipTokenizer(findVocabulary(dir, dataDir, "clip")), "clip_bpe", reporter);
            const auto packed = findVocabulary(dir, dataDir, fs::path("clip") / "bpe_simple_vocab_16e6.txt.gz");
            checkClip(dir, winnow::text::ClipTokenizer(packed), "clip_bpe.packed", reporter);
        });
    if (fs::exists(dir / "clip_sentence_split.json"))
        guarded("clip_sentence_split", reporter,
            [&] { checkSentences(dir, winnow::text::ClipTokenizer(findVocabulary(dir, dataDir, "clip")), reporter); });
    if (fs::exists(dir / "llama_sentencepiece.json"))
        guarded("llama_sentencepiece", reporter, [&] {
            checkLlama(dir / "llama_sentencepiece.json", findVocabulary(dir, dataDir, "llama"), "llama_sentencepiece",
                reporter);
        });
    if (fs::exists(dir / "tiny_llama.json"))
        guarded("tiny_llama", reporter,
            [&] { checkLlama(dir / "tiny_llama.json", dir / "tiny_llama.model", "tiny_llama", reporter); });
    if (fs::exists(dir / "deberta_unigram.json"))
        guarded("deberta_unigram", reporter, [&] { checkDeberta(dir, dir / "tiny_deberta_spm.model", reporter); });
    return reporter.failures() - before;
}

} // namespace winnow::golden
