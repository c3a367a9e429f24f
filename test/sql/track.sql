-- track: partitions, row triggers, keys of other types, rights of the shop's roles, what is left when something goes away.
SET client_min_messages = warning;
SET search_path = customer_segments, public;
SET statement_timeout = '60s';
\set SHOW_CONTEXT never
CREATE SCHEMA data;
CREATE SCHEMA shop;
CREATE TABLE data.sale (id bigint, buyer varchar(10), placed timestamptz, total numeric) PARTITION BY RANGE (placed);
CREATE TABLE data.sale_2023 PARTITION OF data.sale FOR VALUES FROM ('2023-01-01Z') TO ('2024-01-01Z');
CREATE TABLE data.sale_2024 PARTITION OF data.sale FOR VALUES FROM ('2024-01-01Z') TO ('2025-01-01Z') PARTITION BY LIST (buyer);
CREATE TABLE data.sale_2024_rest PARTITION OF data.sale_2024 DEFAULT;
CREATE INDEX ON data.sale (buyer);
CREATE VIEW shop.orders AS SELECT buyer::text AS customer_id, id AS order_id, placed AS ordered_at, total AS amount FROM data.sale;
INSERT INTO data.sale SELECT i, 'b' || i % 10, '2023-01-01Z'::timestamptz + i * interval '1 day', 5 FROM generate_series(1, 700) i;
SELECT create_workspace('seg', 'shop', storage => 'incremental');
SELECT track('seg', 'data.sale', 'buyer', 'id');
SELECT t.relation, t.merges, r.relation, (SELECT count(*) FROM pg_trigger g WHERE g.tgrelid = r.relation) AS triggers
  FROM seg.tracked_table t JOIN seg.tracked_relation r USING (source) WHERE t.relation = 'data.sale'::regclass ORDER BY r.relation::text;
CALL refresh('seg');
-- through the parent, into a partition, across partitions
INSERT INTO data.sale VALUES (800, 'b1', '2024-05-05Z', 7);
INSERT INTO data.sale_2024_rest VALUES (801, 'new', '2024-05-05Z', 7);
UPDATE data.sale SET placed = '2024-03-03Z', buyer = 'b3' WHERE id = 2;
DELETE FROM data.sale_2023 WHERE id = 4;
SELECT kind, customer_id, order_id FROM seg.refresh_queue ORDER BY 1, 2;
CALL refresh('seg');
SELECT * FROM reconcile('seg');
TRUNCATE data.sale_2024;
SELECT DISTINCT kind FROM seg.refresh_queue;
CALL refresh('seg');
SELECT * FROM reconcile('seg');
SELECT untrack('seg', 'data.sale');
SELECT count(*) FROM pg_trigger WHERE tgfoid = 'capture_change'::regproc AND tgrelid::regclass::text LIKE 'data%';

-- row triggers: copied to partitions to come, and they see what replication applies; no refresh by a look at everybody hides what they miss
UPDATE seg.settings SET refresh_rebuild_share = 1000;
SELECT track('seg', 'data.sale', 'buyer', 'id', 'row');
CALL refresh('seg');
CREATE TABLE data.sale_2025 PARTITION OF data.sale FOR VALUES FROM ('2025-01-01Z') TO ('2026-01-01Z');
INSERT INTO data.sale_2025 VALUES (900, 'b5', '2025-05-05Z', 7);
CREATE TABLE data.sale_2026 PARTITION OF data.sale FOR VALUES FROM ('2026-01-01Z') TO ('2027-01-01Z') PARTITION BY LIST (buyer);
CREATE TABLE data.sale_2026_rest PARTITION OF data.sale_2026 DEFAULT;
INSERT INTO data.sale VALUES (901, 'b4', '2025-05-05Z', 7), (902, 'b2', '2026-05-05Z', 7);
SET session_replication_role = replica;
UPDATE data.sale_2023 SET total = 9, buyer = 'b7' WHERE id = 6;
RESET session_replication_role;
UPDATE data.sale SET placed = '2025-03-03Z' WHERE id = 8;
SELECT subject, problem FROM tracking_gaps('seg') WHERE subject LIKE 'data.sale%';
SELECT kind, customer_id, order_id FROM seg.refresh_queue ORDER BY 1, 2;
CALL refresh('seg');
SELECT * FROM reconcile('seg');
SELECT untrack('seg', 'data.sale');
SELECT count(*) FROM pg_trigger WHERE tgfoid = 'capture_change'::regproc AND tgrelid::regclass::text LIKE 'data%';

-- a role that may insert orders, and nothing else, still can; it gets at nothing of the workspace
CREATE TABLE data.basket (id integer PRIMARY KEY, buyer smallint, placed timestamptz, total numeric);
CREATE OR REPLACE VIEW shop.orders AS SELECT buyer::text AS customer_id, id::bigint AS order_id, placed AS ordered_at, total AS amount FROM data.basket;
CREATE INDEX ON data.basket (buyer);
SELECT track('seg', 'data.basket', 'buyer', 'id');
SELECT merges FROM seg.tracked_table WHERE relation = 'data.basket'::regclass;
CALL refresh('seg');
CREATE ROLE cseg_till;
GRANT USAGE ON SCHEMA data TO cseg_till;
GRANT INSERT ON data.basket TO cseg_till;
SET ROLE cseg_till;
INSERT INTO data.basket VALUES (1, 3, '2024-01-01Z', 3), (2, NULL, '2024-01-01Z', 3), (3, 4, '2024-01-01Z', 3);
SELECT * FROM seg.refresh_queue;
SELECT has_schema_privilege('seg', 'USAGE'), has_table_privilege('seg.refresh_queue', 'INSERT'), has_schema_privilege('customer_segments', 'USAGE');
RESET ROLE;
SELECT kind, customer_id, order_id FROM seg.refresh_queue ORDER BY 2;
-- nor can it make a trigger of its own write there
GRANT CREATE ON SCHEMA data TO cseg_till;
GRANT USAGE ON SCHEMA customer_segments TO cseg_till;
SET ROLE cseg_till;
CREATE TABLE data.trap (id integer, buyer text);
CREATE TRIGGER trap AFTER INSERT ON data.trap FOR EACH STATEMENT EXECUTE FUNCTION customer_segments.capture_change('seg', '3', 'buyer', '', '');
INSERT INTO data.trap VALUES (1, 'x');
CREATE TRIGGER trap2 AFTER INSERT ON data.trap FOR EACH STATEMENT EXECUTE FUNCTION customer_segments.capture_change('seg');
INSERT INTO data.trap VALUES (1, 'x');
SELECT track('seg', 'data.trap', 'buyer');
SELECT untrack('seg', 'data.basket');
SELECT set_storage('seg', 'live');
SELECT reconcile('seg');
RESET ROLE;
SELECT count(*) FROM seg.refresh_queue;
DROP TABLE data.trap;
CALL refresh('seg');
SELECT * FROM reconcile('seg');
SELECT customer_id, orders FROM seg.customer_orders ORDER BY 1;

