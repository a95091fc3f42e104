// The pre-flight check: one pass over the words, one over the pictures, then what needs all of them.
#include "core/pipeline/check_job.h"

#include "core/base/text.h"
#include "core/check/collector.h"
#include "core/check/picture_facts.h"
#include "core/check/relocations.h"
#include "core/check/text_faults.h"
#include "core/domain/selection.h"
#include "core/evaluate/task.h"
#include "core/media/perceptual_hash.h"
#include "core/pipeline/benchmark_files.h"
#include "core/pipeline/check_cache.h"
#include "core/pipeline/check_tokens.h"
#include "core/pipeline/select_job.h"
#include "core/store/image_marks.h"
#include "core/store/image_paths.h"
#include "core/store/ledger.h"
#include "core/store/pair_store.h"
#include "core/store/run_store.h"
#include "core/text/min_hash.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <set>
#include <span>
#include <unordered_map>

namespace winnow::pipeline {

namespace {

    namespace fs = std::filesystem;
    using check::Kind;

    constexpr std::size_t kChunk = 256;
    constexpr std::int64_t kNearWords = 8; ///< shorter answers resemble each other by chance
    constexpr std::size_t kMissingKept = 100'000;
    constexpr std::size_t kPicturesBetweenCheckpoints = 4096;

    /// What a benchmark shows.
    struct BenchmarkPicture {
        std::string benchmark;
        fs::path file;
        check::PictureFacts facts;
    };

    class Check {
    public:
        Check(store::Project& project, const CheckOptions& options, RunContext& context)
            : m_project(project)
            , m_options(options)
            , m_context(context)
            , m_pairs(project)
            , m_cache(project.folder())
            , m_collector(options.exampleCount)
        {
        }

        CheckReport run()
        {
            chooseRows();
            m_tokens = loadTokenLimits(m_options);
            m_report.notes = m_tokens.notes;
            m_marks = store::ImageMarks(m_project).list();
            lookAtTexts();
            compareTexts();
            lookAtPictures();
            comparePictures();
            lookAtBenchmarks();
            lookForMissing();
            finish();
            return std::move(m_report);
        }

    private:
        void chooseRows()
        {
            m_report.pairCount = m_pairs.count();
            std::vector<PairRow> wanted;
            if (m_options.where.empty()) {
                wanted.resize(static_cast<std::size_t>(m_report.pairCount));
                std::iota(wanted.begin(), wanted.end(), PairRow(0));
            } else {
                wanted = rowsWhere(m_project, m_options.where);
            }
            const auto overrides = store::Ledger(m_project).overrides();
            std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(m_rows), [&](PairRow row) {
                return row >= overrides.size() || !isForcedOut(static_cast<Override>(overrides[row]));
            });
            m_report.checkedCount = static_cast<std::int64_t>(m_rows.size());
            m_report.bannedCount = static_cast<std::int64_t>(wanted.size() - m_rows.size());
        }

        /// Every chosen pair, in chunks, with progress and checkpoints.
        void forEachPair(std::string_view stage, const std::function<void(const store::StoredPair&)>& look)
        {
            for (std::size_t first = 0; first < m_rows.size(); first += kChunk) {
                m_context.checkpoint();
                m_context.progress(stage, static_cast<std::int64_t>(first), m_report.checkedCount);
                const auto count = std::min(kChunk, m_rows.size() - first);
                for (const auto& stored : m_pairs.load(std::span(m_rows).subspan(first, count)))
                    look(stored);
            }
            m_context.progress(stage, m_report.checkedCount, m_report.checkedCount);
        }

        void lookAtTexts()
        {
            forEachPair("Words and turns", [this](const store::StoredPair& stored) {
                const auto row = stored.row;
                for (auto& fault : check::textFaults(stored.pair))
                    m_collector.add(fault.kind, row, std::move(fault.words));
                if (auto words = check::parityFault(stored.pair, marksOf(row)))
                    m_collector.add(Kind::ImageParity, row, std::move(*words));
                for (const auto& limit : m_tokens.limits)
                    if (auto words = limit->overrun(stored.pair))
                        m_collector.add(limit->kind(), row, std::move(*words));
                lookAtId(stored);
                if (const auto comparable = check::comparableText(stored.pair); !comparable.empty())
                    m_texts.emplace_back(check::Digest::of(comparable), row);
            });
        }

        std::optional<std::int64_t> marksOf(PairRow row) const
        {
            const auto found = std::lower_bound(
                m_marks.begin(), m_marks.end(), std::pair(row, std::numeric_limits<std::int64_t>::min()));
            return found != m_marks.end() && found->first == row ? std::optional(found->second) : std::nullopt;
        }

        /// `id#2` beside `id`.
        void lookAtId(const store::StoredPair& stored)
        {
            const auto& id = stored.pair.id.value;
            const auto at = id.rfind('#');
            std::int64_t number = 0;
            if (at == std::string::npos || at == 0 || !text::parseInt(std::string_view(id).substr(at + 1), number)
                || number < 2)
                return;
            const auto base = m_pairs.find({id.substr(0, at)});
            if (base && *base != stored.row)
                m_collector.add(Kind::RepeatedId, stored.row, "the source gave it the same id", *base);
        }

