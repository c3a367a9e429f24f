-- workspaces: create_workspace, drop_workspace and what the parts of a workspace are built with (doc/workspaces.md).
--
-- A workspace is one schema.  It is made by its parts: every function workspace_part_NN_<topic>(workspace name,
-- source name) of this extension is called, in name order.  A part adds its own settings, its tables and its views
-- with the workspace_add_... functions below and returns NULL, or a sentence saying what it left out and why.

CREATE FUNCTION may_be_superuser()
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolsuper AND pg_catalog.pg_has_role(r.oid, 'MEMBER'));
END;
COMMENT ON FUNCTION may_be_superuser() IS
'whether the current role is a superuser, or a member of one at any remove, who can SET ROLE to it';

CREATE FUNCTION current_roles()
RETURNS SETOF oid
LANGUAGE sql STABLE PARALLEL SAFE ROWS 4
BEGIN ATOMIC
    -- not pg_has_role() alone: that lets superusers pass, who would run other people's code with all their rights.  And anybody can be made a
    -- member of a role without being asked: such a membership counts only if whoever granted it could have acted as the member anyway, which
    -- is known of the grantor as long as nobody has restored him (pg_dumpall does not, from servers before 16); so of who may be a superuser
    -- only those in superusers do, who are not given away by others
    WITH RECURSIVE role AS (
        SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
        UNION
        SELECT m.roleid FROM pg_catalog.pg_auth_members m JOIN role ON m.member = role.oid
          JOIN pg_catalog.pg_roles r ON r.oid = m.roleid AND (r.rolsuper OR NOT customer_segments.may_be_superuser())
         -- from 16 on a membership may be without the rights of the role
         WHERE COALESCE((pg_catalog.to_jsonb(m) ->> 'inherit_option')::boolean, true)
           AND (m.grantor = m.member
                OR EXISTS (SELECT FROM pg_catalog.pg_roles g WHERE g.oid = m.grantor AND g.rolsuper)
                OR EXISTS (SELECT FROM pg_catalog.pg_auth_members g WHERE g.roleid = m.member AND g.member = m.grantor AND g.admin_option)))
    SELECT role.oid FROM role WHERE pg_catalog.pg_has_role(role.oid, 'USAGE');
END;
COMMENT ON FUNCTION current_roles() IS
'the current role and those whose code it may run: it is a member of them, has their rights, and each membership was granted by a superuser or by who may grant the member; of who may be a superuser only superusers';

CREATE FUNCTION workspace_require(workspace name)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    owners oid[];
    stranger oid;
BEGIN
    -- a plain table of this name with columns of the server's types: a stranger's view, or a cast of a stranger's type, would
    -- run the stranger's code with the rights of whoever reads it; and who owns the schema may put another in its place any time
    SELECT ARRAY[n.nspowner, c.relowner] INTO owners FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = workspace AND c.relname = 'workspace_object' AND c.relkind = 'r'
       AND 2 = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid
                  AND (a.attname, a.atttypid) IN (('position', 'integer'::regtype), ('name', 'name'::regtype)));
    IF owners IS NULL THEN
        RAISE EXCEPTION 'there is no workspace "%"', workspace
            USING ERRCODE = 'undefined_object',
                  HINT = 'A workspace is a schema made by create_workspace.';
    END IF;
    stranger := (SELECT o FROM unnest(owners) o WHERE o NOT IN (SELECT customer_segments.current_roles()) LIMIT 1);
    IF stranger IS NULL THEN
        RETURN;
    ELSIF customer_segments.may_be_superuser() THEN
        RAISE EXCEPTION 'role "%" may not act for the owner of workspace "%"', current_user, workspace
            USING ERRCODE = 'insufficient_privilege', DETAIL = 'Of a superuser, and of a member of one, memberships do not count: anybody who may grant a role can make him a member.',
                  HINT = CASE WHEN owners[1] <> owners[2] THEN 'Let the schema and everything in it have one owner: ALTER ... OWNER TO, or REASSIGN OWNED.'
                              ELSE format('Connect as %I. SET ROLE is not enough: code of the workspace could take the role of the session back.', pg_get_userbyid(owners[1])) END;
    ELSIF pg_has_role(stranger, 'MEMBER') THEN
        RAISE EXCEPTION 'workspace "%" belongs to role "%"', workspace, pg_get_userbyid(stranger)
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = format('Role "%s" is a member of it, but not one that inherits, or not by a grant of a superuser or of who may grant "%s" itself.', current_user, current_user),
                  HINT = format('SET ROLE %I, if you trust whoever acts for it: code of the workspace could take the role of the session back.', pg_get_userbyid(stranger));
    ELSE
        RAISE EXCEPTION 'workspace "%" belongs to role "%"', workspace, pg_get_userbyid(stranger)
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END;
$$;
COMMENT ON FUNCTION workspace_require(name) IS
'raises an error unless the schema is a workspace and the current role owns it or is a member of its owner, superusers included';

