-- cart_state: shuffled = sorted = parallel; latest carts and values against plain SQL, with removals and checkouts against a walk by hand.
BEGIN;
SET search_path = customer_segments, public;
SET client_min_messages = warning;
SELECT plan(10);

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

-- with removals and checkouts, several at one instant: the page's rules, row by row
CREATE TABLE mixed AS
    SELECT n, 1 + floor(random() * 1200)::int AS customer, (ARRAY['add_to_cart', 'add_to_cart', 'add_to_cart', 'remove_from_cart', 'remove_from_cart', 'checkout_start', 'purchase', 'search'])[1 + floor(random() * 8)::int] AS kind,
           timestamptz '2024-01-29 12:00' - floor(random() ^ 5 * 28 * 96 * 3 - 1) * interval '5 minutes' AS at, (floor(random() * 20) - 2)::numeric / 4 AS value
    FROM generate_series(1, 5000) AS n;
CREATE FUNCTION pg_temp.by_hand(who integer, until timestamptz, idle interval, recovery interval, OUT state text, OUT value numeric, OUT items bigint, OUT left_at timestamptz, OUT ordered_at timestamptz,
                                OUT carts bigint, OUT abandoned bigint, OUT recovered bigint) LANGUAGE plpgsql AS $$
DECLARE
    e record;
    filling boolean := false;
    waited boolean;
    checked boolean;
    worth numeric;
    pieces bigint;
    touched timestamptz;
BEGIN
    state := 'none'; items := 0; carts := 0; abandoned := 0; recovered := 0;
    FOR e IN SELECT x.* FROM (SELECT m.kind, m.at, m.value FROM mixed m WHERE m.customer = who AND m.at < until AND m.kind <> 'search' UNION ALL SELECT 'now', until, NULL) x
             ORDER BY x.at, array_position('{add_to_cart,remove_from_cart,checkout_start,purchase,now}', x.kind), x.value LOOP
        IF filling AND e.at - touched >= idle THEN
            abandoned := abandoned + (NOT waited)::integer;
            waited := true; left_at := touched; value := worth; items := pieces; state := 'abandoned';
            -- what comes later than the recovery time has nothing to do with it
            IF e.at - touched >= recovery AND e.kind <> 'now' THEN
                filling := false;
                state := CASE WHEN e.kind = 'purchase' THEN 'lost' ELSE state END;
            END IF;
        END IF;
        IF e.kind IN ('now', 'purchase') THEN
            IF filling AND NOT waited THEN value := worth; items := pieces; END IF;
            IF filling AND e.kind = 'purchase' THEN
                ordered_at := e.at; filling := false; recovered := recovered + waited::integer;
                state := CASE WHEN waited THEN 'recovered' ELSE 'ordered' END;
            ELSIF filling AND e.at - touched < idle THEN
                state := 'open'; value := worth; items := pieces;
            END IF;
            CONTINUE;
        END IF;
        IF NOT filling THEN
            filling := true; waited := false; checked := false; worth := 0; pieces := 0; carts := carts + 1; left_at := NULL;
        END IF;
        touched := e.at; ordered_at := NULL;
        IF e.kind = 'add_to_cart' THEN
            worth := worth + GREATEST(e.value, 0); pieces := pieces + 1;
        ELSIF e.kind = 'remove_from_cart' THEN
            worth := GREATEST(worth - abs(e.value), 0); pieces := GREATEST(pieces - 1, 0);
            IF pieces = 0 AND NOT checked THEN
                filling := false; state := 'emptied'; value := 0; items := 0;
            END IF;
        ELSE
            checked := true; worth := CASE WHEN e.value > 0 THEN e.value ELSE worth END;
        END IF;
    END LOOP;
END $$;
CREATE TABLE walked AS SELECT customer, (pg_temp.by_hand(customer, '2024-01-29 12:00', '1 hour', '7 days')).* FROM (SELECT DISTINCT customer FROM mixed) c;
SELECT results_eq(
    $$SELECT customer, c.state, trim_scale(c.value), c.items, c.left_at, c.ordered_at, c.carts, c.abandoned_carts, c.recovered_carts
        FROM (SELECT customer, (cart_state(kind, at, value, '2024-01-29 12:00')).* FROM mixed GROUP BY customer) c ORDER BY customer$$,
    $$SELECT customer, state, trim_scale(value), items, left_at, ordered_at, carts, abandoned, recovered FROM walked ORDER BY customer$$, 'every state, value and count with removals, by hand');
SELECT results_eq(
    $$SELECT customer, c.state, trim_scale(c.value), c.items, c.left_at, c.ordered_at, c.carts, c.abandoned_carts, c.recovered_carts
        FROM (SELECT customer, (cart_state(kind, at, value, '2024-01-20', '2 days', '5 days')).* FROM mixed GROUP BY customer) c ORDER BY customer$$,
    $$SELECT customer, state, trim_scale(value), items, left_at, ordered_at, carts, abandoned, recovered
        FROM (SELECT customer, (pg_temp.by_hand(customer, '2024-01-20', '2 days', '5 days')).* FROM (SELECT DISTINCT customer FROM mixed) d) c ORDER BY customer$$, 'and with other windows');
SELECT is((SELECT string_agg(state, ' ' ORDER BY state) FROM (SELECT state FROM walked GROUP BY state HAVING count(*) > 2) s), 'abandoned emptied lost none open ordered recovered', 'of every state');
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
