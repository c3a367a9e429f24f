--@ title Scores alone: rfm_score against three windows of ntile
-- One million customers (twenty thousand in the smoke run) with their last order, orders and revenue in a table.  Row number is
-- what any window over the whole table costs, scan what reading it costs.
--@ variant one process: work_mem=1GB max_parallel_workers_per_gather=0
--@ variant default, one process: max_parallel_workers_per_gather=0
--@ setup
SET work_mem = '1GB';
DROP TABLE IF EXISTS customer_facts;
CREATE TABLE customer_facts AS
SELECT customer_id, max(ordered_at) AS last_order_at, count(*) AS orders, sum(amount) AS revenue FROM orders GROUP BY customer_id;
VACUUM (FREEZE, ANALYZE) customer_facts;
--@ check method rank is 1 + floor(5 (rows below) / (rows - 1)), 5 at most, by the server's rank()
SELECT bool_and((score).r = least(5, 1 + 5 * (r - 1) / (n - 1)) AND (score).f = least(5, 1 + 5 * (f - 1) / (n - 1))
                AND (score).m = least(5, 1 + 5 * (m - 1) / (n - 1)))
FROM (SELECT rfm_score(last_order_at, orders, revenue) OVER () AS score, count(*) OVER () AS n,
             rank() OVER (ORDER BY last_order_at) AS r, rank() OVER (ORDER BY orders) AS f, rank() OVER (ORDER BY revenue) AS m
      FROM customer_facts) AS scored
--@ check method ntile gives SQL's ntile where there are no ties
SELECT bool_and((score).r = r AND (score).f = f AND (score).m = m)
FROM (SELECT rfm_score(last_order_at, orders, revenue, 5, 'ntile') OVER () AS score, ntile(5) OVER (ORDER BY last_order_at) AS r,
             ntile(5) OVER (ORDER BY orders) AS f, ntile(5) OVER (ORDER BY revenue) AS m
      FROM (SELECT DISTINCT ON (revenue) timestamptz '2024-01-01 00:00+00' + customer_id * interval '1 second' AS last_order_at,
                   (customer_id * 7919) AS orders, revenue
            FROM customer_facts ORDER BY revenue, customer_id) AS apart) AS scored
--@ rival three ntile windows
SELECT customer_id, ntile(5) OVER (ORDER BY last_order_at), ntile(5) OVER (ORDER BY orders), ntile(5) OVER (ORDER BY revenue)
FROM customer_facts
--@ rival rfm_score
SELECT customer_id, rfm_score(last_order_at, orders, revenue) OVER () FROM customer_facts
--@ rival rfm_score, method ntile
SELECT customer_id, rfm_score(last_order_at, orders, revenue, 5, 'ntile') OVER () FROM customer_facts
--@ rival row number
SELECT customer_id, row_number() OVER () FROM customer_facts
--@ rival scan
SELECT customer_id, last_order_at, orders, revenue FROM customer_facts
--@ compare rfm_score / three ntile windows <= 0.33
--@ compare rfm_score, method ntile / three ntile windows <= 0.33
