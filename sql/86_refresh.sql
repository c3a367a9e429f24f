-- refresh: brings what a workspace stores up to date, in steps that commit (doc/refresh.md).
--
-- Every function refresh_step_NN_<topic>(workspace name, OUT done boolean, OUT changed bigint) of this extension is a step;
-- they run in name order.  A step that is not done is called again, in a new transaction.  A procedure that commits can pin
-- no search_path: all its work is in functions that do.

CREATE FUNCTION workspace_part_07_refresh_log(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_add_setting(workspace, 'refresh_log_days',
        'integer NOT NULL DEFAULT 30 CHECK (refresh_log_days BETWEEN 0 AND 36500)', 'refresh: runs older than so many days leave refresh_log');
    PERFORM customer_segments.workspace_add_table(workspace, 'refresh_log',
        'one row a refresh and step of it, also of the one under way: every batch is visible to others once it is committed',
        ARRAY[['run', 'number of the refresh'],
              ['step', 'name of the step'],
              ['pid', 'server process that ran it'],
              ['started_at', 'when the step began'],
              ['reported_at', 'when its last batch began'],
              ['finished_at', 'when it was done; null while it runs, and if it failed or was broken off'],
              ['batches', 'transactions committed so far'],
              ['changed', 'rows changed so far'],
              ['seconds', 'time spent in batches so far'],
              ['error', 'why it failed; null if it did not']],
        'run bigint NOT NULL, step name NOT NULL, pid integer NOT NULL,
         started_at timestamptz NOT NULL, reported_at timestamptz NOT NULL, finished_at timestamptz,
         batches bigint NOT NULL, changed bigint NOT NULL, seconds double precision NOT NULL, error text,
         PRIMARY KEY (run, step)');
    EXECUTE format('CREATE INDEX ON %I.refresh_log (run) WHERE finished_at IS NULL AND error IS NULL', workspace);
    -- one row: the lock on it is what makes a number, so that runs are numbered as they begin
    PERFORM customer_segments.workspace_add_table(workspace, 'refresh_run',
        'one row: the number of the last refresh, and what its statements are made with',
        ARRAY[['only_row', 'always true: there is one row'], ['run', 'the number'],
              ['customer_id_equals', 'the operator by which customers are the same'], ['order_id_equals', 'the operator by which orders are the same']],
        'only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), run bigint NOT NULL, customer_id_equals text NOT NULL, order_id_equals text NOT NULL');
    EXECUTE format('INSERT INTO %I.refresh_run (run, customer_id_equals, order_id_equals) VALUES (0, $1, $2)', workspace)
      USING customer_segments.key_equals(customer_segments.source_key_type(source)), customer_segments.key_equals(customer_segments.source_order_type(source));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_07_refresh_log(name, name) IS
'part of create_workspace: the tables refresh_log and refresh_run';

CREATE FUNCTION refresh_begin(workspace name, OUT run bigint, OUT steps name[])
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF workspace IS NULL THEN
        RAISE EXCEPTION 'workspace must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM customer_segments.workspace_require_writer(workspace);
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'refresh cannot run in isolation level %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state', HINT = 'SET default_transaction_isolation = ''read committed'' first.',
                  DETAIL = 'Each of its statements must see all that was committed before it.';
    END IF;
    steps := ARRAY(SELECT s FROM customer_segments.member_functions('refresh_step_') s);
    EXECUTE format('UPDATE %I.refresh_run r SET run = r.run + 1 RETURNING r.run', workspace) INTO run;
    PERFORM customer_segments.workspace_close_secured(workspace);
    PERFORM customer_segments.tracked_numbers(workspace);
    EXECUTE format('DELETE FROM %1$I.refresh_log l USING %1$I.settings s WHERE l.started_at < now() - s.refresh_log_days * interval ''1 day''', workspace);
    -- who was killed left a row that nobody will finish; of another role's session it is seen that it is there, no more
    EXECUTE format('UPDATE %I.refresh_log l SET error = ''interrupted''
                     WHERE l.finished_at IS NULL AND l.error IS NULL AND l.run < $1
                       AND (l.pid = pg_backend_pid()
                            OR NOT EXISTS (SELECT FROM pg_stat_get_activity(l.pid) a
                                            WHERE COALESCE(a.backend_start <= l.started_at, true) AND COALESCE(a.state, '''') NOT LIKE ''idle%%''))', workspace) USING run;
    -- a row that others see from the beginning of the first batch on; those of the other steps come with the end of the step before
    EXECUTE format('INSERT INTO %I.refresh_log (run, step, pid, started_at, reported_at, batches, changed, seconds)
                    VALUES ($1, $2, pg_backend_pid(), clock_timestamp(), clock_timestamp(), 0, 0, 0)', workspace) USING run, steps[1];
END;
$$;
COMMENT ON FUNCTION refresh_begin(name) IS
'begins a refresh: checks that the caller may and that each statement will see what was committed before it, and gives the number of the run and its steps';

CREATE FUNCTION refresh_batch(workspace name, run bigint, step name)
RETURNS boolean
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    began constant timestamptz := clock_timestamp();
    steps constant name[] := ARRAY(SELECT s FROM customer_segments.member_functions('refresh_step_') s);
    done boolean;
    changed bigint;
BEGIN
    -- what the owner of the workspace stored runs below; refresh_begin has asked the same, but anyone may call this
    PERFORM customer_segments.workspace_require_writer(workspace);
    IF step <> ALL (steps) THEN
        RAISE EXCEPTION 'there is no step "%"', step USING ERRCODE = 'undefined_function';
    END IF;
    EXECUTE format('SELECT s.done, s.changed FROM customer_segments.%I($1) s', step) INTO done, changed USING workspace;
    EXECUTE format('INSERT INTO %I.refresh_log AS l (run, step, pid, started_at, reported_at, finished_at, batches, changed, seconds)
                    VALUES ($1, $2, pg_backend_pid(), $3, CASE WHEN $4 THEN $3 ELSE clock_timestamp() END, CASE WHEN $4 THEN clock_timestamp() END,
                            1, COALESCE($5, 0), extract(epoch FROM clock_timestamp() - $3))
                    ON CONFLICT ON CONSTRAINT refresh_log_pkey DO UPDATE
                       SET reported_at = excluded.reported_at, finished_at = excluded.finished_at, batches = l.batches + 1,
                           changed = l.changed + excluded.changed, seconds = l.seconds + excluded.seconds', workspace)
      USING run, step, began, done, changed;
    IF done THEN
        EXECUTE format('INSERT INTO %I.refresh_log (run, step, pid, started_at, reported_at, batches, changed, seconds)
                        SELECT $1, $2, pg_backend_pid(), clock_timestamp(), clock_timestamp(), 0, 0, 0 WHERE $2 IS NOT NULL
                        ON CONFLICT ON CONSTRAINT refresh_log_pkey DO NOTHING', workspace)
          USING run, steps[array_position(steps, step) + 1];
    END IF;
    RETURN done;
END;
$$;
COMMENT ON FUNCTION refresh_batch(name, bigint, name) IS
'one batch of one step of a refresh, with its line in refresh_log; true when the step is done';

CREATE FUNCTION refresh_failed(workspace name, run bigint, step name, error text)
RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require_writer(workspace);
    EXECUTE format('INSERT INTO %I.refresh_log AS l (run, step, pid, started_at, reported_at, batches, changed, seconds, error)
                    VALUES ($1, $2, pg_backend_pid(), now(), now(), 0, 0, 0, $3)
                    ON CONFLICT ON CONSTRAINT refresh_log_pkey DO UPDATE SET reported_at = now(), error = excluded.error', workspace)
      USING run, step, error;
END;
$$;
COMMENT ON FUNCTION refresh_failed(name, bigint, name, text) IS
'notes in refresh_log why a step of a refresh failed';

CREATE FUNCTION refresh_raise(step name, state text, message text, detail text, hint text)
RETURNS void
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '%', message
        USING ERRCODE = state,
              DETAIL = concat_ws(' ', NULLIF(detail, ''), format('Step of refresh: %s.', step)),
              HINT = COALESCE(NULLIF(hint, ''), 'What was committed stays right; refresh goes on from there.');
END;
$$;
COMMENT ON FUNCTION refresh_raise(name, text, text, text, text) IS
'raises the error of a step again, after it was noted';

CREATE PROCEDURE refresh(workspace name)
LANGUAGE plpgsql
AS $$
DECLARE
    begun record;
    step pg_catalog.name;
    done pg_catalog.bool;
    state pg_catalog.text;
    message pg_catalog.text;
    detail pg_catalog.text;
    hint pg_catalog.text;
BEGIN
    SELECT b.run, b.steps INTO begun FROM customer_segments.refresh_begin(refresh.workspace) b;
    COMMIT;
    FOREACH step IN ARRAY begun.steps LOOP
        LOOP
            BEGIN
                state := NULL;
                done := customer_segments.refresh_batch(refresh.workspace, begun.run, step);
            -- OTHERS is not a cancel, nor a statement_timeout: those, too, leave a word
            EXCEPTION WHEN query_canceled OR OTHERS THEN
                GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
                                        detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
            END;
            IF state IS NOT NULL THEN
                PERFORM customer_segments.refresh_failed(refresh.workspace, begun.run, step, message);
                COMMIT;
                PERFORM customer_segments.refresh_raise(step, state, message, detail, hint);
            END IF;
            COMMIT;
            EXIT WHEN done;
        END LOOP;
    END LOOP;
END;
$$;
COMMENT ON PROCEDURE refresh(name) IS
'brings what a workspace stores up to date: runs every step in batches that commit, so it cannot be called inside a transaction; several may run at a time, and one that was broken off leaves only work to do; for the owner of the workspace and members of that role';
