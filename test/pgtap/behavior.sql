-- event_sequence: merged = whole, shuffled = sorted = parallel, by bytes; sessions and retention against plain SQL.
BEGIN;
SET search_path = customer_segments, public;
SET client_min_messages = warning;
SELECT plan(17);

SELECT setseed(0.42) IS NULL AS seeded;
CREATE TABLE event AS
    SELECT n, 1 + floor(random() * random() * 100)::int AS customer, floor(random() * 5)::int AS code,
           timestamptz '2024-01-01' + floor(random() * 600) * interval '10 minutes' AS at
    FROM generate_series(1, 5000) AS n;
CREATE INDEX ON event (customer, code, at);
ANALYZE event;
CREATE TABLE shuffled AS SELECT * FROM event ORDER BY md5(n::text);
CREATE TABLE sorted AS SELECT * FROM event ORDER BY at, code;
CREATE TABLE whole AS SELECT customer, event_sequence_agg(code, at) AS e FROM event GROUP BY customer;

SELECT is((SELECT count(*) FROM (SELECT customer, event_sequence_agg(code, at) AS e FROM shuffled GROUP BY customer) s JOIN whole w USING (customer)
           WHERE event_sequence_send(s.e) <> event_sequence_send(w.e)), 0::bigint, 'shuffled: the same bytes');
SELECT is((SELECT count(*) FROM (SELECT customer, event_sequence_agg(code, at) AS e FROM sorted GROUP BY customer) s JOIN whole w USING (customer)
           WHERE event_sequence_send(s.e) <> event_sequence_send(w.e)), 0::bigint, 'sorted: the same bytes');
SELECT is((SELECT count(*) FROM (SELECT customer, rollup(e) AS e FROM (SELECT customer, event_sequence_agg(code, at) AS e FROM event GROUP BY customer, n % 7) p GROUP BY customer) s
           JOIN whole w USING (customer) WHERE event_sequence_send(s.e) <> event_sequence_send(w.e)), 0::bigint, 'merged from parts: the same bytes');
SELECT is((SELECT rollup(e) FROM whole), (SELECT event_sequence_agg(code, at) FROM event), 'all joined are the whole');
SELECT is((SELECT a.e || b.e FROM whole a, whole b WHERE a.customer = 1 AND b.customer = 2), (SELECT event_sequence_agg(code, at) FROM event WHERE customer IN (1, 2)),
          'two joined are one');
SELECT is((SELECT count(*) FROM whole WHERE event_count(e) <> (SELECT count(DISTINCT (v.code, v.at)) FROM event v WHERE v.customer = whole.customer)
              OR event_count(e, 3) <> (SELECT count(DISTINCT v.at) FROM event v WHERE v.customer = whole.customer AND v.code = 3)), 0::bigint, 'equal events count once');
SELECT is((SELECT count(*) FROM whole WHERE e::text::event_sequence <> e), 0::bigint, 'as text and back');

-- sessions by window functions
SELECT results_eq(
    $$SELECT customer, s.sessions, s.events, s.single_event_sessions, round(s.mean_seconds::numeric, 6), s.longest_seconds::numeric, s.first_at, s.last_session_at, s.last_at
        FROM (SELECT customer, (session_summary(at, '30 minutes')).* FROM shuffled GROUP BY customer) s ORDER BY customer$$,
    $$WITH t AS (SELECT DISTINCT customer, at FROM event),
      g AS (SELECT *, COALESCE(at - lag(at) OVER w >= interval '30 minutes', true) AS begins FROM t WINDOW w AS (PARTITION BY customer ORDER BY at)),
      s AS (SELECT customer, session, min(at) AS start, max(at) AS finish, count(*) AS n
              FROM (SELECT *, count(*) FILTER (WHERE begins) OVER (PARTITION BY customer ORDER BY at) AS session FROM g) x GROUP BY 1, 2)
      SELECT customer, count(*), sum(n)::bigint, count(*) FILTER (WHERE n = 1), round(avg(extract(epoch FROM finish - start)), 6), max(extract(epoch FROM finish - start)),
             min(start), max(start), max(finish) FROM s GROUP BY customer ORDER BY customer$$,
    'sessions, by window functions');
SELECT is((SELECT count(*) FROM (SELECT customer, session_summary(e) AS s FROM whole) a JOIN (SELECT customer, session_summary(at, '30 minutes') AS s FROM event GROUP BY customer) b USING (customer)
           WHERE (a.s).sessions IS DISTINCT FROM (b.s).sessions OR (a.s).last_session_at IS DISTINCT FROM (b.s).last_session_at OR (a.s).mean_seconds IS DISTINCT FROM (b.s).mean_seconds),
          0::bigint, 'of a sequence the same as of rows');
