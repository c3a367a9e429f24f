-- scale_items: Cronbach's alpha of survey scales, and the scores of items and scales.  Page: doc/scale_items.md

CREATE TYPE scale_items;

CREATE FUNCTION scale_items_in(text cstring) RETURNS scale_items
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scale_items_in(cstring)
    IS 'text input of scale_items';

CREATE FUNCTION scale_items_out(scale scale_items) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scale_items_out(scale_items)
    IS 'text output of scale_items';

CREATE FUNCTION scale_items_recv(message internal) RETURNS scale_items
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scale_items_recv(internal)
    IS 'binary input of scale_items';

CREATE FUNCTION scale_items_send(scale scale_items) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scale_items_send(scale_items)
    IS 'binary output of scale_items';

CREATE TYPE scale_items (
    INPUT = scale_items_in, OUTPUT = scale_items_out,
    RECEIVE = scale_items_recv, SEND = scale_items_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended
);
COMMENT ON TYPE scale_items IS 'sums and squares of the scores that many respondents gave to the items of a scale, exact; built by scale_items_agg';

CREATE FUNCTION scale_items_eq(a scale_items, b scale_items) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scale_items_eq(scale_items, scale_items)
    IS 'true if both are the same in every sum';

CREATE FUNCTION scale_items_ne(a scale_items, b scale_items) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scale_items_ne(scale_items, scale_items)
    IS 'true if they differ';

CREATE OPERATOR = (LEFTARG = scale_items, RIGHTARG = scale_items, FUNCTION = scale_items_eq,
                   COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR = (scale_items, scale_items) IS 'the same sums';
CREATE OPERATOR <> (LEFTARG = scale_items, RIGHTARG = scale_items, FUNCTION = scale_items_ne,
                    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (scale_items, scale_items) IS 'not the same sums';

CREATE FUNCTION scale_items_concat(a scale_items, b scale_items) RETURNS scale_items
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scale_items_concat(scale_items, scale_items)
    IS 'both together; they must have as many items';

CREATE OPERATOR || (LEFTARG = scale_items, RIGHTARG = scale_items, FUNCTION = scale_items_concat,
                    COMMUTATOR = ||);
COMMENT ON OPERATOR || (scale_items, scale_items) IS 'both together; they must have as many items';

-- Building and merging.

CREATE FUNCTION scale_items_merge(state scale_items, scale scale_items) RETURNS scale_items
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION scale_items_merge(scale_items, scale_items)
    IS 'combine function of scale_items_agg and transition of rollup; not for direct use';

CREATE AGGREGATE rollup(scale scale_items) (
    SFUNC = scale_items_merge, STYPE = scale_items, SSPACE = 400,
    COMBINEFUNC = scale_items_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(scale_items)
    IS 'the sums of all, the same bytes whatever the order; nulls are skipped, none at all gives null';

CREATE FUNCTION scale_items_add(state scale_items, items double precision[]) RETURNS scale_items
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 5;
COMMENT ON FUNCTION scale_items_add(scale_items, double precision[])
    IS 'transition of scale_items_agg; not for direct use';

CREATE AGGREGATE scale_items_agg(items double precision[]) (
    SFUNC = scale_items_add, STYPE = scale_items, SSPACE = 400,
    COMBINEFUNC = scale_items_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE scale_items_agg(double precision[])
    IS 'the items of a scale, one row a respondent with a score for every item in the same order, at most 256 of them, reversed ones reversed; a respondent with a null among them is counted as ignored; null arrays are skipped, none at all gives null; the same bytes whatever the order';

-- Answers.

CREATE FUNCTION cronbach_alpha(scale scale_items) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cronbach_alpha(scale_items)
    IS 'Cronbach''s alpha: how far the items of a scale measure one thing, at most 1; null for fewer than two items or respondents, and where all totals are equal';

CREATE AGGREGATE cronbach_alpha(items double precision[]) (
    SFUNC = scale_items_add, STYPE = scale_items, SSPACE = 400,
    FINALFUNC = cronbach_alpha, COMBINEFUNC = scale_items_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cronbach_alpha(double precision[])
    IS 'cronbach_alpha(scale_items_agg(items)) in one step';

CREATE FUNCTION respondent_count(scale scale_items) RETURNS bigint
    AS 'MODULE_PATHNAME', 'scale_respondents' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION respondent_count(scale_items)
    IS 'number of respondents with a score for every item';

CREATE FUNCTION ignored_rows(scale scale_items) RETURNS bigint
    AS 'MODULE_PATHNAME', 'scale_ignored_rows' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ignored_rows(scale_items)
    IS 'number of respondents without a score for some item';

-- One respondent.

CREATE FUNCTION item_score(score double precision, lowest double precision, highest double precision, is_reversed boolean DEFAULT false) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION item_score(double precision, double precision, double precision, boolean)
    IS 'the score of an item asked from lowest to highest, that of a reversed one as highest + lowest - score; null outside';

CREATE FUNCTION item_share(score double precision, lowest double precision, highest double precision, is_reversed boolean DEFAULT false) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION item_share(double precision, double precision, double precision, boolean)
    IS 'item_score as a part of the scale: 0 at lowest, 1 at highest; null outside';

CREATE FUNCTION scale_score(items double precision[], min_answered double precision DEFAULT 0.5) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scale_score(double precision[], double precision)
    IS 'mean of the items that are not null, in their order; null if these are less than that share of all';
