-- customer_value, clv_estimate, clv_backtest: reference values of CDNOW, and shops at the edge: honest statuses, never NaN.
BEGIN;
SET search_path = customer_segments, public;
SET jit = off;
SELECT * FROM no_plan();

-- ---- shops at the edge ----
CREATE SCHEMA edge;
CREATE TABLE edge.orders (customer_id bigint, ordered_at timestamptz, amount numeric);
SET LOCAL customer_segments.as_of = '2024-07-01';
SELECT create_workspace('w', 'edge');
CREATE TEMPORARY TABLE shop (name text, statuses text[], query text);
INSERT INTO shop VALUES
    ('nobody lapses', '{interior,boundary}', 'SELECT c, timestamptz ''2024-01-01Z'' + (c % 7 + d * (3 + c % 9)) * interval ''1 day'', 5 + c % 50 FROM generate_series(1, 400) c, generate_series(0, 174 / (3 + c % 9)) d'),
    ('everybody buys once', '{too_few}', 'SELECT c, timestamptz ''2024-01-01Z'' + c % 180 * interval ''1 day'', 5 FROM generate_series(1, 400) c'),
    ('a whale', '{interior,boundary}', 'SELECT c, timestamptz ''2004-01-01Z'' + (c % 300 + d * (30 + c % 200)) * interval ''1 day'', 5 + d FROM generate_series(1, 300) c, generate_series(0, c % 6) d UNION ALL SELECT 999, timestamptz ''2004-06-30Z'' + d * interval ''8 hours'', 7 + d % 3 FROM generate_series(1, 20000) d'),
    ('all joined today', '{too_few}', 'SELECT c, timestamptz ''2024-06-30Z'' + c * interval ''1 minute'', 5 + c FROM generate_series(1, 300) c'),
    ('equal amounts', '{interior,boundary}', 'SELECT c, timestamptz ''2024-01-01Z'' + (c % 20 + d * (5 + c % 17)) * interval ''1 day'', 20 FROM generate_series(1, 300) c, generate_series(0, c % 9) d'),
    ('three customers', '{too_few,boundary,interior}', 'SELECT c, timestamptz ''2024-01-01Z'' + (c + 9 * d) * interval ''1 day'', 20 + d FROM generate_series(1, 3) c, generate_series(0, c) d'),
    ('nobody', '{too_few}', 'SELECT 1, timestamptz ''2024-01-01Z'', 1 WHERE false'),
    ('twenty years', '{interior,boundary}', 'SELECT c, timestamptz ''2004-06-30Z'' + (c % 700 + d * (40 + c % 600)) * interval ''1 day'', 5 + c FROM generate_series(1, 300) c, generate_series(0, c % 8) d');