-- a queue that somebody has given an index is kept whole
CREATE INDEX queued ON seg.refresh_queue (customer_id);
INSERT INTO data.basket VALUES (11, 30, '2024-01-01Z', 3), (13, 40, '2024-01-01Z', 3);
SET enable_seqscan = off;
SELECT kind, customer_id, order_id FROM seg.refresh_queue WHERE customer_id = '40';
RESET enable_seqscan;
DROP INDEX seg.queued;
CALL refresh('seg');

-- columns that go or change their type do not stop the shop, nor a workspace that is gone in another way
ALTER TABLE data.basket ADD COLUMN note text;
INSERT INTO data.basket VALUES (20, 3, '2024-01-01Z', 3, 'x');
ALTER TABLE data.basket ALTER total TYPE numeric(12,2);
DROP VIEW shop.orders CASCADE;
ALTER TABLE data.basket DROP COLUMN buyer;
INSERT INTO data.basket VALUES (21, '2024-01-01Z', 3);
SELECT kind, customer_id, order_id FROM seg.refresh_queue ORDER BY 1, 2;
DROP SCHEMA seg CASCADE;
INSERT INTO data.basket VALUES (22, '2024-01-01Z', 3);
DROP TABLE data.basket, data.sale;
DROP SCHEMA shop, data CASCADE;
REVOKE USAGE ON SCHEMA customer_segments FROM cseg_till;
DROP ROLE cseg_till;

-- a view that narrows the key: what lies beyond is nobody's, and no reason to refuse the shop's row
CREATE SCHEMA narrow;
CREATE TABLE narrow.o (cust bigint, id integer PRIMARY KEY, placed timestamptz, total numeric);
CREATE TABLE narrow.r (cust bigint, id integer, paid timestamptz, total numeric);
CREATE TABLE narrow.n (cust numeric, id integer);
CREATE SCHEMA narrow_shop;
CREATE VIEW narrow_shop.orders AS SELECT CASE WHEN abs(cust) < 2147483648 THEN cust::integer END AS customer_id, id AS order_id, placed AS ordered_at, total AS amount FROM narrow.o;
CREATE VIEW narrow_shop.refunds AS SELECT CASE WHEN abs(cust) < 2147483648 THEN cust::integer END AS customer_id, id AS order_id, paid AS refunded_at, total AS amount FROM narrow.r;
SELECT create_workspace('narrow_seg', 'narrow_shop', storage => 'incremental');
SELECT track('narrow_seg', 'narrow.o', 'cust', 'id');
SELECT track('narrow_seg', 'narrow.r', 'cust', 'id');
SELECT track('narrow_seg', 'narrow.n', 'cust');
CALL refresh('narrow_seg');
INSERT INTO narrow.o VALUES (1, 1, '2024-01-01Z', 10), (2, 2, '2024-01-01Z', 10), (3, 3, '2024-01-01Z', 10), (5000000000, 4, '2024-01-01Z', 10), (-5000000000, 5, '2024-01-01Z', 10), (2147483647, 6, '2024-01-01Z', 10);
-- a refund names a customer, an order, or both
INSERT INTO narrow.r VALUES (1, NULL, '2024-01-02Z', 1), (NULL, 2, '2024-01-02Z', 2), (1, 3, '2024-01-02Z', 3), (5000000000, NULL, '2024-01-02Z', 4);
SELECT source, kind, customer_id, order_id FROM narrow_seg.refresh_queue WHERE kind <> 'a' ORDER BY 1, 2, 3, 4;
CALL refresh('narrow_seg');
SELECT * FROM reconcile('narrow_seg');
SELECT customer_id, orders, net_revenue FROM narrow_seg.customer_orders ORDER BY 1;
UPDATE narrow.r SET id = 1, cust = NULL WHERE cust = 1 AND id = 3;
DELETE FROM narrow.r WHERE id = 2;
CALL refresh('narrow_seg');
SELECT * FROM reconcile('narrow_seg');
SELECT customer_id, net_revenue FROM narrow_seg.customer_orders ORDER BY 1;
-- by the customer alone
SELECT untrack('narrow_seg', 'narrow.r');
SELECT track('narrow_seg', 'narrow.r', 'cust');
CALL refresh('narrow_seg');
INSERT INTO narrow.r VALUES (2, NULL, '2024-01-03Z', 1), (NULL, 3, '2024-01-03Z', 1);
SELECT kind, customer_id, order_id FROM narrow_seg.refresh_queue;
SELECT drop_workspace('narrow_seg');

-- inserted orders are added only where order_id is the unique column, through views too, whatever their columns are called
CREATE SCHEMA alike;
CREATE TABLE alike.t (id integer PRIMARY KEY, other integer, buyer integer, placed timestamptz, total numeric);
INSERT INTO alike.t SELECT i, 1000 + i / 2, i % 5, timestamptz '2024-01-01Z' + i * interval '1 hour', 10 FROM generate_series(1, 20) i;
CREATE VIEW alike.named AS SELECT id AS "aXb", other AS "a.b", id AS "order(id", buyer, placed, total FROM alike.t;
CREATE SCHEMA alike_shop;
CREATE VIEW alike_shop.orders AS SELECT "a.b" AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount FROM alike.named;
SELECT create_workspace('alike_seg', 'alike_shop', storage => 'incremental');
SELECT track('alike_seg', 'alike.t', 'buyer', 'id');
SELECT merges FROM alike_seg.tracked_table WHERE relation = 'alike.t'::regclass;
CALL refresh('alike_seg');
INSERT INTO alike.t VALUES (5000, 7000, 3, '2024-05-01Z', 99);
CALL refresh('alike_seg');
SELECT * FROM reconcile('alike_seg');
SELECT orders, revenue FROM alike_seg.customer_orders WHERE customer_id = 3;
SELECT untrack('alike_seg', 'alike.t');
CREATE OR REPLACE VIEW alike_shop.orders AS SELECT "order(id" AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount FROM alike.named;
SELECT track('alike_seg', 'alike.t', 'buyer', 'id');
SELECT merges FROM alike_seg.tracked_table WHERE relation = 'alike.t'::regclass;
CALL refresh('alike_seg');
-- as long as it is unique; what is noted as new when it no longer is, is not added
INSERT INTO alike.t VALUES (6000, 1, 3, '2024-05-01Z', 1);
ALTER TABLE alike.t DROP CONSTRAINT t_pkey;
INSERT INTO alike.t VALUES (6000, 1, 3, '2024-05-01Z', 1), (20, 1, 0, '2024-05-01Z', 1);
SELECT kind, count(*) FROM alike_seg.refresh_queue GROUP BY kind;
CALL refresh('alike_seg');
SELECT merges FROM alike_seg.tracked_table WHERE relation = 'alike.t'::regclass;
SELECT * FROM reconcile('alike_seg');
SELECT customer_id, orders FROM alike_seg.customer_orders WHERE customer_id IN (0, 3) ORDER BY 1;
INSERT INTO alike.t VALUES (6000, 1, 3, '2024-05-01Z', 1);
CALL refresh('alike_seg');
SELECT * FROM reconcile('alike_seg');
DELETE FROM alike.t WHERE id IN (20, 6000);
ALTER TABLE alike.t ADD PRIMARY KEY (id);
SELECT untrack('alike_seg', 'alike.t');
-- the index of a table says nothing of those that inherit from it
CREATE TABLE alike.more () INHERITS (alike.t);
SELECT track('alike_seg', 'alike.t', 'buyer', 'id');
SELECT merges FROM alike_seg.tracked_table WHERE relation = 'alike.t'::regclass;
CALL refresh('alike_seg');
INSERT INTO alike.more SELECT * FROM alike.t WHERE id = 1;
UPDATE alike.t SET total = 11 WHERE id = 1;
CALL refresh('alike_seg');
SELECT * FROM reconcile('alike_seg');
SELECT orders, revenue FROM alike_seg.customer_orders WHERE customer_id = 1;
SELECT untrack('alike_seg', 'alike.t');
DROP TABLE alike.more;
-- an order that takes the place of another one hides it
CREATE OR REPLACE VIEW alike_shop.orders AS SELECT "order(id" AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount FROM alike.named n
 WHERE NOT EXISTS (SELECT FROM alike.named m WHERE m."a.b" = n."order(id");
