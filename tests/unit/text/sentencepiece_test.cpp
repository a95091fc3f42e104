#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/random.h"
#include "core/text/prompt.h"
#include "core/text/sentencepiece.h"
#include "tests/support/places.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace fs = std::filesystem;

namespace winnow::text {

namespace {

    using Ids = std::vector<std::int64_t>;
    using Kind = SentencePiece::Kind;

    class SentencePieceTest : public ::testing::Test {
    protected:
        void SetUp() override
        {
            const auto* const info = ::testing::UnitTest::GetInstance()->current_test_info();
            m_folder = fs::temp_directory_path() / ("winnow_sp_" + std::to_string(::getpid()) + "_" + info->name());
            fs::create_directories(m_folder);
        }
        void TearDown() override { fs::remove_all(m_folder); }

        /// 0 <unk>, 1 <s>, 2 </s>, 3..258 bytes, then the joined and single pieces.
        static std::vector<SentencePiece> smallModel()
        {
            std::vector<SentencePiece> out{
                {"<unk>", 0, Kind::Unknown}, {"<s>", 0, Kind::Control}, {"</s>", 0, Kind::Control}};
            for (int byte = 0; byte < 256; ++byte) {
                char name[8];
                std::snprintf(name, sizeof name, "<0x%02X>", byte);
                out.push_back({name, 0, Kind::Byte});
            }
            float score = 0;
            for (const char* piece : {"▁a", "re", "red", "▁red", "▁", "a", "d", "e", "r"})
                out.push_back({piece, score--, Kind::Normal});
            return out;
        }

        fs::path modelPath() const { return m_folder / "tokenizer.model"; }
        fs::path sharedFile(const std::string& name) const { return fs::path(sharedDir()) / name; }

        fs::path m_folder;
    };

} // namespace

TEST_F(SentencePieceTest, WrittenModelCutsAndJoins)
{
    writeSentencePieceModel(modelPath(), smallModel());
    const SentencePieceTokenizer tokenizer(m_folder);
    EXPECT_EQ(tokenizer.vocabularySize(), 268);
    EXPECT_EQ(tokenizer.encode("a red"), (Ids{tokenizer.pieceId("▁a"), tokenizer.pieceId("▁red")}));
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("a red é!")), "a red é!"); // bytes stand in for é and !
    EXPECT_EQ(tokenizer.beginToken(), 1);
    EXPECT_EQ(tokenizer.endToken(), 2);
    EXPECT_EQ(tokenizer.padToken(), -1);
    EXPECT_EQ(tokenizer.pieceId("nothing"), -1);
}

TEST_F(SentencePieceTest, SpecialTokensInATextAreOrdinaryUnlessAskedFor)
{
    writeSentencePieceModel(modelPath(), smallModel());
    const SentencePieceTokenizer tokenizer(m_folder);
    EXPECT_EQ(tokenizer.decode(tokenizer.encode("<s>a</s>")), "<s>a</s>");
    EXPECT_EQ(tokenizer.encodeReadingSpecials("a</s>a"), (Ids{1, tokenizer.pieceId("▁a"), 2, tokenizer.pieceId("▁a")}));
}

TEST_F(SentencePieceTest, IdsOutsideTheVocabularyAreRefused)
{
    writeSentencePieceModel(modelPath(), smallModel());
    const SentencePieceTokenizer tokenizer(m_folder);
    EXPECT_THROW(tokenizer.decode(Ids{268}), Error);
    EXPECT_THROW(tokenizer.decode(Ids{-1}), Error);
    EXPECT_THROW(tokenizer.piece(1'000'000), Error);
}

TEST_F(SentencePieceTest, PairsAreCutInTheSecondText)
{
    writeSentencePieceModel(modelPath(), smallModel());
    const SentencePieceTokenizer tokenizer(m_folder);
    const auto a = tokenizer.pieceId("▁a");
    const auto pair = tokenizer.encodePair("a", "a a a a", 6);
    EXPECT_EQ(pair.ids, (Ids{1, a, 2, a, a, 2}));
    EXPECT_EQ(pair.typeIds, (Ids{0, 0, 0, 1, 1, 1}));
    EXPECT_EQ(tokenizer.encodeSingle("a a a", 4), (Ids{1, a, a, 2}));
    EXPECT_THROW(tokenizer.encodePair("a a a a", "a", 5), Error);
}

TEST_F(SentencePieceTest, WriterRefusesWhatNoReaderTakes)
{
    auto pieces = smallModel();
    pieces.push_back({"red", 0, Kind::Normal});
    EXPECT_THROW(writeSentencePieceModel(modelPath(), pieces), Error); // twice
    pieces = smallModel();
    pieces.erase(pieces.begin());
    EXPECT_THROW(writeSentencePieceModel(modelPath(), pieces), Error); // no unknown piece
    pieces = smallModel();
    pieces.back().score = NAN;
    EXPECT_THROW(writeSentencePieceModel(modelPath(), pieces), Error);
    pieces = smallModel();
    pieces.erase(pieces.begin() + 10);
    EXPECT_THROW(writeSentencePieceModel(modelPath(), pieces), Error); // a byte is missing
}

TEST_F(SentencePieceTest, BrokenModelsGiveOneSentence)
{
    writeSentencePieceModel(modelPath(), smallModel());
    const std::string good = file::readAll(modelPath());
    for (const std::string& bad : {std::string(), std::string("hello"), std::string(1000, '\xFF'), good.substr(0, 700),
             good.substr(0, 11), std::string(100, '\0')}) {
        file::writeAtomically(modelPath(), bad);
        EXPECT_THROW(SentencePieceTokenizer{modelPath()}, Error);
    }
}

TEST_F(SentencePieceTest, NothingThatMutationMakesOfAModelCrashes)
{
    const auto path = sharedFile("golden/tokenizers/tiny_deberta_spm.model");
    if (!fs::exists(path))
        GTEST_SKIP() << "the shared folder is not beside this checkout";
    const std::string good = file::readAll(path);
    Random random(7, "mutation");
    int loaded = 0;
    for (int round = 0; round < 150; ++round) {
        std::string bad = good;
        // Half of the rounds hit the small fields, half the normalisation table.
        const auto limit = round % 2 == 0 ? std::size_t(8000) : bad.size();
        for (int i = 0; i < 4; ++i)
            bad[random.below(limit)] = static_cast<char>(random.below(256));
        std::ofstream(modelPath(), std::ios::binary) << bad;
        try {
            const SentencePieceTokenizer tokenizer(modelPath());
            tokenizer.encode("The image shows a café ﬁne ① ㎏ नमस्ते \xEF\xBD\xB6");
            ++loaded;
        } catch (const Error& e) {
            EXPECT_NE(e.message(), "");
        }
    }
    EXPECT_GT(loaded, 0);
}

TEST_F(SentencePieceTest, StopSequencesOfLlamaAreThePublishedOnes)
{
    const auto path = sharedFile("data/tokenizers/llama/tokenizer.model");
    if (!fs::exists(path))
        GTEST_SKIP() << "the shared folder is not beside this checkout";
    const SentencePieceTokenizer tokenizer(path);
    EXPECT_EQ(stopSequences(tokenizer), (std::vector<Ids>{{835}, {2277, 29937}}));
    EXPECT_EQ(tokenizer.pieceId("$$"), 3997);
}

} // namespace winnow::text
