-- The rules that every object of the extension and of a workspace keeps, each as a query that lists who breaks it.  Then one
-- offender a rule is put among the members, and the rule must find it: no rule passes because it sees nothing.
BEGIN;
SET search_path = customer_segments, public;
SET client_min_messages = warning;

SELECT plan(32);

SELECT is((SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'customer_segments'), 'customer_segments',
          'the extension lives in its schema');
SELECT matches((SELECT extversion FROM pg_extension WHERE extname = 'customer_segments'), '^\d+\.\d+\.\d+$',
               'the version is a semantic one');

-- a workspace over every relation of a source, to look at what is generated
CREATE SCHEMA shop;
CREATE TABLE shop.orders (order_id bigint, customer_id bigint, ordered_at timestamptz, amount numeric, currency text, coupon_code text, channel text, list_amount numeric);
CREATE TABLE shop.refunds (order_id bigint, refunded_at timestamptz, amount numeric);
CREATE TABLE shop.order_items (order_id bigint, product_id bigint, quantity numeric, unit_price numeric, list_price numeric, category text);
CREATE TABLE shop.events (customer_id bigint, event_type text, occurred_at timestamptz, channel text, user_agent text, product_id bigint);
CREATE TABLE shop.customers (customer_id bigint, email text, birth_date date, gender text, country text, region text, signed_up_at timestamptz, company text, employees integer);
CREATE TABLE shop.survey_answers (customer_id bigint, question text, answered_at timestamptz, answer text, score double precision);
CREATE TABLE shop.products (product_id bigint, category text);
CREATE TABLE shop.exchange_rates (currency text, valid_on date, rate numeric);
SELECT count(create_workspace('seg', 'shop', currency => 'EUR', storage => 'incremental')) AS workspaces;

CREATE TEMPORARY VIEW member AS
SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS object
  FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
 WHERE d.deptype = 'e' AND e.extname = 'customer_segments';
CREATE TEMPORARY VIEW member_function AS
SELECT m.object, p.* FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid;
CREATE TEMPORARY VIEW member_aggregate AS
SELECT p.object, p.provolatile, a.* FROM member_function p JOIN pg_aggregate a ON a.aggfnoid = p.oid;
CREATE TEMPORARY VIEW member_relation AS
SELECT m.object, c.* FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid;
-- what the views of workspaces are made of, beyond the system catalogue
CREATE TEMPORARY VIEW view_part AS
SELECT v.relnamespace, v.oid::regclass::text AS object, d.refclassid, d.refobjid,
       COALESCE(f.pronamespace, o.oprnamespace, c.relnamespace, t.typnamespace)::regnamespace::text AS schema
  FROM pg_class v JOIN pg_rewrite r ON r.ev_class = v.oid JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
  LEFT JOIN pg_proc f ON d.refclassid = 'pg_proc'::regclass AND f.oid = d.refobjid
  LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
  LEFT JOIN pg_class c ON d.refclassid = 'pg_class'::regclass AND c.oid = d.refobjid
  LEFT JOIN pg_type t ON d.refclassid = 'pg_type'::regclass AND t.oid = d.refobjid
 WHERE v.relkind = 'v' AND v.relnamespace = 'seg'::regnamespace;

CREATE TEMPORARY TABLE rule (name text PRIMARY KEY, query text, offender text);
INSERT INTO rule VALUES
('everything has a comment',
 $$SELECT object FROM member LEFT JOIN pg_type t ON classid = 'pg_type'::regclass AND t.oid = objid
    WHERE obj_description(objid, classid::regclass::name) IS NULL
      AND NOT COALESCE(t.typcategory = 'A' OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind <> 'c'), false)$$,
 $$CREATE FUNCTION customer_segments.planted() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN 1$$),
-- the catalogue does not tell a volatile function that says unsafe from one that says nothing: the style check sql_script asks its text
('what does not write is safe in parallel plans, or restricted to the leader',
 $$SELECT object FROM member_function WHERE proparallel = 'u' AND provolatile <> 'v' AND prokind <> 'p'
      -- what a workspace stores is its owner's code, whatever that does
      AND proargnames[1] IS DISTINCT FROM 'workspace'$$,
 $$CREATE FUNCTION customer_segments.planted() RETURNS integer LANGUAGE sql IMMUTABLE RETURN 1$$),
('no function runs with somebody else''s rights',
 $$SELECT object FROM member_function WHERE prosecdef$$,
 $$CREATE FUNCTION customer_segments.planted() RETURNS integer LANGUAGE sql SECURITY DEFINER RETURN 1$$),
