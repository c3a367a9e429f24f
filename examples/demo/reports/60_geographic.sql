-- Where the customers live: regions, climate, where demand is high.  Nothing where the log has no countries.
CREATE TEMP TABLE place AS SELECT * FROM segments.geographic WHERE country IS NOT NULL;
SELECT title('Where they live', format('by the address of %s', counted(count(*), 'customer'))) FROM place HAVING count(*) > 0;

SELECT note('countries', string_agg(format('%s %s', country_name, percent(customers / total)), ', ' ORDER BY customers DESC, country)
    FILTER (WHERE place <= 5))
FROM (SELECT country, country_name, customers, sum(customers) OVER ()::double precision AS total,
    row_number() OVER (ORDER BY customers DESC, country) AS place FROM segments.countries) AS c;
SELECT note('regions', string_agg(format('%s %s', census_region, percent(share)), ', ' ORDER BY census_region_rank))
FROM (SELECT census_region, census_region_rank, count(*) / sum(count(*)) OVER ()::double precision AS share
    FROM place WHERE census_region NOT IN ('none', 'unknown') GROUP BY 1, 2) AS r;
SELECT note('climate', string_agg(format('%s %s', climate, percent(share)), ', ' ORDER BY climate_rank))
FROM (SELECT climate, climate_rank, count(*) / sum(count(*)) OVER ()::double precision AS share FROM place GROUP BY 1, 2) AS c;
SELECT note('snow', format('%s with winters that bring snow, %s on the west coast', counted(count(*) FILTER (WHERE has_snow_season), 'customer'),
    number(count(*) FILTER (WHERE is_west_coast)))) FROM place HAVING count(*) > 0;
SELECT note('demand', 'highest in ' || string_agg(format('%s %s', coalesce(customer_segments.us_state_name(region), region), round(demand_index, 2)), ', '
    ORDER BY demand_index DESC, region))
FROM (SELECT region, demand_index FROM segments.regions WHERE reliable AND region <> 'unknown' ORDER BY demand_index DESC, region LIMIT 3) AS r;