CREATE FUNCTION workspace_require_owner(workspace name)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    strange record;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT c.relname, c.relowner FROM ONLY %1$I.workspace_object m '
                   'JOIN pg_namespace n ON n.nspname = %1$L JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = m.name '
                   'WHERE c.relowner <> ALL ($1) ORDER BY m.position LIMIT 1', workspace)
       INTO strange USING ARRAY(SELECT customer_segments.current_roles());
    IF strange.relname IS NOT NULL THEN
        RAISE EXCEPTION '"%" in workspace "%" belongs to role "%"', strange.relname, workspace, pg_get_userbyid(strange.relowner)
            USING ERRCODE = 'insufficient_privilege', DETAIL = format('Role "%s" is not a member of it, and would run its code.', current_user),
                  HINT = 'Let the schema and everything in it have one owner: ALTER ... OWNER TO, or REASSIGN OWNED.';
    END IF;
END;
$$;
COMMENT ON FUNCTION workspace_require_owner(name) IS
'as workspace_require, and every relation that create_workspace made belongs to the current role or one it is a member of: for what runs code of the workspace';

CREATE FUNCTION require_read_write(workspace name)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF current_setting('transaction_read_only')::boolean THEN
        RAISE EXCEPTION 'workspace "%" cannot be changed in a read-only transaction', workspace
            USING ERRCODE = 'read_only_sql_transaction',
                  HINT = CASE WHEN pg_is_in_recovery() THEN 'This server is a standby: call it on the primary.' ELSE 'Call it in a transaction that is READ WRITE; default_transaction_read_only says what they begin as.' END;
    END IF;
END;
$$;
COMMENT ON FUNCTION require_read_write(name) IS
'raises an error in a read-only transaction, as all are on a standby: for what would else fail half way, with a word about one of its statements';

CREATE FUNCTION workspace_require_writer(workspace name)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require_owner(workspace);
    PERFORM customer_segments.require_read_write(workspace);
END;
$$;
COMMENT ON FUNCTION workspace_require_writer(name) IS
'as workspace_require_owner, and the transaction is not read-only: for what changes a workspace';

