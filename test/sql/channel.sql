-- channel: what one sees, sources without some of the columns, unmapped names, and every error once.  Numbers are in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET extra_float_digits = 0;
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
SET customer_segments.as_of = '2024-07-01';

-- functions without a workspace
CREATE TABLE sale (customer text, channel text, amount numeric, at timestamptz);
INSERT INTO sale VALUES ('ann', 'store', 20, '2024-01-05'), ('ann', 'app', 55, '2024-03-01'), ('ann', 'app', 25, '2024-03-20'), ('bob', 'site', 40, '2023-06-01'), ('bob', 'store', 40, '2024-03-30'),
    ('cyd', 'site', 10, '2024-02-01'), ('dan', NULL, 10, '2024-02-01'), ('eve', 'site', 0, '2024-02-01'), ('eve', 'site', -5, '2024-02-02');
SELECT customer, (channel_preference(channel, amount, at)).* FROM sale GROUP BY customer ORDER BY customer;
SELECT customer, (channel_preference(affinity_agg(channel, amount, at), 0.5, 1)).preferred_channel FROM sale GROUP BY customer ORDER BY customer;
SELECT rule, array_agg(touch_credit(100, i, 4, rule) ORDER BY i) AS of_four, (SELECT array_agg(touch_credit(0.01, i, 3, rule) ORDER BY i) FROM generate_series(1, 3) i) AS of_three, touch_credit(-9.99999, 1, 2, rule) AS of_two
  FROM unnest('{first,last,linear,position}'::text[]) WITH ORDINALITY r(rule, n), generate_series(1, 4) i GROUP BY rule, n ORDER BY n;
SELECT array_agg(touch_credit(100, i, 5, 'position', 0.5, 0.2) ORDER BY i) FROM generate_series(1, 5) i;
SELECT touch_credit(NULL, 1, 1), touch_credit(1, 1, 1, NULL);
SELECT kind, channel_place(kind), channel_arrival(kind) FROM unnest(channel_kinds() || NULL::text || 'none'::text) WITH ORDINALITY k(kind, n) ORDER BY n;
SELECT is_touch('site_visit', false), is_touch(NULL, NULL), is_touch('email_open', true), is_touch('email_received', false), is_touch('purchase', false);

