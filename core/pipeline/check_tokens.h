#pragma once

#include "core/check/token_limit.h"
#include "core/pipeline/check_job.h"

#include <memory>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// The tokenizers of a project's models without their weights, and what they let through.
struct TokenLimits {
    std::vector<std::unique_ptr<const check::TokenLimit>> limits;
    std::vector<std::string> notes; ///< which limit is not checked, and why
};

/// CLIP's text tower and the fine-tuned model's answers. A role whose default model cannot be read is a note; a folder
/// that the options name must be readable. Throws Error: NotFound, BadFile (of a named folder).
TokenLimits loadTokenLimits(const CheckOptions& options);

} // namespace winnow::pipeline
