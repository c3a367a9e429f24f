-- cart_state: every state and who just misses it, and every error once.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
SET search_path = customer_segments, public;

CREATE TABLE event (customer text, kind text, at timestamptz, value numeric);
INSERT INTO event VALUES
    ('59 minutes', 'add_to_cart', '2024-05-20 11:00:00.000001', 20), ('60 minutes', 'add_to_cart', '2024-05-20 11:00', 20),
    ('checkout', 'add_to_cart', '2024-05-20 09:00', 20), ('checkout', 'checkout_start', '2024-05-20 11:30', 18.5),
    ('out of order', 'purchase', '2024-05-20 08:00', NULL), ('out of order', 'remove_from_cart', '2024-05-20 07:10', 5), ('out of order', 'add_to_cart', '2024-05-20 07:00', 15),
    ('out of order', 'add_to_cart', '2024-05-20 07:05', 5), ('out of order', 'page_view', '2024-05-20 11:59', NULL),
    ('recovered', 'add_to_cart', '2024-05-10', 99.90), ('recovered', 'purchase', '2024-05-16 23:59:59', 90),
    ('lost', 'add_to_cart', '2024-05-10', 99.90), ('lost', 'purchase', '2024-05-17', 90),
    ('emptied', 'add_to_cart', '2024-05-19', 7), ('emptied', 'remove_from_cart', '2024-05-19 00:10', -7),
    ('twice the same', 'add_to_cart', '2024-05-19', 7), ('twice the same', 'add_to_cart', '2024-05-19', 7),
    ('no values', 'add_to_cart', '2024-05-19', NULL), ('no values', 'add_to_cart', '2024-05-19 00:01', -4),
    ('decimals', 'add_to_cart', '2024-05-19', 0.000000001), ('decimals', 'add_to_cart', '2024-05-19 00:01', 1000.00000000000),
    ('orders only', 'purchase', '2024-05-19', 10), ('yet to come', 'add_to_cart', '2024-05-20 12:00', 10), ('nulls', NULL, '2024-05-19', 10), ('nulls', 'add_to_cart', NULL, 10);
SELECT customer, (c).state, (c).state_rank AS rank, (c).value, (c).items, (c).started_at, (c).last_cart_at, (c).left_at, (c).ordered_at, (c).carts, (c).abandoned_carts AS abandoned, (c).recovered_carts AS recovered
FROM (SELECT customer, cart_state(kind, at, value, '2024-05-20 12:00') AS c FROM event GROUP BY customer) AS x ORDER BY customer COLLATE "C";
-- other windows
SELECT customer, (cart_state(kind, at, value, '2024-05-20 12:00', '30 minutes', '10 days')).state FROM event WHERE customer IN ('checkout', 'lost', 'out of order') GROUP BY customer ORDER BY customer;
SELECT (cart_state(kind, at, value, '2024-05-20 12:00')).* FROM event WHERE false;

-- the shop's own names by their kinds
SELECT (cart_state(event_kind(n), at, 5, '2024-05-20')).* FROM (VALUES ('Product Added', timestamptz '2024-05-19'), ('our_quiz', '2024-05-19')) AS v(n, at);

-- errors
SELECT cart_state('Product Added', '2024-05-19', 5, '2024-05-20');
\echo :LAST_ERROR_SQLSTATE
SELECT cart_state(kind, at, value, NULL) FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT cart_state(kind, at, value, '2024-05-20', '1 day', '1 hour') FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT cart_state(kind, at, value, '2024-05-20', NULL, '1 hour') FROM event;
\echo :LAST_ERROR_SQLSTATE
SELECT cart_state('add_to_cart', '2024-05-19', 'NaN', '2024-05-20');
\echo :LAST_ERROR_SQLSTATE
SELECT cart_state('add_to_cart', '2024-05-19', 0.0000000001, '2024-05-20');
\echo :LAST_ERROR_SQLSTATE
SELECT cart_state('add_to_cart', '2024-05-19', 1e30, '2024-05-20');
\echo :LAST_ERROR_SQLSTATE
SELECT cart_state('add_to_cart', '2024-05-19', v, '2024-05-20') FROM (VALUES (1e15), (0.00001)) AS v(v);
\echo :LAST_ERROR_SQLSTATE
SELECT cart_state('add_to_cart', '-infinity', 1, '2024-05-20');
\echo :LAST_ERROR_SQLSTATE
SELECT cart_state('add_to_cart', '2024-05-19', 1, '2024-05-20'::timestamptz + i * interval '1 second') FROM generate_series(1, 2) AS i;
\echo :LAST_ERROR_SQLSTATE
