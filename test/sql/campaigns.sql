-- campaigns: what is frozen, the hold-out, what came of it, errors and rights.  Numbers of lift are in test/unit, the draw in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET extra_float_digits = -3;
SET search_path = customer_segments, public;
CREATE SCHEMA shop;
-- 600 customers with one order in January; in February most of the treated order again
CREATE TABLE shop.orders AS SELECT n AS order_id, n AS customer_id, timestamptz '2024-01-10Z' + n * interval '1 hour' AS ordered_at, 10.00 + n % 7 AS amount FROM generate_series(1, 600) AS n;
CREATE TABLE shop.refunds (order_id integer, refunded_at timestamptz, amount numeric);
CREATE TABLE shop.events (customer_id integer, event_type text, occurred_at timestamptz);
SELECT create_workspace('seg', 'shop');
SET customer_segments.as_of = '2024-02-10';
SELECT define_segment('seg', 'small', 'net_revenue < 15', 'one small order');
SELECT create_campaign('seg', 'second order', 'small', 0.4);
SELECT campaign, segment, version, expression, holdout, seed, assigned_at, customers, holdout_customers FROM seg.campaign;
SELECT customer_id, campaign, assigned_at, is_holdout, segment, orders, net_revenue, last_order_on, scores::jsonb ->> 'buyer_type' AS buyer_type FROM seg.campaign_audience ORDER BY customer_id LIMIT 5;
-- frozen: neither a new definition nor new orders change it; drawn again under another name or seed it differs, under the same it does not
SELECT define_segment('seg', 'small', 'net_revenue < 12');
SELECT create_campaign('seg', 'other', 'buyer_type:one_time_buyer', 0.4);
SELECT create_campaign('seg', 'other seed', 'buyer_type:one_time_buyer', 0.4, 7);
SELECT count(*), count(*) FILTER (WHERE a.is_holdout = b.is_holdout) AS alike, count(*) FILTER (WHERE a.is_holdout = c.is_holdout) AS alike_by_seed,
       bool_and(b.is_holdout = (holdout_point(a.customer_id::text, 'other') < 0.4)) AS as_the_function_says
FROM seg.campaign_audience a JOIN seg.campaign_audience b USING (customer_id) JOIN seg.campaign_audience c USING (customer_id)
WHERE (a.campaign, b.campaign, c.campaign) = ('second order', 'other', 'other seed');
INSERT INTO shop.orders SELECT 1000 + customer_id, customer_id, '2024-02-15Z'::timestamptz, 20 FROM seg.campaign_audience
WHERE campaign = 'second order' AND (NOT is_holdout AND customer_id % 4 <> 0 OR is_holdout AND customer_id % 4 = 0);
-- refunded in whole, after the window, by somebody outside the audience: no order, revenue of the window only, nothing
INSERT INTO shop.refunds SELECT order_id, '2024-02-16Z', 20 FROM shop.orders WHERE order_id > 1000 AND customer_id % 10 = 1;
INSERT INTO shop.orders SELECT 2000 + n, n, '2024-03-20Z', 500 FROM generate_series(1, 600) AS n;
INSERT INTO shop.events SELECT customer_id, 'Unsubscribed', '2024-02-12Z' FROM seg.campaign_audience WHERE campaign = 'second order' AND customer_id % 13 = 0 AND NOT is_holdout;
INSERT INTO shop.events SELECT customer_id, 'Unsubscribed', '2024-02-09Z' FROM seg.campaign_audience WHERE campaign = 'second order' AND customer_id % 11 = 0;
SET customer_segments.as_of = '2024-04-01';
\x on
SELECT * FROM campaign_lift('seg', 'second order');
\x off
SELECT metric, treated, holdout, reliable, is_complete FROM campaign_lift('seg', 'second order', 60, 0.9);
SELECT metric, l.treated = p.treated AS the_same FROM campaign_lift('seg', 'second order') l
JOIN (SELECT avg((o.customer_id IS NOT NULL)::int)::float8 AS treated FROM seg.campaign_audience a LEFT JOIN shop.orders o ON o.customer_id = a.customer_id AND o.ordered_at = '2024-02-15Z'
        AND o.customer_id % 10 <> 1 WHERE campaign = 'second order' AND NOT is_holdout) p ON metric = 'conversion';
-- small groups and nobody at all
UPDATE seg.settings SET lift_min_customers = 1000;
SELECT bool_or(reliable) FROM campaign_lift('seg', 'second order');
SELECT define_segment('seg', 'nobody', 'false');
SELECT create_campaign('seg', 'nothing', 'nobody');
SELECT * FROM campaign_lift('seg', 'nothing');
SELECT create_campaign('seg', 'all treated', 'buyer_type:repeat_buyer', 0);
SELECT metric, holdout_n, holdout, difference, p_value, reliable FROM campaign_lift('seg', 'all treated');
DELETE FROM seg.campaign WHERE campaign = 'nothing';

-- errors
SELECT create_campaign('seg', 'second order', 'small');
SELECT create_campaign('seg', '', 'small');
SELECT create_campaign('seg', 'x', 'no such');
SELECT create_campaign('seg', 'x', 'small', 1);
SELECT create_campaign('seg', 'x', 'small', -0.1);
SELECT create_campaign('seg', 'x', 'small', 'NaN');
SELECT create_campaign('seg', NULL, 'small');
SELECT * FROM campaign_lift('seg', 'x');
SELECT * FROM campaign_lift('seg', 'other', 0);
SELECT * FROM campaign_lift('seg', 'other', 30, 1);
SELECT * FROM campaign_lift('seg', NULL);
-- who may
CREATE ROLE cseg_reader;
GRANT USAGE ON SCHEMA seg, customer_segments TO cseg_reader;
SET ROLE cseg_reader;
SELECT count(*) FROM seg.campaign;
SELECT count(*) FROM seg.campaign_audience;
SELECT create_campaign('seg', 'x', 'small');
SELECT * FROM campaign_lift('seg', 'other');
RESET ROLE;
SELECT drop_workspace('seg');
SELECT count(*) FROM pg_namespace WHERE nspname = 'seg';
DROP OWNED BY cseg_reader;
DROP ROLE cseg_reader;
