#include "tests/e2e/studio.h"
#include "tests/support/places.h"

#include <QDBusArgument>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusReply>
#include <QDBusVariant>

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <unistd.h>

namespace winnow::e2e {

namespace {

    constexpr auto kAccessible = "org.a11y.atspi.Accessible";
    constexpr auto kComponent = "org.a11y.atspi.Component";
    constexpr int kPollUs = 50000;

    /// Rows of tables and lists are no widgets, and there may be a million of them.
    bool holdsRows(const Node& node)
    {
        return node.role == unsigned(Role::Table) || node.role == unsigned(Role::List) || node.role == 65 /* tree */;
    }

    /// Its name is what it says; what it is for stands in its label.
    bool isCombo(const Node& node) { return node.role == unsigned(Role::ComboBox); }

    QDBusConnection connectTo(const QString& address)
    {
        static int number = 0;
        return QDBusConnection::connectToBus(address, QStringLiteral("bus-%1").arg(++number));
    }

    QString accessibilityBus(const QDBusConnection& session)
    {
        const auto call = QDBusMessage::createMethodCall(QStringLiteral("org.a11y.Bus"),
            QStringLiteral("/org/a11y/bus"), QStringLiteral("org.a11y.Bus"), QStringLiteral("GetAddress"));
        const QDBusReply<QString> reply = session.call(call);
        if (!reply.isValid())
            throw std::runtime_error("no accessibility bus: " + reply.error().message().toStdString());
        return reply.value();
    }

