R"sql(
-- What was spent on judges: one row a job, counted before each request goes out, so that a kill loses nothing.
CREATE TABLE judge_spend (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    server TEXT NOT NULL,
    model TEXT NOT NULL,
    what TEXT NOT NULL,           -- "score", "test"
    requests INTEGER NOT NULL DEFAULT 0,
    answers INTEGER NOT NULL DEFAULT 0,
    estimated INTEGER NOT NULL DEFAULT 0, -- outcomes whose tokens the server did not tell
    prompt_tokens INTEGER NOT NULL DEFAULT 0,
    answer_tokens INTEGER NOT NULL DEFAULT 0,
    cost REAL NOT NULL DEFAULT 0
) STRICT;
-- Answers as they came, by the hash of all they depend on: nothing is asked twice. attempt counts unreadable ones.
CREATE TABLE judge_answer (
    key TEXT NOT NULL,
    repeat INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    row INTEGER NOT NULL,         -- the pair it was asked for
    answer TEXT NOT NULL,
    prompt_tokens INTEGER NOT NULL, -- -1: not told
    answer_tokens INTEGER NOT NULL,
    at TEXT NOT NULL,
    spend INTEGER NOT NULL REFERENCES judge_spend(number),
    PRIMARY KEY (key, repeat, attempt)
) STRICT, WITHOUT ROWID;
CREATE INDEX judge_answer_row ON judge_answer(row);
)sql"
