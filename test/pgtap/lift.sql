-- lift against the same formulas in plain SQL over samples; any order, any parts, any plan: the same bits.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(9);

SELECT setseed(0.6);
CREATE TABLE campaign AS
    SELECT n, n % 31 AS segment, n % 10 <> 0 AS treated, random() < 0.05 + 0.01 * (n % 3) AS converted, round((exp(3 * random()) - 2)::numeric, 2) AS revenue
    FROM generate_series(1, 40000) AS n;
ANALYZE campaign;
CREATE TEMP TABLE shares AS SELECT segment, (lift(treated, converted)).* FROM campaign GROUP BY segment;
CREATE TEMP TABLE means AS SELECT segment, (lift(treated, revenue)).* FROM campaign GROUP BY segment;
CREATE TEMP TABLE plain AS
    SELECT segment, count(*) FILTER (WHERE treated) AS n1, count(*) FILTER (WHERE NOT treated) AS n2,
           avg(revenue) FILTER (WHERE treated) AS m1, avg(revenue) FILTER (WHERE NOT treated) AS m2,
           var_samp(revenue) FILTER (WHERE treated) AS v1, var_samp(revenue) FILTER (WHERE NOT treated) AS v2,
           count(*) FILTER (WHERE treated AND converted)::float8 AS x1, count(*) FILTER (WHERE NOT treated AND converted)::float8 AS x2
    FROM campaign GROUP BY segment;
SELECT ok(bool_and(m.treated_n = p.n1 AND m.holdout_n = p.n2 AND abs(m.treated - p.m1) < 1e-9 AND abs(m.holdout - p.m2) < 1e-9
                   AND abs(m.difference - (p.m1 - p.m2)) < 1e-9 AND abs(m.ratio - p.m1 / p.m2) < 1e-9), 'means') FROM means m JOIN plain p USING (segment);
SELECT ok(bool_and(abs((m.difference_high - m.difference) / sqrt(p.v1 / p.n1 + p.v2 / p.n2) - (m.difference - m.difference_low) / sqrt(p.v1 / p.n1 + p.v2 / p.n2)) < 1e-9
                   AND (m.difference_high - m.difference) / sqrt(p.v1 / p.n1 + p.v2 / p.n2) BETWEEN 1.96 AND 2.02), 'interval of means: two errors wide') FROM means m JOIN plain p USING (segment);
SELECT ok(bool_and((m.p_value < 0.05) = (m.difference_low > 0 OR m.difference_high < 0)), 'p is below 0.05 when the interval leaves out zero') FROM means m;
SELECT ok(bool_and(abs(s.treated - p.x1 / p.n1) < 1e-14 AND abs(s.holdout - p.x2 / p.n2) < 1e-14), 'shares') FROM shares s JOIN plain p USING (segment);
SELECT ok(bool_and(abs(ln(s.ratio_high / s.ratio) - 1.959963984540054 * sqrt((1 - p.x1 / p.n1) / p.x1 + (1 - p.x2 / p.n2) / p.x2)) < 1e-9), 'interval of the ratio, by Katz')
FROM shares s JOIN plain p USING (segment) WHERE p.x2 > 0;

CREATE TEMP TABLE whole AS SELECT segment, lift(treated, revenue) AS r, lift(treated, converted) AS s FROM campaign GROUP BY segment;
SELECT is((SELECT count(*) FROM whole w JOIN (SELECT segment, lift(treated, revenue) AS r, lift(treated, converted) AS s
                                              FROM (SELECT * FROM campaign ORDER BY md5(n::text)) AS c GROUP BY segment) AS c USING (segment)
           WHERE w.r::text = c.r::text AND w.s::text = c.s::text), 31::bigint, 'shuffled: the same');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 4;
SELECT is((SELECT lift(treated, revenue)::text FROM campaign), (SELECT lift(treated, revenue)::text FROM (SELECT * FROM campaign ORDER BY n DESC) AS c), 'in parallel: the same');
SELECT ok((SELECT count(*) FROM pg_proc p JOIN pg_aggregate a ON a.aggfnoid = p.oid WHERE proname = 'lift' AND proparallel = 's' AND aggcombinefn <> 0) = 4, 'all four can be split');
SELECT cmp_ok((SELECT abs((lift(t, v)).difference - 0.05) FROM (VALUES (true, 0.1), (true, 0.2), (false, 0.3), (false, -0.1)) AS r (t, v)), '<', 1e-12::float8, 'by hand');
SELECT * FROM finish();
ROLLBACK;
