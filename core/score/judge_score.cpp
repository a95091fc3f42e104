#include "core/score/judge_score.h"

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/media/image.h"
#include "core/media/picture_file.h"

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>
#include <memory>
#include <optional>

namespace winnow::score {

namespace {

    constexpr std::size_t kLongestKept = 20'000; ///< characters of an answer
    constexpr int kHopelessRefusals = 3;         ///< pairs refused one after another before anything was answered

    /// Where one pair stands.
    struct ItemState {
        std::string key;
        std::vector<double> ratings; ///< in order of repeat; NaN = an answer that cannot be read
        int open = 0;                ///< repeats not yet settled
        std::string failure;         ///< why it will have no score, or why a repeat of it has none
        bool isBroken = false;       ///< not all was asked: it is tried again in a later run
    };

    struct OpenChunk {
        std::vector<ScoreItem> items;
        std::vector<ItemState> states;
        std::int64_t unsettled = 0;
    };

    /// One answer that is asked for.
    struct Asked {
        std::int64_t chunk = 0;
        std::size_t item = 0;
        int repeat = 0;
        int attempt = 0;
        double setAside = 0; ///< money
    };

    class JudgeRun final : public net::Exchange {
    public:
        JudgeRun(const ItemSource& items, const JudgeOptions& options, const net::Secret& key, JudgeBook& book,
            ScoreSink& sink, RunContext& context)
            : m_items(items)
            , m_options(options)
            , m_key(key)
            , m_book(book)
            , m_sink(sink)
            , m_context(context)
        {
        }

        JudgeReport run()
        {
            net::HttpClient client(m_options.limits);
            m_report.exchange = net::runExchange(client, *this, m_options.exchange, m_context);
            m_report.stopReason = m_report.exchange.stopReason;
            while (!m_chunks.empty())
                writeChunk(m_chunks.begin()->first);
            return m_report;
        }

        std::optional<Question> next() override
        {
            for (;;) {
                while (m_queue.empty())
                    if (!openChunk())
                        return std::nullopt;
                const Asked asked = m_queue.front();
                m_queue.pop_front();
                if (auto question = makeQuestion(asked))
                    return question;
            }
        }

        Admission admit(std::int64_t ticket) override
        {
            const auto& asked = m_asked.at(ticket);
            if (m_options.maxRequests > 0 && m_book.requestCount() >= m_options.maxRequests) {
                m_stopReason = text::join("the budget of ", m_options.maxRequests,
                    " requests is used up: raise it, and the same command goes on from there");
                return Admission::Stop;
            }
            if (m_options.maxCost > 0 && m_book.cost() + asked.setAside > m_options.maxCost) {
                m_stopReason = text::join("the budget of ", m_options.maxCost, " does not allow another request (",
                    text::toText(std::round(m_book.cost() * 1e6) / 1e6),
                    " are spent): raise it, and the same command goes on from there");
                return Admission::Wait;
            }
            m_book.sent(asked.setAside);
            return Admission::Send;
        }

        Verdict take(std::int64_t ticket, const net::HttpReply& reply) override
        {
            auto& asked = m_asked.at(ticket);
            if (!reply.isSuccess())
                return takeFailure(ticket, asked, reply);
            net::ChatReply chat;
            try {
                chat = net::parseChatReply(reply.body);
            } catch (const Error&) {
                m_book.failed({0, 0, 0, true}); // answered, so it may be charged: what was set aside stays spent
                return Verdict::Retry;
            }
            return takeAnswer(ticket, asked, chat);
        }

        void giveUp(std::int64_t ticket, const std::string& reason) override
        {
            const Asked asked = m_asked.at(ticket);
            m_asked.erase(ticket);
            breakRepeat(asked, m_key.redacted(reason));
        }

        std::string stopReason() const override { return m_stopReason; }

    private:
        ItemState& stateOf(const Asked& asked) { return m_chunks.at(asked.chunk).states[asked.item]; }
        const ScoreItem& itemOf(const Asked& asked) const { return m_chunks.at(asked.chunk).items[asked.item]; }

