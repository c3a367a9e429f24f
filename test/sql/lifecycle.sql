-- Functions of the life cycle: errors and edges; the labels of each rule at its boundaries.
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
\set SHOW_CONTEXT never

SELECT gap_quantile('{30,7,90,14,14}', 0.5), gap_quantile('{}', 0.5), gap_quantile(NULL, 0.5), gap_quantile('{5}', 1);
SELECT gap_quantile('{1,2}', 1.5);
SELECT gap_quantile('{1,2}', 'NaN');
SELECT gap_quantile('{1,NULL}', 0.5);
SELECT gap_quantile('{{1,2},{3,4}}', 0.5);
SELECT rhythm_threshold(10, 3, 40, 3), rhythm_threshold(NULL, 0, 40, 3), rhythm_threshold(10, 3, NULL, 3), rhythm_threshold(NULL, 3, NULL, 3), rhythm_threshold(10, NULL, 40, 3), rhythm_threshold(10, 3, 40, NULL);
SELECT rhythm_threshold(10, -1, 40, 3);
SELECT rhythm_threshold(10, 1, 'Infinity', 3);
\set VERBOSITY sqlstate
SELECT gap_quantile('{1,2}', 1.5);
SELECT gap_quantile('{1,NULL}', 0.5);
SELECT gap_quantile('{{1,2},{3,4}}', 0.5);
SELECT rhythm_threshold(10, -1, 40, 3);
SELECT rhythm_threshold(10, 1, 'Infinity', 3);
\set VERBOSITY default

-- days before as_of of the orders of each customer: one-time buyers around every bound
CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id text, ordered_at date, amount integer);
SET customer_segments.as_of = '2024-12-31';
INSERT INTO shop.orders SELECT 'once ' || lpad(d::text, 3, '0'), date '2024-12-31' - d, 1 FROM unnest('{1,30,31,60,61,120,121,180,181,240,241}'::integer[]) d;
SELECT create_workspace('seg', 'shop');
SELECT customer_id, days_since_last_order, buyer_type, life_cycle, activity, activity_rank, rhythm, early_repeat FROM seg.lifecycle ORDER BY 1;

-- the life cycle: orders in this period, the one before, earlier; and early repeats
TRUNCATE shop.orders;
INSERT INTO shop.orders SELECT c, date '2024-12-31' - d, 1 FROM (VALUES
    ('returning', '{200,31,30}'::integer[]), ('resurrected', '{200,30}'), ('dormant', '{200,60}'), ('lost', '{200,61}'), ('new', '{30,5}'),
    ('new, two at once', '{30,30}'), ('repeat after 84 days', '{184,100}'), ('repeat after 85 days', '{185,100}'),
    ('once 84 days ago', '{84}'), ('once 85 days ago', '{85}')) AS v(c, days), unnest(days) AS d;
SELECT customer_id, buyer_type, life_cycle, life_cycle_rank, activity, early_repeat, second_order_days, typical_gap_days, n FROM seg.lifecycle ORDER BY 1;

-- rhythm: own gaps of 10 days; the shop's are the median of the customers' own; overdue beyond 80 %, lapsed beyond 100 %
TRUNCATE shop.orders;
INSERT INTO shop.orders SELECT 'every ten days, last ' || lpad(last::text, 2, '0'), date '2024-12-31' - last - 10 * i, 1
  FROM unnest('{10,11,40}'::integer[]) AS last, generate_series(0, 4) AS i;
INSERT INTO shop.orders SELECT 'gaps 10 20 30 40 50', date '2024-12-31' - 35 - d, 1 FROM unnest('{0,10,30,60,100,150}'::integer[]) d;
INSERT INTO shop.orders SELECT 'gaps 10 20 30 40 50, last ' || last, date '2024-12-31' - last - d, 1 FROM unnest('{42,43,50,51}'::integer[]) AS last, unnest('{0,10,30,60,100,150}'::integer[]) AS d;
INSERT INTO shop.orders VALUES ('once', '2024-12-20', 1);
UPDATE seg.settings SET rhythm_shop_weight = 0;
SELECT customer_id, days_since_last_order, overdue_after_days, lapsed_after_days, rhythm, rhythm_rank, reliable FROM seg.lifecycle ORDER BY 1;
UPDATE seg.settings SET rhythm_shop_weight = 4, rhythm_min_gaps = 5;
SELECT customer_id, days_since_last_order, overdue_after_days, lapsed_after_days, rhythm, rhythm_rank, reliable FROM seg.lifecycle ORDER BY 1;
SELECT customer_id, buyer_type, life_cycle, activity, rhythm FROM seg.customer_360 ORDER BY 1;
SELECT drop_workspace('seg');
