#include "core/base/error.h"
#include "core/base/text.h"
#include "tests/golden/golden.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <optional>
#include <string>
#include <vector>

namespace winnow::golden {
namespace {

    namespace fs = std::filesystem;

    constexpr int kDone = 0, kFailed = 1, kUsage = 2;
    constexpr const char* kUsageText =
        "usage: golden_check KIND DIR [--data DIR] [--device cpu|cuda:0]\n"
        "Compares this program's models with the reference numbers in DIR, laid out as the golden README says.\n"
        "KIND: clip deberta llama blip2 eva_vit minigpt4 optim selector image tokenizers clustering\n";

    struct Arguments {
        std::string kind;
        Request request;
    };

    std::optional<Arguments> parseArguments(const std::vector<std::string>& words)
    {
        Arguments arguments;
        std::vector<std::string> plain;
        for (size_t i = 0; i < words.size(); ++i) {
            const bool takesValue = words[i] == "--data" || words[i] == "--device";
            if (!takesValue) {
                plain.push_back(words[i]);
                continue;
            }
            if (i + 1 == words.size())
                return {};
            if (words[i] == "--data")
                arguments.request.data = words[i + 1];
            else
                arguments.request.device = words[i + 1];
            ++i;
        }
        if (plain.size() != 2 || plain[0].starts_with("-"))
            return {};
        arguments.kind = plain[0];
        arguments.request.dir = plain[1];
        if (arguments.request.data.empty())
            arguments.request.data = fs::path(WINNOW_SHARED_DIR) / "data";
        return arguments;
    }

    bool isSet(const fs::path& dir)
    {
        for (const char* name :
            {"golden.safetensors", "cases.json", "images.json", "clip_bpe.json", "llama_sentencepiece.json"})
            if (fs::exists(dir / name))
                return true;
        return false;
    }

    /// The folder itself, or the sets one level below it.
    std::vector<fs::path> findSets(const fs::path& dir)
    {
        require(fs::is_directory(dir), ErrorCode::NotFound, text::join("there is no folder ", dir.string()));
        if (isSet(dir))
            return {dir};
        std::vector<fs::path> sets;
        for (const auto& entry : fs::directory_iterator(dir))
            if (entry.is_directory() && isSet(entry.path()))
                sets.push_back(entry.path());
        require(!sets.empty(), ErrorCode::NotFound,
            text::join(dir.string(), " holds no golden set (no golden.safetensors or cases.json)"));
        std::sort(sets.begin(), sets.end());
        return sets;
    }

    void checkSet(const std::string& name, const Request& request, Reporter& reporter)
    {
        const Kind* chosen = nullptr;
        for (const auto& kind : kinds())
            if (kind.name == name && (kind.marker.empty() || fs::exists(request.dir / kind.marker))) {
                chosen = &kind;
                break;
            }
        if (chosen == nullptr || chosen->check == nullptr) {
            reporter.fail(text::join(name, " of ", request.dir.string()), "not built");
            return;
        }
        try {
            chosen->check(request, reporter);
        } catch (const Error& e) {
            reporter.fail(request.dir.string(), e.message());
        } catch (const std::exception& e) {
            reporter.fail(request.dir.string(), e.what());
        }
    }

    int run(const Arguments& arguments)
    {
        Reporter reporter;
        for (const auto& set : findSets(arguments.request.dir)) {
            std::printf(
                "-- %s %s on %s\n", arguments.kind.c_str(), set.string().c_str(), arguments.request.device.c_str());
            checkSet(arguments.kind, {set, arguments.request.data, arguments.request.device}, reporter);
        }
        std::printf("%d comparisons, %d failed\n", reporter.comparisons(), reporter.failures());
        return reporter.failures() == 0 && reporter.comparisons() > 0 ? kDone : kFailed;
    }

} // namespace
} // namespace winnow::golden

int main(int argc, char** argv)
{
    using namespace winnow::golden;
    const auto arguments = parseArguments({argv + 1, argv + argc});
    if (!arguments) {
        std::fputs(kUsageText, stderr);
        return kUsage;
    }
    try {
        return run(*arguments);
    } catch (const std::exception& e) {
        std::printf("FAIL %s\n", e.what());
        return kFailed;
    }
}
