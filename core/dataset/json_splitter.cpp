#include "core/dataset/json_splitter.h"

#include "core/base/sentence.h"
#include "core/base/text.h"

#include <algorithm>
#include <cstring>

namespace winnow::dataset {

namespace {
    /// Keys and the like are walked: two calls to look for a quote and a backslash cost more.
    constexpr std::size_t kShortString = 24;

    bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
    bool endsScalar(char c) { return isSpace(c) || c == ',' || c == ']' || c == '}'; }
} // namespace

/// More text behind what is still unread; false at the end of the file or past the limit of one piece.
bool JsonSplitter::refill()
{
    m_buffer.erase(0, m_at);
    m_at = 0;
    return m_buffer.size() <= kMaxPieceBytes && m_text.read(m_buffer);
}

void JsonSplitter::consume(std::size_t length)
{
    const auto eaten = std::string_view(m_buffer).substr(m_at, length);
    for (auto at = eaten.find('\n'); at != std::string_view::npos; at = eaten.find('\n', at + 1))
        ++m_line;
    m_at += length;
}

bool JsonSplitter::breakOff(std::string reason)
{
    m_state = State::Done;
    m_brokeOff = asSentence(text::join(m_text.path().filename().string(), " ", reason, " in line ", m_line));
    return false;
}

/// To the next character that is not white space; false at the end of the file.
bool JsonSplitter::skipSpace()
{
    for (;;) {
        std::size_t length = 0;
        while (m_at + length < m_buffer.size() && isSpace(m_buffer[m_at + length]))
            ++length;
        consume(length);
        if (m_at < m_buffer.size())
            return true;
        if (!refill())
            return false;
    }
}

/// Length of the string that starts at `length` past m_at, added to `length`; false when the file ends inside.
bool JsonSplitter::scanString(std::size_t& length)
{
    ++length;
    for (const auto end = std::min(m_buffer.size() - m_at, length + kShortString); length < end; ++length) {
        const char c = m_buffer[m_at + length];
        if (c == '"') {
            ++length;
            return true;
        }
        if (c == '\\')
            break;
    }
    std::size_t quote = 0; // the next one, looked for once: a text with many backslashes is walked once all the same
    for (;;) {
        const auto text = std::string_view(m_buffer).substr(m_at);
        if (length >= text.size()) {
            if (!refill())
                return false;
            quote = 0;
            continue;
        }
        if (quote < length)
            quote = std::min(text.find('"', length), text.size());
        const auto backslash = text.substr(length, quote - length).find('\\');
        if (backslash != std::string_view::npos) {
            length += backslash + 2; // and what it escapes
        } else if (quote < text.size()) {
            length = quote + 1;
            return true;
        } else {
            length = text.size();
        }
    }
}

bool JsonSplitter::scanValue(std::size_t& length)
{
    length = 0;
    if (front() == '"')
        return scanString(length);
    if (front() != '[' && front() != '{') {
        while (m_at + length < m_buffer.size() || refill()) {
            if (endsScalar(m_buffer[m_at + length]))
                return true;
            ++length;
        }
        return false;
    }
    std::int64_t depth = 0;
    while (m_at + length < m_buffer.size() || refill()) {
        const char c = m_buffer[m_at + length];
        if (c == '"') {
            if (!scanString(length))
                return false;
            continue;
        }
        ++length;
        depth += c == '[' || c == '{' ? 1 : 0;
        depth -= c == ']' || c == '}' ? 1 : 0;
        if (depth == 0)
            return true;
    }
    return false;
}

/// Past a value without keeping it; false when the file ends inside.
bool JsonSplitter::skipValue()
{
    std::int64_t depth = 0;
    bool isString = false, isEscaped = false;
    for (;;) {
        std::size_t length = 0;
        while (m_at + length < m_buffer.size()) {
            const char c = m_buffer[m_at + length];
            if (!isString && depth == 0 && endsScalar(c)) {
                consume(length);
                return true;
            }
            ++length;
            if (isString) {
                isString = isEscaped || c != '"';
                isEscaped = !isEscaped && c == '\\';
            } else {
                isString = c == '"';
                depth += c == '[' || c == '{' ? 1 : 0;
                depth -= c == ']' || c == '}' ? 1 : 0;
            }
        }
        consume(length);
        if (!refill())
            return false;
    }
}

bool JsonSplitter::start()
{
    if (!skipSpace())
        return breakOff("is empty");
    if (front() != '[' && front() != '{')
        return breakOff("is neither a JSON list nor a JSON object");
    m_inList = front() == '[';
    m_root = m_inList ? Root::List : Root::Object;
    consume(1);
    m_state = State::BeforeItem;
    return true;
}

bool JsonSplitter::readKey(std::string& key)
{
    std::size_t length = 0;
    if (front() != '"' || !scanString(length))
        return breakOff("has no proper key");
    key = m_buffer.substr(m_at + 1, length - 2);
    consume(length);
    if (!skipSpace() || front() != ':')
        return breakOff("has no colon after a key");
    consume(1);
    return skipSpace() || breakOff("breaks off");
}

/// The end of the list or object that is being read.
bool JsonSplitter::endContainer(char close)
{
    consume(1);
    if (close == ']' && m_root == Root::Member) {
        m_inList = false;
        m_state = State::Tail;
        return true;
    }
    m_state = State::Done;
    return skipSpace() ? breakOff("has text after its end") : false;
}

/// The value at hand as a piece.
bool JsonSplitter::takeValue(JsonPiece& out)
{
    std::size_t length = 0;
    if (!scanValue(length) || length == 0)
        return breakOff(m_buffer.size() > kMaxPieceBytes ? "has a value over 256 MB" : "breaks off");
    out.text = std::string_view(m_buffer).substr(m_at, length);
    consume(length);
    out.bytesBehind = m_buffer.size() - m_at;
    m_state = State::AfterItem;
    return true;
}

bool JsonSplitter::next(JsonPiece& out)
{
    if (m_state == State::Start && !start())
        return false;
    while (m_state != State::Done) {
        if (!skipSpace())
            return breakOff("breaks off");
        const char close = m_inList ? ']' : '}';
        if (front() == close) {
            if (!endContainer(close))
                return false;
            continue;
        }
        if (m_state == State::AfterItem || m_state == State::Tail) {
            if (front() != ',')
                return breakOff(
                    text::join("has an unexpected ", text::shortened(std::string_view(m_buffer).substr(m_at, 4), 1)));
            consume(1);
            if (!skipSpace())
                return breakOff("breaks off");
        }
        out.key.clear();
        if (!m_inList && !readKey(out.key))
            return false;
        const bool isTail = m_state == State::Tail;
        if (!isTail && !m_inList && !m_list.empty() && out.key == m_list && front() == '[') {
            m_root = Root::Member;
            m_inList = true;
            consume(1);
            m_state = State::BeforeItem;
            continue;
        }
        out.line = m_line;
        if (!m_inList && !m_list.empty()) {
            out.text = {};
            if (endsScalar(front()) || !skipValue())
                return breakOff("breaks off");
            m_state = isTail ? State::Tail : State::AfterItem;
        } else if (!takeValue(out)) {
            return false;
        }
        if (!isTail)
            return true;
    }
    return false;
}

} // namespace winnow::dataset
