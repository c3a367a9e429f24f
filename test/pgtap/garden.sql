-- A walk through the garden: every function of the extension is called with the product of the edges of its arguments' types, NULL
-- among them.  Where that is too much it is each edge beside ordinary values, many pairs of edges, and mixtures.  Composites have
-- edges in their fields, and values of our own types damaged bytes.  An answer and an error with a code of its own are both fine; an
-- internal error (class XX), a crash or a call that never ends is not.  What a function gives of our types can be written and read back,
-- and what it is given stays as it is, also a state that a stranger's aggregate has stored.  Functions are found in the catalogue: a
-- new one is walked over without a line here.  CSEG_DEEP=1 takes more of the products and of the pairs.  Everything is rolled back.
\getenv deep CSEG_DEEP
\if :{?deep} \else
    \set deep ''
\endif
BEGIN;
SET search_path = public, customer_segments;
SET LOCAL statement_timeout = '300s';
SET LOCAL client_min_messages = error;
SELECT plan(17);

CREATE TEMPORARY TABLE edge (position integer GENERATED ALWAYS AS IDENTITY, type oid, value text, ordinary boolean);
INSERT INTO edge (type, value, ordinary)
SELECT t::regtype, v.value, v.ordinality <= 2
FROM (VALUES
    ('boolean', ARRAY['true', 'false']),
    ('smallint', ARRAY['5', '2', '0', '-1', '32767', '-32768']),
    ('integer', ARRAY['5', '2', '0', '-1', '2147483647', '-2147483648']),
    ('bigint', ARRAY['5', '2', '0', '-1', '9223372036854775807', '-9223372036854775808']),
    ('real', ARRAY['1', '0.5', '0', '-1', '''NaN''', '''Infinity''', '''-Infinity''', '3e38']),
    ('double precision', ARRAY['1', '0.5', '0', '-1', '''NaN''', '''Infinity''', '''-Infinity''', '1e308', '5e-324', '-0.0']),
    ('numeric', ARRAY['10', '0.5', '0', '-1', '''NaN''', '''Infinity''', '''-Infinity''', '10::numeric ^ 1000', '1e-1000', '99999999999999999999.99']),
    ('text', ARRAY['''day''', '''bg_nbd''', '''''', '''%s%n "''''$$''', 'repeat(''ä'', 50000)', '''NaN''', 'E''\x7f\n\t''']),
    ('character varying', ARRAY['''x''', '''''']),
    ('name', ARRAY['''nosuch''', '''orders''', '''''', '''"quoted"; --''', '''pg_catalog''']),
    ('bytea', ARRAY['''\x00''', '''\x01020304''', '''''', '''\xffffffffffffffff''']),
    ('date', ARRAY['''2024-02-29''', '''2024-06-01''', '''infinity''', '''-infinity''', '''4713-01-01 BC''', '''5874897-12-31''']),
    ('timestamp without time zone', ARRAY['''2024-02-29 12:00''', '''2024-06-01''', '''infinity''', '''-infinity''', '''4713-01-01 BC''', '''294276-12-31''']),
    ('timestamp with time zone', ARRAY['''2024-02-29 12:00Z''', '''2024-06-01Z''', '''infinity''', '''-infinity''', '''4713-01-02Z BC''', '''294276-12-31Z''']),
    ('interval', ARRAY['''30 days''', '''1 hour''', '''0''', '''-1 day''', '''178000000 years''']),
    ('jsonb', ARRAY['''{}''', '''[1]''', '''null''', '''{"a": {"b": [1, "x"]}}''']),
    ('json', ARRAY['''{}''', '''[1]''']),
    ('uuid', ARRAY['''00000000-0000-0000-0000-000000000000''', '''ffffffff-ffff-ffff-ffff-ffffffffffff''']),
    ('regclass', ARRAY['''pg_class''', '''edge''', '0']),
    ('regtype', ARRAY['''bigint''', '''text''', '0']),
    ('oid', ARRAY['23', '25', '0', '4294967295']),
    ('cstring', ARRAY['''x''', '''{"version": 1}''', '''''', '''v1 scale=2''', '''\x01''']),
    ('integer[]', ARRAY['''{1,2,3}''', '''{5}''', '''{}''', '''{NULL}''', '''{{1,2},{3,4}}''', '''{-2147483648,2147483647}''']),
    ('bigint[]', ARRAY['''{1,2,3}''', '''{5}''', '''{}''', '''{NULL}''', '''{{1,2},{3,4}}''', '''{-9223372036854775808,9223372036854775807}''']),
    ('double precision[]', ARRAY['''{1,2,3}''', '''{0.5}''', '''{}''', '''{NULL}''', '''{NaN,Infinity}''', '''{{1,2},{3,4}}''', '''{1e308,-1e308}''']),
    ('numeric[]', ARRAY['''{1,2,3}''', '''{0.5}''', '''{}''', '''{NULL}''', '''{NaN,Infinity}''', '''{{1,2},{3,4}}''']),
    ('text[]', ARRAY['''{a,b}''', '''{x}''', '''{}''', '''{NULL}''', '''{{a,b},{c,d}}''', '''{""}''']),
    ('boolean[]', ARRAY['''{t,f}''', '''{t}''', '''{}''', '''{NULL}''']),
    ('timestamp with time zone[]', ARRAY['''{2024-01-01Z}''', '''{2024-01-01Z,2024-01-02Z}''', '''{}''', '''{NULL}''', '''{infinity,-infinity}''']),
    ('anyelement', ARRAY['1::bigint', '2::bigint']),
    ('anynonarray', ARRAY['1::bigint', '2::bigint']),
    ('anyarray', ARRAY['''{1,2}''::bigint[]', '''{}''::bigint[]']),
    ('anycompatible', ARRAY['1::bigint', '2::bigint']),
    ('"any"', ARRAY['1::bigint', '''x''::text']),
    ('record', ARRAY['ROW(1, ''a'')', 'ROW()'])) AS x (t, values), unnest(x.values) WITH ORDINALITY AS v (value, ordinality);

CREATE TEMPORARY VIEW member AS
SELECT p.oid, p.proname, p.prokind, p.proargtypes::oid[] AS arguments, p.prorettype, p.oid::regprocedure::text AS signature
FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
WHERE d.deptype = 'e' AND e.extname = 'customer_segments' AND p.prokind <> 'p'
  AND p.prorettype <> ALL (ARRAY['trigger', 'event_trigger', 'internal']::regtype[])
  AND NOT 'internal'::regtype = ANY (p.proargtypes);

-- the n-th ordinary value of a type, as an expression
CREATE FUNCTION pg_temp.ordinary(type oid, n integer) RETURNS text LANGUAGE sql AS $$
    SELECT COALESCE((SELECT CASE WHEN format_type($1, NULL) LIKE 'any%' OR format_type($1, NULL) IN ('"any"', 'record') THEN e.value
                                 ELSE format('(%s)::%s', e.value, format_type($1, NULL)) END
                     FROM edge e WHERE e.type = $1 AND e.ordinary ORDER BY e.position OFFSET (n % 2) LIMIT 1),
                    (SELECT format('(%s)::%s', e.value, format_type($1, NULL)) FROM edge e WHERE e.type = $1 ORDER BY e.position LIMIT 1),
                    format('NULL::%s', format_type($1, NULL)))
$$;

-- values of the extension's own types, made by its own aggregates and, for composites, out of ordinary fields
CREATE FUNCTION pg_temp.own_values() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    found integer := 0;
    own record;
    maker record;
    made boolean;
BEGIN
    FOR own IN SELECT t.oid, t.typtype, t.typrelid FROM pg_depend d
                 JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
                 JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
                WHERE d.deptype = 'e' AND e.extname = 'customer_segments' AND t.typcategory <> 'A'
    LOOP
        IF own.typtype = 'c' THEN
            INSERT INTO edge (type, value, ordinary)
            SELECT own.oid, format('ROW(%s)', string_agg(pg_temp.ordinary(a.atttypid, 0), ', ' ORDER BY a.attnum)), true
              FROM pg_attribute a WHERE a.attrelid = own.typrelid AND a.attnum > 0;
            INSERT INTO edge (type, value, ordinary)
            SELECT own.oid, format('ROW(%s)', string_agg('NULL', ', ')), false
              FROM pg_attribute a WHERE a.attrelid = own.typrelid AND a.attnum > 0;
            found := found + 1;
            CONTINUE;
        END IF;
        -- a kind of event is a text that not every text will do for
        FOR maker IN SELECT m.*, replace((SELECT string_agg(pg_temp.ordinary(a.type, 0), ', ' ORDER BY a.n) FROM unnest(m.arguments) WITH ORDINALITY AS a (type, n)),
                                         '''day''', word) AS list
                       FROM member m CROSS JOIN unnest(ARRAY['''day''', '''page_view''']) AS word
                      WHERE m.prokind = 'a' AND m.prorettype = own.oid AND NOT own.oid = ANY (m.arguments)
                      ORDER BY word, cardinality(m.arguments)
        LOOP
            BEGIN
                EXECUTE format('SELECT customer_segments.%I(%s) IS NOT NULL', maker.proname, maker.list) INTO made;
                IF made THEN
                    INSERT INTO edge (type, value, ordinary)
                    VALUES (own.oid, format('(SELECT customer_segments.%I(%s))', maker.proname, maker.list), true),
                           (own.oid, format('(SELECT customer_segments.%I(%s) FROM generate_series(1, 300) AS i)', maker.proname, maker.list), true);
                    found := found + 1;
                    EXIT;
                END IF;
            EXCEPTION WHEN OTHERS THEN
                NULL;
            END;
        END LOOP;
    END LOOP;
    RETURN found;
END;
$$;
CREATE TEMPORARY TABLE own AS SELECT pg_temp.own_values() AS types;

-- composites with an edge in one field
INSERT INTO edge (type, value, ordinary)
SELECT t.oid, format('ROW(%s)', string_agg(CASE WHEN b.attnum = a.attnum THEN format('(%s)::%s', e.value, format_type(b.atttypid, NULL))
                                                ELSE pg_temp.ordinary(b.atttypid, 0) END, ', ' ORDER BY b.attnum)), false
  FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
  JOIN edge e ON e.type = a.atttypid JOIN pg_attribute b ON b.attrelid = c.oid AND b.attnum > 0
 WHERE t.typnamespace = 'customer_segments'::regnamespace GROUP BY t.oid, a.attnum, e.position;

-- values as a damaged page would hold them: bytes of good ones, changed, cut off or added to, which no input function has seen
CREATE TEMPORARY TABLE alignment AS SELECT oid AS type, typalign FROM pg_type WHERE typnamespace = 'customer_segments'::regnamespace AND typtype = 'b' AND typelem = 0;
UPDATE pg_type SET typalign = 'i' WHERE oid IN (SELECT type FROM alignment);
CREATE FUNCTION pg_temp.damaged() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    odd constant bytea[] := '{"\\x00","\\x01","\\x7f","\\x80","\\xff","\\xffffffff","\\x0000000000000080","\\xffffffffffffff7f","\\x000000000000f87f"}';
    one record;
    good bytea;
    bad bytea;
    place integer;
BEGIN
    PERFORM setseed(0.5);
    FOR one IN SELECT format_type(a.type, NULL) AS name, a.type, e.value FROM alignment a JOIN edge e ON e.type = a.type WHERE e.ordinary ORDER BY e.position LOOP
        IF NOT (EXISTS (SELECT FROM pg_cast WHERE castsource = 'bytea'::regtype AND casttarget = one.type)) THEN
            EXECUTE format('CREATE CAST (bytea AS %s) WITHOUT FUNCTION', one.name);
            EXECUTE format('CREATE CAST (%s AS bytea) WITHOUT FUNCTION', one.name);
        END IF;
        EXECUTE format('SELECT %s_send(%s)', one.name, one.value) INTO good;
        FOR i IN 1..12 LOOP
            bad := good;
            FOR k IN 1..1 + i % 3 LOOP
                place := 1 + floor(random() * length(bad));
                bad := CASE i % 6 WHEN 0 THEN substring(bad FROM 1 FOR place - 1) WHEN 1 THEN bad || odd[1 + floor(random() * 9)]
                                  ELSE overlay(bad PLACING odd[1 + floor(random() * 9)] FROM CASE WHEN i % 2 = 0 THEN least(place, 24) ELSE place END) END;
            END LOOP;
            INSERT INTO edge (type, value, ordinary) VALUES (one.type, quote_literal(bad) || '::bytea', false);
        END LOOP;
    END LOOP;
    RETURN (SELECT count(DISTINCT type) FROM edge WHERE value LIKE '%::bytea');
END;
$$;
CREATE TEMPORARY TABLE damaged AS SELECT pg_temp.damaged() AS types;
UPDATE pg_type t SET typalign = a.typalign FROM alignment a WHERE a.type = t.oid;

-- what an argument of a type may be: its edges and NULL, as expressions
CREATE FUNCTION pg_temp.polymorphic(type oid) RETURNS boolean LANGUAGE sql AS $$
    SELECT typtype = 'p' AND typname <> 'cstring' FROM pg_type WHERE oid = $1
$$;
CREATE TEMPORARY TABLE choice AS
SELECT type, row_number() OVER (PARTITION BY type ORDER BY position) AS n,
       CASE WHEN pg_temp.polymorphic(type) THEN value ELSE format('(%s)::%s', value, format_type(type, NULL)) END AS value
  FROM edge
UNION ALL
SELECT DISTINCT a.type, 0, format('NULL::%s', CASE WHEN NOT pg_temp.polymorphic(a.type) OR a.type = 'record'::regtype THEN format_type(a.type, NULL)
                                                   WHEN a.type = 'anyarray'::regtype THEN 'bigint[]' ELSE 'bigint' END)
  FROM member m, unnest(m.arguments) AS a (type);
CREATE TEMPORARY TABLE choices AS SELECT type, count(*) AS choices FROM choice GROUP BY type;
CREATE TEMPORARY TABLE bounds AS
SELECT CASE WHEN d.deep THEN 20000 ELSE 1000 END AS product, CASE WHEN d.deep THEN 4000 ELSE 200 END AS pairs FROM (SELECT :'deep' NOT IN ('', '0')) AS d (deep);

-- lists of arguments to call a function with
CREATE FUNCTION pg_temp.lists(arguments oid[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    lists text[] := ARRAY[''];
    type_of_argument oid;
BEGIN
    IF (SELECT COALESCE(exp(sum(ln(c.choices))), 1) <= (SELECT product FROM bounds) FROM unnest(arguments) AS a (type) JOIN choices c USING (type)) THEN
        FOREACH type_of_argument IN ARRAY arguments LOOP
            lists := ARRAY(SELECT l || CASE WHEN l = '' THEN '' ELSE ', ' END || c.value FROM unnest(lists) AS l, choice c WHERE c.type = type_of_argument);
        END LOOP;
        RETURN QUERY SELECT unnest(lists);
        RETURN;
    END IF;
    RETURN QUERY
    WITH args AS MATERIALIZED (
        SELECT a.n, a.type, pg_temp.ordinary(a.type, 0) AS usual, pg_temp.ordinary(a.type, a.n::integer) AS other
          FROM unnest(arguments) WITH ORDINALITY AS a (type, n)),
    pairs AS (
        SELECT a.n AS n1, c.value AS value1, b.n AS n2, d.value AS value2
          FROM args a JOIN choice c USING (type), args b JOIN choice d USING (type)
         WHERE a.n < b.n ORDER BY hashint8(((a.n * 16 + b.n) * 4096 + c.n) * 4096 + d.n) LIMIT (SELECT pairs FROM bounds)),
    chosen AS (
        SELECT a.n AS n1, c.value AS value1, NULL::bigint AS n2, NULL AS value2 FROM args a JOIN choice c USING (type)
        UNION ALL SELECT * FROM pairs)
    SELECT string_agg(CASE a.n WHEN c.n1 THEN c.value1 WHEN c.n2 THEN c.value2 ELSE a.usual END, ', ' ORDER BY a.n)
      FROM (SELECT row_number() OVER () AS id, * FROM chosen) c, args a GROUP BY c.id
    UNION ALL SELECT string_agg(usual, ', ' ORDER BY n) FROM args
    UNION ALL SELECT string_agg(other, ', ' ORDER BY n) FROM args
    UNION ALL SELECT string_agg((SELECT c.value FROM choice c WHERE c.type = a.type AND c.n = 0), ', ' ORDER BY a.n) FROM args a
    UNION ALL SELECT string_agg((SELECT c.value FROM choice c WHERE c.type = a.type ORDER BY hashint8(c.n * 7919 + a.n * 31 + g.i * 104729) LIMIT 1), ', ' ORDER BY a.n)
                FROM generate_series(1, 8) AS g (i), args a GROUP BY g.i;
END;
$$;

-- What becomes of values in text: the number of those that come back as another value.
CREATE FUNCTION pg_temp.changed(query text, type oid) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    result bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM (SELECT x, x::text::%1$s AS y FROM (%2$s) AS q) AS q WHERE x::text IS DISTINCT FROM y::text OR %3$s(x) IS DISTINCT FROM %3$s(y)',
                   format_type(type, NULL), query, (SELECT typsend FROM pg_type WHERE oid = type)) INTO result;
    RETURN result;
END;
$$;

CREATE TEMPORARY TABLE walk (signature text, calls bigint, answers bigint, complaint text, unread text);
CREATE FUNCTION pg_temp.walk(f record) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    list text;
    calls bigint := 0;
    answers bigint := 0;
    bad text;
    unread text;
    call text;
BEGIN
    FOR list IN SELECT * FROM pg_temp.lists(f.arguments) LOOP
        call := format(CASE f.prokind WHEN 'w' THEN 'SELECT customer_segments.%I(%s) OVER () AS x FROM generate_series(1, 3) AS i'
                                      WHEN 'a' THEN 'SELECT customer_segments.%I(%s) AS x FROM generate_series(1, 3) AS i'
                                      ELSE 'SELECT customer_segments.%I(%s) AS x' END, f.proname, list);
        calls := calls + 1;
        BEGIN
            EXECUTE format('SELECT count(x::text) FROM (%s LIMIT 1000) AS q', call);
            answers := answers + 1;
        EXCEPTION
            -- two of our functions may fit a list of NULLs and literals; a cast to text may be missing
            WHEN ambiguous_function OR undefined_function OR cannot_coerce THEN NULL;
            WHEN OTHERS THEN
                IF SQLSTATE LIKE 'XX%' OR SQLSTATE LIKE '58%' THEN
                    bad := format('%s: %s %s', left(call, 300), SQLSTATE, SQLERRM);
                END IF;
                CONTINUE;
        END;
        -- what is made of damaged bytes that nothing looks at yet may be damaged, too
        IF f.prorettype IN (SELECT type FROM alignment) AND list NOT LIKE '%::bytea)::%' THEN
            BEGIN
                IF pg_temp.changed(call || ' LIMIT 1000', f.prorettype) > 0 THEN
                    unread := format('%s: comes back as another value', left(call, 300));
                END IF;
            EXCEPTION WHEN OTHERS THEN
                unread := format('%s: %s %s', left(call, 300), SQLSTATE, SQLERRM);
            END;
        END IF;
    END LOOP;
    INSERT INTO walk VALUES (f.signature, calls, answers, bad, unread);
END;
$$;
DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT * FROM member ORDER BY signature LOOP
        PERFORM pg_temp.walk(f);
    END LOOP;
END;
$$;

-- States that a stranger's aggregates, which have no final function, have stored.  Ordinary values take turns, so that rows are in no
-- order; the rows between those after which states grow leave something in memory that must not show in the room to spare.
CREATE FUNCTION pg_temp.state_table(type oid) RETURNS text LANGUAGE sql AS $$
    SELECT 'pg_temp.' || quote_ident('state_' || typname) FROM pg_type WHERE oid = $1
$$;
CREATE TEMPORARY TABLE stranger AS
SELECT m.oid, m.arguments, a.aggtranstype AS type, format_type(a.aggtranstype, NULL) AS name, pg_temp.state_table(a.aggtranstype) AS states, a.aggtransfn, a.aggcombinefn, a.aggfinalfn
  FROM member m JOIN pg_aggregate a ON a.aggfnoid = m.oid WHERE a.aggkind = 'n' AND (a.aggtranstype = 'bytea'::regtype OR a.aggtranstype IN (SELECT type FROM alignment));
CREATE FUNCTION pg_temp.store_states() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one record;
    list text;
BEGIN
    FOR one IN SELECT DISTINCT name, states FROM stranger LOOP
        EXECUTE format('CREATE TABLE %s (n integer GENERATED ALWAYS AS IDENTITY, maker oid, v %s)', one.states, one.name);
        EXECUTE format('ALTER TABLE %s ALTER v SET STORAGE plain', one.states);
    END LOOP;
    FOR one IN SELECT * FROM stranger ORDER BY oid LOOP
        EXECUTE format('CREATE AGGREGATE pg_temp.stored_%s(%s) (SFUNC = %s, STYPE = %s)', one.oid,
                       (SELECT string_agg(format_type(type, NULL), ', ' ORDER BY n) FROM unnest(one.arguments) WITH ORDINALITY AS a (type, n)), one.aggtransfn, one.name);
        FOR list IN
            SELECT replace((SELECT string_agg(format(CASE WHEN n = 1 THEN 'CASE WHEN length(repeat(''SECRET'', CASE i %% 2 WHEN 0 THEN 500 ELSE 1 END)) > 0 AND i > 0 THEN %s END' ELSE '%s' END,
                                                     CASE WHEN turns AND type IN ('bigint'::regtype, 'double precision'::regtype) THEN format('%s + i * 7 %% 43', pg_temp.ordinary(type, 0))
                                                          WHEN turns THEN format('CASE i %% 3 WHEN 0 THEN %s ELSE %s END', pg_temp.ordinary(type, 1), pg_temp.ordinary(type, 0))
                                                          ELSE pg_temp.ordinary(type, 0) END), ', ' ORDER BY n)
                              FROM unnest(one.arguments) WITH ORDINALITY AS a (type, n)), '''day''', word)
              FROM unnest(ARRAY[true, false]) AS turns, unnest(ARRAY['''day''', '''page_view''', '''rank''', '''UTC''']) AS word
        LOOP
            BEGIN
                EXECUTE format('INSERT INTO %s (maker, v) SELECT %s, s FROM (SELECT pg_temp.stored_%s(%s) AS s FROM unnest(ARRAY[1, 3, 41]) AS rows, generate_series(0, rows) AS i GROUP BY rows) AS q WHERE s IS NOT NULL',
                               one.states, one.oid, one.oid, list);
            EXCEPTION WHEN data_exception OR program_limit_exceeded OR feature_not_supported THEN
                NULL;
            END;
        END LOOP;
    END LOOP;
END;
$$;
SELECT pg_temp.store_states();

-- a hash of what is stored, and how many values show what they should not
CREATE FUNCTION pg_temp.stored() RETURNS TABLE (name text, states bigint, hash text, secrets bigint) LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT DISTINCT s.name, s.states FROM stranger s LOOP
        name := one.name;
        EXECUTE format('SELECT count(*), md5(string_agg(v::bytea::text, '' '' ORDER BY n)), count(*) FILTER (WHERE position(''SECRET''::bytea IN v::bytea) > 0) FROM %s', one.states)
           INTO states, hash, secrets;
        RETURN NEXT;
    END LOOP;
END;
$$;
CREATE TEMPORARY TABLE stored AS SELECT * FROM pg_temp.stored();

-- They are given to every function and aggregate that takes their type, and merged by aggregates of the stranger's.
CREATE TEMPORARY TABLE state_reads (query text, type oid, complaint text);
CREATE FUNCTION pg_temp.read_states() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT * FROM stranger WHERE aggcombinefn <> 0 LOOP
        EXECUTE format('CREATE AGGREGATE pg_temp.merged_%s(%s) (SFUNC = %s, STYPE = %s %s)', one.oid, one.name, one.aggcombinefn, one.name,
                       ', FINALFUNC = ' || NULLIF(one.aggfinalfn, 0)::regproc);
        INSERT INTO state_reads
        SELECT format('SELECT pg_temp.merged_%s(v) %s AS x FROM %s WHERE maker = %s', one.oid, way, one.states, one.oid), (SELECT prorettype FROM pg_proc WHERE oid = one.oid)
          FROM unnest(ARRAY['', 'OVER ()', 'OVER (ORDER BY n)']) AS way;
    END LOOP;
    INSERT INTO state_reads
    SELECT format('SELECT customer_segments.%I(%s) %s AS x FROM %s', m.proname,
                  (SELECT string_agg(CASE a.type WHEN t.type THEN 'v' ELSE pg_temp.ordinary(a.type, o.n) END, ', ' ORDER BY a.n) FROM unnest(m.arguments) WITH ORDINALITY AS a (type, n)),
                  CASE m.prokind WHEN 'w' THEN 'OVER ()' ELSE '' END, t.states), m.prorettype
      FROM member m JOIN (SELECT DISTINCT type, states FROM stranger WHERE type <> 'bytea'::regtype) t ON t.type = ANY (m.arguments), generate_series(0, 1) AS o (n);
    FOR one IN SELECT query, type FROM state_reads LOOP
        BEGIN
            EXECUTE format('SELECT count(x::text) FROM (%s) AS q', one.query);
            IF one.type IN (SELECT type FROM alignment) AND pg_temp.changed(one.query, one.type) > 0 THEN
                UPDATE state_reads SET complaint = format('%s: XX comes back as another value', query) WHERE query = one.query;
            END IF;
        EXCEPTION
            WHEN ambiguous_function OR undefined_function OR cannot_coerce OR feature_not_supported THEN NULL;
            WHEN OTHERS THEN
                UPDATE state_reads SET complaint = format('%s: %s %s', query, SQLSTATE, SQLERRM) WHERE query = one.query;
        END;
    END LOOP;
END;
$$;
SELECT pg_temp.read_states();

-- A row type that somebody altered, or that SQL of another version made: a function which returns it says so, and reads no column
-- that its library does not know.
CREATE FUNCTION pg_temp.altered() RETURNS TABLE (signature text, code text) LANGUAGE plpgsql AS $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT m.*, m.prorettype::regtype AS returned FROM member m JOIN pg_type t ON t.oid = m.prorettype AND t.typtype = 'c' LOOP
        signature := f.signature;
        BEGIN
            EXECUTE format('ALTER TYPE %s ADD ATTRIBUTE surprise text', f.returned);
            EXECUTE format('SELECT customer_segments.%I(%s) %s FROM generate_series(1, 3) AS i', f.proname,
                           (SELECT string_agg(pg_temp.ordinary(a.type, 0), ', ' ORDER BY a.n) FROM unnest(f.arguments) WITH ORDINALITY AS a (type, n)),
                           CASE f.prokind WHEN 'w' THEN 'OVER ()' ELSE '' END);
            -- what is altered here must not stay
            RAISE EXCEPTION 'an answer';
        EXCEPTION WHEN OTHERS THEN
            code := SQLSTATE;
        END;
        RETURN NEXT;
    END LOOP;
END;
$$;
CREATE TEMPORARY TABLE altered AS SELECT * FROM pg_temp.altered();

SELECT cmp_ok((SELECT types FROM own), '>=', 20, 'own types that the walk has values of');
SELECT is((SELECT types::bigint FROM damaged), (SELECT count(*) FROM alignment), 'every type has damaged values');
SELECT is((SELECT count(*) FROM walk), (SELECT count(*) FROM member), 'every function was called');

-- malformed text is an error that COPY can skip, from 16 on: whatever the text, asking whether it is valid raises nothing
CREATE FUNCTION pg_temp.hard_errors() RETURNS TABLE (type text, problem text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
    good text;
    bad text;
    valid boolean;
BEGIN
    IF to_regprocedure('pg_catalog.pg_input_is_valid(text, text)') IS NULL THEN RETURN; END IF;
    FOR one IN SELECT format_type(a.type, NULL) AS name, e.value FROM alignment a JOIN edge e ON e.type = a.type WHERE e.ordinary ORDER BY e.position LOOP
        EXECUTE format('SELECT (%s)::text', one.value) INTO good;
        FOREACH bad IN ARRAY ARRAY['', 'rubbish', 'v9', good || '0', left(good, -1), left(good, length(good) / 2), replace(good, 'v1', 'v2'), overlay(good PLACING '02' FROM 3 FOR 2),
                                   replace(good, '0', '9'), replace(good, '1', '99999999999999999999'), replace(good, '2', '-'),
                                   regexp_replace(good, '\d+\.\d+', '1e400'), upper(good)] LOOP
            BEGIN
                EXECUTE 'SELECT pg_input_is_valid($1, $2)' INTO valid USING bad, one.name;
            EXCEPTION WHEN OTHERS THEN
                type := one.name;
                problem := format('%s: %s', left(bad, 60), SQLERRM);
                RETURN NEXT;
            END;
        END LOOP;
    END LOOP;
END;
$$;
SELECT is((SELECT string_agg(format('%s, %s', type, problem), E'\n') FROM pg_temp.hard_errors()), NULL, 'input functions report by errors that can be skipped');

-- text with another number in one place, and damaged bytes in text: what is taken at all comes back
CREATE FUNCTION pg_temp.altered_texts() RETURNS TABLE (type text, taken boolean, problem text) LANGUAGE plpgsql AS $$
DECLARE
    one record;
    good text;
    bad text;
BEGIN
    FOR one IN SELECT a.type, e.value, e.ordinary, t.typinput FROM alignment a JOIN edge e ON e.type = a.type JOIN pg_type t ON t.oid = a.type ORDER BY e.position LOOP
        EXECUTE format('SELECT (%s)::text', one.value) INTO good;
        type := one.type::regtype;
        FOR bad IN SELECT good WHERE NOT one.ordinary
                   UNION SELECT regexp_replace(good, '\d+(\.\d+)?', number, 1, place) FROM generate_series(1, 40) AS place,
                                unnest(ARRAY['0', '1.5', '-1', '1e400', '1e18', '9007199254740992', '9223372036854775807', '9223372036854775808', '99999999999999999999999999999999999999']) AS number
                          WHERE one.ordinary LOOP
            problem := NULL;
            BEGIN
                EXECUTE format('SELECT %L::%s', bad, type);
                taken := true;
            EXCEPTION WHEN OTHERS THEN
                taken := false;
            END;
            IF taken THEN
                BEGIN
                    IF pg_temp.changed(format('SELECT %L::%s AS x', bad, type), one.type) > 0 THEN
                        problem := format('%s: comes back as another value', left(bad, 300));
                    END IF;
                EXCEPTION WHEN OTHERS THEN
                    problem := format('%s: %s %s', left(bad, 300), SQLSTATE, SQLERRM);
                END;
            END IF;
            RETURN NEXT;
        END LOOP;
    END LOOP;
END;
$$;
CREATE TEMPORARY TABLE altered_text AS SELECT * FROM pg_temp.altered_texts();
SELECT is((SELECT string_agg(format('%s, %s', type, problem), E'\n') FROM altered_text WHERE problem IS NOT NULL), NULL, 'text that is taken comes back');
SELECT cmp_ok((SELECT min(taken) FROM (SELECT count(*) FILTER (WHERE taken) AS taken FROM altered_text GROUP BY type) t), '>', 1::bigint, 'some of it is, of every type');
SELECT cmp_ok((SELECT sum(calls) FROM walk), '>', 2000::numeric, 'some thousand calls');
SELECT cmp_ok((SELECT avg((answers > 0)::integer) FROM walk), '>', 0.6, 'most functions gave an answer too, so the calls are no nonsense');
SELECT is((SELECT string_agg(complaint, E'\n' ORDER BY signature) FROM walk), NULL, 'no internal error');
SELECT is((SELECT string_agg(unread, E'\n' ORDER BY signature) FROM walk), NULL, 'what functions give can be written and read back');
SELECT cmp_ok((SELECT min(states) FROM stored), '>=', 2::bigint, 'states of every type are stored');
SELECT is((SELECT sum(secrets) FROM stored), 0::numeric, 'none shows what was in memory before');
SELECT is((SELECT string_agg(complaint, E'\n' ORDER BY complaint) FROM state_reads WHERE complaint ~ ': (XX|58)'), NULL, 'no internal error of what reads them');
SELECT cmp_ok((SELECT avg((complaint IS NULL)::integer) FROM state_reads), '>', 0.6, 'most of it gave an answer');
SELECT is((SELECT string_agg(name, ', ') FROM stored s JOIN pg_temp.stored() n USING (name) WHERE s.hash <> n.hash), NULL, 'and none of it changed a byte of theirs');
SELECT cmp_ok((SELECT count(*) FROM altered WHERE code = '42804'), '>=', 40::bigint, 'functions that say that their row type was altered');
SELECT is((SELECT string_agg(signature || ': ' || code, E'\n') FROM altered WHERE code ~ '^(XX|58)'), NULL, 'and no internal error');
SELECT diag(format('%s functions, %s calls, %s answers; without any answer: %s', count(*), sum(calls), sum(answers),
                   left(string_agg(signature, ', ' ORDER BY signature) FILTER (WHERE answers = 0), 2000))) FROM walk;

SELECT * FROM finish();
ROLLBACK;
