# Too little of everything: memory, disk, time.  An error says so, the session and the server go on, nothing is half written.
#
# CSEG_DEEP=1 takes ten million rows instead of hundreds of thousands.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $rows = $ENV{CSEG_DEEP} ? 10_000_000 : 300_000;

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--locale=C.UTF-8', '--encoding=UTF8', '--wal-segsize=1' ]);
$node->append_conf('postgresql.conf', join("\n", SegmentsCluster->settings, "timezone = 'UTC'", "shared_buffers = '8MB'", 'jit = off', 'fsync = off', 'max_wal_size = 64MB',
	'max_parallel_workers_per_gather = 0', "log_statement = 'none'", ''));
$node->start;
$node->safe_psql('postgres', qq{
	CREATE EXTENSION customer_segments;
	ALTER DATABASE postgres SET search_path = public, customer_segments;
	-- one customer with all the orders there are, over ten years
	CREATE TABLE public.orders AS SELECT 1 AS customer_id, timestamptz '2014-01-01Z' + i * interval '315 seconds' * (1000000.0 / $rows) AS at, (1 + i % 977)::numeric(12,2) AS amount, i FROM generate_series(1, $rows) i;
	-- as many customers
	CREATE TABLE public.facts AS SELECT timestamptz '2014-01-01Z' + (i * 7919::bigint % 1000003) * interval '1 minute' AS last_order_at, 1 + i % 53 AS orders, ((i * 7919::bigint) % 1000003)::numeric AS revenue,
		(i % 4)::bigint AS frequency, (i % 4 * 2)::float8 AS recency, (20 + i % 1009 / 100.0)::float8 AS t FROM generate_series(1, $rows) i;
	CREATE VIEW public.acts AS SELECT customer_id, at, 'page_view'::text AS kind, amount AS value, 'channel ' || i % 5 AS channel FROM public.orders;
	CREATE VIEW public.steps AS SELECT customer_id, date_trunc('day', at) AS at, 'step ' || i % 5 AS kind FROM public.orders;
	CREATE VIEW public.no_steps AS SELECT * FROM public.steps WHERE false;
	ANALYZE;
	CREATE FUNCTION public.peak_kb() RETURNS bigint LANGUAGE sql AS
		\$\$ SELECT substring(pg_read_file('/proc/' || pg_backend_pid() || '/status') FROM 'VmHWM:\\s+(\\d+)')::bigint \$\$;
	-- processor time of this backend in milliseconds: what cancelling is measured by, since the clock also runs for others
	CREATE FUNCTION public.cpu_ms() RETURNS bigint LANGUAGE sql AS
		\$\$ SELECT 10 * (s[12]::bigint + s[13]::bigint) FROM regexp_split_to_array(regexp_replace(pg_read_file('/proc/' || pg_backend_pid() || '/stat'), '^.*\\) ', ''), ' ') AS s \$\$;
});

# one value with millions of entries
my $entries = $ENV{CSEG_DEEP} ? 6_000_000 : 4_000_000;
my $days = $entries / 2;
$node->safe_psql('postgres', qq{
	CREATE UNLOGGED TABLE public.large (sequence event_sequence, days purchase_history, acts activity_history, gaps integer[]);
	ALTER TABLE public.large ALTER sequence SET STORAGE EXTERNAL, ALTER days SET STORAGE EXTERNAL, ALTER acts SET STORAGE EXTERNAL, ALTER gaps SET STORAGE EXTERNAL;
	INSERT INTO public.large SELECT (SELECT event_sequence_agg(i % 60, timestamptz '2014-01-01Z' + i * interval '1 second') FROM generate_series(1, 3000000) i),
		('v1 scale=0 first=0001-01-02T00:00:00Z last=' || date '0001-01-01' + $days || 'T00:00:00Z' || (SELECT string_agg(format(' %s:1:1', date '0001-01-01' + i), '') FROM generate_series(1, $days) i))::purchase_history,
		('v1 scale=0' || (SELECT string_agg(format(' %s:purchase:1', date '0001-01-01' + i), '') FROM generate_series(1, 2000000) i))::activity_history,
		(SELECT array_agg((i * 7919::bigint % 1000003)::integer) FROM generate_series(1, 15000000) i);
});

