-- Simulated shoppers of known kinds: where they buy, how they come and what they look at before (examples/events/README.md).
--
--   psql -f examples/events/generate.sql -f examples/events/shoppers.sql        400 customers, the year before customer_segments.as_of()
--
-- Makes the schema simulated_shoppers with the source relations orders, order_items and events, and with shopper, the truth.
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS simulated_shoppers CASCADE;
CREATE SCHEMA simulated_shoppers;
COMMENT ON SCHEMA simulated_shoppers IS 'simulated orders and events: nobody did any of this';

-- each order and each visit draws one of the channels; looks: where the product was looked at before it was bought
CREATE TABLE simulated_shoppers.kind_rule (kind text PRIMARY KEY, buys text[], comes text[], looks text);
INSERT INTO simulated_shoppers.kind_rule VALUES
    ('webroomer',          '{POS}',                 '{google,newsletter,facebook}', 'web'),
    ('showroomer',         '{web,app}',             '{google,newsletter,facebook}', 'POS'),
    ('marketplace_native', '{Amazon,eBay}',         '{google,facebook}',            NULL),
    ('store_only',         '{POS}',                 '{google,newsletter}',          NULL),
    ('social_shopper',     '{web,app,Amazon}',      '{facebook,instagram,facebook,newsletter}', NULL),
    ('dtc_loyalist',       '{web,app}',             '{google,newsletter,google,facebook}', NULL),
    ('online_only',        '{web,Amazon}',          '{facebook,google}',            NULL),
    ('multichannel',       '{POS,web,Amazon}',      '{facebook,google}',            NULL);

CREATE TABLE simulated_shoppers.shopper AS
SELECT row_number() OVER (ORDER BY k.kind, i) AS customer_id, k.kind FROM simulated_shoppers.kind_rule k, generate_series(1, 50) AS i;

CREATE TABLE simulated_shoppers.orders AS
SELECT s.customer_id * 100 + i AS order_id, s.customer_id, customer_segments.as_of() - 300 * simulated.uniform(s.customer_id, i, 11) * interval '24 hours' AS ordered_at,
       round((10 + 90 * simulated.uniform(s.customer_id, i, 12))::numeric, 2) AS amount,
       k.buys[1 + floor(cardinality(k.buys) * simulated.uniform(s.customer_id, i, 13))::integer] AS channel
  FROM simulated_shoppers.shopper s JOIN simulated_shoppers.kind_rule k USING (kind)
 CROSS JOIN LATERAL generate_series(1, 4 + floor(5 * simulated.uniform(s.customer_id, 0, 10))::integer) AS i;

CREATE TABLE simulated_shoppers.order_items AS
SELECT order_id, 'product ' || order_id % 40 AS product_id, 1 AS quantity, amount AS unit_price FROM simulated_shoppers.orders;

CREATE TABLE simulated_shoppers.events AS
-- visits, twice for each order, some without one
SELECT o.customer_id, 'session_start' AS event_type, o.ordered_at - (0.1 + 20 * simulated.uniform(o.order_id, v, 14)) * interval '24 hours' AS occurred_at,
       k.comes[1 + floor(cardinality(k.comes) * simulated.uniform(o.order_id, v, 15))::integer] AS channel, NULL AS product_id
  FROM simulated_shoppers.orders o JOIN simulated_shoppers.shopper USING (customer_id) JOIN simulated_shoppers.kind_rule k USING (kind) CROSS JOIN generate_series(1, 2) AS v
UNION ALL
-- what most of them buy after looking at it elsewhere, three times
SELECT o.customer_id, 'Product Viewed', o.ordered_at - (v + 9 * simulated.uniform(o.order_id, v, 16)) * interval '24 hours', k.looks, i.product_id
  FROM simulated_shoppers.orders o JOIN simulated_shoppers.order_items i USING (order_id) JOIN simulated_shoppers.shopper USING (customer_id) JOIN simulated_shoppers.kind_rule k USING (kind)
 CROSS JOIN generate_series(1, 3) AS v WHERE k.looks IS NOT NULL AND simulated.uniform(o.order_id, 0, 17) < 0.7;
CREATE INDEX ON simulated_shoppers.orders (customer_id);
CREATE INDEX ON simulated_shoppers.events (customer_id);
ANALYZE simulated_shoppers.orders, simulated_shoppers.events;
