-- carts: the latest cart of each customer as a view of a workspace (doc/carts.md).

CREATE FUNCTION workspace_part_47_carts(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
    -- the carts of each customer; their values as many digits as money has
    carts text := format($query$SELECT k.customer_id, (k.c).*
  FROM (SELECT e.customer_id, customer_segments.cart_state(e.kind, e.at, e.value, (SELECT customer_segments.as_of()),
                   (SELECT make_interval(mins => s.cart_idle_minutes) FROM %1$I.settings s),
                   (SELECT make_interval(hours => 24 * s.cart_recovery_days) FROM %1$I.settings s)) AS c
          FROM (SELECT e.customer_id, e.kind, e.at, CASE WHEN abs(e.value) < 1e12 THEN round(e.value, 4) END AS value
                  FROM %1$I.events e
                 WHERE e.kind = ANY ('{add_to_cart,remove_from_cart,checkout_start,purchase}'::text[]) AND NOT e.is_machine AND e.at >= %2$s
                UNION ALL
                SELECT p.customer_id, 'purchase', p.at, NULL FROM %1$I.purchases p WHERE p.amount > 0 AND p.at >= %2$s) e
         GROUP BY e.customer_id) k$query$, workspace, customer_segments.workspace_days_ago(workspace, 'cart_days'));
    shop_values text := format('SELECT ARRAY[count(*), percentile_cont((SELECT s.cart_high_quantile FROM %I.settings s)) WITHIN GROUP (ORDER BY d.value::double precision)]
                  FROM (%s) d WHERE d.value > 0', workspace, carts);
    query text := $query$
SELECT c.customer_id, c.state AS cart, c.state_rank AS cart_rank, c.value::numeric(20,4) AS cart_value, c.items AS cart_items,
       COALESCE(c.value::double precision > q.high, false) AS is_high_value, c.started_at, c.last_cart_at, c.left_at, c.ordered_at,
       c.carts, c.abandoned_carts, c.recovered_carts, q.carts AS n, q.carts >= s.cart_min_carts AS reliable
  FROM (%2$s) c
 CROSS JOIN (SELECT s.cart_min_carts FROM %1$I.settings s LIMIT 1) s
 CROSS JOIN (SELECT (f.of_all[1])::bigint AS carts, f.of_all[2] AS high FROM (SELECT (%3$s) AS of_all OFFSET 0) f) q
 WHERE c.carts > 0$query$;
BEGIN
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['cart_idle_minutes', 'integer NOT NULL DEFAULT 60 CHECK (cart_idle_minutes > 0)',
         'carts: abandoned from so long after the last cart event on'],
        ['cart_recovery_days', 'integer NOT NULL DEFAULT 7 CHECK (cart_recovery_days BETWEEN cart_idle_minutes / 1440.0 AND 3650)',
         'carts: an order less than so many days of 24 hours after the last cart event recovers the cart'],
        ['cart_days', 'integer NOT NULL DEFAULT 30 CHECK (cart_days BETWEEN cart_recovery_days AND 3650)',
         'carts: cart events and orders of so many days of 24 hours are looked at (our default)'],
        ['cart_high_quantile', 'double precision NOT NULL DEFAULT 0.8 CHECK (cart_high_quantile BETWEEN 0 AND 1)',
         'carts: a high value is above this quantile of the values of all carts'],
        ['cart_min_carts', 'integer NOT NULL DEFAULT 20 CHECK (cart_min_carts > 0)',
         'carts: whether a value is high is reliable from so many carts of the shop on (our default)']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;

    PERFORM customer_segments.workspace_add_cut_point(workspace, 'cart_values', 'double precision[]', shop_values,
        'carts: number of carts that were worth anything, and the value above which one is high');
    PERFORM customer_segments.workspace_add_cut_view(workspace, 'carts',
        'one row a customer with a cart event in cart_days: what became of the latest cart, and what was in it; it answers for as_of to the minute',
        ARRAY[['customer_id', 'the customer'],
              ['cart', 'open, abandoned, recovered, ordered, lost (ordered later than cart_recovery_days) or emptied'],
              ['cart_rank', 'sort key: 1 open, 2 abandoned, 3 recovered, 4 ordered, 5 lost, 6 emptied'],
              ['cart_value', 'value of the cart when it was left, for open and ordered that it has or had; in the unit of the events'],
              ['cart_items', 'additions less removals at that time'],
              ['is_high_value', 'whether cart_value is above the cart_high_quantile quantile of the carts of the shop that were worth anything'],
              ['started_at', 'first event of the cart'],
              ['last_cart_at', 'last event of the cart'],
              ['left_at', 'last event before it was left for cart_idle_minutes or longer; null if it was not'],
              ['ordered_at', 'the order that ended it, for recovered and ordered'],
              ['carts', 'carts in cart_days'],
              ['abandoned_carts', 'of these abandoned, recovered ones too'],
              ['recovered_carts', 'of these recovered'],
              ['n', 'carts of the shop whose values is_high_value rests on'],
              ['reliable', 'whether these are at least cart_min_carts']],
        format(query, workspace, carts, shop_values), format(query, workspace, carts, customer_segments.workspace_cut_point(workspace, 'cart_values')),
        customer_segments.source_has(source, 'events'));
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'cart', 'carts', 'cart', 'cart_rank',
        'state of the latest cart: open, abandoned, recovered, ordered, lost or emptied; none: no cart in cart_days', 'none', 7);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'cart_value', 'carts', 'cart_value', 'value of the latest cart; null without one');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'is_high_value_cart', 'carts', 'is_high_value',
        'whether that is a high value for the shop', 'false');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_47_carts(name, name) IS
'part of create_workspace: settings and view of carts';
