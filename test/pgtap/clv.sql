-- Customer models in SQL: fits on CDNOW, merging, covariates, shops at the edge, scoring.
BEGIN;
SET search_path = customer_segments, public;
SELECT no_plan();

-- ---- simulated customers, the same on every machine: exponential rates, drop-out probabilities of a triangle ----
SELECT setseed(0.25);
CREATE TEMP TABLE customer AS
    SELECT n AS id, 20 + n % 60 AS t, random() AS u, n % 2 AS z, -0.15 * ln(1 - random()) * (1 + 0.5 * (n % 2)) AS rate, 1 - sqrt(1 - random()) AS quit, random() AS life
    FROM generate_series(1, 2000) AS n;
CREATE TEMP TABLE purchase AS
    SELECT id, k, sum(-ln(1 - random()) / rate) OVER (PARTITION BY id ORDER BY k) AS at FROM customer, generate_series(1, 60) AS k WHERE k <= ceil(ln(life) / ln(1 - quit));
CREATE TEMP TABLE btyd AS
    SELECT c.id, count(p.at) AS frequency, coalesce(max(round(p.at::numeric, 1)), 0)::float8 AS recency, c.t::float8 AS t,
           CASE WHEN count(p.at) > 0 THEN round((10 + 40 * c.u)::numeric, 2) ELSE 0 END::float8 AS monetary_value, c.z::float8 AS z
    FROM customer c LEFT JOIN purchase p ON p.id = c.id AND p.at <= c.t - 0.1 GROUP BY c.id, c.t, c.u, c.z;
ANALYZE btyd;

-- ---- a sample is a set: order, parallelism and counting do not matter ----
SELECT is((SELECT btyd_sample_agg(frequency, recency, t ORDER BY id)::text FROM btyd),
          (SELECT btyd_sample_agg(frequency, recency, t ORDER BY md5(id::text))::text FROM btyd), 'a shuffled sample has the same bytes');
SELECT is((SELECT sum(customers)::bigint FROM unnest((SELECT btyd_sample_agg(frequency, recency, t) FROM btyd))), 2000::bigint, 'everybody is counted');
SELECT results_eq($$ SELECT frequency, recency, t, customers FROM unnest((SELECT btyd_sample_agg(frequency, recency, t) FROM btyd)) ORDER BY 1, 2, 3 $$,
                  $$ SELECT frequency, recency, t, count(*) FROM btyd GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 $$, 'once, and as GROUP BY counts them');
SELECT is((SELECT btyd_sample_agg(frequency, recency, t)::text::btyd_sample::text FROM btyd),
          (SELECT btyd_sample_agg(frequency, recency, t)::text FROM btyd), 'a sample survives its text form');
SELECT results_eq($$ SELECT frequency, monetary_value, customers FROM unnest((SELECT btyd_sample_agg(frequency, recency, t, monetary_value) FROM btyd)) WHERE t IS NULL ORDER BY 1, 2 $$,
                  $$ SELECT frequency, monetary_value, count(*) FROM btyd WHERE frequency > 0 GROUP BY 1, 2 ORDER BY 1, 2 $$, 'and so is what they spend');
CREATE TEMP TABLE one AS SELECT bg_nbd_fit(frequency, recency, t) AS m FROM btyd;
SELECT is((SELECT bg_nbd_fit(frequency, recency, t ORDER BY u)::text FROM btyd JOIN customer USING (id, t, z)), (SELECT m::text FROM one), 'shuffled = sorted, to the last digit');
SELECT is((SELECT bg_nbd_fit(frequency, recency, t)::text FROM (SELECT * FROM btyd UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL) x), (SELECT m::text FROM one), 'null rows are skipped');
-- temporary tables are not read in parallel
CREATE TABLE btyd_shared AS SELECT * FROM btyd;
ALTER TABLE btyd_shared SET (parallel_workers = 2);
ANALYZE btyd_shared;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS
    $$ DECLARE plan json; BEGIN EXECUTE 'EXPLAIN (COSTS OFF, FORMAT json) ' || query INTO plan; RETURN plan::text; END $$;
