-- members of those who have changed: after any change, what refresh writes for them is what looking at everybody gives; and everybody is looked at where that is not known.
BEGIN;
SET search_path = customer_segments, public;
SET LOCAL client_min_messages = warning;
SET LOCAL customer_segments.as_of = '2025-01-01Z';
SELECT * FROM no_plan();
CREATE SCHEMA base;
CREATE TABLE base.orders (order_id bigint PRIMARY KEY, customer_id text, ordered_at timestamptz, amount numeric(12,2));
CREATE INDEX ON base.orders (customer_id);
CREATE TABLE base.customers (customer_id text PRIMARY KEY, signed_up_at timestamptz, email text);
CREATE TABLE base.refunds (order_id bigint, refunded_at timestamptz, amount numeric(12,2));
CREATE INDEX ON base.refunds (order_id);
CREATE TABLE base.gone (customer_id text);
SELECT setseed(0.31);
INSERT INTO base.orders SELECT n, 'c' || 1 + floor(3000 * random()), '2024-12-31Z'::timestamptz - 800 * random() * interval '1 day', (5 + 100 * random())::numeric(12,2) FROM generate_series(1, 12000) AS n;
INSERT INTO base.customers SELECT 'c' || n, timestamptz '2022-06-01Z' + n * interval '3 hours', 'c' || n || '@example.com' FROM generate_series(1, 3200) AS n;
CREATE SCHEMA shop;
CREATE VIEW shop.orders AS SELECT * FROM base.orders;
CREATE VIEW shop.customers AS SELECT * FROM base.customers;
CREATE VIEW shop.refunds AS SELECT * FROM base.refunds;
SELECT create_workspace('seg', 'shop', storage => 'incremental');
SELECT track('seg', 'base.orders', 'customer_id', 'order_id'), track('seg', 'base.refunds', NULL, 'order_id'), track('seg', 'base.customers', 'customer_id');
SELECT set_cut_points('seg', 'stored');
SELECT define_segment('seg', 'two orders', 'orders >= 2');
SELECT define_segment('seg', 'late', 'days_since_last_order > 45');
SELECT define_segment('seg', 'ratio', '100 / (orders - 40) < 0 AND net_revenue > 50');

\ir include/refresh_steps.sql
CREATE FUNCTION pg_temp.refresh(instant timestamptz) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('customer_segments.as_of', instant::text, true);
    RETURN pg_temp.refresh();
END;
$$;
-- what a look at everybody still finds to write; undone
CREATE FUNCTION pg_temp.missed() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    missed bigint;
BEGIN
    INSERT INTO seg.member_queue VALUES (NULL);
    missed := (refresh_step_50_members('seg')).changed;
    IF (SELECT scope FROM seg.segment_refresh ORDER BY refresh DESC LIMIT 1) <> 'everybody' THEN
        RAISE EXCEPTION 'not everybody was looked at';
    END IF;
    RAISE SQLSTATE 'XXUND';
EXCEPTION WHEN SQLSTATE 'XXUND' THEN
    RETURN missed;
END;
$$;
-- a change, then who is looked at, how many moved, and that nobody was missed
CREATE FUNCTION pg_temp.after(change text, wanted text, what text, instant timestamptz DEFAULT '2025-01-01Z') RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    EXECUTE change;
    found := pg_temp.refresh(instant);
    RETURN NEXT is(found, wanted, what);
    RETURN NEXT is(pg_temp.missed(), 0::bigint, what || ': nobody is missed');
    RETURN NEXT is((SELECT count(*) FROM seg.member_queue), 0::bigint, what || ': nothing waits');
END;
$$;
SELECT is(pg_temp.refresh(), 'everybody', 'the first refresh looks at everybody');
SELECT ok((SELECT entered FROM seg.segment_refresh) > 10000, 'and writes them');
SELECT is((refresh_step_50_members('seg')).changed, 0::bigint, 'once more: nothing');
SELECT pg_temp.after('SELECT', 'nobody', 'nothing has changed');

