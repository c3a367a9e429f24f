-- Channels: the log says neither where nor how customers come, so simulated shoppers of known kinds; after 50_engagement.sql, which makes what they need.
\ir ../../events/shoppers.sql
SELECT count(create_workspace('shopper_segments', 'simulated_shoppers')) AS made \gset
CREATE TEMP TABLE shopper AS SELECT s.kind, c.* FROM simulated_shoppers.shopper s LEFT JOIN shopper_segments.channel c USING (customer_id);
SELECT title('Channels', format('%s and %s of %s: SIMULATED', counted((SELECT count(*) FROM simulated_shoppers.orders), 'order'),
    counted((SELECT count(*) FROM simulated_shoppers.events), 'event'), counted(count(*), 'customer'))) FROM shopper;
SELECT paint('    kind                  found  prefers a channel  mostly to    else taken for', '2');
SELECT format('    %s %8s %18s  %s %s', fit(kind, 18), percent(count(*) FILTER (WHERE shopper_kind = kind)::double precision / count(*)), percent(count(*) FILTER (WHERE preferred_channel <> 'multichannel')::double precision / count(*)),
    fit(mode() WITHIN GROUP (ORDER BY usual_channel), 12), coalesce(mode() WITHIN GROUP (ORDER BY shopper_kind) FILTER (WHERE shopper_kind <> kind), '-'))
FROM shopper GROUP BY kind ORDER BY count(*) FILTER (WHERE shopper_kind = kind) DESC, kind;
SELECT note('found', format('%s of the customers are what they were made as', percent(count(*) FILTER (WHERE shopper_kind = kind)::double precision / count(*)))) FROM shopper;
SELECT note('paths', string_agg(format('%s > %s > %s %s', discovery_channel, first_order_channel, usual_channel, customers), ', ' ORDER BY customers DESC, discovery_channel, first_order_channel, usual_channel))
FROM (SELECT * FROM shopper_segments.channel_paths ORDER BY customers DESC, discovery_channel, first_order_channel, usual_channel LIMIT 4) AS p;
SELECT note('credit', string_agg(format('%s %s first, %s last', channel, percent((first_revenue / total)::double precision), percent((last_revenue / total)::double precision)), ', ' ORDER BY first_revenue DESC, channel))
FROM (SELECT *, sum(first_revenue) OVER () AS total FROM shopper_segments.channel_credit) AS c;
