--@ title The views of a workspace, each over everyone
-- What a dashboard that reads a whole view pays, against the bare GROUP BY with max, count and sum.  Every answer is computed from
-- the orders at that moment; nothing is stored.  A tenth of the customers with all their orders.
--@ variant one process: work_mem=1GB max_parallel_workers_per_gather=0
--@ variant default:
--@ setup
DROP TABLE IF EXISTS view_orders CASCADE;
CREATE TABLE view_orders AS SELECT * FROM orders WHERE customer_id <= (SELECT max(customer_id) / 10 FROM orders) ORDER BY order_id;
CREATE INDEX ON view_orders (customer_id);
VACUUM (FREEZE, ANALYZE) view_orders;
SELECT drop_workspace('bench_ws') WHERE to_regnamespace('bench_ws') IS NOT NULL;
DROP SCHEMA IF EXISTS bench_source CASCADE;
CREATE SCHEMA bench_source;
CREATE VIEW bench_source.orders AS SELECT * FROM view_orders;
SELECT create_workspace('bench_ws', 'bench_source');
--@ check the segments of each segmentation add up to all customers and their revenue
SELECT bool_and(customers = all_customers AND net_revenue = all_revenue)
FROM (SELECT segmentation, sum(customers) AS customers, sum(net_revenue) AS net_revenue
      FROM bench_ws.segment_summary GROUP BY segmentation) AS summary,
     (SELECT count(DISTINCT customer_id) AS all_customers, sum(amount) AS all_revenue FROM view_orders) AS plain
--@ rival floor
SELECT customer_id, max(ordered_at), count(*), sum(amount) FROM view_orders GROUP BY customer_id
--@ rival customer_orders
SELECT * FROM bench_ws.customer_orders
--@ rival rfm
SELECT * FROM bench_ws.rfm
--@ rival lifecycle
SELECT * FROM bench_ws.lifecycle
--@ rival customer_360
SELECT * FROM bench_ws.customer_360
--@ rival segment_summary
SELECT * FROM bench_ws.segment_summary
--@ rival cohort_retention
SELECT * FROM bench_ws.cohort_retention
--@ compare customer_orders / floor
--@ compare rfm / floor
--@ compare lifecycle / floor
--@ compare customer_360 / floor
--@ compare segment_summary / floor
--@ compare cohort_retention / floor
