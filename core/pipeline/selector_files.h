#pragma once

#include "core/domain/selector.h"
#include "core/select/selector.h"
#include "core/store/project.h"

namespace winnow::pipeline {

/// Stores a fitted selector under info's name, inputs, labels, validity and provenance; kind, mode, settings and
/// parameters are taken from the model.
SelectorInfo saveFitted(store::Project& project, SelectorInfo info, const select::FittedSelector& model);

/// Throws Error: NotFound, BadFile.
select::FittedSelector loadFitted(store::Project& project, const SelectorInfo& info);

} // namespace winnow::pipeline
