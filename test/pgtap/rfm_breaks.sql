-- rfm_breaks: cut points of a population, and scoring against them.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(25);

SELECT setseed(0.17);
CREATE TABLE pop AS
    SELECT n AS customer, ceil(random() * random() * 40)::bigint AS orders,
           timestamptz '2024-01-01Z' + floor(random() * 4000)::int * interval '11 minutes' AS at,
           round((random() * random() * 50)::numeric, 2) - 3 AS money
    FROM generate_series(1, 1201) AS n;
INSERT INTO pop SELECT 5000 + n, CASE WHEN n % 2 = 0 THEN 0 ELSE NULL END, CASE WHEN n % 3 = 0 THEN NULL ELSE timestamptz '2024-03-01Z' END, 5
    FROM generate_series(1, 100) AS n;
ANALYZE pop;

-- scoring a population against its own cut points is scoring the population
CREATE TEMP TABLE taken AS
    SELECT method, bins, rfm_breaks(at, orders, money, bins, method) AS b
    FROM pop, unnest('{rank,midrank,quantile,nested}'::text[]) AS method, unnest('{2,3,5,7,10}'::int[]) AS bins GROUP BY method, bins;
SELECT is(count(*), 0::bigint, 'own cut points give the window function''s scores: numeric, timestamptz')
FROM (SELECT method, bins, b, rfm_score(at, orders, money, bins, method) OVER (PARTITION BY method, bins) AS w, rfm_score(at, orders, money, b) AS s
      FROM pop, taken) AS x WHERE w IS DISTINCT FROM s;
SELECT is(count(*), 0::bigint, 'the same: double precision, timestamp')
FROM (SELECT rfm_score(at AT TIME ZONE 'UTC', orders, money::float8 / 3, bins, method) OVER (PARTITION BY method, bins) AS w,
             rfm_score(at AT TIME ZONE 'UTC', orders, money::float8 / 3, b) AS s
      FROM pop, (SELECT method, bins, rfm_breaks(at AT TIME ZONE 'UTC', orders, money::float8 / 3, bins, method) AS b
                 FROM pop, unnest('{rank,midrank,quantile,nested}'::text[]) AS method, unnest('{2,5,7}'::int[]) AS bins GROUP BY method, bins) AS t) AS x
WHERE w IS DISTINCT FROM s;
SELECT is(count(*), 0::bigint, 'the same: bigint, date')
FROM (SELECT rfm_score(at::date, orders, (money * 100)::bigint, bins, method) OVER (PARTITION BY method, bins) AS w,
             rfm_score(at::date, orders, (money * 100)::bigint, b) AS s
      FROM pop, (SELECT method, bins, rfm_breaks(at::date, orders, (money * 100)::bigint, bins, method) AS b
                 FROM pop, unnest('{rank,midrank,quantile,nested}'::text[]) AS method, unnest('{2,5,100}'::int[]) AS bins
                 WHERE method <> 'nested' OR bins < 100 GROUP BY method, bins) AS t) AS x
WHERE w IS DISTINCT FROM s;
SELECT is((SELECT count(*) FROM pop, taken WHERE bins = 5 AND method = 'rank' AND (rfm_score(at, orders, money, b) IS NULL) <> (customer > 5000)), 0::bigint,
          'who never ordered has no score');
SELECT is((SELECT DISTINCT (b).customers FROM taken), 1201::bigint, 'and is not counted');

