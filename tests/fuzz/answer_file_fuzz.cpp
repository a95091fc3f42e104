// A file of answers that was cut, edited or made by a stranger: read, and gone on with.
#include "core/evaluate/answer_file.h"
#include "tests/fuzz/fuzz_input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace winnow;
    static const fuzz::Scratch scratch;
    const auto file = scratch.write("answers.jsonl", fuzz::asText(data, size));
    fuzz::mayRefuse([&] { evaluate::loadAnswers(file); });
    fuzz::mayRefuse([&] {
        evaluate::AnswerFile answers(file, Json{{"benchmark", "b"}}, 4);
        for (const auto& answer : answers.answers())
            fuzz::promise(answer.question >= 0 && answer.question < 4, "an answer belongs to a question");
        answers.append({{1, "yes", {}, true}, {3, "no", {}, false}});
        fuzz::promise(answers.has(1) && answers.has(3), "what was appended is there");
    });
    return 0;
}
