#include "tests/e2e/broken_inputs.h"
#include "tests/unit/tensor/archive_builder.h"

namespace winnow::e2e {

namespace fs = std::filesystem;
namespace build = tensor::build;

namespace {

    void addScores(const Program& program, BrokenInputs& out)
    {
        const auto add = [&](const std::string& name, const std::string& file, const std::string& content,
                             std::vector<std::string> says) {
            program.write(file, content);
            says.push_back(file);
            out.push_back({name, {"import-metrics", "p", file}, std::move(says)});
        };
        add("scores: an empty file", "none.json", "", {"empty"});
        add("scores: words", "words.json", R"({"0": "high", "1": "low"})", {"line 1", "number"});
        add("scores: NaN", "nan.json", "{\n\"0\": NaN,\n\"1\": NaN}", {"line 2", "NaN"});
        add("scores: infinite", "huge.json", R"({"0": 1e999})", {"line 1"});
        add("scores of other pairs", "others.json", R"({"a": 1, "b": 2})", {"2 ids", "\"a\""});
        add("scores: vectors of two lengths", "lengths.json", R"({"clip": [1,2,3,4,5,6,7,8], "len": [1,2]})",
            {"len", "2 numbers", "8"});
        add("scores: too few", "few.json", R"({"clip": [1,2,3]})", {"3 values", "8 pairs"});
        add("scores: a table without ids", "noid.csv", "clip,len\n1,2\n", {"clip, len", "id=COLUMN"});
        add("scores: every id twice", "twice.csv", "id,clip\nx,1\nx,2\n", {"id"});
        add("scores: cut off", "cutscores.json", R"([{"id": "0", "clip": 1)", {"line 1"});
        add("scores: a list of numbers", "bare.json", "[1, 2, 3]", {"line 1", "object"});
        out.push_back({"scores: a field that no row has",
            {"import-metrics", "p", "good.json", "--map", "clip=clip_score"}, {"good.json", "clip_score"}});
        program.write("good.json", R"([{"id": "0", "clip": 1}])");
    }

    std::string npy(const std::string& type, const std::string& shape, const std::string& data)
    {
        std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
        header.resize(117, ' ');
        header += '\n';
        return std::string("\x93NUMPY\x01\x00", 8) + build::bytes(static_cast<std::uint16_t>(header.size())) + header
            + data;
    }

    std::string floats(std::size_t count, float value)
    {
        std::string out;
        for (std::size_t i = 0; i < count; ++i)
            out += build::bytes(value);
        return out;
    }

    void addVectors(const Program& program, BrokenInputs& out)
    {
        const auto add = [&](const std::string& name, const std::string& file, const std::string& content,
                             std::vector<std::string> says) {
            program.write(file, content);
            says.push_back(file);
            out.push_back({name, {"import-features", "p", file, "--space", "v"}, std::move(says)});
        };
        add("vectors: cut off", "cut.npy", npy("<f4", "(8, 2)", floats(9, 1)), {"cut off"});
        add("vectors: not finite", "nan.npy", npy("<f4", "(8, 2)", floats(16, 0.0F / 0.0F)), {"finite", "row 0"});
        add("vectors: whole numbers", "int.npy", npy("<i8", "(8, 2)", std::string(128, '\0')), {"<i8", "float32"});
        add("vectors: one dimension", "flat.npy", npy("<f4", "(16,)", floats(16, 1)), {"[pairs, numbers]"});
        add("vectors: too few", "few.npy", npy("<f4", "(3, 2)", floats(6, 1)), {"3 vectors", "8"});
        add("vectors: a shape beyond counting", "bomb.npy", npy("<f4", "(1099511627776, 1099511627776)", floats(4, 1)),
            {"shape"});
        add("vectors: no array", "text.npy", "not an array at all", {".npy"});
        add("vectors: another ending", "vectors.txt", "1 2 3\n", {".npy, .pt or .safetensors"});
        add("vectors: a pickle that calls", "evil.pt",
            build::zip({{"a/data.pkl", build::program(build::name("os", "system") + "(" + build::text("ls") + "tR")}}),
            {"os.system", "refused"});
        add("vectors: a text for a pickle", "text.pt", "hello", {"torch"});
        fs::create_directories(program / "folder.npy");
        out.push_back({"vectors: a folder", {"import-features", "p", "folder.npy", "--space", "v"}, {"folder.npy"}});
    }

    void addClusters(const Program& program, BrokenInputs& out)
    {
        const auto add = [&](const std::string& name, const std::string& file, const std::string& content,
                             std::vector<std::string> says) {
            program.write(file, content);
            says.push_back(file);
            out.push_back({name, {"import-clusters", "p", file, "--name", "c"}, std::move(says)});
        };
        add("clusters: a list", "list.json", R"([["0","1"],["2"]])", {"object"});
        add("clusters: an id in two", "both.json", R"({"a": ["0","1"], "b": ["1"]})",
            {"id 1", "cluster a", "cluster b"});
        add("clusters: a name twice", "names.json", R"({"a": ["0"], "a": ["1"]})", {"cluster a"});
        add("clusters: ids of other pairs", "strangers.json", R"({"a": ["x","y"]})", {"2 ids"});
        add("clusters: cut off", "cutclusters.json", "{\"a\": [\"0\"],\n\"b\": [\"1\"", {"line 2"});
        add("clusters: numbers for lists", "numbers.json", R"({"a": 3})", {"cluster a", "line 1", "list"});
    }

} // namespace

BrokenInputs brokenTables(const Program& program)
{
    BrokenInputs out;
    addScores(program, out);
    addVectors(program, out);
    addClusters(program, out);
    return out;
}

} // namespace winnow::e2e
