-- needs: what customers need, by a table of rules; spells of purchases; opportunity scores (doc/needs.md).

CREATE FUNCTION spell_end(times timestamptz[], parts integer[], needed integer, within_days integer) RETURNS timestamptz
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10;
COMMENT ON FUNCTION spell_end(timestamptz[], integer[], integer, integer)
    IS 'the first instant by which, within so many days, each of the parts 1 to needed was there at least once; times ascend, one part for each; null if there is none';

CREATE FUNCTION opportunity_score(importance double precision, satisfaction double precision) RETURNS double precision
    AS 'MODULE_PATHNAME' LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION opportunity_score(double precision, double precision)
    IS 'importance + max(importance - satisfaction, 0), 0..20, of two scores from 0 to 10';

CREATE FUNCTION need_example_rules(OUT need text, OUT source text, OUT key text, OUT answer text, OUT min_score double precision)
RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 100
BEGIN ATOMIC
    SELECT r.need, r.source, k.key, NULL::text, NULL::double precision
      FROM (VALUES
        (1, 'energy_boost', 'category', '{energy_drinks,pre_workout,coffee}'::text[]), (1, 'energy_boost', 'attribute', '{caffeine,energy}'),
        (2, 'sleep_support', 'category', '{sleep,sleep_aids,melatonin}'), (2, 'sleep_support', 'attribute', '{sleep}'),
        (3, 'recovery', 'category', '{recovery,massage,protein}'), (3, 'recovery', 'attribute', '{recovery,electrolytes}'),
        (4, 'sensitive_skin', 'attribute', '{sensitive_skin,fragrance_free,hypoallergenic}'),
        (5, 'small_apartment', 'attribute', '{space_saving,foldable,compact}'),
        (6, 'large_family', 'category', '{baby,children,kids}'), (6, 'large_family', 'attribute', '{family_pack,bulk}'),
        (7, 'freelancer', 'category', '{home_office,invoicing}'),
        (8, 'enterprise_team', 'attribute', '{team_plan,enterprise_plan}'),
        (9, 'sun_protection', 'category', '{sunscreen,sun_care}'), (9, 'sun_protection', 'attribute', '{spf,uv_protection}'),
        (10, 'warm_outerwear', 'category', '{coats,winter_jackets,down_jackets,snow_jackets}'), (10, 'warm_outerwear', 'attribute', '{insulated,down}'))
        AS r(n, need, source, keys)
     CROSS JOIN LATERAL pg_catalog.unnest(r.keys) AS k(key)
    UNION ALL
    SELECT r.need, 'answer', r.question, r.answer, r.min_score
      FROM (VALUES
        ('energy_boost', 'need', 'energy', NULL::double precision), ('sleep_support', 'need', 'sleep', NULL), ('recovery', 'need', 'recovery', NULL),
        ('sensitive_skin', 'skin_type', 'sensitive', NULL), ('small_apartment', 'home', 'studio', NULL), ('small_apartment', 'home', 'small_apartment', NULL),
        ('large_family', 'household_size', NULL, 5), ('freelancer', 'occupation', 'freelancer', NULL), ('freelancer', 'occupation', 'self_employed', NULL),
        ('enterprise_team', 'team_size', NULL, 50), ('sun_protection', 'need', 'sun_protection', NULL), ('warm_outerwear', 'need', 'warm_clothes', NULL))
        AS r(need, question, answer, min_score);
END;
COMMENT ON FUNCTION need_example_rules() IS
'the example set of need_rule: named needs with categories, attributes and answers';