('no function claims to be leakproof',
 $$SELECT object FROM member_function WHERE proleakproof$$,
 $$CREATE FUNCTION customer_segments.planted() RETURNS integer LANGUAGE sql LEAKPROOF RETURN 1$$),
('a function in SQL is bound to objects, or pins its search_path',
 $$SELECT object FROM member_function JOIN pg_language l ON l.oid = prolang
    WHERE lanname = 'sql' AND prosqlbody IS NULL AND NOT COALESCE('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)$$,
 $$CREATE FUNCTION customer_segments.planted() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'$$),
-- a procedure that commits cannot: refresh calls functions that do
('a function in PL/pgSQL pins its search_path, pg_temp last',
 $$SELECT object FROM member_function JOIN pg_language l ON l.oid = prolang
    WHERE lanname NOT IN ('c', 'internal', 'sql') AND object <> 'function refresh(name)' AND NOT COALESCE('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)$$,
 $$CREATE FUNCTION customer_segments.planted() RETURNS integer LANGUAGE plpgsql SET search_path = pg_catalog AS 'BEGIN RETURN 1; END'$$),
('no function of the extension may be executed by fewer or more than everybody',
 $$SELECT object FROM member_function WHERE proacl IS NOT NULL$$,
 $$CREATE FUNCTION customer_segments.planted() RETURNS integer LANGUAGE sql RETURN 1;
   GRANT EXECUTE ON FUNCTION customer_segments.planted() TO pg_monitor$$),
-- of two functions with one name the one that fits a call better is called, whoever made it
('the schema holds the extension and nothing else',
 $$SELECT pg_describe_object(classid, objid, 0) FROM pg_depend d
    WHERE refclassid = 'pg_namespace'::regclass AND refobjid = 'customer_segments'::regnamespace AND classid NOT IN ('pg_extension'::regclass, 'pg_default_acl'::regclass)
      AND NOT EXISTS (SELECT FROM member m WHERE (m.classid, m.objid) = (d.classid, d.objid))$$,
 $$CREATE OR REPLACE FUNCTION customer_segments.planted(t regtype) RETURNS oid LANGUAGE sql RETURN t::oid$$),
('the schema and all functions belong to one role, and nobody else makes anything there',
 $$SELECT object FROM member_function WHERE proowner <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'customer_segments')
   UNION ALL SELECT x.grantee::regrole::text FROM pg_namespace n, aclexplode(n.nspacl) AS x
    WHERE n.nspname = 'customer_segments' AND x.privilege_type = 'CREATE' AND x.grantee <> n.nspowner$$,
 $$CREATE FUNCTION customer_segments.planted() RETURNS integer LANGUAGE sql RETURN 1; ALTER FUNCTION customer_segments.planted() OWNER TO pg_monitor$$),
-- live_cut_point is for the views of a workspace, whose reader has chosen to read them
('what runs statements in a workspace asks first whose it is',
 $$SELECT object FROM member_function WHERE proargnames[1] = 'workspace' AND prosrc ~ '\mEXECUTE (?!FUNCTION)' AND prosrc !~ 'workspace_require'
      AND proname NOT IN ('create_workspace', 'live_cut_point')$$,
 $$CREATE FUNCTION customer_segments.planted(workspace name) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE format(''TABLE %I.rfm'', workspace); END'$$),
-- reconcile tells, where it cannot write
('what writes in a workspace that is its caller''s asks first whether it can',
 $$SELECT object FROM member_function WHERE prosrc ~ 'workspace_require_owner\(' AND prosrc ~ '\m(INSERT INTO|UPDATE|DELETE FROM|LOCK TABLE|DROP|CREATE) ' AND proname <> 'reconcile'$$,
 $$CREATE FUNCTION customer_segments.planted(workspace name) RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM customer_segments.workspace_require_owner(workspace); EXECUTE format(''UPDATE %I.settings SET cut_points = 1'', workspace); END'$$),
-- what = is depends on the search_path: of citext, under pg_catalog, that of text; key_equals and queue_operator name the type's own
('what is compared with a key is compared by the operator of its type',
 $$SELECT object FROM member_function WHERE COALESCE(pg_get_function_sqlbody(oid), prosrc)
     ~ '\m(customer|order)_id\M"? *(=(?!>)|<|>|!=|(IS|NOT|IN)\M(?! (NOT )?NULL))|(=|<>|<|>|!=|DISTINCT FROM|NULLIF\() *([\w$%"]+\.)*"?(customer|order)_id\M|\mUSING \([^)]*(customer|order)_id\M'$$,
 $$CREATE FUNCTION customer_segments.planted() RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM FROM a JOIN b ON a.customer_id = b.customer_id; END'$$),
-- for a superuser pg_has_role() is true of everybody; capture_made asks what may be dropped, not what may be run; may_be_superuser is
-- asked by who refuses; current_roles asks what is left of the memberships that count, workspace_require how to put it
('whose code is run is not asked of pg_has_role()',
 $$SELECT object FROM member_function WHERE COALESCE(pg_get_function_sqlbody(oid), prosrc) ~ 'pg_has_role\(' AND proname NOT IN ('capture_made', 'current_roles', 'may_be_superuser', 'workspace_require')$$,
 $$CREATE FUNCTION customer_segments.planted() RETURNS boolean LANGUAGE sql RETURN pg_has_role('pg_monitor', 'USAGE')$$),
('no aggregate hides its state from other servers and other sessions',
 $$SELECT object FROM member_aggregate a JOIN pg_type t ON t.oid = a.aggtranstype WHERE t.typtype = 'p'$$,
 $$CREATE AGGREGATE customer_segments.planted(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
   UPDATE pg_aggregate SET aggtranstype = 'internal'::regtype WHERE aggfnoid = 'customer_segments.planted'::regproc$$),
-- where Citus or a stranger's aggregate calls them, the types of the call are not known, or not ours
('no function of an aggregate takes any type',
 $$SELECT a.object FROM member_aggregate a JOIN pg_proc f ON f.oid IN (a.aggtransfn, a.aggcombinefn, a.aggfinalfn)
     JOIN pg_type t ON t.oid = ANY (f.proargtypes) WHERE t.typtype = 'p'$$,
 $$CREATE AGGREGATE customer_segments.planted(bigint) (SFUNC = array_append, STYPE = bigint[], COMBINEFUNC = array_cat)$$),
('every aggregate can be combined',
 $$SELECT object FROM member_aggregate WHERE aggcombinefn = 0$$,
 $$CREATE AGGREGATE customer_segments.planted(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0')$$),
('every aggregate says how large a state of varying length is',
 $$SELECT object FROM member_aggregate JOIN pg_type t ON t.oid = aggtranstype WHERE typlen < 0 AND aggtransspace = 0$$,
 $$CREATE AGGREGATE customer_segments.planted(text) (SFUNC = textcat, STYPE = text)$$),
('every aggregate, and all it calls, is immutable: it may be sent to another server',
 $$SELECT object FROM member_aggregate a
    WHERE EXISTS (SELECT FROM pg_proc f WHERE f.oid IN (a.aggfnoid, a.aggtransfn, a.aggcombinefn, a.aggfinalfn) AND f.provolatile <> 'i')$$,
 $$CREATE AGGREGATE customer_segments.planted(date, interval) (SFUNC = public.date_pl_planted, STYPE = timestamptz, COMBINEFUNC = timestamptz_larger)$$),
('a final function may be asked again: it never changes what the state means',
 $$SELECT object FROM member_aggregate WHERE aggfinalmodify = 'w'$$,
 $$CREATE AGGREGATE customer_segments.planted(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0', FINALFUNC = int8abs, FINALFUNC_MODIFY = READ_WRITE)$$),
('every base type has binary input and output, and no order',
 $$SELECT object FROM member JOIN pg_type t ON classid = 'pg_type'::regclass AND t.oid = objid
    WHERE typtype = 'b' AND typelem = 0 AND (typreceive = 0 OR typsend = 0 OR EXISTS (SELECT FROM pg_opclass WHERE opcintype = t.oid))$$,
 NULL),
('nothing of the extension can be written by everybody',
 $$SELECT object FROM member_relation, aclexplode(relacl) AS x WHERE x.grantee = 0 AND x.privilege_type <> 'SELECT'
   UNION ALL SELECT 'schema ' || nspname FROM pg_namespace, aclexplode(nspacl) AS x
    WHERE nspname = 'customer_segments' AND x.grantee = 0 AND x.privilege_type <> 'USAGE'$$,
 $$CREATE TABLE customer_segments.planted (id integer); GRANT INSERT ON customer_segments.planted TO PUBLIC$$),
('no column of the extension can be written by everybody',
 $$SELECT object FROM member_relation r JOIN pg_attribute ON attrelid = r.oid, aclexplode(attacl) AS x WHERE x.grantee = 0 AND x.privilege_type <> 'SELECT'$$,
 $$CREATE TABLE customer_segments.planted (id integer); GRANT UPDATE (id) ON customer_segments.planted TO PUBLIC$$),
('every table and sequence is dumped with the data that users put into it',
 $$SELECT object FROM member_relation r, pg_extension e
    WHERE e.extname = 'customer_segments' AND relkind IN ('r', 'S', 'p') AND NOT r.oid = ANY (COALESCE(extconfig, '{}'))
   UNION ALL SELECT d.objid::regclass::text FROM pg_depend d JOIN member_relation r ON d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid
     JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S', pg_extension e
    WHERE e.extname = 'customer_segments' AND d.deptype IN ('a', 'i') AND NOT s.oid = ANY (COALESCE(extconfig, '{}'))$$,
 $$CREATE TABLE customer_segments.planted (id integer)$$),
('a view of the extension reads with the rights of whoever asks',
 $$SELECT object FROM member_relation WHERE relkind = 'v' AND NOT COALESCE('security_invoker=true' = ANY (reloptions), false)$$,
 $$CREATE VIEW customer_segments.planted AS SELECT 1 AS one$$),
('a view of a workspace reads with the rights of whoever asks',
 $$SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'seg'::regnamespace AND relkind = 'v' AND NOT COALESCE('security_invoker=true' = ANY (reloptions), false)$$,
 $$CREATE VIEW seg.planted AS SELECT 1 AS one$$),
('views of a workspace are made of the extension, the source and the workspace alone',
 $$SELECT object || ': ' || schema FROM view_part WHERE schema NOT IN ('pg_catalog', 'customer_segments', 'seg', 'shop')$$,
 $$CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql RETURN pg_catalog.now(); CREATE VIEW seg.planted AS SELECT public.now() AS at$$),
('nothing of a workspace can be written by everybody',
 $$SELECT oid::regclass::text FROM pg_class, aclexplode(relacl) AS x WHERE relnamespace = 'seg'::regnamespace AND x.grantee = 0 AND x.privilege_type <> 'SELECT'
   UNION ALL SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid, aclexplode(attacl) AS x
    WHERE relnamespace = 'seg'::regnamespace AND x.grantee = 0 AND x.privilege_type <> 'SELECT'
   UNION ALL SELECT 'schema ' || nspname FROM pg_namespace, aclexplode(nspacl) AS x WHERE nspname = 'seg' AND x.grantee = 0$$,
 $$CREATE TABLE seg.planted (id integer); GRANT UPDATE ON seg.planted TO PUBLIC$$),
('everything in a workspace has a comment, every column of a view too',
 $$SELECT c.oid::regclass || COALESCE('.' || attname, '') FROM pg_class c LEFT JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND relkind = 'v'
    WHERE relnamespace = 'seg'::regnamespace AND relkind IN ('r', 'v', 'm')
      AND (obj_description(c.oid, 'pg_class') IS NULL OR attnum > 0 AND col_description(c.oid, attnum) IS NULL)$$,
 $$CREATE VIEW seg.planted AS SELECT 1 AS one$$);

CREATE FUNCTION pg_temp.offenders(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    EXECUTE format('SELECT string_agg(DISTINCT x::text, '', '') FROM (%s) AS q (x)', query) INTO found;
    RETURN COALESCE(found, '');
END;
$$;
SELECT is(pg_temp.offenders(query), '', name) FROM rule ORDER BY name;

-- each offender in turn, made a member, found, and undone
CREATE FUNCTION public.date_pl_planted(at timestamptz, day date, step interval) RETURNS timestamptz LANGUAGE sql STABLE RETURN day::timestamptz + step;
CREATE FUNCTION pg_temp.blind() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    one record;
    found text;
    kind text;
    blind text := '';
BEGIN
    FOR one IN SELECT * FROM rule WHERE offender IS NOT NULL ORDER BY name LOOP
        BEGIN
            EXECUTE one.offender;
            FOR kind IN SELECT k FROM regexp_matches(one.offender, '^CREATE (\w+) customer_segments\.(\w+\((?:\*|[^)]*)\)|\w+)') AS m, format('%s %s', m[1], 'customer_segments.' || m[2]) AS k LOOP
                EXECUTE 'ALTER EXTENSION customer_segments ADD ' || kind;
            END LOOP;
            found := pg_temp.offenders(one.query);
            RAISE EXCEPTION 'undo';
        EXCEPTION WHEN raise_exception THEN
            NULL;
        END;
        IF found NOT LIKE '%planted%' THEN
            blind := blind || one.name || '; ';
        END IF;
    END LOOP;
    RETURN blind;
END;
$$;
SELECT is(pg_temp.blind(), '', 'every rule finds the offender planted for it');
SELECT is((SELECT count(*) FROM member_function), (SELECT count(*) FROM pg_proc WHERE pronamespace = 'customer_segments'::regnamespace),
          'every function in the schema is a member');

SELECT * FROM finish();
ROLLBACK;
