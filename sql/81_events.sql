-- events: unmapped names in check_sources, and the base view of all events of a workspace (doc/events.md).

CREATE FUNCTION event_amount(value numeric)
RETURNS numeric
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN CASE WHEN pg_catalog.abs(event_amount.value) < 100000000000000000000
            THEN CASE WHEN pg_catalog.scale(event_amount.value) > 12 THEN pg_catalog.round(event_amount.value, 12) ELSE event_amount.value END END;
COMMENT ON FUNCTION event_amount(numeric) IS
'the value of an event as far as it counts: to 12 decimals; null for NaN, infinity and what is not below 10^20';

CREATE FUNCTION source_not_mapped(source name, rules name, column_name name)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
BEGIN ATOMIC
    -- the caller's own tables in the caller's own schemas only, without those that inherit: nothing of anybody else's is run
    SELECT COALESCE(pg_catalog.string_agg(pg_catalog.format(
               ' AND customer_segments.event_name(%3$I::text) <> ALL (ARRAY(SELECT customer_segments.event_name(k.%3$I) FROM ONLY %1$I.%4$I k '
               'WHERE EXISTS (SELECT FROM ONLY %1$I.settings s WHERE s.source = %2$L)))',
               n.nspname, source_not_mapped.source, source_not_mapped.column_name, source_not_mapped.rules), '' ORDER BY n.nspname), '')
      FROM pg_catalog.pg_namespace n
     WHERE n.nspowner IN (SELECT customer_segments.current_roles())
       AND 3 = (SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c
                 WHERE c.relnamespace = n.oid AND c.relkind = 'r' AND c.relowner IN (SELECT customer_segments.current_roles())
                   AND c.relname IN (source_not_mapped.rules, 'settings', 'workspace_object'));
END;
COMMENT ON FUNCTION source_not_mapped(name, name, name) IS
'the text of a condition, with AND before it: that in no workspace of the caller over the source schema the table rules has a row for the name in this column, which both have';

CREATE FUNCTION source_probe_40_events(source name)
RETURNS SETOF source_probe
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT c.relation, c.column_name, p.severity, p.problem, p.expression, p.remedy
      FROM customer_segments.source_columns(source_probe_40_events.source) c
     CROSS JOIN LATERAL (VALUES
        ('warning', 'unmapped event names',
         pg_catalog.format('NULLIF(count(*) FILTER (WHERE %1$s), 0) || '' of '' || count(*) || '' rows: '' || '
                           'left(string_agg(DISTINCT event_type::text, '', '') FILTER (WHERE %1$s), 500)',
                           'event_type::text <> '''' AND NOT customer_segments.is_event_name(event_type::text)'
                           || customer_segments.source_not_mapped(source_probe_40_events.source, 'event_kind', 'event_type')),
         'these events have no kind: add the names to event_kind of the workspace, or rename them in the view'),
        ('warning', 'no event name', customer_segments.source_count('event_type IS NULL OR event_type::text = '''''),
         'these rows have no kind: fill the name or filter them out'))
        AS p(severity, problem, expression, remedy)
     WHERE c.fits AND c.relation = 'events' AND c.column_name = 'event_type'
     UNION ALL
    SELECT c.relation, c.column_name, 'warning', 'values that do not count',
           customer_segments.source_count('value IS NOT NULL AND customer_segments.event_amount(value::numeric) IS NULL'),
           'NaN, infinity and values from 10^20 on count as none: correct them in the view'
      FROM customer_segments.source_columns(source_probe_40_events.source) c
     WHERE c.fits AND c.relation = 'events' AND c.column_name = 'value';
END;
COMMENT ON FUNCTION source_probe_40_events(name) IS
'probes of events: names that neither the rules that ship nor those of a workspace of the caller map to a kind, rows without a name, values that are none';

CREATE FUNCTION workspace_event_columns(workspace name, OUT name name, OUT expression text, OUT description text)
RETURNS SETOF record
LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 4
BEGIN ATOMIC
    VALUES
    ('events'::name, 'count(*)', 'events, machine-made ones too'),
    ('first_event_at', 'min(e.at)', 'instant of the first event'),
    ('last_event_at', 'max(e.at)', 'instant of the last event'),
    ('activity', pg_catalog.format('customer_segments.activity_history_agg(e.kind, e.at, e.value, (SELECT s.time_zone FROM %I.settings s), e.is_machine, e.channel)', workspace),
     'what the customer did on which day, by kind and channel; machine-made events and names without a kind left out; null if nothing is left');
END;
COMMENT ON FUNCTION workspace_event_columns(name) IS
'the columns of customer_events that activity_histories gives, each with the aggregate over rows e of events that it is';

