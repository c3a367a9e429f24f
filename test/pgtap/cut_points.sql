BEGIN;
SET search_path = customer_segments, public;
SELECT plan(41);
SET customer_segments.as_of = '2025-06-01 00:00Z';
SET client_min_messages = warning;
SELECT setseed(0.3);

-- a shop with everything that labels compare: orders, refunds, lines with list prices, costs of winning, carts
CREATE SCHEMA shop;
CREATE TABLE shop.orders AS
SELECT i AS order_id, 1 + floor(1500 * random() ^ 2)::bigint AS customer_id, timestamptz '2024-01-01Z' + floor(random() * 500 * 86400) * interval '1 second' AS ordered_at,
       1 + floor(random() * 300)::numeric AS amount
  FROM generate_series(1, 6000) AS i;
CREATE TABLE shop.order_items AS
SELECT o.order_id, 1 + o.order_id % 40 AS product_id, 'category ' || o.order_id % 7 AS category, 1 AS quantity, o.amount AS unit_price,
       round(o.amount * (1 + (o.order_id % 5 = 0)::integer * random()::numeric), 2) AS list_price
  FROM shop.orders o;
CREATE TABLE shop.refunds AS SELECT o.order_id, o.ordered_at + interval '3 days' AS refunded_at, o.amount / 2 AS amount FROM shop.orders o WHERE o.order_id % 20 = 0;
CREATE TABLE shop.customers AS SELECT i::bigint AS customer_id, timestamptz '2023-12-01Z' AS signed_up_at, (i % 30)::numeric AS acquisition_cost FROM generate_series(1, 1600) AS i;
CREATE TABLE shop.events AS
SELECT 1 + floor(1500 * random())::bigint AS customer_id, (ARRAY['Product Added', 'Email Opened', 'Email Link Clicked', 'Product Viewed'])[1 + i % 4] AS event_type,
       timestamptz '2025-06-01Z' - random() * interval '60 days' AS occurred_at, round((random() * 100)::numeric, 2) AS value
  FROM generate_series(1, 8000) AS i;
CREATE INDEX ON shop.orders (customer_id);
CREATE INDEX ON shop.orders (order_id);
CREATE INDEX ON shop.refunds (order_id);
CREATE INDEX ON shop.order_items (order_id);
CREATE INDEX ON shop.customers (customer_id);
CREATE INDEX ON shop.events (customer_id);
ANALYZE shop.orders, shop.order_items, shop.refunds, shop.customers, shop.events;
SELECT create_workspace('ws', 'shop');
SELECT fit_clv('ws', 'mbg_nbd') > 0 AS fitted;

CREATE TABLE live AS SELECT c.* FROM ws.customer_360 c;
CREATE TABLE live_value AS SELECT v.* FROM ws.customer_value v;
SELECT cmp_ok((SELECT count(DISTINCT (value_tier, rfm, rhythm, price_sensitivity)) FROM live), '>', 30::bigint, 'the shop has customers of many kinds');

-- against plain SQL
SELECT results_eq('SELECT v.customer_id, v.value_decile, v.value_tier FROM ws.customer_value v ORDER BY 1',
    $$SELECT v.customer_id, (1 + (rank() OVER (ORDER BY v.total_value DESC) - 1) * 10 / count(*) OVER ())::integer,
             CASE WHEN rank() OVER (ORDER BY v.total_value DESC) - 1 < 0.05 * count(*) OVER () THEN 'vip'
                  WHEN rank() OVER (ORDER BY v.total_value DESC) - 1 < 0.20 * count(*) OVER () THEN 'high'
                  WHEN rank() OVER (ORDER BY v.total_value DESC) - 1 < 0.50 * count(*) OVER () THEN 'medium' ELSE 'low' END
        FROM ws.customer_value v ORDER BY 1$$, 'deciles and tiers are ranks within the shop');

SELECT set_cut_points('ws', 'stored');
SELECT is_empty('TABLE live EXCEPT SELECT c.* FROM ws.customer_360 c', 'nothing is stored yet: labels are those of the shop');
SELECT is((SELECT changed FROM refresh_step_14_cut_points('ws')), 1::bigint, 'refresh stores the cut points');
SELECT is((SELECT changed FROM refresh_step_14_cut_points('ws')), 0::bigint, 'and leaves them while they hold');
SELECT results_eq('SELECT c.* FROM ws.customer_360 c ORDER BY c.customer_id', 'TABLE live ORDER BY customer_id', 'stored cut points give every customer the same labels');
SELECT results_eq('SELECT v.* FROM ws.customer_value v ORDER BY v.customer_id', 'TABLE live_value ORDER BY customer_id', 'and the same values');

-- one customer
CREATE FUNCTION nodes(plan json) RETURNS SETOF json LANGUAGE sql AS $$
    WITH RECURSIVE node AS (SELECT plan AS n UNION ALL SELECT json_array_elements(n -> 'Plans') FROM node)
    SELECT n FROM node
