#pragma once

#include "core/base/error.h"
#include "core/domain/pair.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace winnow::store {

/// True in the program's long entry (ctest -L long): faults at every operation, more rounds.
inline bool isLongTest() { return std::getenv("WINNOW_LONG_TESTS") != nullptr; }

/// The Error that the work throws, if any.
inline std::optional<Error> errorOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& e) {
        return e;
    }
    return std::nullopt;
}

/// The work must throw an Error of that code whose sentence holds `part`.
inline void expectCode(const std::function<void()>& work, ErrorCode code, const std::string& part = "")
{
    const auto error = errorOf(work);
    ASSERT_TRUE(error.has_value()) << "nothing was thrown";
    EXPECT_EQ(toString(error->code()), toString(code)) << error->message();
    EXPECT_THAT(error->message(), testing::HasSubstr(part));
}

/// 0 … count - 1
inline std::vector<PairRow> rowsBelow(int count)
{
    std::vector<PairRow> rows(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i] = static_cast<PairRow>(i);
    return rows;
}

/// Runs `work` in a child process; what it returns is the exit status, 99 where an exception came out (which is
/// printed).
inline pid_t startChild(const std::function<int()>& work)
{
    const pid_t child = ::fork();
    if (child != 0)
        return child;
    try {
        ::_exit(work());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "child: %s\n", e.what());
    }
    ::_exit(99);
}

/// Its exit status; -1 where a signal ended it.
inline int statusOf(pid_t child)
{
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

inline int runChild(const std::function<int()>& work) { return statusOf(startChild(work)); }

} // namespace winnow::store
