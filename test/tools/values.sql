-- Values of every type that users may store, in the forms of the present version: type, name, text, bytes as sent, meaning.
-- What test/tools/keep-values writes to test/data/values/.
\set QUIET on
SET search_path = public, customer_segments;
SET timezone = 'UTC';
CREATE TEMPORARY TABLE made (type text, name text, value text, bytes bytea, meaning jsonb);

INSERT INTO made
SELECT 'purchase_history', name, h::text, purchase_history_send(h), to_jsonb(h) - 'text'
FROM (SELECT 'one order', purchase_history_agg(date '2025-03-01', 19.99)
      UNION ALL SELECT 'a refund', purchase_history_agg(a, b) FROM (VALUES (timestamptz '2025-03-01 10:00:00.000001Z', 19.99), ('2025-03-04 23:59:59Z', -5.001)) v (a, b)
      UNION ALL SELECT 'fully refunded, a large sum, before Christ', purchase_history_agg(a, b, 'UTC', c)
        FROM (VALUES (timestamptz '4000-01-01 BC', 99999999999999999999.9999, NULL::timestamptz), ('2025-03-04Z', 7, '2025-04-01Z'), ('2025-03-05Z', 1, NULL)) v (a, b, c)
      UNION ALL SELECT 'two hundred days', purchase_history_agg(date '2020-01-01' + i * 9 % 1000, i % 50 + 0.5) FROM generate_series(1, 200) i) x (name, h);
INSERT INTO made
SELECT 'activity_history', name, h::text, activity_history_send(h), to_jsonb(h) - 'text'
FROM (SELECT 'one event', activity_history_agg('page_view', date '2025-03-01')
      UNION ALL SELECT 'kinds and values', activity_history_agg((ARRAY['page_view', 'purchase', 'search'])[1 + i % 3], timestamptz '2025-01-01Z' + i * interval '5 hours', i + 0.25)
        FROM generate_series(1, 60) i
      UNION ALL SELECT 'channels and instants', activity_history_agg((ARRAY['page_view', 'purchase', 'email_open'])[1 + i % 3], timestamptz '2025-01-01Z' + i * interval '5 hours', NULLIF(i % 7, 0) + 0.5, 'Asia/Tokyo', false,
                                                                     (ARRAY['web', U&'caf\00e9 %', NULL, 'app'])[1 + i % 4]) FROM generate_series(1, 60) i) x (name, h);
INSERT INTO made
SELECT 'affinity', name, a::text, affinity_send(a), to_jsonb(a) - 'text'
FROM (SELECT 'one label', affinity_agg('web', 1, timestamptz '2025-03-01Z')
      UNION ALL SELECT 'odd labels', affinity_agg((ARRAY['a "b" : c', U&'caf\00e9 %', '1'])[1 + i % 3], i + 0.5, timestamptz '2025-01-01Z' + i * interval '5 hours') FROM generate_series(1, 20) i
      UNION ALL SELECT 'decayed', affinity_agg('label ' || i % 3, i, timestamptz '2025-01-01Z' + i * interval '5 days', timestamptz '2025-06-01Z', 30) FROM generate_series(1, 20) i) x (name, a);
INSERT INTO made
SELECT 'price_response', name, r::text, price_response_send(r), to_jsonb(r) - 'text'
FROM (SELECT 'one order', price_response_agg(8.00, 10)
      UNION ALL SELECT 'many', price_response_agg(10 - i % 4 * 0.333, 10, i % 5 = 0) FROM generate_series(1, 50) i) x (name, r);
INSERT INTO made
SELECT 'survey_summary', name, s::text, survey_summary_send(s), to_jsonb(s) - 'text'
FROM (SELECT 'one answer', survey_summary_agg(9, timestamptz '2025-03-01Z')
      UNION ALL SELECT 'many', survey_summary_agg(i % 13, timestamptz '2025-01-01Z' + i * interval '5 hours') FROM generate_series(1, 40) i) x (name, s);
INSERT INTO made
SELECT 'scale_items', name, s::text, scale_items_send(s), to_jsonb(s) - 'text'
FROM (SELECT 'three items', scale_items_agg(ARRAY[1 + i % 5, 1 + i % 4, 2.5]::float8[]) FROM generate_series(1, 9) i) x (name, s);
INSERT INTO made
SELECT 'event_sequence', name, e::text, event_sequence_send(e), to_jsonb(e) - 'text'
FROM (SELECT 'events', event_sequence_agg(i % 7, timestamptz '2025-01-01Z' + i * interval '77 minutes') FROM generate_series(1, 30) i) x (name, e);
INSERT INTO made
SELECT 'btyd_sample', name, s::text, btyd_sample_send(s), to_jsonb(s) - 'text'
FROM (SELECT 'orders', btyd_sample_agg(i % 3, i % 3 * 2.0::float8, 10) FROM generate_series(1, 9) i
      UNION ALL SELECT 'orders, spend and covariates', btyd_sample_agg(i % 3, i % 3 * 2.0::float8, 10, 5.5 + i, ARRAY[i % 2]::float8[]) FROM generate_series(1, 9) i) x (name, s);
INSERT INTO made
SELECT 'clv_model', name, m::text, clv_model_send(m), to_jsonb(m) - 'text'
FROM (SELECT 'both parts', clv_fit(h, date '2025-12-31', 'week', 'bg_nbd')
        FROM (SELECT purchase_history_agg(date '2025-01-01' + c % 40 + i * (9 + c % 11), 10 + (c * i) % 23) AS h FROM generate_series(1, 200) c, generate_series(0, 7) i WHERE i <= c % 8 GROUP BY c) f
      UNION ALL SELECT 'spend alone', gamma_gamma_fit((i % 3 + 1)::bigint, 10::float8 + i % 4) FROM generate_series(1, 30) i) x (name, m);
INSERT INTO made
SELECT 'rfm_breaks', 'fixed', b::text, record_send(b), to_jsonb(b)
FROM (SELECT rfm_breaks(timestamptz '2025-05-01Z', ARRAY[90, 30], ARRAY[2, 3]::bigint[], ARRAY[10, 20.5])) x (b);
INSERT INTO made
SELECT 'beta_prior', 'fitted', b::text, record_send(b), to_jsonb(b) FROM (SELECT beta_prior_fit((i % 4)::bigint, 5) FROM generate_series(1, 30) i) x (b);

COPY (SELECT type, name, value, encode(bytes, 'hex'), meaning FROM made ORDER BY type COLLATE "C", name COLLATE "C") TO STDOUT;
