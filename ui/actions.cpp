#include "ui/actions.h"

#include "ui/settings.h"
#include "ui/theme.h"

#include <algorithm>

namespace winnow::ui {

namespace {

    constexpr auto kGroup = "winnow.group";
    constexpr auto kTip = "winnow.tip";
    constexpr auto kReason = "winnow.reason";
    constexpr auto kDefaultKeys = "winnow.keys";

    QList<QKeySequence> keys(const char* text)
    {
        return *text ? QList<QKeySequence>{QKeySequence(QLatin1String(text), QKeySequence::PortableText)}
                     : QList<QKeySequence>{};
    }

    QString id(const char* text) { return QString::fromLatin1(text); }

    void addProjectEntries(std::vector<Actions::Entry>& list)
    {
        const QString group = Actions::tr("Project");
        list.insert(list.end(),
            {
                {id("project.demo"), Actions::tr("Open the demo"), id("demo"),
                    Actions::tr("Makes the embedded project on first use, then opens it"), group, {}},
                {id("project.new"), Actions::tr("New project…"), id("new"),
                    Actions::tr("Makes an empty project folder"), group, keys("Ctrl+N")},
                {id("project.open"), Actions::tr("Open a project…"), id("open"), Actions::tr("Opens a project folder"),
                    group, keys("Ctrl+O")},
                {id("project.import"), Actions::tr("Import a dataset…"), id("import"),
                    Actions::tr("Adds the pairs of a dataset to the project, or to a new one"), group, keys("Ctrl+I")},
                {id("project.export"), Actions::tr("Export a selection…"), id("export"),
                    Actions::tr("Writes chosen pairs in a training format"), group, keys("Ctrl+E")},
                {id("project.close"), Actions::tr("Close the project"), id("close"),
                    Actions::tr("Goes back to the start page"), group, keys("Ctrl+W")},
                {id("app.quit"), Actions::tr("Quit"), {},
                    Actions::tr("Stops running jobs, which go on where they were when started again, and quits"), group,
                    keys("Ctrl+Q")},
            });
    }

    void addModeEntries(std::vector<Actions::Entry>& list)
    {
        const QString group = Actions::tr("Modes");
        list.insert(list.end(),
            {
                {id("mode.data"), Actions::tr("Data"), id("data"),
                    Actions::tr("Look at the pairs, filter and sort them"), group, keys("Ctrl+1")},
                {id("mode.score"), Actions::tr("Score"), id("score"),
                    Actions::tr("Compute one number for each pair and metric"), group, keys("Ctrl+2")},
                {id("mode.select"), Actions::tr("Select"), id("select"),
                    Actions::tr("Weigh the metrics and choose a few pairs"), group, keys("Ctrl+3")},
                {id("mode.train"), Actions::tr("Train"), id("train"),
                    Actions::tr("Fine-tune on a selection in the background"), group, keys("Ctrl+4")},
                {id("mode.compare"), Actions::tr("Compare"), id("compare"),
                    Actions::tr("See which run is better, and how sure that is"), group, keys("Ctrl+5")},
            });
    }

    void addViewEntries(std::vector<Actions::Entry>& list)
    {
        const QString group = Actions::tr("View");
        list.insert(list.end(),
            {
                {id("view.filter"), Actions::tr("Filter"), id("filter"), Actions::tr("Goes to the filter bar"), group,
                    keys("Ctrl+F")},
                {id("view.palette"), Actions::tr("Command palette"), id("palette"),
                    Actions::tr("Finds a command by its name"), group, keys("Ctrl+K")},
                {id("view.grid"), Actions::tr("Grid"), id("grid"), Actions::tr("Pictures side by side"), group,
                    keys("G")},
                {id("view.table"), Actions::tr("Table"), id("table"), Actions::tr("One line a pair, with all metrics"),
                    group, keys("T")},
                {id("view.single"), Actions::tr("Single"), id("single"),
                    Actions::tr("One picture, as large as it goes"), group, keys("S")},
                {id("view.open"), Actions::tr("Look closer"), id("single"),
                    Actions::tr("Opens the current pair alone, and goes back"), group, keys("Space")},
                {id("view.zoom"), Actions::tr("Zoom to 100 %"), id("zoom"), Actions::tr("Between fitted and true size"),
                    group, keys("Z")},
                {id("view.tray"), Actions::tr("Compare side by side"), id("compare"),
                    Actions::tr("Puts the current pairs into the tray, or takes them out"), group, keys("C")},
                {id("view.jobs"), Actions::tr("Jobs"), id("jobs"),
                    Actions::tr("Shows or hides what is running and was done"), group, keys("Ctrl+J")},
                {id("view.history"), Actions::tr("History"), id("history"),
                    Actions::tr("Shows or hides the decisions made so far"), group, keys("Ctrl+H")},
                {id("theme.system"), Actions::tr("Light or dark as the system"), id("theme"),
                    Actions::tr("Follows the desktop"), group, {}},
                {id("theme.light"), Actions::tr("Light"), {}, Actions::tr("Light colours"), group, {}},
                {id("theme.dark"), Actions::tr("Dark"), {}, Actions::tr("Dark colours"), group, {}},
            });
    }

