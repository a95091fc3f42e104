#include "core/dataset/field_guess.h"

#include "core/base/text.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace winnow::dataset {

namespace {

    using Names = std::vector<std::string_view>;

    const std::vector<std::pair<std::string_view, Names>>& commonNames()
    {
        static const std::vector<std::pair<std::string_view, Names>> kNames{
            {"id", {"id", "pair_id", "sample_id", "question_id"}},
            {"image",
                {"image", "images", "image_path", "image_name", "image_file", "file_name", "filename", "file", "img",
                    "img_path", "picture", "path"}},
            {"conversations", {"conversations", "messages"}},
            {"response",
                {"response", "output", "caption", "answer", "gpt", "description", "comment", "text", "label", "title"}},
            {"instruction", {"instruction", "question", "prompt", "query", "human", "input"}},
        };
        return kNames;
    }

    std::string normal(std::string_view column) { return text::toLowerAscii(text::trimmed(column)); }

    /// Question sets and labelled texts: `text` is what is asked, `label` the answer.
    void preferLabel(const std::vector<std::string>& columns, std::map<std::string, std::string>& fields)
    {
        const auto response = fields.find("response");
        const auto label = std::find_if(
            columns.begin(), columns.end(), [](const std::string& column) { return normal(column) == "label"; });
        if (response == fields.end() || normal(response->second) != "text" || fields.count("instruction") > 0
            || label == columns.end())
            return;
        fields.emplace("instruction", response->second);
        response->second = *label;
    }

} // namespace

std::map<std::string, std::string> guessFields(
    const std::vector<std::string>& columns, const std::map<std::string, std::string>& given)
{
    std::map<std::string, std::string> out = given;
    std::set<std::string> used;
    for (const auto& [field, column] : given)
        used.insert(column);
    const auto id = given.find("id");
    const auto isFree = [&](std::string_view field, const std::string& column) {
        const bool isIdToo =
            field == "image" && id != given.end() && id->second == column; // a picture's name may be both
        return used.count(column) == 0 || isIdToo;
    };
    for (const auto& [field, names] : commonNames()) {
        if (out.count(std::string(field)) > 0)
            continue;
        for (const auto& name : names) {
            const auto found = std::find_if(columns.begin(), columns.end(),
                [&](const std::string& column) { return normal(column) == name && isFree(field, column); });
            if (found == columns.end())
                continue;
            used.insert(*found);
            out.emplace(field, *found);
            break;
        }
    }
    const bool isResponseGiven = given.count("response") > 0;
    const bool isLabelUsed =
        std::any_of(given.begin(), given.end(), [](const auto& one) { return normal(one.second) == "label"; });
    if (!isResponseGiven && !isLabelUsed)
        preferLabel(columns, out);
    return out;
}

} // namespace winnow::dataset
