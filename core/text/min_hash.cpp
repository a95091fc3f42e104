#include "core/text/min_hash.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/text/characters.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <limits>

namespace winnow::text {

namespace {

    constexpr std::size_t kValues = MinHashTable::kValues;

    /// SplitMix64's last step: every bit of the result depends on every bit of x.
    std::uint64_t mixed(std::uint64_t x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
        return x ^ (x >> 31);
    }

    std::uint64_t hashOf(std::u32string_view piece)
    {
        std::uint64_t hash = 0x9E3779B97F4A7C15u + piece.size();
        for (const char32_t c : piece)
            hash = mixed(hash ^ c);
        return hash;
    }

    std::u32string folded(std::string_view line)
    {
        std::u32string out;
        if (isAscii(line)) {
            out.reserve(line.size());
            for (const char c : line)
                out += static_cast<char32_t>(c >= 'A' && c <= 'Z' ? c + 32 : c);
            return out;
        }
        UErrorCode status = U_ZERO_ERROR;
        const auto* const form = icu::Normalizer2::getNFKCCasefoldInstance(status);
        require(U_SUCCESS(status), ErrorCode::Internal, "the Unicode tables of this system cannot be opened");
        const auto whole =
            icu::UnicodeString::fromUTF8(icu::StringPiece(line.data(), static_cast<std::int32_t>(line.size())));
        const auto done = form->normalize(whole, status);
        require(U_SUCCESS(status), ErrorCode::Internal, "a text cannot be brought into Unicode's compatibility form");
        out.reserve(static_cast<std::size_t>(done.length()));
        for (std::int32_t i = 0; i < done.length(); i = done.moveIndex32(i, 1))
            out += static_cast<char32_t>(done.char32At(i));
        return out;
    }

    bool isKept(char32_t c)
    {
        if (c < 0x80)
            return (c >= U'a' && c <= U'z') || (c >= U'0' && c <= U'9');
        return (U_GET_GC_MASK(static_cast<UChar32>(c)) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0;
    }

    /// Calls `take` with a hash of every piece.
    template <typename Take>
    void forEachShingle(std::u32string_view line, const MinHashOptions& options, const Take& take)
    {
        const auto length = static_cast<std::size_t>(options.shingleLength);
        if (options.shingle == Shingle::Characters) {
            for (std::size_t at = 0; at == 0 || at + length <= line.size(); ++at)
                take(hashOf(line.substr(at, length)));
            return;
        }
        std::vector<std::size_t> starts{0};
        for (std::size_t at = 0; at < line.size(); ++at)
            if (line[at] == U' ')
                starts.push_back(at + 1);
        for (std::size_t word = 0; word == 0 || word + length <= starts.size(); ++word) {
            const auto end = word + length < starts.size() ? starts[word + length] - 1 : line.size();
            take(hashOf(line.substr(starts[word], end - starts[word])));
        }
    }

    std::vector<std::uint64_t> shingleSet(std::string_view line, const MinHashOptions& options)
    {
        std::vector<std::uint64_t> out;
        const auto comparable = comparableText(line);
        if (comparable.empty())
            return out;
        forEachShingle(comparable, options, [&](std::uint64_t hash) { out.push_back(hash); });
        std::sort(out.begin(), out.end());
        out.erase(std::unique(out.begin(), out.end()), out.end());
        return out;
    }

} // namespace

std::u32string comparableText(std::string_view line)
{
    const auto all = folded(line);
    std::u32string out;
    out.reserve(all.size());
    bool isPending = false;
    for (const char32_t c : all) {
        if (!isKept(c)) {
            isPending = !out.empty();
            continue;
        }
        if (isPending)
            out += U' ';
        isPending = false;
        out += c;
    }
    if (out.empty())
        std::copy_if(all.begin(), all.end(), std::back_inserter(out),
            [](char32_t c) { return c > U' ' && u_isUWhiteSpace(static_cast<UChar32>(c)) == 0; });
    return out;
}

void MinHashOptions::validate() const
{
    require(shingleLength >= 1 && shingleLength <= 100, ErrorCode::InvalidInput,
        join("texts are compared by runs of 1 to 100 characters or words, not ", shingleLength));
}

MinHashTable::MinHashTable(const MinHashOptions& options)
    : m_options(options)
{
    m_options.validate();
    Random random(m_options.seed, "min-hash");
    for (std::size_t i = 0; i < kValues; ++i) {
        m_factors.push_back(static_cast<std::uint32_t>(random.next() >> 32) | 1);
        m_offsets.push_back(static_cast<std::uint32_t>(random.next() >> 32));
    }
}

void MinHashTable::reserve(std::size_t count)
{
    m_wholes.reserve(count);
    m_values.reserve(count * kValues);
}

void MinHashTable::add(std::string_view line)
{
    const auto comparable = comparableText(line);
    if (comparable.empty()) {
        m_wholes.push_back(0);
        m_values.resize(m_values.size() + kValues, 0);
        return;
    }
    m_wholes.push_back(std::max<std::uint64_t>(1, hashOf(comparable)));
    std::array<std::uint32_t, kValues> least;
    least.fill(std::numeric_limits<std::uint32_t>::max());
    forEachShingle(comparable, m_options, [&](std::uint64_t hash) {
        const auto x = static_cast<std::uint32_t>(hash >> 32);
        for (std::size_t i = 0; i < kValues; ++i)
            least[i] = std::min(least[i], m_factors[i] * x + m_offsets[i]);
    });
    // 16 bits of a mixed value are kept: two different elements look alike once in 65,536.
    for (const auto value : least)
        m_values.push_back(static_cast<std::uint16_t>(mixed(value) >> 48));
}

double MinHashTable::similarity(std::size_t first, std::size_t second) const
{
    if (isEmpty(first) || isEmpty(second))
        return 0;
    if (isSame(first, second))
        return 1;
    const auto a = signature(first), b = signature(second);
    int equal = 0;
    for (std::size_t i = 0; i < kValues; ++i)
        equal += a[i] == b[i] ? 1 : 0;
    return equal == int(kValues) ? 1 - 0.5 / kValues : equal / double(kValues);
}

double jaccard(std::string_view first, std::string_view second, const MinHashOptions& options)
{
    options.validate();
    const auto a = shingleSet(first, options), b = shingleSet(second, options);
    if (a.empty() || b.empty())
        return 0;
    std::vector<std::uint64_t> both;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
    return static_cast<double>(both.size()) / static_cast<double>(a.size() + b.size() - both.size());
}

} // namespace winnow::text