$$;
-- relations of which more was read than one customer has; settings and rules are small.  A shop of this size fits on a few pages,
-- which the planner would rather read than look up: so it is told not to.
CREATE FUNCTION scanned(query text) RETURNS SETOF text LANGUAGE plpgsql SET enable_seqscan = off SET jit = off AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) ' || query INTO plan;
    RETURN QUERY SELECT DISTINCT COALESCE(n ->> 'Relation Name', n ->> 'Function Name', n ->> 'Index Name') FROM nodes(plan -> 0 -> 'Plan') n
                  WHERE (n ->> 'Actual Rows')::numeric * (n ->> 'Actual Loops')::numeric + COALESCE((n ->> 'Rows Removed by Filter')::numeric, 0) > 50
                    AND n ->> 'Node Type' ~ 'Scan' AND n ->> 'Node Type' !~ 'CTE|Subquery|Values' AND COALESCE(n ->> 'Function Name', n ->> 'Relation Name', '') !~ 'event_kind|_rule$';
END;
$$;
SELECT set_eq($$SELECT scanned('SELECT * FROM ws.customer_value WHERE customer_id = 1234')$$, ARRAY[]::text[], 'one customer''s value is found through indexes');
SET customer_segments.as_of = '2025-05-31 00:00Z';
SELECT results_eq('SELECT v.customer_id, v.value_decile FROM ws.customer_value v ORDER BY v.customer_id',
    $$SELECT v.customer_id, (1 + (rank() OVER (ORDER BY v.total_value DESC) - 1) * 10 / count(*) OVER ())::integer FROM ws.customer_value v ORDER BY 1$$,
    'an earlier day is compared with the shop of that day');