CREATE FUNCTION workspace_part_11_events(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    at text := customer_segments.source_time(source, 'events', 'occurred_at', 'e.occurred_at',
                                             format('(SELECT s.time_zone FROM %I.settings s)', workspace));
    found boolean := customer_segments.source_has(source, 'events');
    customer_id text := format('NULL::%s', customer_segments.source_key_type(source));
    optional text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_add_table(workspace, 'event_kind',
        'what the shop''s names of events mean, open to changes; a name that is itself a kind needs no rule',
        ARRAY[['event_type', 'name of the event, compared without regard to the case of A to Z'],
              ['kind', 'what it counts as, one of event_kinds(); null: a known name that counts for nothing'],
              ['origin', 'whose name it is, a note']],
        format('event_type text PRIMARY KEY CHECK (event_type <> ''''),
                kind text CONSTRAINT kind CHECK (kind = ANY (%L::text[])), origin text', customer_segments.event_kinds()));
    EXECUTE format('CREATE UNIQUE INDEX event_kind_name ON %I.event_kind (customer_segments.event_name(event_type))', workspace);
    EXECUTE format('INSERT INTO %I.event_kind SELECT * FROM customer_segments.event_kind_rules()', workspace);

    IF found AND customer_segments.source_has(source, 'orders') THEN
        customer_id := customer_segments.source_key_like(source, 'events', 'customer_id', 'e.customer_id', 'orders');
    ELSIF found THEN
        customer_id := 'e.customer_id';
    END IF;
    SELECT string_agg(CASE WHEN found AND customer_segments.source_has(source, 'events', c.name) THEN c.there ELSE 'NULL::' || c.type END
                      || ' AS ' || c.name, ', ' ORDER BY c.i)
      INTO optional
      FROM (VALUES (1, 'channel', 'text', 'NULLIF(e.channel::text, '''')'),
                   (2, 'product_id', 'text', 'NULLIF(e.product_id::text, '''')'),
                   (3, 'category', 'text', 'NULLIF(e.category::text, '''')'),
                   (4, 'value', 'numeric', 'customer_segments.event_amount(e.value::numeric)'),
                   (5, 'campaign', 'text', 'NULLIF(e.campaign::text, '''')'),
                   (6, 'user_agent', 'text', 'NULLIF(e.user_agent::text, '''')')) AS c(i, name, type, there);
    PERFORM customer_segments.workspace_add_view(workspace, 'events',
        'fact: one row an event before as_of; rows without a key or a time are skipped',
        ARRAY[['customer_id', 'the customer; never null or empty'],
              ['event_type', 'the shop''s own name of the event'],
              ['kind', 'what it counts as, by event_kind; null: nothing'],
              ['at', 'when it happened'],
              ['channel', 'channel; null if empty'],
              ['product_id', 'product; null if empty'],
              ['category', 'category; null if empty'],
              ['value', 'what the source says it was worth or counted, to 12 decimals; null for NaN, infinity and from 10^20 on'],
              ['campaign', 'campaign; null if empty'],
              ['user_agent', 'user agent; null if empty'],
              ['is_machine', 'true: made by a machine, not by the customer; false where the source does not say']],
        CASE WHEN found THEN format(
            'SELECT %1$s AS customer_id, e.event_type::text AS event_type,
       customer_segments.event_kind(e.event_type::text, (
           SELECT array_agg(ARRAY[COALESCE(k.event_type, r.event_type), k.kind] ORDER BY COALESCE(k.event_type, r.event_type) COLLATE "C")
             FROM %6$I.event_kind k
             FULL JOIN customer_segments.event_kind_rules() r ON customer_segments.event_name(k.event_type) = customer_segments.event_name(r.event_type)
            WHERE k.kind IS DISTINCT FROM r.kind OR r.event_type IS NULL)) AS kind,
       %2$s AS at, %3$s, %4$s AS is_machine
  FROM %5$I.events e
 WHERE %7$s AND %2$s < (SELECT customer_segments.as_of())',
            customer_id, at, optional,
            CASE WHEN customer_segments.source_has(source, 'events', 'is_machine') THEN 'COALESCE(e.is_machine, false)' ELSE 'false' END,
            source, workspace, customer_segments.source_key(source, 'events', 'customer_id', 'e.customer_id'))
        ELSE format(
            'SELECT %1$s AS customer_id, NULL::text AS event_type, NULL::text AS kind, NULL::timestamptz AS at, %2$s, false AS is_machine WHERE false',
            customer_id, optional) END);
    PERFORM customer_segments.workspace_add_fact_column(workspace, 'customer_events', c.name, c.expression, c.description)
       FROM customer_segments.workspace_event_columns(workspace) c;
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_11_events(name, name) IS
'part of create_workspace: the rule table event_kind, the base view events and the columns of customer_events';
