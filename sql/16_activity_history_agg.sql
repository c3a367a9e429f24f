-- activity_history: the aggregates that build and merge it.  Page: doc/activity_history.md

CREATE FUNCTION activity_history_merge(state activity_history, history activity_history) RETURNS activity_history
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION activity_history_merge(activity_history, activity_history) IS 'combine function of activity_history_agg, transition of rollup; not for direct use';
CREATE FUNCTION activity_history_final(state activity_history) RETURNS activity_history
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION activity_history_final(activity_history) IS 'final function of activity_history_agg and rollup; not for direct use';

CREATE AGGREGATE rollup(history activity_history) (
    SFUNC = activity_history_merge, STYPE = activity_history, SSPACE = 128,
    FINALFUNC = activity_history_final, COMBINEFUNC = activity_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(activity_history) IS 'all histories added up into one; nulls are skipped';

CREATE FUNCTION activity_history_add(state activity_history, kind text, occurred_at timestamptz) RETURNS activity_history
    AS 'MODULE_PATHNAME', 'activity_history_add_timestamptz' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION activity_history_add(activity_history, text, timestamptz) IS 'transition of activity_history_agg; not for direct use';
CREATE AGGREGATE activity_history_agg(kind text, occurred_at timestamptz) (
    SFUNC = activity_history_add, STYPE = activity_history, SSPACE = 128,
    FINALFUNC = activity_history_final, COMBINEFUNC = activity_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_history_agg(text, timestamptz)
    IS 'activity history of events of kinds (event_kinds()); the day is the local day in time_zone, here UTC; rows with a null kind or time are skipped';

CREATE FUNCTION activity_history_add(state activity_history, kind text, occurred_at timestamptz, value numeric) RETURNS activity_history
    AS 'MODULE_PATHNAME', 'activity_history_add_timestamptz' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION activity_history_add(activity_history, text, timestamptz, numeric) IS 'transition of activity_history_agg; not for direct use';
CREATE AGGREGATE activity_history_agg(kind text, occurred_at timestamptz, value numeric) (
    SFUNC = activity_history_add, STYPE = activity_history, SSPACE = 128,
    FINALFUNC = activity_history_final, COMBINEFUNC = activity_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_history_agg(text, timestamptz, numeric)
    IS 'activity history of events of kinds (event_kinds()); the day is the local day in time_zone, here UTC; values are exact at any scale, a null one is none; rows with a null kind or time are skipped';

CREATE FUNCTION activity_history_add(state activity_history, kind text, occurred_at timestamptz, value numeric, time_zone text, is_machine boolean) RETURNS activity_history
    AS 'MODULE_PATHNAME', 'activity_history_add_timestamptz' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION activity_history_add(activity_history, text, timestamptz, numeric, text, boolean) IS 'transition of activity_history_agg; not for direct use';
CREATE AGGREGATE activity_history_agg(kind text, occurred_at timestamptz, value numeric, time_zone text, is_machine boolean) (
    SFUNC = activity_history_add, STYPE = activity_history, SSPACE = 128,
    FINALFUNC = activity_history_final, COMBINEFUNC = activity_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_history_agg(text, timestamptz, numeric, text, boolean)
    IS 'activity history of events of kinds (event_kinds()); the day is the local day in time_zone; values are exact at any scale, a null one is none; rows with is_machine are skipped; rows with a null kind or time are skipped';

CREATE FUNCTION activity_history_add(state activity_history, kind text, occurred_at timestamptz, value numeric, time_zone text, is_machine boolean, channel text) RETURNS activity_history
    AS 'MODULE_PATHNAME', 'activity_history_add_timestamptz' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION activity_history_add(activity_history, text, timestamptz, numeric, text, boolean, text) IS 'transition of activity_history_agg; not for direct use';
CREATE AGGREGATE activity_history_agg(kind text, occurred_at timestamptz, value numeric, time_zone text, is_machine boolean, channel text) (
    SFUNC = activity_history_add, STYPE = activity_history, SSPACE = 512,
    FINALFUNC = activity_history_final, COMBINEFUNC = activity_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_history_agg(text, timestamptz, numeric, text, boolean, text)
    IS 'the same by channel, letters A to Z in lower case and cut after 255 bytes, null for none; and with the first and last instant of each day, kind and channel';

CREATE FUNCTION activity_history_add(state activity_history, kind text, occurred_at timestamp) RETURNS activity_history
    AS 'MODULE_PATHNAME', 'activity_history_add_timestamp' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION activity_history_add(activity_history, text, timestamp) IS 'transition of activity_history_agg; not for direct use';
CREATE AGGREGATE activity_history_agg(kind text, occurred_at timestamp) (
    SFUNC = activity_history_add, STYPE = activity_history, SSPACE = 128,
    FINALFUNC = activity_history_final, COMBINEFUNC = activity_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_history_agg(text, timestamp)
    IS 'activity history of events of kinds (event_kinds()); the day is the one written down; rows with a null kind or time are skipped';

CREATE FUNCTION activity_history_add(state activity_history, kind text, occurred_at timestamp, value numeric) RETURNS activity_history
    AS 'MODULE_PATHNAME', 'activity_history_add_timestamp' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION activity_history_add(activity_history, text, timestamp, numeric) IS 'transition of activity_history_agg; not for direct use';
CREATE AGGREGATE activity_history_agg(kind text, occurred_at timestamp, value numeric) (
    SFUNC = activity_history_add, STYPE = activity_history, SSPACE = 128,
    FINALFUNC = activity_history_final, COMBINEFUNC = activity_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_history_agg(text, timestamp, numeric)
    IS 'activity history of events of kinds (event_kinds()); the day is the one written down; values are exact at any scale, a null one is none; rows with a null kind or time are skipped';

CREATE FUNCTION activity_history_add(state activity_history, kind text, occurred_at timestamp, value numeric, time_zone text, is_machine boolean) RETURNS activity_history
    AS 'MODULE_PATHNAME', 'activity_history_add_timestamp' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION activity_history_add(activity_history, text, timestamp, numeric, text, boolean) IS 'transition of activity_history_agg; not for direct use';
CREATE AGGREGATE activity_history_agg(kind text, occurred_at timestamp, value numeric, time_zone text, is_machine boolean) (
    SFUNC = activity_history_add, STYPE = activity_history, SSPACE = 128,
    FINALFUNC = activity_history_final, COMBINEFUNC = activity_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_history_agg(text, timestamp, numeric, text, boolean)
    IS 'activity history of events of kinds (event_kinds()); the day is the one written down, time_zone does not matter; values are exact at any scale, a null one is none; rows with is_machine are skipped; rows with a null kind or time are skipped';

CREATE FUNCTION activity_history_add(state activity_history, kind text, occurred_on date) RETURNS activity_history
    AS 'MODULE_PATHNAME', 'activity_history_add_date' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION activity_history_add(activity_history, text, date) IS 'transition of activity_history_agg; not for direct use';
CREATE AGGREGATE activity_history_agg(kind text, occurred_on date) (
    SFUNC = activity_history_add, STYPE = activity_history, SSPACE = 128,
    FINALFUNC = activity_history_final, COMBINEFUNC = activity_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_history_agg(text, date)
    IS 'activity history of events of kinds (event_kinds()); rows with a null kind or time are skipped';

CREATE FUNCTION activity_history_add(state activity_history, kind text, occurred_on date, value numeric) RETURNS activity_history
    AS 'MODULE_PATHNAME', 'activity_history_add_date' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION activity_history_add(activity_history, text, date, numeric) IS 'transition of activity_history_agg; not for direct use';
CREATE AGGREGATE activity_history_agg(kind text, occurred_on date, value numeric) (
    SFUNC = activity_history_add, STYPE = activity_history, SSPACE = 128,
    FINALFUNC = activity_history_final, COMBINEFUNC = activity_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_history_agg(text, date, numeric)
    IS 'activity history of events of kinds (event_kinds()); values are exact at any scale, a null one is none; rows with a null kind or time are skipped';

CREATE FUNCTION activity_history_add(state activity_history, kind text, occurred_on date, value numeric, time_zone text, is_machine boolean) RETURNS activity_history
    AS 'MODULE_PATHNAME', 'activity_history_add_date' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION activity_history_add(activity_history, text, date, numeric, text, boolean) IS 'transition of activity_history_agg; not for direct use';
CREATE AGGREGATE activity_history_agg(kind text, occurred_on date, value numeric, time_zone text, is_machine boolean) (
    SFUNC = activity_history_add, STYPE = activity_history, SSPACE = 128,
    FINALFUNC = activity_history_final, COMBINEFUNC = activity_history_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE activity_history_agg(text, date, numeric, text, boolean)
    IS 'activity history of events of kinds (event_kinds()); time_zone does not matter; values are exact at any scale, a null one is none; rows with is_machine are skipped; rows with a null kind or time are skipped';
