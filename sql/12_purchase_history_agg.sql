-- purchase_history_agg and rollup: building and merging histories.  Page: doc/purchase_history.md
--
-- Three kinds of time, three kinds of amount, each with and without a time zone: one C function serves both.

CREATE FUNCTION purchase_history_merge(state purchase_history, history purchase_history)
    RETURNS purchase_history AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_merge(purchase_history, purchase_history)
    IS 'combine function of purchase_history_agg and transition of rollup; not for direct use';

CREATE FUNCTION purchase_history_final(state purchase_history)
    RETURNS purchase_history AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_final(purchase_history)
    IS 'final function of purchase_history_agg and rollup; not for direct use';

CREATE AGGREGATE rollup(history purchase_history) (
    SFUNC = purchase_history_merge, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(purchase_history)
    IS 'one history of all: days added up exactly, the same bytes whatever the order; null histories are skipped, none at all gives null';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamptz, amount numeric)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamptz_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamptz, numeric)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamptz, amount numeric) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamptz, numeric)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the day is the local day in time_zone, here UTC; amounts exact at any scale; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamptz, amount numeric, time_zone text)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamptz_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamptz, numeric, text)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamptz, amount numeric, time_zone text) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamptz, numeric, text)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the day is the local day in time_zone; amounts exact at any scale; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamptz, amount bigint)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamptz_bigint' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamptz, bigint)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamptz, amount bigint) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamptz, bigint)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the day is the local day in time_zone, here UTC; amounts are whole numbers, for example minor units, and stay in that unit; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamptz, amount bigint, time_zone text)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamptz_bigint' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamptz, bigint, text)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamptz, amount bigint, time_zone text) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamptz, bigint, text)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the day is the local day in time_zone; amounts are whole numbers, for example minor units, and stay in that unit; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamptz, amount double precision)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamptz_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamptz, double precision)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamptz, amount double precision) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamptz, double precision)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the day is the local day in time_zone, here UTC; each amount is read as the shortest decimal that gives the same double; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamptz, amount double precision, time_zone text)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamptz_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamptz, double precision, text)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamptz, amount double precision, time_zone text) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamptz, double precision, text)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the day is the local day in time_zone; each amount is read as the shortest decimal that gives the same double; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamp, amount numeric)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamp_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamp, numeric)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamp, amount numeric) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamp, numeric)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; ordered_at is a local time in time_zone, here UTC; amounts exact at any scale; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamp, amount numeric, time_zone text)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamp_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamp, numeric, text)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamp, amount numeric, time_zone text) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamp, numeric, text)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; ordered_at is a local time in time_zone; amounts exact at any scale; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamp, amount bigint)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamp_bigint' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamp, bigint)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamp, amount bigint) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamp, bigint)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; ordered_at is a local time in time_zone, here UTC; amounts are whole numbers, for example minor units, and stay in that unit; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamp, amount bigint, time_zone text)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamp_bigint' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamp, bigint, text)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamp, amount bigint, time_zone text) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamp, bigint, text)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; ordered_at is a local time in time_zone; amounts are whole numbers, for example minor units, and stay in that unit; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamp, amount double precision)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamp_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamp, double precision)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamp, amount double precision) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamp, double precision)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; ordered_at is a local time in time_zone, here UTC; each amount is read as the shortest decimal that gives the same double; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamp, amount double precision, time_zone text)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamp_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamp, double precision, text)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamp, amount double precision, time_zone text) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamp, double precision, text)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; ordered_at is a local time in time_zone; each amount is read as the shortest decimal that gives the same double; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_on date, amount numeric)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_date_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, date, numeric)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_on date, amount numeric) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(date, numeric)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the instant of an order is midnight in time_zone, here UTC; amounts exact at any scale; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_on date, amount numeric, time_zone text)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_date_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, date, numeric, text)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_on date, amount numeric, time_zone text) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(date, numeric, text)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the instant of an order is midnight in time_zone; amounts exact at any scale; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_on date, amount bigint)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_date_bigint' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, date, bigint)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_on date, amount bigint) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(date, bigint)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the instant of an order is midnight in time_zone, here UTC; amounts are whole numbers, for example minor units, and stay in that unit; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_on date, amount bigint, time_zone text)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_date_bigint' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, date, bigint, text)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_on date, amount bigint, time_zone text) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(date, bigint, text)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the instant of an order is midnight in time_zone; amounts are whole numbers, for example minor units, and stay in that unit; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_on date, amount double precision)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_date_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, date, double precision)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_on date, amount double precision) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(date, double precision)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the instant of an order is midnight in time_zone, here UTC; each amount is read as the shortest decimal that gives the same double; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_on date, amount double precision, time_zone text)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_date_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, date, double precision, text)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_on date, amount double precision, time_zone text) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(date, double precision, text)
    IS 'purchase history of the rows: amount >= 0 is an order, < 0 a refund on that day; the instant of an order is midnight in time_zone; each amount is read as the shortest decimal that gives the same double; rows with a null time or amount are skipped';

CREATE FUNCTION purchase_history_add(state purchase_history, ordered_at timestamptz, amount numeric, time_zone text, voided_at timestamptz)
    RETURNS purchase_history AS 'MODULE_PATHNAME', 'purchase_history_add_timestamptz_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_add(purchase_history, timestamptz, numeric, text, timestamptz)
    IS 'transition of purchase_history_agg; not for direct use';
CREATE AGGREGATE purchase_history_agg(ordered_at timestamptz, amount numeric, time_zone text, voided_at timestamptz) (
    SFUNC = purchase_history_add, STYPE = purchase_history, SSPACE = 160,
    FINALFUNC = purchase_history_final, COMBINEFUNC = purchase_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_history_agg(timestamptz, numeric, text, timestamptz)
    IS 'the same, where voided_at is the instant at which an order was fully refunded (null: it was not): from that local day on it counts as no order';
