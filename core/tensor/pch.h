// The precompiled header of files that touch tensors (packaging/cmake/Precompiled.cmake): what it leaves out is
// compiled in no file.
#pragma once

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>
