#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::dataset {

/// Parses one row at a time; what it gives lives until the next parse.
class JsonRowParser {
public:
    /// `bytesBehind` bytes after the row may be read: where they are enough (SIMDJSON_PADDING), the row is parsed where
    /// it lies, else a copy of it. Its texts are valid UTF-8. Throws Error(BadFile) with half a sentence as message:
    /// "is not valid JSON: …".
    simdjson::dom::element parse(std::string_view row, std::size_t bytesBehind = 0);

private:
    simdjson::dom::parser m_parser;
};

/// Readers of fields; each throws Error(BadFile) with half a sentence naming the field when its type is wrong.
namespace jsonrow {
    using simdjson::dom::element;
    using simdjson::dom::object;

    /// Throws unless the row is an object.
    object toObject(element row);
    /// Absent where the key is missing or null.
    std::optional<element> find(object row, std::string_view key);
    std::string toText(element value, std::string_view field);
    /// The same without a copy: lives as long as the row.
    std::string_view toView(element value, std::string_view field);
    /// Text, or a whole number as text.
    std::string toId(element value, std::string_view field);
    /// A number, or text that is one; finite.
    double toNumber(element value, std::string_view field);
    bool isNumber(element value);
    /// One path or a list of paths, each as text or as {"path": text}; absent, null and "" give none.
    std::vector<std::string> toImages(const std::optional<element>& value, std::string_view field);
    std::vector<std::string> keys(object row);
    /// The keys are these, in this order.
    bool hasKeys(object row, const std::vector<std::string>& names);
    /// "text", "a number", "a list", …
    std::string_view kindOf(element value);
} // namespace jsonrow

} // namespace winnow::dataset
