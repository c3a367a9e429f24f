-- survey_summary: answers counted by score, and the latest ones; NPS, CSAT and CES of them.  Page: doc/survey_summary.md

CREATE TYPE survey_summary;

CREATE FUNCTION survey_summary_in(text cstring) RETURNS survey_summary
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_in(cstring)
    IS 'text input of survey_summary';

CREATE FUNCTION survey_summary_out(summary survey_summary) RETURNS cstring
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_out(survey_summary)
    IS 'text output of survey_summary';

CREATE FUNCTION survey_summary_recv(message internal) RETURNS survey_summary
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_recv(internal)
    IS 'binary input of survey_summary';

CREATE FUNCTION survey_summary_send(summary survey_summary) RETURNS bytea
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_send(survey_summary)
    IS 'binary output of survey_summary';

CREATE TYPE survey_summary (
    INPUT = survey_summary_in, OUTPUT = survey_summary_out,
    RECEIVE = survey_summary_recv, SEND = survey_summary_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended
);
COMMENT ON TYPE survey_summary IS 'answers of whole scores from 0 to 10: how often each was given, and the 8 latest with their times; built by survey_summary_agg';

CREATE FUNCTION survey_summary_eq(a survey_summary, b survey_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_eq(survey_summary, survey_summary)
    IS 'true if both are the same in every count and latest answer';

CREATE FUNCTION survey_summary_ne(a survey_summary, b survey_summary) RETURNS boolean
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_ne(survey_summary, survey_summary)
    IS 'true if they differ';

CREATE OPERATOR = (LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_eq,
                   COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel);
COMMENT ON OPERATOR = (survey_summary, survey_summary) IS 'the same summary';
CREATE OPERATOR <> (LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_ne,
                    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (survey_summary, survey_summary) IS 'not the same summary';

CREATE FUNCTION survey_summary_concat(a survey_summary, b survey_summary) RETURNS survey_summary
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_concat(survey_summary, survey_summary)
    IS 'both together';

CREATE OPERATOR || (LEFTARG = survey_summary, RIGHTARG = survey_summary, FUNCTION = survey_summary_concat,
                    COMMUTATOR = ||);
COMMENT ON OPERATOR || (survey_summary, survey_summary) IS 'both together';

-- Building and merging.

CREATE FUNCTION survey_summary_merge(state survey_summary, summary survey_summary) RETURNS survey_summary
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_merge(survey_summary, survey_summary)
    IS 'combine function of survey_summary_agg and transition of rollup; not for direct use';

CREATE AGGREGATE rollup(summary survey_summary) (
    SFUNC = survey_summary_merge, STYPE = survey_summary, SSPACE = 200,
    COMBINEFUNC = survey_summary_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(survey_summary)
    IS 'one summary of all, the same bytes whatever the order; nulls are skipped, none at all gives null';

CREATE FUNCTION survey_summary_add(state survey_summary, score double precision, at timestamptz) RETURNS survey_summary
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_add(survey_summary, double precision, timestamptz)
    IS 'transition of survey_summary_agg; not for direct use';

CREATE FUNCTION survey_summary_add(state survey_summary, score double precision) RETURNS survey_summary
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION survey_summary_add(survey_summary, double precision)
    IS 'transition of survey_summary_agg; not for direct use';

CREATE AGGREGATE survey_summary_agg(score double precision, at timestamptz) (
    SFUNC = survey_summary_add, STYPE = survey_summary, SSPACE = 200,
    COMBINEFUNC = survey_summary_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE survey_summary_agg(double precision, timestamptz)
    IS 'summary of the answers; a score that is no whole number from 0 to 10, or an infinite time, is counted as ignored; rows with a null are skipped, none at all gives null; the same bytes whatever the order';

CREATE AGGREGATE survey_summary_agg(score double precision) (
    SFUNC = survey_summary_add, STYPE = survey_summary, SSPACE = 200,
    COMBINEFUNC = survey_summary_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE survey_summary_agg(double precision)
    IS 'summary of answers without times: it knows no latest ones; a score that is no whole number from 0 to 10 is counted as ignored; nulls are skipped, none at all gives null';

-- Single answers.

CREATE FUNCTION answer_count(summary survey_summary, low integer DEFAULT 0, high integer DEFAULT 10) RETURNS bigint
    AS 'MODULE_PATHNAME', 'survey_answer_count' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION answer_count(survey_summary, integer, integer)
    IS 'number of answers with a score from low to high';

CREATE FUNCTION ignored_rows(summary survey_summary) RETURNS bigint
    AS 'MODULE_PATHNAME', 'survey_ignored_rows' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ignored_rows(survey_summary)
    IS 'number of rows that were no whole score from 0 to 10, or had an infinite time';

CREATE FUNCTION latest_score(summary survey_summary) RETURNS integer
    AS 'MODULE_PATHNAME', 'survey_latest_score' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION latest_score(survey_summary)
    IS 'score of the latest answer, the lower of two at one instant; null if none has a time';

CREATE FUNCTION latest_answer_at(summary survey_summary) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'survey_latest_answer_at' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION latest_answer_at(survey_summary)
    IS 'when the latest answer was given; null if none has a time';

CREATE FUNCTION recovered_at(summary survey_summary, within_days integer DEFAULT 90, passive_from integer DEFAULT 7) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'survey_recovered_at' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recovered_at(survey_summary, integer, integer)
    IS 'when a detractor came round: the first answer of at least passive_from after the last one below it, given within so many days of that; null if the latest answer is below, or none of the 8 latest is, or it took longer';

CREATE FUNCTION nps_class(score double precision, passive_from integer DEFAULT 7, promoter_from integer DEFAULT 9) RETURNS text
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION nps_class(double precision, integer, integer)
    IS 'promoter, passive or detractor; unknown for null and anything but a whole number from 0 to 10';

-- Scores with intervals.

CREATE TYPE nps_score AS (
    n bigint,
    promoters bigint,
    passives bigint,
    detractors bigint,
    ignored bigint,
    score double precision,
    std_error double precision,
    low double precision,
    high double precision,
    adjusted boolean
);
COMMENT ON TYPE nps_score IS 'net promoter score in points, -100..100, with standard error and interval, null without answers; adjusted: the interval is the adjusted one, for few answers or all alike';

CREATE FUNCTION nps(summary survey_summary, confidence double precision DEFAULT 0.95, adjusted_below integer DEFAULT 30, passive_from integer DEFAULT 7, promoter_from integer DEFAULT 9) RETURNS nps_score
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION nps(survey_summary, double precision, integer, integer, integer)
    IS 'net promoter score: percentage of promoters less that of detractors; the interval is that of Wald, below adjusted_below answers the adjusted one; null for null';

CREATE FUNCTION nps_final(state survey_summary) RETURNS nps_score
    AS 'MODULE_PATHNAME', 'nps' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION nps_final(survey_summary)
    IS 'final function of the aggregate nps; not for direct use';

CREATE AGGREGATE nps(score double precision) (
    SFUNC = survey_summary_add, STYPE = survey_summary, SSPACE = 200,
    FINALFUNC = nps_final, COMBINEFUNC = survey_summary_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps(double precision)
    IS 'nps(survey_summary_agg(score)) in one step, with its defaults';

CREATE TYPE nps_difference AS (
    n_a bigint,
    n_b bigint,
    difference double precision,
    std_error double precision,
    low double precision,
    high double precision,
    z double precision,
    p_value double precision,
    adjusted boolean
);
COMMENT ON TYPE nps_difference IS 'NPS of b less that of a in points, -200..200, with standard error, interval, z and the two-sided p value; adjusted: at least one of the two was';

CREATE FUNCTION nps_test(a survey_summary, b survey_summary, confidence double precision DEFAULT 0.95, adjusted_below integer DEFAULT 30, passive_from integer DEFAULT 7, promoter_from integer DEFAULT 9) RETURNS nps_difference
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION nps_test(survey_summary, survey_summary, double precision, integer, integer, integer)
    IS 'whether two groups differ in NPS: z test of the difference of independent groups; null if one has no answers';

CREATE TYPE csat_score AS (
    n bigint,
    satisfied bigint,
    ignored bigint,
    score double precision,
    std_error double precision,
    low double precision,
    high double precision,
    adjusted boolean
);
COMMENT ON TYPE csat_score IS 'share of satisfied answers, 0..1, with standard error and interval, null without answers; adjusted: the interval is the adjusted one, for few answers or all alike';

CREATE FUNCTION csat(summary survey_summary, confidence double precision DEFAULT 0.95, adjusted_below integer DEFAULT 30, satisfied_from integer DEFAULT 4, scale_max integer DEFAULT 5) RETURNS csat_score
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION csat(survey_summary, double precision, integer, integer, integer)
    IS 'customer satisfaction: share of answers from satisfied_from on among those from 1 to scale_max, others are counted as ignored; null for null';

CREATE FUNCTION csat_final(state survey_summary) RETURNS csat_score
    AS 'MODULE_PATHNAME', 'csat' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION csat_final(survey_summary)
    IS 'final function of the aggregate csat; not for direct use';

CREATE AGGREGATE csat(score double precision) (
    SFUNC = survey_summary_add, STYPE = survey_summary, SSPACE = 200,
    FINALFUNC = csat_final, COMBINEFUNC = survey_summary_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat(double precision)
    IS 'csat(survey_summary_agg(score)) in one step, with its defaults';

CREATE TYPE ces_score AS (
    n bigint,
    ignored bigint,
    mean double precision,
    mean_low double precision,
    mean_high double precision,
    share double precision,
    share_low double precision,
    share_high double precision,
    net double precision,
    net_low double precision,
    net_high double precision,
    adjusted boolean
);
COMMENT ON TYPE ces_score IS 'customer effort score in its three variants, with intervals: mean of 1 to 7; share of 5 to 7, 0..1; net, 6 and 7 less 1 and 2, in points -100..100; null without answers, the interval of the mean with one';

CREATE FUNCTION ces(summary survey_summary, confidence double precision DEFAULT 0.95, adjusted_below integer DEFAULT 30) RETURNS ces_score
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION ces(survey_summary, double precision, integer)
    IS 'customer effort score of answers from 1 (very hard) to 7 (very easy), others are counted as ignored; null for null';

CREATE FUNCTION ces_final(state survey_summary) RETURNS ces_score
    AS 'MODULE_PATHNAME', 'ces' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION ces_final(survey_summary)
    IS 'final function of the aggregate ces; not for direct use';

CREATE AGGREGATE ces(score double precision) (
    SFUNC = survey_summary_add, STYPE = survey_summary, SSPACE = 200,
    FINALFUNC = ces_final, COMBINEFUNC = survey_summary_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ces(double precision)
    IS 'ces(survey_summary_agg(score)) in one step, with its defaults';
