#include "core/tensor/torch_archive.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/tensor/element_type.h"
#include "core/tensor/pickle.h"
#include "core/tensor/zip_directory.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <set>

namespace winnow::tensor {

namespace {

    using Bytes = std::span<const std::byte>;
    using Storages = std::map<std::string, Bytes>;
    using Kind = PickleValue::Kind;

    constexpr int kMaxDepth = 64;
    constexpr std::size_t kMaxNameBytes = 128'000'000;
    constexpr std::size_t kMaxLeaves = 2'000'000;
    constexpr std::uint64_t kMaxPickleBytes = 64'000'000;
    constexpr std::size_t kMaxDimensions = 16;
    // The long integer 0x1950a86a20f9469cfc6c that opens the plain form.
    constexpr std::string_view kPlainMagic{"\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10};

    [[noreturn]] void fail(
        const std::filesystem::path& path, const std::string& problem, ErrorCode code = ErrorCode::BadFile)
    {
        throw Error(code, text::join("cannot read ", path.string(), " as a torch archive: ", problem));
    }

    /// Turns the tree of a pickle into named tensors and values.
    class Flattener {
    public:
        Flattener(const std::filesystem::path& path, const Storages& storages)
            : m_path(path)
            , m_storages(storages)
        {
        }

        void add(const PickleValue& value, const std::string& name, int depth = 0);

        std::vector<ArchivedTensor> tensors;
        std::map<std::string, Json> values;

    private:
        void addTensor(const PickleValue& value, const std::string& name);
        void addValue(const PickleValue& value, const std::string& name);
        void count(const std::string& name, std::size_t bytes);
        std::string keyText(const PickleValue& key, const std::string& name) const;
        std::vector<std::int64_t> sizes(const PickleValue& tuple, const std::string& name) const;
        void checkInside(const ArchivedTensor& tensor, std::int64_t storageElements) const;

        const std::filesystem::path& m_path;
        const Storages& m_storages;
        std::set<std::string> m_seen;
        std::size_t m_nameBytes = 0;
    };

    std::string childName(const std::string& parent, const std::string& key)
    {
        return parent.empty() ? key : parent + "." + key;
    }

    void Flattener::add(const PickleValue& value, const std::string& name, int depth)
    {
        if (depth > kMaxDepth)
            fail(m_path, text::join("it is nested deeper than ", kMaxDepth, " levels"));
        if (value.kind == Kind::Dict) {
            for (std::size_t i = 0; i + 1 < value.items.size(); i += 2)
                add(*value.items[i + 1], childName(name, keyText(*value.items[i], name)), depth + 1);
            count(name, 0);
            return;
        }
        if (value.kind == Kind::List || value.kind == Kind::Tuple) {
            for (std::size_t i = 0; i < value.items.size(); ++i)
                add(*value.items[i], childName(name, std::to_string(i)), depth + 1);
            count(name, 0);
            return;
        }
        if (!m_seen.insert(name).second)
            fail(m_path, text::join("it names ", text::shortened(name, 100), " twice"));
        count(name, value.text.size());
        value.kind == Kind::Tensor ? addTensor(value, name) : addValue(value, name);
    }

    /// Shared containers can describe exponentially many leaves in a short program.
    void Flattener::count(const std::string& name, std::size_t bytes)
    {
        m_nameBytes += name.size() + bytes + kMaxNameBytes / kMaxLeaves;
        if (m_nameBytes > kMaxNameBytes)
            fail(m_path, "it describes more values than a model has", ErrorCode::TooLarge);
    }

    std::string Flattener::keyText(const PickleValue& key, const std::string& name) const
    {
        if (key.kind == Kind::Int)
            return std::to_string(key.integer);
        if (key.kind != Kind::String)
            fail(m_path,
                text::join("a key in its dictionary ", text::shortened(name, 100), " is neither a text nor a number"));
        return key.text;
    }

    void Flattener::addValue(const PickleValue& value, const std::string& name)
    {
        switch (value.kind) {
        case Kind::None:
            values[name] = nullptr;
            break;
        case Kind::Bool:
            values[name] = value.integer != 0;
            break;
        case Kind::Int:
            values[name] = value.integer;
            break;
        case Kind::Real:
            values[name] = value.real;
            break;
        case Kind::String:
            values[name] = value.text;
            break;
        default:
            break; // a bare name or storage says nothing
        }
    }

    std::vector<std::int64_t> Flattener::sizes(const PickleValue& tuple, const std::string& name) const
    {
        std::vector<std::int64_t> out;
        for (const auto* const item : tuple.items) {
            if (item->kind != Kind::Int || item->integer < 0 || tuple.items.size() > kMaxDimensions)
                fail(m_path, text::join(text::shortened(name, 100), " has an impossible shape or stride"));
            out.push_back(item->integer);
        }
        return out;
    }

    /// Largest index and number of elements must lie inside the storage, computed without overflow.
    void Flattener::checkInside(const ArchivedTensor& tensor, std::int64_t storageElements) const
    {
        const auto outside = [&]() {
            fail(m_path,
                text::join(
                    text::shortened(tensor.name, 100), " looks outside its storage of ", storageElements, " elements"));
        };
        std::int64_t last = tensor.offset, elements = 1;
        bool isEmpty = false;
        for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
            const auto size = std::max<std::int64_t>(tensor.shape[i], 1);
            isEmpty = isEmpty || tensor.shape[i] == 0;
            std::int64_t span = 0;
            if (__builtin_mul_overflow(size - 1, tensor.strides[i], &span) || __builtin_add_overflow(last, span, &last)
                || __builtin_mul_overflow(elements, size, &elements))
                outside();
        }
        if (!isEmpty && (last >= storageElements || elements > storageElements))
            outside();
    }

