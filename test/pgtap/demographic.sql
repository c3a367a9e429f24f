BEGIN;
SET search_path = customer_segments, public;
SELECT plan(6);
SELECT setseed(0.3) IS NULL AS seeded;
CREATE TEMPORARY TABLE person AS
SELECT date '1900-01-01' + floor(random() * 45000)::integer AS born, date '2000-01-01' + floor(random() * 20000)::integer AS on_date FROM generate_series(1, 5000)
UNION ALL SELECT make_date(1904 + 4 * i, 2, 29), date '2022-02-27' + j FROM generate_series(0, 30) AS i, generate_series(0, 740, 1) AS j WHERE j % 365 < 5;
SELECT is((SELECT count(*) FROM person WHERE age_in_years(born, on_date) IS DISTINCT FROM
                  CASE WHEN born <= on_date THEN extract(year FROM age(on_date::timestamp, born::timestamp))::integer END), 0::bigint,
          'age is that of the server''s own age()');
-- by brute force: the first day from on_date with the same month and day, or 1 March for 29 February
SELECT is((SELECT count(*) FROM person WHERE days_to_birthday(born, on_date) IS DISTINCT FROM
                  CASE WHEN born <= on_date THEN (SELECT min(d) FROM generate_series(0, 366) AS d
                    WHERE to_char(on_date + d, 'MMDD') = to_char(born, 'MMDD')
                       OR to_char(born, 'MMDD') = '0229' AND to_char(on_date + d, 'MMDD') = '0301' AND to_char(on_date + d - 1, 'MMDD') = '0228') END), 0::bigint,
          'the birthday is the next day of that name');
SELECT is((SELECT count(*) FROM person WHERE born <= on_date
              AND age_in_years(born, on_date + days_to_birthday(born, on_date)) <> age_in_years(born, on_date) + (days_to_birthday(born, on_date) > 0)::integer), 0::bigint,
          'a birthday makes a year older, and nothing before it');
SELECT is((SELECT count(*) FROM person WHERE birthday_within(born, 30, on_date) IS DISTINCT FROM
                  CASE WHEN born <= on_date THEN days_to_birthday(born, on_date) BETWEEN 0 AND 30 END), 0::bigint, 'within n days: n included');
SELECT is((SELECT count(*) FROM person WHERE (age_band(born, on_date) = 'unknown') <> (born > on_date)), 0::bigint,
          'a band for everybody who was born since 1900');
SELECT is((SELECT array_agg(DISTINCT scheme ORDER BY scheme) FROM default_bands() b
            WHERE cardinality(band_bounds(b.scheme)) <> cardinality(band_labels(b.scheme))), NULL, 'as many labels as bounds');
SELECT * FROM finish();
ROLLBACK;
