-- explain_segment and sweep_segment: why, how far, and what other thresholds would have chosen.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET extra_float_digits = -3;
SET search_path = customer_segments, public;
SET customer_segments.as_of = '2024-11-01';
CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id integer, ordered_at timestamptz, amount numeric(12,2));
INSERT INTO shop.orders SELECT 1 + i % 40 * (i % 7), timestamptz '2024-01-01 12:00Z' + i * interval '1 day', 10 + i % 90 FROM generate_series(1, 300) AS i;
SELECT create_workspace('seg', 'shop');
UPDATE seg.settings SET tracked_segmentations = '{}';
SELECT define_segment('seg', 'late', 'days_since_last_order > 60 -- two months');
SELECT define_segment('seg', 'good', $$(NOT segment('late') AND orders >= 3 AND net_revenue > 200 AND rfm IN ('champions', 'loyal') AND days_since_last_order BETWEEN 0 AND 30)$$);
SELECT define_segment('seg', 'either', 'orders > 100 OR net_revenue < 40');
CALL refresh('seg');

-- conditions, values, distances
SELECT * FROM explain_segment('seg', 'good', '7');
SELECT * FROM explain_segment('seg', 'late', '40');
SELECT * FROM explain_segment('seg', 'either', '40');
SELECT explain_distance(c, '{"orders": 3, "net_revenue": 12.5, "rfm": "lost", "value": null}') FROM unnest('{orders > 3,orders >= 5,orders < 3,orders <= 1,orders = 4,orders = 2,orders = 3,net_revenue > 20,customer_360.net_revenue >= 20.25,rfm > 3,value > 3,nothing > 3,orders > net_revenue,orders > 3 OR true}'::text[]) AS c;
-- labels: the view's values, the settings and rules, the way to better ones
SELECT part, item, value, is_true, distance FROM explain_segment('seg', 'rfm:champions', '40') WHERE part <> 'setting' AND item !~ '_at$';
SELECT count(*) > 5 AS settings FROM explain_segment('seg', 'rfm:champions', '40') WHERE part = 'setting';
-- one more order now, worth as much as those before: the label the view gives then
CREATE TEMPORARY TABLE promise AS SELECT split_part(distance, ' to ', 2) AS label FROM explain_segment('seg', 'rfm:lost', '40') WHERE distance LIKE '1 more order to %';
INSERT INTO shop.orders SELECT 40, '2024-10-31 23:59:59Z', net_revenue / orders FROM seg.rfm WHERE customer_id = 40;
SELECT rfm = label AS kept FROM seg.customer_360, promise WHERE customer_id = 40;
DELETE FROM shop.orders WHERE ordered_at = '2024-10-31 23:59:59Z';
UPDATE seg.settings SET value_tier_by = 'orders';
DELETE FROM seg.value_tier;
INSERT INTO seg.value_tier SELECT * FROM value_tier_preset('purchases');
SELECT part, item, distance FROM explain_segment('seg', 'value_tier:gold', '7') WHERE part = 'distance';
SELECT part, item, value, is_true FROM explain_segment('seg', 'buyer_type:repeat_buyer', '40') WHERE is_true IS NOT NULL;
SELECT * FROM explain_segment('seg', 'good', '999');
SELECT * FROM explain_segment('seg', 'bad', '7');
SELECT * FROM explain_segment('seg', 'good', NULL);

-- other thresholds
SELECT * FROM sweep_segment('seg', 'days_since_last_order > $1', ARRAY[30, 60, 90, 100], 'late', 60);
SELECT s.value, s.customers = (SELECT count(*) FROM seg.customer_360 c WHERE c.days_since_last_order > s.value::int) AS customers_agree,
       s.next_orders = (SELECT count(*) FROM shop.orders o WHERE o.ordered_at >= '2024-09-02' AND o.customer_id IN
           (SELECT o.customer_id FROM shop.orders o WHERE o.ordered_at < '2024-09-02' GROUP BY 1 HAVING date '2024-09-02' - max(o.ordered_at)::date > s.value::int)) AS orders_agree
FROM sweep_segment('seg', 'days_since_last_order > $1', ARRAY[30, 60, 90, 100], window_days => 60) s;
SELECT value, customers, shared_customers, jaccard FROM sweep_segment('seg', $$rfm = $1 AND NOT segment('late') AND 'a$1' <> 'b'$$, '{champions,lost,"it''s"}'::text[], 'rfm:champions');
SELECT value, customers FROM sweep_segment('seg', 'first_order_on >= $1', '{2024-01-01,2024-06-01}'::date[]);
SELECT * FROM sweep_segment('seg', 'orders > 3', ARRAY[1]);
SELECT * FROM sweep_segment('seg', 'orders > $2', ARRAY[1]);
SELECT * FROM sweep_segment('seg', 'rfm > $1', ARRAY[1]);
SELECT * FROM sweep_segment('seg', 'orders > $1', ARRAY[]::int[]);
SELECT * FROM sweep_segment('seg', 'orders > $1', ARRAY[1, NULL]);
SELECT * FROM sweep_segment('seg', 'orders > $1', NULL::int[]);
SELECT * FROM sweep_segment('seg', 'orders > $1) OR (true', ARRAY[1]);
SELECT * FROM sweep_segment('seg', 'orders > $1', ARRAY[1], 'no such');
SELECT * FROM sweep_segment('seg', 'orders > $1', ARRAY[1], window_days => 0);
CREATE ROLE cseg_reader;
GRANT USAGE ON SCHEMA seg, customer_segments TO cseg_reader;
SET ROLE cseg_reader;
SELECT * FROM explain_segment('seg', 'good', '7');
SELECT * FROM explain_rfm('seg', '7');
SELECT * FROM sweep_segment('seg', 'orders > $1', ARRAY[1]);
SELECT * FROM sweep_matches('seg', '{true}', now(), NULL::int);
RESET ROLE;
SELECT drop_workspace('seg');
DROP OWNED BY cseg_reader;
DROP ROLE cseg_reader;
