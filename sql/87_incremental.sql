-- Incremental storage: facts in tables, kept up to date for the customers that changed (doc/incremental.md).
--
-- A fact is a view of the workspace that workspace_add_fact made, with a query "SELECT e.customer_id, <aggregates of e> FROM <base
-- view> e GROUP BY e.customer_id".  Stored, it is <fact>_live, that query and the instant of each customer's last row; <fact>_stored, a table of what <fact>_live answers when
-- nothing is in the future any more; and under its old name a view that takes from the table what holds for as_of().

CREATE FUNCTION workspace_part_07_stored_facts(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_setting(workspace, 'stored_days', 'integer NOT NULL DEFAULT 7 CHECK (stored_days BETWEEN 0 AND 36500)',
        'incremental storage: as_of up to so many days before the last refresh is answered from what is stored, an earlier one from the sources');
    PERFORM customer_segments.workspace_add_setting(workspace, 'refresh_batch', 'integer NOT NULL DEFAULT 100000 CHECK (refresh_batch > 0)',
        'refresh: rows of refresh_queue that one transaction works off, at least a 64th of them');
    PERFORM customer_segments.workspace_add_setting(workspace, 'refresh_rebuild_share', 'double precision NOT NULL DEFAULT 0.25 CHECK (refresh_rebuild_share > 0 AND refresh_rebuild_share <= 1000)',
        'refresh: from so many rows of refresh_queue on that need a reading anew, as a share of the stored customers, all are computed in one pass');
    PERFORM customer_segments.workspace_add_table(workspace, 'stored_fact',
        'the facts that are stored: one row each while storage is incremental',
        ARRAY[['fact', 'name of the fact; its table is <fact>_stored'],
              ['definition', 'query of the view when storage is live'],
              ['built', 'whether the table has been filled; until then the view computes'],
              ['sources', 'numbers of the tracked tables that fed it when refresh last looked; 0 is what reconcile found'],
              ['rests_on', 'a hash that tells the rules of the views that it was computed from as a whole'],
              ['complete_at', 'every change that was committed before is in the table, as far as it is noted'],
              ['rebuilt_at', 'when it was last computed as a whole'],
              ['reconciled_at', 'when reconcile last looked at it'],
              ['findings', 'customers for whom the table was wrong then; null if it has not looked'],
              ['secured', 'tables below of which each role may see other rows, when it was last looked at who may read it']],
        'fact name PRIMARY KEY, definition text NOT NULL, built boolean NOT NULL DEFAULT false, sources smallint[] NOT NULL DEFAULT ''{}'', rests_on bigint, complete_at timestamptz, rebuilt_at timestamptz,
         reconciled_at timestamptz, findings bigint, secured regclass[] NOT NULL DEFAULT ''{}''');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_07_stored_facts(name, name) IS
'part of create_workspace: the table stored_fact and the settings of incremental storage';

CREATE FUNCTION storable_facts(workspace name, OUT fact name, OUT definition text, OUT grouped text, OUT storable boolean)
RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- what depends on as_of by more than its base view's "before as_of" changes with time, and is computed: base views ask the function,
    -- windows and days stand on the view
    RETURN QUERY EXECUTE format('SELECT q.fact, pg_get_viewdef(c.oid), q.grouped,
               NOT EXISTS (SELECT FROM pg_rewrite r JOIN pg_depend p ON p.classid = ''pg_rewrite''::regclass AND p.objid = r.oid
                            WHERE r.ev_class = c.oid AND p.refobjid = ''customer_segments.as_of()''::regprocedure)
               AND NOT EXISTS (SELECT FROM customer_segments.view_relations(c.oid::regclass) r WHERE r.feed = %3$L::regclass)
          FROM %1$I.fact_query q
          JOIN pg_class c ON c.relname = q.fact AND c.relnamespace = %2$L::regnamespace AND c.relkind = ''v''
         WHERE q.fact NOT IN (SELECT f.fact FROM %1$I.stored_fact f)
         ORDER BY q.position', workspace, quote_ident(workspace), format('%I.as_of', workspace));
END;
$$;
COMMENT ON FUNCTION storable_facts(name) IS
'the facts of a workspace that are computed, the query of the view and the grouped one, and whether they can be stored';

CREATE FUNCTION relation_readers(relation regclass, OUT reader oid, OUT grantee text, OUT is_grantable boolean)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT a.grantee, customer_segments.acl_role(a.grantee), pg_catalog.bool_or(a.is_grantable)
      FROM pg_catalog.pg_class c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a
     WHERE c.oid = relation_readers.relation AND a.privilege_type = 'SELECT' AND a.grantee <> c.relowner
     GROUP BY a.grantee ORDER BY 2;
END;
COMMENT ON FUNCTION relation_readers(regclass) IS
'whom SELECT on a relation was granted, without its owner: the role, 0 for PUBLIC, as GRANT names it, and whether with the option to grant it on';

CREATE FUNCTION workspace_grants(workspace name, from_relation name, to_relation name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    granted record;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    FOR granted IN SELECT * FROM customer_segments.relation_readers(format('%I.%I', workspace, from_relation)::regclass) LOOP
        EXECUTE format('GRANT SELECT ON %I.%I TO %s%s', workspace, to_relation, granted.grantee, CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
    END LOOP;
END;
$$;
COMMENT ON FUNCTION workspace_grants(name, name, name) IS
'lets whoever may read one relation of a workspace read another one, too';

CREATE FUNCTION workspace_secured(workspace name, relation name)
RETURNS regclass[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.array_agg(f.feed ORDER BY f.feed)
      FROM customer_segments.view_feeds(pg_catalog.format('%I.%I', workspace, relation)::pg_catalog.regclass) f
      JOIN pg_catalog.pg_class c ON c.oid = f.feed AND (c.relrowsecurity OR c.relkind = 'f');
END;
COMMENT ON FUNCTION workspace_secured(name, name) IS
'the tables that a view reads and that may have other rows for each role, by row-level security or by the user mapping of a foreign table; null if there are none';

CREATE FUNCTION view_unreadable(view regclass, reader oid)
RETURNS text[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    -- relations below a view that has its owner's rights are read by whoever may read the view; functions are the reader's to execute in any view.
    -- A row as a whole is of all columns, which the catalogue does not say of it but the stored query does
    WITH RECURSIVE feeds AS (
        SELECT 'pg_catalog.pg_class'::pg_catalog.regclass AS class, view_unreadable.view::pg_catalog.oid AS id, 0::smallint AS attribute, false AS is_asked, false AS whole, true AS is_open
        UNION
        SELECT d.refclassid::pg_catalog.regclass, d.refobjid, d.refobjsubid::smallint, f.is_open, r.ev_action::text ~ ':varattno 0 ',
               f.is_open AND COALESCE(c.relkind = 'v' AND (SELECT o.option_value::boolean FROM pg_catalog.pg_options_to_table(c.reloptions) o WHERE o.option_name = 'security_invoker'), false)
          FROM feeds f
          JOIN pg_catalog.pg_rewrite r ON f.class = 'pg_catalog.pg_class'::pg_catalog.regclass AND r.ev_class = f.id
          JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
               AND d.refclassid IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass) AND d.refobjid <> f.id
          LEFT JOIN pg_catalog.pg_class c ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = d.refobjid
         WHERE c.relkind IS DISTINCT FROM 'c')
    SELECT pg_catalog.array_agg(CASE u.class WHEN 'pg_catalog.pg_proc'::pg_catalog.regclass THEN u.id::pg_catalog.regprocedure::text
                                             WHEN 'pg_catalog.pg_operator'::pg_catalog.regclass THEN u.id::pg_catalog.regoperator::text ELSE u.id::pg_catalog.regclass::text END ORDER BY u.class, u.id)
      FROM (SELECT DISTINCT f.class, f.id
              FROM feeds f CROSS JOIN (SELECT CASE WHEN view_unreadable.reader = 0 THEN 'public' ELSE pg_catalog.pg_get_userbyid(view_unreadable.reader) END AS role) w
             WHERE CASE f.class WHEN 'pg_catalog.pg_proc'::pg_catalog.regclass THEN NOT pg_catalog.has_function_privilege(w.role, f.id, 'EXECUTE')
                        WHEN 'pg_catalog.pg_operator'::pg_catalog.regclass
                        THEN NOT pg_catalog.has_function_privilege(w.role, (SELECT o.oprcode::pg_catalog.oid FROM pg_catalog.pg_operator o WHERE o.oid = f.id), 'EXECUTE')
                        ELSE f.is_asked AND NOT pg_catalog.has_table_privilege(w.role, f.id, 'SELECT')
                             AND (f.whole OR NOT CASE WHEN f.attribute > 0 THEN pg_catalog.has_column_privilege(w.role, f.id, f.attribute, 'SELECT')
                                                      ELSE pg_catalog.has_any_column_privilege(w.role, f.id, 'SELECT') AND EXISTS (SELECT FROM feeds g WHERE g.id = f.id AND g.attribute > 0) END) END) u;
END;
COMMENT ON FUNCTION view_unreadable(regclass, oid) IS
'the relations that a role, 0 for PUBLIC, may not read, and the functions that it may not execute, and would have to, to read a view; null if there are none';

CREATE FUNCTION workspace_grants_kept(workspace name, from_relation name, computing name, kept name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    secured constant regclass[] := customer_segments.workspace_secured(workspace, computing);
    granted record;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    IF secured IS NOT NULL THEN
        RAISE NOTICE 'readers of %.% are not granted %, which has all rows of %, not those that each of them may see', workspace, from_relation, kept, array_to_string(secured, ', ')
            USING HINT = 'Grant it to whoever may see all rows.';
        RETURN;
    END IF;
    FOR granted IN SELECT r.*, customer_segments.view_unreadable(format('%I.%I', workspace, computing)::regclass, r.reader) AS unreadable
                     FROM customer_segments.relation_readers(format('%I.%I', workspace, from_relation)::regclass) r
    LOOP
        IF granted.unreadable IS NULL THEN
            EXECUTE format('GRANT SELECT ON %I.%I TO %s%s', workspace, kept, granted.grantee, CASE WHEN granted.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
        ELSE
            RAISE NOTICE '% may read %.%, but not %, of which % is made: that is not granted', granted.grantee, workspace, from_relation, granted.unreadable[1], kept
                USING HINT = 'Grant it to whoever may see all that is kept there.';
        END IF;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION workspace_grants_kept(name, name, name, name) IS
'lets those who may read a view of a workspace, and all that the view computing computes it from, read the relation that its rows are kept in; nobody where row-level security would not hold';

CREATE FUNCTION workspace_kept(workspace name, OUT relation name, OUT name name, OUT computing name, OUT kept name, OUT secured regclass[], OUT is_noted boolean)
RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    RETURN QUERY EXECUTE format('SELECT ''stored_fact''::name, f.fact, (f.fact || ''_live'')::name, (f.fact || ''_stored'')::name, f.secured, false FROM %1$I.stored_fact f
                                 UNION ALL SELECT ''materialized_view'', v.view, (v.view || ''_now'')::name, (v.view || ''_mat'')::name, v.secured, v.noted_in IS NOT DISTINCT FROM v.xmin FROM %1$I.materialized_view v
                                  ORDER BY 1 DESC, 2', workspace);
END;
$$;
COMMENT ON FUNCTION workspace_kept(name) IS
'the facts and views of a workspace whose rows are kept: the table that notes it, the view that computes them, the relation they are kept in, the tables known of which each role may see other rows, and whether a row of materialized_view is as materialized_noted wrote it';

CREATE FUNCTION newly_secured(workspace name, computing name, secured regclass[])
RETURNS regclass[]
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.array_agg(u.u) FROM pg_catalog.unnest(customer_segments.workspace_secured(newly_secured.workspace, newly_secured.computing)) u(u)
     WHERE u.u <> ALL (newly_secured.secured);
END;
COMMENT ON FUNCTION newly_secured(name, name, regclass[]) IS
'the tables of which each role may see other rows and that a view reads, without those known; null if there are none';

CREATE FUNCTION workspace_close_secured(workspace name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    this record;
    grantee text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- once for each table that has got policies: what the owner grants afterwards stays
    FOR this IN SELECT k.relation, k.name, k.kept, k.secured, k.is_noted, customer_segments.newly_secured(workspace, k.computing, k.secured) AS news
                  FROM customer_segments.workspace_kept(workspace) k LOOP
        CONTINUE WHEN this.news IS NULL;
        FOR grantee IN SELECT r.grantee FROM customer_segments.relation_readers(format('%I.%I', workspace, this.kept)::regclass) r LOOP
            EXECUTE format('REVOKE SELECT ON %I.%I FROM %s CASCADE', workspace, this.kept, grantee);
            RAISE NOTICE '% is not granted %.% any more, which has all rows of %, not those that each role may see', grantee, workspace, this.kept, array_to_string(this.news, ', ')
                USING HINT = 'Grant it to whoever may see all rows.';
        END LOOP;
        EXECUTE format('UPDATE %I.%I SET secured = $1 WHERE %I = $2', workspace, this.relation, CASE this.relation WHEN 'stored_fact' THEN 'fact' ELSE 'view' END)
          USING this.secured || this.news, this.name;
        IF this.is_noted THEN
            PERFORM customer_segments.materialized_noted(workspace, this.name);
        END IF;
    END LOOP;
END;
$$;
COMMENT ON FUNCTION workspace_close_secured(name) IS
'step of refresh_begin: takes what is stored or materialized from its readers where a table below has got row-level security since';

CREATE FUNCTION relation_columns(relation regclass, pattern text, separator text DEFAULT ', ')
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.string_agg(pg_catalog.format(pattern, a.attname), separator ORDER BY a.attnum)
      FROM pg_catalog.pg_attribute a WHERE a.attrelid = relation_columns.relation AND a.attnum > 0 AND NOT a.attisdropped;
END;
COMMENT ON FUNCTION relation_columns(regclass, text, text) IS
'the columns of a relation as a piece of SQL, each put into the pattern';

CREATE FUNCTION fact_store(workspace name, fact name, definition text, grouped text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    live constant name := fact || '_live';
    stored constant name := fact || '_stored';
    secured constant regclass[] := customer_segments.workspace_secured(workspace, fact);
    key_equals text;
    described text[];
    ready text;
    shown text;
    late text := '';
    latecomers text := '';
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    SELECT array_agg(ARRAY[a.attname, COALESCE(col_description(a.attrelid, a.attnum), a.attname)] ORDER BY a.attnum),
           customer_segments.key_equals((max(format_type(a.atttypid, NULL)) FILTER (WHERE a.attnum = 1)))
      INTO described, key_equals
      FROM pg_attribute a WHERE a.attrelid = format('%I.%I', workspace, fact)::regclass AND a.attnum > 0;
    described := described[1:1] || ARRAY[ARRAY['last_at', 'the instant of the customer''s last row']] || described[2:];
    PERFORM customer_segments.workspace_add_view(workspace, live, format('fact: %s, computed from the sources; what refresh puts into %s', fact, stored),
        described, regexp_replace(grouped, '^SELECT e\.customer_id,', 'SELECT e.customer_id, max(e.at) AS last_at,'));
    EXECUTE format('CREATE TABLE %1$I.%2$I WITH (fillfactor = 80) AS SELECT * FROM %1$I.%3$I WITH NO DATA', workspace, stored, live);
    EXECUTE format('ALTER TABLE %I.%I ADD PRIMARY KEY (customer_id), ALTER last_at SET NOT NULL', workspace, stored);
    PERFORM customer_segments.workspace_close(workspace, stored);
    PERFORM customer_segments.workspace_comment(workspace, stored, format('fact: %s as of the last refresh, whatever the instant of its rows; read the view %s', fact, fact), described);
    PERFORM customer_segments.workspace_register(workspace, stored);
    EXECUTE format('INSERT INTO %I.stored_fact (fact, definition, secured) VALUES ($1, $2, $3)', workspace) USING fact, definition, COALESCE(secured, '{}');

    -- three short subqueries and no join: this stands in every plan, several times.  A table without rows may be one restored without them
    ready := format('(COALESCE(customer_segments.as_of() >= (SELECT f.complete_at FROM %1$I.stored_fact f WHERE f.fact = %2$L AND f.built)
                                                          - (SELECT g.stored_days FROM %1$I.settings g) * interval ''1 day'', false)
                    AND EXISTS (SELECT FROM %1$I.%3$I))', workspace, fact, stored);
    -- what gives the key of a fact may not have told its length; each column stays of its type
    shown := (SELECT string_agg(format('%%2$s.%I', a.attname) || CASE WHEN a.atttypmod <> l.atttypmod THEN '::' || format_type(a.atttypid, a.atttypmod) ELSE '' END, ', ' ORDER BY a.attnum)
                FROM pg_attribute a JOIN pg_attribute l ON l.attrelid = format('%I.%I', workspace, live)::regclass AND l.attname = a.attname
               WHERE a.attrelid = format('%I.%I', workspace, fact)::regclass AND a.attnum > 0 AND NOT a.attisdropped);
    -- a refund from as_of on may have taken rows away that stand in the fact as of then
    IF EXISTS (SELECT FROM customer_segments.view_relations(format('%I.%I', workspace, live)::regclass) r WHERE r.feed = to_regclass(format('%I.order_refunds', workspace)))
       AND fact <> 'customer_histories' THEN
        late := format(' AND NOT EXISTS (SELECT FROM %1$I.customer_histories_stored h WHERE h.customer_id %2$s s.customer_id AND h.last_at >= (SELECT customer_segments.as_of()))',
                       workspace, key_equals);
        latecomers := 'customer_histories';
    END IF;
    PERFORM customer_segments.workspace_replace_view(workspace, fact, format('
SELECT %4$s FROM %1$I.%9$I s WHERE s.last_at < (SELECT customer_segments.as_of())%10$s AND %6$s
UNION ALL
-- who has rows from as_of on, which are few: without them
SELECT %5$s FROM (%8$s) s CROSS JOIN LATERAL (SELECT * FROM %1$I.%3$I l WHERE l.customer_id %7$s s.customer_id OFFSET 0) l WHERE %6$s
UNION ALL
SELECT %11$s FROM %1$I.%3$I l WHERE NOT %6$s', workspace, fact, live, format(shown, '', 's'),
        -- the key from what is stored, so that a condition on it reaches the index
        regexp_replace(format(shown, '', 'l'), '^l\.', 's.'), ready, key_equals,
        -- the condition is written so that the planner takes it for rare
        (SELECT string_agg(format('SELECT s.customer_id FROM %1$I.%2$I s WHERE (s.last_at >= (SELECT customer_segments.as_of()))::integer = 1'
                                  ' AND (s.last_at < (SELECT customer_segments.as_of()))::integer = 0', workspace, f || '_stored'), E' UNION ')
           FROM unnest(ARRAY[fact::text, latecomers]) f WHERE f <> ''), stored, late, format(shown, '', 'l')));
    PERFORM customer_segments.workspace_grants(workspace, fact, live);
    PERFORM customer_segments.workspace_grants_kept(workspace, fact, live, stored);
END;
$$;
COMMENT ON FUNCTION fact_store(name, name, text, text) IS
'turns a fact from a view that computes into one over a table that refresh fills';

CREATE FUNCTION fact_unstore(workspace name, fact name, definition text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_replace_view(workspace, fact, definition);
    EXECUTE format('DROP VIEW %1$I.%2$I; DROP TABLE %1$I.%3$I', workspace, fact || '_live', fact || '_stored');
    EXECUTE format('DELETE FROM %I.workspace_object o WHERE o.name IN ($1, $2)', workspace) USING fact || '_live', fact || '_stored';
    EXECUTE format('DELETE FROM %I.stored_fact f WHERE f.fact = $1', workspace) USING fact;
END;
$$;
COMMENT ON FUNCTION fact_unstore(name, name, text) IS
'turns a stored fact back into a view that computes';

CREATE FUNCTION fact_sources(workspace name, OUT fact name, OUT sources smallint[], OUT untracked regclass[])
RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- 0 is what reconcile found
    RETURN QUERY EXECUTE format('SELECT f.fact, 0::smallint || COALESCE(array_agg(DISTINCT t.source) FILTER (WHERE t.source IS NOT NULL), ''{}''),
               array_agg(DISTINCT v.feed ORDER BY v.feed) FILTER (WHERE t.source IS NULL AND v.feed IS NOT NULL)
          FROM %1$I.stored_fact f
          LEFT JOIN LATERAL customer_segments.view_feeds(format(''%%I.%%I'', %2$L, f.fact || ''_live'')::regclass) v ON true
          LEFT JOIN %1$I.tracked_relation t ON t.relation = v.feed
         GROUP BY f.fact ORDER BY f.fact', workspace, workspace);
END;
$$;
COMMENT ON FUNCTION fact_sources(name) IS
'for each stored fact: the numbers of the tracked tables that feed it, and the relations that feed it and are not tracked, null if there are none';

CREATE FUNCTION fact_rests_on(workspace name, fact name)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    -- a view that is replaced has a new rule
    WITH live AS (SELECT pg_catalog.format('%I.%I', fact_rests_on.workspace, fact_rests_on.fact || '_live')::pg_catalog.regclass AS view)
    SELECT pg_catalog.hashtextextended(pg_catalog.string_agg(pg_catalog.concat_ws(' ', r.ev_class, r.xmin, r.ctid), ', ' ORDER BY r.ev_class, r.oid), 0)
      FROM pg_catalog.pg_rewrite r
     WHERE r.ev_class IN (SELECT l.view FROM live l UNION ALL SELECT v.feed FROM live l CROSS JOIN LATERAL customer_segments.view_relations(l.view) v WHERE v.kind = 'v');
END;
COMMENT ON FUNCTION fact_rests_on(name, name) IS
'a hash that tells the rules of a stored fact''s views, of the workspace and of the shop; another one after a restore, too';

CREATE FUNCTION set_storage(workspace name, storage text)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    statements text[];
    before text;
    this record;
    tracked regclass[];
    number smallint;
BEGIN
    IF workspace IS NULL OR storage IS NULL OR storage NOT IN ('live', 'incremental') THEN
        RAISE EXCEPTION 'unknown storage "%": it must be "live" or "incremental"', storage USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM customer_segments.workspace_require_writer(workspace);
    EXECUTE format('SELECT s.storage FROM %I.settings s FOR UPDATE', workspace) INTO before;
    IF before = storage THEN
        RETURN;
    ELSIF storage = 'live' THEN
        -- one after the other with refresh, which goes through the facts in another order
        EXECUTE format('SELECT FROM %I.stored_fact f ORDER BY f.fact FOR UPDATE', workspace);
        EXECUTE format('SELECT array_agg(format(''SELECT customer_segments.fact_unstore(%%L, %%L, %%L)'', $1, f.fact, f.definition) ORDER BY f.fact = ''customer_histories'')
                          FROM %I.stored_fact f', workspace) INTO statements USING workspace;
        EXECUTE format('SELECT COALESCE(array_agg(r.relation), ''{}'') FROM %I.tracked_relation r', workspace) INTO tracked;
        -- in one, since who reads a table may wait for a fact; the triggers last, so that the shop waits for no reader of the workspace
        PERFORM customer_segments.execute_giving_way(statements || customer_segments.capture_drops(workspace, tracked),
            format('facts of workspace "%s", or tables that feed them, are in use: the views could not be replaced and the triggers not dropped', workspace));
        EXECUTE format('DELETE FROM %I.tracked_table', workspace);
        EXECUTE format('DELETE FROM %I.refresh_queue', workspace);
    ELSE
        FOR this IN SELECT f.* FROM customer_segments.storable_facts(workspace) f LOOP
            IF this.storable THEN
                statements := statements || format('SELECT customer_segments.fact_store(%L, %L, %L, %L)', workspace, this.fact, this.definition, this.grouped);
            -- of a fact that reads nothing of the shop's there is nothing to say
            ELSIF EXISTS (SELECT FROM customer_segments.view_feeds(format('%I.%I', workspace, this.fact)::regclass) v JOIN pg_class c ON c.oid = v.feed
                           WHERE c.relnamespace <> quote_ident(workspace)::regnamespace) THEN
                RAISE NOTICE 'fact %.% asks for as_of and stays computed', workspace, this.fact;
            END IF;
        END LOOP;
        PERFORM customer_segments.execute_giving_way(statements, format('facts of workspace "%s" are in use: their views could not be replaced', workspace));
        -- what feeds the facts inside the workspace; of the settings only those columns, and none that steer refresh
        FOR this IN EXECUTE format('SELECT v.feed, CASE WHEN v.feed = format(''%%I.settings'', %2$L)::regclass THEN
                                           '' OF '' || (SELECT string_agg(quote_ident(u), '', '' ORDER BY u) FROM (SELECT unnest(c) AS u) n WHERE u !~ ''^(refresh_|stored_|storage$)'') ELSE '''' END AS columns
                      FROM (SELECT w.feed, array_agg(DISTINCT u.column_name) AS c
                              FROM %1$I.stored_fact f
                             CROSS JOIN LATERAL customer_segments.view_feeds(format(''%%I.%%I'', %2$L, f.fact || ''_live'')::regclass) w
                             CROSS JOIN LATERAL unnest(w.columns) AS u(column_name)
                              JOIN pg_class k ON k.oid = w.feed AND k.relnamespace = %3$L::regnamespace AND k.relkind = ''r''
                             GROUP BY w.feed) v', workspace, workspace, quote_ident(workspace)) LOOP
            EXECUTE format('INSERT INTO %I.tracked_table (relation, capture, merges, tracked_at) VALUES ($1, ''statement'', false, now()) RETURNING source', workspace)
               INTO number USING this.feed;
            EXECUTE format('INSERT INTO %I.tracked_relation (relation, source) VALUES ($1, $2)', workspace) USING this.feed, number;
            PERFORM customer_segments.capture_attach(workspace, ARRAY[this.feed], number, NULL, NULL, 'statement', '', this.columns);
        END LOOP;
        FOR this IN SELECT f.untracked FROM customer_segments.fact_sources(workspace) f WHERE f.untracked IS NOT NULL LOOP
            RAISE NOTICE 'track what feeds the facts: %', array_to_string(this.untracked, ', ')
                USING HINT = 'Until then every refresh reads all of it.';
            EXIT;
        END LOOP;
    END IF;
    EXECUTE format('UPDATE %I.settings s SET storage = $1', workspace) USING storage;
END;
$$;
COMMENT ON FUNCTION set_storage(name, text) IS
'live: every fact is computed when it is read; incremental: facts are tables that refresh keeps up to date for the customers that changed; the views answer the same; for the owner of the workspace';

CREATE FUNCTION queue_operator(workspace name, column_name name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    operator text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT r.%I FROM %I.refresh_run r', column_name || '_equals', workspace) INTO operator;
    RETURN operator;
END;
$$;
COMMENT ON FUNCTION queue_operator(name, name) IS
'the equality operator of customer_id or order_id in a workspace';

CREATE FUNCTION fact_write(workspace name, fact name, equals text, of_all boolean)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    stored constant regclass := format('%I.%I', workspace, fact || '_stored')::regclass;
BEGIN
    RETURN format('gone_%1$s AS (
    DELETE FROM %2$s s %3$s RETURNING 1),
put_%1$s AS (
    INSERT INTO %2$s AS s (%4$s) SELECT %4$s FROM fresh_%1$s f WHERE f.customer_id IS NOT NULL
    ON CONFLICT (customer_id) DO UPDATE SET (%4$s) = ROW(%5$s) WHERE s.* OPERATOR(pg_catalog.*<>) excluded.* RETURNING 1)',
        fact, stored,
        CASE WHEN of_all THEN format('WHERE NOT EXISTS (SELECT FROM fresh_%s f WHERE f.customer_id %s s.customer_id)', fact, equals)
             ELSE format('USING fresh_%s f WHERE s.customer_id %s f.key AND f.customer_id IS NULL', fact, equals) END,
        customer_segments.relation_columns(stored, '%I'), customer_segments.relation_columns(stored, 'excluded.%I'));
END;
$$;
COMMENT ON FUNCTION fact_write(name, name, text, boolean) IS
'pieces of a statement: makes the rows of a stored fact those of fresh_<fact>, which is of all customers or of those in its column key; equals is the operator of the key; writes only what differs, byte for byte';

CREATE FUNCTION history_merge(workspace name, rows text)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- should an order be another customer's, the columns to track were named wrongly, and both are read anew by the next batch
    RETURN format('merged AS MATERIALIZED (
    SELECT t.customer_id, max(p.at) AS last_at, customer_segments.purchase_history_agg(p.at, p.amount, (SELECT s.time_zone FROM %1$I.settings s), p.voided_at) AS history,
           array_agg(p.customer_id) FILTER (WHERE NOT p.customer_id %3$s t.customer_id) AS others
      FROM (%4$s) t CROSS JOIN LATERAL (SELECT p.* FROM %1$I.purchases p WHERE p.order_id %2$s t.order_id OFFSET 0) p
     GROUP BY t.customer_id),
misled AS (
    INSERT INTO %1$I.refresh_queue (source, kind, customer_id, queued_at)
    SELECT 0, ''c'', u.customer_id, now() FROM merged m CROSS JOIN LATERAL unnest(m.customer_id || m.others) AS u(customer_id) WHERE m.others IS NOT NULL RETURNING 1),
added AS (
    UPDATE %1$I.customer_histories_stored s SET last_at = GREATEST(s.last_at, m.last_at), history = s.history OPERATOR(customer_segments.||) m.history
      FROM merged m WHERE m.others IS NULL AND s.customer_id %3$s m.customer_id RETURNING s.customer_id),
begun AS (
    INSERT INTO %1$I.customer_histories_stored (customer_id, last_at, history)
    SELECT m.customer_id, m.last_at, m.history FROM merged m WHERE m.others IS NULL AND NOT m.customer_id %3$s ANY (SELECT a.customer_id FROM added a) RETURNING 1)',
        workspace, customer_segments.queue_operator(workspace, 'order_id'), customer_segments.queue_operator(workspace, 'customer_id'), rows);
END;
$$;
COMMENT ON FUNCTION history_merge(name, text) IS
'pieces of a statement: adds the new orders in rows, which are of the queue, to the stored histories of their customers without reading the others';

CREATE FUNCTION refresh_statement(workspace name, seen smallint[], merge_only boolean, parts bigint)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- a customer's rows of the queue are all worked off together; each time those of a share 1 / parts of the customers,
    -- which is chosen once: a second look at the queue may begin elsewhere, where another session's scan of it is
    part constant text := format('(hash_record_extended(CASE WHEN q.kind = ''o'' THEN ROW(q.order_id) ELSE ROW(q.customer_id) END, 0) & 9223372036854775807) %% %s', parts);
    chosen constant text := CASE WHEN parts > 1 THEN format('
chosen AS MATERIALIZED (SELECT %s AS share FROM %I.refresh_queue q WHERE q.kind <> ''a'' LIMIT 1),', part, workspace) ELSE '' END;
    share constant text := CASE WHEN parts > 1 THEN format(' AND %s = (SELECT c.share FROM chosen c)', part) ELSE '' END;
    order_equals constant text := customer_segments.queue_operator(workspace, 'order_id');
    key_equals constant text := customer_segments.queue_operator(workspace, 'customer_id');
    wanted text;
    merging text;
    kept text;
    this record;
    pieces text := '';
    noted constant text := format(',
noted AS (
    INSERT INTO %I.member_queue (customer_id) SELECT DISTINCT t.customer_id FROM %s t)', workspace, CASE WHEN merge_only THEN 'taken' ELSE 'touched' END);
    others constant text := format('SELECT FROM %I.refresh_queue o WHERE o.kind <> ''i''', workspace);
    counts text := '0';
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- a customer whose rows are read anew must leave no order behind that would be added again
    EXECUTE format('SELECT format(''%%L::smallint[]'', array_agg(DISTINCT u.source)), format(''%%L::smallint[]'', COALESCE(array_agg(u.source) FILTER (WHERE u.merges), ''{}''))
                      FROM (SELECT unnest($1) AS source, false AS merges UNION ALL SELECT t.source, true FROM %I.tracked_table t WHERE t.merges) u', workspace)
       INTO wanted, merging USING seen;
    FOR this IN EXECUTE format('SELECT f.fact, format(''%%L::smallint[]'', f.sources) AS sources FROM %I.stored_fact f WHERE f.sources && %s ORDER BY f.fact', workspace, wanted) LOOP
        -- what may have changed for everybody stays as it was until it is computed as a whole, as it must be: an order of a table
        -- that was emptied and filled again is not one more
        kept := format('t.source = ANY (%1$s) AND NOT EXISTS (SELECT FROM whole w WHERE w.source = ANY (%1$s))', this.sources);
        IF this.fact = 'customer_histories' THEN
            counts := counts || ' + (SELECT count(*) FROM added) + (SELECT count(*) FROM begun)';
            IF merge_only THEN
                pieces := pieces || E',\n' || customer_segments.history_merge(workspace, format('SELECT t.customer_id, t.order_id FROM taken t WHERE %s', kept));
                CONTINUE;
            END IF;
            pieces := pieces || format(',
class AS MATERIALIZED (
    SELECT t.customer_id, t.order_id, bool_and(t.kind = ''i'') OVER (PARTITION BY t.customer_id) AS merges FROM touched t WHERE %s),
', kept) || customer_segments.history_merge(workspace, 'SELECT k.customer_id, k.order_id FROM class k WHERE k.merges');
            IF parts > 1 THEN
                pieces := pieces || format(',
demoted AS (
    UPDATE %1$I.refresh_queue q SET kind = ''c'' FROM (SELECT DISTINCT k.customer_id FROM class k WHERE NOT k.merges) k
     WHERE q.kind = ''i'' AND q.customer_id %2$s k.customer_id AND NOT (true%3$s))', workspace, key_equals, share);
            END IF;
        END IF;
        pieces := pieces || format(',
fresh_%2$s AS MATERIALIZED (
    SELECT k.customer_id AS key, l.*
      FROM (SELECT DISTINCT t.customer_id FROM %3$s) k
      LEFT JOIN LATERAL (SELECT * FROM %1$I.%4$I l WHERE l.customer_id %5$s k.customer_id OFFSET 0) l ON true)',
                workspace, this.fact,
                CASE WHEN this.fact = 'customer_histories' THEN 'class t WHERE NOT t.merges' ELSE 'touched t WHERE ' || kept END,
                this.fact || '_live', key_equals)
            || E',\n' || customer_segments.fact_write(workspace, this.fact, key_equals, false);
        counts := counts || format(' + (SELECT count(*) FROM gone_%1$s) + (SELECT count(*) FROM put_%1$s)', this.fact);
    END LOOP;
    -- one statement, one snapshot: a change is seen if and only if its row of the queue is
    RETURN format('WITH whole AS MATERIALIZED (SELECT DISTINCT q.source FROM %1$I.refresh_queue q WHERE q.kind = ''a''),%12$s
taken AS MATERIALIZED (
    DELETE FROM %1$I.refresh_queue q WHERE q.source = ANY (%6$s) AND q.kind %7$s%2$s
    -- the triggers of a table that merged once still say so
    RETURNING q.source, CASE WHEN q.kind = ''i'' AND NOT q.source = ANY (%11$s) THEN ''c'' ELSE q.kind END AS kind, q.customer_id, q.order_id)%8$s%4$s%10$s
SELECT %5$s, %9$s%13$s, ARRAY(SELECT w.source FROM whole w)', workspace, share, order_equals, pieces, counts, wanted,
        -- only orders to be added, and all at once: if other changes have come, perhaps of the same transaction, nothing is taken
        CASE WHEN merge_only THEN format('= ''i'' AND q.source = ANY (%s) AND NOT EXISTS (%s)', merging, others) ELSE '<> ''a''' END,
        CASE WHEN pieces || noted !~ 'FROM touched' THEN '' ELSE format(',
touched AS MATERIALIZED (
    SELECT t.source, t.kind, t.customer_id, t.order_id FROM taken t WHERE t.kind <> ''o''
    UNION ALL
    SELECT t.source, t.kind, p.customer_id, t.order_id
      FROM (SELECT DISTINCT t.source, t.kind, t.order_id FROM taken t WHERE t.kind = ''o'') t
     CROSS JOIN LATERAL (SELECT p.customer_id FROM %I.purchases p WHERE p.order_id %s t.order_id OFFSET 0) p)', workspace, order_equals) END,
        CASE WHEN pieces ~ 'misled' THEN 'EXISTS (SELECT FROM misled)' ELSE 'false' END, noted, merging, chosen,
        CASE WHEN merge_only THEN format(' OR EXISTS (%s)', others) ELSE '' END);
END;
$$;
COMMENT ON FUNCTION refresh_statement(name, smallint[], boolean, bigint) IS
'the statement that works off the queue for a share 1 / parts of its customers, of the tables seen in it, or only orders to be added to histories: takes their rows out of the queue, computes their facts, if they have not changed for everybody, and writes what differs; answers the number of rows changed, whether there is more to do, and the tracked tables for which everybody waits';

CREATE FUNCTION merging_sources(workspace name)
RETURNS smallint[]
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    sources smallint[];
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- the lock of a reader: the tables and their indexes stay as they are found until the batch has ended
    EXECUTE format('SELECT FROM %I.purchases LIMIT 0', workspace);
    EXECUTE format('UPDATE %I.tracked_table t SET merges = false WHERE t.merges AND NOT customer_segments.tracking_merges($1, t.relation, t.order_column)', workspace) USING workspace;
    EXECUTE format('SELECT COALESCE(array_agg(t.source), ''{}'') FROM %I.tracked_table t WHERE t.merges', workspace) INTO sources;
    RETURN sources;
END;
$$;
COMMENT ON FUNCTION merging_sources(name) IS
'the numbers of the tracked tables whose inserted rows may still be added to the stored histories; notes those for which that holds no longer';

CREATE FUNCTION refresh_step_10_facts(workspace name, OUT done boolean, OUT changed bigint)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
SET customer_segments.as_of = '294276-12-31'
AS $$
DECLARE
    this record;
    facts name[];
    settled smallint[];
    has_new boolean;
    is_stray boolean;
    queue text := '';
    began timestamptz;
    count bigint;
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    done := true;
    changed := 0;
    -- one refresh at a time; what follows sees all that the one before has committed
    EXECUTE format('SELECT FROM %I.stored_fact f ORDER BY f.fact FOR UPDATE', workspace);
    began := clock_timestamp();
    EXECUTE format('SELECT EXISTS (SELECT FROM %I.refresh_queue q WHERE q.kind = ''i'')', workspace) INTO has_new;
    IF has_new THEN
        EXECUTE format('UPDATE %I.refresh_queue q SET kind = ''c'' WHERE q.kind = ''i'' AND NOT q.source = ANY ($1)', workspace) USING customer_segments.merging_sources(workspace);
    END IF;
    -- what is to be computed, and the rows of the queue that then concern nothing else; a tracked table that feeds nothing stored concerns nobody
    EXECUTE format('WITH fact AS MATERIALIZED (
    SELECT f.fact, f.built, f.rebuilt_at, s.sources, s.untracked, f.rests_on AS rested_on, customer_segments.fact_rests_on($1, f.fact) AS rests_on, (SELECT c.reltuples FROM pg_class c WHERE c.oid = format(''%%I.%%I'', $1, f.fact || ''_stored'')::regclass) AS rows
      FROM %1$I.stored_fact f JOIN customer_segments.fact_sources($1) s ON s.fact = f.fact),
waiting AS MATERIALIZED (
    SELECT q.source, count(*) FILTER (WHERE q.kind = ''a'') AS of_all, count(*) FILTER (WHERE q.kind <> ''i'') AS to_read FROM %1$I.refresh_queue q GROUP BY q.source),
swamped AS MATERIALIZED (
    SELECT ARRAY(SELECT w.source FROM waiting w WHERE w.to_read > 0 AND w.source = ANY (f.sources)) AS sources
      FROM fact f
     WHERE f.rebuilt_at IS NOT NULL AND f.rows > 0
       AND (SELECT sum(w.to_read) FROM waiting w WHERE w.source = ANY (f.sources)) > f.rows * (SELECT t.refresh_rebuild_share FROM %1$I.settings t)),
-- all facts of a table at once, so that its rows of the queue are done with
chosen AS MATERIALIZED (
    SELECT f.fact, f.sources FROM fact f
     WHERE NOT f.built OR f.rested_on IS DISTINCT FROM f.rests_on OR f.untracked IS NOT NULL OR EXISTS (SELECT FROM waiting w WHERE w.of_all > 0 AND w.source = ANY (f.sources))
        OR EXISTS (SELECT FROM swamped w WHERE w.sources && f.sources)),
noted AS (
    UPDATE %1$I.stored_fact n SET sources = f.sources, rests_on = f.rests_on FROM fact f WHERE f.fact = n.fact AND (f.sources <> n.sources OR f.rests_on IS DISTINCT FROM n.rests_on)),
stray AS (
    DELETE FROM %1$I.refresh_queue q WHERE q.kind = ''a'' AND q.source IN (SELECT w.source FROM waiting w WHERE w.source NOT IN (SELECT unnest(f.sources) FROM fact f)) RETURNING 1)
SELECT (SELECT array_agg(c.fact ORDER BY c.fact <> ''customer_histories'', c.fact) FROM chosen c),
       ARRAY(SELECT unnest(c.sources) FROM chosen c EXCEPT SELECT unnest(f.sources) FROM fact f WHERE f.fact NOT IN (SELECT c.fact FROM chosen c)),
       EXISTS (SELECT FROM stray)', workspace)
       INTO facts, settled, is_stray USING workspace;
    IF is_stray OR facts IS NOT NULL THEN
        EXECUTE format('INSERT INTO %I.member_queue (customer_id) VALUES (NULL)', workspace);
    END IF;
    IF facts IS NULL THEN
        RETURN;
    END IF;
    -- an order that is new in the queue is not new to a history just built
    queue := format('dropped AS (DELETE FROM %1$I.refresh_queue q WHERE q.source = ANY ($1)),
demoted AS (UPDATE %1$I.refresh_queue q SET kind = ''c'' WHERE q.kind = ''i'' AND NOT q.source = ANY ($1))', workspace);
    IF facts[1] <> 'customer_histories' THEN
        EXECUTE format('DELETE FROM %I.refresh_queue q WHERE q.source = ANY ($1)', workspace) USING settled;
        queue := '';
    END IF;
    -- a new table is filled in the order of the key, in which a refresh of many goes through it
    FOR this IN EXECUTE format('SELECT f.fact, f.built FROM %I.stored_fact f JOIN unnest($1) WITH ORDINALITY AS u(fact, position) ON u.fact = f.fact ORDER BY u.position', workspace) USING facts LOOP
        EXECUTE format('WITH %1$sfresh_%2$s AS %3$s (%4$s), %5$s SELECT %6$s', CASE WHEN queue <> '' THEN queue || E',\n' ELSE '' END, this.fact,
                       CASE WHEN this.built THEN 'MATERIALIZED' ELSE 'NOT MATERIALIZED' END, customer_segments.fact_build(workspace, this.fact),
                       CASE WHEN this.built THEN customer_segments.fact_write(workspace, this.fact, customer_segments.queue_operator(workspace, 'customer_id'), true)
                            ELSE format('put_%1$s AS (INSERT INTO %2$I.%3$I (%4$s) SELECT %4$s FROM fresh_%1$s ORDER BY customer_id RETURNING 1)', this.fact, workspace, this.fact || '_stored',
                                        customer_segments.relation_columns(format('%I.%I', workspace, this.fact || '_stored')::regclass, '%I')) END,
                       CASE WHEN this.built THEN format('(SELECT count(*) FROM gone_%1$s) + (SELECT count(*) FROM put_%1$s)', this.fact)
                            ELSE format('(SELECT count(*) FROM put_%s)', this.fact) END)
           INTO count USING settled;
        queue := '';
        changed := changed + count;
        IF NOT this.built THEN
            EXECUTE format('ANALYZE %I.%I', workspace, this.fact || '_stored');
        END IF;
    END LOOP;
    EXECUTE format('UPDATE %I.stored_fact f SET built = true, complete_at = GREATEST(f.complete_at, $2), rebuilt_at = $2 WHERE f.fact = ANY ($1)', workspace)
      USING facts, began;
END;
$$;
COMMENT ON FUNCTION refresh_step_10_facts(name) IS
'step of refresh: computes as a whole the stored facts that have never been, that may have changed for everybody, whose views were replaced, or that are fed by what is not tracked';

CREATE FUNCTION fact_build(workspace name, fact name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    of_all text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT COALESCE(q.of_all, format(''SELECT * FROM %%I.%%I'', $1, $2 || ''_live'')) FROM %I.fact_query q WHERE q.fact = $2', workspace)
       INTO STRICT of_all USING workspace, fact;
    RETURN of_all;
END;
$$;
COMMENT ON FUNCTION fact_build(name, name) IS
'the text of a query for all rows of a fact';

CREATE FUNCTION queue_fold(workspace name)
RETURNS boolean
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    worth boolean;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT count(*) > 2 * (SELECT count(*) FROM (SELECT DISTINCT d.source, d.customer_id FROM %1$I.refresh_queue d WHERE d.kind = ''c'') d)
                      FROM %1$I.refresh_queue q WHERE q.kind IN (''c'', ''o'')', workspace) INTO worth;
    IF worth THEN
        EXECUTE format('WITH taken AS MATERIALIZED (
    DELETE FROM %1$I.refresh_queue q WHERE q.kind IN (''c'', ''o'') RETURNING q.source, q.customer_id, q.order_id, q.queued_at)
INSERT INTO %1$I.refresh_queue (source, kind, customer_id, queued_at)
SELECT t.source, ''c'', t.customer_id, min(t.queued_at)
  FROM (SELECT t.source, t.customer_id, t.queued_at FROM taken t WHERE t.customer_id IS NOT NULL
        UNION ALL
        SELECT t.source, p.customer_id, t.queued_at
          FROM (SELECT t.source, t.order_id, min(t.queued_at) AS queued_at FROM taken t WHERE t.order_id IS NOT NULL GROUP BY t.source, t.order_id) t
         CROSS JOIN LATERAL (SELECT p.customer_id FROM %1$I.purchases p WHERE p.order_id %2$s t.order_id OFFSET 0) p) t
 GROUP BY t.source, t.customer_id', workspace, customer_segments.queue_operator(workspace, 'order_id'));
    END IF;
    RETURN worth;
END;
$$;
COMMENT ON FUNCTION queue_fold(name) IS
'makes of the rows of the queue that ask for a reading anew one for each table and customer, if that takes away more than half; whether it did';

CREATE FUNCTION refresh_step_12_queue(workspace name, OUT done boolean, OUT changed bigint)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET customer_segments.as_of = '294276-12-31'
-- few customers, each through indexes, whatever the statistics of the queue say
SET enable_hashjoin = off
SET enable_mergejoin = off
SET enable_memoize = off
SET work_mem = '64MB'
SET jit = off
AS $$
DECLARE
    waiting bigint;
    batch bigint;
    parts bigint;
    seen smallint[];
    whole smallint[];
    merge_only boolean;
    merging smallint[];
    again boolean := false;
    began timestamptz;
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    done := true;
    changed := 0;
    EXECUTE format('SELECT FROM %I.stored_fact f ORDER BY f.fact FOR UPDATE', workspace);
    began := clock_timestamp();
    EXECUTE format('SELECT count(*) FILTER (WHERE q.kind <> ''a''), array_agg(DISTINCT q.source) FILTER (WHERE q.kind <> ''a''), bool_and(q.kind = ''i''),
                           array_agg(DISTINCT q.source) FILTER (WHERE q.kind = ''a''), (SELECT s.refresh_batch FROM %1$I.settings s)
                      FROM %1$I.refresh_queue q', workspace) INTO waiting, seen, merge_only, whole, batch;
    -- a long queue says the same many times
    IF waiting > batch AND customer_segments.queue_fold(workspace) THEN
        done := false;
    ELSIF waiting > 0 THEN
        -- the statement may wait for somebody, and then see orders that were not there: so it is asked in any case, and before
        merging := customer_segments.merging_sources(workspace);
        merge_only := merge_only AND seen <@ merging;
        -- every batch looks at the whole queue: so there are not many
        parts := LEAST((waiting + batch - 1) / batch, 64 /* literal: looks at a queue, at most */);
        EXECUTE customer_segments.refresh_statement(workspace, seen, merge_only, parts) INTO changed, again, whole;
        done := parts = 1 AND NOT again;
    END IF;
    IF done THEN
        -- a fact that waits to be computed as a whole is no newer for it
        EXECUTE format('UPDATE %I.stored_fact f SET complete_at = GREATEST(f.complete_at, $1)
                         WHERE f.built AND ($2 = ''{}'' OR f.fact NOT IN (SELECT s.fact FROM customer_segments.fact_sources($3) s WHERE s.sources && $2))', workspace)
          USING began, COALESCE(whole, '{}'), workspace;
    END IF;
END;
$$;
COMMENT ON FUNCTION refresh_step_12_queue(name) IS
'step of refresh: works off the queue for the customers that changed, a share of the customers in each transaction; what a long queue says many times it says once first';
