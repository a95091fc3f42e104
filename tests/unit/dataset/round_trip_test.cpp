// Random pairs go out in every format and come back. What a format by its nature cannot hold:
//   all with instructions  the empty instruction of a single-turn pair with a picture is the stand-in afterwards
//   cc_sbu_align           no instruction; responses of a conversation joined by line ends; one picture, named by the
//   id coco                   the same, but any picture; pairs without a picture are left out webdataset pictures are
//   in the archive: their bytes come back, not their paths
// Everything else comes back equal: ids, all pictures in order, all turns, every character.
#include "core/base/random.h"
#include "core/dataset/exporter.h"
#include "core/media/picture_file.h"
#include "tests/unit/dataset/test_folder.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

namespace winnow::dataset {
namespace {

    /// Draws pairs as an importer may have made them.
    class PairMaker {
    public:
        explicit PairMaker(std::uint64_t seed)
            : m_random(seed, "round-trip")
        {
        }

        Pair make(int number, const std::vector<std::string>& pictures)
        {
            Pair pair;
            pair.id.value = makeId(number);
            for (int left = below(4); left > 0; --left)
                if (const auto& image = pictures[static_cast<std::size_t>(below(static_cast<int>(pictures.size())))];
                    std::find(pair.images.begin(), pair.images.end(), image) == pair.images.end())
                    pair.images.push_back(image);
            if (below(3) > 0) {
                pair.instruction = makeText();
                pair.response = makeText();
                return pair;
            }
            for (int left = 3 + below(4); left > 0; --left)
                pair.turns.push_back({below(2) == 0 ? Role::User : Role::Assistant, makeText()});
            const auto first = [&](Role role) {
                for (const auto& turn : pair.turns)
                    if (turn.role == role)
                        return turn.text;
                return std::string();
            };
            pair.instruction = first(Role::User);
            pair.response = first(Role::Assistant);
            return pair;
        }

    private:
        int below(int count) { return static_cast<int>(m_random.below(static_cast<std::uint64_t>(count))); }

        std::string makeId(int number)
        {
            switch (below(5)) {
            case 0:
                return std::to_string(number);
            case 1:
                return "0" + std::to_string(number);
            case 2:
                return "a b/c.jpg#" + std::to_string(number);
            case 3:
                return "犬,\"quoted\";" + std::to_string(number);
            default:
                return "id-" + std::to_string(number);
            }
        }

        std::string makeText()
        {
            static const std::vector<std::string> kPieces{"", " ", "\n", "\r\n", "\r", "\t", ",", ";", "|", "\"",
                "\"\"", "'", "\\", "\\n", "{", "}", "[", "]", "null", "NaN", "0", "-1.5", "<", "image", "&amp;", "word",
                "Ein Satz.", "厨房很大。", "😀", "👩‍👩‍👧", "e\u0301", "\u202Eabc", "\uFEFF", "\u2028",
                "\x01", "\x7F", "𝒳", "\u00A0"};
            std::string out;
            if (below(12) == 0)
                return out;
            if (below(60) == 0)
                return std::string(400'000, 'x') + "\n\"end\"";
            for (int left = 1 + below(9); left > 0; --left)
                out += kPieces[static_cast<std::size_t>(below(static_cast<int>(kPieces.size())))];
            return out;
        }

        Random m_random;
    };

    class RoundTrip : public FolderTest, public testing::WithParamInterface<std::string> {
    protected:
        static constexpr int kPairs = 300;

        RoundTrip()
        {
            PairMaker maker(17);
            for (int i = 0; i < kPairs; ++i)
                pairs.push_back(maker.make(i, pictures));
            for (const auto& picture : pictures)
                write("source/" + picture, "\xFF\xD8\xFF bytes of " + picture);
        }

        ExportReport exportTo(const std::filesystem::path& out, ImageCopies images)
        {
            NullContext context;
            ExportOptions options;
            options.out = out;
            options.format = GetParam();
            options.images = images;
            options.locate = [this](const Pair&, const std::string& image) { return folder() / "source" / image; };
            std::size_t i = 0;
            return exportPairs(
                [&](ExportRow& row) {
                    if (i == pairs.size())
                        return false;
                    row = {pairs[i++], {}};
                    return true;
                },
                options, context);
        }

