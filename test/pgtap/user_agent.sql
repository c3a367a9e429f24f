BEGIN;
SET search_path = customer_segments, public;
SELECT plan(10);
-- User agents of all sorts, and nonsense made of the patterns' own words.
SELECT setseed(0.6) IS NULL AS seeded;
CREATE TEMPORARY TABLE word AS
SELECT DISTINCT m[1] AS word FROM user_agent_pattern p, regexp_matches(p.pattern, '[A-Za-z]{3,}', 'g') AS m WHERE m[1] IS NOT NULL;
CREATE TEMPORARY TABLE agent AS
SELECT row_number() OVER () AS n, agent FROM (VALUES
    ('Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'),
    ('Mozilla/5.0 (Linux; Android 13; SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.5845.163 Mobile Safari/537.36'),
    ('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Safari/537.36 Edg/125.0.2535.51'),
    ('Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0'),
    ('Mozilla/5.0 (Linux; U; Android 4.4.2; de-de; LG-D855 Build/KVT49L) AppleWebKit/537.36 Version/4.0 Mobile Safari/537.36'),
    ('Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)'), ('LG-C105/V100 Teleca/Q7.0 MIDP-2.1'), ('lg440'), ('htc_touch'), ('')) AS v (agent)
UNION ALL
SELECT 100 + i, CASE WHEN i % 2 = 0 THEN 'Mozilla/5.0 (Linux; Android 9; ' ELSE '' END
                || (SELECT string_agg(w.word, substr('; /_ -.', 1 + (i + w.n::integer) % 7, 1)) || '/1.2 Build/9)'
                      FROM (SELECT word, row_number() OVER () AS n FROM word ORDER BY md5(word || i) LIMIT 3) AS w)
  FROM generate_series(1, 50) AS i;
-- The first pattern that matches by the server's own expressions, which write a word's boundary in another way and count to 255.
CREATE TEMPORARY TABLE by_server AS
SELECT DISTINCT ON (a.n, p.kind) a.n, p.kind, p.position
  FROM (SELECT p.*, replace(replace(replace(p.pattern, '\b', '\y'), ',300}', ',255}'), ',500}', ',255}') AS expression FROM user_agent_pattern p WHERE p.kind <> 'class') AS p,
       -- all agents for one pattern, then the next: the server keeps few expressions compiled
       LATERAL (SELECT n FROM agent WHERE CASE WHEN p.ignore_case THEN agent ~* p.expression ELSE agent ~ p.expression END OFFSET 0) AS a
 ORDER BY a.n, p.kind, p.position;
CREATE TEMPORARY TABLE by_us AS
SELECT a.n, e.kind, e.position FROM agent a, explain_user_agent(a.agent) e WHERE e.kind <> 'class';
SELECT is_empty('(TABLE by_server EXCEPT TABLE by_us) UNION ALL (TABLE by_us EXCEPT TABLE by_server)',
                'the pattern that answers is the first that the server''s operator finds');
SELECT cmp_ok((SELECT count(DISTINCT (kind, position)) FROM by_us), '>', 30::bigint, 'and many of them do');

-- Answers are the same whether kept or not, and in workers.
CREATE TEMPORARY TABLE first AS SELECT agent, parse_user_agent(agent) AS p FROM agent;
SELECT is((SELECT count(*) FROM first f WHERE f.p IS DISTINCT FROM parse_user_agent(f.agent)), 0::bigint, 'asked again, the same');
CREATE TEMPORARY TABLE filler AS SELECT count(parse_user_agent('filler ' || i || repeat(' filler', 100))) FROM generate_series(1, 15000) AS i;
SELECT is((SELECT count(*) FROM first f WHERE f.p IS DISTINCT FROM parse_user_agent(f.agent)), 0::bigint, 'and after ten thousand others');
INSERT INTO user_agent_pattern (kind, position, pattern, replacement) VALUES ('browser', 0, '.?', '{Mine}');
SELECT is((SELECT count(*) FROM agent WHERE (parse_user_agent(agent)).browser <> 'Mine'), 0::bigint, 'a new pattern holds at once');
DELETE FROM user_agent_pattern WHERE origin = 'own';
SELECT is((SELECT count(*) FROM first f WHERE f.p IS DISTINCT FROM parse_user_agent(f.agent)), 0::bigint, 'and no longer than it is there');
-- Patterns that are too long, and a table that its owner has changed: an error, and none of another process's memory.
SELECT throws_ok($$SELECT is_user_agent_pattern(repeat('a', 65537), false)$$, '54000', 'a pattern for user agents has 65537 bytes, must have at most 65536', 'a pattern has a length');
SELECT throws_ok($$SELECT is_user_agent_pattern(repeat('a', 200000000), false)$$, '54000', NULL, 'whatever its length');
ALTER TABLE user_agent_pattern ADD COLUMN note text, ADD COLUMN more text, ADD COLUMN a bigint DEFAULT 1, ADD COLUMN b bigint DEFAULT 2, ADD COLUMN c bigint DEFAULT 3, ADD COLUMN d bigint DEFAULT 4;
SELECT is((SELECT count(*) FROM first f WHERE f.p IS DISTINCT FROM parse_user_agent(f.agent)), 0::bigint, 'columns that somebody added do no harm');
ALTER TABLE user_agent_pattern ALTER pattern DROP NOT NULL;
UPDATE user_agent_pattern SET pattern = NULL WHERE position = 1;
SELECT throws_ok($$SELECT parse_user_agent('x')$$, '22004', 'user_agent_pattern has a row with a null that it must not have', 'nor does a null');
SELECT * FROM finish();
ROLLBACK;
