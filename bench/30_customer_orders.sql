--@ title The fact customer_orders of a workspace, built for everyone
-- Floor: the bare GROUP BY with max, count and sum.  The view answers fourteen columns and the whole history, for the
-- rows before as_of, with refunds and time zone looked after; it is grouped by the server's executor so that a predicate on
-- customer_id reaches the source's index.  purchase_histories gives the same for everyone in one pass.
--@ variant one process: work_mem=1GB max_parallel_workers_per_gather=0
--@ setup
SELECT drop_workspace('bench_ws') WHERE to_regnamespace('bench_ws') IS NOT NULL;
DROP SCHEMA IF EXISTS bench_source CASCADE;
CREATE SCHEMA bench_source;
CREATE VIEW bench_source.orders AS SELECT * FROM orders;
SELECT create_workspace('bench_ws', 'bench_source');
--@ check the view's orders, revenue and last instant are those of plain SQL
SELECT bool_and(p.orders = c.orders AND p.revenue = c.revenue AND p.last_order_at = c.last_order_at)
FROM (SELECT customer_id, max(ordered_at) AS last_order_at, count(*) AS orders, sum(amount) AS revenue
      FROM orders GROUP BY customer_id) AS p
FULL JOIN bench_ws.customer_orders AS c USING (customer_id)
--@ check purchase_histories gives the same histories, byte for byte
SELECT bool_and(p.history::text = c.history::text AND p.orders = c.orders AND p.net_revenue = c.net_revenue)
FROM purchase_histories('bench_ws.purchases', NULL::bigint) AS p FULL JOIN bench_ws.customer_orders AS c USING (customer_id)
--@ rival floor
SELECT customer_id, max(ordered_at), count(*), sum(amount) FROM orders GROUP BY customer_id
--@ rival customer_orders
SELECT * FROM bench_ws.customer_orders
--@ rival three columns of it
SELECT customer_id, last_order_at, orders, revenue FROM bench_ws.customer_orders
--@ rival purchase_histories
SELECT * FROM purchase_histories('bench_ws.purchases', NULL::bigint)
--@ rival purchase_histories, no history
SELECT * FROM purchase_histories('bench_ws.purchases', NULL::bigint, 'UTC', false)
--@ compare purchase_histories / floor <= 1.0
--@ compare purchase_histories, no history / floor <= 1.0
--@ compare customer_orders / floor
--@ compare three columns of it / floor
