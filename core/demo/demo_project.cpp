#include "core/demo/demo_project.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/demo/painter.h"

#include <cstdio>

namespace winnow::demo {

namespace {

    constexpr std::uint64_t kWorldSeed = 2026;
    constexpr std::size_t kTrainingSceneCount = 24576;

    std::string numberedName(std::int64_t number)
    {
        char name[32];
        std::snprintf(name, sizeof name, "%05lld.jpg", static_cast<long long>(number));
        return name;
    }

    void writePicture(const std::filesystem::path& path, const Scene& scene)
    {
        if (!std::filesystem::exists(path))
            file::writeAtomically(path, media::encodeJpeg(pictureOf(scene), kJpegQuality));
    }

    void createFolder(const std::filesystem::path& folder)
    {
        std::error_code failure;
        std::filesystem::create_directories(folder, failure);
        require(
            !failure, ErrorCode::Io, text::join("cannot create the folder ", folder.string(), ": ", failure.message()));
    }

    void writeTopic(const std::filesystem::path& folder, Topic topic, const DemoDataOptions& options, DemoData& data)
    {
        createFolder(folder);
        const std::string name(toString(topic));
        const auto scenes = heldOutScenes(options.seed, "benchmark-" + name, std::size_t(options.imagesPerTopic));
        Random random(options.seed, "questions-" + name);
        for (std::size_t i = 0; i < scenes.size(); ++i) {
            const std::string picture = numberedName(std::int64_t(i) + 1);
            writePicture(folder / picture, scenes[i]);
            std::string lines;
            for (const bool isYes : {true, false}) {
                const Question question = writeYesNo(scenes[i], topic, isYes, random);
                lines += text::join(question.text, " Please answer yes or no.\t", question.answer, "\n");
            }
            file::writeAtomically(folder / text::replaced(picture, ".jpg", ".txt"), lines);
            data.questionCount += 2;
        }
    }

} // namespace

std::vector<Scene> trainingScenes() { return drawScenes(kWorldSeed, "training", kTrainingSceneCount); }

std::vector<Scene> heldOutScenes(std::uint64_t seed, const std::string& stream, std::size_t count)
{
    return drawScenes(seed, stream, count, signaturesOf(trainingScenes()));
}

media::Image pictureOf(const Scene& scene) { return {kPictureSize, kPictureSize, paintScene(scene, kPictureSize)}; }

media::Image storedPictureOf(const Scene& scene)
{
    const std::string bytes = media::encodeJpeg(pictureOf(scene), kJpegQuality);
    return media::decodeImage(std::as_bytes(std::span(bytes.data(), bytes.size())), "a drawn scene");
}

void DemoDataOptions::validate() const
{
    require(pairs >= 1 && pairs <= 1'000'000, ErrorCode::InvalidInput,
        text::join("a demo project has 1 to 1,000,000 pairs, asked for were ", pairs));
    require(imagesPerTopic >= 1 && imagesPerTopic <= 10'000, ErrorCode::InvalidInput,
        text::join("a topic of the demo benchmark has 1 to 10,000 images, asked for were ", imagesPerTopic));
    double sum = 0;
    for (const double rate : faults.rate) {
        require(
            rate >= 0 && rate <= 1, ErrorCode::InvalidInput, text::join("a fault rate is between 0 and 1, not ", rate));
        sum += rate;
    }
    require(
        sum <= 1, ErrorCode::InvalidInput, text::join("the fault rates add up to ", sum, ", at most 1 is possible"));
}

std::vector<PlannedPair> planPairs(const DemoDataOptions& options)
{
    options.validate();
    const auto scenes = heldOutScenes(options.seed, "pairs", std::size_t(options.pairs));
    std::vector<PlannedPair> pairs;
    pairs.reserve(scenes.size());
    for (std::size_t i = 0; i < scenes.size(); ++i) {
        Random random(options.seed, text::join("pair-", i));
        PlannedPair pair;
        pair.scene = scenes[i];
        pair.fault = drawFault(options.faults, random);
        pair.instruction = writeInstruction(random);
        pair.response = writeFaulty(pair.scene, pair.fault, random);
        pairs.push_back(std::move(pair));
    }
    return pairs;
}

DemoData makeDemoData(const std::filesystem::path& folder, const DemoDataOptions& options, RunContext& context)
{
    DemoData data;
    data.imageRoot = folder / "images";
    data.benchmarkFolder = folder / "benchmark";
    const auto planned = planPairs(options);
    createFolder(data.imageRoot);
    const auto total = std::int64_t(planned.size()) + kTopicCount;
    for (std::size_t i = 0; i < planned.size(); ++i) {
        context.checkpoint();
        const std::string picture = numberedName(std::int64_t(i) + 1);
        writePicture(data.imageRoot / picture, planned[i].scene);
        Pair pair;
        pair.id.value = std::to_string(i + 1);
        pair.images = {picture};
        pair.instruction = planned[i].instruction;
        pair.response = planned[i].response;
        data.pairs.push_back(std::move(pair));
        context.progress("Drawing scenes", std::int64_t(i) + 1, total);
    }
    for (int topic = 0; topic < kTopicCount; ++topic) {
        context.checkpoint();
        const auto which = static_cast<Topic>(topic);
        writeTopic(data.benchmarkFolder / std::string(toString(which)), which, options, data);
        context.progress("Drawing scenes", std::int64_t(planned.size()) + topic + 1, total);
    }
    return data;
}

} // namespace winnow::demo
