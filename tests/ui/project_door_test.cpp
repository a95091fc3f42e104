#include "ui/project_door.h"

#include <gtest/gtest.h>

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <optional>
#include <sys/wait.h>
#include <unistd.h>

namespace winnow::ui {
namespace {

    using Answer = ProjectDoor::Answer;

    class Door : public testing::Test {
    protected:
        Door()
        {
            runtime = qgetenv("XDG_RUNTIME_DIR");
            qputenv("XDG_RUNTIME_DIR", folder.path().toUtf8());
            QFile::setPermissions(folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
            QDir(folder.path()).mkpath(QStringLiteral("a"));
            QDir(folder.path()).mkpath(QStringLiteral("b"));
        }
        ~Door() override { qputenv("XDG_RUNTIME_DIR", runtime); }

        std::filesystem::path project(const char* name) const { return (folder.path().toStdString() + "/") + name; }
        static std::optional<Answer> enter(ProjectDoor& door, const std::filesystem::path& project)
        {
            std::optional<Answer> answer;
            door.enter(project, [&answer](Answer given) { answer = given; });
            EXPECT_TRUE(QTest::qWaitFor([&answer] { return answer.has_value(); }));
            return answer;
        }

        QTemporaryDir folder;
        QByteArray runtime;
    };

    TEST_F(Door, FirstWindowHearsTheKnockOfTheSecond)
    {
        ProjectDoor first, second;
        QSignalSpy knocks(&first, &ProjectDoor::knocked);
        EXPECT_EQ(enter(first, project("a")), Answer::Entered);
        EXPECT_EQ(enter(second, project("a")), Answer::OpenElsewhere);
        EXPECT_TRUE(QTest::qWaitFor([&] { return knocks.size() == 1; }));
    }

    TEST_F(Door, AnotherPathToTheSameFolderIsTheSameProject)
    {
        ASSERT_TRUE(QFile::link(folder.filePath(QStringLiteral("a")), folder.filePath(QStringLiteral("link"))));
        ProjectDoor first, second, third;
        EXPECT_EQ(enter(first, project("a")), Answer::Entered);
        EXPECT_EQ(enter(second, project("link")), Answer::OpenElsewhere);
        EXPECT_EQ(enter(second, project("b/../a/")), Answer::OpenElsewhere);
        EXPECT_EQ(enter(third, project("b")), Answer::Entered);
    }

    TEST_F(Door, ProjectThatWasLeftOrExchangedCanBeEntered)
    {
        ProjectDoor first, second;
        EXPECT_EQ(enter(first, project("a")), Answer::Entered);
        EXPECT_EQ(enter(first, project("a")), Answer::Entered) << "its own project again";
        EXPECT_EQ(enter(first, project("b")), Answer::Entered);
        EXPECT_EQ(enter(second, project("a")), Answer::Entered);
        second.leave();
        EXPECT_EQ(enter(first, project("a")), Answer::Entered);
    }

    TEST_F(Door, CrashedWindowHoldsNothing)
    {
        const pid_t child = ::fork();
        if (child == 0) {
            ProjectDoor door;
            bool isIn = false;
            door.enter(project("a"), [&isIn](Answer answer) { isIn = answer == Answer::Entered; });
            ::_exit(isIn ? 0 : 1); // without leaving: lock and socket stay
        }
        int status = 1;
        ::waitpid(child, &status, 0);
        ASSERT_EQ(status, 0);
        ASSERT_EQ(QDir(folder.path()).entryList({QStringLiteral("winnow-*.lock")}).size(), 1);
        ProjectDoor first, second;
        QSignalSpy knocks(&first, &ProjectDoor::knocked);
        EXPECT_EQ(enter(first, project("a")), Answer::Entered);
        EXPECT_EQ(enter(second, project("a")), Answer::OpenElsewhere);
        EXPECT_TRUE(QTest::qWaitFor([&] { return knocks.size() == 1; })) << "the old socket is in the way";
    }

} // namespace
} // namespace winnow::ui
