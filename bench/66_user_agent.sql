--@ title User agents: parse_user_agent against the same patterns run by the server's regex operator
-- New strings: none was seen before, each is made unlike by a random end.  Known: five thousand strings a million times over.  The operator only finds
-- the first pattern of browser, system and device, each expression compiled once; parse_user_agent also cuts out the parts, and names a class.
--@ variant one process: max_parallel_workers_per_gather=0 jit=off
--@ setup
DROP TABLE IF EXISTS agent, few_agents, known_agents;
CREATE TABLE agent AS
SELECT i, CASE i % 10
        WHEN 0 THEN format('Mozilla/5.0 (iPhone; CPU iPhone OS %s_%s like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%1$s.%2$s Mobile/15E148 Safari/604.1', 10 + n % 8, n % 7)
        WHEN 1 THEN format('Mozilla/5.0 (iPad; CPU OS %s_%s like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/%s.0.6099.119 Mobile/15E148 Safari/604.1', 10 + n % 8, n % 7, 80 + n % 50)
        WHEN 2 THEN format('Mozilla/5.0 (Linux; Android %s; SM-G9%sF) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%s.0.%s.%s Mobile Safari/537.36', 5 + n % 10, 10 + n % 90, 80 + n % 50, 4000 + n % 2000, n % 200)
        WHEN 3 THEN format('Mozilla/5.0 (Linux; Android %s; Redmi Note %s Build/QKQ1.%s; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/%s.0.%s.66 Mobile Safari/537.36', 5 + n % 10, n % 12, 100000 + n, 80 + n % 50, 4000 + n % 2000)
        WHEN 4 THEN format('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%s.0.%s.%s Safari/537.36', 80 + n % 50, 4000 + n % 2000, n % 200)
        WHEN 5 THEN format('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%s.0.0.0 Safari/537.36 Edg/%1$s.0.%s.%s', 80 + n % 50, 1000 + n % 2000, n % 90)
        WHEN 6 THEN format('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/%s.%s Safari/605.1.15', 12 + n % 6, n % 7)
        WHEN 7 THEN format('Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:%s.0) Gecko/20100101 Firefox/%1$s.%s', 60 + n % 70, n % 9)
        WHEN 8 THEN format('Mozilla/5.0 (compatible; Googlebot/2.%s; +http://www.google.com/bot.html)', n % 9)
        ELSE format('Mozilla/5.0 (SMART-TV; LINUX; Tizen %s.5) AppleWebKit/537.36 (KHTML, like Gecko) Version/%1$s.5 TV Safari/537.%s', 2 + n % 5, n % 90) END AS agent
  FROM (SELECT i, (hashint8extended(i, 7) & 1048575)::integer AS n FROM generate_series(1, 20000) AS i) AS s;
CREATE TABLE few_agents AS SELECT * FROM agent WHERE i <= 100;
CREATE TABLE known_agents AS SELECT agent FROM agent, generate_series(1, 200) WHERE i <= 5000;
ANALYZE agent, few_agents, known_agents;
CREATE OR REPLACE FUNCTION parses_a_second(query text, n numeric) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    t timestamptz;
    best interval;
BEGIN
    FOR i IN 1 .. 4 LOOP
        t := clock_timestamp();
        EXECUTE query;
        -- the first compiles patterns
        IF i > 1 THEN best := LEAST(best, clock_timestamp() - t); END IF;
    END LOOP;
    RETURN round(n / EXTRACT(epoch FROM best));
END
$$;
--@ let first_patterns
SELECT DISTINCT ON (i, kind) i, kind, p.position
  FROM (SELECT kind, position, ignore_case, replace(replace(replace(pattern, '\b', '\y'), ',300}', ',255}'), ',500}', ',255}') AS expression
          FROM user_agent_pattern WHERE kind <> 'class' OFFSET 0) AS p
 CROSS JOIN LATERAL (SELECT a.i FROM few_agents a WHERE CASE WHEN p.ignore_case THEN a.agent || ' x' ~* p.expression ELSE a.agent || ' x' ~ p.expression END) AS found
 ORDER BY i, kind, p.position
--@ check both find the same patterns
SELECT NOT EXISTS ((SELECT i, kind, position FROM ({first_patterns}) AS f EXCEPT SELECT i, kind, position FROM few_agents, explain_user_agent(agent || ' x'))
         UNION ALL (SELECT i, kind, position FROM few_agents, explain_user_agent(agent || ' x') WHERE kind <> 'class' EXCEPT SELECT i, kind, position FROM ({first_patterns}) AS f))
--@ rival regex operator, 100 new
{first_patterns}
--@ rival parse_user_agent, 100 new
SELECT parse_user_agent(agent || ' ' || random()) FROM few_agents
--@ rival parse_user_agent, 20,000 new
SELECT parse_user_agent(agent || ' ' || random()) FROM agent
--@ rival parse_user_agent, 1,000,000 known
SELECT parse_user_agent(agent) FROM known_agents
--@ rival scan of 1,000,000
SELECT length(agent) FROM known_agents
--@ compare parse_user_agent, 100 new / regex operator, 100 new <= 0.05
--@ compare parse_user_agent, 1,000,000 known / scan of 1,000,000
--@ report Parses a second on one core: best of three
SELECT what, a_second, a_second >= bar AS met, bar
  FROM (VALUES ('new strings', parses_a_second('SELECT count(parse_user_agent(agent || '' '' || random())) FROM agent', 20000), 20000),
               ('known strings', parses_a_second('SELECT count(parse_user_agent(agent)) FROM known_agents', 1000000), 1000000)) AS v (what, a_second, bar)
