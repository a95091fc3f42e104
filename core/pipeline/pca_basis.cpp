#include "core/pipeline/pca_basis.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/safetensors.h"
#include "core/base/text.h"
#include "core/pipeline/feature_matrix.h"
#include "core/store/feature_store.h"
#include "core/store/vector_file.h"
#include "core/tensor/safetensors_io.h"

#include <algorithm>

namespace winnow::pipeline {

namespace {

    std::string bytesOf(const torch::Tensor& tensor)
    {
        const auto whole = tensor.to(torch::kDouble).contiguous();
        return {reinterpret_cast<const char*>(whole.data_ptr<double>()),
            static_cast<std::size_t>(whole.numel()) * sizeof(double)};
    }

    std::int64_t wholeNumber(const std::map<std::string, std::string>& metadata, const std::string& name)
    {
        std::int64_t out = 0;
        const auto found = metadata.find(name);
        return found != metadata.end() && text::parseInt(found->second, out) ? out : 0;
    }

    std::string field(const std::map<std::string, std::string>& metadata, const std::string& name)
    {
        const auto found = metadata.find(name);
        return found == metadata.end() ? std::string() : found->second;
    }

    PcaBasis loadBasis(const std::filesystem::path& path, const std::string& file, std::int64_t dimension)
    {
        const auto tensors = tensor::loadSafetensors(path);
        const auto metadata = safetensors::Reader(path).metadata();
        const auto take = [&](const char* name, std::int64_t dimensions) {
            const auto found = tensors.find(name);
            require(found != tensors.end() && found->second.dim() == dimensions
                    && found->second.scalar_type() == torch::kDouble && found->second.size(0) > 0,
                ErrorCode::BadFile, text::join("it has no usable ", name));
            return found->second;
        };
        PcaBasis out;
        out.pca = {take("mean", 1), take("components", 2), take("explained_variance", 1),
            take("explained_variance_ratio", 1), take("singular_values", 1)};
        require(out.pca.components.size(0) == dimension && out.pca.components.size(1) == out.pca.mean.size(0),
            ErrorCode::BadFile, "its components have another shape than the space");
        out.space = field(metadata, "space");
        out.spaceKey = field(metadata, "space_key");
        out.version = wholeNumber(metadata, "version");
        out.fittedPairs = wholeNumber(metadata, "fitted_pairs");
        out.file = file;
        return out;
    }

} // namespace

std::string PcaBasis::key() const
{
    return file::sha256(
        text::join("pca-v2|", version, "|", spaceKey, "|", bytesOf(pca.components), "|", bytesOf(pca.mean)));
}

PcaBasis fitBasis(store::Project& project, const std::string& space, std::int64_t dimensions, std::int64_t version)
{
    const auto matrix = loadMatrix(project, space);
    PcaBasis out;
    out.pca = tensor::computePca(matrix.vectors, dimensions, tensor::PcaSign::LargestRow);
    out.space = space;
    out.spaceKey = matrix.key;
    out.version = version;
    out.fittedPairs = static_cast<std::int64_t>(matrix.rows.size());
    return out;
}

void saveBasis(const store::Project& project, PcaBasis& basis)
{
    basis.file = "pca-" + basis.key().substr(0, 16) + ".basis.safetensors";
    const auto path = store::vectorPath(project.folder(), basis.file);
    tensor::saveSafetensors(path,
        {{"mean", basis.pca.mean}, {"components", basis.pca.components}, {"explained_variance", basis.pca.variance},
            {"explained_variance_ratio", basis.pca.varianceRatio}, {"singular_values", basis.pca.singularValues}},
        {{"space", basis.space}, {"space_key", basis.spaceKey}, {"version", text::join(basis.version)},
            {"fitted_pairs", text::join(basis.fittedPairs)}});
}

std::optional<PcaBasis> findBasis(store::Project& project, const std::string& column)
{
    const auto spaces = store::FeatureStore(project).list();
    const auto found =
        std::find_if(spaces.begin(), spaces.end(), [&](const FeatureInfo& f) { return f.name == column; });
    if (found == spaces.end())
        return std::nullopt;
    Json provenance;
    try {
        provenance = json::parse(found->provenance, "provenance");
    } catch (const Error&) {
        return std::nullopt; // a space that says nothing about itself
    }
    if (!provenance.is_object() || !provenance.contains("basis") || !provenance["basis"].is_string())
        return std::nullopt;
    const auto file = provenance["basis"].get<std::string>();
    try {
        return loadBasis(store::vectorPath(project.folder(), file), file, found->dimension);
    } catch (const Error& e) {
        throw Error(ErrorCode::BadFile,
            text::join("cannot read the principal components of ", column, " from vectors/", text::shortened(file, 80),
                ": ", e.message(), "; fit them anew with features --refit"));
    }
}

} // namespace winnow::pipeline
