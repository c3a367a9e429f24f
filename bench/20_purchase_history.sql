--@ title Purchase histories by the ordinary grouped aggregate
-- What ad-hoc SQL pays for whole histories (every active day with its orders, revenue and refunds) instead of three
-- numbers; the bare GROUP BY with max, count and sum is the floor.  Both are grouped by the server's executor.
--@ variant one process: work_mem=1GB max_parallel_workers_per_gather=0
--@ variant default:
--@ setup
SET work_mem = '1GB';
DROP TABLE IF EXISTS history;
CREATE TABLE history AS
SELECT customer_id, purchase_history_agg(ordered_at, amount) AS history FROM orders GROUP BY customer_id;
--@ check every history has the count, sum and last instant of plain SQL
SELECT bool_and(orders = order_count(history) AND revenue = revenue(history) AND last_order_at = last_order_at(history))
FROM (SELECT customer_id, max(ordered_at) AS last_order_at, count(*) AS orders, sum(amount) AS revenue
      FROM orders GROUP BY customer_id) AS plain
FULL JOIN history USING (customer_id)
--@ rival floor
SELECT customer_id, max(ordered_at), count(*), sum(amount) FROM orders GROUP BY customer_id
--@ rival histories
SELECT customer_id, purchase_history_agg(ordered_at, amount) FROM orders GROUP BY customer_id
--@ compare histories / floor
--@ report Bytes of a stored history (pg_column_size) by active days, bar 40 + 8 per active day
SELECT CASE WHEN days <= 10 THEN days::text WHEN days <= 30 THEN '11-30' WHEN days <= 100 THEN '31-100' ELSE 'over 100' END
           AS active_days,
       count(*) AS customers, min(bytes), round(avg(bytes), 1) AS mean, max(bytes),
       max(bytes - 40 - 8 * days) AS nearest_to_bar, bool_and(bytes <= 40 + 8 * days) AS met
FROM (SELECT order_days(history) AS days, pg_column_size(history) AS bytes FROM history) AS sized
GROUP BY 1 ORDER BY min(days)
--@ report Bytes over all histories
SELECT count(*) AS histories, round(avg(order_days(history)), 2) AS active_days, round(avg(pg_column_size(history)), 1) AS mean_bytes,
       pg_size_pretty(pg_relation_size('history')) AS table_size
FROM history
