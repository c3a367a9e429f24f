-- reconcile: what is stored against the sources; workspace_status (doc/incremental.md, doc/reconcile.md).

CREATE FUNCTION tracking_gaps(workspace name, OUT subject text, OUT problem text)
RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    RETURN QUERY EXECUTE format($query$
WITH carrier AS (
    -- every relation that should carry triggers: the tracked tables and all partitions they have now
    SELECT k.source, k.relation AS root, k.capture, r AS relation, c.relispartition
      FROM %1$I.tracked_table k CROSS JOIN LATERAL customer_segments.relation_tree(k.relation) r JOIN pg_class c ON c.oid = r),
made AS (
    SELECT c.source, c.relation, e.event, t.tgenabled
      FROM carrier c
     CROSS JOIN unnest('{insert,update,delete,truncate}'::text[]) AS e(event)
      LEFT JOIN pg_trigger t ON t.tgrelid = c.relation AND t.tgfoid = 'customer_segments.capture_change()'::regprocedure
           AND t.tgname = customer_segments.capture_trigger_name(%2$L, e.event) AND customer_segments.is_capture_of(t.tgargs, %2$L, c.source)
     WHERE NOT (c.capture = 'row' AND c.relispartition AND c.relation <> c.root AND e.event = 'truncate'))
SELECT DISTINCT f.feed::text, 'feeds a stored fact and is not tracked: every refresh reads all of it'
  FROM customer_segments.fact_sources(%2$L) s CROSS JOIN LATERAL unnest(s.untracked) AS f(feed)
UNION ALL
SELECT n.fact::text, 'stands on other views than it was computed from: the next refresh computes it anew'
  FROM %1$I.stored_fact n WHERE n.built AND n.rests_on IS DISTINCT FROM customer_segments.fact_rests_on(%2$L, n.fact)
UNION ALL
SELECT m.relation::text, CASE WHEN NOT EXISTS (SELECT FROM %1$I.tracked_relation r WHERE r.relation = m.relation AND r.source = m.source)
                              THEN 'was attached after track: what is written to it directly is not seen; untrack and track the table'
                              ELSE format('has no trigger for %%s: untrack and track the table', string_agg(m.event, ', ' ORDER BY m.event)) END
  FROM made m WHERE m.tgenabled IS NULL GROUP BY m.relation, m.source
UNION ALL
SELECT DISTINCT c.relation::text, format('the owner of the workspace has not the right TRIGGER on it: %%s', CASE h.share WHEN 'nothing' THEN 'changes are not seen' WHEN 'shown' THEN 'changes are not seen while refresh_queue or tracked_relation is locked, nor in thousands of partitions' ELSE 'any change counts for everybody' END)
  FROM carrier c CROSS JOIN LATERAL customer_segments.capture_share(%2$L, c.relation) AS h(share) WHERE h.share <> 'keys'
UNION ALL
SELECT c.oid::regclass::text, 'is not logged: a crash of the server takes what it holds, unseen'
  FROM pg_class c WHERE c.relnamespace = %3$L::regnamespace AND c.relpersistence <> 'p'
   AND (c.relname IN ('refresh_queue', 'member_queue', 'tracked_relation') OR c.relname IN (SELECT n.fact || '_stored' FROM %1$I.stored_fact n))
UNION ALL
SELECT m.relation::text, format('has a disabled trigger for %%s: changes are not seen', string_agg(m.event, ', ' ORDER BY m.event))
  FROM made m WHERE m.tgenabled IN ('D', 'R') GROUP BY m.relation
UNION ALL
SELECT DISTINCT k.relation::text, format('has another column "%%s" than when it was tracked: any change counts for everybody; untrack and track the table', a.attname)
  FROM %1$I.tracked_table k JOIN %1$I.tracked_relation r USING (source)
  JOIN pg_attribute a ON a.attrelid = r.relation AND (a.attname = k.customer_column AND a.attnum <> r.customer_number AND r.customer_number <> 0
                                                      OR a.attname = k.order_column AND a.attnum <> r.order_number AND r.order_number <> 0)
 WHERE r.relation_id = r.relation
UNION ALL
SELECT DISTINCT u::text, 'has rows that not each role may see, by row-level security or as a foreign table, but what is kept has them all: the next refresh takes that from its readers'
  FROM customer_segments.workspace_kept(%2$L) k CROSS JOIN LATERAL unnest(customer_segments.newly_secured(%2$L, k.computing, k.secured)) u
UNION ALL
SELECT m.relation::text, 'receives rows by logical replication, for which its triggers do not fire: track it with capture => ''row'', as its owner'
  FROM made m JOIN pg_subscription_rel r ON r.srrelid = m.relation WHERE m.tgenabled = 'O' GROUP BY m.relation
 ORDER BY 1, 2$query$, workspace, workspace, quote_ident(workspace));
