-- funnel_step against plain SQL over all pairs of events; shuffled = sorted = parallel = of a merged sequence.
BEGIN;
SET search_path = customer_segments, public;
SET client_min_messages = warning;
SELECT plan(9);

SELECT setseed(0.24) IS NULL AS seeded;
CREATE TABLE event AS
    SELECT n, 1 + floor(random() * 1500)::int AS customer, (ARRAY['view', 'cart', 'buy', 'search'])[1 + floor(random() * 4)::int] AS event,
           timestamptz '2024-01-01' + floor(random() * 200) * interval '10 minutes' AS at
    FROM generate_series(1, 9000) AS n;
CREATE INDEX ON event (customer, event, at);
ANALYZE event;
CREATE TABLE shuffled AS SELECT * FROM event ORDER BY md5(n::text);
CREATE TABLE sorted AS SELECT * FROM event ORDER BY at;
CREATE TABLE step AS
    SELECT customer, funnel_step(event, at, '{view,cart,buy}') AS any_time, funnel_step(event, at, '{view,cart,buy}', '3 hours') AS hours,
           funnel_step(event, at, '{view,cart,buy}', '3 hours', 'strict') AS strict
    FROM event GROUP BY customer;

-- the usual self-join
CREATE TABLE joined AS
    SELECT v.customer, c.at - v.at AS to_cart, b.at - v.at AS to_buy
    FROM event v LEFT JOIN event c ON c.customer = v.customer AND c.event = 'cart' AND c.at >= v.at
    LEFT JOIN event b ON b.customer = v.customer AND b.event = 'buy' AND b.at >= c.at
    WHERE v.event = 'view';
CREATE TABLE plain AS
    SELECT e.customer, COALESCE(max(CASE WHEN to_buy IS NOT NULL THEN 3 WHEN to_cart IS NOT NULL THEN 2 ELSE 1 END) FILTER (WHERE j.customer IS NOT NULL), 0) AS any_time,
           COALESCE(max(CASE WHEN to_buy <= '3 hours' THEN 3 WHEN to_cart <= '3 hours' THEN 2 ELSE 1 END) FILTER (WHERE j.customer IS NOT NULL), 0) AS hours
    FROM (SELECT DISTINCT customer FROM event) e LEFT JOIN joined j USING (customer) GROUP BY 1;
SELECT results_eq('SELECT customer, any_time, hours FROM step ORDER BY 1', 'SELECT customer, any_time, hours FROM plain ORDER BY 1', 'every customer, as the self-join has it');
SELECT is((SELECT count(DISTINCT hours) FROM step), 4::bigint, 'of every depth');
SELECT is((SELECT count(*) FROM step WHERE strict > hours OR hours > any_time OR (strict = 0) <> (any_time = 0)), 0::bigint, 'strict is never deeper');
-- strict: a run of the sequence in order of time and step, as text
SELECT is((SELECT count(*) FROM step JOIN
    (SELECT customer, CASE WHEN path ~ 'v+c+b' THEN 3 WHEN path ~ 'v+c' THEN 2 WHEN path ~ 'v' THEN 1 ELSE 0 END AS depth
       FROM (SELECT customer, COALESCE(string_agg(left(event, 1), '' ORDER BY at, array_position('{view,cart,buy}', event)) FILTER (WHERE event <> 'search'), '') AS path FROM event GROUP BY customer) p) t USING (customer)
     JOIN (SELECT customer, funnel_step(event, at, '{view,cart,buy}', NULL, 'strict') AS strict FROM event GROUP BY customer) s USING (customer)
     WHERE s.strict <> t.depth), 0::bigint, 'strict order, as a pattern over the path');
SELECT results_eq('SELECT customer, funnel_step(event, at, ''{view,cart,buy}'', ''3 hours'') FROM shuffled GROUP BY 1 ORDER BY 1', 'SELECT customer, hours FROM step ORDER BY 1', 'shuffled');
SELECT results_eq('SELECT customer, funnel_step(event, at, ''{view,cart,buy}'', ''3 hours'', ''strict'') FROM sorted GROUP BY 1 ORDER BY 1', 'SELECT customer, strict FROM step ORDER BY 1', 'sorted');
SELECT results_eq(
    $$SELECT customer, funnel_step(rollup(e), 3, '3 hours', 'strict') FROM (SELECT customer, event_sequence_agg(COALESCE(array_position('{view,cart,buy}', event), 0), at) AS e
        FROM event GROUP BY customer, n % 3) p GROUP BY 1 ORDER BY 1$$, 'SELECT customer, strict FROM step ORDER BY 1', 'of a sequence merged from parts');
CREATE TABLE grouped AS SELECT funnel_step(event, at, '{view,cart,buy}', '10 minutes', 'strict') AS step FROM event;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_leader_participation = off;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT isnt_empty($q$ SELECT 1 FROM pg_temp.plan_of('SELECT funnel_step(event, at, ''{view,cart,buy}'', ''10 minutes'', ''strict'') FROM event') AS line WHERE line ~ 'Partial' $q$,
    'workers take part');
SELECT results_eq('SELECT funnel_step(event, at, ''{view,cart,buy}'', ''10 minutes'', ''strict'') FROM event', 'SELECT * FROM grouped', 'in workers');
SELECT * FROM finish();
ROLLBACK;
