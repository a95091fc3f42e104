#pragma once

#include "core/dataset/importer.h"
#include "core/dataset/json_row.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace winnow::dataset {

/// Reads a pair out of an object whose keys carry no fixed meaning: by the mapping, else by the names that data sets
/// commonly use. Objects may differ in their keys.
class ObjectFields {
public:
    explicit ObjectFields(std::map<std::string, std::string> given)
        : m_given(std::move(given))
        , m_met(m_given)
    {
    }

    /// Looks at the keys of the object that the other functions are called for.
    void setObject(jsonrow::object row);

    /// Id, pictures, texts and mapped metrics. Throws Error(BadFile) with half a sentence.
    void read(jsonrow::object row, RawPair& out) const;
    void readIdAndImages(jsonrow::object row, RawPair& out) const;
    void readMetrics(jsonrow::object row, RawPair& out) const;
    /// Turns, or instruction and response.
    void readTexts(jsonrow::object row, RawPair& out) const;

    /// The key of a field in this object, or empty.
    std::string column(const std::string& field) const;
    std::optional<jsonrow::element> value(jsonrow::object row, const std::string& field) const;
    /// Field → key, of all objects so far.
    const std::map<std::string, std::string>& mapping() const { return m_met; }

private:
    const std::map<std::string, std::string> m_given;
    std::map<std::string, std::string> m_met;
    std::map<std::string, std::string> m_fields; ///< of objects with the keys m_shape
    std::vector<std::string> m_shape;
};

/// Takes a list of turns into the pair, and the pictures that stand in it where the pair has none yet. `system` is as
/// in toTalk().
void readTalk(jsonrow::element list, std::string_view field, RawPair& out, std::string system = {});

} // namespace winnow::dataset
