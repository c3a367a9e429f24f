-- clv_estimate: what a customer is worth by history and model.  Page: doc/clv_estimate.md

CREATE TYPE clv_estimate AS (
    historic_value double precision, predicted_value double precision, total_value double precision,
    p_alive double precision, expected_orders double precision, expected_spend double precision,
    expected_next_order_on date, churn_risk double precision,
    orders_low bigint, orders_high bigint, value_low double precision, value_high double precision,
    n bigint, reliable boolean);
COMMENT ON TYPE clv_estimate IS 'what a customer is worth, as clv_estimate() says';
COMMENT ON COLUMN clv_estimate.historic_value IS 'revenue less refunds so far, times the margin';
COMMENT ON COLUMN clv_estimate.predicted_value IS 'expected value of the orders within the horizon, times the margin, discounted';
COMMENT ON COLUMN clv_estimate.total_value IS 'historic_value plus predicted_value less the acquisition cost';
COMMENT ON COLUMN clv_estimate.p_alive IS 'probability, 0 to 1, that the customer has not lapsed; null without a model';
COMMENT ON COLUMN clv_estimate.expected_orders IS 'expected order days within the horizon';
COMMENT ON COLUMN clv_estimate.expected_spend IS 'expected value of one of them, before the margin';
COMMENT ON COLUMN clv_estimate.expected_next_order_on IS 'the day by which the next order is as likely as not while the customer stays; null where that is more than a hundred years away';
COMMENT ON COLUMN clv_estimate.churn_risk IS 'probability, 0 to 1, of no order within churn_days';
COMMENT ON COLUMN clv_estimate.orders_low IS 'lower bound of the number of orders within the horizon; null without a model or level';
COMMENT ON COLUMN clv_estimate.orders_high IS 'upper bound of it';
COMMENT ON COLUMN clv_estimate.value_low IS 'lower bound of the value within the horizon, discounted as the prediction is; null without a model or level';
COMMENT ON COLUMN clv_estimate.value_high IS 'upper bound of it';
COMMENT ON COLUMN clv_estimate.n IS 'orders that count, which the estimate rests on';
COMMENT ON COLUMN clv_estimate.reliable IS 'whether an order model and a spend model answered, fitted to enough repeat customers; false: the fallback did';

CREATE FUNCTION clv_estimate(history purchase_history, model clv_model, horizon double precision DEFAULT 365,
    discount_rate double precision DEFAULT 0.10, margin double precision DEFAULT 1,
    as_of date DEFAULT ((customer_segments.as_of() AT TIME ZONE 'UTC') - interval '1 microsecond')::date,
    acquisition_cost double precision DEFAULT 0, level double precision DEFAULT 0.8, churn_days double precision DEFAULT 90,
    shop_order_value double precision DEFAULT NULL, shop_yearly_orders double precision DEFAULT NULL,
    shop_weight double precision DEFAULT 3, min_repeat_customers bigint DEFAULT 100)
    RETURNS clv_estimate
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION clv_estimate(purchase_history, clv_model, double precision, double precision, double precision, date, double precision, double precision, double precision, double precision, double precision, double precision, bigint)
    IS 'what a customer is worth at the end of the day as_of: horizon in days, discount_rate a year (orders of each month at its end), margin 0 to 1 of the revenue, intervals that hold with probability level (0 or null: none, several times faster); a null model, one that did not converge or one fitted to fewer than min_repeat_customers gives the fallback: own rate and value of orders shrunk toward the shop''s, which weigh as much as shop_weight orders; null where no order counts by then';

CREATE FUNCTION p_alive(history purchase_history, model clv_model,
    as_of date DEFAULT ((customer_segments.as_of() AT TIME ZONE 'UTC') - interval '1 microsecond')::date)
    RETURNS double precision LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
    RETURN (customer_segments.clv_estimate(history, model, as_of => as_of, level => NULL, min_repeat_customers => 0)).p_alive;
COMMENT ON FUNCTION p_alive(purchase_history, clv_model, date)
    IS 'probability, 0 to 1, that the customer has not lapsed by the end of the day as_of; null where the model has no estimate or no order counts by then';
CREATE FUNCTION expected_orders(history purchase_history, model clv_model, horizon double precision DEFAULT 365,
    as_of date DEFAULT ((customer_segments.as_of() AT TIME ZONE 'UTC') - interval '1 microsecond')::date)
    RETURNS double precision LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
    RETURN (customer_segments.clv_estimate(history, model, horizon, as_of => as_of, level => NULL, min_repeat_customers => 0)).expected_orders;
COMMENT ON FUNCTION expected_orders(purchase_history, clv_model, double precision, date)
    IS 'expected order days within horizon days after the day as_of; without an estimate of the model the customer''s own rate; null where no order counts by then';
CREATE FUNCTION expected_spend(history purchase_history, model clv_model,
    as_of date DEFAULT ((customer_segments.as_of() AT TIME ZONE 'UTC') - interval '1 microsecond')::date)
    RETURNS double precision LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
    RETURN (customer_segments.clv_estimate(history, model, as_of => as_of, level => NULL, min_repeat_customers => 0)).expected_spend;
COMMENT ON FUNCTION expected_spend(purchase_history, clv_model, date)
    IS 'expected value of one order day to come; without an estimate of the model the customer''s own mean; null where no order counts by the end of the day as_of';
CREATE FUNCTION expected_next_order_on(history purchase_history, model clv_model,
    as_of date DEFAULT ((customer_segments.as_of() AT TIME ZONE 'UTC') - interval '1 microsecond')::date)
    RETURNS date LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
    RETURN (customer_segments.clv_estimate(history, model, as_of => as_of, level => NULL, min_repeat_customers => 0)).expected_next_order_on;
COMMENT ON FUNCTION expected_next_order_on(purchase_history, clv_model, date)
    IS 'the day by which the next order is as likely as not while the customer stays; null where that is more than a hundred years away';

CREATE FUNCTION time_unit_days(unit text) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION time_unit_days(text)
    IS 'length in days of second, hour, day, week, month (a twelfth of a year) or year (365.2425 days)';
CREATE FUNCTION clv_reliable(model clv_model, min_repeat_customers bigint DEFAULT 100) RETURNS boolean
    LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
    RETURN COALESCE((customer_segments.status(model) = 'given'
                     OR customer_segments.status(model) IN ('interior', 'boundary')
                        AND customer_segments.repeat_customers(model) >= min_repeat_customers)
                    AND customer_segments.family(model) <> 'gamma_gamma'
                    AND customer_segments.status(customer_segments.spend_part(model)) IN ('given', 'interior', 'boundary'), false);
COMMENT ON FUNCTION clv_reliable(clv_model, bigint)
    IS 'whether clv_estimate() uses both the order model and the spend model: given, or converged, the order model with at least min_repeat_customers; false for null';
