-- price_elasticity against least squares in plain SQL; any order, any parts, any plan: the same bits.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(17);

SELECT setseed(0.31);
CREATE TABLE week AS
    SELECT n, product, price, promotion, round(exp(6 - (1 + product / 10.0) * ln(price) + 0.5 * promotion::int + (random() - 0.5))::numeric, 0)::float8 + 1 AS quantity
    FROM (SELECT n, n % 23 AS product, n % 3 = 0 OR n % 23 = 5 AS promotion, round((5 + 20 * random() * random())::numeric, 2)::float8 AS price
          FROM generate_series(1, 9000) AS n WHERE n % 23 <> 7 OR n < 100) AS p;
ANALYZE week;
CREATE TEMP TABLE fitted AS
    SELECT product, (price_elasticity(price, quantity)).*, price_elasticity(price, quantity, promotion) AS dummy, price_elasticity(price, quantity, promotion, 0.5) AS half
    FROM week GROUP BY product;

CREATE TEMP TABLE plain AS
    SELECT product, n, slope, intercept, r2, sqrt((syy - slope * sxy) / (n - 2) / sxx) AS error
    FROM (SELECT product, count(*) AS n, regr_slope(ln(quantity), ln(price)) AS slope, regr_intercept(ln(quantity), ln(price)) AS intercept, regr_r2(ln(quantity), ln(price)) AS r2,
                 regr_sxx(ln(quantity), ln(price)) AS sxx, regr_sxy(ln(quantity), ln(price)) AS sxy, regr_syy(ln(quantity), ln(price)) AS syy FROM week GROUP BY product) AS s;
SELECT cmp_ok(max(abs(f.elasticity / p.slope - 1)), '<', 1e-9::float8, 'slope, as regr_slope has it') FROM fitted AS f JOIN plain AS p USING (product);
SELECT cmp_ok(max(abs(f.std_error / p.error - 1)), '<', 1e-9::float8, 'standard error') FROM fitted AS f JOIN plain AS p USING (product);
SELECT cmp_ok(max(abs(f.intercept / p.intercept - 1)), '<', 1e-9::float8, 'intercept') FROM fitted AS f JOIN plain AS p USING (product);
SELECT cmp_ok(max(abs(f.r_squared - p.r2)), '<', 1e-9::float8, 'R²') FROM fitted AS f JOIN plain AS p USING (product);
SELECT ok(bool_and(f.n = p.n AND f.degrees_of_freedom = p.n - 2 AND f.ignored = 0), 'counts') FROM fitted AS f JOIN plain AS p USING (product);

-- with a dummy: deviations from the means of each kind of week
CREATE TEMP TABLE plain_dummy AS
    SELECT product, n, slope, my1 - my0 - slope * (mx1 - mx0) AS effect, sqrt((syy - slope * sxy) / (n - 3) / sxx) AS error,
           sqrt((syy - slope * sxy) / (n - 3) * (1.0 / n0 + 1.0 / n1 + (mx1 - mx0) ^ 2 / sxx)) AS effect_error
    FROM (SELECT product, count(*) AS n, count(*) FILTER (WHERE NOT promotion) AS n0, count(*) FILTER (WHERE promotion) AS n1, sum(dx * dy) / sum(dx * dx) AS slope, sum(dx * dx) AS sxx, sum(dx * dy) AS sxy,
                 sum(dy * dy) AS syy, avg(x) FILTER (WHERE promotion) AS mx1, avg(x) FILTER (WHERE NOT promotion) AS mx0, avg(y) FILTER (WHERE promotion) AS my1, avg(y) FILTER (WHERE NOT promotion) AS my0
          FROM (SELECT *, x - avg(x) OVER w AS dx, y - avg(y) OVER w AS dy FROM (SELECT *, ln(price) AS x, ln(quantity) AS y FROM week) AS l WINDOW w AS (PARTITION BY product, promotion)) AS d
          GROUP BY product) AS s WHERE n0 > 0;
SELECT cmp_ok(max(abs((dummy).elasticity / slope - 1) + abs((dummy).std_error / error - 1)), '<', 1e-9::float8, 'with promotions: slope and error') FROM fitted JOIN plain_dummy USING (product);
SELECT cmp_ok(max(abs((dummy).promotion_effect / effect - 1) + abs((dummy).promotion_std_error / effect_error - 1)), '<', 1e-9::float8, 'and what the promotion does')
FROM fitted JOIN plain_dummy USING (product);
SELECT ok((dummy).promotion_effect IS NULL AND (dummy).elasticity = elasticity AND (dummy).degrees_of_freedom = degrees_of_freedom, 'always promoted: no effect to tell apart')
FROM fitted WHERE product = 5;

-- the interval: published quantiles of t
SELECT is((SELECT count(*)::int FROM week WHERE product = 7), 5, 'five weeks, three degrees of freedom');
SELECT cmp_ok(abs((ci_high - ci_low) / 2 / std_error - 3.182446305284263), '<', 1e-9::float8, 't of 95 %, 3 degrees') FROM fitted WHERE product = 7;
SELECT cmp_ok(abs(((half).ci_high - (half).elasticity) / (half).std_error - CASE (half).degrees_of_freedom WHEN 2 THEN 0.816496580927726 WHEN 3 THEN 0.764892328404345 END), '<', 1e-9::float8, 't of 50 %')
FROM fitted WHERE product = 7;

-- prices so close together that sums of squares lose them
SELECT cmp_ok(abs((price_elasticity(p, q)).elasticity / regr_slope(y, x) - 1), '<', 1e-7::float8, 'prices a millionth apart')
FROM (SELECT 1000 + i * 0.001 AS p, exp(y) AS q, y, ln(1 + i * 0.000001) AS x FROM (SELECT i, 3 + i % 7 * 0.0001 AS y FROM generate_series(0, 50) AS i) AS a) AS b;

-- any order, any plan
CREATE TEMP TABLE shuffled AS SELECT * FROM week ORDER BY md5(n::text);
SELECT is((SELECT array_agg(f::text ORDER BY product) FROM (SELECT product, price_elasticity(price, quantity, promotion, 0.5) AS f FROM shuffled GROUP BY product) AS s),
          (SELECT array_agg(half::text ORDER BY product) FROM fitted), 'shuffled: the same bits');
SELECT is((SELECT price_elasticity(price, quantity, promotion)::text FROM (SELECT * FROM week ORDER BY price) AS s), (SELECT price_elasticity(price, quantity, promotion)::text FROM week), 'sorted: the same bits');
CREATE TEMP TABLE serial AS SELECT price_elasticity(price, quantity, promotion) AS f FROM week;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_leader_participation = off;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT isnt_empty($q$ SELECT 1 FROM pg_temp.plan_of('SELECT price_elasticity(price, quantity, promotion) FROM week') AS line WHERE line ~ 'Partial Aggregate' $q$, 'workers take part');
SELECT is((SELECT price_elasticity(price, quantity, promotion)::text FROM week), (SELECT f::text FROM serial), 'in workers: the same bits');
SELECT cmp_ok(count(*), '=', 23::bigint, 'all products') FROM fitted;

SELECT * FROM finish();
ROLLBACK;
