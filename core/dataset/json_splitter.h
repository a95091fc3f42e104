#pragma once

#include "core/dataset/text_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace winnow::dataset {

/// One element of the top list, or one member of the top object, as text.
struct JsonPiece {
    std::string key;       ///< of a member, unescaped only where it has no escapes; empty for list elements
    std::string_view text; ///< of the value; valid until the next call; empty for the members beside the wanted list
    std::int64_t line = 0; ///< where the value starts
    std::size_t bytesBehind = 0; ///< so many bytes of the file lie in memory behind the value
};

/// Cuts a JSON file into the elements of its list without keeping more than one of them: the top list, or the wanted
/// list of a top object (`annotations` unless told), whose other members are passed over without being kept. What is
/// inside an element is not judged here, so that one bad element does not spoil the others.
class JsonSplitter {
public:
    enum class Root { List, Member, Object, Neither };

    /// `list` empty: the members of a top object are given whole.
    explicit JsonSplitter(TextReader& text, std::string list = "annotations")
        : m_text(text)
        , m_list(std::move(list))
    {
    }

    /// The next piece; false at the end.
    bool next(JsonPiece& out);

    /// Known after the first next(). Object turns into Member when the wanted list is met.
    Root root() const { return m_root; }
    /// Why the text ended or stopped making sense; known once next() gave false.
    const std::optional<std::string>& brokeOff() const { return m_brokeOff; }

    static constexpr std::size_t kMaxPieceBytes = std::size_t(256) << 20;

private:
    enum class State { Start, BeforeItem, AfterItem, Tail, Done };

    bool refill();
    bool skipSpace();
    bool scanString(std::size_t& length);
    bool scanValue(std::size_t& length);
    bool skipValue();
    bool takeValue(JsonPiece& out);
    bool start();
    bool readKey(std::string& key);
    bool endContainer(char close);
    bool breakOff(std::string reason);
    void consume(std::size_t length);
    char front() const { return m_buffer[m_at]; }

    TextReader& m_text;
    const std::string m_list;
    std::string m_buffer;
    std::size_t m_at = 0;
    std::int64_t m_line = 1;
    State m_state = State::Start;
    Root m_root = Root::Neither;
    bool m_inList = false;
    std::optional<std::string> m_brokeOff;
};

} // namespace winnow::dataset
