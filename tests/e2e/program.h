#pragma once

#include "core/base/json.h"
#include "tests/support/places.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace winnow::e2e {

struct Ran {
    int code = -1; ///< exit code; -1 where a signal ended it
    std::string out;
    std::string err;
    Json json() const { return json::parse(out, "the output"); }
};

/// A folder of its own, gone after the test, and `winnow` run in it with a configuration of its own.
class Program {
public:
    Program()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "winnow-e2e-XXXXXX").string();
        m_folder = ::mkdtemp(pattern.data());
    }
    ~Program()
    {
        std::error_code code;
        std::filesystem::remove_all(m_folder, code);
    }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    const std::filesystem::path& folder() const { return m_folder; }
    std::filesystem::path operator/(const std::string& name) const { return m_folder / name; }

    /// Starts it in the folder, without a shell.
    pid_t start(const std::vector<std::string>& arguments) const
    {
        for (const char* file : {"out.txt", "err.txt"}) // what the last command said must not be taken for this one's
            std::filesystem::remove(m_folder / file);
        const pid_t child = ::fork();
        if (child != 0)
            return child;
        ::setenv("XDG_CONFIG_HOME", (m_folder / ".config").c_str(), 1);
        const bool isInPlace = ::chdir(m_folder.c_str()) == 0;
        ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
        ::dup2(::open("out.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644), STDOUT_FILENO);
        ::dup2(::open("err.txt", O_WRONLY | O_CREAT | O_TRUNC, 0644), STDERR_FILENO);
        const std::string program = programDir() + "/winnow";
        std::vector<char*> words{const_cast<char*>(program.c_str())};
        for (const auto& argument : arguments)
            words.push_back(const_cast<char*>(argument.c_str()));
        words.push_back(nullptr);
        if (isInPlace)
            ::execv(program.c_str(), words.data());
        ::_exit(127);
    }
    Ran finish(pid_t child) const
    {
        int status = 0;
        ::waitpid(child, &status, 0);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read("out.txt"), read("err.txt")};
    }
    /// Until the running program has said this on standard error, a minute at most.
    void waitForProgress(const std::string& text) const
    {
        for (int i = 0; i < 6000 && read("err.txt").find(text) == std::string::npos; ++i)
            ::usleep(10000);
    }
    Ran run(const std::vector<std::string>& arguments) const { return finish(start(arguments)); }

    void write(const std::string& name, const std::string& content) const
    {
        std::ofstream(m_folder / name, std::ios::binary) << content;
    }
    std::string read(const std::string& name) const
    {
        std::ifstream in(m_folder / name, std::ios::binary);
        std::ostringstream out;
        out << in.rdbuf();
        return out.str();
    }

private:
    std::filesystem::path m_folder;
};

} // namespace winnow::e2e
