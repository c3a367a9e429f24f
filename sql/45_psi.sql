-- psi: how far two distributions over the same classes are apart.  Page: doc/psi.md

CREATE FUNCTION psi_step(state bytea, before bigint, after bigint) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION psi_step(bytea, bigint, bigint) IS 'transition of psi; not for direct use';
CREATE FUNCTION psi_combine(state bytea, other bytea) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION psi_combine(bytea, bytea) IS 'combine function of psi; not for direct use';
CREATE FUNCTION psi_final(state bytea) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION psi_final(bytea) IS 'final function of psi; not for direct use';
CREATE AGGREGATE psi(before bigint, after bigint) (
    SFUNC = psi_step, STYPE = bytea, SSPACE = 848,
    FINALFUNC = psi_final, COMBINEFUNC = psi_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE psi(bigint, bigint)
    IS 'population stability index, sum of (q - p) ln(q / p), of two distributions; one row a class with its members before and after; a null is 0, a class empty on one side counts as half a member there; null if a side is empty as a whole; the same bits in any order of rows';
