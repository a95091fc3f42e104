#include "core/store/selector_json.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <cmath>

namespace winnow::store {

namespace {

    Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

    Json numbers(const std::vector<double>& values)
    {
        Json out = Json::array();
        for (const double value : values)
            out.push_back(number(value));
        return out;
    }

    double numberOf(const Json& object, const char* name, const std::string& what)
    {
        return json::fieldOr(object, name, kMissing, what);
    }

    std::vector<double> numbersOf(const Json& object, const char* name, const std::string& what)
    {
        std::vector<double> out;
        const auto found = object.find(name);
        if (found == object.end())
            return out;
        require(found->is_array(), ErrorCode::BadFile, text::join(what, ": ", name, " is not a list"));
        for (const auto& value : *found)
            out.push_back(value.is_number() ? value.get<double>() : kMissing);
        return out;
    }

    Json toJson(const SelectorImportance& one)
    {
        return {{"input", one.input}, {"importance", number(one.importance)}, {"coefficient", number(one.coefficient)}};
    }

} // namespace

Json inputsToJson(const std::vector<SelectorInput>& inputs)
{
    Json out = Json::array();
    for (const auto& input : inputs)
        out.push_back({{"name", input.name}, {"factor", input.factor}, {"width", input.width}});
    return out;
}

std::vector<SelectorInput> inputsFromJson(const Json& value, const std::string& what)
{
    require(value.is_array(), ErrorCode::BadFile, text::join(what, ": its inputs are not a list"));
    std::vector<SelectorInput> out;
    for (const auto& item : value)
        out.push_back({json::field<std::string>(item, "name", what), json::field<double>(item, "factor", what),
            json::field<std::int64_t>(item, "width", what)});
    return out;
}

Json weightsToJson(const std::map<std::string, double>& weights)
{
    Json out = Json::object();
    for (const auto& [name, weight] : weights)
        out[name] = weight;
    return out;
}

std::map<std::string, double> weightsFromJson(const Json& value, const std::string& what)
{
    require(value.is_object(), ErrorCode::BadFile, text::join(what, ": its weights are not an object"));
    std::map<std::string, double> out;
    for (const auto& [name, weight] : value.items())
        if (weight.is_number())
            out[name] = weight.get<double>();
    return out;
}

Json validityToJson(const SelectorValidity& validity)
{
    if (validity.labelCount == 0)
        return Json::object();
    Json out{{"labels", validity.labelCount}, {"label_deviation", number(validity.labelDeviation)},
        {"fit_error", number(validity.fitError)}, {"fit_r2", number(validity.fitR2)},
        {"fit_spearman", number(validity.fitSpearman)}, {"error", number(validity.error)},
        {"chance_error", number(validity.chanceError)}, {"r2", number(validity.r2)},
        {"spearman", number(validity.spearman)}, {"p_value", number(validity.pValue)},
        {"permutations", validity.permutations}, {"beats_chance", validity.beatsChance}, {"scheme", validity.scheme},
        {"verdict", validity.verdict}, {"subsets", validity.subsets}, {"measured", numbers(validity.labels)},
        {"fitted", numbers(validity.fitted)}, {"predicted", numbers(validity.predicted)},
        {"importances", Json::array()}};
    for (const auto& one : validity.importances)
        out["importances"].push_back(toJson(one));
    return out;
}

SelectorValidity validityFromJson(const Json& value, const std::string& what)
{
    SelectorValidity out;
    out.labelCount = json::fieldOr<std::int64_t>(value, "labels", 0, what);
    if (out.labelCount == 0)
        return out;
    out.labelDeviation = numberOf(value, "label_deviation", what);
    out.fitError = numberOf(value, "fit_error", what);
    out.fitR2 = numberOf(value, "fit_r2", what);
    out.fitSpearman = numberOf(value, "fit_spearman", what);
    out.error = numberOf(value, "error", what);
    out.chanceError = numberOf(value, "chance_error", what);
    out.r2 = numberOf(value, "r2", what);
    out.spearman = numberOf(value, "spearman", what);
    out.pValue = numberOf(value, "p_value", what);
    out.permutations = json::fieldOr<std::int64_t>(value, "permutations", 0, what);
    out.beatsChance = json::fieldOr(value, "beats_chance", false, what);
    out.scheme = json::fieldOr<std::string>(value, "scheme", "", what);
    out.verdict = json::fieldOr<std::string>(value, "verdict", "", what);
    out.subsets = json::fieldOr<std::vector<std::string>>(value, "subsets", {}, what);
    out.labels = numbersOf(value, "measured", what);
    out.fitted = numbersOf(value, "fitted", what);
    out.predicted = numbersOf(value, "predicted", what);
    const auto importances = value.find("importances");
    if (importances == value.end())
        return out;
    for (const auto& item : *importances)
        out.importances.push_back({json::field<std::string>(item, "input", what), numberOf(item, "importance", what),
            numberOf(item, "coefficient", what)});
    return out;
}

} // namespace winnow::store
