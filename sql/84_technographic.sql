-- technographic: devices, browsers, systems and mail of customers, and how much at home they are with them (doc/technographic.md).

CREATE FUNCTION os_releases(OUT os text, OUT major text, OUT released_on date)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 30
BEGIN ATOMIC
    SELECT r.os, r.major, r.released_on
      FROM (VALUES
        ('iOS', '10', '2016-09-13'::date), ('iOS', '11', '2017-09-19'), ('iOS', '12', '2018-09-17'), ('iOS', '13', '2019-09-19'),
        ('iOS', '14', '2020-09-16'), ('iOS', '15', '2021-09-20'), ('iOS', '16', '2022-09-12'), ('iOS', '17', '2023-09-18'),
        ('iOS', '18', '2024-09-16'), ('iOS', '26', '2025-09-15'),
        ('Android', '4', '2011-10-18'), ('Android', '5', '2014-11-04'), ('Android', '6', '2015-10-02'), ('Android', '7', '2016-08-22'),
        ('Android', '8', '2017-08-21'), ('Android', '9', '2018-08-06'), ('Android', '10', '2019-09-03'), ('Android', '11', '2020-09-08'),
        ('Android', '12', '2021-10-04'), ('Android', '13', '2022-08-15'), ('Android', '14', '2023-10-04'), ('Android', '15', '2024-09-03'),
        ('Android', '16', '2025-06-10'),
        ('Windows', 'XP', '2001-10-25'), ('Windows', 'Vista', '2007-01-30'), ('Windows', '7', '2009-10-22'), ('Windows', '8', '2012-10-26'))
           AS r(os, major, released_on);
END;
COMMENT ON FUNCTION os_releases() IS
'first days of versions of operating systems that user agents tell apart; not those of Windows 10, macOS 10.15 and later, which all call themselves the same';

