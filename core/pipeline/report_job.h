#pragma once

#include "core/pipeline/experiment_job.h"
#include "core/pipeline/outcome.h"
#include "core/pipeline/workspace.h"

#include <filesystem>
#include <string>

namespace winnow::pipeline {

/// Everything that a project holds, as one page: data, metrics, clusterings, labels, selections, runs and how they
/// compare, experiments, and the recipe. Nothing in it is fetched from elsewhere. Throws Error: BadFile, Io.
std::string projectReportHtml(store::Project& project, Figures figures);

/// Writes projectReportHtml() to a file ending in .html or .htm. details: out, bytes. Throws Error: Unsupported (.pdf:
/// the window's program writes it), InvalidInput (another ending), Io, DiskFull.
JobResult writeReport(Workspace& workspace, const std::filesystem::path& out);

} // namespace winnow::pipeline