SET customer_segments.as_of = '2025-06-01 00:00Z';
SELECT materialize('ws', 'price_bands');
SELECT materialize('ws', 'lifecycle');
SELECT set_cut_points('ws', 'live');
SELECT is(pg_get_viewdef('ws.lifecycle_now'::regclass) ~ 'live_cut_point', false, 'a materialized view is computed as told');
SELECT set_cut_points('ws', 'stored');
SELECT is(pg_get_viewdef('ws.lifecycle_now'::regclass) ~ 'live_cut_point', true, 'and again');
SELECT unmaterialize('ws', 'lifecycle');
SELECT is(pg_get_viewdef('ws.lifecycle'::regclass) ~ 'live_cut_point', true, 'also when it is no longer materialized');
SELECT throws_ok($$SELECT set_cut_points('ws', 'Stored')$$, '22023', 'unknown cut points "Stored": it must be "live" or "stored"');
SELECT throws_ok($$SELECT set_cut_points('shop', 'stored')$$, '42704', NULL, 'only a workspace has cut points');
SELECT set_cut_points('ws', 'live');
UPDATE ws.settings SET cut_points = 'stored';
SELECT set_cut_points('ws', 'stored');
SELECT is(pg_get_viewdef('ws.lifecycle'::regclass) ~ 'live_cut_point', true, 'the views are put in place whatever the setting said');
UPDATE ws.settings SET stored_days = 36500;
SELECT set_storage('ws', 'incremental');
SELECT refresh_step_10_facts('ws'), refresh_step_14_cut_points('ws');
ANALYZE ws.customer_histories_stored, ws.customer_items_stored, ws.customer_events_stored, ws.price_bands_mat;
SELECT set_eq($$SELECT scanned('SELECT * FROM ws.customer_360 WHERE customer_id = 1234')$$, ARRAY[]::text[], 'and so is the whole row of customer_360');
CREATE FUNCTION planned(query text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    RETURN plan -> 0 -> 'Plan';
END;
$$;
SELECT cmp_ok((planned('SELECT * FROM ws.customer_360 WHERE customer_id = 1234') ->> 'Plan Rows')::numeric, '<=', 10::numeric, 'the planner knows that one customer is one row,');
SELECT cmp_ok((planned('SELECT * FROM ws.customer_360 WHERE customer_id = 1234') ->> 'Total Cost')::numeric, '<', 100000::numeric, 'and does not compile the plan of it');
SELECT cmp_ok((planned('SELECT * FROM ws.customer_360') ->> 'Plan Rows')::numeric, '>', 160::numeric, 'and that all customers are many: no tenth of them');
SELECT results_eq('SELECT c.* FROM ws.customer_360 c WHERE c.customer_id % 97 = 3 ORDER BY c.customer_id', 'SELECT c.* FROM live c WHERE c.customer_id % 97 = 3 ORDER BY c.customer_id', 'from stored facts: the same');
-- what they rest on
SET customer_segments.as_of = '2025-06-01 12:00Z';
SELECT is((SELECT changed FROM refresh_step_14_cut_points('ws')), 0::bigint, 'half a day later they are new enough');
SET customer_segments.as_of = '2025-06-02 00:00Z';
SELECT is((SELECT changed FROM refresh_step_14_cut_points('ws')), 1::bigint, 'after a day they are computed anew');
UPDATE ws.settings SET value_tier_by = 'orders';
SELECT results_eq('SELECT v.customer_id, v.value_decile FROM ws.customer_value v ORDER BY 1',
    $$SELECT v.customer_id, (1 + (rank() OVER (ORDER BY v.n DESC) - 1) * 10 / count(*) OVER ())::integer FROM ws.customer_value v ORDER BY 1$$,
    'cut points of other settings are not used');
SELECT is((SELECT changed FROM refresh_step_14_cut_points('ws')), 1::bigint, 'refresh stores those of the settings of now');
UPDATE ws.value_tier SET top_share = 0.10 WHERE tier = 'vip';
SELECT is((SELECT count(*) FROM ws.customer_value WHERE value_tier = 'vip'),
          (SELECT count(*) FROM (SELECT rank() OVER (ORDER BY v.n DESC) - 1 AS better, count(*) OVER () AS everybody FROM ws.customer_value v) v WHERE better < 0.10 * everybody),
          'nor are those of other rules');

-- of the settings each rests on those it is computed with, and on no other: those are all changed at once, as far as they may be
SELECT refresh_step_14_cut_points('ws');
CREATE FUNCTION pg_temp.unmoved(cut_point name, OUT changed bigint, OUT moved text) LANGUAGE plpgsql AS $$
DECLARE
    before text := (SELECT to_jsonb(k) -> cut_point FROM ws.cut_points k);
    setting record;
    change text;
BEGIN
    changed := 0;
    FOR setting IN SELECT a.attname, a.atttypid = 'boolean'::regtype AS is_switch FROM pg_attribute a
                    WHERE a.attrelid = 'ws.settings'::regclass AND a.attnum > 0 AND a.atttypid IN ('boolean'::regtype, 'integer'::regtype, 'double precision'::regtype, 'numeric'::regtype)
                      AND (SELECT q.rests_on FROM ws.cut_point_query q WHERE q.name = cut_point) NOT LIKE '%s.' || a.attname || '%' LOOP
        -- a share of more than half cannot be doubled
        FOREACH change IN ARRAY CASE WHEN setting.is_switch THEN '{NOT %1$I}'::text[] ELSE '{%1$I * 2,%1$I * 0.7}' END LOOP
            BEGIN
                EXECUTE format('UPDATE ws.settings SET %1$I = ' || change, setting.attname);
                changed := changed + 1;
                EXIT;
            EXCEPTION WHEN check_violation THEN
            END;
        END LOOP;
    END LOOP;
    EXECUTE format('SELECT CASE WHEN to_jsonb(live_cut_point(''ws'', $1, k.%1$I))::text IS DISTINCT FROM $2 THEN ''by '' || live_cut_point(''ws'', $1, k.%1$I)::text
                                WHEN %2$s <> k.%3$I THEN ''holds no more'' END FROM ws.cut_points k, ws.settings s', cut_point,
                   (SELECT q.rests_on FROM ws.cut_point_query q WHERE q.name = cut_point), cut_point || '_rests_on') INTO moved USING cut_point, before;
    RAISE SQLSTATE 'XXUND';
EXCEPTION WHEN SQLSTATE 'XXUND' THEN
END;
$$;
SELECT is(u.moved, NULL, q.name || ' is moved by no setting it does not rest on') FROM ws.cut_point_query q, pg_temp.unmoved(q.name) u ORDER BY q.position;
SELECT ok(bool_and(u.changed > 50), 'of which there were many') FROM ws.cut_point_query q, pg_temp.unmoved(q.name) u;
-- keys that have a length or a collation of their own
CREATE FUNCTION pg_temp.keyed(type text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE SCHEMA keyed; CREATE TABLE keyed.orders (customer_id %1$s, ordered_at timestamptz, amount numeric(12,2));
        INSERT INTO keyed.orders SELECT n %% 30, timestamptz ''2025-01-01Z'' + n * interval ''1 day'', n FROM generate_series(1, 120) AS n;
        SELECT create_workspace(''k'', ''keyed''); CREATE TABLE keyed.before AS SELECT * FROM k.customer_360;
        SELECT set_cut_points(''k'', ''stored''); SELECT refresh_step_14_cut_points(''k'')', type);
    RETURN NEXT ok((SELECT count(*) FROM keyed.before) = 30 AND NOT EXISTS (TABLE keyed.before EXCEPT TABLE k.customer_360), 'cut points stored where customers are ' || type);
    PERFORM set_cut_points('k', 'live');
    RETURN NEXT ok(NOT EXISTS (TABLE keyed.before EXCEPT TABLE k.customer_360), 'and live again');
    PERFORM drop_workspace('k');
    DROP SCHEMA keyed CASCADE;
END;
$$;
SELECT pg_temp.keyed(t) FROM unnest(ARRAY['varchar(36)', 'text COLLATE "C"', 'varchar(9) COLLATE "POSIX"', 'numeric(10,0)']) AS t;
SELECT * FROM finish();
ROLLBACK;
