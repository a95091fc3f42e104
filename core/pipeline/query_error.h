#pragma once

#include "core/query/query.h"

#include <string>

namespace winnow::pipeline {

/// "cannot read the query at character 13: …", then the query with a mark under what cannot be read, for a terminal.
/// Characters are counted as a person does, from 1; wide ones (Chinese) take two places.
std::string queryErrorText(const std::string& query, const query::SyntaxError& error);
/// The same without the mark: one sentence.
std::string queryErrorSentence(const std::string& query, const query::SyntaxError& error);

} // namespace winnow::pipeline
