-- price_elasticity: what one sees, too few rows, and every error once.  Numbers are in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET extra_float_digits = -3;
SET search_path = customer_segments, public;

\x on
SELECT (price_elasticity(p, q)).* FROM (VALUES (10, 100), (12, 81), (9, 122), (11, 95), (10.5, 90)) AS v (p, q);
SELECT (price_elasticity(p, q, promo, 0.8)).* FROM (VALUES (10, 100, false), (12, 81, NULL), (9, 152, true), (11, 95, false), (9.5, 140, true), (NULL, 3, true), (3, NULL, false), (0, 5, true), (4, -1, false)) AS v (p, q, promo);
-- too few: one row, one price, two prices
SELECT (price_elasticity(10, 100)).*;
SELECT (price_elasticity(10, q)).* FROM generate_series(1, 9) AS q;
SELECT (price_elasticity(p, 100 / p)).* FROM generate_series(1, 2) AS p;
\x off
-- none: nothing to say, or no row at all
SELECT price_elasticity(NULL, 5), price_elasticity(-1, 5);
SELECT price_elasticity(1, 5) FROM generate_series(1, 0);

-- errors
SELECT price_elasticity('NaN', 5);
\echo :LAST_ERROR_SQLSTATE
SELECT price_elasticity(5, '-Infinity');
\echo :LAST_ERROR_SQLSTATE
SELECT price_elasticity(5, 5, true, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT price_elasticity(5, 5, true, 'NaN');
\echo :LAST_ERROR_SQLSTATE
SELECT price_elasticity(5, 5, true, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT price_elasticity(5, 5, true, 1.0 / i) FROM generate_series(2, 3) AS i;
\echo :LAST_ERROR_SQLSTATE
SELECT price_elasticity_step(NULL, 1, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT price_elasticity_final('\x00');
\echo :LAST_ERROR_SQLSTATE
