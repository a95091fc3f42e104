#include "core/train/sequence.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/prompt.h"

#include <algorithm>
#include <limits>

namespace winnow::train {

std::int64_t Sequence::answerCount() const { return std::count(isAnswer.begin(), isAnswer.end(), 1); }

std::int64_t Sequence::tokenCount() const
{
    auto count = sample.answer.size();
    for (const auto& piece : sample.prompt)
        count += piece.size();
    return static_cast<std::int64_t>(count);
}

Sequence makeSequence(const TrainingText& text, std::string_view drawnInstruction, const text::Tokenizer& tokenizer,
    const SequenceOptions& options)
{
    const auto cut = options.promptTemplate.find("{}");
    require(cut != std::string::npos, ErrorCode::InvalidInput,
        text::join("the prompt template has no place for the question: ", options.promptTemplate));
    const auto before = options.promptTemplate.substr(0, cut), after = options.promptTemplate.substr(cut + 2);
    Sequence out;
    const auto append = [&](const std::string& piece, std::size_t limit, char isAnswer) {
        const auto ids = tokenizer.encode(piece);
        const auto count = std::min(ids.size(), limit);
        out.sample.answer.insert(
            out.sample.answer.end(), ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count));
        out.isAnswer.insert(out.isAnswer.end(), count, isAnswer);
    };
    constexpr auto kAll = std::numeric_limits<std::size_t>::max();
    for (const auto& turn : text.turns) {
        // A place for a picture in the data's own words would ask for a picture that is not there.
        const auto instruction = turn.instruction.empty() ? std::string(drawnInstruction)
                                                          : text::replaced(turn.instruction, text::kImageHere, "");
        if (out.sample.prompt.empty()) {
            for (const auto& piece : text::splitAtImages(before + text::withImage(instruction) + after))
                out.sample.prompt.push_back(tokenizer.encode(piece));
        } else { // the end mark of the answer before it is the first half of the template
            const auto start = before.starts_with(options.endMark) ? before.substr(options.endMark.size()) : before;
            append(start + instruction + after, kAll, 0);
        }
        append(turn.response + options.endMark, static_cast<std::size_t>(options.maxAnswerTokens), 1);
    }
    const auto over = std::max<std::int64_t>(0, out.tokenCount() - options.maxTokens);
    const auto kept =
        static_cast<std::size_t>(std::max<std::int64_t>(1, static_cast<std::int64_t>(out.isAnswer.size()) - over));
    out.sample.answer.resize(std::min(kept, out.sample.answer.size()));
    out.isAnswer.resize(out.sample.answer.size());
    return out;
}

} // namespace winnow::train
