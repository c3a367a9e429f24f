-- Every aggregate of the extension, as the catalogue has them.  What Citus does with them: states are built apart, go from server to
-- server as text, are combined there in any order, and the answer is that of all rows in one place.  As window functions: a moving
-- frame gives what its rows give.  Groups without rows, and rows of nulls, are no accident.
BEGIN;
SET search_path = customer_segments, public;
SET client_min_messages = warning;
SET timezone = 'UTC';
SELECT plan(16);

-- what an argument of this name and type is given in row i: by its name, else by its type
CREATE TEMPORARY TABLE given (name text, type text, expression text);
INSERT INTO given VALUES
    (NULL, 'boolean', 'i % 3 = 0'), (NULL, 'integer', '1 + i % 5'), (NULL, 'bigint', '1 + i % 7'), (NULL, 'numeric', '1.25 + i % 7'),
    (NULL, 'double precision', '1.5 + i % 7'), (NULL, 'date', 'date ''2024-01-01'' + i'),
    (NULL, 'timestamp without time zone', 'timestamp ''2024-01-01'' + i * interval ''31 hours'''),
    (NULL, 'timestamp with time zone', 'timestamptz ''2024-01-01Z'' + i * interval ''31 hours'''),
    (NULL, 'customer_segments.purchase_history', '(SELECT purchase_history_agg(date ''2024-01-01'' + i % 5 * j + j, j::numeric) FROM generate_series(1, 1 + i % 3) j)'),
    (NULL, 'customer_segments.activity_history', '(SELECT activity_history_agg(''purchase'', date ''2024-01-01'' + i * j) FROM generate_series(1, 1 + i % 3) j)'),
    (NULL, 'customer_segments.affinity', '(SELECT affinity_agg(''label '' || i % 4, i, timestamptz ''2024-01-01Z'' + j * interval ''1 day'') FROM generate_series(1, 1 + i % 3) j)'),
    (NULL, 'customer_segments.event_sequence', '(SELECT event_sequence_agg(i % 9, timestamptz ''2024-01-01Z'' + i * j * interval ''1 hour'') FROM generate_series(1, 3) j)'),
    (NULL, 'customer_segments.price_response', '(SELECT price_response_agg((8 + (i + j) % 3)::numeric, 10::numeric) FROM generate_series(1, 1 + i % 3) j)'),
    (NULL, 'customer_segments.scale_items', '(SELECT scale_items_agg(ARRAY[i % 5, j, 2.5]::float8[]) FROM generate_series(1, 3) j)'),
    (NULL, 'customer_segments.survey_summary', '(SELECT survey_summary_agg((i + j) % 11) FROM generate_series(1, 3) j)'),
    ('as_of', 'date', 'date ''2024-06-01'''), ('as_of', 'timestamp with time zone', 'timestamptz ''2024-06-01Z'''),
    ('at', 'timestamp with time zone', 'timestamptz ''2024-01-01Z'' + i * interval ''37 minutes'''),
    ('bins', 'integer', '3'), ('method', 'text', '''rank'''), ('confidence', 'double precision', '0.95'), ('mode', 'text', '''strict'''),
    ('code', 'integer', 'i % 9'), ('channel', 'text', '(ARRAY[''web'', ''store''])[1 + i % 2]'), ('label', 'text', '''label '' || i % 4'),
    ('event', 'text', '(ARRAY[''look'', ''buy''])[1 + i / 3 % 2]'), ('steps', 'text[]', 'ARRAY[''look'', ''buy'']'),
    ('event_type', 'text', '(ARRAY[''page_view'', ''purchase''])[1 + i % 2]'), ('kind', 'text', '(ARRAY[''add_to_cart'', ''purchase''])[1 + i / 4 % 2]'),
    ('time_zone', 'text', '''Europe/Berlin'''), ('unit', 'text', '''week'''), ('model', 'text', '''mbg_nbd'''),
    ('frequency', 'bigint', 'i % 4'), ('recency', 'double precision', 'i % 4 * 2'), ('t', 'double precision', '20 + i % 3'), ('n', 'double precision', '10'),
    ('covariates', 'double precision[]', 'ARRAY[i % 2, i % 5]::float8[]'), ('half_life_days', 'double precision', '30'),
    ('idle', 'interval', 'interval ''30 minutes'''), ('within', 'interval', 'interval ''1 day'''), ('recovery', 'interval', 'interval ''7 days'''),
    ('period', 'interval', 'interval ''6 hours'''), ('periods', 'integer', '4'), ('items', 'double precision[]', 'ARRAY[i % 5, i % 3, 2.5 + i % 2]::float8[]'),
    ('min_discount', 'numeric', '0.05'), ('list', 'bigint', '10'), ('list', 'numeric', '10'), ('list', 'double precision', '10'),
    ('score', 'double precision', '1 + i % 5'), ('trials', 'bigint', '5'), ('successes', 'bigint', 'i % 4'), ('quantity', 'double precision', '40 - 2 * (i % 7) + i % 2'),
    ('too_cheap', 'numeric', '5 + i % 5'), ('cheap', 'numeric', '10 + i % 5'), ('expensive', 'numeric', '20 + i % 5'), ('too_expensive', 'numeric', '30 + i % 5'),
    ('too_cheap', 'double precision', '5 + i % 5'), ('cheap', 'double precision', '10 + i % 5'), ('expensive', 'double precision', '20 + i % 5'),
    ('too_expensive', 'double precision', '30 + i % 5');

