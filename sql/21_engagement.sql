-- engagement: levels and scores, of histories and of events.  Page: doc/engagement.md

CREATE FUNCTION engagement_level(history activity_history, as_of date DEFAULT ((as_of() AT TIME ZONE 'UTC') - interval '1 microsecond')::date,
                                 min_opens integer DEFAULT 5, min_clicks integer DEFAULT 2, window_days integer DEFAULT 30, low_days integer DEFAULT 90)
    RETURNS text AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION engagement_level(activity_history, date, integer, integer, integer, integer)
    IS 'highly_engaged, moderately_engaged, low, dormant or unknown as known at the end of the day as_of; the windows are that day and those before it';

CREATE FUNCTION engagement_score(history activity_history, as_of date DEFAULT ((as_of() AT TIME ZONE 'UTC') - interval '1 microsecond')::date,
                                 weights double precision[] DEFAULT NULL, half_lives double precision[] DEFAULT NULL)
    RETURNS double precision AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 20;
COMMENT ON FUNCTION engagement_score(activity_history, date, double precision[], double precision[])
    IS 'sum of weight * 2^(-age in days / half-life) over the events up to the end of the day as_of; weights and half-lives in the order of event_kinds(), null for those of engagement_default_weights()';

CREATE FUNCTION engagement_default_weights(OUT kind text, OUT weight double precision, OUT half_life_days double precision)
    RETURNS SETOF record AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 21;
COMMENT ON FUNCTION engagement_default_weights() IS 'what an event of each kind adds to a score, and the days after which half of it is left';

CREATE FUNCTION active_days(history activity_history, from_day date, to_day date) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION active_days(activity_history, date, date) IS 'number of days from from_day up to, not including, to_day on which the customer did anything: opened, clicked, visited or more';

CREATE FUNCTION last_active_on(history activity_history) RETURNS date
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION last_active_on(activity_history) IS 'the last day on which the customer did anything: opened, clicked, visited or more; null if there is none';

CREATE FUNCTION engagement_level_merge(state bytea, other bytea) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION engagement_level_merge(bytea, bytea) IS 'combine function of engagement_level; not for direct use';
CREATE FUNCTION engagement_level_final(state bytea) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION engagement_level_final(bytea) IS 'final function of engagement_level; not for direct use';

CREATE FUNCTION engagement_level_add(state bytea, event_type text, occurred_at timestamptz, as_of timestamptz) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION engagement_level_add(bytea, text, timestamptz, timestamptz) IS 'transition of engagement_level; not for direct use';
CREATE AGGREGATE engagement_level(event_type text, occurred_at timestamptz, as_of timestamptz) (
    SFUNC = engagement_level_add, STYPE = bytea, SSPACE = 64,
    FINALFUNC = engagement_level_final, COMBINEFUNC = engagement_level_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE engagement_level(text, timestamptz, timestamptz)
    IS 'highly_engaged, moderately_engaged, low, dormant or unknown by events before as_of, with the default thresholds and windows of exactly 30 and 90 times 24 hours; names count as event_kind() says, others for nothing';

CREATE FUNCTION engagement_level_add(state bytea, event_type text, occurred_at timestamptz, as_of timestamptz, is_machine boolean) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION engagement_level_add(bytea, text, timestamptz, timestamptz, boolean) IS 'transition of engagement_level; not for direct use';
CREATE AGGREGATE engagement_level(event_type text, occurred_at timestamptz, as_of timestamptz, is_machine boolean) (
    SFUNC = engagement_level_add, STYPE = bytea, SSPACE = 64,
    FINALFUNC = engagement_level_final, COMBINEFUNC = engagement_level_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE engagement_level(text, timestamptz, timestamptz, boolean)
    IS 'highly_engaged, moderately_engaged, low, dormant or unknown by events before as_of, with the default thresholds and windows of exactly 30 and 90 times 24 hours; names count as event_kind() says, others for nothing; rows with is_machine are skipped';
