-- Who customers are: the log says little about it, so simulated people of known kinds; one line a topic, who is found.
\ir ../../people/generate.sql
SELECT count(create_workspace('people_segments', 'simulated_people')) AS made \gset
CREATE TEMP TABLE found AS
SELECT p.kind, l.*
  FROM simulated_people.person p JOIN people_segments.customer_360 c USING (customer_id)
 CROSS JOIN LATERAL (VALUES
    (1, 'demographic', 'men of 30 to 45, high income', gender = 'male' AND marketing_age_band = '30-45' AND income_band = 'luxury', kind = 'executive'),
    (2, 'geographic', 'where winters bring snow', has_snow_season, kind IN ('founder', 'skier')),
    (3, 'firmographic', 'people of startups', company_size = 'startup', kind = 'founder'),
    (4, 'technographic', 'phones, by the user agent', device_class = 'mobile', kind IN ('executive', 'commuter', 'skier')),
    (5, 'technographic', 'corporate mail', mail_domain_kind = 'corporate', kind IN ('executive', 'founder')),
    (6, 'psychographic', 'eco-conscious', trait = 'eco_conscious', kind = 'skier'),
    (7, 'needs', 'new homeowners', spell = 'new_homeowner', kind = 'mover'),
    (8, 'attitudinal', 'detractors, of those who said', nps = 'detractor', kind = 'commuter'),
    (9, 'layers', 'need warm clothes, in the snow', need = 'warm_outerwear' AND has_snow_season, kind = 'skier')) AS l(line, topic, example, is_in, is_of_kind);
SELECT title('Who they are', format('%s of known kinds: SIMULATED, the log does not say', counted(count(DISTINCT customer_id), 'customer'))) FROM simulated_people.person;
SELECT paint('    topic          example                          found  simulated  both', '2');
SELECT format('    %s %s %6s %10s %5s', fit(topic, 14), fit(example, 31), count(*) FILTER (WHERE is_in), count(*) FILTER (WHERE is_of_kind), count(*) FILTER (WHERE is_in AND is_of_kind))
FROM found GROUP BY line, topic, example ORDER BY line;
SELECT note('missed', 'one in twenty-five leaves a question open, not all furniture is bought within 45 days, schema simulated_people holds the truth, schema people_segments the answer');
DROP TABLE found;
