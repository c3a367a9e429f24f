-- beta_prior: how a share differs between customers, and shares of few facts shrunk toward it.  Page: doc/beta_prior.md

CREATE TYPE beta_prior AS (
    alpha double precision,
    beta double precision,
    customers bigint,
    log_likelihood double precision,
    identified boolean
);
COMMENT ON TYPE beta_prior IS 'beta distribution of a share over the customers: mean alpha / (alpha + beta), weight alpha + beta in trials; identified: false if customers differ by no more than chance, then the weight is the largest, 1000000';

CREATE FUNCTION beta_prior(alpha double precision, beta double precision) RETURNS beta_prior
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(alpha, beta, NULL, NULL, NULL)::customer_segments.beta_prior;
COMMENT ON FUNCTION beta_prior(double precision, double precision) IS 'a prior as given, not fitted';

CREATE FUNCTION shrunk_share(successes bigint, trials bigint, prior beta_prior) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION shrunk_share(bigint, bigint, beta_prior)
    IS '(successes + alpha) / (trials + alpha + beta): the share to expect of a customer with so many successes among so many trials; null if an argument is null';

CREATE FUNCTION beta_prior_step(state bytea, successes bigint, trials bigint) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION beta_prior_step(bytea, bigint, bigint) IS 'transition of beta_prior_fit; not for direct use';
CREATE FUNCTION beta_prior_combine(state bytea, other bytea) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION beta_prior_combine(bytea, bytea) IS 'combine function of beta_prior_fit; not for direct use';
CREATE FUNCTION beta_prior_final(state bytea) RETURNS beta_prior
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION beta_prior_final(bytea) IS 'final function of beta_prior_fit; not for direct use';

CREATE AGGREGATE beta_prior_fit(successes bigint, trials bigint) (
    SFUNC = beta_prior_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = beta_prior_final, COMBINEFUNC = beta_prior_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE beta_prior_fit(bigint, bigint)
    IS 'the prior that makes the customers'' counts most likely (beta-binomial), one row a customer; rows with a null or without trials are skipped, none at all gives null; the same in any order of rows';
