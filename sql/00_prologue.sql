-- Guard: this script is run by CREATE EXTENSION, not by psql.
\echo Use "CREATE EXTENSION customer_segments" to load this file. \quit

-- The schema, which CREATE EXTENSION has found or made for whoever asked.  All of ours is called with its name, and a function there
-- that fits a call better than ours would be called instead, by superusers too: it must hold nothing else, and nobody else may
-- put anything there.  Nothing is looked up in it before that is so.
DO $$
DECLARE
    path constant text := pg_catalog.current_setting('search_path');
    strange text;
    who text;
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    SELECT string_agg(o.description, ', ' ORDER BY o.description) INTO strange
      FROM (SELECT pg_describe_object(d.classid, d.objid, 0) AS description
              FROM pg_depend d
             WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'customer_segments'::regnamespace
               AND d.classid NOT IN ('pg_extension'::regclass, 'pg_default_acl'::regclass) LIMIT 10) o;
    IF strange IS NOT NULL THEN
        RAISE EXCEPTION 'schema "customer_segments" is not empty'
            USING ERRCODE = 'duplicate_object', DETAIL = format('It holds %s.', strange),
                  HINT = 'It must hold the extension alone: move or drop what is there first.';
    END IF;
    ALTER SCHEMA customer_segments OWNER TO CURRENT_USER;
    FOR who IN SELECT DISTINCT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
                 FROM pg_namespace n CROSS JOIN aclexplode(n.nspacl) x
                WHERE n.nspname = 'customer_segments' AND x.privilege_type = 'CREATE' AND x.grantee <> n.nspowner
    LOOP
        EXECUTE format('REVOKE CREATE ON SCHEMA customer_segments FROM %s CASCADE', who);
    END LOOP;
    -- who installs the extension uses it and lets others; so does, after a restore, the owner of the database: a dump repeats
    -- what they have granted as that role, which must find the tables
    EXECUTE format('GRANT USAGE ON SCHEMA customer_segments TO %I, pg_database_owner WITH GRANT OPTION',
                   (SELECT pg_get_userbyid(e.extowner) FROM pg_extension e WHERE e.extname = 'customer_segments'));
    PERFORM set_config('search_path', path, true);
END;
$$;
