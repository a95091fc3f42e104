#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/database.h"
#include "core/store/run_store.h"

#include <fstream>
#include <sstream>
#include <unistd.h>

namespace winnow::store {

namespace {

    std::string firstLineOf(const std::string& file)
    {
        std::ifstream in(file);
        std::string line;
        std::getline(in, line);
        return line;
    }

    /// Boot id and start in clock ticks since boot: no two processes of one machine share number and start. Empty where
    /// there is no such process (a zombie counts as none).
    std::string startOfProcess(std::int64_t process)
    {
        const auto line = firstLineOf(text::join("/proc/", process, "/stat"));
        const auto nameEnd = line.rfind(')'); // the name in parentheses may hold anything
        if (nameEnd == std::string::npos)
            return {};
        std::istringstream fields(line.substr(nameEnd + 1));
        std::string field;
        for (int number = 3; number <= 22; ++number) {
            fields >> field;
            if (number == 3 && (field == "Z" || field == "X"))
                return {};
        }
        return fields ? text::join(firstLineOf("/proc/sys/kernel/random/boot_id"), ":", field) : std::string();
    }

    bool isAlive(std::int64_t process, std::string_view start)
    {
        return !start.empty() && startOfProcess(process) == start;
    }

} // namespace

Lease::Lease(Project& project, std::string_view name, std::string_view wish)
    : m_project(project)
    , m_name(name)
{
    auto& database = m_project.database();
    Transaction transaction(database);
    {
        auto holder = database.prepare("SELECT process, process_start, since FROM lease WHERE name = ?");
        holder.with(m_name);
        if (holder.next()) {
            require(!isAlive(holder.integer(0), holder.textView(1)), ErrorCode::Locked,
                text::join(m_name, " is being worked on by process ", holder.integer(0), " since ", holder.text(2),
                    "; wait for it or stop it first"));
        }
    }
    const auto now = utcNow();
    database.run("INSERT OR REPLACE INTO lease (name, process, process_start, since, heartbeat, wish) "
                 "VALUES (?, ?, ?, ?, ?, ?)",
        m_name, static_cast<std::int64_t>(::getpid()), startOfProcess(::getpid()), now, now, wish);
    transaction.commit();
}

Lease::~Lease()
{
    try {
        Transaction transaction(m_project.database());
        m_project.database().run(
            "DELETE FROM lease WHERE name = ? AND process = ?", m_name, static_cast<std::int64_t>(::getpid()));
        transaction.commit();
    } catch (const std::exception&) { // the row stays; it ends with this process
    }
}

void Lease::beat()
{
    Transaction transaction(m_project.database());
    m_project.database().run("UPDATE lease SET heartbeat = ? WHERE name = ?", utcNow(), m_name);
    transaction.commit();
}

std::vector<AbandonedLease> abandonedLeases(Project& project)
{
    std::vector<AbandonedLease> out;
    auto rows = project.database().prepare(
        "SELECT name, wish, since, process, process_start FROM lease ORDER BY name LIMIT 1000");
    while (rows.next())
        if (!isAlive(rows.integer(3), rows.textView(4)))
            out.push_back({rows.text(0), rows.text(1), rows.text(2)});
    return out;
}

void forgetLease(Project& project, std::string_view name)
{
    Transaction transaction(project.database());
    if (!isLeaseHeld(project, name))
        project.database().run("DELETE FROM lease WHERE name = ?", name);
    transaction.commit();
}

bool isLeaseHeld(Project& project, std::string_view name)
{
    auto holder = project.database().prepare("SELECT process, process_start FROM lease WHERE name = ?");
    holder.with(name);
    return holder.next() && isAlive(holder.integer(0), holder.textView(1));
}

} // namespace winnow::store
