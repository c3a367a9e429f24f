-- customer_value: models kept in a workspace, fit_clv, the view customer_value and what stands on it (doc/customer_value.md).

CREATE FUNCTION value_tier_preset(name text DEFAULT 'default', OUT "position" integer, OUT tier text,
                                  OUT top_share double precision, OUT minimum numeric)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 5
BEGIN ATOMIC
    SELECT v.position, v.tier, v.top_share, v.minimum
      FROM (VALUES ('default', 1, 'vip', 0.05, NULL::numeric), ('default', 2, 'high', 0.20, NULL), ('default', 3, 'medium', 0.50, NULL),
                   ('default', 4, 'low', NULL, NULL),
                   ('top_1_5_10_25_50', 1, 'top_1', 0.01, NULL), ('top_1_5_10_25_50', 2, 'top_5', 0.05, NULL),
                   ('top_1_5_10_25_50', 3, 'top_10', 0.10, NULL), ('top_1_5_10_25_50', 4, 'top_25', 0.25, NULL),
                   ('top_1_5_10_25_50', 5, 'top_50', 0.50, NULL), ('top_1_5_10_25_50', 6, 'rest', NULL, NULL),
                   ('purchases', 1, 'gold', NULL, 12), ('purchases', 2, 'silver', NULL, 4), ('purchases', 3, 'bronze', NULL, 1),
                   ('spend', 1, 'gold', NULL, 1000), ('spend', 2, 'silver', NULL, 250), ('spend', 3, 'bronze', NULL, NULL))
           AS v(preset, "position", tier, top_share, minimum)
     WHERE v.preset = value_tier_preset.name
     ORDER BY v.position;
END;
COMMENT ON FUNCTION value_tier_preset(text) IS
'rules for value_tier: default (vip, high, medium, low: the best 5 %, the next 15 %, the next 30 %, the rest), top_1_5_10_25_50 (shares of the best), purchases (bronze, silver, gold by orders, for value_tier_by orders), spend (the same by money, for value_tier_by net_revenue; our amounts); no row for another name';

CREATE FUNCTION fit_clv(workspace name, model text DEFAULT 'auto', holdout_days integer DEFAULT NULL,
                        penalty double precision DEFAULT 0)
RETURNS integer
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    histories text;
    unit text;
    last_day date;
    first_day date;
    cut date;
    whole customer_segments.btyd_sample;
    before customer_segments.btyd_sample;
    later customer_segments.btyd_sample;
    fitted customer_segments.clv_model;
    likelihood double precision;
    best numeric;
    chosen text := 'mbg_nbd';
    tried text;
    reason text := 'asked for';
    found text := '';
    id integer;
