# What is stored elsewhere: a standby answers every view, the facts can be published, a dump keeps everything and its
# triggers work, on a subscriber the facts follow what is applied.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(allows_streaming => 'logical', extra => [ '--locale=C.UTF-8', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', join("\n", SegmentsCluster->settings, "timezone = 'UTC'", 'max_wal_senders = 5', ''));
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION customer_segments;
	-- as who captures changes has it: then no row is updated or deleted in a table without a replica identity
	CREATE PUBLICATION everything FOR ALL TABLES;
	CREATE SCHEMA "My Shop";
	CREATE TABLE "My Shop".orders (order_id integer PRIMARY KEY, customer_id integer, ordered_at timestamptz, amount numeric);
	CREATE INDEX ON "My Shop".orders (customer_id);
	INSERT INTO "My Shop".orders SELECT i, i % 20, timestamptz '2024-01-01Z' + i * interval '1 hour', 5 FROM generate_series(1, 200) i;
	SELECT customer_segments.create_workspace('my segments', 'My Shop', storage => 'incremental');
	SELECT customer_segments.track('my segments', '"My Shop".orders', 'customer_id', 'order_id');
	SELECT customer_segments.materialize('my segments', 'rfm');
	CALL customer_segments.refresh('my segments');
	INSERT INTO "My Shop".orders VALUES (1001, 7, '2024-05-01Z', 3);
});

is($node->safe_psql('postgres', q{SELECT string_agg(c.relname, ', ') FROM pg_class c WHERE c.relnamespace = '"my segments"'::regnamespace AND c.relkind = 'r'
	AND c.relreplident <> 'f' AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)}), '', 'every table of a workspace has a replica identity');

# a hot standby, and what no trigger has seen
$node->safe_psql('postgres', q{SET session_replication_role = replica; UPDATE "My Shop".orders SET amount = 6 WHERE customer_id = 11});
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
my $at = $node->safe_psql('postgres', 'SELECT pg_current_wal_insert_lsn()');
$standby->poll_query_until('postgres', "SELECT pg_last_wal_replay_lsn() >= '$at'");
my @views = split /\n/, $node->safe_psql('postgres', q{SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname = 'my segments' AND c.relkind IN ('v', 'm') ORDER BY 1});
my @wrong = grep {
	my $rows = "SET customer_segments.as_of = ''; SELECT count(*) FROM $_";
	$standby->safe_psql('postgres', $rows) ne $node->safe_psql('postgres', $rows)
} @views;
is("@wrong", '', 'a standby answers all ' . scalar(@views) . ' views');
# what writes says at its begin that it cannot, and where it can
my @calls = (q{CALL customer_segments.refresh('my segments')}, q{SELECT customer_segments.refresh_step_12_queue('my segments')}, q{SELECT customer_segments.fit_clv('my segments')},
	q{SELECT customer_segments.define_segment('my segments', 'all', 'true')}, q{SELECT customer_segments.create_campaign('my segments', 'c', 'value_tier:vip')},
	q{SELECT customer_segments.set_storage('my segments', 'live')}, q{SELECT customer_segments.set_cut_points('my segments', 'stored')},
	q{SELECT customer_segments.track('my segments', '"My Shop".orders')}, q{SELECT customer_segments.untrack('my segments', '"My Shop".orders')},
	q{SELECT customer_segments.materialize('my segments', 'lifecycle')}, q{SELECT customer_segments.unmaterialize('my segments', 'rfm')},
	q{SELECT customer_segments.create_workspace('another', 'My Shop')}, q{SELECT customer_segments.drop_workspace('my segments')});
