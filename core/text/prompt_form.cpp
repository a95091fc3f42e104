#include "core/text/prompt_form.h"

#include <array>

namespace winnow::text {

std::optional<PromptForm> promptFormOf(std::string_view chatTemplate)
{
    struct Known {
        std::string_view mark;
        PromptForm form;
    };
    static const std::array<Known, 4> kKnown{{
        {"[INST]", {"[INST] {} [/INST] ", ""}},
        {"###Human:", {"###Human: {} ###Assistant: ", "###"}},
        {"### Instruction:", {"### Instruction:\n{}\n\n### Response:\n", "\n\n"}},
        {"USER:", {"USER: {} ASSISTANT: ", " "}},
    }};
    for (const auto& [mark, form] : kKnown)
        if (chatTemplate.find(mark) != std::string_view::npos)
            return form;
    return std::nullopt;
}

} // namespace winnow::text
