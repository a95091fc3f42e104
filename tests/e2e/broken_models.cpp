#include "tests/e2e/broken_inputs.h"
#include "tests/support/places.h"
#include "tests/unit/tensor/archive_builder.h"

#include "core/base/text.h"

namespace winnow::e2e {

namespace fs = std::filesystem;
namespace build = tensor::build;

namespace {

    const fs::path kModels = fs::path(sourceDir()) / "resources" / "demo";

    std::string read(const fs::path& path)
    {
        std::ifstream in(path, std::ios::binary);
        std::ostringstream out;
        out << in.rdbuf();
        return out.str();
    }

    std::string safetensors(const std::string& header, const std::string& data)
    {
        return build::bytes(static_cast<std::uint64_t>(header.size())) + header + data;
    }

    /// Folders that are a good model but for one file.
    class Spoiler {
    public:
        Spoiler(const Program& program, BrokenInputs& out)
            : m_program(program)
            , m_out(out)
        {
        }

        /// `model` of the embedded ones with `file` replaced by `content`.
        void replace(const std::string& model, const std::string& name, const std::string& file,
            const std::string& content, std::vector<std::string> says)
        {
            const auto folder = copy(model, file);
            m_program.write(folder + "/" + file, content);
            add(name, folder, std::move(says));
        }
        void remove(
            const std::string& model, const std::string& name, const std::string& file, std::vector<std::string> says)
        {
            const auto folder = copy(model, file);
            add(name, folder, std::move(says));
        }
        void turnIntoFolder(const std::string& model, const std::string& name, const std::string& file)
        {
            const auto folder = copy(model, file);
            fs::create_directories(m_program / folder / file);
            add(name, folder, {file, "not a regular file"});
        }

    private:
        /// All its files but that one.
        std::string copy(const std::string& model, const std::string& file)
        {
            const auto folder = text::join(model, m_out.size());
            fs::create_directories(m_program / folder);
            for (const auto& entry : fs::directory_iterator(kModels / model))
                if (entry.path().filename() != file)
                    fs::create_symlink(entry.path(), m_program / folder / entry.path().filename());
            return folder;
        }
        void add(const std::string& name, const std::string& folder, std::vector<std::string> says)
        {
            says.push_back(folder);
            m_out.push_back({name, {"models", "check", folder}, std::move(says)});
        }

        const Program& m_program;
        BrokenInputs& m_out;
    };

    void addConfigs(Spoiler& spoiler)
    {
        const auto config = read(kModels / "llm" / "config.json");
        const auto with = [&](const char* from, const char* to) { return text::replaced(config, from, to); };
        spoiler.remove("llm", "model: no config", "config.json", {"config.json"});
        spoiler.replace("llm", "config: no JSON", "config.json", "{\n\"hidden_size\": 128,,\n}", {"line 2"});
        spoiler.replace("llm", "config: heads that do not divide", "config.json",
            with("\"num_attention_heads\": 4", "\"num_attention_heads\": 5"), {"128", "5 heads"});
        spoiler.replace("llm", "config: text for a number", "config.json",
            with("\"hidden_size\": 128", "\"hidden_size\": \"wide\""), {"hidden_size", "number"});
        spoiler.replace("llm", "config: a million layers", "config.json",
            with("\"num_hidden_layers\": 4", "\"num_hidden_layers\": 1000000"), {"num_hidden_layers"});
        spoiler.replace("llm", "config: sixteen times too wide", "config.json",
            with("\"hidden_size\": 128", "\"hidden_size\": 8192"), {"parameters"});
        spoiler.replace("llm", "config: another width than the weights", "config.json",
            with("\"hidden_size\": 128", "\"hidden_size\": 256"), {"128", "256"});
        spoiler.replace(
            "llm", "config: an unknown kind", "config.json", R"({"model_type": "mamba"})", {"mamba", "llama"});
        spoiler.replace("clip", "config: a list", "config.json", "[1,2]", {"config.json"});
    }

