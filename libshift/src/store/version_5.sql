-- Version 5: what monitors need: which period a run is about, what became of each attempt, news,
-- profiles of production, and what is known of each series after its last run.

ALTER TABLE run ADD COLUMN period  TEXT;
ALTER TABLE run ADD COLUMN counted TEXT CHECK (counted IN ('ok', 'inconclusive', 'warn', 'alert'));
ALTER TABLE run ADD COLUMN notice  TEXT CHECK (notice IN ('alarm', 'reminder', 'recovery'));
ALTER TABLE run ADD COLUMN pending INTEGER NOT NULL DEFAULT 0;

CREATE INDEX run_by_period ON run (monitor, period);
CREATE INDEX run_by_notice ON run (monitor, notice, period) WHERE notice IS NOT NULL;
CREATE INDEX run_by_pending ON run (monitor, pending) WHERE pending <> 0;

CREATE TABLE attempt (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    monitor     TEXT    NOT NULL,
    period      TEXT    NOT NULL,
    started_at  TEXT    NOT NULL,
    finished_at TEXT,
    outcome     TEXT    NOT NULL
                CHECK (outcome IN ('running', 'recorded', 'no data', 'failed', 'aborted')),
    run         INTEGER REFERENCES run (id) ON DELETE SET NULL,
    detail      TEXT
) STRICT;

CREATE INDEX attempt_by_period ON attempt (monitor, period);
CREATE INDEX attempt_by_outcome ON attempt (monitor, outcome) WHERE outcome = 'running';
CREATE INDEX attempt_by_run ON attempt (run);

CREATE TABLE profile (
    run   INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    bytes BLOB    NOT NULL
) STRICT;

CREATE TABLE series (
    monitor   TEXT    NOT NULL,
    type      TEXT    NOT NULL CHECK (type IN ('dataset', 'feature', 'layer', 'channel')),
    subject   TEXT    NOT NULL,
    statistic TEXT    NOT NULL,
    state     BLOB    NOT NULL,
    PRIMARY KEY (monitor, type, subject, statistic)
) STRICT, WITHOUT ROWID;

CREATE TABLE change_point (
    run        INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    ordinal    INTEGER NOT NULL,
    type       TEXT    NOT NULL CHECK (type IN ('dataset', 'feature', 'layer', 'channel')),
    subject    TEXT    NOT NULL,
    statistic  TEXT    NOT NULL,
    detector   TEXT    NOT NULL,
    upward     INTEGER NOT NULL,
    since      TEXT,
    since_low  TEXT,
    since_high TEXT,
    PRIMARY KEY (run, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE acknowledgement (
    id      INTEGER PRIMARY KEY,
    monitor TEXT    NOT NULL,
    type    TEXT    NOT NULL CHECK (type IN ('dataset', 'feature', 'layer', 'channel')),
    subject TEXT    NOT NULL,
    until   TEXT    NOT NULL,
    because TEXT    NOT NULL,
    run     INTEGER REFERENCES run (id) ON DELETE SET NULL
) STRICT;

CREATE INDEX acknowledgement_by_monitor ON acknowledgement (monitor, until);
CREATE INDEX acknowledgement_by_run ON acknowledgement (run);
