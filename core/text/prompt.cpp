#include "core/text/prompt.h"

#include "core/base/text.h"

#include <algorithm>

namespace winnow::text {

const std::array<std::string_view, 4>& alignmentPrompts()
{
    static constexpr std::array<std::string_view, 4> kPrompts{
        "<Img><ImageHere></Img> Describe this image in detail.",
        "<Img><ImageHere></Img> Take a look at this image and describe what you notice.",
        "<Img><ImageHere></Img> Please provide a detailed description of the picture.",
        "<Img><ImageHere></Img> Could you describe the contents of this image for me?",
    };
    return kPrompts;
}

std::string trainingPrompt(std::string_view instruction) { return join("###Human: ", instruction, " ###Assistant: "); }

std::string withImage(std::string_view instruction)
{
    if (instruction.find(kImageHere) != std::string_view::npos)
        return std::string(instruction);
    return join("<Img>", kImageHere, "</Img> ", instruction);
}

std::vector<std::string> splitAtImages(std::string_view prompt)
{
    std::vector<std::string> out;
    for (auto at = prompt.find(kImageHere); at != std::string_view::npos; at = prompt.find(kImageHere)) {
        out.emplace_back(prompt.substr(0, at));
        prompt.remove_prefix(at + kImageHere.size());
    }
    out.emplace_back(prompt);
    return out;
}

std::string_view chatSystem()
{
    return "Give the following image: <Img>ImageContent</Img>. You will be able to see the image once I provide it to "
           "you. "
           "Please answer my questions.";
}

std::string chatPrompt(const std::vector<ChatTurn>& turns, ChatForm form)
{
    const std::string_view role = form == ChatForm::Latest ? "Assistant: " : "Assistant:";
    std::string out = join(chatSystem(), kEndOfTurn);
    for (std::size_t i = 0; i < turns.size(); ++i) {
        const auto& [question, answer] = turns[i];
        out += join("Human: ", i == 0 ? withImage(question) : question, kEndOfTurn, role);
        if (i + 1 < turns.size())
            out += join(form == ChatForm::Latest ? "" : " ", answer, kEndOfTurn);
    }
    return out;
}

std::string cleanAnswer(std::string_view generated)
{
    constexpr std::string_view kRole = "Assistant:";
    generated = generated.substr(0, generated.find(kEndOfTurn));
    if (const auto role = generated.rfind(kRole); role != std::string_view::npos)
        generated.remove_prefix(role + kRole.size());
    return std::string(trimmed(generated));
}

std::vector<std::vector<std::int64_t>> stopSequences(const Tokenizer& tokenizer)
{
    const auto alone = tokenizer.encode(kEndOfTurn);
    const auto context = tokenizer.encode("a\n");
    auto behind = tokenizer.encode(join("a\n", kEndOfTurn));
    std::vector<std::vector<std::int64_t>> out{alone};
    const bool continues = behind.size() > context.size() && std::equal(context.begin(), context.end(), behind.begin());
    if (continues)
        behind.erase(behind.begin(), behind.begin() + static_cast<std::ptrdiff_t>(context.size()));
    if (continues && behind != alone)
        out.push_back(std::move(behind));
    return out;
}

} // namespace winnow::text
