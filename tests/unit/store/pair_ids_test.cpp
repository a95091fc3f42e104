#include "core/store/pair_ids.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/store/pair_store.h"
#include "tests/unit/store/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace winnow::store {
namespace {

    class PairIdsTest : public testing::Test {
    protected:
        static std::vector<std::uint8_t> noneMissing(const std::vector<Pair>& pairs)
        {
            return std::vector<std::uint8_t>(pairs.size(), 0);
        }
        AddReport add(PairStore& store, const std::vector<Pair>& pairs, IdIndexing indexing)
        {
            return store.addPairs(pairs, store.addImageRoot("/nowhere"), noneMissing(pairs), indexing);
        }
        /// Ids in no order, some of them several times, with the same text and with others.
        static std::vector<Pair> makePairs(std::uint64_t seed, int count)
        {
            Random random(seed, "pair ids");
            std::vector<Pair> out;
            for (int i = 0; i < count; ++i)
                out.push_back(makePair("id" + std::to_string(random.below(static_cast<std::uint64_t>(count))),
                    "text " + std::to_string(random.below(3))));
            return out;
        }
        std::int64_t indexed(Project& project)
        {
            return project.database().number("SELECT count(*) FROM pair_id").value();
        }
        Scratch scratch;
    };

    TEST_F(PairIdsTest, IdsThatAreIndexedLaterFollowTheSameRules)
    {
        auto now = Project::create(scratch / "now");
        auto later = Project::create(scratch / "later");
        PairStore first(now), second(later);
        for (std::uint64_t batch = 0; batch < 4; ++batch) {
            const auto pairs = makePairs(batch, 700);
            const auto one = add(first, pairs, IdIndexing::Now);
            const auto other = add(second, pairs, IdIndexing::Later);
            EXPECT_EQ(one.added, other.added);
            EXPECT_EQ(one.renamed, other.renamed);
            EXPECT_EQ(one.skippedIdentical, other.skippedIdentical);
        }
        EXPECT_EQ(first.ids(), second.ids());
        EXPECT_EQ(indexed(now), first.count());
        EXPECT_EQ(indexed(later), 0);
        EXPECT_TRUE(first.indexSomeIds());
    }

    TEST_F(PairIdsTest, IdsAreFoundBeforeDuringAndAfterTheirIndexing)
    {
        auto project = Project::create(scratch / "p");
        PairStore store(project);
        add(store, {makePair("old")}, IdIndexing::Now);
        std::vector<Pair> pairs;
        for (int i = 0; i < 40'000; ++i)
            pairs.push_back(makePair(std::to_string(i * 7919 % 40'000)));
        add(store, pairs, IdIndexing::Later);
        const auto expectAllThere = [&](PairStore& reader) {
            EXPECT_EQ(reader.find({"old"}), PairRow(0));
            for (const int i : {0, 1, 777, 39'999})
                EXPECT_EQ(reader.find(pairs[static_cast<std::size_t>(i)].id), PairRow(i + 1));
            EXPECT_EQ(reader.find({"40000"}), std::nullopt);
        };
        PairStore other(project);
        expectAllThere(other);
        const bool isDone = store.indexSomeIds();
        EXPECT_TRUE(isDone || indexed(project) > 1);
        expectAllThere(other);
        PairStore afterRestart(project); // goes on, whatever the first step left
        while (!afterRestart.indexSomeIds()) { }
        EXPECT_EQ(indexed(project), 40'001);
        expectAllThere(store);
        expectAllThere(other);
        EXPECT_EQ(add(other, pairs, IdIndexing::Later).skippedIdentical, 40'000);
        EXPECT_TRUE(other.indexSomeIds());
    }

    TEST_F(PairIdsTest, WhatWasRolledBackIsForgotten)
    {
        auto project = Project::create(scratch / "p");
        PairStore store(project);
        add(store, {makePair("a")}, IdIndexing::Later);
        EXPECT_THROW(add(store, {makePair("b"), makePair("")}, IdIndexing::Later), Error);
        EXPECT_EQ(store.find({"b"}), std::nullopt);
        EXPECT_EQ(add(store, {makePair("b")}, IdIndexing::Later).renamed, 0);
        EXPECT_EQ(store.find({"b"}), PairRow(1));
    }

    TEST_F(PairIdsTest, PairsOfAnotherConnectionAreNoticed)
    {
        auto project = Project::create(scratch / "p");
        auto same = Project::open(scratch / "p");
        PairStore store(project), other(same);
        add(store, {makePair("a", "x")}, IdIndexing::Later);
        EXPECT_EQ(add(other, {makePair("a", "x"), makePair("b")}, IdIndexing::Now).skippedIdentical, 1);
        EXPECT_EQ(add(store, {makePair("b"), makePair("c")}, IdIndexing::Later).skippedIdentical, 1);
        EXPECT_EQ(other.find({"c"}), PairRow(2));
        while (!other.indexSomeIds()) { }
        EXPECT_EQ(indexed(project), 3);
        EXPECT_EQ(store.find({"a"}), PairRow(0));
    }

    TEST(RowsByHashTest, AgreesWithAMapAlsoWhereHashesCollide)
    {
        RowsByHash rows;
        std::multimap<std::uint32_t, PairRow> expected;
        Random random(3, "rows by hash");
        EXPECT_TRUE(rows.empty());
        for (PairRow row = 0; row < 5000; ++row) {
            const auto hash = static_cast<std::uint32_t>(random.below(800))
                << 10; // few, and alike in the bits that choose the place
            rows.add(hash, row);
            expected.emplace(hash, row);
        }
        for (std::uint32_t key = 0; key < 900; ++key) {
            std::vector<PairRow> found, wanted;
            EXPECT_FALSE(rows.any(key << 10, [&](PairRow row) {
                found.push_back(row);
                return false;
            }));
            for (auto [at, end] = expected.equal_range(key << 10); at != end; ++at)
                wanted.push_back(at->second);
            EXPECT_THAT(found, testing::UnorderedElementsAreArray(wanted));
        }
        rows.clear();
        EXPECT_FALSE(rows.any(0, [](PairRow) { return true; }));
    }

} // namespace
} // namespace winnow::store
