#pragma once

namespace winnow::app {

/// What both programs do first: numbers are written and read with a point whatever the language, compute threads are
/// set (OMP_NUM_THREADS, else all cores), and an exception that nobody caught is said in one line before the program
/// ends.
void startUp();

/// Numbers with a point: call again after a toolkit has set the language of the process.
void useNumberPoint();

/// Writes what is still buffered and ends the program without taking libraries down: libtorch needs a sixth of a second
/// to take back what it registered at the start, for nobody.
[[noreturn]] void endAtOnce(int code);

} // namespace winnow::app
