-- channel: every named kind with one who just misses it, windows to the second, preference, paths and credit against plain SQL.
BEGIN;
SET search_path = customer_segments, public;
SET LOCAL TimeZone = 'America/New_York';
SET LOCAL jit = off;
SELECT * FROM no_plan();

CREATE SCHEMA shop;
CREATE TABLE shop.orders (order_id bigint GENERATED ALWAYS AS IDENTITY, customer_id text, ordered_at timestamptz, amount numeric(12,2), channel text);
CREATE TABLE shop.order_items (order_id bigint, product_id text, quantity int, unit_price numeric);
CREATE TABLE shop.events (customer_id text, event_type text, occurred_at timestamptz, channel text, product_id text, is_machine boolean);
CREATE TABLE shop.customers (customer_id text, acquisition_channel text);
SET LOCAL customer_segments.as_of = '2024-07-01 00:00Z';
SELECT create_workspace('seg', 'shop');

-- orders as "channel amount day": n days before as_of at noon; touches and product views alike
CREATE FUNCTION pg_temp.buys(who text, VARIADIC what text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO shop.orders (customer_id, ordered_at, amount, channel)
    SELECT who, timestamptz '2024-06-30 12:00Z' - split_part(w, ' ', 3)::float8 * interval '1 day', split_part(w, ' ', 2)::numeric, split_part(w, ' ', 1) FROM unnest(what) w $$;
CREATE FUNCTION pg_temp.comes(who text, VARIADIC what text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO shop.events SELECT who, COALESCE(NULLIF(split_part(w, ' ', 3), ''), 'site_visit'), timestamptz '2024-06-30 12:00Z' - split_part(w, ' ', 2)::float8 * interval '1 day', split_part(w, ' ', 1) FROM unnest(what) w $$;
-- a purchase of product p at noon, ten days ago, in a place; views of it so many seconds before, in another
CREATE FUNCTION pg_temp.researches(who text, place text, view_place text, VARIADIC seconds float8[]) RETURNS void LANGUAGE sql AS $$
    WITH bought AS (INSERT INTO shop.orders (customer_id, ordered_at, amount, channel) VALUES (who, '2024-06-20 12:00Z', 50, place) RETURNING order_id)
    INSERT INTO shop.order_items SELECT order_id, 'p', 1, 50 FROM bought;
    INSERT INTO shop.events SELECT who, 'Product Viewed', timestamptz '2024-06-20 12:00Z' - s * interval '1 second', view_place, 'p' FROM unnest(seconds) s $$;
CREATE TEMP TABLE expected (customer_id text PRIMARY KEY, shopper_kind text);
DO $$ BEGIN
    PERFORM pg_temp.researches('webroomer', 'store', 'web', 2592000, 5);
    PERFORM pg_temp.researches('webroomer, events without a channel', 'POS', NULL, 86400, 5);
    PERFORM pg_temp.researches('one view', 'store', 'web', 5);
    PERFORM pg_temp.researches('30 days and one second', 'store', 'web', 2592001, 5);
    PERFORM pg_temp.researches('viewed in the store', 'store', 'store', 600, 5);
    PERFORM pg_temp.researches('viewed afterwards', 'store', 'web', -600, 5);
    PERFORM pg_temp.researches('viewed at the very instant', 'store', 'web', 0, 5);
    PERFORM pg_temp.researches('took none', 'store', 'web', 600, 5); UPDATE shop.order_items i SET quantity = 0 FROM shop.orders o WHERE o.order_id = i.order_id AND o.customer_id = 'took none';
    PERFORM pg_temp.researches('was given money', 'store', 'web', 600, 5); UPDATE shop.order_items i SET unit_price = -1 FROM shop.orders o WHERE o.order_id = i.order_id AND o.customer_id = 'was given money';
    PERFORM pg_temp.researches('bought on the web too', 'store', 'web', 600, 5); PERFORM pg_temp.buys('bought on the web too', 'web 1 100');
    PERFORM pg_temp.researches('on the web long ago', 'store', 'web', 600, 5); PERFORM pg_temp.buys('on the web long ago', 'web 1 365');
    PERFORM pg_temp.researches('bought another product', 'store', 'web', 600, 5); UPDATE shop.events SET product_id = 'q' WHERE customer_id = 'bought another product';
    PERFORM pg_temp.researches('a machine looked', 'store', 'web', 600, 5); UPDATE shop.events SET is_machine = true WHERE customer_id = 'a machine looked';
    PERFORM pg_temp.researches('web buyer', 'web', 'web', 600, 5);
    PERFORM pg_temp.researches('showroomer', 'web', 'store', 2592000, 5);
    PERFORM pg_temp.researches('showroomer, one view', 'web', 'store', 5);
    PERFORM pg_temp.researches('showroomer, 30 days and one second', 'web', 'store', 2592001, 5);
    PERFORM pg_temp.researches('showroomer, bought there too', 'web', 'store', 600, 5); PERFORM pg_temp.buys('showroomer, bought there too', 'store 1 100');
    PERFORM pg_temp.buys('marketplace only', 'Amazon 10 9', 'ebay 10 300');
    PERFORM pg_temp.buys('marketplace and one order elsewhere', 'Amazon 10 9', 'ebay 10 300', 'web 1 200');
    PERFORM pg_temp.buys('store only', 'store 10 9', 'POS 10 20');
    PERFORM pg_temp.buys('store and phone', 'store 10 9', 'phone 10 20');
    PERFORM pg_temp.buys('social', 'web 10 9', 'web 10 20'); PERFORM pg_temp.comes('social', 'facebook 10', 'instagram 21', 'facebook 30', 'email 31', 'google 32');
    PERFORM pg_temp.buys('social, two of four', 'web 10 9', 'web 10 20'); PERFORM pg_temp.comes('social, two of four', 'facebook 10', 'instagram 21', 'email 31', 'referral 32');
    PERFORM pg_temp.buys('bought in the network', 'tiktok_shop 10 9', 'TikTok 10 20');
    PERFORM pg_temp.buys('social, buys nothing online', 'store 10 9', 'phone 10 20'); PERFORM pg_temp.comes('social, buys nothing online', 'facebook 10', 'instagram 21', 'facebook 30');
    PERFORM pg_temp.buys('one arrival', 'web 10 9'); PERFORM pg_temp.comes('one arrival', 'facebook 10');
    PERFORM pg_temp.buys('dtc', 'web 10 9', 'ios 10 20'); PERFORM pg_temp.comes('dtc', 'email 10', 'google 21', 'direct 22', 'facebook 23', 'referral 24');
    PERFORM pg_temp.buys('dtc, by how the order came', 'email 10 9', 'direct 10 20');
    PERFORM pg_temp.buys('dtc, half by others', 'web 10 9', 'ios 10 20'); PERFORM pg_temp.comes('dtc, half by others', 'email 10', 'google 21', 'facebook 23', 'referral 24');
    PERFORM pg_temp.buys('dtc, one marketplace order', 'web 10 9', 'amazon 10 20'); PERFORM pg_temp.comes('dtc, one marketplace order', 'email 10', 'google 21');
    PERFORM pg_temp.buys('dtc, messages are no arrivals', 'web 10 9', 'web 10 20'); PERFORM pg_temp.comes('dtc, messages are no arrivals', 'email 10 email_received', 'email 21 email_received');
    PERFORM pg_temp.buys('online', 'web 10 9', 'amazon 10 20', 'ios 4 30');
    PERFORM pg_temp.buys('online and a store', 'web 10 9', 'amazon 10 20', 'store 4 30');
    PERFORM pg_temp.buys('a place nobody knows', 'moon 10 9');
    PERFORM pg_temp.buys('too long ago', 'store 10 365');
    PERFORM pg_temp.buys('just in time', 'store 10 364.5');
END $$;
INSERT INTO expected VALUES
    ('webroomer', 'webroomer'), ('webroomer, events without a channel', 'webroomer'), ('one view', 'store_only'), ('30 days and one second', 'store_only'), ('viewed in the store', 'store_only'),
    ('viewed afterwards', 'store_only'), ('viewed at the very instant', 'store_only'), ('took none', 'store_only'), ('was given money', 'store_only'), ('social, buys nothing online', 'multichannel'), ('bought on the web too', 'multichannel'), ('on the web long ago', 'webroomer'), ('bought another product', 'store_only'), ('a machine looked', 'store_only'),
    ('web buyer', 'online_only'), ('showroomer', 'showroomer'), ('showroomer, one view', 'online_only'), ('showroomer, 30 days and one second', 'online_only'), ('showroomer, bought there too', 'multichannel'),
    ('marketplace only', 'marketplace_native'), ('marketplace and one order elsewhere', 'online_only'), ('store only', 'store_only'), ('store and phone', 'multichannel'),
    ('social', 'social_shopper'), ('social, two of four', 'online_only'), ('bought in the network', 'social_shopper'), ('one arrival', 'online_only'),
    ('dtc', 'dtc_loyalist'), ('dtc, by how the order came', 'dtc_loyalist'), ('dtc, half by others', 'online_only'), ('dtc, one marketplace order', 'online_only'), ('dtc, messages are no arrivals', 'online_only'),
    ('online', 'online_only'), ('online and a store', 'multichannel'), ('a place nobody knows', 'unknown'), ('too long ago', 'unknown'), ('just in time', 'store_only');
SELECT is(c.shopper_kind, e.shopper_kind, e.customer_id) FROM expected e LEFT JOIN seg.channel c USING (customer_id) ORDER BY e.customer_id;
SELECT is((SELECT count(*) FROM seg.channel), (SELECT count(*) FROM expected), 'one row a customer');
UPDATE seg.settings SET research_days = 31, research_views = 1;
SELECT is(shopper_kind, 'webroomer', customer_id || ', other settings') FROM seg.channel WHERE customer_id IN ('one view', '30 days and one second');
UPDATE seg.settings SET research_days = 30, research_views = 2;

-- preference: the border of share and number, ties, refunds and who is later
TRUNCATE shop.orders, shop.order_items, shop.events;
DO $$ BEGIN
    PERFORM pg_temp.buys('six of ten', 'web 60 9', 'store 40 5'); PERFORM pg_temp.buys('a cent less', 'web 59.99 9', 'store 40.00 5');
    PERFORM pg_temp.buys('one order', 'web 60 9'); PERFORM pg_temp.buys('even', 'web 50 9', 'store 50 5'); PERFORM pg_temp.buys('window', 'web 500 400', 'store 50 5', 'store 1 6');
    PERFORM pg_temp.comes('only looked', 'email 3');
END $$;
SELECT is((SELECT jsonb_object_agg(customer_id, ARRAY[preferred_channel, top_channel, reliable::text, n::text]) FROM seg.channel),
          '{"six of ten": ["web", "web", "true", "2"], "a cent less": ["multichannel", "web", "true", "2"], "one order": ["multichannel", "web", "false", "1"],
            "even": ["multichannel", "store", "true", "2"], "window": ["store", "store", "true", "2"], "only looked": ["unknown", null, "false", "0"]}'::jsonb, 'preferred channels');
UPDATE seg.settings SET channel_min_share = 0.5, channel_min_orders = 1;
SELECT is((SELECT jsonb_object_agg(customer_id, preferred_channel) FROM seg.channel WHERE customer_id IN ('even', 'one order')), '{"even": "store", "one order": "web"}', 'other settings; a tie goes to the latest');
UPDATE seg.settings SET channel_min_share = 0.6, channel_min_orders = 2;
SELECT is((SELECT array_agg(p ORDER BY customer_id) FROM (SELECT customer_id, channel_preference(channel, amount, ordered_at) AS p FROM shop.orders GROUP BY 1) x),
          (SELECT array_agg(channel_preference(a) ORDER BY customer_id) FROM (SELECT customer_id, affinity_agg(channel, amount, ordered_at) AS a FROM shop.orders GROUP BY 1) x), 'the aggregate for direct use: two steps in one');
SELECT is((SELECT array_agg(p ORDER BY customer_id) FROM (SELECT customer_id, channel_preference(channel, amount::float8, ordered_at) AS p FROM shop.orders GROUP BY 1) x),
          (SELECT array_agg(p ORDER BY customer_id) FROM (SELECT customer_id, channel_preference(channel, amount, ordered_at) AS p FROM shop.orders GROUP BY 1) x), 'double precision: the same');
SELECT is((channel_preference(channel, amount, ordered_at)).preferred_channel, 'unknown', 'of no rows') FROM shop.orders WHERE false;

-- messages: (clicks + 1) / (messages + 31)
DO $$ BEGIN
    FOR i IN 1 .. 40 LOOP PERFORM pg_temp.comes('reader', format('email %s email_received', i)); END LOOP;
    PERFORM pg_temp.comes('reader', 'email 5 email_click', 'email 6 email_click', 'sms 3 email_received', 'sms 3 email_click');
    PERFORM pg_temp.comes('deaf', 'sms 3 email_received', 'email 2 email_received', 'email 1 email_received');
    PERFORM pg_temp.comes('clicks only', 'push 3 email_click');
END $$;
SELECT results_eq($$SELECT customer_id, message_channel, message_click_share, messages, message_clicks FROM seg.channel WHERE customer_id IN ('reader', 'deaf', 'clicks only') ORDER BY 1$$,
                  $$VALUES ('clicks only', 'push', 2::float8 / 32, 1::bigint, 1::bigint), ('deaf', 'sms', 1::float8 / 32, 1::bigint, 0::bigint), ('reader', 'sms', 2::float8 / 32, 1, 1)$$,
                  'preferred message channel: 2 / 32 beats 3 / 71');
DO $$ BEGIN
    PERFORM pg_temp.comes('equal clicks', 'sms 9 email_received', 'email 4 email_received', 'push 3 email_received');
END $$;
SELECT is(message_channel, 'push', 'of equals the one that was used last') FROM seg.channel WHERE customer_id = 'equal clicks';
UPDATE seg.settings SET message_prior_clicks = 0.01, message_prior_misses = 90;
SELECT is(message_channel, 'email', 'with another prior 2.01 / 130.01 beats 1.01 / 91.01') FROM seg.channel WHERE customer_id = 'reader';

-- at the very border: a touch 30 days before the order, a second earlier; a first touch at the instant of the first order, a second later
TRUNCATE shop.orders, shop.order_items, shop.events;
INSERT INTO shop.orders (customer_id, ordered_at, amount, channel) SELECT c, '2024-06-20 12:00Z', 10, 'web' FROM unnest('{30 days,and a second,at once,later}'::text[]) c;
INSERT INTO shop.events VALUES ('30 days', 'site_visit', '2024-05-21 12:00Z', 'google'), ('and a second', 'site_visit', '2024-05-21 11:59:59Z', 'google'),
    ('at once', 'site_visit', '2024-06-20 12:00Z', 'google'), ('later', 'site_visit', '2024-06-20 12:00:01Z', 'google');
SELECT is((SELECT string_agg(channel || ' ' || orders_touched || ' ' || position_orders, ', ' ORDER BY channel) FROM seg.channel_credit), 'google 1 1.0000, unknown 0 3.0000', 'touches share the credit of orders within 30 days after them');
SELECT is((SELECT string_agg(customer_id || ' ' || discovery_channel, ', ' ORDER BY customer_id COLLATE "C") FROM seg.channel), '30 days google, and a second google, at once google, later unknown', 'a discovery that is not after the first order');

-- a random shop: paths and credit against plain SQL
TRUNCATE shop.orders, shop.order_items, shop.events;
SELECT setseed(0.5) \g /dev/null
INSERT INTO shop.orders (customer_id, ordered_at, amount, channel)
SELECT 'c' || floor(random() * 120), timestamptz '2024-01-01 00:00Z' + random() * interval '181 days', round((1 + random() * 90)::numeric, 2), (ARRAY['web', 'store', 'amazon', NULL])[1 + floor(random() * 4)::int] FROM generate_series(1, 500);
INSERT INTO shop.events (customer_id, event_type, occurred_at, channel, is_machine)
SELECT 'c' || floor(random() * 150), (ARRAY['site_visit', 'email_open', 'email_received', 'our own', 'purchase'])[1 + floor(random() * 5)::int], timestamptz '2024-01-01 00:00Z' + random() * interval '200 days',
       (ARRAY['email', 'google', 'facebook', 'web', NULL])[1 + floor(random() * 5)::int], random() < 0.1 FROM generate_series(1, 3000);
INSERT INTO shop.customers SELECT 'c' || i, 'fair' FROM generate_series(1, 10) i;
CREATE TEMP TABLE touch AS SELECT o.order_id, o.amount, e.channel, row_number() OVER (PARTITION BY o.order_id ORDER BY e.occurred_at) AS i, count(*) OVER (PARTITION BY o.order_id) AS k
  FROM shop.orders o JOIN shop.events e ON e.customer_id = o.customer_id AND e.occurred_at < o.ordered_at AND e.occurred_at >= o.ordered_at - interval '720 hours'
 WHERE e.channel IS NOT NULL AND NOT e.is_machine AND e.event_type NOT IN ('email_received', 'purchase', 'our own') AND o.ordered_at < '2024-07-01 00:00Z';
CREATE TEMP TABLE plain AS
SELECT channel, count(*) AS touches, count(DISTINCT order_id) AS orders_touched, sum(amount) FILTER (WHERE i = 1) AS first_revenue, sum(amount) FILTER (WHERE i = k) AS last_revenue, sum(amount / k) AS linear_revenue,
       sum(amount * CASE WHEN k = 1 THEN 1 WHEN k = 2 THEN 0.5 WHEN i IN (1, k) THEN 0.4 ELSE 0.2 / (k - 2) END) AS position_revenue, sum(1.0 / k) AS linear_orders,
       count(*) FILTER (WHERE i = 1) AS first_orders FROM touch GROUP BY channel;
SELECT cmp_ok((SELECT max(k) FROM touch), '>=', 5::bigint, 'orders with many touches');
SELECT is((SELECT count(*) FROM seg.channel_credit c FULL JOIN plain p USING (channel) WHERE channel <> 'unknown'
              AND (c.touches, c.orders_touched, c.first_orders, c.first_revenue, c.last_revenue) IS DISTINCT FROM (p.touches, p.orders_touched, p.first_orders, p.first_revenue, p.last_revenue)), 0::bigint, 'first and last touch, to the cent');
SELECT cmp_ok((SELECT max(greatest(abs(c.linear_revenue - p.linear_revenue), abs(c.position_revenue - p.position_revenue), abs(c.linear_orders - p.linear_orders))) FROM seg.channel_credit c JOIN plain p USING (channel)),
              '<', 0.01, 'linear and position, to what four decimals of each order leave');
SELECT results_eq('SELECT sum(first_revenue), sum(last_revenue), sum(linear_revenue), sum(position_revenue), sum(first_orders), sum(last_orders), sum(linear_orders), sum(position_orders) FROM seg.channel_credit',
                  'SELECT r, r, r, r, n, n, n, n FROM (SELECT sum(amount)::numeric(20,4) AS r, count(*)::numeric(20,4) AS n FROM shop.orders WHERE ordered_at < ''2024-07-01 00:00Z'') x', 'every rule adds up to all orders, exactly');
UPDATE seg.settings SET credit_window_days = 1;
SELECT cmp_ok(sum(touches), '<', (SELECT sum(touches) / 10 FROM plain), 'a window of a day has fewer') FROM seg.channel_credit;

CREATE TEMP TABLE path AS
WITH o AS (SELECT * FROM shop.orders WHERE ordered_at < '2024-07-01 00:00Z'),
     usual AS (SELECT DISTINCT ON (customer_id) customer_id, channel FROM (SELECT customer_id, channel, count(*) AS n, max(ordered_at) AS at FROM o WHERE channel IS NOT NULL GROUP BY 1, 2) x ORDER BY customer_id, n DESC, at DESC),
     entry AS (SELECT DISTINCT ON (customer_id) customer_id, channel, ordered_at FROM o ORDER BY customer_id, ordered_at),
     touch AS (SELECT DISTINCT ON (customer_id) customer_id, channel, occurred_at FROM shop.events WHERE channel IS NOT NULL AND NOT is_machine AND event_type NOT IN ('email_received', 'purchase', 'our own') AND occurred_at < '2024-07-01 00:00Z' ORDER BY customer_id, occurred_at)
SELECT COALESCE(c.acquisition_channel, CASE WHEN t.occurred_at <= entry.ordered_at THEN t.channel END, 'unknown') AS discovery_channel, COALESCE(entry.channel, 'unknown') AS first_order_channel,
       COALESCE(usual.channel, 'unknown') AS usual_channel, count(*) AS customers, sum(s.orders)::bigint AS orders, sum(s.revenue) AS revenue
  FROM (SELECT customer_id, count(*) AS orders, sum(amount) AS revenue FROM o GROUP BY 1) s JOIN entry USING (customer_id) LEFT JOIN usual USING (customer_id) LEFT JOIN touch t USING (customer_id) LEFT JOIN shop.customers c USING (customer_id)
 GROUP BY 1, 2, 3;
SELECT is((SELECT count(*) FROM seg.channel_paths c FULL JOIN path p USING (discovery_channel, first_order_channel, usual_channel) WHERE (c.customers, c.orders, c.revenue) IS DISTINCT FROM (p.customers, p.orders, p.revenue)), 0::bigint, 'paths, as plain SQL has them');
SELECT is((SELECT sum(predicted_value) FROM seg.channel_paths), (SELECT sum(predicted_value) FROM seg.customer_value), 'with the predicted value of all customers');
SELECT is((SELECT jsonb_build_array(round(sum(customer_share), 4), round(sum(revenue_share), 4)) FROM seg.channel_paths), '[1.0000, 1.0000]'::jsonb, 'shares of all of them');

SELECT is((SELECT sum(customers) FROM seg.segment_summary WHERE segmentation = 'shopper_kind'), (SELECT count(*)::numeric FROM seg.customer_360), 'segment_summary counts everybody once');
SELECT is((SELECT count(*) FROM seg.customer_360 a LEFT JOIN seg.channel c USING (customer_id) WHERE (a.preferred_channel, a.shopper_kind) IS DISTINCT FROM (COALESCE(c.preferred_channel, 'unknown'), COALESCE(c.shopper_kind, 'unknown'))), 0::bigint, 'customer_360 has the labels');

-- its windows move with as_of: where facts are stored, the one of channels is computed still
CREATE TEMPORARY TABLE live_channel AS SELECT * FROM seg.channel;
SELECT ok(count(DISTINCT preferred_channel) > 2, 'customers prefer different channels') FROM live_channel;
SET LOCAL client_min_messages = warning;
SELECT set_storage('seg', 'incremental');
SELECT refresh_step_10_facts('seg');
SELECT ok(bool_or(fact = 'customer_histories') AND NOT bool_or(fact = 'customer_channels'), 'histories are stored, channels are not') FROM seg.stored_fact;
SELECT set_eq('SELECT c::text FROM seg.channel c', 'SELECT c::text FROM live_channel c', 'incremental storage changes no channel');

-- rules that ship
SELECT is((SELECT count(*) FROM channel_kind_rules() WHERE kind <> ALL (channel_kinds()) OR event_name(channel) = ANY (channel_kinds())), 0::bigint, 'every rule leads to a kind, none is needless');
SELECT is((SELECT count(*) FROM channel_kind_rules()), (SELECT count(DISTINCT event_name(channel)) FROM channel_kind_rules()), 'no name twice');
SELECT is((SELECT count(*) FROM unnest(channel_kinds()) k WHERE channel_place(k) IS NULL), 0::bigint, 'every kind has a place');

SELECT * FROM finish();
ROLLBACK;
