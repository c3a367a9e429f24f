-- cart_state: shuffled = sorted = parallel; latest carts and values against plain SQL.
BEGIN;
SET search_path = customer_segments, public;
SET client_min_messages = warning;
SELECT plan(7);

SELECT setseed(0.12) IS NULL AS seeded;
CREATE TABLE event AS
    SELECT n, 1 + floor(random() * 800)::int AS customer, (ARRAY['add_to_cart', 'add_to_cart', 'checkout_start', 'purchase', 'page_view'])[1 + floor(random() * 5)::int] AS kind,
           timestamptz '2024-01-01' + floor(random() * 30 * 144) * interval '10 minutes' AS at, round((random() * 100)::numeric, 2) AS value
    FROM generate_series(1, 4000) AS n;
UPDATE event SET value = NULL WHERE kind IN ('checkout_start', 'purchase');
ANALYZE event;
CREATE TABLE shuffled AS SELECT * FROM event ORDER BY md5(n::text);
CREATE TABLE sorted AS SELECT * FROM event ORDER BY at, n;
CREATE TABLE cart AS SELECT customer, (cart_state(kind, at, value, '2024-01-29 12:00')).* FROM event GROUP BY customer;

-- without removals: the last cart event, the order before and after it, gaps of a week
CREATE TABLE plain AS
WITH e AS (SELECT * FROM event WHERE at < '2024-01-29 12:00' AND kind <> 'page_view'),
last AS (SELECT c.customer, c.at, (SELECT max(o.at) FROM e o WHERE o.customer = c.customer AND o.kind = 'purchase' AND o.at < c.at) AS before,
                (SELECT min(o.at) FROM e o WHERE o.customer = c.customer AND o.kind = 'purchase' AND o.at >= c.at) AS after
           FROM (SELECT customer, max(at) AS at FROM e WHERE kind <> 'purchase' GROUP BY customer) c),
gap AS (SELECT e.customer, e.at, e.value, e.at - lag(e.at) OVER (PARTITION BY e.customer ORDER BY e.at) AS gap FROM e JOIN last l USING (customer)
         WHERE e.kind <> 'purchase' AND (e.at > l.before OR l.before IS NULL)),
this AS (SELECT g.customer, g.at, g.value, g.gap FROM gap g
          WHERE g.at >= COALESCE((SELECT max(x.at) FROM gap x WHERE x.customer = g.customer AND x.gap >= interval '7 days'), '-infinity'))
SELECT l.customer, l.at AS last_cart_at, l.after,
       CASE WHEN l.after IS NULL THEN CASE WHEN timestamptz '2024-01-29 12:00' - l.at < interval '1 hour' THEN 'open' ELSE 'abandoned' END
            WHEN l.after - l.at >= interval '7 days' THEN 'lost' WHEN l.after - l.at >= interval '1 hour' OR bool_or(t.gap >= interval '1 hour' AND t.gap < interval '7 days') THEN 'recovered' ELSE 'ordered' END AS state,
       COALESCE(sum(t.value), 0) AS value, min(t.at) AS started_at
  FROM last l JOIN this t USING (customer) GROUP BY l.customer, l.at, l.after;
SELECT results_eq(
    $$SELECT customer, last_cart_at, state, started_at FROM cart WHERE state <> 'none' ORDER BY customer$$,
    $$SELECT customer, last_cart_at, state, started_at FROM plain ORDER BY customer$$, 'state and times of the latest cart, by plain SQL');
SELECT results_eq(
    $$SELECT customer, value FROM cart WHERE state IN ('open', 'abandoned', 'ordered', 'lost') ORDER BY customer$$,
    $$SELECT customer, value FROM plain WHERE state IN ('open', 'abandoned', 'ordered', 'lost') ORDER BY customer$$, 'so is its value');
SELECT cmp_ok((SELECT count(DISTINCT state) FROM cart), '>=', 5::bigint, 'of most states');
SELECT results_eq('SELECT customer, (cart_state(kind, at, value, ''2024-01-29 12:00'')).* FROM shuffled GROUP BY customer ORDER BY customer', 'SELECT * FROM cart ORDER BY customer', 'shuffled');
SELECT results_eq('SELECT customer, (cart_state(kind, at, value, ''2024-01-29 12:00'')).* FROM sorted GROUP BY customer ORDER BY customer', 'SELECT * FROM cart ORDER BY customer', 'sorted');
CREATE TABLE grouped AS SELECT cart_state(kind, at, value, '2024-01-29 12:00') AS c FROM event;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL max_parallel_workers_per_gather = 3;
SET LOCAL parallel_leader_participation = off;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'EXPLAIN ' || query; END $$;
SELECT isnt_empty($q$ SELECT 1 FROM pg_temp.plan_of('SELECT cart_state(kind, at, value, ''2024-01-29 12:00'') FROM event') AS line WHERE line ~ 'Partial' $q$, 'workers take part');
SELECT results_eq('SELECT cart_state(kind, at, value, ''2024-01-29 12:00'') FROM event', 'SELECT * FROM grouped', 'in workers');
SELECT * FROM finish();
ROLLBACK;
