#pragma once

#include "core/base/error.h"
#include "core/store/feature_store.h"
#include "core/store/verification.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace winnow::store {

/// What a check throws is a problem found, not the end of the checks; the same sentence stands once.
template <typename Check> void collect(std::vector<std::string>& problems, const Check& check)
{
    try {
        check();
    } catch (const Error& e) {
        if (std::find(problems.begin(), problems.end(), e.message()) == problems.end())
            problems.push_back(e.message());
    }
}

/// Maps the file of a space. Throws Error: NotFound, BadFile, Io; the sentence says how to make it again.
std::shared_ptr<const FeatureMatrix> openVectors(const std::filesystem::path& file, const FeatureInfo& info);

/// Takes back all decisions that stand, newest first, on a copy: every pair must end without a decision and without
/// stars. One sentence a problem.
std::vector<std::string> verifyLedger(Project& project);

/// Parts of verifyProject that look at the files beside the database.
void checkVectors(Project& project, Verification& out);
void checkSelectorFiles(Project& project, Verification& out);
void checkRunFolders(Project& project, Verification& out);
void checkLinks(Project& project, Verification& out);

} // namespace winnow::store