SELECT matches(pg_temp.plan_of('SELECT bg_nbd_fit(frequency, recency, t) FROM btyd_shared'), 'Finalize.*Gather.*Partial', 'a fit is planned in parallel');
SELECT is((SELECT bg_nbd_fit(frequency, recency, t)::text FROM btyd_shared), (SELECT m::text FROM one), 'parallel = serial, to the last digit');
SELECT is((SELECT btyd_sample_agg(frequency, recency, t, monetary_value, ARRAY[z])::text FROM btyd_shared),
          (SELECT btyd_sample_agg(frequency, recency, t, monetary_value, ARRAY[z])::text FROM btyd), 'parallel = serial for a sample with everything');
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- ---- a fit from a sample is the aggregate, and its options work ----
CREATE TEMP TABLE s AS SELECT btyd_sample_agg(frequency, recency, t, monetary_value) AS s FROM btyd;
SELECT is((SELECT bg_nbd_fit(s)::text FROM s), (SELECT m::text FROM one), 'the fit of a sample is the aggregate''s');
SELECT is((SELECT gamma_gamma_fit(s)::text FROM s), (SELECT gamma_gamma_fit(frequency, monetary_value)::text FROM btyd), 'also for spend');
SELECT ok(bool_and(abs(p.estimate - q.estimate) < 1e-6 * p.estimate), 'another start, the same maximum')
FROM s, parameters(bg_nbd_fit(s)) p JOIN parameters((SELECT bg_nbd_fit(s, start => '{3, 40, 0.2, 0.3}') FROM s)) q USING (parameter);
SELECT ok(sum(q.estimate ^ 2) < sum(p.estimate ^ 2), 'a penalty makes parameters smaller')
FROM s, parameters(mbg_nbd_fit(s)) p JOIN parameters((SELECT mbg_nbd_fit(s, penalty => 0.01) FROM s)) q USING (parameter);
SELECT is((SELECT penalty(mbg_nbd_fit(s, penalty => 0.01)) FROM s), 0.01::float8, 'and is remembered');
SELECT ok(log_likelihood(mbg_nbd_fit(s, penalty => 0.01)) < log_likelihood(mbg_nbd_fit(s)), 'the log-likelihood is without it') FROM s;
SELECT is((SELECT family(clv_fit(s, 'pareto_nbd')) || ' ' || family(spend_part(clv_fit(s, 'pareto_nbd'))) FROM s), 'pareto_nbd gamma_gamma', 'a whole model');
SELECT is((SELECT orders_part(clv_fit(s, 'bg_nbd'))::text FROM s), (SELECT m::text FROM one), 'made of its parts');

-- ---- counts end somewhere, and nothing is made that cannot be read ----
CREATE AGGREGATE pg_temp.merged(btyd_sample) (SFUNC = btyd_sample_merge, STYPE = btyd_sample, FINALFUNC = btyd_sample_final);
CREATE FUNCTION pg_temp.often(s btyd_sample, times integer) RETURNS btyd_sample LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..times LOOP
        s := (SELECT pg_temp.merged(s) FROM generate_series(1, 2));
    END LOOP;
    RETURN s;
END;
$$;
-- few rows are compared, many sorted as integers
CREATE TEMP TABLE often AS SELECT histories, pg_temp.often(btyd_sample_agg(i, i, 2000), 53) AS s FROM (VALUES (1), (2000)) v (histories), generate_series(1, histories) AS i GROUP BY histories;
SELECT is((SELECT min(customers) FROM often, unnest(s::text::btyd_sample)), 9007199254740992, 'as many customers with one history as can be counted');
SELECT throws_ok(format('SELECT pg_temp.often(s, 1) FROM often WHERE histories = %s', histories), '22003', 'number of equal histories out of range', 'one more doubling is an error') FROM often;
SELECT throws_ok('SELECT bg_nbd_fit(s) FROM often WHERE histories = 2000', '22003', 'number of customers out of range', 'so many customers are in no model');
SELECT is(customers(bg_nbd_fit(s)), 9007199254740992, 'as many with one history are') FROM often WHERE histories = 1;
SELECT throws_ok(format('SELECT %L::clv_model', regexp_replace(m::text, pattern, '\1' || number)), '22P02', NULL, format('%s in %s', number, pattern))
  FROM one, unnest(ARRAY['("customers": )[^,]+', '("repeat_customers": )[^,]+', '("log_likelihood": )[^,]+', '("penalty": )[^,]+', '("standard_errors": \{"r": )[^,]+']) AS pattern,
       unnest(ARRAY['1e400', '-1e400']) AS number;
