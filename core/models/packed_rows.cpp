#include "core/models/packed_rows.h"

#include "core/models/layers.h"
#include "core/tensor/parallel.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

namespace winnow::models {

namespace {

    using torch::autograd::AutogradContext;
    using torch::autograd::variable_list;

    constexpr int64_t kBlock = 64; ///< queries of one product: later keys than the last one's are left out

    /// Some queries of one row with the keys that the last of them may see.
    struct Block {
        int64_t firstQuery = 0, queries = 0; // among all N or A
        int64_t firstKey = 0, keys = 0;      // among all N
        int64_t offset = 0;                  // of its scores within one head's
        torch::Tensor mask;                  // [queries, keys], added to the scores
    };

} // namespace

struct PackedRows::Plan {
    std::vector<Block> blocks;
    std::vector<std::pair<size_t, size_t>> ofRow; // first block of each row and the one after its last
    int64_t scores = 0;                           // of one head
};

namespace {

    using Plan = PackedRows::Plan;

    struct Token {
        int64_t row, column;
        bool isKept;
    };

    std::shared_ptr<const Plan> makePlan(
        const std::vector<Token>& keys, const std::vector<int64_t>& queries, int64_t rows)
    {
        auto plan = std::make_shared<Plan>();
        size_t key = 0, query = 0;
        for (int64_t row = 0; row < rows; ++row) {
            const size_t firstKey = key, firstBlock = plan->blocks.size();
            while (key < keys.size() && keys[key].row == row)
                ++key;
            while (query < queries.size() && size_t(queries[query]) < key) {
                auto end = std::min(query + size_t(kBlock), queries.size());
                while (size_t(queries[end - 1]) >= key)
                    --end;
                Block block{int64_t(query), int64_t(end - query), int64_t(firstKey),
                    queries[end - 1] + 1 - int64_t(firstKey), plan->scores, {}};
                block.mask = torch::zeros({block.queries, block.keys});
                auto* const mask = block.mask.data_ptr<float>();
                for (int64_t i = 0; i < block.queries; ++i)
                    for (int64_t j = 0; j < block.keys; ++j)
                        if (block.firstKey + j > queries[query + size_t(i)] || !keys[firstKey + size_t(j)].isKept)
                            mask[i * block.keys + j] = std::numeric_limits<float>::lowest();
                plan->scores += block.queries * block.keys;
                plan->blocks.push_back(std::move(block));
                query = end;
            }
            plan->ofRow.emplace_back(firstBlock, plan->blocks.size());
        }
        return plan;
    }

    /// [n, head's width] of one head of x [N, H, D].
    torch::Tensor slice(const torch::Tensor& x, int64_t head, int64_t first, int64_t count)
    {
        return x.as_strided({count, x.size(2)}, {x.stride(0), x.stride(2)},
            x.storage_offset() + first * x.stride(0) + head * x.stride(1));
    }

    /// Calls work(block, key head, head) for every block and head. A thread takes whole rows of a key head, heads
    /// outermost, so that each thread gets rows of all lengths.
    template <typename Work> void eachBlock(const Plan& plan, const AttentionSizes& sizes, const Work& work)
    {
        const auto rows = int64_t(plan.ofRow.size()), group = sizes.heads / sizes.kvHeads;
        tensor::parallelFor(rows * sizes.kvHeads, 1, [&](int64_t begin, int64_t end) {
            const at::AutoDispatchBelowADInplaceOrView plain; // threads of their own know nothing of the caller's modes
            for (auto task = begin; task < end; ++task) {
                const auto keyHead = task / rows;
                const auto [first, last] = plan.ofRow[size_t(task % rows)];
                for (auto i = first; i < last; ++i)
                    for (auto head = keyHead * group; head < (keyHead + 1) * group; ++head)
                        work(plan.blocks[i], keyHead, head);
            }
        });
    }

    /// x [n, heads, D] (heads and their numbers lie together) turned by each row's angles, times `scale` → y, as dense
    /// or wider.
    void rotate(const torch::Tensor& y, const torch::Tensor& x, const RopeTable& rope, double scale, bool isInverse)
    {
        const auto heads = x.size(1), width = x.size(2), half = width / 2;
        const auto factor = static_cast<float>(scale);
        const auto *const from = x.data_ptr<float>(), *const cosines = rope.cosine().data_ptr<float>(),
                          *const sines = rope.sine().data_ptr<float>();
        auto* const to = y.data_ptr<float>();
        const auto fromStride = x.stride(0), toStride = y.stride(0);
        tensor::parallelFor(x.size(0), 64, [&](int64_t begin, int64_t end) {
            for (auto row = begin; row < end; ++row) {
                const auto *const c = cosines + row * width, *const s = sines + row * width;
                // Where the turn goes back, each half meets the sines of the other one.
                const auto *const low = isInverse ? s + half : s, *const high = isInverse ? s : s + half;
                for (int64_t head = 0; head < heads; ++head) {
                    const auto* const in = from + row * fromStride + head * width;
                    auto* const out = to + row * toStride + head * width;
                    for (int64_t i = 0; i < half; ++i) {
                        out[i] = (in[i] * c[i] + in[i + half] * low[i]) * factor;
                        out[i + half] = (in[i + half] * c[i + half] + in[i] * high[i]) * factor;
                    }
                }
            }
        });
    }

