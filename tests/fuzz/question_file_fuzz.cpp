// Questions of a benchmark from a stranger; the first line of the input names the format.
#include "core/evaluate/task.h"
#include "tests/fuzz/fuzz_input.h"

namespace {

using namespace winnow;

void check(const evaluate::QuestionSet& set, const std::filesystem::path& root)
{
    for (const auto& question : set.questions) {
        fuzz::promise(question.imageNumber >= 0 && question.imageNumber < set.imageCount(), "pictures are numbered");
        const auto inside = question.image.lexically_normal().lexically_relative(root);
        fuzz::promise(!inside.empty() && *inside.begin() != "..", "a picture's path stays in its folder");
    }
    for (const auto& bad : set.bad)
        fuzz::checkSentence(bad.reason);
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const fuzz::Scratch scratch;
    auto rest = fuzz::asText(data, size);
    const std::string format(fuzz::takeLine(rest));
    if (format == "mme") {
        const auto folder = scratch.folder() / "mme" / "existence";
        std::filesystem::create_directories(folder);
        scratch.write("mme/existence/a.jpg", "");
        scratch.write("mme/existence/a.txt", rest);
        fuzz::mayRefuse(
            [&] { check(evaluate::loadQuestions(scratch.folder() / "mme", "auto"), scratch.folder() / "mme"); });
        return 0;
    }
    const auto file = scratch.write("questions.tsv", rest);
    fuzz::mayRefuse([&] { check(evaluate::loadQuestions(file, format), scratch.folder()); });
    return 0;
}
