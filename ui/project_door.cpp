#include "ui/project_door.h"

#include "ui/document.h"

#include <QCryptographicHash>
#include <QDir>
#include <QLocalServer>
#include <QLocalSocket>
#include <QStandardPaths>
#include <QTimer>

#include <utility>

namespace winnow::ui {

namespace {

    /// Where the lock and the socket of a project are, without their endings. Two paths to one folder are one project.
    QString placeOf(const std::filesystem::path& folder)
    {
        std::error_code ignored;
        const auto real = std::filesystem::weakly_canonical(folder, ignored);
        const auto name = QCryptographicHash::hash(
            QByteArray::fromStdString((real.empty() ? folder : real).string()), QCryptographicHash::Sha256);
        return QDir(QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation))
            .filePath(QStringLiteral("winnow-") + QString::fromLatin1(name.toHex().left(24)));
    }

} // namespace

ProjectDoor::ProjectDoor(QObject* parent)
    : QObject(parent)
{
}

ProjectDoor::~ProjectDoor() { leave(); }

void ProjectDoor::enter(const std::filesystem::path& folder, std::function<void(Answer)> then)
{
    const auto place = placeOf(folder);
    if (place == m_place)
        return then(Answer::Entered);
    auto lock = std::make_unique<QLockFile>(place + QStringLiteral(".lock"));
    lock->setStaleLockTime(0); // stale only when its process is gone
    if (lock->tryLock(0) || lock->error() != QLockFile::LockFailedError) {
        // Without a runtime folder to write to, a second window is better than none.
        leave();
        m_lock = std::move(lock);
        m_place = place;
        listen(place);
        return then(Answer::Entered);
    }
    knock(place, std::move(then));
}

void ProjectDoor::leave()
{
    delete std::exchange(m_server, nullptr);
    m_lock.reset();
    m_place.clear();
}

void ProjectDoor::listen(const QString& place)
{
    m_server = new QLocalServer(this);
    m_server->setSocketOptions(QLocalServer::UserAccessOption);
    QLocalServer::removeServer(place); // of a window that crashed: the lock says that nobody listens there
    connect(m_server, &QLocalServer::newConnection, this, [this] {
        while (QLocalSocket* const visitor = m_server->nextPendingConnection()) {
            connect(visitor, &QLocalSocket::disconnected, visitor, &QObject::deleteLater);
            visitor->disconnectFromServer();
            Q_EMIT knocked();
        }
    });
    m_server->listen(place);
}

void ProjectDoor::knock(const QString& place, std::function<void(Answer)> then)
{
    // The lock says that the project is open; the answer to the knock only says that its window heard.
    auto* const socket = new QLocalSocket(this);
    const auto done = [socket, then = std::move(then)] {
        if (socket->property("isDone").toBool())
            return;
        socket->setProperty("isDone", true);
        socket->deleteLater();
        then(Answer::OpenElsewhere);
    };
    connect(socket, &QLocalSocket::disconnected, this, done);
    connect(socket, &QLocalSocket::errorOccurred, this, done);
    QTimer::singleShot(kPatienceMs, socket, done);
    socket->connectToServer(place);
}

} // namespace winnow::ui
