-- The log ends in the past: the views answer for the day after its last order, not for today.
SELECT max(day)::date + 1 AS as_of FROM (
    SELECT max(ordered_at) FROM orders UNION ALL SELECT max(refunded_at) FROM refunds) AS l(day) \gset
ALTER DATABASE demo SET customer_segments.as_of = :'as_of';
SET customer_segments.as_of = :'as_of';
SET search_path = public, print;
SELECT note('as of', format('the views answer for %s, the day after the last order (ALTER DATABASE … SET)', :'as_of'));
SELECT count(customer_segments.create_workspace('segments', 'shop')) AS made \gset