        void compareTexts()
        {
            m_collector.add(Kind::DuplicateText, check::findRepeats(m_texts), "the same words");
            const auto distinct = check::firstOfEach(std::move(m_texts));
            m_texts = {};
            text::MinHashTable table;
            std::vector<PairRow> rows;
            for (std::size_t first = 0; first < distinct.size(); first += kChunk) {
                m_context.checkpoint();
                m_context.progress("Near copies of texts", static_cast<std::int64_t>(first),
                    static_cast<std::int64_t>(distinct.size()));
                std::vector<PairRow> some;
                for (std::size_t i = first; i < std::min(first + kChunk, distinct.size()); ++i)
                    some.push_back(distinct[i].second);
                for (const auto& stored : m_pairs.load(some)) {
                    const auto answers = text::joined(stored.pair.responses(), "\n");
                    if (check::countSpokenWords(answers) < kNearWords)
                        continue;
                    table.add(answers);
                    rows.push_back(stored.row);
                }
            }
            const auto all = static_cast<std::int64_t>(distinct.size());
            m_context.progress("Near copies of texts", all, all);
            const auto near = text::findNearTexts(table, {}, m_context);
            m_collector.add(Kind::NearText, check::findRepeats(rows, near.groups), "nearly the same answer");
        }

        /// Where the pair's pictures lie; an empty path where one leaves its folder.
        std::vector<fs::path> picturesOf(const store::StoredPair& stored)
        {
            const auto& images = stored.pair.images;
            if (images.empty())
                return {};
            std::vector<fs::path> out{stored.image};
            if (images.size() == 1)
                return out;
            // The first path without its name is the folder that all relative ones start from.
            const auto name = fs::path(images.front()).lexically_normal().string();
            auto root = stored.image.string();
            root.resize(root.ends_with(name) ? root.size() - name.size() : 0);
            for (std::size_t i = 1; i < images.size(); ++i)
                out.push_back(store::resolved(images[i], root));
            return out;
        }

        void lookAtPictures()
        {
            forEachPair("Pictures", [this](const store::StoredPair& stored) {
                const auto pictures = picturesOf(stored);
                if (pictures.empty())
                    m_collector.add(Kind::NoPicture, stored.row, "text alone");
                if (pictures.size() > 1)
                    m_collector.add(Kind::SeveralPictures, stored.row, text::join(pictures.size(), " pictures"));
                for (std::size_t i = 0; i < pictures.size(); ++i)
                    lookAt(pictures[i], stored.row, i == 0);
            });
        }

        void lookAt(const fs::path& picture, PairRow row, bool isFirst)
        {
            m_context.checkpoint();
            const auto facts = m_cache.facts(picture);
            switch (facts.state) {
            case check::PictureState::Missing:
                m_collector.add(Kind::MissingPicture, row, facts.problem);
                if (m_missing.size() < kMissingKept && !picture.empty())
                    m_missing.push_back(picture);
                return;
            case check::PictureState::Unreadable:
                m_collector.add(Kind::UnreadablePicture, row, facts.problem);
                return;
            case check::PictureState::TooLarge:
                m_collector.add(Kind::LargePicture, row, facts.problem);
                return;
            case check::PictureState::Readable:
                m_present.insert(picture.parent_path());
                m_pictures.push_back({facts.digest, facts.look, row, isFirst});
            }
        }

        /// Repeats are told of the pictures that are shown and scored, the first ones.
        void comparePictures()
        {
            std::vector<check::DigestOfRow> digests;
            std::unordered_map<PairRow, const Seen*> seenOf; // looked up only
            for (const auto& seen : m_pictures)
                if (seen.isFirst) {
                    digests.emplace_back(seen.digest, seen.row);
                    seenOf.emplace(seen.row, &seen);
                }
            m_collector.add(Kind::DuplicatePicture, check::findRepeats(digests), "the same picture file");
            std::vector<PairRow> rows;
            std::vector<media::PictureHash> looks;
            for (const auto& [digest, row] : check::firstOfEach(std::move(digests))) {
                rows.push_back(row);
                looks.push_back(seenOf.at(row)->look);
            }
            const auto near = media::findNearPictures(looks, {}, m_context);
            m_collector.add(Kind::NearPicture, check::findRepeats(rows, near.groups), "nearly the same picture");
        }

