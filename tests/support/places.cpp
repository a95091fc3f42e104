#include "tests/support/places.h"

namespace winnow {

std::string sourceDir() { return WINNOW_SOURCE_DIR; }
std::string sharedDir() { return WINNOW_SHARED_DIR; }
std::string goldenDir() { return WINNOW_SOURCE_DIR "/tests/golden/data"; }
std::string programDir() { return WINNOW_BIN_DIR; }

} // namespace winnow
