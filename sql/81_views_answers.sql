-- views: the base view answers of a workspace (doc/views.md).

CREATE FUNCTION source_customer_key(source name, relation text, expression text)
RETURNS text
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT customer_segments.source_key_like(source_customer_key.source, source_customer_key.relation, 'customer_id',
               source_customer_key.expression,
               (SELECT c.relation FROM customer_segments.source_columns(source_customer_key.source) c
                 WHERE c.column_name = 'customer_id' AND c.column_type IS NOT NULL ORDER BY c.position LIMIT 1));
END;
COMMENT ON FUNCTION source_customer_key(name, text, text) IS
'the text of the customer_id of a relation in the type that it has all over a workspace (source_key_type); an error if it cannot be cast to that';

CREATE FUNCTION workspace_part_11_answers(workspace name, source name)
RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    here boolean := customer_segments.source_has(source, 'survey_answers');
    answered_at text := customer_segments.source_time(source, 'survey_answers', 'answered_at', 'a.answered_at',
                            format('(SELECT s.time_zone FROM %I.settings s)', workspace));
    query text := format('SELECT NULL::%s AS customer_id, NULL::text AS question, NULL::timestamptz AS at, NULL::text AS answer, '
                         'NULL::double precision AS score WHERE false', customer_segments.source_key_type(source));
BEGIN
    IF here THEN
        query := format('SELECT r.customer_id, r.question, r.at, r.answer, r.score
  FROM (SELECT %1$s AS customer_id, a.question::text AS question, %2$s AS at, %3$s AS answer, %4$s AS score
          FROM %5$I.survey_answers a
         WHERE %6$s AND a.question::text <> '''' AND %2$s < (SELECT customer_segments.as_of())) r',
            customer_segments.source_customer_key(source, 'survey_answers', 'a.customer_id'), answered_at,
            CASE WHEN customer_segments.source_has(source, 'survey_answers', 'answer')
                 THEN 'NULLIF(a.answer::text, '''')' ELSE 'NULL::text' END,
            CASE WHEN customer_segments.source_has(source, 'survey_answers', 'score')
                 THEN 'CASE WHEN a.score BETWEEN -1e300 AND 1e300 THEN a.score::double precision END' ELSE 'NULL::double precision' END,
            source, customer_segments.source_key(source, 'survey_answers', 'customer_id', 'a.customer_id'));
    END IF;
    PERFORM customer_segments.workspace_add_view(workspace, 'answers',
        'fact: one row a survey answer before as_of; rows without a key, a question or a time are skipped',
        ARRAY[['customer_id', 'who answered; never null or empty'],
              ['question', 'the question, as the shop names it; never null or empty'],
              ['at', 'when it was answered'],
              ['answer', 'the answer in words; null if there is none'],
              ['score', 'the answer as a number; null if there is none, or if it is not finite']],
        query);
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION workspace_part_11_answers(name, name) IS
'part of create_workspace: the fact answers';
