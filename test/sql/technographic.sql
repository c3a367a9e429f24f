-- technographic: every label with a customer inside and one just outside, strangers' strings, settings.
\set VERBOSITY terse
SET TimeZone = 'Asia/Tokyo';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
SET customer_segments.as_of = '2024-07-01 00:00Z';

CREATE SCHEMA shop;
CREATE TABLE shop.orders (customer_id text, ordered_at timestamptz, amount numeric);
CREATE TABLE shop.customers (customer_id text, email text);
CREATE TABLE shop.events (customer_id text, event_type text, occurred_at timestamptz, channel text, user_agent text, is_machine boolean);
SELECT create_workspace('seg', 'shop');

CREATE TABLE agent (name text PRIMARY KEY, agent text);
INSERT INTO agent VALUES
('iphone 17', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'),
('iphone 14', 'Mozilla/5.0 (iPhone; CPU iPhone OS 14_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.2 Mobile/15E148 Safari/604.1'),
('ipad', 'Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Mobile/15E148 Safari/604.1'),
('galaxy', 'Mozilla/5.0 (Linux; Android 13; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.5845.163 Mobile Safari/537.36'),
('windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36'),
('windows firefox', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:126.0) Gecko/20100101 Firefox/126.0'),
('windows 7', 'Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:115.0) Gecko/20100101 Firefox/115.0'),
('tv', 'Mozilla/5.0 (SMART-TV; LINUX; Tizen 5.5) AppleWebKit/537.36 (KHTML, like Gecko) 69.0.3497.106.1/5.5 TV Safari/537.36'),
('bot', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'),
('rubbish', 'xyzzy'), ('huge', repeat('Mozilla/5.0 (Linux; ', 5000)), ('empty', '');
CREATE FUNCTION seen(customer text, device text, times integer, last timestamptz DEFAULT '2024-06-01Z', event text DEFAULT 'page_view', channel text DEFAULT 'web') RETURNS integer
LANGUAGE sql AS $$ INSERT INTO shop.events SELECT customer, event, last - i * interval '1 minute', channel, (SELECT a.agent FROM agent a WHERE a.name = device), false FROM generate_series(0, times - 1) AS i; SELECT times $$;
SELECT count(*) FROM (VALUES
    (seen('desktop', 'windows', 5)), (seen('mobile', 'iphone 17', 5)), (seen('tablet', 'ipad', 4)), (seen('tv', 'tv', 1)), (seen('no class', 'rubbish', 1)),
    (seen('huge', 'huge', 1)), (seen('bot only', 'bot', 9)), (seen('empty', 'empty', 3)), (seen('no agent', NULL, 3)),
    -- mobile first: above half, not half
    (seen('mobile first', 'galaxy', 3)), (seen('mobile first', 'windows', 2)), (seen('half mobile', 'galaxy', 2)), (seen('half mobile', 'windows', 2, '2024-06-02Z')),
    -- bots do not count, nor what machines do
    (seen('with a bot', 'windows', 1)), (seen('with a bot', 'bot', 20)),
    -- the window of 365 days begins on 2023-07-02
    (seen('just in time', 'ipad', 1, '2023-07-02 00:00Z')), (seen('too old', 'ipad', 1, '2023-07-01 23:59:59.999999Z')),
    (seen('after as_of', 'ipad', 1, '2024-07-01 00:00Z')), (seen('after as_of', 'windows', 1)),
    -- two browsers on one computer are one device
    (seen('one computer', 'windows', 1)), (seen('one computer', 'windows firefox', 2)), (seen('two computers', 'windows', 1)), (seen('two computers', 'tv', 1)),
    -- savviness: an app, two devices, a system of 1095 days at most, self-service of 90 % at least
    (seen('four points', 'iphone 17', 5, '2024-06-01Z', 'app_open')), (seen('four points', 'windows', 4)),
    (seen('three points', 'iphone 17', 5)), (seen('three points', 'windows', 4)),
    (seen('two points', 'iphone 17', 9)), (seen('one point', 'iphone 14', 9)), (seen('no point', 'windows 7', 8)), (seen('no point', NULL, 1, '2024-06-01Z', 'support_ticket')),
    (seen('nine of ten', 'windows', 9)), (seen('nine of ten', NULL, 1, '2024-06-01Z', 'support_ticket')),
    (seen('app without agent', NULL, 1, '2024-06-01Z', 'Application Opened')), (seen('app by channel', NULL, 1, '2024-06-01Z', 'page_view', 'App')),
    (seen('ticket only', NULL, 2, '2024-06-01Z', 'support_ticket')), (seen('no kind', NULL, 2, '2024-06-01Z', 'our quiz', 'app'))) AS v (events);
INSERT INTO shop.events SELECT 'with a bot', 'page_view', '2024-06-01Z', 'web', agent, true FROM agent WHERE name = 'galaxy';
INSERT INTO shop.customers VALUES ('corporate', 'ann@acme.com'), ('free', 'ann@gmail.com'), ('disposable', 'ann@mailinator.com'), ('no mail', NULL), ('bad mail', 'ann@gmail'),
    ('desktop', 'bob@acme.com');
INSERT INTO shop.orders VALUES ('buyer only', '2024-05-01Z', 10), ('mobile', '2024-05-01Z', 10);

SELECT customer_id, device_class, device_class_rank AS rank, main_os, main_browser, main_device, main_brand, mobile_share, is_mobile_first, devices, n, reliable
  FROM seg.technographic ORDER BY customer_id COLLATE "C";
SELECT customer_id, uses_app, devices, os_released_on, self_service_share, savviness_points AS points, savviness, savviness_rank AS rank
  FROM seg.technographic WHERE n > 0 OR uses_app OR self_service_share IS NOT NULL ORDER BY customer_id COLLATE "C";
SELECT customer_id, mail_domain_kind, mail_domain_kind_rank AS rank FROM seg.technographic WHERE mail_domain_kind <> 'unknown' OR customer_id ~ 'mail' ORDER BY customer_id COLLATE "C";
-- an event without a kind says nothing
SELECT uses_app, savviness_points AS points, savviness, n FROM seg.technographic WHERE customer_id = 'no kind';
-- who owns one
SELECT DISTINCT customer_id FROM seg.customer_devices WHERE brand = 'Apple' AND device_class = 'tablet' ORDER BY 1;
SELECT customer_id, device_class, device, brand, model, os, os_major, browser, events, first_seen_at AT TIME ZONE 'UTC' AS first_seen_at FROM seg.customer_devices
 WHERE customer_id IN ('one computer', 'two computers', 'mobile first') ORDER BY customer_id, device COLLATE "C", browser;
SELECT customer_id, device_class, savviness, mail_domain_kind, main_os, mobile_share FROM seg.customer_360 WHERE customer_id IN ('buyer only', 'mobile', 'desktop') ORDER BY 1;
SELECT segmentation, segment, segment_rank, customers FROM seg.segment_summary WHERE segmentation IN ('device_class', 'savviness', 'mail_domain_kind') ORDER BY 1, 3;

-- settings, releases and patterns of one's own
UPDATE seg.settings SET mobile_first_share = 0.49, savvy_self_service_share = 0.95, savvy_os_days = 1400, savvy_devices = 3, technographic_days = 366;
SELECT customer_id, is_mobile_first, savviness_points AS points, savviness FROM seg.technographic
 WHERE customer_id IN ('half mobile', 'nine of ten', 'one point', 'three points', 'too old') ORDER BY 1;
-- iOS 14 is 1383 days old
UPDATE seg.settings SET savvy_os_days = 1383;
SELECT savviness_points FROM seg.technographic WHERE customer_id = 'one point';
UPDATE seg.settings SET savvy_os_days = 1382;
SELECT savviness_points FROM seg.technographic WHERE customer_id = 'one point';
INSERT INTO seg.os_release VALUES ('Windows', '10', '2023-10-31');
SELECT os_released_on, savviness_points FROM seg.technographic WHERE customer_id = 'nine of ten';
INSERT INTO user_agent_pattern (kind, position, pattern, replacement) VALUES ('browser', 1, '^xyzzy', '{Shop app}'), ('class', 1, 'browser=Shop app;', '{mobile}');
SELECT device_class, main_browser, main_device FROM seg.technographic WHERE customer_id = 'no class';
DELETE FROM user_agent_pattern WHERE origin = 'own';
UPDATE seg.settings SET mobile_first_share = 2;
UPDATE seg.settings SET savvy_high_points = 1;

-- sources without events and customers
CREATE SCHEMA bare;
CREATE TABLE bare.orders (customer_id integer, ordered_at timestamptz, amount numeric);
INSERT INTO bare.orders VALUES (1, '2024-05-01Z', 1);
SELECT create_workspace('bare_seg', 'bare');
SELECT count(*) FROM bare_seg.technographic;
SELECT customer_id, device_class, device_class_rank, savviness, savviness_rank, mail_domain_kind, mail_domain_kind_rank FROM bare_seg.customer_360;