    bool fits(const QString& name, const QString& wanted)
    {
        return wanted.endsWith(QLatin1Char('*')) ? name.startsWith(QStringView(wanted).chopped(1)) : name == wanted;
    }

} // namespace

Studio::Studio(const Desktop& desktop, const std::filesystem::path& folder, const std::vector<std::string>& arguments)
    : m_desktop(desktop)
    , m_session(connectTo(QString::fromStdString(desktop.busAddress())))
    , m_bus(connectTo(accessibilityBus(m_session)))
{
    std::vector<std::string> command{programDir() + "/winnow-studio"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    m_process = Child(folder, "studio", command, desktop.environment());
    waitUntil("the window shows", [this] { return !windows().empty() && !m_desktop.activeTitle().empty(); });
}

void Studio::quit()
{
    key("ctrl+q");
    for (int i = 0; i < 1200 && isRunning(); ++i)
        ::usleep(kPollUs);
    if (isRunning())
        throw std::runtime_error("the window did not quit\n" + describe());
}

QDBusMessage Studio::ask(
    const Node& node, const char* interface, const char* method, const QList<QVariant>& arguments) const
{
    auto call =
        QDBusMessage::createMethodCall(node.service, node.path, QLatin1String(interface), QLatin1String(method));
    call.setArguments(arguments);
    return m_bus.call(call);
}

QVariant Studio::property(const Node& node, const char* interface, const char* name) const
{
    const auto reply =
        ask(node, "org.freedesktop.DBus.Properties", "Get", {QLatin1String(interface), QLatin1String(name)});
    return reply.type() == QDBusMessage::ReplyMessage ? reply.arguments().value(0).value<QDBusVariant>().variant()
                                                      : QVariant();
}

std::vector<Node> Studio::children(const Node& node, bool all) const
{
    std::vector<Node> out;
    const auto reply = ask(node, kAccessible, "GetChildren", {});
    if (reply.type() != QDBusMessage::ReplyMessage)
        return out; // gone meanwhile
    const auto list = reply.arguments().value(0).value<QDBusArgument>();
    list.beginArray();
    while (!list.atEnd()) {
        Node child;
        QDBusObjectPath path;
        list.beginStructure();
        list >> child.service >> path;
        list.endStructure();
        child.path = path.path();
        out.push_back(std::move(child));
    }
    list.endArray();
    std::erase_if(out, [&](Node& child) {
        const auto states = qdbus_cast<QList<uint>>(ask(child, kAccessible, "GetState", {}).arguments().value(0));
        child.states = states.value(0) | quint64(states.value(1)) << 32;
        if (!all && !child.isShowing())
            return true;
        child.role = ask(child, kAccessible, "GetRole", {}).arguments().value(0).toUInt();
        child.name = property(child, kAccessible, "Name").toString();
        child.above = node.above;
        child.above.push_back(node);
        child.above.back().above.clear();
        return false;
    });
    return out;
}

std::optional<Node> Studio::application() const
{
    Node registry;
    registry.service = QStringLiteral("org.a11y.atspi.Registry");
    registry.path = QStringLiteral("/org/a11y/atspi/accessible/root");
    for (const Node& one : children(registry, true))
        if (m_bus.interface()->servicePid(one.service).value() == static_cast<uint>(m_process.process()))
            return one;
    return std::nullopt;
}

std::vector<Node> Studio::windows() const
{
    const auto program = application();
    auto all = program ? children(*program) : std::vector<Node>();
    for (Node& window : all)
        window.above.clear();
    // Where a dialog is open, the windows behind it take no input; the newest is the last.
    for (auto window = all.rbegin(); window != all.rend(); ++window)
        if (window->isDialog())
            return {*window};
    return all;
}

void Studio::walk(const Node& node, const std::function<bool(const Node&)>& visit, bool& isFound) const
{
    for (const Node& child : children(node)) {
        isFound = isFound || visit(child);
        if (!isFound && !holdsRows(child))
            walk(child, visit, isFound);
        if (isFound)
            return;
    }
}

QString Studio::labelOf(const Node& node) const
{
    constexpr uint kLabelledBy = 2;
    QString out;
    const auto reply = ask(node, kAccessible, "GetRelationSet", {});
    if (reply.type() != QDBusMessage::ReplyMessage)
        return out;
    const auto relations = reply.arguments().value(0).value<QDBusArgument>();
    relations.beginArray();
    while (!relations.atEnd()) {
        uint kind = 0;
        relations.beginStructure();
        relations >> kind;
        relations.beginArray();
        while (!relations.atEnd()) {
            Node label;
            QDBusObjectPath path;
            relations.beginStructure();
            relations >> label.service >> path;
            relations.endStructure();
            label.path = path.path();
            if (kind == kLabelledBy)
                out = property(label, kAccessible, "Name").toString();
        }
        relations.endArray();
        relations.endStructure();
    }
    relations.endArray();
    return out;
}

std::optional<Node> Studio::find(const std::string& name, Role role) const
{
    const auto wanted = QString::fromStdString(name);
    std::optional<Node> found;
    const auto visit = [&](const Node& node) {
        const bool isKind = role == Role::Any || node.role == static_cast<unsigned>(role);
        const bool isIt = isKind && (fits(node.name, wanted) || (isCombo(node) && fits(labelOf(node), wanted)));
        if (isIt)
            found = node;
        return isIt;
    };
    bool isFound = false;
    for (const Node& window : windows())
        walk(window, visit, isFound);
    return found;
}

Node Studio::need(const std::string& name, Role role, bool enabled) const
{
    std::optional<Node> found;
    waitUntil("\"" + name + "\" shows" + (enabled ? " and can be used" : ""), [&] {
        found = find(name, role);
        return found && (!enabled || found->isEnabled());
    });
    return *found;
}

std::vector<std::string> Studio::texts() const
{
    std::vector<std::string> out;
    const auto visit = [&out](const Node& node) {
        if (node.role == static_cast<unsigned>(Role::Label))
            out.push_back(node.name.toStdString());
        return false;
    };
    bool isFound = false;
    for (const Node& window : windows())
        walk(window, visit, isFound);
    return out;
}

std::string Studio::waitForText(const std::string& part) const
{
    std::string found;
    waitUntil("a text with \"" + part + "\" shows", [&] {
        for (const auto& text : texts())
            if (text.find(part) != std::string::npos)
                return found = text, true;
        return false;
    });
    return found;
}

void Studio::waitForTitle(const std::string& start) const
{
    waitUntil("the window \"" + start + "\" has the keys", [&] { return m_desktop.activeTitle().starts_with(start); });
}

void Studio::waitForDialog(const std::string& title) const
{
    waitForTitle(title);
    waitUntil("the dialog \"" + title + "\" shows", [&] {
        const auto open = windows();
        return open.size() == 1 && open.front().isDialog();
    });
}

void Studio::waitForNoDialog() const
{
    waitUntil("no dialog is open", [&] {
        const auto open = windows();
        return !open.empty() && !open.front().isDialog() && !m_desktop.activeTitle().empty();
    });
}

QRect Studio::place(const Node& node) const
{
    const auto reply = ask(node, kComponent, "GetExtents", {uint(0)});
    QRect out;
    if (reply.type() != QDBusMessage::ReplyMessage)
        return out;
    const auto box = reply.arguments().value(0).value<QDBusArgument>();
    int x = 0, y = 0, width = 0, height = 0;
    box.beginStructure();
    box >> x >> y >> width >> height;
    box.endStructure();
    return {x, y, width, height};
}

/// Turns the wheel over the margin of what surrounds it until its middle is in sight.
Node Studio::reveal(const Node& node) const
{
    for (int turn = 0; turn < 100; ++turn) {
        const QRect box = place(node);
        QRect sight(0, 0, 100000, 100000);
        for (const Node& outer : node.above)
            if (const QRect frame = place(outer); frame.isValid() && frame.height() < 5000)
                // A scrolled panel is taller than its view and lies partly outside of it.
                sight = sight.intersected(frame).isValid() ? sight.intersected(frame) : sight;
        const QPoint middle = box.center();
        if (sight.adjusted(0, 2, 0, -2).contains(middle))
            return node;
        m_desktop.wheel(sight.left() + 3, sight.center().y(), middle.y() > sight.center().y());
        ::usleep(20000); // the wheel is on its way; the next look decides
    }
    throw std::runtime_error("\"" + node.name.toStdString() + "\" does not come into sight\n" + describe());
}

void Studio::click(const std::string& name, Role role) const
{
    const Node node = reveal(need(name, role));
    const QPoint middle = place(node).center();
    m_desktop.click(middle.x(), middle.y());
}

void Studio::clickAt(const Node& node, int x, int y) const
{
    const QPoint corner = place(node).topLeft();
    m_desktop.click(corner.x() + x, corner.y() + y);
}

void Studio::clickTick(const std::string& table, const std::string& row, const std::string& heading) const
{
    constexpr int kTickMiddle = 16; // from the left edge
    QRect line, column;
    for (const Node& cell : children(need(table, Role::Table))) {
        if (cell.name == QString::fromStdString(row))
            line = place(cell);
        if (cell.name == QString::fromStdString(heading))
            column = place(cell);
    }
    if (!line.isValid() || !column.isValid())
        throw std::runtime_error("\"" + table + "\" has no row " + row + " or no column " + heading);
    m_desktop.click(column.left() + kTickMiddle, line.center().y());
}

void Studio::fill(const std::string& name, const std::string& text, Role role) const
{
    click(name, role);
    waitUntil("\"" + name + "\" has the keys", [&] {
        const auto now = find(name, role);
        return now && now->isFocused();
    });
    key("ctrl+a");
    type(text);
}

double Studio::value(const Node& node) const
{
    return property(node, "org.a11y.atspi.Value", "CurrentValue").toDouble();
}

std::string Studio::text(const Node& node) const
{
    return ask(node, "org.a11y.atspi.Text", "GetText", {0, -1}).arguments().value(0).toString().toStdString();
}

void Studio::waitUntil(const std::string& what, const std::function<bool()>& condition, int seconds) const
{
    using Clock = std::chrono::steady_clock;
    const auto last = Clock::now() + std::chrono::seconds(seconds);
    while (!condition()) {
        if (Clock::now() > last)
            throw std::runtime_error("waited in vain until " + what + "\n" + describe());
        ::usleep(kPollUs);
    }
}

std::string Studio::describe() const
{
    std::string out = "active window: " + m_desktop.activeTitle() + "\n";
    const auto visit = [&out](const Node& node) {
        if (!node.name.isEmpty())
            out += std::string(2 * node.above.size(), ' ') + std::to_string(node.role) + " " + node.name.toStdString()
                + (node.isEnabled() ? "" : " (off)") + (node.isFocused() ? " (focus)" : "") + "\n";
        return false;
    };
    bool isFound = false;
    for (const Node& window : windows()) {
        out += window.name.toStdString() + (window.isDialog() ? " (dialog)" : "") + "\n";
        walk(window, visit, isFound);
    }
    return out;
}

} // namespace winnow::e2e
