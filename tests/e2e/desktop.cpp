#include "tests/e2e/desktop.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace winnow::e2e {

namespace {

    constexpr int kStartMs = 60000;

    bool isInstalled(const std::string& program)
    {
        std::istringstream places(std::getenv("PATH") ? std::getenv("PATH") : "/usr/bin:/bin");
        for (std::string place; std::getline(places, place, ':');)
            if (::access((place + "/" + program).c_str(), X_OK) == 0)
                return true;
        return false;
    }

    /// The first line that comes out of the file, without its end; throws when none comes in time.
    std::string readLine(int file, const char* what)
    {
        std::string line;
        pollfd wait{file, POLLIN, 0};
        for (char letter = 0; ::poll(&wait, 1, kStartMs) == 1 && ::read(file, &letter, 1) == 1;) {
            if (letter == '\n')
                return line;
            line += letter;
        }
        throw std::runtime_error(std::string(what) + " did not start");
    }

} // namespace

Child::Child(const std::filesystem::path& folder, const std::string& name, const std::vector<std::string>& command,
    const Environment& environment, int inheritedFile)
{
    m_process = ::fork();
    if (m_process != 0)
        return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // a test that is ended leaves nothing behind
    for (const auto& [variable, value] : environment)
        ::setenv(variable.c_str(), value.c_str(), 1);
    const bool isInPlace = ::chdir(folder.c_str()) == 0;
    if (inheritedFile >= 0)
        ::fcntl(inheritedFile, F_SETFD, 0);
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(::open((folder / (name + ".log")).c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644), STDOUT_FILENO);
    ::dup2(STDOUT_FILENO, STDERR_FILENO);
    std::vector<char*> words;
    for (const auto& word : command)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    if (isInPlace)
        ::execvp(words[0], words.data());
    ::_exit(127);
}

Child::~Child() { end(SIGTERM); }

Child::Child(Child&& other) noexcept
    : m_process(std::exchange(other.m_process, -1))
{
}

Child& Child::operator=(Child&& other) noexcept
{
    end(SIGTERM);
    m_process = std::exchange(other.m_process, -1);
    return *this;
}

bool Child::isRunning()
{
    if (m_process > 0 && ::waitpid(m_process, nullptr, WNOHANG) == m_process)
        m_process = -1;
    return m_process > 0;
}

void Child::end(int signal)
{
    if (!isRunning())
        return;
    ::kill(m_process, signal);
    for (int i = 0; i < 500 && isRunning(); ++i)
        ::usleep(10000);
    if (isRunning()) {
        ::kill(m_process, SIGKILL);
        ::waitpid(m_process, nullptr, 0);
        m_process = -1;
    }
}

std::string Desktop::lacking()
{
    for (const char* const program : {"Xvfb", "xdotool", "xprop", "openbox", "dbus-daemon"})
        if (!isInstalled(program))
            return std::string("no display can be made here: ") + program + " is not installed";
    if (!std::filesystem::exists("/usr/share/dbus-1/services/org.a11y.Bus.service"))
        return "no display can be made here: at-spi2-core is not installed";
    return {};
}

