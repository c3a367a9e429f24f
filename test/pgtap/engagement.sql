BEGIN;
SET LOCAL search_path = customer_segments, public;
SET LOCAL jit = off;
SELECT plan(8);

CREATE TABLE events (customer_id integer, kind text, at timestamptz, n integer) WITH (parallel_workers = 2);
INSERT INTO events
SELECT h.n % 40, (event_kinds())[1 + h.k % 21], timestamptz '2023-06-01 00:00Z' + (h.t % 34560000) * interval '1 second', h.n
  FROM (SELECT n, abs(hashint4(n)) AS k, abs(hashint4(n + 100000)::bigint) AS t FROM generate_series(1, 12000) n) h;
ANALYZE events;
CREATE TABLE pg_temp.whole AS SELECT customer_id, activity_history_agg(kind, at, NULL, 'America/New_York', false) AS h FROM events GROUP BY customer_id;

-- engagement: a score is that of plain SQL, a level that of the direct aggregate at a midnight
SELECT is_empty(
    $$SELECT 1 FROM pg_temp.whole w CROSS JOIN (VALUES (date '2023-12-31'), ('2024-05-05')) d(day)
        CROSS JOIN LATERAL (SELECT COALESCE(sum(k.weight * u.events * power(2, -(d.day - u.day) / k.half_life_days)), 0) AS score
                              FROM unnest(w.h) u JOIN engagement_default_weights() k USING (kind) WHERE u.day <= d.day) s
       WHERE abs(engagement_score(w.h, d.day) - s.score) > 1e-9 * (1 + s.score)$$, 'scores of plain SQL');
SELECT is_empty(
    $$SELECT 1 FROM (SELECT customer_id, activity_history_agg(kind, at) AS h FROM events WHERE customer_id % 2 = 0 OR at < '2024-02-01' GROUP BY 1) w
        JOIN (SELECT customer_id, d.day, engagement_level(kind, at, (d.day + 1)::timestamp AT TIME ZONE 'UTC') AS level
                FROM events CROSS JOIN (VALUES (date '2023-05-01'), ('2023-12-31'), ('2024-03-05'), ('2024-04-20'), ('2024-08-01')) d(day)
               WHERE customer_id % 2 = 0 OR at < '2024-02-01' GROUP BY 1, 2) e USING (customer_id)
       WHERE engagement_level(w.h, e.day) IS DISTINCT FROM e.level$$, 'levels of histories are those of events');
SELECT is_empty(
    $$SELECT 1 FROM pg_temp.whole w, generate_series(0, 300, 7) i
       WHERE 2 * engagement_score(w.h, date '2024-08-01' + i + 30) <> engagement_score(w.h, date '2024-08-01' + i)$$,
    'without new events a score is exactly half after a half-life');

-- the aggregate: any order, any plan, as plain SQL
CREATE TABLE pg_temp.serial AS
SELECT customer_id, d.at AS as_of, engagement_level(kind, e.at, d.at ORDER BY n) AS level
  FROM events e CROSS JOIN (VALUES (timestamptz '2023-06-20 12:34:56Z'), ('2024-01-01Z'), ('2024-07-01 08:00Z'), ('2024-08-20Z'), ('2024-10-20Z')) d(at) WHERE e.at >= '2024-02-01' OR customer_id > 20 GROUP BY 1, 2;
SELECT set_eq('SELECT * FROM pg_temp.serial',
    $$SELECT customer_id, d.at, CASE WHEN count(*) FILTER (WHERE e.at < d.at) = 0 THEN 'unknown'
             WHEN count(*) FILTER (WHERE kind = 'email_open' AND e.at < d.at AND e.at >= d.at - interval '720 hours') >= 5
              AND count(*) FILTER (WHERE kind = 'email_click' AND e.at < d.at AND e.at >= d.at - interval '720 hours') >= 2 THEN 'highly_engaged'
             WHEN count(*) FILTER (WHERE kind <> ALL ('{email_received,survey_sent,unsubscribe,support_ticket}') AND e.at < d.at AND e.at >= d.at - interval '720 hours') > 0 THEN 'moderately_engaged'
             WHEN count(*) FILTER (WHERE kind <> ALL ('{email_received,survey_sent,unsubscribe,support_ticket}') AND e.at < d.at AND e.at >= d.at - interval '2160 hours') > 0 THEN 'low'
             ELSE 'dormant' END
        FROM events e CROSS JOIN (VALUES (timestamptz '2023-06-20 12:34:56Z'), ('2024-01-01Z'), ('2024-07-01 08:00Z'), ('2024-08-20Z'), ('2024-10-20Z')) d(at) WHERE e.at >= '2024-02-01' OR customer_id > 20 GROUP BY 1, 2$$,
    'levels of plain SQL');
SELECT cmp_ok((SELECT count(DISTINCT level) FROM pg_temp.serial), '>=', 4::bigint, 'of at least four kinds');
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 2;
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN (COSTS off) ' || query; END; $$;
SELECT ok((SELECT count(*) > 0 FROM pg_temp.plan('SELECT engagement_level(kind, at, ''2024-01-01Z'') FROM events') p WHERE p LIKE '%Partial Aggregate%'), 'the plan is parallel');
SELECT set_eq(
    $$SELECT customer_id, engagement_level(kind, at, '2024-07-01 08:00Z') FROM events WHERE at >= '2024-02-01' OR customer_id > 20 GROUP BY 1$$,
    $$SELECT customer_id, level FROM pg_temp.serial WHERE as_of = '2024-07-01 08:00Z'$$, 'parallel = serial');
SELECT is((SELECT engagement_level(kind, at, '2024-01-01Z') FROM events), 'highly_engaged', 'all of them together');
SELECT * FROM finish();
ROLLBACK;
