#include "core/evaluate/task.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/sentence.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

namespace winnow::evaluate {

namespace {

    namespace fs = std::filesystem;

    constexpr std::uint64_t kMaxQuestionFile = std::uint64_t(1) << 30;

    std::string yesOrNo(std::string_view answer)
    {
        auto lowered = text::toLowerAscii(text::trimmed(answer));
        if (lowered.ends_with('.'))
            lowered.pop_back();
        return lowered == "yes" || lowered == "no" ? lowered : std::string();
    }

    /// Collects questions and numbers their pictures.
    class Collector {
    public:
        Collector(QuestionSet& set, fs::path root)
            : m_set(set)
            , m_root(std::move(root))
        {
        }

        void add(const std::string& image, std::string_view question, std::string_view answer,
            const std::string& category, const std::string& where)
        {
            const auto fail = [&](std::string reason) { m_set.bad.push_back({where, asSentence(std::move(reason))}); };
            if (image.empty())
                return fail("the picture's name is empty");
            if (!text::isValidUtf8(image) || !text::isValidUtf8(question))
                return fail("the text is not valid UTF-8");
            if (text::trimmed(question).empty())
                return fail("the question is empty");
            const auto label = yesOrNo(answer);
            if (label.empty())
                return fail(text::join("the answer is neither yes nor no: ", text::shortened(answer, 40)));
            fs::path path;
            try {
                path = file::confined(m_root, image);
            } catch (const Error& e) {
                return fail(e.message());
            }
            const auto number = m_images.try_emplace(image, static_cast<std::int64_t>(m_images.size())).first->second;
            m_set.questions.push_back({path, std::string(text::trimmed(question)), label, category, number});
            m_hash.add(text::join(image, '\0', text::trimmed(question), '\0', label, '\0', category, '\n'));
        }

        std::string hash() { return m_hash.hexDigest(); }

    private:
        QuestionSet& m_set;
        fs::path m_root;
        std::map<std::string, std::int64_t> m_images;
        file::Sha256 m_hash;
    };

    std::vector<std::string> linesOf(const fs::path& path)
    {
        auto content = file::readAll(path, kMaxQuestionFile);
        if (content.starts_with("\xEF\xBB\xBF"))
            content.erase(0, 3);
        auto lines = text::split(content, '\n');
        for (auto& line : lines)
            if (line.ends_with('\r'))
                line.pop_back();
        return lines;
    }

    std::vector<fs::path> sortedEntries(const fs::path& folder)
    {
        std::vector<fs::path> out;
        std::error_code failure;
        for (const auto& entry : fs::directory_iterator(folder, failure))
            out.push_back(entry.path());
        require(!failure, ErrorCode::Io, text::join("cannot list ", folder.string(), ": ", failure.message()));
        std::sort(out.begin(), out.end());
        return out;
    }

    /// The picture of NAME.txt beside it or in the subtask's `images` folder; nothing when there is none.
    std::optional<fs::path> findPicture(const fs::path& subtask, const std::string& stem)
    {
        static constexpr std::array kEndings{".jpg", ".png", ".jpeg", ".JPG", ".PNG", ".JPEG", ".bmp", ".webp"};
        std::error_code ignored;
        for (const auto& folder : {subtask, subtask / "images"})
            for (const auto* ending : kEndings)
                if (const auto path = folder / (stem + ending); fs::is_regular_file(path, ignored))
                    return path;
        return std::nullopt;
    }

    void readMmeFile(
        const fs::path& source, const fs::path& subtask, const fs::path& path, Collector& collector, QuestionSet& set)
    {
        const auto name = path.lexically_relative(source).string();
        const auto picture = findPicture(subtask, path.stem().string());
        if (!picture) {
            set.bad.push_back({name, text::join("there is no picture named ", path.stem().string(), " beside it")});
            return;
        }
        const auto image = picture->lexically_relative(source).string();
        const auto lines = linesOf(path);
        for (std::size_t n = 0; n < lines.size(); ++n) {
            if (text::trimmed(lines[n]).empty())
                continue;
            const auto where = text::join(name, " line ", n + 1);
            const auto cut = lines[n].rfind('\t');
            if (cut == std::string::npos)
                set.bad.push_back({where, "there is no tab between question and answer"});
            else
                collector.add(
                    image, lines[n].substr(0, cut), lines[n].substr(cut + 1), subtask.filename().string(), where);
        }
    }

    void readMmeSubtask(const fs::path& source, const fs::path& subtask, Collector& collector, QuestionSet& set)
    {
        const auto apart = subtask / "questions_answers_YN";
        for (const auto& path : sortedEntries(fs::is_directory(apart) ? apart : subtask))
            if (path.extension() == ".txt" && fs::is_regular_file(path))
                readMmeFile(source, subtask, path, collector, set);
    }

