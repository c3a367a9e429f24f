BEGIN;
SET search_path = customer_segments, public;
SELECT plan(4);

-- a value without a zone means UTC in every session
CREATE FUNCTION pg_temp.read_as_of(value text, zone text, style text) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
    answer timestamptz;
BEGIN
    PERFORM set_config('TimeZone', zone, true), set_config('DateStyle', style, true), set_config('customer_segments.as_of', value, true);
    answer := customer_segments.as_of();
    PERFORM set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, MDY', true), set_config('customer_segments.as_of', '', true);
    RETURN answer;
END;
$$;
SELECT is((SELECT count(*)
             FROM generate_series(timestamp '2023-10-28', timestamp '2024-04-02', interval '7 hours 13 minutes 7.123456 seconds') AS t(at)
            CROSS JOIN unnest('{UTC,America/New_York,Asia/Kathmandu,Pacific/Auckland}'::text[]) AS z(zone)
            CROSS JOIN unnest('{"ISO, MDY","ISO, DMY","German","SQL, DMY"}'::text[]) AS d(style)
            WHERE pg_temp.read_as_of(to_char(t.at, 'YYYY-MM-DD HH24:MI:SS.US'), z.zone, d.style) <> t.at AT TIME ZONE 'UTC'), 0::bigint,
          'one value is one instant, whatever the zone and date style of the session');
SELECT is(pg_temp.read_as_of('2024-06-30T12:00:00Z', 'Asia/Tokyo', 'ISO'), timestamptz '2024-06-30 12:00:00+00', 'ISO 8601 is read');

-- a row at the instant does not exist, one a microsecond before does
CREATE SCHEMA shop;
CREATE TABLE shop.orders AS
SELECT 1 AS customer_id, timestamptz '2024-06-30Z' + i * interval '1 microsecond' AS ordered_at, 1 AS amount FROM generate_series(-2, 2) AS i;
SELECT create_workspace('seg', 'shop');
SET LOCAL customer_segments.as_of = '2024-06-30';
SELECT is((SELECT orders FROM seg.customer_orders), 2::bigint, 'rows before the instant exist');

-- read once a query, not once a row
SET LOCAL track_functions = 'all';
SELECT is((SELECT count(*) FROM seg.purchases CROSS JOIN generate_series(1, 100)), 200::bigint, 'rows of many customers, one instant');
SELECT * FROM finish();
ROLLBACK;
