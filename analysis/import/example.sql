-- SPDX-License-Identifier: GPL-3.0-or-later
-- DuckDB, in a results folder: duckdb < example.sql. CSV files are tables; so is results.db by its extension.

-- A metric at each point, with its 95 % interval.
SELECT * EXCLUDE (unit, sd, min, p50, max)
FROM read_csv('summary.csv', header = true)
WHERE metric = 'blocks.proposed'
ORDER BY point;

-- The same mean from the runs.
SELECT point, count("blocks.proposed") AS n, avg("blocks.proposed") AS mean
FROM read_csv('runs.csv', header = true)
GROUP BY point
ORDER BY point;

-- Differences to point 0, replicate by replicate: random numbers are common.
WITH runs AS (SELECT point, replicate, "blocks.proposed" AS value FROM read_csv('runs.csv', header = true))
SELECT r.point, avg(r.value - base.value) AS difference,
       stddev_samp(r.value - base.value) / sqrt(count(*)) AS standard_error
FROM runs AS r JOIN runs AS base ON base.replicate = r.replicate AND base.point = 0
GROUP BY r.point
ORDER BY r.point;

-- Every series of the folder in one table.
SELECT filename, count(*) AS rows
FROM read_csv('series/*.csv', header = true, filename = true)
GROUP BY filename
ORDER BY filename;

-- The store of record: only what is asked for is read. (INSTALL fetches the extension once.)
INSTALL sqlite;
LOAD sqlite;
ATTACH 'results.db' AS results (TYPE sqlite, READ_ONLY);
SELECT point, avg(value) AS mean
FROM results.scalar
WHERE metric = 'blocks.proposed'
GROUP BY point
ORDER BY point;
