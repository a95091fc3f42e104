#pragma once

#include "core/tensor/weight_file.h"

#include <torch/nn/module.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace winnow::tensor {

/// A name with holes: "{any}.q_proj.weight", "model.{rest}". A hole takes one or more characters, dots included, as few
/// as possible; the same hole twice takes the same text.
class NamePattern {
public:
    using Holes = std::map<std::string, std::string>;

    explicit NamePattern(std::string_view pattern);

    std::optional<Holes> match(std::string_view name) const;
    /// The pattern with its holes filled; a hole that is not given is a bug.
    std::string fill(const Holes& holes) const;
    const std::string& text() const { return m_text; }

private:
    struct Piece {
        bool hole = false;
        std::string text;
    };
    bool matchFrom(std::size_t piece, std::string_view rest, Holes& holes) const;

    std::string m_text;
    std::vector<Piece> m_pieces;
};

/// How the tensors of a weight file are named here: theirs -> ours, first match wins. A name that no rule matches keeps
/// its name, unless the map is made strict by a last rule.
class NameMap {
public:
    struct Rule {
        std::string_view theirs;
        std::string_view ours;
    };
    /// Makes one of our tensors out of several of theirs (q_bias and v_bias -> qkv.bias) or changes one on the way (a
    /// position grid of another size). `parts` come in the order of `theirs`, in the stored type; `target` has the
    /// wanted shape. The result must have it too.
    using Make = std::function<torch::Tensor(const std::vector<torch::Tensor>& parts, const torch::Tensor& target)>;
    struct Fold {
        std::vector<std::string> theirs;
        std::string ours;
        Make make;
    };

    static constexpr std::string_view kIgnored = "";

    NameMap() = default;
    NameMap(std::initializer_list<Rule> rules, std::vector<Fold> folds = {});
    /// The same for rules that are made at run time.
    NameMap(const std::vector<Rule>& rules, std::vector<Fold> folds);

    /// Our name, or kIgnored.
    std::string toOurs(std::string_view theirs) const;

    struct FoldPattern {
        std::vector<NamePattern> theirs;
        NamePattern ours;
        Make make;
    };
    const std::vector<FoldPattern>& folds() const { return m_folds; }

private:
    struct RulePattern {
        NamePattern theirs;
        NamePattern ours;
    };
    std::vector<RulePattern> m_rules;
    std::vector<FoldPattern> m_folds;
};

struct LoadOptions {
    /// Floating-point parameters and buffers get this type, one after another; nothing keeps the module's own types.
    std::optional<torch::ScalarType> type;
    /// Only tensors of the file under this prefix are looked at, and it is cut off ("model."). The rest is not asked
    /// for.
    std::string prefix;
    /// Patterns of our names that this file fills; empty means every parameter and buffer of the module.
    std::vector<std::string> only;
    /// Patterns of our names that the file may leave out (a tied output matrix, tables computed from the config).
    std::vector<std::string> optional;
};

struct LoadReport {
    std::int64_t filledCount = 0;          ///< parameters and buffers that were filled
    std::vector<std::string> ignoredNames; ///< tensors of the file that the map leaves out, their names
    std::vector<std::string> absentNames;  ///< our optional names that the file did not have
};

/// Fills the parameters and buffers of the module from the file, strictly: each is filled exactly once, each tensor of
/// the file is used or ignored by the map, and all misfits (missing, unexpected, wrong shape or type, filled twice)
/// stand in one message, before anything is changed (what a fold makes is checked when it is made). Integer tensors
/// never fill floating-point ones or the reverse. Memory: the module in its target type and one tensor of the file (a
/// fold holds its parts). A module on the meta device has no memory to fill: then the misfits alone are looked for, and
/// no tensor is read. Throws Error: BadShape (misfits), BadFile.
LoadReport loadInto(
    torch::nn::Module& module, const WeightFile& file, const NameMap& names, const LoadOptions& options = {});

} // namespace winnow::tensor