for my $call (@calls)
{
	my ($code, $out, $err) = $standby->psql('postgres', "\\set VERBOSITY verbose\n$call");
	like($err, qr/^\S*\s?ERROR:  25006: workspace "[a-z ]+" cannot be changed in a read-only transaction\nHINT:  This server is a standby: call it on the primary\.$/m, "refused: $call");
}
my $reconcile = q{SELECT * FROM customer_segments.reconcile('my segments')};
my ($code, $found, $notice) = $standby->psql('postgres', $reconcile);
is($found, 'customer_histories|stored wrongly|1|11', 'reconcile tells what is wrong');
like($notice, qr/NOTICE:  found, but not queued: this transaction is read-only\nHINT:  Call it on the primary/, 'and that nothing was queued');
is($node->safe_psql('postgres', $reconcile), $found, 'as on the primary');
$standby->stop;

# publication: the primary key is the identity
$node->safe_psql('postgres', q{CREATE DATABASE board});
$node->safe_psql('board', q{CREATE EXTENSION customer_segments; CREATE SCHEMA "my segments";
	CREATE TABLE "my segments".customer_histories_stored (customer_id integer PRIMARY KEY, last_at timestamptz, history customer_segments.purchase_history)});
$node->safe_psql('postgres', q{CREATE PUBLICATION facts FOR TABLE "my segments".customer_histories_stored; SELECT pg_create_logical_replication_slot('facts', 'pgoutput')});
$node->safe_psql('board', sprintf q{CREATE SUBSCRIPTION facts CONNECTION 'host=%s port=%s dbname=postgres' PUBLICATION facts WITH (create_slot = false, slot_name = facts)},
	$node->host, $node->port);
$node->poll_query_until('board', q{SELECT count(*) = 20 FROM "my segments".customer_histories_stored});
$node->safe_psql('postgres', q{DELETE FROM "My Shop".orders WHERE customer_id = 3; CALL customer_segments.refresh('my segments')});
$node->poll_query_until('board', q{SELECT count(*) = 19 FROM "my segments".customer_histories_stored});
my $stored = q{SELECT * FROM "my segments".customer_histories_stored ORDER BY 1};
is($node->safe_psql('board', $stored), $node->safe_psql('postgres', $stored), 'the stored facts can be published');
$node->safe_psql('board', 'ALTER SUBSCRIPTION facts DISABLE');
$node->safe_psql('board', 'ALTER SUBSCRIPTION facts SET (slot_name = NONE); DROP SUBSCRIPTION facts');

# dump and restore: storage, queue, triggers
$node->safe_psql('postgres', q{INSERT INTO "My Shop".orders VALUES (1002, 8, '2024-05-01Z', 3)});
$node->safe_psql('postgres', 'CREATE DATABASE restored');
my $dump = PostgreSQL::Test::Utils::tempdir() . '/shop.dump';
command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-Fc', '-f', $dump, 'postgres' ], 'dump');
command_ok([ 'pg_restore', '-h', $node->host, '-p', $node->port, '--exit-on-error', '-d', 'restored', $dump ], 'restore');
my $state = q{SELECT s.*, q.queue_length FROM "my segments".stored_fact s CROSS JOIN "my segments".workspace_status q ORDER BY 1};
is($node->safe_psql('restored', $state), $node->safe_psql('postgres', $state), 'the same state and queue');
is($node->safe_psql('restored', 'SELECT relation, source FROM "my segments".tracked_relation ORDER BY 2'),
	$node->safe_psql('postgres', 'SELECT relation, source FROM "my segments".tracked_relation ORDER BY 2'), 'the same tables are tracked');
$node->safe_psql('restored', q{INSERT INTO "My Shop".orders VALUES (1003, 8, '2024-05-01Z', 4); CALL customer_segments.refresh('my segments')});
is($node->safe_psql('restored', 'SELECT orders FROM "my segments".customer_orders WHERE customer_id = 8'), '12', 'the queue and the triggers work on');
is($node->safe_psql('restored', q{SELECT * FROM customer_segments.reconcile('my segments')}), '', 'and nothing is wrong');
$node->safe_psql('restored', q{SELECT customer_segments.drop_workspace('my segments')});
is($node->safe_psql('restored', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'my segments'}), '0', 'a restored workspace can be dropped');

