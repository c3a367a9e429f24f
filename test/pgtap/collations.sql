-- customers whose names are equal without being the same, by a collation that is not deterministic: one customer everywhere.
BEGIN;
SET search_path = customer_segments, public;
SET LOCAL client_min_messages = warning;
SET LOCAL customer_segments.as_of = '2025-01-01Z';
SELECT plan(13);
CREATE COLLATION public.no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE SCHEMA base;
CREATE TABLE base.orders (order_id bigint PRIMARY KEY, customer_id text COLLATE no_case, ordered_at timestamptz, amount numeric(12,2));
CREATE TABLE base.customers (customer_id text COLLATE no_case PRIMARY KEY, signed_up_at timestamptz);
CREATE TABLE base.events (customer_id text COLLATE no_case, event_type text, occurred_at timestamptz);
INSERT INTO base.orders SELECT n, CASE WHEN n % 2 = 0 THEN 'Cu' ELSE 'cu' END || n % 51, timestamptz '2025-01-01Z' - n * interval '2 hours', 5 + n % 90 FROM generate_series(1, 3000) AS n;
INSERT INTO base.customers SELECT 'CU' || n, '2024-01-01Z' FROM generate_series(0, 60) AS n;
INSERT INTO base.events SELECT CASE WHEN n % 2 = 0 THEN 'Cu' ELSE 'cu' END || n % 51, 'Product Viewed', timestamptz '2025-01-01Z' - n * interval '2 hours' FROM generate_series(1, 3000) AS n;
CREATE SCHEMA shop;
CREATE VIEW shop.orders AS SELECT * FROM base.orders;
CREATE VIEW shop.customers AS SELECT * FROM base.customers;
CREATE VIEW shop.events AS SELECT * FROM base.events;
SELECT create_workspace('seg', 'shop');
CREATE FUNCTION pg_temp.figures() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' ', count(*), sum(c.orders), count(*) FILTER (WHERE c.is_registered AND c.orders > 0), (SELECT sum(e.events) FROM seg.customer_events e)) FROM seg.customer_360 c
$$;
\ir include/refresh_steps.sql
SELECT is(pg_temp.figures(), '61 3000 51 3000', 'live: 61 customers, 51 of them with orders');
SELECT set_storage('seg', 'incremental');
SELECT track('seg', 'base.orders', 'customer_id', 'order_id'), track('seg', 'base.customers', 'customer_id'), track('seg', 'base.events', 'customer_id');
SELECT set_cut_points('seg', 'stored');
SELECT is(pg_temp.refresh(), 'everybody', 'members of everybody');
SELECT is(pg_temp.figures(), '61 3000 51 3000', 'stored: the same');
INSERT INTO base.orders VALUES (5000, 'cU7', '2024-12-31Z', 2000), (5001, 'CU8', '2024-12-31Z', 2000), (5002, 'Cu8', '2024-12-31Z', 10);
UPDATE base.orders SET customer_id = 'CU9' WHERE customer_id = 'cu10';
SELECT is(pg_temp.refresh(), 'changed', 'members of those who have changed, in other spellings');
SELECT is(pg_temp.figures(), '61 3003 50 3000', 'the new orders belong to known customers');
INSERT INTO seg.member_queue VALUES (NULL);
SELECT is((refresh_step_50_members('seg')).changed, 0::bigint, 'nobody was missed');
SELECT is_empty($$SELECT * FROM reconcile('seg')$$, 'nothing differs from the sources');
SELECT is((SELECT count(*) FROM seg.segment_state), 61::bigint, 'each customer is remembered once');
SELECT is((SELECT orders FROM seg.customer_360 WHERE customer_id = 'cu7'), (SELECT count(*) FROM base.orders WHERE customer_id = 'CU7'), 'and found by any spelling');
SELECT is((SELECT string_agg(DISTINCT (m.from_label IS NULL OR m.to_label IS NULL)::text, ' ') || ' ' || sum(m.customers) FROM segment_migration('seg', '2024-03-01Z', '2025-01-01Z', 'buyer_type') m), 'false 61', 'the same at two instants, though spelled as registered, then as ordered');
SELECT is((SELECT s.next_buyers FROM sweep_segment('seg', 'orders > $1', '{-1}'::bigint[], NULL, 300) s), 50::bigint, 'what they bought next is found');
SELECT is((SELECT count(*) FROM explain_segment('seg', 'buyer_type:repeat_buyer', 'CU7') e WHERE e.part = 'segment' AND e.is_true), 1::bigint, 'explained by any spelling');
SELECT define_segment('seg', 'registered', 'is_registered');
SELECT set_config('customer_segments.as_of', '2024-03-01Z', true), create_campaign('seg', 'hello', 'registered', 0.5), set_config('customer_segments.as_of', '2025-01-01Z', true);
SELECT is((SELECT round((l.treated * l.treated_n + l.holdout * l.holdout_n)::numeric, 4) FROM campaign_lift('seg', 'hello', 306) l WHERE l.metric = 'conversion'), 50.0000, 'and what an audience bought');
SELECT * FROM finish();
ROLLBACK;
