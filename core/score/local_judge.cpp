#include "core/score/local_judge.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>

namespace winnow::score {

namespace {

    constexpr std::string_view kHole = "{}";

    /// P(0) … P(100), not yet renormalised; first [10], second [10, 10], third: a 0 after "10".
    std::vector<double> numberProbabilities(const torch::Tensor& first, const torch::Tensor& second, double third)
    {
        const auto p = first.accessor<double, 1>();
        const auto q = second.accessor<double, 2>();
        std::vector<double> out(101, 0.0);
        out[0] = p[0];
        for (int d = 1; d < 10; ++d) {
            double further = 0;
            for (int e = 0; e < 10; ++e) {
                further += q[d][e];
                out[static_cast<std::size_t>(10 * d + e)] = p[d] * q[d][e];
            }
            out[static_cast<std::size_t>(d)] = p[d] * std::max(0.0, 1 - further);
        }
        out[100] = out[10] * third;
        out[10] *= 1 - third;
        return out;
    }

    ExpectedRating expectedRating(const std::vector<double>& probabilities)
    {
        ExpectedRating out;
        double sum = 0, squares = 0;
        for (std::size_t s = 0; s < probabilities.size(); ++s) {
            const auto value = static_cast<double>(s);
            out.mass += probabilities[s];
            sum += value * probabilities[s];
            squares += value * value * probabilities[s];
        }
        require(out.mass > 0 && std::isfinite(out.mass), ErrorCode::Diverged,
            "the local judge gives no number any probability");
        out.mean = sum / out.mass;
        out.spread = std::sqrt(std::max(0.0, squares / out.mass - out.mean * out.mean));
        return out;
    }

} // namespace

LocalJudge::LocalJudge(models::Llama& model, const text::Tokenizer& tokenizer, std::string promptTemplate, Mode mode)
    : m_model(model)
    , m_tokenizer(tokenizer)
    , m_template(std::move(promptTemplate))
    , m_mode(mode)
{
    require(m_template.find(kHole) != std::string::npos, ErrorCode::InvalidInput,
        "the prompt template of the local judge has no {} for the question");
    // Every digit must be one token of its own behind the prompt, and stay it behind another digit.
    const auto prompt = text::replaced(m_template, kHole, "x");
    const auto bare = m_tokenizer.encode(prompt + "0");
    for (std::size_t digit = 0; digit < 10; ++digit) {
        const auto ids = m_tokenizer.encode(prompt + std::to_string(digit));
        const bool isAlike =
            !ids.empty() && ids.size() == bare.size() && std::equal(ids.begin(), ids.end() - 1, bare.begin());
        require(
            isAlike, ErrorCode::Unsupported, "the local judge's tokenizer joins digits with what stands before them");
        m_digits[digit] = ids.back();
    }
    auto sorted = m_digits;
    std::sort(sorted.begin(), sorted.end());
    auto pair = bare;
    pair.back() = m_digits[4];
    pair.push_back(m_digits[7]);
    require(
        std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end() && m_tokenizer.encode(prompt + "47") == pair,
        ErrorCode::Unsupported, "the local judge's tokenizer has no token of its own for each digit");
}

std::vector<std::int64_t> LocalJudge::promptIds(const ScoreItem& item) const
{
    const auto question = judgeQuestion(item, JudgePrompt::Text, m_mode);
    auto ids = m_tokenizer.encode(text::replaced(m_template, kHole, question) + "0");
    ids.pop_back(); // the digit was there so that the text is cut into tokens as it will be with an answer
    ids.insert(ids.begin(), m_model->config().bosToken);
    const auto limit = static_cast<std::size_t>(4 * m_model->config().positions);
    require(ids.size() <= limit, ErrorCode::TooLarge, [&] {
        return text::join(
            "the question about this pair is ", ids.size(), " tokens long, the local judge reads up to ", limit);
    });
    return ids;
}

torch::Tensor LocalJudge::digitProbabilities(const torch::Tensor& states) const
{
    const auto probabilities = m_model->logits(states).to(torch::kDouble).softmax(-1); // [B, V]
    const auto digits = torch::tensor(std::vector<std::int64_t>(m_digits.begin(), m_digits.end()), torch::kLong);
    return probabilities.index_select(1, digits.to(states.device())).cpu().contiguous(); // [B, 10]
}

ExpectedRating LocalJudge::rate(const ScoreItem& item)
{
    const torch::NoGradGuard noGrad;
    const auto ids = promptIds(item);
    const auto place = m_model->model->embed_tokens->weight.options();
    const auto toIds = [&](const std::vector<std::int64_t>& values) {
        return torch::tensor(values, torch::kLong).to(place.device());
    };
    models::KeyValueCache cache(m_model->config(), 1, static_cast<std::int64_t>(ids.size()) + 2, place);
    models::LlamaContext context;
    context.cache = &cache;
    const auto lastStates = [&](const torch::Tensor& tokens) {
        const auto states = m_model->hidden(m_model->embed(tokens), context); // [B, T, C]
        return states.select(1, states.size(1) - 1);                          // [B, C]
    };

    const auto first = digitProbabilities(lastStates(toIds(ids).unsqueeze(0)))[0]; // [10]
    cache.selectRows(toIds(std::vector<std::int64_t>(10, 0)));
    const std::vector<std::int64_t> digits(m_digits.begin(), m_digits.end());
    const auto second = digitProbabilities(lastStates(toIds(digits).unsqueeze(1))); // [10, 10]
    cache.selectRows(toIds({1}));
    const auto third = digitProbabilities(lastStates(toIds({m_digits[0]}).unsqueeze(1)))[0][0].item<double>();
    return expectedRating(numberProbabilities(first.contiguous(), second, third));
}

ScoreReport runLocalJudge(const ItemSource& items, LocalJudge& judge, ScoreSink& sink, RunContext& context)
{
    return runChunks(items, sink, "Judge", context, [&](std::int64_t, const std::vector<ScoreItem>& chunk) {
        ScoredChunk out;
        out.further.resize(1);
        for (const auto& item : chunk) {
            context.checkpoint();
            try {
                const auto rating = judge.rate(item);
                out.rows.push_back(item.row);
                out.scores.push_back(rating.mean);
                out.further[0].push_back(rating.spread);
            } catch (const Error& e) {
                if (e.code() != ErrorCode::TooLarge)
                    throw;
                out.failures.push_back({item.row, item.id, e.message()});
            }
        }
        return out;
    });
}

} // namespace winnow::score