END;
$$;
COMMENT ON FUNCTION tracking_gaps(name) IS
'the ways by which changes can get past the triggers of a workspace, as far as the catalogues tell: relations that are not tracked, views replaced since, partitions attached since, missing and disabled triggers, key columns that others have taken the names of, logical replication';

CREATE FUNCTION reconcile(workspace name, share double precision DEFAULT 1, OUT subject text, OUT problem text, OUT customers bigint, OUT example text)
RETURNS SETOF record
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
SET jit = off
SET customer_segments.as_of = '294276-12-31'
AS $$
DECLARE
    this record;
    stored regclass;
    key_type text;
    equals text;
    part text;
    found bigint;
    -- on a standby, say: then it only tells
    tells constant boolean := current_setting('transaction_read_only')::boolean;
    is_found boolean := false;
BEGIN
    IF NOT share BETWEEN 0 AND 1 THEN
        RAISE EXCEPTION 'share is %, it must be between 0 and 1', share USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM customer_segments.workspace_require_owner(workspace);
    FOR subject, problem IN SELECT g.subject, g.problem FROM customer_segments.tracking_gaps(workspace) g LOOP
        RETURN NEXT;
    END LOOP;
    FOR this IN EXECUTE format('SELECT s.fact, s.sources, f.built FROM customer_segments.fact_sources(%L) s JOIN %I.stored_fact f ON f.fact = s.fact', workspace, workspace) LOOP
        -- what nobody claims to be complete is no finding
        CONTINUE WHEN NOT this.built;
        stored := format('%I.%I', workspace, this.fact || '_stored')::regclass;
        SELECT format_type(a.atttypid, NULL) INTO key_type FROM pg_attribute a WHERE a.attrelid = stored AND a.attname = 'customer_id';
        equals := customer_segments.key_equals(key_type);
        part := 'true';
        IF share < 1 THEN
            EXECUTE format('SELECT concat_ws('' AND '', ''x.customer_id %2$s '' || quote_literal(min(r.customer_id::text) FILTER (WHERE r.n = r.low AND r.low > 1)) || ''::%4$s'',
                                                        ''x.customer_id %3$s '' || quote_literal(min(r.customer_id::text) FILTER (WHERE r.n = r.high)) || ''::%4$s'', ''true'')
                FROM (SELECT s.customer_id, row_number() OVER (ORDER BY s.customer_id) AS n, l.low, (l.low + ceil($1 * l.rows))::bigint AS high
                        FROM %1$s s CROSS JOIN (SELECT count(*) AS rows, (1 + floor(random() * (count(*) - ceil($1 * count(*)) + 1)))::bigint AS low FROM %1$s) l) r
               WHERE r.n IN (r.low, r.high)', stored, customer_segments.key_operator(key_type, 4), customer_segments.key_operator(key_type, 1), key_type)
               INTO part USING share;
        END IF;
        -- one statement, one snapshot: who is in the queue is late, not wrong
        FOR problem, customers, example IN EXECUTE format($query$
WITH fresh AS MATERIALIZED (SELECT * FROM (%2$s) x WHERE %3$s),
stored AS (SELECT * FROM %4$s x WHERE %3$s),
waiting AS MATERIALIZED (
    SELECT q.kind, COALESCE(q.customer_id, p.customer_id) AS customer_id
      FROM %1$I.refresh_queue q LEFT JOIN %1$I.purchases p ON q.kind = 'o' AND p.order_id %6$s q.order_id WHERE q.source = ANY ($1)),
finding AS MATERIALIZED (
    SELECT COALESCE(f.customer_id, s.customer_id) AS customer_id,
           CASE WHEN f.customer_id IS NULL THEN 'stored without rows in the sources' WHEN s.customer_id IS NULL THEN 'not stored' ELSE 'stored wrongly' END AS problem
      FROM fresh f FULL JOIN stored s ON f.customer_id %5$s s.customer_id
     WHERE (f.customer_id IS NULL OR s.customer_id IS NULL OR f.* OPERATOR(pg_catalog.*<>) s.*)
       AND NOT EXISTS (SELECT FROM waiting w WHERE w.kind = 'a')
       AND NOT EXISTS (SELECT FROM waiting w WHERE w.customer_id %5$s COALESCE(f.customer_id, s.customer_id)))%7$s
SELECT n.problem, count(*), min(n.customer_id::text) FROM finding n GROUP BY n.problem ORDER BY n.problem$query$,
                workspace, CASE WHEN share < 1 THEN format('SELECT * FROM %I.%I', workspace, this.fact || '_live') ELSE customer_segments.fact_build(workspace, this.fact) END, part, stored, equals,
                customer_segments.queue_operator(workspace, 'order_id'),
                CASE WHEN NOT tells THEN format(E',\nqueued AS (INSERT INTO %I.refresh_queue (source, kind, customer_id, queued_at) SELECT 0, ''c'', n.customer_id, now() FROM finding n)', workspace) END) USING this.sources
        LOOP
            subject := this.fact;
            found := COALESCE(found, 0) + customers;
            is_found := true;
            RETURN NEXT;
        END LOOP;
        IF NOT tells THEN
            EXECUTE format('UPDATE %I.stored_fact f SET reconciled_at = clock_timestamp(), findings = $2 WHERE f.fact = $1', workspace) USING this.fact, COALESCE(found, 0);
        END IF;
        found := NULL;
    END LOOP;
    IF tells AND is_found THEN
        RAISE NOTICE 'found, but not queued: this transaction is read-only'
            USING HINT = CASE WHEN pg_is_in_recovery() THEN 'Call it on the primary: only then the next refresh mends what is wrong.' ELSE 'Call it in a transaction that is READ WRITE: only then the next refresh mends what is wrong.' END;
    END IF;
