-- campaigns: the hold-out of 100,000 customers, whatever their keys look like; two campaigns are independent; every share is met.
BEGIN;
SET search_path = customer_segments, public;
SELECT * FROM no_plan();
CREATE TEMP TABLE key AS SELECT kind, CASE kind WHEN 'number' THEN n::text WHEN 'padded' THEN lpad(n::text, 10, '0') WHEN 'uuid' THEN md5(n::text)::uuid::text ELSE 'customer-' || n || '@example.org' END AS id
FROM generate_series(1, 100000) AS n, unnest('{number,mail}'::text[]) AS kind;
CREATE TEMP TABLE drawn AS SELECT kind, id, holdout_point(id, 'spring') AS spring, holdout_point(id, 'summer') AS summer, holdout_point(id, 'spring', 1) AS again FROM key;
SELECT ok(avg((spring < 0.1)::int) BETWEEN 0.097 AND 0.103 AND avg((summer < 0.1)::int) BETWEEN 0.097 AND 0.103, kind || ': a tenth is held out') FROM drawn GROUP BY kind;
SELECT ok(abs(corr((spring < 0.1)::int, (summer < 0.1)::int)) < 0.01, kind || ': independent of another campaign') FROM drawn GROUP BY kind;
SELECT ok(abs(corr((spring < 0.1)::int, (again < 0.1)::int)) < 0.01, kind || ': and of another seed') FROM drawn GROUP BY kind;
SELECT ok(bool_and(abs(share - got) < 0.006), 'every share is met: ' || kind) FROM (SELECT kind, s / 10.0 AS share, avg((spring < s / 10.0)::int) AS got FROM drawn, unnest('{0,3,7,10}'::int[]) AS s WHERE kind = 'number' GROUP BY kind, s) AS x GROUP BY kind;
SELECT ok(min(spring) >= 0 AND max(spring) < 1, 'from 0 to below 1') FROM drawn;
SELECT is((SELECT array_agg(holdout_point(id, 'spring') ORDER BY id) FROM unnest('{1,2,3}'::text[]) AS id), '{0.8164621087041826,0.2798786992498621,0.2937253276988143}'::float8[], 'for ever the same');
SELECT * FROM finish();
ROLLBACK;