CREATE FUNCTION pg_temp.check_shop(name text, statuses text[], query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    found text;
    customers bigint;
    wrong bigint;
BEGIN
    TRUNCATE edge.orders;
    EXECUTE 'INSERT INTO edge.orders ' || query;
    PERFORM fit_clv('w');
    SELECT status INTO found FROM w.clv_models WHERE is_current;
    RETURN NEXT ok(found = ANY (statuses), format('%s: status %s', name, found));
    SELECT count(*), count(*) FILTER (WHERE to_jsonb(v)::text ~ 'NaN|Infinity'
               OR v.predicted_value IS NULL OR v.predicted_value < 0 OR v.expected_orders IS NULL OR v.expected_orders < 0
               OR v.churn_risk IS NULL <> (name = 'all joined today') OR v.churn_risk IS NULL <> (v.churn_risk_band = 'unknown' AND v.churn_risk_rank = 99) OR v.churn_risk NOT BETWEEN 0 AND 1 OR v.p_alive NOT BETWEEN 0 AND 1
               OR v.orders_low > v.orders_high OR v.value_low > v.value_high OR v.value_tier = 'none'
               OR v.total_value <> v.historic_value + v.predicted_value - v.acquisition_cost)
      INTO customers, wrong FROM w.customer_value v;
    RETURN NEXT is(customers, (SELECT count(DISTINCT customer_id) FROM edge.orders), name || ': everybody has a row');
    RETURN NEXT is(wrong, 0::bigint, name || ': every figure is in its range, none is NaN');
    RETURN NEXT is((SELECT count(*) FROM w.customer_value v WHERE v.reliable <> (m.repeat_customers >= 100 AND m.status IN ('interior', 'boundary') AND clv_reliable(m.model))),
                   0::bigint, name || ': reliable is what the fit says') FROM w.clv_models m WHERE m.is_current;
END;
$$;
SELECT r FROM shop s, pg_temp.check_shop(s.name, s.statuses, s.query) AS r;

-- ---- the life cycle of repeat buyers: at each bound of the probability of being alive, and just below it ----
SELECT r FROM pg_temp.check_shop('some lapse', '{interior,boundary}', 'SELECT c, timestamptz ''2024-01-01Z'' + (c % 7 + d * (3 + c % 9)) * interval ''1 day'', 5 + c % 50 FROM generate_series(1, 400) c, generate_series(0, (20 + c * 37 % 154) / (3 + c % 9)) d') r;
CREATE TEMPORARY TABLE alive AS
SELECT p, row_number() OVER (ORDER BY p DESC) AS i FROM (SELECT DISTINCT p_alive AS p FROM w.lifecycle WHERE p_alive BETWEEN 0.01 AND 0.99 ORDER BY p DESC LIMIT 8) x;
SELECT is(count(*), 8::bigint, 'probabilities to choose from') FROM alive;
CREATE FUNCTION pg_temp.bounds(VARIADIC i integer[]) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    UPDATE w.settings SET active_p_alive = (SELECT p FROM alive a WHERE a.i = bounds.i[1]), cooling_p_alive = (SELECT p FROM alive a WHERE a.i = bounds.i[2]),
                          at_risk_p_alive = (SELECT p FROM alive a WHERE a.i = bounds.i[3]), highly_at_risk_p_alive = (SELECT p FROM alive a WHERE a.i = bounds.i[4]);
    RETURN (SELECT string_agg(l.activity || ' ' || l.activity_rank, ', ' ORDER BY a.i) FROM alive a CROSS JOIN LATERAL (SELECT DISTINCT l.activity, l.activity_rank FROM w.lifecycle l WHERE l.p_alive = a.p) l);
END $$;
SELECT is(pg_temp.bounds(2, 3, 5, 7), 'active 1, cooling 2, cooling 2, at_risk 3, at_risk 3, highly_at_risk 4, highly_at_risk 4, lost 5', 'active above its bound, the others from theirs on');
SELECT is(pg_temp.bounds(1, 1, 2, 3), 'cooling 2, at_risk 3, highly_at_risk 4, lost 5, lost 5, lost 5, lost 5, lost 5', 'bounds next to each other, two of them the same');

-- ---- CDNOW: reference values ----
\set cdnow `cat "${CSEG_DATA:-../shared/data}/cdnow_orders.csv" 2>/dev/null`
\set customers `cat test/data/clv_reference_customers.csv`
\set fits `cat test/data/clv_reference_fits.csv`
\set tracking `cat test/data/clv_reference_cdnow_tracking.csv`
\set holdout `cat test/data/clv_reference_holdout_accuracy.csv`
SELECT :'cdnow' <> '' AS present \gset
\if :present
CREATE FUNCTION pg_temp.csv(content text) RETURNS SETOF text[] LANGUAGE sql AS
    $$ SELECT string_to_array(line, ',') FROM regexp_split_to_table(content, E'\r?\n') WITH ORDINALITY l (line, n) WHERE n > 1 AND line <> '' $$;
CREATE TABLE edge.cdnow AS SELECT c[1]::bigint AS customer_id, c[2]::date::timestamp AT TIME ZONE 'UTC' AS at, c[4]::numeric AS amount FROM pg_temp.csv(:'cdnow') c;
CREATE TEMPORARY TABLE history AS SELECT customer_id, history FROM purchase_histories('edge.cdnow', NULL::bigint);
CREATE TEMPORARY TABLE fit AS
    SELECT c[2] AS model, string_to_array(c[6], ' ')::float8[] AS p FROM pg_temp.csv(:'fits') c;
CREATE TEMPORARY TABLE model AS
    SELECT f.model, clv_model(CASE f.model WHEN 'bgnbd' THEN bg_nbd_model(f.p[1], f.p[2], f.p[3], f.p[4]) WHEN 'mbgnbd' THEN mbg_nbd_model(f.p[1], f.p[2], f.p[3], f.p[4])
                                           ELSE pareto_nbd_model(f.p[1], f.p[2], f.p[3], f.p[4]) END, gamma_gamma_model(g.p[1], g.p[2], g.p[3])) AS m
    FROM fit f, fit g WHERE f.model <> 'gammagamma' AND g.model = 'gammagamma';
CREATE TEMPORARY TABLE compared AS
    SELECT r[2] AS model, unnest(ARRAY['p_alive', 'orders of 39 weeks', 'orders of 52 weeks', 'spend', 'value of 12 months']) AS quantity,
           unnest(ARRAY[(a).p_alive / r[9]::float8, (a).expected_orders / r[11]::float8, expected_orders(h.history, m.m, 364, '1997-09-30') / r[13]::float8,
                        (a).expected_spend / r[15]::float8, (b).predicted_value / r[16]::float8]) AS ratio
    FROM pg_temp.csv(:'customers') r JOIN history h ON h.customer_id = r[3]::bigint JOIN model m ON m.model = r[2],
         LATERAL (SELECT clv_estimate(h.history, m.m, 273, as_of => '1997-09-30', level => NULL) AS a,
                         clv_estimate(h.history, m.m, 12 * 4.345 * 7, 1.01 ^ (365 / (4.345 * 7)) - 1, as_of => '1997-09-30', level => NULL) AS b OFFSET 0) q;
SELECT diag(format('%s: %s cases, worst relative error %s', quantity, count(*), max(abs(ratio - 1)))) FROM compared GROUP BY quantity;
SELECT ok(bool_and(abs(ratio - 1) < 1e-8) AND count(*) = 10, format('CDNOW: %s under %s', quantity, model)) FROM compared GROUP BY quantity, model;

CREATE TEMPORARY TABLE tested AS SELECT * FROM clv_backtest('edge.cdnow', NULL::bigint, '1997-09-30', '1998-06-30');
SELECT ok(abs(t.predicted - h[5]::float8) < 1e-3 AND t.actual = h[6]::bigint AND abs(t.mae - h[7]::float8) < 1e-6 AND abs(t.rmse - h[8]::float8) < 1e-6
          AND abs(t.correlation - h[9]::float8) < 1e-6 AND abs(t.bias - (t.predicted - t.actual) / t.customers) < 1e-9, 'CDNOW: hold-out accuracy of ' || t.family)
FROM tested t JOIN pg_temp.csv(:'holdout') h ON replace(h[2], 'nbd', '_nbd') = t.family;
SELECT is((SELECT family FROM tested WHERE is_best), 'mbg_nbd', 'CDNOW: the likeliest of the hold-out');
SELECT ok(count(*) = 78 AND bool_and(x.actual_cumulative = c[2]::bigint) AND max(abs(x.expected_cumulative - c[array_position('{bg_nbd,mbg_nbd,pareto_nbd}', t.family) + 2]::float8)) < 1e-5,
          'CDNOW: tracking of 78 weeks under ' || t.family)
FROM tested t, LATERAL clv_tracking('edge.cdnow', NULL::bigint, '1998-06-30', t.fitted) x JOIN pg_temp.csv(:'tracking') c ON c[1]::int = x.week GROUP BY t.family;
SELECT ok(sum(c.customers) = 2357 AND sum(c.actual) = 1882 AND abs(sum(c.predicted) - max(t.predicted)) < 1e-9 AND count(*) = 10, 'CDNOW: deciles add up')
FROM tested t, LATERAL clv_calibration('edge.cdnow', NULL::bigint, '1997-09-30', '1998-06-30', t.fitted) c WHERE t.family = 'bg_nbd';
\else
SELECT skip('cdnow_orders.csv is not in $CSEG_DATA or ../shared/data', 23);
\endif
SELECT * FROM finish();
ROLLBACK;
