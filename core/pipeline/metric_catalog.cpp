#include "core/pipeline/score_job.h"

#include <algorithm>

namespace winnow::pipeline {

const std::vector<MetricDescription>& knownMetrics()
{
    static const std::vector<MetricDescription> kMetrics{
        {"clip", "CLIP score",
            "How well the response fits the picture: 100 times the mean cosine between the picture and each sentence. "
            "Usually 15 to 45; higher fits better.",
            "InstructionGPT-4 (arXiv 2308.12067), after CLIPScore (Hessel et al., EMNLP 2021)", "", true, true},
        {"length", "Length score",
            "Length of the response, 10 for the longest of the set. Long answers are not better by themselves: use it "
            "with care.",
            "InstructionGPT-4 (arXiv 2308.12067)", "", false, true},
        {"words", "Words", "Number of words in the response.", "", "words", false, true},
        {"reward", "Reward score",
            "How much a text reward model likes the response, a raw logit, usually -4 to 8; higher is better. It never "
            "sees the picture.",
            "OpenAssistant/reward-model-deberta-v3-large-v2", "", true, false},
        {"judge", "Judge score",
            "Quality of the response as rated by a large language model, 0 to 100; higher is better.",
            "InstructionGPT-4 (arXiv 2308.12067)", "", true, false},
    };
    return kMetrics;
}

MetricDescription describeMetric(std::string_view column)
{
    static constexpr std::string_view kPublished = ".published";
    const bool isPublished = column.ends_with(kPublished);
    const auto base = isPublished ? column.substr(0, column.size() - kPublished.size()) : column;
    const auto& metrics = knownMetrics();
    const auto found =
        std::find_if(metrics.begin(), metrics.end(), [&](const MetricDescription& m) { return m.name == base; });
    MetricDescription out;
    if (found != metrics.end())
        out = *found;
    out.name = std::string(column);
    if (found == metrics.end())
        out.title = out.name;
    if (isPublished) {
        out.title += " (published)";
        out.meaning += " Computed to the letter of the published recipe, quirks included.";
    }
    return out;
}

} // namespace winnow::pipeline
