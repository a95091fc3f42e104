#pragma once

#include "tests/e2e/desktop.h"

#include <QDBusConnection>
#include <QRect>
#include <QString>

#include <csignal>
#include <functional>
#include <optional>
#include <string>
#include <vector>

class QDBusMessage;
class QVariant;

namespace winnow::e2e {

/// What a widget is, as accessibility numbers it.
enum class Role : unsigned {
    Any = 0,
    CheckBox = 7,
    ComboBox = 11,
    Label = 29,
    List = 31,
    ListItem = 32,
    Button = 43,
    Slider = 51,
    SpinBox = 52,
    Table = 55,
    Cell = 56,
    Text = 61
};

/// One widget as a screen reader sees it.
struct Node {
    QString service;
    QString path;
    unsigned role = 0;
    QString name;
    quint64 states = 0;
    std::vector<Node> above; ///< from the window down to its parent

    bool is(int state) const { return (states >> state & 1) != 0; }
    bool isShowing() const { return is(25); }
    bool isEnabled() const { return is(8); }
    bool isChecked() const { return is(4); }
    bool isFocused() const { return is(12); }
    bool isDialog() const { return role == 16 || role == 2 /* a message */; }
};

/// The window program on a desktop: it is looked at as a screen reader does and driven by mouse and keys alone. Every
/// wait is for something that shows; one that does not come within its time throws std::runtime_error with what showed
/// instead.
class Studio {
public:
    Studio(const Desktop& desktop, const std::filesystem::path& folder, const std::vector<std::string>& arguments);

    bool isRunning() { return m_process.isRunning(); }
    pid_t process() const { return m_process.process(); }
    /// kill -9.
    void kill() { m_process.end(SIGKILL); }
    /// Asks it to quit by its key and waits for the end.
    void quit();

    void key(const std::string& combination) const { m_desktop.key(combination); }
    void type(const std::string& text) const { m_desktop.type(text); }

    /// The widget of this name that shows now, in the dialog where one is open. Names may be given in part with a "*"
    /// at their end.
    std::optional<Node> find(const std::string& name, Role role = Role::Any) const;
    Node need(const std::string& name, Role role = Role::Any, bool enabled = true) const;
    /// All showing texts of labels.
    std::vector<std::string> texts() const;
    std::string waitForText(const std::string& part) const;
    void waitForDialog(const std::string& title) const;
    void waitForNoDialog() const;
    void waitForTitle(const std::string& start) const;

    /// Clicks the middle, after turning the wheel until it is in sight.
    void click(const std::string& name, Role role = Role::Any) const;
    void clickAt(const Node& node, int x, int y) const; ///< from its upper left corner
    /// The tick box of a table's cell: under the heading, in the row that holds this text.
    void clickTick(const std::string& table, const std::string& row, const std::string& heading) const;
    /// Clicks into the field, replaces what it says.
    void fill(const std::string& name, const std::string& text, Role role = Role::Any) const;
    double value(const Node& node) const;     ///< of a slider or a number field
    std::string text(const Node& node) const; ///< of a text field, all of it
    QRect place(const Node& node) const;      ///< on the screen
    std::vector<Node> children(const Node& node, bool all = false) const;

    void waitUntil(const std::string& what, const std::function<bool()>& condition, int seconds = 120) const;

private:
    QDBusMessage ask(
        const Node& node, const char* interface, const char* method, const QList<QVariant>& arguments) const;
    QVariant property(const Node& node, const char* interface, const char* name) const;
    QString labelOf(const Node& node) const;
    std::optional<Node> application() const;
    std::vector<Node> windows() const;
    void walk(const Node& node, const std::function<bool(const Node&)>& visit, bool& isFound) const;
    Node reveal(const Node& node) const;
    std::string describe() const;

    const Desktop& m_desktop;
    Child m_process;
    QDBusConnection m_session;
    QDBusConnection m_bus;
};

} // namespace winnow::e2e