SELECT track('alike_seg', 'alike.t', 'buyer', 'id');
SELECT merges FROM alike_seg.tracked_table WHERE relation = 'alike.t'::regclass;
CALL refresh('alike_seg');
INSERT INTO alike.t VALUES (5001, 5000, 3, '2024-05-02Z', 100);
CALL refresh('alike_seg');
SELECT * FROM reconcile('alike_seg');
SELECT orders, revenue FROM alike_seg.customer_orders WHERE customer_id = 3;
SELECT drop_workspace('alike_seg');
DROP SCHEMA alike, alike_shop CASCADE;

-- by an index that tells orders apart as refresh does: no other collation, no other operators
CREATE SCHEMA unlike;
CREATE DOMAIN unlike.code AS varchar(20);
CREATE SCHEMA unlike_shop;
CREATE TABLE unlike.t (plain text COLLATE "C", code unlike.code, other text COLLATE "C", pattern text, buyer integer, placed timestamptz, total numeric);
CREATE UNIQUE INDEX ON unlike.t (plain);
CREATE UNIQUE INDEX ON unlike.t (code);
CREATE UNIQUE INDEX ON unlike.t (other COLLATE "POSIX");
CREATE UNIQUE INDEX ON unlike.t (pattern text_pattern_ops);
CREATE VIEW unlike_shop.orders AS SELECT plain AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount FROM unlike.t;
SELECT create_workspace('unlike_seg', 'unlike_shop');
CREATE FUNCTION unlike.merges(key name) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    DROP VIEW unlike_shop.orders CASCADE;
    EXECUTE format('CREATE VIEW unlike_shop.orders AS SELECT %I AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount FROM unlike.t', key);
    RETURN tracking_merges('unlike_seg', 'unlike.t', key);
END $$;
SELECT k, unlike.merges(k) FROM unnest('{plain,code,other,pattern}'::text[]) k;
DROP SCHEMA unlike_seg, unlike, unlike_shop CASCADE;

-- a ledger: orders and refunds in one table; a row inserted may be a refund of an order that is there
CREATE SCHEMA book;
CREATE TABLE book.entry (id integer PRIMARY KEY, buyer integer, of_order integer, kind text, at timestamptz, total numeric);
CREATE INDEX ON book.entry (buyer);
CREATE INDEX ON book.entry (of_order);
INSERT INTO book.entry SELECT i, i % 5, NULL, 'sale', timestamptz '2024-01-01Z' + i * interval '1 hour', 10 FROM generate_series(1, 100) i;
CREATE SCHEMA book_shop;
CREATE VIEW book_shop.orders AS SELECT id AS order_id, buyer AS customer_id, at AS ordered_at, total AS amount FROM book.entry WHERE kind = 'sale';
CREATE VIEW book_shop.refunds AS SELECT of_order AS order_id, at AS refunded_at, total AS amount FROM book.entry WHERE kind = 'refund';
SELECT create_workspace('book_seg', 'book_shop', storage => 'incremental');
UPDATE book_seg.settings SET refresh_rebuild_share = 1000;
SELECT track('book_seg', 'book.entry', 'buyer', 'id');
SELECT merges FROM book_seg.tracked_table WHERE relation = 'book.entry'::regclass;
CALL refresh('book_seg');
INSERT INTO book.entry VALUES (1001, 1, 6, 'refund', '2024-03-01Z', 4);
CALL refresh('book_seg');
SELECT * FROM reconcile('book_seg');
SELECT untrack('book_seg', 'book.entry');
-- by the column in which refunds name their order, they need name no customer
SELECT track('book_seg', 'book.entry', 'buyer', 'of_order');
CALL refresh('book_seg');
INSERT INTO book.entry VALUES (1002, NULL, 7, 'refund', '2024-03-01Z', 4), (1003, 3, NULL, 'sale', '2024-03-01Z', 30);
SELECT kind, customer_id, order_id FROM book_seg.refresh_queue ORDER BY 1;
CALL refresh('book_seg');
SELECT * FROM reconcile('book_seg');
SELECT customer_id, orders, net_revenue FROM book_seg.customer_orders ORDER BY 1;
SELECT drop_workspace('book_seg');
DROP SCHEMA book, book_shop CASCADE;

