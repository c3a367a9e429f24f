-- clv_estimate: what one sees, and every error once.  Numbers are in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET extra_float_digits = 0;
SET search_path = public, customer_segments;

CREATE TABLE shop AS
SELECT c AS customer, purchase_history_agg(date '2024-01-01' + d * c, 10.00 * c) AS history
FROM generate_series(1, 3) AS c, generate_series(0, 5, c) AS d GROUP BY c;
CREATE TABLE fitted AS
SELECT clv_model(mbg_nbd_model(0.52, 6.2, 0.89, 1.61), gamma_gamma_model(6.25, 3.74, 15.44)) AS model;

SELECT customer, (e).n, (e).reliable, round((e).p_alive::numeric, 6) AS p_alive, round((e).expected_orders::numeric, 6) AS expected_orders,
       (e).expected_next_order_on, (e).orders_low, (e).orders_high, round((e).value_high::numeric, 2) AS value_high,
       (e).historic_value, round((e).total_value::numeric, 2) AS total_value
FROM shop, fitted, LATERAL (SELECT clv_estimate(history, model, as_of => '2024-03-01', acquisition_cost => 5) AS e) AS q ORDER BY 1;
-- no model: the fallback, with and without a shop
SELECT customer, (clv_estimate(history, NULL, as_of => '2024-03-01')).* FROM shop ORDER BY 1;
SELECT customer, (clv_estimate(history, NULL, as_of => '2024-03-01', shop_order_value => 20, shop_yearly_orders => 4)).expected_orders FROM shop ORDER BY 1;
-- a model without a fit, or of too few: not used
SELECT customer, (clv_estimate(history, (SELECT clv_fit(history, '2024-03-01', 'week') FROM shop), as_of => '2024-03-01')).reliable FROM shop ORDER BY 1;
SELECT clv_reliable(model), clv_reliable(NULL), clv_reliable((SELECT clv_fit(history, '2024-03-01', 'week') FROM shop)) FROM fitted;
-- the parts
SELECT customer, round(p_alive(history, model, '2024-03-01')::numeric, 6), round(expected_orders(history, model, 30, '2024-03-01')::numeric, 6),
       round(expected_spend(history, model, '2024-03-01')::numeric, 4), expected_next_order_on(history, model, '2024-03-01')
FROM shop, fitted ORDER BY 1;
-- the setting as_of: rows before midnight, so the day before
SET customer_segments.as_of = '2024-03-02';
SELECT customer, p_alive(history, model) = p_alive(history, model, '2024-03-01') AS same FROM shop, fitted ORDER BY 1;
RESET customer_segments.as_of;
-- nothing known by then
SELECT clv_estimate(history, model, as_of => '2023-12-31'), clv_estimate(NULL, model), clv_estimate(history, model, as_of => NULL)
FROM shop, fitted WHERE customer = 1;
SELECT time_unit_days('week'), time_unit_days('second') * 86400;

-- bad arguments
SELECT clv_estimate(history, model, -1) FROM shop, fitted LIMIT 1;
SELECT clv_estimate(history, model, 'NaN') FROM shop, fitted LIMIT 1;
SELECT clv_estimate(history, model, level => 1) FROM shop, fitted LIMIT 1;
SELECT clv_estimate(history, model, margin => -0.1) FROM shop, fitted LIMIT 1;
SELECT clv_estimate(history, model, acquisition_cost => 'Infinity') FROM shop, fitted LIMIT 1;
SELECT clv_estimate(history, model, as_of => 'infinity') FROM shop, fitted LIMIT 1;
SELECT clv_estimate(history, gamma_gamma_model(6.25, 3.74, 15.44)) FROM shop LIMIT 1;
SELECT clv_estimate(history, bg_bb_model(1, 2, 3, 4)) FROM shop LIMIT 1;
SELECT clv_estimate(history, (SELECT bg_nbd_fit(1::bigint, 1::float8, 2::float8))) FROM shop LIMIT 1;
SELECT time_unit_days('fortnight');
