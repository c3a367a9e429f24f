-- affinity: per label (a channel, a category, a device) rows, exact weight, first and last time.  Page: doc/affinity.md

CREATE TYPE affinity;

CREATE FUNCTION affinity_in(text cstring) RETURNS affinity
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_in(cstring) IS 'text input of affinity';
CREATE FUNCTION affinity_out(affinity affinity) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_out(affinity) IS 'text output of affinity';
CREATE FUNCTION affinity_recv(message internal) RETURNS affinity
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_recv(internal) IS 'binary input of affinity';
CREATE FUNCTION affinity_send(affinity affinity) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_send(affinity) IS 'binary output of affinity; labels in the encoding of the database';

CREATE TYPE affinity (
    INPUT = affinity_in, OUTPUT = affinity_out,
    RECEIVE = affinity_recv, SEND = affinity_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended
);
COMMENT ON TYPE affinity IS 'what a customer leans to: for each label rows, exact weight, first and last time; built by affinity_agg';

CREATE FUNCTION affinity_eq(a affinity, b affinity) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_eq(affinity, affinity) IS 'true if both are the same in every label, count, digit and instant';
CREATE FUNCTION affinity_ne(a affinity, b affinity) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_ne(affinity, affinity) IS 'true if they differ';
CREATE OPERATOR = (LEFTARG = affinity, RIGHTARG = affinity, FUNCTION = affinity_eq,
                   COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR = (affinity, affinity) IS 'the same affinity';
CREATE OPERATOR <> (LEFTARG = affinity, RIGHTARG = affinity, FUNCTION = affinity_ne,
                    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (affinity, affinity) IS 'not the same affinity';

CREATE FUNCTION affinity_concat(a affinity, b affinity) RETURNS affinity
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_concat(affinity, affinity) IS 'both added up';
CREATE OPERATOR || (LEFTARG = affinity, RIGHTARG = affinity, FUNCTION = affinity_concat,
                    COMMUTATOR = ||);
COMMENT ON OPERATOR || (affinity, affinity) IS 'both added up';

-- Building and merging.

CREATE FUNCTION affinity_merge(state affinity, affinity affinity) RETURNS affinity
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_merge(affinity, affinity) IS 'combine function of affinity_agg and transition of rollup; not for direct use';
CREATE FUNCTION affinity_final(state affinity) RETURNS affinity
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_final(affinity) IS 'final function of affinity_agg and rollup; not for direct use';
CREATE AGGREGATE rollup(affinity affinity) (
    SFUNC = affinity_merge, STYPE = affinity, SSPACE = 320,
    FINALFUNC = affinity_final, COMBINEFUNC = affinity_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(affinity)
    IS 'one affinity of all, the same bytes whatever the order; nulls are skipped, none at all gives null; all undecayed, or decayed with the same as_of and half_life_days';

CREATE FUNCTION affinity_add(state affinity, label text, weight numeric, at timestamptz) RETURNS affinity
    AS 'MODULE_PATHNAME', 'affinity_add_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_add(affinity, text, numeric, timestamptz) IS 'transition of affinity_agg; not for direct use';
CREATE AGGREGATE affinity_agg(label text, weight numeric, at timestamptz) (
    SFUNC = affinity_add, STYPE = affinity, SSPACE = 320,
    FINALFUNC = affinity_final, COMBINEFUNC = affinity_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE affinity_agg(text, numeric, timestamptz)
    IS 'affinity of the rows: for each label rows, weight, first and last time; weights exact at any scale; rows with a null or empty label, a null weight or time are skipped, none at all gives null';

CREATE FUNCTION affinity_add(state affinity, label text, weight bigint, at timestamptz) RETURNS affinity
    AS 'MODULE_PATHNAME', 'affinity_add_bigint' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_add(affinity, text, bigint, timestamptz) IS 'transition of affinity_agg; not for direct use';
CREATE AGGREGATE affinity_agg(label text, weight bigint, at timestamptz) (
    SFUNC = affinity_add, STYPE = affinity, SSPACE = 320,
    FINALFUNC = affinity_final, COMBINEFUNC = affinity_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE affinity_agg(text, bigint, timestamptz)
    IS 'affinity of the rows: for each label rows, weight, first and last time; weights are whole numbers; rows with a null or empty label, a null weight or time are skipped, none at all gives null';

CREATE FUNCTION affinity_add(state affinity, label text, weight double precision, at timestamptz) RETURNS affinity
    AS 'MODULE_PATHNAME', 'affinity_add_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_add(affinity, text, double precision, timestamptz) IS 'transition of affinity_agg; not for direct use';
CREATE AGGREGATE affinity_agg(label text, weight double precision, at timestamptz) (
    SFUNC = affinity_add, STYPE = affinity, SSPACE = 320,
    FINALFUNC = affinity_final, COMBINEFUNC = affinity_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE affinity_agg(text, double precision, timestamptz)
    IS 'affinity of the rows: for each label rows, weight, first and last time; each weight is read as the shortest decimal that gives the same double; rows with a null or empty label, a null weight or time are skipped, none at all gives null';

CREATE FUNCTION affinity_add(state affinity, label text, at timestamptz) RETURNS affinity
    AS 'MODULE_PATHNAME', 'affinity_add_one' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_add(affinity, text, timestamptz) IS 'transition of affinity_agg; not for direct use';
CREATE AGGREGATE affinity_agg(label text, at timestamptz) (
    SFUNC = affinity_add, STYPE = affinity, SSPACE = 320,
    FINALFUNC = affinity_final, COMBINEFUNC = affinity_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE affinity_agg(text, timestamptz)
    IS 'affinity of the rows: for each label rows, weight, first and last time; every row weighs 1; rows with a null or empty label or a null time are skipped, none at all gives null';

CREATE FUNCTION affinity_add(state affinity, label text, weight numeric, at timestamptz, as_of timestamptz, half_life_days double precision) RETURNS affinity
    AS 'MODULE_PATHNAME', 'affinity_add_numeric' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_add(affinity, text, numeric, timestamptz, timestamptz, double precision) IS 'transition of affinity_agg; not for direct use';
CREATE AGGREGATE affinity_agg(label text, weight numeric, at timestamptz, as_of timestamptz, half_life_days double precision) (
    SFUNC = affinity_add, STYPE = affinity, SSPACE = 320,
    FINALFUNC = affinity_final, COMBINEFUNC = affinity_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE affinity_agg(text, numeric, timestamptz, timestamptz, double precision)
    IS 'affinity of the rows with age: a weight halves every half_life_days (0 .. 36525) up to as_of, to nine decimals, the same bytes in any order; weights exact at any scale; rows at or after as_of do not exist; rows with a null or empty label, a null weight or time are skipped, none at all gives null';

CREATE FUNCTION affinity_add(state affinity, label text, weight double precision, at timestamptz, as_of timestamptz, half_life_days double precision) RETURNS affinity
    AS 'MODULE_PATHNAME', 'affinity_add_double' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_add(affinity, text, double precision, timestamptz, timestamptz, double precision) IS 'transition of affinity_agg; not for direct use';
CREATE AGGREGATE affinity_agg(label text, weight double precision, at timestamptz, as_of timestamptz, half_life_days double precision) (
    SFUNC = affinity_add, STYPE = affinity, SSPACE = 320,
    FINALFUNC = affinity_final, COMBINEFUNC = affinity_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE affinity_agg(text, double precision, timestamptz, timestamptz, double precision)
    IS 'affinity of the rows with age: a weight halves every half_life_days (0 .. 36525) up to as_of, to nine decimals, the same bytes in any order; each weight is read as the shortest decimal that gives the same double; rows at or after as_of do not exist; rows with a null or empty label, a null weight or time are skipped, none at all gives null';

CREATE FUNCTION affinity_add(state affinity, label text, at timestamptz, as_of timestamptz, half_life_days double precision) RETURNS affinity
    AS 'MODULE_PATHNAME', 'affinity_add_one' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_add(affinity, text, timestamptz, timestamptz, double precision) IS 'transition of affinity_agg; not for direct use';
CREATE AGGREGATE affinity_agg(label text, at timestamptz, as_of timestamptz, half_life_days double precision) (
    SFUNC = affinity_add, STYPE = affinity, SSPACE = 320,
    FINALFUNC = affinity_final, COMBINEFUNC = affinity_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE affinity_agg(text, timestamptz, timestamptz, double precision)
    IS 'affinity of the rows with age: a weight halves every half_life_days (0 .. 36525) up to as_of, to nine decimals, the same bytes in any order; every row weighs 1; rows at or after as_of do not exist; rows with a null or empty label or a null time are skipped, none at all gives null';

-- Answers about all labels.  measure is weight or count.

CREATE FUNCTION label_count(affinity affinity) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION label_count(affinity) IS 'number of labels';
CREATE FUNCTION row_count(affinity affinity) RETURNS bigint
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION row_count(affinity) IS 'number of rows, all labels together';
CREATE FUNCTION total_weight(affinity affinity) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION total_weight(affinity) IS 'sum of all weights, exact';
CREATE FUNCTION last_at(affinity affinity) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION last_at(affinity) IS 'time of the last row';
CREATE FUNCTION first_at(affinity affinity) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION first_at(affinity) IS 'time of the first row';
CREATE FUNCTION first_label(affinity affinity, measure text DEFAULT 'weight') RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION first_label(affinity, text) IS 'label of the first row; of several at that time the one with the larger measure (weight or count), then the first by its bytes';
CREATE FUNCTION last_label(affinity affinity, measure text DEFAULT 'weight') RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION last_label(affinity, text) IS 'label of the last row; of several at that time the one with the larger measure (weight or count), then the first by its bytes';
CREATE FUNCTION top_label(affinity affinity, measure text DEFAULT 'weight') RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION top_label(affinity, text) IS 'label with the largest measure (weight or count) above zero, of equals the latest, then the first by its bytes; null if none is above zero';
CREATE FUNCTION top_share(affinity affinity, measure text DEFAULT 'weight') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION top_share(affinity, text) IS 'share of the top label in all measures above zero, above 0 to 1; null if none is above zero';
CREATE FUNCTION top_margin(affinity affinity, measure text DEFAULT 'weight') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION top_margin(affinity, text) IS 'share of the top label less that of the second, 0..1; the whole share if there is no second; null if no measure is above zero';
CREATE FUNCTION hhi(affinity affinity, measure text DEFAULT 'weight') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hhi(affinity, text) IS 'Herfindahl-Hirschman index: the sum of squared shares, above 0 to 1 (one label only); null if no measure is above zero';
CREATE FUNCTION entropy(affinity affinity, measure text DEFAULT 'weight') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION entropy(affinity, text) IS 'entropy (Shannon) of the shares in bits, from 0 (one label only); null if no measure is above zero';

CREATE TYPE affinity_summary AS (top_label text, top_share double precision, top_margin double precision, n bigint, labels bigint,
    weight numeric, hhi double precision, entropy double precision,
    first_label text, first_at timestamptz, last_label text, last_at timestamptz);
COMMENT ON TYPE affinity_summary IS 'everything that an affinity says about all its labels';
CREATE FUNCTION affinity_summary(affinity affinity, measure text DEFAULT 'weight') RETURNS affinity_summary
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION affinity_summary(affinity, text) IS 'all of these in one pass: top label, its share and margin, rows (n), labels, weight, HHI, entropy, first and last label and time; measure is weight or count';

-- Answers about one label.

CREATE FUNCTION row_count(affinity affinity, label text) RETURNS bigint
    AS 'MODULE_PATHNAME', 'row_count_of_label' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION row_count(affinity, text) IS 'number of rows with this label, 0 if there is none';
CREATE FUNCTION total_weight(affinity affinity, label text) RETURNS numeric
    AS 'MODULE_PATHNAME', 'total_weight_of_label' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION total_weight(affinity, text) IS 'sum of the weights of this label, exact; 0 if there is none';
CREATE FUNCTION first_at(affinity affinity, label text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'first_at_of_label' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION first_at(affinity, text) IS 'time of the first row with this label, null if there is none';
CREATE FUNCTION last_at(affinity affinity, label text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'last_at_of_label' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION last_at(affinity, text) IS 'time of the last row with this label, null if there is none';
CREATE FUNCTION share_of(affinity affinity, label text, measure text DEFAULT 'weight') RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION share_of(affinity, text, text) IS 'share of this label in all measures (weight or count) above zero, 0..1; 0 if it is not there or not above zero; null if none is above zero';
CREATE FUNCTION unnest(affinity affinity, OUT label text, OUT n bigint, OUT weight numeric, OUT first_at timestamptz, OUT last_at timestamptz) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'affinity_unnest' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 ROWS 5;
COMMENT ON FUNCTION unnest(affinity) IS 'one row for each label, in order of its bytes';
