# One customer with more events than anybody has: every view answers, in little memory.
#
# CSEG_DEEP=1 takes five million events instead of fifty thousand.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--locale=C.UTF-8', '--encoding=UTF8' ]);
$node->append_conf('postgresql.conf', join("\n", SegmentsCluster->settings, "timezone = 'UTC'", "shared_buffers = '8MB'", 'jit = off', 'fsync = off',
	'max_parallel_workers_per_gather = 0', "log_statement = 'none'", ''));
$node->start;
$node->safe_psql('postgres', q{
	CREATE EXTENSION customer_segments;
	ALTER DATABASE postgres SET search_path = public, customer_segments;
	CREATE FUNCTION public.peak_kb() RETURNS bigint LANGUAGE sql AS
		$$ SELECT substring(pg_read_file('/proc/' || pg_backend_pid() || '/status') FROM 'VmHWM:\s+(\d+)')::bigint $$;
});

# the views of a workspace over a customer with five million events in a year, and one of whose events each came through another of 10,000 channels
my $events = $ENV{CSEG_DEEP} ? 5_000_000 : 50_000;
$node->safe_psql('postgres', qq{
	CREATE SCHEMA visits;
	CREATE TABLE visits.events AS SELECT 1 AS customer_id, (ARRAY['page_view', 'product_view', 'email_open', 'add_to_cart', 'login'])[1 + i % 5] AS event_type,
		timestamptz '2024-01-01Z' + i * interval '6 seconds' * (5000000.0 / $events) AS occurred_at, 'channel ' || i % 7 AS channel, 'p' || i % 300 AS product_id, 9.5 AS value FROM generate_series(1, $events) i
	UNION ALL SELECT 2, 'page_view', timestamptz '2024-12-01Z' + i * interval '1 minute', 'channel ' || i, NULL, NULL FROM generate_series(1, 10000) i;
	CREATE TABLE visits.orders AS SELECT i AS order_id, 2 AS customer_id, timestamptz '2024-12-01Z' + i * interval '2 minutes' AS ordered_at, 10 AS amount, 'channel ' || i AS channel FROM generate_series(1, 100) i;
	SELECT create_workspace('visit_seg', 'visits');
});
my @peak = split /\n/, $node->safe_psql('postgres', q{
	SET customer_segments.as_of = '2024-12-13 05:30Z';
	SELECT count(*) FROM generate_series(1, 1000);
	SELECT peak_kb();
	SELECT events, event_count(activity), label_count(event_channels(activity)), pg_column_size(activity) < 300000 FROM visit_seg.customer_events ORDER BY customer_id;
	SELECT (SELECT string_agg(engagement, ',' ORDER BY customer_id) FROM visit_seg.engagement), (SELECT string_agg(behavior, ',' ORDER BY customer_id) FROM visit_seg.behavior),
		(SELECT string_agg(preferred_channel || ' ' || channels, ',' ORDER BY customer_id) FROM visit_seg.channel),
		(SELECT string_agg(cart, ',') FROM visit_seg.carts), (SELECT retention FROM visit_seg.visit_retention WHERE period = 11), (SELECT max(customers) FROM visit_seg.funnel);
	SELECT peak_kb()});
is($peak[2], "$events|$events|7|t", "$events events of one customer are one small value");
is($peak[3], '10000|10000|10000|t', 'so are those of 10,000 channels');
is($peak[4], 'moderately_engaged,moderately_engaged|browser_no_purchase,other|unknown 0,multichannel 100|open|1.000000|1', 'and every view of events answers');
cmp_ok($peak[5] - $peak[1], '<', ($ENV{CSEG_DEEP} ? 600 : 120) * 1024, sprintf 'in so much memory: the backend grew by %d kB', $peak[5] - $peak[1]);
$node->stop;
done_testing();
