-- Channels: the log says neither where nor how customers come, so simulated shoppers of known kinds; after 50_engagement.sql, which makes what they need.
\ir ../../events/shoppers.sql
SELECT count(create_workspace('shopper_segments', 'simulated_shoppers')) AS made \gset
CREATE TEMP TABLE shopper AS SELECT s.kind, c.* FROM simulated_shoppers.shopper s LEFT JOIN shopper_segments.channel c USING (customer_id);
SELECT title('Channels', format('%s and %s of %s: SIMULATED', counted((SELECT count(*) FROM simulated_shoppers.orders), 'order'),
    counted((SELECT count(*) FROM simulated_shoppers.events), 'event'), counted(count(*), 'customer'))) FROM shopper;
SELECT paint('    made as            webr  show  mark  store social  dtc online multi    found', '2');
SELECT format('    %s %4s %5s %5s %6s %6s %4s %6s %5s %8s', fit(kind, 18), count(*) FILTER (WHERE shopper_kind = 'webroomer'), count(*) FILTER (WHERE shopper_kind = 'showroomer'), count(*) FILTER (WHERE shopper_kind = 'marketplace_native'),
    count(*) FILTER (WHERE shopper_kind = 'store_only'), count(*) FILTER (WHERE shopper_kind = 'social_shopper'), count(*) FILTER (WHERE shopper_kind = 'dtc_loyalist'), count(*) FILTER (WHERE shopper_kind = 'online_only'),
    count(*) FILTER (WHERE shopper_kind = 'multichannel'), percent(count(*) FILTER (WHERE shopper_kind = kind)::double precision / count(*)))
FROM shopper GROUP BY kind ORDER BY array_position('{webroomer,showroomer,marketplace_native,store_only,social_shopper,dtc_loyalist,online_only,multichannel}', kind);
SELECT note('found', format('%s of the customers are what they were made as', percent(count(*) FILTER (WHERE shopper_kind = kind)::double precision / count(*)))) FROM shopper;
SELECT note('prefer', string_agg(format('%s %s', channel, customers), ', ' ORDER BY customers DESC, channel)) FROM (SELECT preferred_channel AS channel, count(*) AS customers FROM shopper GROUP BY 1) AS c;
SELECT note('paths', string_agg(format('%s > %s > %s %s', discovery_channel, first_order_channel, usual_channel, customers), ', ' ORDER BY customers DESC, discovery_channel, first_order_channel, usual_channel))
FROM (SELECT * FROM shopper_segments.channel_paths ORDER BY customers DESC, discovery_channel, first_order_channel, usual_channel LIMIT 4) AS p;
SELECT note('credit', string_agg(format('%s %s first, %s last', channel, percent((first_revenue / total)::double precision), percent((last_revenue / total)::double precision)), ', ' ORDER BY first_revenue DESC, channel))
FROM (SELECT *, sum(first_revenue) OVER () AS total FROM shopper_segments.channel_credit) AS c;
