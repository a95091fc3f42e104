#pragma once

#include <QAction>
#include <QKeySequence>
#include <QObject>
#include <QString>
#include <QStringList>

#include <vector>

namespace winnow::ui {

class Settings;

/// Every QAction of the window, by id (its objectName). Each has a text, an icon where one exists, a shortcut that the
/// user may change, and a tooltip that names it. They belong to the main window, so their keys work whatever has the
/// focus; text fields keep the keys that are typed into them.
///
/// Ids: project.demo .new .open .close .import .export; app.quit; mode.data .select .train .compare; view.grid .table
/// .single .filter .palette .zoom .open .jobs .history; decide.pin .ban .lock .clear; stars.0 … stars.5; edit.undo
/// .redo; run.start; job.score .cluster .check .search .models .benchmark; cluster.merge .split .rename .undo;
/// help.shortcuts .about; settings.shortcuts; theme.system .light .dark
class Actions : public QObject {
    Q_OBJECT

public:
    struct Entry {
        QString id;
        QString text;  ///< "Pin", with no accelerator mark
        QString icon;  ///< name under resources/icons, may be empty
        QString tip;   ///< one sentence; the shortcut is added
        QString group; ///< heading on the shortcut sheet
        QList<QKeySequence> keys;
    };

    explicit Actions(Settings& settings, QObject* parent = nullptr);

    /// Of a known id (asserted).
    QAction* action(const QString& id) const;
    QAction* operator[](const QString& id) const { return action(id); }
    QAction* find(const QString& id) const;
    /// For a page's own commands; appears in palette, shortcut sheet and editor too.
    QAction* add(const Entry& entry);

    const std::vector<QAction*>& all() const { return m_actions; }
    QString group(const QAction* action) const;
    /// Kept in the settings; an empty list takes the key away. Tooltips follow.
    void setShortcuts(QAction* action, const QList<QKeySequence>& keys);
    void resetShortcuts(QAction* action);
    /// The action that already has this key, or null.
    QAction* conflicting(const QAction* action, const QKeySequence& key) const;
    /// Disables with the reason in the tooltip; an empty reason enables.
    void setBlocked(const QString& id, const QString& reason);

Q_SIGNALS:
    void actionAdded(QAction* action);
    void shortcutsChanged();

private:
    void refreshToolTip(QAction* action);

    Settings& m_settings;
    std::vector<QAction*> m_actions;
};

} // namespace winnow::ui