-- cut points against the server's own quantiles
SELECT is((b).r_cuts, (SELECT array_agg(to_timestamp(0) + ceil(q * 1000000) * interval '1 microsecond' ORDER BY q)
                       FROM unnest((SELECT percentile_cont('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY extract(epoch FROM at))
                                    FROM pop WHERE orders > 0)) AS q),
          'quantiles of recency') FROM taken WHERE method = 'quantile' AND bins = 5;
SELECT is((b).f_cuts, (SELECT array_agg(ceil(q)::bigint ORDER BY q)
                       FROM unnest((SELECT percentile_cont('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY orders) FROM pop WHERE orders > 0)) AS q),
          'quantiles of frequency, rounded up: orders are whole') FROM taken WHERE method = 'quantile' AND bins = 5;
SELECT is((b).m_cuts::text, (SELECT array_agg(trim_scale(ceil(q * 1000000) / 1000000) ORDER BY q)
                             FROM unnest((SELECT percentile_cont('{0.2,0.4,0.6,0.8}'::float8[]) WITHIN GROUP (ORDER BY money)
                                          FROM pop WHERE orders > 0)::numeric[]) AS q)::text,
          'quantiles of money') FROM taken WHERE method = 'quantile' AND bins = 5;
SELECT is((SELECT (rfm_breaks('2024-01-01'::date, 1, x, 3, 'quantile')).m_cuts::text FROM (VALUES (0.00), (0.01)) AS v (x)), '{0.00333334,0.00666667}',
          'a quantile between two cents lies above the lower and not above the higher');

-- any order, any number of workers, any way of joining
CREATE TEMP TABLE shuffled AS SELECT * FROM pop ORDER BY md5(customer::text);
SELECT is(count(*), 0::bigint, 'shuffled rows give the same cut points under every method')
FROM (SELECT rfm_breaks(at, orders, money, bins, method) AS again, b FROM shuffled, taken GROUP BY method, bins, b) AS x WHERE again IS DISTINCT FROM b;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_leader_participation = off;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT isnt_empty($q$ SELECT 1 FROM pg_temp.plan_of('SELECT rfm_breaks(at, orders, money, 5, ''quantile'') FROM pop') AS line WHERE line ~ 'Partial Aggregate' $q$,
                  'workers take part');
SELECT is((SELECT rfm_breaks(at, orders, money, 5, 'quantile') FROM pop), (SELECT b FROM taken WHERE method = 'quantile' AND bins = 5), 'workers give the same cut points');
SELECT is((SELECT rfm_breaks(at, orders, CASE WHEN customer % 2 = 0 THEN money ELSE money * 1.0000 END, 5, 'nested') FROM pop)::text,
          (SELECT b::text FROM taken WHERE method = 'nested' AND bins = 5), 'also when some amounts have more decimals');
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL enable_partitionwise_aggregate = on;
CREATE TABLE parted (part int, orders bigint, at timestamptz, money numeric) PARTITION BY LIST (part);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
CREATE TABLE parted_3 PARTITION OF parted FOR VALUES IN (3);
INSERT INTO parted SELECT 1 + customer % 3, orders, at, CASE WHEN customer % 3 = 1 THEN money / 7 ELSE money END FROM pop;
ANALYZE parted;
SELECT isnt_empty($q$ SELECT 1 FROM pg_temp.plan_of('SELECT rfm_breaks(at, orders, money, 5, ''quantile'') FROM parted') AS line WHERE line ~ 'Partial Aggregate' $q$,
                  'parts are joined');
SELECT is((SELECT rfm_breaks(at, orders, money, 5, 'quantile') FROM parted),
          (SELECT rfm_breaks(at, orders, money, 5, 'quantile') FROM (SELECT * FROM parted OFFSET 0) AS whole), 'parts of different decimals give the cut points of the whole');

-- as text and back, stored and read
CREATE TEMP TABLE pinned AS SELECT b::text::rfm_breaks AS b FROM taken;
SELECT set_eq('SELECT b::text FROM pinned', 'SELECT b::text FROM taken', 'the text form is complete');

-- cut points as given
SELECT is(rfm_score(date '2024-05-01', n, 10 * n, rfm_breaks('{2024-01-01Z,2024-03-01Z,2024-05-01Z,2024-06-01Z}', '{2,3,4,6}', '{20,30,40,60}')),
          ROW(4, CASE n WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 3 WHEN 4 THEN 4 WHEN 5 THEN 4 ELSE 5 END,
                 CASE n WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 3 WHEN 4 THEN 4 WHEN 5 THEN 4 ELSE 5 END)::rfm_cell,
          'fixed cut points for a shop of one-time buyers: ' || n || ' orders')
FROM unnest('{1,5,7}'::int[]) AS n;
SELECT is((rfm_breaks(timestamptz '2024-12-31 12:00Z', '{365,180,90,30}', '{2,3,4,6}', '{20,30,40,60}')).r_cuts,
          '{2024-01-01 12:00Z,2024-07-04 12:00Z,2024-10-02 12:00Z,2024-12-01 12:00Z}'::timestamptz[], 'recency in days');

-- money keeps every digit on its way in and out
CREATE TEMP TABLE number AS
    SELECT (CASE WHEN n % 2 = 0 THEN -1 ELSE 1 END * trunc(random()::numeric * power(10::numeric, n % 35)) / power(10::numeric, s))::numeric(60, 20) AS x, s
    FROM generate_series(1, 4000) AS n, LATERAL (SELECT n % 21 AS s) AS l WHERE n % 35 + 20 - s <= 37;
SELECT cmp_ok((SELECT count(*) FROM number), '>', 2000::bigint, 'thousands of random numerics');
SELECT is(count(*), 0::bigint, 'a cut point is the value it was taken from')
FROM (SELECT x, (rfm_breaks('2024-01-01'::date, 1, y, 2, 'rank')).m_cuts[1] AS cut
      FROM (SELECT x, y FROM number, LATERAL (VALUES (x), (x - 1000)) AS v (y)) AS w GROUP BY x) AS c WHERE cut IS DISTINCT FROM x OR cut::text <> trim_scale(x)::text;
SELECT is(count(*), 0::bigint, 'and compares as the server compares')
FROM (SELECT (rfm_score('2024-01-01'::date, 1, b.x, rfm_breaks('{2024-01-01Z}', '{1}', ARRAY[a.x]))).m - 1 AS up, (b.x >= a.x)::int AS above
      FROM (SELECT * FROM number LIMIT 100) AS a, (SELECT trim_scale(x) AS x FROM number ORDER BY s, x LIMIT 150) AS b) AS x WHERE up <> above;

-- edges
SELECT is((SELECT rfm_breaks(at, orders, money, 5, 'rank') FROM pop WHERE false), NULL::rfm_breaks, 'nobody: null');
SELECT is((SELECT rfm_breaks(at, 0, money, 5, 'rank') FROM pop), NULL::rfm_breaks, 'nobody who ordered: null');

SELECT * FROM finish();
ROLLBACK;
