#pragma once

#include <QLockFile>
#include <QObject>
#include <QString>

#include <filesystem>
#include <functional>
#include <memory>

class QLocalServer;

namespace winnow::ui {

/// One window a project, for each person: the first window to enter holds a lock and listens on a socket of the
/// project's real folder, both in the person's runtime folder; a later one knocks and the first shows itself. A window
/// that crashed leaves a lock nobody holds: the next one enters. Command lines do not knock, they share the project.
class ProjectDoor : public QObject {
    Q_OBJECT

public:
    enum class Answer { Entered, OpenElsewhere };

    explicit ProjectDoor(QObject* parent = nullptr);
    ~ProjectDoor() override;

    /// Asynchronous, a knock that nobody answers ends after kPatienceMs. What was entered before is left on Entered.
    void enter(const std::filesystem::path& folder, std::function<void(Answer)> then);
    void leave();

    static constexpr int kPatienceMs = 3000;

Q_SIGNALS:
    /// Another window of this person wanted the same project.
    void knocked();

private:
    void listen(const QString& place);
    void knock(const QString& place, std::function<void(Answer)> then);

    std::unique_ptr<QLockFile> m_lock;
    QLocalServer* m_server = nullptr;
    QString m_place;
};

} // namespace winnow::ui