    void readMme(const fs::path& source, Collector& collector, QuestionSet& set)
    {
        const auto root = source.has_filename() ? source : source.parent_path();
        readMmeSubtask(root, root, collector, set);
        for (const auto& entry : sortedEntries(root))
            if (fs::is_directory(entry) && entry.filename() != "images" && entry.filename() != "questions_answers_YN")
                readMmeSubtask(root, entry, collector, set);
    }

    void readJsonLines(const fs::path& path, bool isPope, Collector& collector, QuestionSet& set)
    {
        const auto lines = linesOf(path);
        for (std::size_t n = 0; n < lines.size(); ++n) {
            if (text::trimmed(lines[n]).empty())
                continue;
            const auto where = text::join(path.filename().string(), " line ", n + 1);
            try {
                const auto row = json::parse(lines[n], "the row");
                const bool isPopeRow = isPope || (row.is_object() && row.contains("label") && row.contains("text"));
                collector.add(json::field<std::string>(row, "image", "the row"),
                    json::field<std::string>(row, isPopeRow ? "text" : "question", "the row"),
                    json::field<std::string>(row, isPopeRow ? "label" : "answer", "the row"),
                    json::fieldOr<std::string>(row, "category", "", "the row"), where);
            } catch (const Error& e) {
                set.bad.push_back({where, text::replaced(e.message(), " at line 1, column ", " at column ")});
            }
        }
    }

    void readTable(const fs::path& path, Collector& collector, QuestionSet& set)
    {
        const auto lines = linesOf(path);
        std::map<std::string, std::size_t> columns{{"image", 0}, {"question", 1}, {"answer", 2}, {"category", 3}};
        for (std::size_t n = 0; n < lines.size(); ++n) {
            if (text::trimmed(lines[n]).empty())
                continue;
            const auto where = text::join(path.filename().string(), " line ", n + 1);
            const auto cells = text::split(lines[n], '\t');
            const auto has = [&](const char* name) {
                return std::find(cells.begin(), cells.end(), name) != cells.end();
            };
            if (n == 0 && has("image") && has("question") && has("answer")) {
                columns.clear();
                for (std::size_t c = 0; c < cells.size(); ++c)
                    columns.emplace(cells[c], c);
                continue;
            }
            const auto cell = [&](const char* name) {
                const auto found = columns.find(name);
                return found == columns.end() || found->second >= cells.size() ? std::string() : cells[found->second];
            };
            if (cells.size() < 3)
                set.bad.push_back(
                    {where, text::join("there are ", cells.size(), " columns, expected image, question and answer")});
            else
                collector.add(cell("image"), cell("question"), cell("answer"), cell("category"), where);
        }
    }

    std::string resolveFormat(const fs::path& source, const std::string& format)
    {
        static const std::set<std::string> kFormats{"mme", "pope", "jsonl", "tsv"};
        if (format != "auto") {
            require(kFormats.contains(format), ErrorCode::InvalidInput,
                text::join(
                    "unknown question format ", text::shortened(format, 40), ": expected mme, pope, jsonl or tsv"));
            return format;
        }
        if (fs::is_directory(source))
            return "mme";
        const auto ending = text::toLowerAscii(source.extension().string());
        return ending == ".tsv" || ending == ".txt" ? "tsv" : "jsonl";
    }

} // namespace

std::int64_t QuestionSet::imageCount() const
{
    std::int64_t count = 0;
    for (const auto& question : questions)
        count = std::max(count, question.imageNumber + 1);
    return count;
}

QuestionSet loadQuestions(const fs::path& source, const std::string& format, const fs::path& imagesRoot)
{
    std::error_code failure;
    require(fs::exists(source, failure), ErrorCode::NotFound,
        text::join("there is no file or folder ", text::shortened(source.string(), 200),
            failure ? " that can be read: " + failure.message() : ""));
    QuestionSet set;
    set.format = resolveFormat(source, format);
    const bool isFolder = fs::is_directory(source);
    require(isFolder == (set.format == "mme"), ErrorCode::BadFile,
        text::join("cannot read ", source.string(), " as ", set.format, ": expected a ", isFolder ? "file" : "folder"));
    Collector collector(set, isFolder ? source : imagesRoot.empty() ? source.parent_path() : imagesRoot);
    if (set.format == "mme")
        readMme(source, collector, set);
    else if (set.format == "tsv")
        readTable(source, collector, set);
    else
        readJsonLines(source, set.format == "pope", collector, set);
    require(!set.questions.empty(), ErrorCode::BadFile,
        text::join("cannot read ", source.string(), ": it has no yes/no question",
            set.bad.empty() ? "" : text::join(" (", set.bad.front().where, ": ", set.bad.front().reason, ")")));
    set.hash = collector.hash();
    return set;
}

} // namespace winnow::evaluate
