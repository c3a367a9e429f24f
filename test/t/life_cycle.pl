# What becomes of the extension, its workspaces and values stored with its types: dumps of every kind, copies, moves, accidents, other owners, the end.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $node = SegmentsCluster->start('main', 'jit = off', 'restart_after_crash = on');
my @to = ('-h', $node->host, '-p', $node->port);
$node->safe_psql('postgres', q{CREATE ROLE keeper LOGIN; CREATE ROLE heir; CREATE DATABASE shop OWNER keeper});
my @keeper = (extra_params => [ '-U', 'keeper' ]);
$node->safe_psql('shop', q{
	CREATE EXTENSION customer_segments;
	CREATE SCHEMA data;
	CREATE TABLE data.orders (order_id integer PRIMARY KEY, customer_id integer, ordered_at timestamptz, amount numeric);
	CREATE INDEX ON data.orders (customer_id);
	INSERT INTO data.orders SELECT i, i % 40, timestamptz '2024-01-01Z' + i * interval '3 hours', 5 + i % 7 FROM generate_series(1, 800) i;
	CREATE TABLE data.kept (customer_id integer PRIMARY KEY, history customer_segments.purchase_history, parts customer_segments.affinity[]);
	INSERT INTO data.kept SELECT customer_id, customer_segments.purchase_history_agg(ordered_at, amount), ARRAY[customer_segments.affinity_agg('l' || order_id % 3, amount, ordered_at)] FROM data.orders GROUP BY customer_id;
	CREATE VIEW data.shown AS SELECT customer_id, customer_segments.revenue(history) FROM data.kept;
	SELECT customer_segments.create_workspace('seg', 'data', storage => 'incremental');
	SELECT customer_segments.track('seg', 'data.orders', 'customer_id', 'order_id');
	SELECT customer_segments.define_segment('seg', 'big', 'net_revenue > 100');
	CALL customer_segments.refresh('seg');
}, @keeper);
my $what = q{SET customer_segments.as_of = '2024-05-01'; SELECT md5(string_agg(k::text, ',' ORDER BY customer_id)) FROM data.kept k; SELECT md5(string_agg(r::text, ',' ORDER BY customer_id)) FROM seg.rfm r;
	SELECT segment, count(*) FROM seg.segment_members GROUP BY 1 ORDER BY 1; SELECT count(*) FROM pg_trigger WHERE tgrelid = 'data.orders'::regclass};
my $is = $node->safe_psql('shop', $what);

# dumps
my $tmp = PostgreSQL::Test::Utils::tempdir();
command_ok([ 'pg_dump', @to, '-Fd', '-j', '2', '-f', "$tmp/parallel", 'shop' ], 'dump by two workers');
$node->safe_psql('postgres', 'CREATE DATABASE by_workers');
command_ok([ 'pg_restore', @to, '--exit-on-error', '-j', '2', '-d', 'by_workers', "$tmp/parallel" ], 'restore by two workers');
is($node->safe_psql('by_workers', $what), $is, 'all is there');
command_ok([ 'pg_restore', @to, '--exit-on-error', '--clean', '--if-exists', '-d', 'by_workers', "$tmp/parallel" ], 'restored once more over itself with --clean');
is($node->safe_psql('by_workers', $what), $is, 'all is there');
$node->safe_psql('postgres', 'CREATE DATABASE in_two');
command_ok([ 'pg_restore', @to, '--exit-on-error', '--schema-only', '-d', 'in_two', "$tmp/parallel" ], 'the schema alone');
command_ok([ 'pg_restore', @to, '--exit-on-error', '--data-only', '--disable-triggers', '-d', 'in_two', "$tmp/parallel" ], 'then the data');
is($node->safe_psql('in_two', $what), $is, 'all is there');
$node->safe_psql('in_two', q{INSERT INTO data.orders VALUES (9000, 7, '2024-04-02Z', 1000); SET ROLE keeper; CALL customer_segments.refresh('seg')});
is($node->safe_psql('in_two', q{SET ROLE keeper; SELECT count(*) FROM customer_segments.reconcile('seg')}), '0', 'and works');

# copies and moves
$node->safe_psql('postgres', 'CREATE DATABASE copied TEMPLATE shop');
is($node->safe_psql('copied', $what), $is, 'a template copy');
mkdir "$tmp/space";
$node->safe_psql('postgres', qq{CREATE TABLESPACE other LOCATION '$tmp/space'});
$node->safe_psql('copied', q{ALTER TABLE data.kept SET TABLESPACE other; ALTER TABLE seg.customer_histories_stored SET TABLESPACE other});
$node->safe_psql('copied', q{VACUUM FULL data.kept; CLUSTER data.kept USING kept_pkey; VACUUM FULL seg.customer_histories_stored; ALTER TABLE data.kept ALTER history SET STORAGE EXTERNAL; UPDATE data.kept SET history = history; REINDEX DATABASE copied});
is($node->safe_psql('copied', $what), $is, 'moved, rewritten, clustered, stored without compression');
my ($code, $out, $err) = $node->psql('copied', 'ALTER EXTENSION customer_segments SET SCHEMA public');
like($err, qr/does not support SET SCHEMA/, 'the extension stays in its schema');

