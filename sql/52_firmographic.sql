-- firmographic: sizes of companies and codes of industry (doc/firmographic.md).

CREATE FUNCTION company_size_band(employees numeric)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN customer_segments.band_label(CASE WHEN employees < 'Infinity' THEN employees END,
                                    customer_segments.band_bounds('company_size'), customer_segments.band_labels('company_size'));
COMMENT ON FUNCTION company_size_band(numeric) IS
'startup (below 50 people), mid (50 to 1000) or enterprise; unknown for null, below 0 and what is not finite';

CREATE FUNCTION eu_company_size(employees numeric, annual_turnover numeric DEFAULT NULL)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN CASE WHEN employees >= 0 AND employees < 'Infinity' THEN (customer_segments.band_labels('eu_employees'))[GREATEST(
                pg_catalog.width_bucket(employees, customer_segments.band_bounds('eu_employees')),
                pg_catalog.width_bucket(CASE WHEN annual_turnover < 'Infinity' THEN annual_turnover END, customer_segments.band_bounds('eu_turnover')))]
            ELSE 'unknown' END;
COMMENT ON FUNCTION eu_company_size(numeric, numeric) IS
'micro (below 10 people and up to 2 million euros), small (50, 10 million), medium (250, 50 million) or large, as the EU defines small and medium enterprises; by people alone without a turnover; unknown without people';

CREATE FUNCTION revenue_band(annual_revenue numeric)
RETURNS text
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE
RETURN customer_segments.band_label(CASE WHEN annual_revenue < 'Infinity' THEN annual_revenue END,
                                    customer_segments.band_bounds('annual_revenue'), customer_segments.band_labels('annual_revenue'));
COMMENT ON FUNCTION revenue_band(numeric) IS
'under_1m, 1m_to_10m, 10m_to_50m, 50m_to_250m or 250m_or_more a year; unknown for null, below 0 and what is not finite';

CREATE FUNCTION naics_sector(code text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'naics_sector';
COMMENT ON FUNCTION naics_sector(text) IS
'sector of a NAICS code of two to six digits: 51 of 511210, 31-33 of 3254; null for what is none';

CREATE FUNCTION naics_sector_name(code text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'naics_sector_name';
COMMENT ON FUNCTION naics_sector_name(text) IS
'name of the sector of a NAICS code, for example Information; null for what is none';

CREATE FUNCTION naics_prefix(code text, digits integer)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'naics_prefix';
COMMENT ON FUNCTION naics_prefix(text, integer) IS
'a level of a NAICS code: 3 digits subsector, 4 industry group, 5 industry, 6 national industry; null for what is no code or has fewer digits';

CREATE FUNCTION nace_section(code text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'nace_section';
COMMENT ON FUNCTION nace_section(text) IS
'section, A to U, of a NACE Rev. 2 code such as 62.01, 6201, J62 or J; null for what is none';

CREATE FUNCTION nace_section_name(code text)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'nace_section_name';
COMMENT ON FUNCTION nace_section_name(text) IS
'name of the section of a NACE code, for example Information and communication; null for what is none';

CREATE FUNCTION nace_prefix(code text, digits integer)
RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'nace_prefix';
COMMENT ON FUNCTION nace_prefix(text, integer) IS
'a level of a NACE code: 2 digits division, 3 group, 4 class, without letter and point; null for what is no code or has fewer digits';
