-- van_westendorp, gabor_granger, price_test: prices out of surveys and tests.  Page: doc/price_research.md

CREATE TYPE van_westendorp_result AS (
    lower_bound double precision,
    upper_bound double precision,
    indifference double precision,
    optimum double precision,
    n_used bigint,
    n_dropped bigint,
    prices numeric[],
    too_cheap bigint[],
    cheap bigint[],
    expensive bigint[],
    too_expensive bigint[]
);
COMMENT ON TYPE van_westendorp_result IS 'price sensitivity meter: the four points in the unit of the prices, null without usable answers; the distinct prices, ascending, and how many of the n_used respondents find each of them (too) cheap or (too) expensive';

CREATE FUNCTION van_westendorp_combine(state bytea, other bytea) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION van_westendorp_combine(bytea, bytea) IS 'combine function of van_westendorp; not for direct use';
CREATE FUNCTION van_westendorp_final(state bytea) RETURNS van_westendorp_result
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION van_westendorp_final(bytea) IS 'final function of van_westendorp; not for direct use';

CREATE FUNCTION van_westendorp_step(state bytea, too_cheap numeric, cheap numeric, expensive numeric, too_expensive numeric) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION van_westendorp_step(bytea, numeric, numeric, numeric, numeric) IS 'transition of van_westendorp; not for direct use';
CREATE AGGREGATE van_westendorp(too_cheap numeric, cheap numeric, expensive numeric, too_expensive numeric) (
    SFUNC = van_westendorp_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = van_westendorp_final, COMBINEFUNC = van_westendorp_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE van_westendorp(numeric, numeric, numeric, numeric)
    IS 'price sensitivity meter of the answers, one row a respondent: used if 0 <= too_cheap < cheap < expensive < too_expensive, else dropped and counted; rows of four nulls are skipped; the same in any order of rows';

CREATE FUNCTION van_westendorp_step(state bytea, too_cheap double precision, cheap double precision, expensive double precision, too_expensive double precision) RETURNS bytea
    AS 'MODULE_PATHNAME', 'van_westendorp_step_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION van_westendorp_step(bytea, double precision, double precision, double precision, double precision) IS 'transition of van_westendorp; not for direct use';
CREATE AGGREGATE van_westendorp(too_cheap double precision, cheap double precision, expensive double precision, too_expensive double precision) (
    SFUNC = van_westendorp_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = van_westendorp_final, COMBINEFUNC = van_westendorp_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE van_westendorp(double precision, double precision, double precision, double precision)
    IS 'price sensitivity meter of the answers, one row a respondent: used if 0 <= too_cheap < cheap < expensive < too_expensive, else dropped and counted; rows of four nulls are skipped; the same in any order of rows';

CREATE FUNCTION van_westendorp_curves(result van_westendorp_result)
    RETURNS TABLE (price numeric, too_cheap double precision, cheap double precision, not_cheap double precision,
                   expensive double precision, not_expensive double precision, too_expensive double precision)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT c.price, c.too_cheap / n.used, c.cheap / n.used, (n.used - c.cheap) / n.used,
           c.expensive / n.used, (n.used - c.expensive) / n.used, c.too_expensive / n.used
    FROM ROWS FROM (pg_catalog.unnest((result).prices), pg_catalog.unnest((result).too_cheap), pg_catalog.unnest((result).cheap),
                    pg_catalog.unnest((result).expensive), pg_catalog.unnest((result).too_expensive))
             AS c (price, too_cheap, cheap, expensive, too_expensive),
         (SELECT (result).n_used::double precision AS used) AS n
    ORDER BY c.price;
END;
COMMENT ON FUNCTION van_westendorp_curves(van_westendorp_result) IS 'the curves of a price sensitivity meter, one row a distinct price, shares 0 .. 1; no rows for null or without usable answers';

CREATE TYPE gabor_granger_result AS (
    best_price numeric,
    best_demand double precision,
    best_revenue double precision,
    n_used bigint,
    n_dropped bigint,
    prices numeric[],
    asked bigint[],
    accepted bigint[],
    arc_elasticities double precision[]
);
COMMENT ON TYPE gabor_granger_result IS 'demand by price: the price that brings most per person asked, the share 0 .. 1 that accepts it and what it brings; the distinct prices, ascending, with the numbers of people asked and accepting, and the arc elasticity from each price to the next';

CREATE FUNCTION gabor_granger_combine(state bytea, other bytea) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION gabor_granger_combine(bytea, bytea) IS 'combine function of gabor_granger; not for direct use';
CREATE FUNCTION gabor_granger_final(state bytea) RETURNS gabor_granger_result
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION gabor_granger_final(bytea) IS 'final function of gabor_granger; not for direct use';

CREATE FUNCTION gabor_granger_step(state bytea, price numeric, accepts boolean) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION gabor_granger_step(bytea, numeric, boolean) IS 'transition of gabor_granger; not for direct use';
CREATE AGGREGATE gabor_granger(price numeric, accepts boolean) (
    SFUNC = gabor_granger_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = gabor_granger_final, COMBINEFUNC = gabor_granger_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gabor_granger(numeric, boolean)
    IS 'demand curve of the answers, one row a respondent and price: demand is the share of those asked that accepts the price; rows with a null or a negative price are dropped and counted; of equal revenues the lowest price is best';

CREATE FUNCTION gabor_granger_step(state bytea, price double precision, accepts boolean) RETURNS bytea
    AS 'MODULE_PATHNAME', 'gabor_granger_step_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION gabor_granger_step(bytea, double precision, boolean) IS 'transition of gabor_granger; not for direct use';
CREATE AGGREGATE gabor_granger(price double precision, accepts boolean) (
    SFUNC = gabor_granger_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = gabor_granger_final, COMBINEFUNC = gabor_granger_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gabor_granger(double precision, boolean)
    IS 'demand curve of the answers, one row a respondent and price: demand is the share of those asked that accepts the price; rows with a null or a negative price are dropped and counted; of equal revenues the lowest price is best';

CREATE FUNCTION gabor_granger_highest_final(state bytea) RETURNS gabor_granger_result
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION gabor_granger_highest_final(bytea) IS 'final function of gabor_granger of highest prices; not for direct use';
CREATE FUNCTION gabor_granger_step(state bytea, highest numeric) RETURNS bytea
    AS 'MODULE_PATHNAME', 'gabor_granger_step' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION gabor_granger_step(bytea, numeric) IS 'transition of gabor_granger; not for direct use';
CREATE AGGREGATE gabor_granger(highest numeric) (
    SFUNC = gabor_granger_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = gabor_granger_highest_final, COMBINEFUNC = gabor_granger_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gabor_granger(numeric)
    IS 'the same of one row a respondent, with the highest price that is accepted, 0 for none: demand at a price is the share that accepts it or more; rows with a null or a negative price are dropped and counted';
CREATE FUNCTION gabor_granger_step(state bytea, highest double precision) RETURNS bytea
    AS 'MODULE_PATHNAME', 'gabor_granger_step_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION gabor_granger_step(bytea, double precision) IS 'transition of gabor_granger; not for direct use';
CREATE AGGREGATE gabor_granger(highest double precision) (
    SFUNC = gabor_granger_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = gabor_granger_highest_final, COMBINEFUNC = gabor_granger_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gabor_granger(double precision)
    IS 'the same of one row a respondent, with the highest price that is accepted, 0 for none: demand at a price is the share that accepts it or more; rows with a null or a negative price are dropped and counted';
CREATE FUNCTION gabor_granger_curve(result gabor_granger_result)
    RETURNS TABLE (price numeric, asked bigint, accepted bigint, demand double precision, revenue_per_head double precision,
                   arc_elasticity double precision)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT c.price, c.asked, c.accepted, c.accepted / c.asked::double precision, c.price::double precision * c.accepted / c.asked, c.arc
    FROM ROWS FROM (pg_catalog.unnest((result).prices), pg_catalog.unnest((result).asked), pg_catalog.unnest((result).accepted),
                    pg_catalog.unnest((result).arc_elasticities)) AS c (price, asked, accepted, arc)
    ORDER BY c.price;
END;
COMMENT ON FUNCTION gabor_granger_curve(gabor_granger_result) IS 'the demand curve, one row a distinct price: share 0 .. 1 that accepts it, revenue per person asked, arc elasticity to the next price, null after the last';

CREATE TYPE price_test_result AS (
    control_n bigint,
    treated_n bigint,
    control_conversion double precision,
    treated_conversion double precision,
    conversion_difference double precision,
    conversion_low double precision,
    conversion_high double precision,
    control_revenue_per_head double precision,
    treated_revenue_per_head double precision,
    revenue_difference double precision,
    revenue_low double precision,
    revenue_high double precision,
    revenue_std_error double precision,
    degrees_of_freedom double precision,
    n_dropped bigint
);
COMMENT ON TYPE price_test_result IS 'two prices compared: people, shares of buyers 0 .. 1 and revenue per head in both groups, treated less control with intervals; null where a group has no people, or too few for an interval';

CREATE FUNCTION price_test_combine(state bytea, other bytea) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_test_combine(bytea, bytea) IS 'combine function of price_test; not for direct use';
CREATE FUNCTION price_test_final(state bytea) RETURNS price_test_result
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION price_test_final(bytea) IS 'final function of price_test; not for direct use';

CREATE FUNCTION price_test_step(state bytea, treated boolean, revenue numeric) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_test_step(bytea, boolean, numeric) IS 'transition of price_test; not for direct use';
CREATE AGGREGATE price_test(treated boolean, revenue numeric) (
    SFUNC = price_test_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = price_test_final, COMBINEFUNC = price_test_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_test(boolean, numeric)
    IS 'a price tested on some people, one row a person who saw a price: difference in conversion (revenue above zero) and in revenue per head, with 95 % intervals; a null revenue is zero, rows with null treated are dropped and counted';

CREATE FUNCTION price_test_step(state bytea, treated boolean, revenue numeric, confidence double precision) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_test_step(bytea, boolean, numeric, double precision) IS 'transition of price_test; not for direct use';
CREATE AGGREGATE price_test(treated boolean, revenue numeric, confidence double precision) (
    SFUNC = price_test_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = price_test_final, COMBINEFUNC = price_test_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_test(boolean, numeric, double precision)
    IS 'a price tested on some people, one row a person who saw a price: difference in conversion (revenue above zero) and in revenue per head, with intervals of this confidence, between 0 and 1, the same for all rows; a null revenue is zero, rows with null treated are dropped and counted';

CREATE FUNCTION price_test_step(state bytea, treated boolean, revenue double precision) RETURNS bytea
    AS 'MODULE_PATHNAME', 'price_test_step_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_test_step(bytea, boolean, double precision) IS 'transition of price_test; not for direct use';
CREATE AGGREGATE price_test(treated boolean, revenue double precision) (
    SFUNC = price_test_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = price_test_final, COMBINEFUNC = price_test_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_test(boolean, double precision)
    IS 'a price tested on some people, one row a person who saw a price: difference in conversion (revenue above zero) and in revenue per head, with 95 % intervals; a null revenue is zero, rows with null treated are dropped and counted';

CREATE FUNCTION price_test_step(state bytea, treated boolean, revenue double precision, confidence double precision) RETURNS bytea
    AS 'MODULE_PATHNAME', 'price_test_step_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION price_test_step(bytea, boolean, double precision, double precision) IS 'transition of price_test; not for direct use';
CREATE AGGREGATE price_test(treated boolean, revenue double precision, confidence double precision) (
    SFUNC = price_test_step, STYPE = bytea, SSPACE = 4096,
    FINALFUNC = price_test_final, COMBINEFUNC = price_test_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE price_test(boolean, double precision, double precision)
    IS 'a price tested on some people, one row a person who saw a price: difference in conversion (revenue above zero) and in revenue per head, with intervals of this confidence, between 0 and 1, the same for all rows; a null revenue is zero, rows with null treated are dropped and counted';
