-- scale_items: Cronbach's alpha against the textbook formula in plain SQL, in any order and any parts.
BEGIN;
SET search_path = customer_segments, public;
SELECT plan(5);
SELECT setseed(0.3) IS NULL AS seeded;
CREATE TEMPORARY TABLE r AS
SELECT i AS id, i % 7 AS g, 1 + floor((random() + m) * 2.5)::integer AS a, 1 + floor((random() + m) * 2.5)::integer AS b,
       1 + floor((random() + m) * 25)::numeric / 10 AS c, 1 + floor((random() + m) * 2.5)::integer AS d
  FROM (SELECT i, random() AS m FROM generate_series(1, 700) AS i) t;
CREATE TEMPORARY TABLE scales AS SELECT g, scale_items_agg(ARRAY[a, b, c, d] ORDER BY id) AS s FROM r GROUP BY g;
SELECT is((SELECT count(*) FROM scales JOIN (SELECT g, scale_items_agg(ARRAY[a, b, c, d] ORDER BY random()) AS s FROM r GROUP BY g) o USING (g) WHERE o.s::text <> scales.s::text),
          0::bigint, 'the same in any order of rows');
SELECT is((SELECT rollup(s ORDER BY random())::text FROM scales), (SELECT scale_items_agg(ARRAY[a, b, c, d])::text FROM r), 'merged parts are the whole');
SELECT is((SELECT count(*) FROM scales WHERE s::text::scale_items <> s), 0::bigint, 'text and back');
SELECT is((SELECT count(*) FROM (SELECT g, cronbach_alpha(ARRAY[a, b, c, d]) AS alpha,
                                        4.0 / 3 * (1 - (var_samp(a) + var_samp(b) + var_samp(c) + var_samp(d)) / var_samp(a + b + c + d)) AS textbook FROM r GROUP BY g) t
            WHERE abs(alpha - textbook) > 1e-12), 0::bigint, 'alpha equals the textbook formula in numeric');
SELECT is((SELECT count(*) FROM r WHERE scale_score(ARRAY[a, NULL, c, item_score(d, 1, 10, true)], 0.75) <> (a + c + 11 - d) / 3.0::double precision), 0::bigint, 'scale scores equal plain means');
SELECT * FROM finish();
ROLLBACK;
