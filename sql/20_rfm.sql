-- RFM: scores, cut points and segment names (doc/rfm.md).

CREATE TYPE rfm_cell AS (r integer, f integer, m integer);
COMMENT ON TYPE rfm_cell IS
'scores of one customer for recency, frequency and monetary value, each 1 (worst) to bins (best)';

-- Scoring a whole population.

CREATE FUNCTION rfm_score(last_order_at timestamptz, orders bigint, revenue numeric, bins integer DEFAULT 5, method text DEFAULT 'rank')
RETURNS rfm_cell
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'rfm_score';
COMMENT ON FUNCTION rfm_score(timestamptz, bigint, numeric, integer, text) IS
'window function: scores of every row within its partition, by rank, midrank, ntile, quantile or nested; null, and no part of the population, where an argument is null or orders is 0; window order matters to ntile alone, frames to none';

CREATE FUNCTION rfm_score(last_order_at timestamptz, orders bigint, revenue double precision, bins integer DEFAULT 5, method text DEFAULT 'rank')
RETURNS rfm_cell
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'rfm_score';
COMMENT ON FUNCTION rfm_score(timestamptz, bigint, double precision, integer, text) IS
'window function: scores of every row within its partition, by rank, midrank, ntile, quantile or nested; null, and no part of the population, where an argument is null or orders is 0; window order matters to ntile alone, frames to none';

CREATE FUNCTION rfm_score(last_order_at timestamptz, orders bigint, revenue bigint, bins integer DEFAULT 5, method text DEFAULT 'rank')
RETURNS rfm_cell
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'rfm_score';
COMMENT ON FUNCTION rfm_score(timestamptz, bigint, bigint, integer, text) IS
'window function: scores of every row within its partition, by rank, midrank, ntile, quantile or nested; null, and no part of the population, where an argument is null or orders is 0; window order matters to ntile alone, frames to none';

CREATE FUNCTION rfm_score(last_order_at timestamp, orders bigint, revenue numeric, bins integer DEFAULT 5, method text DEFAULT 'rank')
RETURNS rfm_cell
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'rfm_score';
COMMENT ON FUNCTION rfm_score(timestamp, bigint, numeric, integer, text) IS
'window function: scores of every row within its partition, by rank, midrank, ntile, quantile or nested; null, and no part of the population, where an argument is null or orders is 0; window order matters to ntile alone, frames to none';

CREATE FUNCTION rfm_score(last_order_at timestamp, orders bigint, revenue double precision, bins integer DEFAULT 5, method text DEFAULT 'rank')
RETURNS rfm_cell
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'rfm_score';
COMMENT ON FUNCTION rfm_score(timestamp, bigint, double precision, integer, text) IS
'window function: scores of every row within its partition, by rank, midrank, ntile, quantile or nested; null, and no part of the population, where an argument is null or orders is 0; window order matters to ntile alone, frames to none';

CREATE FUNCTION rfm_score(last_order_at timestamp, orders bigint, revenue bigint, bins integer DEFAULT 5, method text DEFAULT 'rank')
RETURNS rfm_cell
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'rfm_score';
COMMENT ON FUNCTION rfm_score(timestamp, bigint, bigint, integer, text) IS
'window function: scores of every row within its partition, by rank, midrank, ntile, quantile or nested; null, and no part of the population, where an argument is null or orders is 0; window order matters to ntile alone, frames to none';

CREATE FUNCTION rfm_score(last_order_at date, orders bigint, revenue numeric, bins integer DEFAULT 5, method text DEFAULT 'rank')
RETURNS rfm_cell
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'rfm_score';
COMMENT ON FUNCTION rfm_score(date, bigint, numeric, integer, text) IS
'window function: scores of every row within its partition, by rank, midrank, ntile, quantile or nested; null, and no part of the population, where an argument is null or orders is 0; window order matters to ntile alone, frames to none';

CREATE FUNCTION rfm_score(last_order_at date, orders bigint, revenue double precision, bins integer DEFAULT 5, method text DEFAULT 'rank')
RETURNS rfm_cell
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'rfm_score';
COMMENT ON FUNCTION rfm_score(date, bigint, double precision, integer, text) IS
'window function: scores of every row within its partition, by rank, midrank, ntile, quantile or nested; null, and no part of the population, where an argument is null or orders is 0; window order matters to ntile alone, frames to none';