-- columns that exchange their names: views go on with the columns, and no key of another one is noted
CREATE SCHEMA swap;
CREATE TABLE swap.sale (gone integer, id integer, buyer integer, payer integer, placed timestamptz, total numeric) PARTITION BY RANGE (id);
ALTER TABLE swap.sale DROP COLUMN gone;
CREATE TABLE swap.sale_1 (payer integer, buyer integer, total numeric, placed timestamptz, id integer NOT NULL);
ALTER TABLE swap.sale ADD PRIMARY KEY (id);
ALTER TABLE swap.sale ATTACH PARTITION swap.sale_1 FOR VALUES FROM (1) TO (1000);
INSERT INTO swap.sale SELECT i, i % 5, 100 + i % 5, timestamptz '2024-01-01Z' + i * interval '1 hour', 10 FROM generate_series(1, 100) i;
CREATE SCHEMA swap_shop;
CREATE VIEW swap_shop.orders AS SELECT id AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount FROM swap.sale;
SELECT create_workspace('swap_seg', 'swap_shop', storage => 'incremental');
UPDATE swap_seg.settings SET refresh_rebuild_share = 1000;
CREATE VIEW swap.noted AS SELECT DISTINCT q.kind, q.customer_id, q.order_id FROM swap_seg.refresh_queue q ORDER BY 1, 2, 3;
SELECT track('swap_seg', 'swap.sale', 'buyer', 'id', 'row');
CALL refresh('swap_seg');
CREATE TABLE swap.sale_2 (placed timestamptz, total numeric, payer integer, id integer NOT NULL, buyer integer);
ALTER TABLE swap.sale ATTACH PARTITION swap.sale_2 FOR VALUES FROM (1000) TO (2000);
INSERT INTO swap.sale VALUES (1000, 3, 103, '2024-05-01Z', 10), (200, 2, 102, '2024-05-01Z', 10);
TABLE swap.noted;
ALTER TABLE swap.sale RENAME buyer TO buyer_old;
INSERT INTO swap.sale VALUES (201, 2, 102, '2024-05-01Z', 10);
SELECT * FROM tracking_gaps('swap_seg');
CALL refresh('swap_seg');
ALTER TABLE swap.sale RENAME payer TO buyer;
SELECT * FROM tracking_gaps('swap_seg');
UPDATE swap.sale SET total = 11 WHERE id = 20;
TABLE swap.noted;
CALL refresh('swap_seg');
-- in a partition that came later, and of the order
UPDATE swap.sale SET total = 11 WHERE id = 1000;
TABLE swap.noted;
CALL refresh('swap_seg');
SELECT * FROM reconcile('swap_seg');
ALTER TABLE swap.sale RENAME buyer TO payer;
ALTER TABLE swap.sale RENAME buyer_old TO buyer;
ALTER TABLE swap.sale RENAME id TO number;
ALTER TABLE swap.sale RENAME payer TO id;
INSERT INTO swap.sale VALUES (202, 2, 102, '2024-05-01Z', 10);
TABLE swap.noted;
SELECT subject FROM tracking_gaps('swap_seg');
ALTER TABLE swap.sale RENAME id TO payer;
ALTER TABLE swap.sale RENAME number TO id;
CALL refresh('swap_seg');
-- in a copy of the database it is the names that are known, until the first refresh there
UPDATE swap_seg.tracked_relation SET relation_id = 1, customer_number = 17, order_number = 18;
INSERT INTO swap.sale VALUES (1001, 4, 104, '2024-05-01Z', 10);
TABLE swap.noted;
CALL refresh('swap_seg');
SELECT r.relation, r.customer_number, r.order_number, r.relation_id = r.relation AS is_known FROM swap_seg.tracked_relation r WHERE r.relation::text LIKE 'swap.%' ORDER BY r.relation::text;
INSERT INTO swap.sale VALUES (203, 4, 104, '2024-05-01Z', 10);
TABLE swap.noted;
DROP VIEW swap.noted;
SELECT drop_workspace('swap_seg');
DROP SCHEMA swap, swap_shop CASCADE;

-- a relation is tracked once: what is above it, and what is below it, is tracked with it
CREATE SCHEMA kin;
CREATE TABLE kin.sale (id integer PRIMARY KEY, buyer integer, placed timestamptz, total numeric) PARTITION BY RANGE (id);
CREATE TABLE kin.sale_1 PARTITION OF kin.sale FOR VALUES FROM (1) TO (1000) PARTITION BY RANGE (id);
CREATE TABLE kin.sale_1_1 PARTITION OF kin.sale_1 DEFAULT;
CREATE TABLE kin.heir (buyer integer);
CREATE TABLE kin.other (buyer integer);
CREATE TABLE kin.child () INHERITS (kin.heir, kin.other);
CREATE SCHEMA kin_shop;
CREATE VIEW kin_shop.orders AS SELECT id AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount FROM kin.sale;
INSERT INTO kin.sale SELECT i, i % 5, timestamptz '2024-01-01Z' + i * interval '1 hour', 10 FROM generate_series(1, 100) i;
SELECT create_workspace('kin_seg', 'kin_shop', storage => 'incremental');
UPDATE kin_seg.settings SET refresh_rebuild_share = 1000;
SELECT track('kin_seg', 'kin.sale', 'buyer', 'id');
CALL refresh('kin_seg');
SELECT track('kin_seg', 'kin.sale', 'buyer', 'id');
SELECT track('kin_seg', 'kin.sale_1', 'buyer', 'id');
SELECT track('kin_seg', 'kin.sale_1_1', 'buyer', 'id');
-- nor what was attached since
CREATE TABLE kin.sale_2 PARTITION OF kin.sale FOR VALUES FROM (1000) TO (2000);
SELECT track('kin_seg', 'kin.sale_2', 'buyer', 'id');
SELECT untrack('kin_seg', 'kin.sale');
SELECT track('kin_seg', 'kin.sale_1', 'buyer', 'id');
SELECT track('kin_seg', 'kin.sale', 'buyer', 'id');
SELECT untrack('kin_seg', 'kin.sale_1');
SELECT track('kin_seg', 'kin.heir', 'buyer');
SELECT track('kin_seg', 'kin.other', 'buyer');
SELECT untrack('kin_seg', 'kin.heir');
SELECT track('kin_seg', 'kin.other', 'buyer');
-- one that was tracked by itself before it was attached has triggers, but not those of what it is part of
SELECT track('kin_seg', 'kin.sale', 'buyer', 'id');
CREATE TABLE kin.sale_3 (LIKE kin.sale INCLUDING ALL);
SELECT track('kin_seg', 'kin.sale_3', 'buyer', 'id');
ALTER TABLE kin.sale ATTACH PARTITION kin.sale_3 FOR VALUES FROM (2000) TO (3000);
SELECT * FROM tracking_gaps('kin_seg');
SELECT untrack('kin_seg', 'kin.sale_3');
SELECT untrack('kin_seg', 'kin.sale');
SELECT track('kin_seg', 'kin.sale', 'buyer', 'id');
CALL refresh('kin_seg');
INSERT INTO kin.sale_3 VALUES (2000, 3, '2024-05-01Z', 10);
CALL refresh('kin_seg');
SELECT * FROM reconcile('kin_seg');
SELECT drop_workspace('kin_seg');
DROP SCHEMA kin, kin_shop CASCADE;

