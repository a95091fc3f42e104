#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace winnow::golden {

/// An element is right when it is within `absolute` or within `relative` of the expected one's magnitude.
struct Tolerance {
    double absolute = 1e-4;
    double relative = 1e-3;
    double meanAbsolute = std::numeric_limits<double>::infinity(); ///< limit of the mean absolute difference
};

/// Prints one line per compared tensor with its worst absolute and relative error, and counts failures. Knows no tensor
/// library.
class Reporter {
public:
    /// True when all elements are within the tolerance. NaN is right only where NaN is expected.
    bool compare(
        std::string_view name, std::span<const float> got, std::span<const float> want, Tolerance tolerance = {})
    {
        return compareAny(name, got, want, tolerance);
    }
    bool compare(
        std::string_view name, std::span<const double> got, std::span<const double> want, Tolerance tolerance = {})
    {
        return compareAny(name, got, want, tolerance);
    }

    /// A line of its own for what is not a tensor: ids, texts, lists.
    bool expect(std::string_view name, bool isRight, std::string_view detail = {})
    {
        std::printf("%s %.*s%s%.*s\n", isRight ? "ok  " : "FAIL", int(name.size()), name.data(),
            detail.empty() ? "" : ": ", int(detail.size()), detail.empty() ? "" : detail.data());
        count(isRight);
        return isRight;
    }
    void fail(std::string_view name, std::string_view why) { expect(name, false, why); }
    /// Something that is in the folder but is deliberately not compared.
    void note(std::string_view name, std::string_view why)
    {
        std::printf("note %.*s: %.*s\n", int(name.size()), name.data(), int(why.size()), why.data());
    }

    int comparisons() const { return m_comparisons; }
    int failures() const { return m_failures; }

private:
    template <typename T>
    bool compareAny(std::string_view name, std::span<const T> got, std::span<const T> want, const Tolerance& tolerance)
    {
        if (got.size() != want.size()) {
            fail(name, "has " + std::to_string(got.size()) + " elements, expected " + std::to_string(want.size()));
            return false;
        }
        double worstAbsolute = 0, worstRelative = 0, sum = 0;
        bool isRight = true;
        for (std::size_t i = 0; i < got.size(); ++i) {
            if (std::isnan(got[i]) && std::isnan(want[i]))
                continue;
            const double difference = std::abs(double(got[i]) - double(want[i]));
            const double size = std::abs(double(want[i]));
            isRight = isRight && (difference <= tolerance.absolute || difference <= tolerance.relative * size);
            worstAbsolute = std::isnan(difference) ? difference : std::max(worstAbsolute, difference);
            worstRelative = std::max(worstRelative, difference / std::max(size, 1e-12));
            sum += difference;
        }
        isRight = isRight && !(sum > tolerance.meanAbsolute * double(got.size()));
        std::printf("%s %.*s: %zu values, worst absolute %.3g, worst relative %.3g\n", isRight ? "ok  " : "FAIL",
            int(name.size()), name.data(), got.size(), worstAbsolute, worstRelative);
        count(isRight);
        return isRight;
    }
    void count(bool isRight)
    {
        ++m_comparisons;
        m_failures += isRight ? 0 : 1;
    }

    int m_comparisons = 0;
    int m_failures = 0;
};

/// What golden_check was asked for.
struct Request {
    std::filesystem::path dir;  ///< a set laid out as the golden README says
    std::filesystem::path data; ///< vocabularies that the set does not bring along
    std::string device = "cpu"; ///< where the models run
};

/// Each checks one folder laid out as the golden README says; failures are the reporter's.
void checkClip(const Request& request, Reporter& reporter);
void checkClipPipeline(const Request& request, Reporter& reporter);
void checkLlama(const Request& request, Reporter& reporter);
void checkBlip2(const Request& request, Reporter& reporter);
void checkEvaVit(const Request& request, Reporter& reporter);
void checkMinigpt4(const Request& request, Reporter& reporter);
void checkOptim(const Request& request, Reporter& reporter);
void checkSelector(const Request& request, Reporter& reporter);
int checkImage(const std::filesystem::path& dir, Reporter& reporter);
int checkTokenizers(const std::filesystem::path& dir, const std::filesystem::path& data, Reporter& reporter);
int checkClustering(const std::filesystem::path& dir, Reporter& reporter);

/// A kind and how its sets are told apart; the table is written by CMake from the files that this build compiles.
struct Kind {
    std::string_view name;
    std::string_view marker;                  ///< a file of the set that only this form has; empty = any
    void (*check)(const Request&, Reporter&); ///< nullptr: known, not built
};
std::span<const Kind> kinds();

} // namespace winnow::golden