# Prices that a hash table without a secret puts into one slot: its hash, the finalizer of splitmix64, backwards from i * 2^24.
my $colliding = $ENV{CSEG_DEEP} ? 120_000 : 50_000;
sub colliding_price
{
	my $x = $_[0] << 24;
	$x ^= $x >> 31 ^ $x >> 62;
	$x = 0 + sprintf '%u', do { use integer; $x * 0x319642b2d24d8ec3 };
	$x ^= $x >> 27 ^ $x >> 54;
	$x = 0 + sprintf '%u', do { use integer; $x * 0x96de1b173f119089 };
	return $x ^ $x >> 30 ^ $x >> 60 ^ 0xe220a8397b1dcdaf;	# what the upper half of the key, 0, is mixed to
}
$node->safe_psql('postgres', "CREATE TABLE public.colliding (price numeric);\nCOPY public.colliding FROM STDIN;\n" . join("\n", map { sprintf '%u', colliding_price($_) } 1 .. $colliding) . "\n\\.\n");
$node->safe_psql('postgres', q{
	CREATE AGGREGATE public.granger_state(numeric, boolean) (SFUNC = gabor_granger_step, STYPE = bytea);
	CREATE AGGREGATE public.granger_result(bytea) (SFUNC = gabor_granger_combine, STYPE = bytea, FINALFUNC = gabor_granger_final);
	CREATE TABLE public.colliding_state AS SELECT granger_state(price, true) AS state FROM public.colliding;
});

# the memory of a backend while it takes all orders of one customer
my %of_one = (
	purchase_history => 'purchase_history_agg(at, amount)',
	activity_history => q{activity_history_agg('purchase', at)},
	'activity_history with channels' => q{activity_history_agg('page_view', at, amount, 'Europe/Berlin', false, 'channel ' || i % 5)},
	affinity => q{affinity_agg('label ' || i % 100, amount, at)},
	price_response => 'price_response_agg(amount, 1000)',
	survey_summary => 'survey_summary_agg(i % 11, at)',
	scale_items => 'scale_items_agg(ARRAY[i % 5, i % 3]::float8[])',
	engagement_level => q{engagement_level('purchase', at, timestamptz '2024-01-01Z')},
	channel_preference => q{channel_preference('channel ' || i % 5, amount, at)},
);
for my $what (sort keys %of_one)
{
	my @kb = split /\n/, $node->safe_psql('postgres', "SELECT (SELECT count(x) FROM (SELECT $of_one{$what} AS x FROM orders WHERE i < 1000) x) > 0; SELECT peak_kb(); SELECT customer_id, length(($of_one{$what})::text) FROM orders GROUP BY customer_id; SELECT peak_kb()");
	cmp_ok($kb[-1] - $kb[1], '<', 50 * 1024, sprintf '%s of %d rows of one customer: the backend grew by %d kB', $what, $rows, $kb[-1] - $kb[1]);
}

my @kb = split /\n/, $node->safe_psql('postgres', q{SELECT count(*) > 0 FROM activity_histories('acts', 0) WHERE customer_id = 0; SELECT peak_kb(); SELECT events, length(activity::text) FROM activity_histories('acts', 0); SELECT peak_kb()});
cmp_ok($kb[-1] - $kb[1], '<', 50 * 1024, sprintf 'activity_histories of %d rows of one customer: the backend grew by %d kB', $rows, $kb[-1] - $kb[1]);

@kb = split /\n/, $node->safe_psql('postgres', q{SELECT count(*) FROM funnel_steps('no_steps', 0, '{step 1}'); SELECT peak_kb(); SELECT * FROM funnel_steps('steps', 0, '{step 1,step 2,step 3}', '1 hour'); SELECT peak_kb()});
cmp_ok($kb[-1] - $kb[1], '<', 50 * 1024, sprintf 'funnel_steps of %d rows of one customer, of many repeats: the backend grew by %d kB', $rows, $kb[-1] - $kb[1]);

