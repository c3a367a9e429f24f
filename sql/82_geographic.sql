-- geographic: where customers live; the views geographic, regions and countries (doc/geographic.md).

CREATE FUNCTION workspace_part_32_geographic(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
    stores text := 'SELECT NULL::double precision[] AS latitudes, NULL::double precision[] AS longitudes, NULL::text[] AS ids';
BEGIN
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['climate_reach_km', 'double precision NOT NULL DEFAULT 100 CHECK (climate_reach_km BETWEEN 0 AND 1000)',
         'geographic: a place at sea has the climate of the nearest land within so many km (our default)'],
        ['store_radius_km', 'double precision NOT NULL DEFAULT 25 CHECK (store_radius_km BETWEEN 0 AND 21000)',
         'geographic: a customer is near a store up to so many km (our default)'],
        ['region_min_customers', 'integer NOT NULL DEFAULT 30 CHECK (region_min_customers > 0)',
         'regions: the demand of a region is reliable from so many customers on (our default)'],
        ['high_demand_index', 'double precision NOT NULL DEFAULT 1.2 CHECK (high_demand_index > 0 AND high_demand_index < ''Infinity'')',
         'regions: demand is high from this index on, if it is reliable (our default)'],
        ['new_country_days', 'integer NOT NULL DEFAULT 90 CHECK (new_country_days BETWEEN 1 AND 36500)',
         'countries: a country is new if its first order is in the last so many days (our default)']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;

    IF customer_segments.source_has(source, 'stores') THEN
        stores := format('SELECT array_agg(t.latitude ORDER BY t.id, t.latitude, t.longitude) AS latitudes,
                         array_agg(t.longitude ORDER BY t.id, t.latitude, t.longitude) AS longitudes,
                         array_agg(t.id ORDER BY t.id, t.latitude, t.longitude) AS ids
                    FROM (SELECT o.store_id::text COLLATE "C" AS id, o.latitude::double precision AS latitude,
                                 o.longitude::double precision AS longitude FROM %I.stores o) t
                   WHERE abs(t.latitude) <= 90 AND abs(t.longitude) <= 180', source);
    END IF;

    PERFORM customer_segments.workspace_add_view(workspace, 'geographic',
        'one row a registered customer: country, region, urban or rural, climate, season and the nearest store',
        ARRAY[['customer_id', 'the customer'],
              ['country', 'ISO 3166 alpha-2 code; null unless a country is given that is one'],
              ['region', 'in the United States the postal code of the state, if it is one, else as given'],
              ['city', 'as given'],
              ['postal_code', 'as given'],
              ['un_region', 'region by UN M49; none: M49 gives the country none; unknown: no country'],
              ['un_region_rank', 'sort key: 1 Africa, 2 Americas, 3 Asia, 4 Europe, 5 Oceania, 6 none, 99 unknown'],
              ['un_subregion', 'sub-region by UN M49; null without one'],
              ['un_intermediate_region', 'intermediate region by UN M49; null without one'],
              ['census_region', 'census region of the United States; none: another country or a territory; unknown: no country, or no state that is one'],
              ['census_region_rank', 'sort key: 1 Northeast, 2 Midwest, 3 South, 4 West, 5 none, 99 unknown'],
              ['census_division', 'census division of the United States; null without one'],
              ['is_west_coast', 'whether in California, Oregon or Washington; null without a country, and in the United States without a state'],
              ['urbanity', 'urban, large_town, small_town or rural by the ZIP code and the table ruca_code; unknown elsewhere, and while that is empty'],
              ['urbanity_rank', 'sort key: 1 urban to 4 rural, 99 unknown'],
              ['climate_zone', 'Koeppen-Geiger class: by the coordinates and the table climate_grid, else the dominant one of the state or country; null without either'],
              ['climate_by', 'what it goes by: place or address; null without a class'],
              ['climate', 'the same in a word: tropical, arid, temperate, continental or polar; unknown without a class'],
              ['climate_rank', 'sort key: 1 tropical to 5 polar, 99 unknown'],
              ['has_snow_season', 'whether winters there bring snow as a rule; null without a class'],
              ['season', 'season on the day of as_of by the latitude, else by the country; null without either'],
              ['nearest_store_id', 'the store nearest to the coordinates, as text; null without coordinates or stores'],
              ['nearest_store_km', 'km to it along a great circle; null as above'],
              ['is_near_store', 'whether that is at most store_radius_km; null as above'],
              ['n', 'how many are known of country, region, city, postal code and coordinates'],
              ['reliable', 'whether the country or the coordinates are known']],
        format($query$
SELECT r.customer_id, r.country, r.region, r.city, r.postal_code,
       r.un_region, COALESCE(array_position('{Africa,Americas,Asia,Europe,Oceania,none}'::text[], r.un_region), 99) AS un_region_rank,
       customer_segments.un_subregion(r.country) AS un_subregion, customer_segments.un_intermediate_region(r.country) AS un_intermediate_region,
       r.census_region, COALESCE(array_position('{Northeast,Midwest,South,West,none}'::text[], r.census_region), 99) AS census_region_rank,
       customer_segments.census_division(r.us_state) AS census_division,
       CASE WHEN r.country = 'US' THEN customer_segments.is_west_coast(r.us_state) WHEN r.country IS NOT NULL THEN false END AS is_west_coast,
       r.urbanity, COALESCE(array_position('{urban,large_town,small_town,rural}'::text[], r.urbanity), 99) AS urbanity_rank,
       r.climate_zone, CASE WHEN r.place_zone IS NOT NULL THEN 'place' WHEN r.climate_zone IS NOT NULL THEN 'address' END AS climate_by,
       r.climate, COALESCE(array_position('{tropical,arid,temperate,continental,polar}'::text[], r.climate), 99) AS climate_rank,
       customer_segments.has_snow_season(r.climate_zone) AS has_snow_season,
       COALESCE(customer_segments.season(r.as_of_on, r.latitude), customer_segments.season(r.as_of_on, r.country)) AS season,
       r.ids[r.store] AS nearest_store_id, r.store_km AS nearest_store_km, r.store_km <= r.store_radius_km AS is_near_store,
       num_nonnulls(r.country, r.region, r.city, r.postal_code, r.latitude) AS n,
       num_nonnulls(r.country, r.latitude) > 0 AS reliable
  FROM (SELECT q.customer_id, q.country, q.us_state, COALESCE(q.us_state, q.stated_region) AS region, q.city, q.postal_code, q.latitude,
               CASE WHEN q.country IS NULL THEN 'unknown' ELSE COALESCE(customer_segments.un_region(q.country), 'none') END AS un_region,
               CASE WHEN q.country IS NULL OR (q.country = 'US' AND q.us_state IS NULL) THEN 'unknown'
                    ELSE COALESCE(customer_segments.census_region(q.us_state), 'none') END AS census_region,
               COALESCE(customer_segments.ruca_class(u.code), 'unknown') AS urbanity,
               q.place_zone, COALESCE(q.place_zone, q.address_zone) AS climate_zone,
               COALESCE(customer_segments.climate_group(COALESCE(q.place_zone, q.address_zone)), 'unknown') AS climate,
               q.as_of_on, q.store_radius_km, q.ids, q.store,
               customer_segments.great_circle_km(q.latitude, q.longitude, q.latitudes[q.store], q.longitudes[q.store]) AS store_km
          FROM (SELECT p.customer_id, customer_segments.country_code(p.country) AS country, p.region AS stated_region, p.city, p.postal_code,
                       CASE WHEN customer_segments.country_code(p.country) = 'US' THEN customer_segments.us_state(p.region) END AS us_state,
                       p.latitude, p.longitude,
                       customer_segments.climate_zone(p.latitude, p.longitude, s.climate_reach_km) AS place_zone,
                       customer_segments.climate_zone(p.country, p.region) AS address_zone,
                       a.as_of_on, s.store_radius_km, t.ids, t.latitudes, t.longitudes,
                       customer_segments.nearest_place(p.latitude, p.longitude, t.latitudes, t.longitudes) AS store
                  FROM %1$I.profiles p
                 CROSS JOIN %1$I.as_of a
                 CROSS JOIN (SELECT s.climate_reach_km, s.store_radius_km FROM %1$I.settings s LIMIT 1) s
                 CROSS JOIN (%2$s) t) q
          LEFT JOIN customer_segments.ruca_code u
            ON u.zip_code = CASE WHEN q.country = 'US' THEN substring(q.postal_code, '^([0-9]{5})(?:-[0-9]{4})?$') COLLATE "C" END) r$query$,
            workspace, stores), customer_segments.source_has(source, 'customers'));

    PERFORM customer_segments.workspace_add_view(workspace, 'regions',
        'one row a country and region with registered customers: their share of customers and of orders, and where demand is high',
        ARRAY[['country', 'ISO 3166 alpha-2 code; unknown: the customers without one'],
              ['region', 'as in geographic; unknown: those without one'],
              ['customers', 'registered customers'],
              ['buyers', 'of these, with an order that counts'],
              ['orders', 'their orders that count'],
              ['net_revenue', 'revenue less refunds'],
              ['customer_share', 'customers / all registered customers, 0..1'],
              ['order_share', 'orders / all orders of registered customers, 0..1; null without any'],
              ['demand_index', 'order_share / customer_share: 1 is what the whole shop has; null without any order'],
              ['is_high_demand', 'whether that is at least high_demand_index and reliable'],
              ['n', 'customers'],
              ['reliable', 'whether the region has at least region_min_customers']],
        format($query$
SELECT g.country, g.region, g.customers, g.buyers, g.orders, g.net_revenue, g.customer_share::numeric(7,6) AS customer_share,
       g.order_share::numeric(7,6) AS order_share, (g.order_share / g.customer_share)::numeric(12,6) AS demand_index,
       COALESCE(g.order_share / g.customer_share >= s.high_demand_index::numeric AND g.customers >= s.region_min_customers, false) AS is_high_demand,
       g.customers AS n, g.customers >= s.region_min_customers AS reliable
  FROM (SELECT h.*, h.customers / sum(h.customers) OVER () AS customer_share, h.orders / NULLIF(sum(h.orders) OVER (), 0) AS order_share
          FROM (SELECT COALESCE(p.country, 'unknown') AS country, COALESCE(p.region, 'unknown') AS region, count(*) AS customers,
                       count(*) FILTER (WHERE o.orders > 0) AS buyers, COALESCE(sum(o.orders), 0)::bigint AS orders,
                       COALESCE(sum(o.net_revenue), 0)::numeric(20,4) AS net_revenue
                  FROM %1$I.geographic p LEFT JOIN %1$I.customer_orders o ON o.customer_id %2$s p.customer_id
                 GROUP BY 1, 2) h) g
 CROSS JOIN (SELECT s.high_demand_index, s.region_min_customers FROM %1$I.settings s LIMIT 1) s
 ORDER BY g.country, g.region$query$,
            workspace, customer_segments.key_equals(customer_segments.source_key_type(source))));

    PERFORM customer_segments.workspace_add_view(workspace, 'countries',
        'one row a country with registered customers: what they buy, since when, and whether the country is new',
        ARRAY[['country', 'ISO 3166 alpha-2 code'],
              ['country_name', 'English name'],
              ['un_region', 'region by UN M49; null if it gives none'],
              ['un_subregion', 'sub-region by UN M49; null if it gives none'],
              ['customers', 'registered customers'],
              ['buyers', 'of these, with an order that counts'],
              ['orders', 'their orders that count'],
              ['net_revenue', 'revenue less refunds'],
              ['first_order_on', 'calendar day of the first order that counts; null without one'],
              ['last_order_on', 'calendar day of the last order that counts; null without one'],
              ['is_new', 'whether the first order is one of the last new_country_days; null without one'],
              ['n', 'customers'],
              ['reliable', 'whether there are at least region_min_customers']],
        format($query$
SELECT g.country, customer_segments.country_name(g.country) AS country_name, customer_segments.un_region(g.country) AS un_region,
       customer_segments.un_subregion(g.country) AS un_subregion, g.customers, g.buyers, g.orders, g.net_revenue, g.first_order_on, g.last_order_on,
       g.first_order_on >= a.until_day - s.new_country_days AS is_new, g.customers AS n, g.customers >= s.region_min_customers AS reliable
  FROM (SELECT p.country, count(*) AS customers, count(*) FILTER (WHERE o.orders > 0) AS buyers, COALESCE(sum(o.orders), 0)::bigint AS orders,
               COALESCE(sum(o.net_revenue), 0)::numeric(20,4) AS net_revenue, min(o.first_order_on) AS first_order_on,
               max(o.last_order_on) AS last_order_on
          FROM %1$I.geographic p LEFT JOIN %1$I.customer_orders o ON o.customer_id %2$s p.customer_id
         WHERE p.country IS NOT NULL
         GROUP BY p.country) g
 CROSS JOIN %1$I.as_of a
 CROSS JOIN (SELECT s.new_country_days, s.region_min_customers FROM %1$I.settings s LIMIT 1) s
 ORDER BY g.country$query$,
            workspace, customer_segments.key_equals(customer_segments.source_key_type(source))));

    PERFORM customer_segments.workspace_add_segmentation(workspace, 'un_region', 'geographic', 'un_region', 'un_region_rank',
        'region of the world by UN M49; none: it gives none; unknown: no country', 'unknown', 99);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'census_region', 'geographic', 'census_region', 'census_region_rank',
        'census region of the United States; none: elsewhere; unknown: no country or state', 'unknown', 99);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'urbanity', 'geographic', 'urbanity', 'urbanity_rank',
        'urban, large_town, small_town or rural; unknown: no US ZIP code, or no table of them', 'unknown', 99);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'climate', 'geographic', 'climate', 'climate_rank',
        'tropical, arid, temperate, continental or polar; unknown: no place or address', 'unknown', 99);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'country', 'geographic', 'country', 'ISO 3166 alpha-2 code');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'region', 'geographic', 'region',
        'in the United States the postal code of the state, if it is one, else as given');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'is_west_coast', 'geographic', 'is_west_coast',
        'whether in California, Oregon or Washington');
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'has_snow_season', 'geographic', 'has_snow_season',
        'whether winters where the customer lives bring snow as a rule');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_32_geographic(name, name) IS
