-- affinity against plain SQL; merged = whole, shuffled = sorted = parallel, by bytes; ties, windows, decay, many labels.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(34);

SELECT setseed(0.42) \g /dev/null
CREATE TABLE visit AS
SELECT i AS id, (random() * random() * 200)::int AS customer_id, (ARRAY['app', 'store', 'site', 'market place', 'Ärger', NULL, ''])[1 + floor(random() * 7)::int] AS label,
       CASE WHEN random() < 0.02 THEN NULL ELSE round((random() * 60 - 5)::numeric, floor(random() * 4)::int) END AS weight, timestamptz '2024-01-01 00:00Z' + floor(random() * 300) * interval '7 hours' AS at
  FROM generate_series(1, 8000) i;
ANALYZE visit;

-- the same figures in plain SQL
CREATE TEMP TABLE plain AS
WITH label AS (
    SELECT customer_id, label, count(*) AS n, sum(weight) AS weight, min(at) AS first_at, max(at) AS last_at FROM visit WHERE label <> '' AND weight IS NOT NULL GROUP BY 1, 2),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY weight DESC, last_at DESC, label COLLATE "C") AS by_weight,
           row_number() OVER (PARTITION BY customer_id ORDER BY n DESC, last_at DESC, label COLLATE "C") AS by_count,
           row_number() OVER (PARTITION BY customer_id ORDER BY last_at DESC, weight DESC, label COLLATE "C") AS by_time, row_number() OVER (PARTITION BY customer_id ORDER BY first_at, weight DESC, label COLLATE "C") AS by_first,
           GREATEST(weight, 0) / NULLIF(sum(GREATEST(weight, 0)) OVER (PARTITION BY customer_id), 0) AS share, n / sum(n) OVER (PARTITION BY customer_id) AS count_share FROM label)
SELECT customer_id, sum(n)::bigint AS n, count(*) AS labels, sum(weight) AS weight, min(first_at) AS first_at, max(last_at) AS last_at, max(label) FILTER (WHERE by_first = 1) AS first_label,
       max(label) FILTER (WHERE by_weight = 1 AND weight > 0) AS top_label, max(label) FILTER (WHERE by_count = 1) AS top_by_count, max(label) FILTER (WHERE by_time = 1) AS last_label,
       (max(share) FILTER (WHERE by_weight = 1))::float8 AS share, (max(share) FILTER (WHERE by_weight = 1) - COALESCE(max(share) FILTER (WHERE by_weight = 2), 0))::float8 AS margin,
       sum(share * share)::float8 AS hhi, - sum(share * ln(NULLIF(share, 0)) / ln(2.0))::float8 AS entropy, (max(count_share) FILTER (WHERE by_count = 1))::float8 AS count_share,
       COALESCE(max(share) FILTER (WHERE label = 'store'), 0)::float8 AS store_share
  FROM ranked GROUP BY customer_id;
CREATE TEMP TABLE ours AS SELECT customer_id, affinity_agg(label, weight, at) AS a FROM visit GROUP BY 1;
SELECT cmp_ok(count(a), '>', 180::bigint, 'customers') FROM ours;
SELECT is((SELECT count(*) FROM ours FULL JOIN plain USING (customer_id), LATERAL affinity_summary(a) s
            WHERE (s.top_label, s.n, s.labels, s.weight, s.first_label, s.first_at, s.last_label, s.last_at) IS DISTINCT FROM
                  (plain.top_label, plain.n, plain.labels, plain.weight, plain.first_label, plain.first_at, plain.last_label, plain.last_at)),
          0::bigint, 'top label, n, labels, weight, first and last label and time, as plain SQL has them');
SELECT is((SELECT count(*) FROM ours JOIN plain USING (customer_id), LATERAL affinity_summary(a) s
            WHERE NOT (abs(s.top_share - share) < 1e-12 AND abs(s.top_margin - margin) < 1e-12 AND abs(s.hhi - plain.hhi) < 1e-12 AND abs(s.entropy - COALESCE(plain.entropy, 0)) < 1e-12)),
          0::bigint, 'share, margin, HHI and entropy');
SELECT is((SELECT count(*) FROM ours JOIN plain USING (customer_id)
            WHERE (top_label(a, 'count'), abs(top_share(a, 'count') - count_share) < 1e-12, abs(share_of(a, 'store') - store_share) < 1e-12) IS DISTINCT FROM (top_by_count, true, true) AND share IS NOT NULL),
          0::bigint, 'by count, and the share of one label');
