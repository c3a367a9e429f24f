-- psi: known values, empty classes and sides, and every error once.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET search_path = customer_segments, public;

-- 0.3 ln 3 - 0.1 ln(2/3) - 0.2 ln(1/2) … by hand, from shares
SELECT psi(before, after)::numeric(12,9), sum((after - before) / 100.0 * ln(after::numeric / before))::numeric(12,9) AS by_hand
FROM (VALUES (15, 45), (30, 20), (40, 20), (15, 15)) AS c (before, after);
-- sizes do not matter, shares do
SELECT psi(before, after)::numeric(12,9) FROM (VALUES (150, 45), (300, 20), (400, 20), (150, 15)) AS c (before, after);
-- nothing moved; a class empty on one side is half a member, one empty on both sides nothing; nulls are 0
SELECT psi(n, 3 * n) FROM generate_series(1, 5) AS n;
SELECT psi(before, after)::numeric(12,9) FROM (VALUES (0, 10), (100, 90), (0, 0), (NULL, 0), (NULL, NULL)) AS c (before, after);
-- a side is empty as a whole
SELECT psi(0, 5), psi(5, 0), psi(NULL, NULL);
SELECT psi(1, 1) FROM generate_series(1, 0);
SELECT psi(9223372036854775807, 9223372036854775807);

SELECT psi(-1, 5);
\echo :LAST_ERROR_SQLSTATE
SELECT psi_step(NULL, 1, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT psi_final('\x00');
\echo :LAST_ERROR_SQLSTATE
