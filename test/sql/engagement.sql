-- Engagement: one customer in and one just outside every named segment; errors of levels, scores and weights.
SET TimeZone = 'America/New_York';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
\set SHOW_CONTEXT never
SET customer_segments.as_of = '2024-07-01 00:00Z';

CREATE SCHEMA shop;
CREATE TABLE shop.customers (customer_id text, subscribed_at timestamptz);
CREATE TABLE shop.events (customer_id text, event_type text, occurred_at timestamptz, is_machine boolean);
-- the day so many days before the window's end; a second before its midnight is the day before
CREATE FUNCTION pg_temp.ago(days integer, seconds integer DEFAULT 43200) RETURNS timestamptz LANGUAGE sql
    RETURN timestamptz '2024-07-01 00:00Z' - days * interval '1 day' + seconds * interval '1 second';
INSERT INTO shop.events SELECT 'high', 'email_open', pg_temp.ago(i) FROM generate_series(1, 5) i UNION ALL SELECT 'high', 'email_click', pg_temp.ago(i) FROM generate_series(1, 2) i;
INSERT INTO shop.events SELECT 'one click short', 'email_open', pg_temp.ago(i) FROM generate_series(1, 5) i UNION ALL SELECT 'one click short', 'email_click', pg_temp.ago(1);
INSERT INTO shop.events SELECT 'one open short', 'email_open', pg_temp.ago(i) FROM generate_series(1, 4) i UNION ALL SELECT 'one open short', 'email_click', pg_temp.ago(i) FROM generate_series(1, 2) i;
INSERT INTO shop.events SELECT 'an open by a machine', 'email_open', pg_temp.ago(i), i = 5 FROM generate_series(1, 5) i UNION ALL SELECT 'an open by a machine', 'email_click', pg_temp.ago(i), false FROM generate_series(1, 2) i;
INSERT INTO shop.events SELECT 'an open a second too early', 'email_open', pg_temp.ago(i * 6, CASE i WHEN 5 THEN -1 ELSE 0 END) FROM generate_series(1, 5) i UNION ALL SELECT 'an open a second too early', 'email_click', pg_temp.ago(i) FROM generate_series(1, 2) i;
INSERT INTO shop.events SELECT 'opens at the very edge', 'email_open', pg_temp.ago(i * 6, 0) FROM generate_series(1, 5) i UNION ALL SELECT 'opens at the very edge', 'email_click', pg_temp.ago(i) FROM generate_series(1, 2) i;
INSERT INTO shop.events VALUES ('moderate by 30 days', 'site_visit', pg_temp.ago(30, 0)), ('low by a second', 'site_visit', pg_temp.ago(30, -1)),
    ('low by 90 days', 'login', pg_temp.ago(90, 0)), ('dormant by a second', 'login', pg_temp.ago(90, -1)),
    ('only sent to', 'email_received', pg_temp.ago(1)), ('of no kind', 'our_quiz', pg_temp.ago(1)), ('at as_of itself', 'site_visit', pg_temp.ago(0, 0));
INSERT INTO shop.events VALUES ('visit by a machine', 'site_visit', pg_temp.ago(1), true);
-- subscribed; the first one has no event at all
INSERT INTO shop.customers VALUES ('new by 30 days', pg_temp.ago(30, 0)), ('new no more', pg_temp.ago(30, -1)), ('registered only', NULL);
-- silent
INSERT INTO shop.events SELECT 'silent', 'email_received', pg_temp.ago(i) FROM generate_series(1, 3) i;
INSERT INTO shop.events SELECT 'two received', 'email_received', pg_temp.ago(i) FROM generate_series(1, 2) i;
INSERT INTO shop.events SELECT 'opened one', 'email_received', pg_temp.ago(i) FROM generate_series(1, 3) i UNION ALL SELECT 'opened one', 'email_open', pg_temp.ago(1);
INSERT INTO shop.events SELECT 'clicked one', 'email_received', pg_temp.ago(i) FROM generate_series(1, 3) i UNION ALL SELECT 'clicked one', 'email_click', pg_temp.ago(1);
INSERT INTO shop.events SELECT 'first by 90 days', 'email_received', pg_temp.ago(i, 0) FROM unnest('{90,2,1}'::integer[]) i;
INSERT INTO shop.events SELECT 'silent for long', 'email_received', pg_temp.ago(i, CASE i WHEN 90 THEN -1 ELSE 0 END) FROM unnest('{90,2,1}'::integer[]) i;
-- waning: visits weigh 2; a score halves in 30 days
INSERT INTO shop.events VALUES ('nothing since', 'site_visit', pg_temp.ago(31)), ('a visit on the last day', 'site_visit', pg_temp.ago(31)), ('a visit on the last day', 'site_visit', pg_temp.ago(30)),
    ('was low before', 'site_visit', pg_temp.ago(61)), ('was moderate before', 'site_visit', pg_temp.ago(60));
