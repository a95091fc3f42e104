// Data files from strangers through one importer. WINNOW_FUZZ_FORMAT names its format; "any" takes it from the first
// line of the input ("webdataset tar": format and ending of the file; an unknown format means auto), so that formats
// that come later are covered without a line here.
#include "core/base/text.h"
#include "core/dataset/formats.h"
#include "core/dataset/importer.h"
#include "tests/fuzz/fuzz_input.h"

#include <algorithm>

namespace {

using namespace winnow;

constexpr std::string_view kFormat = WINNOW_FUZZ_FORMAT;

struct Wish {
    std::string format = "auto";
    std::string fileName = "data.json";
};

bool isEnding(std::string_view ending)
{
    static constexpr std::string_view kEndings[] = {"json", "jsonl", "csv", "tsv", "txt", "tar", "ndjson", "parquet"};
    return std::find(std::begin(kEndings), std::end(kEndings), ending) != std::end(kEndings);
}

Wish wishOf(std::string_view& rest)
{
    Wish wish;
    if (kFormat != "any") {
        wish.format = kFormat;
        return wish;
    }
    const std::string line(fuzz::takeLine(rest));
    const auto words = text::split(line, ' ');
    const auto formats = dataset::importFormats();
    if (std::find(formats.begin(), formats.end(), words[0]) != formats.end()) {
        wish.format = words[0];
        if (const auto& usual = dataset::findFormat(words[0]).usualFile; !usual.empty())
            wish.fileName = usual;
    }
    if (words.size() > 1 && isEnding(words[1]))
        wish.fileName = "data." + words[1];
    return wish;
}

void checkText(std::string_view written, const char* what)
{
    fuzz::promise(text::isValidUtf8(written) && written.find('\0') == std::string_view::npos, what);
}

void checkPair(const dataset::RawPair& row)
{
    fuzz::promise(!row.pair.id.value.empty(), "every pair has an id");
    checkText(row.pair.id.value, "an id is text");
    checkText(row.pair.instruction, "an instruction is text");
    checkText(row.pair.response, "a response is text");
    for (const auto& turn : row.pair.turns)
        checkText(turn.text, "a turn is text");
    for (const auto& image : row.pair.images) {
        checkText(image, "a picture's path is text");
        const auto path = std::filesystem::path(image).lexically_normal();
        fuzz::promise(!path.empty() && *path.begin() != "..", "a picture's path stays in its folder");
    }
}

void checkBad(const std::vector<dataset::BadRow>& rows)
{
    for (const auto& row : rows) {
        fuzz::checkSentence(row.reason);
        checkText(row.id, "the id of a bad row is text");
    }
}

void readAll(const dataset::ImportOptions& options)
{
    const auto source = dataset::openSource(options);
    for (dataset::RawPair row; source->next(row);) {
        checkPair(row);
        checkBad(source->takeBadRows());
    }
    checkBad(source->takeBadRows());
    if (const auto why = source->brokeOff())
        fuzz::checkSentence(*why);
    fuzz::promise(source->bytesRead() <= source->bytesTotal(), "no more is read than there is");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const fuzz::Scratch scratch;
    auto rest = fuzz::asText(data, size);
    const Wish wish = wishOf(rest);
    dataset::ImportOptions options;
    options.source = scratch.write(wish.fileName, rest);
    options.format = wish.format;
    fuzz::mayRefuse([&] { readAll(options); });
    fuzz::mayRefuse([&] { dataset::previewSource(options, 3); });
    options.imagesRoot = scratch.folder();
    options.map = {{"response", "text"}, {"score", "clip"}};
    fuzz::mayRefuse([&] { readAll(options); });
    fuzz::mayRefuse([&] { fuzz::checkSentence(dataset::detectFormat(scratch.folder()).why); });
    std::error_code ignored;
    std::filesystem::remove(options.source, ignored); // the folder's only data file is that of the input
    return 0;
}
