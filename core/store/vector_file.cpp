#include "core/store/vector_file.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/safetensors.h"
#include "core/base/text.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <system_error>
#include <unistd.h>

namespace winnow::store {

namespace {

    namespace fs = std::filesystem;

    constexpr std::int64_t kMaxDimension = 1 << 20;
    constexpr std::int64_t kMaxValues = std::int64_t(1) << 40;

    [[noreturn]] void failWithErrno(std::string_view attempt, const fs::path& file)
    {
        const int code = errno;
        const auto kind = code == ENOSPC || code == EDQUOT || code == EFBIG ? ErrorCode::DiskFull : ErrorCode::Io;
        throw Error(
            kind, text::join("cannot ", attempt, " ", file.string(), ": ", std::generic_category().message(code)));
    }

    std::string headerOf(VectorPart::Shape shape, const std::map<std::string, std::string>& metadata)
    {
        const auto vectorBytes = shape.rows * shape.dimension * std::int64_t(sizeof(float));
        Json header = Json::object();
        header["__metadata__"] = metadata;
        header["vectors"] = {
            {"dtype", "F32"}, {"shape", {shape.rows, shape.dimension}}, {"data_offsets", {0, vectorBytes}}};
        header["valid"] = {
            {"dtype", "U8"}, {"shape", {shape.rows}}, {"data_offsets", {vectorBytes, vectorBytes + shape.rows}}};
        auto json = json::dump(header);
        json.append((8 - json.size() % 8) % 8, ' ');
        const std::uint64_t size = json.size();
        return std::string(reinterpret_cast<const char*>(&size), 8) + json;
    }

} // namespace

std::string vectorFileName(const std::string& space) { return space + ".safetensors"; }

fs::path vectorPath(const fs::path& project, const std::string& file)
{
    require(file.find('/') == std::string::npos, ErrorCode::InvalidInput,
        text::join("vector file ", text::shortened(file, 80), " lies outside vectors/"));
    auto path = file::confined(project / "vectors", file);
    file::refuseLink(path);
    return path;
}

void linkVectors(const fs::path& project, const std::string& from, const std::string& to)
{
    const auto source = vectorPath(project, from);
    const auto target = vectorPath(project, to);
    std::error_code code;
    if (source == target || !fs::exists(source, code))
        return;
    fs::remove(target, code);
    fs::create_hard_link(source, target, code);
    if (code) // a file system without links
        fs::copy_file(source, target, code);
    require(
        !code, ErrorCode::Io, text::join("cannot name ", source.string(), " ", target.string(), ": ", code.message()));
}

void removeVectors(const fs::path& project, const std::string& file)
{
    std::error_code code;
    fs::remove(vectorPath(project, file), code);
}

namespace {

    constexpr auto kHashField = "vectors_sha256";

    Json objectOf(const std::string& provenance)
    {
        try {
            auto json = json::parse(provenance, "the provenance of a feature space");
            return json.is_object() ? json : Json();
        } catch (const Error&) {
            return {};
        }
    }

} // namespace

std::string withVectorHash(const std::string& provenance, const std::string& sha256)
{
    auto json = objectOf(provenance);
    if (!json.is_object())
        return provenance;
    json[kHashField] = sha256;
    return json::dump(json);
}

std::string storedVectorHash(const std::string& provenance)
{
    const auto json = objectOf(provenance);
    const bool isStored = json.is_object() && json.contains(kHashField) && json[kHashField].is_string();
    return isStored ? json[kHashField].get<std::string>() : std::string();
}

void VectorPart::create(const fs::path& file, Shape shape, const std::map<std::string, std::string>& metadata)
{
    require(shape.dimension >= 1 && shape.dimension <= kMaxDimension && shape.rows >= 0
            && shape.rows <= kMaxValues / shape.dimension,
        ErrorCode::TooLarge,
        text::join("a feature space of ", shape.rows, " x ", shape.dimension, " values cannot be stored"));
    const auto header = headerOf(shape, metadata);
    file::writeAtomically(file, header);
    const auto size = header.size() + static_cast<std::uint64_t>(shape.rows * shape.dimension) * sizeof(float)
        + static_cast<std::uint64_t>(shape.rows);
    if (::truncate(file.c_str(), static_cast<off_t>(size)) != 0)
        failWithErrno("make", file);
}

VectorPart::VectorPart(const fs::path& file)
    : m_file(file)
{
    const safetensors::Reader reader(file);
    const auto* vectors = reader.find("vectors");
    const auto* valid = reader.find("valid");
    const bool isSound = vectors != nullptr && valid != nullptr && vectors->type == safetensors::Type::F32
        && vectors->shape.size() == 2 && valid->type == safetensors::Type::U8 && valid->shape.size() == 1
        && valid->shape[0] == vectors->shape[0];
    require(isSound, ErrorCode::BadFile,
        text::join("cannot use ", file.string(), ": expected tensors vectors [N, D] F32 and valid [N] U8"));
    m_metadata = reader.metadata();
    m_shape = {vectors->shape[0], vectors->shape[1]};
    const auto dataAt = fs::file_size(file) - valid->end;
    m_vectorsAt = dataAt + vectors->begin;
    m_validAt = dataAt + valid->begin;
    m_descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    if (m_descriptor < 0)
        failWithErrno("open", file);
}

VectorPart::~VectorPart() { ::close(m_descriptor); }

std::vector<std::uint8_t> VectorPart::valid() const
{
    std::vector<std::uint8_t> out(static_cast<std::size_t>(m_shape.rows));
    const auto got = ::pread(m_descriptor, out.data(), out.size(), static_cast<off_t>(m_validAt));
    if (got != static_cast<ssize_t>(out.size()))
        failWithErrno("read", m_file);
    return out;
}

std::vector<float> VectorPart::readRow(std::int64_t row) const
{
    std::vector<float> out(static_cast<std::size_t>(m_shape.dimension));
    const auto size = out.size() * sizeof(float);
    const auto offset = m_vectorsAt + static_cast<std::uint64_t>(row) * size;
    if (::pread(m_descriptor, out.data(), size, static_cast<off_t>(offset)) != static_cast<ssize_t>(size))
        failWithErrno("read", m_file);
    return out;
}

void VectorPart::writeAt(std::uint64_t offset, const void* bytes, std::size_t size)
{
    const auto* from = static_cast<const char*>(bytes);
    while (size > 0) {
        const auto written = ::pwrite(m_descriptor, from, size, static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            failWithErrno("write", m_file);
        from += written;
        offset += static_cast<std::uint64_t>(written);
        size -= static_cast<std::size_t>(written);
    }
}

void VectorPart::writeRow(std::int64_t row, std::span<const float> vector)
{
    writeAt(m_vectorsAt + static_cast<std::uint64_t>(row) * vector.size_bytes(), vector.data(), vector.size_bytes());
}

void VectorPart::flush()
{
    if (::fdatasync(m_descriptor) != 0)
        failWithErrno("write", m_file);
}

void VectorPart::markValid(std::span<const std::uint32_t> rows)
{
    const char one = 1;
    for (const auto row : rows)
        writeAt(m_validAt + row, &one, 1);
}

void VectorPart::fillMissing()
{
    const std::vector<float> missing(
        static_cast<std::size_t>(m_shape.dimension), std::numeric_limits<float>::quiet_NaN());
    const auto written = valid();
    for (std::size_t row = 0; row < written.size(); ++row)
        if (written[row] == 0)
            writeRow(static_cast<std::int64_t>(row), missing);
}

} // namespace winnow::store
