#include "core/pipeline/vision_cache.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/media/image.h"
#include "core/media/picture_file.h"
#include "core/media/transform.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace winnow::pipeline {

namespace {

    namespace fs = std::filesystem;

    constexpr std::size_t kKeyBytes = 64;      ///< hexadecimal SHA-256 of the picture's file
    constexpr std::size_t kChecksumBytes = 16; ///< hexadecimal
    constexpr std::size_t kHeadBytes = kKeyBytes + kChecksumBytes;

    /// FNV-1a: finds records that a crash left half written.
    std::string checksumOf(const char* bytes, std::size_t count)
    {
        std::uint64_t hash = 1469598103934665603ULL;
        for (std::size_t i = 0; i < count; ++i)
            hash = (hash ^ static_cast<unsigned char>(bytes[i])) * 1099511628211ULL;
        static constexpr char kDigits[] = "0123456789abcdef";
        std::string out(kChecksumBytes, '0');
        for (std::size_t i = 0; i < kChecksumBytes; ++i)
            out[i] = kDigits[(hash >> (60 - 4 * i)) & 15];
        return out;
    }

    [[noreturn]] void failIo(const fs::path& file, const char* what)
    {
        throw Error(errno == ENOSPC ? ErrorCode::DiskFull : ErrorCode::Io,
            text::join("cannot ", what, " ", file.string(), ": ", std::strerror(errno)));
    }

    std::uint64_t sizeOf(int handle, const fs::path& file)
    {
        struct stat status { };
        if (::fstat(handle, &status) != 0)
            failIo(file, "read");
        return static_cast<std::uint64_t>(status.st_size);
    }

    bool readAt(int handle, char* place, std::size_t count, std::uint64_t offset)
    {
        while (count > 0) {
            const auto got = ::pread(handle, place, count, static_cast<off_t>(offset));
            if (got < 0 && errno == EINTR)
                continue;
            if (got <= 0)
                return false;
            place += got;
            offset += static_cast<std::uint64_t>(got);
            count -= static_cast<std::size_t>(got);
        }
        return true;
    }

    /// Whoever writes holds the file alone meanwhile.
    class WriteLock {
    public:
        explicit WriteLock(int handle)
            : m_handle(handle)
        {
            while (::flock(m_handle, LOCK_EX) != 0 && errno == EINTR) { }
        }
        ~WriteLock() { ::flock(m_handle, LOCK_UN); }
        WriteLock(const WriteLock&) = delete;
        WriteLock& operator=(const WriteLock&) = delete;

    private:
        int m_handle;
    };

} // namespace

VisionCache::VisionCache(const fs::path& project, LoadedVlm& vlm, const std::string& device, std::uint64_t limitBytes)
    : m_vlm(vlm)
    , m_limitBytes(limitBytes)
    , m_queries(vlm.model->config().qformer.queries)
    , m_width(vlm.model->llama_proj->weight.size(1))
    , m_recordBytes(kHeadBytes + sizeof(float) * static_cast<std::uint64_t>(m_queries * m_width))
{
    const auto kind = text::split(device, ':').front();
    const auto key = file::sha256(text::join(vlm.hash, "\n", vlm.model->config().vision.imageSize, "\n", kind));
    std::error_code code;
    fs::create_directories(project / "cache", code);
    m_file = project / "cache" / text::join("vision-", key.substr(0, 16), ".features");
    m_handle = ::open(m_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (m_handle < 0)
        failIo(m_file, "open");
    readKeys();
}

VisionCache::~VisionCache() { ::close(m_handle); }

void VisionCache::readKeys()
{
    const auto count = sizeOf(m_handle, m_file) / m_recordBytes;
    std::string key(kKeyBytes, '\0');
    for (std::uint64_t record = m_records.size(); record < count; ++record)
        if (readAt(m_handle, key.data(), kKeyBytes, record * m_recordBytes))
            m_records[key] = record; // the latest: an earlier one may be damaged
}

torch::Tensor VisionCache::read(std::uint64_t record)
{
    std::string head(kHeadBytes, '\0');
    auto out = torch::empty({m_queries, m_width}, torch::kFloat);
    const auto dataBytes = m_recordBytes - kHeadBytes;
    auto* const place = static_cast<char*>(out.data_ptr());
    const bool isRead = readAt(m_handle, head.data(), kHeadBytes, record * m_recordBytes)
        && readAt(m_handle, place, dataBytes, record * m_recordBytes + kHeadBytes);
    return isRead && head.compare(kKeyBytes, kChecksumBytes, checksumOf(place, dataBytes)) == 0 ? out : torch::Tensor();
}

torch::Tensor VisionCache::compute(const fs::path& picture)
{
    const torch::NoGradGuard noGrad;
    const auto side = static_cast<int>(m_vlm.model->config().vision.imageSize);
    auto pixels = media::squareTransform(side).pixels(media::decodeImage(picture));
    const auto batch = torch::from_blob(pixels.data(), {1, 3, side, side}, torch::kFloat);
    const auto like = m_vlm.model->query_tokens.options().requires_grad(false);
    return m_vlm.model->imageFeatures(batch.to(like)).to(torch::kCPU, torch::kFloat)[0].contiguous(); // [Q, C]
}

void VisionCache::append(const std::string& key, const torch::Tensor& features)
{
    const WriteLock lock(m_handle);
    const auto count = sizeOf(m_handle, m_file) / m_recordBytes;
    if ((count + 1) * m_recordBytes > m_limitBytes)
        return;
    const auto dataBytes = m_recordBytes - kHeadBytes;
    const auto* const data = static_cast<const char*>(features.data_ptr());
    std::string record = key + checksumOf(data, dataBytes);
    record.append(data, dataBytes);
    // A record that a kill cut off is written over: every record starts at a multiple of its size.
    std::uint64_t offset = count * m_recordBytes;
    for (std::size_t done = 0; done < record.size();) {
        const auto wrote =
            ::pwrite(m_handle, record.data() + done, record.size() - done, static_cast<off_t>(offset + done));
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            failIo(m_file, "write");
        done += static_cast<std::size_t>(wrote);
    }
    m_records[key] = count;
}

void VisionCache::keep(const fs::path& picture, const torch::Tensor& features)
{
    append(media::sha256OfPicture(picture), features.to(torch::kCPU, torch::kFloat).contiguous());
}

torch::Tensor VisionCache::load(const fs::path& picture)
{
    const auto key = media::sha256OfPicture(picture);
    if (const auto known = m_records.find(key); known != m_records.end())
        if (auto features = read(known->second); features.defined()) {
            ++m_found;
            return features;
        }
    const auto features = compute(picture);
    ++m_computed;
    append(key, features);
    return features;
}

} // namespace winnow::pipeline