SELECT throws_ok(format('SELECT %L::clv_model', regexp_replace(m::text, '("customers": )[^,]+', '\19223372036854775808')), '22P02', NULL, 'more customers than a bigint holds') FROM one;
SELECT throws_ok(format('SELECT %L::clv_model', replace(m::text, '"version": 1', '"version": 1, "from": "' || day || '"')), '22P02', NULL, 'no such day: ' || day)
  FROM one, unnest(ARRAY['2024-13-01', '2024-01-32', '0000-01-01', '4714-01-01 BC', '5874898-12-31', '2024-01-01 AD']) AS day;
SELECT is(fitted_from(replace(m::text, '"version": 1', '"version": 1, "from": "' || day || '"')::clv_model::text::clv_model), day::date, 'in text and back: ' || day)
  FROM one, unnest(ARRAY['2024-02-29', '0001-01-01', '0001-12-31 BC', '4713-01-01 BC', '5874897-12-31']) AS day;

-- the maximum is one: sum of log_likelihood over the rows is what the fit says, and no neighbour is better
SELECT ok(abs((SELECT sum(bg_nbd_log_likelihood(m, frequency, recency, t)) FROM btyd) - log_likelihood(m)) < 1e-7, 'log-likelihood is the sum over customers') FROM one;
SELECT ok(bool_and((SELECT sum(bg_nbd_log_likelihood(near, frequency, recency, t)) FROM btyd) < log_likelihood(m)), 'every neighbour has a smaller likelihood') FROM (
    SELECT m, bg_nbd_model(parameter(m, 'r') * f[1], parameter(m, 'alpha') * f[2], parameter(m, 'a') * f[3], parameter(m, 'b') * f[4]) AS near
    FROM one, (VALUES ('{1.01,1,1,1}'::float8[]), ('{0.99,1,1,1}'), ('{1,1.01,1,1}'), ('{1,0.99,1,1}'), ('{1,1,1.02,1}'), ('{1,1,0.98,1}'), ('{1,1,1,1.02}'), ('{1,1,1,0.98}')) AS v (f)) x;

-- ---- covariates ----
CREATE TEMP TABLE c AS SELECT bg_nbd_fit(btyd_sample_agg(frequency, recency, t, ARRAY[z]), covariates => '{channel}') AS m FROM btyd;
SELECT is((SELECT string_agg(parameter || coalesce(' ' || covariate, ''), ', ') FROM c, parameters(m)), 'r, alpha, a, b, alpha channel, a channel, b channel', 'coefficients have names');
SELECT ok(log_likelihood(c.m) >= log_likelihood(one.m), 'a covariate cannot hurt') FROM c, one;
SELECT ok(abs((SELECT sum(bg_nbd_log_likelihood(m, frequency, recency, t, ARRAY[z])) FROM btyd) - log_likelihood(m)) < 1e-7, 'and scores take it into account') FROM c;
SELECT is((SELECT m::text::clv_model::text FROM c), (SELECT m::text FROM c), 'a model with covariates survives its text form');
SELECT ok(abs(bg_nbd_p_alive(m, 2, 10, 20, '{0}') - bg_nbd_p_alive(bg_nbd_model(parameter(m, 'r'), parameter(m, 'alpha'), parameter(m, 'a'), parameter(m, 'b')), 2, 10, 20)) < 1e-15,
          'covariates of zero are the base') FROM c;

-- 600 customers and the fits of an independent program (test/tools/clv_covariate_fits.py)
\set customers `cat test/data/clv_covariates.csv`
\set covariate_fits `cat test/data/clv_covariate_fits.csv`
CREATE FUNCTION pg_temp.csv(content text) RETURNS SETOF text[] LANGUAGE sql AS
    $$ SELECT string_to_array(line, ',') FROM regexp_split_to_table(content, E'\r?\n') WITH ORDINALITY l (line, n) WHERE n > 1 AND line <> '' $$;
CREATE TEMP TABLE covariate_sample AS
    SELECT btyd_sample_agg(c[1]::bigint, c[2]::float8, c[3]::float8, c[4:4]::float8[]) AS s FROM pg_temp.csv(:'customers') c;
