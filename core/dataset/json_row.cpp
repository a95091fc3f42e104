#include "core/dataset/json_row.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <cmath>

namespace winnow::dataset {

namespace {

    [[noreturn]] void failField(std::string_view field, std::string_view problem)
    {
        throw Error(ErrorCode::BadFile, text::join(field, " ", problem));
    }

    bool hasNan(std::string_view row)
    {
        return row.find("NaN") != std::string_view::npos || row.find("Infinity") != std::string_view::npos;
    }

    /// A picture's path as text, or as the libraries around the Hugging Face hub write it: {"path": …, "bytes": …}.
    std::string toPath(jsonrow::element value, std::string_view field)
    {
        jsonrow::object picture;
        if (value.get(picture) != simdjson::SUCCESS)
            return jsonrow::toText(value, field);
        const auto path = jsonrow::find(picture, "path");
        if (!path)
            failField(field, "is an object without path, only pictures in files of their own are read");
        return jsonrow::toText(*path, field);
    }

} // namespace

simdjson::dom::element JsonRowParser::parse(std::string_view row, std::size_t bytesBehind)
{
    simdjson::dom::element out;
    const auto* const begin = row.empty() ? "" : row.data(); // simdjson copies from it whatever the length
    const auto problem = m_parser.parse(begin, row.size(), bytesBehind < simdjson::SIMDJSON_PADDING).get(out);
    if (problem == simdjson::SUCCESS)
        return out;
    if (problem == simdjson::UTF8_ERROR || !text::isValidUtf8(row))
        throw Error(ErrorCode::BadFile, "is not valid UTF-8");
    if (hasNan(row))
        throw Error(ErrorCode::BadFile, "is not valid JSON: NaN and Infinity are no JSON numbers");
    std::string_view why = simdjson::error_message(problem);
    why = why.substr(0, why.find('.'));
    throw Error(ErrorCode::BadFile, text::join("is not valid JSON: ", why));
}

namespace jsonrow {

    std::string_view kindOf(element value)
    {
        switch (value.type()) {
        case simdjson::dom::element_type::ARRAY:
            return "a list";
        case simdjson::dom::element_type::OBJECT:
            return "an object";
        case simdjson::dom::element_type::STRING:
            return "text";
        case simdjson::dom::element_type::BOOL:
            return "true or false";
        case simdjson::dom::element_type::NULL_VALUE:
            return "null";
        default:
            return "a number";
        }
    }

    object toObject(element row)
    {
        object out;
        if (row.get(out) != simdjson::SUCCESS)
            throw Error(ErrorCode::BadFile, text::join("the row is ", kindOf(row), ", expected an object"));
        return out;
    }

    std::optional<element> find(object row, std::string_view key)
    {
        element out;
        if (row.at_key(key).get(out) != simdjson::SUCCESS || out.is_null())
            return std::nullopt;
        return out;
    }

    std::string_view toView(element value, std::string_view field)
    {
        std::string_view out;
        if (value.get(out) != simdjson::SUCCESS)
            failField(field, text::join("is ", kindOf(value), ", expected text"));
        return out;
    }

    std::string toText(element value, std::string_view field) { return std::string(toView(value, field)); }

    std::string toId(element value, std::string_view field)
    {
        std::int64_t whole = 0;
        if (value.get(whole) == simdjson::SUCCESS)
            return std::to_string(whole);
        if (!value.is_string())
            failField(field, text::join("is ", kindOf(value), ", expected text or a whole number"));
        return toText(value, field);
    }

    bool isNumber(element value) { return value.is_number(); }

    double toNumber(element value, std::string_view field)
    {
        double number = 0;
        if (value.is_string()) {
            const std::string written = toText(value, field);
            if (!text::parseDouble(written, number))
                failField(field, text::join("is \"", text::shortened(written, 30), "\", expected a number"));
        } else if (value.get(number) != simdjson::SUCCESS) {
            failField(field, text::join("is ", kindOf(value), ", expected a number"));
        }
        if (!std::isfinite(number))
            failField(field, "is not a finite number");
        return number;
    }

    std::vector<std::string> toImages(const std::optional<element>& value, std::string_view field)
    {
        std::vector<std::string> out;
        if (!value)
            return out;
        simdjson::dom::array list;
        if (value->get(list) == simdjson::SUCCESS) {
            for (const element item : list)
                out.push_back(toPath(item, field));
            return out;
        }
        std::string one = toPath(*value, field);
        if (!one.empty())
            out.push_back(std::move(one));
        return out;
    }

    bool hasKeys(object row, const std::vector<std::string>& names)
    {
        auto name = names.begin();
        for (const auto field : row) {
            if (name == names.end() || *name != field.key)
                return false;
            ++name;
        }
        return name == names.end();
    }

    std::vector<std::string> keys(object row)
    {
        std::vector<std::string> out;
        for (const auto field : row)
            out.emplace_back(field.key);
        return out;
    }

} // namespace jsonrow
} // namespace winnow::dataset
