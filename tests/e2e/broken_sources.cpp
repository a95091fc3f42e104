#include "tests/e2e/broken_inputs.h"

#include <sys/stat.h>

namespace winnow::e2e {

namespace fs = std::filesystem;

namespace {

    std::string line(const std::string& fields)
    {
        return R"({"id":"9","image":"9.jpg","instruction":"What is it?",)" + fields + "}\n";
    }

    /// Good rows and, in line 9, a bad one; with --strict a bad row is a failure.
    BrokenInput badRow(
        const Program& program, const std::string& name, const std::string& row, std::vector<std::string> says)
    {
        std::string file = name + ".jsonl";
        for (char& c : file)
            c = c == ' ' ? '-' : c;
        program.write(file, goodLines() + row);
        says.insert(says.end(), {file, "line 9"});
        return {name, {"import", "p", file, "--format", "jsonl", "--strict"}, std::move(says)};
    }

    void addWholeFiles(const Program& program, BrokenInputs& out)
    {
        const auto add = [&](const std::string& name, const std::string& file, const std::string& content,
                             std::vector<std::string> says) {
            program.write(file, content);
            says.push_back(file);
            out.push_back({name, {"import", "p", file}, std::move(says)});
        };
        add("an empty file", "empty.json", "", {"empty"});
        add("a letter", "letter.txt", "Dear colleague\nthe data will follow\n", {"header line"});
        add("a picture as source", "photo.png", "\x89PNG\r\n\x1a\n" + std::string(200, '\1'), {"it is a picture"});
        add("a JSON file that breaks off", "cut.json", R"([{"id":"9","conversations":[{"from":"human","va)",
            {"line 1"});
        add("lists in lists", "deep.json", "[" + std::string(100000, '['), {"line 1"});
        add("a table without response", "noresponse.csv", "image,width,height\na.jpg,1,2\n", {"image, width, height"});
        add("an object of other things", "other.json", R"({"version":1,"rows":[1,2]})", {"version, rows"});
        add("a table with an open quote", "quote.csv", "id,image,response\n1,a.jpg,\"never closed\n2,b.jpg,x\n",
            {"line 2", "quote"});
        add("a Parquet file", "rows.parquet", "PAR1" + std::string("\x15\x04\x00\x00", 4) + "PAR1", {});
        add("two bytes of nothing", "zeros.jsonl", std::string(2, '\0'), {});
    }

    void addPlaces(const Program& program, BrokenInputs& out)
    {
        out.push_back({"a source that is not there", {"import", "p", "absent.json"}, {"absent.json", "no such file"}});
        fs::create_directories(program / "emptyfolder");
        out.push_back({"an empty folder", {"import", "p", "emptyfolder"}, {"emptyfolder"}});
        fs::create_directories(program / "two");
        program.write("two/a.jsonl", goodLines());
        program.write("two/b.jsonl", goodLines());
        out.push_back({"a folder with two sources", {"import", "p", "two"}, {"a.jsonl", "b.jsonl", "name one"}});
        fs::create_symlink("loop.json", program / "loop.json");
        out.push_back({"a link to itself", {"import", "p", "loop.json"}, {"loop.json"}});
        ::mkfifo((program / "pipe.json").c_str(), 0644);
        out.push_back({"a pipe as source", {"import", "p", "pipe.json"}, {"pipe.json", "not a regular file"}});
    }

    void addRows(const Program& program, BrokenInputs& out)
    {
        out.push_back(badRow(program, "a row that is no JSON", "{\"id\": broken\n", {"JSON"}));
        out.push_back(
            badRow(program, "a row in Latin-1", line("\"response\":\"caf\xE9 au lait on a table\""), {"UTF-8"}));
        out.push_back(badRow(program, "a row without response", line(R"("clip":3)"), {"response"}));
        out.push_back(badRow(program, "a response that is a number", line(R"("response":7)"), {"expected text"}));
        out.push_back(badRow(program, "a picture outside its folder",
            R"({"id":"9","image":"../../etc/passwd.jpg","instruction":"","response":"x"})"
            "\n",
            {"../../etc/passwd.jpg", "leaves"}));
        out.push_back(badRow(program, "a web address as picture",
            R"({"id":"9","image":"http://x.org/a.jpg","instruction":"","response":"x"})"
            "\n",
            {"http://x.org/a.jpg", "local files"}));
        out.push_back(
            badRow(program, "a zero character", line(R"("response":"a\u0000b")"), {"response", "zero character"}));
        out.push_back(badRow(program, "a last row that breaks off", R"({"id":"9","image":"9.j)", {"breaks off"}));
        program.write("role.json", R"([{"id":"9","conversations":[{"from":"robot","value":"x"}]}])");
        out.push_back(
            {"a turn of a robot", {"import", "p", "role.json", "--strict"}, {"role.json", "line 1", "robot"}});
        program.write("columns.tsv", "id\timage\tresponse\n9\t9.jpg\n");
        out.push_back({"a row with a column too few", {"import", "p", "columns.tsv", "--strict"},
            {"columns.tsv", "line 2", "2 columns", "expected 3"}});
        program.write("nan.csv", "id,image,response,clip\n9,9.jpg,x,nan\n");
        out.push_back({"a score that is NaN", {"import", "p", "nan.csv", "--strict", "--map", "clip=clip"},
            {"nan.csv", "line 2", "clip", "finite"}});
        program.write("mapped.csv", "id,image,response\n9,9.jpg,x\n");
        out.push_back({"a mapping to no column", {"import", "p", "mapped.csv", "--map", "clip=clip_score"},
            {"mapped.csv", "clip_score"}});
        out.push_back(
            {"a mapping without a column", {"import", "p", "mapped.csv", "--map", "clip"}, {"--map", "clip"}, 2});
        out.push_back({"pictures in no folder", {"import", "p", "mapped.csv", "--images", "nowhere"}, {"nowhere"}});
    }

    void addBombs(const Program& program, BrokenInputs& out)
    {
        program.write("line.jsonl", "{");
        fs::resize_file(program / "line.jsonl", std::uintmax_t(200) << 20); // holes: takes no space
        out.push_back({"a line of 200 MB", {"import", "p", "line.jsonl", "--format", "jsonl"}, {"line.jsonl"}});
        program.write("commas.csv", "id,response,x\n1," + std::string(20'000'000, ',') + "\n");
        out.push_back({"a record of twenty million fields", {"import", "p", "commas.csv"}, {"commas.csv", "line 2"}});
    }

} // namespace

std::string goodLines()
{
    std::string lines;
    for (int i = 0; i < 8; ++i)
        lines += R"({"id":")" + std::to_string(i) + R"(","image":")" + std::to_string(i)
            + R"(.jpg","instruction":"What is it?","response":"a dog"})" + "\n";
    return lines;
}

BrokenInputs brokenSources(const Program& program)
{
    BrokenInputs out;
    addWholeFiles(program, out);
    addPlaces(program, out);
    addRows(program, out);
    addBombs(program, out);
    return out;
}

} // namespace winnow::e2e