-- what cannot carry triggers is refused; what inherits carries them; names may change
CREATE SCHEMA kinds;
CREATE TABLE kinds.sale (id integer PRIMARY KEY, buyer integer, placed timestamptz, total numeric);
CREATE TABLE kinds.old_sale () INHERITS (kinds.sale);
CREATE FOREIGN DATA WRAPPER cseg_nothing;
CREATE SERVER cseg_nowhere FOREIGN DATA WRAPPER cseg_nothing;
CREATE FOREIGN TABLE kinds.far (buyer integer) SERVER cseg_nowhere;
CREATE TEMPORARY TABLE passing (buyer integer);
CREATE MATERIALIZED VIEW kinds.copy AS SELECT buyer FROM kinds.sale;
CREATE SCHEMA kinds_shop;
CREATE VIEW kinds_shop.orders AS SELECT id AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount FROM kinds.sale;
INSERT INTO kinds.sale SELECT i, i % 5, timestamptz '2024-01-01Z' + i * interval '1 hour', 10 FROM generate_series(1, 20) i;
SELECT create_workspace('kinds_seg', 'kinds_shop', storage => 'incremental');
SELECT track('kinds_seg', r, 'buyer') FROM unnest('{kinds.far}'::regclass[]) r;
SELECT track('kinds_seg', 'passing', 'buyer');
SELECT track('kinds_seg', 'kinds.copy', 'buyer');
SELECT track('kinds_seg', 'kinds_shop.orders', 'customer_id');
SELECT track('kinds_seg', 'kinds.sale', 'buyer', 'id');
CALL refresh('kinds_seg');
INSERT INTO kinds.old_sale VALUES (1, 1, '2023-01-01Z', 7), (101, 9, '2023-01-01Z', 7);
UPDATE kinds.sale SET total = 8 WHERE id = 101;
SELECT kind, customer_id, order_id FROM kinds_seg.refresh_queue ORDER BY 1, 2;
CALL refresh('kinds_seg');
SELECT * FROM reconcile('kinds_seg');
SELECT customer_id, orders, revenue FROM kinds_seg.customer_orders WHERE customer_id IN (1, 9) ORDER BY 1;
ALTER TABLE kinds.sale RENAME TO bill;
ALTER TABLE kinds.bill SET SCHEMA kinds_shop;
INSERT INTO kinds_shop.bill VALUES (102, 2, '2024-05-01Z', 10);
SELECT kind, customer_id, order_id FROM kinds_seg.refresh_queue ORDER BY 1, 2;
CALL refresh('kinds_seg');
ALTER TABLE kinds_shop.bill RENAME buyer TO payer;
INSERT INTO kinds_shop.bill VALUES (103, 3, '2024-05-01Z', 10);
INSERT INTO kinds.old_sale VALUES (104, 4, '2024-05-01Z', 10);
SELECT DISTINCT kind, customer_id, order_id FROM kinds_seg.refresh_queue ORDER BY 1, 2;
CALL refresh('kinds_seg');
SELECT * FROM reconcile('kinds_seg');
SELECT customer_id, orders FROM kinds_seg.customer_orders ORDER BY 1;
-- customers become one: by a table of who is who below the source, and by the orders themselves
CREATE TABLE kinds.same (buyer integer PRIMARY KEY, person integer NOT NULL);
CREATE OR REPLACE VIEW kinds_shop.orders AS SELECT b.id AS order_id, COALESCE(s.person, b.payer) AS customer_id, b.placed AS ordered_at, b.total AS amount
  FROM kinds_shop.bill b LEFT JOIN kinds.same s ON s.buyer = b.payer;
SELECT track('kinds_seg', 'kinds.same');
SELECT define_segment('kinds_seg', 'any', 'orders > 0');
CALL refresh('kinds_seg');
INSERT INTO kinds.same VALUES (9, 1);
CALL refresh('kinds_seg');
SELECT * FROM reconcile('kinds_seg');
UPDATE kinds_shop.bill SET payer = 2 WHERE payer = 3;
CALL refresh('kinds_seg');
SELECT * FROM reconcile('kinds_seg');
SELECT customer_id, orders, revenue FROM kinds_seg.customer_orders ORDER BY 1;
SELECT string_agg(customer_id::text, ' ' ORDER BY customer_id) FROM kinds_seg.segment_members WHERE segment = 'any';
-- and two again
DELETE FROM kinds.same;
CALL refresh('kinds_seg');
SELECT * FROM reconcile('kinds_seg');
SELECT string_agg(customer_id::text, ' ' ORDER BY customer_id) FROM kinds_seg.segment_members WHERE segment = 'any';
SELECT drop_workspace('kinds_seg');
DROP SCHEMA kinds, kinds_shop CASCADE;
DROP FOREIGN DATA WRAPPER cseg_nothing CASCADE;
DROP TABLE passing;

-- there is one second for all the locks of a try, however many they are
CREATE TABLE public.allowed (after text, lock_timeout text);
SELECT execute_giving_way(ARRAY['SELECT pg_sleep(0.4)', $$INSERT INTO public.allowed VALUES ('0.4 s', current_setting('lock_timeout'))$$,
                                'SELECT pg_sleep(0.8)', $$INSERT INTO public.allowed VALUES ('1.2 s', current_setting('lock_timeout'))$$], 'in vain');
SELECT after, lock_timeout::interval BETWEEN '1 ms' AND '600 ms' AS is_less, lock_timeout = '1ms' AS is_over FROM public.allowed ORDER BY after;
SHOW lock_timeout;
DROP TABLE public.allowed;
-- partitions one by one, where one statement would lock them all; for who may make the triggers, or drop them
CREATE SCHEMA many;
CREATE TABLE many.t (customer_id integer) PARTITION BY LIST (customer_id);
CREATE TABLE many.t_1 PARTITION OF many.t FOR VALUES IN (1);
CREATE TABLE many.t_2 PARTITION OF many.t FOR VALUES IN (2);
SELECT cardinality(capture_locks('{many.t}', true));
CREATE VIEW many.locks AS SELECT relation::regclass, mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation::regclass::text LIKE 'many.t%' AND mode <> 'AccessShareLock' ORDER BY 1, 2;
BEGIN;
SELECT capture_lock('many.t_1', false), capture_lock('many.t_2', true);
TABLE many.locks;
COMMIT;
CREATE ROLE cseg_locker;
GRANT USAGE ON SCHEMA many, customer_segments TO cseg_locker;
GRANT SELECT ON ALL TABLES IN SCHEMA many TO cseg_locker;
GRANT TRIGGER ON many.t_1 TO cseg_locker;
SET ROLE cseg_locker;
SELECT capture_lock('many.t_1', true);
SELECT capture_lock('many.t_2', false);
BEGIN;
SELECT capture_lock('many.t_1', false);
TABLE many.locks;
COMMIT;
RESET ROLE;
DROP OWNED BY cseg_locker;
DROP ROLE cseg_locker;
DROP SCHEMA many CASCADE;

-- workspaces whose triggers have one name: each drops its own
CREATE SCHEMA twins;
CREATE TABLE twins.orders (order_id integer PRIMARY KEY, customer_id integer, ordered_at timestamptz, amount numeric);
CREATE TABLE twins.other (customer_id integer);
SELECT create_workspace('ws_77735', 'twins', storage => 'incremental');
SELECT create_workspace('ws_135010', 'twins', storage => 'incremental');
SELECT capture_trigger_name('ws_77735', 'insert') = capture_trigger_name('ws_135010', 'insert');
SELECT track('ws_77735', 'twins.orders', 'customer_id', 'order_id');
SELECT track('ws_135010', 'twins.other', 'customer_id');
SELECT track('ws_135010', 'twins.orders', 'customer_id', 'order_id');
SELECT drop_workspace('ws_135010');
SELECT tgrelid::regclass, count(*) FROM pg_trigger WHERE tgfoid = 'capture_change'::regproc AND tgrelid::regclass::text LIKE 'twins.%' GROUP BY 1;
SELECT count(*) FROM tracking_gaps('ws_77735');
CALL refresh('ws_77735');
INSERT INTO twins.orders VALUES (1, 1, '2024-01-01Z', 10);
SELECT kind, customer_id, order_id FROM ws_77735.refresh_queue;
SELECT drop_workspace('ws_77735');
DROP SCHEMA twins CASCADE;

