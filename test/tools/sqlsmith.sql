-- What random queries are made of: a small shop, its workspace, and a value of every type in a table.
SET search_path = public, customer_segments;
CREATE SCHEMA shop;
CREATE TABLE shop.orders AS
SELECT i AS order_id, i % 40 AS customer_id, timestamptz '2024-01-01Z' + i * interval '9 hours' AS ordered_at, (5 + i % 37)::numeric(12,2) AS amount
FROM generate_series(1, 400) AS i;
SELECT create_workspace('segments', 'shop');
CREATE TABLE value AS
SELECT customer_id, purchase_history_agg(ordered_at, amount) AS history, affinity_agg('c' || order_id % 3, ordered_at) AS affinity,
       activity_history_agg('page_view', ordered_at) AS activity, event_sequence_agg(order_id % 4, ordered_at) AS events,
       price_response_agg(amount, amount + order_id % 3) AS prices, survey_summary_agg((order_id % 11)::double precision, ordered_at) AS survey,
       scale_items_agg(ARRAY[order_id % 5, order_id % 7, 1]::double precision[]) AS items
FROM shop.orders GROUP BY customer_id;
CREATE TABLE model AS
SELECT clv_fit(history, '2024-06-01') AS model, btyd_sample_agg(history, '2024-06-01') AS sample FROM value;
CREATE ROLE smith LOGIN;
GRANT USAGE ON SCHEMA shop, segments, customer_segments TO smith;
GRANT SELECT ON ALL TABLES IN SCHEMA public, shop, segments TO smith;
ALTER ROLE smith SET statement_timeout = '5s';
ALTER ROLE smith SET search_path = public, shop, segments, customer_segments;