-- one kind of change after the other, each with somebody who comes or goes
CREATE TEMP TABLE moved AS SELECT max(position) AS position FROM seg.segment_change;
CREATE FUNCTION pg_temp.moved(what text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEXT ok((SELECT max(position) FROM seg.segment_change) > (SELECT position FROM moved), what || ': somebody came or left');
    UPDATE moved SET position = (SELECT max(position) FROM seg.segment_change);
END;
$$;
SELECT pg_temp.after($$INSERT INTO base.orders VALUES (20001, 'c7', '2024-12-30Z', 900), (20002, 'new', '2024-12-30Z', 10)$$, 'changed', 'orders inserted');
SELECT pg_temp.moved('orders inserted');
SELECT pg_temp.after($$UPDATE base.orders SET amount = amount * 100 WHERE customer_id IN ('c8', 'c9')$$, 'changed', 'orders updated');
SELECT pg_temp.moved('orders updated');
SELECT pg_temp.after($$UPDATE base.orders SET customer_id = 'c11' WHERE customer_id = 'c10'$$, 'changed', 'orders of one customer made those of another');
SELECT pg_temp.moved('orders made those of another');
SELECT pg_temp.after($$DELETE FROM base.orders WHERE customer_id IN ('new', 'c12')$$, 'changed', 'orders deleted');
SELECT pg_temp.moved('orders deleted');
SELECT is_empty($$SELECT FROM seg.segment_state WHERE customer_id = 'new'$$, 'who is known no more is in nothing');
SELECT pg_temp.after($$INSERT INTO base.refunds SELECT order_id, '2024-12-31Z', amount FROM base.orders WHERE customer_id = 'c13'$$, 'changed', 'refunds, which name orders only');
SELECT pg_temp.moved('refunds');
SELECT pg_temp.after($$INSERT INTO base.customers VALUES ('registered', '2024-12-30Z', 'r@example.org')$$, 'changed', 'a customer signed up, who feeds no fact');
SELECT pg_temp.moved('a customer signed up');
SELECT pg_temp.after($$DELETE FROM base.customers WHERE customer_id = 'registered'$$, 'changed', 'a customer deleted');
SELECT pg_temp.moved('a customer deleted');
SELECT pg_temp.after($$DELETE FROM base.orders WHERE order_id % 100 = 3; INSERT INTO base.orders SELECT 30000 + n, 'c' || 1 + floor(3400 * random()), '2025-01-01Z'::timestamptz - 90 * random() * interval '1 day', (500 * random())::numeric(12,2) FROM generate_series(1, 60) AS n;
    UPDATE base.orders SET amount = 3 WHERE order_id % 300 = 7$$, 'changed', 'many kinds at once');
SELECT pg_temp.moved('many kinds at once');

-- all that everybody's labels may rest on
SELECT pg_temp.after($$UPDATE seg.settings SET active_days = 1 WHERE false; UPDATE seg.band SET label = label$$, 'nobody', 'an update that changes nothing');
SELECT pg_temp.after($$UPDATE seg.rfm_rule SET segment = 'kings' WHERE segment = 'champions'$$, 'everybody', 'another rule');
SELECT pg_temp.moved('another rule');
SELECT pg_temp.after($$UPDATE seg.settings SET member_value = 'total_value'$$, 'everybody', 'another setting');
SELECT pg_temp.after($$SELECT define_segment('seg', 'two orders', 'orders >= 3')$$, 'everybody', 'a segment defined anew');
SELECT pg_temp.moved('a segment defined anew');
SELECT pg_temp.after($$SELECT define_segment('seg', 'one order', 'orders = 1')$$, 'everybody', 'a new segment');
SELECT pg_temp.moved('a new segment');
SELECT pg_temp.after($$SELECT drop_segment('seg', 'one order')$$, 'everybody', 'a segment dropped');
SELECT pg_temp.after($$UPDATE seg.cut_points SET as_of = NULL$$, 'everybody', 'cut points computed anew');
SELECT pg_temp.after($$SELECT fit_clv('seg', 'mbg_nbd')$$, 'everybody', 'a model fitted anew');
SELECT pg_temp.after('SELECT', 'nobody', 'and nothing again');
SELECT is(pg_temp.refresh('2025-01-01 00:59Z'), 'nobody', '59 minutes later');
SELECT pg_temp.after('SELECT', 'everybody', 'an hour later', '2025-01-01 01:00Z');
SELECT pg_temp.after('SELECT', 'everybody', 'a month later, by time alone', '2025-02-01Z');
SELECT pg_temp.moved('a month later');
SELECT pg_temp.after($$UPDATE base.orders SET amount = amount + 1 WHERE order_id % 7 = 0$$, 'everybody', 'too many to look at one by one', '2025-02-01Z');
SELECT pg_temp.after($$TRUNCATE base.customers$$, 'everybody', 'TRUNCATE of a table that feeds no fact', '2025-02-01Z');
SELECT pg_temp.moved('TRUNCATE');
SELECT pg_temp.after($$TRUNCATE base.refunds$$, 'everybody', 'TRUNCATE of one that does', '2025-02-01Z');
SELECT pg_temp.after($$INSERT INTO base.orders SELECT 40000 + n, 'c14', '2025-01-30Z', 20 FROM generate_series(1, 40 - (SELECT count(*)::integer FROM base.orders WHERE customer_id = 'c14')) n$$, 'changed', 'a predicate fails for one who has changed', '2025-02-01Z');
SELECT is((SELECT failed FROM seg.segment_refresh ORDER BY refresh DESC LIMIT 1), 1, 'its segment is left as it was');
SELECT pg_temp.after($$DELETE FROM base.orders WHERE order_id = 40001$$, 'everybody', 'and everybody is looked at for it', '2025-02-01Z');
SELECT pg_temp.moved('after a predicate that failed');

SELECT pg_temp.after($$CREATE OR REPLACE VIEW shop.customers AS SELECT * FROM base.customers WHERE customer_id <> 'c301'$$, 'everybody', 'a source replaced by one of the same tables', '2025-02-01Z');
CREATE OR REPLACE VIEW shop.customers AS SELECT * FROM base.customers;
SELECT pg_temp.after($$SET LOCAL TimeZone = 'Asia/Tokyo'; SET LOCAL extra_float_digits = 0$$, 'everybody', 'and back again', '2025-02-01Z');
SELECT pg_temp.after($$SET LOCAL TimeZone = 'UTC'; SET LOCAL extra_float_digits = 1$$, 'nobody', 'another session, of other settings', '2025-02-01Z');
-- that everybody has changed is noted after the scope was chosen
SELECT unalike(members_statement('seg', '{}', '{}', '{}', true), '%q.customer_id IS NOT NULL%', 'a look at everybody takes all from the queue');
SELECT alike(members_statement('seg', '{}', '{}', '{}', false), '%q.customer_id IS NOT NULL%', 'one at those who have changed leaves what concerns everybody');

-- where it is not known who changes
SELECT pg_temp.after($$CREATE OR REPLACE VIEW shop.customers AS SELECT * FROM base.customers c WHERE NOT EXISTS (SELECT FROM base.gone g WHERE g.customer_id = c.customer_id)$$, 'everybody', 'a table below the sources is not tracked', '2025-02-01Z');
SELECT is(members_rest_on('seg'), NULL, 'which is so with every refresh');
CREATE OR REPLACE VIEW shop.customers AS SELECT * FROM base.customers;
SELECT isnt(members_rest_on('seg'), NULL, 'and not, once it is gone');
SELECT pg_temp.after($$SELECT untrack('seg', 'base.customers')$$, 'everybody', 'a table is tracked no more', '2025-02-01Z');
SELECT pg_temp.after($$INSERT INTO base.customers VALUES ('unseen', '2025-01-01Z'); SELECT track('seg', 'base.customers', 'customer_id')$$, 'everybody', 'and again: changes between were not seen', '2025-02-01Z');
SELECT pg_temp.moved('tracked again');
SELECT pg_temp.after($$SELECT set_cut_points('seg', 'live')$$, 'everybody', 'cut points asked of the shop', '2025-02-01Z');
SELECT is(members_rest_on('seg'), NULL, 'which is so with every refresh');
SELECT pg_temp.after($$SELECT set_cut_points('seg', 'stored')$$, 'everybody', 'stored again', '2025-02-01Z');
SELECT pg_temp.after($$SELECT materialize('seg', 'customer_360')$$, 'everybody', 'customer_360 materialized', '2025-02-01Z');
SELECT is(members_rest_on('seg'), NULL, 'which is so with every refresh');
SELECT unmaterialize('seg', 'customer_360');

-- nothing tracked, nothing kept
SELECT drop_segment('seg', segment) FROM seg.segment WHERE segmentation IS NULL AND dropped_at IS NULL;
UPDATE seg.settings SET tracked_segmentations = '{}';
SELECT pg_temp.refresh('2025-02-01Z');
SELECT is_empty('SELECT FROM seg.segment_state WHERE labels <> ''{}'' OR segments <> ''{}''', 'nobody is in anything');
INSERT INTO base.orders VALUES (50001, 'c7', '2025-01-30Z', 900);
SELECT pg_temp.refresh('2025-02-01Z');
SELECT is_empty('SELECT FROM seg.member_queue', 'and nobody waits');
TRUNCATE base.orders, base.customers, base.refunds;
SELECT pg_temp.refresh('2025-02-01Z');
INSERT INTO base.orders VALUES (50002, 'c7', '2025-01-30Z', 900);
SELECT pg_temp.refresh('2025-02-01Z');
SELECT pg_temp.after('UPDATE seg.settings SET tracked_segmentations = NULL', 'everybody', 'members are wanted again', '2025-02-01Z');
SELECT pg_temp.moved('members are wanted again');
SELECT pg_temp.after($$UPDATE seg.settings SET tracked_segmentations = '{}'; TRUNCATE base.orders$$, 'everybody', 'an empty shop', '2025-02-01Z');
UPDATE seg.settings SET tracked_segmentations = NULL;
SELECT pg_temp.refresh('2025-02-01Z');
UPDATE seg.settings SET tracked_segmentations = '{}';
INSERT INTO base.orders VALUES (50003, 'c7', '2025-01-30Z', 900);
SELECT pg_temp.refresh('2025-02-01Z');
SELECT pg_temp.after('UPDATE seg.settings SET tracked_segmentations = NULL', 'everybody', 'labels wanted, not wanted and wanted again', '2025-02-01Z');
SELECT pg_temp.moved('wanted again');
SELECT * FROM finish();
ROLLBACK;