CREATE TEMPORARY TABLE aggregate AS
SELECT row_number() OVER (ORDER BY p.oid) AS number, p.oid::regprocedure::text AS signature, p.proname, a.aggtransfn, a.aggcombinefn,
       NULLIF(a.aggfinalfn, 0) AS final, a.aggtranstype::regtype::text AS state, format_type(a.aggtranstype, NULL) AS state_type,
       (SELECT string_agg(format_type(t, NULL), ', ' ORDER BY n) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS x (t, n)) AS types,
       (SELECT string_agg(COALESCE(format('(%s)::%s', g.expression, format_type(x.t, NULL)), 'NULL'), ', ' ORDER BY x.n)
          FROM unnest(p.proargtypes::oid[], p.proargnames) WITH ORDINALITY AS x (t, name, n)
          LEFT JOIN LATERAL (SELECT g.expression FROM given g WHERE g.type::regtype = x.t AND (g.name = x.name OR g.name IS NULL) ORDER BY g.name LIMIT 1) g ON true) AS arguments
  FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
  JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid JOIN pg_aggregate a ON a.aggfnoid = p.oid
 WHERE d.deptype = 'e' AND e.extname = 'customer_segments';

CREATE FUNCTION pg_temp.travel() RETURNS TABLE (signature text, direct text, travelled text, back text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM aggregate ORDER BY number LOOP
        EXECUTE format('CREATE AGGREGATE pg_temp.worker_%s(%s) (SFUNC = %s, STYPE = %s)', one.number, one.types, one.aggtransfn, one.state_type);
        EXECUTE format('CREATE AGGREGATE pg_temp.coordinator_%1$s(%2$s) (SFUNC = %3$s, STYPE = %2$s%4$s)', one.number, one.state_type, one.aggcombinefn,
                       ', FINALFUNC = ' || one.final::regproc::text);
        signature := one.signature;
        EXECUTE format('SELECT customer_segments.%I(%s)::text FROM generate_series(1, 60) AS i', one.proname, one.arguments) INTO direct;
        EXECUTE format('SELECT pg_temp.coordinator_%1$s(s::text::%3$s ORDER BY part)::text, pg_temp.coordinator_%1$s(s::text::%3$s ORDER BY part DESC)::text
                          FROM (SELECT i %% 4 AS part, pg_temp.worker_%1$s(%2$s) AS s FROM generate_series(1, 60) AS i GROUP BY i %% 4
                                UNION ALL SELECT -1, pg_temp.worker_%1$s(%2$s) FROM generate_series(1, 0) AS i) AS workers',
                       one.number, one.arguments, one.state_type) INTO travelled, back;
        RETURN NEXT;
    END LOOP;
END;
$$;
CREATE TEMPORARY TABLE travelled AS SELECT * FROM pg_temp.travel();

SELECT cmp_ok((SELECT count(*) FROM travelled), '>', 100::bigint, 'aggregates whose states travel: ' || (SELECT count(*) FROM travelled));
SELECT is((SELECT string_agg(signature, ', ') FROM travelled WHERE direct IS NULL), NULL, 'each has an answer');
SELECT is((SELECT string_agg(format('%s: %s, travelled %s', signature, left(direct, 100), left(travelled, 100)), E'\n') FROM travelled WHERE travelled IS DISTINCT FROM direct), NULL,
          'an empty and four filled states, sent as text and combined, give what all rows in one place give');
SELECT is((SELECT string_agg(signature, ', ') FROM travelled WHERE back IS DISTINCT FROM direct), NULL, 'and the other way round');

-- states of a later version, from a worker that was updated before its coordinator; types of our own say theirs in `make tap TEST=upgrade`
CREATE FUNCTION pg_temp.later() RETURNS TABLE (signature text, problem text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM aggregate WHERE state_type = 'bytea' ORDER BY number LOOP
        signature := one.signature;
        problem := 'no error';
        BEGIN
            EXECUTE format('SELECT pg_temp.coordinator_%1$s(set_byte(s, 0, get_byte(s, 0) + 1))::text
                              FROM (SELECT pg_temp.worker_%1$s(%2$s) AS s FROM generate_series(1, 60) AS i) AS worker', one.number, one.arguments);
        EXCEPTION WHEN invalid_binary_representation THEN
            problem := CASE WHEN SQLERRM NOT LIKE '%unknown format version' THEN SQLERRM END;
        END;
        RETURN NEXT;
    END LOOP;
END;
$$;
CREATE TEMPORARY TABLE later AS SELECT * FROM pg_temp.later();
SELECT cmp_ok((SELECT count(*) FROM later), '>', 20::bigint, 'aggregates with a state of bytes');
SELECT is((SELECT string_agg(format('%s: %s', signature, problem), E'\n') FROM later WHERE problem IS NOT NULL), NULL, 'such a state says its version, and a later one is refused');

-- rows in any order
CREATE FUNCTION pg_temp.shuffled() RETURNS TABLE (signature text, problem text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM aggregate JOIN travelled USING (signature) ORDER BY number LOOP
        signature := one.signature;
        EXECUTE format($q$SELECT string_agg(DISTINCT said, ' or ') FROM (
                SELECT customer_segments.%1$I(%2$s ORDER BY - i)::text AS said FROM generate_series(1, 60) AS i
                UNION ALL SELECT customer_segments.%1$I(%2$s ORDER BY hashint4(i))::text FROM generate_series(1, 60) AS i
                UNION ALL SELECT customer_segments.%1$I(%2$s ORDER BY hashint4(i + 977))::text FROM generate_series(1, 60) AS i) AS orders
            WHERE said IS DISTINCT FROM $1$q$, one.proname, one.arguments) INTO problem USING one.direct;
        IF problem IS NOT NULL THEN RETURN NEXT; END IF;
    END LOOP;
END;
$$;
SELECT is((SELECT string_agg(format('%s: %s', signature, left(problem, 100)), E'\n') FROM pg_temp.shuffled()), NULL, 'backwards and shuffled rows give what sorted ones give');

-- settings that are not those of the coordinator change no text of a state
SET extra_float_digits = -15;
SET datestyle = 'German, DMY';
SET intervalstyle = 'sql_standard';
SET bytea_output = 'escape';
SET timezone = 'Asia/Kolkata';
CREATE TEMPORARY TABLE elsewhere AS SELECT a.number, a.signature, NULL::text AS state FROM aggregate a WHERE false;
CREATE FUNCTION pg_temp.states() RETURNS SETOF elsewhere LANGUAGE plpgsql AS $$
DECLARE
    one record;
    state text;
BEGIN
    FOR one IN SELECT * FROM aggregate WHERE state_type <> 'bytea' ORDER BY number LOOP
        EXECUTE format('SELECT pg_temp.worker_%s(%s)::text FROM generate_series(1, 60) AS i', one.number, one.arguments) INTO state;
        RETURN NEXT ROW(one.number, one.signature, state);
    END LOOP;
END;
$$;
INSERT INTO elsewhere SELECT * FROM pg_temp.states();
RESET extra_float_digits;
RESET datestyle;
RESET intervalstyle;
RESET bytea_output;
SET timezone = 'UTC';
SELECT is((SELECT string_agg(e.signature, ', ') FROM elsewhere e JOIN pg_temp.states() s USING (number) WHERE e.state IS DISTINCT FROM s.state), NULL,
          'the text of a state depends on no setting');

-- windows: final functions are called again and again on a state that goes on; those that sort their state are refused
CREATE FUNCTION pg_temp.windows() RETURNS TABLE (signature text, problem text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
    wrong bigint;
BEGIN
    FOR one IN SELECT a.*, g.aggfinalmodify FROM aggregate a JOIN pg_aggregate g ON g.aggfnoid = a.signature::regprocedure ORDER BY number LOOP
        signature := one.signature;
        problem := NULL;
        BEGIN
            EXECUTE format($q$SELECT count(*) FROM (
                    SELECT i, customer_segments.%1$I(%2$s) OVER grown AS grown, customer_segments.%1$I(%2$s) OVER moved AS moved
                      FROM generate_series(1, 12) AS i
                    WINDOW grown AS (ORDER BY i), moved AS (ORDER BY i ROWS BETWEEN 3 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW)) AS w
                WHERE w.grown::text IS DISTINCT FROM (SELECT customer_segments.%1$I(%2$s)::text FROM generate_series(1, w.i) AS i)
                   OR w.moved::text IS DISTINCT FROM (SELECT customer_segments.%1$I(%2$s)::text FROM generate_series(w.i - 3, w.i + 1) AS i WHERE i BETWEEN 1 AND 12 AND i <> w.i)$q$,
                one.proname, one.arguments) INTO wrong;
            IF wrong <> 0 THEN problem := wrong || ' rows differ'; END IF;
        EXCEPTION WHEN feature_not_supported THEN
            problem := CASE WHEN one.aggfinalmodify = 'r' THEN SQLERRM END;
        WHEN OTHERS THEN
            problem := SQLERRM;
        END;
        IF problem IS NOT NULL THEN RETURN NEXT; END IF;
    END LOOP;
END;
$$;
SELECT is((SELECT string_agg(format('%s: %s', signature, problem), E'\n') FROM pg_temp.windows()), NULL, 'growing and moving frames give what their rows give');

-- frames by value, where rows are tied, and frames without a row
CREATE FUNCTION pg_temp.frames() RETURNS TABLE (signature text, problem text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
    wrong bigint;
BEGIN
    FOR one IN SELECT a.* FROM aggregate a JOIN pg_aggregate g ON g.aggfnoid = a.signature::regprocedure WHERE g.aggfinalmodify = 'r' ORDER BY number LOOP
        EXECUTE format($q$SELECT count(*) FROM (
                SELECT i, customer_segments.%1$I(%2$s) OVER tied AS tied, customer_segments.%1$I(%2$s) OVER beyond AS beyond
                  FROM generate_series(1, 9) AS i
                WINDOW tied AS (ORDER BY i / 3 RANGE BETWEEN 1 PRECEDING AND CURRENT ROW), beyond AS (ORDER BY i ROWS BETWEEN 20 FOLLOWING AND 30 FOLLOWING)) AS w
            WHERE w.tied::text IS DISTINCT FROM (SELECT customer_segments.%1$I(%2$s)::text FROM generate_series(1, 9) AS i WHERE i / 3 BETWEEN w.i / 3 - 1 AND w.i / 3)
               OR w.beyond::text IS DISTINCT FROM (SELECT customer_segments.%1$I(%2$s)::text FROM generate_series(1, 0) AS i)$q$,
            one.proname, one.arguments) INTO wrong;
        IF wrong <> 0 THEN
            signature := one.signature;
            problem := wrong || ' rows differ';
            RETURN NEXT;
        END IF;
    END LOOP;
END;
$$;
SELECT is((SELECT string_agg(format('%s: %s', signature, problem), E'\n') FROM pg_temp.frames()), NULL, 'frames with ties, and without rows, give what their rows give');

-- several groupings of the same rows in one pass, sorted and hashed
CREATE FUNCTION pg_temp.groupings() RETURNS TABLE (signature text, problem text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
    hashed text;
BEGIN
    FOREACH hashed IN ARRAY '{on,off}'::text[] LOOP
        PERFORM set_config('enable_hashagg', hashed, true);
        FOR one IN SELECT * FROM aggregate JOIN travelled USING (signature) ORDER BY number LOOP
            EXECUTE format($q$SELECT string_agg(left(said, 100), ' and ') FROM (
                    SELECT i %% 4 AS part, i %% 3 AS third, customer_segments.%1$I(%2$s)::text AS said FROM generate_series(1, 60) AS i
                     GROUP BY GROUPING SETS ((), (i %% 4), (i %% 3))) AS g
                WHERE said IS DISTINCT FROM (SELECT customer_segments.%1$I(%2$s)::text FROM generate_series(1, 60) AS i
                                              WHERE i %% 4 = COALESCE(part, i %% 4) AND i %% 3 = COALESCE(third, i %% 3))$q$,
                one.proname, one.arguments) INTO problem;
            IF problem IS NOT NULL THEN
                signature := one.signature;
                RETURN NEXT;
            END IF;
        END LOOP;
    END LOOP;
    PERFORM set_config('enable_hashagg', 'on', true);
END;
$$;
SELECT is((SELECT string_agg(format('%s: %s', signature, problem), E'\n') FROM pg_temp.groupings()), NULL, 'grouping sets give each group what its rows give');

-- groups without rows, rows of nulls
CREATE FUNCTION pg_temp.nothing(rows text) RETURNS TABLE (signature text, answer text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT a.*, (SELECT string_agg('NULL::' || t, ', ') FROM unnest(string_to_array(a.types, ', ')) AS t) AS nulls FROM aggregate a ORDER BY number LOOP
        signature := one.signature;
        BEGIN
            EXECUTE format('SELECT (customer_segments.%I(%s) FILTER (WHERE %s))::text FROM generate_series(1, %s) AS i', one.proname,
                           CASE rows WHEN 'nulls' THEN one.nulls ELSE one.arguments END, CASE rows WHEN 'filtered' THEN 'i > 30' ELSE 'true' END,
                           CASE rows WHEN 'none' THEN 0 ELSE 20 END) INTO answer;
        EXCEPTION WHEN null_value_not_allowed THEN answer := 'refused';
        END;
        answer := COALESCE(answer, 'null');
        RETURN NEXT;
    END LOOP;
END;
$$;
SELECT is((SELECT string_agg(n.signature || ': ' || answer, E'\n') FROM pg_temp.nothing('none') n JOIN aggregate a USING (signature) JOIN pg_proc p ON p.oid = a.signature::regprocedure
            WHERE answer <> 'null' AND p.prorettype = a.state_type::regtype), NULL, 'an aggregate that makes a value makes none of no rows');
SELECT is((SELECT string_agg(signature, ', ') FROM pg_temp.nothing('filtered') f JOIN pg_temp.nothing('none') n USING (signature) WHERE f.answer <> n.answer), NULL,
          'a group whose rows are filtered out is one without rows');
SELECT is((SELECT count(*) FROM pg_temp.nothing('nulls')), (SELECT count(*) FROM aggregate), 'rows of nulls are no error but the one that names a parameter');

-- the same in workers, some of which get no row; and where rows are wide enough that workers share them
CREATE TEMPORARY TABLE direct AS SELECT signature, direct FROM travelled;
CREATE TABLE public.numbers AS SELECT i FROM generate_series(1, 60) AS i;
CREATE TABLE public.wide (i integer, filler text);
ALTER TABLE public.wide ALTER filler SET STORAGE plain;
INSERT INTO public.wide SELECT i, repeat('x', 3000) FROM generate_series(1, 60) AS i;
ANALYZE public.numbers, public.wide;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL max_parallel_workers_per_gather = 2;
CREATE FUNCTION pg_temp.in_workers(relation text) RETURNS TABLE (signature text, answer text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM aggregate WHERE final IS NOT NULL ORDER BY number LOOP
        signature := one.signature;
        EXECUTE format('SELECT customer_segments.%I(%s)::text FROM public.%I', one.proname, one.arguments, relation) INTO answer;
        RETURN NEXT;
    END LOOP;
END;
$$;
SELECT is((SELECT string_agg(signature, ', ') FROM pg_temp.in_workers('numbers') JOIN direct USING (signature) WHERE answer IS DISTINCT FROM direct), NULL,
          'in workers, which meet all rows of one block or none, the same answer');
SELECT is((SELECT string_agg(signature, ', ') FROM pg_temp.in_workers('wide') JOIN direct USING (signature) WHERE answer IS DISTINCT FROM direct), NULL,
          'and in workers that share thirty blocks');

SELECT * FROM finish();
ROLLBACK;
