R"sql(
-- Never edit a migration that was released: an open project is compared with these very texts.
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Where relative image paths start; relative itself (to the project's folder) where it lies inside or beside the project.
CREATE TABLE image_root (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE) STRICT;

-- Dense from 0 in import order. The texts stand apart so that ids can be read fast.
CREATE TABLE pair (
    row INTEGER PRIMARY KEY CHECK (row >= 0),
    id TEXT NOT NULL UNIQUE,
    root INTEGER NOT NULL REFERENCES image_root(id)
) STRICT;
CREATE TABLE pair_content (
    row INTEGER PRIMARY KEY REFERENCES pair(row),
    images TEXT NOT NULL,      -- one path as the source wrote it, or a JSON list of them
    instruction TEXT NOT NULL,
    response TEXT NOT NULL,
    turns TEXT                 -- JSON list of ["user" | "assistant", text]; null for a single question and answer
) STRICT;

-- Numbers per pair, in chunks of 4096 values, little-endian: f64, i32 or u8 by width. change grows with every write.
CREATE TABLE column_file (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    width INTEGER NOT NULL,
    change INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE column_chunk (address INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT; -- address = column << 24 | chunk
INSERT INTO column_file (id, width) VALUES (1, 1), (2, 1), (3, 1); -- overrides, stars, missing images

CREATE TABLE metric (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    provenance TEXT NOT NULL,
    key TEXT NOT NULL,
    value_count INTEGER NOT NULL DEFAULT 0,
    column_id INTEGER NOT NULL REFERENCES column_file(id),
    trashed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX metric_name ON metric(name) WHERE trashed = 0;
CREATE TABLE metric_failure (
    metric INTEGER NOT NULL REFERENCES metric(id) ON DELETE CASCADE,
    row INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (metric, row)
) STRICT, WITHOUT ROWID;

CREATE TABLE clustering (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    parameters TEXT NOT NULL,
    cluster_names TEXT NOT NULL, -- JSON list
    sizes TEXT NOT NULL,         -- JSON list
    column_id INTEGER NOT NULL REFERENCES column_file(id),
    trashed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX clustering_name ON clustering(name) WHERE trashed = 0;

CREATE TABLE feature (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    dimension INTEGER NOT NULL,
    pair_count INTEGER NOT NULL,
    provenance TEXT NOT NULL,
    key TEXT NOT NULL,
    file TEXT NOT NULL, -- inside vectors/
    trashed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX feature_name ON feature(name) WHERE trashed = 0;

-- Decisions in order. swap holds the rows and the values that undo (or redo) puts back.
CREATE TABLE ledger (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    column_id INTEGER NOT NULL REFERENCES column_file(id),
    what TEXT NOT NULL,
    reason TEXT NOT NULL,
    pair_count INTEGER NOT NULL,
    first_row INTEGER NOT NULL,
    last_row INTEGER NOT NULL,
    at TEXT NOT NULL,
    undone INTEGER NOT NULL DEFAULT 0,
    dropped INTEGER NOT NULL DEFAULT 0, -- undone and no longer on the redo path
    swap BLOB NOT NULL
) STRICT;

CREATE TABLE selection (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    pair_count INTEGER NOT NULL,
    hash TEXT NOT NULL,
    provenance TEXT NOT NULL,
    created_at TEXT NOT NULL,
    rows BLOB NOT NULL,
    trashed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX selection_name ON selection(name) WHERE trashed = 0;

CREATE TABLE run (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    folder TEXT NOT NULL,
    selection TEXT NOT NULL,
    recipe TEXT NOT NULL,
    state INTEGER NOT NULL,
    steps INTEGER NOT NULL,
    total_steps INTEGER NOT NULL,
    weights_sha256 TEXT NOT NULL,
    message TEXT NOT NULL,
    created_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    trashed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX run_name ON run(name) WHERE trashed = 0;

CREATE TABLE benchmark (
    name TEXT PRIMARY KEY,
    format TEXT NOT NULL,
    path TEXT NOT NULL,
    question_count INTEGER NOT NULL,
    hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE evaluation (
    run INTEGER NOT NULL REFERENCES run(key) ON DELETE CASCADE,
    benchmark TEXT NOT NULL,
    answered INTEGER NOT NULL,
    total INTEGER NOT NULL,
    value REAL NOT NULL,
    ci_low REAL NOT NULL,
    ci_high REAL NOT NULL,
    PRIMARY KEY (run, benchmark)
) STRICT, WITHOUT ROWID;

CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    process INTEGER NOT NULL,
    process_start TEXT NOT NULL, -- boot id and ticks: tells a process from a later one with the same number
    since TEXT NOT NULL,
    heartbeat TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE recipe (number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, arguments TEXT NOT NULL) STRICT;
)sql"
