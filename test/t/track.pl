# Notes of changes under several sessions: nobody waits, nothing is lost, whoever commits when.
use strict;
use warnings;
use SegmentsCluster;
use SegmentsSession;
use Test::More;

my $node = SegmentsCluster->start('main', 'max_prepared_transactions = 5', 'autovacuum = off');
$node->safe_psql('postgres', q{
	CREATE EXTENSION customer_segments;
	CREATE SCHEMA shop;
	CREATE TABLE shop.orders (order_id integer PRIMARY KEY, customer_id integer, ordered_at timestamptz, amount numeric);
	CREATE INDEX ON shop.orders (customer_id);
	INSERT INTO shop.orders SELECT i, i % 20, timestamptz '2024-01-01Z' + i * interval '1 hour', 5 FROM generate_series(1, 200) i;
	SELECT customer_segments.create_workspace('seg', 'shop', storage => 'incremental');
	SELECT customer_segments.track('seg', 'shop.orders', 'customer_id', 'order_id');
	CALL customer_segments.refresh('seg');
});
my $wrong = q{SELECT * FROM customer_segments.reconcile('seg')};
my ($first, $second, $third) = map { SegmentsSession->new($node) } 1 .. 3;

# two checkouts of one customer
$first->ask(q{SET statement_timeout = '10s'}), $second->ask(q{SET statement_timeout = '10s'});
$first->ask(q{BEGIN; INSERT INTO shop.orders VALUES (1001, 7, '2024-05-01Z', 3)});
is($second->ask(q{BEGIN; INSERT INTO shop.orders VALUES (1002, 7, '2024-05-01Z', 4)}), '', 'two checkouts of one customer do not wait for each other');
is($third->ask(q{CALL customer_segments.refresh('seg')}), '', 'nor does a refresh for them');
is($second->ask('COMMIT'), '', 'the later one commits first');
$third->ask(q{CALL customer_segments.refresh('seg')});
is($third->ask(q{SELECT orders, revenue FROM seg.customer_orders WHERE customer_id = 7}), '11|54.0000', 'and is seen');
is($first->ask('COMMIT'), '', 'a transaction that began before a refresh and commits after it');
is($third->ask(q{SELECT queue_length FROM seg.workspace_status}), '1', 'has left its note');
$third->ask(q{CALL customer_segments.refresh('seg')});
is($third->ask(q{SELECT orders, revenue FROM seg.customer_orders WHERE customer_id = 7}), '12|57.0000', 'and is seen, once');
is($third->ask($wrong), '', 'nothing is wrong');

# prepared transactions
$first->ask(q{BEGIN; UPDATE shop.orders SET customer_id = 8 WHERE order_id = 1001; PREPARE TRANSACTION 'moved'});
$third->ask(q{CALL customer_segments.refresh('seg')});
is($third->ask(q{SELECT queue_length FROM seg.workspace_status}), '0', 'a prepared transaction has no notes yet');
$first->ask(q{COMMIT PREPARED 'moved'});
is($third->ask(q{SELECT queue_length FROM seg.workspace_status}), '2', 'it has when it commits');
$third->ask(q{CALL customer_segments.refresh('seg')});
is($third->ask($wrong), '', 'nothing is wrong');

# two refreshes of one customer: the second takes its turn, and its turn begins with what the first has written
$first->ask(q{INSERT INTO shop.orders VALUES (1003, 9, '2024-05-01Z', 5)});
$first->ask(q{BEGIN; SELECT customer_segments.refresh_step_12_queue('seg')});
$second->ask(q{INSERT INTO shop.orders VALUES (1004, 9, '2024-05-01Z', 6)});
$second->say(q{CALL customer_segments.refresh('seg')});
ok($second->waits($node), 'a second refresh waits');
is($third->ask(q{SELECT count(*) FROM seg.customer_360}), '20', 'readers do not');
is($third->ask(q{INSERT INTO shop.orders VALUES (1005, 9, '2024-05-01Z', 7); SELECT 1}), '1', 'the shop does not');
$first->ask('COMMIT');
is($second->answer, '', 'the second goes on');
$third->ask(q{CALL customer_segments.refresh('seg')});
is($third->ask(q{SELECT orders, revenue FROM seg.customer_orders WHERE customer_id = 9}), '13|68.0000', 'and all is there once');
is($third->ask($wrong), '', 'nothing is wrong');
# one that is broken off has done nothing
$first->ask(q{INSERT INTO shop.orders VALUES (1006, 9, '2024-05-01Z', 5)});
$first->ask(q{BEGIN; SELECT customer_segments.refresh_step_12_queue('seg'); ROLLBACK});
is($third->ask(q{SELECT queue_length FROM seg.workspace_status}), '1', 'what a refresh has rolled back is in the queue again');
$third->ask(q{CALL customer_segments.refresh('seg')});
is($third->ask($wrong), '', 'nothing is wrong');

# changes of the table under way: the refresh waits for them or they for it, and then it is right or says why not
for my $change ('ALTER TABLE shop.orders ADD COLUMN note text', 'TRUNCATE shop.orders')
{
	$first->ask(q{INSERT INTO shop.orders VALUES (1007, 9, '2024-05-01Z', 5) ON CONFLICT (order_id) DO UPDATE SET amount = 6});
	$first->ask("BEGIN; $change");
	$second->say(q{CALL customer_segments.refresh('seg')});
	ok($second->waits($node), "refresh waits for $change");
	$first->ask('COMMIT');
	is($second->answer, '', 'and goes on');
	$third->ask(q{CALL customer_segments.refresh('seg')});
	is($third->ask($wrong), '', 'nothing is wrong');
}
like($first->ask('DROP TABLE shop.orders'), qr/because other objects depend on it/, 'a table in use by views cannot be dropped');
like($first->ask('ALTER TABLE shop.orders ALTER amount TYPE bigint'), qr/cannot alter type of a column used by a view/, 'nor a type be changed');
$first->ask('INSERT INTO shop.orders (order_id, customer_id, ordered_at, amount) VALUES (1, 1, now(), 1)');
$first->ask('ALTER TABLE shop.orders RENAME ordered_at TO placed_at');
is($third->ask(q{CALL customer_segments.refresh('seg')}), '', 'a renamed column is followed');
is($third->ask($wrong), '', 'nothing is wrong');

