-- attitudinal: what customers say: NPS class, recovered detractors, satisfaction, effort, who answers at all (doc/attitudinal.md).

CREATE FUNCTION workspace_part_13_attitudinal(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting text[];
    kind text;
BEGIN
    PERFORM customer_segments.workspace_require(workspace);
    FOREACH setting SLICE 1 IN ARRAY ARRAY[
        ['survey_valid_days', 'integer NOT NULL DEFAULT 180 CHECK (survey_valid_days BETWEEN 1 AND 36500)',
         'attitudinal: the latest answer counts unless it is older than so many days; surveys sent and answered are those of so many days'],
        ['nps_passive_from', 'integer NOT NULL DEFAULT 7 CHECK (nps_passive_from BETWEEN 1 AND 10)',
         'attitudinal: detractors answer below this, 0 to 10'],
        ['nps_promoter_from', 'integer NOT NULL DEFAULT 9 CHECK (nps_promoter_from BETWEEN nps_passive_from AND 10)',
         'attitudinal: promoters answer this or more'],
        ['recovered_days', 'integer NOT NULL DEFAULT 90 CHECK (recovered_days BETWEEN 1 AND 36500)',
         'attitudinal: a detractor is recovered if a better answer follows within so many days'],
        ['csat_scale_max', 'integer NOT NULL DEFAULT 5 CHECK (csat_scale_max BETWEEN 2 AND 10)',
         'attitudinal: satisfaction is asked from 1 to this'],
        ['csat_satisfied_from', 'integer NOT NULL DEFAULT 4 CHECK (csat_satisfied_from BETWEEN 2 AND csat_scale_max)',
         'attitudinal: satisfied from this score on'],
        ['survey_min_answers', 'integer NOT NULL DEFAULT 30 CHECK (survey_min_answers > 0)',
         'attitudinal: a score of fewer answers has the adjusted interval and is not reliable'],
        ['survey_min_response', 'double precision NOT NULL DEFAULT 0.2 CHECK (survey_min_response BETWEEN 0 AND 1)',
         'attitudinal: a score of a segment is not reliable if fewer of the customers that were asked have answered (our default)']]
    LOOP
        PERFORM customer_segments.workspace_add_setting(workspace, setting[1]::name, setting[2], setting[3]);
    END LOOP;
    PERFORM customer_segments.workspace_add_table(workspace, 'survey_question',
        'which questions of the answers ask for NPS, CSAT and CES; open to change',
        ARRAY[['question', 'the question as the shop names it, in lower case'],
              ['kind', 'nps (0 to 10), csat (1 to csat_scale_max) or ces (1 very hard to 7 very easy)']],
        'question text PRIMARY KEY CHECK (question = lower(question)),
         kind text NOT NULL CHECK (kind IN (''nps'', ''csat'', ''ces''))');
    EXECUTE format('INSERT INTO %I.survey_question VALUES (''nps'', ''nps''), (''net_promoter_score'', ''nps''), (''likelihood_to_recommend'', ''nps''),
        (''csat'', ''csat''), (''satisfaction'', ''csat''), (''customer_satisfaction'', ''csat''),
        (''ces'', ''ces''), (''effort'', ''ces''), (''customer_effort'', ''ces'')', workspace);

    PERFORM customer_segments.workspace_add_fact_column(workspace, 'customer_answers', 'answers', 'count(*)', 'survey answers, to any question');
    FOREACH kind IN ARRAY ARRAY['nps', 'csat', 'ces'] LOOP
        PERFORM customer_segments.workspace_add_fact_column(workspace, 'customer_answers', kind::name,
            format('customer_segments.survey_summary_agg(e.score, e.at) FILTER (WHERE lower(e.question) IN '
                   '(SELECT q.question FROM %I.survey_question q WHERE q.kind = %L))', workspace, kind),
            format('survey summary of the answers to the questions of kind %s; null if there are none', kind));
    END LOOP;
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_13_attitudinal(name, name) IS
'part of create_workspace: settings, questions and fact columns of surveys';

CREATE FUNCTION workspace_part_50_attitudinal(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_view(workspace, 'attitudinal',
        'one row a customer with any survey answer or a survey sent: promoter, passive or detractor, recovered or not, satisfied or not',
        ARRAY[['customer_id', 'the customer'],
              ['nps_class', 'promoter, passive or detractor by the latest answer of survey_valid_days; unknown without one'],
              ['nps_rank', 'sort key: 1 promoter, 2 passive, 3 detractor, 4 unknown'],
              ['nps_score', 'that answer, 0 to 10'],
              ['nps_answered_at', 'when it was given'],
              ['recovered_detractor', 'whether the customer is passive or promoter and became so within recovered_days of having been a detractor'],
              ['recovered_at', 'when the better answer was given'],
              ['satisfaction', 'satisfied or dissatisfied by the latest answer of survey_valid_days; unknown without one'],
              ['satisfaction_rank', 'sort key: 1 satisfied, 2 dissatisfied, 3 unknown'],
              ['csat_score', 'that answer, 1 to csat_scale_max'],
              ['ces_score', 'the latest answer on effort of survey_valid_days, 1 very hard to 7 very easy'],
              ['answers', 'survey answers so far, to any question'],
              ['surveys_sent', 'surveys sent within survey_valid_days, of sources that have such events'],
              ['responded', 'whether a customer that was sent one has answered to NPS, CSAT or CES within survey_valid_days; null for others'],
              ['n', 'scored answers to NPS so far'],
              ['reliable', 'whether nps_class rests on an answer of survey_valid_days']],
        format($query$
SELECT r.customer_id,
       r.nps_class, array_position('{promoter,passive,detractor,unknown}'::text[], r.nps_class) AS nps_rank,
       r.nps_score, r.nps_answered_at,
       COALESCE(r.nps_score >= r.nps_passive_from AND r.recovered_at IS NOT NULL, false) AS recovered_detractor,
       CASE WHEN r.nps_score >= r.nps_passive_from THEN r.recovered_at END AS recovered_at,
       r.satisfaction, array_position('{satisfied,dissatisfied,unknown}'::text[], r.satisfaction) AS satisfaction_rank,
       r.csat_score, r.ces_score, r.answers, r.surveys_sent,
       CASE WHEN r.surveys_sent > 0 THEN r.nps_score IS NOT NULL OR r.csat_score IS NOT NULL OR r.ces_score IS NOT NULL END AS responded,
       COALESCE(customer_segments.answer_count(r.nps), 0) AS n, r.nps_score IS NOT NULL AS reliable
  FROM (SELECT v.*,
               customer_segments.nps_class(v.nps_score, v.nps_passive_from, v.nps_promoter_from) AS nps_class,
               customer_segments.recovered_at(v.nps, v.recovered_days, v.nps_passive_from) AS recovered_at,
               CASE WHEN v.csat_score >= v.csat_satisfied_from THEN 'satisfied'
                    WHEN v.csat_score IS NOT NULL THEN 'dissatisfied' ELSE 'unknown' END AS satisfaction
          FROM (SELECT c.*, s.nps_passive_from, s.nps_promoter_from, s.recovered_days, s.csat_satisfied_from,
                       CASE WHEN l.nps_at >= w.since THEN customer_segments.latest_score(c.nps) END AS nps_score,
                       CASE WHEN l.nps_at >= w.since THEN l.nps_at END AS nps_answered_at,
                       CASE WHEN l.csat_at >= w.since AND customer_segments.latest_score(c.csat) BETWEEN 1 AND s.csat_scale_max
                            THEN customer_segments.latest_score(c.csat) END AS csat_score,
                       CASE WHEN l.ces_at >= w.since AND customer_segments.latest_score(c.ces) BETWEEN 1 AND 7
                            THEN customer_segments.latest_score(c.ces) END AS ces_score
                  FROM (SELECT u.customer_id, sum(u.answers)::bigint AS answers, sum(u.surveys_sent)::bigint AS surveys_sent,
                               customer_segments.rollup(u.nps) AS nps, customer_segments.rollup(u.csat) AS csat,
                               customer_segments.rollup(u.ces) AS ces
                          FROM (SELECT a.customer_id, a.answers, a.nps, a.csat, a.ces, 0 AS surveys_sent FROM %1$I.customer_answers a
                                UNION ALL
                                SELECT e.customer_id, 0, NULL, NULL, NULL, n.surveys_sent
                                  FROM %1$I.customer_events e CROSS JOIN (SELECT * FROM %1$I.as_of LIMIT 1) a CROSS JOIN (SELECT t.survey_valid_days FROM %1$I.settings t LIMIT 1) t
                                 CROSS JOIN LATERAL (SELECT customer_segments.event_count(e.activity, 'survey_sent', a.until_day - t.survey_valid_days, NULL) AS surveys_sent OFFSET 0) n
                                 WHERE n.surveys_sent > 0) u
                         GROUP BY u.customer_id) c
                 CROSS JOIN (SELECT s.nps_passive_from, s.nps_promoter_from, s.recovered_days, s.csat_satisfied_from, s.csat_scale_max FROM %1$I.settings s LIMIT 1) s
                 CROSS JOIN (SELECT (a.until_day - t.survey_valid_days)::timestamp AT TIME ZONE a.time_zone AS since
                               FROM %1$I.as_of a CROSS JOIN %1$I.settings t LIMIT 1) w
                 CROSS JOIN LATERAL (SELECT customer_segments.latest_answer_at(c.nps) AS nps_at,
                                            customer_segments.latest_answer_at(c.csat) AS csat_at,
                                            customer_segments.latest_answer_at(c.ces) AS ces_at) l) v) r$query$, workspace),
        customer_segments.source_has_any(source, '{survey_answers,events}'));
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'nps', 'attitudinal', 'nps_class', 'nps_rank',
        'promoter, passive or detractor; unknown: no answer that counts', 'unknown', 4);
    PERFORM customer_segments.workspace_add_segmentation(workspace, 'satisfaction', 'attitudinal', 'satisfaction', 'satisfaction_rank',
        'satisfied or dissatisfied; unknown: no answer that counts', 'unknown', 3);
    PERFORM customer_segments.workspace_add_customer_column(workspace, 'recovered_detractor', 'attitudinal', 'recovered_detractor',
        'whether a detractor became passive or promoter within recovered_days', 'false');
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_50_attitudinal(name, name) IS
'part of create_workspace: the view attitudinal';

CREATE FUNCTION workspace_part_91_survey_response(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM customer_segments.workspace_add_view(workspace, 'survey_response',
        'one row a segmentation and segment: how many of its customers were asked and have answered, and their NPS',
        ARRAY[['segmentation', 'name of the segmentation: a label column of customer_360'],
              ['segment', 'the label'],
              ['segment_rank', 'sort key of the label'],
              ['customers', 'customers with this label'],
              ['surveyed', 'of these, sent a survey within survey_valid_days'],
              ['responded', 'of those, who have answered within survey_valid_days'],
              ['response_rate', 'responded / surveyed, 0..1; null where nobody was sent one, or the sources do not say'],
              ['promoters', 'customers with this label who are promoters'],
              ['detractors', 'who are detractors'],
              ['nps', 'net promoter score of the latest answers, -100..100; null without answers'],
              ['nps_low', 'lower bound of its 95 % interval'],
              ['nps_high', 'upper bound of it'],
              ['n', 'customers whose answer counts'],
              ['reliable', 'whether these are at least survey_min_answers, and the response rate, if known, at least survey_min_response']],
        format($query$
SELECT g.segmentation, g.segment, g.segment_rank, g.customers, g.surveyed, g.responded, g.response_rate::numeric(7,6) AS response_rate,
       COALESCE(p.promoters, 0) AS promoters, COALESCE(p.detractors, 0) AS detractors, p.score AS nps, p.low AS nps_low, p.high AS nps_high,
       COALESCE(p.n, 0) AS n,
       COALESCE(p.n, 0) >= s.survey_min_answers AND COALESCE(g.response_rate >= s.survey_min_response, true) AS reliable
  FROM (SELECT l.position, l.segmentation, l.segment, l.segment_rank, count(*) AS customers,
               count(*) FILTER (WHERE a.surveys_sent > 0) AS surveyed, count(*) FILTER (WHERE a.responded) AS responded,
               count(*) FILTER (WHERE a.responded)::numeric / NULLIF(count(*) FILTER (WHERE a.surveys_sent > 0), 0) AS response_rate,
               customer_segments.survey_summary_agg(a.nps_score) AS nps
          FROM %1$I.customer_360 c
          LEFT JOIN %1$I.attitudinal a ON a.customer_id %3$s c.customer_id
         CROSS JOIN LATERAL (
            VALUES %2$s) AS l(position, segmentation, segment, segment_rank)
         GROUP BY l.position, l.segmentation, l.segment, l.segment_rank) g
 CROSS JOIN (SELECT s.survey_min_answers, s.survey_min_response, s.nps_passive_from, s.nps_promoter_from FROM %1$I.settings s LIMIT 1) s
  LEFT JOIN LATERAL customer_segments.nps(g.nps, adjusted_below => s.survey_min_answers, passive_from => s.nps_passive_from,
                                          promoter_from => s.nps_promoter_from) p ON true
 ORDER BY g.position, g.segment_rank$query$,
            workspace, customer_segments.workspace_label_rows(workspace),
            customer_segments.key_equals(customer_segments.source_key_type(source))));
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_91_survey_response(name, name) IS
'part of create_workspace: response rate and NPS of every segment, over whatever the parts before it declared';