        static std::string outName() { return GetParam() == "webdataset" ? "out.tar" : "out"; }

        struct Back {
            std::vector<Pair> pairs;
            std::filesystem::path root;
        };
        Back import(const std::filesystem::path& source)
        {
            Back out;
            const auto rows = openSource({.source = source, .format = GetParam()});
            for (RawPair row; rows->next(row);)
                out.pairs.push_back(row.pair);
            for (const auto& bad : rows->takeBadRows())
                ADD_FAILURE() << bad.line << " " << bad.id << ": " << bad.reason;
            EXPECT_FALSE(rows->brokeOff()) << *rows->brokeOff();
            out.root = rows->imagesRoot();
            return out;
        }

        /// What should come back, as the head of this file says it.
        std::vector<Pair> expected() const
        {
            const bool isCaptions = GetParam() == "cc_sbu_align" || GetParam() == "coco";
            std::vector<Pair> out;
            for (Pair pair : pairs) {
                if (GetParam() == "coco" && pair.images.empty())
                    continue;
                if (isCaptions) {
                    pair.response = joined(pair.responses());
                    pair.instruction.clear();
                    pair.turns.clear();
                    pair.images.resize(std::min<std::size_t>(pair.images.size(), 1));
                }
                if (GetParam() == "cc_sbu_align")
                    pair.images = {"image/" + pair.id.value + ".jpg"};
                if (!isCaptions && pair.turns.empty() && pair.instruction.empty() && !pair.images.empty())
                    pair.instruction = kStandInInstruction;
                out.push_back(std::move(pair));
            }
            return out;
        }
        static std::string joined(const std::vector<std::string>& parts)
        {
            std::string out;
            for (std::size_t i = 0; i < parts.size(); ++i)
                out += (i == 0 ? "" : "\n") + parts[i];
            return out;
        }

        const std::vector<std::string> pictures{"a.jpg", "sub folder/b c.png", "犬.jpeg", "[1].webp", "quote\"d,x.jpg"};
        std::vector<Pair> pairs;
    };

    TEST_P(RoundTrip, PairsComeBackAsTheyWere)
    {
        const auto report = exportTo(folder() / outName(), ImageCopies::None);
        const auto back = import(report.file);
        const auto wanted = expected();
        ASSERT_EQ(back.pairs.size(), wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const Pair& got = back.pairs[i];
            const Pair& want = wanted[i];
            EXPECT_EQ(got.id, want.id);
            EXPECT_EQ(got.instruction, want.instruction);
            EXPECT_EQ(got.response, want.response);
            EXPECT_EQ(got.turns, want.turns);
            if (GetParam() != "webdataset") {
                EXPECT_EQ(got.images, want.images);
            }
        }
    }

    TEST_P(RoundTrip, PicturesComeBackByteForByte)
    {
        const bool isInside = GetParam() == "webdataset";
        const auto report = exportTo(folder() / "deep" / outName(), isInside ? ImageCopies::None : ImageCopies::Copy);
        EXPECT_TRUE(report.failures.empty());
        const auto back = import(report.file);
        const auto wanted = expected();
        ASSERT_EQ(back.pairs.size(), wanted.size());
        std::map<std::string, const Pair*> originals;
        for (const auto& pair : pairs)
            originals[pair.id.value] = &pair;
        for (const auto& pair : back.pairs) {
            const auto& original = *originals.at(pair.id.value);
            if (GetParam() == "cc_sbu_align" && original.images.empty())
                continue; // the format promises a picture to every pair
            const bool isOne = GetParam() == "cc_sbu_align" || GetParam() == "coco";
            ASSERT_EQ(pair.images.size(), isOne ? 1u : original.images.size());
            for (std::size_t i = 0; i < pair.images.size(); ++i)
                EXPECT_EQ(media::readPicture(back.root / pair.images[i]),
                    file::readAll(folder() / "source" / original.images[i]));
        }
    }

    INSTANTIATE_TEST_SUITE_P(Formats, RoundTrip, testing::ValuesIn(exportFormats()),
        [](const testing::TestParamInfo<std::string>& one) { return one.param; });

} // namespace
} // namespace winnow::dataset
