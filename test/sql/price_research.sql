-- van_westendorp, gabor_granger, price_test: what one sees, too few answers, and every error once.  Numbers are in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET extra_float_digits = 0;
SET search_path = customer_segments, public;

CREATE TABLE answer (too_cheap numeric, cheap numeric, expensive numeric, too_expensive numeric);
INSERT INTO answer VALUES (5, 8, 12, 15), (4, 9, 12, 20), (6, 8, 10, 14.50), (5, 10, 15, 18), (7, 9, 13, 16),
    (8, 8, 12, 15), (5, 8, 15, 12), (-1, 2, 3, 4), (5, NULL, 12, 15), (NULL, NULL, NULL, NULL);
\x on
SELECT (van_westendorp(too_cheap, cheap, expensive, too_expensive)).* FROM answer;
SELECT (van_westendorp(too_cheap, cheap, expensive, too_expensive)).* FROM answer WHERE too_cheap = 8;
SELECT (van_westendorp(10, 20, 30, 40)).*;
\x off
SELECT van_westendorp(too_cheap, cheap, expensive, too_expensive) FROM answer WHERE false;
SELECT c.* FROM (SELECT van_westendorp(too_cheap, cheap, expensive, too_expensive) AS r FROM answer) AS x, van_westendorp_curves(r) AS c;
SELECT count(*) FROM van_westendorp_curves(NULL);
SELECT (van_westendorp(too_cheap::float8, cheap::float8, expensive::float8, too_expensive::float8)) = (van_westendorp(too_cheap, cheap, expensive, too_expensive)) AS same FROM answer;

CREATE TABLE offer (price numeric, accepts boolean);
INSERT INTO offer SELECT p, i <= n FROM (VALUES (5, 10), (8, 8), (10, 7), (12.50, 3), (20, 0), (25, 0)) AS v (p, n), generate_series(1, 10) AS i;
INSERT INTO offer VALUES (NULL, true), (5, NULL), (-3, true);
\x on
SELECT (gabor_granger(price, accepts)).* FROM offer;
SELECT (gabor_granger(price, accepts)).* FROM offer WHERE price < 0;
\x off
SELECT c.* FROM (SELECT gabor_granger(price, accepts) AS r FROM offer) AS x, gabor_granger_curve(r) AS c;
SELECT (gabor_granger(price::float8, accepts)).best_price FROM offer;
SELECT gabor_granger(price, accepts) FROM offer WHERE false;

\x on
SELECT (price_test(treated, revenue)).* FROM (VALUES (false, 10), (false, NULL), (false, 0), (false, 12), (true, 14), (true, 14.5), (true, 0), (true, 13), (NULL, 5)) AS v (treated, revenue);
SELECT (price_test(treated, revenue, 0.8)).* FROM (VALUES (false, 10::float8), (false, 0), (true, 14), (true, -2)) AS v (treated, revenue);
SELECT (price_test(true, 5.5)).*;
\x off
SELECT price_test(true, 5.5) FROM generate_series(1, 0);

-- errors
SELECT van_westendorp('NaN', 2, 3, 4);
\echo :LAST_ERROR_SQLSTATE
SELECT van_westendorp(1, 2, 3, 'Infinity'::float8);
\echo :LAST_ERROR_SQLSTATE
SELECT van_westendorp(1, 2, 3, 1e40);
\echo :LAST_ERROR_SQLSTATE
SELECT van_westendorp(p, p + 1, p + 2, p + 3) FROM (VALUES (1e37), (0.12)) AS v (p);
\echo :LAST_ERROR_SQLSTATE
SELECT gabor_granger('NaN', true);
\echo :LAST_ERROR_SQLSTATE
SELECT gabor_granger(1e-39, true);
\echo :LAST_ERROR_SQLSTATE
SELECT price_test(true, 'Infinity'::numeric);
\echo :LAST_ERROR_SQLSTATE
SELECT price_test(true, 5, 1.5);
\echo :LAST_ERROR_SQLSTATE
SELECT price_test(true, 5, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT price_test(true, 5, 1.0 / i) FROM generate_series(2, 3) AS i;
\echo :LAST_ERROR_SQLSTATE
SELECT van_westendorp_step(NULL, 1, 2, 3, 4);
\echo :LAST_ERROR_SQLSTATE
SELECT gabor_granger_final(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT price_test_combine(NULL, NULL);
\echo :LAST_ERROR_SQLSTATE
