-- layers: Jaccard and lift against exact fractions in numeric.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(3);
SELECT setseed(0.6) IS NULL AS seeded;
CREATE TEMPORARY TABLE sets AS
SELECT both_, both_ + floor(random() * 1000)::bigint AS a, both_ + floor(random() * 1000)::bigint AS b, floor(random() * 100)::bigint AS others
  FROM (SELECT floor(random() * 500)::bigint AS both_ FROM generate_series(1, 2000)) t;
SELECT is((SELECT count(*) FROM sets WHERE a + b > 0 AND abs(jaccard(both_, a, b) - (both_::numeric / (a + b - both_))) > 1e-12), 0::bigint, 'Jaccard equals the exact fraction');
SELECT is((SELECT count(*) FROM sets WHERE a > 0 AND b > 0
              AND abs(overlap_lift(both_, a, b, a + b - both_ + others) - (both_::numeric * (a + b - both_ + others) / (a::numeric * b)))
                  > 1e-12 * greatest(1, both_::numeric * (a + b - both_ + others) / (a::numeric * b))), 0::bigint, 'lift equals the exact fraction');
SELECT is((SELECT count(*) FROM sets WHERE overlap_lift(both_, a, b, 5000) IS DISTINCT FROM overlap_lift(both_, b, a, 5000) OR jaccard(both_, a, b) IS DISTINCT FROM jaccard(both_, b, a)), 0::bigint,
          'either way round');
SELECT * FROM finish();
ROLLBACK;
