-- Version 4: runs of networks. What a layer has beyond other subjects, its channels in one blob for
-- each statistic, and the network that was run.

CREATE TABLE layer (
    subject  INTEGER PRIMARY KEY REFERENCES subject (id) ON DELETE CASCADE,
    place    INTEGER NOT NULL, -- in forward order
    op       TEXT    NOT NULL,
    channels INTEGER NOT NULL
) STRICT;

CREATE TABLE channel_values (
    subject   INTEGER NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL,
    statistic TEXT    NOT NULL,
    doubles   BLOB    NOT NULL, -- IEEE 754, little-endian, one for each channel
    PRIMARY KEY (subject, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE network_run (
    run            INTEGER PRIMARY KEY REFERENCES run (id) ON DELETE CASCADE,
    name           TEXT    NOT NULL,
    hash           TEXT    NOT NULL,
    bytes          INTEGER NOT NULL,
    operators      TEXT    NOT NULL,
    first_shifted  INTEGER, -- place of a layer
    train_accuracy REAL,
    prod_accuracy  REAL
) STRICT;
