-- members: who is in which segment, since when, who came and who left; written by refresh (91_members_refresh.sql).  Page: doc/members.md

CREATE FUNCTION workspace_part_92_members(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key_type text := customer_segments.column_type(format('%I.customer_360', workspace)::regclass, 'customer_id');
    private name;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_add_setting(workspace, 'tracked_segmentations', 'name[]',
        'members: the segmentations whose labels refresh tracks; null: all, {}: none');
    PERFORM customer_segments.workspace_add_setting(workspace, 'member_value',
        'name NOT NULL DEFAULT ''net_revenue'' CHECK (member_value IN (''net_revenue'', ''total_value'', ''predicted_value''))',
        'members: the column of customer_360 that is a member''s value on entry and exit');
    PERFORM customer_segments.workspace_add_setting(workspace, 'members_minutes', 'integer NOT NULL DEFAULT 60 CHECK (members_minutes >= 0)',
        'members: where it is known which customers have changed, the others are looked at again so many minutes after the last time, for labels that change by time alone; 0: each time');

    PERFORM customer_segments.workspace_add_table(workspace, 'segment_refresh',
        'one row a refresh of the members',
        ARRAY[['refresh', 'its number, in order'],
              ['as_of', 'the instant it answered for'],
              ['refreshed_at', 'when it ended'],
              ['entered', 'entries it wrote'],
              ['exited', 'exits it wrote'],
              ['failed', 'segments whose predicate raised an error: their members stayed as they were'],
              ['scope', 'whom it looked at: everybody, changed (the customers that had), or nobody, since none had'],
              ['rests_on', 'hash of what labels rest on besides the customers; null if it could not be known who had changed']],
        'refresh integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, as_of timestamptz NOT NULL, refreshed_at timestamptz NOT NULL,
         entered bigint NOT NULL DEFAULT 0, exited bigint NOT NULL DEFAULT 0, failed integer NOT NULL DEFAULT 0,
         scope text NOT NULL CHECK (scope IN (''everybody'', ''changed'', ''nobody'')), rests_on bigint');
    PERFORM customer_segments.workspace_add_table(workspace, 'member_queue',
        'the customers that have changed since the members were last refreshed, as far as it is noted; written by refresh',
        ARRAY[['customer_id', 'the customer; null: everybody']],
        format('customer_id %s) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0',
               customer_segments.column_type(format('%I.customer_360', workspace)::regclass, 'customer_id', true)));
    EXECUTE format('ALTER TABLE %I.member_queue REPLICA IDENTITY FULL', workspace);
    PERFORM customer_segments.workspace_add_table(workspace, 'segment_error',
        'one row a refresh and segment that could not be refreshed',
        ARRAY[['refresh', 'the refresh'],
              ['segment', 'the segment'],
              ['customer_id', 'the first customer for whom its predicate raised the error; null if for none of them alone'],
              ['sqlstate', 'the code of the error'],
              ['message', 'its message']],
        format('refresh integer NOT NULL, segment text NOT NULL, customer_id %s, sqlstate text NOT NULL, message text NOT NULL,
                PRIMARY KEY (refresh, segment)', key_type));
    PERFORM customer_segments.workspace_add_table(workspace, 'segment_state',
        'one row a customer that the last refresh knew: what it was in then',
        ARRAY[['customer_id', 'the customer'],
              ['labels', 'the tracked labels, as segmentation:label'],
              ['segments', 'the numbers of the defined segments']],
        format('customer_id %s PRIMARY KEY, labels text[] NOT NULL, segments integer[] NOT NULL', key_type));
    PERFORM customer_segments.workspace_add_table(workspace, 'segment_change',
        'one row an entry into a segment or an exit, in the order they were written; may be deleted from by age',
        ARRAY[['position', 'grows with every row, and from refresh to refresh in the order of their commits'],
              ['refresh', 'the refresh that wrote it'],
              ['segment_id', 'the segment'],
              ['customer_id', 'the customer'],
              ['entered', 'true: an entry, false: an exit'],
              ['version', 'version of the definition at that refresh; null for a label'],
              ['at', 'the instant the refresh answered for'],
              ['value', 'member_value of the customer at that refresh; null if the customer is known no more']],
        format('position bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, refresh integer NOT NULL, segment_id integer NOT NULL,
                customer_id %s NOT NULL, entered boolean NOT NULL, version integer, at timestamptz NOT NULL, value numeric(20,4)', key_type));
    PERFORM customer_segments.workspace_add_table(workspace, 'segment_interval',
        'one row a stay of a customer in a segment, from entered_at up to, not including, left_at',
        ARRAY[['position', 'the entry, a row of segment_change'],
              ['segment_id', 'the segment'],
              ['customer_id', 'the customer'],
              ['version', 'version of the definition on entry; null for a label'],
              ['entered_at', 'the instant of the refresh that found the customer in'],
              ['left_at', 'that of the one that found the customer out; null while in'],
              ['value', 'member_value on entry']],
        format('position bigint PRIMARY KEY, segment_id integer NOT NULL, customer_id %s NOT NULL, version integer,
                entered_at timestamptz NOT NULL, left_at timestamptz CHECK (left_at >= entered_at), value numeric(20,4)', key_type));
    EXECUTE format('CREATE UNIQUE INDEX segment_interval_open ON %I.segment_interval (segment_id, customer_id) WHERE left_at IS NULL', workspace);
    EXECUTE format('CREATE INDEX segment_interval_closed ON %I.segment_interval (segment_id, left_at) WHERE left_at IS NOT NULL', workspace);
    EXECUTE format('CREATE INDEX segment_interval_customer ON %I.segment_interval (customer_id)', workspace);
    -- they tell of customers, and row-level security of the sources does not reach them
    FOREACH private IN ARRAY '{segment_error,segment_state,segment_change,segment_interval,member_queue}'::name[] LOOP
        EXECUTE format('REVOKE SELECT ON %I.%I FROM PUBLIC', workspace, private);
    END LOOP;

    PERFORM customer_segments.workspace_add_view(workspace, 'segment_members',
        'one row a customer and segment: the members as the last refresh found them',
        ARRAY[['customer_id', 'the customer'],
              ['segment', 'the segment; a label as segmentation:label'],
              ['version', 'version of the definition on entry; null for a label'],
              ['entered_at', 'since when: the instant of the refresh that found the customer in'],
              ['value_on_entry', 'member_value then']],
        format('SELECT h.customer_id, g.segment, h.version, h.entered_at, h.value AS value_on_entry
                  FROM %1$I.segment_interval h JOIN %1$I.segment g ON g.segment_id = h.segment_id WHERE h.left_at IS NULL', workspace));
    PERFORM customer_segments.workspace_add_view(workspace, 'segment_history',
        'one row a stay of a customer in a segment, present ones too; stays of one customer and segment never overlap',
        ARRAY[['customer_id', 'the customer'],
              ['segment', 'the segment; a label as segmentation:label'],
              ['version', 'version of the definition on entry; null for a label'],
              ['entered_at', 'the instant of the refresh that found the customer in'],
              ['left_at', 'that of the one that found the customer out; null while in'],
              ['value_on_entry', 'member_value on entry']],
        format('SELECT h.customer_id, g.segment, h.version, h.entered_at, h.left_at, h.value AS value_on_entry
                  FROM %1$I.segment_interval h JOIN %1$I.segment g ON g.segment_id = h.segment_id', workspace));
    PERFORM customer_segments.workspace_add_view(workspace, 'segment_events',
        'one row an entry into a segment or an exit; to be read in the order of position, from the last one seen',
        ARRAY[['position', 'grows from row to row; whoever has seen all up to one misses none by going on after it'],
              ['event', 'entered or left'],
              ['customer_id', 'the customer'],
              ['segment', 'the segment; a label as segmentation:label'],
              ['version', 'version of the definition at that refresh; null for a label'],
              ['at', 'the instant that the refresh answered for'],
              ['value', 'member_value at that refresh; null if the customer is known no more'],
              ['refresh', 'the refresh that wrote it']],
        format('SELECT c.position, CASE WHEN c.entered THEN ''entered'' ELSE ''left'' END AS event, c.customer_id, g.segment, c.version, c.at, c.value, c.refresh
                  FROM %1$I.segment_change c JOIN %1$I.segment g ON g.segment_id = c.segment_id', workspace));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_92_members(name, name) IS
'part of create_workspace: members, history and events of segments';

CREATE FUNCTION segment_members_as_of(workspace name, segment text, instant timestamptz, key anyelement DEFAULT NULL::text)
RETURNS SETOF anyelement
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
SET standard_conforming_strings = on
SET jit = off
SET customer_segments.as_of = ''
AS $$
DECLARE
    by_history boolean;
    expression text;
BEGIN
    IF workspace IS NULL OR segment IS NULL OR instant IS NULL THEN
        RAISE EXCEPTION 'workspace, segment and instant must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF NOT isfinite(instant) THEN
        RAISE EXCEPTION 'instant must be finite' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM customer_segments.workspace_require_owner(workspace);
    EXECUTE format('SELECT g.tracked_from <= $2 AND $2 <= (SELECT max(r.as_of) FROM %1$I.segment_refresh r)
                      FROM %1$I.segment g WHERE g.segment = $1', workspace) INTO by_history USING segment, instant;
    IF by_history THEN
        RETURN QUERY EXECUTE format('SELECT h.customer_id::%2$s FROM %1$I.segment_interval h JOIN %1$I.segment g ON g.segment_id = h.segment_id
                                      WHERE g.segment = $1 AND h.entered_at <= $2 AND (h.left_at IS NULL OR h.left_at > $2)',
                                    workspace, pg_typeof(key)) USING segment, instant;
        RETURN;
    END IF;
    expression := customer_segments.segment_expression(workspace, segment);
    PERFORM set_config('customer_segments.as_of', to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US"+00"'), true);
    RETURN QUERY EXECUTE format(E'SELECT customer_360.customer_id::%s FROM %I.customer_360 WHERE (\n%s\n)', pg_typeof(key), workspace, expression);
END;
$$;
COMMENT ON FUNCTION segment_members_as_of(name, text, timestamptz, anyelement) IS
'the customers that were in a segment at an instant: by history from its first refresh up to the last one, else computed by its current definition with as_of; key gives the type of the result, NULL::bigint for example; for the owner of the workspace and members of that role';