        /// The next chunk that the sink lacks, with what the book knows of it; false after the last.
        bool openChunk()
        {
            while (m_nextChunk < m_items.chunkCount() && m_sink.hasChunk(m_nextChunk)) {
                m_done += static_cast<std::int64_t>(m_items.chunk(m_nextChunk++).size());
                ++m_report.score.passedChunks;
            }
            tellProgress();
            if (m_nextChunk >= m_items.chunkCount())
                return false;
            if (m_asked.empty())
                m_context.checkpoint(); // nothing is under way that a stop could lose
            const auto number = m_nextChunk++;
            auto& chunk = m_chunks[number];
            chunk.items = m_items.chunk(number);
            chunk.states.resize(chunk.items.size());
            chunk.unsettled = static_cast<std::int64_t>(chunk.items.size());
            const auto size = chunk.items.size();
            for (std::size_t i = 0; i < size; ++i)
                openItem(number, i);
            if (size == 0)
                writeChunk(number);
            return true;
        }

        void openItem(std::int64_t number, std::size_t index)
        {
            auto& chunk = m_chunks.at(number);
            auto& state = chunk.states[index];
            state.ratings.assign(static_cast<std::size_t>(m_options.repeats), kMissing);
            state.open = m_options.repeats;
            try {
                state.key = judgeKey(m_options, chunk.items[index]);
            } catch (const Error& e) {
                state.open = 1; // one failure settles it
                return breakRepeat({number, index, 0, 0, 0}, e.message());
            }
            const auto kept = m_book.answers(state.key);
            for (int repeat = 0; repeat < m_options.repeats; ++repeat)
                openRepeat({number, index, repeat, 0, 0}, kept);
        }

        void openRepeat(Asked asked, const std::vector<JudgeAnswer>& kept)
        {
            for (const auto& answer : kept) {
                if (answer.repeat != asked.repeat)
                    continue;
                ++m_report.keptCount;
                asked.attempt = answer.attempt + 1;
                const double rating = rate(answer.text);
                if (!std::isnan(rating) || asked.attempt >= m_options.readAttempts)
                    return settleAnswer(asked, answer.text);
            }
            m_queue.push_back(asked);
        }

        /// NaN where the answer cannot be read.
        double rate(const std::string& answer) const
        {
            if (m_options.mode == Mode::Published)
                return parsePublishedRating(answer);
            const auto rating = parseRating(answer);
            return rating ? *rating : kMissing;
        }

        std::optional<Question> makeQuestion(Asked asked)
        {
            const auto& item = itemOf(asked);
            const auto ticket = ++m_lastTicket;
            Question question;
            question.ticket = ticket;
            try {
                question.request = net::makeChatRequest(m_options.chat, judgeMessage(m_options, item), m_key);
            } catch (const Error& e) {
                breakRepeat(asked, e.message());
                return std::nullopt;
            }
            const auto answerTokens = m_options.chat.maxTokens > 0 ? m_options.chat.maxTokens : kUsualAnswerTokens;
            asked.setAside = judgeCost(m_options, estimatePromptTokens(m_options, item), answerTokens);
            m_asked.emplace(ticket, asked);
            return question;
        }

        Verdict takeAnswer(std::int64_t ticket, Asked& asked, const net::ChatReply& chat)
        {
            JudgeAnswer answer{stateOf(asked).key, asked.repeat, asked.attempt++, itemOf(asked).row,
                text::shortened(m_key.redacted(chat.text), kLongestKept), chat.promptTokens, chat.completionTokens};
            JudgeCharge charge;
            charge.isEstimated = chat.promptTokens < 0 || chat.completionTokens < 0;
            if (!charge.isEstimated) {
                charge.promptTokens = chat.promptTokens;
                charge.answerTokens = chat.completionTokens;
                charge.cost = judgeCost(m_options, chat.promptTokens, chat.completionTokens) - asked.setAside;
            }
            m_book.answered(answer, charge);
            m_hasAnswers = true;
            if (std::isnan(rate(answer.text)) && asked.attempt < m_options.readAttempts)
                return Verdict::Retry;
            const Asked settled = asked;
            m_asked.erase(ticket);
            settleAnswer(settled, answer.text);
            return Verdict::Done;
        }

