-- The view rfm of a workspace, its settings and its rule table (doc/views.md); the functions are in 20_rfm.sql.

CREATE FUNCTION workspace_part_20_rfm(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
    -- one row a customer, figures of the window; for scores within the population all customers in one pass, which is several
    -- times faster than the view customer_orders; against pinned cut points that view, where a condition reaches an index
    figures text := 'SELECT o.customer_id, o.first_order_on, o.last_order_on, o.last_order_at,
               CASE WHEN w.from_day IS NULL THEN o.orders
                    ELSE customer_segments.order_count(o.history, w.from_day, w.to_day) END AS orders,
               CASE WHEN w.from_day IS NULL THEN o.net_revenue
                    ELSE customer_segments.net_revenue(o.history, w.from_day, w.to_day) END AS net_revenue
          FROM %2$s o
         CROSS JOIN (SELECT b.until_day - s.rfm_window_days AS from_day, b.until_day AS to_day
                       FROM %1$I.as_of b CROSS JOIN %1$I.settings s LIMIT 1) w
         WHERE o.orders > 0';
    population text := format(figures, workspace, customer_segments.workspace_population(workspace,
        format('(SELECT s.rfm_window_days IS DISTINCT FROM NULL FROM %I.settings s)', workspace)));
    one_by_one text := format(figures, workspace, format('%I.customer_orders', workspace));
    query text := $query$
WITH cut AS MATERIALIZED (
    SELECT %4$s AS breaks FROM %1$I.settings s)
SELECT c.customer_id, (c.cell).r, (c.cell).f, (c.cell).m,
       concat_ws(CASE WHEN s.rfm_bins > 9 THEN '-' ELSE '' END, (c.cell).r, (c.cell).f, (c.cell).m) AS rfm_score,
       customer_segments.rfm_weighted_score((c.cell).r, (c.cell).f, (c.cell).m, s.rfm_weight_r, s.rfm_weight_f, s.rfm_weight_m) AS weighted_score,
       COALESCE(g.segment, 'unknown') AS segment, COALESCE(g.segment_rank, 99) AS segment_rank,
       s.as_of_on - c.last_order_on AS recency_days, c.orders, c.net_revenue::numeric(20,4) AS net_revenue, c.last_order_at,
       s.as_of_on - c.first_order_on <= s.rfm_new_days AS is_new,
       s.as_of_on - c.first_order_on <= s.rfm_onboarding_days AS is_onboarding,
       s.as_of_on - c.last_order_on > s.rfm_lapsing_days
           AND (c.orders >= s.rfm_lapsing_orders OR COALESCE((c.cell).f > s.rfm_bins * (1 - s.rfm_lapsing_share), false)) AS is_lapsing,
       c.orders AS n, c.orders > 0 AND COALESCE(c.population >= s.rfm_min_customers, true) AS reliable
  FROM (SELECT p.customer_id, p.first_order_on, p.last_order_on, p.last_order_at, p.orders, p.net_revenue,
               count(*) FILTER (WHERE p.orders > 0) OVER () AS population,
               customer_segments.rfm_score(p.last_order_at, p.orders, p.net_revenue, (SELECT s.rfm_bins FROM %1$I.settings s),
                                           (SELECT s.rfm_method FROM %1$I.settings s)) OVER () AS cell
          FROM (%2$s) p
         WHERE (SELECT k.breaks IS NOT DISTINCT FROM NULL FROM cut k)
        UNION ALL
        SELECT p.customer_id, p.first_order_on, p.last_order_on, p.last_order_at, p.orders, p.net_revenue,
               (SELECT (k.breaks).customers FROM cut k), customer_segments.rfm_score(p.last_order_at, p.orders, p.net_revenue, (SELECT k.breaks FROM cut k))
          FROM (%3$s) p
         WHERE (SELECT k.breaks IS DISTINCT FROM NULL FROM cut k)) c
 CROSS JOIN (SELECT a.as_of_on, s.rfm_bins, s.rfm_weight_r, s.rfm_weight_f, s.rfm_weight_m, s.rfm_min_customers,
                    s.rfm_new_days, s.rfm_onboarding_days, s.rfm_lapsing_days, s.rfm_lapsing_orders, s.rfm_lapsing_share
               FROM %1$I.as_of a CROSS JOIN %1$I.settings s LIMIT 1) s
  -- each position once, which DISTINCT ON tells the planner
  LEFT JOIN (SELECT DISTINCT ON (k.position) k.position, k.segment, min(k.position) OVER (PARTITION BY k.segment) AS segment_rank
               FROM %1$I.rfm_rule k ORDER BY k.position) g
         ON g.position = customer_segments.rfm_rule((c.cell).r, (c.cell).f, (c.cell).m,
                (SELECT array_agg(ARRAY[u.position, u.r_min, u.r_max, u.f_min, u.f_max, u.m_min, u.m_max] ORDER BY u.position) FROM %1$I.rfm_rule u))$query$;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['rfm_bins', 'integer NOT NULL DEFAULT 5 CHECK (rfm_bins BETWEEN 2 AND 100)',
         'rfm: number of scores; after a change fill rfm_rule anew from rfm_preset(name, bins)'],
        ['rfm_breaks', 'customer_segments.rfm_breaks',
         'rfm: pinned cut points that every customer is scored against; null: the population of the day, by rfm_method'],
        ['rfm_method', 'text NOT NULL DEFAULT ''rank'' CHECK (rfm_method IN (''rank'', ''midrank'', ''ntile'', ''quantile'', ''nested'')
                        OR rfm_method = ''fixed'' AND rfm_breaks IS DISTINCT FROM NULL)',
         'rfm: rank, midrank, ntile, quantile or nested; fixed needs rfm_breaks'],
        ['rfm_weight_r', 'double precision NOT NULL DEFAULT 1 CHECK (rfm_weight_r >= 0 AND rfm_weight_r < ''Infinity'')', 'rfm: weight of r in weighted_score'],
        ['rfm_weight_f', 'double precision NOT NULL DEFAULT 1 CHECK (rfm_weight_f >= 0 AND rfm_weight_f < ''Infinity'')', 'rfm: weight of f in weighted_score'],
        ['rfm_weight_m', 'double precision NOT NULL DEFAULT 1 CHECK (rfm_weight_m >= 0 AND rfm_weight_m < ''Infinity'')', 'rfm: weight of m in weighted_score'],
        ['rfm_window_days', 'integer CHECK (rfm_window_days BETWEEN 1 AND 36500)',
         'rfm: only the orders and refunds of so many days before as_of count; null: of all time'],
        ['rfm_new_days', 'integer NOT NULL DEFAULT 30 CHECK (rfm_new_days BETWEEN 1 AND 36500)', 'rfm: is_new up to so many days after the first order'],
        ['rfm_onboarding_days', 'integer NOT NULL DEFAULT 90 CHECK (rfm_onboarding_days BETWEEN rfm_new_days AND 36500)',
         'rfm: is_onboarding up to so many days after the first order'],
        ['rfm_lapsing_days', 'integer NOT NULL DEFAULT 90 CHECK (rfm_lapsing_days BETWEEN 1 AND 36500)',
         'rfm: is_lapsing from more than so many days after the last order'],
        ['rfm_lapsing_orders', 'integer NOT NULL DEFAULT 3 CHECK (rfm_lapsing_orders > 0)', 'rfm: is_lapsing with at least so many orders, or'],
        ['rfm_lapsing_share', 'double precision NOT NULL DEFAULT 0.4 CHECK (rfm_lapsing_share BETWEEN 0 AND 1)',
         'rfm: is_lapsing with an f in this upper share of the scores'],
        ['rfm_min_customers', 'integer NOT NULL DEFAULT 25 CHECK (rfm_min_customers > 0)',
         'rfm: scores are reliable in a population of so many customers (our default)']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;
    PERFORM customer_segments.workspace_add_table(workspace, 'rfm_rule',
        'names of rfm scores: the first rule by position that fits gives the segment; check an edit with check_rfm_rules',
        ARRAY[['position', 'order of the rules; the smallest that fits wins, and sorts the segment; below 98'],
              ['segment', 'name of the segment'],
              ['r_min', 'smallest r, null: any'], ['r_max', 'largest r, null: any'],
              ['f_min', 'smallest f, null: any'], ['f_max', 'largest f, null: any'],
              ['m_min', 'smallest m, null: any'], ['m_max', 'largest m, null: any']],
        'position integer PRIMARY KEY CHECK ("position" < 98), segment text NOT NULL CHECK (segment <> '''' AND length(segment) <= 200), r_min integer, r_max integer,
         f_min integer, f_max integer, m_min integer, m_max integer');
    EXECUTE format('INSERT INTO %I.rfm_rule SELECT p.position, p.segment, p.r_min, p.r_max, p.f_min, p.f_max, p.m_min, p.m_max
                      FROM customer_segments.rfm_preset(''default'', 5) p', workspace);

    PERFORM customer_segments.workspace_add_cut_point(workspace, 'rfm_breaks', 'customer_segments.rfm_breaks',
        format('SELECT CASE WHEN s.rfm_breaks IS NOT DISTINCT FROM NULL AND s.rfm_method <> ''ntile'' THEN
                       (SELECT customer_segments.rfm_breaks(p.last_order_at, p.orders, p.net_revenue, s.rfm_bins, s.rfm_method) FROM (%2$s) p) END
                  FROM %1$I.settings s', workspace, population),
        'rfm: cut points of the scores; null where the setting rfm_breaks pins them, and for the method ntile, which has none');
    PERFORM customer_segments.workspace_add_cut_view(workspace, 'rfm',
        'one row a customer with an order that counts: scores for recency, frequency and monetary value within the whole population, and the segment they name',
        ARRAY[['customer_id', 'the customer'],
              ['r', 'recency score, 1 (longest ago) to rfm_bins; null without an order in the window'],
              ['f', 'frequency score, 1 (fewest orders) to rfm_bins'],
              ['m', 'monetary score, 1 (least net revenue) to rfm_bins'],
              ['rfm_score', 'the three scores in a row, as 555; with hyphens between them above nine bins'],
              ['weighted_score', 'weighted sum of the scores, to sort by'],
              ['segment', 'name by the first rule of rfm_rule that fits; unknown if none does or there is no order in the window'],
              ['segment_rank', 'sort key: position of the segment''s first rule; 99 unknown'],
              ['recency_days', 'calendar days from the last order to as_of'],
              ['orders', 'orders that count, in the window'],
              ['net_revenue', 'revenue less refunds, in the window'],
              ['last_order_at', 'instant of the last order that counts'],
              ['is_new', 'whether the first order is at most rfm_new_days ago'],
              ['is_onboarding', 'whether the first order is at most rfm_onboarding_days ago'],
              ['is_lapsing', 'whether a good customer has not ordered for more than rfm_lapsing_days: rfm_lapsing_orders orders, or f in the upper rfm_lapsing_share'],
              ['n', 'orders the scores rest on'],
              ['reliable', 'whether the scored population has rfm_min_customers customers, and this one an order in the window']],
        format(query, workspace, population, one_by_one, 's.rfm_breaks'),
        format(query, workspace, population, one_by_one, format('COALESCE(s.rfm_breaks, %s)', customer_segments.workspace_cut_point(workspace, 'rfm_breaks'))));
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'rfm', 'rfm', 'segment', 'segment_rank',
        'rfm segment; prospect: no order yet', 'prospect', 98);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'rfm_score', 'rfm', 'rfm_score',
        'the scores for recency, frequency and monetary value in a row');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_20_rfm(name, name) IS
'part of create_workspace: settings, rule table and view of rfm';
