-- loyalty: tiers that are earned by orders, money or points, kept for a while and lost step by step; offers.  Page: doc/loyalty.md

CREATE TYPE loyalty_standing AS (held integer, kept_until date, earned integer, qualifying numeric, points bigint);
COMMENT ON TYPE loyalty_standing IS 'where a customer stands in a loyalty programme, as loyalty_standing() says; tiers are counted from 1, the best';
COMMENT ON COLUMN loyalty_standing.held IS 'the tier held: earned today, or kept from before; more than there are tiers: none';
COMMENT ON COLUMN loyalty_standing.kept_until IS 'the last day of the tier held, if nothing more is bought and it is not earned any more; null where that is longer than the calendar goes';
COMMENT ON COLUMN loyalty_standing.earned IS 'the tier that the window ending today earns; one more than there are tiers: none';
COMMENT ON COLUMN loyalty_standing.qualifying IS 'what that window holds of earned_by';
COMMENT ON COLUMN loyalty_standing.points IS 'points of that window';

CREATE FUNCTION loyalty_standing(history purchase_history, minimums numeric[], today date, earned_by text DEFAULT 'orders', points_rate numeric DEFAULT 1,
    counted text DEFAULT 'lifetime', grace_days integer DEFAULT 90, downgrade text DEFAULT 'one_step')
RETURNS loyalty_standing
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10
AS 'MODULE_PATHNAME', 'loyalty_standing';
COMMENT ON FUNCTION loyalty_standing(purchase_history, numeric[], date, text, numeric, text, integer, text) IS
'where a customer stands in a loyalty programme on a day: minimums are what each tier takes of earned_by (orders, net_revenue, points: floor of net revenue times points_rate), the best tier first; what counts is the lifetime, rolling_12_months or calendar_year; a tier is kept for grace_days after the last day on which it was earned, then lost one_step in as many days each, or at once to_earned; null where an argument is null';

CREATE FUNCTION workspace_part_45_loyalty(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['loyalty_by', 'text NOT NULL DEFAULT ''orders'' CHECK (loyalty_by IN (''orders'', ''net_revenue'', ''points''))',
         'loyalty: what earns a tier: orders, net_revenue or points'],
        ['loyalty_points', 'numeric NOT NULL DEFAULT 1 CHECK (loyalty_points > 0 AND loyalty_points <= 10000)',
         'loyalty: points for one of the currency, of net revenue'],
        ['loyalty_window', 'text NOT NULL DEFAULT ''lifetime'' CHECK (loyalty_window IN (''lifetime'', ''rolling_12_months'', ''calendar_year''))',
         'loyalty: the time that counts: lifetime, rolling_12_months or calendar_year'],
        ['loyalty_grace_days', 'integer NOT NULL DEFAULT 90 CHECK (loyalty_grace_days BETWEEN 0 AND 36500)',
         'loyalty: a tier is kept for so many days after the last one on which it was earned (our default)'],
        ['loyalty_downgrade', 'text NOT NULL DEFAULT ''one_step'' CHECK (loyalty_downgrade IN (''one_step'', ''to_earned''))',
         'loyalty: after that one_step down every loyalty_grace_days, or at once to_earned, the tier that is earned']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;
    PERFORM customer_segments.workspace_add_table(workspace, 'loyalty_tier',
        'tiers of the loyalty programme, the best first',
        ARRAY[['position', 'order of the tiers, the best has the smallest; and sort key of the tier; below 98'],
              ['tier', 'name of the tier'],
              ['minimum', 'earned from so much of loyalty_by on']],
        'position integer PRIMARY KEY CHECK ("position" < 98), tier text NOT NULL UNIQUE CHECK (tier <> '''' AND length(tier) <= 200), minimum numeric NOT NULL CHECK (minimum > ''-Infinity'' AND minimum < ''Infinity'')');
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
WITH asked AS MATERIALIZED (
    SELECT s.loyalty_by, s.loyalty_points, s.loyalty_window, s.loyalty_grace_days, s.loyalty_downgrade, a.until_day - 1 AS today,
           t.tiers, t.positions, t.minimums, cardinality(t.tiers) + 1 AS no_step
      FROM %1$I.settings s CROSS JOIN %1$I.as_of a
     CROSS JOIN (SELECT COALESCE(array_agg(l.tier ORDER BY l.position), '{}') AS tiers, array_agg(l.position ORDER BY l.position) AS positions,
                        COALESCE(array_agg(l.minimum ORDER BY l.position), '{}') AS minimums FROM %1$I.loyalty_tier l) t
     LIMIT 1)
SELECT o.customer_id, COALESCE(a.tiers[(c.standing).held], 'none') AS loyalty_tier, COALESCE(a.positions[(c.standing).held], 99) AS loyalty_tier_rank,
       COALESCE(a.tiers[(c.standing).earned], 'none') AS earned_tier, (c.standing).held < (c.standing).earned AS is_in_grace,
       CASE WHEN (c.standing).held < (c.standing).earned THEN (c.standing).kept_until END AS kept_until, (c.standing).qualifying::numeric(20,4) AS qualifying,
       a.tiers[n.next] AS next_tier, CASE WHEN n.next > 0 THEN GREATEST(a.minimums[n.next] - (c.standing).qualifying, 0) END::numeric(20,4) AS to_next_tier,
       (c.standing).points, o.orders AS n, true AS reliable
  FROM %1$I.customer_orders o CROSS JOIN asked a
 CROSS JOIN LATERAL (
    SELECT customer_segments.loyalty_standing(o.history, a.minimums, a.today, a.loyalty_by, a.loyalty_points, a.loyalty_window,
                                              a.loyalty_grace_days, a.loyalty_downgrade) AS standing OFFSET 0) c
 CROSS JOIN LATERAL (SELECT LEAST((c.standing).held, a.no_step) - 1 AS next) n
 WHERE o.orders > 0$query$, workspace));
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
