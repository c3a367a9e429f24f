-- demographic: age, generation and income bands, birthdays; all stated by the person (doc/demographic.md).

CREATE FUNCTION age_in_years(birth_date date, on_date date DEFAULT (customer_segments.as_of() AT TIME ZONE 'UTC')::date,
                             earliest date DEFAULT '1900-01-01')
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'age_in_years';
COMMENT ON FUNCTION age_in_years(date, date, date) IS
'age in whole years on a day; who was born on 29 February is a year older on 1 March of a year without that day; null for a birth after on_date or before earliest';

CREATE FUNCTION days_to_birthday(birth_date date, on_date date DEFAULT (customer_segments.as_of() AT TIME ZONE 'UTC')::date,
                                 earliest date DEFAULT '1900-01-01')
RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'days_to_birthday';
COMMENT ON FUNCTION days_to_birthday(date, date, date) IS
'days from a day to the next birthday, 0 on the birthday; that of 29 February is 1 March in a year without that day; null for a birth after on_date or before earliest';

CREATE FUNCTION birthday_within(birth_date date, days integer, on_date date DEFAULT (customer_segments.as_of() AT TIME ZONE 'UTC')::date)
RETURNS boolean
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN customer_segments.days_to_birthday(birth_date, on_date) <= days;
COMMENT ON FUNCTION birthday_within(date, integer, date) IS
'whether the birthday is today or in the next so many days; null where days_to_birthday is';

-- ---------------------------------------------------------------------------------------------------------------
-- Bands: a value belongs to the band with the largest from_value that is not above it.  One list for all topics.
-- ---------------------------------------------------------------------------------------------------------------
CREATE FUNCTION default_bands(OUT scheme text, OUT from_value numeric, OUT label text)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 40
BEGIN ATOMIC
    VALUES ('age', 0::numeric, 'under_18'), ('age', 18, '18-24'), ('age', 25, '25-34'), ('age', 35, '35-44'), ('age', 45, '45-54'),
           ('age', 55, '55-64'), ('age', 65, '65+'),
           ('marketing_age', 0, 'under_18'), ('marketing_age', 18, '18-30'), ('marketing_age', 30, '30-45'), ('marketing_age', 46, '46-49'),
           ('marketing_age', 50, '50+'),
           ('generation', 1900, 'earlier'), ('generation', 1928, 'silent'), ('generation', 1946, 'boomers'), ('generation', 1965, 'x'),
           ('generation', 1981, 'millennials'), ('generation', 1997, 'z'), ('generation', 2013, 'alpha'),
           ('income', 0, 'budget'), ('income', 50000, 'middle'), ('income', 150000, 'luxury'),
           ('company_size', 0, 'startup'), ('company_size', 50, 'mid'), ('company_size', 1001, 'enterprise'),
           ('eu_employees', 0, 'micro'), ('eu_employees', 10, 'small'), ('eu_employees', 50, 'medium'), ('eu_employees', 250, 'large'),
           -- ceilings "up to and including" in euros, so that the next band begins one cent above
           ('eu_turnover', 0, 'micro'), ('eu_turnover', 2000000.01, 'small'), ('eu_turnover', 10000000.01, 'medium'),
           ('eu_turnover', 50000000.01, 'large'),
           ('annual_revenue', 0, 'under_1m'), ('annual_revenue', 1000000, '1m_to_10m'), ('annual_revenue', 10000000, '10m_to_50m'),
           ('annual_revenue', 50000000, '50m_to_250m'), ('annual_revenue', 250000000, '250m_or_more');
END;
COMMENT ON FUNCTION default_bands() IS
'the bands that a new workspace begins with: age and marketing_age (years), generation (year of birth), income (a year), company_size and eu_employees (people), eu_turnover and annual_revenue (a year); a band reaches from its from_value to the next one, this excluded';

