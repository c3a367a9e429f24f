-- Customer models: what they look like, and what they refuse.  Numbers: test/pgtap/clv.sql
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET search_path = customer_segments, public;
\set VERBOSITY default
\set SHOW_CONTEXT never

-- ---- models ----
SELECT bg_nbd_model(0.243, 4.414, 0.793, 2.426);
SELECT gamma_gamma_model(6.25, 3.74, 15.44);
SELECT clv_model(pareto_nbd_model(0.553, 10.578, 0.606, 11.669, 'day'), gamma_gamma_model(6.25, 3.74, 15.44)) AS m \gset
SELECT :'m'::clv_model::text = :'m' AS the_same;
SELECT family(m), status(m), log_likelihood(m), penalty(m), customers(m), repeat_customers(m), iterations(m), time_unit(m), fitted_from(m), fitted_to(m)
FROM (SELECT :'m'::clv_model AS m) x;
SELECT family(orders_part(m)), family(spend_part(m)), spend_part(orders_part(m)), orders_part(spend_part(m)) FROM (SELECT :'m'::clv_model AS m) x;
SELECT * FROM parameters(:'m');
SELECT parameter(:'m', 'beta'), parameter(:'m', 'v');
SELECT parameter(:'m', 'gamma');
SELECT bg_nbd_model(0, 4.414, 0.793, 2.426);
SELECT bg_nbd_model(1, 'NaN', 0.793, 2.426);
SELECT bg_nbd_model(1, 4.414, 0.793, 2.426, 'fortnight');
SELECT clv_model(gamma_gamma_model(6.25, 3.74, 15.44), gamma_gamma_model(6.25, 3.74, 15.44));
SELECT clv_model(bg_nbd_model(1, 1, 1, 1), bg_nbd_model(1, 1, 1, 1));

-- ---- input trusts nothing ----
SELECT clv_model '';
SELECT clv_model '{}';
SELECT clv_model '{"version": 2, "orders": {}}';
SELECT replace(:'m', '0.553', '-0.553')::clv_model;
SELECT replace(:'m', '0.553', 'null')::clv_model;
SELECT replace(:'m', '"pareto_nbd"', '"bg_nbd"')::clv_model;
SELECT replace(:'m', '"given"', '"splendid"')::clv_model;
SELECT regexp_replace(:'m', '"alpha": [0-9.]+', '"alpha": 1e400')::clv_model;
SELECT btyd_sample 'x';
SELECT btyd_sample '\x0200000080000000800000000000000000000000000000000000000000';
SELECT btyd_sample '\x01';
SELECT btyd_sample '\x0100000000000000000000000000000000000000000000000000000001';

