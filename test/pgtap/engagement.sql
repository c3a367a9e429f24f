BEGIN;
SET LOCAL search_path = customer_segments, public;
SET LOCAL jit = off;
SELECT plan(10);

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
-- each kind has a half-life and a weight of its own, here the i-th kind i / 4 and 2 + 3 i
SELECT is_empty(
    $$SELECT 1 FROM pg_temp.whole w CROSS JOIN (VALUES (date '2023-12-31'), ('2024-05-05')) d(day)
        CROSS JOIN (SELECT array_agg(i / 4.0 ORDER BY i)::float8[] AS weights, array_agg(2.0 + 3 * i ORDER BY i)::float8[] AS half_lives FROM generate_series(1, 21) i) a
        CROSS JOIN LATERAL (SELECT COALESCE(sum(u.events * k.i / 4.0 * power(2, -(d.day - u.day) / (2.0 + 3 * k.i))), 0) AS score
                              FROM unnest(w.h) u JOIN unnest(event_kinds()) WITH ORDINALITY AS k(kind, i) USING (kind) WHERE u.day <= d.day) s
       WHERE abs(engagement_score(w.h, d.day, a.weights, a.half_lives) - s.score) > 1e-9 * (1 + s.score)$$, 'a half-life for each kind: scores of plain SQL');
SET LOCAL client_min_messages = warning;
CREATE SCHEMA shop;
CREATE TABLE shop.events AS SELECT customer_id, kind AS event_type, at AS occurred_at FROM events;
SELECT create_workspace('seg', 'shop');
UPDATE seg.engagement_weight k SET weight = i / 4.0, half_life_days = 2 + 3 * i FROM unnest(event_kinds()) WITH ORDINALITY AS o(name, i) WHERE o.name = k.kind;
SET LOCAL customer_segments.as_of = '2024-05-06';
SELECT is_empty(
    $$SELECT 1 FROM seg.engagement v FULL JOIN
        (SELECT customer_id, COALESCE(sum(weight * power(2, -(date '2024-05-05' - day) / half_life_days)) FILTER (WHERE day <= '2024-05-05'), 0) AS score,
                COALESCE(sum(weight * power(2, -(date '2024-04-05' - day) / half_life_days)) FILTER (WHERE day <= '2024-04-05'), 0) AS score_before
           FROM (SELECT customer_id, (at AT TIME ZONE 'UTC')::date AS day, kind FROM events) e JOIN seg.engagement_weight USING (kind) GROUP BY 1) p USING (customer_id)
       WHERE (abs(v.score - p.score) + abs(v.score_before - p.score_before) + abs(v.score_change - p.score + p.score_before) <= 1e-9 * (1 + p.score)) IS NOT TRUE$$,
    'and by the table of a workspace');

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