CREATE FUNCTION workspace_part_41_needs(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
    rules text := format('(SELECT t.* FROM %1$I.need_rule t WHERE NOT t.is_example OR (SELECT s.need_examples FROM %1$I.settings s))', workspace);
    since text := customer_segments.workspace_since(workspace, 'need_window_days');
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['need_examples', 'boolean NOT NULL DEFAULT true', 'needs: whether the rules and spells of the example set count'],
        ['need_window_days', 'integer NOT NULL DEFAULT 365 CHECK (need_window_days BETWEEN 1 AND 36500)', 'needs: purchases, answers, events and spells of so many days count (our default)'],
        ['need_min_share', 'double precision NOT NULL DEFAULT 0.5 CHECK (need_min_share BETWEEN 0 AND 1)',
         'needs: the primary need has this share of the weight, or it is mixed'],
        ['need_min_facts', 'integer NOT NULL DEFAULT 2 CHECK (need_min_facts > 0)', 'needs: and rests on so many facts'],
        ['opportunity_extreme', 'double precision NOT NULL DEFAULT 15 CHECK (opportunity_extreme BETWEEN 0 AND 20)', 'needs: an opportunity is extreme above this score'],
        ['opportunity_ripe', 'double precision NOT NULL DEFAULT 12 CHECK (opportunity_ripe BETWEEN 0 AND opportunity_extreme)', 'needs: ripe from this score on'],
        ['opportunity_look', 'double precision NOT NULL DEFAULT 10 CHECK (opportunity_look BETWEEN 0 AND opportunity_ripe)', 'needs: worth a look from this score on, below it served']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;
    PERFORM customer_segments.workspace_rule_table(workspace, 'need_rule', 'need', '{category,product,attribute,answer,event}',
        'what speaks for which need, with weights; open to change', '{}', '');
    EXECUTE format('INSERT INTO %I.need_rule (need, source, key, answer, min_score, is_example)
                    SELECT r.need, r.source, r.key, r.answer, r.min_score, true FROM customer_segments.need_example_rules() r', workspace);
    PERFORM customer_segments.workspace_add_table(workspace, 'need_spell',
        'spells: something of every part bought within some days; open to change',
        ARRAY[['spell', 'name of the spell'],
              ['part', 'one of its parts: any of the categories, products or attributes of a part will do'],
              ['source', 'category, product or attribute'],
              ['key', 'the category, product or attribute; all but products as rule_key writes them'],
              ['within_days', 'from the first part to the last; the least of the spell''s rows counts'],
              ['is_example', 'true: of the example set, which the setting need_examples switches off']],
        'spell text NOT NULL CONSTRAINT spell CHECK (spell NOT IN ('''', ''none'') AND length(spell) <= 200), part text NOT NULL CONSTRAINT part CHECK (part <> ''''),
         source text NOT NULL DEFAULT ''category'' CONSTRAINT source CHECK (source IN (''category'', ''product'', ''attribute'')),
         key text NOT NULL CONSTRAINT key CHECK (key <> '''' AND (source = ''product'' OR key = customer_segments.rule_key(key))),
         within_days integer NOT NULL CONSTRAINT within_days CHECK (within_days BETWEEN 0 AND 36525),
         is_example boolean NOT NULL DEFAULT false, PRIMARY KEY (spell, source, key, part)');
    EXECUTE format('INSERT INTO %I.need_spell (spell, part, key, within_days, is_example)
                    SELECT ''new_homeowner'', v.part, v.key, 45, true
                      FROM (VALUES (''bed'', ''bed''), (''bed'', ''beds''), (''sofa'', ''sofa''), (''sofa'', ''sofas''), (''table'', ''dining_table''), (''table'', ''dining_tables'')) AS v(part, key)',
                   workspace);
    PERFORM customer_segments.workspace_add_table(workspace, 'need_question',
        'which questions ask how important a need is and how well it is served; open to change',
        ARRAY[['question', 'the question, as rule_key writes it, answered from 0 to 10'],
              ['need', 'the need'],
              ['aspect', 'importance or satisfaction'],
              ['is_example', 'true: of the example set']],
        'question text PRIMARY KEY CONSTRAINT question CHECK (question <> '''' AND question = customer_segments.rule_key(question)),
         need text NOT NULL, aspect text NOT NULL CONSTRAINT aspect CHECK (aspect IN (''importance'', ''satisfaction'')), is_example boolean NOT NULL DEFAULT false');
    EXECUTE format('INSERT INTO %I.need_question
                    SELECT a.aspect || ''_'' || n.need, n.need, a.aspect, true
                      FROM (SELECT DISTINCT r.need FROM customer_segments.need_example_rules() r) n CROSS JOIN (VALUES (''importance''), (''satisfaction'')) AS a(aspect)
                     ORDER BY 2, 3', workspace);

    PERFORM customer_segments.workspace_add_view(workspace, 'need_score',
        'one row a customer and need that any fact speaks for',
        ARRAY[['customer_id', 'the customer'],
              ['need', 'the need'],
              ['share', 'share of the need in the weight of all facts of the customer, 0..1'],
              ['facts', 'facts that speak for it'],
              ['weight', 'what they weigh'],
              ['last_at', 'when the last of them was']],
        format('SELECT c.customer_id, l.label AS need, customer_segments.share_of(c.needs, l.label) AS share, l.n AS facts, l.weight::numeric(20,4) AS weight, l.last_at
  FROM (SELECT f.customer_id, customer_segments.affinity_agg(f.need, f.weight, f.at) AS needs FROM (%s) f GROUP BY f.customer_id) c
 CROSS JOIN LATERAL customer_segments.unnest(c.needs) AS l', customer_segments.workspace_rule_facts(workspace, rules, 'need', 'NULL::text', since)));

    PERFORM customer_segments.workspace_add_view(workspace, 'spells',
        'one row a customer and spell that is complete',
        ARRAY[['customer_id', 'the customer'],
              ['spell', 'name of the spell'],
              ['completed_at', 'when its last part was bought, the first time in need_window_days']],
        format($query$
SELECT g.customer_id, g.spell, g.completed_at
  FROM (SELECT b.customer_id, b.spell,
               customer_segments.spell_end(array_agg(b.at ORDER BY b.at, b.part), array_agg(b.part ORDER BY b.at, b.part), b.needed, b.within_days) AS completed_at
          FROM (SELECT i.customer_id, s.spell, s.part, s.needed, s.within_days, i.at
                  FROM (SELECT x.spell, x.source, x.key, x.part, max(x.part) OVER w AS needed, min(x.within_days) OVER w AS within_days
                          FROM (SELECT t.spell, t.source, t.key, t.within_days, dense_rank() OVER (PARTITION BY t.spell ORDER BY t.part COLLATE "C")::integer AS part
                                  FROM %1$I.need_spell t WHERE NOT t.is_example OR (SELECT z.need_examples FROM %1$I.settings z)) x
                        WINDOW w AS (PARTITION BY x.spell)) s
                  JOIN (SELECT l.customer_id, l.at, 'category' AS source, customer_segments.rule_key(l.category) AS key FROM %1$I.items l WHERE l.at >= %2$s
                        UNION ALL
                        SELECT l.customer_id, l.at, 'product', l.product_id FROM %1$I.items l WHERE l.at >= %2$s
                        UNION ALL
                        SELECT l.customer_id, l.at, 'attribute', p.attribute FROM %1$I.items l JOIN %1$I.product_attributes p ON p.product_id = l.product_id
                         WHERE l.at >= %2$s) i ON i.source = s.source AND i.key = s.key) b
         GROUP BY b.customer_id, b.spell, b.needed, b.within_days) g
 WHERE g.completed_at IS NOT NULL$query$, workspace, since));

    PERFORM customer_segments.workspace_add_view(workspace, 'needs',
        'one row a customer that any fact speaks for a need of, or with a complete spell',
        ARRAY[['customer_id', 'the customer'],
              ['need', 'the need with the largest share, if that is need_min_share and rests on need_min_facts, else mixed; unknown without any'],
              ['need_rank', 'sort key: the order of the needs in need_rule; 98 mixed, 99 unknown'],
              ['top_need', 'the need with the largest share, whatever it is'],
              ['share', 'its share, 0..1'],
              ['second_need', 'the second; null if there is none'],
              ['spell', 'the spell that was completed last; none without one'],
              ['spell_rank', 'sort key: the order of the spells by name; 99 none'],
              ['spell_completed_at', 'when it was completed'],
              ['facts', 'facts that speak for top_need'],
              ['n', 'facts that speak for any need'],
              ['reliable', 'whether the need is neither mixed nor unknown']],
        format($query$
SELECT r.customer_id, r.need, COALESCE(k.rank, CASE r.need WHEN 'mixed' THEN 98 ELSE 99 END)::integer AS need_rank, r.top_need, r.share, r.second_need,
       COALESCE(r.spell, 'none') AS spell,
       COALESCE((SELECT count(DISTINCT t.spell) FROM %1$I.need_spell t WHERE t.spell COLLATE "C" <= r.spell AND r.spell IS NOT NULL HAVING count(*) > 0), 99)::integer AS spell_rank,
       r.spell_completed_at, r.facts, r.n, k.rank IS NOT NULL AS reliable
  FROM (SELECT g.customer_id, g.needs[1] AS top_need, g.needs[2] AS second_need, g.shares[1] AS share, COALESCE(g.facts[1], 0) AS facts, g.n,
               g.spells[1] AS spell, g.ends[1] AS spell_completed_at,
               CASE WHEN g.needs IS NULL THEN 'unknown'
                    WHEN g.shares[1] >= s.need_min_share AND g.facts[1] >= s.need_min_facts THEN g.needs[1] ELSE 'mixed' END AS need
          FROM (SELECT u.customer_id,
                       array_agg(u.need ORDER BY u.share DESC, u.at DESC, u.need COLLATE "C") FILTER (WHERE u.need IS NOT NULL) AS needs,
                       array_agg(u.share ORDER BY u.share DESC, u.at DESC, u.need COLLATE "C") FILTER (WHERE u.need IS NOT NULL) AS shares,
                       array_agg(u.facts ORDER BY u.share DESC, u.at DESC, u.need COLLATE "C") FILTER (WHERE u.need IS NOT NULL) AS facts,
                       array_agg(u.spell ORDER BY u.at DESC, u.spell COLLATE "C") FILTER (WHERE u.spell IS NOT NULL) AS spells,
                       array_agg(u.at ORDER BY u.at DESC, u.spell COLLATE "C") FILTER (WHERE u.spell IS NOT NULL) AS ends,
                       sum(u.facts)::bigint AS n
                  FROM (SELECT n.customer_id, n.need, n.share, n.facts, n.last_at AS at, NULL::text AS spell FROM %1$I.need_score n
                        UNION ALL
                        SELECT p.customer_id, NULL, NULL, 0, p.completed_at, p.spell FROM %1$I.spells p) u
                 GROUP BY u.customer_id) g
         CROSS JOIN (SELECT s.need_min_share, s.need_min_facts FROM %1$I.settings s LIMIT 1) s) r
  LEFT JOIN (SELECT t.need, row_number() OVER (ORDER BY min(t.position)) AS rank FROM %1$I.need_rule t GROUP BY t.need) k ON k.need = r.need$query$, workspace),
        customer_segments.source_has_any(source, '{order_items,events,survey_answers}'));

    PERFORM customer_segments.workspace_add_view(workspace, 'need_opportunity',
        'one row a need that customers rated: important and badly served needs are opportunities',
        ARRAY[['need', 'the need'],
              ['importance', 'mean of the latest answers on importance, 0..10'],
              ['satisfaction', 'mean of the latest answers on satisfaction, 0..10'],
              ['score', 'importance + max(importance - satisfaction, 0), 0..20'],
              ['opportunity', 'extreme, ripe, look or served by the score; unknown without answers to both'],
              ['opportunity_rank', 'sort key: 1 extreme to 4 served, 5 unknown'],
              ['n', 'customers whose answer counts, for the question with fewer of them'],
              ['reliable', 'whether these are at least survey_min_answers']],
        format($query$
SELECT o.need, o.importance, o.satisfaction, o.score, o.opportunity,
       array_position('{extreme,ripe,look,served,unknown}'::text[], o.opportunity) AS opportunity_rank, o.n, o.n >= o.survey_min_answers AS reliable
  FROM (SELECT m.*, s.survey_min_answers,
               CASE WHEN m.score > s.opportunity_extreme THEN 'extreme' WHEN m.score >= s.opportunity_ripe THEN 'ripe'
                    WHEN m.score >= s.opportunity_look THEN 'look' WHEN m.score IS NOT NULL THEN 'served' ELSE 'unknown' END AS opportunity
          FROM (SELECT g.*, customer_segments.opportunity_score(g.importance, g.satisfaction) AS score
                  FROM (SELECT l.need, avg(l.score) FILTER (WHERE l.aspect = 'importance')::double precision AS importance,
                               avg(l.score) FILTER (WHERE l.aspect = 'satisfaction')::double precision AS satisfaction,
                               LEAST(count(DISTINCT l.customer_id) FILTER (WHERE l.aspect = 'importance'),
                                     count(DISTINCT l.customer_id) FILTER (WHERE l.aspect = 'satisfaction')) AS n
                          FROM (SELECT DISTINCT ON (a.customer_id, q.question) a.customer_id, q.need, q.aspect, a.score::numeric AS score
                                  FROM %1$I.answers a JOIN %1$I.need_question q ON q.question = customer_segments.rule_key(a.question)
                                 WHERE a.score BETWEEN 0 AND 10 AND (NOT q.is_example OR (SELECT z.need_examples FROM %1$I.settings z))
                                 ORDER BY a.customer_id, q.question, a.at DESC, a.score) l
                         GROUP BY l.need) g) m
         CROSS JOIN (SELECT s.survey_min_answers, s.opportunity_extreme, s.opportunity_ripe, s.opportunity_look FROM %1$I.settings s LIMIT 1) s) o
 ORDER BY o.score DESC NULLS LAST, o.need$query$, workspace));

    PERFORM customer_segments.workspace_add_segmentation(workspace, 'need', 'needs', 'need', 'need_rank',
        'the primary need, else mixed; unknown: nothing speaks for any', 'unknown', 99);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'spell', 'needs', 'spell', 'spell_rank',
        'the spell of purchases that was completed last; none', 'none', 99);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_41_needs(name, name) IS
'part of create_workspace: settings, rules and views of needs';