    void Flattener::addTensor(const PickleValue& value, const std::string& name)
    {
        const auto& storage = *value.items[0];
        const auto found = m_storages.find(storage.text);
        if (found == m_storages.end())
            fail(m_path,
                text::join("the storage of ", text::shortened(name, 100), " is not in the file (is it cut off?)"));
        ArchivedTensor tensor{name, storage.type, sizes(*value.items[1], name), sizes(*value.items[2], name),
            value.integer, found->second};
        const auto stored = static_cast<std::int64_t>(found->second.size() / c10::elementSize(storage.type));
        if (storage.integer < 0 || storage.integer > stored || tensor.offset < 0
            || tensor.shape.size() != tensor.strides.size())
            fail(m_path,
                text::join(text::shortened(name, 100), " claims a storage of ", storage.integer,
                    " elements, the file holds ", stored));
        checkInside(tensor, storage.integer);
        tensors.push_back(std::move(tensor));
    }

} // namespace

TorchArchive::TorchArchive(const std::filesystem::path& path)
    : m_path(path)
    , m_map(path)
{
    const auto bytes = m_map.bytes();
    const std::string_view head(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 14));
    const bool isPlain = head.size() == 14 && head.substr(4) == kPlainMagic;
    if (bytes.empty())
        fail(path, "it is empty");
    if (!looksLikeZip(bytes) && !isPlain)
        fail(path, "it begins like no file that torch.save writes");
    isPlain ? readPlain() : readZip();
}

