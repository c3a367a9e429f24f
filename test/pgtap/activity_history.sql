BEGIN;
SET LOCAL search_path = customer_segments, public;
SET LOCAL jit = off;
SELECT plan(26);

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
    'SELECT customer_id, u.day, u.kind, u.events, u.value FROM pg_temp.whole, unnest(h) u',
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

-- with channels and instants: some rows without a channel, names that differ in case or begin alike, one longer than fits
CREATE TABLE detailed_events (customer_id integer, kind text, at timestamptz, value numeric, is_machine boolean, channel text, n integer) WITH (parallel_workers = 2);
INSERT INTO detailed_events
SELECT customer_id, kind, at + n * interval '1.003 ms', value, CASE n % 17 WHEN 0 THEN true WHEN 1 THEN NULL ELSE false END,
       (ARRAY['web', 'Web', 'app', 'e-mail', 'e-mail marketing', 'e-mail marketing 2', '', NULL, repeat('é', 200)])[1 + abs(hashint4(n + 300000)) % 9], n
  FROM pg_temp.events;
ANALYZE detailed_events;
CREATE FUNCTION pg_temp.detailed(part text, by text DEFAULT '') RETURNS text LANGUAGE sql
    RETURN format('SELECT customer_id, activity_history_agg(kind, at, value, %L, is_machine, channel %s) AS h FROM detailed_events WHERE %s GROUP BY customer_id', 'America/New_York', by, part);