-- who may make triggers on a table and does not own it: they stay, do nothing, and are there for the next time
CREATE ROLE cseg_analyst;
GRANT USAGE ON SCHEMA customer_segments TO cseg_analyst;
SELECT format('GRANT CREATE ON DATABASE %I TO cseg_analyst', current_database()) AS grant \gset
:grant;
CREATE SCHEMA lent;
CREATE TABLE lent.orders (order_id integer PRIMARY KEY, customer_id integer, ordered_at timestamptz, amount numeric) PARTITION BY RANGE (order_id);
CREATE TABLE lent.orders_1 PARTITION OF lent.orders FOR VALUES FROM (1) TO (100);
GRANT USAGE ON SCHEMA lent TO cseg_analyst;
GRANT SELECT, TRIGGER ON lent.orders, lent.orders_1 TO cseg_analyst;
-- relation, row or statement, number of the tracked table
CREATE VIEW lent.made AS SELECT tgrelid::regclass AS relation, tgtype & 1 AS for_row, convert_from(substr(tgargs, 10, 1), 'UTF8') AS source, count(*)
  FROM pg_trigger WHERE tgfoid = 'capture_change'::regproc AND tgrelid::regclass::text LIKE 'lent.%' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
GRANT SELECT ON lent.made TO cseg_analyst;
SET ROLE cseg_analyst;
SELECT create_workspace('lent_seg', 'lent', storage => 'incremental');
SET client_min_messages = notice;
SELECT track('lent_seg', 'lent.orders', 'customer_id', 'order_id');
SELECT untrack('lent_seg', 'lent.orders');
RESET ROLE;
SELECT * FROM lent.made;
INSERT INTO lent.orders VALUES (1, 1, '2024-01-01Z', 10);
SELECT count(*) FROM lent_seg.refresh_queue WHERE kind <> 'a';
SET ROLE cseg_analyst;
SELECT track('lent_seg', 'lent.orders', 'customer_id', 'order_id');
CALL refresh('lent_seg');
RESET ROLE;
SELECT * FROM lent.made;
INSERT INTO lent.orders VALUES (2, 1, '2024-01-01Z', 10);
SELECT kind, customer_id, order_id FROM lent_seg.refresh_queue;
SET ROLE cseg_analyst;
CALL refresh('lent_seg');
SELECT untrack('lent_seg', 'lent.orders');
SELECT track('lent_seg', 'lent.orders', 'customer_id', 'order_id', 'row');
CALL refresh('lent_seg');
RESET ROLE;
SELECT * FROM lent.made;
UPDATE lent.orders_1 SET customer_id = 2 WHERE order_id = 2;
SELECT kind, customer_id, order_id FROM lent_seg.refresh_queue;
SET ROLE cseg_analyst;
CALL refresh('lent_seg');
SELECT * FROM reconcile('lent_seg');
SELECT untrack('lent_seg', 'lent.orders');
-- back from row to statement is for the owner, who can drop what is on the partitions
SELECT track('lent_seg', 'lent.orders', 'customer_id', 'order_id');
RESET ROLE;
ALTER TABLE lent.orders OWNER TO cseg_analyst;
ALTER TABLE lent.orders_1 OWNER TO cseg_analyst;
SET ROLE cseg_analyst;
SELECT track('lent_seg', 'lent.orders', 'customer_id', 'order_id');
SELECT * FROM lent.made;
CALL refresh('lent_seg');
INSERT INTO lent.orders_1 VALUES (3, 3, '2024-01-01Z', 10);
CALL refresh('lent_seg');
SELECT * FROM reconcile('lent_seg');
SELECT drop_workspace('lent_seg');
RESET ROLE;
SELECT * FROM lent.made;
SET client_min_messages = warning;
DROP SCHEMA lent CASCADE;
DROP OWNED BY cseg_analyst;
DROP ROLE cseg_analyst;

