--@ title Customer models: BG/NBD and Gamma-Gamma against Python's lifetimes
-- A tenth of the customers with all their orders, days as the unit.  Fits alone: both models on the same summary in memory.
-- Whole: from the table of orders to P(alive), expected orders in 365 days and expected spend of every customer; for
-- Python that begins with the export.  Python runs where LIFETIMES=directory leads to the package.
--@ variant one process: work_mem=256MB max_parallel_workers_per_gather=0
--@ let summary
SELECT h.customer_id, s.frequency, s.recency, s.t, s.monetary_value
FROM purchase_histories('clv_purchases', NULL::bigint) AS h, btyd_summary(h.history, date '2024-12-31', 'day') AS s
--@ setup
DROP VIEW IF EXISTS clv_purchases;
DROP TABLE IF EXISTS clv_orders, btyd_input, lifetimes_parameters;
CREATE TABLE clv_orders AS SELECT * FROM orders WHERE customer_id <= (SELECT max(customer_id) / 10 FROM orders) ORDER BY order_id;
ANALYZE clv_orders;
CREATE VIEW clv_purchases AS SELECT customer_id, ordered_at AS at, amount FROM clv_orders;
CREATE TABLE btyd_input AS {summary};
ANALYZE btyd_input;
CREATE TABLE lifetimes_parameters (parameter text, value double precision);
--@ rival fits
SELECT bg_nbd_fit(frequency, recency, t), gamma_gamma_fit(frequency, monetary_value) FROM btyd_input
--@ shell lifetimes, fits
/usr/bin/python3 bench/lifetimes.py fits
--@ rival whole
WITH summary AS MATERIALIZED ({summary}),
model AS MATERIALIZED (
    SELECT bg_nbd_fit(frequency, recency, t) AS orders, gamma_gamma_fit(frequency, monetary_value) AS spend FROM summary
)
SELECT customer_id, bg_nbd_p_alive(m.orders, frequency, recency, t),
       bg_nbd_expected_purchases(m.orders, frequency, recency, t, 365::double precision),
       gamma_gamma_expected_spend(m.spend, frequency, monetary_value)
FROM summary, model AS m
--@ shell lifetimes, whole
/usr/bin/python3 bench/lifetimes.py whole
--@ compare fits / lifetimes, fits
--@ compare whole / lifetimes, whole
--@ report Parameters of both
SELECT p.parameter, p.estimate AS ours, l.value AS lifetimes, abs(p.estimate / l.value - 1)::numeric(12,8) AS difference
FROM (SELECT bg_nbd_fit(frequency, recency, t) AS orders, gamma_gamma_fit(frequency, monetary_value) AS spend FROM btyd_input) AS m,
     LATERAL (SELECT * FROM parameters(m.orders) UNION ALL SELECT * FROM parameters(m.spend)) AS p
LEFT JOIN lifetimes_parameters AS l USING (parameter)
ORDER BY p.family, p.parameter
