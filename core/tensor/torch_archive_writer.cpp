#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/tensor/element_type.h"
#include "core/tensor/torch_archive.h"

#include <array>
#include <limits>
#include <set>

namespace winnow::tensor {

namespace {

    constexpr std::size_t kAlignment = 64; // torch aligns tensor data so, for mapping

    template <typename Number> void put(std::string& out, Number value)
    {
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }

    std::uint32_t crc32(std::string_view bytes)
    {
        static const auto table = [] {
            std::array<std::uint32_t, 256> out{};
            for (std::uint32_t i = 0; i < out.size(); ++i) {
                std::uint32_t value = i;
                for (int bit = 0; bit < 8; ++bit)
                    value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320u : 0u);
                out[i] = value;
            }
            return out;
        }();
        std::uint32_t value = 0xFFFFFFFFu;
        for (const char c : bytes)
            value = (value >> 8) ^ table[(value ^ static_cast<unsigned char>(c)) & 0xFF];
        return ~value;
    }

    /// Writes entries without compressing, their data aligned by a filler field.
    class ZipWriter {
    public:
        void add(const std::string& name, std::string_view bytes)
        {
            const auto offset = m_out.size();
            const auto unpadded = offset + 30 + name.size() + 4;
            const std::string filler((kAlignment - unpadded % kAlignment) % kAlignment, 'Z');
            put<std::uint32_t>(m_out, 0x04034b50);
            const std::string common = commonFields(name, bytes);
            m_out += common;
            put(m_out, static_cast<std::uint16_t>(4 + filler.size()));
            m_out += name + "FB";
            put(m_out, static_cast<std::uint16_t>(filler.size()));
            m_out += filler;
            m_out.append(bytes);

            put<std::uint32_t>(m_directory, 0x02014b50);
            put<std::uint16_t>(m_directory, 0);
            m_directory += common;
            m_directory.append(2 + 2 + 2 + 2 + 4, '\0'); // extra, comment, disk, attributes
            put(m_directory, static_cast<std::uint32_t>(offset));
            m_directory += name;
            ++m_count;
        }

        std::string finish()
        {
            const auto start = m_out.size();
            require(start + m_directory.size() < std::numeric_limits<std::uint32_t>::max() && m_count < 0xFFFF,
                ErrorCode::TooLarge, "cannot write a torch archive of more than 4 GB or 65534 tensors");
            m_out += m_directory;
            put<std::uint32_t>(m_out, 0x06054b50);
            put<std::uint32_t>(m_out, 0);
            put(m_out, m_count);
            put(m_out, m_count);
            put(m_out, static_cast<std::uint32_t>(m_directory.size()));
            put(m_out, static_cast<std::uint32_t>(start));
            put<std::uint16_t>(m_out, 0);
            return std::move(m_out);
        }

    private:
        /// From "version needed" to the size of the name, equal in both kinds of header.
        static std::string commonFields(const std::string& name, std::string_view bytes)
        {
            std::string out;
            put<std::uint16_t>(out, 0);           // version needed
            put<std::uint16_t>(out, 1 << 11);     // names are UTF-8
            put<std::uint16_t>(out, 0);           // stored
            put<std::uint32_t>(out, 0x21u << 16); // 1980-01-01
            put<std::uint32_t>(out, crc32(bytes));
            put(out, static_cast<std::uint32_t>(bytes.size()));
            put(out, static_cast<std::uint32_t>(bytes.size()));
            put(out, static_cast<std::uint16_t>(name.size()));
            return out;
        }

        std::string m_out, m_directory;
        std::uint16_t m_count = 0;
    };

    std::string_view storageName(torch::ScalarType type)
    {
        switch (type) {
        case torch::kDouble:
            return "DoubleStorage";
        case torch::kFloat:
            return "FloatStorage";
        case torch::kHalf:
            return "HalfStorage";
        case torch::kBFloat16:
            return "BFloat16Storage";
        case torch::kLong:
            return "LongStorage";
        case torch::kInt:
            return "IntStorage";
        case torch::kShort:
            return "ShortStorage";
        case torch::kChar:
            return "CharStorage";
        case torch::kByte:
            return "ByteStorage";
        case torch::kBool:
            return "BoolStorage";
        default:
            return "";
        }
    }

    /// Pickle protocol 2, as torch.save writes it.
    class PickleWriter {
    public:
        PickleWriter() { m_out += "\x80\x02"; }

        void text(std::string_view value)
        {
            m_out += 'X';
            put(m_out, static_cast<std::uint32_t>(value.size()));
            m_out += value;
        }
        void integer(std::int64_t value)
        {
            m_out += "\x8a\x08";
            put(m_out, value);
        }
        void name(std::string_view module, std::string_view what)
        {
            m_out += winnow::text::join('c', module, '\n', what, '\n');
        }
        void sizes(c10::IntArrayRef values)
        {
            m_out += '(';
            for (const auto value : values)
                integer(value);
            m_out += 't';
        }
        void tensor(const torch::Tensor& value, std::size_t key)
        {
            name("torch._utils", "_rebuild_tensor_v2");
            m_out += "((";
            text("storage");
            name("torch", storageName(value.scalar_type()));
            text(std::to_string(key));
            text("cpu");
            integer(value.numel());
            m_out += "tQ";
            integer(0);
            sizes(value.sizes());
            sizes(value.strides());
            m_out += '\x89'; // requires_grad
            name("collections", "OrderedDict");
            m_out += ")RtR";
        }
        void raw(std::string_view codes) { m_out += codes; }
        const std::string& bytes() const { return m_out; }

    private:
        std::string m_out;
    };

} // namespace

void saveTorchArchive(const std::filesystem::path& path, const std::string& scope,
    const std::vector<std::pair<std::string, torch::Tensor>>& tensors)
{
    std::vector<torch::Tensor> contents;
    std::set<std::string> seen;
    PickleWriter pickle;
    if (!scope.empty()) {
        pickle.raw("}");
        pickle.text(scope);
    }
    pickle.raw("}(");
    for (const auto& [name, tensor] : tensors) {
        require(seen.insert(name).second && !storageName(tensor.scalar_type()).empty(), ErrorCode::InvalidInput,
            text::join("cannot write ", path.string(), ": ", name, " is given twice or has a type torch files lack"));
        contents.push_back(tensor.detach().to(torch::kCPU).contiguous());
        pickle.text(name);
        pickle.tensor(contents.back(), contents.size() - 1);
    }
    pickle.raw(scope.empty() ? "u." : "us.");

    const std::string folder = path.stem().string() + "/";
    ZipWriter zip;
    zip.add(folder + "data.pkl", pickle.bytes());
    for (std::size_t i = 0; i < contents.size(); ++i) {
        const auto bytes = bytesOf(contents[i]);
        zip.add(folder + "data/" + std::to_string(i), {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    zip.add(folder + "version", "3\n");
    file::writeAtomically(path, zip.finish());
}

} // namespace winnow::tensor
