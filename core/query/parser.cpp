#include "core/base/text.h"
#include "core/query/node.h"
#include "core/query/refusal.h"

#include <algorithm>
#include <array>

namespace winnow::query {

namespace {

    constexpr std::size_t kMaxText = 1 << 16;
    constexpr int kMaxDepth = 100;

    class Parser {
    public:
        explicit Parser(std::string_view text)
            : m_text(text)
            , m_token(nextToken(text, 0))
        {
        }

        std::unique_ptr<Node> parseAll()
        {
            if (m_token.kind == TokenKind::End)
                return nullptr;
            auto root = parseOr();
            if (m_token.kind == TokenKind::Close)
                refuse(m_token.at, "this parenthesis closes nothing");
            if (m_token.kind != TokenKind::End)
                refuse(m_token.at, "a condition was expected here");
            return root;
        }

    private:
        bool isWord(std::string_view word) const
        {
            return m_token.kind == TokenKind::Word && text::toLowerAscii(m_token.text) == word;
        }
        Token take()
        {
            auto taken = std::move(m_token);
            m_token = nextToken(m_text, taken.at.to);
            return taken;
        }
        Token expect(TokenKind kind, const char* message)
        {
            refuseBad();
            if (m_token.kind != kind)
                refuse(m_token.at, message);
            return take();
        }
        void refuseBad() const
        {
            if (m_token.kind == TokenKind::Bad)
                refuse(m_token.at, m_token.text);
        }

        std::unique_ptr<Node> parseOr() { return parseChain(Kind::Or); }

        /// One or more parts side by side under one node; a single part stands alone.
        std::unique_ptr<Node> parseChain(Kind kind)
        {
            auto first = kind == Kind::Or ? parseChain(Kind::And) : parseNot();
            if (!continues(kind))
                return first;
            auto chain = std::make_unique<Node>();
            chain->kind = kind;
            chain->children.push_back(std::move(first));
            while (continues(kind)) {
                if (isWord(kind == Kind::Or ? "or" : "and"))
                    take();
                chain->children.push_back(kind == Kind::Or ? parseChain(Kind::And) : parseNot());
            }
            return chain;
        }

        bool continues(Kind kind) const
        {
            if (kind == Kind::Or)
                return isWord("or");
            return isWord("and")
                || !(m_token.kind == TokenKind::End || m_token.kind == TokenKind::Close || isWord("or"));
        }

        std::unique_ptr<Node> parseNot()
        {
            if (!isWord("not"))
                return parsePrimary();
            const auto at = take().at;
            const DepthGuard guard(*this, at);
            auto node = std::make_unique<Node>();
            node->kind = Kind::Not;
            node->children.push_back(parseNot());
            return node;
        }

        std::unique_ptr<Node> parsePrimary()
        {
            refuseBad();
            if (m_token.kind == TokenKind::Open) {
                const auto at = take().at;
                const DepthGuard guard(*this, at);
                auto inner = parseOr();
                if (m_token.kind != TokenKind::Close)
                    refuse(m_token.kind == TokenKind::End ? at : m_token.at, "this parenthesis is not closed");
                take();
                return inner;
            }
            if (m_token.kind == TokenKind::Quoted) {
                auto node = makeNode(Kind::Text);
                node->wordAt = m_token.at;
                node->word = take().text;
                return node;
            }
            if (m_token.kind == TokenKind::Word || m_token.kind == TokenKind::BackQuoted
                || m_token.kind == TokenKind::Percentile)
                return parseTerm(take());
            if (m_token.kind == TokenKind::End)
                refuse(m_token.at, "a condition is missing at the end");
            if (m_token.kind == TokenKind::Number || m_token.kind == TokenKind::Compare)
                refuse(m_token.at, "a name must stand before this, as in clip > 28");
            refuse(m_token.at, "a condition was expected here");
        }

        static std::unique_ptr<Node> makeNode(Kind kind)
        {
            auto node = std::make_unique<Node>();
            node->kind = kind;
            return node;
        }