        /// A repeat is settled by this answer, readable or the last that could not be read.
        void settleAnswer(const Asked& asked, const std::string& answer)
        {
            const double rating = rate(answer);
            auto& state = stateOf(asked);
            if (std::isnan(rating) && state.failure.empty())
                state.failure = text::join("the judge answered ", asked.attempt,
                    " times without a number from 0 to 100 in the first line, last: \"",
                    text::shortened(text::trimmed(answer), 60), "\"");
            settleRepeat(asked, rating);
        }

        Verdict takeFailure(std::int64_t ticket, const Asked& asked, const net::HttpReply& reply)
        {
            // A server that turned the request away charges nothing; one that was cut off may have worked on it.
            const bool isFree = reply.trouble == net::Trouble::None || reply.trouble == net::Trouble::Unreachable
                || reply.trouble == net::Trouble::Insecure;
            m_book.failed({isFree ? -asked.setAside : 0, 0, 0, !isFree});
            const bool isOutOfCredit = reply.status == 429 && net::errorCodeOf(reply.body) == "insufficient_quota";
            if (net::isTransient(reply) && !isOutOfCredit)
                return Verdict::Retry;
            const auto reason = net::describeFailure(reply, m_key);
            const bool isAboutPair = reply.trouble == net::Trouble::None && !isOutOfCredit
                && (reply.status == 400 || reply.status == 413 || reply.status == 422 || reply.status == 451);
            if (!isAboutPair || (!m_hasAnswers && ++m_refusals >= kHopelessRefusals)) {
                m_stopReason = reason;
                return Verdict::Stop;
            }
            const Asked settled = asked;
            m_asked.erase(ticket);
            breakRepeat(settled, reason);
            return Verdict::Done;
        }

        /// An answer that will not come in this run: the pair has no score yet.
        void breakRepeat(const Asked& asked, const std::string& reason)
        {
            auto& state = stateOf(asked);
            state.failure = reason;
            state.isBroken = true;
            settleRepeat(asked, kMissing);
        }

        void settleRepeat(const Asked& asked, double rating)
        {
            auto& chunk = m_chunks.at(asked.chunk);
            auto& state = chunk.states[asked.item];
            state.ratings[static_cast<std::size_t>(asked.repeat)] = rating;
            if (--state.open > 0)
                return;
            ++m_done;
            tellProgress();
            if (--chunk.unsettled == 0)
                writeChunk(asked.chunk);
        }

        /// What is settled of the chunk goes to the sink; it is closed.
        void writeChunk(std::int64_t number)
        {
            const auto node = m_chunks.extract(number);
            const auto& chunk = node.mapped();
            ScoredChunk out;
            out.number = number;
            out.further.resize(m_options.repeats > 1 ? 1 : 0);
            for (std::size_t i = 0; i < chunk.items.size(); ++i)
                if (chunk.states[i].open == 0)
                    addItem(chunk.items[i], chunk.states[i], out);
            m_report.score.itemCount += static_cast<std::int64_t>(out.rows.size() + out.failures.size());
            m_report.score.scoredCount += static_cast<std::int64_t>(out.rows.size());
            m_report.score.failures.insert(m_report.score.failures.end(), out.failures.begin(), out.failures.end());
            m_sink.write(out);
        }

        void addItem(const ScoreItem& item, const ItemState& state, ScoredChunk& out) const
        {
            std::vector<double> readable;
            for (const double rating : state.ratings)
                if (!std::isnan(rating))
                    readable.push_back(rating);
            if (readable.empty() || state.isBroken) {
                out.failures.push_back({item.row, item.id, state.failure});
                return;
            }
            const auto rating = summarise(readable);
            out.rows.push_back(item.row);
            out.scores.push_back(rating.mean);
            if (!out.further.empty())
                out.further[0].push_back(rating.spread);
        }

        void tellProgress() { m_context.progress("Judge", m_done, m_items.itemCount()); }

