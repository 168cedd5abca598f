-- Version 1 of the store: see docs/formats.md, which documents every table and column.
-- A number that is not there (NaN in the library) is NULL.

CREATE TABLE run (
    id           INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again after a run is pruned
    kind         TEXT    NOT NULL,
    monitor      TEXT,
    started_at   TEXT    NOT NULL,
    finished_at  TEXT    NOT NULL,
    version      TEXT    NOT NULL,
    seed         INTEGER NOT NULL,
    verdict      TEXT    CHECK (verdict IN ('ok', 'inconclusive', 'warn', 'alert')),
    train_source TEXT    NOT NULL,
    train_rows   INTEGER NOT NULL,
    prod_source  TEXT    NOT NULL,
    prod_rows    INTEGER NOT NULL
) STRICT;

CREATE INDEX run_by_verdict ON run (verdict);

CREATE TABLE subject (
    id       INTEGER PRIMARY KEY,
    run      INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    ordinal  INTEGER NOT NULL,
    type     TEXT    NOT NULL CHECK (type IN ('dataset', 'feature', 'layer', 'channel')),
    name     TEXT    NOT NULL,
    kind     TEXT,
    verdict  TEXT    CHECK (verdict IN ('ok', 'inconclusive', 'warn', 'alert')),
    reason   TEXT,
    detectable_mean_shift REAL,
    UNIQUE (run, ordinal)
) STRICT;

-- The history of one subject, and when it last had a given verdict, without touching the others'.
CREATE INDEX subject_by_name ON subject (name, type, run, verdict);

CREATE TABLE summary (
    subject    INTEGER NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
    side       TEXT    NOT NULL CHECK (side IN ('train', 'prod')),
    n          INTEGER NOT NULL,
    missing    INTEGER NOT NULL,
    non_finite INTEGER NOT NULL,
    invalid    INTEGER NOT NULL,
    mean       REAL,
    variance   REAL,
    skewness   REAL,
    kurtosis   REAL,
    minimum    REAL,
    maximum    REAL,
    q01        REAL,
    q05        REAL,
    q25        REAL,
    q50        REAL,
    q75        REAL,
    q95        REAL,
    q99        REAL,
    distinct_values REAL,
    PRIMARY KEY (subject, side)
) STRICT, WITHOUT ROWID;

CREATE TABLE measurement (
    subject    INTEGER NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
    ordinal    INTEGER NOT NULL,
    statistic  TEXT    NOT NULL,
    value      REAL,
    low        REAL,
    high       REAL,
    p_value    REAL,
    log10_p    REAL,
    p_adjusted REAL,
    warn       REAL,
    alert      REAL,
    verdict    TEXT    CHECK (verdict IN ('ok', 'inconclusive', 'warn', 'alert')),
    reason     TEXT,
    PRIMARY KEY (subject, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    run     INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    level   TEXT    NOT NULL CHECK (level IN ('info', 'warning', 'error')),
    subject TEXT,
    text    TEXT    NOT NULL,
    PRIMARY KEY (run, ordinal)
) STRICT, WITHOUT ROWID;
