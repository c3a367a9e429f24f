-- sweep_segment: what other thresholds would have chosen, and what those customers did next.  Page: doc/segments.md

CREATE FUNCTION sweep_matches(workspace name, expressions text[], instant timestamptz, key anyelement)
RETURNS TABLE (customer_id anyelement, net_revenue numeric, matches boolean[])
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE ROWS 10000
SET search_path = pg_catalog, pg_temp
SET standard_conforming_strings = on
SET customer_segments.as_of = ''
AS $$
BEGIN
    PERFORM customer_segments.workspace_require_owner(workspace);
    PERFORM set_config('customer_segments.as_of', to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US"+00"'), true);
    RETURN QUERY EXECUTE format('SELECT customer_360.customer_id::%s, customer_360.net_revenue, ARRAY[%s]::boolean[] FROM %I.customer_360', pg_typeof(key),
        (SELECT string_agg(format(E'COALESCE((\n%s\n), false)', e.expression), ', ' ORDER BY e.i) FROM unnest(expressions) WITH ORDINALITY AS e(expression, i)), workspace);
END;
$$;
COMMENT ON FUNCTION sweep_matches(name, text[], timestamptz, anyelement) IS
'for every known customer as of an instant, which of some expressions over customer_360 hold; for the owner of the workspace and members of that role';

CREATE FUNCTION sweep_segment(workspace name, predicate text, "values" anyarray, segment text DEFAULT NULL, window_days integer DEFAULT 90)
RETURNS TABLE (value text, customers bigint, customer_share double precision, net_revenue numeric, shared_customers bigint, jaccard double precision,
               past_customers bigint, next_buyers bigint, next_buyer_share double precision, next_orders bigint, next_net_revenue numeric)
LANGUAGE plpgsql VOLATILE CALLED ON NULL INPUT PARALLEL UNSAFE ROWS 5
SET search_path = pg_catalog, pg_temp
SET jit = off
SET standard_conforming_strings = on
AS $$
DECLARE
    relation regclass;
    key_type text;
    value_type regtype;
    expressions text[] := '{}';
    bound text;
    inner_segment text;
    today timestamptz;
BEGIN
    IF workspace IS NULL OR predicate IS NULL OR "values" IS NULL OR window_days IS NULL THEN
        RAISE EXCEPTION 'workspace, predicate, values and window_days must not be null' USING ERRCODE = 'null_value_not_allowed';
    ELSIF cardinality("values") NOT BETWEEN 1 AND 100 OR array_position("values", NULL) IS NOT NULL THEN
        RAISE EXCEPTION 'values must be between 1 and 100 and none of them null' USING ERRCODE = 'invalid_parameter_value';
    ELSIF window_days NOT BETWEEN 1 AND 36500 THEN
        RAISE EXCEPTION 'window_days is %, must be between 1 and 36500', window_days USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM customer_segments.workspace_require_owner(workspace);
    relation := format('%I.customer_360', workspace)::regclass;
    value_type := rtrim(pg_typeof("values")::text, '[]')::regtype;
    PERFORM customer_segments.predicate_check(relation, predicate, value_type);
    IF customer_segments.predicate_bind(predicate, '') = predicate THEN
        RAISE EXCEPTION 'predicate has no parameter $1 to try the values for'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Write for example days_since_last_order > $1.';
    END IF;
    FOR inner_segment IN SELECT DISTINCT r FROM customer_segments.predicate_references(predicate) r LOOP
        predicate := customer_segments.predicate_replace(predicate, inner_segment,
            E'(\n' || customer_segments.segment_expression(workspace, inner_segment) || E'\n)');
    END LOOP;
    FOR i IN array_lower("values", 1) .. array_upper("values", 1) LOOP
        bound := customer_segments.predicate_bind(predicate, format(' (%L::%s) ', "values"[i], value_type));
        PERFORM customer_segments.predicate_check(relation, bound);
        expressions := expressions || bound;
    END LOOP;
    expressions := expressions || CASE WHEN segment IS NULL THEN 'false' ELSE customer_segments.segment_expression(workspace, segment) END;
    SELECT format_type(a.atttypid, a.atttypmod) INTO key_type FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = 'customer_id';
    today := customer_segments.as_of();

    RETURN QUERY EXECUTE format($query$
WITH present AS (
    SELECT i, count(*) AS customers, sum(c.net_revenue) AS net_revenue, count(*) FILTER (WHERE c.matches[$4 + 1]) AS shared
      FROM customer_segments.sweep_matches($1, $2, $3, NULL::%2$s) c CROSS JOIN generate_series(1, $4) AS i WHERE c.matches[i] GROUP BY i),
everybody AS (
    SELECT count(*) AS customers, count(*) FILTER (WHERE c.matches[$4 + 1]) AS members FROM customer_segments.sweep_matches($1, $2, $3, NULL::%2$s) c),
past AS (
    SELECT i, count(*) AS customers, count(*) FILTER (WHERE p.orders > 0) AS buyers, COALESCE(sum(p.orders), 0)::bigint AS orders, COALESCE(sum(p.net_revenue), 0) AS net_revenue
      FROM customer_segments.sweep_matches($1, $2, $5, NULL::%2$s) c
     CROSS JOIN generate_series(1, $4) AS i
      LEFT JOIN (SELECT p.customer_id, count(*) FILTER (WHERE p.amount > 0 AND p.voided_at IS NULL) AS orders, sum(p.amount) AS net_revenue
                   FROM %1$I.purchases p WHERE p.at >= $5 AND p.at < $3 GROUP BY p.customer_id) p ON p.customer_id %3$s c.customer_id::%4$s
     WHERE c.matches[i] GROUP BY i)
SELECT $6[v.i], COALESCE(n.customers, 0), COALESCE(n.customers, 0)::double precision / NULLIF(e.customers, 0), COALESCE(n.net_revenue, 0)::numeric(20,4),
       CASE WHEN $7 THEN COALESCE(n.shared, 0) END,
       CASE WHEN $7 THEN COALESCE(n.shared, 0)::double precision / NULLIF(COALESCE(n.customers, 0) + e.members - COALESCE(n.shared, 0), 0) END,
       COALESCE(b.customers, 0), COALESCE(b.buyers, 0), b.buyers::double precision / NULLIF(b.customers, 0), COALESCE(b.orders, 0), COALESCE(b.net_revenue, 0)::numeric(20,4)
  FROM generate_series(1, $4) AS v(i) CROSS JOIN everybody e LEFT JOIN present n ON n.i = v.i LEFT JOIN past b ON b.i = v.i ORDER BY v.i$query$, workspace, key_type,
                                customer_segments.queue_operator(workspace, 'customer_id'), customer_segments.column_type(relation, 'customer_id'))
      USING workspace, expressions, today, cardinality("values"), today - window_days * interval '24 hours', "values"::text[], segment IS NOT NULL;
END;
$$;
COMMENT ON FUNCTION sweep_segment(name, text, anyarray, text, integer) IS
'for each value of the parameter $1 of a predicate: how many customers it chooses at as_of and their revenue, how many of them are in a segment of today and the overlap by Jaccard; and whom it would have chosen window_days before, with what those bought since; for the owner of the workspace and members of that role';