        const ItemSource& m_items;
        const JudgeOptions& m_options;
        const net::Secret& m_key;
        JudgeBook& m_book;
        ScoreSink& m_sink;
        RunContext& m_context;
        JudgeReport m_report;
        std::map<std::int64_t, OpenChunk> m_chunks;
        std::map<std::int64_t, Asked> m_asked; ///< by ticket: made into requests and not yet settled
        std::deque<Asked> m_queue;
        std::int64_t m_nextChunk = 0;
        std::int64_t m_lastTicket = 0;
        std::int64_t m_done = 0;
        int m_refusals = 0;
        bool m_hasAnswers = false;
        std::string m_stopReason;
    };

} // namespace

void JudgeOptions::validate() const
{
    chat.validate();
    limits.validate();
    exchange.validate();
    const auto within = [](std::int64_t value, std::int64_t low, std::int64_t high, const char* what) {
        require(value >= low && value <= high, ErrorCode::InvalidInput,
            text::join("the judge's ", what, " is ", value, ", expected ", low, " to ", high));
    };
    within(repeats, 1, 100, "number of repeats");
    within(readAttempts, 1, 20, "number of attempts to read an answer");
    within(imageSide, 32, 4096, "picture side");
    within(imageQuality, 1, 100, "JPEG quality");
    within(maxRequests, 0, std::int64_t(1) << 40, "request budget");
    const auto isMoney = [](double value) { return std::isfinite(value) && value >= 0; };
    require(isMoney(maxCost) && isMoney(pricePrompt) && isMoney(priceAnswer), ErrorCode::InvalidInput,
        "the judge's prices and its budget must not be below zero");
    require(maxCost == 0 || pricePrompt + priceAnswer > 0, ErrorCode::InvalidInput,
        "a budget in money needs the prices per 1,000 tokens, else nothing is known to cost anything");
}

std::string judgeKey(const JudgeOptions& options, const ScoreItem& item)
{
    Json parts{{"version", 1}, {"address", net::chatAddress(options.chat.baseUrl)}, {"model", options.chat.model},
        {"temperature", options.chat.temperature}, {"max_tokens", options.chat.maxTokens},
        {"question", judgeQuestion(item, options.prompt, options.mode)}};
    if (options.prompt == JudgePrompt::Image) {
        require(!item.image.empty(), ErrorCode::NotFound, "the pair has no picture to show to the judge");
        parts["picture"] = {media::sha256OfPicture(item.image), options.imageSide, options.imageQuality};
    }
    return file::sha256(json::dump(parts));
}

net::ChatMessage judgeMessage(const JudgeOptions& options, const ScoreItem& item)
{
    net::ChatMessage message{judgeQuestion(item, options.prompt, options.mode), {}};
    if (options.prompt == JudgePrompt::Image)
        message.jpeg = media::encodeJpeg(media::decodeThumbnail(item.image, options.imageSide), options.imageQuality);
    return message;
}

std::int64_t estimatePromptTokens(const JudgeOptions& options, const ScoreItem& item)
{
    const auto question = judgeQuestion(item, options.prompt, options.mode);
    const auto letters = static_cast<std::int64_t>(text::countCodePoints(question));
    const auto beyondAscii = (static_cast<std::int64_t>(question.size()) - letters) / 2; // about one a character
    std::int64_t tokens = 10 + (letters - beyondAscii) / 4 + beyondAscii;
    if (options.prompt == JudgePrompt::Image) {
        const std::int64_t tiles = (options.imageSide + 511) / 512;
        tokens += 85 + 170 * tiles * tiles;
    }
    return tokens;
}

double judgeCost(const JudgeOptions& options, std::int64_t promptTokens, std::int64_t answerTokens)
{
    return (options.pricePrompt * static_cast<double>(promptTokens)
               + options.priceAnswer * static_cast<double>(answerTokens))
        / 1000;
}

JudgeRating summarise(const std::vector<double>& ratings)
{
    double sum = 0;
    for (const double rating : ratings)
        sum += rating;
    const auto count = static_cast<double>(ratings.size());
    const double mean = sum / count;
    double squares = 0;
    for (const double rating : ratings)
        squares += (rating - mean) * (rating - mean);
    return {mean, ratings.size() > 1 ? std::sqrt(squares / (count - 1)) : kMissing};
}

JudgeReport runJudgeScore(const ItemSource& items, const JudgeOptions& options, const net::Secret& key, JudgeBook& book,
    ScoreSink& sink, RunContext& context)
{
    options.validate();
    net::checkAddress(net::chatAddress(options.chat.baseUrl), !key.empty());
    return JudgeRun(items, options, key, book, sink, context).run();
}

} // namespace winnow::score
