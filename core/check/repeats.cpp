#include "core/check/repeats.h"

#include "core/base/error.h"
#include "core/base/file.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <tuple>
#include <unordered_map>

namespace winnow::check {

Digest Digest::of(std::string_view bytes) { return fromHex(file::sha256(bytes)); }

Digest Digest::fromHex(std::string_view digits)
{
    Digest out;
    const auto read = [&](std::size_t from, std::uint64_t& value) {
        const auto* first = digits.data() + from;
        return digits.size() >= from + 16 && std::from_chars(first, first + 16, value, 16).ptr == first + 16;
    };
    require(read(0, out.high) && read(16, out.low), ErrorCode::BadFile, "a kept digest has no 32 hexadecimal digits");
    return out;
}

std::vector<Repeat> findRepeats(std::vector<DigestOfRow> digests)
{
    std::sort(digests.begin(), digests.end());
    std::vector<Repeat> out;
    for (std::size_t first = 0; first < digests.size();) {
        auto at = first;
        for (; at < digests.size() && digests[at].first == digests[first].first; ++at)
            if (digests[at].second != digests[first].second)
                out.push_back({digests[at].second, digests[first].second});
        first = at;
    }
    std::sort(out.begin(), out.end());
    const auto isSameRow = [](const Repeat& a, const Repeat& b) { return a.row == b.row; };
    out.erase(std::unique(out.begin(), out.end(), isSameRow), out.end());
    return out;
}

std::vector<Repeat> findRepeats(const std::vector<PairRow>& rows, const std::vector<std::uint32_t>& groups)
{
    assert(
        rows.size() == groups.size() && std::is_sorted(rows.begin(), rows.end()) && "one group a row, rows increase");
    std::vector<Repeat> out;
    std::unordered_map<std::uint32_t, PairRow> firsts; // looked up only
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto [first, isNew] = firsts.try_emplace(groups[i], rows[i]);
        if (!isNew && first->second != rows[i])
            out.push_back({rows[i], first->second});
    }
    return out;
}

std::vector<DigestOfRow> firstOfEach(std::vector<DigestOfRow> digests)
{
    std::sort(digests.begin(), digests.end());
    const auto isSame = [](const DigestOfRow& a, const DigestOfRow& b) { return a.first == b.first; };
    digests.erase(std::unique(digests.begin(), digests.end(), isSame), digests.end());
    std::sort(digests.begin(), digests.end(), [](const DigestOfRow& a, const DigestOfRow& b) {
        return std::tie(a.second, a.first) < std::tie(b.second, b.first);
    });
    return digests;
}

} // namespace winnow::check
