#include "ui/models/selection_text.h"

#include "core/base/error.h"
#include "core/pipeline/selection_text.h"

namespace winnow::ui {

std::optional<Budget> readBudget(const QString& text)
{
    try {
        return pipeline::parseBudget(text.toStdString());
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::optional<std::map<std::string, double>> readWeights(const QString& text)
{
    try {
        const auto out = pipeline::parseWeights(text.toStdString());
        return out.empty() ? std::nullopt : std::optional(out);
    } catch (const Error&) {
        return std::nullopt;
    }
}

} // namespace winnow::ui
