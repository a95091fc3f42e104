#include "core/models/vision_language_input.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/shape.h"

#include <algorithm>

namespace winnow::models {
namespace {

    torch::Tensor toTensor(const std::vector<int64_t>& ids) { return torch::tensor(ids, torch::kLong); }

    /// ids → [N, C]
    torch::Tensor embedIds(const torch::Tensor& embeddings, const std::vector<int64_t>& ids)
    {
        for (const auto id : ids)
            require(id >= 0 && id < embeddings.size(0), ErrorCode::BadShape,
                text::join("token id ", id, " lies outside the vocabulary of ", embeddings.size(0), " pieces"));
        return torch::embedding(embeddings, toTensor(ids).to(embeddings.device()));
    }

    /// Pieces of one prompt with its picture tokens between them: parts of [n, C] to be joined.
    void appendPrompt(std::vector<torch::Tensor>& parts, const torch::Tensor& embeddings, const PromptSegments& prompt,
        const torch::Tensor& pictures)
    {
        for (size_t i = 0; i < prompt.size(); ++i) {
            if (!prompt[i].empty())
                parts.push_back(embedIds(embeddings, prompt[i])); // [n, C]
            if (i + 1 < prompt.size())
                parts.push_back(pictures[int64_t(i)]); // [Q, C]
        }
    }

    /// Pictures of each sample, [pictures, Q, C]: equally many for all.
    std::vector<torch::Tensor> pictureRows(const torch::Tensor& pictureTokens, const std::vector<size_t>& pieceCounts)
    {
        int64_t total = 0;
        for (const auto pieces : pieceCounts) {
            require(pieces >= 1, ErrorCode::InvalidInput, "a prompt without any piece of text");
            total += int64_t(pieces) - 1;
        }
        require(total == pictureTokens.size(0), ErrorCode::InvalidInput,
            text::join("the prompts have places for ", total, " pictures, but ", pictureTokens.size(0), " were given"));
        std::vector<torch::Tensor> rows;
        int64_t first = 0;
        for (const auto pieces : pieceCounts) {
            rows.push_back(pictureTokens.narrow(0, first, int64_t(pieces) - 1)); // [pictures, Q, C]
            first += int64_t(pieces) - 1;
        }
        return rows;
    }

    struct Row {
        torch::Tensor embeds; // [n, C]
        std::vector<int64_t> answer;
        int64_t promptLength = 0;
    };

    Row makeRow(const torch::Tensor& embeddings, const PromptedAnswer& sample, const torch::Tensor& pictures,
        const AssemblyOptions& options)
    {
        Row row;
        std::vector<torch::Tensor> parts{embedIds(embeddings, {options.bosToken})};
        appendPrompt(parts, embeddings, sample.prompt, pictures);
        for (const auto& part : parts)
            row.promptLength += part.size(0);
        row.answer = sample.answer;
        if (int64_t(row.answer.size()) > options.maxAnswerTokens)
            row.answer.resize(size_t(options.maxAnswerTokens));
        if (!row.answer.empty())
            parts.push_back(embedIds(embeddings, row.answer)); // [n, C]
        row.embeds = torch::cat(parts);                        // [n, C]
        return row;
    }

    int64_t batchWidth(const std::vector<Row>& rows, AssemblyOptions::Padding padding)
    {
        int64_t longest = 0, prompt = 0, answer = 0;
        for (const auto& row : rows) {
            longest = std::max(longest, row.embeds.size(0));
            prompt = std::max(prompt, row.promptLength);
            answer = std::max(answer, int64_t(row.answer.size()));
        }
        return padding == AssemblyOptions::Padding::Tight ? longest : prompt + answer;
    }

    void checkInputs(const torch::Tensor& pictureTokens, const torch::Tensor& embeddings, size_t count)
    {
        tensor::expectShape(pictureTokens, {tensor::kAny, tensor::kAny, embeddings.size(1)}, "picture tokens");
        require(count > 0, ErrorCode::InvalidInput, "a batch without samples");
    }

} // namespace

AssembledBatch assembleAnswers(const torch::Tensor& pictureTokens, const torch::Tensor& embeddings,
    const std::vector<PromptedAnswer>& samples, const AssemblyOptions& options)
{
    checkInputs(pictureTokens, embeddings, samples.size());
    std::vector<size_t> pieceCounts;
    for (const auto& sample : samples)
        pieceCounts.push_back(sample.prompt.size());
    const auto pictures = pictureRows(pictureTokens, pieceCounts);
    std::vector<Row> rows;
    for (size_t i = 0; i < samples.size(); ++i)
        rows.push_back(makeRow(embeddings, samples[i], pictures[i], options));

    const auto B = int64_t(rows.size()), T = batchWidth(rows, options.padding);
    const auto padding = embedIds(embeddings, {options.padToken}); // [1, C]
    std::vector<torch::Tensor> embeds;
    auto mask = torch::zeros({B, T}, torch::kLong);
    auto targets = torch::full({B, T}, -100, torch::kLong);
    for (int64_t i = 0; i < B; ++i) {
        const auto& row = rows[size_t(i)];
        const auto used = row.embeds.size(0);
        embeds.push_back(torch::cat({row.embeds, padding.expand({T - used, -1})})); // [T, C]
        mask[i].narrow(0, 0, used).fill_(1);
        if (row.answer.empty())
            continue;
        const auto answer = toTensor(row.answer); // [n]
        targets[i]
            .narrow(0, row.promptLength, answer.size(0))
            .copy_(answer.masked_fill(answer == options.padToken, -100));
    }
    const auto device = embeddings.device();
    return {torch::stack(embeds), mask.to(device), targets.to(device)}; // [B, T, C], [B, T], [B, T]
}

AssembledBatch assemblePrompts(
    const torch::Tensor& pictureTokens, const torch::Tensor& embeddings, const std::vector<PromptSegments>& prompts)
{
    checkInputs(pictureTokens, embeddings, prompts.size());
    std::vector<size_t> pieceCounts;
    for (const auto& prompt : prompts)
        pieceCounts.push_back(prompt.size());
    const auto pictures = pictureRows(pictureTokens, pieceCounts);
    std::vector<torch::Tensor> rows;
    int64_t T = 0;
    for (size_t i = 0; i < prompts.size(); ++i) {
        std::vector<torch::Tensor> parts;
        appendPrompt(parts, embeddings, prompts[i], pictures[i]);
        require(!parts.empty(), ErrorCode::InvalidInput, "an empty prompt");
        rows.push_back(torch::cat(parts)); // [n, C]
        T = std::max(T, rows.back().size(0));
    }
    std::vector<torch::Tensor> embeds;
    auto mask = torch::zeros({int64_t(rows.size()), T}, torch::kLong);
    for (size_t i = 0; i < rows.size(); ++i) {
        const auto used = rows[i].size(0);
        embeds.push_back(torch::cat(
            {torch::zeros({T - used, rows[i].size(1)}, rows[i].options().requires_grad(false)), rows[i]})); // [T, C]
        mask[int64_t(i)].narrow(0, T - used, used).fill_(1);
    }
    return {torch::stack(embeds), mask.to(embeddings.device()), {}}; // [B, T, C], [B, T]
}

} // namespace winnow::models
