-- clv_model: a fitted or given customer model.  Page: doc/clv.md

CREATE TYPE clv_model;

CREATE FUNCTION clv_model_in(text cstring) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clv_model_in(cstring)
    IS 'text input of clv_model';
CREATE FUNCTION clv_model_out(model clv_model) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clv_model_out(clv_model)
    IS 'text output of clv_model';
CREATE FUNCTION clv_model_recv(message internal) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clv_model_recv(internal)
    IS 'binary input of clv_model';
CREATE FUNCTION clv_model_send(model clv_model) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clv_model_send(clv_model)
    IS 'binary output of clv_model';

CREATE TYPE clv_model (
    INPUT = clv_model_in, OUTPUT = clv_model_out,
    RECEIVE = clv_model_recv, SEND = clv_model_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = plain
);
COMMENT ON TYPE clv_model IS 'an order model (bg_nbd, mbg_nbd, pareto_nbd, bg_bb), a spend model (gamma_gamma) or one of each, with parameters, standard errors and how the fit went; its text form is JSON';

CREATE FUNCTION bg_nbd_model(r double precision, alpha double precision, a double precision, b double precision, unit text DEFAULT 'week') RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bg_nbd_model(double precision, double precision, double precision, double precision, text)
    IS 'a BG/NBD model with given parameters; alpha in the time unit';
CREATE FUNCTION mbg_nbd_model(r double precision, alpha double precision, a double precision, b double precision, unit text DEFAULT 'week') RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mbg_nbd_model(double precision, double precision, double precision, double precision, text)
    IS 'an MBG/NBD model with given parameters; alpha in the time unit';
CREATE FUNCTION pareto_nbd_model(r double precision, alpha double precision, s double precision, beta double precision, unit text DEFAULT 'week') RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pareto_nbd_model(double precision, double precision, double precision, double precision, text)
    IS 'a Pareto/NBD model with given parameters; alpha and beta in the time unit';
CREATE FUNCTION bg_bb_model(alpha double precision, beta double precision, gamma double precision, delta double precision) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bg_bb_model(double precision, double precision, double precision, double precision)
    IS 'a BG/BB model with given parameters';
CREATE FUNCTION gamma_gamma_model(p double precision, q double precision, v double precision) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gamma_gamma_model(double precision, double precision, double precision)
    IS 'a Gamma-Gamma spend model with given parameters; v in money';
CREATE FUNCTION clv_model(orders clv_model, spend clv_model) RETURNS clv_model
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clv_model(clv_model, clv_model)
    IS 'the order model of one and the spend model of the other as one model';
CREATE FUNCTION orders_part(model clv_model) RETURNS clv_model
    AS 'MODULE_PATHNAME', 'clv_model_orders_part' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION orders_part(clv_model)
    IS 'the order model alone; null if there is none';
CREATE FUNCTION spend_part(model clv_model) RETURNS clv_model
    AS 'MODULE_PATHNAME', 'clv_model_spend_part' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION spend_part(clv_model)
    IS 'the spend model alone; null if there is none';
CREATE FUNCTION family(model clv_model) RETURNS text
    AS 'MODULE_PATHNAME', 'clv_model_family' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION family(clv_model)
    IS 'bg_nbd, mbg_nbd, pareto_nbd, bg_bb or gamma_gamma; of the order model, or of the spend model if there is no other';
CREATE FUNCTION status(model clv_model) RETURNS text
    AS 'MODULE_PATHNAME', 'clv_model_status' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION status(clv_model)
    IS 'how the fit ended: interior (a proper maximum), boundary (the likelihood is flat or rises towards a limit; estimates are usable, standard errors null), too_few (fewer repeat customers than parameters: no estimate), not_converged, or given; of the order model, or of the spend model if there is no other';
CREATE FUNCTION log_likelihood(model clv_model) RETURNS double precision
    AS 'MODULE_PATHNAME', 'clv_model_log_likelihood' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION log_likelihood(clv_model)
    IS 'log-likelihood at the estimate, without the penalty; null where there is none; of the order model, or of the spend model if there is no other';
CREATE FUNCTION penalty(model clv_model) RETURNS double precision
    AS 'MODULE_PATHNAME', 'clv_model_penalty' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION penalty(clv_model)
    IS 'the penalty of the fit; of the order model, or of the spend model if there is no other';
CREATE FUNCTION customers(model clv_model) RETURNS bigint
    AS 'MODULE_PATHNAME', 'clv_model_customers' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customers(clv_model)
    IS 'customers in the fit; of the order model, or of the spend model if there is no other';
CREATE FUNCTION repeat_customers(model clv_model) RETURNS bigint
    AS 'MODULE_PATHNAME', 'clv_model_repeat_customers' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repeat_customers(clv_model)
    IS 'customers with a repeat purchase in the fit; of the order model, or of the spend model if there is no other';
CREATE FUNCTION iterations(model clv_model) RETURNS integer
    AS 'MODULE_PATHNAME', 'clv_model_iterations' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION iterations(clv_model)
    IS 'evaluations of the likelihood that the fit took; of the order model, or of the spend model if there is no other';
CREATE FUNCTION time_unit(model clv_model) RETURNS text
    AS 'MODULE_PATHNAME', 'clv_model_time_unit' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION time_unit(clv_model)
    IS 'the time unit of alpha and beta, and of recency, t and horizons; null if the fit was not told';
CREATE FUNCTION fitted_from(model clv_model) RETURNS date
    AS 'MODULE_PATHNAME', 'clv_model_fitted_from' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION fitted_from(clv_model)
    IS 'day of the first order in the data; null if the fit was not told';
CREATE FUNCTION fitted_to(model clv_model) RETURNS date
    AS 'MODULE_PATHNAME', 'clv_model_fitted_to' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION fitted_to(clv_model)
    IS 'last day of the data; null if the fit was not told';
CREATE FUNCTION parameter(model clv_model, name text) RETURNS double precision
    AS 'MODULE_PATHNAME', 'clv_model_parameter' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION parameter(clv_model, text)
    IS 'a parameter by its name, for example alpha; null where there is no estimate';
CREATE FUNCTION parameters(model clv_model, OUT family text, OUT parameter text, OUT covariate text,
                           OUT estimate double precision, OUT standard_error double precision)
    RETURNS SETOF record AS 'MODULE_PATHNAME', 'clv_model_parameters' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION parameters(clv_model)
    IS 'every parameter, and every coefficient of a covariate on a parameter, with its standard error; null where there is none';
