-- lifecycle: one-time and repeat buyers, life cycle per period, personal rhythm (doc/lifecycle.md).

CREATE FUNCTION gap_quantile(gaps integer[], fraction double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'gap_quantile';
COMMENT ON FUNCTION gap_quantile(integer[], double precision) IS
'quantile of some gaps in days, between neighbours by straight line (type 7, as percentile_cont); null for no gaps';

CREATE FUNCTION rhythm_threshold(own double precision, n bigint, shop double precision, shop_weight double precision)
RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'rhythm_threshold';
COMMENT ON FUNCTION rhythm_threshold(double precision, bigint, double precision, double precision) IS
'own value over n gaps shrunk toward the shop''s, which weighs as much as shop_weight gaps; where one of the two is null the other';

CREATE FUNCTION workspace_part_30_lifecycle(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
    gap_days text := format('SELECT ARRAY[percentile_cont(0.5) WITHIN GROUP (ORDER BY customer_segments.gap_quantile(o.gaps, s.rhythm_overdue_quantile)),
                             percentile_cont(0.5) WITHIN GROUP (ORDER BY customer_segments.gap_quantile(o.gaps, s.rhythm_lapsed_quantile))]
                  FROM (SELECT customer_segments.order_gaps(h.history) AS gaps FROM %s h WHERE h.order_days > 1 OFFSET 0) o CROSS JOIN %I.settings s',
                            customer_segments.workspace_population(workspace), workspace);
    query text := $query$
WITH buyer AS (
    SELECT o.customer_id, o.orders, o.order_days - 1 AS gap_count, o.first_order_on, o.last_order_on,
           CASE WHEN o.first_day_orders > 1 THEN 0 ELSE o.gaps[1] END AS second_order_days,
           o.orders_now, o.orders_before, o.first_order_on >= o.this_period AS is_new,
           o.as_of_on - o.last_order_on AS days_since_last_order,
           o.as_of_on - o.first_order_on AS days_since_first_order,
           customer_segments.gap_quantile(o.gaps, 0.5) AS typical_gap_days,
           customer_segments.gap_quantile(o.gaps, o.rhythm_overdue_quantile) AS own_overdue,
           customer_segments.gap_quantile(o.gaps, o.rhythm_lapsed_quantile) AS own_lapsed,
           (o.estimate).p_alive
      FROM (SELECT c.customer_id, g.*
              FROM %1$I.customer_orders c
             CROSS JOIN (SELECT a.as_of_on, a.until_day, s.life_cycle_days, s.rhythm_overdue_quantile, s.rhythm_lapsed_quantile, s.clv_min_repeat_customers
                           FROM %1$I.as_of a CROSS JOIN %1$I.settings s LIMIT 1) s
             CROSS JOIN LATERAL (
                SELECT c.orders, c.order_days, c.first_order_on, c.last_order_on, s.as_of_on,
                       s.until_day - s.life_cycle_days AS this_period,
                       s.rhythm_overdue_quantile, s.rhythm_lapsed_quantile,
                       customer_segments.order_gaps(c.history) AS gaps,
                       -- all counts end with the last day, so that every refund is known to each of them
                       c.orders - customer_segments.order_count(c.history, c.first_order_on + 1, s.until_day) AS first_day_orders,
                       customer_segments.order_count(c.history, s.until_day - s.life_cycle_days, s.until_day) AS orders_now,
                       customer_segments.order_count(c.history, s.until_day - 2 * s.life_cycle_days, s.until_day)
                           - customer_segments.order_count(c.history, s.until_day - s.life_cycle_days, s.until_day) AS orders_before,
                       CASE WHEN c.orders > 1 THEN
                            customer_segments.clv_estimate(c.history, (SELECT m.model FROM %1$I.clv_models m WHERE m.is_current),
                                as_of => s.until_day - 1, level => NULL, min_repeat_customers => s.clv_min_repeat_customers) END AS estimate
                OFFSET 0) g
             WHERE c.orders > 0) o)
SELECT r.customer_id,
       r.buyer_type, CASE r.buyer_type WHEN 'repeat_buyer' THEN 1 ELSE 2 END AS buyer_type_rank,
       r.life_cycle, array_position('{new,returning,resurrected,dormant,lost}'::text[], r.life_cycle) AS life_cycle_rank,
       r.activity, array_position('{active,cooling,at_risk,highly_at_risk,lost,unknown}'::text[], r.activity) AS activity_rank,
       r.rhythm, array_position('{on_time,overdue,lapsed,unknown}'::text[], r.rhythm) AS rhythm_rank,
       r.early_repeat, r.second_order_days, r.days_since_last_order, r.typical_gap_days,
       r.overdue_after_days, r.lapsed_after_days, r.p_alive, r.first_order_on, r.last_order_on,
       r.orders AS n, r.gap_count >= r.rhythm_min_gaps AS reliable
  FROM (SELECT b.*, t.*, s.rhythm_min_gaps,
               CASE WHEN b.orders > 1 THEN 'repeat_buyer' ELSE 'one_time_buyer' END AS buyer_type,
               CASE WHEN b.is_new THEN 'new'
                    WHEN b.orders_now > 0 AND b.orders_before > 0 THEN 'returning'
                    WHEN b.orders_now > 0 THEN 'resurrected'
                    WHEN b.orders_before > 0 THEN 'dormant'
                    ELSE 'lost' END AS life_cycle,
               CASE WHEN b.orders = 1 THEN
                    CASE WHEN b.days_since_last_order <= s.active_days THEN 'active'
                         WHEN b.days_since_last_order <= s.cooling_days THEN 'cooling'
                         WHEN b.days_since_last_order <= s.at_risk_days THEN 'at_risk'
                         WHEN b.days_since_last_order <= s.highly_at_risk_days THEN 'highly_at_risk'
                         ELSE 'lost' END
                    WHEN b.p_alive IS NULL THEN 'unknown'
                    WHEN b.p_alive > s.active_p_alive THEN 'active'
                    WHEN b.p_alive >= s.cooling_p_alive THEN 'cooling'
                    WHEN b.p_alive >= s.at_risk_p_alive THEN 'at_risk'
                    WHEN b.p_alive >= s.highly_at_risk_p_alive THEN 'highly_at_risk'
                    ELSE 'lost' END AS activity,
               CASE WHEN t.overdue_after_days IS NULL THEN 'unknown'
                    WHEN b.days_since_last_order > t.lapsed_after_days THEN 'lapsed'
                    WHEN b.days_since_last_order > t.overdue_after_days THEN 'overdue'
                    ELSE 'on_time' END AS rhythm,
               CASE WHEN b.second_order_days <= s.early_repeat_days THEN true
                    WHEN b.second_order_days IS NOT NULL OR b.days_since_first_order > s.early_repeat_days THEN false
               END AS early_repeat
          FROM buyer b
         CROSS JOIN (SELECT (%2$s) AS gap_days OFFSET 0) shop
         CROSS JOIN (SELECT s.active_days, s.cooling_days, s.at_risk_days, s.highly_at_risk_days, s.active_p_alive, s.cooling_p_alive, s.at_risk_p_alive, s.highly_at_risk_p_alive,
                            s.early_repeat_days, s.rhythm_min_gaps, s.rhythm_shop_weight FROM %1$I.settings s LIMIT 1) s
         CROSS JOIN LATERAL (
            SELECT customer_segments.rhythm_threshold(b.own_overdue, b.gap_count, shop.gap_days[1], s.rhythm_shop_weight) AS overdue_after_days,
                   customer_segments.rhythm_threshold(b.own_lapsed, b.gap_count, shop.gap_days[2], s.rhythm_shop_weight) AS lapsed_after_days) t) r$query$;
BEGIN
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['early_repeat_days', 'integer NOT NULL DEFAULT 84 CHECK (early_repeat_days BETWEEN 1 AND 36500)',
         'lifecycle: a second order within so many days of the first is an early repeat'],
        ['life_cycle_days', 'integer NOT NULL DEFAULT 30 CHECK (life_cycle_days BETWEEN 1 AND 36500)',
         'lifecycle: length in days of a period of the life cycle'],
        ['active_days', 'integer NOT NULL DEFAULT 60 CHECK (active_days BETWEEN 1 AND 36500)',
         'lifecycle: a one-time buyer is active up to so many days after the order'],
        ['cooling_days', 'integer NOT NULL DEFAULT 120 CHECK (cooling_days BETWEEN active_days AND 36500)',
         'lifecycle: after that cooling, up to so many days'],
        ['at_risk_days', 'integer NOT NULL DEFAULT 180 CHECK (at_risk_days BETWEEN cooling_days AND 36500)',
         'lifecycle: after that at_risk, up to so many days'],
        ['highly_at_risk_days', 'integer NOT NULL DEFAULT 240 CHECK (highly_at_risk_days BETWEEN at_risk_days AND 36500)',
         'lifecycle: after that highly_at_risk, up to so many days, then lost'],
        ['active_p_alive', 'double precision NOT NULL DEFAULT 0.60 CHECK (active_p_alive BETWEEN 0 AND 1)',
         'lifecycle: a repeat buyer is active above this probability of being alive'],
        ['cooling_p_alive', 'double precision NOT NULL DEFAULT 0.50 CHECK (cooling_p_alive BETWEEN 0 AND active_p_alive)',
         'lifecycle: cooling from this probability up'],
        ['at_risk_p_alive', 'double precision NOT NULL DEFAULT 0.35 CHECK (at_risk_p_alive BETWEEN 0 AND cooling_p_alive)',
         'lifecycle: at_risk from this probability up'],
        ['highly_at_risk_p_alive', 'double precision NOT NULL DEFAULT 0.20 CHECK (highly_at_risk_p_alive BETWEEN 0 AND at_risk_p_alive)',
         'lifecycle: highly_at_risk from this probability up, below it lost'],
        ['rhythm_overdue_quantile', 'double precision NOT NULL DEFAULT 0.8 CHECK (rhythm_overdue_quantile BETWEEN 0 AND 1)',
         'lifecycle: overdue beyond this quantile of the gaps between order days'],
        ['rhythm_lapsed_quantile', 'double precision NOT NULL DEFAULT 1 CHECK (rhythm_lapsed_quantile BETWEEN rhythm_overdue_quantile AND 1)',
         'lifecycle: lapsed beyond this quantile'],
        ['rhythm_shop_weight', 'double precision NOT NULL DEFAULT 3 CHECK (rhythm_shop_weight >= 0 AND rhythm_shop_weight < ''Infinity'')',
         'lifecycle: the shop''s typical rhythm weighs as much as so many gaps of one''s own (our default)'],
        ['rhythm_min_gaps', 'integer NOT NULL DEFAULT 3 CHECK (rhythm_min_gaps > 0)',
         'lifecycle: a rhythm is reliable from so many own gaps on (our default)']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;

    PERFORM customer_segments.workspace_add_cut_point(workspace, 'rhythm_gap_days', 'double precision[]',
        gap_days,
        'lifecycle: the median over customers of the gap in days beyond which they are overdue and lapsed');
    PERFORM customer_segments.workspace_add_cut_view(workspace, 'lifecycle',
        'one row a customer with an order that counts: one-time or repeat, stage of the life cycle, and whether the customer is late by the personal rhythm',
        ARRAY[['customer_id', 'the customer'],
              ['buyer_type', 'one_time_buyer or repeat_buyer, by orders that count'],
              ['buyer_type_rank', 'sort key: 1 repeat_buyer, 2 one_time_buyer'],
              ['life_cycle', 'new (first order in this period), returning (orders in this and the last period), resurrected (in this, not in the last, but earlier), dormant (in the last only), lost (in neither)'],
              ['life_cycle_rank', 'sort key: 1 new, 2 returning, 3 resurrected, 4 dormant, 5 lost'],
              ['activity', 'active, cooling, at_risk, highly_at_risk or lost: of a one-time buyer by days since the order, of a repeat buyer by the probability of being alive; unknown while there is none'],
              ['activity_rank', 'sort key: 1 active to 5 lost, 6 unknown'],
              ['rhythm', 'on_time, overdue or lapsed by the customer''s own gaps between order days, shrunk toward the shop''s; unknown in a shop without repeat buyers'],
              ['rhythm_rank', 'sort key: 1 on_time, 2 overdue, 3 lapsed, 4 unknown'],
              ['early_repeat', 'true: a second order came within early_repeat_days; false: it did not; null: not yet known'],
              ['second_order_days', 'days from the first to the second order; null without one'],
              ['days_since_last_order', 'calendar days from the last order to as_of'],
              ['typical_gap_days', 'median of the customer''s own gaps between order days; null without one'],
              ['overdue_after_days', 'overdue from more than so many days since the last order; null when unknown'],
              ['lapsed_after_days', 'lapsed from more than so many days since the last order; null when unknown'],
              ['p_alive', 'probability that a repeat buyer is still a customer; null while no model is fitted'],
              ['first_order_on', 'calendar day of the first order that counts'],
              ['last_order_on', 'calendar day of the last order that counts'],
              ['n', 'orders that count'],
              ['reliable', 'whether the rhythm rests on at least rhythm_min_gaps own gaps']],
        format(query, workspace, gap_days), format(query, workspace, customer_segments.workspace_cut_point(workspace, 'rhythm_gap_days')));

    PERFORM customer_segments.workspace_add_segmentation(workspace, 'buyer_type', 'lifecycle', 'buyer_type', 'buyer_type_rank',
        'repeat_buyer, one_time_buyer; prospect: no order yet', 'prospect', 3);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'life_cycle', 'lifecycle', 'life_cycle', 'life_cycle_rank',
        'new, returning, resurrected, dormant or lost; prospect: no order yet', 'prospect', 6);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'activity', 'lifecycle', 'activity', 'activity_rank',
        'active, cooling, at_risk, highly_at_risk or lost; unknown: no ground to say', 'unknown', 6);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'rhythm', 'lifecycle', 'rhythm', 'rhythm_rank',
        'on_time, overdue or lapsed by the personal rhythm; unknown: no ground to say', 'unknown', 4);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_30_lifecycle(name, name) IS
'part of create_workspace: settings and view of the life cycle';