CREATE FUNCTION rfm_score(last_order_at date, orders bigint, revenue bigint, bins integer DEFAULT 5, method text DEFAULT 'rank')
RETURNS rfm_cell
LANGUAGE c WINDOW IMMUTABLE PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'rfm_score';
COMMENT ON FUNCTION rfm_score(date, bigint, bigint, integer, text) IS
'window function: scores of every row within its partition, by rank, midrank, ntile, quantile or nested; null, and no part of the population, where an argument is null or orders is 0; window order matters to ntile alone, frames to none';

-- Cut points: taken from a population once, stored, shown, pinned.

CREATE TYPE rfm_breaks AS (
    method text,
    bins integer,
    customers bigint,
    r_cuts timestamptz[],
    f_cuts bigint[],
    m_cuts numeric[]
);
COMMENT ON TYPE rfm_breaks IS
'cut points for RFM scores: element i is the lowest value with score i + 1, null if no value has it; for method nested one row of f_cuts for each r, one of m_cuts for each r and f';

CREATE FUNCTION rfm_breaks(r_cuts timestamptz[], f_cuts bigint[], m_cuts numeric[])
RETURNS rfm_breaks
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_breaks_fixed';
COMMENT ON FUNCTION rfm_breaks(timestamptz[], bigint[], numeric[]) IS
'cut points as given, ascending, as many in each list: the lowest value of scores 2, 3, ...; null if a list is null';

CREATE FUNCTION rfm_breaks(as_of timestamptz, r_days integer[], f_cuts bigint[], m_cuts numeric[])
RETURNS rfm_breaks
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT customer_segments.rfm_breaks(
        (SELECT pg_catalog.array_agg(as_of - day.days * INTERVAL '24 hours' ORDER BY day.position)
         FROM ROWS FROM (pg_catalog.unnest(r_days)) WITH ORDINALITY AS day (days, position)),
        f_cuts, m_cuts);
END;
COMMENT ON FUNCTION rfm_breaks(timestamptz, integer[], bigint[], numeric[]) IS
'cut points as given, recency in days of 24 hours before as_of, descending: 365, 180, 90, 30 means that score 5 ordered within 30 days';

-- One function an overload, not one of polymorphic types: Citus and strangers' aggregates call it without saying which types are meant.

CREATE FUNCTION rfm_breaks_step(state bytea, last_order_at timestamptz, orders bigint, revenue numeric, bins integer, method text)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_breaks_step';
COMMENT ON FUNCTION rfm_breaks_step(bytea, timestamptz, bigint, numeric, integer, text) IS
'support for the aggregate rfm_breaks: adds a customer';

CREATE FUNCTION rfm_breaks_step(state bytea, last_order_at timestamptz, orders bigint, revenue double precision, bins integer, method text)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_breaks_step';
COMMENT ON FUNCTION rfm_breaks_step(bytea, timestamptz, bigint, double precision, integer, text) IS
'support for the aggregate rfm_breaks: adds a customer';

CREATE FUNCTION rfm_breaks_step(state bytea, last_order_at timestamptz, orders bigint, revenue bigint, bins integer, method text)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_breaks_step';
COMMENT ON FUNCTION rfm_breaks_step(bytea, timestamptz, bigint, bigint, integer, text) IS
'support for the aggregate rfm_breaks: adds a customer';

CREATE FUNCTION rfm_breaks_step(state bytea, last_order_at timestamp, orders bigint, revenue numeric, bins integer, method text)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_breaks_step';
COMMENT ON FUNCTION rfm_breaks_step(bytea, timestamp, bigint, numeric, integer, text) IS
'support for the aggregate rfm_breaks: adds a customer';

CREATE FUNCTION rfm_breaks_step(state bytea, last_order_at timestamp, orders bigint, revenue double precision, bins integer, method text)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_breaks_step';
COMMENT ON FUNCTION rfm_breaks_step(bytea, timestamp, bigint, double precision, integer, text) IS
'support for the aggregate rfm_breaks: adds a customer';

CREATE FUNCTION rfm_breaks_step(state bytea, last_order_at timestamp, orders bigint, revenue bigint, bins integer, method text)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_breaks_step';
COMMENT ON FUNCTION rfm_breaks_step(bytea, timestamp, bigint, bigint, integer, text) IS
'support for the aggregate rfm_breaks: adds a customer';

