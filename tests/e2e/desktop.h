#pragma once

#include "core/media/image.h"

#include <filesystem>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

namespace winnow::e2e {

using Environment = std::map<std::string, std::string>;

/// A process of the test, ended with the object. What it says goes to `<folder>/<name>.log`.
class Child {
public:
    Child() = default;
    Child(const std::filesystem::path& folder, const std::string& name, const std::vector<std::string>& command,
        const Environment& environment, int inheritedFile = -1);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    Child(Child&& other) noexcept;
    Child& operator=(Child&& other) noexcept;

    pid_t process() const { return m_process; }
    bool isRunning();
    /// Sends the signal and waits for the end.
    void end(int signal);

private:
    pid_t m_process = -1;
};

/// A desktop of its own for a window under test: an X server without a screen, a session bus with accessibility, a
/// window manager. What a person does is done with the mouse and the keys of that server.
class Desktop {
public:
    /// What this machine lacks for it, in one sentence; empty = nothing.
    static std::string lacking();

    /// Throws std::runtime_error where a part does not start.
    explicit Desktop(const std::filesystem::path& folder);

    /// For programs that shall appear on it.
    const Environment& environment() const { return m_environment; }
    std::string busAddress() const { return m_environment.at("DBUS_SESSION_BUS_ADDRESS"); }

    void moveTo(int x, int y) const;
    void click(int x, int y) const;
    void drag(int fromX, int fromY, int toX, int toY) const;
    void wheel(int x, int y, bool down) const;
    void key(const std::string& combination) const; ///< "ctrl+shift+s"
    void type(const std::string& text) const;
    std::string activeTitle() const; ///< of the window that has the keys
    /// What shows now in this part of the screen.
    media::Image screen(int left, int top, int width, int height) const;

private:
    std::string xdotool(const std::vector<std::string>& words) const;

    std::filesystem::path m_folder;
    Environment m_environment;
    Child m_server, m_bus, m_manager;
};

} // namespace winnow::e2e
