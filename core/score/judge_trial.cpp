#include "core/score/judge_trial.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <chrono>

namespace winnow::score {

namespace {

    constexpr int kTickMs = 100;

    net::HttpReply sendOnce(const net::HttpLimits& limits, const net::HttpRequest& request, RunContext& context)
    {
        net::HttpClient client(limits);
        client.start(1, request);
        while (client.activeCount() > 0) {
            context.checkpoint();
            for (auto& done : client.wait(kTickMs))
                return std::move(done.reply);
        }
        throw Error(ErrorCode::Internal, "a request ended without an outcome");
    }

    /// Reads the reply and settles it in the book.
    void takeReply(const JudgeOptions& options, const ScoreItem& item, const net::HttpReply& reply, double setAside,
        const net::Secret& key, JudgeBook& book, JudgeTrial& trial)
    {
        if (!reply.isSuccess()) {
            const bool isFree = reply.trouble == net::Trouble::None || reply.trouble == net::Trouble::Unreachable;
            book.failed({isFree ? -setAside : 0, 0, 0, !isFree});
            trial.problem = net::describeFailure(reply, key);
            return;
        }
        net::ChatReply chat;
        try {
            chat = net::parseChatReply(reply.body);
        } catch (const Error& e) {
            book.failed({0, 0, 0, true});
            trial.problem = e.message();
            return;
        }
        trial.answer = key.redacted(chat.text);
        trial.promptTokens = chat.promptTokens;
        trial.answerTokens = chat.completionTokens;
        JudgeCharge charge;
        charge.isEstimated = chat.promptTokens < 0 || chat.completionTokens < 0;
        trial.cost = charge.isEstimated ? setAside : judgeCost(options, chat.promptTokens, chat.completionTokens);
        if (!charge.isEstimated)
            charge = {trial.cost - setAside, chat.promptTokens, chat.completionTokens, false};
        const auto rating = parseRating(trial.answer);
        trial.rating = options.mode == Mode::Published ? parsePublishedRating(trial.answer)
            : rating                                   ? *rating
                                                       : kMissing;
        const auto name = judgeKey(options, item);
        if (book.answers(name).empty())
            book.answered({name, 0, 0, item.row, trial.answer, chat.promptTokens, chat.completionTokens}, charge);
        else
            book.failed(charge);
    }

} // namespace

JudgeTrial tryJudge(
    const JudgeOptions& options, const ScoreItem& item, const net::Secret& key, JudgeBook& book, RunContext& context)
{
    options.validate();
    const auto message = judgeMessage(options, item);
    JudgeTrial trial;
    trial.question = message.text;
    trial.showsPicture = !message.jpeg.empty();
    trial.rating = kMissing;
    const auto answerTokens = options.chat.maxTokens > 0 ? options.chat.maxTokens : kUsualAnswerTokens;
    const double setAside = judgeCost(options, estimatePromptTokens(options, item), answerTokens);
    if (options.maxRequests > 0 && book.requestCount() >= options.maxRequests)
        trial.problem = text::join("the budget of ", options.maxRequests, " requests is used up: raise it first");
    else if (options.maxCost > 0 && book.cost() + setAside > options.maxCost)
        trial.problem =
            text::join("the budget of ", options.maxCost, " does not allow another request: raise it first");
    if (!trial.problem.empty())
        return trial;
    const auto request = net::makeChatRequest(options.chat, message, key);
    net::checkAddress(request.url, !key.empty());
    book.sent(setAside);
    const auto start = std::chrono::steady_clock::now();
    const auto reply = sendOnce(options.limits, request, context);
    trial.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    takeReply(options, item, reply, setAside, key, book, trial);
    return trial;
}

} // namespace winnow::score