    torch::Tensor part(const torch::Tensor& x, int64_t begin, const AttentionSizes& sizes, int64_t heads)
    {
        return x.narrow(1, begin, heads * sizes.headWidth).view({x.size(0), heads, sizes.headWidth}); // [N, heads, D]
    }

    /// Queries, keys and values of one layer: side by side in `joint`, or the queries alone and the others in `rest`,
    /// which is empty otherwise (an operator of autograd cannot be given an undefined tensor).
    struct Parts {
        torch::Tensor q, k, v; // [N or A, H, D], [N, K, D] twice: views
        Parts(const torch::Tensor& joint, const torch::Tensor& rest, const AttentionSizes& sizes)
            : q(part(joint, 0, sizes, sizes.heads))
        {
            const auto& others = rest.numel() > 0 ? rest : joint;
            const auto first = rest.numel() > 0 ? 0 : sizes.heads * sizes.headWidth;
            k = part(others, first, sizes, sizes.kvHeads);
            v = part(others, first + sizes.kvHeads * sizes.headWidth, sizes, sizes.kvHeads);
        }
    };

    struct Task : torch::CustomClassHolder {
        std::shared_ptr<const Plan> plan;
        AttentionSizes sizes;
        RopeTable queryRope, keyRope;
        std::vector<int64_t> jointSizes, restSizes;
    };

    /// Rows of different lengths, each with its own products: no padding is multiplied, and a thread works on whole
    /// rows where a batched product would make all threads wait for each other at every one of its small matrices.
    struct RowAttention : torch::autograd::Function<RowAttention> {
        static torch::Tensor forward(AutogradContext* context, const torch::Tensor& joint, const torch::Tensor& rest,
            const c10::intrusive_ptr<Task>& task)
        {
            const auto [H, K, D] = task->sizes;
            const auto& plan = *task->plan;
            const Parts parts(joint, rest, task->sizes);
            const auto q = torch::empty(parts.q.sizes(), joint.options());
            const auto k = torch::empty(parts.k.sizes(), joint.options());
            const auto v = parts.v.contiguous(); // kept for the gradient, which then needs no more of the joint tensor
            rotate(q, parts.q, task->queryRope, 1.0 / std::sqrt(double(D)), false);
            rotate(k, parts.k, task->keyRope, 1, false);
            auto out = torch::empty({q.size(0), H, D}, q.options());
            const auto scores = torch::empty({H, plan.scores}, q.options());
            eachBlock(plan, task->sizes, [&](const Block& block, int64_t keyHead, int64_t head) {
                auto probs = blockOf(scores, block, head);
                at::mm_out(probs, slice(q, head, block.firstQuery, block.queries),
                    slice(k, keyHead, block.firstKey, block.keys).t());
                probs.add_(block.mask);
                at::_softmax_out(probs, probs, -1, false);
                auto result = slice(out, head, block.firstQuery, block.queries);
                at::mm_out(result, probs, slice(v, keyHead, block.firstKey, block.keys));
            });
            task->jointSizes = joint.sizes().vec();
            task->restSizes = rest.sizes().vec();
            context->save_for_backward({q, k, v, scores});
            context->saved_data["task"] = torch::IValue::make_capsule(task);
            return out.flatten(1);
        }

