-- beta_prior: what one sees, degenerate populations, and every error once.  Numbers are in test/pgtap.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET extra_float_digits = -3;
SET search_path = customer_segments, public;

SELECT (beta_prior_fit(successes, trials)).* FROM (VALUES (0, 6), (5, 5), (1, 2), (7, 8), (3, 9), (0, 4), (NULL, 4), (3, NULL), (0, 0)) AS v (successes, trials);
-- nothing to fit
SELECT beta_prior_fit(n, n) FROM generate_series(1, 0) AS n;
SELECT beta_prior_fit(0, 0), beta_prior_fit(NULL, 1) FROM generate_series(1, 3);
-- nobody discounted, everybody, one trial each, all alike: the common share
SELECT beta_prior_fit(0, n) AS none, beta_prior_fit(n, n) AS always, beta_prior_fit(n % 2, 1) AS once, beta_prior_fit(n, 2 * n) AS alike FROM generate_series(1, 4) AS n;
-- all or nothing: every customer is like itself
SELECT round(alpha::numeric, 9) AS alpha, round(beta::numeric, 9) AS beta, identified FROM (SELECT (beta_prior_fit(n % 2 * 5, 5)).* FROM generate_series(1, 4) AS n) AS f;
SELECT shrunk_share(0, 0, beta_prior(1, 3)), shrunk_share(2, 2, beta_prior(1, 3)), shrunk_share(2, NULL, beta_prior(1, 3)), shrunk_share(0, 7, beta_prior(0, 5));

-- errors
SELECT beta_prior_fit(3, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT beta_prior_fit(-1, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT shrunk_share(3, 2, beta_prior(1, 1));
\echo :LAST_ERROR_SQLSTATE
SELECT shrunk_share(1, 2, beta_prior(0, 0));
\echo :LAST_ERROR_SQLSTATE
SELECT shrunk_share(1, 2, beta_prior(-1, 2));
\echo :LAST_ERROR_SQLSTATE
SELECT shrunk_share(1, 2, beta_prior('NaN', 2));
\echo :LAST_ERROR_SQLSTATE
SELECT shrunk_share(1, 2, beta_prior(1, 'Infinity'));
\echo :LAST_ERROR_SQLSTATE
SELECT shrunk_share(1, 2, beta_prior(1, NULL));
\echo :LAST_ERROR_SQLSTATE
SELECT beta_prior_step(NULL, 1, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT beta_prior_final(NULL);
\echo :LAST_ERROR_SQLSTATE
CREATE AGGREGATE hostile(bigint, bigint) (SFUNC = beta_prior_step, STYPE = bytea, FINALFUNC = beta_prior_final, INITCOND = '\x0102');
SELECT hostile(1, 2);
\echo :LAST_ERROR_SQLSTATE