CREATE TEMP TABLE covariate_fit AS
    SELECT m, c[2]::float8 AS loglik, string_to_array(c[3], ' ')::float8[] AS params
    FROM covariate_sample, LATERAL (VALUES (bg_nbd_fit(s)), (mbg_nbd_fit(s)), (pareto_nbd_fit(s))) AS v (m) JOIN pg_temp.csv(:'covariate_fits') c ON c[1] = family(m);
SELECT is((SELECT count(*) FROM covariate_fit WHERE status(m) = 'interior' AND abs(log_likelihood(m) - loglik) < 1e-6), 3::bigint, 'three fits with a covariate as scipy has them');
SELECT ok(bool_and(abs(estimate - params[n]) < 2e-4 * greatest(0.1, abs(params[n]))), 'their parameters and coefficients: ' || min(family))
FROM covariate_fit, ROWS FROM (parameters(m)) WITH ORDINALITY AS p (family, parameter, covariate, estimate, standard_error, n) GROUP BY params;

-- ---- shops at the edge: an honest status, and never NaN ----
CREATE TEMP TABLE shop (name text, m clv_model);
CREATE FUNCTION pg_temp.fits(name text, query text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE f text;
    BEGIN
        FOREACH f IN ARRAY '{bg_nbd_fit,mbg_nbd_fit,pareto_nbd_fit}'::text[] LOOP
            EXECUTE format('INSERT INTO shop SELECT %L, %s(x, t_x, t) FROM (%s) AS q (x, t_x, t)', name, f, query);
        END LOOP;
    END $$;
SELECT pg_temp.fits('empty', 'SELECT 0, 0, 0 WHERE false');
SELECT pg_temp.fits('three customers', 'SELECT n, n, n + 1 FROM generate_series(1, 3) n');
SELECT pg_temp.fits('all once', 'SELECT 0, 0, n FROM generate_series(0, 500) n');
SELECT pg_temp.fits('all joined today', 'SELECT 0, 0, 0 FROM generate_series(0, 500) n');
SELECT pg_temp.fits('nobody lapses', 'SELECT n % 20 + 1, 51.9, 52 FROM generate_series(0, 500) n');
SELECT pg_temp.fits('all the same', 'SELECT 3, 30, 52 FROM generate_series(0, 500) n');
SELECT pg_temp.fits('a whale', 'SELECT CASE WHEN id = 8 THEN 20000 ELSE frequency END, recency, t FROM btyd');
SELECT pg_temp.fits('seconds', 'SELECT frequency, recency * 604800, t * 604800 FROM btyd');
SELECT pg_temp.fits('twenty years', 'SELECT frequency, recency * 300, t * 300 FROM btyd');
SELECT results_eq($$ SELECT name, string_agg(DISTINCT status(m), ' ') FROM shop WHERE name IN ('empty', 'three customers', 'all once', 'all joined today', 'nobody lapses', 'all the same') GROUP BY name ORDER BY name $$,
    $$ VALUES ('all joined today', 'too_few'), ('all once', 'too_few'), ('all the same', 'boundary'), ('empty', 'too_few'), ('nobody lapses', 'boundary'), ('three customers', 'too_few') $$,
    'shops without a proper maximum say so');
SELECT is((SELECT count(*) FROM shop WHERE status(m) IN ('boundary', 'interior') AND NOT (clv_expected_purchases(m, 3, 10, 20, 52) BETWEEN 0 AND 1e9 AND clv_p_alive(m, 3, 10, 20) BETWEEN 0 AND 1)), 0::bigint, 'and still predict');
SELECT is((SELECT count(*) FROM shop WHERE status(m) = 'too_few' AND (clv_expected_purchases(m, 3, 10, 20, 52) IS NOT NULL OR clv_p_alive(m, 3, 10, 20) IS NOT NULL)), 0::bigint, 'without an estimate they answer null');
SELECT is((SELECT count(*) FROM shop, parameters(m) WHERE estimate = 'NaN' OR standard_error = 'NaN'), 0::bigint, 'NaN is never shown');
SELECT ok(bool_and(abs(ln(p.estimate / (CASE WHEN p.parameter IN ('alpha', 'beta') THEN 604800 ELSE 1 END) / q.estimate)) < 1e-5), 'the time unit only scales ' || min(p.family))
FROM (SELECT family(m) f, (parameters(m)).* FROM shop WHERE name = 'seconds' AND status(m) = 'interior') p
JOIN (SELECT (parameters(x.m)).* FROM (SELECT bg_nbd_fit(frequency, recency, t) m FROM btyd UNION ALL SELECT mbg_nbd_fit(frequency, recency, t) FROM btyd UNION ALL SELECT pareto_nbd_fit(frequency, recency, t) FROM btyd) x) q
    ON p.family = q.family AND p.parameter = q.parameter
GROUP BY p.family;
SELECT is((SELECT status(gamma_gamma_fit(3, 20)) FROM generate_series(1, 100)), 'boundary', 'equal amounts are a limit');
SELECT ok(abs(gamma_gamma_expected_spend((SELECT gamma_gamma_fit(3, 20) FROM generate_series(1, 100)), 3, 20) - 20) < 0.01, 'and predict themselves');

-- ---- scoring ----
CREATE TEMP TABLE models AS
    SELECT * FROM (VALUES (bg_nbd_model(0.243, 4.414, 0.793, 2.426)), (mbg_nbd_model(0.525, 6.183, 0.891, 1.614)), (pareto_nbd_model(0.553, 10.578, 0.606, 11.669)), (bg_bb_model(1.204, 0.75, 0.657, 2.783))) AS v (m);
SELECT ok(abs((SELECT sum(clv_purchase_probability(m, 4, 21, 33, 26, n)) FROM generate_series(0, 300) n) - 1) < 1e-9, 'probabilities sum to one: ' || family(m)) FROM models;
SELECT ok(abs((SELECT sum(n * clv_purchase_probability(m, 26, n)) FROM generate_series(0, 300) n) - clv_expected_purchases(m, 26)) < 1e-9, 'their mean is the expectation: ' || family(m)) FROM models;
SELECT ok(abs(clv_discounted_purchases(m, 4, 21, 33, 13, 2, 0.1) - clv_expected_purchases(m, 4, 21, 33, 13) / 1.1 - (clv_expected_purchases(m, 4, 21, 33, 26) - clv_expected_purchases(m, 4, 21, 33, 13)) / 1.21) < 1e-12,
          'discounting by period: ' || family(m)) FROM models;
SELECT ok(clv_discounted_purchases(m, 4, 21, 33, 0.001) > clv_discounted_purchases(m, 4, 21, 33, 0.01), 'a higher rate is worth less: ' || family(m)) FROM models;
SELECT is((SELECT count(*) FROM models, generate_series(1, 9) p WHERE
           (SELECT sum(clv_purchase_probability(m, 4, 21, 33, 26, n)) FROM generate_series(0, clv_purchase_quantile(m, 4, 21, 33, 26, p / 10.0::float8)) n) < p / 10.0), 0::bigint, 'quantiles reach their probability');
SELECT is(bg_nbd_p_alive(bg_nbd_model(0.243, 4.414, 0.793, 2.426), 0, 0, 30), 1::float8, 'under BG/NBD one-time buyers are all alive');
SELECT ok(mbg_nbd_p_alive(mbg_nbd_model(0.525, 6.183, 0.891, 1.614), 0, 0, 30) < 0.5, 'under MBG/NBD they are not');
SELECT ok(gamma_gamma_spend_quantile(m, 3, 20, 0.05) < gamma_gamma_expected_spend(m, 3, 20) AND gamma_gamma_expected_spend(m, 3, 20) < gamma_gamma_spend_quantile(m, 3, 20, 0.95), 'spend lies within its interval')
FROM (SELECT gamma_gamma_model(6.25, 3.74, 15.44) m) x;
SELECT is(gamma_gamma_expected_spend(gamma_gamma_model(2, 1, 15), 0, 0), NULL, 'a mean that does not exist is null');
SELECT is((SELECT count(*) FROM models WHERE m::text::clv_model::text <> m::text), 0::bigint, 'given models survive their text form');

-- ---- CDNOW, where the data is: published fits, customers, tracking and hold-out ----
\set cdnow `cat "${CSEG_DATA:-../shared/data}/cdnow_orders.csv" 2>/dev/null`
\set fits `cat test/data/clv_reference_fits.csv`
\set tracking `cat test/data/clv_reference_cdnow_tracking.csv`
\set holdout `cat test/data/clv_reference_holdout_accuracy.csv`
SELECT :'cdnow' <> '' AS present \gset
\if :present
CREATE TEMP TABLE orders AS SELECT c[1]::int AS customer_id, c[2]::date AS ordered_on, c[4]::numeric AS amount FROM pg_temp.csv(:'cdnow') c;
CREATE TEMP TABLE history AS SELECT customer_id, purchase_history_agg(ordered_on, amount) AS h FROM orders GROUP BY customer_id;
CREATE TEMP TABLE cal AS SELECT customer_id, b.* FROM history, btyd_summary(h, date '1997-09-30') b;

-- the summary in plain SQL
CREATE TEMP TABLE plain AS
    WITH days AS (SELECT customer_id, ordered_on, sum(amount) AS amount FROM orders WHERE ordered_on <= '1997-09-30' GROUP BY 1, 2),
         first AS (SELECT customer_id, min(ordered_on) AS day FROM days GROUP BY 1)
    SELECT customer_id, count(*) - 1 AS frequency, (max(ordered_on) - f.day) / 7.0::float8 AS recency, (date '1997-09-30' - f.day) / 7.0::float8 AS t,
           coalesce(avg(amount) FILTER (WHERE ordered_on > f.day), 0)::float8 AS monetary_value
    FROM days JOIN first f USING (customer_id) GROUP BY customer_id, f.day;
SELECT is((SELECT count(*) FROM cal JOIN plain USING (customer_id, frequency, recency, t)
           WHERE abs(cal.monetary_value - plain.monetary_value) <= 1e-12 * plain.monetary_value), 2357::bigint, 'CDNOW: the summary of all 2357 customers');

CREATE TEMP TABLE fit AS
    SELECT m FROM (SELECT bg_nbd_fit(frequency, recency, t) AS m FROM cal UNION ALL SELECT mbg_nbd_fit(frequency, recency, t) FROM cal
                   UNION ALL SELECT pareto_nbd_fit(frequency, recency, t) FROM cal UNION ALL SELECT gamma_gamma_fit(frequency, monetary_value) FROM cal) x;
CREATE TEMP TABLE reference AS
    SELECT replace(replace(c[2], 'nbd', '_nbd'), 'gammagamma', 'gamma_gamma') AS family, c[3]::bigint AS customers, string_to_array(c[5], ' ') AS names,
           string_to_array(c[6], ' ')::float8[] AS params, string_to_array(c[7], ' ')::float8[] AS errors, c[8]::float8 AS loglik
    FROM pg_temp.csv(:'fits') c;
SELECT is((SELECT count(*) FROM fit JOIN reference r ON r.family = family(m) WHERE status(m) = 'interior' AND customers(m) = r.customers), 4::bigint, 'CDNOW: four fits');
SELECT ok(abs(log_likelihood(m) - loglik) < 1e-6, 'CDNOW: log-likelihood of ' || r.family) FROM fit JOIN reference r ON r.family = family(m);
SELECT ok(abs(p.estimate / params[i] - 1) < 0.5e-5, format('CDNOW: %s %s to 5 digits', r.family, names[i])) || E'\n' ||
       ok(abs(p.standard_error / errors[i] - 1) < 0.5e-3, format('CDNOW: its standard error to 3 digits'))
FROM fit JOIN reference r ON r.family = family(m), generate_subscripts(params, 1) i, parameters(m) p WHERE p.parameter = names[i];

-- the whole from histories; CLV is checked customer by customer in test/unit/clv_reference.c
CREATE TEMP TABLE whole AS SELECT clv_fit(h, date '1997-09-30', 'week', 'pareto_nbd') AS m FROM history;
SELECT is((SELECT orders_part(w.m)::text::jsonb -> 'orders' FROM whole w), (SELECT m::text::jsonb -> 'orders' FROM fit WHERE family(m) = 'pareto_nbd'), 'CDNOW: clv_fit is the fit of the summary');
SELECT is((SELECT spend_part(w.m)::text::jsonb -> 'spend' FROM whole w), (SELECT m::text::jsonb -> 'spend' FROM fit WHERE family(m) = 'gamma_gamma'), 'CDNOW: of orders and of spend');
SELECT is((SELECT time_unit(m) || ' ' || fitted_from(m) || ' ' || fitted_to(m) FROM whole), 'week 1997-01-01 1997-09-30', 'CDNOW: and knows its data');

SELECT is((SELECT clv_fit(h, date '1997-09-30')::text FROM history), (SELECT clv_fit(btyd_sample_agg(h, date '1997-09-30', 'week'))::text FROM history), 'CDNOW: in weeks under MBG/NBD unless told otherwise');

-- weekly tracking: cumulative repeat purchases of the cohort
CREATE TEMP TABLE tracking AS SELECT c[1]::int AS week, c[2]::float8 AS actual, c[3:5]::float8[] AS expected FROM pg_temp.csv(:'tracking') c;
SELECT ok(bool_and(abs(sum - expected) < 1e-5), 'CDNOW: tracking of 78 weeks under ' || family)
FROM (SELECT family(m) AS family, week, sum(n * clv_expected_purchases(m, (week * 7 - 1 - born) / 7.0::float8)) AS sum, max(expected[array_position('{bg_nbd,mbg_nbd,pareto_nbd}'::text[], family(m))]) AS expected
      FROM fit, tracking, (SELECT (min - date '1997-01-01') AS born, count(*) AS n FROM (SELECT min(ordered_on) FROM orders GROUP BY customer_id) f GROUP BY 1) b
      WHERE family(m) <> 'gamma_gamma' AND week * 7 - 1 > born GROUP BY family(m), week) x
GROUP BY family;
SELECT is((SELECT count(*) FROM tracking k WHERE actual <> (SELECT count(*) FROM (SELECT DISTINCT customer_id, ordered_on FROM orders) o
    WHERE ordered_on <= date '1997-01-01' + week * 7 - 1) - (SELECT count(*) FROM (SELECT min(ordered_on) FROM orders GROUP BY customer_id) f WHERE min <= date '1997-01-01' + week * 7 - 1)), 0::bigint, 'CDNOW: actual repeat purchases');

-- the 39 weeks after it
CREATE TEMP TABLE prediction AS
    SELECT family(m) AS family, clv_expected_purchases(m, frequency, recency, t, 39) AS predicted,
           (SELECT count(DISTINCT ordered_on) FROM orders o WHERE o.customer_id = cal.customer_id AND ordered_on > '1997-09-30')::float8 AS actual
    FROM fit, cal WHERE family(m) <> 'gamma_gamma';
SELECT ok(abs(sum(predicted) - max(h[5]::float8)) < 1e-3 AND sum(actual) = max(h[6]::float8)
          AND abs(avg(abs(predicted - actual)) - max(h[7]::float8)) < 1e-6 AND abs(sqrt(avg((predicted - actual) ^ 2)) - max(h[8]::float8)) < 1e-6
          AND abs(corr(predicted, actual) - max(h[9]::float8)) < 1e-6, 'CDNOW: hold-out total, MAE, RMSE and correlation of ' || family)
FROM prediction JOIN pg_temp.csv(:'holdout') h ON replace(h[2], 'nbd', '_nbd') = family GROUP BY family;
\else
SELECT skip('cdnow_orders.csv is not in $CSEG_DATA or ../shared/data', 30);
\endif

-- arrays where objects should be: the server reads past the end of them if it is asked for a key
SELECT throws_ok(format('SELECT %L::clv_model', replace(good.text, bad.part, bad.instead)), '22P02', NULL, 'an array instead of an object: ' || bad.part)
  FROM (SELECT bg_nbd_model(1, 2, 3, 4)::text AS text) AS good, LATERAL (
       SELECT m[1] AS part, format('"%s": [null, "family", 1%s]', m[2], repeat(', null', 3000)) AS instead FROM regexp_matches(good.text, '("(\w+)": \{[^{}]*\})', 'g') AS m
       UNION ALL SELECT regexp_substring.m[1], format('"orders": [%s"abcdef"%s]', repeat('null,', 2000000), repeat(',null', 1999999)) FROM regexp_matches(good.text, '("orders": \{.*\})\}$') AS regexp_substring (m)) AS bad;
SELECT * FROM finish();
ROLLBACK;
