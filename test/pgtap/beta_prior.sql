-- The beta prior of a population: a known prior comes back; against the likelihood in plain SQL; any order, any plan.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(12);

-- alpha = 2, beta = 5: the second smallest of six even numbers; 20,000 customers with 1 to 10 orders
SELECT setseed(0.25);
CREATE TABLE customer AS
    SELECT id, 1 + floor(random() * 10)::int AS orders,
           (SELECT x FROM (SELECT random() AS x FROM generate_series(1, 6) WHERE id IS NOT NULL) AS d ORDER BY x OFFSET 1 LIMIT 1) AS share
    FROM generate_series(1, 20000) AS id;
CREATE TABLE counted AS
    SELECT id, orders, (SELECT count(*) FROM (SELECT random() AS x FROM generate_series(1, orders)) AS o WHERE x < share) AS discounted
    FROM customer;
ANALYZE counted;
CREATE TEMP TABLE fitted AS SELECT (f).* FROM (SELECT beta_prior_fit(discounted, orders) AS f FROM counted) AS x;
SELECT cmp_ok(abs(alpha / 2 - 1), '<', 0.05::float8, 'alpha = 2 comes back within 5 %: ' || alpha) FROM fitted;
SELECT cmp_ok(abs(beta / 5 - 1), '<', 0.05::float8, 'beta = 5 comes back within 5 %: ' || beta) FROM fitted;
SELECT ok(customers = 20000 AND identified, 'all customers, who differ') FROM fitted;

-- the logarithm of a (a+1) … (a+n-1), summed up: no special function
CREATE FUNCTION pg_temp.log_likelihood(a float8, b float8) RETURNS float8 LANGUAGE sql AS $$
    SELECT sum(n * ((SELECT coalesce(sum(ln(a + i)), 0) FROM generate_series(0, k - 1) AS i)
                  + (SELECT coalesce(sum(ln(b + i)), 0) FROM generate_series(0, t - k - 1) AS i)
                  - (SELECT coalesce(sum(ln(a + b + i)), 0) FROM generate_series(0, t - 1) AS i)))
    FROM (SELECT discounted AS k, orders AS t, count(*) AS n FROM counted GROUP BY 1, 2) AS c $$;
SELECT cmp_ok(abs(log_likelihood / pg_temp.log_likelihood(alpha, beta) - 1), '<', 1e-12::float8, 'the likelihood, by plain SQL') FROM fitted;
SELECT cmp_ok((SELECT max(pg_temp.log_likelihood(alpha * x, beta * y)) FROM unnest('{0.999,1,1.001}'::float8[]) AS x, unnest('{0.999,1,1.001}'::float8[]) AS y
               WHERE x <> 1 OR y <> 1), '<', log_likelihood, 'no neighbour is more likely') FROM fitted;
-- both derivatives are zero
SELECT cmp_ok(abs((SELECT sum(n * ((SELECT coalesce(sum(1 / (f.alpha + i)), 0) FROM generate_series(0, k - 1) AS i)
                  - (SELECT coalesce(sum(1 / (f.alpha + f.beta + i)), 0) FROM generate_series(0, t - 1) AS i))) / sum(n)
                   FROM (SELECT discounted AS k, orders AS t, count(*) AS n FROM counted GROUP BY 1, 2) AS c)), '<', 1e-10::float8, 'slope in alpha') FROM fitted AS f;
SELECT cmp_ok(abs((SELECT sum(n * ((SELECT coalesce(sum(1 / (f.beta + i)), 0) FROM generate_series(0, t - k - 1) AS i)
                  - (SELECT coalesce(sum(1 / (f.alpha + f.beta + i)), 0) FROM generate_series(0, t - 1) AS i))) / sum(n)
                   FROM (SELECT discounted AS k, orders AS t, count(*) AS n FROM counted GROUP BY 1, 2) AS c)), '<', 1e-10::float8, 'slope in beta') FROM fitted AS f;

-- any order, any number of workers: the same to the last bit
CREATE TEMP TABLE shuffled AS SELECT * FROM counted ORDER BY md5(id::text);
SELECT is((SELECT beta_prior_fit(discounted, orders)::text FROM shuffled), (SELECT f::text FROM fitted AS f), 'shuffled');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_leader_participation = off;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT isnt_empty($q$ SELECT 1 FROM pg_temp.plan_of('SELECT beta_prior_fit(discounted, orders) FROM counted') AS line WHERE line ~ 'Partial Aggregate' $q$,
                  'workers take part');
SELECT is((SELECT beta_prior_fit(discounted, orders)::text FROM counted), (SELECT f::text FROM fitted AS f), 'in workers');

-- from price responses
SELECT is((SELECT beta_prior_fit(r)::text
           FROM (SELECT price_response_agg(CASE WHEN i <= discounted THEN 8 ELSE 10 END::numeric, 10::numeric) AS r
                 FROM counted, generate_series(1, orders) AS i GROUP BY id) AS x), (SELECT f::text FROM fitted AS f), 'of price responses');
SELECT is(shrunk_share(1, 2, beta_prior(2, 5)), 3 / 9::float8, 'a share of two trials, shrunk');

SELECT * FROM finish();
ROLLBACK;
