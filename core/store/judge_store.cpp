#include "core/store/judge_store.h"

#include "core/store/database.h"

namespace winnow::store {

namespace {

    std::vector<JudgeAnswerRow> readAnswers(Statement& rows)
    {
        std::vector<JudgeAnswerRow> out;
        while (rows.next())
            out.push_back({rows.text(0), static_cast<int>(rows.integer(1)), static_cast<int>(rows.integer(2)),
                static_cast<PairRow>(rows.integer(3)), rows.text(4), rows.integer(5), rows.integer(6), rows.text(7)});
        return out;
    }

    void change(Database& database, std::int64_t number, const JudgeSpend& by)
    {
        database.run(
            "UPDATE judge_spend SET requests = requests + ?, answers = answers + ?, estimated = estimated + ?, "
            "prompt_tokens = prompt_tokens + ?, answer_tokens = answer_tokens + ?, cost = cost + ? WHERE number = ?",
            by.requestCount, by.answerCount, by.estimatedCount, by.promptTokens, by.answerTokens, by.cost, number);
    }

} // namespace

JudgeStore::JudgeStore(Project& project)
    : m_project(project)
{
}

std::vector<JudgeAnswerRow> JudgeStore::answers(std::string_view key)
{
    auto rows =
        m_project.database().prepare("SELECT key, repeat, attempt, row, answer, prompt_tokens, answer_tokens, at "
                                     "FROM judge_answer WHERE key = ? ORDER BY repeat, attempt");
    rows.with(key);
    return readAnswers(rows);
}

std::vector<JudgeAnswerRow> JudgeStore::answersOf(PairRow row)
{
    auto rows =
        m_project.database().prepare("SELECT key, repeat, attempt, row, answer, prompt_tokens, answer_tokens, at "
                                     "FROM judge_answer WHERE row = ? ORDER BY at DESC, key, repeat, attempt");
    rows.with(row);
    return readAnswers(rows);
}

JudgeStore::Usage JudgeStore::usage(std::string_view server, std::string_view model)
{
    auto rows = m_project.database().prepare(
        "SELECT count(*), avg(a.prompt_tokens), avg(a.answer_tokens) FROM judge_answer a JOIN judge_spend s "
        "ON a.spend = s.number WHERE s.server = ? AND s.model = ? AND a.prompt_tokens >= 0 AND a.answer_tokens >= 0");
    rows.with(server, model);
    if (!rows.next() || rows.integer(0) == 0)
        return {};
    return {rows.integer(0), rows.real(1), rows.real(2)};
}

std::int64_t JudgeStore::beginSpend(std::string_view server, std::string_view model, std::string_view what)
{
    auto& database = m_project.database();
    Transaction transaction(database);
    database.run(
        "INSERT INTO judge_spend (at, server, model, what) VALUES (?, ?, ?, ?)", utcNow(), server, model, what);
    const auto number = database.lastRowId();
    transaction.commit();
    return number;
}

void JudgeStore::addRequest(std::int64_t number, double cost)
{
    JudgeSpend by;
    by.requestCount = 1;
    by.cost = cost;
    addOutcome(number, by);
}

void JudgeStore::addAnswer(std::int64_t number, const JudgeAnswerRow& answer, const JudgeSpend& by)
{
    auto& database = m_project.database();
    Transaction transaction(database);
    database.run(
        "INSERT OR REPLACE INTO judge_answer (key, repeat, attempt, row, answer, prompt_tokens, answer_tokens, "
        "at, spend) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        answer.key, answer.repeat, answer.attempt, answer.row, answer.text, answer.promptTokens, answer.answerTokens,
        utcNow(), number);
    change(database, number, by);
    transaction.commit();
}

void JudgeStore::addOutcome(std::int64_t number, const JudgeSpend& by)
{
    auto& database = m_project.database();
    Transaction transaction(database);
    change(database, number, by);
    transaction.commit();
}

std::vector<JudgeSpend> JudgeStore::ledger()
{
    auto rows = m_project.database().prepare("SELECT number, at, server, model, what, requests, answers, estimated, "
                                             "prompt_tokens, answer_tokens, cost FROM judge_spend ORDER BY number");
    std::vector<JudgeSpend> out;
    while (rows.next())
        out.push_back({rows.integer(0), rows.text(1), rows.text(2), rows.text(3), rows.text(4), rows.integer(5),
            rows.integer(6), rows.integer(7), rows.integer(8), rows.integer(9), rows.real(10)});
    return out;
}

JudgeSpend JudgeStore::total()
{
    JudgeSpend sum;
    for (const auto& entry : ledger()) {
        sum.requestCount += entry.requestCount;
        sum.answerCount += entry.answerCount;
        sum.estimatedCount += entry.estimatedCount;
        sum.promptTokens += entry.promptTokens;
        sum.answerTokens += entry.answerTokens;
        sum.cost += entry.cost;
    }
    return sum;
}

} // namespace winnow::store
