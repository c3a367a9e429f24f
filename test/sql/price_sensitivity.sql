-- price_response and price_sensitivity: what one sees, text and binary forms, and every error once.  Numbers are in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET extra_float_digits = 0;
SET search_path = customer_segments, public;

CREATE TABLE sale (customer int, paid numeric, list numeric, coupon boolean);
INSERT INTO sale VALUES
    (1, 40, 50, false), (1, 30, 50, false), (1, 25.50, 25.50, true), (1, 12, NULL, false),
    (2, 80, 80, false), (2, 99.01, 100, false), (2, 20, 0, NULL), (2, 90, 80, false),
    (3, 9, 10, true),
    (4, -5, 10, false), (4, NULL, 10, false);

SELECT customer, price_response_agg(paid, list) FROM sale GROUP BY customer ORDER BY customer;
SELECT customer, price_response_agg(paid, list, coupon) FROM sale GROUP BY customer ORDER BY customer;
SELECT customer, (price_sensitivity(paid, list)).* FROM sale GROUP BY customer ORDER BY customer;
SELECT customer, (price_sensitivity(price_response_agg(paid, list, coupon), beta_prior(2, 5))).* FROM sale GROUP BY customer ORDER BY customer;
SELECT customer, order_count(r), discounted_orders(r), reduced_orders(r), promoted_orders(r), ignored_rows(r), paid_value(r), list_value(r), discounted_value(r), discount_value(r)
FROM (SELECT customer, price_response_agg(paid, list, coupon) AS r FROM sale GROUP BY customer) AS x ORDER BY customer;
SELECT customer, discounted_share(r), discounted_value_share(r), discount_depth(r), discount_affinity(r), discount_affinity(r, 0.5, 0.5)
FROM (SELECT customer, price_response_agg(paid, list, coupon) AS r FROM sale GROUP BY customer) AS x ORDER BY customer;
SELECT price_response_agg(paid, list) FROM sale WHERE false;
SELECT rollup(NULL::price_response);
SELECT price_response_agg(19.99::float8, 24.99::float8), price_response_agg(1999::bigint, 2499::bigint);
-- a value of 38 digits; free orders
SELECT price_response_agg(12345678901234567890123456789012345.678, 1e34) FROM generate_series(1, 2);
SELECT discounted_share(r), discounted_value_share(r), discount_affinity(r), discount_depth(r) FROM (SELECT price_response_agg(0, 10) AS r) AS x;

-- stored, sent, compared
CREATE TABLE kept AS SELECT customer, price_response_agg(paid, list, coupon) AS r FROM sale GROUP BY customer;
SELECT count(*) FROM kept AS a JOIN kept AS b ON a.r = b.r;
SELECT count(*) FROM kept AS a JOIN kept AS b ON a.r <> b.r;
SELECT encode(price_response_send(r), 'hex') FROM kept WHERE customer = 3;
SELECT price_response_send(r::text::price_response) = price_response_send(r) AS same FROM kept WHERE customer = 1;
CREATE TABLE back (LIKE kept);
\copy kept TO 'price_response.bin' WITH (FORMAT binary)
\copy back FROM 'price_response.bin' WITH (FORMAT binary)
SELECT count(*) FROM kept JOIN back USING (customer, r);

-- errors
SELECT 'v1'::price_response;
\echo :LAST_ERROR_SQLSTATE
SELECT ''::price_response;
\echo :LAST_ERROR_SQLSTATE
SELECT 'v2 scale=2'::price_response;
\echo :LAST_ERROR_SQLSTATE
SELECT replace(r::text, 'orders=4', 'orders=0')::price_response FROM kept WHERE customer = 1;
\echo :LAST_ERROR_SQLSTATE
SELECT replace(r::text, 'reduced=2', 'reduced=9')::price_response FROM kept WHERE customer = 1;
\echo :LAST_ERROR_SQLSTATE
SELECT (r::text || ' ')::price_response FROM kept WHERE customer = 1;
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg('NaN'::numeric, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg(1, 'Infinity'::numeric);
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg('NaN'::float8, 1::float8);
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg(1e300::float8, 1::float8);
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg(1e40, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg(1e-39, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg(p, p) FROM (VALUES (1e37), (0.12)) AS v (p);
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg(paid, list, coupon, 1.5) FROM sale;
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg(paid, list, coupon, 'NaN') FROM sale;
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg(paid, list, coupon, NULL) FROM sale;
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg(paid, list, coupon, customer / 10.0) FROM sale;
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_agg(1, 2) || price_response_agg(1, 2, false, 0.1);
\echo :LAST_ERROR_SQLSTATE
SELECT discount_affinity(r, 1.5, 0.2) FROM kept;
\echo :LAST_ERROR_SQLSTATE
SELECT price_sensitivity(r, NULL, 0) FROM kept;
\echo :LAST_ERROR_SQLSTATE
SELECT price_sensitivity(r, low_share => 0.6) FROM kept;
\echo :LAST_ERROR_SQLSTATE
SELECT price_sensitivity(r, high_share => 'NaN') FROM kept;
\echo :LAST_ERROR_SQLSTATE
SELECT price_sensitivity(r, high_share => NULL) FROM kept;
\echo :LAST_ERROR_SQLSTATE
SELECT price_sensitivity(r, beta_prior(0, 0)) FROM kept;
\echo :LAST_ERROR_SQLSTATE
SELECT price_response_add(NULL, 1, 2);
\echo :LAST_ERROR_SQLSTATE
