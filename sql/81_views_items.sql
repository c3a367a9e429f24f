-- views: the lines of the orders that count, as a base view of a workspace (doc/views.md).

CREATE FUNCTION workspace_counting_orders(workspace name, source name, joins text DEFAULT '')
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    at text := customer_segments.source_time(source, 'orders', 'ordered_at', 'o.ordered_at',
                                             format('(SELECT s.time_zone FROM %I.settings s)', workspace));
    voided text := '';
BEGIN
    -- purchases made the view order_refunds if refunds name orders
    IF to_regclass(format('%I.order_refunds', workspace)) IS NOT NULL THEN
        voided := format(E'\n  LEFT JOIN (SELECT r.customer_id, r.order_id FROM %1$I.order_refunds r'
                         '\n              GROUP BY r.customer_id, r.order_id HAVING sum(r.amount) >= min(r.order_amount)) v'
                         '\n         ON v.order_id %2$s o.order_id AND v.customer_id %3$s o.customer_id',
            workspace,
            customer_segments.key_equals((SELECT c.column_type FROM customer_segments.source_columns(source) c
                                           WHERE (c.relation, c.column_name) = ('orders', 'order_id'))),
            customer_segments.key_equals(customer_segments.source_key_type(source)));
    END IF;
    RETURN format(E'%1$I.orders o%2$s%6$s\n WHERE %3$s AND o.amount > 0 AND %4$s < (SELECT customer_segments.as_of())%5$s',
        source, voided, customer_segments.source_key(source, 'orders', 'customer_id', 'o.customer_id'), at,
        CASE WHEN voided <> '' THEN ' AND v.order_id IS NULL' ELSE '' END, joins);
END;
$$;
COMMENT ON FUNCTION workspace_counting_orders(name, name, text) IS
'the text that follows FROM in a query over the orders that count, as o: placed before as_of, an amount above 0, not fully refunded; joins are joins of other relations to them';

CREATE FUNCTION workspace_part_11_items(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    zone text := format('(SELECT s.time_zone FROM %I.settings s)', workspace);
    by_order boolean := customer_segments.source_has(source, 'orders', 'order_id');
    query text := format('SELECT NULL::%s AS customer_id, NULL::%s AS order_id, NULL::timestamptz AS at, NULL::text AS product_id, '
                         'NULL::text AS category, NULL::numeric AS quantity, NULL::numeric AS paid, NULL::numeric AS list, '
                         'NULL::boolean AS is_promoted WHERE false',
                         customer_segments.source_key_type(source),
                         COALESCE((SELECT c.column_type FROM customer_segments.source_columns(source) c
                                    WHERE (c.relation, c.column_name) = ('orders', 'order_id')), 'text'));
    category text := 'NULL::text';
    products text := '';
    at text;
    currency text;
    day text;
BEGIN
    IF by_order AND customer_segments.source_has(source, 'order_items') THEN
        at := customer_segments.source_time(source, 'orders', 'ordered_at', 'o.ordered_at', zone);
        day := format('(%s AT TIME ZONE %s)::date', at, zone);
        currency := CASE WHEN customer_segments.source_has(source, 'orders', 'currency') THEN 'NULLIF(o.currency::text, '''')' END;
        IF customer_segments.source_has(source, 'order_items', 'category') THEN
            category := 'NULLIF(i.category::text, '''')';
        END IF;
        IF customer_segments.source_has(source, 'products', 'category') THEN
            -- grouped, so that a product that is there twice does not count twice
            products := format(E'\n  LEFT JOIN (SELECT p.product_id::text AS product_id, min(NULLIF(p.category::text, '''') COLLATE "C") AS category'
                               ' FROM %I.products p GROUP BY 1) p ON p.product_id = i.product_id::text', source);
            category := CASE WHEN category = 'NULL::text' THEN 'p.category' ELSE format('COALESCE(%s, p.category)', category) END;
        END IF;
        query := format($query$SELECT o.customer_id, o.order_id, %1$s AS at, i.product_id::text AS product_id, %2$s AS category,
       i.quantity::numeric AS quantity, %3$s AS paid, %4$s AS list, %5$s AS is_promoted
  FROM %6$s AND %7$s AND i.quantity > 0 AND i.unit_price >= 0$query$,
            at, category,
            customer_segments.workspace_amount(workspace, source, '(i.unit_price::numeric * i.quantity::numeric)', currency, day),
            CASE WHEN customer_segments.source_has(source, 'order_items', 'list_price')
                 THEN format('CASE WHEN i.list_price > 0 THEN %s END', customer_segments.workspace_amount(workspace, source,
                                 '(i.list_price::numeric * i.quantity::numeric)', currency, day))
                 ELSE 'NULL::numeric' END,
            CASE WHEN customer_segments.source_has(source, 'orders', 'coupon_code')
                 THEN 'COALESCE(o.coupon_code::text <> '''', false)' ELSE 'NULL::boolean' END,
            customer_segments.workspace_counting_orders(workspace, source,
                format(E'\n  JOIN %I.order_items i ON o.order_id %s %s%s', source,
                       customer_segments.key_equals((SELECT c.column_type FROM customer_segments.source_columns(source) c
                                                      WHERE (c.relation, c.column_name) = ('orders', 'order_id'))),
                       customer_segments.source_key_like(source, 'order_items', 'order_id', 'i.order_id', 'orders'), products)),
            customer_segments.source_key(source, 'order_items', 'product_id', 'i.product_id'));
    END IF;
    PERFORM customer_segments.workspace_add_view(workspace, 'items',
        'base: one row a line of an order that counts, before as_of; lines without a product, a quantity above 0 or a price of at least 0 are skipped',
        ARRAY[['customer_id', 'who placed the order'],
              ['order_id', 'the order'],
              ['at', 'when it was ordered'],
              ['product_id', 'the product, as text'],
              ['category', 'its category: that of the line, else that of products; null if neither says'],
              ['quantity', 'how many'],
              ['paid', 'what was paid for all of them, in the workspace''s currency, exact'],
              ['list', 'what they cost at list price, in the same currency; null if unknown'],
              ['is_promoted', 'whether the order was placed with a coupon; null where the orders have no coupon_code']],
        query);
    RETURN CASE WHEN customer_segments.source_has(source, 'order_items') AND NOT by_order
                THEN format('%I.orders has no order_id: its order_items are left out', source) END;
END;
$$;
COMMENT ON FUNCTION workspace_part_11_items(name, name) IS
'part of create_workspace: the base view items, lines of the orders that count';
