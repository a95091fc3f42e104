#include "core/text/prompt_form.h"

#include <gtest/gtest.h>

namespace winnow::text {

TEST(PromptForm, KnownChatTemplatesAreTakenByTheirMarks)
{
    EXPECT_EQ(promptFormOf("{{ bos_token + '[INST] ' + content + ' [/INST]' }}")->promptTemplate, "[INST] {} [/INST] ");
    EXPECT_EQ(promptFormOf("USER: {{ content }} ASSISTANT:")->promptTemplate, "USER: {} ASSISTANT: ");
    EXPECT_EQ(promptFormOf("###Human: {{ content }}")->endMark, "###");
    EXPECT_FALSE(promptFormOf("<|im_start|>user").has_value());
    EXPECT_FALSE(promptFormOf("").has_value());
    EXPECT_EQ(PromptForm().promptTemplate, "{}\n");
}

} // namespace winnow::text
