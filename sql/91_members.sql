-- members: who is in which segment, since when, who came and who left; a step of refresh.  Page: doc/members.md

CREATE FUNCTION workspace_part_92_members(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key_type text := customer_segments.source_key_type(source);
    private name;
BEGIN
    PERFORM customer_segments.workspace_add_setting(workspace, 'tracked_segmentations', 'name[]',
        'members: the segmentations whose labels refresh tracks; null: all, {}: none');
    PERFORM customer_segments.workspace_add_setting(workspace, 'member_value',
        'name NOT NULL DEFAULT ''net_revenue'' CHECK (member_value IN (''net_revenue'', ''total_value'', ''predicted_value''))',
        'members: the column of customer_360 that is a member''s value on entry and exit');

    PERFORM customer_segments.workspace_add_table(workspace, 'segment_refresh',
        'one row a refresh of the members',
        ARRAY[['refresh', 'its number, in order'],
              ['as_of', 'the instant it answered for'],
              ['refreshed_at', 'when it ended'],
              ['entered', 'entries it wrote'],
              ['exited', 'exits it wrote'],
              ['failed', 'segments whose predicate raised an error: their members stayed as they were']],
        'refresh integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, as_of timestamptz NOT NULL, refreshed_at timestamptz NOT NULL,
         entered bigint NOT NULL DEFAULT 0, exited bigint NOT NULL DEFAULT 0, failed integer NOT NULL DEFAULT 0');
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
    FOREACH private IN ARRAY '{segment_error,segment_state,segment_change,segment_interval}'::name[] LOOP
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

-- ---------------------------------------------------------------------------------------------------------------
-- The refresh.
-- ---------------------------------------------------------------------------------------------------------------
CREATE FUNCTION members_statement(workspace name, ids integer[], expressions text[], kept integer[])
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    labels text;
    segments text;
    value name;
    was_kept text := 'f.segments';
BEGIN
    EXECUTE format('SELECT string_agg(format(''%%L || customer_360.%%I'', c.rank_of || '':'', c.rank_of), '', '' ORDER BY c.position) FILTER (WHERE c.rank_of IS NOT NULL), min(s.member_value)
                      FROM %1$I.settings s LEFT JOIN %1$I.customer_column c ON c.rank_of IS NOT NULL
                       AND (s.tracked_segmentations IS NULL OR c.rank_of = ANY (s.tracked_segmentations))', workspace)
       INTO labels, value;
    SELECT string_agg(format(E'CASE WHEN (\n%s\n) THEN %s END', expressions[i], ids[i]), ', ' ORDER BY ids[i]) INTO segments
      FROM generate_subscripts(ids, 1) AS i;
    IF kept <> '{}' THEN
        was_kept := format('f.segments || ARRAY(SELECT k FROM unnest(s.segments) AS k WHERE k = ANY (%L::integer[]))', kept);
        was_kept := format('ARRAY(SELECT k FROM unnest(%s) AS k ORDER BY k)', was_kept);
    END IF;
    -- $1: the refresh, $2: its instant.  One pass: only customers whose labels or segments differ go on from "changed".
    RETURN format($statement$
WITH changed AS MATERIALIZED (
    SELECT COALESCE(f.customer_id, s.customer_id) AS customer_id, f.customer_id IS NULL AS is_gone, f.value,
           COALESCE(f.labels, '{}') AS labels, CASE WHEN f.customer_id IS NULL THEN '{}' ELSE %5$s END AS segments,
           COALESCE(s.labels, '{}') AS old_labels, COALESCE(s.segments, '{}') AS old_segments
      FROM (SELECT customer_360.customer_id, customer_360.%2$I::numeric(20,4) AS value,
                   array_remove(ARRAY[%3$s]::text[], NULL) AS labels,
                   array_remove(ARRAY[%4$s]::integer[], NULL) AS segments
              FROM %1$I.customer_360) f
      FULL JOIN %1$I.segment_state s ON s.customer_id = f.customer_id
     WHERE f.customer_id IS NULL OR s.customer_id IS NULL OR f.labels <> s.labels OR %5$s <> s.segments),
new_label AS (
    INSERT INTO %1$I.segment (segment, segmentation, label, tracked_from)
    SELECT DISTINCT l, split_part(l, ':', 1)::name, substr(l, strpos(l, ':') + 1), $2
      FROM changed c CROSS JOIN unnest(c.labels) AS l
     WHERE NOT EXISTS (SELECT FROM %1$I.segment g WHERE g.segment = l)
    RETURNING segment_id, segment),
label AS (
    SELECT g.segment_id, g.segment FROM %1$I.segment g WHERE g.segmentation IS NOT NULL UNION ALL SELECT n.segment_id, n.segment FROM new_label n),
difference AS (
    SELECT c.customer_id, c.value, k.segment_id, d.entered, NULL::integer AS version
      FROM changed c
     CROSS JOIN LATERAL (SELECT l, true AS entered FROM unnest(c.labels) AS l WHERE l <> ALL (c.old_labels)
                         UNION ALL SELECT l, false FROM unnest(c.old_labels) AS l WHERE l <> ALL (c.labels)) d
      JOIN label k ON k.segment = d.l
    UNION ALL
    SELECT c.customer_id, c.value, d.segment_id, d.entered, v.version
      FROM changed c
     CROSS JOIN LATERAL (SELECT n AS segment_id, true AS entered FROM unnest(c.segments) AS n WHERE n <> ALL (c.old_segments)
                         UNION ALL SELECT n, false FROM unnest(c.old_segments) AS n WHERE n <> ALL (c.segments)) d
      JOIN %1$I.segment_definition v ON v.segment_id = d.segment_id AND v.replaced_at IS NULL),
state AS (
    INSERT INTO %1$I.segment_state AS s (customer_id, labels, segments)
    SELECT c.customer_id, c.labels, c.segments FROM changed c WHERE NOT c.is_gone
    ON CONFLICT (customer_id) DO UPDATE SET labels = EXCLUDED.labels, segments = EXCLUDED.segments),
gone AS (
    DELETE FROM %1$I.segment_state s USING changed c WHERE c.is_gone AND s.customer_id = c.customer_id),
change AS (
    INSERT INTO %1$I.segment_change (refresh, segment_id, customer_id, entered, version, at, value)
    SELECT $1, d.segment_id, d.customer_id, d.entered, d.version, $2, d.value FROM difference d
    RETURNING segment_id, entered)
SELECT h.segment_id, count(*) FILTER (WHERE h.entered) AS entered, count(*) FILTER (WHERE NOT h.entered) AS exited
  FROM change h GROUP BY h.segment_id ORDER BY h.segment_id$statement$,
        workspace, value, labels, segments, was_kept);
END;
$$;
COMMENT ON FUNCTION members_statement(name, integer[], text[], integer[]) IS
'the text of the statement that compares everybody''s labels and segments with segment_state and writes what changed; kept: segments that are not evaluated, whose members stay';

CREATE FUNCTION members_failures(workspace name, ids integer[], expressions text[], refresh integer)
RETURNS integer[]
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    failed integer[] := '{}';
    customers bigint;
    low bigint;
    high bigint;
    middle bigint;
    probe text;
    matches bigint;
    customer text;
    state text;
    message text;
    segment text;
BEGIN
    -- what everybody looked like, once: then each predicate alone, and for one that fails the first customer by halving
    EXECUTE format('CREATE TEMPORARY TABLE customer_segments_row ON COMMIT DROP AS
                    SELECT row_number() OVER () AS customer_segments_number, c.* FROM %I.customer_360 c', workspace);
    GET DIAGNOSTICS customers = ROW_COUNT;
    FOR i IN 1 .. COALESCE(array_length(ids, 1), 0) LOOP
        -- the first look is at nobody: an error then is none of a customer
        low := 1;
        high := customers;
        middle := 0;
        message := NULL;
        probe := format(E'SELECT count(*) FILTER (WHERE (\n%s\n)) FROM (SELECT * FROM pg_temp.customer_segments_row r '
                        'WHERE r.customer_segments_number BETWEEN $1 AND $2 OFFSET 0) AS customer_360', expressions[i]);
        LOOP
            BEGIN
                EXECUTE probe INTO matches USING low, middle;
                EXIT WHEN middle = high;
                low := middle + 1;
            EXCEPTION WHEN OTHERS THEN
                GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, state = RETURNED_SQLSTATE;
                high := middle;
            END;
            EXIT WHEN message IS NOT NULL AND low >= high;
            middle := CASE WHEN message IS NULL THEN high ELSE (low + high) / 2 END;
        END LOOP;
        CONTINUE WHEN message IS NULL;
        EXECUTE 'SELECT r.customer_id FROM pg_temp.customer_segments_row r WHERE r.customer_segments_number = $1' INTO customer USING high;
        failed := failed || ids[i];
        EXECUTE format('INSERT INTO %1$I.segment_error (refresh, segment, customer_id, sqlstate, message)
                        SELECT $1, g.segment, (SELECT r.customer_id FROM pg_temp.customer_segments_row r WHERE r.customer_segments_number = $2), $3, $4
                          FROM %1$I.segment g WHERE g.segment_id = $5 RETURNING segment', workspace)
           INTO segment USING refresh, high, state, message, ids[i];
        RAISE WARNING 'segment "%" was not refreshed: %', segment, message
            USING ERRCODE = state, DETAIL = COALESCE('Its predicate fails for customer ' || customer || '.', 'Its predicate fails, whoever is looked at.'),
                  HINT = 'Its members stay as they were; all other segments are refreshed.';
    END LOOP;
    DROP TABLE pg_temp.customer_segments_row;
    RETURN failed;
END;
$$;
COMMENT ON FUNCTION members_failures(name, integer[], text[], integer) IS
'the segments whose predicate raises an error, each with a warning and a row in segment_error that name it and the first such customer';

CREATE FUNCTION refresh_step_50_members(workspace name, OUT done boolean, OUT changed bigint)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
SET standard_conforming_strings = on
-- compiling a plan as wide as customer_360 takes longer than running it
SET jit = off
AS $$
DECLARE
    setting text := COALESCE(current_setting('customer_segments.as_of', true), '');
    last_instant timestamptz;
    last_position bigint;
    this_position bigint;
    instant timestamptz;
    this_refresh integer;
    ids integer[] := '{}';
    expressions text[] := '{}';
    failed integer[] := '{}';
    entered_by bigint[];
    exited_by bigint[];
    changed_ids integer[];
    entered_all bigint;
    exited_all bigint;
    found record;
BEGIN
    PERFORM customer_segments.workspace_require_owner(workspace);
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'members cannot be refreshed in isolation level %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state', HINT = 'Use read committed.';
    END IF;
    -- one after the other, up to the commit: so positions grow in the order in which they become visible
    EXECUTE format('LOCK TABLE %I.segment_refresh IN SHARE ROW EXCLUSIVE MODE', workspace);
    -- where nothing is kept and nothing was, nobody need be looked at
    EXECUTE format('SELECT s.tracked_segmentations = ''{}'' AND NOT EXISTS (SELECT FROM %1$I.segment g WHERE g.dropped_at IS NULL AND g.segmentation IS NULL)
                           AND NOT EXISTS (SELECT FROM %1$I.segment_state) FROM %1$I.settings s', workspace) INTO done;
    IF done THEN
        changed := 0;
        RETURN;
    END IF;
    EXECUTE format('SELECT max(r.as_of), (SELECT max(c.position) FROM %1$I.segment_change c) FROM %1$I.segment_refresh r', workspace)
       INTO last_instant, last_position;
    IF setting = '' THEN
        -- the start of the transaction may lie before the refresh that was waited for
        instant := GREATEST(clock_timestamp(), last_instant);
        PERFORM set_config('customer_segments.as_of', to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US"+00"'), true);
    ELSE
        instant := customer_segments.as_of();
        IF instant < last_instant THEN
            RAISE EXCEPTION 'as_of is % and before the last refresh of workspace "%", which was as of %', instant, workspace, last_instant
                USING ERRCODE = 'invalid_parameter_value', HINT = 'History is written forward only; segment_members_as_of answers for any instant.';
        END IF;
    END IF;
    EXECUTE format('INSERT INTO %I.segment_refresh (as_of, refreshed_at) VALUES ($1, clock_timestamp()) RETURNING refresh', workspace)
       INTO this_refresh USING instant;

    FOR found IN EXECUTE format('SELECT g.segment_id, customer_segments.segment_expression($1, g.segment) AS expression
                                   FROM %1$I.segment g WHERE g.segmentation IS NULL AND g.dropped_at IS NULL ORDER BY g.segment_id', workspace)
                 USING workspace LOOP
        ids := ids || found.segment_id;
        expressions := expressions || found.expression;
    END LOOP;
    FOR attempt IN 1 .. 2 LOOP
        changed_ids := '{}';
        entered_by := '{}';
        exited_by := '{}';
        BEGIN
            FOR found IN EXECUTE customer_segments.members_statement(workspace, ids, expressions, failed) USING this_refresh, instant LOOP
                changed_ids := changed_ids || found.segment_id;
                entered_by := entered_by || found.entered;
                exited_by := exited_by || found.exited;
            END LOOP;
            EXIT;
        EXCEPTION WHEN OTHERS THEN
            IF attempt = 2 THEN
                RAISE;
            END IF;
            failed := customer_segments.members_failures(workspace, ids, expressions, this_refresh);
            -- not a predicate's error
            IF failed = '{}' THEN
                RAISE;
            END IF;
        END;
        SELECT array_agg(i.id ORDER BY i.id), array_agg(i.expression ORDER BY i.id) INTO ids, expressions
          FROM unnest(ids, expressions) AS i(id, expression) WHERE i.id <> ALL (failed);
        ids := COALESCE(ids, '{}');
        expressions := COALESCE(expressions, '{}');
    END LOOP;
    SELECT COALESCE(sum(e), 0) INTO entered_all FROM unnest(entered_by) AS e;
    SELECT COALESCE(sum(e), 0) INTO exited_all FROM unnest(exited_by) AS e;

    IF exited_all > 0 THEN
        EXECUTE format('UPDATE %1$I.segment_interval h SET left_at = $2
                          FROM %1$I.segment_change c
                         WHERE c.position > $1 AND NOT c.entered AND h.segment_id = c.segment_id AND h.customer_id = c.customer_id
                           AND h.left_at IS NULL', workspace) USING COALESCE(last_position, 0), instant;
    END IF;
    IF entered_all > 0 THEN
        EXECUTE format('INSERT INTO %1$I.segment_interval (position, segment_id, customer_id, version, entered_at, value)
                        SELECT c.position, c.segment_id, c.customer_id, c.version, c.at, c.value
                          FROM %1$I.segment_change c WHERE c.position > $1 AND c.entered', workspace) USING COALESCE(last_position, 0);
    END IF;
    EXECUTE format('UPDATE %I.segment SET tracked_from = $2 WHERE segment_id = ANY ($1) AND tracked_from IS NULL', workspace) USING ids, instant;
    EXECUTE format('UPDATE %I.segment_refresh SET refreshed_at = clock_timestamp(), entered = $2, exited = $3, failed = $4 WHERE refresh = $1', workspace)
      USING this_refresh, entered_all, exited_all, COALESCE(array_length(failed, 1), 0);
    IF last_instant IS NULL THEN
        -- from nothing to everything: the plans of the next refresh need to know
        EXECUTE format('ANALYZE %1$I.segment_state, %1$I.segment_change, %1$I.segment_interval, %1$I.segment', workspace);
    END IF;

    EXECUTE format('SELECT max(c.position) FROM %I.segment_change c', workspace) INTO this_position;
    FOR i IN 1 .. COALESCE(array_length(changed_ids, 1), 0) LOOP
        EXECUTE format('SELECT pg_notify(''customer_segments'', json_build_object(''workspace'', $1, ''segment'', g.segment, ''refresh'', $2,
                               ''position'', $3, ''entered'', $4, ''left'', $5)::text) FROM %I.segment g WHERE g.segment_id = $6', workspace)
          USING workspace, this_refresh, this_position, entered_by[i], exited_by[i], changed_ids[i];
    END LOOP;
    PERFORM set_config('customer_segments.as_of', setting, true);
    done := true;
    changed := entered_all + exited_all;
END;
$$;
COMMENT ON FUNCTION refresh_step_50_members(name) IS
'step of refresh: writes who entered and who left a segment since the last refresh, in one pass over customer_360, and notifies channel customer_segments once for each segment that changed; for the owner of the workspace and members of that role';

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
