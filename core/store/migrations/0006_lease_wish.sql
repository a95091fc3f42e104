R"sql(
-- What was asked for by who holds the lease, as JSON: with it the work of a process that was killed can be taken up again.
ALTER TABLE lease ADD COLUMN wish TEXT NOT NULL DEFAULT '';
)sql"