Desktop::Desktop(const std::filesystem::path& folder)
    : m_folder(folder)
{
    const auto runtime = folder / "run";
    std::filesystem::create_directories(runtime);
    std::filesystem::permissions(runtime, std::filesystem::perms::owner_all);
    m_environment = {{"XDG_RUNTIME_DIR", runtime}, {"XDG_CONFIG_HOME", folder / ".config"}, {"HOME", folder},
        {"QT_QPA_PLATFORM", "xcb"}, {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON", "1"}, {"LC_ALL", "C.UTF-8"},
        {"WINNOW_THEME", "light"}};

    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw std::runtime_error("cannot make a pipe");
    const auto out = std::to_string(ends[1]);
    m_server = Child(folder, "xvfb",
        {"Xvfb", "-displayfd", out, "-screen", "0", "1600x1000x24", "-fbdir", folder, "-nolisten", "tcp", "-noreset"},
        m_environment, ends[1]);
    m_environment["DISPLAY"] = ":" + readLine(ends[0], "Xvfb");
    m_bus = Child(
        folder, "dbus", {"dbus-daemon", "--session", "--nofork", "--print-address=" + out}, m_environment, ends[1]);
    m_environment["DBUS_SESSION_BUS_ADDRESS"] = readLine(ends[0], "dbus-daemon");
    ::close(ends[0]);
    ::close(ends[1]);
    m_manager = Child(folder, "openbox", {"openbox", "--sm-disable"}, m_environment);
    const auto property = folder / "xprop.log";
    for (int i = 0; i < kStartMs / 50; ++i) {
        std::filesystem::remove(property);
        Child ask(folder, "xprop", {"xprop", "-root", "_NET_SUPPORTING_WM_CHECK"}, m_environment);
        while (ask.isRunning())
            ::usleep(5000);
        std::ifstream in(property);
        const std::string said{std::istreambuf_iterator<char>(in), {}};
        if (said.find("window id #") != std::string::npos)
            return;
        ::usleep(50000);
    }
    throw std::runtime_error("openbox did not start");
}

std::string Desktop::xdotool(const std::vector<std::string>& words) const
{
    const auto log = m_folder / "xdotool.log";
    std::filesystem::remove(log);
    std::vector<std::string> command{"xdotool"};
    command.insert(command.end(), words.begin(), words.end());
    Child child(m_folder, "xdotool", command, m_environment);
    while (child.isRunning())
        ::usleep(1000);
    std::ifstream in(log);
    return {std::istreambuf_iterator<char>(in), {}};
}

void Desktop::moveTo(int x, int y) const { xdotool({"mousemove", std::to_string(x), std::to_string(y)}); }

void Desktop::click(int x, int y) const { xdotool({"mousemove", std::to_string(x), std::to_string(y), "click", "1"}); }

void Desktop::drag(int fromX, int fromY, int toX, int toY) const
{
    const int middleX = (fromX + toX) / 2, middleY = (fromY + toY) / 2;
    xdotool({"mousemove", std::to_string(fromX), std::to_string(fromY), "mousedown", "1", "mousemove",
        std::to_string(middleX), std::to_string(middleY), "mousemove", std::to_string(toX), std::to_string(toY),
        "mouseup", "1"});
}

void Desktop::wheel(int x, int y, bool down) const
{
    xdotool({"mousemove", std::to_string(x), std::to_string(y), "click", down ? "5" : "4"});
}

void Desktop::key(const std::string& combination) const { xdotool({"key", combination}); }

void Desktop::type(const std::string& text) const { xdotool({"type", "--delay", "2", "--", text}); }

std::string Desktop::activeTitle() const
{
    auto title = xdotool({"getactivewindow", "getwindowname"});
    while (title.ends_with('\n'))
        title.pop_back();
    return title;
}

/// The server keeps its picture in a file, in the X window dump format (version 7): numbers of 32 bits, the highest
/// byte first, then the colours, then the rows; a pixel is blue, green, red and a byte that says nothing.
media::Image Desktop::screen(int left, int top, int width, int height) const
{
    std::ifstream in(m_folder / "Xvfb_screen0", std::ios::binary);
    constexpr std::size_t kRowBytes = 12, kColours = 19, kColourBytes = 12, kHeaderFields = 25;
    std::string header(4 * kHeaderFields, '\0');
    in.read(header.data(), static_cast<std::streamsize>(header.size()));
    const auto number = [&header](std::size_t field) {
        std::size_t out = 0;
        for (std::size_t i = 0; i < 4; ++i)
            out = out << 8 | static_cast<unsigned char>(header.at(4 * field + i));
        return out;
    };
    const auto rows = number(0) + number(kColours) * kColourBytes;
    media::Image out{width, height, {}};
    std::string row(4 * static_cast<std::size_t>(width), '\0');
    for (int y = top; y < top + height; ++y) {
        in.seekg(static_cast<std::streamoff>(
            rows + static_cast<std::size_t>(y) * number(kRowBytes) + 4 * static_cast<std::size_t>(left)));
        in.read(row.data(), static_cast<std::streamsize>(row.size()));
        for (std::size_t pixel = 0; pixel < row.size(); pixel += 4)
            for (const std::size_t colour : {2, 1, 0})
                out.rgb.push_back(static_cast<std::uint8_t>(row[pixel + colour]));
    }
    if (!in)
        throw std::runtime_error("the screen cannot be read there");
    return out;
}

} // namespace winnow::e2e
