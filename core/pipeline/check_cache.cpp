#include "core/pipeline/check_cache.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/row_set.h"

#include <algorithm>
#include <span>

namespace winnow::pipeline {

namespace {

    constexpr std::size_t kRowsInPart = 200'000; ///< of at most five bytes each: a part fits into the cache

    std::string partKey(std::string_view kind, std::size_t part) { return text::join("rows|", kind, '|', part); }

} // namespace

CheckCache::CheckCache(const std::filesystem::path& project)
    : m_cache(project / "check.sqlite")
{
}

check::PictureFacts CheckCache::facts(const std::filesystem::path& picture)
{
    const auto stamp = check::stampOf(picture);
    if (!stamp.empty())
        if (auto known = check::factsFromLine(m_cache.find(stamp)))
            return *known;
    auto facts = check::inspectPicture(picture);
    if (!stamp.empty() && facts.isLasting)
        m_cache.put(stamp, check::toLine(facts));
    return facts;
}

void CheckCache::keepRows(std::string_view kind, const std::vector<PairRow>& rows)
{
    const auto parts = (rows.size() + kRowsInPart - 1) / kRowsInPart;
    m_cache.put(partKey(kind, 0), text::join(parts));
    for (std::size_t part = 0; part < parts; ++part) {
        const auto first = part * kRowsInPart;
        const auto bytes =
            store::encodeRows(std::span(rows).subspan(first, std::min(kRowsInPart, rows.size() - first)));
        m_cache.put(
            partKey(kind, part + 1), std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
    }
    m_cache.flush();
}

std::optional<std::vector<PairRow>> CheckCache::rows(std::string_view kind)
{
    std::int64_t parts = 0;
    if (!text::parseInt(m_cache.find(partKey(kind, 0)), parts))
        return std::nullopt;
    std::vector<PairRow> out;
    for (std::int64_t part = 0; part < parts; ++part) {
        const auto bytes = m_cache.find(partKey(kind, static_cast<std::size_t>(part) + 1));
        std::size_t at = 0;
        try {
            const auto rows = store::decodeRows(std::as_bytes(std::span(bytes.data(), bytes.size())), at);
            out.insert(out.end(), rows.begin(), rows.end());
        } catch (const Error&) {
            return std::nullopt;
        }
    }
    return out;
}

} // namespace winnow::pipeline
