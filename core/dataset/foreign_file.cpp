#include "core/dataset/foreign_file.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace winnow::dataset {

namespace {

    constexpr std::size_t kStartBytes = 1024;
    constexpr std::string_view kJsonLines = "to_json(sys.argv[2], orient='records', lines=True, force_ascii=False)";

    /// A kind of file by its first bytes; {in} and then {out} in the command stand for the file and for a new one.
    struct Kind {
        std::string_view start;
        std::string_view name;
        std::string command;
        std::string_view newEnding;
    };

    std::string python(std::string_view imports, std::string_view read)
    {
        // Paths are arguments: inside the program a name could be read as a part of it, by Python or by the shell.
        return text::join("python3 -c \"", imports, ", sys; ", read, ".", kJsonLines, "\" {in} {out}");
    }

    /// Types of RIFF files and of those with a "ftyp" box stand behind their first bytes.
    bool isPicture(std::string_view bytes)
    {
        const bool isWebP = bytes.size() >= 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP";
        const bool isBox = bytes.size() > 12 && bytes.substr(4, 4) == "ftyp";
        return isWebP || isBox || bytes.starts_with("\xFF\xD8\xFF") || bytes.starts_with("\x89PNG")
            || bytes.starts_with("GIF8") || bytes.starts_with(std::string_view("II*\0", 4))
            || bytes.starts_with(std::string_view("MM\0*", 4));
    }

    /// A path as one word of the command line.
    std::string quoted(const std::string& path) { return "'" + text::replaced(path, "'", "'\\''") + "'"; }

    std::string filled(std::string command, const std::filesystem::path& file, std::string_view newEnding)
    {
        auto target = file;
        target.replace_extension(newEnding);
        const auto at = command.find("{in}");
        const auto rest = text::replaced(command.substr(at + 4), "{out}", quoted(target.string()));
        return text::join(command.substr(0, at), quoted(file.string()), rest);
    }

} // namespace

std::string readStart(const std::filesystem::path& file)
{
    const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    require(handle >= 0, errno == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
        text::join("cannot read ", file.string(), ": ", std::generic_category().message(errno)));
    std::string out(kStartBytes, '\0');
    const auto got = ::read(handle, out.data(), out.size());
    const int problem = errno;
    ::close(handle);
    require(got >= 0, ErrorCode::Io,
        text::join("cannot read ", file.string(), ": ", std::generic_category().message(problem)));
    out.resize(static_cast<std::size_t>(got));
    return out;
}

std::string refusalOfFile(std::string_view bytes, const std::filesystem::path& file)
{
    static const Kind kKinds[] = {
        {"PAR1", "a Parquet file", python("import pandas", "pandas.read_parquet(sys.argv[1])"), ".jsonl"},
        {"ARROW1", "an Arrow file", python("import pyarrow", "pyarrow.ipc.open_file(sys.argv[1]).read_pandas()"),
            ".jsonl"},
        {"FEA1", "a Feather file", python("import pandas", "pandas.read_feather(sys.argv[1])"), ".jsonl"},
        {"\xFF\xFF\xFF\xFF", "an Arrow stream",
            python("import pyarrow", "pyarrow.ipc.open_stream(sys.argv[1]).read_pandas()"), ".jsonl"},
        {"\x1F\x8B", "compressed by gzip", "gunzip -k {in}", ""},
        {"(\xB5/\xFD", "compressed by zstd", "unzstd -k {in}", ""},
        {"\xFD"
         "7zXZ",
            "compressed by xz", "unxz -k {in}", ""},
        {"BZh", "compressed by bzip2", "bunzip2 -k {in}", ""},
        {"PK\x03\x04", "a ZIP archive", "unzip {in} -d {out}", ""},
    };
    for (const Kind& kind : kKinds)
        if (bytes.starts_with(kind.start))
            return text::join("it is ", kind.name, ", which this build does not read; ",
                kind.newEnding.empty() ? "unpack" : "convert",
                " it first: ", filled(kind.command, file, kind.newEnding));
    if (isPicture(bytes))
        return "it is a picture, not a list of pairs; name a file that lists pictures with their texts";
    return {};
}

} // namespace winnow::dataset