# keys that are hashed and compared by functions which leave something behind with every row
$node->safe_psql('postgres', q{CREATE UNLOGGED TABLE public.numeric_keys AS SELECT (i % 3000)::numeric AS customer_id, timestamptz '2024-01-01Z' + i * interval '1 second' AS at, 'step 1'::text AS kind FROM generate_series(1, 2000000) i});
@kb = split /\n/, $node->safe_psql('postgres', q{SELECT count(*) FROM funnel_steps('no_steps', 0, '{step 1}'); SELECT count(*) FROM numeric_keys; SELECT peak_kb(); SELECT count(*) FROM funnel_steps('numeric_keys', 0::numeric, '{step 1}'); SELECT peak_kb()});
cmp_ok($kb[-1] - $kb[2], '<', 25 * 1024, sprintf 'funnel_steps of 2,000,000 rows with numeric keys: the backend grew by %d kB', $kb[-1] - $kb[2]);

# lists that are taken apart once a query, given as another one with every row
my %lists = (
	event_kind => q{count(event_kind('x', CASE WHEN customer_id % 2 = 0 THEN '{{a,search}}'::text[] ELSE '{{b,search}}' END))},
	funnel_step => q{funnel_step('x', at, CASE WHEN customer_id % 2 = 0 THEN '{a,b}'::text[] ELSE '{b,c}' END)},
);
for my $what (sort keys %lists)
{
	@kb = split /\n/, $node->safe_psql('postgres', "SELECT count(*) FROM numeric_keys; SELECT $lists{$what} FROM (SELECT * FROM numeric_keys LIMIT 1000) x; SELECT peak_kb(); SELECT $lists{$what} FROM numeric_keys; SELECT peak_kb()");
	cmp_ok($kb[-1] - $kb[2], '<', 10 * 1024, sprintf '%s with 2,000,000 changes of its list: the backend grew by %d kB', $what, $kb[-1] - $kb[2]);
}

