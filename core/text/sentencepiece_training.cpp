#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/text/sentencepiece.h"

#include <sentencepiece_trainer.h>

#include <unordered_map>

namespace winnow::text {

namespace {

    /// Hands lines in memory to the trainer.
    class Lines final : public sentencepiece::SentenceIterator {
    public:
        explicit Lines(const std::vector<std::string>& lines)
            : m_lines(lines)
        {
        }
        bool done() const override { return m_at >= m_lines.size(); }
        void Next() override { ++m_at; }
        const std::string& value() const override { return m_lines[m_at]; }
        sentencepiece::util::Status status() const override { return {}; }

    private:
        const std::vector<std::string>& m_lines;
        std::size_t m_at = 0;
    };

    std::unordered_map<std::string, std::string> trainerArguments(
        std::size_t vocabularySize, const SentencePieceOptions& options)
    {
        const auto yesNo = [](bool value) { return value ? "true" : "false"; };
        std::unordered_map<std::string, std::string> out{
            {"model_type", options.algorithm == SentencePieceOptions::Algorithm::BytePair ? "bpe" : "unigram"},
            {"vocab_size", std::to_string(vocabularySize)},
            {"byte_fallback", yesNo(options.byteFallback)},
            {"add_dummy_prefix", yesNo(options.addDummyPrefix)},
            {"remove_extra_whitespaces", yesNo(options.removeExtraWhitespace)},
            {"normalization_rule_name", "identity"},
            {"character_coverage", "1.0"},
            {"split_digits", "true"},
            {"max_sentence_length", "1000000"},
            {"num_threads", "1"},
            {"unk_id", "0"},
            {"bos_id", "1"},
            {"eos_id", "2"},
            {"pad_id", options.padPiece.empty() ? "-1" : "3"},
            {"unk_piece", options.unknownPiece},
            {"bos_piece", options.beginPiece},
            {"eos_piece", options.endPiece},
            {"minloglevel", "3"},
        };
        if (!options.padPiece.empty())
            out["pad_piece"] = options.padPiece;
        return out;
    }

} // namespace

void trainSentencePiece(const std::filesystem::path& path, const std::vector<std::string>& lines,
    std::size_t vocabularySize, const SentencePieceOptions& options)
{
    require(!lines.empty() && vocabularySize >= 4 && vocabularySize <= 1'000'000, ErrorCode::InvalidInput,
        join("cannot learn ", vocabularySize, " pieces from ", lines.size(), " lines"));
    Lines iterator(lines);
    std::string model;
    const auto status =
        sentencepiece::SentencePieceTrainer::Train(trainerArguments(vocabularySize, options), &iterator, &model);
    require(status.ok(), ErrorCode::InvalidInput,
        join("cannot learn ", vocabularySize, " pieces from ", lines.size(), " lines: ", status.error_message()));
    file::writeAtomically(path, model);
}

} // namespace winnow::text