BEGIN
    IF workspace IS NULL OR model IS NULL THEN
        RAISE EXCEPTION 'workspace and model must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF model NOT IN ('auto', 'mbg_nbd', 'bg_nbd', 'pareto_nbd') THEN
        RAISE EXCEPTION 'unknown model "%"', model
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Allowed are auto, mbg_nbd, bg_nbd and pareto_nbd.';
    ELSIF holdout_days <= 0 THEN
        RAISE EXCEPTION 'holdout_days is %, it must be above 0', holdout_days USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM customer_segments.workspace_require_writer(workspace);
    histories := customer_segments.workspace_population(workspace) || ' o';
    EXECUTE format('SELECT a.until_day - 1, s.clv_time_unit FROM %1$I.as_of a CROSS JOIN %1$I.settings s', workspace)
       INTO last_day, unit;
    EXECUTE 'SELECT customer_segments.btyd_sample_agg(o.history, $1, $2), min(o.first_order_on) FROM ' || histories
       INTO whole, first_day USING last_day, unit;

    IF model <> 'auto' THEN
        chosen := model;
    ELSE
        cut := last_day - COALESCE(holdout_days, (last_day - first_day) / 3);
        reason := 'default: the data do not say';
        EXECUTE 'SELECT customer_segments.btyd_sample_agg(o.history, $1, $3), '
                '       customer_segments.btyd_sample_agg(o.history, $2, $3) FILTER (WHERE o.first_order_on <= $1) FROM ' || histories
           INTO before, later USING cut, last_day, unit;
        FOREACH tried IN ARRAY '{mbg_nbd,bg_nbd,pareto_nbd}'::text[] LOOP
            fitted := customer_segments.clv_fit(before, tried, penalty);
            CONTINUE WHEN fitted IS NOT DISTINCT FROM NULL
                       OR customer_segments.status(fitted) NOT IN ('interior', 'boundary') OR later IS NOT DISTINCT FROM NULL;
            likelihood := customer_segments.clv_log_likelihood(fitted, later)
                          - customer_segments.clv_log_likelihood(fitted, before);
            found := found || format('%s %s', CASE WHEN found = '' THEN '' ELSE ',' END,
                                     tried || ' ' || round(likelihood::numeric, 1));
            -- models that tend to one limit differ by noise only
            IF best IS NULL OR round(likelihood::numeric, 1) > best THEN
                best := round(likelihood::numeric, 1);
                chosen := tried;
            END IF;
        END LOOP;
        IF best IS NOT NULL THEN
            reason := format('largest log-likelihood of the orders from %s to %s by models fitted to the time before:%s',
                             to_char(cut + 1, 'YYYY-MM-DD'), to_char(last_day, 'YYYY-MM-DD'), found);
        END IF;
    END IF;

    fitted := customer_segments.clv_fit(whole, chosen, penalty);
    -- the fit of another session that ends now is waited for, and then seen
    EXECUTE format('LOCK TABLE %I.clv_models IN SHARE ROW EXCLUSIVE MODE', workspace);
    EXECUTE format('UPDATE %I.clv_models SET is_current = false WHERE is_current', workspace);
    EXECUTE format('INSERT INTO %I.clv_models (is_current, fitted_at, as_of_on, family, status, reliable, customers, repeat_customers,
                                               log_likelihood, reason, model)
                    SELECT true, now(), $2, $3, COALESCE(customer_segments.status($1), ''too_few''),
                           customer_segments.clv_reliable($1, s.clv_min_repeat_customers),
                           COALESCE(customer_segments.customers($1), 0), COALESCE(customer_segments.repeat_customers($1), 0),
                           customer_segments.log_likelihood($1), $4, $1
                      FROM %I.settings s RETURNING fit', workspace, workspace)
       INTO id USING fitted, last_day, chosen, reason;
    RETURN id;
END;
$$;
COMMENT ON FUNCTION fit_clv(name, text, integer, double precision) IS
'fits an order model and a spend model to the purchases of a workspace before as_of, keeps them in clv_models as the current ones and returns the number of the fit; model is mbg_nbd, bg_nbd, pareto_nbd or auto, which takes the one that a hold-out of the last holdout_days (null: a third of the time) finds likeliest; for the owner of the workspace and members of that role';

