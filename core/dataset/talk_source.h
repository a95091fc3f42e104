#pragma once

#include "core/dataset/formats.h"
#include "core/dataset/json_source.h"

#include <string>

namespace winnow::dataset {

/// Rows whose texts are a list of turns under one key: `id`, `image` or `images`, the turns, perhaps `system`.
class TalkSource final : public JsonSource {
public:
    TalkSource(SourcePlace place, Layout layout, std::string turnsKey)
        : JsonSource(std::move(place), layout)
        , m_turnsKey(std::move(turnsKey))
    {
    }

    std::map<std::string, std::string> mapping() const override;

private:
    /// Pictures of messages are parts of their own.
    bool marksPictures() const override { return m_turnsKey == "conversations"; }
    void convertObject(jsonrow::object row, RawPair& out) override;

    const std::string m_turnsKey;
    std::string m_imageKey = "image";
};

/// A list or lines, as the head of the file shows.
JsonSource::Layout layoutOf(const SourceHead& head);

/// The head's first object has a system text: a key `system`, or a turn of that role under `turnsKey`.
bool hasSystem(const SourceHead& head, std::string_view turnsKey);

} // namespace winnow::dataset
