# The oracle: writers, refreshers and accidents, all at once; afterwards what is stored is what the sources say.
#
# A few seconds; ten minutes with CSEG_DEEP=1.  CSEG_SEED chooses what happens.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;
use Time::HiRes qw(sleep time);

my $seconds = $ENV{CSEG_DEEP} ? 600 : 8;
my $seed = $ENV{CSEG_SEED} // 42;
srand $seed;
note "seed $seed";

my $node = SegmentsCluster->start('main', 'restart_after_crash = on', 'log_min_messages = warning', 'max_connections = 40');
$node->safe_psql('postgres', q{
	CREATE EXTENSION customer_segments;
	CREATE SCHEMA data;
	CREATE TABLE data.sale (id integer PRIMARY KEY, buyer integer, placed timestamptz NOT NULL, total numeric(12,2) NOT NULL, medium text DEFAULT 'shop');
	CREATE TABLE data.refund (sale integer, booked timestamptz NOT NULL, total numeric(12,2) NOT NULL);
	CREATE TABLE data.line (sale integer, product integer, quantity integer, price numeric(12,2));
	CREATE TABLE data.visit (id integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, buyer integer, what text, seen timestamptz NOT NULL, medium integer);
	CREATE TABLE data.medium (id integer, name text);
	CREATE INDEX ON data.visit (buyer);
	CREATE INDEX ON data.sale (buyer);
	CREATE INDEX ON data.refund (sale);
	CREATE INDEX ON data.line (sale);
	CREATE SEQUENCE data.id START 2001;
	INSERT INTO data.sale SELECT i, i % 200, timestamptz '2024-01-01Z' + i * interval '1 hour', 5 + i % 40 FROM generate_series(1, 2000) i;
	INSERT INTO data.medium VALUES (1, 'web'), (2, 'app');
	INSERT INTO data.visit (buyer, what, seen, medium) SELECT i % 220, 'look', timestamptz '2024-01-01Z' + i * interval '1 hour', 1 + i % 2 FROM generate_series(1, 2000) i;
	CREATE SCHEMA shop;
	CREATE VIEW shop.orders AS SELECT id AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount, medium AS channel FROM data.sale;
	CREATE VIEW shop.refunds AS SELECT sale AS order_id, booked AS refunded_at, total AS amount FROM data.refund;
	CREATE VIEW shop.order_items AS SELECT sale AS order_id, product AS product_id, quantity, price AS unit_price FROM data.line;
	CREATE VIEW shop.events AS SELECT v.buyer AS customer_id, v.what AS event_type, v.seen AS occurred_at, m.name AS channel FROM data.visit v LEFT JOIN data.medium m ON m.id = v.medium;
	SELECT customer_segments.create_workspace('seg', 'shop', storage => 'incremental');
	UPDATE seg.settings SET refresh_batch = 100, refresh_rebuild_share = 1000;
	SELECT customer_segments.track('seg', 'data.sale', 'buyer', 'id');
	SELECT customer_segments.track('seg', 'data.refund', order_column => 'sale');
	SELECT customer_segments.track('seg', 'data.line', order_column => 'sale');
	SELECT customer_segments.track('seg', 'data.visit', 'buyer');
	SELECT customer_segments.track('seg', 'data.medium');
	INSERT INTO seg.event_kind VALUES ('look', 'page_view');
	SELECT customer_segments.set_cut_points('seg', 'stored');
});
# of one instant, which comes after all that happens here: members change by what is written alone, and not by time
$node->safe_psql('postgres', q{SELECT format('ALTER DATABASE postgres SET customer_segments.as_of = %L', current_date + 2) \gexec});
$node->safe_psql('postgres', q{CALL customer_segments.refresh('seg')});
is($node->safe_psql('postgres', q{SELECT merges FROM seg.tracked_table WHERE order_column = 'id'}), 't', 'new orders are added to histories');
my $began = $node->safe_psql('postgres', 'SELECT now()');

