# Customer models outlive a dump, and a cancelled fit leaves nothing behind.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $node = SegmentsCluster->start('main');
$node->safe_psql('postgres', 'CREATE DATABASE shop');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->safe_psql('shop', q{
	CREATE EXTENSION customer_segments;
	SET search_path = public, customer_segments;
	CREATE TABLE public.btyd AS
		SELECT n % 7 AS frequency, CASE WHEN n % 7 > 0 THEN (n * 37 % 100) * t / 100.0 ELSE 0 END::float8 AS recency, t, 10 + n % 13 AS monetary_value
		FROM generate_series(1, 60000) AS n, LATERAL (SELECT (20 + n * 7919 % 100003 / 1000.0)::float8) AS x (t);
	CREATE TABLE public.model AS
		SELECT clv_fit(btyd_sample_agg(frequency, recency, t, monetary_value)) AS model, btyd_sample_agg(frequency, recency, t) AS sample FROM public.btyd WHERE t < 21;
	ALTER TABLE public.model ADD CHECK (bg_nbd_p_alive(bg_nbd_model(1, 1, 1, 1), 1, 1, 2) > 0);});

my $dump = PostgreSQL::Test::Utils::tempdir() . '/shop.dump';
command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-Fc', '-f', $dump, 'shop' ], 'dump');
command_ok([ 'pg_restore', '-h', $node->host, '-p', $node->port, '--exit-on-error', '-d', 'restored', $dump ], 'restore');
my $say = q{SELECT model, md5(sample::text), customer_segments.clv_expected_purchases(model, 3, 10, 20, 52),
	customer_segments.bg_nbd_fit(sample) FROM model};
is($node->safe_psql('restored', $say), $node->safe_psql('shop', $say), 'models and samples are the same after a restore');
$node->safe_psql('shop', q{COPY model TO '} . $dump . q{.bin' (FORMAT binary)});
$node->safe_psql('restored', q{TRUNCATE model; COPY model FROM '} . $dump . q{.bin' (FORMAT binary)});
is($node->safe_psql('restored', $say), $node->safe_psql('shop', $say), 'and in binary');

# one session: fits cancelled at many moments, then as much memory as before
my ($out, $err) = ('', '');
$node->psql('shop', q{
	SET search_path = public, customer_segments;
	SET max_parallel_workers_per_gather = 0;
	\set ON_ERROR_STOP 0
	CREATE TABLE at (moment text, kb bigint);
	CREATE FUNCTION kb() RETURNS bigint LANGUAGE sql AS
		$$ SELECT substring(pg_read_file('/proc/' || pg_backend_pid() || '/status') FROM 'VmRSS:\s+(\d+)')::bigint $$;
	SELECT pareto_nbd_fit(frequency, recency, t) IS NOT NULL FROM btyd;
	INSERT INTO at SELECT 'before', kb();
} . join('', map { "SET statement_timeout = @{[ 20 + 37 * $_ ]}; SELECT pareto_nbd_fit(frequency, recency, t) FROM btyd; SET statement_timeout = 0;\n" } 1 .. 10) . q{
	INSERT INTO at SELECT 'after', kb();
	SELECT status(pareto_nbd_fit(frequency, recency, t)) FROM btyd WHERE t < 21;},
	stdout => \$out, stderr => \$err, on_error_stop => 0);
my $cancelled = () = $err =~ /canceling statement due to statement timeout/g;
ok($cancelled >= 1, "fits were cancelled: $cancelled of 10");
unlike($err, qr/ERROR:  (?!canceling)/, 'and nothing else went wrong');
like($out, qr/^(interior|boundary)$/m, 'the session goes on');
my $grown = $node->safe_psql('shop', q{SELECT max(kb) FILTER (WHERE moment = 'after') - max(kb) FILTER (WHERE moment = 'before') FROM at});
cmp_ok($grown, '<', 16 * 1024, "memory grew by $grown kB over the cancelled fits");

# A fit is cancelled while it runs, not when it is over: half of its time is asked for, which is not that of making the sample ready; less than four fifths of its processor time may be used.
$node->safe_psql('shop', q{
	SET search_path = public, customer_segments;
	CREATE TABLE large AS SELECT btyd_sample_agg(frequency, recency, t) AS sample FROM btyd;
	CREATE FUNCTION used() RETURNS double precision LANGUAGE sql AS $$
		SELECT f[14]::float8 + f[15]::float8 FROM string_to_array(pg_read_file('/proc/' || pg_backend_pid() || '/stat'), ' ') f $$;
	CREATE FUNCTION fit(OUT seconds double precision, OUT ticks double precision) LANGUAGE plpgsql AS $$
	DECLARE
		began timestamptz := clock_timestamp();
		before double precision := used();
	BEGIN
		BEGIN
			PERFORM pareto_nbd_fit(sample) FROM large;
		EXCEPTION WHEN query_canceled THEN
			NULL;
		END;
		seconds := extract(epoch FROM clock_timestamp() - began);
		ticks := used() - before;
	END $$;});
my @late = sort { $a <=> $b } map {
	my ($seconds, $ticks) = split /\|/, $node->safe_psql('shop', 'SET search_path = public, customer_segments; SELECT * FROM fit()');
	my $timeout = int(500 * $seconds);
	$node->safe_psql('shop', "SET search_path = public, customer_segments; SET statement_timeout = $timeout; SELECT ticks FROM fit()") / $ticks;
} 1 .. 3;
cmp_ok($late[0], '<', 0.8, "cancelled after $late[0] of its processor time");

$node->stop;
done_testing();
