#include "ui/models/filter_terms.h"

#include <QRegularExpression>

#include <cmath>

namespace winnow::ui {
namespace {
    bool isWordAt(const QString& text, qsizetype at, const QString& word)
    {
        if (QStringView(text).mid(at, word.size()).compare(word, Qt::CaseInsensitive) != 0)
            return false;
        const auto isPart = [&text](qsizetype index) {
            return index >= 0 && index < text.size()
                && (text[index].isLetterOrNumber() || text[index] == QChar(u'_') || text[index] == QChar(u'.'));
        };
        return !isPart(at - 1) && !isPart(at + word.size());
    }

    /// Walks outside of "…" and `…`, telling the depth of parentheses.
    class Scanner {
    public:
        /// False for what stands in quotes.
        bool isOutside(QChar letter)
        {
            if (!m_quote.isNull()) {
                m_quote = letter == m_quote ? QChar() : m_quote;
                return false;
            }
            if (letter == QChar(u'"') || letter == QChar(u'`')) {
                m_quote = letter;
                return false;
            }
            m_depth += letter == QChar(u'(') ? 1 : letter == QChar(u')') ? -1 : 0;
            return m_depth == 0;
        }

    private:
        QChar m_quote;
        int m_depth = 0;
    };

    /// As the query language wants a name: in back quotes unless it is a plain word that means nothing else.
    QString queryName(const QString& name)
    {
        static const QRegularExpression kPlain(QStringLiteral("^(?!p[0-9.]+$)[A-Za-z_]([A-Za-z0-9_-]|\\.(?!\\.))*$"));
        static const QStringList kWords{QStringLiteral("and"), QStringLiteral("or"), QStringLiteral("not"),
            QStringLiteral("in"), QStringLiteral("cluster"), QStringLiteral("stars"), QStringLiteral("verdict"),
            QStringLiteral("chosen"), QStringLiteral("image"), QStringLiteral("id"), QStringLiteral("finding"),
            QStringLiteral("missing"), QStringLiteral("has")};
        const bool isPlain = kPlain.match(name).hasMatch() && !kWords.contains(name.toLower());
        return isPlain ? name : QChar(u'`') + name + QChar(u'`');
    }

    /// Four significant digits, rounded down or up.
    QString rounded(double value, bool isUp)
    {
        if (value == 0 || !std::isfinite(value))
            return QStringLiteral("0");
        const auto step = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 3);
        const auto steps = value / step;
        const auto nearest = std::round(steps);
        const auto kept = std::abs(steps - nearest) < 1e-6 ? nearest : isUp ? std::ceil(steps) : std::floor(steps);
        return QString::number(kept * step, 'g', 6);
    }

    QString rangePrefix(const QString& metric)
    {
        return QRegularExpression::escape(queryName(metric)) + QStringLiteral("\\s+in\\s+");
    }

    QRegularExpression rangePattern(const QString& metric)
    {
        static const auto kNumber = QStringLiteral("([-+]?[0-9]+(?:\\.[0-9]+)?(?:e[-+]?[0-9]+)?)");
        return QRegularExpression(QStringLiteral("^") + rangePrefix(metric) + kNumber + QStringLiteral("\\s*\\.\\.\\s*")
                + kNumber + QStringLiteral("$"),
            QRegularExpression::CaseInsensitiveOption);
    }

    QRegularExpression clusterPattern(const QString& clustering)
    {
        return QRegularExpression(QStringLiteral("^cluster\\(\\s*") + QRegularExpression::escape(queryName(clustering))
                + QStringLiteral("\\s*\\)\\s*=\\s*([0-9]+)$"),
            QRegularExpression::CaseInsensitiveOption);
    }

    /// The first matching term replaced, all further ones dropped; appended when none matched.
    QString withTerm(const QString& text, const QRegularExpression& pattern, const QString& term)
    {
        QStringList kept;
        bool isPlaced = false;
        for (const auto& old : splitTerms(text)) {
            if (!pattern.match(old).hasMatch()) {
                kept.push_back(old);
            } else if (!isPlaced && !term.isEmpty()) {
                kept.push_back(term);
                isPlaced = true;
            }
        }
        if (!isPlaced && !term.isEmpty())
            kept.push_back(term);
        return joinTerms(kept);
    }

    bool hasOuterOr(const QString& text)
    {
        Scanner scanner;
        for (qsizetype at = 0; at < text.size(); ++at)
            if (scanner.isOutside(text[at]) && isWordAt(text, at, QStringLiteral("or")))
                return true;
        return false;
    }
} // namespace

QStringList splitTerms(const QString& text)
{
    const auto whole = text.trimmed();
    if (whole.isEmpty())
        return {};
    if (hasOuterOr(whole))
        return {whole};
    QStringList terms;
    Scanner scanner;
    qsizetype from = 0;
    const auto word = QStringLiteral("and");
    for (qsizetype at = 0; at < whole.size(); ++at) {
        if (!scanner.isOutside(whole[at]) || !isWordAt(whole, at, word))
            continue;
        terms.push_back(whole.mid(from, at - from).trimmed());
        from = at + word.size();
    }
    terms.push_back(whole.mid(from).trimmed());
    terms.removeAll(QString());
    return terms;
}

QString joinTerms(const QStringList& terms)
{
    if (terms.size() < 2)
        return terms.isEmpty() ? QString() : terms.first();
    QStringList safe;
    for (const auto& term : terms)
        safe.push_back(hasOuterOr(term) ? QStringLiteral("(") + term + QStringLiteral(")") : term);
    return safe.join(QStringLiteral(" and "));
}

QString withRange(const QString& text, const QString& metric, std::optional<std::pair<double, double>> range)
{
    const auto term = range ? queryName(metric) + QStringLiteral(" in ") + rounded(range->first, false)
            + QStringLiteral("..") + rounded(range->second, true)
                            : QString();
    return withTerm(text, rangePattern(metric), term);
}

std::optional<std::pair<double, double>> rangeOf(const QString& text, const QString& metric)
{
    const auto pattern = rangePattern(metric);
    for (const auto& term : splitTerms(text))
        if (const auto match = pattern.match(term); match.hasMatch())
            return std::pair(match.captured(1).toDouble(), match.captured(2).toDouble());
    return std::nullopt;
}

QString withCluster(const QString& text, const QString& clustering, std::optional<int> cluster)
{
    const auto term = cluster ? QStringLiteral("cluster(%1) = %2").arg(queryName(clustering)).arg(*cluster) : QString();
    return withTerm(text, clusterPattern(clustering), term);
}

std::optional<int> clusterOf(const QString& text, const QString& clustering)
{
    const auto pattern = clusterPattern(clustering);
    for (const auto& term : splitTerms(text))
        if (const auto match = pattern.match(term); match.hasMatch())
            return match.captured(1).toInt();
    return std::nullopt;
}

} // namespace winnow::ui
