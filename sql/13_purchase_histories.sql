-- purchase_histories: the histories of a whole population in one pass.  Page: doc/purchase_histories.md

CREATE FUNCTION purchase_histories(purchases regclass, customer_id_type anyelement, time_zone text DEFAULT 'UTC',
    with_history boolean DEFAULT true,
    OUT customer_id anyelement, OUT orders bigint, OUT orders_placed bigint, OUT order_days bigint,
    OUT first_order_at timestamptz, OUT last_order_at timestamptz, OUT first_order_on date, OUT last_order_on date,
    OUT revenue numeric, OUT refunds numeric, OUT net_revenue numeric, OUT history purchase_history,
    OUT last_at timestamptz)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME' LANGUAGE c STABLE CALLED ON NULL INPUT PARALLEL RESTRICTED COST 1000000 ROWS 1000;
COMMENT ON FUNCTION purchase_histories(regclass, anyelement, text, boolean)
    IS 'one row for each customer of a relation with the columns customer_id, at (timestamptz), amount (numeric) and, optionally, voided_at (timestamptz): what purchase_history_agg and its accessors give, several times faster for a whole population; customer_id_type is any value of customer_id''s type, null will do; history is null if with_history is false; last_at is the instant of the last order or refund, whatever became of it; a relation with the columns customer_id and history gives the figures of each of its rows, last_at null; reads with the caller''s rights; rows with a null customer_id, at or amount are skipped';
