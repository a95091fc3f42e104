// The precompiled header of files that touch modules. <torch/nn.h> and <torch/torch.h> would double what every such
// file costs.
#pragma once

#include "core/tensor/pch.h"

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/pimpl.h>