SELECT is((SELECT count(*) FROM (SELECT customer, retention_vector(at, '6 hours', 20) AS v FROM shuffled GROUP BY customer) a
           JOIN (SELECT e.customer, array_agg(EXISTS (SELECT FROM event x WHERE x.customer = e.customer AND x.at >= e.first + i * interval '6 hours' AND x.at < e.first + (i + 1) * interval '6 hours') ORDER BY i) AS v
                   FROM (SELECT customer, min(at) AS first FROM event GROUP BY customer) e, generate_series(0, 19) AS i GROUP BY e.customer) b USING (customer)
           WHERE a.v <> b.v), 0::bigint, 'retention, by plain SQL');
SELECT is((SELECT count(*) FROM whole w WHERE time_between(e, 1, 2) IS DISTINCT FROM
           (SELECT min(b.at) - min(a.at) FROM (SELECT min(at) AS at FROM event WHERE customer = w.customer AND code = 1) a
              JOIN event b ON b.customer = w.customer AND b.code = 2 AND b.at >= a.at)), 0::bigint, 'time between, by plain SQL');
SELECT is((SELECT count(*) FROM whole w CROSS JOIN generate_series(0, 4) AS c(code) CROSS JOIN generate_series(0, 4) AS s(code) WHERE event_count(e, c.code, s.code) <>
           (SELECT count(DISTINCT v.at) FROM event v WHERE v.customer = w.customer AND v.code = c.code
               AND v.at > COALESCE((SELECT max(l.at) FROM event l WHERE l.customer = w.customer AND l.code = s.code), '-infinity'))), 0::bigint, 'count since, by plain SQL');
-- viewed so many times and not bought since, category viewed and never bought, first view to order, use within days of the sign-up: one ordered pass
SELECT results_eq($$SELECT product, event_count(e, 1, 2) >= 3 AS viewed_and_not_bought, event_count(e, 1) > 0 AND event_count(e, 2) = 0 AS never_bought, time_between(e, 1, 2) AS first_view_to_order
    FROM (SELECT product, event_sequence_agg(CASE kind WHEN 'view' THEN 1 ELSE 2 END, timestamptz '2024-05-01Z' + hour * interval '1 hour') AS e
            FROM (VALUES ('three times', 'view', 1), ('three times', 'view', 2), ('three times', 'view', 3), ('twice', 'view', 1), ('twice', 'view', 3),
                         ('bought, then twice', 'view', 5), ('bought, then twice', 'view', 1), ('bought, then twice', 'view', 2), ('bought, then twice', 'order', 3), ('bought, then twice', 'view', 4),
                         ('bought, then thrice', 'order', 2), ('bought, then thrice', 'view', 1), ('bought, then thrice', 'view', 4), ('bought, then thrice', 'view', 3), ('bought, then thrice', 'view', 5),
                         ('at the same hour', 'view', 3), ('at the same hour', 'order', 3), ('at the same hour', 'view', 4), ('at the same hour', 'view', 5), ('bought unseen', 'order', 3)) AS v(product, kind, hour)
           GROUP BY product) x ORDER BY product COLLATE "C"$$,
    $$VALUES ('at the same hour', false, false, interval '0'), ('bought unseen', false, false, NULL), ('bought, then thrice', true, false, '1 hour'), ('bought, then twice', false, false, '2 hours'),
             ('three times', true, true, NULL), ('twice', false, true, NULL)$$, 'who looks and does not buy, of rows in any order');

-- in workers
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_leader_participation = off;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT isnt_empty($q$ SELECT 1 FROM pg_temp.plan_of('SELECT event_sequence_agg(code, at) FROM event') AS line WHERE line ~ 'Partial Aggregate' $q$, 'workers take part');
SELECT is((SELECT event_sequence_send(event_sequence_agg(code, at)) FROM event), (SELECT event_sequence_send(rollup(e)) FROM whole), 'in workers: the same bytes');
SELECT is((SELECT session_summary(at, '10 minutes')::text FROM event), (SELECT session_summary(rollup(e), '10 minutes')::text FROM (SELECT event_sequence_agg(0, at) AS e FROM event) x),
          'sessions in workers: the same');
CREATE AGGREGATE pg_temp.stored_state(integer, timestamptz) (SFUNC = event_sequence_add, STYPE = event_sequence);
SELECT ok(bool_and(a = b AND NOT a <> b AND b = a), 'a state that somebody has stored equals its sequence')
  FROM (SELECT pg_temp.stored_state(code, at ORDER BY at DESC) AS a, event_sequence_agg(code, at) AS b FROM event) x;
SELECT * FROM finish();
ROLLBACK;
