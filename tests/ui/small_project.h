#pragma once

#include "core/domain/pair.h"
#include "core/store/column_store.h"
#include "core/store/pair_store.h"
#include "core/store/project.h"
#include "ui/document.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <string>
#include <vector>

namespace winnow::ui {

/// A project folder of `pairCount` pairs ("pair 0" … "pair n") with the metric `clip` = row number; gone at the end.
class SmallProject {
public:
    explicit SmallProject(std::size_t pairCount)
    {
        store::Project project = store::Project::create(folder());
        std::vector<Pair> pairs(pairCount);
        std::vector<PairRow> rows(pairCount);
        std::vector<double> values(pairCount);
        for (std::size_t i = 0; i < pairCount; ++i) {
            pairs[i].id.value = std::to_string(i);
            pairs[i].response = "pair " + std::to_string(i) + (i % 2 ? " with a dog" : " with a cat");
            rows[i] = static_cast<PairRow>(i);
            values[i] = static_cast<double>(i);
        }
        store::PairStore store(project);
        store.addPairs(pairs, store.addImageRoot(folder()), std::vector<std::uint8_t>(pairCount));
        if (pairCount == 0)
            return;
        store::MetricStore metrics(project);
        MetricInfo info;
        info.name = "clip";
        info.key = "test";
        info.provenance = "{}";
        metrics.begin(info, false);
        metrics.write("clip", rows, values);
    }

    std::filesystem::path folder() const { return toPath(m_folder.filePath(QStringLiteral("project"))); }

private:
    QTemporaryDir m_folder;
};

/// Opens and waits for it.
inline bool openSmall(Document& document, const std::filesystem::path& folder)
{
    document.open(folder);
    return QTest::qWaitFor([&] {
        return document.isOpen()
            && static_cast<std::int64_t>(document.currentSet()->size()) == document.columns()->pairCount;
    });
}

} // namespace winnow::ui
