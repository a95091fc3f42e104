#include "core/pipeline/training_rows.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/pipeline/selector_inputs.h"
#include "core/store/column_store.h"
#include "core/store/label_store.h"
#include "core/tensor/shape.h"
#include "core/tensor/weight_file.h"

#include <algorithm>
#include <map>

namespace winnow::pipeline {

namespace {

    constexpr std::uint64_t kMaxJsonBytes = std::uint64_t(1) << 28;

    /// [S, P, D] f32, the only tensor of the file.
    torch::Tensor loadSubsetFeatures(const std::filesystem::path& file)
    {
        const tensor::WeightFile weights(file);
        require(weights.tensors().size() == 1 && weights.tensors().front().shape.size() == 3, ErrorCode::BadShape,
            text::join(file.string(), " does not hold one tensor of subsets x pairs x numbers"));
        return weights.load(weights.tensors().front().name, torch::kFloat);
    }

    /// [S, P, 1] f32 times the factor
    torch::Tensor loadScores(const Json& all, const char* name, double factor, const std::string& file)
    {
        const auto rows = json::field<std::vector<std::vector<double>>>(all, name, file);
        require(!rows.empty() && !rows.front().empty(), ErrorCode::BadFile, text::join(file, ": ", name, " is empty"));
        std::vector<torch::Tensor> subsets;
        for (const auto& row : rows) {
            require(row.size() == rows.front().size(), ErrorCode::BadFile,
                text::join(file, ": the rows of ", name, " have ", rows.front().size(), " and ", row.size(),
                    " numbers, they must be as long"));
            subsets.push_back(torch::tensor(row, torch::kDouble).to(torch::kFloat));
        }
        return (torch::stack(subsets) * factor).unsqueeze(-1); // [S, P, 1]
    }

    Json hashesOf(const std::vector<std::filesystem::path>& files)
    {
        Json out = Json::object();
        for (const auto& path : files)
            out[path.filename().string()] = file::sha256OfFile(path);
        return out;
    }

} // namespace

TrainingRows loadPublishedRows(store::Project& project, const TrainSelectorOptions& options)
{
    static constexpr const char* kScores[] = {"clip", "reward", "length", "gpt"};
    require(!options.labels.empty(), ErrorCode::InvalidInput,
        text::join(options.folder.string(),
            " holds no labels: give them with --labels FILE, a JSON list with one number for each subset"));
    TrainingRows out;
    out.inputs = options.inputs.empty() ? publishedInputs(project) : parseSelectorInputs(options.inputs);
    require(out.inputs.size() == 6, ErrorCode::InvalidInput,
        text::join("the published training files hold 6 inputs (image, text, clip, reward, length, judge), --inputs "
                   "names ",
            out.inputs.size()));
    const auto fitting = options.folder / "fitting.json";
    const auto scores = json::load(fitting, kMaxJsonBytes);
    std::vector<torch::Tensor> parts;
    for (std::size_t i = 0; i < 2; ++i)
        parts.push_back(loadSubsetFeatures(options.folder / (i == 0 ? "image_matrix.pt" : "text_matrix.pt"))
            * out.inputs[i].factor);
    for (std::size_t i = 0; i < 4; ++i)
        parts.push_back(loadScores(scores, kScores[i], out.inputs[i + 2].factor, fitting.string()));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        require(parts[i].size(0) == parts[0].size(0) && parts[i].size(1) == parts[0].size(1), ErrorCode::BadShape,
            text::join("the training files of ", options.folder.string(),
                " do not agree: ", tensor::shapeText(parts[0].sizes()), " and ", tensor::shapeText(parts[i].sizes())));
        out.inputs[i].width = parts[i].size(2);
    }
    const auto rows = torch::cat(parts, -1); // [S, P, F]
    out.set.rows = rows.flatten(0, 1).contiguous();
    out.set.sizes.assign(static_cast<std::size_t>(rows.size(0)), rows.size(1));
    out.set.columns = columnNames(out.inputs);
    out.set.labels = select::readLabelFile(options.labels);
    require(out.set.labels.size() == out.set.sizes.size(), ErrorCode::InvalidInput,
        text::join(options.labels, " has ", out.set.labels.size(), " labels for ", out.set.sizes.size(), " subsets"));
    for (std::int64_t i = 0; i < rows.size(0); ++i)
        out.set.names.push_back(text::join(i));
    out.labels = std::filesystem::path(options.labels).filename().string();
    out.provenance = {{"folder", std::filesystem::absolute(options.folder).string()},
        {"sha256",
            hashesOf(
                {fitting, options.folder / "image_matrix.pt", options.folder / "text_matrix.pt", options.labels})}};
    return out;
}

TrainingRows loadProjectRows(store::Project& project, const TrainSelectorOptions& options)
{
    const auto labels = store::LabelStore(project).load(options.labels);
    const auto clusters = store::ClusterStore(project).load(labels.clustering);
    TrainingRows out;
    out.inputs =
        resolveInputs(project, options.inputs.empty() ? publishedInputs(project) : parseSelectorInputs(options.inputs));
    const auto matrix = loadInputs(project, out.inputs, MissingRule::Exclude);
    std::map<std::int32_t, std::vector<std::int64_t>> members; // positions in the matrix
    for (std::size_t i = 0; i < matrix.rows.size(); ++i)
        members[clusters.assignment->at(matrix.rows[i])].push_back(static_cast<std::int64_t>(i));
    std::vector<torch::Tensor> parts;
    for (const auto& label : labels.labels) {
        if (!label.isMeasured())
            continue;
        const auto& some = members[label.cluster];
        const auto index = static_cast<std::size_t>(label.cluster);
        const auto& names = clusters.info.clusterNames;
        out.set.names.push_back(index < names.size() ? names[index] : text::join(label.cluster));
        out.set.sizes.push_back(static_cast<std::int64_t>(some.size()));
        out.set.labels.push_back(label.value);
        parts.push_back(matrix.values.index_select(0, torch::tensor(some, torch::kLong)));
    }
    require(!parts.empty(), ErrorCode::InvalidInput,
        text::join("none of the labels ", labels.name, " has been measured yet: run label first"));
    out.set.rows = torch::cat(parts);
    out.set.columns = columnNames(out.inputs);
    out.labels = labels.name;
    out.missingCount = matrix.missingCount;
    out.provenance = {{"labels", labels.name}, {"clustering", labels.clustering},
        {"labels_sha256", file::sha256(json::dump(Json(out.set.labels)))}};
    return out;
}

} // namespace winnow::pipeline
