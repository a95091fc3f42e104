#include "core/demo/grammar.h"

#include "core/base/text.h"

#include <algorithm>

namespace winnow::demo {

namespace {

    using Words = std::vector<std::string>;

    /// A value below `bound` that is not `taken`.
    int otherThan(int taken, int bound, Random& random)
    {
        const int drawn = int(random.below(std::uint64_t(bound - 1)));
        return drawn >= taken ? drawn + 1 : drawn;
    }

    std::string where(Random& random)
    {
        static const Words kWhere{" in this image", " in the picture", " in the image", ""};
        return random.pick(kWhere);
    }

    std::string anySingular(Kind kind, Random& random)
    {
        const Noun& noun = nounOf(kind);
        return noun.singular.size() > 1 && random.chance(0.2) ? noun.singular[1] : noun.singular[0];
    }

    std::string anyPlural(Kind kind, Random& random)
    {
        const Noun& noun = nounOf(kind);
        return noun.plural.size() > 1 && random.chance(0.2) ? noun.plural[1] : noun.plural[0];
    }

    std::string withArticle(const std::string& word)
    {
        static const std::string kVowels = "aeiou";
        return (kVowels.find(word[0]) != std::string::npos ? "an " : "a ") + word;
    }

    std::string askExistence(const Scene& scene, bool isYes, Random& random)
    {
        Kind kind = random.pick(scene.groups).kind;
        while (!isYes && scene.find(kind))
            kind = static_cast<Kind>(random.below(kKindCount));
        const std::string noun = withArticle(anySingular(kind, random));
        switch (random.below(3)) {
        case 0:
            return text::join("Is there ", noun, where(random), "?");
        case 1:
            return text::join("Can you see ", noun, where(random), "?");
        default:
            return text::join("Are there any ", anyPlural(kind, random), where(random), "?");
        }
    }

    std::string askCount(const Scene& scene, bool isYes, Random& random)
    {
        const Group& group = random.pick(scene.groups);
        const int count = isYes ? group.count : 1 + otherThan(group.count - 1, kMaxCount, random);
        if (count == 1)
            return text::join("Is there only one ", anySingular(group.kind, random), where(random), "?");
        return text::join("Are there ", wordOfCount(count), " ", anyPlural(group.kind, random), where(random), "?");
    }

    /// "Is the ball" or "Are the balls"
    std::string theGroup(const Group& group, Random& random)
    {
        return group.count == 1 ? "Is the " + anySingular(group.kind, random)
                                : "Are the " + anyPlural(group.kind, random);
    }

    std::string askPosition(const Scene& scene, bool isYes, Random& random)
    {
        const Group& group = random.pick(scene.groups);
        Place place = group.place;
        if (!isYes)
            place = static_cast<Place>(
                group.place == Place::Sky ? int(random.below(3)) : otherThan(int(group.place), kPlaceCount, random));
        return text::join(theGroup(group, random), " ", phraseOf(place), where(random), "?");
    }

    std::string askColour(const Scene& scene, bool isYes, Random& random)
    {
        const Group& group = random.pick(scene.groups);
        const int colour = isYes ? int(group.colour) : otherThan(int(group.colour), kColourCount, random);
        return text::join(theGroup(group, random), where(random), " ", wordOf(static_cast<Colour>(colour)), "?");
    }

    std::string askScene(const Scene& scene, bool isYes, Random& random)
    {
        if (random.chance(0.5)) {
            const int ground = isYes ? int(scene.ground) : otherThan(int(scene.ground), kGroundCount, random);
            return text::join("Is this ", phraseOf(static_cast<Ground>(ground)), "?");
        }
        if (random.chance(0.5)) {
            static const std::array<std::string_view, kLightCount> kLights{
                "Is it day?", "Is it sunset?", "Is it night?"};
            const int light = isYes ? int(scene.light) : otherThan(int(scene.light), kLightCount, random);
            return std::string(kLights[std::size_t(light)]);
        }
        static const std::array<std::string_view, kWeatherCount> kWeathers{
            "Is the sky clear?", "Is the sky cloudy?", "Is it raining?", "Is it snowing?"};
        int weather = isYes ? int(scene.weather) : otherThan(int(scene.weather), kWeatherCount, random);
        if (!isYes && scene.weather != Weather::Clear && weather == int(Weather::Cloudy))
            weather = int(Weather::Clear);
        return std::string(kWeathers[std::size_t(weather)]);
    }

} // namespace

std::string_view toString(Topic topic)
{
    static constexpr std::array<std::string_view, kTopicCount> kNames{
        "existence", "count", "position", "color", "scene"};
    return kNames[std::size_t(topic)];
}

Question writeYesNo(const Scene& scene, Topic topic, bool isYes, Random& random)
{
    const auto ask = [&] {
        switch (topic) {
        case Topic::Existence:
            return askExistence(scene, isYes, random);
        case Topic::Count:
            return askCount(scene, isYes, random);
        case Topic::Position:
            return askPosition(scene, isYes, random);
        case Topic::Colour:
            return askColour(scene, isYes, random);
        default:
            return askScene(scene, isYes, random);
        }
    };
    return {ask(), isYes ? "Yes" : "No"};
}

Question writeOpen(const Scene& scene, Open open, Random& random)
{
    const Group& group = random.pick(scene.groups);
    const std::string plural = anyPlural(group.kind, random);
    const std::string the = group.count == 1 ? "is the " + anySingular(group.kind, random) : "are the " + plural;
    switch (open) {
    case Open::Colour:
        return {text::join("What color ", the, where(random), "?"), capitalised(std::string(wordOf(group.colour)))};
    case Open::Count:
        return {text::join("How many ", plural, " are there", where(random), "?"),
            capitalised(std::string(wordOfCount(group.count)))};
    case Open::Place:
        return {text::join("Where ", the, "?"), capitalised(std::string(phraseOf(group.place)))};
    default:
        const Noun& noun = nounOf(group.kind);
        return {text::join("What is ", phraseOf(group.place), where(random), "?"),
            capitalised(text::join(wordOfCount(group.count), " ", wordOf(group.colour), " ",
                group.count == 1 ? noun.singular[0] : noun.plural[0]))};
    }
}

} // namespace winnow::demo