# cancelled by a timeout: the error, at most a second of work after the timeout, and a session that goes on
my %long = (
	'rfm_score' => q{SELECT max((s).r) FROM (SELECT rfm_score(last_order_at, orders::bigint, revenue) OVER () AS s FROM facts) x},
	'rfm_score, nested' => q{SELECT max((s).r) FROM (SELECT rfm_score(last_order_at, orders::bigint, revenue, 5, 'nested') OVER () AS s FROM facts) x},
	'rfm_breaks' => q{SELECT rfm_breaks(last_order_at, orders::bigint, revenue, 5, 'rank') FROM facts},
	'purchase_histories' => q{SELECT count(*) FROM purchase_histories('orders', 0)},
	'activity_histories' => q{SELECT count(*) FROM activity_histories('acts', 0)},
	'funnel_steps' => q{SELECT count(*) FROM funnel_steps('steps', 0, '{step 1,step 2,step 3,step 4}')},
	'purchase_history_agg' => q{SELECT length(purchase_history_agg(at, amount)::text) FROM orders},
	'purchase_history_agg, many days' => q{SELECT length(purchase_history_agg(date '0001-01-01' + (i * 7919::bigint % 3999971)::integer, amount)::text) FROM orders},
	'van_westendorp' => q{SELECT (van_westendorp(p, p + 1, p + 2, p + 3)).n_used FROM (SELECT i * 7919::bigint % 3999971::numeric AS p FROM orders) x},
	'affinity_agg' => q{SELECT label_count(affinity_agg('l' || i % 50000, amount, at)) FROM orders},
	'event_sequence_agg' => q{SELECT event_count(event_sequence_agg(i % 60, at)) FROM orders WHERE i <= 6000000},
	'bg_nbd_fit' => q{SELECT status(bg_nbd_fit(frequency, recency, t)) FROM facts},
	'pareto_nbd_fit' => q{SELECT status(pareto_nbd_fit(frequency, recency, t)) FROM facts},
	'gamma_gamma_fit' => q{SELECT status(gamma_gamma_fit(frequency + 1, revenue::float8 + 1)) FROM facts},
	'beta_prior_fit' => q{SELECT beta_prior_fit(frequency, 5) FROM facts},
	'price_elasticity' => q{SELECT price_elasticity(revenue::float8 + 1, orders::float8) FROM facts},
	'psi' => q{SELECT psi(frequency, orders::bigint) FROM facts},
	'predicate_conditions' => q{SELECT count(*) FROM predicate_conditions(repeat('a and ', 100000) || 'b')},
	'predicate_conditions, parentheses' => q{SELECT count(*) FROM predicate_conditions(repeat('(', 50000) || 'a' || repeat(')', 50000))},
	'unnest' => q{SELECT count(*) FROM (SELECT unnest(h) FROM (SELECT purchase_history_agg(at, amount) AS h FROM orders WHERE i < 100000) x, generate_series(1, 1000)) y},
	'rollup' => q{SELECT revenue(rollup(h)) FROM (SELECT purchase_history_agg(at, amount) AS h FROM orders WHERE i < 50000) x, generate_series(1, 20000)},
);
# one call with one large value: cancelled later, when that is there, and soon, since such a call ends before a second is over on a fast machine
my %one_call = (
	'event_sequence, text of it' => q{SELECT length(sequence::text) FROM large},
	'event_sequence, from text' => qq{SELECT event_count(('v1 scale=2' || repeat(repeat(' 1\@2024-05-01T10:00:00Z=1.00', 1000), $entries / 1000))::event_sequence)},
	'purchase_history, text of it' => q{SELECT length(days::text) FROM large},
	'purchase_history, from text' => qq{SELECT orders_placed(('v1 scale=2 first=2024-05-01T00:00:00Z last=2024-05-01T00:00:00Z' || repeat(repeat(' 2024-05-01:1:1.00', 1000), $entries / 1000))::purchase_history)},
	'activity_history, text of it' => q{SELECT length(acts::text) FROM large},
	'activity_history, from text' => qq{SELECT event_count(('v1 scale=2' || repeat(repeat(' 2024-05-01:purchase:1:1.00', 1000), 4000))::activity_history)},
	'gap_quantile' => q{SELECT gap_quantile(gaps, 0.7) FROM large},
	'clv_purchase_quantile of bg_bb' => q{SELECT clv_purchase_quantile(bg_bb_model(2, 3, 0.5, 1000), 4, 21, 33, 1000000, 0.5)},
	'bg_bb_fit' => q{SELECT status(bg_bb_fit(1, i % 1000 + 1, 1000000)) FROM generate_series(1, 1000) i},
	'gabor_granger, colliding prices' => q{SELECT granger_state(price, true) IS NULL FROM colliding},
	'gabor_granger, colliding prices in a state' => q{SELECT granger_result(state) IS NULL FROM colliding_state},
	'predicate_references' => q{SELECT count(*) FROM predicate_references(repeat(repeat('+', 10000), 15000))},
	'predicate_conditions, long' => q{SELECT count(*) FROM predicate_conditions(repeat(repeat('+', 10000), 15000))},
	'predicate_bind' => q{SELECT length(predicate_bind(repeat(repeat('+', 10000), 15000), 'b'))},
);
my @after = $ENV{CSEG_DEEP} ? (100, 1000, 3000) : (20, 120);
my @later = $ENV{CSEG_DEEP} ? (1000, 3000) : (20, 300);
for my $what (sort(keys %long), sort(keys %one_call))
{
	my ($worst, $cancelled) = (0, 0);
	my $query = $long{$what} // $one_call{$what};
	my ($most, @times) = exists $long{$what} ? (1000, @after) : (200, @later);
	for my $ms (@times)
	{
		my ($code, $out, $err) = $node->psql('postgres', "SELECT cpu_ms(); SET statement_timeout = $ms; $query; SET statement_timeout = 0; SELECT 'cpu', cpu_ms(); SELECT orders_placed(purchase_history_agg(at, amount)) FROM orders WHERE i <= 10;", on_error_stop => 0);
		unlike($err, qr/ERROR:  (?!canceling statement due to statement timeout)/, "$what: no other error");
		$cancelled++ if $err =~ /canceling statement/;
		my ($before) = $out =~ /^(\d+)/;
		my ($then) = $out =~ /^cpu\|(\d+)$/m;
		$worst = $then - $before - $ms if $then - $before - $ms > $worst;
		like($out, qr/^10$/m, "$what: the session goes on");
	}
	cmp_ok($worst, '<', $most, "$what: at most $worst ms of work after the timeout, cancelled $cancelled times of " . scalar @times);
}
is($node->safe_psql('postgres', q{SELECT count(*) FROM pg_locks l WHERE locktype = 'advisory'}), '0', 'no lock is left');

# temporary files
my ($code, $out, $err) = $node->psql('postgres', qq{SET work_mem = '64kB'; SET temp_file_limit = '1MB'; $long{rfm_score}; SELECT 'still', count(*) FROM facts;}, on_error_stop => 0);
like($err, qr/ERROR:  temporary file size exceeds "?temp_file_limit"?/, 'no room for temporary files: an error');
like($out, qr/^still\|$rows$/m, 'and on it goes');

