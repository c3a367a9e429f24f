-- The rules every object of the extension keeps.  Each query lists what breaks its rule, so a good answer has no row.
\set VERBOSITY terse
SET search_path = pg_catalog;

CREATE TEMPORARY VIEW member AS
    SELECT d.classid, d.objid, pg_describe_object(d.classid, d.objid, 0) AS object,
           obj_description(d.objid, d.classid::regclass::name) AS comment
    FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
    WHERE d.deptype = 'e' AND e.extname = 'customer_segments'
      -- the row type of a table is a member from 17 on, and nobody's concern
      AND NOT (d.classid = 'pg_type'::regclass
               AND EXISTS (SELECT FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid WHERE t.oid = d.objid AND c.relkind <> 'c'));
CREATE TEMPORARY VIEW member_function AS
    SELECT m.object, p.* FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid;

-- a comment on everything but the types the server makes by itself: lower case first, no full stop
SELECT object, comment FROM member m LEFT JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
WHERE t.typcategory IS DISTINCT FROM 'A' AND comment IS NULL
   OR comment ~ '\.$' OR comment ~ '^[A-Z][a-z]* '
ORDER BY object;

-- everything is in the extension's schema
SELECT object FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
WHERE pronamespace <> 'customer_segments'::regnamespace
UNION ALL
SELECT object FROM member m JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
WHERE typnamespace <> 'customer_segments'::regnamespace
UNION ALL
SELECT object FROM member m JOIN pg_class c ON m.classid = 'pg_class'::regclass AND c.oid = m.objid
WHERE relnamespace <> 'customer_segments'::regnamespace
ORDER BY object;

-- no function runs with somebody else's rights
SELECT object FROM member_function WHERE prosecdef ORDER BY object;

-- parallel safe; what writes, creates or steers transactions says so by being volatile
SELECT object, proparallel FROM member_function
WHERE proparallel = 'u' AND provolatile <> 'v' AND prokind <> 'p'
ORDER BY object;

-- kept in the leader, each because it runs queries of its own
SELECT proname FROM member_function WHERE proparallel = 'r' ORDER BY object;

-- every argument has a name, support functions of types and aggregates excepted
SELECT object FROM member_function p
WHERE pronargs > 0 AND (proargnames IS NULL OR '' = ANY (proargnames[1:pronargs]))
  AND NOT EXISTS (SELECT FROM pg_type t WHERE p.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout))
  AND NOT EXISTS (SELECT FROM pg_aggregate a WHERE p.oid IN (a.aggtransfn, a.aggcombinefn, a.aggfinalfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn))
  AND NOT EXISTS (SELECT FROM pg_operator o WHERE p.oid = o.oprcode)
ORDER BY object;

-- an aggregate keeps its state in a type of its own, can be combined, and says how large the state is
SELECT object, a.aggtranstype::regtype AS state, a.aggcombinefn AS combine, a.aggtransspace AS space
FROM member_function p JOIN pg_aggregate a ON a.aggfnoid = p.oid
WHERE a.aggtranstype = 'internal'::regtype OR a.aggcombinefn = 0
   OR (a.aggtransspace = 0 AND (SELECT typlen FROM pg_type WHERE oid = a.aggtranstype) < 0)
ORDER BY object;

-- a base type has binary input and output
SELECT object FROM member m JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
WHERE typtype = 'b' AND typelem = 0 AND (typreceive = 0 OR typsend = 0)
ORDER BY object;

-- a function in SQL has a standard body, bound to objects and not to names; one in PL/pgSQL pins its search_path
SELECT object FROM member_function p JOIN pg_language l ON l.oid = p.prolang
WHERE lanname = 'sql' AND prosqlbody IS NULL
   OR lanname NOT IN ('c', 'internal', 'sql')
      AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)
ORDER BY object;

-- nobody is granted or denied anything by the script
SELECT object, proacl FROM member_function WHERE proacl IS NOT NULL ORDER BY object;

-- the whole surface; a change of it belongs into CHANGELOG.md
\pset format unaligned
\pset tuples_only on
SELECT CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'w' THEN 'window function' WHEN 'p' THEN 'procedure' ELSE 'function' END
       || format(' %s(%s)', proname, pg_get_function_arguments(p.oid))
       || coalesce(' returns ' || pg_get_function_result(p.oid), '')
       || E'\n    ' || CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END
       || CASE WHEN proisstrict THEN ', strict' ELSE '' END
       || CASE proparallel WHEN 's' THEN ', parallel safe' WHEN 'r' THEN ', parallel restricted' ELSE ', parallel unsafe' END
       || ', cost ' || procost || CASE WHEN proretset THEN ', rows ' || prorows ELSE '' END
       || CASE WHEN prokind = 'a' THEN format(', state %s of %s bytes, %s, %s', aggtranstype::regtype, aggtransspace, aggtransfn, aggcombinefn)
               ELSE '' END
       || E'\n    ' || comment
FROM member m JOIN pg_proc p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid
ORDER BY proname COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C";
SELECT object || E'\n    ' || comment FROM member m LEFT JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
WHERE classid <> 'pg_proc'::regclass AND t.typcategory IS DISTINCT FROM 'A'
ORDER BY object COLLATE "C";
