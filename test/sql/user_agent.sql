SET search_path = customer_segments, public;
CREATE TABLE seen (n integer GENERATED ALWAYS AS IDENTITY, what text, agent text);
INSERT INTO seen (what, agent) VALUES
('iphone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'),
('ipad', 'Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.1 Mobile/15E148 Safari/604.1'),
('android phone', 'Mozilla/5.0 (Linux; Android 13; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.5845.163 Mobile Safari/537.36'),
('android tablet', 'Mozilla/5.0 (Linux; Android 12; SM-X906C Build/QP1A.190711.020; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/80.0.3987.119 Mobile Safari/537.36'),
('tablet by the missing word', 'Mozilla/5.0 (Linux; Android 9; FooPad) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.0.0 Safari/537.36'),
('windows', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.2535.51'),
('mac', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15'),
('linux', 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0'),
('chromebook', 'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36'),
('tv', 'Mozilla/5.0 (SMART-TV; LINUX; Tizen 5.5) AppleWebKit/537.36 (KHTML, like Gecko) 69.0.3497.106.1/5.5 TV Safari/537.36'),
('fire tv', 'Mozilla/5.0 (Linux; Android 7.1.2; AFTMM Build/NS6265; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/70.0.3538.110 Mobile Safari/537.36'),
('console', 'Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15'),
('watch', 'atc/1.0 watchOS/5.1.3 model/Watch3,4 hwp/t8004 build/16S535 (6; dt:156)'),
('bot', 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'),
('bot that plays phone', 'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'),
('program', 'curl/8.5.0'),
('app on a phone', 'Dalvik/2.1.0 (Linux; U; Android 10; Mi 9T Build/QKQ1.190825.002)'),
('old phone', 'Nokia6300/2.0 (04.20) Profile/MIDP-2.0 Configuration/CLDC-1.1'),
('unheard of', 'xyzzy'), ('empty', ''), ('blank', '   ');
SELECT what, browser, browser_version, os, os_version, device, brand, model, class
  FROM seen, parse_user_agent(agent) ORDER BY n;
SELECT parse_user_agent(NULL) IS NULL AS null_for_null, parse_user_agent('Firefox/126.0.1');
-- by which pattern
SELECT kind, origin, pattern FROM explain_user_agent('Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X)');
SELECT count(*) FROM explain_user_agent('xyzzy');

-- very long ones: the first 1024 bytes are looked at
SELECT (parse_user_agent(repeat('x', 1012) || ' Chrome/1.23')).browser_version AS inside,
       (parse_user_agent(repeat('x', 1025) || ' Chrome/1.2')).browser AS outside,
       (parse_user_agent(repeat('Mozilla/5.0 (Linux; Android 9; ', 4000))).os AS huge,
       (parse_user_agent(repeat('a', 100000))).browser AS endless;
-- an expression that would take for ever is given up
INSERT INTO user_agent_pattern (kind, position, pattern) VALUES ('browser', -1, '((a+)+)+$'), ('browser', 1, '^(a{5})');
SELECT (parse_user_agent(repeat('a', 40) || '!')).browser;
DELETE FROM user_agent_pattern WHERE origin = 'own';

-- patterns of one's own go first, in their order
INSERT INTO user_agent_pattern (kind, position, pattern, ignore_case, replacement) VALUES
('browser', 1, '^shopapp/(\d+)\.(\d+)', true, '{Shop app,$1,$2}'), ('browser', 2, 'ShopApp', false, '{Never}'),
('class', 1, '; browser=Shop app;', false, '{mobile}');
SELECT browser, browser_version, os, class FROM parse_user_agent('SHOPAPP/3.14 (Windows NT 10.0)');
-- mistakes
INSERT INTO user_agent_pattern (kind, position, pattern) VALUES ('browser', 3, '(foo');
INSERT INTO user_agent_pattern (kind, position, pattern) VALUES ('browser', 3, 'a\Cb');
INSERT INTO user_agent_pattern (kind, position, pattern) VALUES ('car', 3, 'foo');
INSERT INTO user_agent_pattern (kind, position, pattern, replacement) VALUES ('class', 3, 'foo', '{phone}');
INSERT INTO user_agent_pattern (kind, position, pattern) VALUES ('class', 3, 'foo');
INSERT INTO user_agent_pattern (kind, position, pattern, replacement) VALUES ('os', 3, 'foo', '{1,2,3,4,5,6}');
SELECT user_agent_pattern_changed();

-- another version of the file
SELECT load_user_agent_patterns($file$
os_parsers:
  # what there is
  - regex: '(Toaster)''?s OS (\d+)'
    os_v2_replacement: "old"
$file$);
SELECT os, os_version, device FROM unnest('{Toaster''s OS 7,iPhone}'::text[]) AS agent, parse_user_agent(agent);
SELECT load_user_agent_patterns('os_parsers: none');
SELECT load_user_agent_patterns(E'os_parsers:\n  - regex: ''(foo''\n');
SELECT origin, kind, count(*) FROM user_agent_pattern WHERE origin <> 'shipped' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT load_user_agent_patterns('') AS none_left;
SELECT os, device FROM parse_user_agent('iPhone');
SELECT read_user_agent_file('\xff');
DELETE FROM user_agent_pattern WHERE origin = 'own';
