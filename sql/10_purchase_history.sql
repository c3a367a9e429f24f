-- purchase_history: the type and what it answers.  Page: doc/purchase_history.md

CREATE TYPE purchase_history;

CREATE FUNCTION purchase_history_in(text cstring) RETURNS purchase_history
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_in(cstring) IS 'text input of purchase_history';
CREATE FUNCTION purchase_history_out(history purchase_history) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_out(purchase_history) IS 'text output of purchase_history';
CREATE FUNCTION purchase_history_recv(message internal) RETURNS purchase_history
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_recv(internal) IS 'binary input of purchase_history';
CREATE FUNCTION purchase_history_send(history purchase_history) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_send(purchase_history) IS 'binary output of purchase_history';

CREATE TYPE purchase_history (
    INPUT = purchase_history_in, OUTPUT = purchase_history_out,
    RECEIVE = purchase_history_recv, SEND = purchase_history_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended
);
COMMENT ON TYPE purchase_history IS 'when one customer bought and what was paid and refunded, day by day, exact; built by purchase_history_agg';

CREATE FUNCTION purchase_history_eq(a purchase_history, b purchase_history) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_eq(purchase_history, purchase_history) IS 'true if both histories are the same in every day and digit';
CREATE FUNCTION purchase_history_ne(a purchase_history, b purchase_history) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_ne(purchase_history, purchase_history) IS 'true if the histories differ';
CREATE OPERATOR = (LEFTARG = purchase_history, RIGHTARG = purchase_history, FUNCTION = purchase_history_eq,
                   COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR = (purchase_history, purchase_history) IS 'the same history';
CREATE OPERATOR <> (LEFTARG = purchase_history, RIGHTARG = purchase_history, FUNCTION = purchase_history_ne,
                    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (purchase_history, purchase_history) IS 'not the same history';

CREATE FUNCTION purchase_history_concat(a purchase_history, b purchase_history) RETURNS purchase_history
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_history_concat(purchase_history, purchase_history) IS 'both histories added up';
CREATE OPERATOR || (LEFTARG = purchase_history, RIGHTARG = purchase_history, FUNCTION = purchase_history_concat,
                    COMMUTATOR = ||);
COMMENT ON OPERATOR || (purchase_history, purchase_history) IS 'both histories added up';

CREATE FUNCTION is_purchase(amount numeric) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION is_purchase(numeric)
    IS 'whether an amount is an order (> 0) or a refund (< 0) and not zero; the cheap form of amount <> 0 for a pass over all orders';

-- Each answer in three forms: of the whole, as known at the end of the day as_of, of the days [from_day, to_day).

CREATE FUNCTION order_count(history purchase_history) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION order_count(purchase_history) IS 'number of orders that count: placed, and not fully refunded';

CREATE FUNCTION order_count(history purchase_history, as_of date) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION order_count(purchase_history, date) IS 'number of orders that count: placed, and not fully refunded; as known at the end of the day as_of';

CREATE FUNCTION order_count(history purchase_history, from_day date, to_day date) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION order_count(purchase_history, date, date) IS 'number of orders that count: placed, and not fully refunded; of the days from from_day up to, not including, to_day';

CREATE FUNCTION orders_placed(history purchase_history) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION orders_placed(purchase_history) IS 'number of orders, fully refunded ones too';

CREATE FUNCTION orders_placed(history purchase_history, as_of date) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION orders_placed(purchase_history, date) IS 'number of orders, fully refunded ones too; as known at the end of the day as_of';

CREATE FUNCTION orders_placed(history purchase_history, from_day date, to_day date) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION orders_placed(purchase_history, date, date) IS 'number of orders, fully refunded ones too; of the days from from_day up to, not including, to_day';

CREATE FUNCTION order_days(history purchase_history) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION order_days(purchase_history) IS 'number of days with an order that counts';

CREATE FUNCTION order_days(history purchase_history, as_of date) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION order_days(purchase_history, date) IS 'number of days with an order that counts; as known at the end of the day as_of';

CREATE FUNCTION order_days(history purchase_history, from_day date, to_day date) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION order_days(purchase_history, date, date) IS 'number of days with an order that counts; of the days from from_day up to, not including, to_day';

CREATE FUNCTION revenue(history purchase_history) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION revenue(purchase_history) IS 'what was paid, gross of refunds, exact to the last digit';

CREATE FUNCTION revenue(history purchase_history, as_of date) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION revenue(purchase_history, date) IS 'what was paid, gross of refunds, exact to the last digit; as known at the end of the day as_of';

CREATE FUNCTION revenue(history purchase_history, from_day date, to_day date) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION revenue(purchase_history, date, date) IS 'what was paid, gross of refunds, exact to the last digit; of the days from from_day up to, not including, to_day';

CREATE FUNCTION refunds(history purchase_history) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION refunds(purchase_history) IS 'what was given back, on the days it was booked; not negative';

CREATE FUNCTION refunds(history purchase_history, as_of date) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION refunds(purchase_history, date) IS 'what was given back, on the days it was booked; not negative; as known at the end of the day as_of';

CREATE FUNCTION refunds(history purchase_history, from_day date, to_day date) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION refunds(purchase_history, date, date) IS 'what was given back, on the days it was booked; not negative; of the days from from_day up to, not including, to_day';

CREATE FUNCTION net_revenue(history purchase_history) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION net_revenue(purchase_history) IS 'revenue less refunds';

CREATE FUNCTION net_revenue(history purchase_history, as_of date) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION net_revenue(purchase_history, date) IS 'revenue less refunds; as known at the end of the day as_of';

CREATE FUNCTION net_revenue(history purchase_history, from_day date, to_day date) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION net_revenue(purchase_history, date, date) IS 'revenue less refunds; of the days from from_day up to, not including, to_day';

CREATE FUNCTION average_order_value(history purchase_history) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION average_order_value(purchase_history) IS 'net revenue by order that counts; null if there is none';

CREATE FUNCTION average_order_value(history purchase_history, as_of date) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION average_order_value(purchase_history, date) IS 'net revenue by order that counts; null if there is none; as known at the end of the day as_of';

CREATE FUNCTION average_order_value(history purchase_history, from_day date, to_day date) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION average_order_value(purchase_history, date, date) IS 'net revenue by order that counts; null if there is none; of the days from from_day up to, not including, to_day';

CREATE FUNCTION first_order_on(history purchase_history) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_order_on(purchase_history) IS 'local day of the first order that counts; null if there is none';

CREATE FUNCTION first_order_on(history purchase_history, as_of date) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_order_on(purchase_history, date) IS 'local day of the first order that counts; null if there is none; as known at the end of the day as_of';

CREATE FUNCTION first_order_on(history purchase_history, from_day date, to_day date) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_order_on(purchase_history, date, date) IS 'local day of the first order that counts; null if there is none; of the days from from_day up to, not including, to_day';

CREATE FUNCTION last_order_on(history purchase_history) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_order_on(purchase_history) IS 'local day of the last order that counts; null if there is none';

CREATE FUNCTION last_order_on(history purchase_history, as_of date) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_order_on(purchase_history, date) IS 'local day of the last order that counts; null if there is none; as known at the end of the day as_of';

CREATE FUNCTION last_order_on(history purchase_history, from_day date, to_day date) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_order_on(purchase_history, date, date) IS 'local day of the last order that counts; null if there is none; of the days from from_day up to, not including, to_day';

CREATE FUNCTION first_order_at(history purchase_history) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_order_at(purchase_history) IS 'instant of the first order that counts; where only its day is known, midnight UTC of it; null if there is none';

CREATE FUNCTION first_order_at(history purchase_history, as_of date) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_order_at(purchase_history, date) IS 'instant of the first order that counts; where only its day is known, midnight UTC of it; null if there is none; as known at the end of the day as_of';

CREATE FUNCTION first_order_at(history purchase_history, from_day date, to_day date) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_order_at(purchase_history, date, date) IS 'instant of the first order that counts; where only its day is known, midnight UTC of it; null if there is none; of the days from from_day up to, not including, to_day';

CREATE FUNCTION last_order_at(history purchase_history) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_order_at(purchase_history) IS 'instant of the last order that counts; where only its day is known, midnight UTC of it; null if there is none';

CREATE FUNCTION last_order_at(history purchase_history, as_of date) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_order_at(purchase_history, date) IS 'instant of the last order that counts; where only its day is known, midnight UTC of it; null if there is none; as known at the end of the day as_of';

CREATE FUNCTION last_order_at(history purchase_history, from_day date, to_day date) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_order_at(purchase_history, date, date) IS 'instant of the last order that counts; where only its day is known, midnight UTC of it; null if there is none; of the days from from_day up to, not including, to_day';

CREATE FUNCTION order_gaps(history purchase_history) RETURNS integer[]
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION order_gaps(purchase_history) IS 'days between each day with an order that counts and the next; empty below two such days';

CREATE FUNCTION order_gaps(history purchase_history, as_of date) RETURNS integer[]
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION order_gaps(purchase_history, date) IS 'days between each day with an order that counts and the next; empty below two such days; as known at the end of the day as_of';

CREATE FUNCTION order_gaps(history purchase_history, from_day date, to_day date) RETURNS integer[]
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION order_gaps(purchase_history, date, date) IS 'days between each day with an order that counts and the next; empty below two such days; of the days from from_day up to, not including, to_day';

CREATE FUNCTION unnest(history purchase_history, OUT day date, OUT orders bigint, OUT revenue numeric, OUT refunds numeric, OUT orders_placed bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'purchase_history_unnest' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 10;
COMMENT ON FUNCTION unnest(purchase_history) IS 'one row for each day with an order or a refund, in order';

-- unnest with more than one argument in FROM is the server's own syntax for several arrays: the other two forms need a name.

CREATE FUNCTION purchase_days(history purchase_history, as_of date, OUT day date, OUT orders bigint, OUT revenue numeric, OUT refunds numeric, OUT orders_placed bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'purchase_history_unnest' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 10;
COMMENT ON FUNCTION purchase_days(purchase_history, date) IS 'one row for each day with an order or a refund, in order; as known at the end of the day as_of';

CREATE FUNCTION purchase_days(history purchase_history, from_day date, to_day date, OUT day date, OUT orders bigint, OUT revenue numeric, OUT refunds numeric, OUT orders_placed bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'purchase_history_unnest' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 10;
COMMENT ON FUNCTION purchase_days(purchase_history, date, date) IS 'one row for each day with an order or a refund, in order; of the days from from_day up to, not including, to_day';

CREATE FUNCTION btyd_summary(history purchase_history, as_of date, unit text DEFAULT 'week',
    OUT frequency bigint, OUT recency double precision, OUT t double precision, OUT monetary_value double precision) RETURNS record
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION btyd_summary(purchase_history, date, text)
    IS 'what purchase models take of a customer at the end of the day as_of: repeat order days, first to last order and first order to as_of in units (second, hour, day, week, month, year), mean revenue of the repeat order days (0 if none); null before the first order';
