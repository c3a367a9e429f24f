BEGIN;
SET LOCAL search_path = customer_segments, public;
SET LOCAL jit = off;
SELECT plan(11);

CREATE TABLE pg_temp.events AS
SELECT h.n % 40 AS customer_id, (event_kinds())[1 + h.k % 21] AS kind, timestamptz '2023-06-01 00:00Z' + (h.t % 34560000) * interval '1 second' AS at,
       CASE WHEN h.v % 3 = 0 THEN NULL ELSE ((h.v % 20000) - 5000) / (CASE WHEN h.v % 2 = 0 THEN 100 ELSE 1 END)::numeric END AS value, h.n
  FROM (SELECT n, abs(hashint4(n)) AS k, abs(hashint4(n + 100000)::bigint) AS t, abs(hashint4(n + 200000)::bigint) AS v FROM generate_series(1, 12000) n) h;
CREATE TABLE pg_temp.whole AS
SELECT customer_id, activity_history_agg(kind, at, value, 'America/New_York', false) AS h FROM pg_temp.events GROUP BY customer_id;

-- bytes are the same in any order and by any parts
CREATE FUNCTION pg_temp.differs(name text) RETURNS text LANGUAGE sql
    RETURN format('SELECT w.customer_id FROM pg_temp.whole w FULL JOIN pg_temp.%I o USING (customer_id) WHERE activity_history_send(w.h) IS DISTINCT FROM activity_history_send(o.h)', name);
CREATE TABLE pg_temp.shuffled AS
SELECT customer_id, activity_history_agg(kind, at, value, 'America/New_York', false ORDER BY hashint4(n + 7)) AS h FROM pg_temp.events GROUP BY customer_id;
SELECT is_empty(pg_temp.differs('shuffled'), 'shuffled = as stored, by bytes');
CREATE TABLE pg_temp.sorted AS
SELECT customer_id, activity_history_agg(kind, at, value, 'America/New_York', false ORDER BY at DESC, n) AS h FROM pg_temp.events GROUP BY customer_id;
SELECT is_empty(pg_temp.differs('sorted'), 'latest first = as stored, by bytes');
CREATE TABLE pg_temp.merged AS
SELECT customer_id, rollup(h ORDER BY hashint4(part)) AS h
  FROM (SELECT customer_id, n / 40 % 7 AS part, activity_history_agg(kind, at, value, 'America/New_York', false) AS h FROM pg_temp.events GROUP BY 1, 2) p GROUP BY 1;
SELECT is_empty(pg_temp.differs('merged'), 'merged = whole, by bytes');
CREATE TABLE pg_temp.joined AS
SELECT customer_id, a.h || b.h AS h
  FROM (SELECT customer_id, activity_history_agg(kind, at, value, 'America/New_York', false) AS h FROM pg_temp.events WHERE at < '2024-01-01' GROUP BY 1) a
  JOIN (SELECT customer_id, activity_history_agg(kind, at, value, 'America/New_York', false) AS h FROM pg_temp.events WHERE at >= '2024-01-01' GROUP BY 1) b USING (customer_id);
SELECT is_empty(pg_temp.differs('joined'), 'a || b = whole, by bytes');
CREATE TABLE pg_temp.again AS SELECT customer_id, h::text::activity_history AS h FROM pg_temp.whole;
SELECT is_empty(pg_temp.differs('again'), 'text gives back the same bytes');

-- answers are those of plain SQL
SELECT set_eq(
    'SELECT customer_id, (unnest(h)).* FROM pg_temp.whole',
    $$SELECT customer_id, (at AT TIME ZONE 'America/New_York')::date, kind, count(*), COALESCE(sum(value), 0) FROM pg_temp.events GROUP BY 1, 2, 3$$,
    'days, kinds, counts and values of plain SQL');
SELECT is_empty(
    $$SELECT * FROM pg_temp.whole w CROSS JOIN (VALUES (date '2023-06-01', date '2023-06-30'), ('2023-12-31', '2024-03-01'), ('2024-03-10', '2024-03-11'), ('2024-05-01', '2023-01-01')) r(a, b)
        CROSS JOIN unnest(event_kinds() || NULL::text) k
        CROSS JOIN LATERAL (SELECT count(*) AS n, COALESCE(sum(e.value), 0) AS v, count(DISTINCT e.day) AS days, min(e.day) AS first, max(e.day) AS last
                              FROM (SELECT (at AT TIME ZONE 'America/New_York')::date AS day, kind, value FROM pg_temp.events x WHERE x.customer_id = w.customer_id AND w.customer_id < 10) e
                             WHERE e.day >= r.a AND e.day < r.b AND (k IS NULL OR e.kind = k)) s
       WHERE w.customer_id < 10
         AND (event_count(h, k, a, b), event_value(h, k, a, b), event_days(h, k, a, b)) IS DISTINCT FROM (s.n, s.v, s.days)
          OR w.customer_id < 10 AND (first_event_on(h, k, a, b), last_event_on(h, k, a, b)) IS DISTINCT FROM (s.first, s.last)$$,
    'windows: counts, values, days, first and last of plain SQL');

-- parallel plan = serial plan
CREATE TABLE events_on_disk (customer_id integer, kind text, at timestamptz, value numeric) WITH (parallel_workers = 2);
INSERT INTO events_on_disk SELECT customer_id, kind, at, value FROM pg_temp.events;
ANALYZE events_on_disk;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS off) ' || query; END; $$;
SELECT ok((SELECT count(*) > 0 FROM pg_temp.plan('SELECT activity_history_agg(kind, at, value) FROM events_on_disk') p WHERE p LIKE '%Partial Aggregate%'), 'the plan is parallel');
SELECT is((SELECT activity_history_send(activity_history_agg(kind, at, value, 'America/New_York', false)) FROM events_on_disk),
          (SELECT activity_history_send(rollup(h)) FROM pg_temp.whole), 'parallel = serial, by bytes');
CREATE TABLE pg_temp.parallel AS SELECT customer_id, activity_history_agg(kind, at, value, 'America/New_York', false) AS h FROM events_on_disk GROUP BY 1;
SELECT is_empty(pg_temp.differs('parallel'), 'parallel groups = serial groups, by bytes');

-- memory follows days and kinds, not events
SELECT is((SELECT (event_count(h), event_days(h), pg_column_size(h) < 300)::text FROM (SELECT activity_history_agg('page_view', timestamptz '2024-01-01Z' + i * interval '20 seconds') AS h FROM generate_series(0, 199999) i) x),
          '(200000,47,t)', 'two hundred thousand events of a month and a half stay small');

SELECT * FROM finish();
ROLLBACK;
