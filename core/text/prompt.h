#pragma once

#include "core/text/tokenizer.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::text {

/// Where the image tokens go.
inline constexpr std::string_view kImageHere = "<ImageHere>";
/// Ends an answer in training and a turn in conversations.
inline constexpr std::string_view kEndOfTurn = "###";

/// The four instructions of MiniGPT-4's second stage (METHOD 6.4), with their picture, without the template.
const std::array<std::string_view, 4>& alignmentPrompts();

/// `###Human: {instruction} ###Assistant: `
std::string trainingPrompt(std::string_view instruction);

/// `<Img><ImageHere></Img> {instruction}`: an instruction that names no picture gets it in front.
std::string withImage(std::string_view instruction);

/// The pieces around each `<ImageHere>`: one more than there are pictures.
std::vector<std::string> splitAtImages(std::string_view prompt);

/// The two published forms of the conversation template (METHOD 6.5).
enum class ChatForm {
    Original, ///< `Assistant:`
    Latest,   ///< `Assistant: ` with a blank
};

/// One exchange; the answer of the last one is what is asked for and stays empty.
struct ChatTurn {
    std::string question;
    std::string answer;
};

/// The whole prompt of a conversation about one picture, which stands in the first question:
/// system sentence, `###`, `Human: <Img><ImageHere></Img> question###`, `Assistant: answer###`, ... `Assistant:`.
std::string chatPrompt(const std::vector<ChatTurn>& turns, ChatForm form = ChatForm::Latest);

/// The system sentence of the template.
std::string_view chatSystem();

/// An answer as it is shown: cut at `###`, only what follows the last `Assistant:`, trimmed.
std::string cleanAnswer(std::string_view generated);

/// The id sequences that `###` can become at the end of an answer, with and without a blank before it
/// ([835] and [2277, 29937] in LLaMA's vocabulary).
std::vector<std::vector<std::int64_t>> stopSequences(const Tokenizer& tokenizer);

} // namespace winnow::text
