-- views: the facts of a workspace and the views over all segmentations (doc/views.md).

CREATE FUNCTION workspace_part_05_as_of(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_view(workspace, 'as_of',
        'one row: the instant that all views of this workspace answer for, and its calendar day',
        ARRAY[['as_of', 'rows at or after this instant do not exist: setting customer_segments.as_of, else now'],
              ['as_of_on', 'its calendar day in the workspace''s time zone'],
              ['until_day', 'the day after the last one that has begun: windows of n days are [until_day - n, until_day)'],
              ['time_zone', 'the workspace''s time zone']],
        format('SELECT i.as_of, (i.as_of AT TIME ZONE s.time_zone)::date AS as_of_on,
                       ((i.as_of AT TIME ZONE s.time_zone) - interval ''1 microsecond'')::date + 1 AS until_day,
                       s.time_zone
                  FROM %I.settings s CROSS JOIN (SELECT customer_segments.as_of() AS as_of) i LIMIT 1', workspace));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_05_as_of(name, name) IS
'part of create_workspace: the view as_of';

CREATE FUNCTION workspace_amount(workspace name, source name, amount text, currency text, local_day text)
RETURNS text
LANGUAGE plpgsql STABLE CALLED ON NULL INPUT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    reporting text := format('(SELECT s.currency FROM %I.settings s)', workspace);
    rate text := 'NULL::numeric';
BEGIN
    IF currency IS NULL THEN
        RETURN amount;
    END IF;
    IF customer_segments.source_has(source, 'exchange_rates') THEN
        rate := format('(SELECT e.rate::numeric FROM %I.exchange_rates e WHERE e.currency::text = %s AND e.valid_on <= %s '
                       'ORDER BY e.valid_on DESC, e.rate LIMIT 1)', source, currency, local_day);
    END IF;
    RETURN format('%1$s * CASE WHEN %2$s IS NULL OR %2$s = %3$s THEN 1 '
                  'ELSE customer_segments.required_rate(%4$s, %2$s, %5$s, %3$s) END',
                  amount, currency, reporting, rate, local_day);
END;
$$;
COMMENT ON FUNCTION workspace_amount(name, name, text, text, text) IS
'the text of an amount in the currency of the workspace, at the last rate on or before the day; the amount itself when the orders have no currency';

CREATE FUNCTION source_order_type(source name)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT COALESCE((SELECT c.column_type FROM customer_segments.source_columns(source_order_type.source) c
                      WHERE (c.relation, c.column_name) = ('orders', 'order_id')), 'text');
END;
COMMENT ON FUNCTION source_order_type(name) IS
'the type of order_id in the orders of a source schema, text if they have none';

CREATE FUNCTION workspace_population(workspace name, with_history text DEFAULT 'true')
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.format('customer_segments.purchase_histories((SELECT CASE WHEN s.storage = ''live'' THEN %2$L::regclass ELSE %3$L::regclass END
                                                  FROM %1$I.settings s), NULL::%4$s, (SELECT s.time_zone FROM %1$I.settings s), %5$s)',
               workspace, pg_catalog.format('%I.purchases', workspace), pg_catalog.format('%I.customer_histories', workspace),
               (SELECT pg_catalog.format_type(a.atttypid, a.atttypmod) FROM pg_catalog.pg_attribute a
                 WHERE a.attrelid = pg_catalog.format('%I.purchases', workspace)::pg_catalog.regclass AND a.attname = 'customer_id'), with_history);
END;
COMMENT ON FUNCTION workspace_population(name, text) IS
'for parts: the text of a query for the figures of all customers at once: in one pass over the purchases, which is several times faster than the view customer_orders, or from the stored histories if there are any; with_history is an expression: whether the column history is needed';

CREATE FUNCTION workspace_part_10_purchases(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    key_type text := customer_segments.source_key_type(source);
    zone text := format('(SELECT s.time_zone FROM %I.settings s)', workspace);
    as_of text := '(SELECT customer_segments.as_of())';
    has_currency boolean := customer_segments.source_has(source, 'orders', 'currency');
    has_refunds boolean := customer_segments.source_has(source, 'refunds');
    by_order boolean := has_refunds AND customer_segments.source_has(source, 'refunds', 'order_id')
                        AND customer_segments.source_has(source, 'orders', 'order_id');
    by_customer boolean := has_refunds AND customer_segments.source_has(source, 'refunds', 'customer_id');
    ordered_at text := customer_segments.source_time(source, 'orders', 'ordered_at', 'o.ordered_at', zone);
    refunded_at text := customer_segments.source_time(source, 'refunds', 'refunded_at', 'r.refunded_at', zone);
    order_currency text := CASE WHEN has_currency THEN 'NULLIF(o.currency::text, '''')' END;
    refund_currency text := CASE WHEN has_currency AND customer_segments.source_has(source, 'refunds', 'currency')
                                 THEN 'NULLIF(r.currency::text, '''')' END;
    arms text[];
    voided text := '';
    has_order_id boolean := customer_segments.source_has(source, 'orders', 'order_id');
    order_key_type text := customer_segments.source_order_type(source);
BEGIN
    IF NOT customer_segments.source_has(source, 'orders') THEN
        arms := ARRAY[format('SELECT NULL::%s AS customer_id, NULL::timestamptz AS at, NULL::numeric AS amount, '
                             'NULL::timestamptz AS voided_at, NULL::%s AS order_id WHERE false', key_type, order_key_type)];
        by_order := false;
        by_customer := false;
    ELSIF has_refunds AND NOT by_order AND NOT by_customer THEN
        RAISE EXCEPTION 'source column %.orders.order_id is missing', quote_ident(source)
            USING ERRCODE = 'undefined_column',
                  DETAIL = format('The rows of %I.refunds name their order, not their customer.', source),
                  HINT = 'Add order_id to the view orders, or customer_id to the view refunds.';
    END IF;

    IF by_order THEN
        PERFORM customer_segments.workspace_add_view(workspace, 'order_refunds',
            'fact: one row a refund that names its order, before as_of; refunds of orders that do not count are left out',
            ARRAY[['customer_id', 'who placed the order'],
                  ['order_id', 'the order'],
                  ['ordered_at', 'when it was placed'],
                  ['order_amount', 'what was paid for it, in the workspace''s currency, exact'],
                  ['refunded_at', 'when this refund was booked'],
                  ['amount', 'what was given back, > 0, in the workspace''s currency at the rate of the order''s day, exact']],
            format('SELECT o.customer_id, o.order_id, %3$s AS ordered_at, %5$s AS order_amount, %4$s AS refunded_at, %6$s AS amount
                      FROM %1$I.refunds r JOIN %1$I.orders o ON o.order_id %7$s %9$s
                     WHERE %8$s AND o.amount > 0 AND %3$s < %2$s AND r.amount > 0 AND %4$s < %2$s',
                   source, as_of, ordered_at, refunded_at,
                   customer_segments.workspace_amount(workspace, source, 'o.amount::numeric', order_currency,
                       format('(%s AT TIME ZONE %s)::date', ordered_at, zone)),
                   customer_segments.workspace_amount(workspace, source, 'r.amount::numeric',
                       CASE WHEN refund_currency IS NULL THEN order_currency
                            ELSE format('COALESCE(%s, %s)', refund_currency, order_currency) END,
                       format('(%s AT TIME ZONE %s)::date', ordered_at, zone)),
                   customer_segments.key_equals(order_key_type),
                   customer_segments.source_key(source, 'orders', 'customer_id', 'o.customer_id'),
                   customer_segments.source_key_like(source, 'refunds', 'order_id', 'r.order_id', 'orders')));
        -- an order is void from the refund on that completes its amount
        voided := format('
  LEFT JOIN (SELECT f.customer_id, f.order_id, min(f.at) AS voided_at
               FROM (SELECT r.customer_id, r.order_id, r.order_amount, GREATEST(r.refunded_at, r.ordered_at) AS at,
                            sum(r.amount) OVER (PARTITION BY r.customer_id, r.order_id ORDER BY r.refunded_at, r.amount
                                                ROWS UNBOUNDED PRECEDING) AS given_back
                       FROM %1$I.order_refunds r) f
              WHERE f.given_back >= f.order_amount
              GROUP BY f.customer_id, f.order_id) v ON v.order_id %2$s o.order_id AND v.customer_id %3$s o.customer_id',
            workspace, customer_segments.key_equals(order_key_type), customer_segments.key_equals(key_type));
    END IF;

    IF arms IS NULL THEN
        arms := ARRAY[format('SELECT o.customer_id, %1$s AS at, %2$s AS amount, %3$s AS voided_at, %8$s AS order_id
  FROM %4$I.orders o%5$s
 WHERE %6$s AND customer_segments.is_purchase(o.amount::numeric) AND %1$s < %7$s',
            ordered_at,
            customer_segments.workspace_amount(workspace, source, 'o.amount::numeric', order_currency,
                format('(%s AT TIME ZONE %s)::date', ordered_at, zone)),
            CASE WHEN by_order THEN 'v.voided_at' ELSE 'NULL::timestamptz' END,
            source, voided, customer_segments.source_key(source, 'orders', 'customer_id', 'o.customer_id'), as_of,
            CASE WHEN has_order_id THEN 'o.order_id' ELSE 'NULL::' || order_key_type END)];
    END IF;
    IF by_order THEN
        arms := arms || format('SELECT r.customer_id, r.refunded_at, - r.amount, NULL::timestamptz, r.order_id FROM %I.order_refunds r', workspace);
    END IF;
    IF by_customer THEN
        arms := arms || format('SELECT %7$s, %1$s, - %2$s, NULL::timestamptz, NULL::%8$s
  FROM %3$I.refunds r
 WHERE %4$s AND r.amount > 0 AND %1$s < %5$s%6$s',
            refunded_at,
            customer_segments.workspace_amount(workspace, source, '(r.amount::numeric)', refund_currency,
                format('(%s AT TIME ZONE %s)::date', refunded_at, zone)),
            source, customer_segments.source_key(source, 'refunds', 'customer_id', 'r.customer_id'), as_of,
            CASE WHEN by_order THEN ' AND r.order_id IS NULL' ELSE '' END,
            customer_segments.source_key_like(source, 'refunds', 'customer_id', 'r.customer_id', 'orders'), order_key_type);
    END IF;

    PERFORM customer_segments.workspace_add_view(workspace, 'purchases',
        'fact: one row a qualifying order (amount > 0) or refund (amount < 0) before as_of; rows without a key, a time or an amount are skipped',
        ARRAY[['customer_id', 'the customer; never null or empty'],
              ['at', 'when it was ordered or the refund was booked'],
              ['amount', 'what was paid, or minus what was given back, in the workspace''s currency, exact'],
              ['voided_at', 'for an order that was fully refunded: when its refunds reached its amount; else null'],
              ['order_id', 'the order; null for a refund that names none, and where orders have no order_id']],
        array_to_string(arms, E'\nUNION ALL\n'));

    PERFORM customer_segments.workspace_add_fact(workspace, 'customer_histories',
        'fact: one row a customer with any order or refund before as_of; what is stored where storage is incremental',
        ARRAY[['customer_id', 'the customer'],
              ['history', 'the whole purchase history']],
        format('SELECT e.customer_id,
       customer_segments.purchase_history_agg(e.at, e.amount, (SELECT s.time_zone FROM %1$I.settings s), e.voided_at) AS history
  FROM %1$I.purchases e GROUP BY e.customer_id', workspace),
        format('SELECT p.customer_id, p.last_at, p.history FROM customer_segments.purchase_histories(%L::regclass, NULL::%s, (SELECT s.time_zone FROM %I.settings s)) p',
            format('%I.purchases', workspace),
            (SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a WHERE a.attrelid = format('%I.purchases', workspace)::regclass AND a.attname = 'customer_id'), workspace));

    PERFORM customer_segments.workspace_add_view(workspace, 'customer_orders',
        'fact: one row a customer with any order or refund before as_of',
        ARRAY[['customer_id', 'the customer'],
              ['orders', 'orders that count: placed, and not fully refunded'],
              ['orders_placed', 'orders placed, fully refunded ones too'],
              ['order_days', 'calendar days with an order that counts'],
              ['first_order_at', 'instant of the first order that counts; null if none does'],
              ['last_order_at', 'instant of the last order that counts; null if none does'],
              ['first_order_on', 'its calendar day in the workspace''s time zone'],
              ['last_order_on', 'its calendar day in the workspace''s time zone'],
              ['revenue', 'what was paid, gross of refunds'],
              ['refunds', 'what was given back, >= 0'],
              ['net_revenue', 'revenue less refunds'],
              ['average_order_value', 'net revenue by order that counts; null if none does'],
              ['currency', 'currency of the amounts; null when the orders have none'],
              ['history', 'the whole purchase history, to ask anything else of']],
        format('SELECT c.customer_id,
       customer_segments.order_count(c.history) AS orders,
       customer_segments.orders_placed(c.history) AS orders_placed,
       customer_segments.order_days(c.history) AS order_days,
       customer_segments.first_order_at(c.history) AS first_order_at,
       customer_segments.last_order_at(c.history) AS last_order_at,
       customer_segments.first_order_on(c.history) AS first_order_on,
       customer_segments.last_order_on(c.history) AS last_order_on,
       customer_segments.revenue(c.history)::numeric(20,4) AS revenue,
       customer_segments.refunds(c.history)::numeric(20,4) AS refunds,
       customer_segments.net_revenue(c.history)::numeric(20,4) AS net_revenue,
       customer_segments.average_order_value(c.history)::numeric(20,4) AS average_order_value,
       (SELECT s.currency FROM %1$I.settings s) AS currency,
       c.history
  FROM %1$I.customer_histories c', workspace));
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'orders', 'customer_orders', 'orders',
        'orders that count', '0');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'net_revenue', 'customer_orders', 'net_revenue',
        'revenue less refunds', '0');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'average_order_value', 'customer_orders',
        'average_order_value', 'net revenue by order that counts; null if none does');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'first_order_on', 'customer_orders', 'first_order_on',
        'calendar day of the first order that counts');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'last_order_on', 'customer_orders', 'last_order_on',
        'calendar day of the last order that counts');
    RETURN CASE WHEN NOT customer_segments.source_has(source, 'orders')
                THEN format('no relation %I.orders: every view of purchases is empty', source) END;
END;
$$;
COMMENT ON FUNCTION workspace_part_10_purchases(name, name) IS
'part of create_workspace: the facts order_refunds, purchases and customer_orders';
