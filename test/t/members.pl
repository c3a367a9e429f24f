# Members under fire: several sessions refresh one workspace while orders are written, refreshes are cancelled and killed, the
# server is stopped: history, members and events agree all the time, and who follows the events misses none.
use strict;
use warnings;
use IPC::Run;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $node = SegmentsCluster->start('main');
$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(shop restored);
$node->safe_psql('shop', q{
	CREATE EXTENSION customer_segments;
	CREATE SCHEMA source;
	CREATE TABLE source.orders (customer_id integer, ordered_at timestamptz, amount numeric(12,2));
	INSERT INTO source.orders SELECT n % 300, now() - n * interval '1 hour', 10 + n % 90 FROM generate_series(1, 1500) AS n;
	SELECT customer_segments.create_workspace('seg', 'source');
	UPDATE seg.settings SET tracked_segmentations = '{rfm,buyer_type}';
	SELECT customer_segments.define_segment('seg', 'many', 'orders > 5');
	SELECT customer_segments.define_segment('seg', 'rich and many', $$segment('many') AND net_revenue > 300$$);
	-- the follower: what it has seen, and up to where
	CREATE TABLE seen (position bigint PRIMARY KEY, event text, customer_id integer, segment text);
	CREATE PROCEDURE follow() LANGUAGE plpgsql AS $$
	BEGIN
		INSERT INTO seen SELECT position, event, customer_id, segment FROM seg.segment_events
		WHERE position > (SELECT coalesce(max(position), 0) FROM seen) ORDER BY position LIMIT 500;
	END; $$;});

# a psql of its own, in the background
sub session
{
	my ($sql) = @_;
	my $err = '';
	my $file = PostgreSQL::Test::Utils::tempdir() . '/session.sql';
	append_to_file($file, $sql);
	my $handle = IPC::Run::start([ 'psql', '-XqAt', '-h', $node->host, '-p', $node->port, '-d', 'shop', '-v', 'ON_ERROR_STOP=0', '-f', $file, '-o', '/dev/null' ], '2>', \$err);
	return { handle => $handle, err => \$err };
}

sub is_consistent
{
	my ($name) = @_;
	is($node->safe_psql('shop', q{
		SELECT 'overlap' FROM seg.segment_interval a JOIN seg.segment_interval b USING (segment_id, customer_id)
		WHERE a.position < b.position AND (a.left_at IS NULL OR a.left_at > b.entered_at)
		UNION ALL SELECT 'turns' FROM (SELECT event, lag(event) OVER (PARTITION BY segment, customer_id ORDER BY position) AS before FROM seg.segment_events) e
		WHERE (event = 'left') IS DISTINCT FROM (before IS NOT DISTINCT FROM 'entered')
		UNION ALL SELECT 'stays' WHERE (SELECT count(*) FROM seg.segment_events WHERE event = 'entered') <> (SELECT count(*) FROM seg.segment_history)
		UNION ALL SELECT 'exits' WHERE (SELECT count(*) FROM seg.segment_events WHERE event = 'left') <> (SELECT count(*) FROM seg.segment_history WHERE left_at IS NOT NULL)
		UNION ALL SELECT 'log' WHERE (SELECT sum(entered) - sum(exited) FROM seg.segment_refresh) <> (SELECT count(*) FROM seg.segment_members)
		UNION ALL SELECT 'state' FROM (
			SELECT customer_id, g.segment FROM seg.segment_state s, unnest(s.segments) AS id JOIN seg.segment g ON g.segment_id = id
			UNION ALL SELECT customer_id, l FROM seg.segment_state s, unnest(s.labels) AS l) s
		FULL JOIN seg.segment_members m USING (customer_id, segment) WHERE s.customer_id IS NULL OR m.customer_id IS NULL
		UNION ALL SELECT 'time' FROM (SELECT as_of, lag(as_of, 1, as_of) OVER (ORDER BY refresh) AS before FROM seg.segment_refresh) r WHERE as_of < before
		LIMIT 5}), '', $name);
	return;
}

$node->safe_psql('shop', q{CALL customer_segments.refresh('seg')});
is_consistent('one refresh');

