-- clv_backtest: models fitted up to a day and held against what came after it.  Page: doc/clv_backtest.md

CREATE FUNCTION clv_log_likelihood(model clv_model, sample btyd_sample) RETURNS double precision
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100000
BEGIN ATOMIC
    SELECT pg_catalog.sum(s.customers * customer_segments.clv_log_likelihood(clv_log_likelihood.model, s.frequency, s.recency, s.t))
      FROM customer_segments.unnest(clv_log_likelihood.sample) s WHERE s.recency IS NOT NULL;
END;
COMMENT ON FUNCTION clv_log_likelihood(clv_model, btyd_sample)
    IS 'log-likelihood of a whole sample without covariates under the order model; null where the model has no estimate';

CREATE FUNCTION clv_holdout(purchases regclass, customer_id_type anyelement, cut date, until date, unit text DEFAULT 'week',
    time_zone text DEFAULT 'UTC', OUT customer_id anyelement, OUT first_order_on date, OUT frequency bigint,
    OUT recency double precision, OUT t double precision, OUT monetary_value double precision, OUT orders_after bigint,
    OUT history purchase_history)
    RETURNS SETOF record LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 1000000 ROWS 100000
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT h.customer_id, h.first_order_on, (h.s).frequency, (h.s).recency, (h.s).t, (h.s).monetary_value, h.orders_after, h.history
      FROM (SELECT o.customer_id, o.history, customer_segments.first_order_on(o.history, clv_holdout.cut) AS first_order_on,
                   customer_segments.btyd_summary(o.history, clv_holdout.cut, clv_holdout.unit) AS s,
                   customer_segments.order_days(o.history, clv_holdout.cut + 1, clv_holdout.until + 1) AS orders_after
              FROM customer_segments.purchase_histories(clv_holdout.purchases, clv_holdout.customer_id_type, clv_holdout.time_zone) o
            OFFSET 0) h
     WHERE h.first_order_on IS NOT NULL;
$$;
COMMENT ON FUNCTION clv_holdout(regclass, anyelement, date, date, text, text)
    IS 'one row a customer with an order by the end of the day cut: the statistics that models take of that time, and orders_after, the order days after cut up to and with until; purchases as for purchase_histories()';

CREATE FUNCTION clv_backtest(purchases regclass, customer_id_type anyelement, cut date, until date, model text DEFAULT 'auto',
    unit text DEFAULT 'week', time_zone text DEFAULT 'UTC', OUT family text, OUT status text, OUT customers bigint,
    OUT predicted double precision, OUT actual bigint, OUT bias double precision, OUT mae double precision,
    OUT rmse double precision, OUT correlation double precision, OUT log_likelihood double precision, OUT is_best boolean,
    OUT fitted clv_model)
    RETURNS SETOF record LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 1000000 ROWS 3
    SET search_path = pg_catalog, pg_temp AS $$
    WITH customer AS MATERIALIZED (
        SELECT * FROM customer_segments.clv_holdout(clv_backtest.purchases, clv_backtest.customer_id_type, clv_backtest.cut,
                                                    clv_backtest.until, clv_backtest.unit, clv_backtest.time_zone)),
    sample AS MATERIALIZED (
        SELECT customer_segments.btyd_sample_agg(c.history, clv_backtest.cut, clv_backtest.unit) AS before,
               customer_segments.btyd_sample_agg(c.history, clv_backtest.until, clv_backtest.unit) AS whole
          FROM customer c),
    candidate AS MATERIALIZED (
        SELECT f.family, f.place, customer_segments.clv_fit(s.before, f.family) AS fitted, s.before, s.whole
          FROM sample s
         CROSS JOIN unnest(CASE WHEN clv_backtest.model = 'auto' THEN '{mbg_nbd,bg_nbd,pareto_nbd}'::text[]
                                           ELSE ARRAY[clv_backtest.model] END) WITH ORDINALITY AS f(family, place)),
    measured AS (
        SELECT m.family, count(*) AS customers, sum(m.expected) AS predicted,
               sum(m.orders_after)::bigint AS actual, avg(m.expected - m.orders_after) AS bias,
               avg(abs(m.expected - m.orders_after)) AS mae,
               sqrt(avg((m.expected - m.orders_after) * (m.expected - m.orders_after))) AS rmse,
               corr(m.expected, m.orders_after) AS correlation
          FROM (SELECT d.family, c.orders_after,
                       customer_segments.clv_expected_purchases(d.fitted, c.frequency, c.recency, c.t,
                           (clv_backtest.until - clv_backtest.cut) / customer_segments.time_unit_days(clv_backtest.unit)) AS expected
                  FROM candidate d CROSS JOIN customer c OFFSET 0) m
         GROUP BY m.family),
    likely AS (
        SELECT d.family, d.place, d.fitted, customer_segments.clv_log_likelihood(d.fitted, d.whole)
                                   - customer_segments.clv_log_likelihood(d.fitted, d.before) AS log_likelihood
          FROM candidate d)
    SELECT l.family, customer_segments.status(l.fitted), COALESCE(m.customers, 0), m.predicted, m.actual, m.bias, m.mae, m.rmse,
           m.correlation, l.log_likelihood,
           l.log_likelihood IS NOT NULL
               AND row_number() OVER (ORDER BY round(l.log_likelihood::numeric, 1) DESC NULLS LAST, l.place) = 1, l.fitted
      FROM likely l LEFT JOIN measured m ON m.family = l.family
     ORDER BY round(l.log_likelihood::numeric, 1) DESC NULLS LAST, l.place;
