-- loyalty: tiers that are earned by orders, money or points, kept for a while and lost step by step; offers.  Page: doc/loyalty.md

CREATE FUNCTION workspace_part_45_loyalty(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
BEGIN
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['loyalty_by', 'text NOT NULL DEFAULT ''orders'' CHECK (loyalty_by IN (''orders'', ''net_revenue'', ''points''))',
         'loyalty: what earns a tier: orders, net_revenue or points'],
        ['loyalty_points', 'numeric NOT NULL DEFAULT 1 CHECK (loyalty_points > 0 AND loyalty_points < ''Infinity'')',
         'loyalty: points for one of the currency, of net revenue'],
        ['loyalty_window', 'text NOT NULL DEFAULT ''lifetime'' CHECK (loyalty_window IN (''lifetime'', ''rolling_12_months'', ''calendar_year''))',
         'loyalty: the time that counts: lifetime, rolling_12_months or calendar_year'],
        ['loyalty_grace_days', 'integer NOT NULL DEFAULT 90 CHECK (loyalty_grace_days >= 0)',
         'loyalty: a tier is kept for so many days after the last one on which it was earned (our default)'],
        ['loyalty_downgrade', 'text NOT NULL DEFAULT ''one_step'' CHECK (loyalty_downgrade IN (''one_step'', ''to_earned''))',
         'loyalty: after that one_step down every loyalty_grace_days, or at once to_earned, the tier that is earned']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;
    PERFORM customer_segments.workspace_add_table(workspace, 'loyalty_tier',
        'tiers of the loyalty programme, the best first',
        ARRAY[['position', 'order of the tiers, the best has the smallest; and sort key of the tier'],
              ['tier', 'name of the tier'],
              ['minimum', 'earned from so much of loyalty_by on']],
        'position integer PRIMARY KEY, tier text NOT NULL UNIQUE CHECK (tier <> ''''), minimum numeric NOT NULL');
    EXECUTE format('INSERT INTO %I.loyalty_tier SELECT p.position, p.tier, p.minimum FROM customer_segments.value_tier_preset(''purchases'') p', workspace);

    PERFORM customer_segments.workspace_add_view(workspace, 'loyalty',
        'one row a customer with an order that counts: the tier held in the loyalty programme, the one earned, and the way to the next',
        ARRAY[['customer_id', 'the customer'],
              ['loyalty_tier', 'the tier held: earned, or kept from before; none below the lowest'],
              ['loyalty_tier_rank', 'sort key: position of the tier; 99 none'],
              ['earned_tier', 'the tier that the window ending today earns; none below the lowest'],
              ['is_in_grace', 'whether the tier held is better than the one earned'],
              ['kept_until', 'last day of the tier held if nothing more is bought; null while it is earned'],
              ['qualifying', 'what the window ending today holds of loyalty_by'],
              ['next_tier', 'the tier above the one held; null in the highest'],
              ['to_next_tier', 'how much more of loyalty_by earns that one'],
              ['points', 'points of the window ending today'],
              ['n', 'orders that count'],
              ['reliable', 'always true: it is counted, not estimated']],
        format($query$
WITH tier AS MATERIALIZED (
    SELECT t.tier, t.position, t.minimum, row_number() OVER (ORDER BY t.position)::integer AS step FROM %1$I.loyalty_tier t),
asked AS MATERIALIZED (
    SELECT s.loyalty_by, s.loyalty_points, s.loyalty_window, s.loyalty_grace_days, s.loyalty_downgrade, a.until_day - 1 AS today,
           1 + (SELECT count(*) FROM %1$I.loyalty_tier)::integer AS no_step
      FROM %1$I.settings s CROSS JOIN %1$I.as_of a LIMIT 1)
SELECT c.customer_id, COALESCE(h.tier, 'none') AS loyalty_tier, COALESCE(h.position, 99) AS loyalty_tier_rank, COALESCE(e.tier, 'none') AS earned_tier,
       c.held < c.earned AS is_in_grace, CASE WHEN c.held < c.earned THEN c.kept_until END AS kept_until, c.qualifying::numeric(20,4) AS qualifying,
       u.tier AS next_tier, CASE WHEN u.minimum > c.qualifying THEN u.minimum - c.qualifying WHEN u.minimum IS NOT NULL THEN 0 END::numeric(20,4) AS to_next_tier, c.points, c.orders AS n, true AS reliable
  FROM (SELECT o.customer_id, o.orders, b.held, b.kept_until, b.earned, b.qualifying, b.points
          FROM %1$I.customer_orders o CROSS JOIN asked a
         CROSS JOIN LATERAL (
            -- the best claim of any day on which a tier was earned for the last time: the step it earned, less those lost since
            SELECT k.step + k.lost AS held, k.day + a.loyalty_grace_days * (k.lost + 1) AS kept_until,
                   first_value(k.step) OVER d AS earned, first_value(k.qualifying) OVER d AS qualifying, first_value(k.points) OVER d AS points
              FROM (SELECT s.day, COALESCE((SELECT min(t.step) FROM tier t WHERE q.qualifying >= t.minimum), a.no_step) AS step, q.qualifying, q.points,
                           CASE WHEN s.day = a.today THEN 0 WHEN a.today - s.day <= a.loyalty_grace_days THEN 0
                                WHEN a.loyalty_downgrade = 'to_earned' OR a.loyalty_grace_days = 0 THEN a.no_step
                                ELSE LEAST((a.today - s.day - 1) / a.loyalty_grace_days, a.no_step) END AS lost
                      FROM (SELECT a.today AS day
                            UNION
                            -- the last day on which the orders of a day count
                            SELECT LEAST(a.today, CASE a.loyalty_window WHEN 'rolling_12_months' THEN (d.day + interval '12 months')::date - 1
                                                      ELSE (date_trunc('year', d.day::timestamp) + interval '1 year')::date - 1 END)
                              FROM customer_segments.unnest(o.history) AS d WHERE a.loyalty_window <> 'lifetime' AND d.orders > 0) s
                     CROSS JOIN LATERAL (
                        SELECT CASE a.loyalty_window WHEN 'rolling_12_months' THEN (s.day + 1 - interval '12 months')::date
                                                     WHEN 'calendar_year' THEN date_trunc('year', s.day::timestamp)::date END AS from_day) w
                     CROSS JOIN LATERAL (
                        SELECT CASE WHEN w.from_day IS NULL THEN o.orders ELSE customer_segments.order_count(o.history, w.from_day, s.day + 1) END AS orders,
                               CASE WHEN w.from_day IS NULL THEN o.net_revenue ELSE customer_segments.net_revenue(o.history, w.from_day, s.day + 1) END AS net_revenue) v
                     CROSS JOIN LATERAL (
                        SELECT floor(GREATEST(v.net_revenue, 0) * a.loyalty_points)::bigint AS points,
                               CASE a.loyalty_by WHEN 'orders' THEN v.orders WHEN 'net_revenue' THEN v.net_revenue
                                                 ELSE floor(GREATEST(v.net_revenue, 0) * a.loyalty_points) END AS qualifying) q) k
            WINDOW d AS (ORDER BY k.day DESC)
             ORDER BY 1, 2 DESC LIMIT 1) b
         WHERE o.orders > 0) c
  LEFT JOIN tier h ON h.step = c.held
  LEFT JOIN tier e ON e.step = c.earned
  LEFT JOIN tier u ON u.step = LEAST(c.held, (SELECT a.no_step FROM asked a)) - 1$query$, workspace));
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'loyalty_tier', 'loyalty', 'loyalty_tier', 'loyalty_tier_rank',
        'tier held in the loyalty programme; prospect: no order yet', 'prospect', 100);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_45_loyalty(name, name) IS
'part of create_workspace: settings, tiers and view of the loyalty programme';

CREATE FUNCTION workspace_part_95_offers(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_table(workspace, 'offers',
        'what is offered to whom, open to changes',
        ARRAY[['offer', 'its name'],
              ['segment', 'the segment it is for: a defined one or a label, loyalty_tier:gold'],
              ['description', 'what it is'],
              ['valid_from', 'from this instant on; null: always'],
              ['valid_until', 'up to, not including, this instant; null: for ever'],
              ['priority', 'the smallest is the first to be made']],
        'offer text PRIMARY KEY CHECK (offer <> ''''), segment text NOT NULL, description text, valid_from timestamptz,
         valid_until timestamptz CHECK (valid_until > valid_from), priority integer NOT NULL DEFAULT 1');
    PERFORM customer_segments.workspace_add_view(workspace, 'eligible_offers',
        'one row a customer and offer the customer is eligible for now: members by the last refresh, offers valid at as_of',
        ARRAY[['customer_id', 'the customer'],
              ['offer', 'the offer'],
              ['segment', 'the segment by which the customer is eligible'],
              ['description', 'what it is'],
              ['priority', 'the smallest is the first to be made'],
              ['member_since', 'since when the customer is in the segment'],
              ['valid_until', 'until when it is valid; null: for ever']],
        format('SELECT m.customer_id, o.offer, o.segment, o.description, o.priority, m.entered_at AS member_since, o.valid_until
                  FROM %1$I.offers o JOIN %1$I.segment_members m ON m.segment = o.segment
                 WHERE (o.valid_from IS NULL OR o.valid_from <= (SELECT customer_segments.as_of()))
                   AND (o.valid_until IS NULL OR o.valid_until > (SELECT customer_segments.as_of()))', workspace));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_95_offers(name, name) IS
'part of create_workspace: offers and who is eligible for them';
