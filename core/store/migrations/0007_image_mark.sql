R"sql(
-- `<image>` marks in the source's texts, where they were not as many as the pair's pictures.
CREATE TABLE image_mark (row INTEGER PRIMARY KEY REFERENCES pair(row), count INTEGER NOT NULL) STRICT;
)sql"
