-- json: every value as JSON, for whoever leaves the extension or reads its values elsewhere.  Page: doc/json.md
--
-- The casts are what to_json(), row_to_json(), json_agg() and their like look for, so there is nothing to call by name.
-- Each object holds the value's text form, from which it comes back, and what is in it for a reader without us.

CREATE FUNCTION purchase_history_to_json(history purchase_history) RETURNS json
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
RETURN pg_catalog.json_build_object('type', 'purchase_history', 'text', history::text, 'days',
        (SELECT coalesce(pg_catalog.json_agg(item), '[]') FROM customer_segments.unnest(history) AS item));
COMMENT ON FUNCTION purchase_history_to_json(purchase_history) IS
'a JSON object: type, text, from which (value ->> ''text'')::customer_segments.purchase_history makes it again, and an array days of objects with day, orders, revenue, refunds and orders_placed';
CREATE CAST (purchase_history AS json) WITH FUNCTION purchase_history_to_json(purchase_history);
COMMENT ON CAST (purchase_history AS json) IS 'the value as an object, also for to_json, row_to_json, json_agg and to_jsonb';

CREATE FUNCTION affinity_to_json(affinity affinity) RETURNS json
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
RETURN pg_catalog.json_build_object('type', 'affinity', 'text', affinity::text, 'labels',
        (SELECT coalesce(pg_catalog.json_agg(item), '[]') FROM customer_segments.unnest(affinity) AS item));
COMMENT ON FUNCTION affinity_to_json(affinity) IS
'a JSON object: type, text, from which (value ->> ''text'')::customer_segments.affinity makes it again, and an array labels of objects with label, n, weight, first_at and last_at';
CREATE CAST (affinity AS json) WITH FUNCTION affinity_to_json(affinity);
COMMENT ON CAST (affinity AS json) IS 'the value as an object, also for to_json, row_to_json, json_agg and to_jsonb';

CREATE FUNCTION activity_history_to_json(history activity_history) RETURNS json
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
RETURN pg_catalog.json_build_object('type', 'activity_history', 'text', history::text, 'days',
        (SELECT coalesce(pg_catalog.json_agg(item), '[]') FROM customer_segments.unnest(history) AS item));
COMMENT ON FUNCTION activity_history_to_json(activity_history) IS
'a JSON object: type, text, from which (value ->> ''text'')::customer_segments.activity_history makes it again, and an array days of objects with day, kind, events, value, channel, first_at and last_at';
CREATE CAST (activity_history AS json) WITH FUNCTION activity_history_to_json(activity_history);
COMMENT ON CAST (activity_history AS json) IS 'the value as an object, also for to_json, row_to_json, json_agg and to_jsonb';

CREATE FUNCTION btyd_sample_to_json(sample btyd_sample) RETURNS json
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
RETURN pg_catalog.json_build_object('type', 'btyd_sample', 'text', sample::text, 'customers',
        (SELECT coalesce(pg_catalog.json_agg(item), '[]') FROM customer_segments.unnest(sample) AS item));
COMMENT ON FUNCTION btyd_sample_to_json(btyd_sample) IS
'a JSON object: type, text, from which (value ->> ''text'')::customer_segments.btyd_sample makes it again, and an array customers, one object a row of the sample';
CREATE CAST (btyd_sample AS json) WITH FUNCTION btyd_sample_to_json(btyd_sample);
COMMENT ON CAST (btyd_sample AS json) IS 'the value as an object, also for to_json, row_to_json, json_agg and to_jsonb';

CREATE FUNCTION clv_model_to_json(model clv_model) RETURNS json
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
RETURN pg_catalog.json_build_object('type', 'clv_model', 'text', model::text, 'model', model::text::json);
COMMENT ON FUNCTION clv_model_to_json(clv_model) IS
'a JSON object: type, text, from which (value ->> ''text'')::customer_segments.clv_model makes it again, and its orders and spend model under model';
CREATE CAST (clv_model AS json) WITH FUNCTION clv_model_to_json(clv_model);
COMMENT ON CAST (clv_model AS json) IS 'the value as an object, also for to_json, row_to_json, json_agg and to_jsonb';

CREATE FUNCTION price_response_to_json(response price_response) RETURNS json
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
RETURN pg_catalog.json_build_object('type', 'price_response', 'text', response::text, 'order_count', customer_segments.order_count(response), 'discounted_orders', customer_segments.discounted_orders(response),
        'reduced_orders', customer_segments.reduced_orders(response), 'promoted_orders', customer_segments.promoted_orders(response),
        'ignored_rows', customer_segments.ignored_rows(response), 'paid_value', customer_segments.paid_value(response),
        'list_value', customer_segments.list_value(response), 'discounted_value', customer_segments.discounted_value(response));
COMMENT ON FUNCTION price_response_to_json(price_response) IS
'a JSON object: type, text, from which (value ->> ''text'')::customer_segments.price_response makes it again, and its counts and sums';
CREATE CAST (price_response AS json) WITH FUNCTION price_response_to_json(price_response);
COMMENT ON CAST (price_response AS json) IS 'the value as an object, also for to_json, row_to_json, json_agg and to_jsonb';

CREATE FUNCTION survey_summary_to_json(summary survey_summary) RETURNS json
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
RETURN pg_catalog.json_build_object('type', 'survey_summary', 'text', summary::text, 'counts',
        (SELECT pg_catalog.json_agg(customer_segments.answer_count(summary, score, score) ORDER BY score) FROM pg_catalog.generate_series(0, 10) AS score),
        'ignored_rows', customer_segments.ignored_rows(summary), 'latest_score', customer_segments.latest_score(summary),
        'latest_answer_at', customer_segments.latest_answer_at(summary));
COMMENT ON FUNCTION survey_summary_to_json(survey_summary) IS
'a JSON object: type, text, from which (value ->> ''text'')::customer_segments.survey_summary makes it again, and counts of the answers 0 to 10, and the latest answer';
CREATE CAST (survey_summary AS json) WITH FUNCTION survey_summary_to_json(survey_summary);
COMMENT ON CAST (survey_summary AS json) IS 'the value as an object, also for to_json, row_to_json, json_agg and to_jsonb';

CREATE FUNCTION scale_items_to_json(scale scale_items) RETURNS json
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
RETURN pg_catalog.json_build_object('type', 'scale_items', 'text', scale::text, 'respondent_count', customer_segments.respondent_count(scale),
        'ignored_rows', customer_segments.ignored_rows(scale));
COMMENT ON FUNCTION scale_items_to_json(scale_items) IS
'a JSON object: type, text, from which (value ->> ''text'')::customer_segments.scale_items makes it again, and the number of respondents';
CREATE CAST (scale_items AS json) WITH FUNCTION scale_items_to_json(scale_items);
COMMENT ON CAST (scale_items AS json) IS 'the value as an object, also for to_json, row_to_json, json_agg and to_jsonb';

CREATE FUNCTION event_sequence_to_json(events event_sequence) RETURNS json
LANGUAGE sql STABLE STRICT PARALLEL SAFE COST 1000
RETURN pg_catalog.json_build_object('type', 'event_sequence', 'text', events::text, 'event_count', customer_segments.event_count(events));
COMMENT ON FUNCTION event_sequence_to_json(event_sequence) IS
'a JSON object: type, text, from which (value ->> ''text'')::customer_segments.event_sequence makes it again, and the number of events';
CREATE CAST (event_sequence AS json) WITH FUNCTION event_sequence_to_json(event_sequence);
COMMENT ON CAST (event_sequence AS json) IS 'the value as an object, also for to_json, row_to_json, json_agg and to_jsonb';
