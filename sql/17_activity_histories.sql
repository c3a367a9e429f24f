-- activity_histories: the activity histories of a whole population in one pass.  Page: doc/activity_histories.md

CREATE FUNCTION activity_histories_support(request internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'activity_histories_support';
COMMENT ON FUNCTION activity_histories_support(internal) IS
'planner support of activity_histories: a condition on the customer becomes its argument customers; rows and cost are those of reading the relation';

CREATE FUNCTION activity_histories(relation regclass, customer_id_type anyelement, time_zone text DEFAULT 'UTC',
    customers "any" DEFAULT NULL,
    OUT customer_id anyelement, OUT events bigint, OUT first_event_at timestamptz, OUT last_event_at timestamptz,
    OUT activity activity_history)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 1000000 ROWS 1000
    SUPPORT activity_histories_support;
COMMENT ON FUNCTION activity_histories(regclass, anyelement, text, "any")
    IS 'one row for each customer of a relation with the columns customer_id, at (timestamptz), kind (text) and, optionally, value (numeric), is_machine (boolean), channel (text): what count(*), min(at), max(at) and activity_history_agg give, faster for a whole population; customer_id_type is any value of customer_id''s type, null will do; customers is an array of the only ones to read, null for all, which a condition on customer_id does by itself; reads with the caller''s rights; rows with a null customer_id are skipped';