CREATE FUNCTION workspace_part_15_technographic(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
    since text := format('(SELECT (a.until_day - s.technographic_days)::timestamp AT TIME ZONE a.time_zone FROM %1$I.as_of a CROSS JOIN %1$I.settings s)',
                         workspace);
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['technographic_days', 'integer NOT NULL DEFAULT 365 CHECK (technographic_days BETWEEN 1 AND 36500)',
         'technographic: devices are those of events within so many days (our default)'],
        ['technographic_min_events', 'integer NOT NULL DEFAULT 5 CHECK (technographic_min_events > 0)',
         'technographic: reliable from so many events with a user agent on (our default)'],
        ['mobile_first_share', 'double precision NOT NULL DEFAULT 0.5 CHECK (mobile_first_share BETWEEN 0 AND 1)',
         'technographic: mobile first above this share of events on phones and tablets (our default)'],
        ['savvy_devices', 'integer NOT NULL DEFAULT 2 CHECK (savvy_devices > 0)',
         'technographic: so many devices are a point of savviness (our default)'],
        ['savvy_os_days', 'integer NOT NULL DEFAULT 1095 CHECK (savvy_os_days BETWEEN 0 AND 36500)',
         'technographic: a system not older than so many days is a point of savviness (our default)'],
        ['savvy_self_service_share', 'double precision NOT NULL DEFAULT 0.9 CHECK (savvy_self_service_share BETWEEN 0 AND 1)',
         'technographic: this share of self-service is a point of savviness (our default)'],
        ['savvy_medium_points', 'integer NOT NULL DEFAULT 2 CHECK (savvy_medium_points BETWEEN 0 AND 5)',
         'technographic: savviness is medium from so many of four points on (our default)'],
        ['savvy_high_points', 'integer NOT NULL DEFAULT 3 CHECK (savvy_high_points BETWEEN savvy_medium_points AND 5)',
         'technographic: high from so many on (our default)']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;
    PERFORM customer_segments.workspace_add_table(workspace, 'os_release',
        'when versions of operating systems came out, open to additions; others say nothing about savviness',
        ARRAY[['os', 'operating system, as in customer_devices'],
              ['major', 'first number of its version, as there'],
              ['released_on', 'the day']],
        'os text NOT NULL, major text NOT NULL, released_on date NOT NULL, PRIMARY KEY (os, major)');
    EXECUTE format('INSERT INTO %I.os_release SELECT * FROM customer_segments.os_releases()', workspace);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_15_technographic(name, name) IS
'part of create_workspace: settings, releases of systems and fact columns of technographic';

CREATE FUNCTION workspace_part_46_technographic(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- strangers choose their user agents: rows, which have no bound that an attack could reach, and not one value a customer
    PERFORM customer_segments.workspace_add_view(workspace, 'customer_devices',
        'one row a customer, device, system and browser, by the user agents of events within technographic_days; machines are left out',
        ARRAY[['customer_id', 'the customer'],
              ['device_class', 'desktop, mobile, tablet, tv or other'],
              ['device', 'what the user agent says the device is; where it does not, the operating system and the class'],
              ['brand', 'maker of the device; null if not said'],
              ['model', 'model of the device; null if not said'],
              ['os', 'operating system; Other if not known'],
              ['os_major', 'first number of its version; null if not said'],
              ['browser', 'browser or app; Other if not known'],
              ['events', 'events with such a user agent'],
              ['first_seen_at', 'the first of them'],
              ['last_seen_at', 'the last of them']],
        format($query$
SELECT u.customer_id, p.class AS device_class,
       CASE WHEN p.device = 'Other' THEN concat_ws(' ', NULLIF(p.os, 'Other'), p.class) ELSE p.device END AS device,
       p.brand, p.model, p.os, p.os_major, p.browser,
       sum(u.events)::bigint AS events, min(u.first_seen_at) AS first_seen_at, max(u.last_seen_at) AS last_seen_at
  FROM (SELECT e.customer_id, e.user_agent, count(*) AS events, min(e.at) AS first_seen_at, max(e.at) AS last_seen_at
          FROM %1$I.events e
         WHERE e.user_agent IS NOT NULL AND NOT e.is_machine
           AND e.at >= (SELECT (a.until_day - s.technographic_days)::timestamp AT TIME ZONE a.time_zone FROM %1$I.as_of a CROSS JOIN %1$I.settings s)
         GROUP BY e.customer_id, e.user_agent) u
 CROSS JOIN LATERAL customer_segments.parse_user_agent(u.user_agent) p
 WHERE p.class <> 'bot'
 GROUP BY u.customer_id, p.class, CASE WHEN p.device = 'Other' THEN concat_ws(' ', NULLIF(p.os, 'Other'), p.class) ELSE p.device END,
          p.brand, p.model, p.os, p.os_major, p.browser$query$, workspace));

    PERFORM customer_segments.workspace_add_view(workspace, 'technographic',
        'one row a customer who is registered or has events: main device, system and browser, kind of mail address, savviness',
        ARRAY[['customer_id', 'the customer'],
              ['device_class', 'desktop, mobile, tablet, tv or other: the class with most events, of equals the latest; unknown without a user agent'],
              ['device_class_rank', 'sort key: 1 desktop, 2 mobile, 3 tablet, 4 tv, 5 other, 6 unknown'],
              ['main_os', 'operating system with most events'],
              ['main_browser', 'browser or app with most events'],
              ['main_device', 'device with most events'],
              ['main_brand', 'its maker; null if not said'],
              ['mobile_share', 'share of events on phones and tablets, 0..1; null without a user agent'],
              ['is_mobile_first', 'whether that is above mobile_first_share; null without a user agent'],
              ['devices', 'different devices; computers of one operating system count as one'],
              ['uses_app', 'whether there are events of kind app_open or channel app'],
              ['os_released_on', 'when the newest of the customer''s systems came out, by os_release; null for none that is there'],
              ['self_service_share', 'events on the customer''s devices / these and support tickets, 0..1; null without either'],
              ['savviness_points', 'one each for an app, savvy_devices devices, a system not older than savvy_os_days, savvy_self_service_share'],
              ['savviness', 'low, medium or high by these points; unknown without a device and an app'],
              ['savviness_rank', 'sort key: 1 high, 2 medium, 3 low, 4 unknown'],
              ['mail_domain_kind', 'corporate, free or disposable by the mail address; unknown without a valid one'],
              ['mail_domain_kind_rank', 'sort key: 1 corporate, 2 free, 3 disposable, 4 unknown'],
              ['n', 'events with a user agent within technographic_days'],
              ['reliable', 'whether n is at least technographic_min_events']],
        format($query$
SELECT v.customer_id, v.device_class, array_position('{desktop,mobile,tablet,tv,other,unknown}'::text[], v.device_class) AS device_class_rank,
       v.main_os, v.main_browser, v.main_device, v.main_brand, v.mobile_share,
       v.mobile_share > v.mobile_first_share AS is_mobile_first, v.devices, v.uses_app, v.os_released_on,
       v.self_service_share, v.savviness_points, v.savviness,
       array_position('{high,medium,low,unknown}'::text[], v.savviness) AS savviness_rank,
       v.mail_domain_kind, array_position('{corporate,free,disposable,unknown}'::text[], v.mail_domain_kind) AS mail_domain_kind_rank,
       v.n, v.n >= v.technographic_min_events AS reliable
  FROM (SELECT w.*,
               CASE WHEN w.n = 0 AND NOT w.uses_app THEN 'unknown'
                    WHEN w.savviness_points >= w.savvy_high_points THEN 'high'
                    WHEN w.savviness_points >= w.savvy_medium_points THEN 'medium' ELSE 'low' END AS savviness
          FROM (SELECT q.*,
                       q.uses_app::integer + (q.devices >= q.savvy_devices)::integer
                       + COALESCE(q.os_released_on >= q.as_of_on - q.savvy_os_days, false)::integer
                       + COALESCE(q.n > 0 AND q.self_service_share >= q.savvy_self_service_share, false)::integer AS savviness_points
                  FROM (SELECT c.customer_id, COALESCE(max(c.device_class), 'unknown') AS device_class,
                               max(c.main_os) AS main_os, max(c.main_browser) AS main_browser, max(c.main_device) AS main_device,
                               max(c.main_brand) AS main_brand,
                               (sum(c.mobile_events) / NULLIF(sum(c.n), 0))::numeric(7,6) AS mobile_share,
                               sum(c.devices)::bigint AS devices, sum(c.app_events) > 0 AS uses_app, max(c.os_released_on) AS os_released_on,
                               (sum(c.n) / NULLIF(sum(c.n) + sum(c.support_tickets), 0))::numeric(7,6) AS self_service_share,
                               COALESCE(max(c.mail_domain_kind), 'unknown') AS mail_domain_kind, sum(c.n)::bigint AS n,
                               s.technographic_min_events, s.mobile_first_share, s.savvy_devices, s.savvy_os_days, s.savvy_self_service_share,
                               s.savvy_medium_points, s.savvy_high_points, s.as_of_on
                          FROM (SELECT t.customer_id, t.device_class[1] AS device_class, t.main_os[1] AS main_os, t.main_browser[1] AS main_browser,
                                       t.main_device[1] AS main_device, t.main_brand[1] AS main_brand, t.mobile_events, t.devices, t.os_released_on, t.n,
                                       0 AS app_events, 0 AS support_tickets, NULL::text AS mail_domain_kind
                                  FROM (SELECT g.customer_id,
                                               -- of each kind of label the one with most events, of equals the latest, then the first by its bytes
                                               array_agg(g.label ORDER BY g.events DESC, g.last_seen_at DESC, g.label COLLATE "C")
                                                   FILTER (WHERE g.label_of = 'class') AS device_class,
                                               array_agg(g.label ORDER BY g.events DESC, g.last_seen_at DESC, g.label COLLATE "C")
                                                   FILTER (WHERE g.label_of = 'os') AS main_os,
                                               array_agg(g.label ORDER BY g.events DESC, g.last_seen_at DESC, g.label COLLATE "C")
                                                   FILTER (WHERE g.label_of = 'browser') AS main_browser,
                                               array_agg(g.label ORDER BY g.events DESC, g.last_seen_at DESC, g.label COLLATE "C")
                                                   FILTER (WHERE g.label_of = 'device') AS main_device,
                                               array_agg(g.brand ORDER BY g.events DESC, g.last_seen_at DESC, g.label COLLATE "C")
                                                   FILTER (WHERE g.label_of = 'device') AS main_brand,
                                               sum(g.events) FILTER (WHERE g.label_of = 'class' AND g.label IN ('mobile', 'tablet')) AS mobile_events,
                                               count(*) FILTER (WHERE g.label_of = 'device') AS devices,
                                               max(g.os_released_on) AS os_released_on,
                                               COALESCE(sum(g.events) FILTER (WHERE g.label_of = 'class'), 0) AS n
                                          -- no grouping sets: one customer looked up would be found only after grouping everybody
                                          FROM (SELECT d.customer_id, l.label_of, l.label, max(d.brand) AS brand,
                                                       sum(d.events) AS events, max(d.last_seen_at) AS last_seen_at, max(r.released_on) AS os_released_on
                                                  FROM %1$I.customer_devices d
                                                  LEFT JOIN %1$I.os_release r ON r.os = d.os AND r.major = d.os_major
                                                 CROSS JOIN LATERAL (VALUES ('class', d.device_class), ('os', d.os), ('browser', d.browser), ('device', d.device))
                                                       AS l(label_of, label)
                                                 GROUP BY d.customer_id, l.label_of, l.label) g
                                         GROUP BY g.customer_id) t
                                UNION ALL
                                SELECT e.customer_id, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, 0,
                                       COALESCE(customer_segments.event_count(e.activity, 'app_open', w.from_on, NULL)
                                                + customer_segments.event_count(e.activity, NULL, w.from_on, NULL, 'app')
                                                - customer_segments.event_count(e.activity, 'app_open', w.from_on, NULL, 'app'), 0),
                                       COALESCE(customer_segments.event_count(e.activity, 'support_ticket', w.from_on, NULL), 0), NULL
                                  FROM %1$I.customer_events e
                                 CROSS JOIN (SELECT a.until_day - x.technographic_days AS from_on FROM %1$I.as_of a CROSS JOIN %1$I.settings x LIMIT 1) w
                                UNION ALL
                                SELECT p.customer_id, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL, 0, 0, 0, customer_segments.email_domain_kind(p.email)
                                  FROM %1$I.profiles p) c
                         CROSS JOIN (SELECT x.*, a.as_of_on FROM %1$I.settings x CROSS JOIN %1$I.as_of a LIMIT 1) s
                         GROUP BY c.customer_id, s.technographic_min_events, s.mobile_first_share, s.savvy_devices, s.savvy_os_days,
                                  s.savvy_self_service_share, s.savvy_medium_points, s.savvy_high_points, s.as_of_on) q) w) v$query$, workspace),
        customer_segments.source_has_any(source, '{customers,events}'));
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'device_class', 'technographic', 'device_class', 'device_class_rank',
        'class of the device with most events; unknown: no user agent', 'unknown', 6);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'savviness', 'technographic', 'savviness', 'savviness_rank',
        'how much at home the customer is with devices; unknown: no device and no app', 'unknown', 4);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'mail_domain_kind', 'technographic', 'mail_domain_kind', 'mail_domain_kind_rank',
        'kind of the mail address; unknown: no valid one', 'unknown', 4);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'main_os', 'technographic', 'main_os', 'operating system with most events');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'main_browser', 'technographic', 'main_browser', 'browser or app with most events');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'mobile_share', 'technographic', 'mobile_share',
        'share of events on phones and tablets, 0..1');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_46_technographic(name, name) IS
'part of create_workspace: the views customer_devices and technographic';
