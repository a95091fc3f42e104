#include "core/base/json.h"

#include "core/base/file.h"

#include <cmath>

namespace winnow::json {

namespace {

    constexpr int kMaxDepth = 64;

    /// Line and column (1-based) of a byte offset.
    std::string place(std::string_view text, std::size_t offset)
    {
        std::size_t line = 1, column = 1;
        for (std::size_t i = 0; i < std::min(offset, text.size()); ++i) {
            column = text[i] == '\n' ? 1 : column + 1;
            line += text[i] == '\n' ? 1 : 0;
        }
        return text::join("line ", line, ", column ", column);
    }

    /// Refuses nesting that would exhaust the stack of a recursive reader; strings are skipped.
    void checkDepth(std::string_view text, std::string_view what)
    {
        int depth = 0;
        bool inString = false;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const char c = text[i];
            if (inString) {
                i += c == '\\' ? 1 : 0;
                inString = c != '"';
                continue;
            }
            inString = c == '"';
            depth += (c == '{' || c == '[') ? 1 : (c == '}' || c == ']') ? -1 : 0;
            if (depth > kMaxDepth)
                throw Error(ErrorCode::BadFile,
                    text::join(what, " is nested deeper than ", kMaxDepth, " levels at ", place(text, i)));
        }
    }

    /// In words what a value is that did not fit, and what else is expected.
    std::string_view unexpected(std::string_view type)
    {
        if (type == "string")
            return "is text in quotes, expected a number or another value without quotes";
        if (type == "number")
            return "is a number that does not fit, expected text in quotes, a whole number in range, or a list";
        if (type == "boolean")
            return "is true or false, expected text, a number or a list";
        if (type == "array")
            return "is a list, expected a single value, or items of another kind";
        return type == "object" ? "is an object, expected a single value or a list" : "is null, expected a value";
    }

} // namespace

Json parse(std::string_view text, std::string_view what)
{
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    checkDepth(text, what);
    try {
        return Json::parse(text);
    } catch (const nlohmann::json::parse_error& e) {
        const auto at = e.byte > 0 ? e.byte - 1 : 0;
        const auto bad = text::findInvalidUtf8(text);
        if (bad != std::string_view::npos && bad <= e.byte)
            throw Error(ErrorCode::BadFile, text::join(what, " is not UTF-8 text at ", place(text, bad)));
        throw Error(ErrorCode::BadFile,
            text::join(what, " is not valid JSON at ", place(text, at), text.empty() ? ": it is empty" : ""));
    } catch (const nlohmann::json::exception& e) {
        throw Error(ErrorCode::BadFile, text::join(what, " is not valid JSON: ", e.what()));
    }
}

Json load(const std::filesystem::path& path, std::uint64_t maxBytes)
{
    return parse(file::readAll(path, maxBytes), path.string());
}

std::string dump(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::string dumpPretty(const Json& value) { return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

bool isWhole(const Json& value, std::int64_t low, std::uint64_t high)
{
    if (value.is_number_unsigned())
        return value.get<std::uint64_t>() <= high;
    if (value.is_number_integer()) {
        const auto number = value.get<std::int64_t>();
        return number >= low && (number < 0 || static_cast<std::uint64_t>(number) <= high);
    }
    constexpr double kExact = 9'007'199'254'740'992.0; // 2^53: above it not every whole number is one
    const double number = value.is_number_float() ? value.get<double>() : 0.5;
    return number == std::floor(number) && std::abs(number) <= kExact && number >= static_cast<double>(low)
        && number <= static_cast<double>(high);
}

void failField(std::string_view what, std::string_view name, std::string_view problem)
{
    constexpr std::string_view kType = "has the unexpected type ";
    if (problem.starts_with(kType))
        problem = unexpected(problem.substr(kType.size()));
    throw Error(ErrorCode::BadFile, text::join(what, ": field \"", name, "\" ", problem));
}

} // namespace winnow::json
