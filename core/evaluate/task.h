#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace winnow::evaluate {

/// One yes/no question about a picture.
struct Question {
    std::filesystem::path image;  ///< absolute, or relative to the working folder when the source was
    std::string text;             ///< as it is put to the model
    std::string answer;           ///< "yes" or "no"
    std::string category;         ///< subtask ("existence"); may be empty
    std::int64_t imageNumber = 0; ///< equal for questions about the same picture, 0, 1, … in order of appearance
};

/// A row of a question file that could not be used.
struct BadQuestion {
    std::string where; ///< "color/0001.txt line 2"
    std::string reason;
};

/// A benchmark as read from disk.
struct QuestionSet {
    std::string format; ///< "mme", "pope", "jsonl" or "tsv"
    std::vector<Question> questions;
    std::vector<BadQuestion> bad;
    std::string hash; ///< SHA-256 over pictures' relative names, questions, answers and categories

    std::int64_t imageCount() const;
};

/// Reads yes/no questions.
///   mme    the official folder: a folder per subtask, each with pictures and NAME.txt of `question TAB answer` lines,
///   side by side or in
///          `images/` and `questions_answers_YN/`; one subtask's folder alone works too
///   jsonl  one object a line: image, question, answer, category (optional)
///   pope   one object a line: image, text, label
///   tsv    image, question, answer, category (optional), with or without a line of those names
/// "auto" looks at the path. Pictures of files are looked for under `imagesRoot`, or beside the file when that is
/// empty; their names may not leave it. A row that is broken or has no yes/no answer is listed in `bad`; a picture that
/// is absent is not looked for here. Throws Error: NotFound, BadFile (no usable question at all), InvalidInput (unknown
/// format), Io.
QuestionSet loadQuestions(const std::filesystem::path& source, const std::string& format = "auto",
    const std::filesystem::path& imagesRoot = {});

} // namespace winnow::evaluate
