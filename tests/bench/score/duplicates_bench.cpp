// duplicates_bench [TEXTS] [PYTHON]: signing and grouping near-duplicate texts, grouping picture hashes and measuring
// texts, against the same written plainly in Python (tests/bench/peers/duplicates_plain.py: NumPy where that is plain)
// in this run on the same file. The peer gets a part of the texts, its seconds are scaled by the number.

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/media/perceptual_hash.h"
#include "core/text/language_guess.h"
#include "core/text/min_hash.h"
#include "core/text/text_statistics.h"
#include "tests/bench/measuring.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include <unistd.h>

namespace winnow {
namespace {

    namespace fs = std::filesystem;
    using bench::secondsOf;

    constexpr std::size_t kPeerTexts = 5'000;
    constexpr std::size_t kPeerHashes = 10'000;

    /// Captions of 8 to 40 words out of 3,000 with a common head, one in ten a copy with a word or two changed.
    std::vector<std::string> madeTexts(std::size_t count)
    {
        Random random(1, "bench texts");
        std::vector<std::vector<std::string>> all;
        const auto word = [&] { return text::join("w", std::min(random.below(3000), random.below(3000))); };
        while (all.size() < count) {
            std::vector<std::string> words;
            if (!all.empty() && random.chance(0.1)) {
                words = all[random.below(all.size())];
                for (auto changes = 1 + random.below(2); changes > 0; --changes)
                    words[random.below(words.size())] = word();
            } else {
                words.resize(8 + random.below(33));
                std::generate(words.begin(), words.end(), word);
            }
            all.push_back(std::move(words));
        }
        std::vector<std::string> out;
        for (const auto& words : all)
            out.push_back(text::joined(words, " "));
        return out;
    }

    std::vector<media::PictureHash> madeHashes(std::size_t count)
    {
        Random random(2, "bench hashes");
        std::vector<media::PictureHash> out(count);
        for (std::size_t i = 0; i < count; ++i) {
            out[i].bits = random.next();
            if (i > 0 && random.chance(0.1)) {
                out[i] = out[random.below(i)];
                for (auto changes = random.below(9); changes > 0; --changes)
                    out[i].bits ^= std::uint64_t(1) << random.below(64);
            }
        }
        return out;
    }

    Json runPeer(const std::vector<std::string>& texts, const std::vector<media::PictureHash>& hashes,
        const std::string& python, const fs::path& folder)
    {
        Json input{{"texts", Json::array()}, {"hashes", Json::array()}};
        for (std::size_t i = 0; i < std::min(kPeerTexts, texts.size()); ++i)
            input["texts"].push_back(texts[i]);
        for (std::size_t i = 0; i < std::min(kPeerHashes, hashes.size()); ++i)
            input["hashes"].push_back(hashes[i].bits);
        file::writeAtomically(folder / "in.json", json::dump(input));
        const auto command = text::join(python, " ", WINNOW_SOURCE_DIR, "/tests/bench/peers/duplicates_plain.py ",
            (folder / "in.json").string(), " > ", (folder / "out.json").string());
        require(std::system(command.c_str()) == 0, ErrorCode::NotFound, text::join("the peer did not run: ", command));
        return json::load(folder / "out.json");
    }

    std::size_t groupCount(const std::vector<std::uint32_t>& groups)
    {
        return groups.empty() ? 0 : std::size_t(*std::max_element(groups.begin(), groups.end())) + 1;
    }

    void run(std::size_t count, const std::string& python, const fs::path& folder)
    {
        NullContext context;
        const auto texts = madeTexts(count);
        const auto hashes = madeHashes(count);
        text::MinHashTable table;
        text::NearTexts nearTexts;
        media::NearPictures nearPictures;
        const double signing = secondsOf([&] {
            for (const auto& line : texts)
                table.add(line);
        });
        const double grouping = secondsOf([&] { nearTexts = text::findNearTexts(table, {}, context); });
        const double pictures = secondsOf([&] { nearPictures = media::findNearPictures(hashes, {}, context); });
        text::TextMeter meter;
        double sum = 0;
        const double measuring = secondsOf([&] {
            for (const auto& line : texts)
                sum += meter.measure(line).repetition;
        });
        const double guessing = secondsOf([&] {
            for (const auto& line : texts)
                sum += text::guessLanguage(line).english;
        });
        std::printf(
            "%zu texts: signed in %.2f s, grouped in %.2f s (%zu groups); statistics %.2f s, language %.2f s; %zu "
            "picture hashes grouped in %.2f s (%zu groups); peak memory %.0f MB (sum %.1f)\n",
            count, signing, grouping, groupCount(nearTexts.groups), measuring, guessing, count, pictures,
            groupCount(nearPictures.groups), bench::peakMemoryMb(), sum);
        const auto peer = runPeer(texts, hashes, python, folder);
        const double share = static_cast<double>(count) / static_cast<double>(std::min(kPeerTexts, count));
        const auto seconds = [&](const char* field) { return peer.at(field).get<double>() * share; };
        std::printf("plain Python, scaled from %zu texts: signed in %.1f s, grouped in %.1f s, statistics %.1f s\n",
            std::min(kPeerTexts, count), seconds("signing"), seconds("grouping"), seconds("statistics"));
        std::printf("ratios: texts signed and grouped %.1f, statistics %.1f\n",
            (seconds("signing") + seconds("grouping")) / (signing + grouping), seconds("statistics") / measuring);
        std::printf(
            "comparing every pair of %lld hashes in NumPy: %.2f s, for %zu by their square %.0f s: ratio %.0f\n",
            static_cast<long long>(peer.at("hash_count").get<std::int64_t>()), peer.at("hashes").get<double>(), count,
            peer.at("hashes").get<double>() * std::pow(double(count) / peer.at("hash_count").get<double>(), 2),
            peer.at("hashes").get<double>() * std::pow(double(count) / peer.at("hash_count").get<double>(), 2)
                / pictures);
    }

} // namespace
} // namespace winnow

int main(int argc, char** argv)
{
    const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100'000;
    const auto folder = winnow::fs::temp_directory_path() / ("winnow-duplicates-bench-" + std::to_string(::getpid()));
    winnow::fs::create_directories(folder);
    int code = 1;
    try {
        winnow::run(std::max<std::size_t>(count, 100), argc > 2 ? argv[2] : "/usr/bin/python3", folder);
        code = 0;
    } catch (const std::exception& e) {
        std::printf("%s\n", e.what());
    }
    winnow::fs::remove_all(folder);
    return code;
}
