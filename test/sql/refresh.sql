-- refresh: its steps, its log, and whom it refuses.
SET client_min_messages = warning;
SET search_path = customer_segments, public;
\set SHOW_CONTEXT never
CREATE SCHEMA shop;
SELECT create_workspace('seg', 'shop');

-- a step that needs three batches, and one after it
CREATE TABLE public.batches (n integer);
CREATE FUNCTION customer_segments.refresh_step_01_probe(workspace name, OUT done boolean, OUT changed bigint) LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.batches VALUES (1);
    SELECT count(*) % 3 = 0, 10 FROM public.batches INTO done, changed;
END $$;
CREATE FUNCTION customer_segments.refresh_step_02_probe(workspace name, OUT done boolean, OUT changed bigint) LANGUAGE sql AS $$
    SELECT true, (1 / (9 - count(*)))::bigint FROM public.batches $$;
ALTER EXTENSION customer_segments ADD FUNCTION customer_segments.refresh_step_01_probe(name);
ALTER EXTENSION customer_segments ADD FUNCTION customer_segments.refresh_step_02_probe(name);
-- a function that a stranger puts into our schema is no step
CREATE FUNCTION customer_segments.refresh_step_00_stranger(workspace name, OUT done boolean, OUT changed bigint) LANGUAGE sql AS $$ SELECT true, (1 / 0)::bigint $$;
CALL refresh('seg');
SELECT run, step, finished_at >= reported_at AND reported_at >= started_at AS in_order, pid = pg_backend_pid() AS by_us, batches, changed, error
  FROM seg.refresh_log WHERE step LIKE '%probe' ORDER BY run, step;
-- what was committed before an error stays, and the error is noted
CALL refresh('seg');
CALL refresh('seg');
SELECT run, step, finished_at IS NOT NULL AS finished, batches, changed, error FROM seg.refresh_log WHERE step LIKE '%probe' ORDER BY run, step;
SELECT refresh_batch('seg', 4, 'refresh_step_00_stranger');
-- a cancel is noted, too; the row of a server process that is no more is closed by the next refresh
CREATE OR REPLACE FUNCTION customer_segments.refresh_step_02_probe(workspace name, OUT done boolean, OUT changed bigint) LANGUAGE sql AS $$
    SELECT true, 0 FROM pg_sleep(60) $$;
SET statement_timeout = '1s';
CALL refresh('seg');
\echo :SQLSTATE
RESET statement_timeout;
SELECT step, finished_at IS NOT NULL AS finished, batches, error FROM seg.refresh_log WHERE step LIKE '%probe' AND run = 4 ORDER BY step;
SELECT refreshing, last_refresh_error FROM seg.workspace_status;
UPDATE seg.refresh_log SET error = NULL, pid = 0 WHERE run = 4;
CREATE OR REPLACE FUNCTION customer_segments.refresh_step_02_probe(workspace name, OUT done boolean, OUT changed bigint) LANGUAGE sql AS $$
    SELECT true, count(*) FROM seg.workspace_status w WHERE w.refreshing $$;
CALL refresh('seg');
SELECT run, step, finished_at IS NOT NULL AS finished, batches, changed, error FROM seg.refresh_log WHERE step LIKE '%probe' AND run > 3 ORDER BY run, step;
SELECT refreshing, last_refresh_error FROM seg.workspace_status;
DROP FUNCTION customer_segments.refresh_step_00_stranger(name);
ALTER EXTENSION customer_segments DROP FUNCTION customer_segments.refresh_step_01_probe(name);
ALTER EXTENSION customer_segments DROP FUNCTION customer_segments.refresh_step_02_probe(name);
DROP FUNCTION customer_segments.refresh_step_01_probe(name), customer_segments.refresh_step_02_probe(name);
DROP TABLE public.batches;

-- the log is kept for so many days
UPDATE seg.settings SET refresh_log_days = 0;
CALL refresh('seg');
SELECT count(*) FROM seg.refresh_log WHERE run < 6;

-- refused
BEGIN;
CALL refresh('seg');
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
CALL refresh('seg');
ROLLBACK;
SET default_transaction_isolation = 'serializable';
CALL refresh('seg');
RESET default_transaction_isolation;
CALL refresh('shop');
CALL refresh(NULL);
CREATE ROLE cseg_stranger;
GRANT USAGE ON SCHEMA customer_segments, seg TO cseg_stranger;
SET ROLE cseg_stranger;
CALL refresh('seg');
SELECT refresh_batch('seg', 1, 'refresh_step_01_probe');
SELECT refresh_failed('seg', 1, 'refresh_step_01_probe', 'lie');
RESET ROLE;
-- not even a superuser runs what another role's workspace holds
SELECT drop_workspace('seg');
SELECT format('GRANT CREATE ON DATABASE %I TO cseg_stranger', current_database()) AS allow, format('REVOKE CREATE ON DATABASE %I FROM cseg_stranger', current_database()) AS revoke \gset
:allow;
GRANT USAGE ON SCHEMA shop TO cseg_stranger;
SET ROLE cseg_stranger;
SELECT create_workspace('seg', 'shop');
RESET ROLE;
CALL refresh('seg');
SET ROLE cseg_stranger;
CALL refresh('seg');
SELECT drop_workspace('seg');
RESET ROLE;
:revoke;
DROP SCHEMA shop;
REVOKE ALL ON SCHEMA customer_segments FROM cseg_stranger;
DROP ROLE cseg_stranger;
