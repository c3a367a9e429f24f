-- facts: one row a customer, every aggregate over one base view in one pass (doc/workspaces.md).
--
-- A part numbered 12 to 17 asks for columns with workspace_add_fact_column; part 18 makes each fact from all of them.

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
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_06_fact_column(name, name) IS
'part of create_workspace: the table of the columns that facts are made of';

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
    EXECUTE format('INSERT INTO %I.fact_column (fact, name, expression, description) VALUES ($1, $2, $3, $4)', workspace)
      USING fact, column_name, expression, description;
END;
$$;
COMMENT ON FUNCTION workspace_add_fact_column(name, name, name, text, text) IS
'for parts numbered 12 to 17: asks for a column of customer_events, customer_items or customer_answers; expression is an aggregate over rows e of events, items or answers';

CREATE FUNCTION workspace_part_18_facts(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    f record;
    columns text;
    described text[];
BEGIN
    FOR f IN SELECT * FROM customer_segments.workspace_facts() LOOP
        EXECUTE format('SELECT string_agg(format(E'',\n       %%s AS %%I'', c.expression, c.name), '''' ORDER BY c.position),
                               array_agg(ARRAY[c.name::text, c.description] ORDER BY c.position)
                          FROM %I.fact_column c WHERE c.fact = $1', workspace)
           INTO columns, described USING f.fact;
        IF columns IS NOT NULL THEN
            PERFORM customer_segments.workspace_add_view(workspace, f.fact, f.description,
                ARRAY[['customer_id', 'the customer']] || described,
                format(E'SELECT e.customer_id%s\n  FROM %I.%I e\n GROUP BY e.customer_id', columns, workspace, f.base));
        END IF;
    END LOOP;
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_18_facts(name, name) IS
'part of create_workspace: the facts customer_events, customer_items and customer_answers, one pass over each base view';
