-- behavior: who looks and does not buy, visits, adoption, the funnel; as views of a workspace (doc/behavior.md, doc/funnel.md).

CREATE FUNCTION workspace_part_13_behavior(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
BEGIN
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['behavior_days', 'integer NOT NULL DEFAULT 30 CHECK (behavior_days BETWEEN 1 AND 3650)',
         'behavior: visits, views and funnels of so many days of 24 hours'],
        ['session_idle_minutes', 'integer NOT NULL DEFAULT 30 CHECK (session_idle_minutes > 0)',
         'behavior: a new visit begins when nothing happened for so long'],
        ['browser_views', 'integer NOT NULL DEFAULT 3 CHECK (browser_views >= 0)',
         'behavior: browser_no_purchase from more than so many views of one product or category on'],
        ['adoption_days', 'integer NOT NULL DEFAULT 7 CHECK (adoption_days BETWEEN 1 AND 36500)',
         'behavior: adopted by use less than so many days of 24 hours after the sign-up'],
        ['adoption_events', 'text[] NOT NULL DEFAULT ''{login,app_open}'' CHECK (array_position(adoption_events, NULL) IS NULL)',
         'behavior: what counts as use: kinds of events or the shop''s own names of them (our default)'],
        ['funnel_steps', format('text[] NOT NULL DEFAULT ''{product_view,add_to_cart,checkout_start,purchase}'' '
                                'CHECK (funnel_steps <@ %L::text[] AND cardinality(funnel_steps) BETWEEN 1 AND 63 AND length(array_to_tsvector(funnel_steps)) = cardinality(funnel_steps))', customer_segments.event_kinds()),
         'funnel: kinds of events in their order, each once; orders are purchases too'],
        ['funnel_days', 'integer NOT NULL DEFAULT 7 CHECK (funnel_days BETWEEN 1 AND 36500)',
         'funnel: the longest time from the first step to the deepest one, in days of 24 hours (our default)'],
        ['retention_days', 'integer NOT NULL DEFAULT 7 CHECK (retention_days BETWEEN 1 AND 3650)',
         'visit_retention: length of a period, in days of 24 hours (our default)'],
        ['retention_periods', 'integer NOT NULL DEFAULT 12 CHECK (retention_periods BETWEEN 1 AND 1000)',
         'visit_retention: how many periods (our default)']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_13_behavior(name, name) IS
'part of create_workspace: settings of behavior, funnel and visit_retention';

CREATE FUNCTION workspace_days_ago(workspace name, setting name)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.format('(SELECT customer_segments.as_of() - make_interval(hours => 24 * s.%I) FROM %I.settings s)', setting, workspace);
COMMENT ON FUNCTION workspace_days_ago(name, name) IS
'the text of the instant so many days of 24 hours before as_of as a setting says';

CREATE FUNCTION visit_kinds()
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{site_visit,page_view,product_view,search,add_to_cart,remove_from_cart,checkout_start,purchase,review,app_open,login}'::text[];
COMMENT ON FUNCTION visit_kinds() IS
'the kinds of events that make up visits to the site or the app';

CREATE FUNCTION workspace_recent_visits(workspace name, source name)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    -- not a column of the fact customer_events, which is stored and knows no as_of
    SELECT pg_catalog.format($query$SELECT x.customer_id, x.events,
           customer_segments.funnel_step(COALESCE(customer_segments.event_sequence_concat(x.events, x.orders), x.events, x.orders),
                                         cardinality(s.funnel_steps), make_interval(hours => 24 * s.funnel_days)) AS step
      FROM (SELECT v.customer_id, customer_segments.event_sequence_agg(v.code, v.at) FILTER (WHERE NOT v.is_order) AS events,
                   customer_segments.event_sequence_agg(v.code, v.at) FILTER (WHERE v.is_order) AS orders
              FROM (SELECT e.customer_id, COALESCE(array_position(s.funnel_steps, e.kind), 0) AS code, e.at, false AS is_order
                      FROM %1$I.events e CROSS JOIN (SELECT s.funnel_steps FROM %1$I.settings s LIMIT 1) s
                     WHERE NOT e.is_machine AND e.at >= %2$s AND e.kind = ANY (customer_segments.visit_kinds() || s.funnel_steps)
                    UNION ALL
                    SELECT p.customer_id, array_position(s.funnel_steps, 'purchase'), p.at, true
                      FROM %1$I.purchases p CROSS JOIN (SELECT s.funnel_steps FROM %1$I.settings s LIMIT 1) s
                     WHERE p.amount > 0 AND p.at >= %2$s) v
             GROUP BY v.customer_id) x
     CROSS JOIN (SELECT s.funnel_steps, s.funnel_days FROM %1$I.settings s LIMIT 1) s$query$,
        workspace, customer_segments.workspace_days_ago(workspace, 'behavior_days'));
END;
COMMENT ON FUNCTION workspace_recent_visits(name, name) IS
'the text of a query for what customers did on the site, in the app and by ordering in behavior_days: events, a sequence whose codes are the steps of the funnel, 0 for others; step, the deepest reached';

CREATE FUNCTION workspace_part_46_behavior(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    equals text := customer_segments.key_equals(customer_segments.source_key_type(source));
    by_line boolean := customer_segments.source_has(source, 'order_items') AND customer_segments.source_has(source, 'orders', 'order_id');
    -- an event that names no category has that of its product, as lines of orders have
    by_product boolean := customer_segments.source_has(source, 'products', 'category') AND customer_segments.source_has(source, 'events', 'product_id');
BEGIN
    PERFORM customer_segments.workspace_add_view(workspace, 'behavior',
        'one row a customer with any event: who looks and does not buy, visits, how far down the funnel, adoption after the sign-up',
        ARRAY[['customer_id', 'the customer'],
              ['behavior', 'the first of engaged_no_purchase, browser_no_purchase, category_browser that is true, else other'],
              ['behavior_rank', 'sort key: 1 engaged_no_purchase, 2 browser_no_purchase, 3 category_browser, 4 other'],
              ['is_engaged_no_purchase', 'highly engaged, and no order ever'],
              ['is_browser_no_purchase', 'more than browser_views views of one product or category in behavior_days, and no order of it since the first of them'],
              ['browsed_product', 'of the products that make it true the one viewed most, the latest of several; null if there is none'],
              ['browsed_category', 'of the categories that make it true the one viewed most, the latest of several; null if there is none'],
              ['is_category_browser', 'views in behavior_days of a category that the customer never bought'],
              ['unbought_category', 'of these categories the one viewed most, the latest of several; null if there is none'],
              ['unbought_category_share', 'share of it in the views of categories in behavior_days, 0..1; null without one'],
              ['sessions', 'visits in behavior_days'],
              ['mean_session_minutes', 'their mean duration from first to last event; null without one'],
              ['last_session_at', 'beginning of the last of them; null without one'],
              ['funnel_step', 'deepest step of the funnel reached in behavior_days, 0 for none'],
              ['funnel_step_name', 'its kind of event; null for none'],
              ['first_view_to_order_days', 'days of 24 hours from the first view of a product to the first order; null if either is missing or the order came first'],
              ['adopted', 'true: used, by adoption_events, less than adoption_days after the sign-up; false: not; null: not yet known, or no sign-up'],
              ['n', 'events, machine-made ones too'],
              ['reliable', 'whether there was a visit in behavior_days']],
        format($query$
WITH viewed AS (
    SELECT e.customer_id, t.what, t.label, count(*) AS views, min(e.at) AS first_view_at, max(e.at) AS last_view_at
      FROM %1$I.events e%6$s CROSS JOIN LATERAL (VALUES ('product', e.product_id), ('category', %7$s)) AS t(what, label)
     WHERE e.kind = 'product_view' AND NOT e.is_machine AND e.at >= %2$s AND t.label IS NOT NULL
     GROUP BY e.customer_id, t.what, t.label),
looked AS (
    SELECT v.customer_id,
           array_agg(v.label ORDER BY v.views DESC, v.last_view_at DESC, v.label COLLATE "C") FILTER (WHERE v.what = 'product' AND v.is_browsed) AS products,
           array_agg(v.label ORDER BY v.views DESC, v.last_view_at DESC, v.label COLLATE "C") FILTER (WHERE v.what = 'category' AND v.is_browsed) AS categories,
           array_agg(v.label ORDER BY v.views DESC, v.last_view_at DESC, v.label COLLATE "C") FILTER (WHERE v.what = 'category' AND v.last_bought_at IS NULL) AS unbought,
           max(v.views) FILTER (WHERE v.what = 'category' AND v.last_bought_at IS NULL) AS unbought_views,
           sum(v.views) FILTER (WHERE v.what = 'category') AS category_views
      FROM (SELECT w.*, b.last_bought_at, w.views > s.browser_views AND (b.last_bought_at IS NULL OR b.last_bought_at < w.first_view_at) AS is_browsed
              FROM viewed w CROSS JOIN (SELECT s.browser_views FROM %1$I.settings s LIMIT 1) s
              LEFT JOIN %3$s) v
     GROUP BY v.customer_id)
SELECT c.customer_id,
       CASE WHEN c.is_engaged THEN 'engaged_no_purchase' WHEN c.is_browser THEN 'browser_no_purchase'
            WHEN c.unbought IS NOT NULL THEN 'category_browser' ELSE 'other' END AS behavior,
       CASE WHEN c.is_engaged THEN 1 WHEN c.is_browser THEN 2 WHEN c.unbought IS NOT NULL THEN 3 ELSE 4 END AS behavior_rank,
       c.is_engaged AS is_engaged_no_purchase, c.is_browser AS is_browser_no_purchase, c.products[1] AS browsed_product, c.categories[1] AS browsed_category,
       c.unbought IS NOT NULL AS is_category_browser, c.unbought[1] AS unbought_category,
       c.unbought_views::double precision / c.category_views::double precision AS unbought_category_share,
       v.sessions, v.mean_seconds / 60 AS mean_session_minutes, v.last_session_at,
       c.step AS funnel_step, s.funnel_steps[NULLIF(c.step, 0)] AS funnel_step_name,
       CASE WHEN c.first_order_at >= c.first_view_at THEN extract(epoch FROM c.first_order_at - c.first_view_at)::double precision / 86400 END AS first_view_to_order_days,
       CASE WHEN c.first_used_at < c.signed_up_at + make_interval(hours => 24 * s.adoption_days) THEN true
            WHEN c.signed_up_at + make_interval(hours => 24 * s.adoption_days) <= (SELECT customer_segments.as_of()) THEN false END AS adopted,
       c.events AS n, v.sessions > 0 AS reliable
  FROM (SELECT e.customer_id, e.events, r.events AS recent_events, customer_segments.first_event_at(e.activity, 'product_view') AS first_view_at,
               (SELECT LEAST(n.first_used_at, min(customer_segments.first_event_at(e.activity, k.kind)))
                  FROM unnest(customer_segments.event_kinds()) AS k(kind) WHERE k.kind = ANY (t.adoption_events)) AS first_used_at,
               COALESCE(p.signed_up_at, customer_segments.first_event_at(e.activity, 'sign_up')) AS signed_up_at,
               o.first_order_at, COALESCE(r.step, 0) AS step, l.products, l.categories, l.unbought, l.unbought_views, l.category_views,
               l.products IS NOT NULL OR l.categories IS NOT NULL AS is_browser,
               COALESCE(g.engagement = 'highly_engaged', false) AND COALESCE(o.orders_placed, 0) = 0 AS is_engaged
          FROM %1$I.customer_events e
         CROSS JOIN (SELECT t.adoption_events FROM %1$I.settings t LIMIT 1) t
          -- names of the shop's own in adoption_events, if there are any
          LEFT JOIN (SELECT x.customer_id, min(x.at) AS first_used_at FROM %1$I.events x
                      WHERE (SELECT NOT y.adoption_events <@ customer_segments.event_kinds() FROM %1$I.settings y)
                        AND NOT x.is_machine AND x.event_type = ANY ((SELECT y.adoption_events FROM %1$I.settings y)::text[])
                      GROUP BY x.customer_id) n ON n.customer_id %4$s e.customer_id
          LEFT JOIN (%5$s) r ON r.customer_id %4$s e.customer_id
          LEFT JOIN looked l ON l.customer_id %4$s e.customer_id
          LEFT JOIN %1$I.customer_orders o ON o.customer_id %4$s e.customer_id
          LEFT JOIN %1$I.profiles p ON p.customer_id %4$s e.customer_id
          LEFT JOIN %1$I.engagement g ON g.customer_id %4$s e.customer_id) c
 CROSS JOIN (SELECT s.funnel_steps, s.adoption_days, s.session_idle_minutes FROM %1$I.settings s LIMIT 1) s
 CROSS JOIN LATERAL customer_segments.session_summary(c.recent_events, make_interval(mins => s.session_idle_minutes)) v$query$,
            workspace, customer_segments.workspace_days_ago(workspace, 'behavior_days'),
            -- without order lines any order may be of anything
            CASE WHEN by_line THEN format(
                '(SELECT i.customer_id, t.what, t.label, max(i.at) AS last_bought_at
                    FROM %1$I.items i CROSS JOIN LATERAL (VALUES (''product'', i.product_id), (''category'', i.category)) AS t(what, label)
                   WHERE t.label IS NOT NULL GROUP BY i.customer_id, t.what, t.label) b ON b.customer_id %2$s w.customer_id AND b.what = w.what AND b.label = w.label',
                workspace, equals)
            ELSE format('(SELECT o.customer_id, o.last_order_at AS last_bought_at FROM %1$I.customer_orders o) b ON b.customer_id %2$s w.customer_id',
                workspace, equals) END,
            equals, customer_segments.workspace_recent_visits(workspace, source),
            CASE WHEN by_product THEN format(
                ' LEFT JOIN (SELECT p.product_id::text AS product_id, min(NULLIF(p.category::text, '''') COLLATE "C") AS category FROM %I.products p GROUP BY 1) p ON p.product_id = e.product_id',
                source) ELSE '' END,
            CASE WHEN by_product THEN 'COALESCE(e.category, p.category COLLATE "default")' ELSE 'e.category' END),
        customer_segments.source_has(source, 'events'));
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'behavior', 'behavior', 'behavior', 'behavior_rank',
        'engaged_no_purchase, browser_no_purchase, category_browser or other; unknown: no event', 'unknown', 5);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'unbought_category', 'behavior', 'unbought_category',
        'the category viewed most of those never bought');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'funnel_step', 'behavior', 'funnel_step',
        'deepest step of the funnel reached in behavior_days', '0');

    PERFORM customer_segments.workspace_add_view(workspace, 'funnel',
        'one row a step of funnel_steps: customers who reached it in this order, within funnel_days, in behavior_days',
        ARRAY[['step', 'number of the step'],
              ['kind', 'kind of event'],
              ['customers', 'customers who reached it'],
              ['share_of_first', 'customers / those of the first step, 0..1; null if there is none'],
              ['share_of_previous', 'customers / those of the step before, 0..1; null for the first step and after one without any']],
        format($query$
SELECT k.step::integer AS step, k.kind, k.customers,
       (k.customers::numeric / NULLIF(first_value(k.customers) OVER w, 0))::numeric(7,6) AS share_of_first,
       (k.customers::numeric / NULLIF(lag(k.customers) OVER w, 0))::numeric(7,6) AS share_of_previous
  FROM (SELECT u.step, u.kind, COALESCE(sum(c.customers) FILTER (WHERE c.step >= u.step), 0)::bigint AS customers
          FROM %1$I.settings s CROSS JOIN LATERAL unnest(s.funnel_steps) WITH ORDINALITY AS u(kind, step)
          LEFT JOIN (SELECT d.step, count(*) AS customers FROM (%2$s) d GROUP BY d.step) c ON true
         GROUP BY u.step, u.kind) k
WINDOW w AS (ORDER BY k.step)
 ORDER BY k.step$query$, workspace, customer_segments.workspace_recent_visits(workspace, source)));

    PERFORM customer_segments.workspace_add_view(workspace, 'visit_retention',
        'one row a period of retention_days after the first visit: customers who have lived through it, and how many of them visited in it',
        ARRAY[['period', '0 for the days that begin with the first visit, up to retention_periods - 1'],
              ['customers', 'customers whose period is over at as_of'],
              ['active_customers', 'of these, with a visit in it'],
              ['retention', 'active_customers / customers, 0..1; null if there is none']],
        format($query$
SELECT p.period, count(v.active) AS customers, count(*) FILTER (WHERE v.active) AS active_customers,
       (count(*) FILTER (WHERE v.active) / NULLIF(count(v.active), 0)::numeric)::numeric(7,6) AS retention
  FROM (SELECT s.retention_periods, make_interval(hours => 24 * s.retention_days) AS length FROM %1$I.settings s LIMIT 1) s
 CROSS JOIN LATERAL generate_series(0, s.retention_periods - 1) AS p(period)
  LEFT JOIN (SELECT e.customer_id, min(e.at) AS first_at,
                    customer_segments.retention_vector(e.at, (SELECT make_interval(hours => 24 * t.retention_days) FROM %1$I.settings t),
                                                       (SELECT t.retention_periods FROM %1$I.settings t)) AS visited
               FROM %1$I.events e WHERE NOT e.is_machine AND e.kind = ANY (customer_segments.visit_kinds())
              GROUP BY e.customer_id) c ON c.first_at + (p.period + 1) * s.length <= (SELECT customer_segments.as_of())
 CROSS JOIN LATERAL (SELECT c.visited[p.period + 1] AS active) v
 GROUP BY p.period
 ORDER BY p.period$query$, workspace));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_46_behavior(name, name) IS
'part of create_workspace: the views behavior, funnel and visit_retention';