# one transaction of a writer; a tenth is rolled back.  Each touches one row of an order at most, so writers cannot deadlock by themselves
my $script = PostgreSQL::Test::Utils::tempdir() . '/writer.sql';
PostgreSQL::Test::Utils::append_to_file($script, <<'END');
\set op random(1, 112)
\set buyer random_gaussian(1, 250, 3)
\set old random(1, 4000)
\set cents random(100, 9999)
\set nap random(0, 20)
\set broken random(1, 10)
BEGIN;
\if :op <= 35
INSERT INTO data.sale SELECT nextval('data.id'), :buyer, now() - :nap * interval '1 hour', :cents / 100.0;
\elif :op <= 45
WITH s AS (INSERT INTO data.sale SELECT nextval('data.id'), :buyer, now(), :cents / 100.0 FROM generate_series(1, 3) RETURNING id)
INSERT INTO data.line SELECT id, :op, 1, 2 FROM s;
\elif :op <= 55
UPDATE data.sale SET total = :cents / 100.0 WHERE id = :old;
\elif :op <= 67
UPDATE data.sale SET buyer = :buyer WHERE id = :old;
\elif :op <= 75
DELETE FROM data.sale WHERE id = :old;
\elif :op <= 88
INSERT INTO data.refund SELECT :old, now(), CASE WHEN :op % 2 = 0 THEN :cents / 200.0 ELSE 9999 END;
\elif :op <= 92
DELETE FROM data.refund WHERE sale = :old;
\elif :op <= 96
INSERT INTO data.line VALUES (:old, :op, 1, 3);
\elif :op <= 104
INSERT INTO data.visit (buyer, what, seen, medium) SELECT :buyer, (ARRAY['look', 'add_to_cart', 'email_open'])[1 + :op % 3], now(), 1 + :op % 3;
\elif :op <= 107
UPDATE data.visit SET buyer = :buyer, seen = now() WHERE id = :old;
\elif :op <= 109
DELETE FROM data.visit WHERE id = :old;
\else
INSERT INTO data.sale VALUES (:old, :buyer, now(), :cents / 100.0, 'app') ON CONFLICT (id) DO UPDATE SET buyer = excluded.buyer, total = excluded.total;
\endif
SELECT pg_sleep(:nap / 2000.0);
\if :broken = 1
ROLLBACK;
\else
COMMIT;
\endif
END

# now and then what concerns everybody, so that facts are built anew among all that
my $rare = PostgreSQL::Test::Utils::tempdir() . '/rare.sql';
PostgreSQL::Test::Utils::append_to_file($rare, <<'END');
\set op random(1, 3)
BEGIN;
\if :op = 1
TRUNCATE data.medium;
INSERT INTO data.medium SELECT i, (ARRAY['web', 'app', 'mail'])[1 + (i + :client_id) % 3] FROM generate_series(1, 3) i;
\elif :op = 2
UPDATE seg.event_kind SET kind = CASE kind WHEN 'page_view' THEN 'product_view' ELSE 'page_view' END WHERE event_type = 'look';
\else
UPDATE seg.settings SET time_zone = CASE time_zone WHEN 'UTC' THEN 'Asia/Tokyo' ELSE 'UTC' END;
\endif
COMMIT;
END

# run COMMAND...: again and again until the end, whatever becomes of its server
my $end = time + $seconds;
my @children;
sub run
{
	my @command = @_;
	my $pid = fork // die "fork: $!";
	if ($pid == 0)
	{
		open STDOUT, '>', '/dev/null';
		open STDERR, '>', '/dev/null';
		while (time < $end) { system(@command); sleep 0.1; }
		POSIX::_exit(0);
	}
	push @children, $pid;
	return;
}
require POSIX;
my @to = ('-h', $node->host, '-p', $node->port);
sub writers_and_refreshers
{
	my @options = @_;
	run('pgbench', @to, '-n', '-c', '4', '-T', 3, @options, '--random-seed', $seed + $_, 'postgres') for 1 .. 2;
	run('psql', @to, '-XAtq', '-d', 'postgres', '-c', q{CALL customer_segments.refresh('seg')}) for 1 .. 3;
	return;
}
writers_and_refreshers('-f', "$script\@100", '-f', "$rare\@1");

