-- van_westendorp, gabor_granger and price_test against plain SQL; any order, any plan: the same.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(29);

-- surveys: many prices, few round ones (ties), and one that leaves plateaus
SELECT setseed(0.61);
CREATE TABLE answer AS
    SELECT n, survey, a, a + b AS b, a + b + c AS c, a + b + c + d AS d
    FROM (SELECT n, survey, unit * floor(random() * 20) AS a, unit * floor(random() * 10) AS b, unit * floor(random() * 12) AS c, unit * floor(random() * 15) AS d
          FROM (VALUES ('fine', 0.01), ('round', 5)) AS s (survey, unit), generate_series(1, 3000) AS n) AS r
    UNION ALL SELECT n, 'plateau', 10 + n % 3, 20 + n % 2, 60 + n % 2, 90 + n % 4 FROM generate_series(1, 12) AS n
    UNION ALL SELECT 1, 'one', 10, 20, 30, 40
    UNION ALL SELECT n, 'empty', 5, 5, n, 9 FROM generate_series(1, 4) AS n;
ANALYZE answer;
CREATE TEMP TABLE meter AS SELECT survey, van_westendorp(a, b, c, d) AS m FROM answer GROUP BY survey;

CREATE TEMP TABLE usable AS SELECT * FROM answer WHERE a >= 0 AND a < b AND b < c AND c < d;
CREATE TEMP TABLE grid AS
    SELECT survey, p, (SELECT count(*) FILTER (WHERE a >= p)::numeric / count(*) FROM usable AS u WHERE u.survey = g.survey) AS too_cheap,
           (SELECT count(*) FILTER (WHERE b >= p)::numeric / count(*) FROM usable AS u WHERE u.survey = g.survey) AS cheap,
           (SELECT count(*) FILTER (WHERE c <= p)::numeric / count(*) FROM usable AS u WHERE u.survey = g.survey) AS expensive,
           (SELECT count(*) FILTER (WHERE d <= p)::numeric / count(*) FROM usable AS u WHERE u.survey = g.survey) AS too_expensive
    FROM (SELECT DISTINCT survey, p FROM usable, unnest(ARRAY[a, b, c, d]) AS p) AS g;
-- crossings: the zero of rising - falling, linear between prices, the middle where it stays zero
CREATE TEMP TABLE point AS
    WITH gap AS (SELECT survey, p, k, g FROM grid, LATERAL (VALUES ('lower', 1 - cheap - too_cheap), ('upper', too_expensive - 1 + expensive), ('indifference', expensive - cheap), ('optimum', too_expensive - too_cheap)) AS v (k, g)),
    step AS (SELECT *, lead(p) OVER w AS p2, lead(g) OVER w AS g2 FROM gap WINDOW w AS (PARTITION BY survey, k ORDER BY p))
    SELECT survey, k, coalesce((min(p) FILTER (WHERE round(g, 12) = 0) + max(p) FILTER (WHERE round(g, 12) = 0)) / 2,
                               max(p + (p2 - p) * g / (g - g2)) FILTER (WHERE g < 0 AND g2 > 0)) AS x
    FROM step GROUP BY survey, k;
SELECT is(count(*), 16::bigint, 'four points of four surveys') FROM point;
SELECT is((m).n_used, (SELECT count(*) FROM usable AS u WHERE u.survey = meter.survey), survey || ': used') FROM meter ORDER BY survey;
SELECT is((m).n_dropped, (SELECT count(*) FROM answer AS u WHERE u.survey = meter.survey) - (m).n_used, survey || ': dropped') FROM meter WHERE survey IN ('fine', 'round', 'empty') ORDER BY survey;
SELECT cmp_ok(max(abs(x - CASE k WHEN 'lower' THEN (m).lower_bound WHEN 'upper' THEN (m).upper_bound WHEN 'indifference' THEN (m).indifference ELSE (m).optimum END)), '<', 1e-9::float8,
              survey || ': the four points, as plain SQL has them') FROM point JOIN meter USING (survey) GROUP BY survey ORDER BY survey;
