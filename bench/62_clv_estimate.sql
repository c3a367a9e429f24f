--@ title Customer value: clv_estimate over a table of histories
-- P(alive), expected orders and discounted twelve-month value of every customer, in one process, beside reading the histories.
--@ variant one process: work_mem=1GB max_parallel_workers_per_gather=0 jit=off
--@ variant default: jit=off
--@ setup
SET work_mem = '1GB';
DROP TABLE IF EXISTS value_history;
CREATE TABLE value_history AS
SELECT customer_id, purchase_history_agg(ordered_at, amount) AS history FROM orders GROUP BY customer_id;
DROP TABLE IF EXISTS value_model;
CREATE TABLE value_model AS
SELECT clv_model(mbg_nbd_model(0.52, 6.2, 0.89, 1.61), gamma_gamma_model(6.25, 3.74, 15.44)) AS model, max(last_order_on(history)) AS as_of FROM value_history;
VACUUM (FREEZE, ANALYZE) value_history, value_model;
--@ check P(alive) is that of the summary
SELECT bool_and(abs((e).p_alive - clv_p_alive(m.model, s.frequency, s.recency, s.t)) < 1e-12)
FROM value_history h, value_model m, btyd_summary(h.history, m.as_of) s,
     LATERAL (SELECT clv_estimate(h.history, m.model, as_of => m.as_of, level => NULL) AS e OFFSET 0) q
WHERE h.customer_id % 100 = 0
--@ rival clv_estimate
SELECT customer_id, clv_estimate(history, (SELECT model FROM value_model), as_of => (SELECT as_of FROM value_model), level => NULL) FROM value_history
--@ rival histories
SELECT customer_id, order_count(history) FROM value_history
--@ compare clv_estimate / histories