        std::vector<BenchmarkPicture> loadBenchmarks()
        {
            std::vector<BenchmarkPicture> out;
            for (const auto& info : store::RunStore(m_project).benchmarks()) {
                std::set<fs::path> files;
                try {
                    for (const auto& question :
                        evaluate::loadQuestions(benchmarkPath(m_project, info), info.format).questions)
                        files.insert(question.image);
                } catch (const Error& e) {
                    m_report.notes.push_back(
                        text::join("pictures of benchmark ", info.name, " were not compared: ", e.message()));
                    continue;
                }
                std::int64_t done = 0, unread = 0;
                for (const auto& file : files) {
                    m_context.checkpoint();
                    m_context.progress(
                        text::join("Benchmark ", info.name), done++, static_cast<std::int64_t>(files.size()));
                    auto facts = m_cache.facts(file);
                    if (facts.isReadable())
                        out.push_back({info.name, file, std::move(facts)});
                    else
                        ++unread;
                }
                m_context.progress(text::join("Benchmark ", info.name), done, done);
                if (unread > 0)
                    m_report.notes.push_back(text::join(
                        unread, " pictures of benchmark ", info.name, " could not be read and were not compared"));
            }
            return out;
        }

        void lookAtBenchmarks()
        {
            const auto benchmarks = loadBenchmarks();
            if (benchmarks.empty())
                return;
            std::map<check::Digest, const BenchmarkPicture*> byDigest;
            for (const auto& picture : benchmarks)
                byDigest.emplace(picture.facts.digest, &picture);
            for (std::size_t i = 0; i < m_pictures.size(); ++i) {
                if (i % kPicturesBetweenCheckpoints == 0) {
                    m_context.checkpoint();
                    m_context.progress("Overlap with benchmarks", static_cast<std::int64_t>(i),
                        static_cast<std::int64_t>(m_pictures.size()));
                }
                const auto& seen = m_pictures[i];
                const auto nameOf = [](const BenchmarkPicture& picture) {
                    return text::join(picture.file.filename().string(), " of benchmark ", picture.benchmark);
                };
                if (const auto same = byDigest.find(seen.digest); same != byDigest.end()) {
                    m_collector.add(Kind::BenchmarkPicture, seen.row, "the same file as " + nameOf(*same->second));
                    continue;
                }
                const auto like = std::find_if(benchmarks.begin(), benchmarks.end(),
                    [&](const BenchmarkPicture& picture) { return check::isLike(picture.facts.look, seen.look); });
                if (like != benchmarks.end())
                    m_collector.add(Kind::BenchmarkLikePicture, seen.row, "looks like " + nameOf(*like));
            }
            const auto all = static_cast<std::int64_t>(m_pictures.size());
            m_context.progress("Overlap with benchmarks", all, all);
        }

        void lookForMissing()
        {
            if (m_missing.empty())
                return;
            m_context.progress("Looking for missing pictures", 0, 0);
            check::RelocationOptions options;
            options.folders = m_options.searchFolders;
            options.presentFolders = m_present;
            options.folders.push_back(fs::absolute(m_project.folder()).lexically_normal().parent_path());
            for (auto root : m_pairs.imageRoots()) {
                std::error_code ignored;
                while (root.has_relative_path() && !fs::is_directory(root, ignored))
                    root = root.parent_path();
                options.folders.push_back(std::move(root));
            }
            m_report.relocations = check::findRelocations(m_missing, options, m_context);
            m_context.progress("Looking for missing pictures", 1, 1);
        }

        void finish()
        {
            m_report.findings = m_collector.findings(m_report.checkedCount);
            for (auto& finding : m_report.findings)
                for (auto& example : finding.examples) {
                    example.id = m_pairs.load(example.row).pair.id.value;
                    if (example.like)
                        example.likeId = m_pairs.load(*example.like).pair.id.value;
                }
            for (std::size_t kind = 0; kind < check::kKindCount; ++kind)
                m_cache.keepRows(check::infoOf(static_cast<Kind>(kind)).name, {});
            for (const auto& finding : m_report.findings) {
                auto rows = finding.rows;
                rows.insert(rows.end(), finding.related.begin(), finding.related.end());
                std::sort(rows.begin(), rows.end());
                rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
                m_cache.keepRows(finding.kind, rows);
            }
        }

        struct Seen {
            check::Digest digest;
            media::PictureHash look;
            PairRow row = 0;
            bool isFirst = true; ///< of the pair's pictures
        };

        store::Project& m_project;
        const CheckOptions& m_options;
        RunContext& m_context;
        store::PairStore m_pairs;
        CheckCache m_cache;
        check::Collector m_collector;
        CheckReport m_report;
        TokenLimits m_tokens;
        std::vector<std::pair<PairRow, std::int64_t>> m_marks;
        std::vector<PairRow> m_rows;
        std::vector<check::DigestOfRow> m_texts;
        std::vector<Seen> m_pictures;
        std::vector<fs::path> m_missing;
        std::set<fs::path> m_present; ///< folders with a readable picture
    };

} // namespace

CheckReport runCheck(Workspace& workspace, const CheckOptions& options, RunContext& context)
{
    auto project = workspace.open();
    return Check(project, options, context).run();
}

std::optional<std::vector<PairRow>> rowsOfFinding(const fs::path& project, std::string_view kind)
{
    if (!fs::exists(project / "check.sqlite"))
        return std::nullopt;
    return CheckCache(project).rows(kind);
}

} // namespace winnow::pipeline
