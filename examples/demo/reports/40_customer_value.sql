-- What customers are worth: the fitted model in words, predicted against actual in a hold-out, tiers, whom to keep.
SELECT count(customer_segments.fit_clv('segments')) AS fits \gset
SELECT title('Customer value', format('a model of buying and spending, fitted to %s', counted(customers, 'customer')))
FROM segments.clv_models WHERE is_current;

SELECT note('model', format('%s, status %s, %s with more than one order day%s', family, status, counted(repeat_customers, 'customer'),
    CASE WHEN reliable THEN '' ELSE ': too few to rely on, values are order value times yearly rate' END))
FROM segments.clv_models WHERE is_current
UNION ALL SELECT note('orders', format('a customer who stays buys on %s days a year in the mean',
    round((parameter(model, 'r') / parameter(model, 'alpha') * 365 / time_unit_days(time_unit(model)))::numeric, 1)))
FROM segments.clv_models WHERE is_current AND reliable
UNION ALL SELECT note('chosen', replace(replace(reason, 'largest log-likelihood of the orders', 'likeliest for the orders'),
    ' by models fitted to the time before:', ', log-likelihoods')) FROM segments.clv_models WHERE is_current;

SELECT format_type(atttypid, atttypmod) AS key_type FROM pg_attribute WHERE attrelid = 'segments.purchases'::regclass AND attname = 'customer_id' \gset
SELECT last_day, last_day - (last_day - first_day) / 3 AS cut
FROM (SELECT (SELECT until_day - 1 FROM segments.as_of) AS last_day, min(first_order_on) AS first_day FROM segments.customer_orders) AS s \gset
SELECT paint(format('    fitted up to %s, held against the orders up to %s', :'cut', :'last_day'), '2')
UNION ALL SELECT paint('    tenth     customers    predicted order days       actual', '2');
SELECT format('    %s %s %s %s', rpad(c.decile::text, 5), lpad(number(c.customers), 13), lpad(to_char(c.predicted, 'FM999,999,990.0'), 23), lpad(number(c.actual), 12))
FROM (SELECT fitted FROM clv_backtest('segments.purchases', NULL:::key_type, :'cut', :'last_day',
          (SELECT family FROM segments.clv_models WHERE is_current))) AS b,
    LATERAL clv_calibration('segments.purchases', NULL:::key_type, :'cut', :'last_day', b.fitted) AS c
WHERE b.fitted IS NOT NULL ORDER BY c.decile;

SELECT title('Value tiers', 'by value so far and of the next year');
SELECT paint('    tier          customers        so far     next year  no order in 90 days', '2');
SELECT format('    %s %12s %13s %13s %20s', fit(value_tier, 10), number(count(*)), number(round(sum(historic_value))), number(round(sum(predicted_value))),
    percent(avg(churn_risk)))
FROM segments.customer_value GROUP BY value_tier, value_tier_rank ORDER BY value_tier_rank;

SELECT title('The ten most worth keeping', 'next year''s value times churn risk');
SELECT paint('        ' || rpad('customer', 17) || 'orders      so far   next year  P(alive)  next order', '2');
WITH kept AS (
    SELECT *, row_number() OVER (ORDER BY predicted_value * churn_risk DESC, customer_id) AS place FROM segments.customer_value
)
SELECT format('    %2s  %s %6s %11s %11s %9s  %s', place, paint(fit(coalesce(to_jsonb(c) ->> 'name', k.customer_id::text), 16), '1'), n,
    number(round(historic_value)), number(round(predicted_value)), coalesce(percent(p_alive), '-'), coalesce(expected_next_order_on::text, '-'))
FROM kept AS k LEFT JOIN shop.customers AS c USING (customer_id) WHERE place <= 10 ORDER BY place;
