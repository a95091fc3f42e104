#pragma once

#include "core/dataset/formats.h"

#include <memory>

namespace winnow::dataset {

/// One sample a pair: `00000000.jpg` (`00000000.0.jpg`, `00000000.1.jpg` where there are several), `.txt` with the
/// responses, `.json` with id, instruction and response or conversations, and metrics. Pictures are taken in whole,
/// undecoded. Keys are running numbers since ids may hold what a key cannot.
std::unique_ptr<PairWriter> makeWebDatasetWriter(AtomicTextFile& out, const ExportOptions& options);

} // namespace winnow::dataset
