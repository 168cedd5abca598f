-- Version 7: traces of trainings. The checkpoints in order, and the numbers of a layer, or of the
-- data set, at each of them.

CREATE TABLE checkpoint (
    run     INTEGER NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    source  TEXT    NOT NULL,
    PRIMARY KEY (run, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE course (
    subject   INTEGER NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL,
    statistic TEXT    NOT NULL,
    doubles   BLOB    NOT NULL, -- IEEE 754, little-endian, one for each checkpoint
    PRIMARY KEY (subject, ordinal)
) STRICT, WITHOUT ROWID;
