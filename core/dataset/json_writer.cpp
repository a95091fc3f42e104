#include "core/dataset/json_writer.h"

#include "core/base/text.h"
#include "core/dataset/conversation.h"
#include "core/dataset/export_file.h"

#include <cmath>
#include <limits>

namespace winnow::dataset {

void JsonWriter::write(const ExportRow& row, const std::vector<std::string>& images)
{
    if (m_layout == Layout::List)
        m_out.write(m_count == 0 ? "[\n  " : ",\n  ");
    m_out.write(object(row, images));
    if (m_layout == Layout::Lines)
        m_out.write("\n");
    ++m_count;
}

void JsonWriter::finish()
{
    if (m_layout == Layout::List)
        m_out.write(m_count == 0 ? "[]\n" : "\n]\n");
}

JsonWriter::Layout layoutFor(const AtomicTextFile& out, JsonWriter::Layout usual)
{
    const auto ending = text::toLowerAscii(out.path().extension().string());
    if (ending == ".json")
        return JsonWriter::Layout::List;
    return ending == ".jsonl" || ending == ".ndjson" ? JsonWriter::Layout::Lines : usual;
}

std::string textsAsJson(const Pair& pair, std::size_t imageCount, std::string_view response)
{
    if (!pair.turns.empty())
        return text::join(R"("conversations": )", conversationsAsJson(pair, imageCount));
    return text::join(R"("instruction": )", quotedJson(instructionOrStandIn(pair)), ", ", quotedJson(response), ": ",
        quotedJson(pair.response));
}

std::string metricsAsJson(const std::vector<std::string>& names, const std::vector<double>& values)
{
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const double value = i < values.size() ? values[i] : std::numeric_limits<double>::quiet_NaN();
        out += text::join(", ", quotedJson(names[i]), ": ", std::isfinite(value) ? text::toText(value) : "null");
    }
    return out;
}

} // namespace winnow::dataset
