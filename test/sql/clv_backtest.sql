-- clv_backtest: what one sees of a small shop, and its errors.  Numbers are in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET search_path = public, customer_segments;

CREATE TABLE purchases AS
SELECT c AS customer_id, timestamptz '2024-01-01 12:00Z' + (c % 20 + d * (5 + c % 17)) * interval '1 day' AS at, 10.00 + c AS amount
FROM generate_series(1, 60) AS c, generate_series(0, c % 9) AS d;

SELECT family, status, customers, actual, predicted > 0 AS predicts, mae >= abs(bias) AS mae, rmse >= mae AS rmse, is_best
FROM clv_backtest('purchases', NULL::int, '2024-02-15', '2024-04-30') ORDER BY family;
SELECT family, is_best FROM clv_backtest('purchases', NULL::int, '2024-02-15', '2024-04-30', 'bg_nbd');
SELECT decile, customers, actual FROM clv_calibration('purchases', NULL::int, '2024-02-15', '2024-04-30', mbg_nbd_model(1, 5, 1, 3), 3);
SELECT week, week_ends_on, actual_cumulative FROM clv_tracking('purchases', NULL::int, '2024-02-15', mbg_nbd_model(1, 5, 1, 3));
SELECT customer_id, first_order_on, frequency, orders_after FROM clv_holdout('purchases', NULL::int, '2024-02-15', '2024-04-30') ORDER BY 1 LIMIT 5;
SELECT * FROM clv_backtest('purchases', NULL::int, '2024-02-15', '2024-04-30', 'guess');
SELECT * FROM clv_backtest('purchases', NULL::int, '2024-02-15', '2024-04-30', unit => 'fortnight');
-- nobody before the cut, nobody at all
SELECT family, status, customers, predicted, is_best FROM clv_backtest('purchases', NULL::int, '2023-02-15', '2024-04-30') ORDER BY family;
DELETE FROM purchases;
SELECT family, status, customers, predicted, is_best FROM clv_backtest('purchases', NULL::int, '2024-02-15', '2024-04-30') ORDER BY family;
SELECT * FROM clv_tracking('purchases', NULL::int, '2024-02-15', mbg_nbd_model(1, 5, 1, 3));
