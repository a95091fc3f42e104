#pragma once

#include "core/check/picture_facts.h"
#include "core/store/thumbnails.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::pipeline {

/// What a check keeps beside the project, in `check.sqlite`: facts of picture files and the rows of each finding. May
/// be deleted at any time; where it cannot be written, everything is looked at anew. Thread: one at a time.
class CheckCache {
public:
    explicit CheckCache(const std::filesystem::path& project);

    /// From the cache while path, size and time are the same, else by a look at the file.
    check::PictureFacts facts(const std::filesystem::path& picture);

    void keepRows(std::string_view kind, const std::vector<PairRow>& rows);
    /// Nothing where none were kept, or they are damaged.
    std::optional<std::vector<PairRow>> rows(std::string_view kind);

private:
    store::ThumbnailCache m_cache;
};

} // namespace winnow::pipeline
