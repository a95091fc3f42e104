R"sql(
-- Texts with ASCII letters lowered, filled in row order by a background job; next_row is the first one not yet in it.
CREATE VIRTUAL TABLE pair_index USING fts5(text, content = '', columnsize = 0, tokenize = 'trigram case_sensitive 1');
CREATE TABLE pair_index_state (one INTEGER PRIMARY KEY CHECK (one = 1), next_row INTEGER NOT NULL) STRICT;
INSERT INTO pair_index_state VALUES (1, 0);
)sql"
