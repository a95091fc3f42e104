R"sql(
-- Ids in a tree of their own, so that an import appends pairs in their order and brings the ids in afterwards in theirs:
-- a tree that is filled at random writes a page for each id. Rows from next_row on may be missing in it.
CREATE TABLE pair_new (
    row INTEGER PRIMARY KEY CHECK (row >= 0),
    id TEXT NOT NULL,
    root INTEGER NOT NULL REFERENCES image_root(id)
) STRICT;
INSERT INTO pair_new SELECT row, id, root FROM pair ORDER BY row;
DROP TABLE pair;
ALTER TABLE pair_new RENAME TO pair;
CREATE TABLE pair_id (id TEXT PRIMARY KEY, row INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO pair_id SELECT id, row FROM pair ORDER BY id;
CREATE TABLE pair_id_state (one INTEGER PRIMARY KEY CHECK (one = 1), next_row INTEGER NOT NULL) STRICT;
INSERT INTO pair_id_state SELECT 1, ifnull(max(row) + 1, 0) FROM pair;
)sql"
