#pragma once

#include <QApplication>
#include <QEvent>
#include <QString>
#include <QThread>

#include <ctime>
#include <string>

namespace winnow::ui {

/// Processor time that this thread has taken.
inline double threadCpuMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// Notes the outermost event of the window's thread that took most processor time, whatever else the machine does.
class TimedApplication final : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override
    {
        // Every thread's events come through here.
        if (QThread::currentThread() != thread() || m_depth > 0)
            return QApplication::notify(receiver, event);
        const auto type = static_cast<int>(event->type());
        const std::string name =
            std::string(receiver->metaObject()->className()) + " " + receiver->objectName().toStdString();
        const auto before = threadCpuMs();
        m_depth += 1;
        const bool isHandled = QApplication::notify(receiver, event);
        m_depth -= 1;
        if (const auto spent = threadCpuMs() - before; spent > m_longestMs) {
            m_longestMs = spent;
            m_longest = name + ", event " + std::to_string(type);
        }
        return isHandled;
    }
    void reset()
    {
        m_longestMs = 0;
        m_longest.clear();
    }
    double longestMs() const { return m_longestMs; }
    const std::string& longest() const { return m_longest; }

private:
    int m_depth = 0;
    double m_longestMs = 0;
    std::string m_longest;
};

} // namespace winnow::ui
