-- migration: who moved between the labels of a segmentation from one instant to another.  Page: doc/migration.md

CREATE FUNCTION workspace_part_94_migration(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    PERFORM customer_segments.workspace_add_setting(workspace, 'psi_watch',
        'double precision NOT NULL DEFAULT 0.1 CHECK (psi_watch > 0)', 'migration: stable below this stability index, from it on watch');
    PERFORM customer_segments.workspace_add_setting(workspace, 'psi_shifted',
        'double precision NOT NULL DEFAULT 0.25 CHECK (psi_shifted >= psi_watch AND psi_shifted < ''Infinity'')', 'migration: shifted above this stability index');
    PERFORM customer_segments.workspace_add_table(workspace, 'lapsed_label',
        'labels that mean a customer is gone: who comes into one has lapsed, who leaves it is reactivated',
        ARRAY[['segmentation', 'the segmentation'], ['label', 'the label']],
        'segmentation name NOT NULL, label text NOT NULL, PRIMARY KEY (segmentation, label)');
    EXECUTE format('INSERT INTO %I.lapsed_label VALUES (''rfm'', ''lost''), (''life_cycle'', ''lost''), (''activity'', ''lost''), (''rhythm'', ''lapsed'')', workspace);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_94_migration(name, name) IS
'part of create_workspace: settings of the migration between labels';

CREATE FUNCTION customer_labels(workspace name, instant timestamptz, key anyelement, segmentation name DEFAULT NULL)
RETURNS TABLE (customer_id anyelement, label_of name, label text, label_rank integer, orders bigint, net_revenue numeric)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE ROWS 10000
SET search_path = pg_catalog, pg_temp
SET jit = off
SET customer_segments.as_of = ''
AS $$
DECLARE
    labels text;
BEGIN
    IF workspace IS NULL OR instant IS NULL THEN
        RAISE EXCEPTION 'workspace and instant must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF NOT isfinite(instant) THEN
        RAISE EXCEPTION 'instant must be finite' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM customer_segments.workspace_require_owner(workspace);
    EXECUTE format('SELECT string_agg(format(''(%%L::name, c.%%I, c.%%I)'', r.rank_of, r.rank_of, r.name), '', '' ORDER BY r.position)
                      FROM %I.customer_column r WHERE r.rank_of IS NOT NULL AND ($1 IS NULL OR r.rank_of = $1)', workspace) INTO labels USING segmentation;
    IF labels IS NULL THEN
        RAISE EXCEPTION 'there is no segmentation "%" in workspace "%"', segmentation, workspace
            USING ERRCODE = 'undefined_object', HINT = format('Segmentations are the distinct rank_of of %I.customer_column.', workspace);
    END IF;
    PERFORM set_config('customer_segments.as_of', to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US"+00"'), true);
    RETURN QUERY EXECUTE format('SELECT c.customer_id::%s, l.segmentation, l.label, l.label_rank, c.orders, c.net_revenue
                                   FROM %I.customer_360 c CROSS JOIN LATERAL (VALUES %s) AS l(segmentation, label, label_rank)',
                                pg_typeof(key), workspace, labels);
END;
$$;
COMMENT ON FUNCTION customer_labels(name, timestamptz, anyelement, name) IS
'every known customer''s label in every segmentation, or in one, as of an instant; key gives the type of customer_id, NULL::bigint for example; for the owner of the workspace and members of that role';

CREATE FUNCTION segment_migration(workspace name, from_at timestamptz, to_at timestamptz, segmentation name DEFAULT NULL)
RETURNS TABLE (label_of name, from_label text, to_label text, class text, customers bigint, from_net_revenue numeric, to_net_revenue numeric)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE ROWS 100
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    key_type text;
BEGIN
    IF workspace IS NULL OR from_at IS NULL OR to_at IS NULL THEN
        RAISE EXCEPTION 'workspace, from_at and to_at must not be null' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    PERFORM customer_segments.workspace_require_owner(workspace);
    SELECT format_type(a.atttypid, a.atttypmod) INTO key_type FROM pg_attribute a
     WHERE a.attrelid = format('%I.customer_360', workspace)::regclass AND a.attname = 'customer_id';
    -- a function's result has not the collation of customer_id
    RETURN QUERY EXECUTE format($query$
SELECT m.segmentation, m.from_label, m.to_label, m.class, count(*), sum(m.from_net_revenue)::numeric(20,4), sum(m.to_net_revenue)::numeric(20,4)
  FROM (SELECT COALESCE(t.label_of, f.label_of) AS segmentation, f.label AS from_label, t.label AS to_label, f.label_rank AS from_rank, t.label_rank AS to_rank,
               f.net_revenue AS from_net_revenue, t.net_revenue AS to_net_revenue,
               CASE WHEN f.label = t.label THEN 'retained'
                    WHEN f.label IS NULL OR f.orders = 0 AND t.orders > 0 THEN 'new'
                    WHEN t.label IS NULL OR t.orders = 0 AND f.orders > 0 THEN 'lapsed'
                    WHEN fl.label IS NULL AND tl.label IS NOT NULL THEN 'lapsed'
                    WHEN fl.label IS NOT NULL AND tl.label IS NULL THEN 'reactivated'
                    WHEN t.label_rank < f.label_rank THEN 'upgraded'
                    ELSE 'downgraded' END AS class
          FROM customer_segments.customer_labels($1, $2, NULL::%2$s, $4) f
          FULL JOIN customer_segments.customer_labels($1, $3, NULL::%2$s, $4) t ON t.customer_id::%4$s %3$s f.customer_id AND t.label_of = f.label_of
          LEFT JOIN %1$I.lapsed_label fl ON fl.segmentation = f.label_of AND fl.label = f.label
          LEFT JOIN %1$I.lapsed_label tl ON tl.segmentation = t.label_of AND tl.label = t.label) m
 GROUP BY m.segmentation, m.from_label, m.to_label, m.from_rank, m.to_rank, m.class
 ORDER BY m.segmentation, m.from_rank NULLS FIRST, m.to_rank NULLS LAST$query$, workspace, key_type,
                                customer_segments.queue_operator(workspace, 'customer_id'), customer_segments.column_type(format('%I.customer_360', workspace)::regclass, 'customer_id'))
      USING workspace, from_at, to_at, segmentation;
END;
$$;
COMMENT ON FUNCTION segment_migration(name, timestamptz, timestamptz, name) IS
'how many customers moved from which label to which between two instants, and their revenue so far at both; class is retained, upgraded, downgraded (by the rank of the labels), lapsed, reactivated (by lapsed_label) or new (no order that counts before); a null label: not known at that instant; for the owner of the workspace and members of that role';

CREATE FUNCTION segment_drift(workspace name, from_at timestamptz, to_at timestamptz)
RETURNS TABLE (label_of name, from_customers bigint, to_customers bigint, psi double precision, band text)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE ROWS 20
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
BEGIN
    PERFORM customer_segments.workspace_require_owner(workspace);
    RETURN QUERY EXECUTE format($query$
SELECT d.label_of, d.from_customers, d.to_customers, d.psi,
       CASE WHEN d.psi < s.psi_watch THEN 'stable' WHEN d.psi > s.psi_shifted THEN 'shifted' WHEN d.psi IS NOT NULL THEN 'watch' END
  FROM (SELECT l.label_of, sum(l.before)::bigint AS from_customers, sum(l.after)::bigint AS to_customers, customer_segments.psi(l.before, l.after) AS psi
          FROM (SELECT l.label_of, l.label, count(*) FILTER (WHERE l.is_before) AS before, count(*) FILTER (WHERE NOT l.is_before) AS after
                  FROM (SELECT f.label_of, f.label, true AS is_before FROM customer_segments.customer_labels($1, $2, NULL::text) f
                        UNION ALL SELECT t.label_of, t.label, false FROM customer_segments.customer_labels($1, $3, NULL::text) t) l
                 GROUP BY l.label_of, l.label) l
         GROUP BY l.label_of) d
  JOIN %1$I.customer_column c ON c.name = d.label_of
 CROSS JOIN (SELECT s.psi_watch, s.psi_shifted FROM %1$I.settings s LIMIT 1) s
 ORDER BY c.position$query$, workspace) USING workspace, from_at, to_at;
END;
$$;
COMMENT ON FUNCTION segment_drift(name, timestamptz, timestamptz) IS
'population stability index of every segmentation between two instants, and its band: stable, watch or shifted by psi_watch and psi_shifted; for the owner of the workspace and members of that role';
