-- cut points: figures of the whole shop that a customer is compared with; asked each time, or stored by refresh (doc/cut_points.md).
--
-- A part declares one with workspace_add_cut_point, and its view with workspace_add_cut_view, which takes two texts: one that asks
-- the whole shop, and one whose cut points are those of workspace_cut_point and in which a condition on the customer reaches an index.
-- set_cut_points puts the one or the other in place, so that no plan carries both.  What is stored holds for the as_of it was
-- computed for and later ones, and under the settings, rules and model it was computed with; else the shop is asked.

CREATE FUNCTION workspace_part_06_cut_points(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_add_setting(workspace, 'cut_points', 'text NOT NULL DEFAULT ''live'' CHECK (cut_points IN (''live'', ''stored''))',
        'labels that compare a customer with the shop: live asks the whole shop each time; stored takes what refresh has computed last, so that one customer is found by indexes; changed by set_cut_points');
    PERFORM customer_segments.workspace_add_setting(workspace, 'cut_points_days', 'double precision NOT NULL DEFAULT 1 CHECK (cut_points_days BETWEEN 0 AND 36500)',
        'refresh: stored cut points are computed anew when they are so many days old');
    PERFORM customer_segments.workspace_add_table(workspace, 'cut_point_query',
        'the figures of the shop that labels go by, and how refresh computes them; made by create_workspace',
        ARRAY[['position', 'order of making'],
              ['name', 'the column of cut_points'],
              ['query', 'a query for its value'],
              ['rests_on', 'an expression over the row s of settings: a hash of all that its value rests on besides the customers']],
        'position integer GENERATED ALWAYS AS IDENTITY UNIQUE, name name PRIMARY KEY, query text NOT NULL, rests_on text NOT NULL');
    PERFORM customer_segments.workspace_add_table(workspace, 'cut_points',
        'one row: the figures of the shop that labels go by while the setting cut_points is stored; written by refresh',
        ARRAY[['only_row', 'always true: there is one row'],
              ['as_of', 'the instant they were computed for; null while there are none'],
              ['computed_at', 'when refresh computed them']],
        'only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), as_of timestamptz, computed_at timestamptz');
    EXECUTE format('INSERT INTO %I.cut_points DEFAULT VALUES', workspace);
    PERFORM customer_segments.workspace_add_table(workspace, 'cut_point_view',
        'the views that go by cut points, and their queries; made by create_workspace',
        ARRAY[['view', 'name of the view'],
              ['live', 'its query while the setting cut_points is live'],
              ['stored', 'its query while that is stored']],
        'view name PRIMARY KEY, live text NOT NULL, stored text NOT NULL');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_06_cut_points(name, name) IS
'part of create_workspace: the settings and tables of cut points';

CREATE FUNCTION workspace_add_cut_point(workspace name, cut_point name, value_type text, query text, description text, rests_on text[] DEFAULT '{}')
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    settings text[];
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- only the settings that it is computed with: any other may change without a shop page having to wait for the whole shop
    EXECUTE format('CREATE VIEW %I.cut_point_asked AS SELECT (%s) AS value', workspace, query);
    settings := ARRAY(SELECT format('s.%I', u.name) FROM customer_segments.view_feeds(format('%I.cut_point_asked', workspace)::regclass) f CROSS JOIN LATERAL unnest(f.columns) AS u(name)
                       WHERE f.feed = format('%I.settings', workspace)::regclass ORDER BY u.name);
    EXECUTE format('DROP VIEW %I.cut_point_asked', workspace);
    EXECUTE format('ALTER TABLE %1$I.cut_points ADD COLUMN %2$I %3$s, ADD COLUMN %4$I bigint', workspace, cut_point, value_type, cut_point || '_rests_on');
    EXECUTE format('COMMENT ON COLUMN %I.cut_points.%I IS %L', workspace, cut_point, description);
    EXECUTE format('COMMENT ON COLUMN %I.cut_points.%I IS %L', workspace, cut_point || '_rests_on', 'hash of what it was computed under; under anything else it does not hold');
    EXECUTE format('INSERT INTO %I.cut_point_query (name, query, rests_on) VALUES ($1, $2, $3)', workspace)
      USING cut_point, query, format('hash_record_extended(ROW(%s), 0)', array_to_string(settings || rests_on, ', '));
END;
$$;
COMMENT ON FUNCTION workspace_add_cut_point(name, name, text, text, text, text[]) IS
'for parts: declares a figure of the whole shop that labels go by; query gives its value; rests_on are expressions that change when rules or models do on which it rests; the settings it is computed with always count';

CREATE FUNCTION live_cut_point(workspace name, cut_point name, value anyelement)
RETURNS anyelement
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    query text;
    answer record;
BEGIN
    EXECUTE format('SELECT c.query FROM %I.cut_point_query c WHERE c.name = $1', workspace) INTO STRICT query USING cut_point;
    EXECUTE format('SELECT (%s) AS value', query) INTO answer;
    RETURN answer.value;
END;
$$;
COMMENT ON FUNCTION live_cut_point(name, name, anyelement) IS
'a cut point asked of the whole shop now; value says its type and is not looked at';

CREATE FUNCTION workspace_cut_point(workspace name, cut_point name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    rests_on text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT c.rests_on FROM %I.cut_point_query c WHERE c.name = $1', workspace) INTO STRICT rests_on USING cut_point;
    -- the shop is asked by a function: its query costs no plan anything until it must run
    RETURN format('(SELECT CASE WHEN c.as_of <= customer_segments.as_of() AND c.%2$I = %3$s THEN c.%4$I ELSE customer_segments.live_cut_point(%1$L, %4$L, c.%4$I) END
                      FROM %1$I.settings s CROSS JOIN %1$I.cut_points c)', workspace, cut_point || '_rests_on', rests_on, cut_point);
END;
$$;
COMMENT ON FUNCTION workspace_cut_point(name, name) IS
'for parts: the text of an expression for a cut point: what is stored if it holds, else what the shop says now';

CREATE FUNCTION workspace_add_cut_view(workspace name, view name, description text, columns text[], live text, stored text, present boolean DEFAULT true)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key_type text;
    is_plain boolean;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- by stored first: a query that asks the whole shop may have lost the length and the collation of the key
    PERFORM customer_segments.workspace_add_view(workspace, view, description, columns, stored, present);
    IF present THEN
        SELECT customer_segments.column_type(a.attrelid, a.attname), customer_segments.column_type(a.attrelid, a.attname) = format_type(a.atttypid, -1) INTO key_type, is_plain
          FROM pg_attribute a WHERE a.attrelid = format('%I.%I', workspace, view)::regclass AND a.attname = 'customer_id';
        IF NOT is_plain THEN
            live := format('SELECT v.customer_id::%s AS customer_id%s FROM (%s) v', key_type,
                           (SELECT string_agg(format(', v.%I', a.attname), '' ORDER BY a.attnum) FROM pg_attribute a
                             WHERE a.attrelid = format('%I.%I', workspace, view)::regclass AND a.attnum > 1), live);
        END IF;
        PERFORM customer_segments.workspace_replace_view(workspace, view, live);
        EXECUTE format('INSERT INTO %I.cut_point_view VALUES ($1, $2, $3)', workspace) USING view, live, stored;
    END IF;
END;
$$;
COMMENT ON FUNCTION workspace_add_cut_view(name, name, text, text[], text, text, boolean) IS
'for parts: workspace_add_view for a view that goes by cut points: live is a query that asks the whole shop, stored one with workspace_cut_point; both give the same rows';

CREATE FUNCTION set_cut_points(workspace name, cut_points text)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    this record;
    statements text[];
BEGIN
    IF workspace IS NULL OR cut_points IS NULL OR cut_points NOT IN ('live', 'stored') THEN
        RAISE EXCEPTION 'unknown cut points "%": it must be "live" or "stored"', cut_points USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM customer_segments.workspace_require_writer(workspace);
    -- first, so that two callers do it one after the other; whatever the setting said before, the views are what counts
    EXECUTE format('UPDATE %I.settings s SET cut_points = $1', workspace) USING cut_points;
    FOR this IN EXECUTE format('SELECT v.view, CASE $1 WHEN ''stored'' THEN v.stored ELSE v.live END AS query, m.view IS NOT NULL AS is_materialized, m.noted_in = m.xmin AS is_noted
                                  FROM %1$I.cut_point_view v LEFT JOIN %1$I.materialized_view m ON m.view = v.view ORDER BY v.view', workspace) USING cut_points LOOP
        IF this.is_materialized THEN
            EXECUTE format('UPDATE %I.materialized_view m SET definition = $2 WHERE m.view = $1', workspace) USING this.view, this.query;
        END IF;
        IF this.is_noted THEN
            PERFORM customer_segments.materialized_noted(workspace, this.view);
        END IF;
        statements := statements || format('SELECT customer_segments.workspace_replace_view(%L, %L, %L)', workspace,
                                           CASE WHEN this.is_materialized THEN this.view || '_now' ELSE this.view END, this.query);
    END LOOP;
    PERFORM customer_segments.execute_giving_way(statements, format('views of workspace "%s" are in use: they could not be replaced', workspace));
END;
$$;
COMMENT ON FUNCTION set_cut_points(name, text) IS
'live: views that compare a customer with the shop ask the whole shop; stored: they take the figures of it that refresh has stored, and find one customer by indexes; for the owner of the workspace';

CREATE FUNCTION refresh_step_14_cut_points(workspace name, OUT done boolean, OUT changed bigint)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    columns text;
    expressions text;
    outdated text;
    is_due boolean;
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    done := true;
    changed := 0;
    EXECUTE format('SELECT string_agg(format(''%%I, %%I'', c.name, c.name || ''_rests_on''), '', '' ORDER BY c.position),
                           string_agg(format(''(%%s), %%s'', c.query, c.rests_on), '', '' ORDER BY c.position),
                           string_agg(format(''k.%%I IS DISTINCT FROM %%s'', c.name || ''_rests_on'', c.rests_on), '' OR '' ORDER BY c.position)
                      FROM %I.cut_point_query c', workspace) INTO columns, expressions, outdated;
    outdated := format('s.cut_points = ''stored''
       AND (k.as_of IS NULL OR k.as_of > customer_segments.as_of() OR customer_segments.as_of() - k.as_of >= s.cut_points_days * interval ''1 day'' OR %s)', outdated);
    -- asked alone first: to plan the questions to the shop takes longer
    EXECUTE format('SELECT EXISTS (SELECT FROM %1$I.settings s CROSS JOIN %1$I.cut_points k WHERE %2$s)', workspace, outdated) INTO is_due;
    IF NOT is_due THEN
        RETURN;
    END IF;
    EXECUTE format('UPDATE %1$I.cut_points k SET (as_of, computed_at, %2$s) = (SELECT customer_segments.as_of(), clock_timestamp(), %3$s FROM %1$I.settings s)
                      FROM %1$I.settings s WHERE %4$s', workspace, columns, expressions, outdated);
    GET DIAGNOSTICS changed = ROW_COUNT;
END;
$$;
COMMENT ON FUNCTION refresh_step_14_cut_points(name) IS
'step of refresh: computes the cut points anew where they are stored, and are older than cut_points_days or do not hold under the settings, rules and model of now';
