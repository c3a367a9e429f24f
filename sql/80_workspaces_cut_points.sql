-- cut points: figures of the whole shop that a customer is compared with; asked each time, or stored by refresh (doc/cut_points.md).
--
-- A part asks for one with workspace_add_cut_point and puts the text of workspace_cut_point into its view.  What is stored holds
-- for the as_of it was computed for and later ones, and under the same settings, rules and model; else the view asks the shop.

CREATE FUNCTION workspace_part_06_cut_points(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_setting(workspace, 'cut_points', 'text NOT NULL DEFAULT ''live'' CHECK (cut_points IN (''live'', ''stored''))',
        'labels that compare a customer with the shop: live asks the whole shop each time; stored takes what refresh has computed last, so that one customer is found by indexes');
    PERFORM customer_segments.workspace_add_setting(workspace, 'cut_points_days', 'double precision NOT NULL DEFAULT 1 CHECK (cut_points_days >= 0)',
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
BEGIN
    EXECUTE format('ALTER TABLE %1$I.cut_points ADD COLUMN %2$I %3$s, ADD COLUMN %4$I bigint', workspace, cut_point, value_type, cut_point || '_rests_on');
    EXECUTE format('COMMENT ON COLUMN %I.cut_points.%I IS %L', workspace, cut_point, description);
    EXECUTE format('COMMENT ON COLUMN %I.cut_points.%I IS %L', workspace, cut_point || '_rests_on', 'hash of what it was computed under; under anything else it does not hold');
    EXECUTE format('INSERT INTO %I.cut_point_query (name, query, rests_on) VALUES ($1, $2, $3)', workspace)
      USING cut_point, query, format('hash_record_extended(ROW(%s), 0)', array_to_string('{s}'::text[] || rests_on, ', '));
END;
$$;
COMMENT ON FUNCTION workspace_add_cut_point(name, name, text, text, text, text[]) IS
'for parts: declares a figure of the whole shop that labels go by; query gives its value; rests_on are expressions that change when rules or models do on which it rests, the settings always count';

CREATE FUNCTION workspace_cut_point(workspace name, cut_point name, live text DEFAULT NULL)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known record;
BEGIN
    EXECUTE format('SELECT c.query, c.rests_on FROM %I.cut_point_query c WHERE c.name = $1', workspace) INTO STRICT known USING cut_point;
    -- CASE: the query is planned, and runs only when it must
    RETURN format('(SELECT CASE WHEN s.cut_points = ''stored'' AND c.as_of <= customer_segments.as_of() AND c.%2$I = %3$s THEN c.%4$I ELSE (%5$s) END
                      FROM %1$I.settings s CROSS JOIN %1$I.cut_points c)', workspace, cut_point || '_rests_on', known.rests_on, cut_point, COALESCE(live, known.query));
END;
$$;
COMMENT ON FUNCTION workspace_cut_point(name, name, text) IS
'for parts: the text of an expression for a cut point: what is stored if it holds, else what the query live gives, null for its own';

CREATE FUNCTION refresh_step_14_cut_points(workspace name, OUT done boolean, OUT changed bigint)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    columns text;
    expressions text;
    outdated text;
BEGIN
    done := true;
    EXECUTE format('SELECT string_agg(format(''%%I, %%I'', c.name, c.name || ''_rests_on''), '', '' ORDER BY c.position),
                           string_agg(format(''(%%s), %%s'', c.query, c.rests_on), '', '' ORDER BY c.position),
                           string_agg(format(''k.%%I IS DISTINCT FROM %%s'', c.name || ''_rests_on'', c.rests_on), '' OR '' ORDER BY c.position)
                      FROM %I.cut_point_query c', workspace) INTO columns, expressions, outdated;
    EXECUTE format('UPDATE %1$I.cut_points k SET (as_of, computed_at, %2$s) = (SELECT customer_segments.as_of(), clock_timestamp(), %3$s FROM %1$I.settings s)
                      FROM %1$I.settings s
                     WHERE s.cut_points = ''stored''
                       AND (k.as_of IS NULL OR k.as_of > customer_segments.as_of() OR customer_segments.as_of() - k.as_of >= s.cut_points_days * interval ''1 day'' OR %4$s)',
                   workspace, columns, expressions, outdated);
    GET DIAGNOSTICS changed = ROW_COUNT;
END;
$$;
COMMENT ON FUNCTION refresh_step_14_cut_points(name) IS
'step of refresh: computes the cut points anew where they are stored, and are older than cut_points_days or do not hold under the settings, rules and model of now';
