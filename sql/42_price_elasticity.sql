-- price_elasticity: by how many percent the quantity changes when the price rises by one.  Page: doc/price_elasticity.md

CREATE TYPE price_elasticity_fit AS (
    elasticity double precision,
    std_error double precision,
    ci_low double precision,
    ci_high double precision,
    intercept double precision,
    r_squared double precision,
    promotion_effect double precision,
    promotion_std_error double precision,
    n bigint,
    degrees_of_freedom bigint,
    ignored bigint
);
COMMENT ON TYPE price_elasticity_fit IS 'ln quantity = intercept + elasticity * ln price + promotion_effect * promotion, by least squares, with standard errors and the t interval of the elasticity; null where undefined: one price only, no degree of freedom, no promotion; ignored: rows with a price or quantity not above zero';

CREATE FUNCTION price_elasticity_combine(state bytea, other bytea) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_elasticity_combine(bytea, bytea) IS 'combine function of price_elasticity; not for direct use';
CREATE FUNCTION price_elasticity_final(state bytea) RETURNS price_elasticity_fit
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION price_elasticity_final(bytea) IS 'final function of price_elasticity; not for direct use';

CREATE FUNCTION price_elasticity_step(state bytea, price double precision, quantity double precision) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_elasticity_step(bytea, double precision, double precision) IS 'transition of price_elasticity; not for direct use';
CREATE AGGREGATE price_elasticity(price double precision, quantity double precision) (
    SFUNC = price_elasticity_step, STYPE = bytea, SSPACE = 256,
    FINALFUNC = price_elasticity_final, COMBINEFUNC = price_elasticity_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_elasticity(double precision, double precision)
    IS 'price elasticity of demand with a 95 % interval, one row a price and the quantity sold at it; rows with a null are skipped, those not above zero ignored and counted; the same bits in any order of rows';

CREATE FUNCTION price_elasticity_step(state bytea, price double precision, quantity double precision, promotion boolean) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_elasticity_step(bytea, double precision, double precision, boolean) IS 'transition of price_elasticity; not for direct use';
CREATE AGGREGATE price_elasticity(price double precision, quantity double precision, promotion boolean) (
    SFUNC = price_elasticity_step, STYPE = bytea, SSPACE = 256,
    FINALFUNC = price_elasticity_final, COMBINEFUNC = price_elasticity_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_elasticity(double precision, double precision, boolean)
    IS 'the same, with the effect of promotions apart from that of the price; a null promotion is false';

CREATE FUNCTION price_elasticity_step(state bytea, price double precision, quantity double precision, promotion boolean, confidence double precision) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_elasticity_step(bytea, double precision, double precision, boolean, double precision) IS 'transition of price_elasticity; not for direct use';
CREATE AGGREGATE price_elasticity(price double precision, quantity double precision, promotion boolean, confidence double precision) (
    SFUNC = price_elasticity_step, STYPE = bytea, SSPACE = 256,
    FINALFUNC = price_elasticity_final, COMBINEFUNC = price_elasticity_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_elasticity(double precision, double precision, boolean, double precision)
    IS 'the same, with an interval of this confidence, between 0 and 1, the same for all rows';
