"""Speed, as ratios to floors measured in the same run."""

# The tables that the floors read and write.
TABLES = """
CREATE TABLE IF NOT EXISTS bench_event (id bigint PRIMARY KEY, title text NOT NULL);
CREATE TABLE IF NOT EXISTS bench_row (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, slot int NOT NULL, person uuid NOT NULL);
CREATE INDEX IF NOT EXISTS bench_row_slot ON bench_row (slot);
INSERT INTO bench_event SELECT n, 'Event ' || n FROM generate_series(1, 1000) n ON CONFLICT DO NOTHING;
"""
