// What can be read of a damaged project, written out.
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/image_paths.h"
#include "core/store/pair_text.h"
#include "core/store/project.h"
#include "core/store/verification.h"

#include <map>
#include <optional>
#include <set>
#include <system_error>

namespace winnow::store {

namespace {

    namespace fs = std::filesystem;

    constexpr std::size_t kPieceBytes = 1 << 20;

    /// The value of `read`, or nothing where the file is damaged there.
    template <typename Read> auto readable(const Read& read) -> std::optional<decltype(read())>
    {
        try {
            return read();
        } catch (const Error& e) {
            if (e.code() == ErrorCode::OutOfMemory)
                throw;
            return std::nullopt;
        }
    }

    class Rescuer {
    public:
        Rescuer(Project& project, const fs::path& out)
            : m_database(project.database())
            , m_out(out)
        {
            if (const auto roots = readable([&] { return rootsOf(project); }))
                m_roots = *roots;
        }

        RescueReport run()
        {
            const auto rows = knownRows();
            require(!rows.empty(), ErrorCode::BadFile,
                text::join("nothing of ", m_database.file().string(),
                    " can be saved: not even the list of its pairs can be read"));
            readColumns(*rows.rbegin() + 1);
            file::writeAtomically(m_out, "");
            for (const auto row : rows) {
                if (auto line = readable([&] { return lineOf(row); })) {
                    m_piece += *line + "\n";
                    ++m_report.savedPairs;
                } else {
                    ++m_report.lostPairs;
                }
                if (m_piece.size() >= kPieceBytes)
                    flush();
            }
            flush();
            return std::move(m_report);
        }

    private:
        /// From the table and from the index of ids: each may be whole where the other is not.
        std::set<std::int64_t> knownRows()
        {
            std::set<std::int64_t> rows;
            // A pair takes eight bytes at least: a forged number must not make us reserve memory for what is not there.
            const auto most = m_database.number("PRAGMA page_count").value_or(0)
                * m_database.number("PRAGMA page_size").value_or(0) / 8;
            for (const char* sql : {"SELECT row, id FROM pair_id", "SELECT row, id FROM pair NOT INDEXED ORDER BY row",
                     "SELECT row, id FROM pair NOT INDEXED ORDER BY row DESC",
                     "SELECT row, NULL FROM pair_content ORDER BY row",
                     "SELECT row, NULL FROM pair_content ORDER BY row DESC"})
                readable([&] {
                    auto found = m_database.prepare(sql);
                    while (found.next()) {
                        if (found.integer(0) < 0 || found.integer(0) >= most)
                            continue;
                        rows.insert(found.integer(0));
                        if (!found.isNull(1) && text::isValidUtf8(found.textView(1)))
                            m_ids.emplace(found.integer(0), found.text(1));
                    }
                    return true;
                });
            return rows;
        }

        void readColumns(std::int64_t count)
        {
            const auto metrics = readable([&] { return metricEntries(m_database); });
            if (!metrics)
                m_report.lostColumns.push_back("all metrics");
            for (const auto& entry : metrics.value_or(std::vector<MetricEntry>()))
                m_metrics[entry.info.name] =
                    readPartly<double>(entry.column, count, kMissing, "metric " + entry.info.name);
            m_overrides = readPartly<std::uint8_t>(kOverrideColumn, count, 0, "decisions");
            m_stars = readPartly<std::uint8_t>(kStarColumn, count, 0, "stars");
        }

        /// Chunk by chunk: one that is damaged does not take the others with it.
        template <typename T>
        std::vector<T> readPartly(std::int64_t column, std::int64_t count, T missing, const std::string& what)
        {
            std::vector<T> out(static_cast<std::size_t>(count), missing);
            ChunkEditor chunks(m_database, column, sizeof(T));
            bool isWhole = true;
            for (std::int64_t start = 0; start < count; start += kChunkValues)
                isWhole = readable([&] {
                    for (auto row = start; row < std::min(count, start + kChunkValues); ++row)
                        if (const auto* bytes = chunks.find(static_cast<PairRow>(row)))
                            std::memcpy(&out[static_cast<std::size_t>(row)], bytes, sizeof(T));
                    return true;
                }).has_value()
                    && isWhole;
            if (!isWhole)
                m_report.lostColumns.push_back(what);
            return out;
        }

        std::string lineOf(std::int64_t row)
        {
            auto content =
                m_database.prepare("SELECT images, instruction, response, turns FROM pair_content WHERE row = ?");
            content.with(row);
            require(content.next(), ErrorCode::BadFile, "no text");
            const PairContent texts{content.text(0), content.text(1), content.text(2),
                content.isNull(3) ? std::nullopt : std::optional(content.text(3))};
            const auto known = m_ids.find(row);
            const auto pair = toPair(known != m_ids.end() ? known->second : text::join("row-", row), texts);
            Json out{{"id", pair.id.value}};
            const auto root = m_roots.find(readable([&] { return rootOf(row); }).value_or(-1));
            if (!pair.images.empty())
                out["image"] =
                    root == m_roots.end() ? pair.images.front() : resolved(pair.images.front(), root->second).string();
            if (pair.turns.empty()) {
                out["instruction"] = pair.instruction;
                out["response"] = pair.response;
            } else {
                out["conversations"] = Json::array();
                for (const auto& turn : pair.turns)
                    out["conversations"].push_back(
                        {{"from", turn.role == Role::User ? "human" : "gpt"}, {"value", turn.text}});
            }
            addNumbers(out, static_cast<std::size_t>(row));
            return json::dump(out);
        }

        std::int64_t rootOf(std::int64_t row)
        {
            return m_database.number("SELECT root FROM pair WHERE row = ?", row).value_or(-1);
        }

        void addNumbers(Json& out, std::size_t row) const
        {
            out["metrics"] = Json::object();
            for (const auto& [name, values] : m_metrics)
                if (values[row] == values[row])
                    out["metrics"][name] = values[row];
            const auto verdict =
                std::min<std::uint8_t>(m_overrides[row], static_cast<std::uint8_t>(Override::LockedOut));
            out["verdict"] = toString(static_cast<Override>(verdict));
            out["stars"] = m_stars[row];
        }

        void flush()
        {
            file::append(m_out, m_piece);
            m_piece.clear();
        }

        Database& m_database;
        fs::path m_out;
        std::map<std::int64_t, fs::path> m_roots;
        std::map<std::int64_t, std::string> m_ids;
        std::map<std::string, std::vector<double>> m_metrics;
        std::vector<std::uint8_t> m_overrides;
        std::vector<std::uint8_t> m_stars;
        std::string m_piece;
        RescueReport m_report;
    };

} // namespace

RescueReport rescuePairs(Project& project, const fs::path& out)
{
    std::error_code code;
    require(!fs::exists(out, code), ErrorCode::Conflict,
        text::join("cannot save to ", out.string(), ": there is a file of that name already"));
    return Rescuer(project, out).run();
}

} // namespace winnow::store
