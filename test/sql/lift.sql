-- lift: what one sees, groups that are empty or too small, and every error once.  Numbers are in test/unit and test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET extra_float_digits = -3;
SET search_path = customer_segments, public;

\x on
-- 56 of 70 against 48 of 80: Newcombe 1998, table II (a): difference 0.0524 to 0.3339
SELECT (lift(treated, n <= yes)).* FROM (VALUES (true, 70, 56), (false, 80, 48)) AS g (treated, size, yes), generate_series(1, size) AS n;
SELECT (lift(treated, n <= yes, 0.9)).* FROM (VALUES (true, 70, 56), (false, 80, 48)) AS g (treated, size, yes), generate_series(1, size) AS n;
-- sleep (Student 1908): R's t.test gives -3.3654832 to 0.2054832, p-value 0.07939
CREATE TABLE sleep AS SELECT * FROM unnest('{0.7,-1.6,-0.2,-1.2,-0.1,3.4,3.7,0.8,0.0,2.0}'::numeric[], '{1.9,0.8,1.1,0.1,-0.1,4.4,5.5,1.6,4.6,3.4}'::numeric[]) AS s (one, two);
SELECT (lift(n = 1, CASE n WHEN 1 THEN one ELSE two END)).* FROM sleep, generate_series(1, 2) AS n;
-- rows with a null are skipped; integers and numerics are amounts
SELECT (lift(t, v)).* FROM (VALUES (true, 1), (true, 3), (false, 2), (false, 2), (NULL, 5), (true, NULL)) AS r (t, v);
-- one group, one member each, outcomes all alike, nobody converted
SELECT (lift(true, 5)).*;
SELECT (lift(t, 5)).* FROM (VALUES (true), (false)) AS r (t);
SELECT (lift(n % 2 = 0, 5.5)).* FROM generate_series(1, 100) AS n;
SELECT (lift(n % 2 = 0, false)).* FROM generate_series(1, 100) AS n;
\x off
SELECT lift(true, true) FROM generate_series(1, 0);
SELECT lift(NULL, 1);

-- errors
SELECT lift(true, 'NaN'::float8);
\echo :LAST_ERROR_SQLSTATE
SELECT lift(false, '-Infinity'::float8);
\echo :LAST_ERROR_SQLSTATE
SELECT lift(false, 1e14);
\echo :LAST_ERROR_SQLSTATE
SELECT lift(true, true, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT lift(true, 1, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT lift(true, 1, 1.0 / n) FROM generate_series(2, 3) AS n;
\echo :LAST_ERROR_SQLSTATE
SELECT lift_step(NULL, true, true);
\echo :LAST_ERROR_SQLSTATE
SELECT lift_final('\x00');
\echo :LAST_ERROR_SQLSTATE
