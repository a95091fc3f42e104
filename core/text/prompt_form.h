#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace winnow::text {

/// How a language model wants to be asked.
struct PromptForm {
    std::string promptTemplate = "{}\n"; ///< `{}` = the question; plain text and a new line where no form is known
    std::string endMark;                 ///< what stands behind an answer before the next question
};

/// The form that a `chat_template` of tokenizer_config.json stands for, by its marks: Llama 2 (`[INST] {} [/INST] `),
/// Vicuna 1.1 (`USER: {} ASSISTANT: `), Vicuna 0 and MiniGPT-4 (`###Human: {} ###Assistant: `), Alpaca (`###
/// Instruction:`). Absent for any other, and for forms that need special tokens of their own (`<|im_start|>`).
std::optional<PromptForm> promptFormOf(std::string_view chatTemplate);

} // namespace winnow::text