'part of create_workspace: settings and views of where customers live';

CREATE FUNCTION source_probe_31_geographic(source name)
RETURNS SETOF source_probe
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    WITH found AS (
        SELECT c.relation, c.column_name FROM customer_segments.source_columns(source_probe_31_geographic.source) c WHERE c.fits),
    probe(relation, columns, problem, condition, remedy) AS (VALUES
        ('customers', ARRAY['latitude'], 'not a latitude', 'NOT (abs(latitude) <= 90)', 'such coordinates are not used: latitudes are -90 to 90 degrees'),
        ('customers', ARRAY['longitude'], 'not a longitude', 'NOT (abs(longitude) <= 180)', 'such coordinates are not used: longitudes are -180 to 180 degrees'),
        ('customers', ARRAY['latitude', 'longitude'], 'half a place', '(latitude IS NULL) <> (longitude IS NULL)',
         'such coordinates are not used: both are needed'),
        ('customers', ARRAY['latitude', 'longitude'], 'place 0, 0', 'latitude = 0 AND longitude = 0',
         'there is only sea: map what a geocoder did not find to NULL'),
        ('customers', ARRAY['country'], 'unknown country', 'country::text ~ ''[^ ]'' AND customer_segments.country_code(country::text) IS NULL',
         'such a country is not used: map it to an ISO 3166 code in the view'),
        ('customers', ARRAY['region', 'country'], 'unknown US state',
         'region::text ~ ''[^ ]'' AND customer_segments.country_code(country::text) = ''US'' AND customer_segments.us_state(region::text) IS NULL',
         'such a state has no census region and no climate: map it to a postal code in the view'),
        ('stores', ARRAY['latitude', 'longitude'], 'not a place', 'NOT (abs(latitude) <= 90 AND abs(longitude) <= 180)', 'such a store is nobody''s nearest one'))
    SELECT p.relation, p.columns[1], 'warning', p.problem, customer_segments.source_count(p.condition), p.remedy
      FROM probe p
     WHERE NOT EXISTS (SELECT FROM pg_catalog.unnest(p.columns) AS n(name)
                        WHERE (p.relation, n.name) NOT IN (SELECT f.relation, f.column_name FROM found f));
END;
COMMENT ON FUNCTION source_probe_31_geographic(name) IS
'probes of places: coordinates that are none, unknown countries and states';