CREATE FUNCTION pg_temp.keep(name text, query text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('CREATE TABLE pg_temp.%I AS %s', name, query); END $$;
SET LOCAL max_parallel_workers_per_gather = 0;
DROP TABLE pg_temp.whole, pg_temp.shuffled, pg_temp.sorted, pg_temp.merged, pg_temp.joined, pg_temp.again, pg_temp.parallel;
SELECT pg_temp.keep('whole', pg_temp.detailed('true')), pg_temp.keep('shuffled', pg_temp.detailed('true', 'ORDER BY hashint4(n + 7)')),
       pg_temp.keep('sorted', pg_temp.detailed('true', 'ORDER BY at DESC, n'));
SELECT is_empty(pg_temp.differs('shuffled'), 'with channels: shuffled = as stored, by bytes');
SELECT is_empty(pg_temp.differs('sorted'), 'latest first = as stored, by bytes');
SELECT pg_temp.keep('merged', (SELECT 'SELECT customer_id, rollup(h ORDER BY octet_length(h::text), h::text) AS h FROM (' ||
    string_agg(pg_temp.detailed('n / 40 % 7 = ' || part), ' UNION ALL ') || ') p GROUP BY customer_id' FROM generate_series(0, 6) part));
SELECT is_empty(pg_temp.differs('merged'), 'merged = whole, by bytes');
SELECT pg_temp.keep('joined', format('SELECT customer_id, a.h || b.h AS h FROM (%s) a JOIN (%s) b USING (customer_id)', pg_temp.detailed('n % 3 > 0'), pg_temp.detailed('n % 3 = 0')));
SELECT is_empty(pg_temp.differs('joined'), 'a || b = whole, by bytes');
CREATE TABLE pg_temp.again AS SELECT customer_id, h::text::activity_history AS h FROM pg_temp.whole;
SELECT is_empty(pg_temp.differs('again'), 'text gives back the same bytes');

-- days alone beside days with instants: those that lack them count from midnight, in whichever part they come
CREATE TABLE pg_temp.mixed AS
SELECT customer_id, activity_history_agg(kind, at, value, 'America/New_York', is_machine) AS days FROM detailed_events GROUP BY customer_id;
SELECT is_empty($$SELECT customer_id FROM pg_temp.mixed JOIN pg_temp.whole USING (customer_id)
    WHERE activity_history_send(days || h) <> activity_history_send(h || days)
       OR activity_history_send(days || h) <> activity_history_send((SELECT rollup(x.p ORDER BY x.i DESC) FROM (VALUES (1, h), (2, days)) x(i, p)))
       OR event_count(days || h) <> 2 * event_count(h) OR (days || h)::text::activity_history::text <> (days || h)::text$$, 'days alone and days with instants merge in any order');
SELECT is_empty($$SELECT customer_id FROM pg_temp.mixed JOIN pg_temp.whole USING (customer_id)
    WHERE (event_count(days), event_value(days), event_days(days), active_days(days, '2023-09-01', '2024-01-01'), last_active_on(days), engagement_score(days, '2024-05-01'))
       IS DISTINCT FROM (event_count(h), event_value(h), event_days(h), active_days(h, '2023-09-01', '2024-01-01'), last_active_on(h), engagement_score(h, '2024-05-01'))$$,
    'channels and instants change no other answer');

SELECT set_eq('SELECT customer_id, (unnest(h)).* FROM pg_temp.whole',
    $$SELECT customer_id, (at AT TIME ZONE 'America/New_York')::date, kind, count(*), COALESCE(sum(value), 0), lower(NULLIF(left(channel, 127), '')), date_trunc('second', min(at)) AS first, date_trunc('second', max(at)) AS last
        FROM detailed_events WHERE is_machine IS NOT TRUE GROUP BY 1, 2, 3, 6$$,
    'days, kinds, channels, counts, values and instants of plain SQL');
SELECT is_empty(
    $$SELECT * FROM pg_temp.whole w CROSS JOIN unnest(event_kinds() || NULL::text) k
        CROSS JOIN LATERAL (SELECT date_trunc('second', min(at)) AS first, date_trunc('second', max(at)) AS last, count(*) FILTER (WHERE lower(channel) = 'web' AND d >= '2023-09-01' AND d < '2024-02-01') AS web
                              FROM (SELECT *, (at AT TIME ZONE 'America/New_York')::date AS d FROM detailed_events) e
                             WHERE e.customer_id = w.customer_id AND is_machine IS NOT TRUE AND (k IS NULL OR e.kind = k)) s
       WHERE w.customer_id < 10
         AND (first_event_at(h, k), last_event_at(h, k), event_count(h, k, '2023-09-01', '2024-02-01', 'WEB')) IS DISTINCT FROM (s.first, s.last, s.web)$$,
    'first and last instants by kind, counts by channel: those of plain SQL');
SELECT is_empty(
    $$SELECT * FROM pg_temp.whole w
        CROSS JOIN LATERAL (SELECT affinity_agg(COALESCE(lower(NULLIF(left(channel, 127), '')), 'none'), date_trunc('second', at)) AS a FROM detailed_events e
                             WHERE e.customer_id = w.customer_id AND is_machine IS NOT TRUE AND kind IN ('product_view', 'search', 'add_to_cart')
                               AND at >= '2023-09-01 00:00-04' AND at < '2024-02-01 00:00-05') s
       WHERE affinity_send(event_channels(h, '{product_view,search,add_to_cart}', '2023-09-01', '2024-02-01', 'none')) IS DISTINCT FROM affinity_send(s.a)$$,
    'event_channels() = affinity_agg() of the same events, by bytes');
SELECT is((SELECT top_label(event_channels(activity_history_agg('page_view', now()), NULL, NULL, NULL, repeat('x', 1024))::text::affinity)), repeat('x', 1024), 'no channel by a long name');
SELECT throws_ok($$SELECT event_channels(activity_history_agg('page_view', now()), NULL, NULL, NULL, repeat('x', 1025))$$, '54000',
                 'label of 1025 bytes is too long, at most 1024 bytes are allowed', 'by one that is too long');

SET LOCAL max_parallel_workers_per_gather = 2;
SELECT ok((SELECT count(*) > 0 FROM pg_temp.plan(pg_temp.detailed('true')) p WHERE p LIKE '%Partial %Aggregate%'), 'the plan with channels is parallel');
SELECT pg_temp.keep('parallel', pg_temp.detailed('true'));
SELECT is_empty(pg_temp.differs('parallel'), 'parallel groups = serial groups, by bytes');
SELECT is((SELECT (event_count(h), event_days(h), pg_column_size(h) < 3000)::text FROM (SELECT activity_history_agg('page_view', timestamptz '2024-01-01Z' + i * interval '20 seconds', NULL, 'UTC', false, (ARRAY['web', 'app', 'store'])[1 + i % 3]) AS h FROM generate_series(0, 199999) i) x),
          '(200000,47,t)', 'memory follows days, kinds and channels, not events');

SELECT * FROM finish();
ROLLBACK;
