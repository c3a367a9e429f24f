-- What a model says of one customer.  Pages: doc/clv.md and one a family

CREATE FUNCTION clv_log_likelihood(model clv_model, frequency bigint, recency double precision, t double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clv_log_likelihood(clv_model, bigint, double precision, double precision, double precision[])
    IS 'log-likelihood of this history; whatever the family of the order model; null where the model has no estimate';
CREATE FUNCTION clv_p_alive(model clv_model, frequency bigint, recency double precision, t double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clv_p_alive(clv_model, bigint, double precision, double precision, double precision[])
    IS 'probability, 0 to 1, that the customer has not lapsed by t; whatever the family of the order model; null where the model has no estimate';
CREATE FUNCTION clv_expected_purchases(model clv_model, frequency bigint, recency double precision, t double precision, horizon double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION clv_expected_purchases(clv_model, bigint, double precision, double precision, double precision, double precision[])
    IS 'expected purchases in the time from t to t + horizon; whatever the family of the order model; null where the model has no estimate';
CREATE FUNCTION clv_expected_purchases(model clv_model, horizon double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME', 'clv_expected_purchases_new' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION clv_expected_purchases(clv_model, double precision, double precision[])
    IS 'expected repeat purchases of a new customer within horizon of the first purchase; whatever the family of the order model; null where the model has no estimate';
CREATE FUNCTION clv_purchase_probability(model clv_model, frequency bigint, recency double precision, t double precision, horizon double precision, n bigint, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION clv_purchase_probability(clv_model, bigint, double precision, double precision, double precision, bigint, double precision[])
    IS 'probability of exactly n purchases in the time from t to t + horizon; whatever the family of the order model; null where the model has no estimate';
CREATE FUNCTION clv_purchase_probability(model clv_model, horizon double precision, n bigint, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME', 'clv_purchase_probability_new' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION clv_purchase_probability(clv_model, double precision, bigint, double precision[])
    IS 'probability of exactly n repeat purchases of a new customer within horizon of the first purchase; whatever the family of the order model; null where the model has no estimate';
CREATE FUNCTION clv_discounted_purchases(model clv_model, frequency bigint, recency double precision, t double precision, discount_rate double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION clv_discounted_purchases(clv_model, bigint, double precision, double precision, double precision, double precision[])
    IS 'expected purchases of the whole future; discounted continuously at discount_rate > 0 per time unit, for bg_bb by opportunity; null where the model has no estimate';
CREATE FUNCTION clv_purchase_quantile(model clv_model, frequency bigint, recency double precision, t double precision, horizon double precision, probability double precision, covariates double precision[] DEFAULT '{}') RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION clv_purchase_quantile(clv_model, bigint, double precision, double precision, double precision, double precision, double precision[])
    IS 'the smallest number of purchases in the time from t to t + horizon that is not exceeded with at least this probability; null above 1000000 and where the model has no estimate';
CREATE FUNCTION clv_discounted_purchases(model clv_model, frequency bigint, recency double precision, t double precision, period double precision, periods integer, discount_rate double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME', 'clv_discounted_purchases_by_period' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION clv_discounted_purchases(clv_model, bigint, double precision, double precision, double precision, integer, double precision, double precision[])
    IS 'expected purchases of the next periods, those of the k-th discounted by (1 + discount_rate)^-k; null where the model has no estimate';

CREATE FUNCTION bg_nbd_log_likelihood(model clv_model, frequency bigint, recency double precision, t double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bg_nbd_log_likelihood(clv_model, bigint, double precision, double precision, double precision[])
    IS 'log-likelihood of this history under BG/NBD; null where the model has no estimate';
CREATE FUNCTION bg_nbd_p_alive(model clv_model, frequency bigint, recency double precision, t double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bg_nbd_p_alive(clv_model, bigint, double precision, double precision, double precision[])
    IS 'probability, 0 to 1, that the customer has not lapsed by t under BG/NBD; null where the model has no estimate';
CREATE FUNCTION bg_nbd_expected_purchases(model clv_model, frequency bigint, recency double precision, t double precision, horizon double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION bg_nbd_expected_purchases(clv_model, bigint, double precision, double precision, double precision, double precision[])
    IS 'expected purchases in the time from t to t + horizon under BG/NBD; null where the model has no estimate';
CREATE FUNCTION bg_nbd_expected_purchases(model clv_model, horizon double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME', 'bg_nbd_expected_purchases_new' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION bg_nbd_expected_purchases(clv_model, double precision, double precision[])
    IS 'expected repeat purchases of a new customer within horizon of the first purchase under BG/NBD; null where the model has no estimate';
CREATE FUNCTION bg_nbd_purchase_probability(model clv_model, frequency bigint, recency double precision, t double precision, horizon double precision, n bigint, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION bg_nbd_purchase_probability(clv_model, bigint, double precision, double precision, double precision, bigint, double precision[])
    IS 'probability of exactly n purchases in the time from t to t + horizon under BG/NBD; null where the model has no estimate';
CREATE FUNCTION bg_nbd_purchase_probability(model clv_model, horizon double precision, n bigint, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME', 'bg_nbd_purchase_probability_new' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION bg_nbd_purchase_probability(clv_model, double precision, bigint, double precision[])
    IS 'probability of exactly n repeat purchases of a new customer within horizon of the first purchase under BG/NBD; null where the model has no estimate';
CREATE FUNCTION bg_nbd_discounted_purchases(model clv_model, frequency bigint, recency double precision, t double precision, discount_rate double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION bg_nbd_discounted_purchases(clv_model, bigint, double precision, double precision, double precision, double precision[])
    IS 'expected purchases of the whole future; discounted continuously at discount_rate > 0 per time unit; null where the model has no estimate';

CREATE FUNCTION mbg_nbd_log_likelihood(model clv_model, frequency bigint, recency double precision, t double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mbg_nbd_log_likelihood(clv_model, bigint, double precision, double precision, double precision[])
    IS 'log-likelihood of this history under MBG/NBD; null where the model has no estimate';
CREATE FUNCTION mbg_nbd_p_alive(model clv_model, frequency bigint, recency double precision, t double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mbg_nbd_p_alive(clv_model, bigint, double precision, double precision, double precision[])
    IS 'probability, 0 to 1, that the customer has not lapsed by t under MBG/NBD; null where the model has no estimate';
CREATE FUNCTION mbg_nbd_expected_purchases(model clv_model, frequency bigint, recency double precision, t double precision, horizon double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION mbg_nbd_expected_purchases(clv_model, bigint, double precision, double precision, double precision, double precision[])
    IS 'expected purchases in the time from t to t + horizon under MBG/NBD; null where the model has no estimate';
CREATE FUNCTION mbg_nbd_expected_purchases(model clv_model, horizon double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME', 'mbg_nbd_expected_purchases_new' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION mbg_nbd_expected_purchases(clv_model, double precision, double precision[])
    IS 'expected repeat purchases of a new customer within horizon of the first purchase under MBG/NBD; null where the model has no estimate';
CREATE FUNCTION mbg_nbd_purchase_probability(model clv_model, frequency bigint, recency double precision, t double precision, horizon double precision, n bigint, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION mbg_nbd_purchase_probability(clv_model, bigint, double precision, double precision, double precision, bigint, double precision[])
    IS 'probability of exactly n purchases in the time from t to t + horizon under MBG/NBD; null where the model has no estimate';
CREATE FUNCTION mbg_nbd_purchase_probability(model clv_model, horizon double precision, n bigint, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME', 'mbg_nbd_purchase_probability_new' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION mbg_nbd_purchase_probability(clv_model, double precision, bigint, double precision[])
    IS 'probability of exactly n repeat purchases of a new customer within horizon of the first purchase under MBG/NBD; null where the model has no estimate';
CREATE FUNCTION mbg_nbd_discounted_purchases(model clv_model, frequency bigint, recency double precision, t double precision, discount_rate double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION mbg_nbd_discounted_purchases(clv_model, bigint, double precision, double precision, double precision, double precision[])
    IS 'expected purchases of the whole future; discounted continuously at discount_rate > 0 per time unit; null where the model has no estimate';

CREATE FUNCTION pareto_nbd_log_likelihood(model clv_model, frequency bigint, recency double precision, t double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pareto_nbd_log_likelihood(clv_model, bigint, double precision, double precision, double precision[])
    IS 'log-likelihood of this history under Pareto/NBD; null where the model has no estimate';
CREATE FUNCTION pareto_nbd_p_alive(model clv_model, frequency bigint, recency double precision, t double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pareto_nbd_p_alive(clv_model, bigint, double precision, double precision, double precision[])
    IS 'probability, 0 to 1, that the customer has not lapsed by t under Pareto/NBD; null where the model has no estimate';
CREATE FUNCTION pareto_nbd_expected_purchases(model clv_model, frequency bigint, recency double precision, t double precision, horizon double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION pareto_nbd_expected_purchases(clv_model, bigint, double precision, double precision, double precision, double precision[])
    IS 'expected purchases in the time from t to t + horizon under Pareto/NBD; null where the model has no estimate';
CREATE FUNCTION pareto_nbd_expected_purchases(model clv_model, horizon double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME', 'pareto_nbd_expected_purchases_new' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION pareto_nbd_expected_purchases(clv_model, double precision, double precision[])
    IS 'expected repeat purchases of a new customer within horizon of the first purchase under Pareto/NBD; null where the model has no estimate';
CREATE FUNCTION pareto_nbd_purchase_probability(model clv_model, frequency bigint, recency double precision, t double precision, horizon double precision, n bigint, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION pareto_nbd_purchase_probability(clv_model, bigint, double precision, double precision, double precision, bigint, double precision[])
    IS 'probability of exactly n purchases in the time from t to t + horizon under Pareto/NBD; null where the model has no estimate';
CREATE FUNCTION pareto_nbd_purchase_probability(model clv_model, horizon double precision, n bigint, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME', 'pareto_nbd_purchase_probability_new' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION pareto_nbd_purchase_probability(clv_model, double precision, bigint, double precision[])
    IS 'probability of exactly n repeat purchases of a new customer within horizon of the first purchase under Pareto/NBD; null where the model has no estimate';
CREATE FUNCTION pareto_nbd_discounted_purchases(model clv_model, frequency bigint, recency double precision, t double precision, discount_rate double precision, covariates double precision[] DEFAULT '{}') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION pareto_nbd_discounted_purchases(clv_model, bigint, double precision, double precision, double precision, double precision[])
    IS 'expected purchases of the whole future; discounted continuously at discount_rate > 0 per time unit; null where the model has no estimate';

CREATE FUNCTION bg_bb_log_likelihood(model clv_model, frequency bigint, recency double precision, n double precision) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bg_bb_log_likelihood(clv_model, bigint, double precision, double precision)
    IS 'log-likelihood of this history under BG/BB, by opportunity n; null where the model has no estimate';
CREATE FUNCTION bg_bb_p_alive(model clv_model, frequency bigint, recency double precision, n double precision) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bg_bb_p_alive(clv_model, bigint, double precision, double precision)
    IS 'probability, 0 to 1, that the customer has not lapsed by t under BG/BB, by opportunity n; null where the model has no estimate';
CREATE FUNCTION bg_bb_expected_purchases(model clv_model, frequency bigint, recency double precision, n double precision, horizon double precision) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION bg_bb_expected_purchases(clv_model, bigint, double precision, double precision, double precision)
    IS 'expected purchases in the time from t to t + horizon under BG/BB, by opportunity n; null where the model has no estimate';
CREATE FUNCTION bg_bb_expected_purchases(model clv_model, horizon double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'bg_bb_expected_purchases_new' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION bg_bb_expected_purchases(clv_model, double precision)
    IS 'expected repeat purchases of a new customer within horizon of the first purchase under BG/BB, by opportunity n; null where the model has no estimate';
CREATE FUNCTION bg_bb_purchase_probability(model clv_model, frequency bigint, recency double precision, n double precision, horizon double precision, purchases bigint) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION bg_bb_purchase_probability(clv_model, bigint, double precision, double precision, double precision, bigint)
    IS 'probability of exactly this number of purchases in the time from t to t + horizon under BG/BB, by opportunity n; null where the model has no estimate';
CREATE FUNCTION bg_bb_purchase_probability(model clv_model, horizon double precision, purchases bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'bg_bb_purchase_probability_new' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION bg_bb_purchase_probability(clv_model, double precision, bigint)
    IS 'probability of exactly this number of repeat purchases of a new customer within horizon of the first purchase under BG/BB, by opportunity n; null where the model has no estimate';
CREATE FUNCTION bg_bb_discounted_purchases(model clv_model, frequency bigint, recency double precision, n double precision, discount_rate double precision) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION bg_bb_discounted_purchases(clv_model, bigint, double precision, double precision, double precision)
    IS 'expected purchases of the whole future; discounted by (1 + discount_rate)^-k at the k-th next opportunity; null where the model has no estimate';
CREATE FUNCTION bg_bb_p_alive_next(model clv_model, frequency bigint, recency double precision, n double precision) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bg_bb_p_alive_next(clv_model, bigint, double precision, double precision)
    IS 'probability of being alive at opportunity n + 1, which the paper calls P(alive); null where the model has no estimate';

CREATE FUNCTION gamma_gamma_log_likelihood(model clv_model, frequency bigint, monetary_value double precision) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gamma_gamma_log_likelihood(clv_model, bigint, double precision)
    IS 'log-likelihood of this mean value of frequency purchases, 0 for frequency 0; null where the model has no estimate';
CREATE FUNCTION gamma_gamma_expected_spend(model clv_model, frequency bigint, monetary_value double precision) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gamma_gamma_expected_spend(clv_model, bigint, double precision)
    IS 'expected mean value of the purchases of a customer with frequency repeat purchases of this mean value; frequency 0 (monetary_value is then ignored) is a customer of whom nothing is known; null where the distribution has no mean or the model no estimate';
CREATE FUNCTION gamma_gamma_spend_variance(model clv_model, frequency bigint, monetary_value double precision) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gamma_gamma_spend_variance(clv_model, bigint, double precision)
    IS 'variance of that mean value; null where there is none';
CREATE FUNCTION gamma_gamma_spend_quantile(model clv_model, frequency bigint, monetary_value double precision, probability double precision) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gamma_gamma_spend_quantile(clv_model, bigint, double precision, double precision)
    IS 'the value that the customers mean stays below with this probability, above 0 and below 1';
CREATE FUNCTION gamma_gamma_total_probability(model clv_model, frequency bigint, monetary_value double precision, purchases bigint, total double precision) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gamma_gamma_total_probability(clv_model, bigint, double precision, bigint, double precision)
    IS 'probability that the next purchases sum to at most total';
