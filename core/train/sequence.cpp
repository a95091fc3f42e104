#include "core/train/sequence.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/prompt.h"

#include <algorithm>
#include <limits>
#include <numeric>

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

std::vector<std::vector<std::size_t>> groupByLength(const std::vector<std::int64_t>& lengths, std::int64_t passOverhead)
{
    const auto n = lengths.size();
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return lengths[a] < lengths[b]; });
    // cost[end]: cheapest way to compute the first `end` samples; from[end]: where its last pass begins.
    std::vector<std::int64_t> cost(n + 1, std::numeric_limits<std::int64_t>::max());
    std::vector<std::size_t> from(n + 1, 0);
    cost[0] = 0;
    for (std::size_t end = 1; end <= n; ++end)
        for (std::size_t begin = 0; begin < end; ++begin) {
            const auto tokens = lengths[order[end - 1]] * static_cast<std::int64_t>(end - begin);
            if (const auto total = cost[begin] + tokens + passOverhead; total < cost[end]) {
                cost[end] = total;
                from[end] = begin;
            }
        }
    std::vector<std::vector<std::size_t>> groups;
    for (auto end = n; end > 0; end = from[end])
        groups.emplace_back(
            order.begin() + static_cast<std::ptrdiff_t>(from[end]), order.begin() + static_cast<std::ptrdiff_t>(end));
    std::reverse(groups.begin(), groups.end());
    return groups;
}

} // namespace winnow::train
