-- psi: the plain sum, and the same bits in any order, any parts and any plan.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(4);
CREATE TABLE class AS SELECT n, n % 17 AS grp, (n * 7919) % 1000 + 1 AS before, (n * 104729) % 900 + 1 AS after FROM generate_series(1, 20000) AS n;
ANALYZE class;
CREATE TEMP TABLE whole AS SELECT grp, psi(before, after) AS psi FROM class GROUP BY grp;
SELECT cmp_ok(max(abs(w.psi / p.psi - 1)), '<', 1e-12::float8, 'the sum')
FROM whole w JOIN (SELECT grp, sum((after / all_after - before / all_before) * ln((after / all_after) / (before / all_before)))::float8 AS psi
                   FROM (SELECT *, (sum(before) OVER g)::float8 AS all_before, (sum(after) OVER g)::float8 AS all_after FROM class WINDOW g AS (PARTITION BY grp)) AS c GROUP BY grp) AS p USING (grp);
SELECT is((SELECT count(*) FROM whole w JOIN (SELECT grp, psi(before, after) AS psi FROM (SELECT * FROM class ORDER BY md5(n::text)) AS c GROUP BY grp) AS c USING (grp) WHERE w.psi = c.psi), 17::bigint, 'shuffled: the same');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 4;
SELECT is((SELECT psi(before, after) FROM class), (SELECT psi(before, after) FROM (SELECT * FROM class ORDER BY n DESC) AS c), 'in parallel: the same');
SELECT cmp_ok((SELECT abs(psi(after, before) / psi(before, after) - 1) FROM class), '<', 1e-12::float8, 'the same both ways');
SELECT * FROM finish();
ROLLBACK;
