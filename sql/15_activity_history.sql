-- activity_history: the type and what it answers.  Page: doc/activity_history.md

CREATE TYPE activity_history;

CREATE FUNCTION activity_history_in(text cstring) RETURNS activity_history
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_history_in(cstring) IS 'text input of activity_history';
CREATE FUNCTION activity_history_out(history activity_history) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_history_out(activity_history) IS 'text output of activity_history';
CREATE FUNCTION activity_history_recv(message internal) RETURNS activity_history
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_history_recv(internal) IS 'binary input of activity_history';
CREATE FUNCTION activity_history_send(history activity_history) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_history_send(activity_history) IS 'binary output of activity_history';

CREATE TYPE activity_history (
    INPUT = activity_history_in, OUTPUT = activity_history_out,
    RECEIVE = activity_history_recv, SEND = activity_history_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended
);
COMMENT ON TYPE activity_history IS 'how many events of which kind a customer had on which day and what they were worth, exact; built by activity_history_agg';

CREATE FUNCTION activity_history_eq(a activity_history, b activity_history) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_history_eq(activity_history, activity_history) IS 'true if both histories are the same in every day and digit';
CREATE FUNCTION activity_history_ne(a activity_history, b activity_history) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_history_ne(activity_history, activity_history) IS 'true if the histories differ';
CREATE OPERATOR = (LEFTARG = activity_history, RIGHTARG = activity_history, FUNCTION = activity_history_eq,
                   COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR = (activity_history, activity_history) IS 'the same history';
CREATE OPERATOR <> (LEFTARG = activity_history, RIGHTARG = activity_history, FUNCTION = activity_history_ne,
                    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (activity_history, activity_history) IS 'not the same history';

CREATE FUNCTION activity_history_concat(a activity_history, b activity_history) RETURNS activity_history
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_history_concat(activity_history, activity_history) IS 'both histories added up';
CREATE OPERATOR || (LEFTARG = activity_history, RIGHTARG = activity_history, FUNCTION = activity_history_concat,
                    COMMUTATOR = ||);
COMMENT ON OPERATOR || (activity_history, activity_history) IS 'both histories added up';

-- Each answer of the whole, of one kind, and of one kind on the days [from_day, to_day); a null kind or day restricts nothing.

CREATE FUNCTION event_count(history activity_history) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION event_count(activity_history) IS 'number of events';

CREATE FUNCTION event_count(history activity_history, kind text) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION event_count(activity_history, text) IS 'number of events; of one kind, null for any';

CREATE FUNCTION event_count(history activity_history, kind text, from_day date, to_day date) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION event_count(activity_history, text, date, date) IS 'number of events; of one kind, null for any, on the days from from_day up to, not including, to_day';

CREATE FUNCTION event_count(history activity_history, kind text, from_day date, to_day date, channel text) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION event_count(activity_history, text, date, date, text) IS 'number of events; of one kind, null for any, on the days from from_day up to, not including, to_day, in one channel, null for any, of a history that knows channels';

CREATE FUNCTION event_value(history activity_history) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION event_value(activity_history) IS 'sum of the values of events, exact';

CREATE FUNCTION event_value(history activity_history, kind text) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION event_value(activity_history, text) IS 'sum of the values of events, exact; of one kind, null for any';

CREATE FUNCTION event_value(history activity_history, kind text, from_day date, to_day date) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION event_value(activity_history, text, date, date) IS 'sum of the values of events, exact; of one kind, null for any, on the days from from_day up to, not including, to_day';

CREATE FUNCTION event_days(history activity_history) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION event_days(activity_history) IS 'number of days with an event';

CREATE FUNCTION event_days(history activity_history, kind text) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION event_days(activity_history, text) IS 'number of days with an event; of one kind, null for any';

CREATE FUNCTION event_days(history activity_history, kind text, from_day date, to_day date) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION event_days(activity_history, text, date, date) IS 'number of days with an event; of one kind, null for any, on the days from from_day up to, not including, to_day';

CREATE FUNCTION first_event_on(history activity_history) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_event_on(activity_history) IS 'day of the first event; null if there is none';

CREATE FUNCTION first_event_on(history activity_history, kind text) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_event_on(activity_history, text) IS 'day of the first event; null if there is none; of one kind, null for any';

CREATE FUNCTION first_event_on(history activity_history, kind text, from_day date, to_day date) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_event_on(activity_history, text, date, date) IS 'day of the first event; null if there is none; of one kind, null for any, on the days from from_day up to, not including, to_day';

CREATE FUNCTION last_event_on(history activity_history) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_event_on(activity_history) IS 'day of the last event; null if there is none';

CREATE FUNCTION last_event_on(history activity_history, kind text) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_event_on(activity_history, text) IS 'day of the last event; null if there is none; of one kind, null for any';

CREATE FUNCTION last_event_on(history activity_history, kind text, from_day date, to_day date) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_event_on(activity_history, text, date, date) IS 'day of the last event; null if there is none; of one kind, null for any, on the days from from_day up to, not including, to_day';

CREATE FUNCTION first_event_at(history activity_history) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_event_at(activity_history) IS 'instant of the first event; null if there is none, or for a history that knows days only';

CREATE FUNCTION first_event_at(history activity_history, kind text) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION first_event_at(activity_history, text) IS 'instant of the first event; null if there is none, or for a history that knows days only; of one kind, null for any';

CREATE FUNCTION last_event_at(history activity_history) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_event_at(activity_history) IS 'instant of the last event; null if there is none, or for a history that knows days only';

CREATE FUNCTION last_event_at(history activity_history, kind text) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_event_at(activity_history, text) IS 'instant of the last event; null if there is none, or for a history that knows days only; of one kind, null for any';

CREATE FUNCTION unnest(history activity_history, OUT day date, OUT kind text, OUT events bigint, OUT value numeric,
                       OUT channel text, OUT first_at timestamptz, OUT last_at timestamptz)
    RETURNS SETOF record AS 'MODULE_PATHNAME', 'activity_history_unnest' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 50;
COMMENT ON FUNCTION unnest(activity_history) IS 'one row a day, kind and channel with an event: how many, and the sum of their values; channel and instants null if they are not known';

CREATE FUNCTION event_channels(history activity_history, kinds text[] DEFAULT NULL, from_day date DEFAULT NULL, to_day date DEFAULT NULL, absent text DEFAULT NULL)
    RETURNS affinity AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION event_channels(activity_history, text[], date, date, text)
    IS 'affinity of events by channel, each of weight 1: of these kinds, null for any, on the days from from_day up to, not including, to_day; those without a channel as absent, null to leave them out; null if there are none';
