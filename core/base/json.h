#pragma once

#include "core/base/error.h"
#include "core/base/text.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

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

    /// A field that must be there with a type that converts to T without loss (numbers to numbers, strings to strings).
    template <typename T> T field(const Json& object, const char* name, std::string_view what)
    {
        if (!object.is_object())
            failField(what, name, "is looked for in something that is not an object");
        const auto found = object.find(name);
        if (found == object.end())
            failField(what, name, "is missing");
        try {
            return found->template get<T>();
        } catch (const nlohmann::json::exception&) {
            failField(what, name, std::string("has the unexpected type ") + found->type_name());
        }
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
