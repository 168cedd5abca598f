-- Version 6: networks, whole.

CREATE TABLE network (
    name      TEXT    PRIMARY KEY,
    hash      TEXT    NOT NULL,
    bytes     INTEGER NOT NULL,
    operators TEXT    NOT NULL,
    layers    INTEGER NOT NULL,
    added_at  TEXT    NOT NULL,
    file      BLOB    NOT NULL
) STRICT;