-- the queue of a stranger, who can make a table of that name in a schema of his own: it gets what an INSERT would put there, or nothing
CREATE ROLE cseg_stranger;
SELECT format('GRANT CREATE ON DATABASE %I TO cseg_stranger', current_database()) AS grant \gset
:grant;
GRANT USAGE ON SCHEMA customer_segments TO cseg_stranger;
SET ROLE cseg_stranger;
CREATE SCHEMA strange;
SET search_path = strange;
CREATE TABLE t (c text, o text);
CREATE TABLE tracked_relation (r regclass, n smallint);
INSERT INTO tracked_relation VALUES ('t', 1);
CREATE TRIGGER i AFTER INSERT ON t REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION customer_segments.capture_change('strange', '1', 'c', 'o', 'merge');
CREATE TRIGGER t AFTER TRUNCATE ON t FOR EACH STATEMENT EXECUTE FUNCTION customer_segments.capture_change('strange', '1', 'c', 'o', '');
CREATE CONSTRAINT TRIGGER d AFTER DELETE ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION customer_segments.capture_change('strange', '1', 'c', 'o', '');
CREATE TABLE known (c text PRIMARY KEY);
INSERT INTO known VALUES ('x');
CREATE DOMAIN given AS text NOT NULL;
CREATE DOMAIN short AS text CHECK (length(VALUE) < 3);
CREATE DOMAIN shorter AS short;
CREATE FUNCTION upper_c() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.c := upper(NEW.c); RETURN NEW; END $$;
CREATE FUNCTION copy_c() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO strange.known VALUES (NEW.c); RETURN NULL; END $$;
CREATE TABLE tried (position integer GENERATED ALWAYS AS IDENTITY, queue text, more text DEFAULT '');
INSERT INTO tried (queue, more) VALUES
('TABLE refresh_queue (s smallint, k "char", c text, o text, at timestamptz)', ''),
('TABLE refresh_queue (s smallint NOT NULL, k "char" NOT NULL, c text, o text, at timestamptz NOT NULL)', ''),
('TABLE refresh_queue (s smallint GENERATED ALWAYS AS IDENTITY, k "char", c text, o text, at timestamptz)', ''),
('TABLE refresh_queue (s smallint, k "char", c text NOT NULL, o text, at timestamptz)', ''),
('TABLE refresh_queue (s smallint, k "char", c text, o text NOT NULL, at timestamptz)', ''),
('TABLE refresh_queue (s smallint, k "char", c text, o text, at timestamptz PRIMARY KEY)', ''),
('TABLE refresh_queue (s smallint, k "char", c text CHECK (c IS NOT NULL), o text, at timestamptz)', ''),
('TABLE refresh_queue (s smallint, k "char", c given, o text, at timestamptz)', ''),
('TABLE refresh_queue (s smallint, k "char", c text, o shorter, at timestamptz)', ''),
('TABLE refresh_queue (s smallint, k "char", c varchar(2), o text, at timestamptz)', ''),
('TABLE refresh_queue (s smallint, k "char", c text COLLATE "C", o text, at timestamptz)', ''),
('TABLE refresh_queue (s smallint, k "char", c text, o text GENERATED ALWAYS AS (c) STORED, at timestamptz)', ''),
('TABLE refresh_queue (s smallint, k "char", c text, o text, at timestamptz)', 'ALTER TABLE refresh_queue DROP o'),
('TABLE refresh_queue (s smallint, k "char", c text, at timestamptz)', 'ALTER TABLE refresh_queue ADD o text'),
('TABLE refresh_queue (s smallint, k "char", c text, o text, at timestamptz, more text)', ''),
('TABLE refresh_queue (s smallint, k "char", c integer, o text, at timestamptz)', ''),
('TABLE refresh_queue (s smallint, k "char", c text REFERENCES known, o text, at timestamptz)', ''),
('TABLE refresh_queue (s smallint, k "char", c text, o text, at timestamptz)', 'CREATE TRIGGER u BEFORE INSERT ON refresh_queue FOR EACH ROW EXECUTE FUNCTION upper_c()'),
('TABLE refresh_queue (s smallint, k "char", c text, o text, at timestamptz)', 'CREATE TRIGGER c AFTER INSERT ON refresh_queue FOR EACH ROW EXECUTE FUNCTION copy_c()'),
('TABLE refresh_queue (s smallint, k "char", c text, o text, at timestamptz)', 'CREATE RULE no AS ON INSERT TO refresh_queue DO INSTEAD NOTHING'),
('TABLE refresh_queue (s smallint, k "char", c text, o text, at timestamptz)', 'ALTER TABLE refresh_queue ENABLE ROW LEVEL SECURITY'),
('TABLE whole (s smallint, k "char", c text, o text, at timestamptz) PARTITION BY LIST (c)', $$CREATE TABLE refresh_queue PARTITION OF whole FOR VALUES IN ('x')$$),
('TABLE refresh_queue (s smallint, k "char", c text, o text, at timestamptz) PARTITION BY LIST (c)', 'CREATE TABLE part PARTITION OF refresh_queue DEFAULT'),
('TABLE whole (s smallint, k "char", c text, o text, at timestamptz)', 'CREATE TABLE refresh_queue (CHECK (o IS NOT NULL)) INHERITS (whole)'),
('TABLE base (s smallint, k "char", c text, o text, at timestamptz)', 'CREATE VIEW refresh_queue AS SELECT * FROM base'),
('MATERIALIZED VIEW refresh_queue AS SELECT 1::smallint AS s, ''a''::"char" AS k, ''''::text AS c, ''''::text AS o, now() AS at', '');
-- the rows of the queue after a change, all undone
CREATE FUNCTION notes(queue text, more text, change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    rows text;
    state text;
BEGIN
    EXECUTE 'CREATE ' || queue;
    IF more <> '' THEN
        EXECUTE more;
    END IF;
    EXECUTE change;
    SET CONSTRAINTS ALL IMMEDIATE;
    EXECUTE 'SELECT string_agg((to_jsonb(q) - ''at'')::text, '' '' ORDER BY q.*::text) FROM refresh_queue q' INTO rows;
    RAISE EXCEPTION USING MESSAGE = COALESCE(rows, 'nothing'), ERRCODE = 'YES00';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE;
    RETURN CASE WHEN state = 'YES00' THEN SQLERRM ELSE state || ' ' || SQLERRM END;
END;
$$;
INSERT INTO t VALUES ('x', 'first');
\pset format unaligned
\pset tuples_only on
SELECT format(E'%s %s\n  %s\n  %s\n  %s\n  %s', queue, more, notes(queue, more, $$INSERT INTO t VALUES ('x', 'one'), ('y', NULL)$$), notes(queue, more, $$INSERT INTO t VALUES ('xyz', '1')$$),
              notes(queue, more, 'TRUNCATE t'), notes(queue, more, 'DELETE FROM t')) FROM tried ORDER BY position;
\pset format aligned
\pset tuples_only off
-- and at the end of a transaction
CREATE TABLE refresh_queue (s smallint, k "char", c text, o text, at timestamptz);
CREATE TRIGGER c AFTER INSERT ON refresh_queue FOR EACH ROW EXECUTE FUNCTION copy_c();
INSERT INTO t VALUES ('late', 'second');
TRUNCATE known;
DELETE FROM t;
SELECT c FROM known ORDER BY c;
-- a queue that is tracked itself notes nothing of itself
INSERT INTO tracked_relation VALUES ('refresh_queue', 2);
CREATE TRIGGER s AFTER INSERT ON refresh_queue FOR EACH ROW EXECUTE FUNCTION customer_segments.capture_change('strange', '2', 'c', 'o', '');
INSERT INTO t VALUES ('self', 'third');
SELECT s, c FROM refresh_queue WHERE c = 'self';
DROP TRIGGER s ON refresh_queue;
DROP TRIGGER c ON refresh_queue;
-- two that track each other come to an end
CREATE SCHEMA estranged;
CREATE TABLE estranged.refresh_queue (LIKE refresh_queue);
CREATE TABLE estranged.tracked_relation AS SELECT 'strange.refresh_queue'::regclass AS r, 1::smallint AS n;
INSERT INTO tracked_relation VALUES ('estranged.refresh_queue', 3);
CREATE TRIGGER forth AFTER INSERT ON refresh_queue FOR EACH ROW EXECUTE FUNCTION customer_segments.capture_change('estranged', '1', 'c', 'o', '');
CREATE TRIGGER back AFTER INSERT ON estranged.refresh_queue FOR EACH ROW EXECUTE FUNCTION customer_segments.capture_change('strange', '3', 'c', 'o', '');
\set VERBOSITY terse
INSERT INTO t VALUES ('forth and back', 'fourth');
\set VERBOSITY default
DROP TRIGGER forth ON refresh_queue;
SELECT count(*) FROM refresh_queue WHERE c = 'forth and back';
-- and temporary tables are nobody's workspace
CREATE TEMPORARY TABLE tracked_relation AS SELECT 'strange.t'::regclass AS r, 1::smallint AS n;
CREATE TEMPORARY TABLE refresh_queue (LIKE strange.refresh_queue);
DO $$
BEGIN
    EXECUTE format('CREATE TRIGGER temporary AFTER INSERT ON strange.t FOR EACH ROW EXECUTE FUNCTION customer_segments.capture_change(%L, %L, %L, %L, %L)',
                   (SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()), '1', 'c', 'o', '');
END $$;
INSERT INTO strange.t VALUES ('temporary', 'fifth');
SELECT count(*) FROM pg_temp.refresh_queue;
DROP TABLE pg_temp.refresh_queue, pg_temp.tracked_relation;
RESET ROLE;
SET search_path = customer_segments, public;
-- the schema of a workspace that went without drop_workspace, made anew by the stranger: he is told no key, and nothing of his runs
CREATE SCHEMA orphan;
CREATE TABLE orphan.orders (order_id integer PRIMARY KEY, customer_id integer, ordered_at timestamptz, amount numeric);
CREATE TABLE orphan.parts (customer_id integer) PARTITION BY LIST (customer_id);
CREATE TABLE orphan.part_1 PARTITION OF orphan.parts DEFAULT;
SELECT create_workspace('orphan_seg', 'orphan', storage => 'incremental');
SELECT track('orphan_seg', 'orphan.orders', 'customer_id', 'order_id');
SELECT track('orphan_seg', 'orphan.parts', 'customer_id', capture => 'row');
DROP SCHEMA orphan_seg CASCADE;
SET ROLE cseg_stranger;
CREATE SCHEMA orphan_seg;
CREATE TABLE orphan_seg.tracked_relation AS SELECT c.oid::regclass AS r, n::smallint AS n FROM pg_class c CROSS JOIN generate_series(1, 50) n WHERE c.relname IN ('orders', 'part_1');
CREATE TABLE orphan_seg.refresh_queue (s smallint, k "char", c integer, o integer, at timestamptz);
CREATE FUNCTION orphan_seg.speak() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE WARNING 'this runs as %', current_user; RETURN NEW; END $$;
RESET ROLE;
CREATE VIEW public.got AS SELECT capture_share('orphan_seg', 'orphan.orders'), (SELECT string_agg(concat_ws(' ', k, c, o), ', ' ORDER BY k, c, o) FROM orphan_seg.refresh_queue) AS got;
INSERT INTO orphan.orders VALUES (1, 101, '2024-01-01Z', 1);
UPDATE orphan.orders SET customer_id = 102;
TABLE public.got;
TRUNCATE orphan_seg.refresh_queue;
CREATE TRIGGER speak BEFORE INSERT ON orphan_seg.refresh_queue FOR EACH ROW EXECUTE FUNCTION orphan_seg.speak();
INSERT INTO orphan.orders VALUES (2, 101, '2024-01-01Z', 1);
TABLE public.got;
GRANT SELECT ON orphan.orders TO cseg_stranger;
INSERT INTO orphan.orders VALUES (3, 101, '2024-01-01Z', 1);
TABLE public.got;
-- what he may read he may be told
DROP TRIGGER speak ON orphan_seg.refresh_queue;
-- a table that had a trigger still says so, until it is vacuumed
VACUUM orphan_seg.refresh_queue;
INSERT INTO orphan.orders VALUES (4, 101, '2024-01-01Z', 1);
TABLE public.got;
TRUNCATE orphan_seg.refresh_queue;
ALTER TABLE orphan.orders ENABLE ROW LEVEL SECURITY;
INSERT INTO orphan.orders VALUES (5, 101, '2024-01-01Z', 1);
TABLE public.got;
TRUNCATE orphan_seg.refresh_queue;
-- and who may make triggers there needs none of ours
CREATE TRIGGER speak BEFORE INSERT ON orphan_seg.refresh_queue FOR EACH ROW EXECUTE FUNCTION orphan_seg.speak();
GRANT TRIGGER ON orphan.orders TO cseg_stranger;
INSERT INTO orphan.orders VALUES (6, 101, '2024-01-01Z', 1);
TABLE public.got;
-- on a partition as on what it is part of
DROP TRIGGER speak ON orphan_seg.refresh_queue;
TRUNCATE orphan_seg.refresh_queue;
INSERT INTO orphan.parts VALUES (1);
GRANT SELECT ON orphan.parts TO cseg_stranger;
INSERT INTO orphan.parts VALUES (2);
INSERT INTO orphan.part_1 VALUES (3);
TABLE public.got;
DROP VIEW public.got;
DROP SCHEMA orphan_seg, orphan CASCADE;
-- whoever tracks for another one is told what right is missing; one that is lost later loses no change
CREATE SCHEMA given;
CREATE TABLE given.orders (order_id integer PRIMARY KEY, customer_id integer, ordered_at timestamptz, amount numeric);
CREATE TABLE given.other (customer_id integer);
GRANT USAGE ON SCHEMA given TO cseg_stranger;
GRANT SELECT, TRIGGER ON given.orders TO cseg_stranger;
SET ROLE cseg_stranger;
SELECT create_workspace('given_seg', 'given', storage => 'incremental');
SELECT track('given_seg', 'given.orders', 'customer_id', 'order_id');
CALL refresh('given_seg');
RESET ROLE;
CREATE ROLE cseg_member;
GRANT cseg_stranger TO cseg_member;
GRANT TRIGGER ON given.other TO cseg_member;
SET ROLE cseg_member;
SELECT track('given_seg', 'given.other', 'customer_id');
RESET ROLE;
DROP OWNED BY cseg_member;
DROP ROLE cseg_member;
REVOKE TRIGGER ON given.orders FROM cseg_stranger;
INSERT INTO given.orders VALUES (1, 1, '2024-01-01Z', 10);
SET ROLE cseg_stranger;
SELECT * FROM tracking_gaps('given_seg');
RESET ROLE;
REVOKE SELECT ON given.orders FROM cseg_stranger;
INSERT INTO given.orders VALUES (2, 2, '2024-01-01Z', 10);
SET ROLE cseg_stranger;
SELECT * FROM tracking_gaps('given_seg');
RESET ROLE;
SELECT kind, customer_id, order_id FROM given_seg.refresh_queue ORDER BY 1;
GRANT SELECT ON given.orders TO cseg_stranger;
SET ROLE cseg_stranger;
CALL refresh('given_seg');
SELECT * FROM reconcile('given_seg');
SELECT customer_id, orders FROM given_seg.customer_orders ORDER BY 1;
SELECT drop_workspace('given_seg');
RESET ROLE;
DROP SCHEMA given CASCADE;
DROP OWNED BY cseg_stranger;
DROP ROLE cseg_stranger;

-- orders by their numbers alone, whose customer nobody could tell once they are gone, also below a join; lines of them can
CREATE SCHEMA numbered;
CREATE TABLE numbered.o (id integer PRIMARY KEY, login integer, at timestamptz);
CREATE TABLE numbered.line (id integer, amount numeric);
CREATE TABLE numbered.who (login integer, person integer);
CREATE VIEW numbered.orders AS SELECT o.id AS order_id, w.person AS customer_id, o.at AS ordered_at, l.amount
  FROM numbered.o JOIN numbered.who w USING (login) JOIN (SELECT id, sum(amount) AS amount FROM numbered.line GROUP BY id) l USING (id);
SELECT create_workspace('numbered_seg', 'numbered', storage => 'incremental');
SELECT track('numbered_seg', 'numbered.o', order_column => 'id');
SELECT track('numbered_seg', 'numbered.o');
SELECT track('numbered_seg', 'numbered.line', order_column => 'id');
SELECT track('numbered_seg', 'numbered.who');
CALL refresh('numbered_seg');
-- what was restored without the rows of tracked_relation: each untrack drops the triggers of its own table
CREATE VIEW numbered.made AS SELECT tgrelid::regclass, count(*) FROM pg_trigger WHERE tgfoid = 'capture_change'::regproc AND tgrelid::regclass::text LIKE 'numbered.%' GROUP BY 1 ORDER BY 1;
DELETE FROM numbered_seg.tracked_relation;
SELECT untrack('numbered_seg', 'numbered.who');
TABLE numbered.made;
-- and queues that a crash would empty
ALTER TABLE numbered_seg.refresh_queue SET UNLOGGED;
SELECT * FROM tracking_gaps('numbered_seg') WHERE subject ~ 'queue';
SELECT drop_workspace('numbered_seg');
DROP SCHEMA numbered CASCADE;
