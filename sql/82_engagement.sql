-- engagement: the view of a workspace (doc/engagement.md).

CREATE FUNCTION workspace_part_30_engagement(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
    consents boolean := customer_segments.source_has(source, 'customers', 'subscribed_at');
    -- what is known of each customer; the events by one, so that a condition on the customer reaches an index
    fact text := format($query$SELECT b.customer_id, f.*
  FROM (%3$s) b
 CROSS JOIN %1$I.as_of a
 CROSS JOIN (SELECT s.engaged_min_opens, s.engaged_min_clicks, s.engaged_days, s.low_engaged_days, s.waning_days, s.newly_engaged_days, s.new_silent_emails, s.new_silent_days, s.sunset_days, s.sunset_emails, s.advocate_days FROM %1$I.settings s LIMIT 1) s
 CROSS JOIN (SELECT array_agg(COALESCE(w.weight, 0) ORDER BY k.i) AS weights, array_agg(COALESCE(w.half_life_days, 1) ORDER BY k.i) AS half_lives
               FROM pg_catalog.unnest(customer_segments.event_kinds()) WITH ORDINALITY AS k(kind, i) LEFT JOIN %1$I.engagement_weight w ON w.kind = k.kind) w
 CROSS JOIN LATERAL (
    SELECT b.activity, b.subscribed_on, a.until_day,
           %2$s COALESCE(customer_segments.last_event_on(b.activity, 'unsubscribe') < b.subscribed_on,
                         customer_segments.last_event_on(b.activity, 'unsubscribe') IS NULL) AS consented
    OFFSET 0) c
 CROSS JOIN LATERAL (
    SELECT c.subscribed_on, c.consented,
           COALESCE(customer_segments.engagement_level(c.activity, c.until_day - 1,
                        s.engaged_min_opens, s.engaged_min_clicks, s.engaged_days, s.low_engaged_days), 'unknown') AS engagement,
           COALESCE(customer_segments.engagement_level(c.activity, c.until_day - 1 - s.waning_days,
                        s.engaged_min_opens, s.engaged_min_clicks, s.engaged_days, s.low_engaged_days), 'unknown') AS engagement_before,
           customer_segments.engagement_score(c.activity, c.until_day - 1, w.weights, w.half_lives) AS score,
           customer_segments.engagement_score(c.activity, c.until_day - 1 - s.waning_days, w.weights, w.half_lives) AS score_before,
           COALESCE(c.subscribed_on >= c.until_day - s.newly_engaged_days, false) AS newly_engaged,
           COALESCE(customer_segments.event_count(c.activity, 'email_received') >= s.new_silent_emails
                    AND customer_segments.first_event_on(c.activity, 'email_received') >= c.until_day - s.new_silent_days
                    AND customer_segments.event_count(c.activity, 'email_open') = 0
                    AND customer_segments.event_count(c.activity, 'email_click') = 0, false) AS new_silent,
           c.consented AND COALESCE(
               customer_segments.event_count(c.activity, 'email_received', c.until_day - s.sunset_days, c.until_day) >= s.sunset_emails
               AND customer_segments.event_count(c.activity, 'email_open', c.until_day - s.sunset_days, c.until_day) = 0
               AND customer_segments.event_count(c.activity, 'email_click', c.until_day - s.sunset_days, c.until_day) = 0, false) AS sunset,
           COALESCE(customer_segments.event_count(c.activity, 'review', c.until_day - s.advocate_days, c.until_day)
                    + customer_segments.event_count(c.activity, 'referral', c.until_day - s.advocate_days, c.until_day)
                    + customer_segments.event_count(c.activity, 'community_post', c.until_day - s.advocate_days, c.until_day), 0) AS recommendations,
           customer_segments.event_count(c.activity, 'email_open', c.until_day - s.engaged_days, c.until_day) AS emails_opened,
           customer_segments.event_count(c.activity, 'email_click', c.until_day - s.engaged_days, c.until_day) AS emails_clicked,
           customer_segments.active_days(c.activity, c.until_day - s.engaged_days, c.until_day) AS active_days,
           customer_segments.last_active_on(c.activity) AS last_active_on,
           COALESCE(customer_segments.event_count(c.activity), 0) AS n
    OFFSET 0) f$query$, workspace,
        CASE WHEN consents THEN 'b.subscribed_on IS NOT NULL AND' ELSE '' END,
        CASE WHEN consents THEN format(
            'SELECT COALESCE(e.customer_id, p.customer_id) AS customer_id, e.activity,
                    (p.subscribed_at AT TIME ZONE (SELECT s.time_zone FROM %1$I.settings s))::date AS subscribed_on
               FROM %1$I.customer_events e
               FULL JOIN (SELECT * FROM %1$I.profiles WHERE subscribed_at IS NOT NULL) p ON e.customer_id %2$s p.customer_id',
            workspace, customer_segments.key_equals(customer_segments.source_key_type(source)))
        ELSE format(
            'SELECT e.customer_id, e.activity, customer_segments.first_event_on(e.activity, ''sign_up'') AS subscribed_on
               FROM %I.customer_events e', workspace) END);
    power_score text := 'SELECT percentile_disc((SELECT s.power_user_share FROM %1$I.settings s)) WITHIN GROUP (ORDER BY f.score DESC) FROM %2$s f';
    query text := $query$
WITH %3$scut AS MATERIALIZED (
    SELECT (%4$s) AS power_score)
SELECT f.customer_id, f.engagement,
       array_position('{highly_engaged,moderately_engaged,low,dormant,unknown}'::text[], f.engagement) AS engagement_rank,
       f.engagement_before, f.score, f.score_before, f.score - f.score_before AS score_change,
       f.newly_engaged, f.new_silent,
       COALESCE(f.score <= s.waning_share * f.score_before AND f.engagement_before IN ('highly_engaged', 'moderately_engaged'), false) AS waning,
       f.engagement = 'highly_engaged' AND f.recommendations > 0 AS brand_advocate,
       COALESCE(f.score > 0 AND f.score >= k.power_score, false) AS power_user,
       f.sunset, f.consented, f.subscribed_on,
       COALESCE(f.emails_opened, 0) AS emails_opened, COALESCE(f.emails_clicked, 0) AS emails_clicked,
       COALESCE(f.active_days, 0) AS active_days, f.last_active_on, f.n, f.n >= s.engaged_min_events AS reliable
  FROM %2$s f
 CROSS JOIN (SELECT s.waning_share, s.engaged_min_events FROM %1$I.settings s LIMIT 1) s
 CROSS JOIN cut k$query$;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['engaged_days', 'integer NOT NULL DEFAULT 30 CHECK (engaged_days BETWEEN 1 AND 36500)',
         'engagement: highly and moderately engaged customers did something in so many days'],
        ['engaged_min_opens', 'integer NOT NULL DEFAULT 5 CHECK (engaged_min_opens >= 0)',
         'engagement: highly engaged from so many opens in engaged_days'],
        ['engaged_min_clicks', 'integer NOT NULL DEFAULT 2 CHECK (engaged_min_clicks >= 0)',
         'engagement: and so many clicks'],
        ['low_engaged_days', 'integer NOT NULL DEFAULT 90 CHECK (low_engaged_days BETWEEN engaged_days AND 36500)',
         'engagement: low up to so many days, then dormant'],
        ['newly_engaged_days', 'integer NOT NULL DEFAULT 30 CHECK (newly_engaged_days BETWEEN 1 AND 36500)',
         'engagement: newly engaged who subscribed in so many days'],
        ['new_silent_emails', 'integer NOT NULL DEFAULT 3 CHECK (new_silent_emails > 0)',
         'engagement: new and silent from so many e-mails received and none opened or clicked'],
        ['new_silent_days', 'integer NOT NULL DEFAULT 90 CHECK (new_silent_days BETWEEN 1 AND 36500)',
         'engagement: as long as the first e-mail was received in so many days (our default)'],
        ['waning_days', 'integer NOT NULL DEFAULT 30 CHECK (waning_days BETWEEN 1 AND 36500)',
         'engagement: the score is held against that of so many days before'],
        ['waning_share', 'double precision NOT NULL DEFAULT 0.5 CHECK (waning_share BETWEEN 0 AND 1)',
         'engagement: waning at this share of the score before or less'],
        ['advocate_days', 'integer NOT NULL DEFAULT 90 CHECK (advocate_days BETWEEN 1 AND 36500)',
         'engagement: a brand advocate gave a review, referral or community post in so many days'],
        ['power_user_share', 'double precision NOT NULL DEFAULT 0.05 CHECK (power_user_share BETWEEN 0 AND 1)',
         'engagement: power users are this share of the customers with events, by score'],
        ['sunset_emails', 'integer NOT NULL DEFAULT 5 CHECK (sunset_emails > 0)',
         'engagement: sunset from so many e-mails received in sunset_days'],
        ['sunset_days', 'integer NOT NULL DEFAULT 90 CHECK (sunset_days BETWEEN 1 AND 36500)',
         'engagement: and none opened or clicked in so many days'],
        ['engaged_min_events', 'integer NOT NULL DEFAULT 3 CHECK (engaged_min_events > 0)',
         'engagement: a level is reliable from so many events on (our default)']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;
    PERFORM customer_segments.workspace_add_table(workspace, 'engagement_weight',
        'what an event of each kind adds to the engagement score, open to UPDATE; a kind without a row adds nothing',
        ARRAY[['kind', 'kind of event'],
              ['weight', 'what an event of today adds, >= 0'],
              ['half_life_days', 'days after which half of it is left']],
        format('kind text PRIMARY KEY CONSTRAINT kind CHECK (kind = ANY (%L::text[])),
                weight double precision NOT NULL CONSTRAINT weight CHECK (weight >= 0 AND weight < ''Infinity''),
                half_life_days double precision NOT NULL CONSTRAINT half_life_days CHECK (half_life_days > 0 AND half_life_days < ''Infinity'')',
               customer_segments.event_kinds()));
    EXECUTE format('INSERT INTO %I.engagement_weight SELECT * FROM customer_segments.engagement_default_weights()', workspace);

    PERFORM customer_segments.workspace_add_cut_point(workspace, 'power_score', 'double precision',
        format(power_score, workspace, format('(%s)', fact)),
        'engagement: the lowest score of a power user',
        ARRAY[format('(SELECT sum(hash_record_extended(w, 0)) FROM %I.engagement_weight w)', workspace)]);
    PERFORM customer_segments.workspace_add_cut_view(workspace, 'engagement',
        'one row a customer with any event or with a subscription: how engaged the customer is, since when less, and which lists the customer belongs on',
        ARRAY[['customer_id', 'the customer'],
              ['engagement', 'highly_engaged, moderately_engaged, low or dormant by what was opened, clicked and visited; unknown without any event'],
              ['engagement_rank', 'sort key: 1 highly_engaged to 4 dormant, 5 unknown'],
              ['engagement_before', 'the level waning_days earlier'],
              ['score', 'sum of weight * 2^(-age / half-life) over the events'],
              ['score_before', 'the score waning_days earlier'],
              ['score_change', 'score less score_before'],
              ['newly_engaged', 'subscribed in the last newly_engaged_days'],
              ['new_silent', 'the first new_silent_emails e-mails received, none opened or clicked'],
              ['waning', 'score at most waning_share of score_before, when the level was at least moderate'],
              ['brand_advocate', 'highly engaged, and a review, referral or community post in advocate_days'],
              ['power_user', 'in the top power_user_share by score'],
              ['sunset', 'consented, sunset_emails or more received and none opened or clicked in sunset_days'],
              ['consented', 'subscribed, and not unsubscribed since; where the sources do not say who subscribed: not unsubscribed'],
              ['subscribed_on', 'day of the subscription, else of the first sign_up event; null if there is neither'],
              ['emails_opened', 'e-mails opened in engaged_days'],
              ['emails_clicked', 'clicks in e-mails in engaged_days'],
              ['active_days', 'days in engaged_days on which the customer did anything'],
              ['last_active_on', 'last day on which the customer did anything; null if there is none'],
              ['n', 'events that count: of a kind, and not made by a machine'],
              ['reliable', 'whether these are at least engaged_min_events']],
        format(query, workspace, 'everybody', format(E'everybody AS MATERIALIZED (\n    %s),\n', fact), format(power_score, workspace, 'everybody')),
        format(query, workspace, format('(%s)', fact), '', customer_segments.workspace_cut_point(workspace, 'power_score')),
        consents OR customer_segments.source_has(source, 'events'));
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'engagement', 'engagement', 'engagement', 'engagement_rank',
        'highly_engaged, moderately_engaged, low or dormant; unknown: no event', 'unknown', 5);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'engagement_score', 'engagement', 'score',
        'sum of weight * 2^(-age / half-life) over the events; null without any');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'newly_engaged', 'engagement', 'newly_engaged',
        'subscribed in the last newly_engaged_days', 'false');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'new_silent', 'engagement', 'new_silent',
        'the first e-mails received, none opened or clicked', 'false');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'waning', 'engagement', 'waning',
        'far less engaged than waning_days before', 'false');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'brand_advocate', 'engagement', 'brand_advocate',
        'highly engaged and recommends the shop', 'false');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'power_user', 'engagement', 'power_user',
        'in the top power_user_share by engagement score', 'false');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'sunset', 'engagement', 'sunset',
        'receives e-mails and has opened none for sunset_days', 'false');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_30_engagement(name, name) IS
'part of create_workspace: settings, weights and view of engagement';