# a disk that is full: no file of this server may grow beyond 3 MB
$node->safe_psql('postgres', q{
	CREATE SCHEMA shop;
	CREATE TABLE shop.orders (order_id integer PRIMARY KEY, customer_id integer, ordered_at timestamptz, amount numeric);
	CREATE INDEX ON shop.orders (customer_id);
	INSERT INTO shop.orders SELECT i, i, timestamptz '2024-01-01Z' + i * interval '1 minute', 5 FROM generate_series(1, 30000) i;
	SELECT create_workspace('seg', 'shop', storage => 'incremental');
	UPDATE seg.settings SET refresh_batch = 5000;
	SELECT track('seg', 'shop.orders', 'customer_id', 'order_id');
});
sub limited
{
	my ($option, $limit) = @_;
	$node->stop;
	my $log = $node->logfile;
	system('sh', '-c', "ulimit $option $limit && exec pg_ctl -w -s -D '" . $node->data_dir . "' -l '$log' -o '--cluster-name=main' start") == 0 or die "cannot start with ulimit $option $limit";
	$node->_update_pid(1);
	return;
}
limited('-f', 6144);
($code, $out, $err) = $node->psql('postgres', q{CALL refresh('seg')});
like($err, qr/ERROR:  could not (?:extend|write)[^\n]*(?:File too large|No space)/, 'a refresh without room: an error of the server');
is($node->safe_psql('postgres', 'SELECT count(*) FROM shop.orders'), '30000', 'and the server answers');
$node->stop;
$node->start;
$node->safe_psql('postgres', q{CALL refresh('seg')});
is($node->safe_psql('postgres', q{SELECT count(*) FROM reconcile('seg')}), '0', 'with room the next refresh makes it right');

# memory: an address space too small for what is asked
sub without_memory
{
	my ($kb, %queries) = @_;
	limited('-v', $kb);
	for my $what (sort keys %queries)
	{
		my ($code, $out, $err) = $node->psql('postgres', "$queries{$what}; SELECT 'alive', orders_placed(purchase_history_agg(at, amount)) FROM orders WHERE i <= 10;", on_error_stop => 0);
		like($err, qr/ERROR:  out of memory/, "$what without memory: an error");
		like($out, qr/^alive\|10$/m, 'the session goes on');
	}
	return;
}
my $groups = $ENV{CSEG_DEEP} ? 30 : 1;	# one sequence has a limit of its own
$node->safe_psql('postgres', q{
	CREATE UNLOGGED TABLE public.parts AS SELECT event_sequence_agg(i % 60, at + g * interval '1 microsecond') AS sequence FROM orders, generate_series(1, 12) g WHERE i <= 300000 GROUP BY g;
	CREATE UNLOGGED TABLE public.samples AS SELECT btyd_sample_agg(frequency, recency, t + revenue::float8 + g * 2e6) AS sample FROM (SELECT * FROM facts LIMIT 300000) f, generate_series(1, 12) g;
});
# a combine function gets what workers made, and a fit what was sampled: both are there before
without_memory(170_000,
	event_sequence_merge => q{SELECT event_count(rollup(sequence)) FROM parts},
	bg_nbd_fit => q{SELECT bg_nbd_fit(sample), pareto_nbd_fit(sample) FROM samples});
without_memory($ENV{CSEG_DEEP} ? 1_000_000 : 170_000,
	rfm_score => q{SELECT count(s) FROM (SELECT rfm_score(last_order_at, orders::bigint, revenue) OVER () AS s FROM facts, generate_series(1, 12)) x},
	rfm_breaks => q{SELECT rfm_breaks(last_order_at, orders::bigint, revenue, 5, 'rank') FROM facts, generate_series(1, 8)},
	btyd_sample_agg => q{SELECT btyd_sample_agg(frequency, recency, t + revenue::float8 + g * 2e6) IS NULL FROM facts, generate_series(1, 12) g},
	event_sequence_agg => qq{SET enable_sort = off; SELECT event_count(event_sequence_agg(i % 60, at + g * interval '1 microsecond')) FROM orders, generate_series(1, 12) g GROUP BY i % $groups});
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal|server process .* exited with exit code/, 'no process has died');
$node->stop;
done_testing();
