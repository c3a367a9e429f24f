BEGIN;
SET search_path = customer_segments, public;
SELECT plan(5);
-- every two digits belong to at most one sector, and to those that the Census Bureau and Eurostat list
SELECT results_eq($$SELECT count(*) FILTER (WHERE naics_sector(d) IS NOT NULL), count(DISTINCT naics_sector(d)), count(*) FILTER (WHERE nace_section(d) IS NOT NULL),
                           count(DISTINCT nace_section(d)) FROM (SELECT lpad(i::text, 2, '0') AS d FROM generate_series(0, 99) AS i) AS l$$,
    $$VALUES (24::bigint, 20::bigint, 88::bigint, 21::bigint)$$, '24 two-digit codes of NAICS in 20 sectors, 88 divisions of NACE in 21 sections');
SELECT is((SELECT count(*) FROM generate_series(0, 99999) AS i, LATERAL (SELECT lpad(i::text, 5, '0') AS c) AS l
            WHERE naics_sector(c) IS DISTINCT FROM naics_sector(left(c, 2)) OR naics_prefix(c, 3) IS DISTINCT FROM CASE WHEN naics_sector(c) IS NOT NULL THEN left(c, 3) END),
    0::bigint, 'the sector is that of the first two digits');
SELECT is((SELECT count(*) FROM generate_series(0, 9999) AS i, LATERAL (SELECT lpad(i::text, 4, '0') AS c) AS l
            WHERE (nace_section(c), nace_section(left(c, 2) || '.' || right(c, 2)), nace_section(nace_section(c) || c)) IS DISTINCT FROM
                  (nace_section(left(c, 2)), nace_section(left(c, 2)), nace_section(left(c, 2)))), 0::bigint, 'a point and the right letter change nothing');
SELECT is((SELECT count(*) FROM generate_series(0, 3000) AS e WHERE company_size_band(e) <> CASE WHEN e < 50 THEN 'startup' WHEN e <= 1000 THEN 'mid' ELSE 'enterprise' END),
    0::bigint, 'size of a company');
SELECT is((SELECT count(*) FROM generate_series(0, 300) AS e, unnest('{0,2000000,2000001,10000000,10000001,50000000,50000001}'::numeric[]) AS t
            WHERE eu_company_size(e, t) <> CASE WHEN e < 10 AND t <= 2e6 THEN 'micro' WHEN e < 50 AND t <= 10e6 THEN 'small' WHEN e < 250 AND t <= 50e6 THEN 'medium' ELSE 'large' END),
    0::bigint, 'the definition of the EU: both ceilings hold');
SELECT * FROM finish();
ROLLBACK;
