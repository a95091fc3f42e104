#include "ui/settings.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace winnow::ui {

Settings::Settings()
    : Settings(
        QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) + QStringLiteral("/winnow/studio.ini"))
{
}

Settings::Settings(const QString& file)
    : m_settings(file, QSettings::IniFormat)
{
}

QStringList Settings::recentProjects() const
{
    QStringList folders = m_settings.value(QStringLiteral("recent")).toStringList();
    folders.removeIf(
        [](const QString& folder) { return !QFileInfo::exists(folder + QStringLiteral("/project.winnow")); });
    return folders;
}

void Settings::addRecentProject(const QString& folder)
{
    const QString path = QDir::cleanPath(QFileInfo(folder).absoluteFilePath());
    QStringList folders = recentProjects();
    folders.removeAll(path);
    folders.prepend(path);
    m_settings.setValue(QStringLiteral("recent"), folders.mid(0, kMaxRecent));
}

Theme::Choice Settings::themeChoice() const
{
    const QString name = m_settings.value(QStringLiteral("theme")).toString();
    if (name == QStringLiteral("light"))
        return Theme::Choice::Light;
    return name == QStringLiteral("dark") ? Theme::Choice::Dark : Theme::Choice::System;
}

void Settings::setThemeChoice(Theme::Choice choice)
{
    static constexpr const char* kNames[] = {"system", "light", "dark"};
    m_settings.setValue(QStringLiteral("theme"), QLatin1String(kNames[static_cast<int>(choice)]));
}

std::optional<QList<QKeySequence>> Settings::shortcuts(const QString& actionId) const
{
    const QVariant value = m_settings.value(QStringLiteral("keys/") + actionId);
    if (!value.isValid())
        return {};
    QList<QKeySequence> keys;
    for (const QString& text : value.toString().split(QStringLiteral(" | "), Qt::SkipEmptyParts))
        keys << QKeySequence(text, QKeySequence::PortableText);
    return keys;
}

void Settings::setShortcuts(const QString& actionId, const std::optional<QList<QKeySequence>>& keys)
{
    const QString name = QStringLiteral("keys/") + actionId;
    if (!keys) {
        m_settings.remove(name);
        return;
    }
    QStringList texts;
    for (const QKeySequence& key : *keys)
        texts << key.toString(QKeySequence::PortableText);
    m_settings.setValue(name, texts.join(QStringLiteral(" | ")));
}

QByteArray Settings::windowGeometry() const { return m_settings.value(QStringLiteral("geometry")).toByteArray(); }

void Settings::setWindowGeometry(const QByteArray& geometry)
{
    m_settings.setValue(QStringLiteral("geometry"), geometry);
}

QString Settings::lastFolder(const QString& purpose) const
{
    const QString folder = m_settings.value(QStringLiteral("folder/") + purpose).toString();
    return QFileInfo(folder).isDir() ? folder : QDir::homePath();
}

void Settings::setLastFolder(const QString& purpose, const QString& folder)
{
    m_settings.setValue(QStringLiteral("folder/") + purpose, folder);
}

} // namespace winnow::ui
