#pragma once

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>

namespace winnow::bench {

inline double secondsOf(const std::function<void()>& work)
{
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// "COUNT SECONDS" that a peer prints as its last line; count 0 where it could not run.
struct PeerResult {
    double count = 0;
    double seconds = 0;
    double rate() const { return seconds > 0 ? count / seconds : 0; }
};
inline PeerResult runPeer(
    const std::string& script, const std::string& arguments, const std::string& python = "/usr/bin/python3")
{
    PeerResult out;
    const std::string command = python + " " WINNOW_SOURCE_DIR "/tests/bench/peers/" + script + " " + arguments;
    if (FILE* const pipe = ::popen(command.c_str(), "r")) {
        if (std::fscanf(pipe, "%lf %lf", &out.count, &out.seconds) != 2)
            out = {};
        ::pclose(pipe);
    }
    return out;
}

inline double peakMemoryMb()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmHWM:"))
            return std::atof(line.c_str() + 6) / 1024;
    return 0;
}

} // namespace winnow::bench
