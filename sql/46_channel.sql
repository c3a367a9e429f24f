-- channel: the channel a customer prefers, what names of channels mean, credit of orders to touches.  Page: doc/channel.md

CREATE TYPE channel_preference AS (preferred_channel text, preferred_channel_rank integer, top_channel text, top_share double precision,
    top_margin double precision, n bigint, channels bigint, hhi double precision, entropy double precision, reliable boolean);
COMMENT ON TYPE channel_preference IS 'the preferred channel by value, multichannel or unknown, and what it rests on';

CREATE FUNCTION channel_preference(channels affinity, min_share double precision DEFAULT 0.6, min_orders bigint DEFAULT 2)
    RETURNS channel_preference AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION channel_preference(affinity, double precision, bigint)
    IS 'the channel with the most value if that is at least min_share of it and there are at least min_orders rows, else multichannel; unknown for null and where no value is above zero; of equals the latest, then the first by its bytes';

CREATE FUNCTION channel_preference_final(state affinity) RETURNS channel_preference
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE;
COMMENT ON FUNCTION channel_preference_final(affinity) IS 'final function of the aggregate channel_preference; not for direct use';
CREATE AGGREGATE channel_preference(channel text, value numeric, at timestamptz) (
    SFUNC = affinity_add, STYPE = affinity, SSPACE = 320,
    FINALFUNC = channel_preference_final, COMBINEFUNC = affinity_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE channel_preference(text, numeric, timestamptz)
    IS 'the preferred channel of the rows by value, with the default rule: at least 0.6 of the value and 2 rows, else multichannel; rows with a null or empty channel, a null value or time are skipped, none at all gives unknown';
CREATE AGGREGATE channel_preference(channel text, value double precision, at timestamptz) (
    SFUNC = affinity_add, STYPE = affinity, SSPACE = 320,
    FINALFUNC = channel_preference_final, COMBINEFUNC = affinity_merge, PARALLEL = SAFE
);
COMMENT ON AGGREGATE channel_preference(text, double precision, timestamptz)
    IS 'the preferred channel of the rows by value, with the default rule: at least 0.6 of the value and 2 rows, else multichannel; each value is read as the shortest decimal that gives the same double; rows with a null or empty channel, a null value or time are skipped, none at all gives unknown';

CREATE FUNCTION touch_credit(amount numeric, "position" bigint, touches bigint, rule text DEFAULT 'linear',
                             first_share numeric DEFAULT 0.4, last_share numeric DEFAULT 0.4) RETURNS numeric
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION touch_credit(numeric, bigint, bigint, text, numeric, numeric)
    IS 'the part of an amount that goes to touch number position of so many, in order of time: rule first, last, linear or position (first_share to the first, last_share to the last, the rest evenly between); to four decimals, all parts add up to the amount';

-- What names of channels mean.

CREATE FUNCTION channel_kinds()
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{site,app,marketplace,store,phone,email,sms,push,search,social,ads,affiliate,referral,direct}'::text[];
COMMENT ON FUNCTION channel_kinds() IS
'the kinds of channels: where one buys (site to phone), and how one arrives at the shop (email to direct)';

CREATE FUNCTION channel_place(kind text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN kind IN ('marketplace', 'store', 'phone', 'social') THEN kind WHEN kind = ANY (channel_kinds()) THEN 'own' END;
COMMENT ON FUNCTION channel_place(text) IS
'where an order with a channel of this kind was placed: marketplace, store, phone, social, or the shop''s own site or app; null for no kind';

CREATE FUNCTION channel_arrival(kind text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN kind IN ('email', 'search', 'direct') THEN 'loyal' WHEN kind = 'social' THEN kind
            WHEN kind IN ('sms', 'push', 'ads', 'affiliate', 'referral') THEN 'other' END;
COMMENT ON FUNCTION channel_arrival(text) IS
'how somebody arrived by a channel of this kind: loyal (email, search or directly), social, other; null for a kind that is a place';

CREATE FUNCTION channel_kind_rules(OUT channel text, OUT kind text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 200
BEGIN ATOMIC
    SELECT n.name, r.kind
      FROM (VALUES
        ('site', '{web,website,web site,webshop,web shop,web_shop,webstore,online,online store,online_store,online-store,online shop,ecommerce,e-commerce,e_commerce,eshop,e-shop,storefront,browser,desktop,desktop web,mobile web,mobile_web,mobile site,checkout}'::text[]),
        ('app', '{mobile app,mobile_app,mobile-app,mobile,native app,ios,iphone,ipad,android,ios app,android app,ios_app,android_app}'),
        ('marketplace', '{marketplaces,market place,amazon,amazon marketplace,amazon fba,amazon fbm,ebay,etsy,walmart,walmart marketplace,target plus,wayfair,newegg,wish,zalando,otto,kaufland,allegro,bol,bol.com,cdiscount,fnac,manomano,mercado libre,mercadolibre,mercado livre,rakuten,shopee,lazada,tmall,taobao,jd.com,aliexpress,alibaba,temu,shein,flipkart,myntra,noon,trendyol,ozon,wildberries,emag}'),
        ('store', '{stores,pos,point of sale,point_of_sale,retail,retail store,in store,in-store,in_store,instore,offline,brick and mortar,branch,outlet,showroom,kiosk,filiale,boutique}'),
        ('phone', '{telephone,call,call center,call centre,call_center,telesales,phone order,phone_order}'),
        ('email', '{e-mail,mail,newsletter,mailing,email marketing,email campaign}'),
        ('sms', '{text message,text_message,mms}'),
        ('push', '{push notification,push_notification,push notifications,web push,web_push,mobile push,mobile_push,mobile push notifications}'),
        ('search', '{organic search,organic_search,paid search,paid_search,seo,sem,organic,google,google ads,google_ads,adwords,bing,yahoo,duckduckgo,ecosia,baidu,yandex,naver,organic shopping,paid shopping,google shopping,shopping}'),
        ('social', '{social media,social_media,social network,organic social,organic_social,paid social,paid_social,social commerce,social shop,facebook,facebook shop,instagram,instagram shop,meta,tiktok,tiktok shop,tiktok_shop,pinterest,snapchat,youtube,twitter,x,threads,linkedin,reddit,wechat,weibo,vk,influencer}'),
        ('ads', '{ad,advertising,display,display ads,banner,cpc,ppc,cpm,paid,paid other,paid_other,cross-network,cross network,retargeting,remarketing,programmatic,criteo,audio,organic video,paid video,video,tv,radio,print}'),
        ('affiliate', '{affiliates,affiliate marketing,partner,partners,coupon site,cashback,price comparison}'),
        ('referral', '{referrals,referrer,refer a friend,word of mouth,link}'),
        ('direct', '{(direct),typed,typein,bookmark}'),
        (NULL, '{admin,draft,draft order,draft_order,shopify_draft_order,api,import,manual,subscription,subscriptions,other,unknown,unassigned,(not set),(none)}')
        ) AS r(kind, names)
     CROSS JOIN LATERAL pg_catalog.unnest(r.names) AS n(name);
END;
COMMENT ON FUNCTION channel_kind_rules() IS
'names of channels as shop systems, marketplaces and web analytics use them, and the kind of each; null for a known name that says neither where nor how; a name that is itself a kind needs no rule';

CREATE FUNCTION is_touch(kind text, is_machine boolean)
RETURNS boolean
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN NOT COALESCE(is_machine, false)
       AND COALESCE(kind <> ALL ('{email_received,survey_sent,unsubscribe,support_ticket,purchase}'::text[]), false);
COMMENT ON FUNCTION is_touch(text, boolean) IS
'whether an event of this kind is a step of a customer toward the shop: not a message sent, a farewell, a complaint, a purchase, a machine''s doing or an event without a kind';

CREATE FUNCTION touch_kinds()
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE COST 1000
BEGIN ATOMIC
    SELECT pg_catalog.array_agg(k.kind) FROM pg_catalog.unnest(customer_segments.event_kinds()) AS k(kind) WHERE customer_segments.is_touch(k.kind, false);
END;
COMMENT ON FUNCTION touch_kinds() IS
'the kinds of events that are steps of a customer toward the shop';
