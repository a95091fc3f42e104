#pragma once

#include "core/domain/finding.h"

#include <QCoreApplication>
#include <QString>

namespace winnow::ui {

/// A finding of the check in the window's language, and the query that shows its pairs.
class FindingText {
    Q_DECLARE_TR_FUNCTIONS(FindingText)

public:
    static QString title(const Finding& finding);
    static QString meaning(const Finding& finding);
    static QString severity(Severity severity);
    /// One character, another shape for each severity.
    static QString mark(Severity severity);

    /// All its pairs, with those that they repeat.
    static QString queryFor(const Finding& finding);
    /// The pair, with the one that it repeats.
    static QString queryFor(const FindingExample& example);
};

} // namespace winnow::ui
