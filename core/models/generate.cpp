#include "core/models/generate.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/shape.h"

#include <algorithm>

namespace winnow::models {
namespace {

    bool endsWith(const std::vector<int64_t>& ids, const std::vector<int64_t>& tail)
    {
        return !tail.empty() && ids.size() >= tail.size() && std::equal(tail.rbegin(), tail.rend(), ids.rbegin());
    }

    bool isFinished(const std::vector<int64_t>& ids, const GenerateOptions& options)
    {
        if (std::find(options.stopTokens.begin(), options.stopTokens.end(), ids.back()) != options.stopTokens.end())
            return true;
        return std::any_of(options.stopSequences.begin(), options.stopSequences.end(),
            [&](const std::vector<int64_t>& tail) { return endsWith(ids, tail); });
    }

    /// Keskar et al., CTRL (2019), section 4.1, as transformers applies it: once per distinct token seen so far.
    void penalise(torch::Tensor& logits, const torch::Tensor& seen, double penalty)
    {
        const auto values = logits.gather(1, seen); // [B, N]
        logits.scatter_(1, seen, torch::where(values < 0, values * penalty, values / penalty));
    }

    /// The rows of the batch that still grow, and what each has said.
    class Decoding {
    public:
        Decoding(Llama& model, const torch::Tensor& embeds, const torch::Tensor& keep, const GenerateOptions& options,
            const torch::Tensor& promptIds);
        /// One token more for every open row; false when none is open.
        bool step();
        torch::Tensor result() const;

    private:
        torch::Tensor nextLogits();
        void dropFinished(const std::vector<int64_t>& open);

        Llama& m_model;
        const GenerateOptions& m_options;
        KeyValueCache m_cache;
        torch::Tensor m_input;                    // [b, T, C] at first, then [b, 1, C]
        torch::Tensor m_keep;                     // [b, S + T]
        torch::Tensor m_positions;                // [b, T], of the input
        torch::Tensor m_seen;                     // [b, n], for the repetition penalty
        std::vector<int64_t> m_open;              // rows of the batch that still grow
        std::vector<std::vector<int64_t>> m_said; // by row of the whole batch
    };

    Decoding::Decoding(Llama& model, const torch::Tensor& embeds, const torch::Tensor& keep,
        const GenerateOptions& options, const torch::Tensor& promptIds)
        : m_model(model)
        , m_options(options)
        , m_cache(model->config(), embeds.size(0), embeds.size(1) + options.maxNewTokens,
              embeds.options().requires_grad(false))
        , m_input(embeds)
        , m_keep(keep.defined() ? keep.to(torch::kLong)
                                : torch::ones({embeds.size(0), embeds.size(1)}, embeds.options().dtype(torch::kLong)))
        , m_positions((m_keep.cumsum(1) - 1).clamp_min(0))
        , m_seen(promptIds)
        , m_said(size_t(embeds.size(0)))
    {
        for (int64_t i = 0; i < embeds.size(0); ++i)
            m_open.push_back(i);
    }

    torch::Tensor Decoding::nextLogits()
    {
        LlamaContext context;
        context.keep = m_keep;
        context.positions = m_positions;
        context.cache = &m_cache;
        const auto states = m_model->hidden(m_input, context);                                 // [b, T, C]
        auto logits = m_model->logits(states.select(1, states.size(1) - 1)).to(torch::kFloat); // [b, V]
        if (m_options.repetitionPenalty != 1)
            penalise(logits, m_seen, m_options.repetitionPenalty);
        return logits;
    }