-- advocates
INSERT INTO shop.events SELECT c, t, pg_temp.ago(i) FROM unnest('{advocate,advocate who refers,advocate who posts,no advocate who shares,review too old,sad advocate}'::text[]) c, (SELECT 'email_open', i FROM generate_series(1, 5) i UNION ALL SELECT 'email_click', i FROM generate_series(1, 2) i) e(t, i)
 WHERE c <> 'sad advocate' OR t = 'email_open';
INSERT INTO shop.events VALUES ('advocate', 'review', pg_temp.ago(90, 0)), ('advocate who refers', 'referral', pg_temp.ago(1)), ('advocate who posts', 'community_post', pg_temp.ago(1)), ('no advocate who shares', 'social_engagement', pg_temp.ago(1)), ('review too old', 'referral', pg_temp.ago(90, -1)), ('sad advocate', 'community_post', pg_temp.ago(1));
-- sunset
INSERT INTO shop.events SELECT c, 'email_received', pg_temp.ago(i * 18, CASE WHEN c = 'one mail too early' AND i = 5 THEN -1 ELSE 0 END)
  FROM unnest('{sunset,one mail too early,open by 90 days,click by 90 days,click before that,not consented,gone,back again}'::text[]) c, generate_series(1, 5) i;
INSERT INTO shop.events VALUES ('open by 90 days', 'email_open', pg_temp.ago(90, 0)), ('click by 90 days', 'email_click', pg_temp.ago(90, 0)), ('click before that', 'email_click', pg_temp.ago(90, -1)),
    ('gone', 'unsubscribe', pg_temp.ago(95)), ('back again', 'unsubscribe', pg_temp.ago(120));
INSERT INTO shop.customers SELECT c, pg_temp.ago(100) FROM unnest('{sunset,one mail too early,open by 90 days,click by 90 days,click before that,gone,back again}'::text[]) c;

SELECT create_workspace('seg', 'shop');
SELECT customer_id, engagement AS level, engagement_rank AS r, engagement_before AS before, round(score::numeric, 3) AS score, round(score_before::numeric, 3) AS score_before,
       newly_engaged AS newly, new_silent AS silent, waning, brand_advocate AS advocate, power_user AS power, sunset, consented, subscribed_on, emails_opened AS opened,
       emails_clicked AS clicked, active_days AS active, last_active_on, n, reliable
  FROM seg.engagement ORDER BY customer_id COLLATE "C";
-- the direct aggregate on the same events: the same where as_of is a midnight of the workspace
SELECT d.customer_id, d.level, v.engagement FROM
    (SELECT customer_id, engagement_level(event_type, occurred_at, '2024-07-01 00:00Z', is_machine) AS level FROM shop.events GROUP BY 1) d
    FULL JOIN (SELECT * FROM seg.engagement WHERE n > 0) v USING (customer_id) WHERE d.level IS DISTINCT FROM COALESCE(v.engagement, 'unknown') ORDER BY 1;
SELECT customer_id, engagement, engagement_rank, engagement_score, sunset FROM seg.customer_360 WHERE customer_id IN ('registered only', 'sunset') ORDER BY 1;
SELECT segment, segment_rank, customers FROM seg.segment_summary WHERE segmentation = 'engagement' ORDER BY 2;

