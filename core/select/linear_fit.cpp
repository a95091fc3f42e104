#include "core/select/linear_fit.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace winnow::select {

namespace {

    /// The lower triangle L of A = L Lᵀ, row-major. A pivot that is nothing but rounding makes its row and column 0:
    /// solutions are 0 there.
    class Cholesky {
    public:
        Cholesky(std::vector<double> a, std::size_t size)
            : m_l(std::move(a))
            , m_size(size)
        {
            double largest = 0;
            for (std::size_t i = 0; i < size; ++i)
                largest = std::max(largest, m_l[i * size + i]);
            for (std::size_t j = 0; j < size; ++j)
                factorColumn(j, 1e-13 * largest);
        }

        void solve(std::vector<double>& b) const
        {
            for (std::size_t i = 0; i < m_size; ++i)
                b[i] = at(i, i) == 0 ? 0 : (b[i] - dot(i, b)) / at(i, i);
            for (std::size_t i = m_size; i-- > 0;) {
                double sum = b[i];
                for (std::size_t k = i + 1; k < m_size; ++k)
                    sum -= at(k, i) * b[k];
                b[i] = at(i, i) == 0 ? 0 : sum / at(i, i);
            }
        }

        /// |L⁻¹ b|² = bᵀ A⁻¹ b
        double squaredNorm(std::vector<double> b) const
        {
            double sum = 0;
            for (std::size_t i = 0; i < m_size; ++i) {
                b[i] = at(i, i) == 0 ? 0 : (b[i] - dot(i, b)) / at(i, i);
                sum += b[i] * b[i];
            }
            return sum;
        }

    private:
        double at(std::size_t i, std::size_t j) const { return m_l[i * m_size + j]; }
        double dot(std::size_t i, const std::vector<double>& b) const
        {
            return std::inner_product(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(i),
                m_l.begin() + static_cast<std::ptrdiff_t>(i * m_size), 0.0);
        }
        void factorColumn(std::size_t j, double smallest)
        {
            double pivot = at(j, j);
            for (std::size_t k = 0; k < j; ++k)
                pivot -= at(j, k) * at(j, k);
            const bool isSound = pivot > smallest;
            const double root = isSound ? std::sqrt(pivot) : 0;
            m_l[j * m_size + j] = root;
            for (std::size_t i = j + 1; i < m_size; ++i) {
                double sum = at(i, j);
                for (std::size_t k = 0; k < j; ++k)
                    sum -= at(i, k) * at(j, k);
                m_l[i * m_size + j] = isSound ? sum / root : 0;
            }
        }

        std::vector<double> m_l;
        std::size_t m_size;
    };

    /// Rows and labels with their means taken off.
    struct Centred {
        std::vector<double> x;    ///< [N, F]
        std::vector<double> mean; ///< [F]
        std::vector<double> y;
        double meanY = 0;
        std::size_t rows = 0, columns = 0;

        std::span<const double> row(std::size_t i) const { return std::span(x).subspan(i * columns, columns); }
    };

    Centred centre(const MatrixView& x, std::span<const double> y)
    {
        Centred out;
        out.rows = x.rows();
        out.columns = x.columns;
        out.x.assign(x.values.begin(), x.values.end());
        out.mean.assign(x.columns, 0);
        const auto n = static_cast<double>(out.rows);
        for (std::size_t i = 0; i < out.x.size(); ++i)
            out.mean[i % x.columns] += out.x[i] / n;
        for (std::size_t i = 0; i < out.x.size(); ++i)
            out.x[i] -= out.mean[i % x.columns];
        out.meanY = std::accumulate(y.begin(), y.end(), 0.0) / n;
        for (const double value : y)
            out.y.push_back(value - out.meanY);
        return out;
    }

