-- funnel_step: the deepest step of a funnel that a customer reached.  Page: doc/funnel.md

CREATE FUNCTION funnel_step(events event_sequence, steps integer, within interval DEFAULT NULL, mode text DEFAULT 'loose') RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_step(event_sequence, integer, interval, text)
    IS 'deepest step reached in order, where codes 1 .. steps are the steps, 0 for none and for null; within is the longest time from the first step to the deepest one, null: any; mode is loose or strict (no other step in between)';

CREATE FUNCTION funnel_step_final(state event_sequence) RETURNS integer
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_step_final(event_sequence) IS 'final function of funnel_step; not for direct use';

CREATE FUNCTION funnel_step_add(state event_sequence, event text, at timestamptz, steps text[]) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_step_add(event_sequence, text, timestamptz, text[]) IS 'transition of funnel_step; not for direct use';
CREATE AGGREGATE funnel_step(event text, at timestamptz, steps text[]) (
    SFUNC = funnel_step_add, STYPE = event_sequence, SSPACE = 128,
    FINALFUNC = funnel_step_final, COMBINEFUNC = event_sequence_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_step(text, timestamptz, text[])
    IS 'deepest of these steps reached in order, whatever the order of the rows, 0 for none; other events are ignored, rows with a null are skipped';

CREATE FUNCTION funnel_step_add(state event_sequence, event text, at timestamptz, steps text[], within interval) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_step_add(event_sequence, text, timestamptz, text[], interval) IS 'transition of funnel_step; not for direct use';
CREATE AGGREGATE funnel_step(event text, at timestamptz, steps text[], within interval) (
    SFUNC = funnel_step_add, STYPE = event_sequence, SSPACE = 128,
    FINALFUNC = funnel_step_final, COMBINEFUNC = event_sequence_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_step(text, timestamptz, text[], interval)
    IS 'deepest of these steps reached in order, at most within after the first step (null: any time), whatever the order of the rows, 0 for none; other events are ignored, rows with a null event or time are skipped';

CREATE FUNCTION funnel_step_add(state event_sequence, event text, at timestamptz, steps text[], within interval, mode text) RETURNS event_sequence
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_step_add(event_sequence, text, timestamptz, text[], interval, text) IS 'transition of funnel_step; not for direct use';
CREATE AGGREGATE funnel_step(event text, at timestamptz, steps text[], within interval, mode text) (
    SFUNC = funnel_step_add, STYPE = event_sequence, SSPACE = 128,
    FINALFUNC = funnel_step_final, COMBINEFUNC = event_sequence_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnel_step(text, timestamptz, text[], interval, text)
    IS 'the same in loose order (other steps may come in between) or strict order (they may not)';
