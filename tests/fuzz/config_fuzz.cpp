// A model's config.json from a stranger, read as every family's.
#include "core/models/bert.h"
#include "core/models/blip2.h"
#include "core/models/clip.h"
#include "core/models/deberta.h"
#include "core/models/llama.h"
#include "core/models/open_clip.h"
#include "core/models/vision_language.h"
#include "tests/fuzz/fuzz_input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace winnow;
    fuzz::mayRefuse([&] {
        const Json config = json::parse(fuzz::asText(data, size), "config.json");
        json::dumpPretty(config);
        fuzz::mayRefuse([&] { models::ClipConfig::fromJson(config).parameterCount(); });
        fuzz::mayRefuse([&] { models::openClipConfig(config).parameterCount(); });
        fuzz::mayRefuse([&] { models::LlamaConfig::fromJson(config).parameterCount(); });
        fuzz::mayRefuse([&] { models::DebertaConfig::fromJson(config).parameterCount(); });
        fuzz::mayRefuse([&] { models::BertConfig::fromJson(config); });
        fuzz::mayRefuse([&] { models::Blip2Config::fromJson(config); });
        fuzz::mayRefuse([&] { models::EvaVitConfig::fromJson(config); });
        fuzz::mayRefuse([&] { models::QFormerConfig::fromJson(config); });
        fuzz::mayRefuse([&] { models::MiniGpt4Config::fromJson(config).parameterCount(); });
    });
    return 0;
}