CREATE FUNCTION workspace_part_25_clv_models(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['clv_horizon_days', 'double precision NOT NULL DEFAULT 365 CHECK (clv_horizon_days BETWEEN 0 AND 365000)',
         'customer_value: predicted value is that of so many days'],
        ['clv_discount_rate', 'double precision NOT NULL DEFAULT 0.10 CHECK (clv_discount_rate BETWEEN 0 AND 100)',
         'customer_value: discount of orders to come, a year'],
        ['clv_margin', 'numeric NOT NULL DEFAULT 1 CHECK (clv_margin BETWEEN 0 AND 100)',
         'customer_value: what is left of one unit of net revenue; 1: values are revenue'],
        ['clv_level', 'double precision NOT NULL DEFAULT 0.8 CHECK (clv_level > 0 AND clv_level < 1)',
         'customer_value: probability with which the intervals hold'],
        ['clv_churn_days', 'double precision NOT NULL DEFAULT 90 CHECK (clv_churn_days BETWEEN 0 AND 365000)',
         'customer_value: churn risk is the probability of no order within so many days'],
        ['clv_churn_low', 'double precision NOT NULL DEFAULT 0.33 CHECK (clv_churn_low BETWEEN 0 AND 1)',
         'customer_value: churn risk is low below this'],
        ['clv_churn_high', 'double precision NOT NULL DEFAULT 0.66 CHECK (clv_churn_high BETWEEN clv_churn_low AND 1)',
         'customer_value: churn risk is high above this'],
        ['clv_time_unit', 'text NOT NULL DEFAULT ''week'' CHECK (customer_segments.time_unit_days(clv_time_unit) > 0)',
         'fit_clv: time unit of the model: second, hour, day, week, month or year'],
        ['clv_min_repeat_customers', 'bigint NOT NULL DEFAULT 100 CHECK (clv_min_repeat_customers >= 0)',
         'customer_value: a model of fewer repeat customers is not used, the fallback answers'],
        ['clv_shop_weight', 'double precision NOT NULL DEFAULT 3 CHECK (clv_shop_weight BETWEEN 0 AND 1e9)',
         'customer_value: in the fallback the shop''s mean customer weighs as much as so many orders (our default)'],
        ['value_tier_by', 'text NOT NULL DEFAULT ''total_value'' CHECK (value_tier_by IN (''total_value'', ''predicted_value'', ''historic_value'', ''orders'', ''net_revenue''))',
         'customer_value: what tiers and deciles go by: total_value, predicted_value, historic_value, orders or net_revenue'],
        ['value_tier_window', 'text NOT NULL DEFAULT ''lifetime'' CHECK (value_tier_window IN (''lifetime'', ''rolling_12_months'', ''calendar_year''))',
         'customer_value: where tiers go by orders or net_revenue, those of this time: lifetime, rolling_12_months or calendar_year']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;
    PERFORM customer_segments.workspace_add_table(workspace, 'clv_models',
        'every fit of fit_clv; the current one answers in customer_value and lifecycle',
        ARRAY[['fit', 'number of the fit'],
              ['is_current', 'whether the views use it; set another one true to go back'],
              ['fitted_at', 'when it was fitted'],
              ['as_of_on', 'last day of the data it was fitted to'],
              ['family', 'order model: mbg_nbd, bg_nbd or pareto_nbd'],
              ['status', 'how the fit of the order model ended: interior, boundary, too_few or not_converged'],
              ['reliable', 'whether it was good enough for the views at the time'],
              ['customers', 'customers in the fit'],
              ['repeat_customers', 'of these, with more than one order day'],
              ['log_likelihood', 'of the order model; null without an estimate'],
              ['reason', 'why this order model'],
              ['model', 'order model and spend model; parameters(model) lists them']],
        'fit integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
         is_current boolean NOT NULL, fitted_at timestamptz NOT NULL, as_of_on date NOT NULL, family text NOT NULL,
         status text NOT NULL, reliable boolean NOT NULL, customers bigint NOT NULL, repeat_customers bigint NOT NULL,
         log_likelihood double precision, reason text NOT NULL, model customer_segments.clv_model,
         EXCLUDE (is_current WITH =) WHERE (is_current)');
    PERFORM customer_segments.workspace_add_table(workspace, 'value_tier',
        'tiers of customer_value: the first rule by position that fits gives the tier; both of its conditions must hold',
        ARRAY[['position', 'order of the rules, and sort key of the tier; below 98'],
              ['tier', 'name of the tier'],
              ['top_share', 'for the best so many of all customers, 0..1, by the setting value_tier_by; null: any'],
              ['minimum', 'from so much of it on; null: any']],
        'position integer PRIMARY KEY CHECK ("position" < 98), tier text NOT NULL UNIQUE CHECK (tier <> '''' AND length(tier) <= 200),
         top_share double precision CHECK (top_share > 0 AND top_share <= 1), minimum numeric CHECK (minimum > ''-Infinity'' AND minimum < ''Infinity'')');
    EXECUTE format('INSERT INTO %I.value_tier SELECT p.position, p.tier, p.top_share, p.minimum
                      FROM customer_segments.value_tier_preset() p', workspace);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_25_clv_models(name, name) IS
'part of create_workspace: settings of customer value, the tables clv_models and value_tier';

CREATE FUNCTION workspace_part_40_customer_value(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key_type text := customer_segments.source_key_type(source);
    has_cost boolean := customer_segments.source_has(source, 'customers', 'acquisition_cost');
    has_channel boolean := customer_segments.source_has(source, 'customers', 'acquisition_channel');
    costs text := '';
    known text;
    key text := 'r.customer_id';
    channels text := '';
    mean text := format('SELECT CASE WHEN NOT customer_segments.clv_reliable((SELECT x.model FROM %1$I.clv_models x WHERE x.is_current), s.clv_min_repeat_customers) THEN
               (SELECT ARRAY[GREATEST(sum(h.net_revenue) / sum(h.orders), 0),
                             sum(h.order_days - 1) * 365.0 / NULLIF(sum((SELECT a.until_day - 1 FROM %1$I.as_of a) - h.first_order_on), 0)]
                  FROM %2$s h WHERE h.orders > 0)::double precision[] END FROM %1$I.settings s',
        workspace, customer_segments.workspace_population(workspace, 'false'));
    fit text := format('(SELECT x.fit FROM %I.clv_models x WHERE x.is_current)', workspace);
    estimates text := $query$SELECT o.customer_id, g.*
  FROM %2$s o
 CROSS JOIN (SELECT s.clv_margin, s.clv_horizon_days, s.clv_discount_rate, s.clv_churn_days, s.clv_level, s.clv_shop_weight, s.clv_min_repeat_customers, s.value_tier_by,
                    a.until_day - 1 AS last_day, a.until_day AS to_day,
                    CASE s.value_tier_window WHEN 'rolling_12_months' THEN (a.until_day - interval '12 months')::date
                         WHEN 'calendar_year' THEN date_trunc('year', (a.until_day - 1)::timestamp)::date END AS from_day
               FROM %1$I.as_of a CROSS JOIN %1$I.settings s LIMIT 1) s
 CROSS JOIN (SELECT (SELECT x.model FROM %1$I.clv_models x WHERE x.is_current) AS model, %3$s AS mean OFFSET 0) m%4$s
 CROSS JOIN LATERAL (
    SELECT o.net_revenue * s.clv_margin AS historic_value, %5$s AS acquisition_cost, s.value_tier_by,
           CASE WHEN s.from_day IS NULL THEN o.orders
                ELSE customer_segments.order_count(o.history, s.from_day, s.to_day) END AS orders_in_window,
           CASE WHEN s.from_day IS NULL THEN o.net_revenue
                ELSE customer_segments.net_revenue(o.history, s.from_day, s.to_day) END AS net_revenue_in_window,
           customer_segments.clv_estimate(o.history, m.model, s.clv_horizon_days, s.clv_discount_rate,
               s.clv_margin::double precision, s.last_day, level => NULL, churn_days => s.clv_churn_days,
               shop_order_value => m.mean[1], shop_yearly_orders => m.mean[2],
               shop_weight => s.clv_shop_weight, min_repeat_customers => s.clv_min_repeat_customers) AS e,
           customer_segments.clv_estimate(o.history, m.model, s.clv_horizon_days, s.clv_discount_rate,
               s.clv_margin::double precision, s.last_day, level => s.clv_level,
               min_repeat_customers => s.clv_min_repeat_customers) AS i,
           -- of a shop on its first day nobody knows how often its customers come
           m.mean IS NULL OR m.mean[2] IS NOT NULL AS is_rated
    OFFSET 0) g
 WHERE o.orders > 0$query$;
    -- what tiers and deciles go by
    valued text := $query$SELECT q.*, CASE q.value_tier_by WHEN 'total_value' THEN q.total_value
                      WHEN 'predicted_value' THEN (q.e).predicted_value::numeric(20,4)
                      WHEN 'historic_value' THEN q.historic_value
                      WHEN 'orders' THEN q.orders_in_window ELSE q.net_revenue_in_window END AS basis
  FROM (SELECT p.*, p.historic_value + (p.e).predicted_value::numeric(20,4) - p.acquisition_cost AS total_value FROM (%s) p) q$query$;
    value_from text := $query$SELECT percentile_disc(ARRAY(SELECT d / 10.0 FROM generate_series(9, 1, -1) AS d)::double precision[]
                       || ARRAY(SELECT t.top_share FROM %I.value_tier t WHERE t.top_share IS NOT NULL ORDER BY t.position))
          WITHIN GROUP (ORDER BY v.basis DESC) FROM %s v$query$;
    query text := $query$
WITH %3$scut AS MATERIALIZED (
    SELECT f.value_from, f.value_from[1:9] AS deciles
      FROM (SELECT (%4$s) AS value_from OFFSET 0) f),
tier AS MATERIALIZED (
    SELECT t.position, t.tier, lag(t.tier) OVER upward AS next_tier, lag(t.minimum) OVER upward AS next_minimum,
           GREATEST(t.minimum, CASE WHEN t.top_share IS NOT NULL THEN (SELECT c.value_from FROM cut c)[9 + count(t.top_share) OVER upward] END) AS lowest
      FROM %1$I.value_tier t WINDOW upward AS (ORDER BY t.position))
SELECT c.customer_id, c.historic_value::numeric(20,4) AS historic_value, (c.e).predicted_value::numeric(20,4) AS predicted_value,
       c.total_value::numeric(20,4) AS total_value, (c.e).p_alive, (c.e).expected_orders,
       (c.e).expected_spend::numeric(20,4) AS expected_order_value, (c.e).expected_next_order_on,
       CASE WHEN c.is_rated THEN (c.e).churn_risk END AS churn_risk,
       CASE WHEN NOT c.is_rated THEN 'unknown' WHEN (c.e).churn_risk < s.clv_churn_low THEN 'low' WHEN (c.e).churn_risk > s.clv_churn_high THEN 'high' ELSE 'medium' END AS churn_risk_band,
       CASE WHEN NOT c.is_rated THEN 99 WHEN (c.e).churn_risk < s.clv_churn_low THEN 1 WHEN (c.e).churn_risk > s.clv_churn_high THEN 3 ELSE 2 END AS churn_risk_rank,
       10 - width_bucket(c.basis, d.deciles) AS value_decile,
       COALESCE(t.tier, 'none') AS value_tier,
       COALESCE(t.position, 99) AS value_tier_rank,
       CASE WHEN t.position IS NULL THEN (SELECT l.tier FROM tier l ORDER BY l.position DESC LIMIT 1) ELSE t.next_tier END AS next_tier,
       (CASE WHEN t.position IS NULL THEN (SELECT l.minimum FROM %1$I.value_tier l ORDER BY l.position DESC LIMIT 1) ELSE t.next_minimum END
        - c.basis)::numeric(20,4) AS to_next_tier,
       (c.i).orders_low, (c.i).orders_high, (c.i).value_low::numeric(20,4) AS value_low, (c.i).value_high::numeric(20,4) AS value_high,
       c.acquisition_cost::numeric(20,4) AS acquisition_cost, (c.e).n, (c.e).reliable
  FROM (SELECT v.*, (SELECT min(u.position) FROM tier u WHERE u.lowest IS NULL OR v.basis >= u.lowest) AS tier_position
          FROM %2$s v) c
 CROSS JOIN cut d
 CROSS JOIN (SELECT s.clv_churn_low, s.clv_churn_high FROM %1$I.settings s LIMIT 1) s
  LEFT JOIN tier t ON t.position = c.tier_position$query$;
    cost text := CASE WHEN has_cost THEN 'COALESCE(k.acquisition_cost, 0)' ELSE '0::numeric' END;
    everybody text := customer_segments.workspace_population(workspace);
BEGIN
    IF has_cost OR has_channel THEN
        IF customer_segments.source_has(source, 'orders') THEN
            key := customer_segments.source_key_like(source, 'customers', 'customer_id', key, 'orders');
        END IF;
        known := customer_segments.source_key(source, 'customers', 'customer_id', 'r.customer_id');
    END IF;
    IF has_cost THEN
        costs := format(E'\n  LEFT JOIN (SELECT %s AS customer_id, max(r.acquisition_cost)::numeric AS acquisition_cost FROM %I.customers r '
                        'WHERE %s AND r.acquisition_cost >= 0 AND r.acquisition_cost < 1e16 GROUP BY 1) k '
                        'ON k.customer_id %s o.customer_id',
                        key, source, known, customer_segments.key_equals(key_type));
    END IF;
    PERFORM customer_segments.workspace_add_cut_point(workspace, 'shop_mean', 'double precision[]', mean,
        'customer_value: mean value and yearly number of orders of all customers, toward which the fallback draws; null while a reliable model answers', ARRAY[fit]);
    -- the lowest value of the first nine deciles from below, then of each tier that goes by share
    PERFORM customer_segments.workspace_add_cut_point(workspace, 'value_from', 'numeric[]',
        format(value_from, workspace, format('(' || valued || ')', format(estimates, workspace, everybody, '(' || mean || ')', costs, cost))),
        'customer_value: by the setting value_tier_by, the lowest value of deciles 9 to 1, then of each tier with a top_share by position',
        ARRAY[fit, format('(SELECT sum(hash_record_extended(t, 0)) FROM %I.value_tier t)', workspace)]);
    PERFORM customer_segments.workspace_add_cut_view(workspace, 'customer_value',
        'one row a customer with an order that counts: what the customer has been and will be worth',
        ARRAY[['customer_id', 'the customer'],
              ['historic_value', 'revenue less refunds so far, times clv_margin'],
              ['predicted_value', 'expected value of the next clv_horizon_days, times clv_margin, discounted; 0 while nobody has ordered on a second day'],
              ['total_value', 'historic_value plus predicted_value less acquisition_cost'],
              ['p_alive', 'probability that the customer has not lapsed, 0..1; null without a reliable model'],
              ['expected_orders', 'expected order days of the next clv_horizon_days'],
              ['expected_order_value', 'expected value of one of them, before the margin'],
              ['expected_next_order_on', 'the day by which the next order is as likely as not while the customer stays; null where that is more than a hundred years away'],
              ['churn_risk', 'probability of no order within clv_churn_days, 0..1; null without a reliable model on the shop''s first day'],
              ['churn_risk_band', 'low, medium or high, by clv_churn_low and clv_churn_high; unknown where churn_risk is null'],
              ['churn_risk_rank', 'sort key: 1 low, 2 medium, 3 high, 99 unknown'],
              ['value_decile', '1 (the best tenth) to 10, by the setting value_tier_by; equals share one'],
              ['value_tier', 'tier by the rules of value_tier; none if no rule fits'],
              ['value_tier_rank', 'sort key: position of the rule; 99 none'],
              ['next_tier', 'the tier above; null in the highest'],
              ['to_next_tier', 'how much more of value_tier_by leads there; null where that tier goes by share alone'],
              ['orders_low', 'lower bound of the number of orders in clv_horizon_days; null without a reliable model'],
              ['orders_high', 'upper bound of it: the interval holds with probability clv_level'],
              ['value_low', 'lower bound of their value, discounted as predicted_value is'],
              ['value_high', 'upper bound of it'],
              ['acquisition_cost', 'what the customer cost to win; 0 where the sources do not say'],
              ['n', 'orders that count'],
              ['reliable', 'whether models fitted to enough customers answered; false: the fallback did, order value times yearly rate']],
        format(query, workspace, 'everybody',
            format(E'everybody AS MATERIALIZED (\n    %s),\n', format(valued, format(estimates, workspace, everybody, '(' || mean || ')', costs, cost))),
            format(value_from, workspace, 'everybody')),
        format(query, workspace,
            format('(' || valued || ')', format(estimates, workspace, format('%I.customer_orders', workspace), customer_segments.workspace_cut_point(workspace, 'shop_mean'), costs, cost)), '',
            customer_segments.workspace_cut_point(workspace, 'value_from')));
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'value_tier', 'customer_value', 'value_tier', 'value_tier_rank',
        'tier by customer value; prospect: no order yet', 'prospect', 100);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'churn_risk_band', 'customer_value', 'churn_risk_band', 'churn_risk_rank',
        'low, medium or high risk of no order within clv_churn_days; unknown: on the shop''s first day; prospect: no order yet', 'prospect', 4);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'predicted_value', 'customer_value', 'predicted_value',
        'expected value of the next clv_horizon_days', '0');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'total_value', 'customer_value', 'total_value',
        'historic and predicted value less the cost of winning the customer', '0');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'p_alive', 'customer_value', 'p_alive',
        'probability that the customer has not lapsed; null without a reliable model');

    IF has_channel THEN
        channels := format(E'\n  LEFT JOIN (SELECT %s AS customer_id, min(r.acquisition_channel::text) AS channel FROM %I.customers r '
                           'WHERE %s GROUP BY 1) k ON k.customer_id %s v.customer_id',
                           key, source, known, customer_segments.key_equals(key_type));
    END IF;
    PERFORM customer_segments.workspace_add_view(workspace, 'value_by_acquisition_channel',
        'one row an acquisition channel that brought a buyer: what its customers are worth and what they cost',
        ARRAY[['acquisition_channel', 'the channel; unknown where the sources do not say'],
              ['customers', 'its customers with an order that counts'],
              ['orders', 'their orders that count'],
              ['historic_value', 'sum over them'],
              ['predicted_value', 'sum over them'],
              ['acquisition_cost', 'sum over them'],
              ['total_value', 'sum over them'],
              ['average_total_value', 'total_value / customers'],
              ['value_to_cost', '(historic_value + predicted_value) / acquisition_cost; null without a cost'],
              ['reliable', 'whether every estimate in it is']],
        format($query$
SELECT g.acquisition_channel, g.customers, g.orders, g.historic_value, g.predicted_value, g.acquisition_cost, g.total_value,
       (g.total_value / g.customers)::numeric(20,4) AS average_total_value,
       ((g.historic_value + g.predicted_value) / NULLIF(g.acquisition_cost, 0))::numeric(20,4) AS value_to_cost, g.reliable
  FROM (SELECT COALESCE(NULLIF(%3$s, ''), 'unknown') AS acquisition_channel, count(*) AS customers, sum(v.n)::bigint AS orders,
               sum(v.historic_value)::numeric(20,4) AS historic_value, sum(v.predicted_value)::numeric(20,4) AS predicted_value,
               sum(v.acquisition_cost)::numeric(20,4) AS acquisition_cost, sum(v.total_value)::numeric(20,4) AS total_value,
               bool_and(v.reliable) AS reliable
          FROM %1$I.customer_value v%2$s
         GROUP BY 1) g
 ORDER BY g.total_value DESC, g.acquisition_channel$query$, workspace, channels, CASE WHEN has_channel THEN 'k.channel' ELSE 'NULL::text' END));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_40_customer_value(name, name) IS
'part of create_workspace: the views customer_value and value_by_acquisition_channel';
