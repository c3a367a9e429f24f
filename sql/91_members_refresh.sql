-- members: the step of refresh that writes who came into a segment and who left (doc/members.md).
--
-- Everybody is looked at, or only those who have changed.  Who has is known where every table of the shop below customer_360 is tracked:
-- the steps before put them into member_queue.  For everything else that labels rest on there is a hash; under another one everybody
-- is looked at.  So it is after members_minutes, because labels also change by time alone.

CREATE FUNCTION members_wanted(workspace name)
RETURNS boolean
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    wanted boolean;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT s.tracked_segmentations IS DISTINCT FROM ''{}'' OR EXISTS (SELECT FROM %1$I.segment g WHERE g.dropped_at IS NULL AND g.segmentation IS NULL)
                           OR EXISTS (SELECT FROM %1$I.segment_state) FROM %1$I.settings s', workspace) INTO wanted;
    RETURN wanted;
END;
$$;
COMMENT ON FUNCTION members_wanted(name) IS
'whether refresh has members to write: a label is tracked, a segment is defined, or somebody was in one';

CREATE FUNCTION members_rest_on(workspace name)
RETURNS bigint
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
-- the same text of a row in every session
SET TimeZone = 'UTC'
SET DateStyle = 'ISO, YMD'
SET IntervalStyle = 'postgres'
SET extra_float_digits = 1
SET bytea_output = 'hex'
AS $$
DECLARE
    all_noted boolean;
    sources text;
    tables text;
    answer bigint;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- what is stored changes with what feeds it; what the extension ships does not change; a view that is replaced has a new rule
    EXECUTE format('SELECT bool_and(f.is_own OR f.kind = ''v'' OR f.source IS NOT NULL), string_agg(concat_ws('' '', f.feed, f.source, f.rule), '', '' ORDER BY f.feed::text, f.source),
                           string_agg(format(''(SELECT sum(hashtextextended(t::text, 0)) FROM %%s t)'', f.feed), '', '' ORDER BY f.feed::text) FILTER (WHERE f.is_own)
                      FROM (SELECT v.feed, v.kind, t.source, r.xmin || '' '' || r.ctid AS rule, c.relnamespace = %2$L::regnamespace AND v.kind = ''r'' AS is_own
                              FROM (SELECT r.feed, r.kind FROM customer_segments.view_relations(format(''%%I.customer_360'', $1)::regclass) r WHERE r.kind <> ''c''
                                    UNION ALL SELECT format(''%%I.customer_360'', $1)::regclass, ''v'') v
                              JOIN pg_class c ON c.oid = v.feed AND c.relnamespace <> ''customer_segments''::regnamespace
                              LEFT JOIN pg_rewrite r ON r.ev_class = v.feed AND v.kind = ''v''
                              LEFT JOIN %1$I.tracked_relation t ON t.relation = v.feed
                             WHERE v.feed <> format(''%%I.stored_fact'', $1)::regclass
                               AND v.feed NOT IN (SELECT format(''%%I.%%I'', $1, s.fact || ''_stored'')::regclass FROM %1$I.stored_fact s)) f', workspace, quote_ident(workspace))
       INTO all_noted, sources, tables USING workspace;
    IF all_noted IS NOT TRUE OR tables IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT hashtextextended(ROW($1, s, %2$s,
                           (SELECT array_agg(g.segment_id || '' '' || v.version ORDER BY g.segment_id)
                              FROM %1$I.segment g JOIN %1$I.segment_definition v ON v.segment_id = g.segment_id AND v.replaced_at IS NULL
                             WHERE g.dropped_at IS NULL AND g.segmentation IS NULL))::text, 0)
                      FROM %1$I.settings s WHERE s.cut_points = ''stored''', workspace, tables) INTO answer USING sources;
    RETURN answer;
END;
$$;
COMMENT ON FUNCTION members_rest_on(name) IS
'a hash of all that labels and segments rest on besides the customers; null where it is not known which customers change: a table of the shop is not tracked, or cut points are live';

CREATE FUNCTION members_scope(workspace name, rests_on bigint, instant timestamptz)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    scope text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- one by one a customer takes longer than in a pass over all
    EXECUTE format('SELECT CASE WHEN NOT COALESCE(r.rests_on = $1 AND r.failed = 0 AND NOT q.of_all AND q.customers <= 100 /* literal: taken for few */ + c.reltuples / 16 /* literal */
                                         AND $2 < (SELECT e.as_of FROM %1$I.segment_refresh e WHERE e.scope = ''everybody'' ORDER BY e.refresh DESC LIMIT 1) + s.members_minutes * interval ''1 minute'', false) THEN ''everybody''
                                WHEN q.customers > 0 THEN ''changed'' ELSE ''nobody'' END
                      FROM %1$I.settings s
                     CROSS JOIN (SELECT count(*) AS customers, COALESCE(bool_or(q.customer_id IS NULL), false) AS of_all FROM %1$I.member_queue q) q
                      JOIN pg_class c ON c.oid = format(''%%I.segment_state'', $3)::regclass
                      LEFT JOIN (SELECT r.* FROM %1$I.segment_refresh r ORDER BY r.refresh DESC LIMIT 1) r ON true', workspace)
       INTO scope USING rests_on, instant, workspace;
    RETURN scope;
END;
$$;
COMMENT ON FUNCTION members_scope(name, bigint, timestamptz) IS
'whom a refresh of the members has to look at: everybody, changed (the customers in member_queue), or nobody; rests_on is the hash of now';

CREATE FUNCTION members_statement(workspace name, ids integer[], expressions text[], kept integer[], everybody boolean)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    labels text;
    segments text;
    value name;
    equals text;
    was_kept text := 'f.segments';
    looked_at text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT string_agg(format(''%%L || customer_360.%%I'', c.rank_of || '':'', c.rank_of), '', '' ORDER BY c.position) FILTER (WHERE c.rank_of IS NOT NULL), min(s.member_value), min(q.customer_id_equals)
                      FROM %1$I.settings s CROSS JOIN %1$I.refresh_run q LEFT JOIN %1$I.customer_column c ON c.rank_of IS NOT NULL
                       AND (s.tracked_segmentations IS NULL OR c.rank_of = ANY (s.tracked_segmentations))', workspace)
       INTO labels, value, equals;
    SELECT string_agg(format(E'CASE WHEN (\n%s\n) THEN %s END', expressions[i], ids[i]), ', ' ORDER BY ids[i]) INTO segments
      FROM generate_subscripts(ids, 1) AS i;
    IF kept <> '{}' THEN
        was_kept := format('f.segments || ARRAY(SELECT k FROM unnest(s.segments) AS k WHERE k = ANY (%L::integer[]))', kept);
        was_kept := format('ARRAY(SELECT k FROM unnest(%s) AS k ORDER BY k)', was_kept);
    END IF;
    looked_at := format('SELECT customer_360.customer_id, customer_360.%2$I::numeric(20,4) AS value,
                   array_remove(ARRAY[%3$s]::text[], NULL) AS labels,
                   array_remove(ARRAY[%4$s]::integer[], NULL) AS segments
              FROM %1$I.customer_360', workspace, value, labels, segments);
    IF everybody THEN
        looked_at := format('(%2$s) f
      FULL JOIN %1$I.segment_state s ON s.customer_id %3$s f.customer_id', workspace, looked_at, equals);
    ELSE
        looked_at := format('(SELECT DISTINCT t.customer_id FROM taken t) k
      LEFT JOIN LATERAL (%2$s WHERE customer_360.customer_id %3$s k.customer_id OFFSET 0) f ON true
      LEFT JOIN LATERAL (SELECT * FROM %1$I.segment_state s WHERE s.customer_id %3$s k.customer_id OFFSET 0) s ON true', workspace, looked_at, equals);
    END IF;
    -- $1: the refresh, $2: its instant.  One pass: only customers whose labels or segments differ go on from "changed".
    RETURN format($statement$
WITH taken AS (
    DELETE FROM %1$I.member_queue q WHERE %5$s RETURNING q.customer_id),
changed AS MATERIALIZED (
    -- spelled as when the customer was first seen, where keys may be equal without being the same
    SELECT COALESCE(s.customer_id, f.customer_id) AS customer_id, f.customer_id IS NULL AS is_gone, f.value,
           COALESCE(f.labels, '{}') AS labels, CASE WHEN f.customer_id IS NULL THEN '{}' ELSE %3$s END AS segments,
           COALESCE(s.labels, '{}') AS old_labels, COALESCE(s.segments, '{}') AS old_segments
      FROM %2$s
     WHERE (f.customer_id IS NULL OR s.customer_id IS NULL OR f.labels <> s.labels OR %3$s <> s.segments)
       AND COALESCE(f.customer_id, s.customer_id) IS NOT NULL),
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
    DELETE FROM %1$I.segment_state s USING changed c WHERE c.is_gone AND s.customer_id %4$s c.customer_id),
change AS (
    INSERT INTO %1$I.segment_change (refresh, segment_id, customer_id, entered, version, at, value)
    SELECT $1, d.segment_id, d.customer_id, d.entered, d.version, $2, d.value FROM difference d
    RETURNING segment_id, entered)
SELECT h.segment_id, count(*) FILTER (WHERE h.entered) AS entered, count(*) FILTER (WHERE NOT h.entered) AS exited
  FROM change h GROUP BY h.segment_id ORDER BY h.segment_id$statement$,
        workspace, looked_at, was_kept, equals,
        -- that everybody has changed may have been noted since the scope was chosen: that stays
        CASE WHEN everybody THEN 'true' ELSE 'q.customer_id IS NOT NULL' END);
END;
$$;
COMMENT ON FUNCTION members_statement(name, integer[], text[], integer[], boolean) IS
'the text of the statement that compares labels and segments of everybody, or of those in member_queue, with segment_state and writes what changed; kept: segments that are not evaluated, whose members stay';

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
    -- a name that no table of the session has
    looks constant name := (SELECT 'customer_segments_row_' || n FROM generate_series(1, 1000) n
                             WHERE to_regclass('pg_temp.customer_segments_row_' || n) IS NULL AND to_regtype('pg_temp.customer_segments_row_' || n) IS NULL ORDER BY n LIMIT 1);
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    -- what everybody looked like, once: then each predicate alone, and for one that fails the first customer by halving
    EXECUTE format('CREATE TEMPORARY TABLE %I ON COMMIT DROP AS
                    SELECT row_number() OVER () AS customer_segments_number, c.* FROM %I.customer_360 c', looks, workspace);
    GET DIAGNOSTICS customers = ROW_COUNT;
    FOR i IN 1 .. COALESCE(array_length(ids, 1), 0) LOOP
        -- the first look is at nobody: an error then is none of a customer
        low := 1;
        high := customers;
        middle := 0;
        message := NULL;
        probe := format(E'SELECT count(*) FILTER (WHERE (\n%s\n)) FROM (SELECT * FROM pg_temp.%I r '
                        'WHERE r.customer_segments_number BETWEEN $1 AND $2 OFFSET 0) AS customer_360', expressions[i], looks);
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
        EXECUTE format('SELECT r.customer_id FROM pg_temp.%I r WHERE r.customer_segments_number = $1', looks) INTO customer USING high;
        failed := failed || ids[i];
        EXECUTE format('INSERT INTO %1$I.segment_error (refresh, segment, customer_id, sqlstate, message)
                        SELECT $1, g.segment, (SELECT r.customer_id FROM pg_temp.%2$I r WHERE r.customer_segments_number = $2), $3, $4
                          FROM %1$I.segment g WHERE g.segment_id = $5 RETURNING segment', workspace, looks)
           INTO segment USING refresh, high, state, message, ids[i];
        RAISE WARNING 'segment "%" was not refreshed: %', segment, message
            USING ERRCODE = state, DETAIL = COALESCE('Its predicate fails for customer ' || customer || '.', 'Its predicate fails, whoever is looked at.'),
                  HINT = 'Its members stay as they were; all other segments are refreshed.';
    END LOOP;
    EXECUTE format('DROP TABLE pg_temp.%I', looks);
    RETURN failed;
END;
$$;
COMMENT ON FUNCTION members_failures(name, integer[], text[], integer) IS
'the segments whose predicate raises an error, each with a warning and a row in segment_error that name it and the first such customer';

CREATE FUNCTION members_to_present(workspace name)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    present constant timestamptz := clock_timestamp();
    instant text[];
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    FOREACH instant SLICE 1 IN ARRAY ARRAY[['segment', 'tracked_from'], ['segment_refresh', 'as_of'], ['segment_change', 'at'],
                                           ['segment_interval', 'entered_at'], ['segment_interval', 'left_at']] LOOP
        EXECUTE format('UPDATE %1$I.%2$I SET %3$I = $1 WHERE %3$I > $1', workspace, instant[1], instant[2]) USING present;
    END LOOP;
    -- labels of another time: everybody is to be looked at
    EXECUTE format('UPDATE %1$I.segment_refresh r SET rests_on = NULL WHERE r.refresh = (SELECT max(l.refresh) FROM %1$I.segment_refresh l)', workspace);
END;
$$;
COMMENT ON FUNCTION members_to_present(name) IS
'has all that members were found at an instant yet to come be found now, so that history goes on from the present; for the owner of the workspace';

CREATE FUNCTION refresh_step_50_members(workspace name, OUT done boolean, OUT changed bigint)
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
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
    to_come timestamptz;
    this_refresh integer;
    rests_on bigint;
    scope text;
    ids integer[] := '{}';
    expressions text[] := '{}';
    failed integer[] := '{}';
    failing integer[];
    entered_by bigint[];
    exited_by bigint[];
    changed_ids integer[];
    entered_all bigint;
    exited_all bigint;
    found record;
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'members cannot be refreshed in isolation level %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state', HINT = 'Use read committed.';
    END IF;
    -- one after the other, up to the commit: so positions grow in the order in which they become visible
    EXECUTE format('LOCK TABLE %I.segment_refresh IN SHARE ROW EXCLUSIVE MODE', workspace);
    IF NOT customer_segments.members_wanted(workspace) THEN
        -- the changes go by: once members are wanted again, everybody is to be looked at
        EXECUTE format('DELETE FROM %I.member_queue', workspace);
        EXECUTE format('UPDATE %1$I.segment_refresh r SET rests_on = NULL WHERE r.refresh = (SELECT max(l.refresh) FROM %1$I.segment_refresh l) AND r.rests_on IS NOT NULL', workspace);
        done := true;
        changed := 0;
        RETURN;
    END IF;
    EXECUTE format('SELECT (SELECT r.as_of FROM %1$I.segment_refresh r ORDER BY r.refresh DESC LIMIT 1), (SELECT max(c.position) FROM %1$I.segment_change c)', workspace)
       INTO last_instant, last_position;
    -- clocks are put right by less than a minute
    to_come := clock_timestamp() + interval '1 minute';
    IF setting = '' AND last_instant > to_come THEN
        RAISE WARNING 'the last refresh of the members of workspace "%" was as of %, which is yet to come', workspace, last_instant
            USING DETAIL = 'It had customer_segments.as_of set, or a clock that was ahead.',
                  HINT = 'What it wrote is taken for what was found now; who differs at present enters or leaves by this refresh.';
        PERFORM customer_segments.members_to_present(workspace);
        last_instant := clock_timestamp();
    END IF;
    IF setting = '' THEN
        -- the start of the transaction may lie before the refresh that was waited for
        instant := GREATEST(clock_timestamp(), last_instant);
        PERFORM set_config('customer_segments.as_of', to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US"+00"'), true);
    ELSE
        instant := customer_segments.as_of();
        IF instant < last_instant THEN
            RAISE EXCEPTION 'as_of is % and before the last refresh of workspace "%", which was as of %', instant, workspace, last_instant
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = CASE WHEN last_instant > to_come THEN 'A refresh without customer_segments.as_of takes the members back to the present.'
                                  ELSE 'History is written forward only; segment_members_as_of answers for any instant.' END;
        ELSIF instant > to_come THEN
            RAISE WARNING 'the members of workspace "%" are refreshed as of %, which is yet to come', workspace, instant
                USING HINT = 'A refresh without customer_segments.as_of takes them back to the present.';
        END IF;
    END IF;
    rests_on := customer_segments.members_rest_on(workspace);
    scope := customer_segments.members_scope(workspace, rests_on, instant);
    EXECUTE format('INSERT INTO %I.segment_refresh (as_of, refreshed_at, scope, rests_on) VALUES ($1, clock_timestamp(), $2, $3) RETURNING refresh', workspace)
       INTO this_refresh USING instant, scope, rests_on;

    FOR found IN EXECUTE format('SELECT g.segment_id, g.segment FROM %I.segment g WHERE g.segmentation IS NULL AND g.dropped_at IS NULL ORDER BY g.segment_id', workspace) LOOP
        -- one that became too long since, because a segment in it did, is that one's failure alone
        BEGIN
            expressions := expressions || customer_segments.segment_expression(workspace, found.segment);
            ids := ids || found.segment_id;
        EXCEPTION WHEN OTHERS THEN
            failed := failed || found.segment_id;
            EXECUTE format('INSERT INTO %I.segment_error (refresh, segment, sqlstate, message) VALUES ($1, $2, $3, $4)', workspace)
              USING this_refresh, found.segment, SQLSTATE, SQLERRM;
            RAISE WARNING 'segment "%" was not refreshed: %', found.segment, SQLERRM
                USING ERRCODE = SQLSTATE, DETAIL = 'It cannot be written out with the segments that it contains.',
                      HINT = 'Its members stay as they were; all other segments are refreshed.';
        END;
    END LOOP;
    FOR attempt IN 1 .. 2 LOOP
        EXIT WHEN scope = 'nobody';
        changed_ids := '{}';
        entered_by := '{}';
        exited_by := '{}';
        BEGIN
            FOR found IN EXECUTE customer_segments.members_statement(workspace, ids, expressions, failed, scope = 'everybody') USING this_refresh, instant LOOP
                changed_ids := changed_ids || found.segment_id;
                entered_by := entered_by || found.entered;
                exited_by := exited_by || found.exited;
            END LOOP;
            EXIT;
        EXCEPTION WHEN OTHERS THEN
            IF attempt = 2 THEN
                RAISE;
            END IF;
            failing := customer_segments.members_failures(workspace, ids, expressions, this_refresh);
            -- not a predicate's error
            IF failing = '{}' THEN
                RAISE;
            END IF;
            failed := failed || failing;
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
                         WHERE c.position > $1 AND NOT c.entered AND h.segment_id = c.segment_id AND h.customer_id %2$s c.customer_id
                           AND h.left_at IS NULL', workspace, customer_segments.queue_operator(workspace, 'customer_id')) USING COALESCE(last_position, 0), instant;
    END IF;
    IF entered_all > 0 THEN
        EXECUTE format('INSERT INTO %1$I.segment_interval (position, segment_id, customer_id, version, entered_at, value)
                        SELECT c.position, c.segment_id, c.customer_id, c.version, c.at, c.value
                          FROM %1$I.segment_change c WHERE c.position > $1 AND c.entered', workspace) USING COALESCE(last_position, 0);
    END IF;
    EXECUTE format('UPDATE %I.segment SET tracked_from = $2 WHERE segment_id = ANY ($1) AND tracked_from IS NULL', workspace) USING ids, instant;
    -- what changed on the way was seen by some customers only
    IF scope <> 'nobody' AND rests_on <> customer_segments.members_rest_on(workspace) THEN
        rests_on := NULL;
    END IF;
    EXECUTE format('UPDATE %I.segment_refresh SET refreshed_at = clock_timestamp(), entered = $2, exited = $3, failed = $4, rests_on = $5 WHERE refresh = $1', workspace)
      USING this_refresh, entered_all, exited_all, COALESCE(array_length(failed, 1), 0), rests_on;
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
'step of refresh: writes who entered and who left a segment since the last refresh, in one pass over customer_360, or for those who have changed where that is known, and notifies channel customer_segments once for each segment that changed; for the owner of the workspace and members of that role';
