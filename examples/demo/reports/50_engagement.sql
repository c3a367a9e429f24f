-- Engagement: the log has no events, so simulated ones of customers whose traits are known; who is found again.
\ir ../../events/generate.sql
SELECT count(create_workspace('simulated_segments', 'simulated')) AS made \gset
CREATE TEMP TABLE engaged AS
SELECT t.trait, r.finds, e.*, CASE r.finds WHEN 'brand_advocate' THEN e.brand_advocate WHEN 'waning' THEN e.waning WHEN 'sunset' THEN e.sunset WHEN 'new_silent' THEN e.new_silent
                                   ELSE e.engagement = r.finds AND NOT e.brand_advocate END AS found
  FROM simulated.trait t JOIN simulated.trait_rule r USING (trait) LEFT JOIN simulated_segments.engagement e USING (customer_id);
SELECT title('Engagement', format('%s of %s: SIMULATED, the order log has none', counted((SELECT count(*) FROM simulated.events), 'event'), counted(count(*), 'customer'))) FROM engaged;
SELECT paint('    trait      highly moder.   low dormant advocate waning sunset silent   found', '2');
SELECT format('    %s %6s %6s %5s %7s %8s %6s %6s %6s %7s', fit(trait, 10), count(*) FILTER (WHERE engagement = 'highly_engaged'), count(*) FILTER (WHERE engagement = 'moderately_engaged'),
    count(*) FILTER (WHERE engagement = 'low'), count(*) FILTER (WHERE engagement = 'dormant'), count(*) FILTER (WHERE brand_advocate), count(*) FILTER (WHERE waning),
    count(*) FILTER (WHERE sunset), count(*) FILTER (WHERE new_silent), percent(count(*) FILTER (WHERE found)::double precision / count(*)))
FROM engaged GROUP BY trait ORDER BY min(engagement_rank), trait;
SELECT note('found', format('%s of the customers are where their trait puts them, schema simulated holds the truth, schema simulated_segments the answer',
    percent(count(*) FILTER (WHERE found)::double precision / count(*)))) FROM engaged;