# While the server is down psql may be gone before it was told what to ask: that is an accident, too.
sub ask
{
	my ($sql) = @_;
	my ($code, $out) = eval { $node->psql('postgres', $sql) };
	return defined $code && $code == 0 ? $out : undef;
}
sub wait_until
{
	my ($sql) = @_;
	for (1 .. 1800)
	{
		return if (ask($sql) // '') eq 't';
		sleep 0.1;
	}
	die "never true: $sql";
}

my %done = map { $_ => 0 } qw(terminated killed stopped);
my $backends = q{FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()};
while (time < $end)
{
	sleep 0.2 + rand 0.8;
	my $what = rand;
	if ($what < 0.7)
	{
		my $out = ask("SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid $backends ORDER BY random() LIMIT 1) p");
		$done{terminated}++ if ($out // '') eq '1';
	}
	elsif ($what < 0.9 || $done{stopped} * 60 > $seconds)
	{
		my $pid = ask("SELECT pid $backends ORDER BY random() LIMIT 1");
		next unless ($pid // '') =~ /^\d+$/;
		kill 'KILL', $pid;
		$done{killed}++;
		wait_until('SELECT true');
	}
	else
	{
		$node->stop('immediate');
		$node->start;
		$done{stopped}++;
	}
}
waitpid $_, 0 for @children;
wait_until('SELECT true');
# then for a while nothing that concerns everybody, and not so much at a time: members are looked at for those who have changed
$end = time + 2 + $seconds / 8;
@children = ();
writers_and_refreshers('-R', 20, '-f', $script);
waitpid $_, 0 for @children;
# the accidents that chance has left out
if (!$done{stopped}) { $node->stop('immediate'); $node->start; $done{stopped}++; }
wait_until("SELECT count(*) = 0 $backends");
note join ', ', map { "$done{$_} $_" } sort keys %done;
note $node->safe_psql('postgres', 'SELECT max(run), count(*) FILTER (WHERE finished_at IS NULL) FROM seg.refresh_log');
note $node->safe_psql('postgres', 'SELECT count(*), min(id), max(id) FROM data.sale');
note $node->safe_psql('postgres', q{SELECT step, error, count(*), sum(batches), sum(changed) FROM seg.refresh_log GROUP BY 1, 2 ORDER BY 1, 2});

cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM data.sale WHERE id > 2000'), '>', 50, 'the writers have written');
cmp_ok($node->safe_psql('postgres', 'SELECT sum(batches) FROM seg.refresh_log'), '>', 10, 'the refreshers have refreshed');
is($node->safe_psql('postgres', "SELECT string_agg(fact, ', ' ORDER BY fact) FROM seg.stored_fact WHERE rebuilt_at > '$began'"), 'customer_events, customer_histories, customer_items',
	'each fact was built anew in the middle');
is($node->safe_psql('postgres', q{SELECT * FROM customer_segments.reconcile('seg')}), '', 'before the last refresh nothing but what is in the queue differs');
$node->safe_psql('postgres', q{CALL customer_segments.refresh('seg')});
is($node->safe_psql('postgres', 'SELECT queue_length FROM seg.workspace_status'), '0', 'the queue is empty');
is($node->safe_psql('postgres', q{SELECT * FROM customer_segments.reconcile('seg')}), '', 'reconcile finds nothing');
is($node->safe_psql('postgres', q{SELECT bool_or(scope = 'changed' AND entered + exited > 0) FROM seg.segment_refresh}), 't', 'members were looked at for those who had changed');
is($node->safe_psql('postgres', q{INSERT INTO seg.member_queue VALUES (NULL); SELECT changed FROM customer_segments.refresh_step_50_members('seg')}), '0',
	'and a look at everybody finds nobody who was missed');
# without a function of ours: what was paid, and given back for orders that are there
my $plain = q{SELECT s.buyer AS customer_id, count(*) AS orders_placed, sum(s.total)::numeric(20,4) AS revenue,
	COALESCE(sum((SELECT sum(r.total) FROM data.refund r WHERE r.sale = s.id AND r.total > 0)), 0)::numeric(20,4) AS refunds
	FROM data.sale s WHERE s.total > 0 AND s.placed < now() GROUP BY s.buyer};
my $ours = 'SELECT customer_id, orders_placed, revenue, refunds FROM seg.customer_orders';
is($node->safe_psql('postgres', "($plain) EXCEPT ($ours)"), '', 'every customer is as plain SQL says');
is($node->safe_psql('postgres', "($ours) EXCEPT ($plain)"), '', 'and there is nobody else');
my $visits = 'SELECT buyer AS customer_id, count(*) AS events, max(seen) AS last_event_at FROM data.visit WHERE seen < now() GROUP BY buyer';
my $events = 'SELECT customer_id, events, last_event_at FROM seg.customer_events';
is($node->safe_psql('postgres', "(($visits) EXCEPT ($events)) UNION ALL (($events) EXCEPT ($visits))"), '', 'so are the events');
my $log = slurp_file($node->logfile);
my $deadlocks = () = $log =~ /deadlock detected/g;
is($deadlocks, 0, 'no deadlock');
unlike($log, qr/PANIC|TRAP|could not open relation|invalid memory/, 'nothing worse');

$node->stop;
done_testing();
