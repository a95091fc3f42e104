#include "core/pipeline/selection_text.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <cmath>

namespace winnow::pipeline {

namespace {
    constexpr double kHighestCount = 1e12;
}

Budget parseBudget(std::string_view written)
{
    std::string_view number = text::trimmed(written);
    Budget out;
    out.isPercent = number.ends_with('%');
    if (out.isPercent)
        number = text::trimmed(number.substr(0, number.size() - 1));
    const bool isRead = text::parseDouble(number, out.value) && out.value > 0;
    const bool isInRange =
        out.isPercent ? out.value <= 100 : out.value == std::floor(out.value) && out.value <= kHighestCount;
    require(isRead && isInRange, ErrorCode::InvalidInput,
        text::join("a budget is a count such as 200 or a percentage such as 6%, both above zero, not \"",
            text::shortened(written, 40), "\""));
    return out;
}

std::map<std::string, double> parseWeights(std::string_view written)
{
    std::map<std::string, double> out;
    if (text::trimmed(written).empty())
        return out;
    for (const auto& part : text::split(written, ',')) {
        const auto equals = part.find('=');
        const std::string metric(text::trimmed(std::string_view(part).substr(0, equals)));
        double weight = 0;
        const bool isRead = equals != std::string::npos && !metric.empty()
            && text::parseDouble(text::trimmed(std::string_view(part).substr(equals + 1)), weight)
            && std::isfinite(weight);
        require(isRead, ErrorCode::InvalidInput,
            text::join(
                "weights are metrics with numbers such as clip=1,reward=0.5, not \"", text::shortened(part, 80), "\""));
        require(out.emplace(metric, weight).second, ErrorCode::InvalidInput,
            text::join("the weights name ", metric, " twice"));
    }
    return out;
}

std::string budgetText(const Budget& budget) { return text::toText(budget.value) + (budget.isPercent ? "%" : ""); }

std::string weightsText(const std::map<std::string, double>& weights)
{
    std::string out;
    for (const auto& [metric, weight] : weights)
        out += (out.empty() ? "" : ",") + metric + "=" + text::toText(weight);
    return out;
}

} // namespace winnow::pipeline
