-- What people state about themselves: labels at every bound, nonsense is unknown, named examples with somebody just outside.
SET TimeZone = 'Asia/Tokyo';
SET DateStyle = 'ISO';
SET client_min_messages = warning;
SET jit = off;
SET search_path = customer_segments, public;
\set SHOW_CONTEXT never
SET customer_segments.as_of = '2024-07-01';

-- the day is that of as_of in UTC unless another one is given
SELECT age_in_years('1990-07-01'), age_in_years('1990-07-02'), age_in_years('1990-07-02', '2024-07-02'), age_in_years('2004-02-29', '2023-02-28'), age_in_years('2004-02-29', '2023-03-01');
SELECT days_to_birthday('1990-07-01'), days_to_birthday('1990-06-30'), days_to_birthday('2004-02-29', '2023-02-28'), days_to_birthday('2004-02-29', '2024-02-28'), birthday_within('1990-07-31', 30), birthday_within('1990-08-01', 30);
SELECT age, age_band(b, '2024-07-01'), marketing_age_band(b, '2024-07-01')
  FROM unnest('{0,17,18,24,25,29,30,34,35,44,45,46,49,50,54,55,64,65,124}'::integer[]) AS age, LATERAL (SELECT (date '2024-07-01' - age * interval '1 year')::date AS b) AS l;
SELECT y, generation(make_date(y, 12, 31)) AS old, generation(make_date(y + 1, 1, 1)) AS young FROM unnest('{1927,1945,1964,1980,1996,2012}'::integer[]) y;
SELECT income, income_band(income) FROM unnest('{0,49999.99,50000,149999.99,150000,-1,NaN,Infinity}'::numeric[]) AS income;
-- nonsense and nothing
SELECT b, age_in_years(b), days_to_birthday(b), birthday_within(b, 400), age_band(b), marketing_age_band(b), generation(b)
  FROM unnest('{2024-07-02,1899-12-31,infinity,-infinity,4714-11-24 BC,NULL}'::date[]) AS b;
SELECT age_in_years('1990-01-01', 'infinity'), age_in_years('1890-01-01', earliest => '1850-01-01'), age_in_years('1990-01-01', NULL), age_band('1990-01-01', NULL), generation('1990-01-01', NULL), income_band(NULL);
SELECT s, stated_amount(s), stated_gender(s) FROM unnest(ARRAY['75000', ' 12.5 ', '75,000', '$75k', '50-60k', '-5', 'NaN', '1e6', repeat('9', 16), '', NULL, 'F', ' Woman', 'M', 'man', 'Non-Binary', 'prefer not to say', 'n/a']) AS s;
SELECT band_label(5, '{1,10}', '{low,high}'), band_label(0.5, '{1,10}', '{low,high}'), band_label(10, '{1,10}', '{low,high}'), band_label(NULL, '{1}', '{low}'), band_label(5, NULL, NULL), band_label(5, '{}', '{}');
SELECT band_label(5, '{1,NULL}', '{low,high}');
SELECT scheme, string_agg(from_value || ' ' || label, ', ' ORDER BY from_value) FROM default_bands() GROUP BY 1 ORDER BY 1;
SELECT band_labels('no such scheme'), band_bounds('no such scheme');

