-- Version 2: the list of runs counts features by verdict without reading them.

CREATE INDEX subject_by_run ON subject (run, type, verdict);