        std::unique_ptr<Node> parseTerm(const Token& name)
        {
            const auto word = name.kind == TokenKind::BackQuoted ? std::string() : text::toLowerAscii(name.text);
            if ((word == "has" || word == "missing") && m_token.kind == TokenKind::Open)
                return parsePresence(word == "has" ? Kind::Has : Kind::Missing);
            if (word == "cluster")
                return parseCluster(name);
            if (word == "stars")
                return parseNumbers(name, Kind::Stars, Kind::StarsRange);
            if (word == "verdict")
                return parseVerdict();
            if (word == "chosen")
                return makeNode(Kind::Chosen);
            if (word == "image")
                return parseImage();
            if (word == "id")
                return parseId();
            if (word == "finding")
                return parseFinding();
            if (word == "and" || word == "or" || word == "in")
                refuse(name.at, text::join("a condition must stand before ", word));
            return parseNumbers(name, Kind::Metric, Kind::MetricRange);
        }

        std::unique_ptr<Node> parsePresence(Kind kind)
        {
            take();
            auto node = makeNode(kind);
            if (m_token.kind != TokenKind::Word && m_token.kind != TokenKind::BackQuoted
                && m_token.kind != TokenKind::Percentile)
                refuse(m_token.at, "the name of a metric was expected here");
            node->nameAt = m_token.at;
            node->name = take().text;
            expect(TokenKind::Close, "a closing parenthesis was expected here");
            return node;
        }

        Number parseNumber(bool mayBePercentile)
        {
            refuseBad();
            if (m_token.kind == TokenKind::Number || (m_token.kind == TokenKind::Percentile && mayBePercentile)) {
                const auto token = take();
                return {token.number, token.kind == TokenKind::Percentile};
            }
            refuse(m_token.at,
                mayBePercentile ? "a number or a percentile such as p90 was expected here"
                                : "a number was expected here");
        }

        void parseRange(Node& node, bool mayBePercentile)
        {
            take();
            node.low = parseNumber(mayBePercentile);
            expect(TokenKind::Range, "two dots were expected here, as in 2..4");
            node.high = parseNumber(mayBePercentile);
        }

        std::unique_ptr<Node> parseNumbers(const Token& name, Kind single, Kind range)
        {
            const bool isMetric = single == Kind::Metric;
            auto node = makeNode(single);
            node->name = name.text;
            node->nameAt = name.at;
            refuseBad();
            if (isWord("in")) {
                node->kind = range;
                parseRange(*node, isMetric);
                return node;
            }
            if (m_token.kind != TokenKind::Compare)
                refuse(name.at,
                    text::join("a comparison must follow ", text::shortened(name.text, 40),
                        "; to look for the text, put it in double quotes"));
            node->compare = take().compare;
            node->low = parseNumber(isMetric);
            return node;
        }

        std::unique_ptr<Node> parseCluster(const Token& name)
        {
            auto node = makeNode(Kind::Cluster);
            node->nameAt = name.at;
            if (m_token.kind == TokenKind::Open) {
                take();
                refuseBad();
                if (m_token.kind == TokenKind::End || m_token.kind == TokenKind::Close)
                    refuse(m_token.at, "the name of a clustering was expected here");
                node->nameAt = m_token.at;
                const auto clustering = take();
                node->name = clustering.kind == TokenKind::Number
                    ? std::string(m_text.substr(clustering.at.from, clustering.at.to - clustering.at.from))
                    : clustering.text;
                expect(TokenKind::Close, "a closing parenthesis was expected here");
            }
            if (isWord("in")) {
                node->kind = Kind::ClusterRange;
                parseRange(*node, false);
                return node;
            }
            node->compare = expect(TokenKind::Compare, "a comparison must follow cluster, as in cluster = 4").compare;
            refuseBad();
            const bool isOrder = node->compare != Compare::Equal && node->compare != Compare::NotEqual;
            if (isOrder || m_token.kind == TokenKind::Number) {
                node->low = parseNumber(false);
                return node;
            }
            parseWord(*node, "the number or the name of a cluster was expected here");
            return node;
        }

        /// The word or quoted text that a name is compared with.
        void parseWord(Node& node, const char* message)
        {
            refuseBad();
            const bool isText = m_token.kind == TokenKind::Word || m_token.kind == TokenKind::Quoted
                || m_token.kind == TokenKind::BackQuoted || m_token.kind == TokenKind::Percentile;
            if (!isText)
                refuse(m_token.at, message);
            node.wordAt = m_token.at;
            node.word = take().text;
        }

