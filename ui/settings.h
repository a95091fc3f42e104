#pragma once

#include "ui/theme.h"

#include <QByteArray>
#include <QKeySequence>
#include <QSettings>
#include <QString>
#include <QStringList>

#include <optional>

namespace winnow::ui {

/// What the program remembers for one user, typed. Layout of a project's window is kept with the project
/// (store::Project::setting).
class Settings {
public:
    static constexpr int kMaxRecent = 8;

    /// In the user's configuration folder (XDG_CONFIG_HOME/winnow/studio.ini).
    Settings();
    explicit Settings(const QString& file);

    QStringList recentProjects() const; ///< newest first; those that are gone are left out
    void addRecentProject(const QString& folder);

    Theme::Choice themeChoice() const;
    void setThemeChoice(Theme::Choice choice);

    /// Empty = the person changed nothing.
    std::optional<QList<QKeySequence>> shortcuts(const QString& actionId) const;
    void setShortcuts(const QString& actionId, const std::optional<QList<QKeySequence>>& keys);

    QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);

    QString lastFolder(const QString& purpose) const; ///< "import", "export", "open"
    void setLastFolder(const QString& purpose, const QString& folder);

private:
    mutable QSettings m_settings;
};

} // namespace winnow::ui