CREATE FUNCTION rfm_breaks_step(state bytea, last_order_at date, orders bigint, revenue numeric, bins integer, method text)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_breaks_step';
COMMENT ON FUNCTION rfm_breaks_step(bytea, date, bigint, numeric, integer, text) IS
'support for the aggregate rfm_breaks: adds a customer';

CREATE FUNCTION rfm_breaks_step(state bytea, last_order_at date, orders bigint, revenue double precision, bins integer, method text)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_breaks_step';
COMMENT ON FUNCTION rfm_breaks_step(bytea, date, bigint, double precision, integer, text) IS
'support for the aggregate rfm_breaks: adds a customer';

CREATE FUNCTION rfm_breaks_step(state bytea, last_order_at date, orders bigint, revenue bigint, bins integer, method text)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_breaks_step';
COMMENT ON FUNCTION rfm_breaks_step(bytea, date, bigint, bigint, integer, text) IS
'support for the aggregate rfm_breaks: adds a customer';

CREATE FUNCTION rfm_breaks_combine(state bytea, other bytea)
RETURNS bytea
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_breaks_combine';
COMMENT ON FUNCTION rfm_breaks_combine(bytea, bytea) IS
'support for the aggregate rfm_breaks: joins two parts of a population';

CREATE FUNCTION rfm_breaks_final(state bytea)
RETURNS rfm_breaks
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
AS 'MODULE_PATHNAME', 'rfm_breaks_final';
COMMENT ON FUNCTION rfm_breaks_final(bytea) IS
'support for the aggregate rfm_breaks: ranks the population';