        void parseEquality(Node& node, const char* message)
        {
            const auto sign = expect(TokenKind::Compare, message);
            if (sign.compare != Compare::Equal && sign.compare != Compare::NotEqual)
                refuse(sign.at, "only = and != can stand here");
            node.compare = sign.compare;
        }

        std::unique_ptr<Node> parseVerdict()
        {
            static const std::vector<std::string> kWords = {"pinned", "banned", "locked", "none", "chosen"};
            auto node = makeNode(Kind::Verdict);
            parseEquality(*node, "= must follow verdict, as in verdict = pinned");
            parseWord(*node, "pinned, banned, locked, none or chosen was expected here");
            node->word = text::toLowerAscii(node->word);
            if (std::find(kWords.begin(), kWords.end(), node->word) == kWords.end())
                refuse(node->wordAt,
                    text::join("a verdict is pinned, banned, locked, none or chosen", suggestion(node->word, kWords)));
            return node;
        }

        std::unique_ptr<Node> parseImage()
        {
            auto node = makeNode(Kind::ImageMissing);
            parseEquality(*node, "= must follow image, as in image = missing");
            parseWord(*node, "missing was expected here");
            if (text::toLowerAscii(node->word) != "missing")
                refuse(node->wordAt, "only missing can stand here; a picture's name is looked for in double quotes");
            return node;
        }

        std::unique_ptr<Node> parseId()
        {
            auto node = makeNode(Kind::Id);
            parseEquality(*node, "= must follow id, as in id = \"2\"");
            if (m_token.kind == TokenKind::Number) {
                node->wordAt = m_token.at;
                node->word = m_text.substr(m_token.at.from, m_token.at.to - m_token.at.from);
                take();
                return node;
            }
            parseWord(*node, "an id was expected here, best in double quotes");
            return node;
        }

        std::unique_ptr<Node> parseFinding()
        {
            auto node = makeNode(Kind::Finding);
            parseEquality(*node, "= must follow finding, as in finding = \"missing-picture\"");
            parseWord(*node, "the name of a finding was expected here, such as \"missing-picture\"");
            return node;
        }

        /// Counts how deep parentheses and nots are nested, so that no query exhausts the stack.
        class DepthGuard {
        public:
            DepthGuard(Parser& parser, Span at)
                : m_parser(parser)
            {
                if (++m_parser.m_depth > kMaxDepth)
                    refuse(at, text::join("conditions are nested more than ", kMaxDepth, " deep"));
            }
            ~DepthGuard() { --m_parser.m_depth; }
            DepthGuard(const DepthGuard&) = delete;
            DepthGuard& operator=(const DepthGuard&) = delete;

        private:
            Parser& m_parser;
        };

        std::string_view m_text;
        Token m_token;
        int m_depth = 0;
    };

    bool asksStore(const Node* node)
    {
        if (node == nullptr)
            return false;
        if (node->kind == Kind::Text || node->kind == Kind::Id || node->kind == Kind::Finding)
            return true;
        return std::any_of(
            node->children.begin(), node->children.end(), [](const auto& child) { return asksStore(child.get()); });
    }

} // namespace

Query::Query() = default;
Query::~Query() = default;
Query::Query(Query&&) noexcept = default;
Query& Query::operator=(Query&&) noexcept = default;

bool Query::matchesEverything() const { return m_root == nullptr; }

bool Query::needsText() const { return asksStore(m_root.get()); }

ParseResult parse(std::string_view text)
{
    ParseResult result;
    try {
        if (text.size() > kMaxText)
            refuse({kMaxText, text.size()}, text::join("a query has at most ", kMaxText, " bytes"));
        const auto invalid = text::findInvalidUtf8(text);
        if (invalid != std::string_view::npos)
            refuse({invalid, invalid + 1}, "this is not valid UTF-8");
        result.query = Access::make(text, Parser(text).parseAll());
        result.ok = true;
    } catch (const Refused& refused) {
        result.error = refused.error;
    }
    return result;
}

} // namespace winnow::query