# a subscriber: what the apply worker writes row triggers note; statement triggers do not fire for it, which reconcile tells
$node->safe_psql('postgres', 'CREATE DATABASE branch');
$node->safe_psql('branch', q{
	CREATE EXTENSION customer_segments;
	CREATE SCHEMA "My Shop";
	CREATE TABLE "My Shop".orders (order_id integer PRIMARY KEY, customer_id integer, ordered_at timestamptz, amount numeric);
	CREATE INDEX ON "My Shop".orders (customer_id);
	INSERT INTO "My Shop".orders VALUES (5001, 7, '2024-05-01Z', 3);
	SELECT customer_segments.create_workspace(w, 'My Shop', storage => 'incremental') FROM unnest('{row,statement}'::name[]) w;
	SELECT customer_segments.track(w, '"My Shop".orders', 'customer_id', 'order_id', capture => w) FROM unnest('{row,statement}'::text[]) w;
	CALL customer_segments.refresh('row');
	CALL customer_segments.refresh('statement');
});
$node->safe_psql('postgres', q{CREATE PUBLICATION orders FOR TABLE "My Shop".orders; SELECT pg_create_logical_replication_slot('orders', 'pgoutput')});
$node->safe_psql('branch', sprintf q{CREATE SUBSCRIPTION orders CONNECTION 'host=%s port=%s dbname=postgres' PUBLICATION orders WITH (create_slot = false, slot_name = orders)},
	$node->host, $node->port);
my @applied = (
	['rows copied at the start' => 'SELECT'],
	['inserts' => q{INSERT INTO "My Shop".orders VALUES (2001, 7, '2024-05-02Z', 5), (2002, 2002, '2024-05-02Z', 6)}],
	['an update of the customer' => q{UPDATE "My Shop".orders SET customer_id = 8 WHERE order_id = 2001}],
	['a delete' => q{DELETE FROM "My Shop".orders WHERE order_id = 2002}],
	['a truncate' => q{TRUNCATE "My Shop".orders; INSERT INTO "My Shop".orders SELECT i, i % 20, timestamptz '2024-01-01Z' + i * interval '1 hour', 5 FROM generate_series(1, 300) i}]);
my $orders = q{SELECT order_id, customer_id, amount FROM "My Shop".orders WHERE order_id <> 5001 ORDER BY 1};
for (@applied)
{
	my ($what, $sql) = @$_;
	$node->safe_psql('postgres', $sql);
	$node->poll_query_until('branch', sprintf 'SELECT md5(array_agg(o ORDER BY o)::text) = %s FROM (%s) o',
		"'" . $node->safe_psql('postgres', "SELECT md5(array_agg(o ORDER BY o)::text) FROM ($orders) o") . "'", $orders);
	is($node->safe_psql('branch', 'SELECT (SELECT count(*) FROM "statement".refresh_queue), (SELECT count(*) > 0 FROM "row".refresh_queue)'), '0|t', "applied, $what: noted row by row, by no statement");
	$node->safe_psql('branch', q{CALL customer_segments.refresh('row'); CALL customer_segments.refresh('statement')});
	is($node->safe_psql('branch', q{SELECT * FROM customer_segments.reconcile('row')}), '', 'then all is right');
	like($node->safe_psql('branch', q{SELECT subject, problem, customers FROM customer_segments.reconcile('statement')}),
		qr/\A"My Shop".orders\|receives rows by logical replication.*\|\n(customer_histories\|(not stored|stored wrongly|stored without rows in the sources)\|\d+\n?)+\z/,
		'by statement all that is wrong is found, and why');
	$node->safe_psql('branch', q{CALL customer_segments.refresh('statement')});
	is($node->safe_psql('branch', q{SELECT subject FROM customer_segments.reconcile('statement')}), '"My Shop".orders', 'and is right after a refresh');
}
$node->safe_psql('branch', 'ALTER SUBSCRIPTION orders DISABLE');
$node->safe_psql('branch', 'ALTER SUBSCRIPTION orders SET (slot_name = NONE); DROP SUBSCRIPTION orders');

$node->stop;
done_testing();
