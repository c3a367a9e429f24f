-- materialize: a view of a workspace computed by refresh, not by each reader (doc/materialize.md).
--
-- <view>_now is the view as it was, <view>_mat a materialized view of that, and under its old name stands a plain view of <view>_mat.

CREATE FUNCTION workspace_part_07_materialized(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_table(workspace, 'materialized_view',
        'the views that refresh computes; made by materialize and unmaterialize',
        ARRAY[['view', 'the view; its rows are in <view>_mat'],
              ['definition', 'its query, which is now that of <view>_now'],
              ['key', 'columns that tell its rows apart'],
              ['run', 'the refresh that computed it last'],
              ['as_of', 'the instant that it answers for'],
              ['as_of_setting', 'customer_segments.as_of when it was computed; empty: the present'],
              ['seconds', 'how long that took'],
              ['noted_in', 'the transaction that wrote this row; another one than the row''s after a restore, which computes <view>_mat for the present'],
              ['secured', 'tables below of which each role may see other rows, when it was last looked at who may read it']],
        'view name PRIMARY KEY, definition text NOT NULL, key name[] NOT NULL, run bigint NOT NULL, as_of timestamptz NOT NULL,
         as_of_setting text NOT NULL, seconds double precision NOT NULL, noted_in xid, secured regclass[] NOT NULL DEFAULT ''{}''');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_07_materialized(name, name) IS
'part of create_workspace: the table materialized_view';

CREATE FUNCTION as_of_setting()
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN COALESCE(pg_catalog.btrim(pg_catalog.current_setting('customer_segments.as_of', true)), '');
COMMENT ON FUNCTION as_of_setting() IS
'the text of the setting customer_segments.as_of, empty for the present';

CREATE FUNCTION materialized_for(workspace name, view name, as_noted boolean, computed_for text, computed_as_of timestamptz, asked_for text, asked_as_of timestamptz)
RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- The present, or an instant since: as late as any reader without the setting.  Nothing of our schema is named here: readers of a
    -- view need no rights on it.
    IF as_noted AND (asked_for = computed_for OR computed_for = '' AND asked_as_of BETWEEN computed_as_of AND clock_timestamp()) OR NOT as_noted AND asked_for = '' THEN
        RETURN true;
    END IF;
    RAISE EXCEPTION 'view %.% is materialized and does not answer for "customer_segments.as_of" = "%"', quote_ident(workspace), quote_ident(view), asked_for
        USING ERRCODE = 'object_not_in_prerequisite_state',
              HINT = format('%I.%I computes it for any instant.', workspace, view || '_now');
END;
$$;
COMMENT ON FUNCTION materialized_for(name, name, boolean, text, timestamptz, text, timestamptz) IS
'true if a materialized view was computed for the customer_segments.as_of that is asked for, or for the present and an instant since then is asked for; after a restore, which computes it for the present when nobody has noted, if the present is asked for; else an error: it would answer another question than was asked';

CREATE FUNCTION materialized_noted(workspace name, view name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    writer xid;
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    -- twice by one (sub)transaction, so that it is that of the row
    EXECUTE format('UPDATE %I.materialized_view m SET noted_in = NULL WHERE m.view = $1 RETURNING m.xmin', workspace) INTO writer USING view;
    EXECUTE format('UPDATE %I.materialized_view m SET noted_in = $2 WHERE m.view = $1', workspace) USING view, writer;
END;
$$;
COMMENT ON FUNCTION materialized_noted(name, name) IS
'notes in the row of a materialized view which transaction wrote it: a row that a restore has written says so; after every UPDATE of a row that was so noted, and of no other';

CREATE FUNCTION materialize(workspace name, view name, key name[] DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
-- compiling plans as wide as these takes longer than running them
SET jit = off
AS $$
DECLARE
    now_view constant name := view || '_now';
    mat constant name := view || '_mat';
    relation regclass;
    made boolean;
    done boolean;
    computed boolean;
    fed name;
    definition text;
    described text[];
    secured regclass[];
    missing name;
    began constant timestamptz := clock_timestamp();
BEGIN
    IF workspace IS NULL OR view IS NULL THEN
        RAISE EXCEPTION 'workspace and view must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM customer_segments.workspace_require_writer(workspace);
    -- one session at a time; refresh goes on
    EXECUTE format('LOCK TABLE %I.materialized_view IN SHARE UPDATE EXCLUSIVE MODE', workspace);
    relation := to_regclass(format('%I.%I', workspace, view));
    EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.workspace_object o JOIN pg_class c ON c.oid = $2 AND c.relkind = ''v'' WHERE o.name = $1),
                           EXISTS (SELECT FROM %1$I.materialized_view m WHERE $1 IN (m.view, m.view || ''_now'')),
                           $1 IN (''as_of'', ''workspace_status'') OR EXISTS (SELECT FROM %1$I.stored_fact f WHERE $1 IN (f.fact, f.fact || ''_live''))
                           OR EXISTS (SELECT FROM customer_segments.storable_facts(%2$L) f WHERE f.fact = $1)', workspace, workspace)
       INTO made, done, computed USING view, relation;
    IF NOT made THEN
        RAISE EXCEPTION 'workspace "%" has no view "%"', workspace, view USING ERRCODE = 'undefined_table';
    ELSIF done THEN
        RAISE EXCEPTION 'view "%" is materialized already', view USING ERRCODE = 'duplicate_object';
    ELSIF computed THEN
        RAISE EXCEPTION 'view "%" cannot be materialized', view
            USING ERRCODE = 'feature_not_supported', HINT = 'Facts are stored by set_storage(workspace, ''incremental'').';
    END IF;
    -- a fact must see the sources as they are: the next refresh would store what the one before has seen
    EXECUTE format('SELECT q.fact FROM %1$I.fact_query q
                     WHERE EXISTS (SELECT FROM customer_segments.view_relations(format(''%%I.%%I'', $1, q.fact)::regclass) r WHERE r.feed = $2)
                     ORDER BY q.position LIMIT 1', workspace) INTO fed USING workspace, relation;
    IF fed IS NOT NULL THEN
        RAISE EXCEPTION 'view "%" cannot be materialized: fact "%" stands on it', view, fed
            USING ERRCODE = 'feature_not_supported', HINT = 'Facts are stored by set_storage(workspace, ''incremental''); materialize a view that stands on them.',
                  DETAIL = 'The fact would be computed from rows of the refresh before.';
    END IF;
    IF cardinality(key) = 0 OR array_ndims(key) > 1 OR EXISTS (SELECT FROM unnest(key) c WHERE c IS NULL) THEN
        RAISE EXCEPTION 'key must be a plain list of columns, not "%"', key
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Say which columns of the view tell its rows apart: key => ''{customer_id}''.';
    END IF;
    IF key IS NULL THEN
        SELECT k.key INTO key FROM (VALUES (1, ARRAY['customer_id']::name[]), (2, '{segmentation,segment}'), (3, '{cohort_month,months_since}'), (4, '{acquisition_channel}')) AS k(position, key)
         WHERE NOT (EXISTS (SELECT FROM unnest(k.key) c WHERE c NOT IN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = relation)))
         ORDER BY k.position LIMIT 1;
    END IF;
    SELECT c INTO missing FROM unnest(key) c WHERE c NOT IN (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = relation AND a.attnum > 0) LIMIT 1;
    IF missing IS NOT NULL THEN
        RAISE EXCEPTION 'view "%" has no column "%"', view, missing USING ERRCODE = 'undefined_column';
    ELSIF key IS NULL THEN
        RAISE EXCEPTION 'view "%" has no customer_id', view
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Say which of its columns tell its rows apart: key => ''{...}''.';
    END IF;
    definition := pg_get_viewdef(relation);
    secured := customer_segments.workspace_secured(workspace, view);
    SELECT array_agg(ARRAY[a.attname, COALESCE(col_description(a.attrelid, a.attnum), a.attname)] ORDER BY a.attnum) INTO described
      FROM pg_attribute a WHERE a.attrelid = relation AND a.attnum > 0;
    PERFORM customer_segments.workspace_add_view(workspace, now_view, format('%s, computed now; %s', view, obj_description(relation)), described, definition);
    EXECUTE format('CREATE MATERIALIZED VIEW %1$I.%2$I AS SELECT * FROM %1$I.%3$I', workspace, mat, now_view);
    EXECUTE format('CREATE UNIQUE INDEX ON %I.%I (%s)', workspace, mat, (SELECT string_agg(quote_ident(c), ', ' ORDER BY n) FROM unnest(key) WITH ORDINALITY AS k(c, n)));
    PERFORM customer_segments.workspace_close(workspace, mat);
    PERFORM customer_segments.workspace_comment(workspace, mat, format('%s as of the last refresh; read the view %s', view, view), described);
    PERFORM customer_segments.workspace_register(workspace, mat);
    EXECUTE format('INSERT INTO %1$I.materialized_view SELECT $1, $2, $3, r.run, customer_segments.as_of(), customer_segments.as_of_setting(), extract(epoch FROM clock_timestamp() - $4), NULL, $5
                      FROM %1$I.refresh_run r', workspace) USING view, definition, key, began, COALESCE(secured, '{}');
    PERFORM customer_segments.materialized_noted(workspace, view);
    -- readers of the view are waited for, and others must not wait for us behind them
    PERFORM customer_segments.execute_giving_way(ARRAY[format('SELECT customer_segments.workspace_replace_view(%L, %L, %L)', workspace, view,
        format('SELECT %3$s FROM %1$I.%4$I m WHERE (SELECT customer_segments.materialized_for(%1$L, v.view, v.noted_in IS NOT DISTINCT FROM v.xmin, v.as_of_setting, v.as_of, customer_segments.as_of_setting(), customer_segments.as_of()) FROM %1$I.materialized_view v WHERE v.view = %2$L)',
               workspace, view, customer_segments.relation_columns(relation, 'm.%I'), mat))],
        format('view %I.%I is in use: it could not be replaced', workspace, view));
    PERFORM customer_segments.workspace_grants(workspace, view, now_view);
    PERFORM customer_segments.workspace_grants_kept(workspace, view, now_view, mat);
END;
$$;
COMMENT ON FUNCTION materialize(name, name, name[]) IS
'has refresh compute a view of a workspace, not each reader: its rows are kept in <view>_mat, the view keeps its name, columns, comments and grants, <view>_now computes as before; key are the columns that tell its rows apart, customer_id if it has one; for the owner of the workspace';

CREATE FUNCTION unmaterialize(workspace name, view name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    definition text;
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    EXECUTE format('DELETE FROM %I.materialized_view m WHERE m.view = $1 RETURNING m.definition', workspace) INTO definition USING view;
    IF definition IS NULL THEN
        RAISE EXCEPTION 'view "%" of workspace "%" is not materialized', view, workspace USING ERRCODE = 'undefined_object';
    END IF;
    PERFORM customer_segments.execute_giving_way(
        ARRAY[format('SELECT customer_segments.workspace_replace_view(%L, %L, %L)', workspace, view, definition),
              format('DROP MATERIALIZED VIEW %I.%I', workspace, view || '_mat'), format('DROP VIEW %I.%I', workspace, view || '_now')],
        format('view %I.%I is in use: it could not be replaced', workspace, view));
    EXECUTE format('DELETE FROM %I.workspace_object o WHERE o.name IN ($1, $2)', workspace) USING view || '_mat', view || '_now';
END;
$$;
COMMENT ON FUNCTION unmaterialize(name, name) IS
'takes back materialize: the view computes again when it is read; for the owner of the workspace';

CREATE FUNCTION refresh_step_30_materialized(workspace name, OUT done boolean, OUT changed bigint)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    view name;
    began constant timestamptz := clock_timestamp();
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    -- what a view stands on was made before it
    EXECUTE format('SELECT m.view FROM %1$I.materialized_view m JOIN %1$I.workspace_object o ON o.name = m.view
                     WHERE m.run < (SELECT r.run FROM %1$I.refresh_run r) ORDER BY o.position LIMIT 1 FOR UPDATE OF m', workspace) INTO view;
    IF view IS NOT NULL THEN
        EXECUTE format('REFRESH MATERIALIZED VIEW CONCURRENTLY %I.%I', workspace, view || '_mat');
        EXECUTE format('UPDATE %1$I.materialized_view m SET run = r.run, as_of = customer_segments.as_of(), as_of_setting = customer_segments.as_of_setting(),
                               seconds = extract(epoch FROM clock_timestamp() - $2) FROM %1$I.refresh_run r WHERE m.view = $1', workspace) USING view, began;
        PERFORM customer_segments.materialized_noted(workspace, view);
    END IF;
    EXECUTE format('SELECT NOT EXISTS (SELECT FROM %1$I.materialized_view m WHERE m.run < (SELECT r.run FROM %1$I.refresh_run r)), count(*)
                      FROM %1$I.materialized_view m WHERE m.view = $1', workspace) INTO done, changed USING view;
END;
$$;
COMMENT ON FUNCTION refresh_step_30_materialized(name) IS
'step of refresh: computes the materialized views, each in a transaction of its own, those first on which others stand';