    bool Decoding::step()
    {
        const auto next = nextLogits().argmax(1); // [b]
        const auto chosen = next.cpu();
        std::vector<int64_t> open;
        for (int64_t i = 0; i < chosen.size(0); ++i) {
            auto& said = m_said[size_t(m_open[size_t(i)])];
            said.push_back(chosen[i].item<int64_t>());
            if (!isFinished(said, m_options))
                open.push_back(i);
        }
        if (open.empty())
            return false;
        m_keep = torch::cat({m_keep, torch::ones({m_keep.size(0), 1}, m_keep.options())}, 1); // [b, S + 1]
        m_positions = m_positions.narrow(1, m_positions.size(1) - 1, 1) + 1;                  // [b, 1]
        m_input = m_model->embed(next.unsqueeze(1));                                          // [b, 1, C]
        if (m_options.repetitionPenalty != 1)
            m_seen = torch::cat({m_seen, next.unsqueeze(1)}, 1); // [b, n + 1]
        if (open.size() < m_open.size())
            dropFinished(open);
        return true;
    }

    void Decoding::dropFinished(const std::vector<int64_t>& open)
    {
        const auto rows = torch::tensor(open, torch::kLong).to(m_input.device()); // [open]
        m_cache.selectRows(rows);
        for (auto* tensor : {&m_input, &m_keep, &m_positions, &m_seen})
            if (tensor->defined())
                *tensor = tensor->index_select(0, rows);
        std::vector<int64_t> still;
        for (const auto i : open)
            still.push_back(m_open[size_t(i)]);
        m_open = still;
    }

    torch::Tensor Decoding::result() const
    {
        size_t longest = 0;
        for (const auto& said : m_said)
            longest = std::max(longest, said.size());
        auto ids = torch::full({int64_t(m_said.size()), int64_t(longest)}, m_options.padToken, torch::kLong);
        for (size_t i = 0; i < m_said.size(); ++i)
            ids[int64_t(i)].narrow(0, 0, int64_t(m_said[i].size())).copy_(torch::tensor(m_said[i], torch::kLong));
        return ids; // [B, N]
    }

} // namespace

void GenerateOptions::validate() const
{
    require(maxNewTokens >= 1 && maxNewTokens <= 100'000, ErrorCode::InvalidInput,
        text::join(maxNewTokens, " new tokens were asked for, allowed are 1 to 100000"));
    require(repetitionPenalty > 0, ErrorCode::InvalidInput,
        text::join("the repetition penalty is ", repetitionPenalty, ", allowed are numbers above 0"));
}

torch::Tensor generateGreedy(Llama& model, const torch::Tensor& embeds, const torch::Tensor& keep,
    const GenerateOptions& options, RunContext& context, const torch::Tensor& promptIds)
{
    options.validate();
    tensor::expectShape(embeds, {tensor::kAny, tensor::kAny, model->config().hidden}, "embeddings");
    require(
        embeds.size(0) > 0 && embeds.size(1) > 0, ErrorCode::InvalidInput, "nothing to continue: the prompt is empty");
    if (keep.defined())
        tensor::expectShape(keep, {embeds.size(0), embeds.size(1)}, "attention mask");
    require(options.repetitionPenalty == 1 || promptIds.defined(), ErrorCode::InvalidInput,
        "a repetition penalty needs the ids of the prompt");
    const torch::NoGradGuard noGrad;
    Decoding decoding(model, embeds, keep, options, promptIds);
    for (int64_t i = 0; i < options.maxNewTokens; ++i) {
        context.checkpoint();
        if (!decoding.step())
            break;
    }
    return decoding.result();
}

std::vector<int64_t> withoutStop(const torch::Tensor& row, const GenerateOptions& options)
{
    std::vector<int64_t> ids;
    for (int64_t i = 0; i < row.size(0); ++i) {
        ids.push_back(row[i].item<int64_t>());
        const auto stop = std::find(options.stopTokens.begin(), options.stopTokens.end(), ids.back());
        if (stop != options.stopTokens.end()) {
            ids.pop_back();
            return ids;
        }
        for (const auto& tail : options.stopSequences)
            if (endsWith(ids, tail)) {
                ids.resize(ids.size() - tail.size());
                return ids;
            }
    }
    return ids;
}

} // namespace winnow::models
