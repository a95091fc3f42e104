#include "core/tensor/weight_file.h"

#include "core/base/error.h"
#include "core/base/safetensors.h"
#include "core/base/text.h"
#include "core/tensor/element_type.h"
#include "core/tensor/shape.h"
#include "core/tensor/torch_archive.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <utility>

namespace winnow::tensor {

/// An opened file of either kind.
class WeightFile::Source {
public:
    virtual ~Source() = default;
    virtual const std::vector<TensorInfo>& tensors() const = 0;
    virtual std::map<std::string, Json> values() const = 0;
    /// Looks into the file where it can.
    virtual torch::Tensor view(std::size_t index) const = 0;
    /// The bytes behind view().
    virtual std::span<const std::byte> bytes(std::size_t index) const = 0;
};

namespace {

    class SafetensorsSource final : public WeightFile::Source {
    public:
        explicit SafetensorsSource(const std::filesystem::path& path)
            : m_reader(path)
        {
            for (const auto& entry : m_reader.entries())
                m_tensors.push_back({entry.name, entry.shape, fromFileType(entry.type)});
        }
        const std::vector<TensorInfo>& tensors() const override { return m_tensors; }
        std::map<std::string, Json> values() const override
        {
            return {m_reader.metadata().begin(), m_reader.metadata().end()};
        }
        torch::Tensor view(std::size_t index) const override
        {
            return viewOf(bytes(index), m_tensors[index].type, m_tensors[index].shape);
        }
        std::span<const std::byte> bytes(std::size_t index) const override
        {
            return m_reader.bytes(m_reader.entries()[index]);
        }

    private:
        safetensors::Reader m_reader;
        std::vector<TensorInfo> m_tensors;
    };

    class ArchiveSource final : public WeightFile::Source {
    public:
        explicit ArchiveSource(const std::filesystem::path& path)
            : m_archive(path)
        {
            for (const auto& tensor : m_archive.tensors())
                m_tensors.push_back({tensor.name, tensor.shape, tensor.type});
        }
        const std::vector<TensorInfo>& tensors() const override { return m_tensors; }
        std::map<std::string, Json> values() const override { return m_archive.values(); }
        torch::Tensor view(std::size_t index) const override { return m_archive.view(m_archive.tensors()[index]); }
        std::span<const std::byte> bytes(std::size_t index) const override
        {
            return m_archive.tensors()[index].storage;
        }

    private:
        TorchArchive m_archive;
        std::vector<TensorInfo> m_tensors;
    };

    constexpr std::array<std::string_view, 2> kIndexNames{
        "model.safetensors.index.json", "pytorch_model.bin.index.json"};
    /// The first two stand beside the index of their kind; the others are looked for when neither is there.
    constexpr std::array<std::string_view, 5> kFileNames{
        "model.safetensors", "pytorch_model.bin", "open_clip_pytorch_model.bin", "model.pth", "model.fp16.safetensors"};

