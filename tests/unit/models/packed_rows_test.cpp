// Rows without padding against the padded formula in double precision, which takes another way through the code.
#include "core/models/packed_rows.h"

#include <gtest/gtest.h>

#include <vector>

namespace winnow::models {
namespace {

    constexpr AttentionSizes kSizes{.heads = 4, .kvHeads = 2, .headWidth = 6};
    constexpr int64_t kWidth = (4 + 2 * 2) * 6;

    RopeTable makeRope(const torch::Tensor& columns) { return {columns, kSizes.headWidth, 10'000}; }

    /// A batch with rows of very different lengths: longer than a block of queries, padded on either side, with a hole,
    /// and one that is all padding.
    struct Batch {
        torch::Tensor kept = torch::zeros({5, 150}, torch::kBool);
        torch::Tensor wanted = torch::zeros({5, 150}, torch::kBool);

        Batch()
        {
            kept[0].fill_(true);
            kept[1].narrow(0, 0, 7).fill_(true);
            kept[2].narrow(0, 100, 50).fill_(true);
            kept[3].narrow(0, 0, 90).fill_(true);
            kept[3].narrow(0, 20, 30).fill_(false);
            wanted[0].narrow(0, 3, 2).fill_(true);
            wanted[0].narrow(0, 70, 75).fill_(true);
            wanted[2].narrow(0, 149, 1).fill_(true);
            wanted[3].narrow(0, 60, 10).fill_(true);
            wanted[3].narrow(0, 25, 1).fill_(true); // asked for, though nobody sees it
        }
        PackedRows pack() const { return {kept, wanted, torch::kCPU, makeRope}; }
    };

    /// What comes out of `attend` and back from it for a fixed gradient, computed in `type`.
    template <typename Attend>
    std::vector<torch::Tensor> both(
        const std::vector<torch::Tensor>& inputs, torch::ScalarType type, const Attend& attend)
    {
        std::vector<torch::Tensor> leaves;
        for (const auto& input : inputs)
            leaves.push_back(input.to(type).detach().requires_grad_(true));
        const auto out = attend(leaves);
        (out * torch::sin(torch::arange(out.numel(), torch::kDouble)).view(out.sizes()).to(type)).sum().backward();
        std::vector<torch::Tensor> results{out.detach().to(torch::kDouble)};
        for (const auto& leaf : leaves)
            results.push_back(leaf.grad().to(torch::kDouble));
        return results;
    }

    template <typename Attend> void expectEqualTypes(const std::vector<torch::Tensor>& inputs, const Attend& attend)
    {
        const std::vector<torch::Tensor> single = both(inputs, torch::kFloat, attend),
                                         twice = both(inputs, torch::kDouble, attend);
        for (size_t i = 0; i < single.size(); ++i) {
            const torch::Tensor difference = (single[i] - twice[i]).abs().max();
            EXPECT_LT(difference.item<double>(), 2e-5) << "tensor " << i;
        }
    }

    TEST(PackedRows, KeepsWhatIsThereOrWanted)
    {
        const Batch batch;
        const auto rows = batch.pack();
        EXPECT_EQ(rows.places().size(0), 150 + 7 + 50 + 60 + 1);
        EXPECT_EQ(rows.wanted().size(0), 2 + 75 + 1 + 10 + 1);
        EXPECT_TRUE(rows.places().index_select(0, rows.wanted()).equal(batch.wanted.flatten().nonzero().squeeze(1)));
    }

    TEST(PackedRows, AttentionAndItsGradientAreThoseOfThePaddedFormula)
    {
        torch::manual_seed(1);
        const auto rows = Batch().pack();
        const auto joint = torch::randn({rows.places().size(0), kWidth});
        expectEqualTypes({joint}, [&](const auto& in) { return rows.attend(in[0], kSizes); });
    }

    TEST(PackedRows, WantedTokensAreThoseOfTheWhole)
    {
        torch::manual_seed(2);
        const auto rows = Batch().pack();
        const auto joint = torch::randn({rows.places().size(0), kWidth});
        const auto queryWidth = kSizes.heads * kSizes.headWidth;
        const auto queries = joint.narrow(1, 0, queryWidth).index_select(0, rows.wanted());
        const auto others = joint.narrow(1, queryWidth, kWidth - queryWidth).contiguous();
        const auto whole = rows.attend(joint, kSizes).index_select(0, rows.wanted());
        EXPECT_LT((rows.attendWanted(queries, others, kSizes) - whole).abs().max().item<float>(), 1e-5);
        expectEqualTypes({queries, others}, [&](const auto& in) { return rows.attendWanted(in[0], in[1], kSizes); });
    }

    TEST(PackedRows, NoTokenSeesAnotherRowOrALaterOne)
    {
        torch::manual_seed(3);
        const auto rows = Batch().pack();
        auto joint = torch::randn({rows.places().size(0), kWidth});
        const auto before = rows.attend(joint, kSizes);
        joint[140].fill_(100); // the 141st token of the first row
        const auto changed = (rows.attend(joint, kSizes) - before).abs().amax(1).gt(1e-6).nonzero().squeeze(1);
        for (int64_t i = 0; i < changed.size(0); ++i) {
            EXPECT_GE(changed[i].item<int64_t>(), 140);
            EXPECT_LT(changed[i].item<int64_t>(), 150);
        }
        EXPECT_GT(changed.size(0), 0);
    }

} // namespace
} // namespace winnow::models
