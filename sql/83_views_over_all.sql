-- customer_360, segment_summary, cohort_retention: the views over everything (doc/views.md).

CREATE FUNCTION workspace_part_80_cohort_retention(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_view(workspace, 'cohort_retention',
        'one row a cohort and month: customers by the calendar month of their first order that counts, and how many of them ordered so many months later',
        ARRAY[['cohort_month', 'first day of the month of the first order'],
              ['months_since', '0 for that month itself, 1 for the next one, up to the month of as_of'],
              ['customers', 'customers of the cohort'],
              ['active_customers', 'of these, with an order that counts in this month'],
              ['retention', 'active_customers / customers, 0..1'],
              ['orders', 'their orders that count in this month'],
              ['net_revenue', 'revenue less refunds of this month; what lies before the first order that counts is added to month 0']],
        format($query$
WITH buyer AS (
    SELECT c.history, date_trunc('month', c.first_order_on::timestamp)::date AS cohort_month,
           (date_part('year', c.first_order_on) * 12 + date_part('month', c.first_order_on))::integer AS cohort
      FROM %1$I.customer_orders c WHERE c.orders > 0),
activity AS (
    SELECT m.cohort_month, m.months_since, count(*) FILTER (WHERE m.is_first) AS active_customers,
           sum(m.orders)::bigint AS orders, sum(m.net_revenue) AS net_revenue
      FROM (SELECT b.cohort_month, d.orders, d.revenue - d.refunds AS net_revenue,
                   GREATEST((date_part('year', d.day) * 12 + date_part('month', d.day))::integer - b.cohort, 0) AS months_since,
                   -- a customer counts on the first day of a month with an order that counts; both counts as known at the end
                   d.orders > 0 AND customer_segments.order_count(b.history, date_trunc('month', d.day::timestamp)::date, w.until_day)
                                    = customer_segments.order_count(b.history, d.day, w.until_day) AS is_first
              FROM buyer b CROSS JOIN %1$I.as_of w CROSS JOIN LATERAL customer_segments.unnest(b.history) AS d
            OFFSET 0) m
     GROUP BY 1, 2),
cohort AS (
    SELECT b.cohort_month, b.cohort, count(*) AS customers FROM buyer b GROUP BY 1, 2)
SELECT c.cohort_month, m.months_since, c.customers, COALESCE(a.active_customers, 0) AS active_customers,
       (COALESCE(a.active_customers, 0)::numeric / c.customers)::numeric(7,6) AS retention,
       COALESCE(a.orders, 0) AS orders, COALESCE(a.net_revenue, 0)::numeric(20,4) AS net_revenue
  FROM cohort c
 CROSS JOIN %1$I.as_of w
 CROSS JOIN LATERAL generate_series(0, (date_part('year', w.until_day - 1) * 12 + date_part('month', w.until_day - 1))::integer - c.cohort) AS m(months_since)
  LEFT JOIN activity a ON a.cohort_month = c.cohort_month AND a.months_since = m.months_since
 ORDER BY c.cohort_month, m.months_since$query$, workspace));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_80_cohort_retention(name, name) IS
'part of create_workspace: the cohort retention triangle';

CREATE FUNCTION one_row_a_key_support(internal)
RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'one_row_a_key_support';
COMMENT ON FUNCTION one_row_a_key_support(internal) IS
'planner support of one_row_a_key';

CREATE FUNCTION one_row_a_key(key "any", other "any")
RETURNS boolean
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 0.01
SUPPORT one_row_a_key_support
AS 'MODULE_PATHNAME', 'one_row_a_key';
COMMENT ON FUNCTION one_row_a_key("any", "any") IS
'always true: tells the planner that a subquery with one row for each value of its column key has one row where that is given; other is another column of it, so that the condition stays outside of the subquery';

CREATE FUNCTION workspace_customer_360(workspace name, source name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key_type text := customer_segments.source_key_type(source);
    equals text := customer_segments.key_equals(key_type);
    -- where no customers are registered, those with orders are all there are
    key text := 'v_customer_orders.customer_id';
    is_registered text := 'false';
    since text := 'NULL::timestamptz';
    registered text := '';
    customer_id text := 'r.customer_id';
    signed_up_at text := 'NULL::timestamptz';
    here text := '';
    with_rows name[];
    columns text;
    joins text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    IF customer_segments.source_has(source, 'customers') THEN
        IF customer_segments.source_has(source, 'customers', 'signed_up_at') THEN
            signed_up_at := customer_segments.source_time(source, 'customers', 'signed_up_at', 'r.signed_up_at',
                format('(SELECT s.time_zone FROM %I.settings s)', workspace));
            here := format(' AND (%1$s IS NULL OR %1$s < (SELECT customer_segments.as_of()))', signed_up_at);
        END IF;
        IF customer_segments.source_has(source, 'orders') THEN
            customer_id := customer_segments.source_key_like(source, 'customers', 'customer_id', customer_id, 'orders');
        END IF;
        key := 'COALESCE(v_customer_orders.customer_id, k.customer_id)';
        is_registered := 'k.customer_id IS NOT NULL';
        since := 'k.signed_up_at';
        registered := format(E'\n  FULL JOIN (SELECT %s AS customer_id, min(%s) AS signed_up_at FROM %I.customers r WHERE %s%s GROUP BY 1) k ON v_customer_orders.customer_id %s k.customer_id',
            customer_id, signed_up_at, source, customer_segments.source_key(source, 'customers', 'customer_id', 'r.customer_id'), here, equals);
    END IF;
    -- a view whose sources are missing reads no relation, see workspace_add_view
    EXECUTE format(
        'SELECT array_agg(v.view) FROM (SELECT DISTINCT c.view FROM %1$I.customer_column c) v
          WHERE EXISTS (SELECT FROM customer_segments.view_relations(format(''%%I.%%I'', %1$L, v.view)::regclass))', workspace)
       INTO with_rows;
    EXECUTE format(
        'SELECT string_agg(CASE WHEN NOT c.has_rows THEN format(''%%L::%%s AS %%I'', c.when_absent, c.type, c.name)
                                WHEN c.when_absent IS NULL THEN format(''%%I.%%I AS %%I'', ''v_'' || c.view, c.source_column, c.name)
                                ELSE format(''COALESCE(%%I.%%I, %%L::%%s) AS %%I'', ''v_'' || c.view, c.source_column, c.when_absent, c.type, c.name) END,
                           E'',\n       '' ORDER BY c.position)
           FROM (SELECT k.*, k.view = ANY ($1) AS has_rows, format_type(a.atttypid, a.atttypmod) AS type
                   FROM %1$I.customer_column k
                   JOIN pg_attribute a ON a.attrelid = format(''%%I.%%I'', %1$L, k.view)::regclass AND a.attname = k.source_column) c', workspace)
       INTO columns USING with_rows;
    -- The fact is joined to the registered customers first, so that it is computed once.  Each view has one row a customer, which
    -- DISTINCT ON tells the planner: it leaves out the views of which a query wants no column, and knows how many rows come out.
    EXECUTE format(
        'SELECT string_agg(format(E''\n  LEFT JOIN (SELECT DISTINCT ON (o.customer_id) o.customer_id, %%1$s FROM %%2$I.%%3$I o) %%4$I '
                                  'ON %%4$I.customer_id %%5$s %%7$s '
                                  'AND customer_segments.one_row_a_key(%%4$I.customer_id, %%4$I.%%6$I)'',
                                  v.columns, $1, v.view, ''v_'' || v.view, $2, v.other, $4), '''' ORDER BY v.position)
           FROM (SELECT c.view, min(c.position) AS position, min(c.source_column) AS other, string_agg(DISTINCT format(''o.%%I'', c.source_column), '', '') AS columns
                   FROM %I.customer_column c WHERE c.view <> ''customer_orders'' AND c.view = ANY ($3) GROUP BY c.view) v', workspace)
       INTO joins USING workspace, equals, with_rows, key;
    RETURN format(E'SELECT %s AS customer_id, %s AS is_registered, %s AS signed_up_at,\n       %s\n  FROM %I.customer_orders AS v_customer_orders%s%s',
                  key, is_registered, since, columns, workspace, registered, joins);
END;
$$;
COMMENT ON FUNCTION workspace_customer_360(name, name) IS
'the text of the view customer_360: every known customer with the columns listed in customer_column, new ones last';

CREATE FUNCTION workspace_label_rows(workspace name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    labels text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format(
        'SELECT string_agg(format(''(%%s, %%L, c.%%I, c.%%I)'', r.position, r.rank_of, r.rank_of, r.name), E'',\n                  '' ORDER BY r.position)
           FROM %I.customer_column r WHERE r.rank_of IS NOT NULL', workspace) INTO labels;
    RETURN labels;
END;
$$;
COMMENT ON FUNCTION workspace_label_rows(name) IS
'the text of the rows (position, segmentation, segment, segment_rank) of a customer c of customer_360, for a list of values';

CREATE FUNCTION workspace_segment_summary(workspace name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN format($query$
SELECT g.segmentation, g.segment, g.segment_rank, g.customers,
       (g.customers / sum(g.customers) OVER (PARTITION BY g.segmentation))::numeric(7,6) AS customer_share,
       g.orders, g.net_revenue,
       (g.net_revenue / NULLIF(sum(g.net_revenue) OVER (PARTITION BY g.segmentation), 0))::numeric(12,6) AS revenue_share,
       (g.net_revenue / NULLIF(g.orders, 0))::numeric(20,4) AS average_order_value,
       (g.net_revenue / g.customers)::numeric(20,4) AS average_net_revenue
  FROM (SELECT l.position, l.segmentation, l.segment, l.segment_rank, count(*) AS customers,
               sum(c.orders)::bigint AS orders, sum(c.net_revenue)::numeric(20,4) AS net_revenue
          FROM %1$I.customer_360 c
         CROSS JOIN LATERAL (
            VALUES %2$s) AS l(position, segmentation, segment, segment_rank)
         GROUP BY l.position, l.segmentation, l.segment, l.segment_rank) g
 ORDER BY g.position, g.segment_rank$query$, workspace, customer_segments.workspace_label_rows(workspace));
END;
$$;
COMMENT ON FUNCTION workspace_segment_summary(name) IS
'the text of the view segment_summary: every segmentation of customer_column counted in one pass over customer_360';

CREATE FUNCTION workspace_part_90_customer_360(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    described text[];
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    EXECUTE format('SELECT array_agg(ARRAY[c.name::text, c.description] ORDER BY c.position) FROM %I.customer_column c', workspace)
       INTO described;
    PERFORM customer_segments.workspace_add_view(workspace, 'customer_360',
        'one row for every known customer, registered or buyer, with every label; the columns are those of customer_column',
        ARRAY[['customer_id', 'the customer'],
              ['is_registered', 'whether the customer is in the source relation customers'],
              ['signed_up_at', 'when the customer signed up, as far as the sources say']] || described,
        customer_segments.workspace_customer_360(workspace, source));
    PERFORM customer_segments.workspace_add_view(workspace, 'segment_summary',
        'one row a segmentation and segment that has customers: how many and what they are worth; every known customer counts once in each segmentation',
        ARRAY[['segmentation', 'name of the segmentation: a label column of customer_360'],
              ['segment', 'the label'],
              ['segment_rank', 'sort key of the label'],
              ['customers', 'customers with this label'],
              ['customer_share', 'customers / all known customers, 0..1'],
              ['orders', 'their orders that count'],
              ['net_revenue', 'their revenue less refunds'],
              ['revenue_share', 'net_revenue / that of all; null when that is 0; outside 0..1 only if refunds exceed revenue somewhere'],
              ['average_order_value', 'net_revenue / orders; null without orders'],
              ['average_net_revenue', 'net_revenue / customers']],
        customer_segments.workspace_segment_summary(workspace));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_90_customer_360(name, name) IS
'part of create_workspace: customer_360 and segment_summary over whatever the parts before it declared';