END;
$$;
COMMENT ON FUNCTION reconcile(name, double precision) IS
'compares what is stored with the sources for all customers or, chosen at random, a range that holds a share of them; one row a problem, no row if there is none; queues every difference for the next refresh, but for a read-only transaction, as on a standby, where it tells only and queues nothing; also names the ways by which changes get past the triggers; for the owner of the workspace';

CREATE FUNCTION workspace_part_95_status(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_view(workspace, 'workspace_status',
        'one row: how fresh the workspace is, and whether anything is wrong',
        ARRAY[['storage', 'live or incremental'],
              ['stored_facts', 'facts that are stored'],
              ['stored_rows', 'their rows, as estimated by the planner; null while nothing is'],
              ['complete_at', 'every noted change committed before is in what is stored; null while nothing is'],
              ['queue_length', 'rows of refresh_queue'],
              ['oldest_change_at', 'begin of the transaction of the oldest of them'],
              ['refreshing', 'whether a refresh is running now'],
              ['last_refresh_at', 'when the last refresh began'],
              ['last_refresh_seconds', 'time spent in its batches so far'],
              ['last_refresh_changed', 'rows it has changed so far'],
              ['last_refresh_error', 'why it failed; null if it did not'],
              ['reconciled_at', 'when reconcile last looked; null if it never has'],
              ['findings', 'customers for whom something stored was wrong then'],
              ['model_fitted_at', 'when the current customer model was fitted; null if none is'],
              ['model_age_days', 'days since then']],
        format($query$
SELECT s.storage, f.stored_facts, f.stored_rows, f.complete_at, q.queue_length, q.oldest_change_at,
       COALESCE(l.refreshing, false) AS refreshing, l.last_refresh_at, l.last_refresh_seconds, l.last_refresh_changed, l.last_refresh_error,
       f.reconciled_at, f.findings, m.fitted_at AS model_fitted_at, (extract(epoch FROM now() - m.fitted_at) / 86400)::double precision AS model_age_days
  FROM %1$I.settings s
 CROSS JOIN (SELECT count(*) AS stored_facts, sum(NULLIF(c.reltuples, -1))::bigint AS stored_rows, min(t.complete_at) AS complete_at,
                    min(t.reconciled_at) AS reconciled_at, sum(t.findings)::bigint AS findings
               FROM %1$I.stored_fact t LEFT JOIN pg_catalog.pg_class c ON c.oid = to_regclass(format('%%I.%%I', %2$L, t.fact || '_stored'))) f
 CROSS JOIN (SELECT count(*) AS queue_length, min(w.queued_at) AS oldest_change_at FROM %1$I.refresh_queue w) q
  LEFT JOIN (SELECT min(g.started_at) AS last_refresh_at, sum(g.seconds) AS last_refresh_seconds, sum(g.changed)::bigint AS last_refresh_changed,
                    max(g.error) AS last_refresh_error,
                    bool_or(g.finished_at IS NULL AND g.error IS NULL AND EXISTS (SELECT FROM pg_catalog.pg_stat_get_activity(g.pid) a
                        -- of another role's session it is seen that it is there, no more
                        WHERE COALESCE(a.backend_start <= g.started_at, true) AND COALESCE(a.state, '') NOT LIKE 'idle%%')) AS refreshing
               FROM %1$I.refresh_log g WHERE g.run = (SELECT max(h.run) FROM %1$I.refresh_log h)) l ON true
  LEFT JOIN %1$I.clv_models m ON m.is_current
 LIMIT 1$query$, workspace, workspace));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_95_status(name, name) IS
'part of create_workspace: the view workspace_status';
