#include "core/pipeline/outcome.h"

#include <c10/util/Exception.h>

#include <new>

namespace winnow::pipeline {

namespace {

    /// Torch reports a full device with an exception type that newer versions name and older ones do not: the words
    /// decide.
    Failed describeTorch(const c10::Error& error)
    {
        const std::string what = error.what_without_backtrace();
        const bool isMemory = what.find("out of memory") != std::string::npos
            || what.find("not enough memory") != std::string::npos || what.find("can't allocate") != std::string::npos;
        if (isMemory)
            return {
                ErrorCode::OutOfMemory, "the device ran out of memory: use a smaller batch or a smaller model", {what}};
        return {ErrorCode::Internal, "a tensor operation failed: " + what.substr(0, what.find('\n')), {what}};
    }

} // namespace

Outcome runGuarded(const Work& work, RunContext& context) noexcept
try {
    return Finished{work(context)};
} catch (const Cancelled&) {
    return Stopped{};
} catch (const Error& e) {
    return Failed{e.code(), e.what(), e.trail()};
} catch (const c10::Error& e) {
    return describeTorch(e);
} catch (const std::bad_alloc&) {
    return Failed{ErrorCode::OutOfMemory, "memory ran out: use a smaller batch, or close other programs", {}};
} catch (const std::exception& e) {
    return Failed{ErrorCode::Internal, e.what(), {}};
} catch (...) {
    return Failed{ErrorCode::Internal, "unknown exception", {}};
}

} // namespace winnow::pipeline
