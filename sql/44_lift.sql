-- lift: what a treatment did, against a hold-out.  Page: doc/lift.md

CREATE TYPE lift_result AS (
    treated_n bigint,
    holdout_n bigint,
    treated double precision,
    holdout double precision,
    difference double precision,
    difference_low double precision,
    difference_high double precision,
    ratio double precision,
    ratio_low double precision,
    ratio_high double precision,
    p_value double precision,
    reliable boolean
);
COMMENT ON TYPE lift_result IS 'mean or share of both groups, their difference and ratio with intervals, and the p value of no difference; null where undefined: an empty group, a hold-out at zero, outcomes all alike; reliable: the groups are large enough for the approximations';

CREATE FUNCTION lift_combine(state bytea, other bytea) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION lift_combine(bytea, bytea) IS 'combine function of lift; not for direct use';
CREATE FUNCTION lift_final(state bytea) RETURNS lift_result
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION lift_final(bytea) IS 'final function of lift; not for direct use';

CREATE FUNCTION lift_step(state bytea, is_treated boolean, converted boolean) RETURNS bytea
    AS 'MODULE_PATHNAME', 'lift_step_share' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION lift_step(bytea, boolean, boolean) IS 'transition of lift; not for direct use';
CREATE AGGREGATE lift(is_treated boolean, converted boolean) (
    SFUNC = lift_step, STYPE = bytea, SSPACE = 160,
    FINALFUNC = lift_final, COMBINEFUNC = lift_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lift(boolean, boolean)
    IS 'share of converted among treated and held-out customers, with 95 % intervals and the p value of the two-proportion z test; one row a customer; rows with a null are skipped';

CREATE FUNCTION lift_step(state bytea, is_treated boolean, converted boolean, confidence double precision) RETURNS bytea
    AS 'MODULE_PATHNAME', 'lift_step_share' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION lift_step(bytea, boolean, boolean, double precision) IS 'transition of lift; not for direct use';
CREATE AGGREGATE lift(is_treated boolean, converted boolean, confidence double precision) (
    SFUNC = lift_step, STYPE = bytea, SSPACE = 160,
    FINALFUNC = lift_final, COMBINEFUNC = lift_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lift(boolean, boolean, double precision)
    IS 'the same, with intervals of this confidence, between 0 and 1, the same for all rows';

CREATE FUNCTION lift_step(state bytea, is_treated boolean, outcome double precision) RETURNS bytea
    AS 'MODULE_PATHNAME', 'lift_step_mean' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION lift_step(bytea, boolean, double precision) IS 'transition of lift; not for direct use';
CREATE AGGREGATE lift(is_treated boolean, outcome double precision) (
    SFUNC = lift_step, STYPE = bytea, SSPACE = 160,
    FINALFUNC = lift_final, COMBINEFUNC = lift_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lift(boolean, double precision)
    IS 'mean outcome, such as revenue, of treated and held-out customers, with 95 % intervals and the p value of Welch''s t test; one row a customer; rows with a null are skipped; the same bits in any order of rows';

CREATE FUNCTION lift_step(state bytea, is_treated boolean, outcome double precision, confidence double precision) RETURNS bytea
    AS 'MODULE_PATHNAME', 'lift_step_mean' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION lift_step(bytea, boolean, double precision, double precision) IS 'transition of lift; not for direct use';
CREATE AGGREGATE lift(is_treated boolean, outcome double precision, confidence double precision) (
    SFUNC = lift_step, STYPE = bytea, SSPACE = 160,
    FINALFUNC = lift_final, COMBINEFUNC = lift_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE lift(boolean, double precision, double precision)
    IS 'the same, with intervals of this confidence, between 0 and 1, the same for all rows';
