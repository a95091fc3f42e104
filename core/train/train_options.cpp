#include "core/base/error.h"
#include "core/base/text.h"
#include "core/train/trainer.h"

#include <cmath>

namespace winnow::train {

std::string_view toString(Precision precision)
{
    switch (precision) {
    case Precision::F16:
        return "f16";
    case Precision::BF16:
        return "bf16";
    default:
        return "f32";
    }
}

Precision precisionNamed(std::string_view name)
{
    for (const auto precision : {Precision::F32, Precision::F16, Precision::BF16})
        if (name == toString(precision))
            return precision;
    throw Error(ErrorCode::InvalidInput,
        text::join("unknown precision ", text::shortened(name, 20), ": expected f32, f16 or bf16"));
}

ScheduleOptions TrainOptions::schedule() const
{
    ScheduleOptions out;
    out.peakRate = peakRate;
    out.minRate = minRate;
    out.warmupStartRate = warmupStartRate;
    out.warmupSteps = warmupSteps;
    out.stepsPerEpoch = stepsPerEpoch;
    out.horizonSteps = horizonSteps > 0 ? horizonSteps : steps;
    return out;
}

void TrainOptions::validate() const
{
    require(
        steps > 0 && steps <= 100'000'000, ErrorCode::InvalidInput, text::join("cannot train for ", steps, " steps"));
    require(
        batch > 0 && batch <= 65'536, ErrorCode::InvalidInput, text::join("a batch cannot hold ", batch, " samples"));
    require(
        horizonSteps >= 0, ErrorCode::InvalidInput, text::join("the schedule cannot span ", horizonSteps, " steps"));
    require(std::isfinite(weightDecay) && weightDecay >= 0, ErrorCode::InvalidInput,
        text::join("the weight decay must be a number of at least 0, not ", weightDecay));
    require(maxAnswerTokens >= 0, ErrorCode::InvalidInput,
        text::join("an answer cannot have ", maxAnswerTokens, " tokens"));
    require(checkpointEvery > 0, ErrorCode::InvalidInput,
        text::join("a checkpoint cannot be made every ", checkpointEvery, " steps"));
    require(keptCheckpoints > 0, ErrorCode::InvalidInput, "at least one checkpoint must be kept");
    require(encodeBatch > 0, ErrorCode::InvalidInput,
        text::join("a pass of the vision tower cannot hold ", encodeBatch, " pictures"));
    schedule().validate();
}

Json TrainOptions::recipe() const
{
    // encodeBatch is part of it: another batch size moves the last bit of the picture features.
    return Json{{"steps", steps}, {"batch", batch}, {"peak_rate", peakRate}, {"min_rate", minRate},
        {"warmup_start_rate", warmupStartRate}, {"warmup_steps", warmupSteps}, {"steps_per_epoch", stepsPerEpoch},
        {"horizon_steps", schedule().horizonSteps}, {"weight_decay", weightDecay}, {"seed", seed},
        {"mode", std::string(winnow::toString(mode))}, {"precision", std::string(toString(precision))},
        {"max_answer_tokens", maxAnswerTokens}, {"encode_batch", encodeBatch}};
}

} // namespace winnow::train
