#include "app/bootstrap.h"

#include "core/base/text.h"
#include "core/pipeline/workspace.h"

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

namespace winnow::app {

namespace {

    /// 0 = all cores.
    int wantedThreads()
    {
        const char* given = std::getenv("OMP_NUM_THREADS");
        std::int64_t count = 0;
        const bool isSound = given != nullptr && text::parseInt(given, count) && count >= 1 && count <= 1024;
        return isSound ? static_cast<int>(count) : 0;
    }

    [[noreturn]] void sayAndAbort() noexcept
    {
        try {
            if (const auto current = std::current_exception())
                std::rethrow_exception(current);
        } catch (const std::exception& e) {
            std::fprintf(stderr, "winnow: ended by a fault in the program: %s\n", e.what());
        } catch (...) {
            std::fputs("winnow: ended by a fault in the program\n", stderr);
        }
        std::abort();
    }

} // namespace

void useNumberPoint() { std::setlocale(LC_NUMERIC, "C"); }

void startUp()
{
    std::set_terminate(sayAndAbort);
    std::setlocale(LC_ALL, "");
    useNumberPoint();
    pipeline::setComputeThreads(wantedThreads());
}

void endAtOnce(int code)
{
    std::cout.flush();
    std::fflush(nullptr);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    std::exit(code); // their reports come at an ordinary end
#else
    std::_Exit(code);
#endif
}

} // namespace winnow::app
