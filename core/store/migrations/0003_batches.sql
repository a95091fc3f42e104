R"sql(
-- What belongs to a batch of fine-tunes ("label:NAME", "experiment:NAME") does not stand in the lists of single ones.
ALTER TABLE selection ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN batch TEXT NOT NULL DEFAULT '';

CREATE TABLE label_set (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    clustering TEXT NOT NULL,
    benchmarks TEXT NOT NULL, -- JSON list
    labels TEXT NOT NULL,     -- JSON list, one object a cluster
    provenance TEXT NOT NULL,
    created_at TEXT NOT NULL,
    trashed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX label_set_name ON label_set(name) WHERE trashed = 0;

CREATE TABLE experiment (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    options TEXT NOT NULL, -- JSON: what decides the result
    result TEXT NOT NULL,  -- JSON; empty until it is complete
    created_at TEXT NOT NULL,
    finished_at TEXT NOT NULL,
    trashed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX experiment_name ON experiment(name) WHERE trashed = 0;
)sql"
