#include "core/pipeline/selector_files.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/store/selector_store.h"
#include "core/tensor/safetensors_io.h"

#include <cmath>

namespace winnow::pipeline {

SelectorInfo saveFitted(store::Project& project, SelectorInfo info, const select::FittedSelector& model)
{
    info.kind = model.kind;
    info.mode = model.mode;
    info.settings = model.settings();
    info.parameterCount = model.parameterCount();
    std::vector<torch::Tensor> held;
    std::vector<safetensors::Part> parts;
    for (const auto& [name, value] : model.tensors()) {
        held.push_back(value.contiguous());
        const auto& tensor = held.back();
        require(tensor.isfinite().all().item<bool>(), ErrorCode::Diverged,
            text::join("the selector's ", name, " holds numbers that are not finite: it cannot be kept"));
        parts.push_back({name, tensor.scalar_type() == torch::kDouble ? safetensors::Type::F64 : safetensors::Type::F32,
            tensor.sizes().vec(), {static_cast<const std::byte*>(tensor.data_ptr()), tensor.nbytes()}});
    }
    return store::SelectorStore(project).save(std::move(info), parts);
}

select::FittedSelector loadFitted(store::Project& project, const SelectorInfo& info)
{
    return select::FittedSelector::restore(
        info.kind, info.mode, info.settings, tensor::loadSafetensors(store::SelectorStore(project).weightFile(info)));
}

} // namespace winnow::pipeline