SELECT is((m).optimum, 25::float8, 'a plateau from 20 to 30: its middle') FROM meter WHERE survey = 'one';
SELECT ok((m).lower_bound IS NULL AND (m).upper_bound IS NULL AND (m).indifference IS NULL AND (m).optimum IS NULL, 'no usable answer: no points') FROM meter WHERE survey = 'empty';
SELECT is(count(*), 0::bigint, 'the curves, as plain SQL has them')
FROM (SELECT survey, c.* FROM meter, van_westendorp_curves(m) AS c) AS c FULL JOIN grid AS g ON g.survey = c.survey AND g.p = c.price
WHERE (abs(c.too_cheap - g.too_cheap) + abs(c.cheap - g.cheap) + abs(c.expensive - g.expensive) + abs(c.too_expensive - g.too_expensive)
       + abs(c.not_cheap - 1 + g.cheap) + abs(c.not_expensive - 1 + g.expensive) < 1e-12) IS NOT TRUE;

-- demand curves
CREATE TABLE offer AS
    SELECT n, (4 + floor(random() * 25) / 2)::numeric(6, 2) AS price, random() AS taste FROM generate_series(1, 4000) AS n;
ALTER TABLE offer ADD COLUMN accepts boolean;
UPDATE offer SET accepts = taste * 20 > price;
INSERT INTO offer VALUES (-1, 30, 0, false), (-2, 40, 0, false), (-3, NULL, 0, true), (-4, 5, 0, NULL), (-5, -1, 0, true);
ANALYZE offer;
CREATE TEMP TABLE demand AS SELECT gabor_granger(price, accepts) AS g FROM offer;
CREATE TEMP TABLE plain AS
    SELECT *, lead(price) OVER w AS price2, lead(share) OVER w AS share2
    FROM (SELECT price, avg(accepts::int) AS share, count(*) AS n FROM offer WHERE price >= 0 AND accepts IS NOT NULL GROUP BY price) AS s WINDOW w AS (ORDER BY price);
SELECT is(count(*), 0::bigint, 'demand, revenue and arc elasticity, as plain SQL has them')
FROM (SELECT c.* FROM demand, gabor_granger_curve(g) AS c) AS c FULL JOIN plain AS p USING (price)
WHERE (c.asked = p.n AND abs(c.demand - p.share) < 1e-9 AND abs(c.revenue_per_head - p.price * p.share) < 1e-9
       AND CASE WHEN share + share2 > 0 THEN abs(c.arc_elasticity - ((share2 - share) / ((share2 + share) / 2)) / ((price2 - price) / ((price2 + price) / 2))) < 1e-9 ELSE c.arc_elasticity IS NULL END) IS NOT TRUE;
SELECT ok((g).best_price = p.price AND abs((g).best_revenue - p.price * p.share) < 1e-9 AND abs((g).best_demand - p.share) < 1e-9, 'the best price') FROM demand, (SELECT * FROM plain ORDER BY price * share DESC, price LIMIT 1) AS p;
SELECT ok((g).n_used = 4002 AND (g).n_dropped = 3, 'answers used and dropped') FROM demand;
-- one row a respondent: the share that accepts a price or more; ties, nobody, nulls and negative prices
CREATE TEMP TABLE respondent AS SELECT i, CASE WHEN i % 17 = 0 THEN NULL WHEN i % 23 = 0 THEN -1.0 WHEN i % 11 = 0 THEN 0.0 ELSE ((i * 37 % 19)::numeric / 2)::numeric(4,1) END AS highest FROM generate_series(1, 400) i;
SELECT results_eq('SELECT c.price, c.asked, c.accepted FROM (SELECT gabor_granger(highest) AS g FROM respondent) g, gabor_granger_curve(g) c ORDER BY 1',
    $$SELECT p.price, n.n, (SELECT count(*) FROM respondent r WHERE r.highest >= p.price) FROM (SELECT DISTINCT highest AS price FROM respondent WHERE highest >= 0) p, (SELECT count(*) AS n FROM respondent WHERE highest >= 0) n ORDER BY 1$$,
    'highest prices, by plain SQL');
SELECT is(g::text, (SELECT gabor_granger(highest::double precision)::text FROM respondent), 'of doubles the same') FROM (SELECT gabor_granger(highest) AS g FROM respondent) g;
SELECT is((SELECT (gabor_granger(highest)).best_price FROM respondent), (SELECT (gabor_granger(p.price, r.highest >= p.price)).best_price FROM respondent r, (SELECT DISTINCT highest AS price FROM respondent WHERE highest >= 0) p WHERE r.highest >= 0),
    'as if all were asked every price');
