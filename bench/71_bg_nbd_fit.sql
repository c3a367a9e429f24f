--@ title BG/NBD of a million customers
-- The whole population with days as the unit.  Fit: to the collected sample, as lifetimes fits to arrays in its memory.
-- Collect and fit: from the table of summaries; sum: one plain pass over that table, the measure for one evaluation of the
-- likelihood.  Python runs where LIFETIMES=directory leads to the package.
--@ variant one process: work_mem=256MB max_parallel_workers_per_gather=0 jit=off
--@ setup
SET work_mem = '1GB';
DROP VIEW IF EXISTS bg_nbd_purchases;
DROP TABLE IF EXISTS bg_nbd_input, bg_nbd_collected, lifetimes_parameters;
CREATE VIEW bg_nbd_purchases AS SELECT customer_id, ordered_at AS at, amount FROM orders;
CREATE TABLE bg_nbd_input AS
SELECT h.customer_id, s.frequency, s.recency, s.t
FROM purchase_histories('bg_nbd_purchases', NULL::bigint) AS h, btyd_summary(h.history, date '2024-12-31', 'day') AS s;
CREATE TABLE bg_nbd_collected AS SELECT btyd_sample_agg(frequency, recency, t) AS sample FROM bg_nbd_input;
CREATE TABLE lifetimes_parameters (parameter text, value double precision);
VACUUM (FREEZE, ANALYZE) bg_nbd_input, bg_nbd_collected;
--@ rival fit
SELECT bg_nbd_fit(sample) FROM bg_nbd_collected
--@ rival collect and fit
SELECT bg_nbd_fit(frequency, recency, t) FROM bg_nbd_input
--@ rival sum
SELECT sum(frequency), sum(recency), sum(t) FROM bg_nbd_input
--@ shell lifetimes
/usr/bin/python3 bench/lifetimes.py bg_nbd
--@ compare fit / lifetimes <= 0.02
--@ compare collect and fit / lifetimes
--@ compare fit / sum
--@ report Parameters of both, and what the fit took
SELECT p.parameter, p.estimate AS ours, l.value AS lifetimes, abs(p.estimate / l.value - 1)::numeric(12,8) AS difference
FROM (SELECT bg_nbd_fit(sample) AS model FROM bg_nbd_collected) AS m, LATERAL parameters(m.model) AS p
LEFT JOIN lifetimes_parameters AS l USING (parameter)
ORDER BY p.parameter
--@ report Customers, distinct histories and evaluations of the likelihood
SELECT customers(m.model), (SELECT count(*) FROM bg_nbd_collected AS c, unnest(c.sample)) AS distinct_histories,
       iterations(m.model) AS evaluations, status(m.model), pg_size_pretty(pg_column_size(c.sample)::bigint) AS sample_size
FROM bg_nbd_collected AS c, LATERAL (SELECT bg_nbd_fit(c.sample) AS model) AS m