# a writer, two refreshers, a follower, and a hangman, all at once
my $write = join '', map { "INSERT INTO source.orders SELECT (random() * 320)::int, now(), 10 + random() * 90 FROM generate_series(1, 25);
	DELETE FROM source.orders WHERE ctid = (SELECT ctid FROM source.orders ORDER BY random() LIMIT 1);\n" } 1 .. 15;
my $refresh = "CALL customer_segments.refresh('seg');\n" x 5;
my $follow = "CALL follow(); SELECT pg_sleep(0.02);\n" x 40;
my $cancelled = join '', map { "SET statement_timeout = @{[ 10 + 25 * $_ ]}; SELECT customer_segments.refresh_step_50_members('seg');\n" } 1 .. 6;
my @sessions = map { session($_) } ($write, $refresh, $refresh, $follow, $cancelled);
my $killed = 0;
for my $try (1 .. 3)
{
	my $victim = session("SELECT customer_segments.refresh_step_50_members('seg') FROM generate_series(1, 1000);");
	$node->poll_query_until('shop', q{SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 1000)%' AND state = 'active' AND pid <> pg_backend_pid()});
	$killed += $node->safe_psql('shop', q{SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 1000)%' AND backend_type = 'client backend' AND pid <> pg_backend_pid()});
	$victim->{handle}->finish;
}
$_->{handle}->finish for @sessions;
unlike(${ $sessions[$_]{err} }, qr/ERROR/, "refresher $_ met no error") for 1 .. 2;
unlike(${ $sessions[0]{err} }, qr/ERROR/, 'the writer met none');
unlike(${ $sessions[4]{err} }, qr/ERROR:  (?!canceling)/, 'one that is cancelled meets nothing else');
is($killed, 3, "$killed backends were killed");
is_consistent('after all that');
cmp_ok($node->safe_psql('shop', 'SELECT count(*) FROM seg.segment_refresh'), '>=', 11, 'every refresh of the two took place');

# the follower goes on from where it was, and has seen everything once and in order
$node->safe_psql('shop', q{CALL customer_segments.refresh('seg')});
$node->safe_psql('shop', 'DO $$ BEGIN FOR i IN 1 .. 200 LOOP CALL follow(); END LOOP; END $$');
is($node->safe_psql('shop', q{SELECT count(*) FROM seg.segment_events e FULL JOIN seen s USING (position, event, customer_id, segment) WHERE e.refresh IS NULL OR s.position IS NULL OR e.position IS NULL}),
	'0', 'the follower missed nothing');
is($node->safe_psql('shop', q{
	SELECT count(*) FROM (SELECT customer_id, segment FROM seen GROUP BY 1, 2 HAVING sum(CASE event WHEN 'entered' THEN 1 ELSE -1 END) = 1) s
	FULL JOIN seg.segment_members m USING (customer_id, segment) WHERE m.entered_at IS NULL OR s.segment IS NULL}), '0', 'and knows who is in');
is($node->safe_psql('shop', q{
	SELECT count(*) FROM (SELECT customer_id FROM seg.segment_members WHERE segment = 'many') m FULL JOIN (SELECT customer_id FROM seg.customer_360 WHERE orders > 5) c USING (customer_id)
	WHERE m IS NULL OR c IS NULL}), '0', 'members are those whom the orders make them');

# the server goes down in the middle of a refresh
my $victim = session(q{INSERT INTO source.orders SELECT n, now(), 50 FROM generate_series(1, 100) AS n, generate_series(1, 5); SELECT customer_segments.refresh_step_50_members('seg') FROM generate_series(1, 1000);});
$node->poll_query_until('shop', q{SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 1000)%' AND state = 'active' AND pid <> pg_backend_pid()});
$node->stop('immediate');
$victim->{handle}->finish;
$node->start;
is_consistent('after a crash');
$node->safe_psql('shop', q{CALL customer_segments.refresh('seg')});
is_consistent('and a refresh');

# one notification a refresh and segment, with counts
my ($notes) = $node->safe_psql('shop', q{
	SELECT customer_segments.define_segment('seg', 'all', 'true');
	LISTEN customer_segments;
	SELECT customer_segments.refresh_step_50_members('seg');
	SELECT 1;});
like($notes, qr/"segment" : "all", "refresh" : \d+, "position" : \d+, "entered" : \d+, "left" : 0/, 'who listens is told')
  or diag($notes);
is(() = $notes =~ /"segment" : "all"/g, 1, 'once');

# dumped and restored, it goes on: nothing is written twice
my $dump = PostgreSQL::Test::Utils::tempdir() . '/shop.sql';
command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-f', $dump, 'shop' ], 'dump');
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', $node->host, '-p', $node->port, '-f', $dump, 'restored' ], 'restore');
is($node->safe_psql('restored', q{SELECT count(*), md5(string_agg(h::text, ' ' ORDER BY h::text)) FROM seg.segment_history h}),
	$node->safe_psql('shop', q{SELECT count(*), md5(string_agg(h::text, ' ' ORDER BY h::text)) FROM seg.segment_history h}), 'the same history');
$node->safe_psql('restored', q{UPDATE seg.settings SET tracked_segmentations = '{buyer_type}'; CALL customer_segments.refresh('seg')});
is($node->safe_psql('restored', q{SELECT count(*) FROM seg.segment_events WHERE position > (SELECT max(position) FROM seen) AND event = 'entered' AND segment <> 'all'
	AND at > (SELECT max(at) FROM seg.segment_events WHERE segment = 'all')}), '0', 'a refresh of the restored workspace lets nobody in anew');
$node->safe_psql('restored', q{SELECT customer_segments.drop_workspace('seg')});
is($node->safe_psql('restored', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'seg'}), '0', 'and it can be dropped');

$node->stop;
done_testing();
