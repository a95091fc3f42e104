#pragma once

#include "core/demo/world.h"

#include <string>
#include <string_view>
#include <vector>

namespace winnow::demo {

/// What may be wrong with a response, as in data gathered from the world.
enum class Fault { None, Mismatched, Truncated, Repetitive, Hallucinated, Terse, OffTopic };
inline constexpr int kFaultCount = 7;
std::string_view toString(Fault fault);

/// How often each fault is drawn; what is left of 1 is clean. Indexed by Fault, the first entry unused.
struct FaultRates {
    std::array<double, kFaultCount> rate{0, 0.08, 0.06, 0.06, 0.1, 0.05, 0.05};
    static FaultRates none() { return {{0, 0, 0, 0, 0, 0, 0}}; }
};

/// Two separate sets of sentences about something else, so that a judge of text can be tested on ones it never met.
enum class OffTopic { ForTraining, ForTests };

/// Words for one thing, the common one first; `plural` has the same order.
struct Noun {
    std::vector<std::string> singular, plural;
};
const Noun& nounOf(Kind kind);
std::string_view wordOf(Colour colour);
/// "one", "two", "three".
std::string_view wordOfCount(int count);
/// "on the left" … "in the air".
std::string_view phraseOf(Place place);
/// "a meadow", "a mountain valley".
std::string_view phraseOf(Ground ground);
/// "by day", "at sunset", "at night".
std::string_view phraseOf(Light light);

/// Its first letter large.
std::string capitalised(std::string line);

/// A true description of everything in the scene, places from left to right and then the air; wording varies.
std::string writeCaption(const Scene& scene, Random& random);

/// Its sentences: the opening (ground and light), one a group, the weather.
std::vector<std::string> writeSentences(const Scene& scene, Random& random);
/// One sentence that says what stands where.
std::string writeGroupSentence(const Group& group, Random& random);

/// A caption with the given fault (None: writeCaption).
std::string writeFaulty(const Scene& scene, Fault fault, Random& random, OffTopic offTopic = OffTopic::ForTraining);

/// A fault drawn by the rates.
Fault drawFault(const FaultRates& rates, Random& random);

/// A request to describe the picture.
std::string writeInstruction(Random& random);

enum class Topic { Existence, Count, Position, Colour, Scene };
inline constexpr int kTopicCount = 5;
/// The folder name that the MME benchmark gives the topic; "scene" is ours for place, weather and light.
std::string_view toString(Topic topic);

/// A question with its known answer.
struct Question {
    std::string text;
    std::string answer; ///< "Yes", "No", or a word or phrase
};

/// A yes/no question about the scene whose answer is as asked for; the scene has at least one group.
Question writeYesNo(const Scene& scene, Topic topic, bool isYes, Random& random);

/// A question answered by a colour, a count, a place or a noun phrase.
enum class Open { Colour, Count, Place, What };
Question writeOpen(const Scene& scene, Open open, Random& random);

/// Kinds that a text names, by any of their words, each once, in order of first mention.
std::vector<Kind> mentionedKinds(std::string_view text);

/// Every word and mark that the grammar can produce, sorted; case kept.
std::vector<std::string> allWords();

} // namespace winnow::demo
