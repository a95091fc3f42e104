#pragma once

#include "core/domain/metric.h"

#include <QWidget>

#include <vector>

class QLabel;
class QTableWidget;

namespace winnow::ui {

class Document;

/// The feature spaces and the clusterings of the project side by side, each with how it was made and the buttons that
/// make or bring in another one.
class SpaceOverview : public QWidget {
    Q_OBJECT

public:
    explicit SpaceOverview(Document& document, QWidget* parent = nullptr);

    /// Reads the spaces anew (they are not among the document's columns).
    void refresh();

Q_SIGNALS:
    void featuresWanted();
    void importFeaturesWanted();
    void clusterWanted();
    void importClustersWanted();

private:
    struct Button {
        const char* name;
        QString icon;
        QString text;
        QString tip;
        void (SpaceOverview::*signal)();
    };
    QWidget* makeCard(const QString& title, QTableWidget* table, QLabel* empty, const std::vector<Button>& buttons);
    QTableWidget* makeTable(const char* name, const QString& label, const QStringList& headers);
    void showSpaces(const std::vector<FeatureInfo>& spaces);
    void showClusterings();

    Document& m_document;
    QTableWidget* m_spaces;
    QLabel* m_noSpaces;
    QTableWidget* m_clusterings;
    QLabel* m_noClusterings;
    qint64 m_request = 0;
};

} // namespace winnow::ui