    void addDecisionEntries(std::vector<Actions::Entry>& list)
    {
        const QString group = Actions::tr("Decisions");
        list.insert(list.end(),
            {
                {id("decide.pin"), Actions::tr("Pin"), id("pin"), Actions::tr("Always in the selection"), group,
                    keys("P")},
                {id("decide.ban"), Actions::tr("Ban"), id("ban"), Actions::tr("Never in the selection"), group,
                    keys("X")},
                {id("decide.lock"), Actions::tr("Lock"), id("lock"),
                    Actions::tr("Keeps today's verdict, in or out, through every later selector"), group, keys("L")},
                {id("decide.clear"), Actions::tr("Clear and advance"), id("clear"),
                    Actions::tr("Takes the decision back and goes on to the next pair"), group, keys("U")},
                {id("edit.undo"), Actions::tr("Undo"), id("undo"),
                    Actions::tr("Takes the last decision back, also one of an earlier day"), group, keys("Ctrl+Z")},
                {id("edit.redo"), Actions::tr("Redo"), id("redo"), Actions::tr("Makes it again"), group,
                    keys("Ctrl+Shift+Z")},
            });
        for (char stars = '0'; stars <= '5'; ++stars) {
            const QString number = QString(QLatin1Char(stars));
            list.push_back(
                {id("stars.") + number, stars == '0' ? Actions::tr("No stars") : Actions::tr("%1 stars").arg(number),
                    id(stars == '0' ? "star" : "star-filled"),
                    Actions::tr("Rates the chosen pairs; stars choose nothing by themselves"), group,
                    {QKeySequence(number)}});
        }
    }

