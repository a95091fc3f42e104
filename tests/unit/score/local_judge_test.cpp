#include "core/score/local_judge.h"

#include "core/base/error.h"
#include "tests/unit/models/model_fixture.h"
#include "tests/unit/score/score_fixtures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace winnow::score {
namespace {

    using testing::HasSubstr;

    /// One token a byte, folded into forty; digits are 30 … 39.
    class ByteTokenizer final : public text::Tokenizer {
    public:
        explicit ByteTokenizer(bool joinsDigits = false)
            : m_joinsDigits(joinsDigits)
        {
        }
        std::vector<std::int64_t> encode(std::string_view text) const override
        {
            std::vector<std::int64_t> ids;
            for (const char c : text) {
                const bool isDigit = c >= '0' && c <= '9';
                if (isDigit && m_joinsDigits && !ids.empty() && ids.back() >= 30)
                    ids.back() = 29;
                else
                    ids.push_back(isDigit ? 30 + (c - '0') : 3 + static_cast<unsigned char>(c) % 26);
            }
            return ids;
        }
        std::string decode(std::span<const std::int64_t>) const override { return {}; }
        std::int64_t vocabularySize() const override { return 40; }
        std::int64_t beginToken() const override { return 1; }
        std::int64_t endToken() const override { return 2; }
        std::int64_t padToken() const override { return -1; }

    private:
        bool m_joinsDigits;
    };

    models::Llama randomLlama()
    {
        torch::manual_seed(5);
        auto config = models::tinyLlama();
        config.positions = 2048;
        models::Llama model(config);
        const torch::NoGradGuard noGrad;
        for (auto& parameter : model->parameters())
            parameter.copy_(torch::randn(parameter.sizes()) * 0.3);
        model->eval();
        return model;
    }

    ScoreItem pairOf(const std::string& response)
    {
        ScoreItem item;
        item.id = response;
        item.responses = {response};
        item.instructions = {""};
        return item;
    }

    /// The rule without cache or batch: a whole pass for every number.
    ExpectedRating rateSlowly(models::Llama& model, const ByteTokenizer& tokenizer, const ScoreItem& item)
    {
        const torch::NoGradGuard noGrad;
        const auto prompt = "Q " + judgeQuestion(item, JudgePrompt::Text, Mode::Corrected) + " A ";
        const auto after = [&](const std::string& text) { // digit → probability
            auto ids = tokenizer.encode(prompt + text);
            ids.insert(ids.begin(), 1);
            const auto logits =
                model->forward(torch::tensor(ids).unsqueeze(0))[0][static_cast<std::int64_t>(ids.size()) - 1];
            return logits.to(torch::kDouble).softmax(0).narrow(0, 30, 10).contiguous();
        };
        const auto p = after("");
        std::vector<double> weight(101, 0);
        for (int s = 0; s <= 100; ++s) {
            const auto text = std::to_string(s);
            double w = p[text[0] - '0'].item<double>();
            if (text.size() > 1)
                w *= after(text.substr(0, 1))[text[1] - '0'].item<double>();
            if (s == 100)
                w *= after("10")[0].item<double>();
            if (s == 10)
                w *= 1 - after("10")[0].item<double>();
            if (s > 0 && s < 10)
                w *= 1 - after(text).sum().item<double>();
            weight[static_cast<std::size_t>(s)] = w;
        }
        ExpectedRating out;
        for (int s = 0; s <= 100; ++s)
            out.mass += weight[static_cast<std::size_t>(s)];
        for (int s = 0; s <= 100; ++s)
            out.mean += s * weight[static_cast<std::size_t>(s)] / out.mass;
        for (int s = 0; s <= 100; ++s)
            out.spread += (s - out.mean) * (s - out.mean) * weight[static_cast<std::size_t>(s)] / out.mass;
        out.spread = std::sqrt(out.spread);
        return out;
    }

    TEST(LocalJudge, FollowsTheRuleComputedPlainly)
    {
        auto model = randomLlama();
        const ByteTokenizer tokenizer;
        LocalJudge judge(model, tokenizer, "Q {} A ", Mode::Corrected);
        double previous = -1;
        for (const auto* response : {"a red car", "two dogs on a beach", ""}) {
            const auto fast = judge.rate(pairOf(response));
            const auto slow = rateSlowly(model, tokenizer, pairOf(response));
            EXPECT_NEAR(fast.mean, slow.mean, 1e-3) << response;
            EXPECT_NEAR(fast.spread, slow.spread, 1e-3);
            EXPECT_NEAR(fast.mass, slow.mass, 1e-5);
            EXPECT_NE(fast.mean, previous) << "it does not look at the response";
            previous = fast.mean;
            EXPECT_EQ(judge.rate(pairOf(response)).mean, fast.mean);
        }
    }

    TEST(LocalJudge, FillsScoreAndSpreadAndNamesWhatIsTooLong)
    {
        auto model = randomLlama();
        const ByteTokenizer tokenizer;
        LocalJudge judge(model, tokenizer, "{}\n", Mode::Published);
        std::vector<ScoreItem> pairs;
        for (PairRow row = 0; row < 3; ++row) {
            pairs.push_back(pairOf(row == 1 ? std::string(9000, 'a') : "text"));
            pairs.back().row = row;
        }
        const MemoryItems source(pairs, 2);
        MemorySink sink;
        NullContext context;
        const auto report = runLocalJudge(source, judge, sink, context);
        EXPECT_EQ(report.scoredCount, 2);
        ASSERT_EQ(report.failures.size(), 1u);
        EXPECT_THAT(report.failures[0].reason, HasSubstr("tokens long"));
        EXPECT_GE(sink.scores.at(0), 0);
        EXPECT_LE(sink.scores.at(0), 100);
    }

    TEST(LocalJudge, StopsBetweenPairs)
    {
        auto model = randomLlama();
        const ByteTokenizer tokenizer;
        LocalJudge judge(model, tokenizer, "{}", Mode::Published);
        const MemoryItems source({pairOf("a"), pairOf("b")}, 2);
        MemorySink sink;
        StoppingContext context(2);
        EXPECT_THROW(runLocalJudge(source, judge, sink, context), Cancelled);
        EXPECT_TRUE(sink.written.empty());
    }

    TEST(LocalJudge, NeedsATokenPerDigitAndAPlaceForTheQuestion)
    {
        auto model = randomLlama();
        const ByteTokenizer joining(true);
        EXPECT_THAT(
            models::messageOf(ErrorCode::Unsupported, [&] { LocalJudge(model, joining, "{}", Mode::Corrected); }),
            HasSubstr("digit"));
        const ByteTokenizer plain;
        EXPECT_THAT(
            models::messageOf(ErrorCode::InvalidInput, [&] { LocalJudge(model, plain, "rate", Mode::Corrected); }),
            HasSubstr("{}"));
    }

} // namespace
} // namespace winnow::score
