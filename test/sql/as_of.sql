-- The setting customer_segments.as_of: one value, one instant, whatever the session.
\set VERBOSITY verbose
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, DMY';
SET search_path = customer_segments, public;

SELECT as_of() = now() AS present;

-- without a zone: UTC, in any session
SET customer_segments.as_of = '2024-06-30';
SELECT as_of();
SET TimeZone = 'America/New_York';
SELECT as_of() AT TIME ZONE 'UTC' AS at_utc;
SET customer_segments.as_of = '2024-03-10 02:30';       -- does not exist in New York
SELECT as_of() AT TIME ZONE 'UTC' AS at_utc;
SET TimeZone = 'UTC';

-- with a zone, an offset, an epoch, blanks
SET customer_segments.as_of = '2024-06-30 12:00+02';
SELECT as_of();
SET customer_segments.as_of = '2024-06-30 12:00 Europe/Berlin';
SELECT as_of();
SET customer_segments.as_of = 'epoch';
SELECT as_of();
SET customer_segments.as_of = '  ';
SELECT as_of() = now() AS present;

-- rubbish names the setting, and is found when it is used
\set VERBOSITY default
SET customer_segments.as_of = 'rubbish';
SELECT as_of();
SET customer_segments.as_of = '2024-02-30';
SELECT as_of();
SET customer_segments.as_of = '01/02/2024';             -- day or month first: the session's style does not decide
SELECT as_of();
SET customer_segments.as_of = 'infinity';
SELECT as_of();
\set VERBOSITY sqlstate
SELECT as_of();
SET customer_segments.as_of = '2024-01-01 10:00 Nowhere/Town';
SELECT as_of();
SET customer_segments.as_off = '2024-01-01';
\set VERBOSITY default
RESET customer_segments.as_of;
SELECT as_of() = now() AS present;

-- a parallel worker reads the same value
CREATE TABLE as_of_rows AS SELECT n FROM generate_series(1, 10) AS n;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET parallel_leader_participation = off;
SET customer_segments.as_of = '2024-06-30';
EXPLAIN (COSTS OFF) SELECT count(*), min(as_of()) FROM as_of_rows;
SELECT count(*), min(as_of()) FROM as_of_rows;
DROP TABLE as_of_rows;
