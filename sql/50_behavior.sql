-- event_sequence: what happened when; sessions, retention, times between events.  Page: doc/behavior.md

CREATE TYPE event_sequence;

CREATE FUNCTION event_sequence_in(text cstring) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION event_sequence_in(cstring) IS 'text input of event_sequence';
CREATE FUNCTION event_sequence_out(events event_sequence) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION event_sequence_out(event_sequence) IS 'text output of event_sequence';
CREATE FUNCTION event_sequence_recv(message internal) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION event_sequence_recv(internal) IS 'binary input of event_sequence';
CREATE FUNCTION event_sequence_send(events event_sequence) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION event_sequence_send(event_sequence) IS 'binary output of event_sequence';

CREATE TYPE event_sequence (
    INPUT = event_sequence_in, OUTPUT = event_sequence_out,
    RECEIVE = event_sequence_recv, SEND = event_sequence_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended
);
COMMENT ON TYPE event_sequence IS 'times of one customer''s events, each with a code of 0 .. 63; a set, 8 bytes an event; built by event_sequence_agg';

CREATE FUNCTION event_sequence_eq(a event_sequence, b event_sequence) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION event_sequence_eq(event_sequence, event_sequence) IS 'true if both hold the same events';
CREATE FUNCTION event_sequence_ne(a event_sequence, b event_sequence) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION event_sequence_ne(event_sequence, event_sequence) IS 'true if they differ';
CREATE OPERATOR = (LEFTARG = event_sequence, RIGHTARG = event_sequence, FUNCTION = event_sequence_eq,
                   COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR = (event_sequence, event_sequence) IS 'the same events';
CREATE OPERATOR <> (LEFTARG = event_sequence, RIGHTARG = event_sequence, FUNCTION = event_sequence_ne,
                    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (event_sequence, event_sequence) IS 'not the same events';

CREATE FUNCTION event_sequence_concat(a event_sequence, b event_sequence) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION event_sequence_concat(event_sequence, event_sequence) IS 'the events of both';
CREATE OPERATOR || (LEFTARG = event_sequence, RIGHTARG = event_sequence, FUNCTION = event_sequence_concat,
                    COMMUTATOR = ||);
COMMENT ON OPERATOR || (event_sequence, event_sequence) IS 'the events of both';

-- Building and merging.

CREATE FUNCTION event_sequence_merge(state event_sequence, events event_sequence) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION event_sequence_merge(event_sequence, event_sequence)
    IS 'combine function of all aggregates over events and transition of rollup; not for direct use';
CREATE FUNCTION event_sequence_final(state event_sequence) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION event_sequence_final(event_sequence) IS 'final function of event_sequence_agg; not for direct use';
CREATE FUNCTION event_sequence_add(state event_sequence, code integer, at timestamptz) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION event_sequence_add(event_sequence, integer, timestamptz) IS 'transition of event_sequence_agg; not for direct use';

CREATE AGGREGATE event_sequence_agg(code integer, at timestamptz) (
    SFUNC = event_sequence_add, STYPE = event_sequence, SSPACE = 128,
    FINALFUNC = event_sequence_final, COMBINEFUNC = event_sequence_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE event_sequence_agg(integer, timestamptz)
    IS 'the events of the rows in order of time, whatever the order of the rows; equal ones count once; code is 0 .. 63; rows with a null are skipped, none at all gives null; at most 6291456 different events';
CREATE AGGREGATE rollup(events event_sequence) (
    SFUNC = event_sequence_merge, STYPE = event_sequence, SSPACE = 128,
    FINALFUNC = event_sequence_final, COMBINEFUNC = event_sequence_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(event_sequence)
    IS 'the events of all, the same bytes whatever the order; nulls are skipped, none at all gives null';

-- What it answers.

CREATE FUNCTION event_count(events event_sequence) RETURNS bigint
    AS 'MODULE_PATHNAME', 'event_sequence_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION event_count(event_sequence) IS 'number of different events';
CREATE FUNCTION event_count(events event_sequence, code integer) RETURNS bigint
    AS 'MODULE_PATHNAME', 'event_sequence_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION event_count(event_sequence, integer) IS 'number of different events with this code';
CREATE FUNCTION event_count(events event_sequence, code integer, since_code integer) RETURNS bigint
    AS 'MODULE_PATHNAME', 'event_sequence_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION event_count(event_sequence, integer, integer)
    IS 'number of different events with this code after the last one with since_code, at later instants; all of them if there is none';

CREATE FUNCTION time_between(events event_sequence, from_code integer, to_code integer) RETURNS interval
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION time_between(event_sequence, integer, integer)
    IS 'time from the first event with one code to the first one with the other at or after it (after it, for the same code), in hours; null if there is none';

CREATE TYPE session_summary AS (
    sessions bigint,
    events bigint,
    single_event_sessions bigint,
    mean_seconds double precision,
    longest_seconds double precision,
    first_at timestamptz,
    last_session_at timestamptz,
    last_at timestamptz
);
COMMENT ON TYPE session_summary IS 'visits: how many, their events, of these visits with a single event, mean and longest duration from first to last event, first event, beginning and end of the last visit; null times without events';

CREATE FUNCTION session_summary(events event_sequence, idle interval DEFAULT '30 minutes') RETURNS session_summary
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION session_summary(event_sequence, interval)
    IS 'sessions: a new one begins when nothing happened for idle or longer; none for null';

CREATE FUNCTION session_summary_add(state event_sequence, at timestamptz, idle interval) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION session_summary_add(event_sequence, timestamptz, interval) IS 'transition of session_summary; not for direct use';
CREATE FUNCTION session_summary_final(state event_sequence) RETURNS session_summary
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION session_summary_final(event_sequence) IS 'final function of session_summary; not for direct use';
CREATE AGGREGATE session_summary(at timestamptz, idle interval) (
    SFUNC = session_summary_add, STYPE = event_sequence, SSPACE = 128,
    FINALFUNC = session_summary_final, COMBINEFUNC = event_sequence_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE session_summary(timestamptz, interval)
    IS 'sessions of the rows, whatever their order: a new one begins when nothing happened for idle or longer; rows at the same instant count once, null ones are skipped';

CREATE FUNCTION retention_vector(events event_sequence, period interval, periods integer, start timestamptz DEFAULT NULL) RETURNS boolean[]
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION retention_vector(event_sequence, interval, integer, timestamptz)
    IS 'for each of so many periods after start (the first event, if null) whether there was an event in it; null for null';

CREATE FUNCTION retention_vector_add(state event_sequence, at timestamptz, period interval, periods integer) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION retention_vector_add(event_sequence, timestamptz, interval, integer) IS 'transition of retention_vector; not for direct use';
CREATE FUNCTION retention_vector_final(state event_sequence) RETURNS boolean[]
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION retention_vector_final(event_sequence) IS 'final function of retention_vector; not for direct use';
CREATE AGGREGATE retention_vector(at timestamptz, period interval, periods integer) (
    SFUNC = retention_vector_add, STYPE = event_sequence, SSPACE = 128,
    FINALFUNC = retention_vector_final, COMBINEFUNC = event_sequence_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention_vector(timestamptz, interval, integer)
    IS 'for each of so many periods after the first row in time whether there was a row in it, the first of them is true; null rows are skipped, none at all gives null';