void TorchArchive::readZip()
{
    const auto entries = readZipDirectory(m_map.bytes(), m_path.string());
    const auto program = std::find_if(entries.begin(), entries.end(),
        [](const auto& entry) { return entry.first == "data.pkl" || entry.first.ends_with("/data.pkl"); });
    if (program == entries.end())
        fail(m_path, "it is a zip file without data.pkl");
    if (program->second.size() > kMaxPickleBytes)
        fail(m_path, text::join("its description of the tensors has ", program->second.size(), " bytes"),
            ErrorCode::TooLarge);
    const std::string folder = program->first.substr(0, program->first.size() - std::string_view("data.pkl").size());
    const auto order = entries.find(folder + "byteorder");
    const bool bigEndian =
        order != entries.end() && order->second.size() == 3 && std::memcmp(order->second.data(), "big", 3) == 0;
    if (bigEndian)
        fail(m_path, "it was written on a big-endian machine", ErrorCode::Unsupported);
    Storages storages;
    const std::string data = folder + "data/";
    for (auto entry = entries.lower_bound(data); entry != entries.end() && entry->first.starts_with(data); ++entry)
        storages[entry->first.substr(data.size())] = entry->second;

    PickleMachine machine(program->second, m_path.string());
    Flattener flat(m_path, storages);
    flat.add(*machine.run(), "");
    m_tensors = std::move(flat.tensors);
    m_values = std::move(flat.values);
}

namespace {

    /// The storage types stand in the tensors only; the same storage is never of two types.
    void collectStorages(const PickleValue& value, std::map<std::string, torch::ScalarType>& types,
        std::set<const PickleValue*>& seen, int depth)
    {
        if (depth > 2 * kMaxDepth || !seen.insert(&value).second)
            return;
        if (value.kind == Kind::Storage)
            types.emplace(value.text, value.type);
        for (const auto* const item : value.items)
            collectStorages(*item, types, seen, depth + 1);
    }

} // namespace

/// Magic number, protocol, machine, the object, the list of storage keys; then each storage: number of elements,
/// elements.
void TorchArchive::readPlain()
{
    PickleMachine machine(m_map.bytes(), m_path.string());
    machine.run();
    const auto* const protocol = machine.run();
    if (protocol->kind != Kind::Int || protocol->integer != 1001)
        fail(m_path, "its version of the old torch format is not known", ErrorCode::Unsupported);
    machine.run();
    const auto* const object = machine.run();
    const auto* const keys = machine.run();
    std::map<std::string, torch::ScalarType> types;
    std::set<const PickleValue*> seen;
    collectStorages(*object, types, seen, 0);

    Storages storages;
    Bytes rest = m_map.bytes().subspan(machine.position());
    for (const auto* const key : keys->items) {
        const auto type = types.find(key->text);
        std::int64_t count = 0;
        if (type == types.end() || rest.size() < 8)
            fail(m_path, "its list of storages does not fit its tensors (is it cut off?)");
        std::memcpy(&count, rest.data(), 8);
        rest = rest.subspan(8);
        const auto size = static_cast<std::int64_t>(c10::elementSize(type->second));
        if (count < 0 || count > static_cast<std::int64_t>(rest.size()) / size)
            fail(m_path, text::join("a storage claims ", count, " elements, the file holds fewer (is it cut off?)"));
        storages[key->text] = rest.first(static_cast<std::size_t>(count * size));
        rest = rest.subspan(static_cast<std::size_t>(count * size));
    }
    Flattener flat(m_path, storages);
    flat.add(*object, "");
    m_tensors = std::move(flat.tensors);
    m_values = std::move(flat.values);
}

torch::Tensor TorchArchive::view(const ArchivedTensor& tensor) const
{
    if (std::find(tensor.shape.begin(), tensor.shape.end(), 0) != tensor.shape.end())
        return torch::empty(tensor.shape, torch::TensorOptions().dtype(tensor.type));
    const auto size = c10::elementSize(tensor.type);
    auto elements = tensor.storage.subspan(static_cast<std::size_t>(tensor.offset) * size);
    std::int64_t count = 1;
    for (std::size_t i = 0; i < tensor.shape.size(); ++i)
        count += (tensor.shape[i] - 1) * tensor.strides[i];
    elements = elements.first(static_cast<std::size_t>(count) * size);
    return viewOf(elements, tensor.type, {count}).as_strided(tensor.shape, tensor.strides);
}

} // namespace winnow::tensor