CREATE AGGREGATE rfm_breaks(last_order_at timestamptz, orders bigint, revenue numeric, bins integer, method text) (
    SFUNC = rfm_breaks_step, STYPE = bytea, SSPACE = 65536,
    FINALFUNC = rfm_breaks_final, COMBINEFUNC = rfm_breaks_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_breaks(timestamptz, bigint, numeric, integer, text) IS
'aggregate over customers: the cut points of the population''s scores; null without any customer who ordered';

CREATE AGGREGATE rfm_breaks(last_order_at timestamptz, orders bigint, revenue double precision, bins integer, method text) (
    SFUNC = rfm_breaks_step, STYPE = bytea, SSPACE = 65536,
    FINALFUNC = rfm_breaks_final, COMBINEFUNC = rfm_breaks_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_breaks(timestamptz, bigint, double precision, integer, text) IS
'aggregate over customers: the cut points of the population''s scores; null without any customer who ordered';

CREATE AGGREGATE rfm_breaks(last_order_at timestamptz, orders bigint, revenue bigint, bins integer, method text) (
    SFUNC = rfm_breaks_step, STYPE = bytea, SSPACE = 65536,
    FINALFUNC = rfm_breaks_final, COMBINEFUNC = rfm_breaks_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_breaks(timestamptz, bigint, bigint, integer, text) IS
'aggregate over customers: the cut points of the population''s scores; null without any customer who ordered';

CREATE AGGREGATE rfm_breaks(last_order_at timestamp, orders bigint, revenue numeric, bins integer, method text) (
    SFUNC = rfm_breaks_step, STYPE = bytea, SSPACE = 65536,
    FINALFUNC = rfm_breaks_final, COMBINEFUNC = rfm_breaks_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_breaks(timestamp, bigint, numeric, integer, text) IS
'aggregate over customers: the cut points of the population''s scores; null without any customer who ordered';

CREATE AGGREGATE rfm_breaks(last_order_at timestamp, orders bigint, revenue double precision, bins integer, method text) (
    SFUNC = rfm_breaks_step, STYPE = bytea, SSPACE = 65536,
    FINALFUNC = rfm_breaks_final, COMBINEFUNC = rfm_breaks_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_breaks(timestamp, bigint, double precision, integer, text) IS
'aggregate over customers: the cut points of the population''s scores; null without any customer who ordered';

CREATE AGGREGATE rfm_breaks(last_order_at timestamp, orders bigint, revenue bigint, bins integer, method text) (
    SFUNC = rfm_breaks_step, STYPE = bytea, SSPACE = 65536,
    FINALFUNC = rfm_breaks_final, COMBINEFUNC = rfm_breaks_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_breaks(timestamp, bigint, bigint, integer, text) IS
'aggregate over customers: the cut points of the population''s scores; null without any customer who ordered';

CREATE AGGREGATE rfm_breaks(last_order_at date, orders bigint, revenue numeric, bins integer, method text) (
    SFUNC = rfm_breaks_step, STYPE = bytea, SSPACE = 65536,
    FINALFUNC = rfm_breaks_final, COMBINEFUNC = rfm_breaks_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_breaks(date, bigint, numeric, integer, text) IS
'aggregate over customers: the cut points of the population''s scores; null without any customer who ordered';

CREATE AGGREGATE rfm_breaks(last_order_at date, orders bigint, revenue double precision, bins integer, method text) (
    SFUNC = rfm_breaks_step, STYPE = bytea, SSPACE = 65536,
    FINALFUNC = rfm_breaks_final, COMBINEFUNC = rfm_breaks_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_breaks(date, bigint, double precision, integer, text) IS
'aggregate over customers: the cut points of the population''s scores; null without any customer who ordered';

CREATE AGGREGATE rfm_breaks(last_order_at date, orders bigint, revenue bigint, bins integer, method text) (
    SFUNC = rfm_breaks_step, STYPE = bytea, SSPACE = 65536,
    FINALFUNC = rfm_breaks_final, COMBINEFUNC = rfm_breaks_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_breaks(date, bigint, bigint, integer, text) IS
'aggregate over customers: the cut points of the population''s scores; null without any customer who ordered';

CREATE FUNCTION rfm_score(last_order_at timestamptz, orders bigint, revenue numeric, breaks rfm_breaks)
RETURNS rfm_cell
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'rfm_score_breaks';
COMMENT ON FUNCTION rfm_score(timestamptz, bigint, numeric, rfm_breaks) IS
'scores of one customer against cut points, a value on one goes up; null where an argument is null or orders is 0; a time without a zone means UTC';

CREATE FUNCTION rfm_score(last_order_at timestamptz, orders bigint, revenue double precision, breaks rfm_breaks)
RETURNS rfm_cell
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'rfm_score_breaks';
COMMENT ON FUNCTION rfm_score(timestamptz, bigint, double precision, rfm_breaks) IS
'scores of one customer against cut points, a value on one goes up; null where an argument is null or orders is 0; a time without a zone means UTC';

CREATE FUNCTION rfm_score(last_order_at timestamptz, orders bigint, revenue bigint, breaks rfm_breaks)
RETURNS rfm_cell
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'rfm_score_breaks';
COMMENT ON FUNCTION rfm_score(timestamptz, bigint, bigint, rfm_breaks) IS
'scores of one customer against cut points, a value on one goes up; null where an argument is null or orders is 0; a time without a zone means UTC';

CREATE FUNCTION rfm_score(last_order_at timestamp, orders bigint, revenue numeric, breaks rfm_breaks)
RETURNS rfm_cell
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'rfm_score_breaks';
COMMENT ON FUNCTION rfm_score(timestamp, bigint, numeric, rfm_breaks) IS
'scores of one customer against cut points, a value on one goes up; null where an argument is null or orders is 0; a time without a zone means UTC';

CREATE FUNCTION rfm_score(last_order_at timestamp, orders bigint, revenue double precision, breaks rfm_breaks)
RETURNS rfm_cell
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'rfm_score_breaks';
COMMENT ON FUNCTION rfm_score(timestamp, bigint, double precision, rfm_breaks) IS
'scores of one customer against cut points, a value on one goes up; null where an argument is null or orders is 0; a time without a zone means UTC';

CREATE FUNCTION rfm_score(last_order_at timestamp, orders bigint, revenue bigint, breaks rfm_breaks)
RETURNS rfm_cell
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'rfm_score_breaks';
COMMENT ON FUNCTION rfm_score(timestamp, bigint, bigint, rfm_breaks) IS
'scores of one customer against cut points, a value on one goes up; null where an argument is null or orders is 0; a time without a zone means UTC';

CREATE FUNCTION rfm_score(last_order_at date, orders bigint, revenue numeric, breaks rfm_breaks)
RETURNS rfm_cell
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'rfm_score_breaks';
COMMENT ON FUNCTION rfm_score(date, bigint, numeric, rfm_breaks) IS
'scores of one customer against cut points, a value on one goes up; null where an argument is null or orders is 0; a time without a zone means UTC';

CREATE FUNCTION rfm_score(last_order_at date, orders bigint, revenue double precision, breaks rfm_breaks)
RETURNS rfm_cell
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'rfm_score_breaks';
COMMENT ON FUNCTION rfm_score(date, bigint, double precision, rfm_breaks) IS
'scores of one customer against cut points, a value on one goes up; null where an argument is null or orders is 0; a time without a zone means UTC';

CREATE FUNCTION rfm_score(last_order_at date, orders bigint, revenue bigint, breaks rfm_breaks)
RETURNS rfm_cell
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 5
AS 'MODULE_PATHNAME', 'rfm_score_breaks';
COMMENT ON FUNCTION rfm_score(date, bigint, bigint, rfm_breaks) IS
'scores of one customer against cut points, a value on one goes up; null where an argument is null or orders is 0; a time without a zone means UTC';

-- Names.

CREATE FUNCTION rfm_segment(r integer, f integer, m integer, preset text DEFAULT 'default', bins integer DEFAULT NULL)
RETURNS text
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_segment';
COMMENT ON FUNCTION rfm_segment(integer, integer, integer, text, integer) IS
'segment of a cell by a preset''s rules, first match wins; scores are 1 to bins, or on the preset''s own scale if bins is null; prospect where a score is null';

CREATE FUNCTION rfm_segment(cell rfm_cell, preset text DEFAULT 'default', bins integer DEFAULT 5)
RETURNS text
LANGUAGE c IMMUTABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_segment_cell';
COMMENT ON FUNCTION rfm_segment(rfm_cell, text, integer) IS
'segment of the scores of rfm_score, made with as many bins; prospect where there are none';

CREATE FUNCTION rfm_preset(name text DEFAULT 'default', bins integer DEFAULT NULL)
RETURNS TABLE ("position" integer, segment text, r_min integer, r_max integer, f_min integer, f_max integer, m_min integer, m_max integer)
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 10 ROWS 11
AS 'MODULE_PATHNAME', 'rfm_preset';
COMMENT ON FUNCTION rfm_preset(text, integer) IS
'rules of a preset (default, email_0_3, email_1_3), bounds included, on scores of 1 to bins, or on its own scale if bins is null';

CREATE FUNCTION rfm_grid(bins integer DEFAULT 5, preset text DEFAULT 'default')
RETURNS TABLE (r integer, f integer, m integer, segment text)
LANGUAGE c IMMUTABLE PARALLEL SAFE COST 100 ROWS 125
AS 'MODULE_PATHNAME', 'rfm_grid';
COMMENT ON FUNCTION rfm_grid(integer, text) IS
'every cell of scores 1 to bins, with its segment by a preset';

CREATE FUNCTION rfm_rule(r integer, f integer, m integer, rules integer[])
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rfm_rule';
COMMENT ON FUNCTION rfm_rule(integer, integer, integer, integer[]) IS
'position of the first of rules that holds the scores: rules is {{position, r_min, r_max, f_min, f_max, m_min, m_max}, ...} in the order they are tried, a null bound is open; null if none does, or a score is null';

CREATE FUNCTION check_rfm_rules(rules regclass, bins integer DEFAULT 5)
RETURNS TABLE (problem text, "position" integer, segment text, r integer, f integer, m integer)
LANGUAGE c STABLE PARALLEL RESTRICTED COST 1000 ROWS 10
AS 'MODULE_PATHNAME', 'check_rfm_rules';
COMMENT ON FUNCTION check_rfm_rules(regclass, integer) IS
'what is wrong with a table of rules (position, segment, r_min, r_max, f_min, f_max, m_min, m_max; a null bound is open): each uncovered cell, unreachable rule and position used twice; no row if nothing is';

CREATE FUNCTION rfm_weighted_score(r integer, f integer, m integer,
    wr double precision DEFAULT 1, wf double precision DEFAULT 1, wm double precision DEFAULT 1)
RETURNS double precision
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN wr * r + wf * f + wm * m;
COMMENT ON FUNCTION rfm_weighted_score(integer, integer, integer, double precision, double precision, double precision) IS
'wr r + wf f + wm m, for sorting; null where an argument is null';
