#include "core/demo/language.h"

#include "core/base/text.h"
#include "core/demo/stages.h"
#include "core/demo/vocabulary.h"
#include "core/evaluate/evaluator.h"
#include "core/models/generate.h"
#include "core/models/vision_language_input.h"

#include <set>

namespace winnow::demo {

torch::Tensor LanguageModel::slotsOf(const std::vector<const Scene*>& scenes) const
{
    return table->forward(SlotWords(*tokenizer).idsOf(scenes), llama->model->embed_tokens->weight); // [B, Q, C]
}

LanguageModel loadLanguageModel(const std::filesystem::path& out, const std::filesystem::path& training)
{
    LanguageModel model;
    model.tokenizer = makeLanguageTokenizer(out / "llm");
    model.llama = models::Llama(embeddedLlamaConfig(model.tokenizer->vocabularySize()));
    model.table = SlotTable(model.llama->config().hidden);
    loadModule(training / "language.safetensors", *model.llama);
    loadModule(training / "slots.safetensors", *model.table);
    models::setTrainable(*model.llama, false);
    models::setTrainable(*model.table, false);
    return model;
}

std::vector<std::string> answerAbout(models::Llama& llama, const text::Tokenizer& tokenizer, const torch::Tensor& slots,
    const std::vector<std::string>& questions, std::int64_t maxNewTokens, RunContext& context)
{
    const torch::NoGradGuard noGrad;
    auto front = tokenizer.encode("###Human: <Img>");
    front.insert(front.begin(), tokenizer.beginToken());
    std::vector<models::PromptSegments> prompts;
    for (const std::string& question : questions)
        prompts.push_back({front, tokenizer.encode("</Img> " + question + " ###Assistant: ")});
    const auto batch = models::assemblePrompts(slots, llama->model->embed_tokens->weight, prompts);
    models::GenerateOptions options;
    options.maxNewTokens = maxNewTokens;
    options.stopTokens = {tokenizer.endToken()};
    options.stopSequences = evaluate::stopSequences(tokenizer, "###");
    const auto ids = models::generateGreedy(llama, batch.inputsEmbeds, batch.attentionMask, options, context);
    std::vector<std::string> answers;
    for (std::int64_t row = 0; row < ids.size(0); ++row)
        answers.push_back(evaluate::cleanAnswer(tokenizer.decode(models::withoutStop(ids[row], options)), "###"));
    return answers;
}

void ObjectCount::add(const std::string& description, const Scene& scene)
{
    const auto kinds = mentionedKinds(description);
    named += std::int64_t(kinds.size());
    there += std::int64_t(scene.groups.size());
    for (const Kind kind : kinds)
        both += scene.find(kind) ? 1 : 0;
}

bool repeatsFourWords(const std::string& description)
{
    const auto words = text::split(text::toLowerAscii(description), ' ');
    std::set<std::string> seen;
    for (std::size_t i = 0; i + 4 <= words.size(); ++i)
        if (!seen.insert(text::join(words[i], " ", words[i + 1], " ", words[i + 2], " ", words[i + 3])).second)
            return true;
    return false;
}

} // namespace winnow::demo