# track gives way to writers
$first->ask(q{CREATE TABLE shop.other (customer_id integer); BEGIN; INSERT INTO shop.other VALUES (1)});
$second->say(q{SELECT customer_segments.track('seg', 'shop.other', 'customer_id')});
ok($second->waits($node), 'track waits for a writer');
is($third->ask(q{SET statement_timeout = '10s'; INSERT INTO shop.other VALUES (2); SELECT 1}), '1', 'and gives way to others');
$first->ask('COMMIT');
is($second->answer, '', 'then it has its turn');
is($third->ask(q{SELECT count(*) FROM pg_trigger WHERE tgrelid = 'shop.other'::regclass}), '4', 'the triggers are there');

# a refresher without rights
$node->safe_psql('postgres', q{
	CREATE ROLE analyst LOGIN;
	GRANT CREATE ON DATABASE postgres TO analyst;
	GRANT USAGE ON SCHEMA shop, customer_segments TO analyst;
	GRANT SELECT, TRIGGER ON ALL TABLES IN SCHEMA shop TO analyst;
	SET ROLE analyst;
	SELECT customer_segments.create_workspace('own', 'shop', storage => 'incremental');
	SELECT customer_segments.track('own', 'shop.orders', 'customer_id');
	CALL customer_segments.refresh('own');
	RESET ROLE;
	REVOKE SELECT ON shop.orders FROM analyst;
	INSERT INTO shop.orders VALUES (5, 5, now(), 1);
}) if $third->ask('ALTER TABLE shop.orders RENAME placed_at TO ordered_at') eq '';
my $analyst = SegmentsSession->new($node, user => 'analyst');
like($analyst->ask(q{CALL customer_segments.refresh('own')}), qr/permission denied for table orders/, 'a refresher without rights on a source is told its name');
is($third->ask('SELECT count(*) FROM own.refresh_queue'), '1', 'and nothing is half done');
$third->ask('GRANT SELECT ON shop.orders TO analyst');
is($analyst->ask(q{CALL customer_segments.refresh('own')}), '', 'with them it goes on');
is($analyst->ask(q{SELECT * FROM customer_segments.reconcile('own')}), '', 'nothing is wrong');

# whatever waits for a reader or a writer, the shop does not wait for it: no longer than a second at a time
$third->ask(q{SET statement_timeout = '5s'});
$third->ask(q{CREATE TABLE shop.parts (customer_id integer, day integer) PARTITION BY LIST (day); CREATE TABLE shop.part_1 PARTITION OF shop.parts FOR VALUES IN (1); CREATE TABLE shop.part_2 PARTITION OF shop.parts FOR VALUES IN (2)});
$first->ask(q{BEGIN; INSERT INTO shop.part_1 VALUES (1, 1)});
$second->say(q{SELECT customer_segments.track('seg', 'shop.parts', 'customer_id')});
ok($second->waits($node), 'track waits for a writer of a partition');
is($third->ask(q{INSERT INTO shop.parts VALUES (1, 2); SELECT 1}), '1', 'others write to the other one');
$first->ask('COMMIT');
is($second->answer, '', 'then it has its turn');
is($third->ask(q{SELECT count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relname IN ('parts', 'part_1', 'part_2')}), '12', 'the triggers are on all three');

# the reader of the workspace reads no table of the shop: triggers dropped before the wait for him would lock the shop out all that while
for my $case (['shop.other', q{untrack('seg', 'shop.other')}, 'INSERT INTO shop.other VALUES (3); SELECT 1'],
	["customer_segments.refresh_step_12_queue('seg')", q{untrack('seg', 'shop.other')}, 'INSERT INTO shop.other VALUES (3); SELECT 1'],
	['seg.customer_histories_stored', q{set_storage('seg', 'live')}, q{INSERT INTO shop.orders VALUES (3001, 1, '2024-05-01Z', 5); SELECT 1}],
	['seg.rfm', q{materialize('seg', 'rfm')}, 'SELECT 1 FROM seg.rfm LIMIT 1'],
	['seg.rfm', q{unmaterialize('seg', 'rfm')}, 'SELECT 1 FROM seg.rfm LIMIT 1'],
	['seg.workspace_object', q{drop_workspace('seg')}, q{INSERT INTO shop.orders VALUES (3002, 1, '2024-05-01Z', 5); SELECT 1}])
{
	my ($read, $does, $others) = @$case;
	$third->ask(q{SET client_min_messages = warning; SELECT customer_segments.set_storage('seg', 'incremental')});
	$third->ask(q{SELECT customer_segments.track('seg', r, 'customer_id') FROM unnest('{shop.orders,shop.other}'::regclass[]) r WHERE r NOT IN (SELECT relation FROM seg.tracked_table)});
	$third->ask('INSERT INTO shop.other VALUES (4)');
	$first->ask("BEGIN; SELECT count(*) FROM $read");
	$second->say("SELECT customer_segments.$does");
	ok($second->waits($node), "$does waits for a reader");
	is($third->ask($others), '1', 'but nobody waits for it');
	$first->ask('COMMIT');
	is($second->answer, '', 'then it has its turn');
}

$_->close for $first, $second, $third, $analyst;
$node->stop;
done_testing();
