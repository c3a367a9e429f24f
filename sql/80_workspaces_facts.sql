-- facts: one row a customer, every aggregate over one base view in one pass (doc/workspaces.md).
--
-- A part numbered 12 to 17 asks for columns with workspace_add_fact_column; part 18 makes each fact from all of them.  The table
-- fact_query says how every fact is computed, also those of other parts: storage and refresh look there.

CREATE FUNCTION workspace_facts(OUT fact name, OUT base name, OUT description text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 3
BEGIN ATOMIC
    VALUES
    ('customer_events'::name, 'events'::name, 'fact: one row a customer with any event before as_of'),
    ('customer_items', 'items', 'fact: one row a customer with any order line before as_of'),
    ('customer_answers', 'answers', 'fact: one row a customer with any survey answer before as_of');
END;
COMMENT ON FUNCTION workspace_facts() IS
'the facts that are built from columns of several parts, and the base view each is an aggregate of';

CREATE FUNCTION workspace_part_06_fact_column(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_table(workspace, 'fact_column',
        'the columns of the facts customer_events, customer_items and customer_answers, in their order; a note, changing it changes nothing',
        ARRAY[['position', 'place in the fact'],
              ['fact', 'the fact'],
              ['name', 'name of the column'],
              ['expression', 'what it is: an aggregate over rows e of the base view'],
              ['description', 'the comment on it']],
        'position integer GENERATED ALWAYS AS IDENTITY UNIQUE, fact name NOT NULL, name name NOT NULL,
         expression text NOT NULL, description text NOT NULL, PRIMARY KEY (fact, name)');
    PERFORM customer_segments.workspace_add_table(workspace, 'fact_query',
        'how the facts that can be stored are computed; made by create_workspace',
        ARRAY[['position', 'order of making'],
              ['fact', 'name of the view'],
              ['grouped', 'a query for it: SELECT e.customer_id, aggregates FROM base view e GROUP BY e.customer_id'],
              ['of_all', 'a query for all of its rows, with the column last_at, that is faster than the one above; null: there is none']],
        'position integer GENERATED ALWAYS AS IDENTITY UNIQUE, fact name PRIMARY KEY, grouped text NOT NULL, of_all text');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_06_fact_column(name, name) IS
'part of create_workspace: the tables of the columns that facts are made of, and of their queries';

CREATE FUNCTION workspace_add_fact_column(workspace name, fact name, column_name name, expression text, description text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF fact NOT IN (SELECT f.fact FROM customer_segments.workspace_facts() f) THEN
        RAISE EXCEPTION 'unknown fact "%"', fact
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('It must be one of: %s.', (SELECT string_agg(f.fact, ', ') FROM customer_segments.workspace_facts() f));
    END IF;
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('INSERT INTO %I.fact_column (fact, name, expression, description) VALUES ($1, $2, $3, $4)', workspace)
      USING fact, column_name, expression, description;
END;
$$;
COMMENT ON FUNCTION workspace_add_fact_column(name, name, name, text, text) IS
'for parts numbered 12 to 17: asks for a column of customer_events, customer_items or customer_answers; expression is an aggregate over rows e of events, items or answers';

CREATE FUNCTION workspace_add_fact(workspace name, fact name, description text, columns text[], grouped text, of_all text DEFAULT NULL, shown text DEFAULT NULL)
RETURNS void
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF grouped !~ '^SELECT e\.customer_id,' THEN
        RAISE EXCEPTION 'the query of fact "%" must begin with "SELECT e.customer_id,"', fact USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_add_view(workspace, fact, description, columns, COALESCE(shown, grouped));
    EXECUTE format('INSERT INTO %I.fact_query (fact, grouped, of_all) VALUES ($1, $2, $3)', workspace) USING fact, grouped, of_all;
END;
$$;
COMMENT ON FUNCTION workspace_add_fact(name, name, text, text[], text, text, text) IS
'for parts: makes a fact, a view with one row a customer that can be stored; grouped is SELECT e.customer_id, aggregates FROM base view e GROUP BY e.customer_id; of_all a faster query for all rows and last_at, the instant of the customer''s last row; shown the query of the view if it is not grouped; all give the same rows';

CREATE FUNCTION workspace_activity_histories(workspace name)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    -- the collation of the key stays that of the events
    SELECT pg_catalog.format('customer_segments.activity_histories(%L::regclass, NULL::%s, (SELECT s.time_zone FROM %I.settings s))',
               pg_catalog.format('%I.events', workspace), customer_segments.column_type(pg_catalog.format('%I.events', workspace)::pg_catalog.regclass, 'customer_id'), workspace);
END;
COMMENT ON FUNCTION workspace_activity_histories(name) IS
'the text of a call for the histories of the events of a workspace';

CREATE FUNCTION workspace_part_18_facts(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    f record;
    columns text;
    described text[];
    names text;
    one_pass text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    FOR f IN SELECT * FROM customer_segments.workspace_facts() LOOP
        EXECUTE format('SELECT string_agg(format(E'',\n       %%s AS %%I'', c.expression, c.name), '''' ORDER BY c.position),
                               array_agg(ARRAY[c.name::text, c.description] ORDER BY c.position), string_agg(format('', e.%%I'', c.name), '''' ORDER BY c.position)
                          FROM %I.fact_column c WHERE c.fact = $1', workspace)
           INTO columns, described, names USING f.fact;
        CONTINUE WHEN columns IS NULL;
        -- in one pass that is faster, if that gives all columns
        one_pass := NULL;
        IF f.fact = 'customer_events' THEN
            EXECUTE format('SELECT customer_segments.workspace_activity_histories($1)
                             WHERE NOT EXISTS (SELECT FROM %I.fact_column c WHERE c.fact = ''customer_events''
                                                  AND (c.name, c.expression) NOT IN (SELECT v.name, v.expression FROM customer_segments.workspace_event_columns($1) v))', workspace)
               INTO one_pass USING workspace;
        END IF;
        -- Ordered by a constant, which sorts nothing: so the view is planned by itself, with the conditions on it inside, where a
        -- condition on the customer is seen.
        PERFORM customer_segments.workspace_add_fact(workspace, f.fact, f.description, ARRAY[['customer_id', 'the customer']] || described,
            format(E'SELECT e.customer_id%s\n  FROM %I.%I e\n GROUP BY e.customer_id', columns, workspace, f.base),
            format('SELECT e.customer_id, e.last_event_at AS last_at%s FROM ', names) || one_pass || ' e',
            format(E'SELECT e.customer_id%s\n  FROM ', names) || one_pass || E' e\n ORDER BY NULL::integer');
    END LOOP;
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_18_facts(name, name) IS
'part of create_workspace: the facts customer_events, customer_items and customer_answers, one pass over each base view';
