#include "tests/e2e/broken_inputs.h"
#include "tests/unit/tensor/archive_builder.h"

#include "core/base/text.h"
#include "core/store/database.h"

namespace winnow::e2e {

namespace fs = std::filesystem;
namespace build = tensor::build;

namespace {

    void addProjects(const Program& program, BrokenInputs& out)
    {
        const auto add = [&](const std::string& name, const std::string& command, std::vector<std::string> says,
                             const auto& spoil) {
            const auto folder = text::join("project", out.size());
            fs::create_directories(program / folder / "vectors");
            fs::copy_file(program / "p/project.winnow", program / folder / "project.winnow");
            spoil(program / folder / "project.winnow");
            says.push_back(folder);
            out.push_back({name, {command, folder}, std::move(says)});
        };
        const auto sql = [](const std::string& text) {
            return [text](const fs::path& file) { store::Database(file, store::OpenMode::ReadWrite).execute(text); };
        };
        add("project: a text", "info", {"not a Winnow project"},
            [](const fs::path& file) { std::ofstream(file) << "not a database, only text"; });
        add("project: empty", "info", {"not a Winnow project"}, [](const fs::path& file) { fs::resize_file(file, 0); });
        add("project: cut off", "info", {"damaged", "backup"},
            [](const fs::path& file) { fs::resize_file(file, 20000); });
        add("project: of a newer version", "info", {"newer version", "9999"}, sql("PRAGMA user_version = 9999"));
        add("project: of another program", "info", {"not a Winnow project"}, sql("PRAGMA application_id = 7"));
        add("project: with a trigger", "list", {"trigger"},
            sql("CREATE TRIGGER x AFTER INSERT ON setting BEGIN DELETE FROM pair; END"));
        add("project: without a table", "list", {"ledger"}, sql("DROP TABLE ledger"));
        add("project: a folder for the file", "info", {"project.winnow", "not a file"}, [](const fs::path& file) {
            fs::remove(file);
            fs::create_directories(file);
        });
        out.push_back({"project: no folder", {"info", "noproject"}, {"noproject", "project.winnow"}});
        out.push_back({"project: a folder that is not empty", {"new", "vocabularies"}, {"vocabularies", "not empty"}});
        fs::create_directories(program / "vocabularies/x");
    }

    void addQuestions(const Program& program, BrokenInputs& out)
    {
        const auto add = [&](const std::string& name, const std::string& file, const std::string& content,
                             std::vector<std::string> says) {
            program.write(file, content);
            says.push_back(file);
            out.push_back({name, {"benchmark", "p", "add", "b", file}, std::move(says)});
        };
        add("questions: empty", "empty.jsonl", "", {"no yes/no question"});
        add("questions: without answers", "open.jsonl", R"({"image":"a.jpg","question":"What is it?"})",
            {"line 1", "answer"});
        add("questions: of another kind", "free.tsv", "image\tquestion\tanswer\na.jpg\tWhat?\ta dog\n",
            {"line 2", "a dog", "yes"});
        add("questions: pictures outside", "outside.tsv", "../../x.jpg\tIs it?\tyes\n", {"line 1", "../../x.jpg"});
        add("questions: no JSON", "broken.jsonl", "{\"image\":\n", {"line 1"});
        fs::create_directories(program / "mme/existence");
        program.write("mme/existence/1.txt", "Is it?\tYes\n");
        out.push_back({"questions: no pictures", {"benchmark", "p", "add", "b", "mme"}, {"mme", "existence/1.txt"}});
        out.push_back({"questions: no file", {"benchmark", "p", "add", "b", "none.tsv"}, {"none.tsv"}});
    }

    void addSelectors(const Program& program, BrokenInputs& out)
    {
        const auto add = [&](const std::string& name, const std::string& file, const std::string& content,
                             std::vector<std::string> says) {
            program.write(file, content);
            says.push_back(file);
            out.push_back({name, {"selector", "p", "import", file, "--name", "x"}, std::move(says)});
        };
        add("selector: a text", "text.pth", "a selector", {"torch"});
        add("selector: other tensors", "other.pth",
            build::zip({{"a/data.pkl", build::program(build::dict({{"w", build::tensor({})}}))},
                {"a/data/0", std::string(16, '\0')}}),
            {"w"});
        add("selector: a pickle that calls", "evil.pth",
            build::zip(
                {{"a/data.pkl", build::program(build::name("builtins", "eval") + "(" + build::text("1") + "tR")}}),
            {"builtins.eval", "refused"});
    }

    void addCommands(const Program& program, BrokenInputs& out)
    {
        program.write("recipe.json", R"({"command": ["undo"]})");
        out.push_back({"recipe: no list", {"replay", "recipe.json", "p"}, {"recipe.json", "list"}});
        program.write("steps.json", R"([{"command": ["undo", 3]}])");
        out.push_back({"recipe: a number among words", {"replay", "steps.json", "p"}, {"steps.json", "line 1"}});
        out.push_back({"query: it ends too early", {"list", "p", "--where", "clip > 3 and"}, {"character 13"}, 2});
        out.push_back({"query: an open quote", {"list", "p", "--where", "\"dog"}, {"character 1", "does not end"}, 2});
        out.push_back({"query: an unknown name", {"list", "p", "--where", "clop > 3"}, {"clop", "clip"}});
        out.push_back({"query: 100000 brackets", {"list", "p", "--where", std::string(100'000, '(')}, {"--where"}, 2});
        out.push_back({"ids of no pair", {"override", "p", "pin", "no\x1b[2Jwhere"}, {"no [2Jwhere"}});
        out.push_back({"an export into a file",
            {"export", "p", "clip.json/out.json", "--selection", "all", "--format", "llava"}, {"clip.json"}});
        out.push_back({"a report into a file", {"report", "p", "clip.json/report.html"}, {"clip.json"}});
        out.push_back(
            {"a budget of zero", {"select", "p", "--name", "s", "--budget", "0", "--random"}, {"--budget"}, 2});
    }

} // namespace

BrokenInputs brokenProjects(const Program& program)
{
    BrokenInputs out;
    addProjects(program, out);
    return out;
}

BrokenInputs brokenQuestions(const Program& program)
{
    BrokenInputs out;
    addQuestions(program, out);
    addSelectors(program, out);
    addCommands(program, out);
    return out;
}

} // namespace winnow::e2e
