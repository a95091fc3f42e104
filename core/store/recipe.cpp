#include "core/store/recipe.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/database.h"

namespace winnow::store {

Recipe::Recipe(Project& project)
    : m_project(project)
{
}

void Recipe::append(const std::vector<std::string>& arguments)
{
    auto& database = m_project.database();
    Transaction transaction(database, Transaction::Kind::Durable);
    database.run("INSERT INTO recipe (at, arguments) VALUES (?, ?)", utcNow(), json::dump(Json(arguments)));
    transaction.commit();
}

std::vector<RecipeLine> Recipe::list()
{
    std::vector<RecipeLine> out;
    auto rows = m_project.database().prepare("SELECT number, at, arguments FROM recipe ORDER BY number");
    while (rows.next()) {
        const auto what = text::join("recipe line ", rows.integer(0));
        const Json object = {{"arguments", json::parse(rows.textView(2), what)}};
        out.push_back(
            {rows.integer(0), rows.text(1), json::field<std::vector<std::string>>(object, "arguments", what)});
    }
    return out;
}

} // namespace winnow::store
