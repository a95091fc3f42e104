#pragma once

#include "core/models/vision_language.h"
#include "tests/golden/golden.h"

#include <filesystem>

namespace winnow::golden {

/// The steps of train.json by the product's own trainer, against every train.* tensor of the set.
void checkTraining(
    const Request& request, Reporter& reporter, const std::filesystem::path& weights, models::MiniGpt4Form form);

} // namespace winnow::golden