# accidents
$node->safe_psql('shop', q{INSERT INTO data.orders VALUES (5000, 3, '2024-04-01Z', 77)});
$node->stop('immediate');
$node->start;
$node->safe_psql('shop', q{CALL customer_segments.refresh('seg')}, @keeper);
is($node->safe_psql('shop', q{SET ROLE keeper; SELECT count(*) FROM customer_segments.reconcile('seg')}), '0', 'after an immediate stop the next refresh has the order noted before it');
my $pid = $node->safe_psql('shop', 'SELECT pg_backend_pid()');
my $killed = IPC::Run::start([ 'psql', '-XAtq', @to, '-d', 'shop', '-c', q{SELECT pg_backend_pid(); SELECT customer_segments.order_count(customer_segments.purchase_history_agg(ordered_at + (g % 500) * interval '1 day', amount)) FROM data.orders, generate_series(1, 100000) g} ], '>', \my $said, '2>', \my $complaint);
$node->poll_query_until('shop', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 100000) g%' AND pid <> pg_backend_pid() AND state = 'active'});
$pid = $node->safe_psql('shop', q{SELECT pid FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 100000) g%' AND pid <> pg_backend_pid()});
kill 'KILL', $pid;
eval { $killed->finish };
$node->poll_query_until('postgres', 'SELECT true');
is($node->safe_psql('shop', q{SELECT sum(customer_segments.order_count(history)) FROM data.kept}), '800', 'a backend killed in the middle of an aggregate: the values are there');

# sessions: a plan kept for long, a cursor over its end, a set broken off
is($node->safe_psql('shop', q{
	PREPARE q(integer) AS SELECT customer_segments.order_count(history) FROM data.kept WHERE customer_id = $1;
	} . 'EXECUTE q(7);' x 7 . q{
	BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT day FROM data.kept, customer_segments.unnest(history) WHERE customer_id = 7; COMMIT;
	FETCH 1 FROM c; CLOSE c;
	SELECT day FROM data.kept, customer_segments.unnest(history) WHERE customer_id = 7 LIMIT 1}), join("\n", ('20') x 7, '2024-01-01', '2024-01-01'), 'generic plans, cursors over the end of a transaction, sets broken off');

# owners
$node->safe_psql('copied', 'REASSIGN OWNED BY keeper TO heir');
is($node->safe_psql('copied', q{SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'seg.settings'::regclass}), 'heir', 'a workspace can be handed over');
$node->safe_psql('copied', q{SET ROLE heir; CALL customer_segments.refresh('seg')});
is($node->safe_psql('copied', $what), $is, 'and works for its new owner');
$node->safe_psql('copied', 'DROP OWNED BY heir CASCADE');
is($node->safe_psql('copied', q{SELECT count(*) FROM pg_namespace WHERE nspname IN ('seg', 'data')}), '0', 'and goes with what else that role owns');

# the end
($code, $out, $err) = $node->psql('shop', 'DROP EXTENSION customer_segments', @keeper);
like($err, qr/cannot drop extension customer_segments because other objects depend on it.*column history of table data\.kept/s, 'the extension cannot be dropped while a column has its type');
$node->safe_psql('shop', q{ALTER TABLE data.kept DROP parts; DROP VIEW data.shown; ALTER TABLE data.kept ALTER history TYPE json USING history::json}, @keeper);
$node->safe_psql('shop', 'SET client_min_messages = error; DROP EXTENSION customer_segments CASCADE', @keeper);
is($node->safe_psql('shop', q{SELECT history -> 'days' -> 0 ->> 'revenue' FROM data.kept WHERE customer_id = 7}), '5', 'values turned into JSON stay');
$node->safe_psql('shop', q{INSERT INTO data.orders VALUES (6000, 3, '2024-04-01Z', 1); UPDATE data.orders SET customer_id = 4 WHERE order_id = 6000; DELETE FROM data.orders WHERE order_id = 6000; TRUNCATE data.orders}, @keeper);
is($node->safe_psql('shop', q{SELECT count(*) FROM pg_trigger WHERE tgrelid = 'data.orders'::regclass}), '0', 'the shop goes on, without our triggers');
$node->safe_psql('in_two', 'SET client_min_messages = error; DROP EXTENSION customer_segments CASCADE');
is($node->safe_psql('in_two', q{SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = 'data.kept'::regclass AND attnum > 0 AND NOT attisdropped}), 'customer_id', 'CASCADE takes the columns with it, as the pages say');

# other encodings
for my $encoding (qw(LATIN1 SQL_ASCII))
{
	$node->safe_psql('postgres', "CREATE DATABASE in_\L$encoding\E ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
	is($node->safe_psql("in_\L$encoding", q{CREATE EXTENSION customer_segments; SET client_encoding = 'LATIN1';
		SELECT customer_segments.top_label(customer_segments.affinity_agg(E'caf\351', 1, timestamptz '2024-01-01Z')::text::customer_segments.affinity) = E'caf\351'}), 't', "$encoding: labels go out and in");
}
$node->stop;
done_testing();