-- the view
CREATE SCHEMA shop;
CREATE TABLE shop.customers (customer_id text, birth_date date, gender text, income text, education text, family_status text, email text, postal_code text);
SELECT create_workspace('seg', 'shop', time_zone => 'America/New_York');
INSERT INTO shop.customers VALUES
    ('high-income male of 30', '1994-07-01', 'M', '150000', 'Master', 'Married', 'a@example.com', '10001'),
    ('high-income male of 45', '1978-07-02', 'male', '150000', NULL, NULL, NULL, NULL),
    ('high-income male of 46', '1978-06-30', 'male', '150000', NULL, NULL, NULL, NULL),
    ('high-income male of 29', '1994-07-02', 'male', '150000', NULL, NULL, NULL, NULL),
    ('male of 35, a cent less', '1989-01-01', 'male', '149999.99', NULL, NULL, NULL, NULL),
    ('high-income female of 35', '1989-01-01', 'f', '150000', NULL, NULL, NULL, NULL),
    ('high-income of 35 called John', '1989-01-01', NULL, '150000', NULL, NULL, 'john@example.com', NULL),
    ('luxury in words', '1989-01-01', 'man', 'Luxury', NULL, NULL, NULL, NULL),
    ('income in other words', '1989-01-01', 'man', 'plenty', NULL, NULL, NULL, NULL),
    ('born in the future', '2024-07-02', '', '', '', '', '', ''),
    ('born in 2999', '2999-01-01', NULL, NULL, NULL, NULL, NULL, NULL), ('born before 1900', '1899-12-31', NULL, NULL, NULL, NULL, NULL, NULL), ('born for ever', 'infinity', NULL, NULL, NULL, NULL, NULL, NULL),
    ('nothing', NULL, NULL, NULL, NULL, NULL, NULL, NULL), ('leap day', '2004-02-29', NULL, '-5', NULL, NULL, NULL, NULL);
-- in New York it is still 30 June
SELECT customer_id, age, age_band, age_band_rank AS r, marketing_age_band AS marketing, marketing_age_band_rank AS r, generation, generation_rank AS r, gender, gender_rank AS r,
       income, income_band, income_band_rank AS r, n, reliable FROM seg.demographic ORDER BY customer_id COLLATE "C";
SET customer_segments.as_of = '2024-07-01 12:00Z';
SELECT customer_id FROM seg.demographic WHERE gender = 'male' AND marketing_age_band = '30-45' AND income_band = 'luxury' ORDER BY customer_id COLLATE "C";
SELECT customer_id, education, family_status, next_birthday_on, days_to_birthday, has_birthday_soon, profile_completeness
  FROM seg.demographic WHERE customer_id IN ('high-income male of 30', 'high-income male of 29', 'leap day', 'nothing', 'born in the future') ORDER BY customer_id COLLATE "C";
SELECT customer_id, age_band, marketing_age_band, generation, gender, income_band, profile_completeness FROM seg.customer_360 WHERE customer_id LIKE 'born%' ORDER BY 1;

-- every threshold is a row: bands, days, what a profile has
UPDATE seg.settings SET birthday_days = 1, earliest_birth_date = '1890-01-01';
UPDATE seg.band SET from_value = 1990 WHERE scheme = 'generation' AND label = 'z';
DELETE FROM seg.band WHERE scheme = 'marketing_age';
INSERT INTO seg.band VALUES ('income', 1000000, 'yacht');
UPDATE seg.profile_field SET weight = 0 WHERE field NOT IN ('birth_date', 'income');
UPDATE seg.profile_field SET weight = 3 WHERE field = 'birth_date';
SELECT customer_id, age, generation, marketing_age_band, income_band_rank, has_birthday_soon, profile_completeness FROM seg.demographic
 WHERE customer_id IN ('high-income male of 29', 'born before 1900', 'leap day') ORDER BY customer_id COLLATE "C";
UPDATE seg.profile_field SET weight = 0;
SELECT DISTINCT profile_completeness FROM seg.demographic;
\set VERBOSITY terse
UPDATE seg.settings SET birthday_days = -1;
INSERT INTO seg.band VALUES ('age', 18, 'grown');
INSERT INTO seg.band VALUES ('age', 'NaN', 'old');
INSERT INTO seg.band VALUES ('age', 100, 'unknown');
UPDATE seg.profile_field SET weight = 'NaN';
\set VERBOSITY default

SELECT column_name, problem, detail FROM check_sources('shop') WHERE severity = 'warning' ORDER BY 1, 2;
SELECT drop_workspace('seg');
-- without people
DROP TABLE shop.customers;
SELECT create_workspace('seg', 'shop');
SELECT * FROM seg.demographic;
SELECT drop_workspace('seg');
