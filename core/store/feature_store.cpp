#include "core/store/feature_store.h"

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/safetensors.h"
#include "core/base/text.h"
#include "core/store/column_file.h"
#include "core/store/database.h"
#include "core/store/file_checks.h"
#include "core/store/vector_file.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <system_error>

namespace winnow::store {

namespace {

    namespace fs = std::filesystem;

    class MappedMatrix final : public FeatureMatrix {
    public:
        MappedMatrix(const fs::path& file, FeatureInfo info)
            : m_reader(file)
            , m_info(std::move(info))
            , m_missing(static_cast<std::size_t>(m_info.dimension), std::numeric_limits<float>::quiet_NaN())
        {
            const auto* vectors = m_reader.find("vectors");
            const auto* valid = m_reader.find("valid");
            const bool isSound = vectors != nullptr && valid != nullptr && vectors->type == safetensors::Type::F32
                && vectors->shape.size() == 2 && vectors->shape[1] == m_info.dimension
                && valid->type == safetensors::Type::U8 && valid->shape == std::vector{vectors->shape[0]};
            require(isSound, ErrorCode::BadFile,
                text::join("cannot use ", file.string(), ": expected tensors vectors [N, ", m_info.dimension,
                    "] F32 and valid [N] U8"));
            const auto bytes = m_reader.bytes(*vectors);
            require(reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(float) == 0, ErrorCode::BadFile,
                text::join("cannot use ", file.string(), ": its vectors do not start at a multiple of four bytes"));
            m_rows = vectors->shape[0];
            m_values = reinterpret_cast<const float*>(bytes.data());
            m_valid = m_reader.bytes(*valid).data();
        }
        const FeatureInfo& info() const override { return m_info; }
        std::span<const float> row(PairRow row) const override
        {
            const auto width = static_cast<std::size_t>(m_info.dimension);
            return row < m_rows ? std::span(m_values + row * width, width) : std::span<const float>(m_missing);
        }
        bool isValid(PairRow row) const override { return row < m_rows && m_valid[row] != std::byte(0); }
        std::int64_t rowCount() const override { return m_rows; }

    private:
        safetensors::Reader m_reader;
        FeatureInfo m_info;
        std::vector<float> m_missing; ///< for pairs that came after the space was made
        std::int64_t m_rows = 0;
        const float* m_values = nullptr;
        const std::byte* m_valid = nullptr;
    };

    std::string partName(std::string_view space) { return std::string(space) + ".part"; }

    constexpr auto kSelect = "SELECT name, dimension, pair_count, provenance, key FROM feature WHERE trashed = 0 ";

    FeatureInfo featureOf(const Statement& row)
    {
        return {row.text(0), row.integer(1), row.integer(2), row.text(3), row.text(4)};
    }

    void copyRows(const VectorPart& from, VectorPart& to)
    {
        const auto valid = from.valid();
        std::vector<PairRow> rows;
        for (std::size_t row = 0; row < valid.size() && static_cast<std::int64_t>(row) < to.shape().rows; ++row)
            if (valid[row] != 0) {
                to.writeRow(static_cast<std::int64_t>(row), from.readRow(static_cast<std::int64_t>(row)));
                rows.push_back(static_cast<PairRow>(row));
            }
        to.flush();
        to.markValid(rows);
    }

    bool isSame(const VectorPart& part, const FeatureInfo& info)
    {
        const auto key = part.metadata().find("key");
        return key != part.metadata().end() && key->second == info.key && part.shape().dimension == info.dimension;
    }

