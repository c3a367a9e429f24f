-- What customers say, want and share: survey answers are simulated here (the log has none), needs and overlaps are those of the workspace.
CREATE TEMP TABLE said AS
SELECT c.customer_id, c.rfm, c.rfm_rank, ((hashtext(c.customer_id::text) & 1023) % 6 + CASE WHEN c.rfm_rank <= 6 THEN 5 ELSE 4 END) AS score
  FROM segments.customer_360 AS c WHERE c.orders > 0 AND (hashtext('asked ' || c.customer_id::text) & 3) = 0;
SELECT title('What customers say', format('%s, simulated: the log has none', counted(count(*), 'survey answer'))) FROM said;
SELECT note('NPS', format('%s (%s to %s): %s promoters, %s detractors', round((n).score), round((n).low), round((n).high), number((n).promoters), number((n).detractors)))
FROM (SELECT nps(score) AS n FROM said) AS x WHERE n IS NOT NULL;
SELECT note('segments', format('the better half of rfm is %s points above the other, p = %s', round(t.difference), round(t.p_value::numeric, 4)))
FROM nps_test((SELECT survey_summary_agg(score) FROM said WHERE rfm_rank > 6), (SELECT survey_summary_agg(score) FROM said WHERE rfm_rank <= 6)) AS t WHERE t.n_a IS NOT NULL;
SELECT note('overlap', format('%s and %s: %s customers in both, Jaccard %s, lift %s', segment_a, segment_b, number(both_count), round(jaccard::numeric, 2), round(lift::numeric, 2)))
FROM segments.segment_overlap WHERE (segmentation_a, segmentation_b) = ('rfm', 'value_tier') AND (segment_a, segment_b) = ('champions', 'vip');
SELECT note('needs', format('%s of %s customers have one by the example rules', number(count(*) FILTER (WHERE need_rank < 98)), number(count(*)))) FROM segments.customer_360 HAVING count(*) FILTER (WHERE need_rank < 98) > 0;
SELECT note('traits', format('%s of %s customers have one by the example rules', number(count(*) FILTER (WHERE trait_rank < 98)), number(count(*)))) FROM segments.customer_360 HAVING count(*) FILTER (WHERE trait_rank < 98) > 0;
DROP TABLE said;