    void addWeights(Spoiler& spoiler)
    {
        const auto weights = read(kModels / "llm" / "model.safetensors");
        const auto tensor = [](const std::string& rest) {
            return R"({"model.norm.weight":{"dtype":"F32",)" + rest + "}}";
        };
        spoiler.remove("llm", "model: no weights", "model.safetensors", {});
        spoiler.replace("llm", "weights: empty", "model.safetensors", "", {"0 bytes"});
        spoiler.replace("llm", "weights: cut off", "model.safetensors", weights.substr(0, 900000), {"cut off"});
        spoiler.replace("llm", "weights: a header beyond the file", "model.safetensors",
            build::bytes(std::uint64_t(1) << 60) + "{}", {"header", "1152921504606846976"});
        spoiler.replace(
            "llm", "weights: a header that is no JSON", "model.safetensors", safetensors("{\"a\": ", ""), {"line 1"});
        spoiler.replace("llm", "weights: a shape of text", "model.safetensors",
            safetensors(tensor(R"("shape":"x","data_offsets":[0,4])"), "abcd"), {"model.norm.weight", "shape"});
        spoiler.replace("llm", "weights: fewer bytes than the shape", "model.safetensors",
            safetensors(tensor(R"("shape":[128],"data_offsets":[0,4])"), "abcd"), {"model.norm.weight", "4", "512"});
        spoiler.replace("llm", "weights: a shape beyond counting", "model.safetensors",
            safetensors(tensor(R"("shape":[9223372036854775807,9],"data_offsets":[0,4])"), "abcd"),
            {"model.norm.weight"});
        spoiler.replace("llm", "weights: one tensor of many", "model.safetensors",
            safetensors(tensor(R"("shape":[1],"data_offsets":[0,4])"), "abcd"), {});
        spoiler.turnIntoFolder("llm", "weights: a folder", "model.safetensors");
    }

    void addTokenizers(Spoiler& spoiler)
    {
        const auto model = read(kModels / "llm" / "tokenizer.model");
        spoiler.remove("llm", "model: no tokenizer", "tokenizer.model", {"tokenizer.model"});
        spoiler.replace("llm", "tokenizer: cut off", "tokenizer.model", model.substr(0, 4001), {"tokenizer.model"});
        spoiler.replace("llm", "tokenizer: empty", "tokenizer.model", "", {"tokenizer.model", "empty"});
        spoiler.replace(
            "llm", "tokenizer: JSON", "tokenizer.model", R"({"model": {"type": "BPE"}})", {"tokenizer.model"});
        spoiler.replace(
            "clip", "vocabulary: two symbols of one id", "vocab.json", R"({"a": 1, "b": 1})", {"vocab.json", "id"});
        spoiler.replace("clip", "merges: a line of three", "merges.txt", "#version: 0.2\nt h\nt h e\n", {"line 3"});
    }

    void addArchives(const Program& program, BrokenInputs& out)
    {
        const auto add = [&](const std::string& name, const std::string& content, std::vector<std::string> says) {
            const auto folder = text::join("archive", out.size());
            fs::create_directories(program / folder);
            fs::create_symlink(kModels / "llm" / "config.json", program / folder / "config.json");
            program.write(folder + "/pytorch_model.bin", content);
            says.emplace_back("pytorch_model.bin");
            out.push_back({name, {"models", "check", folder}, std::move(says)});
        };
        const auto state = [](const build::TensorSpec& spec) {
            return build::program(build::dict({{"model.norm.weight", build::tensor(spec)}}));
        };
        const auto whole = build::zip({{"a/data.pkl", state({})}, {"a/data/0", std::string(16, '\0')}});
        add("archive: cut off", whole.substr(0, whole.size() - 30), {"cut off"});
        add("archive: compressed", build::zip({{"a/data.pkl", state({}), 8}}), {"compressed"});
        add("archive: no description", build::zip({{"a/data/0", "abcd"}}), {"data.pkl"});
        add("archive: a storage that is not there", build::zip({{"a/data.pkl", state({})}}), {"model.norm.weight"});
        add("archive: a view outside its storage",
            build::zip({{"a/data.pkl", state({.shape = {400}})}, {"a/data/0", std::string(16, '\0')}}),
            {"model.norm.weight", "4 elements"});
        add("archive: a pickle that calls",
            build::zip({{"a/data.pkl",
                build::program(build::name("posix", "system") + "(" + build::text("touch pwned") + "tR")}}),
            {"posix.system", "refused"});
    }

} // namespace

BrokenInputs brokenModels(const Program& program)
{
    BrokenInputs out;
    Spoiler spoiler(program, out);
    addConfigs(spoiler);
    addWeights(spoiler);
    addTokenizers(spoiler);
    addArchives(program, out);
    out.push_back({"model: no folder", {"models", "check", "nomodel"}, {"nomodel"}});
    return out;
}

} // namespace winnow::e2e
