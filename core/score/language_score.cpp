#include "core/score/language_score.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/tokenizer.h"

#include <cmath>

namespace winnow::score {

namespace {

    constexpr std::string_view kPlace = "{}";

    std::string filled(const std::string& promptTemplate, const std::string& instruction)
    {
        const auto cut = promptTemplate.find(kPlace);
        return promptTemplate.substr(0, cut) + instruction + promptTemplate.substr(cut + kPlace.size());
    }

} // namespace

void LanguageScoreOptions::validate() const
{
    require(promptTemplate.find(kPlace) != std::string::npos, ErrorCode::InvalidInput,
        text::join("the prompt template has no {} for the instruction: ", promptTemplate));
    require(maxTokens >= 0 && maxTokens != 1, ErrorCode::InvalidInput,
        text::join("a conversation cannot be cut to ", maxTokens, " tokens"));
    require(tokensPerPass > 0, ErrorCode::InvalidInput, text::join("a pass cannot hold ", tokensPerPass, " tokens"));
}

LanguageScorer::LanguageScorer(models::Llama model, const text::Tokenizer& tokenizer, LanguageScoreOptions options)
    : m_model(std::move(model))
    , m_tokenizer(tokenizer)
    , m_options(std::move(options))
    , m_maxTokens(m_options.maxTokens > 0 ? m_options.maxTokens : m_model->config().positions)
{
    m_options.validate();
    require(tokenizer.vocabularySize() <= m_model->config().vocabulary, ErrorCode::InvalidInput,
        text::join("the tokenizer knows ", tokenizer.vocabularySize(), " tokens, the language model ",
            m_model->config().vocabulary));
}

AnswerSequence LanguageScorer::sequenceOf(const ScoreItem& item) const
{
    AnswerSequence out;
    const auto append = [&](const std::string& piece, char isAnswer) {
        const auto ids = m_tokenizer.encode(piece);
        out.sample.answer.insert(out.sample.answer.end(), ids.begin(), ids.end());
        out.isAnswer.insert(out.isAnswer.end(), ids.size(), isAnswer);
    };
    for (std::size_t turn = 0; turn < item.responses.size(); ++turn) {
        std::string instruction = turn < item.instructions.size() ? item.instructions[turn] : std::string();
        if (text::trimmed(instruction).empty())
            instruction = turn == 0 ? m_options.emptyInstruction : std::string();
        const auto prompt = filled(m_options.promptTemplate, instruction);
        if (turn == 0)
            out.sample.prompt.push_back(m_tokenizer.encode(prompt));
        else // where the template opens with the end mark, that is the end of the answer before it
            append(prompt.starts_with(m_options.endMark) ? prompt : m_options.endMark + prompt, 0);
        append(std::string(text::trimmed(item.responses[turn])), 1);
    }
    if (const auto over = out.tokenCount() - m_maxTokens; over > 0) {
        const auto kept = static_cast<std::int64_t>(out.sample.answer.size()) - over;
        out.sample.answer.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, kept)));
        out.isAnswer.resize(out.sample.answer.size());
        out.isCut = true;
    }
    return out;
}

std::vector<AnswerSequence> answersAlone(const AnswerSequence& sequence)
{
    std::vector<AnswerSequence> out;
    for (std::size_t i = 0; i < sequence.isAnswer.size(); ++i) {
        if (!sequence.isAnswer[i])
            continue;
        if (i == 0 || !sequence.isAnswer[i - 1]) {
            out.emplace_back();
            out.back().sample.prompt = {{}};
        }
        out.back().sample.answer.push_back(sequence.sample.answer[i]);
        out.back().isAnswer.push_back(1);
    }
    return out;
}

std::vector<double> LanguageScorer::summedLosses(const std::vector<AnswerSequence>& sequences)
{
    torch::NoGradGuard noGrad;
    std::vector<std::int64_t> lengths;
    for (const auto& sequence : sequences)
        lengths.push_back(sequence.tokenCount());
    const auto& embeddings = m_model->model->embed_tokens->weight;
    const auto noPicture = torch::empty({0, 1, embeddings.size(1)}, embeddings.options().requires_grad(false));
    std::vector<double> out(sequences.size());
    for (const auto& members : passesByLength(lengths, m_options.tokensPerPass)) {
        std::vector<const AnswerSequence*> rows;
        for (const auto i : members)
            rows.push_back(&sequences[i]);
        const auto answers = answerLogits(m_model, assemblePass(m_model, noPicture, rows));
        const auto sums = sumOfRows(answerLosses(answers), answers.rows, static_cast<std::int64_t>(rows.size()));
        for (std::size_t row = 0; row < members.size(); ++row)
            out[members[row]] = sums[static_cast<std::int64_t>(row)].item<double>();
    }
    return out;
}

ScoredChunk LanguageScorer::score(const std::vector<ScoreItem>& items)
{
    ScoredChunk out;
    std::vector<const ScoreItem*> scored;
    std::vector<AnswerSequence> whole, alone;
    std::vector<std::size_t> owner; // of `alone`, into `whole`
    for (const auto& item : items) {
        auto sequence = sequenceOf(item);
        m_cutCount += sequence.isCut ? 1 : 0;
        if (sequence.answerCount() == 0) {
            out.failures.push_back({item.row, item.id,
                sequence.isCut ? text::join("the instruction alone fills the ", m_maxTokens, " tokens of the context")
                               : "the response has no text"});
            continue;
        }
        for (auto& answer : m_options.wantAlone ? answersAlone(sequence) : std::vector<AnswerSequence>()) {
            alone.push_back(std::move(answer));
            owner.push_back(whole.size());
        }
        scored.push_back(&item);
        whole.push_back(std::move(sequence));
    }
    const auto behind = summedLosses(whole);
    std::vector<double> bare(whole.size(), 0);
    const auto bareParts = summedLosses(alone);
    for (std::size_t i = 0; i < alone.size(); ++i)
        bare[owner[i]] += bareParts[i];
    out.further.resize(m_options.wantAlone ? 3 : 1);
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const auto count = static_cast<double>(whole[i].answerCount());
        const double loss = behind[i] / count, without = bare[i] / count;
        if (!std::isfinite(loss) || !std::isfinite(std::exp(loss)) || (m_options.wantAlone && !(without > 0))) {
            out.failures.push_back({scored[i]->row, scored[i]->id, "the language model gives no finite loss"});
            continue;
        }
        out.rows.push_back(scored[i]->row);
        out.scores.push_back(loss);
        out.further[0].push_back(std::exp(loss));
        if (m_options.wantAlone) {
            out.further[1].push_back(without);
            out.further[2].push_back(loss / without);
        }
    }
    return out;
}

ScoreReport runLanguageScore(const ItemSource& items, LanguageScorer& scorer, ScoreSink& sink, RunContext& context)
{
    return runChunks(items, sink, "Language model", context,
        [&](std::int64_t, const std::vector<ScoreItem>& chunk) { return scorer.score(chunk); });
}

} // namespace winnow::score
