#include "tests/e2e/studio_test.h"

#include <cstdio>
#include <sstream>

namespace winnow::e2e {

std::string grouped(std::int64_t count)
{
    std::string out = std::to_string(count);
    for (auto end = static_cast<std::ptrdiff_t>(out.size()) - 3; end > 0; end -= 3)
        out.insert(static_cast<std::size_t>(end), "\u2009");
    return out;
}

void StudioTest::SetUp()
{
    if (const auto lacking = Desktop::lacking(); !lacking.empty())
        GTEST_SKIP() << lacking;
    desktop = std::make_unique<Desktop>(program.folder());
}

void StudioTest::TearDown()
{
    if (HasFailure())
        std::fputs(program.read("studio.log").c_str(), stderr);
}

Ran StudioTest::expectDone(const std::vector<std::string>& arguments)
{
    auto ran = program.run(arguments);
    EXPECT_EQ(ran.code, 0) << testing::PrintToString(arguments) << "\n" << ran.err;
    return ran;
}

Json StudioTest::info(const std::string& project)
{
    const auto ran = program.run({"info", project, "--json"});
    return ran.code == 0 ? ran.json() : Json();
}

Json StudioTest::contentOf(const std::string& project)
{
    auto all = info(project);
    for (const char* field : {"folder", "bytes", "image_roots", "indexed_pairs"})
        all.erase(field);
    for (const char* list : {"selections", "runs"})
        for (auto& item : all[list])
            for (const char* field : {"created_at", "finished_at"})
                item.erase(field);
    return all;
}

std::vector<Json> StudioTest::pairs(const std::string& project)
{
    std::vector<Json> out;
    std::istringstream lines(expectDone({"list", project, "--limit", "5000", "--json"}).out);
    for (std::string line; std::getline(lines, line);)
        out.push_back(Json::parse(line));
    return out;
}

std::vector<std::vector<std::string>> StudioTest::recipe(const std::string& project)
{
    std::vector<std::vector<std::string>> out;
    const auto folder = (program / project).string();
    for (const auto& line : Json::parse(expectDone({"recipe", project}).out)) {
        out.push_back(line.at("command").get<std::vector<std::string>>());
        for (auto& word : out.back())
            if (word.starts_with(folder))
                word.replace(0, folder.size(), "HERE");
    }
    return out;
}

std::string StudioTest::recipeValue(const std::string& project, const std::string& flag)
{
    for (const auto& command : recipe(project))
        for (std::size_t i = 0; i + 1 < command.size(); ++i)
            if (command[i] == flag)
                return command[i + 1];
    return {};
}

void StudioTest::start(const std::vector<std::string>& arguments)
{
    studio = std::make_unique<Studio>(*desktop, program.folder(), arguments);
}

void StudioTest::waitUntil(const std::string& what, const std::function<bool()>& condition)
{
    studio->waitUntil(what, condition, 240);
}

void StudioTest::importByWindow(const std::string& project, const std::string& source, std::int64_t pairCount,
    const std::vector<MappedColumn>& columns)
{
    studio->click("Import a dataset…", Role::Button);
    studio->waitForDialog("Where the project is kept");
    studio->key("ctrl+a");
    studio->type((program / project).string());
    studio->click("Save", Role::Button);
    studio->waitForDialog("Import a dataset");
    studio->fill("Data file or folder", source, Role::Text);
    for (const auto& [field, column] : columns)
        studio->fill(field, column, Role::ComboBox);
    studio->click("Import " + grouped(pairCount) + " pairs", Role::Button);
    waitUntil("the pairs are there", [&] { return info(project).value("pairs", 0) == pairCount; });
}

std::string StudioTest::checkByWindow()
{
    studio->key("ctrl+shift+k");
    studio->need("Check again", Role::Button);
    return studio->waitForText(" in ");
}

void StudioTest::decideByKeys()
{
    studio->key("ctrl+1");
    const Node grid = studio->need("Pairs as pictures");
    studio->clickAt(grid, 60, 60);
    studio->key("Home");
    studio->key("p");
    studio->waitForText("1 pinned");
    studio->key("Right");
    studio->key("x");
    studio->waitForText("1 banned");
    studio->key("Right");
    studio->key("p");
    studio->waitForText("2 pinned");
    studio->key("ctrl+z");
    studio->waitForText("1 pinned");
}

void StudioTest::weighByWindow(const std::string& metric)
{
    const Node slider = studio->need("Weight of " + metric, Role::Slider);
    const QRect box = studio->place(slider);
    desktop->drag(box.center().x(), box.center().y(), box.center().x() + box.width() / 8, box.center().y());
    waitUntil("the slider is moved", [&] { return studio->value(slider) > 0; });
    studio->key("Right"); // it has the keys now: one step finer
}

void StudioTest::chooseByWindow(std::int64_t budget, const std::string& name)
{
    studio->fill("Budget (count or %)", std::to_string(budget), Role::Text);
    studio->waitForText(grouped(budget) + " chosen of ");
    studio->fill("Name of the selection", name, Role::Text);
    studio->click("Save selection", Role::Button);
}

void StudioTest::exportByWindow(const std::string& file, std::int64_t pairCount)
{
    studio->key("ctrl+e");
    studio->waitForDialog("Export a selection");
    studio->fill("Write to", (program / file).string(), Role::Text);
    studio->click("Export " + grouped(pairCount) + " pairs", Role::Button);
    studio->waitForNoDialog();
    waitUntil("the export is there", [&] { return std::filesystem::exists(program / file); });
}

} // namespace winnow::e2e
