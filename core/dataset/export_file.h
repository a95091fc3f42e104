#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::dataset {

/// A text file that appears under its name only when it is complete: written beside it, flushed to disk, renamed.
class AtomicTextFile {
public:
    /// Throws Error: DiskFull, Io.
    explicit AtomicTextFile(std::filesystem::path path);
    /// Removes what was written unless commit() was reached.
    ~AtomicTextFile();
    AtomicTextFile(const AtomicTextFile&) = delete;
    AtomicTextFile& operator=(const AtomicTextFile&) = delete;

    /// Throws Error: DiskFull, Io.
    void write(std::string_view text);
    void commit();
    const std::filesystem::path& path() const { return m_path; }

private:
    void flush();

    std::filesystem::path m_path;
    std::filesystem::path m_partial;
    std::string m_buffer;
    int m_file = -1;
};

/// The text in quotes, escaped as Python's json.dumps(ensure_ascii=False) does it.
std::string quotedJson(std::string_view text);

/// One path as text, several as a list; without any the JSON word null.
std::string imagesAsJson(const std::vector<std::string>& images);

} // namespace winnow::dataset
