-- funnel_steps: the deepest step of a whole population in one pass.  Page: doc/funnel.md

CREATE FUNCTION funnel_steps(relation regclass, customer_id_type anyelement, steps text[], within interval DEFAULT NULL,
    mode text DEFAULT 'loose',
    OUT customer_id anyelement, OUT funnel_step integer)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 1000000 ROWS 1000;
COMMENT ON FUNCTION funnel_steps(regclass, anyelement, text[], interval, text)
    IS 'one row for each customer of a relation with the columns customer_id, at (timestamptz) and kind (text): what the aggregate funnel_step gives, faster for a whole population; customer_id_type is any value of customer_id''s type, null will do; reads with the caller''s rights; rows with a null customer_id are skipped, customers without any step have 0';
