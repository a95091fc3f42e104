// The precompiled header of tests that reach torch (packaging/cmake/Precompiled.cmake).
#pragma once

#include "core/models/pch.h"
#include "tests/pch.h"
