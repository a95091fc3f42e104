#pragma once

#include "app/commands/command.h"

#include <string>

namespace winnow::app {

/// The flags of `winnow models get`.
struct ModelsGet {
    std::string role;
    std::string revision = "main";
    std::string folder;
    bool isAgreed = false;        ///< --yes: does not ask
    bool isDefaultWished = false; ///< --default
    void addTo(CLI::App& command);
};

/// Prints what fetching would take, asks on the terminal, fetches. Exit code.
int getModel(const std::string& model, const ModelsGet& options, Session& session);
/// Prints the recommended models; nothing goes over the network. Exit code.
int listRecommended(Session& session);

} // namespace winnow::app
