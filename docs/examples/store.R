# SPDX-License-Identifier: GPL-3.0-or-later
# Rscript store.R DATABASE: the runs, and how a statistic of theirs went, by R's SQLite.
library(RSQLite)
database <- dbConnect(SQLite(), commandArgs(trailingOnly = TRUE)[1], flags = SQLITE_RO)
runs <- dbGetQuery(database, "SELECT id, started_at, verdict FROM run ORDER BY id")
print(runs)
psi <- dbGetQuery(database, "
  SELECT s.run, s.name, m.value
  FROM measurement AS m JOIN subject AS s ON s.id = m.subject
  WHERE m.statistic = 'psi' ORDER BY s.run, s.name")
print(aggregate(value ~ run, psi, max))
dbDisconnect(database)
