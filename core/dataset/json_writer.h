#pragma once

#include "core/dataset/formats.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::dataset {

/// Writes one JSON object a pair: as the lines of a file, or as the elements of a list.
class JsonWriter : public PairWriter {
public:
    enum class Layout { List, Lines };

    JsonWriter(AtomicTextFile& out, Layout layout)
        : m_out(out)
        , m_layout(layout)
    {
    }

    void write(const ExportRow& row, const std::vector<std::string>& images) final;
    void finish() final;

protected:
    virtual std::string object(const ExportRow& row, const std::vector<std::string>& images) = 0;

private:
    AtomicTextFile& m_out;
    const Layout m_layout;
    std::int64_t m_count = 0;
};

/// A list for names that end in .json, lines for those in .jsonl or .ndjson, else what the format usually is.
JsonWriter::Layout layoutFor(const AtomicTextFile& out, JsonWriter::Layout usual);

/// `"instruction": …, "response": …`, or `"conversations": […]` where there are more turns; `response` is its key.
std::string textsAsJson(const Pair& pair, std::size_t imageCount, std::string_view response = "response");

/// `, "name": number` for each metric; null where it is missing.
std::string metricsAsJson(const std::vector<std::string>& names, const std::vector<double>& values);

} // namespace winnow::dataset