SELECT is((SELECT count(*) FROM ours, LATERAL affinity_summary(a) s
            WHERE (s.top_label, s.top_share, s.top_margin, s.n, s.labels, s.weight, s.hhi, s.entropy, s.first_label, s.first_at, s.last_label, s.last_at) IS DISTINCT FROM
                  (top_label(a), top_share(a), top_margin(a), row_count(a), label_count(a), total_weight(a), hhi(a), entropy(a), first_label(a), first_at(a), last_label(a), last_at(a))), 0::bigint, 'one by one the same');
SELECT is((SELECT count(*) FROM ours, LATERAL customer_segments.unnest(a) u WHERE (u.n, u.weight, u.first_at, u.last_at) IS DISTINCT FROM (row_count(a, u.label), total_weight(a, u.label), first_at(a, u.label), last_at(a, u.label))),
          0::bigint, 'label by label the same');
SELECT results_eq('SELECT label, sum(n)::bigint, sum(weight), min(first_at), max(last_at) FROM ours, LATERAL customer_segments.unnest(a) GROUP BY 1 ORDER BY 1',
                  $$SELECT label, count(*), sum(weight), min(at), max(at) FROM visit WHERE label <> '' AND weight IS NOT NULL GROUP BY 1 ORDER BY 1$$, 'unnested: plain sums');

