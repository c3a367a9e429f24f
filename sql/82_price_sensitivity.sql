-- price_sensitivity: who buys at a discount and in which price band, as a view of a workspace (doc/price_sensitivity.md).

CREATE FUNCTION workspace_part_12_price_response(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
BEGIN
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['price_min_discount', 'numeric NOT NULL DEFAULT 0.01 CHECK (price_min_discount BETWEEN 0 AND 1 AND scale(trim_scale(price_min_discount)) <= 6)',
         'price_sensitivity: discounted is what was paid at least this part of the list price below it'],
        ['price_min_orders', 'bigint NOT NULL DEFAULT 3 CHECK (price_min_orders > 0)',
         'price_sensitivity: fewer order lines (orders, where the source has no lines) are not reliable, and the shop''s share helps'],
        ['price_high_share', 'double precision NOT NULL DEFAULT 0.6 CHECK (price_high_share BETWEEN 0 AND 1)',
         'price_sensitivity: a bargain_hunter from this discounted share on'],
        ['price_low_share', 'double precision NOT NULL DEFAULT 0.1 CHECK (price_low_share >= 0 AND price_low_share < price_high_share)',
         'price_sensitivity: quality_driven up to this discounted share, value_shopper between'],
        ['price_value_weight', 'double precision NOT NULL DEFAULT 0.8 CHECK (price_value_weight BETWEEN 0 AND 1)',
         'price_sensitivity: weight of the discounted value share in discount_affinity'],
        ['price_order_weight', 'double precision NOT NULL DEFAULT 0.2 CHECK (price_order_weight BETWEEN 0 AND 1)',
         'price_sensitivity: weight of the discounted share in discount_affinity'],
        ['price_mid_band', 'double precision NOT NULL DEFAULT 0.35 CHECK (price_mid_band BETWEEN 0 AND 1)',
         'price_sensitivity: price_band is mid from this price_percentile on, budget below (our default)'],
        ['price_premium_band', 'double precision NOT NULL DEFAULT 0.65 CHECK (price_premium_band BETWEEN price_mid_band AND 1)',
         'price_sensitivity: price_band is premium from this price_percentile on (our default)'],
        ['price_premium_buyer', 'double precision NOT NULL DEFAULT 0.75 CHECK (price_premium_buyer BETWEEN 0 AND 1)',
         'price_sensitivity: a premium buyer from this price_percentile on, with at least price_min_orders lines (our default)']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;

    PERFORM customer_segments.workspace_add_fact_column(workspace, 'customer_items', 'lines', 'count(*)', 'lines of orders that count');
    PERFORM customer_segments.workspace_add_fact_column(workspace, 'customer_items', 'price_response',
        format('customer_segments.price_response_agg(e.paid, e.list, e.is_promoted, (SELECT s.price_min_discount FROM %I.settings s)) '
               'FILTER (WHERE e.list IS NOT NULL OR e.is_promoted IS NOT NULL)', workspace),
        'lines and money, apart by discount; null without a line whose list price is known or whose order could have had a coupon');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_12_price_response(name, name) IS
'part of create_workspace: settings of price_sensitivity, and what it needs of the order lines';

CREATE FUNCTION workspace_price_responses(workspace name, source name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    has_list boolean := customer_segments.source_has(source, 'orders', 'list_amount');
    has_coupon boolean := customer_segments.source_has(source, 'orders', 'coupon_code');
    zone text := format('(SELECT s.time_zone FROM %I.settings s)', workspace);
    currency text;
    day text;
BEGIN
    IF customer_segments.source_has(source, 'order_items') AND customer_segments.source_has(source, 'orders', 'order_id') THEN
        RETURN format('SELECT c.customer_id, c.price_response FROM %I.customer_items c', workspace);
    ELSIF NOT has_list AND NOT has_coupon THEN
        RETURN format('SELECT NULL::%s AS customer_id, NULL::customer_segments.price_response AS price_response WHERE false',
                      customer_segments.source_key_type(source));
    END IF;
    currency := CASE WHEN customer_segments.source_has(source, 'orders', 'currency') THEN 'NULLIF(o.currency::text, '''')' END;
    day := format('(%s AT TIME ZONE %s)::date',
                  customer_segments.source_time(source, 'orders', 'ordered_at', 'o.ordered_at', zone), zone);
    RETURN format(
        E'SELECT o.customer_id, customer_segments.price_response_agg(%1$s, %2$s, %3$s,\n'
        '           (SELECT s.price_min_discount FROM %4$I.settings s))%5$s AS price_response\n  FROM %6$s\n GROUP BY o.customer_id',
        customer_segments.workspace_amount(workspace, source, 'o.amount::numeric', currency, day),
        CASE WHEN has_list THEN format('CASE WHEN o.list_amount > 0 THEN %s END',
                                       customer_segments.workspace_amount(workspace, source, 'o.list_amount::numeric', currency, day))
             ELSE 'NULL::numeric' END,
        CASE WHEN has_coupon THEN 'COALESCE(o.coupon_code::text <> '''', false)' ELSE 'false' END, workspace,
        CASE WHEN has_coupon THEN '' ELSE ' FILTER (WHERE o.list_amount > 0)' END,
        customer_segments.workspace_counting_orders(workspace, source));
END;
$$;
COMMENT ON FUNCTION workspace_price_responses(name, name) IS
'the text of a query for the price response of each customer: of the order lines, or of the orders where the source has no lines';

CREATE FUNCTION workspace_part_45_price_sensitivity(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    equals text := customer_segments.key_equals(customer_segments.source_key_type(source));
    responses text := customer_segments.workspace_price_responses(workspace, source);
    prior text := 'SELECT customer_segments.beta_prior_fit(o.price_response) FROM %s o';
    query text := $query$
%4$sSELECT r.customer_id, p.label AS price_sensitivity, p.label_rank AS price_sensitivity_rank,
       COALESCE(customer_segments.discounted_orders(r.price_response), 0) AS discounted_lines,
       p.discounted_share, p.discounted_value_share, p.shrunk_share, p.discount_depth,
       customer_segments.discount_affinity(r.price_response, s.price_value_weight, s.price_order_weight) AS discount_affinity,
       COALESCE(customer_segments.discount_value(r.price_response), 0)::numeric(20,4) AS saved,
       b.price_percentile,
       CASE WHEN b.price_percentile >= s.price_premium_band THEN 'premium' WHEN b.price_percentile >= s.price_mid_band THEN 'mid'
            WHEN b.price_percentile IS NOT NULL THEN 'budget' ELSE 'unknown' END AS price_band,
       CASE WHEN b.price_percentile >= s.price_premium_band THEN 3 WHEN b.price_percentile >= s.price_mid_band THEN 2
            WHEN b.price_percentile IS NOT NULL THEN 1 ELSE 0 END AS price_band_rank,
       COALESCE(b.price_percentile >= s.price_premium_buyer AND b.lines >= s.price_min_orders, false) AS is_premium_buyer,
       COALESCE(p.orders, 0) AS n, COALESCE(p.reliable, false) AS reliable
  FROM %2$s r
 CROSS JOIN (SELECT s.price_value_weight, s.price_order_weight, s.price_premium_band, s.price_mid_band, s.price_premium_buyer, s.price_min_orders, s.price_high_share, s.price_low_share FROM %1$I.settings s LIMIT 1) s
 CROSS JOIN (SELECT (%5$s) AS fitted OFFSET 0) f
 CROSS JOIN LATERAL customer_segments.price_sensitivity(r.price_response, f.fitted, s.price_min_orders, s.price_high_share, s.price_low_share) p
  LEFT JOIN %1$I.price_bands b ON b.customer_id %3$s r.customer_id$query$;
BEGIN
    PERFORM customer_segments.workspace_add_view(workspace, 'price_bands',
        'one row a customer with an order line of a known category: where the prices lie among those of the category, over the whole shop',
        ARRAY[['customer_id', 'the customer'],
              ['price_percentile', 'mean percentile of the list price (else the price paid) of the customer''s lines among all lines of their category, 0..1'],
              ['lines', 'order lines it rests on']],
        format('SELECT l.customer_id, avg((2 * l.below + l.alike)::numeric / (2 * l.lines))::double precision AS price_percentile, count(*) AS lines
  FROM (SELECT i.customer_id, rank() OVER (PARTITION BY i.category ORDER BY i.price) - 1 AS below,
               count(*) OVER (PARTITION BY i.category, i.price) AS alike, count(*) OVER (PARTITION BY i.category) AS lines
          FROM (SELECT e.customer_id, e.category, COALESCE(e.list, e.paid) / e.quantity AS price
                  FROM %I.items e WHERE e.category IS NOT NULL) i) l
 GROUP BY l.customer_id', workspace));
    PERFORM customer_segments.workspace_add_cut_point(workspace, 'price_prior', 'customer_segments.beta_prior',
        format(prior, format('(%s)', responses)),
        'price_sensitivity: how the share bought at a discount differs among customers, toward which that of each is drawn');
    PERFORM customer_segments.workspace_add_cut_view(workspace, 'price_sensitivity',
        'one row a customer with an order that counts: how much of it was bought at a discount, and in which price band of its categories',
        ARRAY[['customer_id', 'the customer'],
              ['price_sensitivity', 'bargain_hunter, value_shopper or quality_driven by the share bought at a discount; unknown where no list price and no coupon is known'],
              ['price_sensitivity_rank', 'sort key: 3 bargain_hunter, 2 value_shopper, 1 quality_driven, 0 unknown'],
              ['discounted_lines', 'order lines (orders, where the source has no lines) that were discounted'],
              ['discounted_share', 'discounted_lines / n, 0..1; null for n = 0'],
              ['discounted_value_share', 'share of what was paid that went into them, 0..1; null if nothing was paid'],
              ['shrunk_share', 'discounted_share drawn toward that of the shop, the less there is to go by the more, 0..1'],
              ['discount_depth', 'mean discount of the lines below list price, weighted by list price, 0..1; null without one'],
              ['discount_affinity', 'discounted_value_share and discounted_share, weighted by the settings; null if nothing was paid'],
              ['saved', 'list price less price paid over the lines below list price'],
              ['price_percentile', 'mean percentile of the list price (else the price paid) of the customer''s lines among all lines of their category, 0..1; null without a category'],
              ['price_band', 'budget, mid or premium by price_percentile; unknown without one'],
              ['price_band_rank', 'sort key: 3 premium, 2 mid, 1 budget, 0 unknown'],
              ['is_premium_buyer', 'whether price_percentile is at least that of the setting price_premium_buyer, over at least price_min_orders lines'],
              ['n', 'order lines (orders, where the source has no lines) whose discount is known'],
              ['reliable', 'whether these are at least price_min_orders; false: shrunk_share decided']],
        format(query, workspace, 'everybody', equals, format(E'WITH everybody AS MATERIALIZED (\n    %s)\n', responses), format(prior, 'everybody')),
        format(query, workspace, format('(%s)', responses), equals, '', customer_segments.workspace_cut_point(workspace, 'price_prior')),
        customer_segments.source_has(source, 'order_items') OR customer_segments.source_has(source, 'orders', 'list_amount') OR customer_segments.source_has(source, 'orders', 'coupon_code'));

    PERFORM customer_segments.workspace_add_segmentation(workspace, 'price_sensitivity', 'price_sensitivity', 'price_sensitivity',
        'price_sensitivity_rank', 'bargain_hunter, value_shopper or quality_driven; unknown: no price to go by', 'unknown', 0);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'price_band', 'price_sensitivity', 'price_band',
        'price_band_rank', 'budget, mid or premium within the categories bought; unknown: no category to go by', 'unknown', 0);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'is_premium_buyer', 'price_sensitivity', 'is_premium_buyer',
        'whether the customer buys in the highest price band', 'false');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_45_price_sensitivity(name, name) IS
'part of create_workspace: the view price_sensitivity';
