-- The workspace: one schema of segment views over the source views.
SET search_path = public, print;

-- The log ends in the past: the views answer for the day after its last order, not for today.
SELECT max(day)::date + 1 AS as_of FROM (
    SELECT max(ordered_at) FROM orders UNION ALL SELECT max(refunded_at) FROM refunds) AS l(day) \gset
ALTER DATABASE demo SET customer_segments.as_of = :'as_of';
SET customer_segments.as_of = :'as_of';
SELECT note('as of', format('%s: the log ends the day before (ALTER DATABASE … SET)', :'as_of'));

SELECT note('sources', coalesce(string_agg(concat_ws(' ', relation || coalesce('.' || column_name, '') || ':', problem), ', '),
    'nothing that check_sources warns of'))
FROM customer_segments.check_sources('shop') WHERE severity IN ('warning', 'error');

SELECT count(customer_segments.create_workspace('segments', 'shop')) AS made \gset
SELECT note('views', string_agg(relname, ', ' ORDER BY relname))
FROM pg_class WHERE relnamespace = 'segments'::regnamespace AND relkind = 'v';