-- power users: the top share by score, ties alike; at the top five of a hundred the sixth is just outside
TRUNCATE shop.events, shop.customers;
INSERT INTO shop.events SELECT 'u' || lpad(i::text, 3, '0'), 'page_view', pg_temp.ago(1) FROM generate_series(1, 100) i, generate_series(i, 100);
SELECT count(*), max(customer_id) FROM seg.engagement WHERE power_user;
INSERT INTO shop.events VALUES ('u006', 'page_view', pg_temp.ago(1));
SELECT count(*), max(customer_id) FROM seg.engagement WHERE power_user;
-- the settings and weights are asked at once
UPDATE seg.settings SET power_user_share = 0.5, engaged_min_opens = 0, engaged_min_clicks = 0;
UPDATE seg.engagement_weight SET weight = 0 WHERE kind <> 'page_view';
SELECT count(*) FILTER (WHERE power_user) AS power_users, count(*) FILTER (WHERE engagement = 'highly_engaged') AS high FROM seg.engagement;
DELETE FROM seg.engagement_weight;
SELECT count(*) FILTER (WHERE power_user) AS power_users, max(score) FROM seg.engagement;
\set VERBOSITY terse
INSERT INTO seg.engagement_weight VALUES ('page_view', -1, 30);
INSERT INTO seg.engagement_weight VALUES ('page_view', 1, 0);
INSERT INTO seg.engagement_weight VALUES ('page view', 1, 1);
UPDATE seg.settings SET low_engaged_days = 29;
\set VERBOSITY default
SELECT drop_workspace('seg');
-- without subscriptions in the sources, and without events
DROP TABLE shop.customers;
INSERT INTO shop.events VALUES ('a', 'Signed Up', pg_temp.ago(30, 0)), ('b', 'Signed Up', pg_temp.ago(30, -1));
SELECT create_workspace('seg', 'shop');
SELECT customer_id, newly_engaged, consented, subscribed_on FROM seg.engagement WHERE customer_id IN ('a', 'b', 'u001') ORDER BY 1;
SELECT drop_workspace('seg');
DROP TABLE shop.events;
CREATE TABLE shop.customers (customer_id uuid);
SELECT create_workspace('seg', 'shop');
SELECT count(*) FROM seg.engagement;
SELECT drop_workspace('seg');

-- exact instants in the direct aggregate: 30 days, and 30 days and one second
SELECT engagement_level(t, at, '2024-07-01 15:00Z') FROM (VALUES ('Opened Email', timestamptz '2024-06-01 15:00Z')) e(t, at);
SELECT engagement_level(t, at, '2024-07-01 15:00Z') FROM (VALUES ('Opened Email', timestamptz '2024-06-01 14:59:59Z')) e(t, at);
SELECT engagement_level(t, at, '2024-07-01 15:00Z') FROM (VALUES ('OPENED EMAIL', timestamptz '2024-04-02 15:00Z')) e(t, at);
SELECT engagement_level(t, at, '2024-07-01 15:00Z') FROM (VALUES ('Opened Email', timestamptz '2024-04-02 14:59:59Z')) e(t, at);
SELECT engagement_level(t, at, '2024-07-01 15:00Z') FROM (VALUES ('Opened Email', timestamptz '2024-07-01 15:00Z'), ('what', '2024-06-30'), (NULL, '2024-06-30'), ('login', NULL)) e(t, at);
SELECT engagement_level('login', now(), now()) FROM generate_series(1, 0);
-- errors
SELECT engagement_level('login', now(), NULL::timestamptz);
SELECT engagement_level('login', now(), timestamptz 'infinity');
SELECT engagement_level('login', timestamptz '-infinity', timestamptz '2024-01-01');
SELECT engagement_level('login', timestamptz '2024-01-01', timestamptz '2024-01-01Z' + i * interval '1 day') FROM generate_series(1, 2) i;
SELECT engagement_level('v1 scale=0'::activity_history, '2024-01-01', min_opens => -1);
SELECT engagement_level('v1 scale=0'::activity_history, '2024-01-01', window_days => 91);
SELECT engagement_level('v1 scale=0'::activity_history, 'infinity');
SELECT engagement_level('v1 scale=0'::activity_history), engagement_level(NULL::activity_history), engagement_score('v1 scale=0'), engagement_score(NULL);
SELECT engagement_score('v1 scale=0', '2024-01-01', '{1,2}');
SELECT engagement_score('v1 scale=0', '2024-01-01', NULL, array_fill(0::float8, '{21}'));
SELECT engagement_score('v1 scale=0', '2024-01-01', array_fill('NaN'::float8, '{21}'));
SELECT engagement_score('v1 scale=0 2024-01-01:login:3', '2024-01-01', array_fill(1e308::float8, '{21}'));
SELECT engagement_score('v1 scale=0 0001-01-01:login:3', '200000-01-01', array_fill(1e308::float8, '{21}'), array_fill(1e-300::float8, '{21}'));
\set VERBOSITY sqlstate
SELECT engagement_level('login', now(), NULL::timestamptz);
SELECT engagement_level('login', now(), timestamptz 'infinity');
SELECT engagement_level('v1 scale=0'::activity_history, '2024-01-01', min_opens => -1);
SELECT engagement_score('v1 scale=0', '2024-01-01', '{1,2}');
SELECT engagement_score('v1 scale=0 2024-01-01:login:3', '2024-01-01', array_fill(1e308::float8, '{21}'));
