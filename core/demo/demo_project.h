#pragma once

#include "core/base/run_context.h"
#include "core/demo/grammar.h"
#include "core/demo/world.h"
#include "core/domain/pair.h"
#include "core/media/image.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace winnow::demo {

/// Side of the pictures in pixels.
inline constexpr int kPictureSize = 192;
inline constexpr int kJpegQuality = 92;

/// The scenes that the embedded models were trained on; always the same, whatever the seed of the training.
std::vector<Scene> trainingScenes();
/// `count` scenes of which nothing equal (see signature()) was trained on, pairwise different.
std::vector<Scene> heldOutScenes(std::uint64_t seed, const std::string& stream, std::size_t count);

/// The scene as a picture of kPictureSize.
media::Image pictureOf(const Scene& scene);
/// The same after it went through a JPEG file, as every program that opens the project sees it.
media::Image storedPictureOf(const Scene& scene);

struct DemoDataOptions {
    std::int64_t pairs = 3439; ///< 1 … 1,000,000
    std::uint64_t seed = 0;
    std::int64_t imagesPerTopic = 60; ///< of the benchmark; each has two questions, one answered yes and one no
    FaultRates faults = {};

    void validate() const; ///< throws Error(InvalidInput)
};

/// One pair before it is written: what is in the picture, what is said about it, and what is wrong with that.
struct PlannedPair {
    Scene scene;
    Fault fault = Fault::None; ///< for tests; never stored in a project
    std::string instruction;
    std::string response;
};

/// All pairs in their order. Equal options give equal pairs, and more pairs begin with the same ones.
std::vector<PlannedPair> planPairs(const DemoDataOptions& options);

/// What a project is made of.
struct DemoData {
    std::vector<Pair> pairs;         ///< ids "1", "2", …; images relative to imageRoot
    std::filesystem::path imageRoot; ///< FOLDER/images
    std::filesystem::path
        benchmarkFolder; ///< FOLDER/benchmark: one folder a topic with NAME.jpg and NAME.txt, as MME has it
    std::string benchmarkName = "yes-no";
    std::int64_t questionCount = 0;
};

/// Writes pictures and benchmark files under the folder and returns the annotations, which the caller stores. Pictures
/// that are there already are kept, so an interrupted call goes on where it was. About 2 ms a picture. Throws Error:
/// InvalidInput, Io, DiskFull.
DemoData makeDemoData(const std::filesystem::path& folder, const DemoDataOptions& options, RunContext& context);

} // namespace winnow::demo