CREATE FUNCTION band_bounds(scheme text)
RETURNS numeric[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.array_agg(b.from_value ORDER BY b.from_value) FROM customer_segments.default_bands() b
     WHERE b.scheme = band_bounds.scheme;
END;
COMMENT ON FUNCTION band_bounds(text) IS
'the bounds of the default bands of a scheme, ascending; null for another scheme';

CREATE FUNCTION band_labels(scheme text)
RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.array_agg(b.label ORDER BY b.from_value) FROM customer_segments.default_bands() b
     WHERE b.scheme = band_labels.scheme;
END;
COMMENT ON FUNCTION band_labels(text) IS
'the labels of the default bands of a scheme, in the order of band_bounds; null for another scheme';

CREATE FUNCTION band_label(value numeric, bounds numeric[], labels text[])
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN COALESCE(labels[pg_catalog.width_bucket(value, bounds)], 'unknown');
COMMENT ON FUNCTION band_label(numeric, numeric[], text[]) IS
'the label of the band that a value is in: bounds ascending, a value on a bound belongs above it; unknown below the first bound, for null and without bands';

CREATE FUNCTION age_band(birth_date date, on_date date DEFAULT (customer_segments.as_of() AT TIME ZONE 'UTC')::date)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN customer_segments.band_label(customer_segments.age_in_years(birth_date, on_date)::numeric,
                                    customer_segments.band_bounds('age'), customer_segments.band_labels('age'));
COMMENT ON FUNCTION age_band(date, date) IS
'under_18, 18-24, 25-34, 35-44, 45-54, 55-64 or 65+ by the age on a day; unknown for null, a birth after on_date or before 1900';

CREATE FUNCTION marketing_age_band(birth_date date, on_date date DEFAULT (customer_segments.as_of() AT TIME ZONE 'UTC')::date)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN customer_segments.band_label(customer_segments.age_in_years(birth_date, on_date)::numeric,
                                    customer_segments.band_bounds('marketing_age'), customer_segments.band_labels('marketing_age'));
COMMENT ON FUNCTION marketing_age_band(date, date) IS
'under_18, 18-30, 30-45 (30 and 45 themselves too), 46-49 or 50+ by the age on a day; unknown for null, a birth after on_date or before 1900';

CREATE FUNCTION generation(birth_date date, on_date date DEFAULT (customer_segments.as_of() AT TIME ZONE 'UTC')::date)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN CASE WHEN customer_segments.age_in_years(birth_date, on_date) IS NULL THEN 'unknown'
            ELSE customer_segments.band_label(EXTRACT(year FROM birth_date), customer_segments.band_bounds('generation'),
                                              customer_segments.band_labels('generation')) END;
COMMENT ON FUNCTION generation(date, date) IS
'earlier (born 1900-27), silent (1928-45), boomers (1946-64), x (1965-80), millennials (1981-96), z (1997-2012) or alpha (2013 on); unknown for null, a birth after on_date or before 1900';

CREATE FUNCTION income_band(income numeric)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN customer_segments.band_label(CASE WHEN income < 'Infinity' THEN income END,
                                    customer_segments.band_bounds('income'), customer_segments.band_labels('income'));
COMMENT ON FUNCTION income_band(numeric) IS
'budget (below 50000 a year), middle or luxury (from 150000); unknown for null, below 0 and what is not finite';

CREATE FUNCTION stated_amount(statement text)
RETURNS numeric
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN statement ~ '^ *[0-9]{1,15}(\.[0-9]{1,9})? *$' THEN statement::numeric END;
COMMENT ON FUNCTION stated_amount(text) IS
'a statement as an amount: digits with an optional decimal point; null for anything else';

CREATE FUNCTION stated_gender(statement text)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN CASE pg_catalog.lower(pg_catalog.btrim(statement))
            WHEN 'f' THEN 'female' WHEN 'female' THEN 'female' WHEN 'woman' THEN 'female'
            WHEN 'm' THEN 'male' WHEN 'male' THEN 'male' WHEN 'man' THEN 'male'
            WHEN '' THEN 'unknown' WHEN 'n/a' THEN 'unknown' WHEN 'not stated' THEN 'unknown' WHEN 'prefer not to say' THEN 'unknown'
            ELSE COALESCE(pg_catalog.lower(pg_catalog.btrim(statement)), 'unknown') END;
COMMENT ON FUNCTION stated_gender(text) IS
'gender as a person stated it, in lower case: f, woman and female are female, m, man and male are male, any other statement itself; unknown where nothing is stated; never inferred from anything else';