    void addJobEntries(std::vector<Actions::Entry>& list)
    {
        const QString group = Actions::tr("Work");
        list.insert(list.end(),
            {
                {id("job.score"), Actions::tr("Score the pairs"), id("score"),
                    Actions::tr("Goes to Score mode, where metrics are computed for every pair"), group,
                    keys("Ctrl+Shift+S")},
                {id("job.cluster"), Actions::tr("Cluster…"), id("cluster"),
                    Actions::tr("Groups the pairs by what they show"), group, keys("Ctrl+Shift+C")},
                {id("job.check"), Actions::tr("Check the data…"), id("check"),
                    Actions::tr("Looks for pictures, words and turns that would spoil a fine-tune"), group,
                    keys("Ctrl+Shift+K")},
                {id("cluster.merge"), Actions::tr("Merge clusters"), id("cluster"),
                    Actions::tr("Makes one of the clusters chosen in the list, in a new clustering"), group,
                    keys("Ctrl+G")},
                {id("cluster.split"), Actions::tr("Split cluster…"), id("cluster"),
                    Actions::tr("Groups the pairs of the chosen cluster anew, in a new clustering"), group,
                    keys("Ctrl+Shift+G")},
                {id("cluster.rename"), Actions::tr("Rename cluster…"), id("text"),
                    Actions::tr("Gives the chosen cluster a name"), group, keys("F2")},
                {id("cluster.undo"), Actions::tr("Undo change of clusters"), id("undo"),
                    Actions::tr("Takes the last name, merge or split of this clustering back"), group, {}},
                {id("job.search"), Actions::tr("Find by meaning…"), id("search"),
                    Actions::tr("Sorts the pairs by how near they are to a text"), group, keys("Ctrl+Shift+F")},
                {id("job.models"), Actions::tr("Models…"), id("models"),
                    Actions::tr("The models that score, embed and are fine-tuned"), group, keys("Ctrl+M")},
                {id("job.benchmark"), Actions::tr("Add a benchmark…"), id("add"),
                    Actions::tr("Yes/no questions that every run is asked"), group, {}},
                {id("run.start"), Actions::tr("Run"), id("play"), Actions::tr("Starts what the mode is for"), group,
                    keys("Ctrl+R")},
            });
        const QString help = Actions::tr("Help");
        list.insert(list.end(),
            {
                {id("help.shortcuts"), Actions::tr("Shortcuts"), id("keyboard"), Actions::tr("Every key on one sheet"),
                    help, keys("?")},
                {id("settings.shortcuts"), Actions::tr("Change shortcuts…"), id("keyboard"),
                    Actions::tr("Gives commands other keys"), help, {}},
                {id("help.about"), Actions::tr("About Winnow"), id("info"), Actions::tr("Version and licence"), help,
                    {}},
            });
    }

} // namespace

Actions::Actions(Settings& settings, QObject* parent)
    : QObject(parent)
    , m_settings(settings)
{
    std::vector<Entry> list;
    addProjectEntries(list);
    addModeEntries(list);
    addViewEntries(list);
    addDecisionEntries(list);
    addJobEntries(list);
    for (const Entry& entry : list)
        add(entry);
}

QAction* Actions::find(const QString& actionId) const
{
    const auto found =
        std::ranges::find_if(m_actions, [&](const QAction* action) { return action->objectName() == actionId; });
    return found == m_actions.end() ? nullptr : *found;
}

QAction* Actions::action(const QString& actionId) const
{
    QAction* const found = find(actionId);
    Q_ASSERT_X(found, "Actions::action", qPrintable(actionId));
    return found;
}

QAction* Actions::add(const Entry& entry)
{
    auto* const action = new QAction(Theme::icon(entry.icon), entry.text, this);
    action->setObjectName(entry.id);
    action->setProperty(kGroup, entry.group);
    action->setProperty(kTip, entry.tip);
    action->setProperty(kDefaultKeys, QVariant::fromValue(entry.keys));
    action->setShortcutContext(Qt::WindowShortcut);
    action->setShortcuts(m_settings.shortcuts(entry.id).value_or(entry.keys));
    m_actions.push_back(action);
    refreshToolTip(action);
    Q_EMIT actionAdded(action);
    return action;
}

QString Actions::group(const QAction* action) const { return action->property(kGroup).toString(); }

void Actions::setShortcuts(QAction* action, const QList<QKeySequence>& keys)
{
    action->setShortcuts(keys);
    m_settings.setShortcuts(action->objectName(), keys);
    refreshToolTip(action);
    Q_EMIT shortcutsChanged();
}

void Actions::resetShortcuts(QAction* action)
{
    action->setShortcuts(action->property(kDefaultKeys).value<QList<QKeySequence>>());
    m_settings.setShortcuts(action->objectName(), std::nullopt);
    refreshToolTip(action);
    Q_EMIT shortcutsChanged();
}

QAction* Actions::conflicting(const QAction* action, const QKeySequence& key) const
{
    const auto found = std::ranges::find_if(
        m_actions, [&](const QAction* other) { return other != action && other->shortcuts().contains(key); });
    return found == m_actions.end() || key.isEmpty() ? nullptr : *found;
}

void Actions::setBlocked(const QString& actionId, const QString& reason)
{
    QAction* const blocked = action(actionId);
    if (blocked->property(kReason).toString() == reason && blocked->isEnabled() == reason.isEmpty())
        return;
    blocked->setProperty(kReason, reason);
    blocked->setEnabled(reason.isEmpty());
    refreshToolTip(blocked);
}

void Actions::refreshToolTip(QAction* action)
{
    QString text = action->text();
    text.remove(QChar(0x2026));
    const QString key = action->shortcut().toString(QKeySequence::NativeText);
    if (!key.isEmpty())
        text += QStringLiteral(" (%1)").arg(key);
    text += QStringLiteral(" – ") + action->property(kTip).toString();
    const QString reason = action->property(kReason).toString();
    if (!reason.isEmpty())
        text += QLatin1Char('\n') + tr("Not now: %1").arg(reason);
    action->setToolTip(text);
    action->setStatusTip(QString());
}

} // namespace winnow::ui
