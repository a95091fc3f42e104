#pragma once

#include "core/base/json.h"
#include "core/models/layers.h"
#include "core/models/qformer.h"
#include "core/models/trace.h"
#include "core/models/vit.h"

#include <filesystem>
#include <string>

namespace winnow::models {

/// Hyper-parameters of a BLIP-2 folder in the Hub's layout (transformers' Blip2Config; absent keys take its defaults).
struct Blip2Config {
    EvaVitConfig vision;
    QFormerConfig qformer;
    int64_t languageWidth = 2560; ///< of the language model that the picture tokens are made for
    std::string languageModel;    ///< its model_type ("opt", "t5"); it is not built

    /// Throws Error: BadFile (missing or wrong fields), InvalidInput, Unsupported.
    static Blip2Config fromJson(const Json& config);
    void validate() const; // throws Error(InvalidInput)
    int64_t parameterCount() const;
};

/// BLIP-2 (Li et al., 2023) without its language model: what turns a picture into the tokens that a language model
/// reads. Names are those of the original authors; `language_projection` is the Hub's (the originals call it opt_proj
/// or t5_proj).
class Blip2Impl : public torch::nn::Module {
public:
    /// Throws Error(InvalidInput). Parameters stay unset (see README).
    explicit Blip2Impl(const Blip2Config& config, const torch::TensorOptions& options = {});

    /// pixels [B, 3, size, size], normalised; keep undefined or [B, 1 + P] (0 = not to be looked at) → picture tokens
    /// in the language model's width, [B, Q, languageWidth]. Traces vision.hidden_states.i, vision.last_hidden_state
    /// (after the norm), qformer.hidden_states.i, qformer.last_hidden_state, language_projection. Throws
    /// Error(BadShape).
    torch::Tensor forward(const torch::Tensor& pixels, const torch::Tensor& keep = {}, const Trace& trace = {});

    const Blip2Config& config() const { return m_config; }

    EvaVit visual_encoder = nullptr;
    LayerNorm ln_vision = nullptr;
    torch::Tensor query_tokens; ///< [1, Q, C]
    QFormer Qformer = nullptr;  // capital as published
    Linear language_projection = nullptr;

private:
    Blip2Config m_config;
};
TORCH_MODULE(Blip2);

/// Our name of a parameter in the Hub's naming ("vision_model...", "qformer..."), empty where it is left out.
std::string blip2NameOf(std::string_view theirs);

/// The folder's config.json says that it is a BLIP-2 in the Hub's layout.
bool isBlip2Config(const Json& config);

/// A Hub folder (config.json, one weight file or shards), its language model passed over, in eval mode, without
/// gradients. Throws Error: NotFound, BadFile, BadShape, InvalidInput, Unsupported.
Blip2 loadBlip2(const std::filesystem::path& folder, const torch::TensorOptions& options = {});

} // namespace winnow::models
