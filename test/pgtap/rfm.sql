-- rfm_score: every method against the formula written in plain SQL.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(38);

-- The shop of the documentation: 700 / 180 / 70 / 50 customers with 1 / 2 / 3 / 4+ orders.
CREATE TEMP TABLE shop AS
    SELECT n AS customer, CASE WHEN n <= 700 THEN 1 WHEN n <= 880 THEN 2 WHEN n <= 950 THEN 3 ELSE 4 + n % 3 END::bigint AS orders,
           timestamptz '2024-01-01Z' + n * 7919 % 1000 * interval '1 hour' AS at, (n * 31 % 500)::numeric / 100 AS money
    FROM generate_series(1, 1000) AS n;
CREATE FUNCTION pg_temp.f_scores(method text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(DISTINCT least(orders, 4) || ':' || (s).f, ' ' ORDER BY least(orders, 4) || ':' || (s).f)
    FROM (SELECT orders, rfm_score(at, orders, money, 5, method) OVER () AS s FROM shop) AS x
$$;
SELECT is(pg_temp.f_scores('rank'), '1:1 2:4 3:5 4:5', 'rank in a shop of one-time buyers');
SELECT is(pg_temp.f_scores('midrank'), '1:2 2:4 3:5 4:5', 'midrank in a shop of one-time buyers');
SELECT is(pg_temp.f_scores('ntile'), '1:1 1:2 1:3 1:4 2:4 2:5 3:5 4:5', 'ntile in a shop of one-time buyers');
SELECT is((SELECT count(*) FROM (SELECT rfm_score(at, orders, money) OVER () = rfm_score(at, orders, money, 5, 'rank') OVER () AS same FROM shop) x
           WHERE NOT same), 0::bigint, 'the defaults are 5 bins by rank');

-- A population with ties everywhere, and one without any.
SELECT setseed(0.42);
CREATE TEMP TABLE pop AS
    SELECT n AS customer, ceil(random() * random() * 40)::bigint AS orders,
           date '2024-01-01' + floor(random() * 90)::int AS on_day,
           round((random() * random() * 50)::numeric, 1) - 3 AS money
    FROM generate_series(1, 433) AS n;
CREATE TEMP TABLE untied AS
    SELECT n AS customer, n * 7919 % 401 AS orders, date '2020-01-01' + n * 104729 % 401 AS on_day,
           ((n * 611953 % 401) - 200)::numeric / 100 AS money
    FROM generate_series(1, 400) AS n;

-- One row a customer and dimension, with what plain SQL knows about it: counted, not ranked.
CREATE TEMP TABLE fact AS
    WITH value AS (
        SELECT p.source, p.customer, d.dimension, d.x
        FROM (SELECT 'pop' AS source, * FROM pop UNION ALL SELECT 'untied', * FROM untied) AS p
        CROSS JOIN LATERAL (VALUES ('r', (p.on_day - date '2000-01-01')::numeric), ('f', p.orders::numeric), ('m', p.money)) AS d (dimension, x))
    SELECT a.source, a.customer, a.dimension, a.x, count(*) AS n,
           count(*) FILTER (WHERE b.x < a.x) AS below, count(*) FILTER (WHERE b.x = a.x) AS ties
    FROM value a JOIN value b USING (source, dimension)
    GROUP BY a.source, a.customer, a.dimension, a.x;
CREATE TEMP TABLE scored AS
    SELECT source, method, bins, customer, dimension, score
    FROM (SELECT 'pop' AS source, method, bins, customer, rfm_score(on_day, orders, money, bins, method) OVER (PARTITION BY method, bins) AS s
          FROM pop, unnest('{rank,midrank,quantile}'::text[]) AS method, unnest('{2,3,5,10,11,100}'::int[]) AS bins
          UNION ALL
          SELECT 'untied', method, bins, customer, rfm_score(on_day, orders, money, bins, method) OVER (PARTITION BY method, bins)
          FROM untied, unnest('{rank,midrank,quantile}'::text[]) AS method, unnest('{2,3,5,10,11,100}'::int[]) AS bins) AS x
    CROSS JOIN LATERAL (VALUES ('r', (s).r), ('f', (s).f), ('m', (s).m)) AS d (dimension, score);
ANALYZE fact, scored;
SELECT is((SELECT count(*) FROM scored), (433 + 400) * 3 * 6 * 3::bigint, 'everybody has three scores under every method');
SELECT is(count(*) FILTER (WHERE score <> least(bins, 1 + floor(bins * below::numeric / (n - 1)))), 0::bigint,
          'rank counts the rows strictly below')
FROM scored JOIN fact USING (source, customer, dimension) WHERE method = 'rank';
SELECT is(count(*) FILTER (WHERE score <> least(bins, 1 + floor(bins * (below + (ties - 1) / 2.0) / (n - 1)))), 0::bigint,
          'midrank adds half of the others that are tied')
FROM scored JOIN fact USING (source, customer, dimension) WHERE method = 'midrank';
SELECT is(count(*) FILTER (WHERE a.score <> b.score), 0::bigint, 'without ties midrank is rank')
FROM scored a JOIN scored b USING (source, customer, dimension, bins)
WHERE a.source = 'untied' AND a.method = 'midrank' AND b.method = 'rank';

-- type-7 quantiles: at positions (n - 1) i / bins of the sorted values, between them linear
CREATE TEMP TABLE sorted AS
    SELECT source, dimension, array_agg(x ORDER BY x) AS v, count(*) AS n FROM fact GROUP BY source, dimension;
CREATE TEMP TABLE cut AS
    SELECT source, dimension, bins, i,
           v[place + 1] + (part::numeric / bins) * (coalesce(v[place + 2], v[place + 1]) - v[place + 1]) AS cut
    FROM sorted, unnest('{2,5,10}'::int[]) AS bins, generate_series(1, bins - 1) AS i
    CROSS JOIN LATERAL (SELECT ((n - 1) * i / bins)::int AS place, (n - 1) * i % bins AS part) AS h;
ANALYZE cut;
SELECT is(count(*) FILTER (WHERE score <> 1 + (SELECT count(*) FROM cut c WHERE c.cut <= x
                                               AND (c.source, c.dimension, c.bins) = (s.source, s.dimension, s.bins))), 0::bigint,
          'quantile counts the type-7 cut points not above the value')
FROM scored s JOIN fact USING (source, customer, dimension) WHERE method = 'quantile' AND bins IN (2, 5, 10);
SELECT is(count(*) FILTER (WHERE abs(c.cut::float8 - q.cut) > 1e-9), 0::bigint, 'those cut points are percentile_cont''s')
FROM cut c JOIN (SELECT source, dimension, bins, i, percentile_cont(i::float8 / bins) WITHIN GROUP (ORDER BY x) AS cut
                 FROM fact, unnest('{2,5,10}'::int[]) AS bins, generate_series(1, bins - 1) AS i
                 GROUP BY source, dimension, bins, i) AS q USING (source, dimension, bins, i);
SELECT is(count(*), 0::bigint, 'equal values are never scored differently')
FROM (SELECT FROM scored JOIN fact USING (source, customer, dimension)
      GROUP BY method, source, dimension, bins, x HAVING min(score) <> max(score)) AS unfair;
SELECT is(count(*), 0::bigint, 'a larger value never has a smaller score')
FROM (SELECT score, lag(score) OVER (PARTITION BY method, source, dimension, bins ORDER BY x) AS before
      FROM scored JOIN fact USING (source, customer, dimension)) AS x WHERE score < before;

-- ntile is SQL's, ties in the order of the window
SELECT is(count(*), 0::bigint, 'ntile is SQL''s, for 4 numbers of bins and 5 of rows')
FROM (SELECT k, n, rfm_score(on_day, orders, money, k, 'ntile') OVER (PARTITION BY k, n ORDER BY customer) AS s,
             ntile(k) OVER (PARTITION BY k, n ORDER BY on_day, customer) AS r,
             ntile(k) OVER (PARTITION BY k, n ORDER BY orders, customer) AS f,
             ntile(k) OVER (PARTITION BY k, n ORDER BY money, customer) AS m
      FROM pop, unnest('{2,5,7,100}'::int[]) AS k, unnest('{1,3,5,99,433}'::int[]) AS n WHERE customer <= n) AS x
WHERE ((s).r, (s).f, (s).m) IS DISTINCT FROM (r, f, m);
SELECT is(count(*), 0::bigint, 'without ties ntile is SQL''s in any order of the window')
FROM (SELECT rfm_score(on_day, orders, money, 7, 'ntile') OVER (ORDER BY md5(customer::text)) AS s, ntile(7) OVER (ORDER BY on_day) AS r,
             ntile(7) OVER (ORDER BY orders) AS f, ntile(7) OVER (ORDER BY money) AS m FROM untied) AS x
WHERE ((s).r, (s).f, (s).m) IS DISTINCT FROM (r, f, m);
SELECT is(count(*), 0::bigint, 'with ties the buckets of ntile have SQL''s sizes for every value')
FROM ((SELECT orders, (s).f, count(*) FROM (SELECT orders, rfm_score(on_day, orders, money, 7, 'ntile') OVER () AS s FROM pop) x GROUP BY 1, 2)
      EXCEPT (SELECT orders, f, count(*) FROM (SELECT orders, ntile(7) OVER (ORDER BY orders) AS f FROM pop) x GROUP BY 1, 2)) AS wrong;

-- nested: F within R, M within R and F
SELECT is(count(*), 0::bigint, 'nested ranks F within R, and M within R and F')
FROM (SELECT x.*,
             least(4, 1 + 4 * (rank() OVER (ORDER BY on_day) - 1) / (count(*) OVER () - 1)) AS r,
             least(4, 1 + 4 * (rank() OVER (PARTITION BY (s).r ORDER BY orders) - 1) / greatest(1, count(*) OVER (PARTITION BY (s).r) - 1)) AS f,
             least(4, 1 + 4 * (rank() OVER (PARTITION BY (s).r, (s).f ORDER BY money) - 1) / greatest(1, count(*) OVER (PARTITION BY (s).r, (s).f) - 1)) AS m
      FROM (SELECT *, rfm_score(on_day, orders, money, 4, 'nested') OVER () AS s FROM pop) AS x) AS y
WHERE ((s).r, (s).f, (s).m) IS DISTINCT FROM (r::int, f::int, m::int);

-- partitions, frames, windows of their own
SELECT is(count(*), 0::bigint, 'a partition is a population of its own')
FROM (SELECT customer % 3 AS part, orders, (rfm_score(on_day, orders, money) OVER (PARTITION BY customer % 3)).f,
             rank() OVER (PARTITION BY customer % 3 ORDER BY orders) - 1 AS below, count(*) OVER (PARTITION BY customer % 3) AS n FROM pop) AS x
WHERE f <> least(5, 1 + 5 * below / (n - 1));
SELECT is(count(*), 0::bigint, 'many small partitions, each of its own number of bins')
FROM (SELECT customer / 4 AS part, 2 + customer / 4 % 99 AS bins, orders,
             (rfm_score(on_day, orders, money, 2 + customer / 4 % 99) OVER (PARTITION BY customer / 4)).f,
             rank() OVER (PARTITION BY customer / 4 ORDER BY orders) - 1 AS below, count(*) OVER (PARTITION BY customer / 4) AS n FROM pop) AS x
WHERE f <> least(bins, 1 + bins * below / greatest(1, n - 1));
SELECT is(count(*), 0::bigint, 'frames and exclusions make no difference')
FROM (SELECT rfm_score(on_day, orders, money) OVER () AS a,
             rfm_score(on_day, orders, money) OVER (ORDER BY customer ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS b,
             rfm_score(on_day, orders, money) OVER (ORDER BY money RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE GROUP) AS c,
             rfm_score(on_day, orders, money) OVER (ORDER BY orders GROUPS BETWEEN CURRENT ROW AND CURRENT ROW EXCLUDE CURRENT ROW) AS d
      FROM pop) AS x WHERE a IS DISTINCT FROM b OR a IS DISTINCT FROM c OR a IS DISTINCT FROM d;
SELECT is((SELECT count(*) FROM (SELECT rfm_score(on_day, orders, money, bins) OVER (PARTITION BY bins) AS s, bins
                                 FROM pop, unnest('{2,10,11,100}'::int[]) AS bins) x
           WHERE (s).r NOT BETWEEN 1 AND bins OR (s).f NOT BETWEEN 1 AND bins OR (s).m NOT BETWEEN 1 AND bins), 0::bigint,
          'scores stay within 1 and bins');

-- every overload scores alike
SELECT is(count(*), 0::bigint, 'date, timestamp and timestamptz; numeric, double precision and bigint')
FROM (SELECT rfm_score(on_day, orders, money, 7) OVER () AS a,
             rfm_score(on_day::timestamp, orders, money, 7) OVER () AS b,
             rfm_score(on_day::timestamp AT TIME ZONE 'UTC', orders, money, 7) OVER () AS c,
             rfm_score(on_day, orders, money::float8, 7) OVER () AS d,
             rfm_score(on_day, orders, (money * 100)::bigint, 7) OVER () AS e,
             rfm_score(on_day::timestamp, orders, money::float8, 7) OVER () AS f,
             rfm_score(on_day::timestamp, orders, (money * 100)::bigint, 7) OVER () AS g,
             rfm_score(on_day::timestamp AT TIME ZONE 'UTC', orders, money::float8, 7) OVER () AS h,
             rfm_score(on_day::timestamp AT TIME ZONE 'UTC', orders::int, (money * 100)::int, 7) OVER () AS i
      FROM pop) AS x
WHERE b IS DISTINCT FROM a OR c IS DISTINCT FROM a OR d IS DISTINCT FROM a OR e IS DISTINCT FROM a OR f IS DISTINCT FROM a
   OR g IS DISTINCT FROM a OR h IS DISTINCT FROM a OR i IS DISTINCT FROM a;

-- numerics of any size: the server's own comparison decides
CREATE TEMP TABLE amount AS
    SELECT n, CASE n % 4 WHEN 0 THEN round(random()::numeric, n % 21) * power(10, n % 17)::bigint
                         WHEN 1 THEN -round((random() * 1000)::numeric, 2) / (1 + n % 7)
                         WHEN 2 THEN (random() * 1e15)::bigint::numeric * 1000
                         ELSE round((random() * 5)::numeric, n % 3) END AS x
    FROM generate_series(1, 3000) AS n;
INSERT INTO amount SELECT 3000 + n, trim_scale(x) FROM amount;
SELECT cmp_ok((SELECT max(scale(x)) FROM amount), '>=', 20, 'amounts of twenty decimals');
SELECT is(count(*), 0::bigint, 'exact order of numerics that span more than 64 bits, whatever their scales')
FROM (SELECT (rfm_score(date '2024-01-01', 1, x, 100) OVER ()).m, rank() OVER (ORDER BY x) - 1 AS below, count(*) OVER () AS n FROM amount) AS y
WHERE m <> least(100, 1 + 100 * below / (n - 1));
SELECT is(count(*), 0::bigint, 'and within groups')
FROM (SELECT (rfm_score(date '2024-01-01' + n % 3, 1, x, 3, 'nested') OVER ()).m, n % 3 AS part, rank() OVER (PARTITION BY n % 3 ORDER BY x) - 1 AS below,
             count(*) OVER (PARTITION BY n % 3) AS n FROM amount) AS y
WHERE m <> least(3, 1 + 3 * below / (n - 1)) AND part = 0;
SELECT is(count(DISTINCT (rfm_score)), 1::bigint, 'equal numbers of different scales are tied')
FROM (SELECT rfm_score(date '2024-01-01', 1, x, 5, 'midrank') OVER () FROM (VALUES (1.5), (1.50), (1.500000000000000000000)) AS v (x)) AS y;
SELECT is(array_agg((s).m ORDER BY x), '{1,2,2,3}', 'zeros of both signs are equal, negative revenue is below')
FROM (SELECT x, rfm_score(date '2024-01-01', 1, x, 3) OVER () AS s FROM (VALUES (float8 '-0'), (0), (-2.5), (7)) AS v (x)) AS y;

-- who never ordered is no part of the population
CREATE TEMP TABLE mixed AS
    SELECT customer, orders, on_day, money, true AS bought FROM pop
    UNION ALL SELECT 10000 + n, CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN 0 ELSE 3 END,
                     CASE n % 4 WHEN 2 THEN NULL ELSE date '2024-02-01' END, CASE n % 4 WHEN 3 THEN NULL ELSE 1 END, false
    FROM generate_series(1, 800) AS n;
SELECT is((SELECT count(*) FROM (SELECT bought, rfm_score(on_day, orders, money) OVER () AS s FROM mixed) x WHERE bought = (s IS NULL)), 0::bigint,
          'a null argument or no orders gives null');
SELECT is((SELECT count(*) FROM (SELECT customer, rfm_score(on_day, orders, money, 5, 'nested') OVER () AS a FROM pop) x
           JOIN (SELECT customer, rfm_score(on_day, orders, money, 5, 'nested') OVER () AS b FROM mixed) y USING (customer)
           WHERE a IS DISTINCT FROM b), 0::bigint, 'prospects change nobody''s score under nested');
SELECT is((SELECT count(*) FROM (SELECT customer, rfm_score(on_day, orders, money, 5, 'ntile') OVER (ORDER BY customer) AS a FROM pop) x
           JOIN (SELECT customer, rfm_score(on_day, orders, money, 5, 'ntile') OVER (ORDER BY customer) AS b FROM mixed) y USING (customer)
           WHERE a IS DISTINCT FROM b), 0::bigint, 'nor under ntile');
SELECT is((SELECT count(*) FROM (SELECT customer, rfm_score(on_day, orders, money) OVER () AS a FROM pop) x
           JOIN (SELECT customer, rfm_score(on_day, orders, money) OVER () AS b FROM mixed) y USING (customer)
           WHERE a IS DISTINCT FROM b), 0::bigint, 'nor under rank');

-- one, none, equal
SELECT is(string_agg(DISTINCT s::text, ' '), '(1,1,1)', 'one customer has 1, 1, 1 under every method')
FROM (SELECT rfm_score(date '2024-01-01', 3, 9.99, 5, method) OVER (PARTITION BY method) AS s
      FROM unnest('{rank,midrank,quantile,nested,ntile}'::text[]) AS method) AS x;
SELECT is(count(s), 0::bigint, 'nobody') FROM (SELECT rfm_score(on_day, orders, money) OVER () AS s FROM pop WHERE false) AS x;
SELECT is(count(s), 0::bigint, 'nobody who ordered') FROM (SELECT rfm_score(on_day, 0, money) OVER () AS s FROM pop) AS x;
SELECT is(string_agg(DISTINCT s::text, ' '), '(1,1,1)', 'a million equal customers')
FROM (SELECT rfm_score(date '2024-01-01', 3, 9.99) OVER () AS s FROM generate_series(1, 1000000)) AS x;
SELECT is(string_agg(DISTINCT s::text, ' ' ORDER BY s::text), '(1,1,1) (2,2,2) (3,3,3) (4,4,4) (5,5,5)', 'ten equal customers under ntile')
FROM (SELECT rfm_score(date '2024-01-01', 3, 9.99, 5, 'ntile') OVER () AS s FROM generate_series(1, 10)) AS x;
SELECT is(array_agg(s::text ORDER BY n), '{"(1,1,1)","(5,5,5)"}', 'two customers are the worst and the best')
FROM (SELECT n, rfm_score(date '2024-01-01' + n, n, n) OVER () AS s FROM generate_series(1, 2) AS n) AS x;
SELECT is(array_agg((s).r ORDER BY n), '{1,3,5}', 'dates that no timestamp can hold')
FROM (SELECT n, rfm_score(date '5874000-01-01' + n, 1, 1) OVER () AS s FROM generate_series(1, 3) AS n) AS x;

-- a tuple store on disk
SET LOCAL work_mem = '64kB';
SELECT is(count(*), 0::bigint, 'scores do not depend on work_mem')
FROM (SELECT orders, money, rfm_score(on_day, orders, money) OVER () AS s,
             rank() OVER (ORDER BY orders) - 1 AS f, rank() OVER (ORDER BY money) - 1 AS m, count(*) OVER () AS n
      FROM pop) AS x WHERE (s).f <> least(5, 1 + 5 * f / (n - 1)) OR (s).m <> least(5, 1 + 5 * m / (n - 1));

SELECT * FROM finish();
ROLLBACK;
