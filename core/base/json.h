#pragma once

#include "core/base/error.h"
#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace winnow {

/// JSON values keep the order of their keys, so that what is written back reads like what came in.
using Json = nlohmann::ordered_json;

namespace json {

    /// The text as JSON. `what` names it in messages ("config.json"). Nesting is limited to 64 levels; invalid UTF-8 is refused.
    /// Throws Error(BadFile) with line and column.
    Json parse(std::string_view text, std::string_view what);

    /// The file as JSON. Throws Error: NotFound, TooLarge (over maxBytes), BadFile.
    Json load(const std::filesystem::path& file, std::uint64_t maxBytes = std::uint64_t(1) << 30);

    /// Compact text; invalid UTF-8 becomes U+FFFD, non-finite numbers become null.
    std::string dump(const Json& value);
    /// Indented text with a final newline, for files that people read.
    std::string dumpPretty(const Json& value);

    /// Throws Error(BadFile): `what` has no `name`, or another type than expected.
    [[noreturn]] void failField(std::string_view what, std::string_view name, std::string_view problem);

    /// A number without a fraction between the two, written as a whole number or not (4, 4.0).
    bool isWhole(const Json& value, std::int64_t low, std::uint64_t high);

    /// Whether the value turns into a T without loss; kinds other than numbers, booleans and lists of them are left to
    /// the conversion itself.
    template <typename T> bool fits(const Json& value)
    {
        if constexpr (std::is_same_v<T, bool>) {
            return value.is_boolean();
        } else if constexpr (std::is_integral_v<T>) {
            using Limits = std::numeric_limits<T>;
            return isWhole(value, static_cast<std::int64_t>(Limits::min()), static_cast<std::uint64_t>(Limits::max()));
        } else if constexpr (std::is_floating_point_v<T>) {
            return value.is_number();
        } else if constexpr (requires { typename T::value_type; }) {
            if constexpr (std::is_same_v<T, std::vector<typename T::value_type>>)
                return value.is_array() && std::all_of(value.begin(), value.end(), fits<typename T::value_type>);
            return true;
        } else {
            return true;
        }
    }

    /// A field that must be there with a type that converts to T without loss (numbers to numbers, strings to strings).
    template <typename T> T field(const Json& object, const char* name, std::string_view what)
    {
        if (!object.is_object())
            failField(what, name, "is looked for in something that is not an object");
        const auto found = object.find(name);
        if (found == object.end())
            failField(what, name, "is missing");
        try {
            if (fits<T>(*found))
                return found->template get<T>();
        } catch (const nlohmann::json::exception&) { // told of below
        }
        failField(what, name, std::string("has the unexpected type ") + found->type_name());
    }

    /// As field(), or the fallback where the field is absent or null.
    template <typename T> T fieldOr(const Json& object, const char* name, T fallback, std::string_view what)
    {
        if (!object.is_object() || !object.contains(name) || object.at(name).is_null())
            return fallback;
        return field<T>(object, name, what);
    }

} // namespace json
} // namespace winnow