SELECT is((gabor_granger(price, i <= n)).best_price, 6::numeric, 'of equal revenues the lowest price') FROM (VALUES (6, 10), (10, 6), (12, 5), (15, 4), (3, 10)) AS v (price, n), generate_series(1, 10) AS i;

-- price tests
CREATE TABLE visitor AS
    SELECT n, random() < 0.5 AS treated, CASE WHEN random() < 0.1 THEN round((5 + 40 * random() * random())::numeric, 2) END AS revenue FROM generate_series(1, 6000) AS n;
ANALYZE visitor;
CREATE TEMP TABLE tested AS SELECT (price_test(treated, revenue)).* FROM visitor;
CREATE TEMP TABLE grp AS
    SELECT treated, count(*)::float8 AS n, count(revenue)::float8 / count(*) AS share, avg(coalesce(revenue, 0))::float8 AS mean, var_samp(coalesce(revenue, 0))::float8 / count(*) AS v FROM visitor GROUP BY treated;
SELECT cmp_ok(abs(t.revenue_difference - (b.mean - a.mean)) + abs(t.revenue_std_error - sqrt(a.v + b.v)) + abs(t.degrees_of_freedom / ((a.v + b.v) ^ 2 / (a.v ^ 2 / (a.n - 1) + b.v ^ 2 / (b.n - 1))) - 1), '<', 1e-9::float8,
              'revenue per head: Welch, in plain SQL') FROM tested AS t, grp AS a, grp AS b WHERE NOT a.treated AND b.treated;
SELECT cmp_ok(abs((revenue_high - revenue_low) / 2 / revenue_std_error - 1.9604), '<', 0.0001::float8, 'the quantile of t for thousands') FROM tested;
SELECT cmp_ok(abs(t.conversion_low - (d - sqrt((b.share - b.lo) ^ 2 + (a.hi - a.share) ^ 2))) + abs(t.conversion_high - (d + sqrt((b.hi - b.share) ^ 2 + (a.share - a.lo) ^ 2))) + abs(t.conversion_difference - d), '<', 1e-9::float8,
              'conversion: Newcombe, in plain SQL')
FROM tested AS t, (SELECT g.*, (share + z * z / (2 * n) - z * sqrt((share * (1 - share) + z * z / (4 * n)) / n)) / (1 + z * z / n) AS lo, (share + z * z / (2 * n) + z * sqrt((share * (1 - share) + z * z / (4 * n)) / n)) / (1 + z * z / n) AS hi
                   FROM grp AS g, (SELECT 1.959963984540054 AS z) AS q) AS a,
     (SELECT g.*, (share + z * z / (2 * n) - z * sqrt((share * (1 - share) + z * z / (4 * n)) / n)) / (1 + z * z / n) AS lo, (share + z * z / (2 * n) + z * sqrt((share * (1 - share) + z * z / (4 * n)) / n)) / (1 + z * z / n) AS hi
      FROM grp AS g, (SELECT 1.959963984540054 AS z) AS q) AS b, LATERAL (SELECT b.share - a.share AS d) AS x WHERE NOT a.treated AND b.treated;

-- any order, any plan: the same
CREATE TEMP TABLE serial AS SELECT (SELECT van_westendorp(a, b, c, d)::text FROM answer) AS w, (SELECT gabor_granger(price, accepts)::text FROM offer) AS g, (SELECT price_test(treated, revenue)::text FROM visitor) AS t;
SELECT ok((SELECT van_westendorp(a, b, c, d)::text FROM (SELECT * FROM answer ORDER BY md5(n::text || survey)) AS s) = w AND (SELECT gabor_granger(price, accepts)::text FROM (SELECT * FROM offer ORDER BY price, md5(n::text)) AS s) = g
          AND (SELECT price_test(treated, revenue)::text FROM (SELECT * FROM visitor ORDER BY revenue) AS s) = t, 'shuffled, sorted: the same') FROM serial;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_leader_participation = off;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT isnt_empty($q$ SELECT 1 FROM pg_temp.plan_of('SELECT van_westendorp(a, b, c, d) FROM answer') AS line WHERE line ~ 'Partial Aggregate' $q$, 'workers take part');
SELECT ok((SELECT van_westendorp(a, b, c, d)::text FROM answer) = w AND (SELECT gabor_granger(price, accepts)::text FROM offer) = g AND (SELECT price_test(treated, revenue)::text FROM visitor) = t, 'in workers: the same') FROM serial;

SELECT * FROM finish();
ROLLBACK;
