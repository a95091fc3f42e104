#pragma once

#include "core/models/vision_language_input.h"
#include "core/train/batch_source.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {
class Tokenizer;
}

namespace winnow::train {

/// One sample as tokens. Turns after the first stand in `sample.answer` behind the first answer; `isAnswer` tells what
/// counts in the loss.
struct Sequence {
    models::PromptedAnswer sample;
    std::vector<char> isAnswer; ///< beside sample.answer

    std::int64_t answerCount() const;
    std::int64_t tokenCount() const; ///< without picture and begin token
};

struct SequenceOptions {
    std::int64_t maxAnswerTokens =
        160;                       ///< of each answer, its end mark included; what is cut off is the end (METHOD 6.3)
    std::int64_t maxTokens = 1900; ///< longer conversations are cut: the model's context
    std::string promptTemplate = "###Human: {} ###Assistant: ";
    std::string endMark = "###";
};

/// `###Human: <Img>PICTURE</Img> INSTRUCTION ###Assistant: ` and `RESPONSE###` (METHOD 6.4): every piece is tokenised
/// alone and without special tokens; only answers count in the loss. Further turns follow as `Human: INSTRUCTION
/// ###Assistant: `, `RESPONSE###`.
Sequence makeSequence(const TrainingText& text, std::string_view drawnInstruction, const text::Tokenizer& tokenizer,
    const SequenceOptions& options);

} // namespace winnow::train