$$;
COMMENT ON FUNCTION clv_backtest(regclass, anyelement, date, date, text, text, text)
    IS 'order models fitted to what was known at the end of the day cut, and their predictions of the order days after it up to and with until: one row for the model asked for, or for each of three with auto, the likeliest first; predicted and actual are sums over customers, bias, mae and rmse of predicted less actual by customer; log_likelihood is that of what came after cut given what was before, and is_best is true for the largest, of equal ones to a tenth the first of mbg_nbd, bg_nbd, pareto_nbd';

CREATE FUNCTION clv_calibration(purchases regclass, customer_id_type anyelement, cut date, until date, model clv_model,
    groups integer DEFAULT 10, time_zone text DEFAULT 'UTC', OUT decile integer, OUT customers bigint,
    OUT predicted double precision, OUT actual bigint, OUT predicted_mean double precision, OUT actual_mean double precision)
    RETURNS SETOF record LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 1000000 ROWS 10
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT g.decile, count(*), sum(g.expected), sum(g.orders_after)::bigint,
           avg(g.expected), avg(g.orders_after)::double precision
      FROM (SELECT e.expected, e.orders_after,
                   (1 + (rank() OVER (ORDER BY e.expected DESC) - 1) * clv_calibration.groups
                        / count(*) OVER ())::integer AS decile
              FROM (SELECT h.orders_after,
                           customer_segments.clv_expected_purchases(clv_calibration.model, h.frequency, h.recency, h.t,
                               (clv_calibration.until - clv_calibration.cut)
                               / customer_segments.time_unit_days(customer_segments.time_unit(clv_calibration.model))) AS expected
                      FROM customer_segments.clv_holdout(clv_calibration.purchases, clv_calibration.customer_id_type,
                               clv_calibration.cut, clv_calibration.until, customer_segments.time_unit(clv_calibration.model),
                               clv_calibration.time_zone) h OFFSET 0) e
             WHERE e.expected IS NOT NULL) g
     GROUP BY g.decile ORDER BY g.decile;
$$;
COMMENT ON FUNCTION clv_calibration(regclass, anyelement, date, date, clv_model, integer, text)
    IS 'customers in groups of equal size by predicted order days after cut, 1 the most, with predicted and actual sums and means; equal predictions share a group';

CREATE FUNCTION clv_tracking(purchases regclass, customer_id_type anyelement, until date, model clv_model,
    time_zone text DEFAULT 'UTC', OUT week integer, OUT week_ends_on date, OUT actual_cumulative bigint,
    OUT expected_cumulative double precision)
    RETURNS SETOF record LANGUAGE sql STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 1000000 ROWS 100
    SET search_path = pg_catalog, pg_temp AS $$
    WITH customer AS MATERIALIZED (
        SELECT o.history, customer_segments.first_order_on(o.history, clv_tracking.until) AS first_order_on
          FROM customer_segments.purchase_histories(clv_tracking.purchases, clv_tracking.customer_id_type, clv_tracking.time_zone) o),
    born AS MATERIALIZED (
        SELECT c.first_order_on AS day, count(*) AS customers,
               min(c.first_order_on) OVER () AS first_day
          FROM customer c WHERE c.first_order_on IS NOT NULL GROUP BY c.first_order_on),
    repeated AS MATERIALIZED (
        SELECT d.day, count(*) AS orders
          FROM customer c CROSS JOIN LATERAL customer_segments.unnest(c.history) d
         WHERE d.orders > 0 AND d.day > c.first_order_on AND d.day <= clv_tracking.until GROUP BY d.day),
    calendar AS (
        SELECT w.week, b.first_day + 7 * w.week - 1 AS last_day
          FROM (SELECT min(n.day) AS first_day FROM born n) b
         CROSS JOIN LATERAL generate_series(1, (clv_tracking.until - b.first_day + 1) / 7) AS w(week))
    SELECT w.week, w.last_day,
           COALESCE((SELECT sum(r.orders) FROM repeated r WHERE r.day <= w.last_day), 0)::bigint,
           (SELECT sum(b.customers * customer_segments.clv_expected_purchases(clv_tracking.model,
                       (w.last_day - b.day) / customer_segments.time_unit_days(customer_segments.time_unit(clv_tracking.model))) ORDER BY b.day)
              FROM born b WHERE b.day <= w.last_day)
      FROM calendar w ORDER BY w.week;
$$;
COMMENT ON FUNCTION clv_tracking(regclass, anyelement, date, clv_model, text)
    IS 'repeat order days of all customers up to the end of each whole week since the first order in the data, and what the order model expects of them knowing only their first days';