SELECT touch_credit(100, 0, 4);
\echo :LAST_ERROR_SQLSTATE
SELECT touch_credit(100, 5, 4);
\echo :LAST_ERROR_SQLSTATE
SELECT touch_credit(100, 1, 4, 'u-shaped');
\echo :LAST_ERROR_SQLSTATE
SELECT touch_credit(100, 1, 4, 'position', 0.7, 0.4);
\echo :LAST_ERROR_SQLSTATE
SELECT touch_credit(100, 1, 4, 'position', -0.1);
\echo :LAST_ERROR_SQLSTATE
SELECT touch_credit(100, 1, 4, 'position', 0.12345678);
\echo :LAST_ERROR_SQLSTATE
SELECT touch_credit('NaN', 1, 4);
\echo :LAST_ERROR_SQLSTATE
SELECT touch_credit(1e37, 1, 4);
\echo :LAST_ERROR_SQLSTATE
SELECT channel_preference(NULL, 1.5);
\echo :LAST_ERROR_SQLSTATE
SELECT channel_preference(NULL, 0.5, 0);
\echo :LAST_ERROR_SQLSTATE
SELECT channel_preference(NULL, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT channel_preference_final(NULL);
\echo :LAST_ERROR_SQLSTATE

-- a workspace
CREATE SCHEMA shop;
CREATE TABLE shop.orders (order_id integer, customer_id bigint, ordered_at timestamp, amount numeric, channel varchar(20));
INSERT INTO shop.orders VALUES (1, 1, '2024-05-01 10:00', 100, 'Web'), (2, 1, '2024-06-01 10:00', 50, 'web'), (3, 1, '2024-06-20 10:00', 50, 'POS'), (4, 2, '2024-06-05', 20, 'our booth'), (5, 2, '2024-06-06', 30, ''), (6, 3, '2020-01-01', 9, 'web'), (7, 3, '2024-07-01', 9, 'web');
CREATE TABLE shop.refunds (order_id integer, refunded_at timestamp, amount numeric);
INSERT INTO shop.refunds VALUES (3, '2024-06-25', 50);
CREATE TABLE shop.events (customer_id integer, event_type text, occurred_at timestamp, channel text);
INSERT INTO shop.events VALUES (1, 'session_start', '2024-04-20', 'google'), (1, 'session_start', '2024-05-20', 'Facebook'), (1, 'Opened Email', '2024-05-25', NULL), (4, 'session_start', '2024-06-01', 'carrier pigeon'), (4, 'Received Email', '2024-06-02', NULL), (4, 'Clicked Email', '2024-06-02', NULL);
SELECT create_workspace('seg', 'shop', time_zone => 'Europe/Berlin');
SELECT * FROM seg.channel_orders ORDER BY at;
SELECT customer_id, orders, revenue, first_order_at, channels, recent_channels, recent_orders, own_orders, store_orders, arrivals FROM seg.customer_channels ORDER BY 1;
SELECT customer_id, event_channels(activity, touch_kinds()) AS touches, event_channels(activity, '{email_received}', NULL, NULL, 'email') AS messages, event_channels(activity, '{email_click}', NULL, NULL, 'email') AS clicks FROM seg.customer_events ORDER BY 1;
SELECT * FROM seg.channel ORDER BY 1 \gx
SELECT * FROM seg.channel_paths;
SELECT * FROM seg.channel_credit;
SELECT customer_id, preferred_channel, shopper_kind, discovery_channel, message_channel FROM seg.customer_360 ORDER BY 1;
SELECT segmentation, segment, customers FROM seg.segment_summary WHERE segmentation IN ('preferred_channel', 'shopper_kind');
SELECT * FROM seg.channel_window;

-- names of one's own: listed until they have a rule
SELECT relation, severity, problem, detail, remedy FROM check_sources('shop') WHERE problem LIKE '%channel%' ORDER BY 1;
INSERT INTO seg.channel_kind VALUES ('Our Booth', 'store');
SELECT customer_id, shopper_kind FROM seg.channel WHERE customer_id = 2;
SELECT relation, detail FROM check_sources('shop') WHERE problem LIKE '%channel%' ORDER BY 1;
INSERT INTO seg.channel_kind VALUES ('OUR booth', 'site');
INSERT INTO seg.channel_kind VALUES ('stall', 'a stall');
\set VERBOSITY terse
UPDATE seg.settings SET credit_last_share = 0.7;
UPDATE seg.settings SET credit_first_share = 0.3333333;
UPDATE seg.settings SET message_prior_clicks = 'NaN';
UPDATE seg.settings SET channel_min_share = 1.5;
UPDATE seg.settings SET research_days = 0;
\set VERBOSITY default
SELECT drop_workspace('seg');

-- sources without channels, without orders, without anything
ALTER TABLE shop.orders DROP COLUMN channel;
SELECT create_workspace('seg', 'shop');
SELECT customer_id, preferred_channel, shopper_kind, discovery_channel, usual_channel, message_channel, n FROM seg.channel ORDER BY 1;
SELECT (SELECT count(*) FROM seg.channel_paths) AS paths, (SELECT count(*) FROM seg.channel_credit) AS credits, (SELECT count(*) FROM seg.channel_research) AS research;
SELECT drop_workspace('seg');
DROP TABLE shop.events, shop.refunds, shop.orders;
CREATE TABLE shop.customers (customer_id uuid);
SELECT create_workspace('seg', 'shop');
SELECT (SELECT count(*) FROM seg.channel) AS customers, (SELECT count(*) FROM seg.channel_paths) AS paths, (SELECT count(*) FROM seg.channel_credit) AS credits;
SELECT drop_workspace('seg');