-- ---- samples and fits ----
CREATE TABLE btyd (id int, frequency bigint, recency float8, t float8, monetary_value float8);
INSERT INTO btyd SELECT n, n % 5, CASE WHEN n % 5 > 0 THEN 5 + n % 23 ELSE 0 END, 30 + n % 9, n % 5 * (10 + n % 7) FROM generate_series(1, 300) AS n;
SELECT * FROM unnest((SELECT btyd_sample_agg(frequency, recency, t) FROM btyd WHERE id <= 6 OR id = 321)) ORDER BY frequency, recency;
SELECT * FROM unnest((SELECT btyd_sample_agg(frequency, recency, t, nullif(monetary_value, 0), ARRAY[id % 2]::float8[]) FROM btyd WHERE id <= 3)) ORDER BY t, frequency;
SELECT btyd_sample_agg(frequency, recency, t) FROM btyd WHERE false;
SELECT status(m), customers(m), repeat_customers(m), log_likelihood(m) < 0 AS likelihood FROM (SELECT bg_nbd_fit(frequency, recency, t) AS m FROM btyd) x;
SELECT status(m), customers(m), repeat_customers(m), log_likelihood(m) FROM (SELECT bg_nbd_fit(frequency, recency, t) AS m FROM btyd WHERE frequency = 0) x;
SELECT status(m), customers(m), repeat_customers(m), log_likelihood(m) FROM (SELECT pareto_nbd_fit(frequency, recency, t) AS m FROM btyd WHERE false) x;
SELECT bg_nbd_fit(3, 20, 10);
SELECT bg_nbd_fit(-1, 2, 10);
SELECT bg_nbd_fit(0, 2, 10);
SELECT bg_nbd_fit(1, 'NaN', 10);
SELECT bg_nbd_fit(1, 2, 'infinity');
SELECT bg_nbd_fit(1, 2, 10, '{1,NaN}');
SELECT bg_nbd_fit(1, 2, 10, array_fill(1::float8, ARRAY[17]));
SELECT bg_nbd_fit(1, 2, 10, CASE WHEN n = 1 THEN '{1}' ELSE '{1,2}' END::float8[]) FROM generate_series(1, 2) n;
SELECT bg_nbd_fit(1, 2, 10, '{1,NULL}');
SELECT gamma_gamma_fit(2, -5);
SELECT gamma_gamma_fit(2, 0);
SELECT bg_bb_fit(2, 1, 6);
SELECT bg_bb_fit(2, 2.5, 6);
SELECT bg_nbd_fit(btyd_sample_agg(frequency, recency, t), penalty => -1) FROM btyd;
SELECT bg_nbd_fit(btyd_sample_agg(frequency, recency, t), start => '{1,2,3}') FROM btyd;
SELECT bg_nbd_fit(btyd_sample_agg(frequency, recency, t), covariates => '{channel}') FROM btyd;
SELECT bg_bb_fit(btyd_sample_agg(frequency, recency, t, 1, '{1}')) FROM btyd;
SELECT clv_fit(btyd_sample_agg(frequency, recency, t), 'bg_bb') FROM btyd;
SELECT clv_fit(h, '2024-02-01', 'fortnight') FROM (SELECT purchase_history_agg(date '2024-01-01', 1) AS h) x;
SELECT clv_fit(h, '2024-02-01', 'week', 'best') FROM (SELECT purchase_history_agg(date '2024-01-01', 1) AS h) x;
SELECT clv_fit(h, 'infinity', 'week') FROM (SELECT purchase_history_agg(date '2024-01-01', 1) AS h) x;
SELECT clv_fit(h, date '2024-02-01' + n, 'week') FROM (SELECT purchase_history_agg(date '2024-01-01', 1) AS h) x, generate_series(1, 2) n;
SELECT btyd_sample_final(NULL), btyd_sample_add(NULL, 1, 2, 3);
SELECT bg_nbd_fit_final('\x01000080000000800000007765656b000000000000000000000000');

-- ---- scores ----
SELECT round(bg_nbd_p_alive(m, 2, 30.43, 38.86)::numeric, 12) AS p_alive, round(bg_nbd_expected_purchases(m, 2, 30.43, 38.86, 39)::numeric, 12) AS expected, round(bg_nbd_expected_purchases(m, 39)::numeric, 12) AS expected_new, round(bg_nbd_purchase_probability(m, 39, 0)::numeric, 12) AS none
FROM (SELECT bg_nbd_model(0.243, 4.414, 0.793, 2.426) AS m) x;
SELECT bg_nbd_p_alive(pareto_nbd_model(1, 1, 1, 1), 2, 30, 38);
SELECT clv_p_alive(gamma_gamma_model(1, 2, 1), 2, 30, 38);
SELECT gamma_gamma_expected_spend(bg_nbd_model(1, 1, 1, 1), 2, 30);
SELECT bg_nbd_p_alive(bg_nbd_model(1, 1, 1, 1), 2, 39, 38);
SELECT bg_nbd_p_alive(bg_nbd_model(1, 1, 1, 1), 2, 30, 38, '{1}');
SELECT bg_nbd_p_alive(bg_nbd_model(1, 1, 1, 1), NULL, 30, 38);
SELECT bg_bb_p_alive(bg_bb_model(1, 1, 1, 1), 2, 2.5, 38);
SELECT bg_nbd_expected_purchases(bg_nbd_model(1, 1, 1, 1), 2, 30, 38, -1);
SELECT bg_bb_expected_purchases(bg_bb_model(1, 1, 1, 1), 2, 30, 38, 1.5);
SELECT bg_nbd_purchase_probability(bg_nbd_model(1, 1, 1, 1), 2, 30, 38, 10, -1);
SELECT bg_nbd_discounted_purchases(bg_nbd_model(1, 1, 1, 1), 2, 30, 38, 0);
SELECT clv_purchase_quantile(bg_nbd_model(1, 1, 1, 1), 2, 30, 38, 10, 1);
SELECT clv_discounted_purchases(bg_nbd_model(1, 1, 1, 1), 2, 30, 38, 4.345, -1, 0.01);
SELECT gamma_gamma_expected_spend(gamma_gamma_model(1, 2, 1), 2, -30);
SELECT gamma_gamma_expected_spend(gamma_gamma_model(1, 2, 1), 0, 'NaN'), gamma_gamma_expected_spend(gamma_gamma_model(1, 1, 1), 0, 0);
SELECT gamma_gamma_spend_quantile(gamma_gamma_model(1, 2, 1), 2, 30, 0);
DROP TABLE btyd;
