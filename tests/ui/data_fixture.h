#pragma once

#include "ui/document.h"

#include <QTemporaryDir>

#include <filesystem>
#include <functional>
#include <string>

namespace winnow::ui {

/// A small project on disk, made through the store alone: drawn pictures, metrics clip, length and reward (with some
/// missing values), a clustering "clusters" of four. Of every sixteenth pair the picture is absent; pair 3 has a
/// conversation, pair 5 hostile text, pair 6 a broken picture, pair 7 none.
class SampleProject {
public:
    explicit SampleProject(int pairCount = 64);

    std::filesystem::path folder() const;
    int pairCount() const { return m_pairCount; }

private:
    void writePictures() const;
    QTemporaryDir m_directory;
    int m_pairCount;
};

/// Runs the event loop until the condition holds; false after ten seconds.
bool waitFor(const std::function<bool()>& condition);
/// Opens and waits for the first current set.
bool openAndWait(Document& document, const std::filesystem::path& folder);

} // namespace winnow::ui
