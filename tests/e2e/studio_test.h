#pragma once

#include "tests/e2e/program.h"
#include "tests/e2e/studio.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace winnow::e2e {

/// As the window writes it: a thin space before every three digits.
std::string grouped(std::int64_t count);

/// What a person says in the import's form: "Response from", and the name of the column.
struct MappedColumn {
    std::string field, column;
};

/// A desktop, the window program on it, and the command line beside it: steps that a person takes in the window, and
/// what the project holds then, to be compared with what the same commands leave.
class StudioTest : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;

    /// Runs the command and expects that it ends well.
    Ran expectDone(const std::vector<std::string>& arguments);
    /// null while there is no project.
    Json info(const std::string& project);
    /// All that info tells but place, time and room on the disk, and how far the index of texts is, which only a window
    /// makes.
    Json contentOf(const std::string& project);
    /// In the order of their rows.
    std::vector<Json> pairs(const std::string& project);
    /// The commands that made the project, without their times; the project's folder is called "HERE".
    std::vector<std::vector<std::string>> recipe(const std::string& project);
    /// What follows the flag where it first stands in the recipe.
    std::string recipeValue(const std::string& project, const std::string& flag);

    void start(const std::vector<std::string>& arguments);
    void waitUntil(const std::string& what, const std::function<bool()>& condition);

    // Steps in the window.
    /// Without a project open: it asks where the new one goes.
    void importByWindow(const std::string& project, const std::string& source, std::int64_t pairCount,
        const std::vector<MappedColumn>& columns = {});
    /// Checks the data; the summary that shows.
    std::string checkByWindow();
    /// Pins the first pair, bans the second, pins the third and takes that back.
    void decideByKeys();
    /// Puts a slider of Select mode to one step above the place it is dragged to.
    void weighByWindow(const std::string& metric);
    void chooseByWindow(std::int64_t budget, const std::string& name);
    void exportByWindow(const std::string& file, std::int64_t pairCount);

    Program program;
    std::unique_ptr<Desktop> desktop;
    std::unique_ptr<Studio> studio;
};

} // namespace winnow::e2e
