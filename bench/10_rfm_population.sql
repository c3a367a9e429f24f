--@ title From orders to named RFM segments, the whole population
-- Floor: the bare GROUP BY with max, count and sum.  Hand-written: the same grouping, three windows of ntile(5) and a CASE
-- that names the segment, as inline subqueries (a materialised CTE in between is slower).  Cut points: percentile_disc
-- and width_bucket instead of ntile, the fastest plain SQL that names a segment, with ties alike.  DuckDB runs the
-- hand-written query on a copy of the orders in its own storage; "with export" pays for that copy: COPY to CSV, then the
-- query on the CSV file.  Ours: the functions alone (purchase_histories, rfm_score, rfm_segment) give the columns of the
-- hand-written query; the view rfm of a workspace looks after as_of, time zone, settings and rule table besides.
--@ variant one process: work_mem=1GB max_parallel_workers_per_gather=0
--@ variant default:
--@ let segment
CASE WHEN r >= 4 AND f >= 4 AND m >= 4 THEN 'champions'
     WHEN r = 5 AND f = 1 THEN 'new_customers'
     WHEN r = 1 AND f >= 4 AND m >= 4 THEN 'cant_lose_them'
     WHEN r <= 2 AND f >= 3 THEN 'at_risk'
     WHEN r >= 3 AND f >= 4 THEN 'loyal'
     WHEN r >= 4 AND f >= 2 THEN 'potential_loyalist'
     WHEN r = 4 THEN 'promising'
     WHEN r = 3 AND f >= 2 AND m >= 3 THEN 'need_attention'
     WHEN r = 3 THEN 'about_to_sleep'
     WHEN r = 2 THEN 'hibernating'
     ELSE 'lost' END AS segment
--@ let grouped
SELECT customer_id, max(ordered_at) AS last_order_at, count(*) AS orders, sum(amount) AS revenue
FROM orders GROUP BY customer_id
--@ let ntile
SELECT customer_id, last_order_at, orders, revenue, r, f, m,
       {segment}
FROM (SELECT *, ntile(5) OVER (ORDER BY last_order_at) AS r,
                ntile(5) OVER (ORDER BY orders) AS f,
                ntile(5) OVER (ORDER BY revenue) AS m
      FROM ({grouped}) AS customer) AS scored
--@ setup
SELECT drop_workspace('bench_ws') WHERE to_regnamespace('bench_ws') IS NOT NULL;
DROP SCHEMA IF EXISTS bench_source CASCADE;
CREATE SCHEMA bench_source;
CREATE VIEW bench_source.orders AS SELECT * FROM orders;
SELECT create_workspace('bench_ws', 'bench_source');
CREATE OR REPLACE VIEW bare_purchases AS SELECT customer_id, ordered_at AS at, amount FROM orders;
--@ let ours
SELECT customer_id, last_order_at, orders, revenue, (score).r, (score).f, (score).m,
       rfm_segment((score).r, (score).f, (score).m) AS segment
FROM (SELECT *, rfm_score(last_order_at, orders, revenue) OVER () AS score
      FROM purchase_histories('bare_purchases', NULL::bigint, 'UTC', false)) AS scored
--@ let view
SELECT customer_id, last_order_at, orders, net_revenue AS revenue, r, f, m, segment FROM bench_ws.rfm
--@ let ranked
SELECT customer_id, last_order_at, orders, revenue, r, f, m, {segment}
FROM (SELECT *, least(5, 1 + 5 * (rank() OVER (ORDER BY last_order_at) - 1) / (count(*) OVER () - 1))::integer AS r,
                least(5, 1 + 5 * (rank() OVER (ORDER BY orders) - 1) / (count(*) OVER () - 1))::integer AS f,
                least(5, 1 + 5 * (rank() OVER (ORDER BY revenue) - 1) / (count(*) OVER () - 1))::integer AS m
      FROM ({grouped}) AS customer) AS scored
--@ check functions and view give every customer what plain SQL with rank() gives
SELECT bool_and(p IS NOT DISTINCT FROM o AND p IS NOT DISTINCT FROM v)
FROM ({ranked}) AS p FULL JOIN ({ours}) AS o USING (customer_id) FULL JOIN ({view}) AS v USING (customer_id)
--@ rival floor
{grouped}
--@ rival hand-written
{ntile}
--@ rival cut points
WITH customer AS MATERIALIZED (
    {grouped}
), cut AS (
    SELECT percentile_disc(ARRAY[.2, .4, .6, .8]) WITHIN GROUP (ORDER BY last_order_at) AS r,
           percentile_disc(ARRAY[.2, .4, .6, .8]) WITHIN GROUP (ORDER BY orders) AS f,
           percentile_disc(ARRAY[.2, .4, .6, .8]) WITHIN GROUP (ORDER BY revenue) AS m
    FROM customer
), scored AS MATERIALIZED (
    SELECT customer.*, 1 + width_bucket(last_order_at, cut.r) AS r, 1 + width_bucket(orders, cut.f) AS f,
           1 + width_bucket(revenue, cut.m) AS m
    FROM customer, cut
)
SELECT customer_id, last_order_at, orders, revenue, r, f, m,
       {segment}
FROM scored
--@ rival functions
{ours}
--@ rival view rfm
{view}
--@ setup-shell
bench/duckdb load
--@ shell DuckDB, own storage
bench/duckdb query <<'SQL'
{ntile}
SQL
--@ shell DuckDB with export
bench/duckdb export <<'SQL'
{ntile}
SQL
--@ compare functions / hand-written <= 0.5
--@ compare view rfm / hand-written <= 0.5
--@ compare functions / floor <= 1.0
--@ compare view rfm / floor <= 1.0
--@ compare functions / cut points
--@ compare hand-written / floor
--@ compare functions / DuckDB with export
--@ compare functions / DuckDB, own storage
