#include "app/bootstrap.h"
#include "app/commands/command.h"

int main(int count, char** arguments)
{
    winnow::app::startUp();
    winnow::app::watchForInterrupt();
    winnow::app::CommandLine line;
    const int code = line.execute({arguments + 1, arguments + count});
    winnow::app::endAtOnce(code);
}