    /// The part or the finished file of the same key, whichever there is: its rows need not be made again.
    std::optional<fs::path> findEarlier(const fs::path& part, const fs::path& finished, const FeatureInfo& info)
    {
        for (const auto& file : {part, finished}) {
            std::error_code code;
            if (!fs::exists(file, code))
                continue;
            try {
                if (isSame(VectorPart(file), info))
                    return file;
            } catch (const Error&) {
                continue; // damaged: made anew
            }
        }
        return std::nullopt;
    }

} // namespace

std::shared_ptr<const FeatureMatrix> openVectors(const fs::path& file, const FeatureInfo& info)
{
    try {
        return std::make_shared<const MappedMatrix>(file, info);
    } catch (const Error& e) {
        if (e.code() != ErrorCode::NotFound && e.code() != ErrorCode::BadFile)
            throw;
        throw Error(e.code(),
            text::join("feature space \"", info.name, "\" has lost its vectors (", e.message(),
                "); make it again with winnow features, or import it again"));
    }
}

FeatureStore::FeatureStore(Project& project)
    : m_project(project)
{
}

std::vector<FeatureInfo> FeatureStore::list()
{
    std::vector<FeatureInfo> out;
    auto rows = m_project.database().prepare(text::join(kSelect, "ORDER BY id"));
    while (rows.next())
        out.push_back(featureOf(rows));
    return out;
}

std::shared_ptr<const FeatureMatrix> FeatureStore::load(std::string_view name)
{
    auto& database = m_project.database();
    auto row = database.prepare(text::join(kSelect, "AND name = ?"));
    row.with(name);
    require(row.next(), ErrorCode::NotFound,
        text::join("the project has no features \"", text::shortened(name, 60),
            "\"; make them with winnow features or import them"));
    const auto info = featureOf(row);
    require(info.dimension > 0 && info.dimension <= (1 << 20), ErrorCode::BadFile,
        text::join("features \"", info.name, "\" claim ", info.dimension, " dimensions"));
    const auto file = database.string("SELECT file FROM feature WHERE trashed = 0 AND name = ?", name).value_or("");
    return openVectors(vectorPath(m_project.folder(), file), info);
}

void FeatureStore::begin(const FeatureInfo& info)
{
    checkName("feature", info.name);
    const VectorPart::Shape shape{pairCount(m_project.database()), info.dimension};
    const auto part = vectorPath(m_project.folder(), partName(info.name));
    const auto earlier = findEarlier(part, vectorPath(m_project.folder(), vectorFileName(info.name)), info);
    if (earlier == part && VectorPart(part).shape().rows == shape.rows)
        return;
    auto fresh = part;
    fresh += ".new";
    VectorPart::create(fresh, shape, {{"name", info.name}, {"key", info.key}, {"provenance", info.provenance}});
    if (earlier) {
        VectorPart target(fresh);
        copyRows(VectorPart(*earlier), target);
        target.flush();
    }
    fs::rename(fresh, part);
}

std::vector<std::uint8_t> FeatureStore::writtenRows(std::string_view name)
{
    return VectorPart(vectorPath(m_project.folder(), partName(name))).valid();
}

void FeatureStore::write(std::string_view name, std::span<const PairRow> rows, std::span<const float> vectors)
{
    VectorPart part(vectorPath(m_project.folder(), partName(name)));
    const auto width = static_cast<std::size_t>(part.shape().dimension);
    require(vectors.size() == rows.size() * width, ErrorCode::BadShape,
        text::join("features \"", name, "\" got ", vectors.size(), " values for ", rows.size(), " pairs of ", width,
            " dimensions"));
    for (const auto row : rows)
        require(row < part.shape().rows, ErrorCode::NotFound,
            text::join("features \"", name, "\" have ", part.shape().rows, " rows, there is no row ", row));
    for (std::size_t i = 0; i < rows.size(); ++i)
        part.writeRow(rows[i], vectors.subspan(i * width, width));
    part.flush(); // the vectors are on disk before they are called valid
    part.markValid(rows);
}

void FeatureStore::finish(std::string_view name)
{
    const auto partFile = vectorPath(m_project.folder(), partName(name));
    FeatureInfo info;
    {
        VectorPart part(partFile);
        part.fillMissing();
        part.flush();
        info.name = name;
        info.dimension = part.shape().dimension;
        const auto valid = part.valid();
        info.pairCount = std::count_if(valid.begin(), valid.end(), [](std::uint8_t one) { return one != 0; });
        const auto field = [&](const char* key) {
            const auto found = part.metadata().find(key);
            return found == part.metadata().end() ? std::string() : found->second;
        };
        info.key = field("key");
        info.provenance = field("provenance");
    }
    info.provenance = withVectorHash(info.provenance, file::sha256OfFile(partFile));
    const auto finished = vectorFileName(info.name);
    auto& database = m_project.database();
    Transaction transaction(database);
    database.run("DELETE FROM feature WHERE trashed = 0 AND name = ?", info.name);
    database.run("INSERT INTO feature (name, dimension, pair_count, provenance, key, file) VALUES (?, ?, ?, ?, ?, ?)",
        info.name, info.dimension, info.pairCount, info.provenance, info.key, finished);
    fs::rename(partFile, vectorPath(m_project.folder(), finished));
    transaction.commit();
}

} // namespace winnow::store
