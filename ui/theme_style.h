#pragma once

#include <QString>

class QStyle;

namespace winnow::ui {

struct Tokens;

/// Fusion with the sizes of LOOK and a focus ring that is always visible.
QStyle* makeStyle();

/// The little that palettes cannot say: buttons with a role, fields, tabs, rail, status bar.
/// Widgets ask for a look by the dynamic property `look`: "primary", "quiet", "card", "caption", "heading", "title",
/// "canvas".
QString makeStyleSheet(const Tokens& tokens);

} // namespace winnow::ui