        static variable_list backward(AutogradContext* context, const variable_list& gradients)
        {
            const auto saved = context->get_saved_variables();
            const auto &q = saved[0], &k = saved[1], &v = saved[2], &scores = saved[3];
            const auto task = c10::static_intrusive_pointer_cast<Task>(context->saved_data["task"].toCapsule());
            const auto [H, K, D] = task->sizes;
            const auto& plan = *task->plan;
            const auto incoming = gradients[0].contiguous().view({q.size(0), H, D});
            const auto ofJoint = torch::zeros(task->jointSizes, q.options());
            const auto ofRest = torch::zeros(task->restSizes, q.options());
            const Parts out(ofJoint, ofRest, task->sizes);
            const auto ofQ = torch::empty(q.sizes(), q.options()), ofK = torch::zeros(k.sizes(), k.options());
            eachBlock(plan, task->sizes, [&](const Block& block, int64_t keyHead, int64_t head) {
                const auto probs = blockOf(scores, block, head);
                const auto ofResult = slice(incoming, head, block.firstQuery, block.queries);
                slice(out.v, keyHead, block.firstKey, block.keys).addmm_(probs.t(), ofResult);
                auto ofScores = at::mm(ofResult, slice(v, keyHead, block.firstKey, block.keys).t());
                at::_softmax_backward_data_out(ofScores, ofScores, probs, -1, torch::kFloat);
                auto ofQueries = slice(ofQ, head, block.firstQuery, block.queries);
                at::mm_out(ofQueries, ofScores, slice(k, keyHead, block.firstKey, block.keys));
                slice(ofK, keyHead, block.firstKey, block.keys)
                    .addmm_(ofScores.t(), slice(q, head, block.firstQuery, block.queries));
            });
            rotate(out.q, ofQ, task->queryRope, 1.0 / std::sqrt(double(D)), true);
            rotate(out.k, ofK, task->keyRope, 1, true);
            return {ofJoint, ofRest, {}};
        }

    private:
        static torch::Tensor blockOf(const torch::Tensor& scores, const Block& block, int64_t head)
        {
            return scores.as_strided(
                {block.queries, block.keys}, {block.keys, 1}, head * scores.size(1) + block.offset);
        }
    };

} // namespace

PackedRows::PackedRows(const torch::Tensor& kept, const torch::Tensor& wanted, const torch::Device& device,
    const std::function<RopeTable(const torch::Tensor&)>& makeRope)
    : m_rows(kept.size(0))
    , m_columns(kept.size(1))
    , m_kept(kept.to(device))
{
    const auto isKept = kept.contiguous(), isWanted = wanted.contiguous();
    std::vector<Token> tokens;
    std::vector<int64_t> places, positions, all, asked;
    for (int64_t place = 0; place < m_rows * m_columns; ++place) {
        const bool seen = isKept.data_ptr<bool>()[place], asks = isWanted.data_ptr<bool>()[place];
        if (!seen && !asks)
            continue;
        const auto index = int64_t(tokens.size());
        tokens.push_back({place / m_columns, place % m_columns, seen});
        places.push_back(place);
        positions.push_back(place % m_columns);
        all.push_back(index);
        if (asks)
            asked.push_back(index);
    }
    m_all = makePlan(tokens, all, m_rows);
    m_asked = makePlan(tokens, asked, m_rows);
    m_places = torch::tensor(places, torch::kLong).to(device);
    m_wanted = torch::tensor(asked, torch::kLong).to(device);
    const auto columns = torch::tensor(positions, torch::kLong).to(device); // [N]
    m_rope = makeRope(columns).perRow();
    m_wantedRope = makeRope(columns.index_select(0, m_wanted)).perRow();
}

torch::Tensor PackedRows::attend(
    const torch::Tensor& joint, const torch::Tensor& rest, const AttentionSizes& sizes) const
{
    const bool isWanted = rest.numel() > 0;
    if (joint.is_cpu() && joint.scalar_type() == torch::kFloat) {
        auto task = c10::make_intrusive<Task>();
        task->plan = isWanted ? m_asked : m_all;
        task->sizes = sizes;
        task->queryRope = isWanted ? m_wantedRope : m_rope;
        task->keyRope = m_rope;
        return RowAttention::apply(joint, rest, task); // [N or A, H * D]
    }
    const Parts parts(joint, rest, sizes);
    const auto places = isWanted ? m_places.index_select(0, m_wanted) : m_places;
    const auto pad = [&](const torch::Tensor& x, const torch::Tensor& at) {
        return torch::zeros({m_rows * m_columns, x.size(1), x.size(2)}, x.options().requires_grad(false))
            .index_copy(0, at, x)
            .view({m_rows, m_columns, x.size(1), x.size(2)})
            .transpose(1, 2); // [B, heads, T, D]
    };
    const auto q = (isWanted ? m_wantedRope : m_rope).apply(parts.q), k = m_rope.apply(parts.k);
    if (!m_mask.defined() || m_mask.scalar_type() != q.scalar_type()) {
        const auto causal = torch::ones({m_columns, m_columns}, m_kept.options()).tril_(); // [T, T]
        m_mask = additiveMask(causal.logical_and(m_kept.view({m_rows, 1, 1, m_columns})), q.scalar_type());
    }
    const auto out = models::attend(pad(q, places), pad(k, m_places), pad(parts.v, m_places), m_mask,
        1.0 / std::sqrt(double(sizes.headWidth)));                               // [B, H, T, D]
    return out.transpose(1, 2).flatten(0, 1).index_select(0, places).flatten(1); // [N or A, H * D]
}

} // namespace winnow::models
