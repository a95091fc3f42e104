#pragma once

#include "core/net/hub.h"

#include <cstdint>
#include <string>
#include <vector>

namespace winnow::pipeline {

/// Which of a repository's files Winnow needs.
struct NeededFiles {
    std::vector<net::HubFile> files; ///< small ones first, then the weights; each by name
    std::int64_t leftOutCount = 0;
    std::int64_t leftOutBytes = 0;
};

/// Configuration, tokenizer, licence, README, and weights of one kind: safetensors before PyTorch's archives, whole
/// before sharded, transformers' naming before open_clip's, MiniGPT-4's original .pth last. Throws Error: NotFound (no
/// weights of a kind that is read, naming what is there), TooLarge (over 600 files, a text file over 64 MB).
NeededFiles chooseFiles(const net::HubListing& listing);

} // namespace winnow::pipeline
