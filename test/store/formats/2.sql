CREATE TABLE turns (at INTEGER NOT NULL, customer TEXT NOT NULL, conversation TEXT NOT NULL, question TEXT NOT NULL, purpose TEXT NOT NULL, platform TEXT NOT NULL, vendor TEXT NOT NULL, model TEXT NOT NULL, outcome TEXT NOT NULL, first_token_ms REAL, took_ms REAL NOT NULL, input_tokens INTEGER, output_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER, cost_usd REAL, baseline_least_usd REAL, baseline_most_usd REAL);
CREATE INDEX turns_at ON turns (at);
CREATE TABLE breakers (key TEXT PRIMARY KEY, memory TEXT NOT NULL);
CREATE TABLE prefixes (account TEXT NOT NULL, hash TEXT NOT NULL, real_at INTEGER NOT NULL, as_if_at INTEGER NOT NULL, PRIMARY KEY (account, hash)) WITHOUT ROWID;
INSERT INTO turns VALUES (1795168800000, 'acme', 'c1', 'q1', 'answer', 'openai', 'openai', 'gpt-5.4-mini', 'ok', 310.5, 900, 4210, 180, 3072, 0, 0.0019, 0.0042, 0.0043);
INSERT INTO turns VALUES (1795168801000, 'o''neill', 'c1', 'q1', 'answer', 'anthropic', 'anthropic', 'claude-sonnet-5', 'timeout', NULL, 900, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO breakers VALUES ('anthropic/claude-sonnet-5', '{"key":"anthropic/claude-sonnet-5","kind":"auth","reason":"401","openUntil":1795168805000,"failures":2,"opened":1}');
PRAGMA user_version = 2;