CREATE FUNCTION workspace_register(workspace name, object name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    owner name;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('INSERT INTO %I.workspace_object (name) VALUES ($1)', workspace) USING object;
    -- what a member of the owner makes would be refused to the owner, as a stranger's, and so would be every refresh
    SELECT pg_get_userbyid(n.nspowner) INTO owner FROM pg_namespace n WHERE n.nspname = workspace
       AND n.nspowner <> (SELECT c.relowner FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname = object);
    IF owner IS NOT NULL THEN
        EXECUTE format('ALTER TABLE %I.%I OWNER TO %I', workspace, object, owner);   -- of any kind
    END IF;
END;
$$;
COMMENT ON FUNCTION workspace_register(name, name) IS
'notes that a relation of a workspace was made by us, so that drop_workspace removes it and nothing else, and gives it to the owner of the workspace; 42501 for a member of that role who may not take it (from PostgreSQL 16 on: WITH SET FALSE)';

CREATE FUNCTION workspace_comment(workspace name, relation name, description text, columns text[])
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    kind text;
    there text[];
    described text[];
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    SELECT CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END,
           (SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
      INTO STRICT kind, there
      FROM pg_class c WHERE c.oid = format('%I.%I', workspace, relation)::regclass;
    SELECT array_agg(columns[i][1] ORDER BY i) INTO described FROM generate_subscripts(columns, 1) AS i;
    IF there IS DISTINCT FROM described THEN
        RAISE EXCEPTION 'columns of %.% and their descriptions differ', workspace, relation
            USING ERRCODE = 'invalid_parameter_value', DETAIL = format('Columns: %s. Described: %s.', there, described);
    END IF;
    EXECUTE format('COMMENT ON %s %I.%I IS %L', kind, workspace, relation, description);
    FOR i IN 1 .. array_length(columns, 1) LOOP
        EXECUTE format('COMMENT ON COLUMN %I.%I.%I IS %L', workspace, relation, columns[i][1], columns[i][2]);
    END LOOP;
END;
$$;
COMMENT ON FUNCTION workspace_comment(name, name, text, text[]) IS
'comments on a relation of a workspace and on every column of it; columns is an array of pairs (name, description) in the order of the columns';

CREATE FUNCTION column_type(relation regclass, column_name name, of_base boolean DEFAULT false)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN of_base THEN pg_catalog.format_type(customer_segments.source_base_type(a.atttypid), -1) ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END
           || CASE WHEN a.attcollation NOT IN (0, 'pg_catalog."default"'::pg_catalog.regcollation) THEN ' COLLATE ' || a.attcollation::pg_catalog.regcollation ELSE '' END
      FROM pg_catalog.pg_attribute a WHERE a.attrelid = column_type.relation AND a.attname = column_type.column_name;
END;
COMMENT ON FUNCTION column_type(regclass, name, boolean) IS
'the type of a column, as text for declarations and casts, with length and collation; of_base: the type below a domain, without length';

CREATE FUNCTION workspace_add_view(workspace name, view name, description text, columns text[], query text, present boolean DEFAULT true)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    no_columns text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('CREATE VIEW %I.%I WITH (security_invoker = true) AS %s', workspace, view, query);
    IF NOT present THEN
        -- the same columns of constants, which cost a plan nothing
        SELECT string_agg(format('NULL::%s AS %I', customer_segments.column_type(a.attrelid, a.attname), a.attname), ', ' ORDER BY a.attnum)
          INTO no_columns
          FROM pg_attribute a WHERE a.attrelid = format('%I.%I', workspace, view)::regclass AND a.attnum > 0;
        EXECUTE format('DROP VIEW %1$I.%2$I; CREATE VIEW %1$I.%2$I WITH (security_invoker = true) AS SELECT %3$s WHERE false', workspace, view, no_columns);
    END IF;
    PERFORM customer_segments.workspace_comment(workspace, view, description, columns);
    PERFORM customer_segments.workspace_register(workspace, view);
END;
$$;
COMMENT ON FUNCTION workspace_add_view(name, name, text, text[], text, boolean) IS
'for parts: makes a view of the workspace that keeps its reader''s rights, with comments on it and every column; columns is an array of pairs (name, description); present is whether the sources have what its rows come from, else it has none';

CREATE FUNCTION workspace_replace_view(workspace name, view name, query text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known boolean;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.workspace_object o WHERE o.name = $1)', workspace) INTO known USING view;
    IF NOT known THEN
        RAISE EXCEPTION 'workspace "%" did not make "%"', workspace, view USING ERRCODE = 'undefined_object';
    END IF;
    EXECUTE format('CREATE OR REPLACE VIEW %I.%I WITH (security_invoker = true) AS %s', workspace, view, query);   -- ours, as workspace_object says
END;
$$;
COMMENT ON FUNCTION workspace_replace_view(name, name, text) IS
'gives a view of the workspace another query with the same columns; comments and grants stay';

CREATE FUNCTION acl_role(role oid)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN CASE WHEN role = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(role)) END;
COMMENT ON FUNCTION acl_role(oid) IS
'a role of an access list as GRANT names it, 0 for PUBLIC';

CREATE FUNCTION workspace_close(workspace name, relation name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    grantee text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- default privileges of the owner are for tables that he makes: who may write to ours would have him run SQL, who may read them see what is kept
    FOR grantee IN SELECT DISTINCT customer_segments.acl_role(a.grantee) FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
                    WHERE c.oid = format('%I.%I', workspace, relation)::regclass AND a.grantee <> c.relowner ORDER BY 1 LOOP
        EXECUTE format('REVOKE ALL ON %I.%I FROM %s CASCADE', workspace, relation, grantee);
    END LOOP;
END;
$$;
COMMENT ON FUNCTION workspace_close(name, name) IS
'takes all rights on a relation of a workspace from everybody but its owner, those of default privileges too';

CREATE FUNCTION workspace_add_table(workspace name, relation name, description text, columns text[], definition text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF relation <> 'workspace_object' THEN
        PERFORM customer_segments.workspace_require(workspace);
    END IF;
    EXECUTE format('CREATE TABLE %I.%I (%s)', workspace, relation, definition);
    PERFORM customer_segments.workspace_close(workspace, relation);
    EXECUTE format('GRANT SELECT ON %I.%I TO PUBLIC', workspace, relation);
    PERFORM customer_segments.workspace_comment(workspace, relation, description, columns);
    IF relation <> 'workspace_object' THEN
        PERFORM customer_segments.workspace_register(workspace, relation);
    END IF;
END;
$$;
COMMENT ON FUNCTION workspace_add_table(name, name, text, text[], text) IS
'for parts: makes a table of rules or settings in the workspace, readable for everybody who may use the schema, with comments on it and every column';

CREATE FUNCTION workspace_add_setting(workspace name, setting name, definition text, description text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- a check bears the name of its setting, so that its error does
    EXECUTE format('ALTER TABLE %I.settings ADD COLUMN %I %s', workspace, setting,
                   replace(definition, 'CHECK (', format('CONSTRAINT %I CHECK (', setting)));
    EXECUTE format('COMMENT ON COLUMN %I.settings.%I IS %L', workspace, setting, description);
END;
$$;
COMMENT ON FUNCTION workspace_add_setting(name, name, text, text) IS
'for parts: adds a column to the one-row table settings of the workspace; definition is its type, default and check, for example integer NOT NULL DEFAULT 30 CHECK (new_days > 0)';

CREATE FUNCTION workspace_add_customer_column(workspace name, column_name name, view name, source_column name,
                                              description text, when_absent text DEFAULT NULL, rank_of name DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('INSERT INTO %I.customer_column (name, view, source_column, description, when_absent, rank_of) '
                   'VALUES ($1, $2, $3, $4, $5, $6)', workspace)
      USING column_name, view, source_column, description, when_absent, rank_of;
END;
$$;
COMMENT ON FUNCTION workspace_add_customer_column(name, name, name, name, text, text, name) IS
'for parts: asks for a column of a one-row-a-customer view in customer_360; when_absent is what a customer without a row there shows';

CREATE FUNCTION workspace_add_segmentation(workspace name, segmentation name, view name, label_column name,
                                           rank_column name, description text, absent_label text, absent_rank integer)
RETURNS void
LANGUAGE sql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
BEGIN ATOMIC
    SELECT customer_segments.workspace_add_customer_column(workspace, segmentation, view, label_column, description, absent_label);
    SELECT customer_segments.workspace_add_customer_column(workspace, (segmentation || '_rank')::name, view, rank_column,
        'sort key of ' || segmentation, absent_rank::text, segmentation);
END;
COMMENT ON FUNCTION workspace_add_segmentation(name, name, name, name, name, text, text, integer) IS
'for parts: declares a segmentation: its label and rank become columns of customer_360, and segment_summary counts it; a customer without a row in the view has the absent label and rank';

-- ---------------------------------------------------------------------------------------------------------------
-- What parts ask about the sources: pieces of SQL text.
-- ---------------------------------------------------------------------------------------------------------------
CREATE FUNCTION source_key_type(source name)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT COALESCE((SELECT c.column_type
                       FROM customer_segments.source_columns(source_key_type.source) c
                      WHERE c.column_name = 'customer_id' AND c.column_type IS NOT NULL ORDER BY c.position LIMIT 1), 'text');
END;
COMMENT ON FUNCTION source_key_type(name) IS
'the type of customer_id in a source schema: that of orders, else of the first relation that has one, else text';

CREATE FUNCTION source_key(source name, relation text, column_name text, expression text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT 'NOT ' || customer_segments.source_key_missing(source_key.expression, c.base_type)
      FROM customer_segments.source_columns(source_key.source) c
     WHERE c.relation = source_key.relation AND c.column_name = source_key.column_name;
END;
COMMENT ON FUNCTION source_key(name, text, text, text) IS
'the text of the condition that a key is there: neither NULL nor, for a string, empty';

CREATE FUNCTION source_time(source name, relation text, column_name text, expression text, zone text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.format(
               CASE c.base_type
                   WHEN 'timestamptz'::pg_catalog.regtype THEN '%1$s::timestamptz'
                   WHEN 'timestamp'::pg_catalog.regtype THEN '(%1$s::timestamp AT TIME ZONE %2$s)'
                   ELSE '(%1$s::date::timestamp AT TIME ZONE %2$s)' END, source_time.expression, source_time.zone)
      FROM customer_segments.source_columns(source_time.source) c
     WHERE c.relation = source_time.relation AND c.column_name = source_time.column_name;
END;
COMMENT ON FUNCTION source_time(name, text, text, text, text) IS
'the text of a source column as an instant: a timestamp or date without a zone is read in the given zone, never in the session''s';

CREATE FUNCTION key_operator(type_name text, strategy integer)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.format('OPERATOR(%I.%s)', n.nspname, o.oprname)
      FROM pg_catalog.pg_type t
      JOIN pg_catalog.pg_opclass c ON c.opcintype = t.oid AND c.opcdefault
      JOIN pg_catalog.pg_am a ON a.oid = c.opcmethod AND a.amname = 'btree'
      JOIN pg_catalog.pg_amop m ON m.amopfamily = c.opcfamily AND m.amoplefttype = t.oid
           AND m.amoprighttype = t.oid AND m.amopstrategy = key_operator.strategy
      JOIN pg_catalog.pg_operator o ON o.oid = m.amopopr
      JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
     WHERE t.oid = customer_segments.source_base_type(key_operator.type_name::pg_catalog.regtype);
END;
COMMENT ON FUNCTION key_operator(text, integer) IS
'the operator of a key type by which an index orders it, wherever the type comes from; strategies as of btree: 1 <, 2 <=, 3 =, 4 >=, 5 >';

CREATE FUNCTION key_equals(type_name text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN COALESCE(customer_segments.key_operator(type_name, 3), 'OPERATOR(pg_catalog.=)');
COMMENT ON FUNCTION key_equals(text) IS
'the equality operator of a key type by which it groups and is indexed, wherever the type comes from';

CREATE FUNCTION source_key_like(source name, relation text, column_name text, expression text, as_in text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    strings constant text[] := '{text,character varying,character}';
    integers constant text[] := '{smallint,integer,bigint}';
    here text;
    there text;
BEGIN
    SELECT max(c.base_type::text) FILTER (WHERE c.relation = source_key_like.relation),
           max(c.base_type::text) FILTER (WHERE c.relation = as_in)
      INTO here, there
      FROM customer_segments.source_columns(source) c WHERE c.column_name = source_key_like.column_name;
    IF here = there THEN
        RETURN expression;
    ELSIF here = ANY (strings) AND there = ANY (strings)
          OR array_position(integers, here) < array_position(integers, there) THEN
        RETURN format('%s::%s', expression, there);
    END IF;
    RAISE EXCEPTION 'source column %.%.% has type %, but % in %', quote_ident(source), relation, column_name,
            COALESCE(here, 'none'), COALESCE(there, 'none'), as_in
        USING ERRCODE = 'datatype_mismatch',
              HINT = format('Cast it to %s in the view.', there);
END;
$$;
COMMENT ON FUNCTION source_key_like(name, text, text, text, text) IS
'the text of a key column in the type it has in another relation of the source schema: strings and smaller integers are cast, anything else must be the same';

-- ---------------------------------------------------------------------------------------------------------------
-- Making and removing.
-- ---------------------------------------------------------------------------------------------------------------
CREATE FUNCTION workspace_currency(source name, currency text)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    used text[];
BEGIN
    IF currency IS NOT NULL OR NOT customer_segments.source_has(source, 'orders', 'currency') THEN
        RETURN currency;
    END IF;
    EXECUTE format('SELECT array_agg(DISTINCT o.currency::text ORDER BY o.currency::text) '
                   'FROM %I.orders o WHERE o.currency::text <> '''' AND o.amount <> 0', source) INTO used;
    IF cardinality(used) > 1 THEN
        RAISE EXCEPTION 'orders of source schema "%" are in several currencies: %', source, array_to_string(used, ', ')
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'Amounts of different currencies are never added.',
                  HINT = format('Say which one to report in, currency => %L, and give rates in %I.exchange_rates;'
                                ' or make one source schema and workspace for each currency.', used[1], source);
    END IF;
    RETURN used[1];
END;
$$;
COMMENT ON FUNCTION workspace_currency(name, text) IS
'the currency a new workspace reports in: the one asked for, else the only one of the orders; NULL when orders have no currency; several are an error';

CREATE FUNCTION create_workspace(workspace name, source name, storage text DEFAULT 'live',
                                 time_zone text DEFAULT 'UTC', currency text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    part name;
    note text;
    grantee text;
BEGIN
    IF workspace IS NULL OR source IS NULL OR time_zone IS NULL THEN
        RAISE EXCEPTION 'workspace, source and time_zone must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF storage IS NULL OR storage NOT IN ('live', 'incremental') THEN
        RAISE EXCEPTION 'unknown storage "%": it must be "live" or "incremental"', storage USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM customer_segments.require_read_write(workspace);
    PERFORM customer_segments.source_require(source);
    IF EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = workspace) THEN
        RAISE EXCEPTION 'schema "%" already exists', workspace
            USING ERRCODE = 'duplicate_schema',
                  HINT = 'A workspace is a schema of its own: choose another name, or drop_workspace first.';
    END IF;

    EXECUTE format('CREATE SCHEMA %I', workspace);
    -- by default privileges somebody else could make relations there that ours are mixed up with
    FOR grantee IN SELECT DISTINCT customer_segments.acl_role(a.grantee) FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a
                    WHERE n.nspname = workspace AND a.privilege_type = 'CREATE' AND a.grantee <> n.nspowner ORDER BY 1 LOOP
        EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM %s CASCADE', workspace, grantee);
    END LOOP;
    EXECUTE format('COMMENT ON SCHEMA %I IS %L', workspace,
                   format('customer segments over the source schema %I, made by create_workspace', source));
    PERFORM customer_segments.workspace_add_table(workspace, 'workspace_object',
        'the relations of this workspace that create_workspace made, in the order it made them',
        ARRAY[['position', 'order of making'], ['name', 'name of the relation']],
        'position integer GENERATED ALWAYS AS IDENTITY, name name PRIMARY KEY');
    PERFORM customer_segments.workspace_add_table(workspace, 'settings',
        'one row: every threshold of this workspace, open to UPDATE; views follow at once',
        ARRAY[['only_row', 'always true: there is one row'],
              ['source', 'the source schema the views were made over; a note, changing it changes nothing'],
              ['storage', 'live: every view is computed when it is read; incremental: facts are stored; changed by set_storage'],
              ['time_zone', 'zone of the calendar days, and of source times without a zone'],
              ['currency', 'the currency of every amount; NULL when the orders have none']],
        'only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
         source name NOT NULL,
         storage text NOT NULL CHECK (storage IN (''live'', ''incremental'')),
         time_zone text NOT NULL CHECK (''2000-01-01 00:00Z''::timestamptz AT TIME ZONE time_zone IS NOT NULL),
         currency text CHECK (currency <> '''')');
    PERFORM customer_segments.workspace_add_table(workspace, 'customer_column',
        'the columns that customer_360 takes from the views of single segmentations, in their order',
        ARRAY[['position', 'place in customer_360'],
              ['name', 'name of the column in customer_360; for a label also the name of the segmentation'],
              ['view', 'the view it comes from'],
              ['source_column', 'its name there'],
              ['description', 'the comment on it'],
              ['when_absent', 'what a customer without a row in that view shows; NULL: nothing'],
              ['rank_of', 'for the sort key of a label: the label; NULL for any other column']],
        'position integer GENERATED ALWAYS AS IDENTITY UNIQUE, name name PRIMARY KEY, view name NOT NULL,
         source_column name NOT NULL, description text NOT NULL, when_absent text, rank_of name');
    EXECUTE format('INSERT INTO %I.settings (source, storage, time_zone, currency) VALUES ($1, $2, $3, $4)', workspace)
      USING source, 'live', time_zone, customer_segments.workspace_currency(source, currency);

    FOR part IN SELECT customer_segments.member_functions('workspace_part_') LOOP
        EXECUTE format('SELECT customer_segments.%I($1, $2)', part) INTO note USING workspace, source;
        IF note IS NOT NULL THEN
            RAISE NOTICE '%', note;
        END IF;
    END LOOP;

    -- without statistics the planner takes settings for two hundred rows, in every view
    FOR part IN EXECUTE format('SELECT m.name FROM %1$I.workspace_object m JOIN pg_class c '
                               'ON c.oid = format(''%%I.%%I'', %1$L, m.name)::regclass AND c.relkind = ''r''', workspace) LOOP
        EXECUTE format('ANALYZE %I.%I', workspace, part);
    END LOOP;
    PERFORM customer_segments.set_storage(workspace, storage);
END;
$$;
COMMENT ON FUNCTION create_workspace(name, name, text, text, text) IS
'makes a schema of segment views over a schema of source views; time_zone is that of calendar days and of source times without a zone, currency the one to report in; all or nothing';

CREATE FUNCTION drop_workspace(workspace name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    made record;
    kept text;
    detail text;
    dropped integer;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.require_read_write(workspace);
    -- a view may stand on one that was made later: what cannot be dropped yet is tried again while anything can
    LOOP
        dropped := 0;
        kept := NULL;
        FOR made IN EXECUTE format(
            'SELECT m.name, CASE c.relkind WHEN ''v'' THEN ''VIEW'' WHEN ''m'' THEN ''MATERIALIZED VIEW'' ELSE ''TABLE'' END AS kind
               FROM %1$I.workspace_object m
               JOIN pg_namespace n ON n.nspname = %1$L
               JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = m.name AND c.relkind IN (''v'', ''m'', ''r'', ''p'')
              WHERE m.name NOT IN (''refresh_queue'', ''tracked_relation'', ''tracked_table'')
              ORDER BY m.position DESC', workspace)
        LOOP
            BEGIN
                EXECUTE format('DROP %s %I.%I', made.kind, workspace, made.name);
                dropped := dropped + 1;
            EXCEPTION WHEN dependent_objects_still_exist THEN
                GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
                kept := COALESCE(kept, detail);
            END;
        END LOOP;
        EXIT WHEN kept IS NULL OR dropped = 0;
    END LOOP;
    -- last, after all waits for readers of the workspace, what the shop's writers need: the triggers and the tables that those look at;
    -- triggers by the catalogues alone: whoever drops a workspace, a superuser perhaps, runs nothing that its owner has put there
    BEGIN
        PERFORM customer_segments.execute_giving_way(customer_segments.capture_drops(workspace, NULL) ||
            ARRAY[format('DROP TABLE IF EXISTS %1$I.refresh_queue, %1$I.tracked_relation, %1$I.tracked_table', workspace), format('DROP TABLE %I.workspace_object', workspace)],
            format('tables of workspace "%s" are in use: its triggers could not be dropped', workspace))
          WHERE kept IS NULL;
    EXCEPTION WHEN dependent_objects_still_exist THEN
        GET STACKED DIAGNOSTICS kept = PG_EXCEPTION_DETAIL;
    END;
    IF kept IS NOT NULL THEN
        RAISE EXCEPTION 'cannot drop workspace "%" because other objects depend on it', workspace
            USING ERRCODE = 'dependent_objects_still_exist', DETAIL = kept, HINT = 'Drop them first; nothing was removed.';
    END IF;

    SELECT string_agg(pg_describe_object(d.classid, d.objid, 0), ', ' ORDER BY pg_describe_object(d.classid, d.objid, 0))
      INTO kept
      FROM pg_namespace n
      JOIN pg_depend d ON d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid AND d.deptype = 'n'
     WHERE n.nspname = workspace;
    IF kept IS NULL THEN
        EXECUTE format('DROP SCHEMA %I', workspace);
    ELSE
        RAISE NOTICE 'schema "%" is kept: it holds objects that create_workspace did not make', workspace
            USING DETAIL = kept;
    END IF;
END;
$$;
COMMENT ON FUNCTION drop_workspace(name) IS
'removes exactly what create_workspace made; objects of others in the schema stay, and the schema with them; anything of others that depends on a view of the workspace is an error, and nothing is removed';
