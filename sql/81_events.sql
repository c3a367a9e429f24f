-- events: what names of events mean, and the base view of all events of a workspace (doc/events.md).

CREATE FUNCTION event_kinds()
RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{email_received,email_open,email_click,unsubscribe,site_visit,page_view,product_view,search,add_to_cart,remove_from_cart,checkout_start,purchase,review,referral,social_engagement,community_post,support_ticket,app_open,login,sign_up,survey_sent}'::text[];
COMMENT ON FUNCTION event_kinds() IS
'the kinds of events that segmentations count';

CREATE FUNCTION event_kind_rules(OUT event_type text, OUT kind text, OUT origin text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 200
BEGIN ATOMIC
    SELECT r.event_type, s.kind, s.origin
      FROM (VALUES
        ('email_received', 'Segment', '{Email Delivered}'::text[]),
        ('email_open', 'Segment', '{Email Opened}'),
        ('email_click', 'Segment', '{Email Link Clicked}'),
        ('unsubscribe', 'Segment', '{Unsubscribed}'),
        ('product_view', 'Segment', '{Product Viewed,Product Clicked}'),
        ('search', 'Segment', '{Products Searched}'),
        ('page_view', 'Segment', '{Product List Viewed,Product List Filtered,Cart Viewed}'),
        ('add_to_cart', 'Segment', '{Product Added,Wishlist Product Added to Cart}'),
        ('remove_from_cart', 'Segment', '{Product Removed}'),
        ('checkout_start', 'Segment', '{Checkout Started}'),
        ('purchase', 'Segment', '{Order Completed}'),
        ('review', 'Segment', '{Product Reviewed}'),
        ('referral', 'Segment', '{Product Shared,Cart Shared,Invite Sent}'),
        ('app_open', 'Segment', '{Application Opened}'),
        ('login', 'Segment', '{Signed In}'),
        ('sign_up', 'Segment', '{Signed Up,Account Created}'),
        (NULL, 'Segment', '{Promotion Viewed,Promotion Clicked,Checkout Step Viewed,Checkout Step Completed,Payment Info Entered,Order Updated,Order Refunded,Order Cancelled,Coupon Entered,Coupon Applied,Coupon Denied,Coupon Removed,Product Added to Wishlist,Product Removed from Wishlist,Email Bounced,Email Marked as Spam,Application Installed,Application Updated,Application Backgrounded,Application Uninstalled,Signed Out}'),
        ('page_view', 'GA4', '{screen_view,view_item_list,select_item,view_cart,view_search_results}'),
        ('product_view', 'GA4', '{view_item}'),
        ('checkout_start', 'GA4', '{begin_checkout}'),
        ('referral', 'GA4', '{share}'),
        ('community_post', 'GA4', '{join_group}'),
        ('site_visit', 'GA4', '{session_start}'),
        (NULL, 'GA4', '{add_payment_info,add_shipping_info,add_to_wishlist,view_promotion,select_promotion,select_content,refund,generate_lead,qualify_lead,disqualify_lead,working_lead,close_convert_lead,close_unconvert_lead,earn_virtual_currency,spend_virtual_currency,level_start,level_end,level_up,post_score,unlock_achievement,tutorial_begin,tutorial_complete,first_visit,first_open,user_engagement,scroll,file_download,form_start,form_submit,video_start,video_progress,video_complete,app_remove,app_update}'),
        ('email_received', 'Klaviyo', '{Received Email}'),
        ('email_open', 'Klaviyo', '{Opened Email}'),
        ('email_click', 'Klaviyo', '{Clicked Email}'),
        ('unsubscribe', 'Klaviyo', '{Unsubscribed from List,Unsubscribed from Email Marketing}'),
        ('site_visit', 'Klaviyo', '{Active on Site}'),
        ('product_view', 'Klaviyo', '{Viewed Product}'),
        ('add_to_cart', 'Klaviyo', '{Added to Cart}'),
        ('checkout_start', 'Klaviyo', '{Started Checkout}'),
        ('purchase', 'Klaviyo', '{Placed Order}'),
        (NULL, 'Klaviyo', '{Subscribed to List,Subscribed to Email Marketing,Bounced Email,Dropped Email,Marked Email as Spam,Ordered Product,Fulfilled Order,Cancelled Order,Refunded Order,Received SMS,Sent SMS,Clicked SMS,Consented to Receive SMS,Unsubscribed from SMS Marketing}'),
        ('email_received', 'SendGrid', '{delivered}'),
        ('email_open', 'SendGrid', '{open}'),
        ('email_click', 'SendGrid', '{click}'),
        ('unsubscribe', 'SendGrid', '{group_unsubscribe}'),
        (NULL, 'SendGrid', '{processed,deferred,dropped,bounce,spamreport,group_resubscribe}'),
        ('unsubscribe', 'Mailchimp', '{unsub}'),
        (NULL, 'Mailchimp', '{send,sent,deferral,hard_bounce,soft_bounce,spam,reject,subscribe,profile,cleaned,campaign,upemail}'),
        ('email_open', 'Customer.io', '{opened,human_opened,email_opened}'),
        ('email_click', 'Customer.io', '{clicked,human_clicked,email_clicked}'),
        ('email_received', 'Customer.io', '{email_delivered}'),
        ('unsubscribe', 'Customer.io', '{email_unsubscribed}'),
        (NULL, 'Customer.io', '{attempted,drafted,bounced,failed,spammed,converted,undeliverable,email_attempted,email_drafted,email_sent,email_bounced,email_dropped,email_failed,email_deferred,email_spammed,email_converted,email_undeliverable}'),
        ('email_received', 'Braze', '{users.messages.email.Delivery}'),
        ('email_open', 'Braze', '{users.messages.email.Open}'),
        ('email_click', 'Braze', '{users.messages.email.Click}'),
        ('unsubscribe', 'Braze', '{users.messages.email.Unsubscribe}'),
        ('app_open', 'Braze', '{users.behaviors.app.SessionStart}'),
        ('purchase', 'Braze', '{users.behaviors.Purchase}'),
        (NULL, 'Braze', '{users.messages.email.Send,users.messages.email.Bounce,users.messages.email.SoftBounce,users.messages.email.MarkAsSpam,users.messages.email.Abort,users.behaviors.app.SessionEnd,users.behaviors.app.FirstSession}')
        ) AS s(kind, origin, names)
     CROSS JOIN LATERAL pg_catalog.unnest(s.names) AS r(event_type);
END;
COMMENT ON FUNCTION event_kind_rules() IS
'names of events as tracking specifications and e-mail platforms use them, and the kind of each; NULL for a known name that no segmentation counts';

CREATE FUNCTION event_name(name text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.lower(event_name.name COLLATE "C");
COMMENT ON FUNCTION event_name(text) IS
'the name of an event as names are compared: letters A to Z in lower case, everything else as it is';

CREATE FUNCTION event_name_known(name text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.format('COALESCE(customer_segments.event_name(%s) = ANY (%L::text[]), false)', event_name_known.name,
               pg_catalog.array_agg(n.name ORDER BY n.name))
      FROM (SELECT customer_segments.event_name(r.event_type) AS name FROM customer_segments.event_kind_rules() r
             UNION SELECT pg_catalog.unnest(customer_segments.event_kinds())) n;
END;
COMMENT ON FUNCTION event_name_known(text) IS
'the text of the condition that the name of an event is a kind or has a rule that ships with the extension';

CREATE FUNCTION source_probe_40_events(source name)
RETURNS SETOF source_probe
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT c.relation, c.column_name, p.severity, p.problem, p.expression, p.remedy
      FROM customer_segments.source_columns(source_probe_40_events.source) c
     CROSS JOIN LATERAL (VALUES
        ('warning', 'unmapped event names',
         pg_catalog.format('NULLIF(count(*) FILTER (WHERE %1$s), 0) || '' of '' || count(*) || '' rows: '' || '
                           'left(string_agg(DISTINCT event_type::text, '', '') FILTER (WHERE %1$s), 500)',
                           'event_type::text <> '''' AND NOT ' || customer_segments.event_name_known('event_type::text')),
         'these events have no kind: add the names to event_kind of the workspace, or rename them in the view'),
        ('warning', 'no event name', customer_segments.source_count('event_type IS NULL OR event_type::text = '''''),
         'these rows have no kind: fill the name or filter them out'))
        AS p(severity, problem, expression, remedy)
     WHERE c.fits AND c.relation = 'events' AND c.column_name = 'event_type';
END;
COMMENT ON FUNCTION source_probe_40_events(name) IS
'probes of events: names that no rule shipped with the extension maps to a kind, and rows without a name';

CREATE FUNCTION workspace_part_11_events(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    at text := customer_segments.source_time(source, 'events', 'occurred_at', 'e.occurred_at',
                                             format('(SELECT s.time_zone FROM %I.settings s)', workspace));
    found boolean := customer_segments.source_has(source, 'events');
    customer_id text := format('NULL::%s', customer_segments.source_key_type(source));
    optional text;
BEGIN
    PERFORM customer_segments.workspace_add_table(workspace, 'event_kind',
        'what the shop''s names of events mean, open to changes; a name that is itself a kind needs no rule',
        ARRAY[['event_type', 'name of the event, compared without regard to the case of A to Z'],
              ['kind', 'what it counts as, one of event_kinds(); null: a known name that counts for nothing'],
              ['origin', 'whose name it is, a note']],
        format('event_type text PRIMARY KEY CHECK (event_type <> ''''),
                kind text CONSTRAINT kind CHECK (kind = ANY (%L::text[])), origin text', customer_segments.event_kinds()));
    EXECUTE format('CREATE UNIQUE INDEX event_kind_name ON %I.event_kind (customer_segments.event_name(event_type))', workspace);
    EXECUTE format('INSERT INTO %I.event_kind SELECT * FROM customer_segments.event_kind_rules()', workspace);

    IF found AND customer_segments.source_has(source, 'orders') THEN
        customer_id := customer_segments.source_key_like(source, 'events', 'customer_id', 'e.customer_id', 'orders');
    ELSIF found THEN
        customer_id := 'e.customer_id';
    END IF;
    SELECT string_agg(CASE WHEN found AND customer_segments.source_has(source, 'events', c.name) THEN c.there ELSE 'NULL::' || c.type END
                      || ' AS ' || c.name, ', ' ORDER BY c.i)
      INTO optional
      FROM (VALUES (1, 'channel', 'text', 'NULLIF(e.channel::text, '''')'),
                   (2, 'product_id', 'text', 'NULLIF(e.product_id::text, '''')'),
                   (3, 'category', 'text', 'NULLIF(e.category::text, '''')'),
                   (4, 'value', 'numeric', 'e.value::numeric'),
                   (5, 'campaign', 'text', 'NULLIF(e.campaign::text, '''')'),
                   (6, 'user_agent', 'text', 'NULLIF(e.user_agent::text, '''')')) AS c(i, name, type, there);
    PERFORM customer_segments.workspace_add_view(workspace, 'events',
        'fact: one row an event before as_of; rows without a key or a time are skipped',
        ARRAY[['customer_id', 'the customer; never null or empty'],
              ['event_type', 'the shop''s own name of the event'],
              ['kind', 'what it counts as, by event_kind; null: nothing'],
              ['at', 'when it happened'],
              ['channel', 'channel; null if empty'],
              ['product_id', 'product; null if empty'],
              ['category', 'category; null if empty'],
              ['value', 'what the source says it was worth or counted, exact'],
              ['campaign', 'campaign; null if empty'],
              ['user_agent', 'user agent; null if empty'],
              ['is_machine', 'true: made by a machine, not by the customer; false where the source does not say']],
        CASE WHEN found THEN format(
            'SELECT %1$s AS customer_id, e.event_type::text AS event_type,
       CASE WHEN k.event_type IS NOT NULL THEN k.kind
            WHEN customer_segments.event_name(e.event_type::text) = ANY (%2$L::text[]) THEN customer_segments.event_name(e.event_type::text) END AS kind,
       %3$s AS at, %4$s, %5$s AS is_machine
  FROM %6$I.events e
  LEFT JOIN %7$I.event_kind k ON customer_segments.event_name(k.event_type) = customer_segments.event_name(e.event_type::text)
 WHERE %8$s AND %3$s < (SELECT customer_segments.as_of())',
            customer_id, customer_segments.event_kinds(), at, optional,
            CASE WHEN customer_segments.source_has(source, 'events', 'is_machine') THEN 'COALESCE(e.is_machine, false)' ELSE 'false' END,
            source, workspace, customer_segments.source_key(source, 'events', 'customer_id', 'e.customer_id'))
        ELSE format(
            'SELECT %1$s AS customer_id, NULL::text AS event_type, NULL::text AS kind, NULL::timestamptz AS at, %2$s, false AS is_machine WHERE false',
            customer_id, optional) END);
    -- what every fact has; other parts add theirs
    PERFORM customer_segments.workspace_add_fact_column(workspace, 'customer_events', 'events', 'count(*)', 'events, machine-made ones too');
    PERFORM customer_segments.workspace_add_fact_column(workspace, 'customer_events', 'first_event_at', 'min(e.at)', 'instant of the first event');
    PERFORM customer_segments.workspace_add_fact_column(workspace, 'customer_events', 'last_event_at', 'max(e.at)', 'instant of the last event');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_11_events(name, name) IS
'part of create_workspace: the rule table event_kind and the base view events';
