-- channel: channels of orders and touches in a workspace, named kinds of shoppers, paths and credit (doc/channel.md).

CREATE FUNCTION channel_name_known(name text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.format('COALESCE(customer_segments.event_name(%s) = ANY (%L::text[]), false)', channel_name_known.name,
               pg_catalog.array_agg(n.name ORDER BY n.name))
      FROM (SELECT customer_segments.event_name(r.channel) AS name FROM customer_segments.channel_kind_rules() r
             UNION SELECT pg_catalog.unnest(customer_segments.channel_kinds())) n;
END;
COMMENT ON FUNCTION channel_name_known(text) IS
'the text of the condition that the name of a channel is a kind or has a rule that ships with the extension';

CREATE FUNCTION source_probe_45_channels(source name)
RETURNS SETOF source_probe
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT c.relation, c.column_name, 'warning'::text, 'unmapped channel names'::text,
           pg_catalog.format('NULLIF(count(*) FILTER (WHERE %1$s), 0) || '' of '' || count(*) || '' rows: '' || '
                             'left(string_agg(DISTINCT channel::text, '', '') FILTER (WHERE %1$s), 500)',
                             'channel::text <> '''' AND NOT ' || customer_segments.channel_name_known('channel::text')
                             || customer_segments.source_not_mapped(source_probe_45_channels.source, 'channel_kind', 'channel')),
           'these channels have no kind: add the names to channel_kind of the workspace, or rename them in the view'::text
      FROM customer_segments.source_columns(source_probe_45_channels.source) c
     WHERE c.fits AND c.relation IN ('orders', 'events') AND c.column_name = 'channel'
     UNION ALL
    SELECT c.relation, c.column_name, 'info', 'long channel names', customer_segments.source_count('length(channel::text) > 255'),
           'channels are told apart by the first 255 characters: look for text that visitors can choose, such as utm_source'
      FROM customer_segments.source_columns(source_probe_45_channels.source) c
     WHERE c.fits AND c.relation IN ('orders', 'events') AND c.column_name = 'channel';
END;
COMMENT ON FUNCTION source_probe_45_channels(name) IS
'probes of channels: names in orders and events that neither the rules that ship nor those of a workspace of the caller map to a kind, and long ones';

CREATE FUNCTION workspace_channel_kind(channel text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
RETURN pg_catalog.format('CASE WHEN k.channel IS NOT NULL THEN k.kind '
    'WHEN customer_segments.event_name(%1$s) = ANY (customer_segments.channel_kinds()) THEN customer_segments.event_name(%1$s) END', channel);
COMMENT ON FUNCTION workspace_channel_kind(text) IS
'the text of the kind of a channel, where k is the row of channel_kind with its name';

CREATE FUNCTION workspace_part_12_channel(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
    recent text := format('e.at >= (SELECT w.from_at FROM %I.channel_window w)', workspace);
    query text := format('SELECT NULL::%s AS customer_id, NULL::timestamptz AS at, NULL::numeric AS amount, NULL::text AS channel, NULL::text AS kind WHERE false',
                         customer_segments.source_key_type(source));
    at text;
    zone text := format('(SELECT s.time_zone FROM %I.settings s)', workspace);
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['channel_window_days', 'integer NOT NULL DEFAULT 365 CHECK (channel_window_days BETWEEN 1 AND 36500)',
         'channel: orders and touches of so many days count (our default)'],
        ['channel_min_share', 'double precision NOT NULL DEFAULT 0.6 CHECK (channel_min_share BETWEEN 0 AND 1)',
         'channel: a channel is preferred, and a way of arriving usual, from this share on'],
        ['channel_min_orders', 'integer NOT NULL DEFAULT 2 CHECK (channel_min_orders > 0)',
         'channel: and from so many orders, or arrivals, on'],
        ['research_views', 'integer NOT NULL DEFAULT 2 CHECK (research_views > 0)',
         'channel: so many views of a product in one place before it is bought in the other make a webroomer or showroomer'],
        ['research_days', 'integer NOT NULL DEFAULT 30 CHECK (research_days BETWEEN 1 AND 3650)',
         'channel: these views lie at most so many days before the order'],
        ['credit_window_days', 'integer NOT NULL DEFAULT 30 CHECK (credit_window_days BETWEEN 1 AND 3650)',
         'channel_credit: touches of so many days before an order share the credit (our default)'],
        ['credit_first_share', 'numeric NOT NULL DEFAULT 0.4 CHECK (credit_first_share BETWEEN 0 AND 1 AND scale(trim_scale(credit_first_share)) <= 6)',
         'channel_credit: share of the first touch under the rule position'],
        ['credit_last_share', 'numeric NOT NULL DEFAULT 0.4 CHECK (credit_last_share BETWEEN 0 AND 1 - credit_first_share AND scale(trim_scale(credit_last_share)) <= 6)',
         'channel_credit: share of the last touch under the rule position; what is left goes evenly to those between'],
        ['message_prior_clicks', 'double precision NOT NULL DEFAULT 1 CHECK (message_prior_clicks > 0 AND message_prior_clicks < ''Infinity'')',
         'channel: clicks assumed of every message channel, alpha (our default)'],
        ['message_prior_misses', 'double precision NOT NULL DEFAULT 30 CHECK (message_prior_misses > 0 AND message_prior_misses < ''Infinity'')',
         'channel: messages without a click assumed of it, beta (our default)']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;

    PERFORM customer_segments.workspace_add_table(workspace, 'channel_kind',
        'what the shop''s names of channels mean, open to changes; a name that is itself a kind needs no rule',
        ARRAY[['channel', 'name of the channel, compared without regard to the case of A to Z'],
              ['kind', 'what it is, one of channel_kinds(); null: a known name that says neither where nor how']],
        format('channel text PRIMARY KEY CHECK (channel <> ''''), kind text CONSTRAINT kind CHECK (kind = ANY (%L::text[]))',
               customer_segments.channel_kinds()));
    EXECUTE format('CREATE UNIQUE INDEX channel_kind_name ON %I.channel_kind (customer_segments.event_name(channel))', workspace);
    EXECUTE format('INSERT INTO %I.channel_kind SELECT * FROM customer_segments.channel_kind_rules()', workspace);

    PERFORM customer_segments.workspace_add_view(workspace, 'channel_window',
        'one row: the instant from which orders and touches count for channels',
        ARRAY[['from_at', 'begin of the first of the channel_window_days days that end with the one as_of lies in']],
        format('SELECT (a.until_day - s.channel_window_days)::timestamp AT TIME ZONE a.time_zone AS from_at
                  FROM %1$I.as_of a CROSS JOIN (SELECT s.time_zone, s.channel_window_days FROM %1$I.settings s LIMIT 1) s', workspace));

    IF customer_segments.source_has(source, 'orders', 'channel') THEN
        at := customer_segments.source_time(source, 'orders', 'ordered_at', 'o.ordered_at', zone);
        query := format(E'SELECT o.customer_id, %s AS at, %s AS amount, NULLIF(customer_segments.event_name(left(o.channel::text, 255)), '''') AS channel, %s AS kind\n  FROM %s', at,
            customer_segments.workspace_amount(workspace, source, 'o.amount::numeric',
                CASE WHEN customer_segments.source_has(source, 'orders', 'currency') THEN 'NULLIF(o.currency::text, '''')' END,
                format('(%s AT TIME ZONE %s)::date', at, zone)),
            customer_segments.workspace_channel_kind('o.channel::text'),
            customer_segments.workspace_counting_orders(workspace, source,
                format(E'\n  LEFT JOIN %I.channel_kind k ON customer_segments.event_name(k.channel) = customer_segments.event_name(o.channel::text)', workspace)));
    END IF;
    PERFORM customer_segments.workspace_add_view(workspace, 'channel_orders',
        'base: one row an order that counts, before as_of, with its channel; no row where orders have no channel at all',
        ARRAY[['customer_id', 'who placed the order'],
              ['at', 'when it was ordered'],
              ['amount', 'what was paid, in the workspace''s currency, exact'],
              ['channel', 'name of the channel, letters A to Z in lower case, cut after 255 characters; null if empty'],
              ['kind', 'what it is, by channel_kind; null: no kind']],
        query);
    PERFORM customer_segments.workspace_add_fact(workspace, 'customer_channels',
        'fact: one row a customer with an order that counts, by channel; no row where orders have no channel at all',
        ARRAY[['customer_id', 'the customer'],
              ['orders', 'orders that count'],
              ['revenue', 'what was paid for them'],
              ['first_order_at', 'instant of the first of them'],
              ['channels', 'affinity of all orders: label the channel, weight what was paid'],
              ['recent_channels', 'the same of the orders in the window'],
              ['recent_orders', 'orders in the window whose channel has a kind'],
              ['own_orders', 'of these, placed on the shop''s own site or app'],
              ['marketplace_orders', 'of these, on a marketplace'],
              ['social_orders', 'of these, in a social network'],
              ['store_orders', 'of these, in a store'],
              ['arrivals', 'of these, with a channel that says how the customer arrived'],
              ['loyal_arrivals', 'of these, by email, search or directly'],
              ['social_arrivals', 'of these, from a social network']],
        format($query$SELECT e.customer_id, count(*) AS orders, sum(e.amount)::numeric(20,4) AS revenue, min(e.at) AS first_order_at,
       customer_segments.affinity_agg(e.channel, e.amount, e.at) AS channels,
       customer_segments.affinity_agg(e.channel, e.amount, e.at) FILTER (WHERE %2$s) AS recent_channels,
       count(e.kind) FILTER (WHERE %2$s) AS recent_orders,
       count(*) FILTER (WHERE customer_segments.channel_place(e.kind) = 'own' AND %2$s) AS own_orders,
       count(*) FILTER (WHERE customer_segments.channel_place(e.kind) = 'marketplace' AND %2$s) AS marketplace_orders,
       count(*) FILTER (WHERE customer_segments.channel_place(e.kind) = 'social' AND %2$s) AS social_orders,
       count(*) FILTER (WHERE customer_segments.channel_place(e.kind) = 'store' AND %2$s) AS store_orders,
       count(customer_segments.channel_arrival(e.kind)) FILTER (WHERE %2$s) AS arrivals,
       count(*) FILTER (WHERE customer_segments.channel_arrival(e.kind) = 'loyal' AND %2$s) AS loyal_arrivals,
       count(*) FILTER (WHERE customer_segments.channel_arrival(e.kind) = 'social' AND %2$s) AS social_arrivals
  FROM %1$I.channel_orders e GROUP BY e.customer_id$query$, workspace, recent));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_12_channel(name, name) IS
'part of create_workspace: settings of channels, the rule table channel_kind, the base view channel_orders and the fact customer_channels';

CREATE FUNCTION workspace_channel_research(workspace name, source name)
RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    at text;
BEGIN
    IF NOT (customer_segments.source_has(source, 'orders', 'channel') AND customer_segments.source_has(source, 'orders', 'order_id')
            AND customer_segments.source_has(source, 'order_items') AND customer_segments.source_has(source, 'events', 'product_id')) THEN
        RETURN format('SELECT NULL::%s AS customer_id, NULL::bigint AS store_after_online, NULL::bigint AS online_after_store WHERE false',
                      customer_segments.source_key_type(source));
    END IF;
    at := customer_segments.source_time(source, 'orders', 'ordered_at', 'o.ordered_at', format('(SELECT s.time_zone FROM %I.settings s)', workspace));
    RETURN format($query$
SELECT b.customer_id, count(*) FILTER (WHERE b.in_store) AS store_after_online, count(*) FILTER (WHERE NOT b.in_store) AS online_after_store
  FROM (SELECT o.customer_id, o.product_id, o.at, o.in_store
          FROM (SELECT DISTINCT o.customer_id, i.product_id::text AS product_id, %2$s AS at,
                       customer_segments.channel_place(%3$s) = 'store' AS in_store
                  FROM %4$s AND i.quantity > 0 AND i.unit_price >= 0 AND customer_segments.channel_place(%3$s) <> 'phone'
                   AND %2$s >= (SELECT w.from_at FROM %1$I.channel_window w)) o
         CROSS JOIN (SELECT s.research_days, s.research_views FROM %1$I.settings s LIMIT 1) s
          JOIN (SELECT e.customer_id, e.product_id, e.at, COALESCE(%5$s, 'site') AS kind
                  FROM %1$I.events e
                  LEFT JOIN %1$I.channel_kind k ON customer_segments.event_name(k.channel) = customer_segments.event_name(e.channel)
                 WHERE e.kind = 'product_view' AND NOT e.is_machine AND e.product_id IS NOT NULL) v
            ON v.customer_id %6$s o.customer_id AND v.product_id = o.product_id AND v.kind <> 'phone' AND (v.kind = 'store') <> o.in_store
               AND v.at < o.at AND v.at >= o.at - make_interval(hours => 24 * s.research_days)
         GROUP BY o.customer_id, o.product_id, o.at, o.in_store, s.research_views
        HAVING count(*) >= s.research_views) b
 GROUP BY b.customer_id$query$,
        workspace, at, customer_segments.workspace_channel_kind('o.channel::text'),
        customer_segments.workspace_counting_orders(workspace, source,
            format(E'\n  JOIN %1$I.order_items i ON o.order_id %2$s %3$s\n  LEFT JOIN %4$I.channel_kind k ON customer_segments.event_name(k.channel) = customer_segments.event_name(o.channel::text)',
                   source, customer_segments.key_equals((SELECT c.column_type FROM customer_segments.source_columns(source) c
                                                          WHERE (c.relation, c.column_name) = ('orders', 'order_id'))),
                   customer_segments.source_key_like(source, 'order_items', 'order_id', 'i.order_id', 'orders'), workspace)),
        customer_segments.workspace_channel_kind('e.channel'),
        customer_segments.key_equals(customer_segments.source_key_type(source)));
END;
$$;
COMMENT ON FUNCTION workspace_channel_research(name, name) IS
'the text of the view channel_research; without rows unless orders have a channel, an id and lines, and events a product';

CREATE FUNCTION workspace_part_55_channel(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    equals text := customer_segments.key_equals(customer_segments.source_key_type(source));
BEGIN
    PERFORM customer_segments.workspace_add_view(workspace, 'channel_research',
        'one row a customer who looked at a product in one place and then bought it in the other, in the window of channels',
        ARRAY[['customer_id', 'the customer'],
              ['store_after_online', 'purchases of a product in a store after research_views views of it online within research_days'],
              ['online_after_store', 'purchases of a product online after so many views of it in a store']],
        customer_segments.workspace_channel_research(workspace, source));

    PERFORM customer_segments.workspace_add_view(workspace, 'channel',
        'one row a customer with an order or an event: the channel the customer prefers, the kind of shopper, and the path from the first touch to the usual channel',
        ARRAY[['customer_id', 'the customer'],
              ['preferred_channel', 'the channel with at least channel_min_share of the value in the window and channel_min_orders orders; multichannel: none; unknown: no order there with a channel'],
              ['preferred_channel_rank', 'sort key: 1 a channel, 2 multichannel, 3 unknown'],
              ['shopper_kind', 'webroomer, showroomer, marketplace_native, store_only, social_shopper, dtc_loyalist, online_only or multichannel, by the orders and touches in the window; unknown: no order there whose channel has a kind'],
              ['shopper_kind_rank', 'sort key: 1 webroomer to 8 multichannel, 9 unknown'],
              ['top_channel', 'the channel with the most value in the window, of equals the latest'],
              ['top_share', 'its share of the value, 0..1'],
              ['top_margin', 'how much that exceeds the share of the second, 0..1'],
              ['channels', 'channels with an order in the window'],
              ['hhi', 'Herfindahl-Hirschman index of the shares, 1: a single channel'],
              ['entropy', 'Shannon entropy of the shares in bits, 0: a single channel'],
              ['discovery_channel', 'acquisition_channel of the customer, else the channel of the first touch unless it came after the first order; unknown: neither'],
              ['first_order_channel', 'channel of the first order that counts; unknown: none or without a channel'],
              ['usual_channel', 'channel of the most orders ever, of equals the latest; unknown: none'],
              ['last_channel', 'channel of the last order in the window; null without one'],
              ['message_channel', 'the message channel most likely to be clicked: (clicks + message_prior_clicks) / (messages + both priors); unknown: no message received in the window'],
              ['message_click_share', 'that share, 0..1'],
              ['messages', 'messages received in that channel in the window'],
              ['message_clicks', 'clicks in them'],
              ['n', 'orders with a channel in the window'],
              ['reliable', 'whether there are at least channel_min_orders of them']],
        format($query$
SELECT r.customer_id, (r.p).preferred_channel, (r.p).preferred_channel_rank,
       r.shopper_kind, array_position('{webroomer,showroomer,marketplace_native,store_only,social_shopper,dtc_loyalist,online_only,multichannel,unknown}'::text[], r.shopper_kind) AS shopper_kind_rank,
       (r.p).top_channel, (r.p).top_share, (r.p).top_margin, (r.p).channels, (r.p).hhi, (r.p).entropy,
       r.discovery_channel, r.first_order_channel, r.usual_channel, r.last_channel,
       COALESCE(r.message_channel, 'unknown') AS message_channel, r.message_click_share, COALESCE(r.messages, 0) AS messages,
       COALESCE(r.message_clicks, 0) AS message_clicks, (r.p).n, (r.p).reliable
  FROM (SELECT COALESCE(c.customer_id, v.customer_id) AS customer_id,
               customer_segments.channel_preference(c.recent_channels, s.channel_min_share, s.channel_min_orders) AS p,
               CASE WHEN COALESCE(c.recent_orders, 0) = 0 THEN 'unknown'
                    WHEN q.store_after_online > 0 AND c.own_orders + c.marketplace_orders + c.social_orders = 0 THEN 'webroomer'
                    WHEN q.online_after_store > 0 AND c.store_orders = 0 THEN 'showroomer'
                    WHEN c.marketplace_orders = c.recent_orders THEN 'marketplace_native'
                    WHEN c.store_orders = c.recent_orders THEN 'store_only'
                    WHEN a.arrivals >= s.channel_min_orders AND a.social::double precision / a.arrivals >= s.channel_min_share
                         AND c.own_orders + c.marketplace_orders + c.social_orders > 0 THEN 'social_shopper'
                    WHEN a.arrivals >= s.channel_min_orders AND a.loyal::double precision / a.arrivals >= s.channel_min_share
                         AND c.own_orders = c.recent_orders THEN 'dtc_loyalist'
                    WHEN c.own_orders + c.marketplace_orders + c.social_orders = c.recent_orders THEN 'online_only'
                    ELSE 'multichannel' END AS shopper_kind,
               COALESCE(customer_segments.event_name(f.acquisition_channel),
                        CASE WHEN c.first_order_at IS NULL OR customer_segments.first_at(e.touches) <= c.first_order_at
                             THEN customer_segments.first_label(e.touches) END, 'unknown') AS discovery_channel,
               CASE WHEN customer_segments.first_at(c.channels) = c.first_order_at
                    THEN customer_segments.first_label(c.channels) ELSE 'unknown' END AS first_order_channel,
               COALESCE(customer_segments.top_label(c.channels, 'count'), 'unknown') AS usual_channel,
               customer_segments.last_label(c.recent_channels) AS last_channel,
               m.channel AS message_channel, m.share AS message_click_share, m.received AS messages, m.clicks AS message_clicks
          FROM %1$I.customer_channels c
          -- each side one relation, or a condition on the customer would not reach both
          FULL JOIN %1$I.customer_events v ON c.customer_id %2$s v.customer_id
          LEFT JOIN %1$I.channel_research q ON q.customer_id %2$s COALESCE(c.customer_id, v.customer_id)
          LEFT JOIN %1$I.profiles f ON f.customer_id %2$s COALESCE(c.customer_id, v.customer_id)
         CROSS JOIN (SELECT s.channel_min_share, s.channel_min_orders, s.message_prior_clicks, s.message_prior_misses FROM %1$I.settings s LIMIT 1) s
         CROSS JOIN (SELECT a.until_day - t.channel_window_days AS from_on, customer_segments.touch_kinds() AS touch_kinds
                       FROM %1$I.as_of a CROSS JOIN %1$I.settings t LIMIT 1) w
         CROSS JOIN LATERAL (
            SELECT customer_segments.event_channels(v.activity, w.touch_kinds) AS touches,
                   customer_segments.event_channels(v.activity, w.touch_kinds, w.from_on) AS recent_touches,
                   customer_segments.event_channels(v.activity, '{email_received}', w.from_on, NULL, 'email') AS messages,
                   customer_segments.event_channels(v.activity, '{email_click}', w.from_on, NULL, 'email') AS message_clicks
            OFFSET 0) e
          LEFT JOIN LATERAL (
            SELECT COALESCE(c.arrivals, 0) + COALESCE(sum(t.n) FILTER (WHERE t.arrival IS NOT NULL), 0) AS arrivals,
                   COALESCE(c.loyal_arrivals, 0) + COALESCE(sum(t.n) FILTER (WHERE t.arrival = 'loyal'), 0) AS loyal,
                   COALESCE(c.social_arrivals, 0) + COALESCE(sum(t.n) FILTER (WHERE t.arrival = 'social'), 0) AS social
              FROM (SELECT u.n, customer_segments.channel_arrival(%3$s) AS arrival
                      FROM customer_segments.unnest(e.recent_touches) u
                      LEFT JOIN %1$I.channel_kind k ON customer_segments.event_name(k.channel) = u.label) t) a ON true
          LEFT JOIN LATERAL (
            SELECT l.label AS channel, l.received, l.clicks,
                   customer_segments.shrunk_share(l.clicks, l.received, customer_segments.beta_prior(s.message_prior_clicks, s.message_prior_misses)) AS share
              FROM (SELECT COALESCE(r.label, k.label) AS label, GREATEST(COALESCE(r.n, 0), COALESCE(k.n, 0)) AS received,
                           COALESCE(k.n, 0) AS clicks, GREATEST(r.last_at, k.last_at) AS last_at
                      FROM customer_segments.unnest(e.messages) r FULL JOIN customer_segments.unnest(e.message_clicks) k ON k.label = r.label) l
             ORDER BY share DESC, l.last_at DESC, l.label COLLATE "C" LIMIT 1) m ON true) r$query$,
            workspace, equals, customer_segments.workspace_channel_kind('u.label')),
        customer_segments.source_has(source, 'orders', 'channel') OR customer_segments.source_has(source, 'events'));
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'preferred_channel', 'channel', 'preferred_channel', 'preferred_channel_rank',
        'the preferred channel by value, or multichannel; unknown: no order with a channel in the window', 'unknown', 3);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'shopper_kind', 'channel', 'shopper_kind', 'shopper_kind_rank',
        'webroomer, showroomer, marketplace_native, store_only, social_shopper, dtc_loyalist, online_only or multichannel; unknown: no order with a known channel in the window', 'unknown', 9);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'discovery_channel', 'channel', 'discovery_channel',
        'how the customer found the shop', 'unknown');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'message_channel', 'channel', 'message_channel',
        'the message channel most likely to be clicked', 'unknown');

    PERFORM customer_segments.workspace_add_view(workspace, 'channel_paths',
        'one row a path of customers with an order that counts: discovery channel, channel of the first order, usual channel',
        ARRAY[['discovery_channel', 'how they found the shop; unknown where nothing says'],
              ['first_order_channel', 'channel of the first order'],
              ['usual_channel', 'channel of the most orders'],
              ['customers', 'customers with this path'],
              ['customer_share', 'customers / all of them, 0..1'],
              ['orders', 'their orders that count'],
              ['revenue', 'what they paid for these'],
              ['revenue_share', 'revenue / that of all, 0..1'],
              ['average_revenue', 'revenue / customers'],
              ['predicted_value', 'sum of predicted_value of customer_value'],
              ['average_total_value', 'total_value of customer_value / customers'],
              ['reliable', 'whether every estimate of value in it is']],
        format($query$
SELECT g.discovery_channel, g.first_order_channel, g.usual_channel, g.customers,
       (g.customers / sum(g.customers) OVER ())::numeric(7,6) AS customer_share, g.orders, g.revenue,
       (g.revenue / NULLIF(sum(g.revenue) OVER (), 0))::numeric(7,6) AS revenue_share,
       (g.revenue / g.customers)::numeric(20,4) AS average_revenue, g.predicted_value,
       (g.total_value / g.customers)::numeric(20,4) AS average_total_value, g.reliable
  FROM (SELECT c.discovery_channel, c.first_order_channel, c.usual_channel, count(*) AS customers, sum(o.orders)::bigint AS orders,
               sum(o.revenue)::numeric(20,4) AS revenue, sum(v.predicted_value)::numeric(20,4) AS predicted_value,
               sum(v.total_value)::numeric(20,4) AS total_value, COALESCE(bool_and(v.reliable), false) AS reliable
          FROM %1$I.customer_channels o
          JOIN %1$I.channel c ON c.customer_id %2$s o.customer_id
          LEFT JOIN %1$I.customer_value v ON v.customer_id %2$s o.customer_id
         GROUP BY 1, 2, 3) g
 ORDER BY g.customers DESC, g.discovery_channel, g.first_order_channel, g.usual_channel$query$, workspace, equals));

    PERFORM customer_segments.workspace_add_view(workspace, 'channel_credit',
        'one row a channel of touches: orders and revenue credited to it by four rules; the rows of each rule add up to all orders in the window of channels',
        ARRAY[['channel', 'channel of the touches, letters A to Z in lower case; unknown: orders without a touch in the credit_window_days before them'],
              ['touches', 'touches before an order; one before two orders counts for each'],
              ['orders_touched', 'orders with such a touch'],
              ['first_orders', 'orders credited to the first touch'],
              ['last_orders', 'orders credited to the last touch'],
              ['linear_orders', 'orders shared evenly by all touches'],
              ['position_orders', 'orders shared 40-20-40, or as credit_first_share and credit_last_share say'],
              ['first_revenue', 'revenue credited to the first touch'],
              ['last_revenue', 'revenue credited to the last touch'],
              ['linear_revenue', 'revenue shared evenly'],
              ['position_revenue', 'revenue shared 40-20-40']],
        format($query$
SELECT COALESCE(t.channel, 'unknown') AS channel, count(t.channel) AS touches, count(DISTINCT t.order_number) FILTER (WHERE t.channel IS NOT NULL) AS orders_touched,
       sum(customer_segments.touch_credit(1, t.position, t.touches, 'first'))::numeric(20,4) AS first_orders,
       sum(customer_segments.touch_credit(1, t.position, t.touches, 'last'))::numeric(20,4) AS last_orders,
       sum(customer_segments.touch_credit(1, t.position, t.touches, 'linear'))::numeric(20,4) AS linear_orders,
       sum(customer_segments.touch_credit(1, t.position, t.touches, 'position', t.credit_first_share, t.credit_last_share))::numeric(20,4) AS position_orders,
       sum(customer_segments.touch_credit(t.amount, t.position, t.touches, 'first'))::numeric(20,4) AS first_revenue,
       sum(customer_segments.touch_credit(t.amount, t.position, t.touches, 'last'))::numeric(20,4) AS last_revenue,
       sum(customer_segments.touch_credit(t.amount, t.position, t.touches, 'linear'))::numeric(20,4) AS linear_revenue,
       sum(customer_segments.touch_credit(t.amount, t.position, t.touches, 'position', t.credit_first_share, t.credit_last_share))::numeric(20,4) AS position_revenue
  FROM (SELECT o.order_number, o.amount, e.channel, s.credit_first_share, s.credit_last_share,
               row_number() OVER (PARTITION BY o.order_number ORDER BY e.at, e.channel COLLATE "C") AS position,
               count(*) OVER (PARTITION BY o.order_number) AS touches
          FROM (SELECT c.customer_id, c.at, c.amount, row_number() OVER () AS order_number
                  FROM %1$I.channel_orders c WHERE c.at >= (SELECT w.from_at FROM %1$I.channel_window w)) o
         CROSS JOIN (SELECT s.credit_first_share, s.credit_last_share, s.credit_window_days FROM %1$I.settings s LIMIT 1) s
          LEFT JOIN (SELECT e.customer_id, e.at, customer_segments.event_name(e.channel) AS channel FROM %1$I.events e
                      WHERE e.channel IS NOT NULL AND customer_segments.is_touch(e.kind, e.is_machine)) e
                 ON e.customer_id %2$s o.customer_id AND e.at < o.at AND e.at >= o.at - make_interval(hours => 24 * s.credit_window_days)) t
 GROUP BY 1
 ORDER BY position_revenue DESC, 1$query$, workspace, equals));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_55_channel(name, name) IS
'part of create_workspace: the views channel, channel_research, channel_paths and channel_credit';