-- the same bytes in any order, from any parts, by any plan
CREATE TEMP TABLE sorted AS SELECT customer_id, affinity_send(affinity_agg(label, weight, at ORDER BY at)) AS bytes, affinity_send(affinity_agg(label, weight, at, '2024-04-01 00:00Z', 20 ORDER BY at)) AS decayed FROM visit GROUP BY 1;
CREATE FUNCTION pg_temp.differing(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM sorted FULL JOIN (%s) other USING (customer_id) WHERE bytes IS DISTINCT FROM affinity_send(other.a)', query) INTO n;
    EXECUTE format('SELECT $1 + count(*) FROM sorted FULL JOIN (%s) other USING (customer_id) WHERE decayed IS DISTINCT FROM affinity_send(other.a)',
                   replace(query, 'weight, at', 'weight, at, ''2024-04-01 00:00Z'', 20')) INTO n USING n;
    RETURN n;
END $$;
SELECT is(pg_temp.differing(query), 0::bigint, name) FROM (VALUES
    ('as it comes', 'SELECT customer_id, affinity_agg(label, weight, at) AS a FROM visit GROUP BY 1'),
    ('backwards', 'SELECT customer_id, affinity_agg(label, weight, at ORDER BY at DESC) AS a FROM visit GROUP BY 1'),
    ('shuffled', 'SELECT customer_id, affinity_agg(label, weight, at ORDER BY md5(id::text)) AS a FROM visit GROUP BY 1'),
    ('rolled up from weeks', 'SELECT customer_id, rollup(a) AS a FROM (SELECT customer_id, affinity_agg(label, weight, at) AS a FROM visit GROUP BY 1, date_trunc(''week'', at)) m GROUP BY 1'),
    ('rolled up from random parts', 'SELECT customer_id, rollup(a) AS a FROM (SELECT customer_id, affinity_agg(label, weight, at) AS a FROM visit GROUP BY 1, CASE WHEN id % 3 = 0 THEN id ELSE id % 5 END) m GROUP BY 1'),
    ('rolled up from texts', 'SELECT customer_id, rollup(a::text::affinity) AS a FROM (SELECT customer_id, affinity_agg(label, weight, at) AS a FROM visit GROUP BY 1, id % 7) m GROUP BY 1'),
    ('a || b', 'SELECT customer_id, COALESCE(a || b, a, b) AS a FROM (SELECT customer_id, affinity_agg(label, weight, at) FILTER (WHERE id % 2 = 0) AS a, affinity_agg(label, weight, at) FILTER (WHERE id % 2 = 1) AS b FROM visit GROUP BY 1) p'),
    ('as a window', 'SELECT DISTINCT ON (customer_id) customer_id, affinity_agg(label, weight, at) OVER (PARTITION BY customer_id) AS a FROM visit')) v(name, query);
SET LOCAL enable_hashagg = off;
SELECT is(pg_temp.differing('SELECT customer_id, affinity_agg(label, weight, at) AS a FROM visit GROUP BY 1'), 0::bigint, 'sorted groups');
SET LOCAL enable_hashagg = on;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
ALTER TABLE visit SET (parallel_workers = 3);
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT isnt_empty($q$ SELECT 1 FROM pg_temp.plan_of('SELECT customer_id, affinity_agg(label, weight, at) AS a FROM visit GROUP BY 1') AS line WHERE line ~ 'Partial (Hash|Group)?Aggregate' $q$, 'workers take part');
SELECT is(pg_temp.differing('SELECT customer_id, affinity_agg(label, weight, at) AS a FROM visit GROUP BY 1'), 0::bigint, 'in workers: the same bytes');
CREATE TABLE whole AS SELECT affinity_agg(label, weight, at) AS a, affinity_agg(label, at) AS n, affinity_agg(label, weight::float8, at) AS d, affinity_agg(label, (weight * 1000)::bigint, at) AS i FROM visit;
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is((SELECT a FROM whole), (SELECT affinity_agg(label, weight, at) FROM visit), 'one affinity of all');
SELECT is((SELECT a FROM whole), (SELECT rollup(a) FROM ours), 'or of those of all customers');
SELECT is(i, (SELECT affinity_agg(label, (weight * 1000)::bigint, at) FROM visit), 'bigint') FROM whole;
SELECT is(n, (SELECT affinity_agg(label, 1::numeric, at) FROM visit), 'without a weight: every row weighs 1') FROM whole;
SELECT is((SELECT jsonb_agg((label, u.n, trim_scale(weight))) FROM customer_segments.unnest(d) u), (SELECT jsonb_agg((label, u.n, trim_scale(weight))) FROM customer_segments.unnest(a) u), 'doubles are read as the decimals they were written as') FROM whole;

-- windows are filters; parts by time roll up to any of them
SELECT is(rollup(a) FILTER (WHERE month >= '2024-02-01'), (SELECT affinity_agg(label, weight, at) FROM visit WHERE at >= '2024-02-01 00:00Z'), 'a window of whole months from stored months')
  FROM (SELECT date_trunc('month', at AT TIME ZONE 'UTC') AS month, affinity_agg(label, weight, at) AS a FROM visit GROUP BY 1) m;

-- decay against plain SQL, to the nine decimals of each row
SELECT cmp_ok(max(abs(u.weight - p.weight)), '<', 0.0000005, 'decayed weights are those of plain SQL')
  FROM customer_segments.unnest((SELECT affinity_agg(label, weight, at, '2024-04-01 00:00Z', 20) FROM visit)) u
  FULL JOIN (SELECT label, sum(weight * (0.5 ^ (extract(epoch FROM timestamptz '2024-04-01 00:00Z' - at) / 1728000))) AS weight FROM visit
              WHERE label <> '' AND weight IS NOT NULL AND at < '2024-04-01 00:00Z' GROUP BY 1) p USING (label);
SELECT is(total_weight(affinity_agg('a', 8, timestamptz '2024-01-01 00:00Z' - d * interval '1 day', '2024-01-01 00:00Z', 1.5)), 7::numeric, '8 / 2 + 8 / 4 + 8 / 8 after 1.5, 3 and 4.5 days; 8 days later does not exist')
  FROM unnest(ARRAY[1.5, 3, 4.5, -8, 0]) d;
SELECT is(affinity_agg('a', 1, now(), now(), 30), NULL, 'as_of itself does not exist');

-- ties
SELECT is(top_label(affinity_agg(l, w, t::timestamptz)), top, why) FROM (VALUES
    ('the larger weight', 'x', 'x', 5, '2024-01-01'), ('the larger weight', 'x', 'y', 4.99, '2024-01-02'), ('then the later', 'y', 'x', 5, '2024-01-01'), ('then the later', 'y', 'y', 5.00, '2024-01-02'),
    ('then the first by bytes', 'Z', 'a', 5, '2024-01-02'), ('then the first by bytes', 'Z', 'Z', 5.00, '2024-01-02')) v(why, top, l, w, t) GROUP BY why, top ORDER BY why;

-- many labels, in one state and merged
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE many AS SELECT affinity_agg('channel ' || i % 10000, i, timestamptz '2024-01-01 00:00Z' + i * interval '1 second') AS a, affinity_agg('channel ' || i % 10000, i, timestamptz '2024-01-01 00:00Z' + i * interval '1 second') FILTER (WHERE i % 10000 < 6000) AS part
  FROM generate_series(1, 50000) i;
SELECT is((label_count(a), row_count(a), total_weight(a), top_label(a), last_label(a)), (10000::bigint, 50000::bigint, 1250025000::numeric, 'channel 0'::text, 'channel 0'::text), '10,000 labels') FROM many;
SELECT is(label_count(part || a), 10000::bigint, 'merged') FROM many;
SELECT is(a::text::affinity, a, 'as text and back') FROM many;
SELECT throws_ok($$SELECT affinity_agg('order ' || i, 1, now()) FROM generate_series(1, 65537) i$$, '54000', 'affinity cannot hold more than 65536 labels', 'the limit');

SELECT * FROM finish();
ROLLBACK;
