--@ title From orders to named RFM segments, the whole population
-- Floor: the bare GROUP BY with max, count and sum.  Hand-written: the same grouping, three windows of ntile(5) and a CASE
-- that names the segment, as inline subqueries (a materialised CTE in between is slower).  Cut points: percentile_disc
-- and width_bucket instead of ntile, the fastest plain SQL that names a segment, with ties alike.  DuckDB runs the
-- hand-written query on a copy of the orders in its own storage; "with export" pays for that copy: COPY to CSV, then the
-- query on the CSV file.
--@ variant one process: work_mem=1GB max_parallel_workers_per_gather=0
--@ variant two workers: work_mem=1GB max_parallel_workers_per_gather=2
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
--@ compare hand-written / floor
--@ compare cut points / floor