    Cholesky factor(const Centred& data, double ridge)
    {
        const auto size = data.columns;
        std::vector<double> gram(size * size, 0);
        for (std::size_t n = 0; n < data.rows; ++n) {
            const auto row = data.row(n);
            for (std::size_t i = 0; i < size; ++i)
                for (std::size_t j = 0; j <= i; ++j)
                    gram[i * size + j] += row[i] * row[j];
        }
        for (std::size_t i = 0; i < size; ++i)
            gram[i * size + i] += ridge;
        return {std::move(gram), size};
    }

    std::vector<double> solveFor(const Centred& data, const Cholesky& factor)
    {
        std::vector<double> out(data.columns, 0);
        for (std::size_t n = 0; n < data.rows; ++n)
            for (std::size_t i = 0; i < data.columns; ++i)
                out[i] += data.row(n)[i] * data.y[n];
        factor.solve(out);
        return out;
    }

    void validate(const MatrixView& x, std::span<const double> y, double ridge)
    {
        require(x.columns > 0 && x.rows() > 0 && x.rows() * x.columns == x.values.size(), ErrorCode::InvalidInput,
            "a linear fit needs at least one row and one column");
        require(x.rows() == y.size(), ErrorCode::InvalidInput,
            text::join("a linear fit got ", y.size(), " labels for ", x.rows(), " rows"));
        const auto isFinite = [](double value) { return std::isfinite(value); };
        require(std::all_of(x.values.begin(), x.values.end(), isFinite) && std::all_of(y.begin(), y.end(), isFinite),
            ErrorCode::InvalidInput, "a linear fit got a number that is not finite");
        require(std::isfinite(ridge) && ridge >= 0, ErrorCode::InvalidInput,
            text::join("the penalty of a linear fit must be 0 or more, not ", ridge));
    }

    double errorOf(const Centred& data, double ridge)
    {
        const auto solver = factor(data, ridge);
        const auto coefficients = solveFor(data, solver);
        double sum = 0;
        for (std::size_t n = 0; n < data.rows; ++n) {
            const auto row = data.row(n);
            const double leverage = 1.0 / static_cast<double>(data.rows) + solver.squaredNorm({row.begin(), row.end()});
            const double residual = data.y[n] - std::inner_product(row.begin(), row.end(), coefficients.begin(), 0.0);
            const double heldOut = residual / std::max(1 - leverage, 1e-12);
            sum += heldOut * heldOut;
        }
        return sum / static_cast<double>(data.rows);
    }

} // namespace

double LinearFit::predict(std::span<const double> x) const
{
    return std::inner_product(x.begin(), x.end(), coefficients.begin(), intercept);
}

LinearFit fitLinear(const MatrixView& x, std::span<const double> y, double ridge)
{
    validate(x, y, ridge);
    const auto data = centre(x, y);
    LinearFit out;
    out.coefficients = solveFor(data, factor(data, ridge));
    out.intercept = data.meanY - std::inner_product(data.mean.begin(), data.mean.end(), out.coefficients.begin(), 0.0);
    out.ridge = ridge;
    return out;
}

double leaveOneOutError(const MatrixView& x, std::span<const double> y, double ridge)
{
    validate(x, y, ridge);
    return errorOf(centre(x, y), ridge);
}

double chooseRidge(const MatrixView& x, std::span<const double> y, std::span<const double> candidates)
{
    validate(x, y, 0);
    require(!candidates.empty(), ErrorCode::InvalidInput, "there is no penalty to choose from");
    const auto data = centre(x, y);
    double best = candidates.front(), least = errorOf(data, best);
    for (const double candidate : candidates.subspan(1)) {
        const double error = errorOf(data, candidate);
        if (error < least || (error == least && candidate > best)) {
            best = candidate;
            least = error;
        }
    }
    return best;
}

std::span<const double> ridgeCandidates()
{
    static constexpr std::array<double, 7> kCandidates{0.01, 0.1, 1, 10, 100, 1000, 10000};
    return kCandidates;
}

} // namespace winnow::select
