-- Values as JSON, and back from it.
SET search_path = public, customer_segments;
SET timezone = 'UTC';
CREATE TEMPORARY TABLE kept AS
SELECT purchase_history_agg(timestamptz '2024-01-01Z' + i * interval '7 hours', (i % 4 - 0.25)::numeric) AS history,
       activity_history_agg((ARRAY['page_view', 'purchase'])[1 + i % 2], timestamptz '2024-01-01Z' + i * interval '20 hours', i) AS activity,
       affinity_agg((ARRAY['a "b" \ c', 'ü', ''])[1 + i % 3], i, timestamptz '2024-01-01Z' + i * interval '1 hour') AS affinity,
       price_response_agg(i % 3 + 1, 3) AS response,
       survey_summary_agg(i, timestamptz '2024-01-01Z' + i * interval '1 hour') AS survey,
       scale_items_agg(ARRAY[i % 5, i % 3, 2.5]::float8[]) AS scale,
       event_sequence_agg(i, timestamptz '2024-01-01Z' + i * interval '1 hour') AS events,
       btyd_sample_agg(i % 2, (i % 2)::float8, 5) AS sample,
       gamma_gamma_fit((i % 3 + 1)::bigint, 10::float8 + i % 4) AS model
FROM generate_series(1, 6) AS i;

-- the objects a reader sees, key by key; a fitted figure is not for golden files
SELECT c.key AS column_name, o.key, o.value
FROM kept CROSS JOIN json_each(row_to_json(kept)) AS c CROSS JOIN json_each(c.value) WITH ORDINALITY AS o (key, value, position)
WHERE c.key <> 'model' OR o.key = 'type'
ORDER BY c.key, o.position;
SELECT key FROM kept CROSS JOIN json_object_keys(model::json -> 'model') AS key;

-- every base type of the extension has the cast
SELECT t.oid::regtype FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
JOIN pg_type t ON d.classid = 'pg_type'::regclass AND t.oid = d.objid
WHERE d.deptype = 'e' AND e.extname = 'customer_segments' AND t.typtype = 'b' AND t.typelem = 0
  AND NOT EXISTS (SELECT FROM pg_cast c WHERE c.castsource = t.oid AND c.casttarget = 'json'::regtype);

-- to JSON in place, as before DROP EXTENSION, and back: the same bytes
CREATE TEMPORARY TABLE shadow AS SELECT * FROM kept;
DO $$
DECLARE item record;
BEGIN
    FOR item IN SELECT attname, atttypid::regtype AS type FROM pg_attribute WHERE attrelid = 'shadow'::regclass AND attnum > 0 LOOP
        EXECUTE format('ALTER TABLE shadow ALTER COLUMN %1$I TYPE json USING %1$I::json', item.attname);
        EXECUTE format('ALTER TABLE shadow ALTER COLUMN %1$I TYPE %2$s USING (%1$I ->> ''text'')::%2$s', item.attname, item.type);
    END LOOP;
END;
$$;
SELECT kept::text = shadow::text AS same_text, md5(history_bytes) = md5(shadow_bytes) AS same_bytes
FROM kept CROSS JOIN shadow,
LATERAL (SELECT purchase_history_send(kept.history) || affinity_send(kept.affinity) || clv_model_send(kept.model) || btyd_sample_send(kept.sample),
                purchase_history_send(shadow.history) || affinity_send(shadow.affinity) || clv_model_send(shadow.model) || btyd_sample_send(shadow.sample))
    AS b (history_bytes, shadow_bytes);

-- composites need no cast of ours
SELECT json_populate_record(NULL::rfm_breaks, to_json(b)) = b AS same
FROM (SELECT rfm_breaks(timestamptz '2024-05-01Z', ARRAY[90, 30], ARRAY[2, 3]::bigint[], ARRAY[10, 20.5])) AS x (b);

-- nulls, arrays, jsonb
SELECT NULL::purchase_history::json IS NULL AS no_value, json_array_length(to_json(ARRAY[history, history])) AS two,
       jsonb_typeof(to_jsonb(kept) -> 'history' -> 'days') AS days
FROM kept;
