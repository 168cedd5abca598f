-- Version 3: what pictures are drawn from.

CREATE TABLE curve (
    subject  INTEGER NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
    side     TEXT    NOT NULL CHECK (side IN ('train', 'prod')),
    vertices BLOB    NOT NULL,
    PRIMARY KEY (subject, side)
) STRICT; -- with rowid: rows of more than a quarter of a page would overflow

CREATE TABLE category (
    subject INTEGER NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    name    TEXT    NOT NULL,
    train   INTEGER NOT NULL,
    prod    INTEGER NOT NULL,
    PRIMARY KEY (subject, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE attribution (
    run       INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL,
    statistic TEXT    NOT NULL,
    feature   TEXT    NOT NULL,
    share     REAL    NOT NULL,
    PRIMARY KEY (run, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE correlation (
    run     INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    x       TEXT    NOT NULL,
    y       TEXT    NOT NULL,
    train   REAL,
    prod    REAL,
    PRIMARY KEY (run, ordinal)
) STRICT, WITHOUT ROWID;
