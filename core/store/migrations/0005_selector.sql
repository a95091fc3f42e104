R"sql(
-- What predicts which pairs help. Weights of trained ones lie in selectors/<key>.safetensors.
CREATE TABLE selector (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,       -- weights, linear, mlp, attention
    mode TEXT NOT NULL,       -- published, corrected
    inputs TEXT NOT NULL,     -- JSON list of {name, factor, width}; {metric: weight} for kind weights
    settings TEXT NOT NULL,   -- JSON
    labels TEXT NOT NULL,     -- name of the labels, may be empty
    parameter_count INTEGER NOT NULL,
    weights_sha256 TEXT NOT NULL,
    validity TEXT NOT NULL,   -- JSON
    provenance TEXT NOT NULL, -- JSON
    created_at TEXT NOT NULL,
    trashed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX selector_name ON selector(name) WHERE trashed = 0;

-- Sets of weights were a setting before.
INSERT INTO selector (name, kind, mode, inputs, settings, labels, parameter_count, weights_sha256, validity, provenance,
    created_at)
SELECT old.key, 'weights', 'corrected', json_extract(old.value, '$.weights'), '{}', '',
    (SELECT count(*) FROM json_each(old.value, '$.weights')), '', '{}', '{}', strftime('%Y-%m-%dT%H:%M:%SZ', 'now')
FROM setting, json_each(setting.value) AS old
WHERE setting.name = 'selectors' AND json_valid(setting.value) AND json_type(old.value, '$.weights') = 'object';
DELETE FROM setting WHERE name = 'selectors';
)sql"