    std::shared_ptr<const WeightFile::Source> openFile(const std::filesystem::path& path)
    {
        const auto ending = text::toLowerAscii(path.extension().string());
        if (ending == ".safetensors")
            return std::make_shared<SafetensorsSource>(path);
        if (ending == ".pt" || ending == ".pth" || ending == ".bin")
            return std::make_shared<ArchiveSource>(path);
        throw Error(ErrorCode::Unsupported,
            text::join("cannot read ", path.string(), " as weights: expected a .safetensors, .pt, .pth or .bin file"));
    }

} // namespace

std::int64_t TensorInfo::elementCount() const
{
    return std::accumulate(shape.begin(), shape.end(), std::int64_t(1), std::multiplies<>());
}

std::uint64_t TensorInfo::byteCount() const
{
    return static_cast<std::uint64_t>(elementCount()) * c10::elementSize(type);
}

WeightFile::WeightFile(const std::filesystem::path& fileOrFolder)
    : m_path(fileOrFolder)
{
    std::error_code ignored;
    if (std::filesystem::is_directory(fileOrFolder, ignored)) {
        openFolder(fileOrFolder);
    } else {
        add(openFile(fileOrFolder));
        m_files.push_back(fileOrFolder);
    }
    sortTensors();
}

void WeightFile::add(const std::shared_ptr<const Source>& source)
{
    for (std::size_t i = 0; i < source->tensors().size(); ++i) {
        m_tensors.push_back(source->tensors()[i]);
        m_places.push_back({source, i});
    }
    m_values.merge(source->values());
}

void WeightFile::openFolder(const std::filesystem::path& folder)
{
    for (std::size_t i = 0; i < kIndexNames.size(); ++i) {
        if (std::filesystem::exists(folder / kIndexNames[i]))
            return openShards(folder, folder / kIndexNames[i]);
        if (std::filesystem::exists(folder / kFileNames[i])) {
            m_files.push_back(folder / kFileNames[i]);
            return add(openFile(m_files.back()));
        }
    }
    for (const auto name : kFileNames)
        if (std::filesystem::exists(folder / name)) {
            m_files.push_back(folder / name);
            return add(openFile(m_files.back()));
        }
    throw Error(ErrorCode::NotFound,
        text::join("folder ", folder.string(),
            " has no weights: expected model.safetensors or pytorch_model.bin, or shards "
            "with their index"));
}

/// The index says which shard has which tensor; both must agree.
void WeightFile::openShards(const std::filesystem::path& folder, const std::filesystem::path& index)
{
    const Json content = json::load(index, 100'000'000);
    const auto places = json::field<std::map<std::string, std::string>>(content, "weight_map", index.string());
    std::set<std::string> shards;
    for (const auto& [tensor, shard] : places)
        shards.insert(shard);
    for (const auto& shard : shards) {
        m_files.push_back(file::confined(folder, shard));
        add(openFile(m_files.back()));
        for (std::size_t i = 0; i < m_places.back().source->tensors().size(); ++i) {
            const auto& name = m_places.back().source->tensors()[i].name;
            const auto found = places.find(name);
            require(found != places.end() && found->second == shard, ErrorCode::BadFile,
                text::join("shard ", m_files.back().string(), " has ", name, ", its index places that ",
                    found == places.end() ? "nowhere" : "in " + found->second));
        }
    }
    std::set<std::string> present;
    for (const auto& tensor : m_tensors)
        present.insert(tensor.name);
    for (const auto& [tensor, shard] : places)
        require(present.contains(tensor), ErrorCode::BadFile,
            text::join("shard ", (folder / shard).string(), " has no ", tensor, ", which its index promises"));
}

void WeightFile::sortTensors()
{
    std::vector<std::size_t> order(m_tensors.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return m_tensors[a].name < m_tensors[b].name; });
    std::vector<TensorInfo> tensors;
    std::vector<Place> places;
    for (const auto at : order) {
        require(tensors.empty() || tensors.back().name != m_tensors[at].name, ErrorCode::BadFile,
            text::join("cannot read ", m_path.string(), ": it names ", m_tensors[at].name, " twice"));
        tensors.push_back(std::move(m_tensors[at]));
        places.push_back(std::move(m_places[at]));
    }
    m_tensors = std::move(tensors);
    m_places = std::move(places);
    std::sort(m_files.begin(), m_files.end());
}

const TensorInfo* WeightFile::find(std::string_view name) const
{
    const auto found = std::lower_bound(m_tensors.begin(), m_tensors.end(), name,
        [](const TensorInfo& info, std::string_view wanted) { return info.name < wanted; });
    return found != m_tensors.end() && found->name == name ? &*found : nullptr;
}

const WeightFile::Place& WeightFile::placeOf(std::string_view name) const
{
    const auto* const info = find(name);
    require(info != nullptr, ErrorCode::NotFound, text::join("weights ", m_path.string(), " have no tensor ", name));
    return m_places[static_cast<std::size_t>(info - m_tensors.data())];
}

torch::Tensor WeightFile::load(std::string_view name) const
{
    const auto type = placeOf(name).source->tensors()[placeOf(name).index].type;
    return load(name, type);
}

torch::Tensor WeightFile::load(std::string_view name, torch::ScalarType type) const
{
    const auto& place = placeOf(name);
    auto out = torch::empty(place.source->tensors()[place.index].shape, torch::TensorOptions().dtype(type));
    loadInto(name, out);
    return out;
}

void WeightFile::loadInto(std::string_view name, torch::Tensor target) const
{
    const auto& place = placeOf(name);
    const auto& info = place.source->tensors()[place.index];
    require(target.sizes() == c10::IntArrayRef(info.shape), ErrorCode::BadShape,
        text::join(
            name, " of ", m_path.string(), " is ", shapeText(info.shape), ", expected ", shapeText(target.sizes())));
    const torch::NoGradGuard noGrad;
    target.copy_(place.source->view(place.index));
    dropPages(place.source->bytes(place.index));
}

WeightFile WeightFile::scoped(std::string_view prefix) const
{
    WeightFile out;
    out.m_path = m_path;
    out.m_files = m_files;
    for (std::size_t i = 0; i < m_tensors.size(); ++i) {
        if (!m_tensors[i].name.starts_with(prefix))
            continue;
        out.m_tensors.push_back(m_tensors[i]);
        out.m_tensors.back().name.erase(0, prefix.size());
        out.m_places.push_back(m_places[i]);
    }
    for (const auto& [name, value] : m_values)
        if (name.starts_with(prefix))
            out.m_values[name.substr(prefix.size())] = value;
    return out;
}

std::string WeightFile::findPrefix(std::string_view name, const std::vector<std::string>& prefixes) const
{
    for (const auto& prefix : prefixes)
        if (contains(prefix + std::string(name)))
            return prefix;
    return {};
}

} // namespace winnow::tensor
