# Too little of everything: memory, disk, time.  An error says so, the session and the server go on, nothing is half written.
#
# CSEG_DEEP=1 takes ten million rows instead of hundreds of thousands.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use SegmentsSession;
use Test::More;

my $rows = $ENV{CSEG_DEEP} ? 10_000_000 : 300_000;
my $times = $ENV{CSEG_DEEP} ? 1 : 2;	# so many of these events
my $long_rows = $ENV{CSEG_DEEP} ? $rows : 1_000_000;	# for what is cancelled: enough for half a second, more or less

my $node = PostgreSQL::Test::Cluster->new('main');
$node->init(extra => [ '--locale=C.UTF-8', '--encoding=UTF8', '--wal-segsize=1' ]);
$node->append_conf('postgresql.conf', join("\n", SegmentsCluster->settings, "timezone = 'UTC'", "shared_buffers = '2MB'", 'jit = off', 'fsync = off', 'max_wal_size = 64MB',
	'max_parallel_workers_per_gather = 0', "log_statement = 'none'", ''));
$node->start;
$node->safe_psql('postgres', qq{
	CREATE EXTENSION customer_segments;
	ALTER DATABASE postgres SET search_path = public, customer_segments;
	-- one customer with all the orders there are, over ten years
	CREATE TABLE public.long_orders AS SELECT 1 AS customer_id, timestamptz '2014-01-01Z' + i * interval '315 seconds' * (1000000.0 / $long_rows) AS at, (1 + i % 977)::numeric(12,2) AS amount, i FROM generate_series(1, $long_rows) i;
	CREATE TABLE public.orders AS SELECT customer_id, timestamptz '2014-01-01Z' + i * interval '315 seconds' * (1000000.0 / $rows) AS at, amount, i FROM public.long_orders WHERE i <= $rows;
	-- as many customers
	CREATE TABLE public.long_facts AS SELECT timestamptz '2014-01-01Z' + (i * 7919::bigint % 1000003) * interval '1 minute' AS last_order_at, 1 + i % 53 AS orders, ((i * 7919::bigint) % 1000003)::numeric AS revenue,
		(i % 4)::bigint AS frequency, (i % 4 * 2)::float8 AS recency, (20 + i % 1009 / 100.0)::float8 AS t FROM generate_series(1, $long_rows) i;
	CREATE TABLE public.facts AS SELECT * FROM public.long_facts LIMIT $rows;
	CREATE VIEW public.acts AS SELECT customer_id, at, 'page_view'::text AS kind, amount AS value, 'channel ' || i % 5 AS channel FROM public.long_orders;
	-- in no order, and each at a time of its own: what is sorted in the end
	CREATE VIEW public.steps AS SELECT customer_id, timestamptz '2014-01-01Z' + (i * 7919::bigint % 999983) * interval '1 minute' AS at, 'step ' || i % 5 AS kind FROM public.long_orders;
	CREATE VIEW public.long_events AS SELECT i, amount, timestamptz '2014-01-01Z' + ((i * 7919::bigint + n * 104729) % 9999991) * interval '1 minute' AS at FROM public.long_orders, generate_series(1, $times) n WHERE i <= 6000000;
	CREATE VIEW public.repeats AS SELECT customer_id, date_trunc('day', at) AS at, 'step ' || i % 5 AS kind, i FROM public.long_orders;
	CREATE VIEW public.half_repeats AS SELECT * FROM public.repeats WHERE i % 2 = 0;
	CREATE VIEW public.half_acts AS SELECT customer_id, at, 'page_view'::text AS kind, amount AS value, 'channel ' || i % 5 AS channel FROM public.long_orders WHERE i % 2 = 0;
	CREATE VIEW public.no_steps AS SELECT * FROM public.steps WHERE false;
	ANALYZE;
	CREATE FUNCTION public.peak_kb() RETURNS bigint LANGUAGE sql AS
		\$\$ SELECT substring(pg_read_file('/proc/' || pg_backend_pid() || '/status') FROM 'VmHWM:\\s+(\\d+)')::bigint \$\$;
	-- the members that somebody can call, by kind, name and the types of ours that they take: which types of the server they take besides makes no difference here
	CREATE VIEW public.member AS
		SELECT p.oid, p.prokind, l.lanname, format('%s(%s)', p.proname, own.types) AS name,
			p.prokind IN ('a', 'w') OR l.lanname = 'c' AND (p.proretset OR own.types <> '' OR own.made OR p.proargtypes::oid[] && ARRAY['bytea', 'bytea[]', 'integer[]', 'bigint[]', 'numeric[]', 'double precision[]', 'text[]', 'timestamptz[]']::regtype[]::oid[]) AS may_be_long
		FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid JOIN pg_language l ON l.oid = p.prolang,
			LATERAL (SELECT COALESCE(string_agg(t.typname, ', ' ORDER BY a.n), '') AS types, EXISTS (SELECT FROM pg_type r WHERE r.oid = p.prorettype AND r.typtype = 'b' AND r.typelem = 0 AND r.typnamespace = e.extnamespace) AS made
				FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (type, n) JOIN pg_type t ON t.oid = a.type AND t.typtype = 'b' AND t.typelem = 0 AND t.typnamespace = e.extnamespace) AS own
		WHERE d.deptype = 'e' AND e.extname = 'customer_segments';
	-- what a view of a call depends on: functions, those of operators, and those that aggregates consist of
	CREATE FUNCTION public.called(views text) RETURNS SETOF oid LANGUAGE sql AS \$\$
		WITH direct AS (SELECT COALESCE(o.oprcode::oid, d.refobjid) AS oid
			FROM pg_class c JOIN pg_rewrite r ON r.ev_class = c.oid JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid LEFT JOIN pg_operator o ON d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid
			WHERE c.relname LIKE views AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass))
		SELECT oid FROM direct UNION SELECT part FROM pg_aggregate a, unnest(ARRAY[a.aggtransfn, a.aggcombinefn, a.aggfinalfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn]::oid[]) AS part WHERE a.aggfnoid IN (SELECT oid FROM direct) \$\$;
});

# one value with millions of entries
my $entries = $ENV{CSEG_DEEP} ? 6_000_000 : 4_000_000;
my $days = $entries / 2;
my $sampled = $entries / 8;
$node->safe_psql('postgres', qq{
	CREATE UNLOGGED TABLE public.large (sequence event_sequence, days purchase_history, acts activity_history, gaps integer[], labels affinity, sample btyd_sample);
	ALTER TABLE public.large ALTER sequence SET STORAGE EXTERNAL, ALTER days SET STORAGE EXTERNAL, ALTER acts SET STORAGE EXTERNAL, ALTER gaps SET STORAGE EXTERNAL, ALTER labels SET STORAGE EXTERNAL, ALTER sample SET STORAGE EXTERNAL;
	INSERT INTO public.large SELECT (SELECT event_sequence_agg(i % 60, timestamptz '2014-01-01Z' + i * interval '1 second') FROM generate_series(1, 3000000) i),
		('v1 scale=0 first=0001-01-02T00:00:00Z last=' || date '0001-01-01' + $days || 'T00:00:00Z' || (SELECT string_agg(format(' %s:1:1', date '0001-01-01' + i), '') FROM generate_series(1, $days) i))::purchase_history,
		('v1 scale=0' || (SELECT string_agg(format(' %s:purchase:1', date '0001-01-01' + i), '') FROM generate_series(1, 2000000) i))::activity_history,
		(SELECT array_agg((i * 7919::bigint % 1000003)::integer) FROM generate_series(1, 15000000) i),
		(SELECT affinity_agg('label ' || i, i, timestamptz '2014-01-01Z') FROM generate_series(1, 50000) i),
		(SELECT btyd_sample_agg(i % 4, i % 4 * 2.5, 20 + i / 1000.0) FROM generate_series(1, $sampled) i);
});

# Prices that a hash table without a secret puts into one slot: its hash, the finalizer of splitmix64, backwards from i * 2^24.
my $colliding = $ENV{CSEG_DEEP} ? 120_000 : 50_000;
sub colliding_price
{
	no warnings 'portable';
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

# Views of calls, which know what these depend on
my $views = 0;
sub views
{
	my ($what, @queries) = @_;
	$node->safe_psql('postgres', join '', map { "CREATE VIEW public.${what}_@{[ $views++ ]} AS $_;\n" } @queries);
	return $what . '_' . ($views - 1);
}

# What every function of the catalogue is to be in, but for those with a reason.  A new one is in neither, and fails.
sub covers
{
	my ($what, $asked, @exempt) = @_;
	my @of = split /\n/, $node->safe_psql('postgres', "SELECT prokind::text || ' ' || name, bool_or(oid IN (SELECT called('$what\\_%'))) FROM member WHERE $asked GROUP BY prokind, name ORDER BY 1");
	my (@missing, %used);
	for (@of)
	{
		my ($kind, $name, $covered) = /^(.) (.*)\|(.)$/;
		next if $covered eq 't';
		my ($reason) = grep { $name =~ /^(?:$exempt[$_][0])$/ } 0 .. $#exempt;
		$used{$reason // ''}++;
		push @missing, $name unless defined $reason;
	}
	is(join(' ', @missing), '', sprintf '%s: %d functions of the catalogue, each in a call or exempt for a reason', $what, scalar @of);
	is(join(' ', map { $exempt[$_][0] } grep { !$used{$_} } 0 .. $#exempt), '', "$what: nothing is exempt in vain");
	return;
}

# peak memory after each of these queries, less that before it, in kB; the first one only fills the caches
sub grew
{
	my ($first, @queries) = @_;
	my @kb = map { /^peak (\d+)$/ ? $1 : () } split /\n/, $node->safe_psql('postgres', join '; ', map { ($_, q{SELECT 'peak ' || peak_kb()}) } $first, @queries);
	return map { $kb[$_] - $kb[ $_ - 1 ] } 1 .. $#kb;
}
my $most_events = 6_000_000;	# these have a limit of their own, and so have distinct values
my $most_distinct = 1_000_000;
my $events = "(SELECT * FROM orders WHERE i <= $most_events) e";
my $distinct = "(SELECT i FROM orders WHERE i <= $most_distinct) d";
my $many = sub { "(SELECT v FROM (SELECT $_[0] AS v FROM (SELECT * FROM orders LIMIT 50) o) x, facts) y" };
# The memory of a backend while an aggregate takes all rows of one customer: 50 MB, or for those that keep rows so many bytes for each, of at most so many, and what any query takes.
my %of_one = (
	purchase_history => 'purchase_history_agg(at, amount)',
	activity_history => q{activity_history_agg('purchase', at)},
	'activity_history with channels' => [ q{activity_history_agg('page_view', at, amount, 'Europe/Berlin', false, 'channel ' || i % 5)}, 'long_orders' ],
	affinity => q{affinity_agg('label ' || i % 100, amount, at)},
	price_response => 'price_response_agg(amount, 1000)',
	price_sensitivity => 'price_sensitivity(amount, 1000)',
	price_elasticity => 'price_elasticity(amount::float8, i % 7 + 1.0::float8)',
	price_test => 'price_test(i % 2 = 0, amount)',
	van_westendorp => 'van_westendorp(amount, amount + 1, amount + 2, amount + 3)',
	gabor_granger => 'gabor_granger(amount, i % 3 = 0)',
	lift => 'lift(i % 2 = 0, amount::float8)',
	psi => 'psi(i % 7, i % 5)',
	survey_summary => 'survey_summary_agg(i % 11, at)',
	nps => 'nps(i % 11)',
	csat => 'csat(i % 5 + 1)',
	ces => 'ces(i % 7 + 1)',
	scale_items => 'scale_items_agg(ARRAY[i % 5, i % 3]::float8[])',
	cronbach_alpha => 'cronbach_alpha(ARRAY[i % 5, i % 3]::float8[])',
	engagement_level => q{engagement_level('purchase', at, timestamptz '2024-01-01Z')},
	channel_preference => q{channel_preference('channel ' || i % 5, amount, at)},
	beta_prior => [ 'beta_prior_fit(frequency, 5)', 'facts' ],
	btyd_sample => [ 'customers(mbg_nbd_fit(btyd_sample_agg(frequency, recency, t)))', 'facts' ],
	bg_nbd_fit => [ 'bg_nbd_fit(frequency, recency, t)', 'facts' ],
	mbg_nbd_fit => [ 'mbg_nbd_fit(frequency, recency, t)', 'facts' ],
	pareto_nbd_fit => [ 'pareto_nbd_fit(frequency, recency, ceil(t))', 'facts' ],
	bg_bb_fit => [ 'bg_bb_fit(frequency, frequency, 6)', 'facts' ],
	gamma_gamma_fit => [ 'gamma_gamma_fit(frequency + 1, orders::float8)', 'facts' ],
	'rollup of purchase_history' => [ 'rollup(v)', $many->('purchase_history_agg(at, amount)') ],
	'rollup of activity_history' => [ 'rollup(v)', $many->(q{activity_history_agg('purchase', at)}) ],
	'rollup of affinity' => [ 'rollup(v)', $many->(q{affinity_agg('label ' || i % 5, amount, at)}) ],
	'rollup of price_response' => [ 'rollup(v)', $many->('price_response_agg(amount, 1000)') ],
	'beta_prior_fit of price_response' => [ 'beta_prior_fit(v)', $many->('price_response_agg(amount, 1000)') ],
	'rollup of survey_summary' => [ 'rollup(v)', $many->('survey_summary_agg(i % 11, at)') ],
	'rollup of scale_items' => [ 'rollup(v)', $many->('scale_items_agg(ARRAY[i % 5, i % 3]::float8[])') ],
	'btyd_sample of purchase_history' => [ q{customers(mbg_nbd_fit(btyd_sample_agg(v, date '2024-06-01')))}, $many->('purchase_history_agg(at, amount)') ],
	'clv_fit of purchase_history' => [ q{clv_fit(v, date '2024-06-01')}, $many->('purchase_history_agg(at, amount)') ],
	# every event, or every value that differs: the pages say how much each takes
	event_sequence => [ 'event_sequence_agg(i % 60, at)', $events, 32, $most_events ],
	'rollup of event_sequence' => [ 'rollup(v)', "(SELECT event_sequence_agg(i % 60, at) AS v FROM $events GROUP BY i / 50) e", 40, $most_events ],
	session_summary => [ q{session_summary(at, '30 minutes')}, $events, 24, $most_events ],
	retention_vector => [ q{retention_vector(at, '1 day', 100)}, $events, 24, $most_events ],
	funnel_step => [ q{funnel_step('step ' || i % 5, at, '{step 1,step 2,step 3}')}, $events, 24, $most_events ],
	cart_state => [ q{cart_state(CASE i % 3 WHEN 0 THEN 'checkout_start' ELSE 'add_to_cart' END, at, amount, timestamptz '2024-06-01Z')}, $events, 48, $most_events ],
	'van_westendorp, distinct' => [ 'van_westendorp(i::numeric, i + 1, i + 2, i + 3)', $distinct, 400, $most_distinct ],
	'gabor_granger, distinct' => [ 'gabor_granger(i::numeric, i % 3 = 0)', $distinct, 400, $most_distinct ],
	'price_test, distinct' => [ 'price_test(i % 2 = 0, i::numeric)', $distinct, 260, $most_distinct ],
	'beta_prior, distinct' => [ 'beta_prior_fit(i, 2 * i)', $distinct, 260, $most_distinct ],
	'psi, distinct' => [ 'psi(i % 7, i)', $distinct, 260, $most_distinct ],
	'btyd_sample, distinct' => [ 'btyd_sample_agg(frequency, recency, t + revenue::float8)', 'facts', 130, $rows ],
	rfm_breaks => [ q{rfm_breaks(last_order_at, orders::bigint, revenue, 5, 'rank')}, 'facts', 140, $rows ],
);
my %growing;
# how much more for the other half of the rows, in kB: ten bytes for each, which is less than any chunk of memory takes; two need ten million rows for that
sub most_further
{
	my ($what, $n) = @_;
	my $each = $what =~ /^activity_histor(?:ies|y with channels)$/ && !$ENV{CSEG_DEEP} ? 40 : 10;	# those collect up to some MB before they fold it
	return $each * $n / 2 / 1024;
}
for my $what (sort keys %of_one)
{
	my ($call, $from, $bytes, $kept) = ref $of_one{$what} ? @{ $of_one{$what} } : $of_one{$what};
	$from //= 'orders';
	$growing{$what} = "SELECT $call AS x FROM $from";
	my $asked = $bytes ? "($call) IS NULL" : "length(($call)::text)";	# the text of what keeps rows is longer than these
	my $some = "SELECT count(*) FROM $from; SELECT count(x) FROM (SELECT $call AS x FROM (SELECT * FROM $from LIMIT 1000) w) x";
	my $n = $from eq 'long_orders' ? $long_rows : $rows;
	my $half = $from =~ /orders$/ ? "(SELECT * FROM $from WHERE i % 2 = 0) h" : "(SELECT * FROM $from LIMIT $rows / 2) h";	# over as many days
	my ($first, $then) = grew($some, $bytes ? () : "SELECT $asked FROM $half", "SELECT $asked FROM $from");
	if ($bytes)
	{
		cmp_ok($first, '<', 10 * 1024 + $bytes * ($rows < $kept ? $rows : $kept) / 1024, sprintf '%s of %d rows of one customer: the backend grew by %d kB', $what, $rows, $first);
		next;
	}
	cmp_ok($first, '<', 50 * 1024, sprintf '%s of %d rows of one customer: the backend grew by %d kB', $what, $n / 2, $first);
	cmp_ok($then, '<', most_further($what, $n), sprintf '%s of twice as many: by %d kB more', $what, $then);
}
views('growth', values %growing);
covers('growth', q{prokind = 'a'});

for (
	[ activity_histories => q{SELECT count(*) > 0 FROM activity_histories('acts', 0) WHERE customer_id = 0}, map { "SELECT events, length(activity::text) FROM activity_histories('$_', 0)" } qw(half_acts acts) ],
	[ funnel_steps => q{SELECT count(*) FROM funnel_steps('no_steps', 0, '{step 1}')}, map { "SELECT * FROM funnel_steps('$_', 0, '{step 1,step 2,step 3}', '1 hour')" } qw(half_repeats repeats) ],
	)
{
	my ($what, $some, @queries) = @$_;
	my ($first, $then) = grew("SET work_mem = '64kB'; $some", @queries);
	cmp_ok($first, '<', 50 * 1024, sprintf '%s of %d rows of one customer, of many repeats: the backend grew by %d kB', $what, $long_rows / 2, $first);
	cmp_ok($then, '<', most_further($what, $long_rows), sprintf '%s of twice as many: by %d kB more', $what, $then);
}

# keys that are hashed and compared by functions which leave something behind with every row
$node->safe_psql('postgres', q{CREATE UNLOGGED TABLE public.numeric_keys AS SELECT (i % 3000)::numeric AS customer_id, timestamptz '2024-01-01Z' + i * interval '1 second' AS at, 'step 1'::text AS kind FROM generate_series(1, 2000000) i});
my @kb = split /\n/, $node->safe_psql('postgres', q{SELECT count(*) FROM funnel_steps('no_steps', 0, '{step 1}'); SELECT count(*) FROM numeric_keys; SELECT peak_kb(); SELECT count(*) FROM funnel_steps('numeric_keys', 0::numeric, '{step 1}'); SELECT peak_kb()});
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

# cancelled: the error, little work after the cancel, and a session that goes on
my $more = $ENV{CSEG_DEEP} ? 1 : 3;	# the sorts are a tenth or so of the whole; those of rfm_score are less than a twentieth, which these rows do not see
my $fitted = $ENV{CSEG_DEEP} ? $rows : 60_000;
my $differing = $ENV{CSEG_DEEP} ? $most_distinct : 400_000;
my %long = (
	'rfm_score' => q{SELECT max((s).r) FROM (SELECT rfm_score(last_order_at, orders::bigint, revenue) OVER () AS s FROM long_facts) x},
	'rfm_score, nested' => q{SELECT max((s).r) FROM (SELECT rfm_score(last_order_at, orders::bigint, revenue, 5, 'nested') OVER () AS s FROM long_facts) x},
	'rfm_breaks' => qq{SELECT rfm_breaks(last_order_at, orders::bigint, revenue, 5, 'rank') FROM long_facts, generate_series(1, $more)},
	'purchase_histories' => q{SELECT count(*) FROM purchase_histories('long_orders', 0)},
	'activity_histories' => q{SELECT count(*) FROM activity_histories('acts', 0)},
	'funnel_steps' => q{SELECT count(*) FROM funnel_steps('steps', 0, '{step 1,step 2,step 3,step 4}')},
	'purchase_history_agg' => q{SELECT length(purchase_history_agg(at, amount)::text) FROM long_orders},
	'purchase_history_agg, many days' => q{SELECT length(purchase_history_agg(date '0001-01-01' + (i * 7919::bigint % 1999993)::integer, amount)::text) FROM long_orders},
	'van_westendorp' => qq{SELECT (van_westendorp(p, p + 1, p + 2, p + 3)).n_used FROM (SELECT i * 7919::bigint % 999983::numeric AS p FROM long_orders WHERE i <= $differing) x},
	'affinity_agg' => q{SELECT label_count(affinity_agg('l' || i % 50000, amount, at)) FROM long_orders},
	'event_sequence_agg' => q{SELECT event_count(event_sequence_agg(i % 60, at)) FROM long_events},
	'bg_nbd_fit' => q{SELECT status(bg_nbd_fit(frequency, recency, t)) FROM long_facts},
	'pareto_nbd_fit' => qq{SELECT status(pareto_nbd_fit(frequency, recency, t)) FROM (SELECT * FROM long_facts LIMIT $fitted) f},
	'gamma_gamma_fit' => qq{SELECT status(gamma_gamma_fit(frequency + 1, revenue::float8 + 1)) FROM (SELECT * FROM long_facts LIMIT $fitted) f},
	'beta_prior_fit' => q{SELECT beta_prior_fit(frequency, 5) FROM long_facts},
	'price_elasticity' => q{SELECT price_elasticity(revenue::float8 + 1, orders::float8) FROM long_facts},
	'psi' => q{SELECT psi(frequency, orders::bigint) FROM long_facts},
	'psi, distinct' => qq{SELECT psi(i % 7, i) FROM long_orders WHERE i <= $differing},
	'price_test, distinct' => qq{SELECT price_test(i % 2 = 0, (i * 7919::bigint % 999983)::numeric) FROM long_orders WHERE i <= $differing},
	'beta_prior_fit, distinct' => qq{SELECT beta_prior_fit(i, 2 * i) FROM long_orders WHERE i <= $differing},
	'btyd_sample_agg, distinct' => q{SELECT btyd_sample_agg(frequency, recency, t + revenue::float8) IS NULL FROM long_facts},
	'predicate_conditions' => q{SELECT count(*) FROM predicate_conditions(repeat('a and ', 5000) || 'b')},
	'predicate_conditions, parentheses' => q{SELECT count(*) FROM predicate_conditions(repeat('(', 5000) || 'a' || repeat(')', 5000))},
	'unnest' => q{SELECT count(*) FROM (SELECT unnest(h) FROM (SELECT purchase_history_agg(at, amount) AS h FROM long_orders WHERE i < 100000) x, generate_series(1, 1000)) y},
	'session_summary' => q{SELECT session_summary(at, '30 minutes') FROM long_events},
	'retention_vector' => q{SELECT retention_vector(at, '1 day', 100) FROM long_events},
	'funnel_step' => q{SELECT funnel_step('step ' || i % 5, at, '{step 1,step 2,step 3}') FROM long_events},
	'cart_state' => q{SELECT cart_state(CASE i % 3 WHEN 0 THEN 'checkout_start' ELSE 'add_to_cart' END, at, amount, timestamptz '2024-06-01Z') FROM long_events},
	'gabor_granger, highest price' => qq{SELECT gabor_granger(i::numeric) FROM long_orders WHERE i <= $differing},
	'lift' => q{SELECT lift(i % 2 = 0, amount::float8) FROM long_orders},
	'price_test' => q{SELECT price_test(i % 2 = 0, amount) FROM long_orders},
	'rollup' => q{SELECT revenue(rollup(h)) FROM (SELECT purchase_history_agg(at, amount) AS h FROM long_orders WHERE i < 50000) x, generate_series(1, 20000)},
);
# where that is too little to ask: the arrays that are its result are built in one go, from a million prices at most
my %share = ('gabor_granger, highest price' => 0.5);
# one call with one large value
my %one_call = (
	'event_sequence, text of it' => q{SELECT length(sequence::text) FROM large},
	'event_sequence, from text' => qq{SELECT event_count(event_sequence_in(textout('v1 scale=2' || repeat(repeat(' 1\@2024-05-01T10:00:00Z=1.00', 1000), $entries / 1000))))},
	'purchase_history, text of it' => q{SELECT length(days::text) FROM large},
	'purchase_history, from text' => qq{SELECT orders_placed(purchase_history_in(textout('v1 scale=2 first=2024-05-01T00:00:00Z last=2024-05-01T00:00:00Z' || repeat(repeat(' 2024-05-01:1:1.00', 1000), $entries / 1000))))},
	'activity_history, text of it' => q{SELECT length(acts::text) FROM large},
	'activity_history, from text' => qq{SELECT event_count(activity_history_in(textout('v1 scale=2' || repeat(repeat(' 2024-05-01:purchase:1:1.00', 1000), 4000))))},
	'event_sequence, json of it' => q{SELECT length(event_sequence_to_json(sequence)::text) FROM large},
	'affinity, from text' => q{SELECT count(affinity_in(affinity_out(labels))) FROM large, generate_series(1, 100)},
	'btyd_sample, from text' => q{SELECT btyd_sample_in(btyd_sample_out(sample)) IS NULL FROM large},
	'event_kind' => q{SELECT count(event_kind('x', CASE WHEN customer_id % 2 = 0 THEN '{{a,search}}'::text[] ELSE '{{b,search}}' END)) FROM numeric_keys},
	'explain_user_agent' => q{SELECT count(*) FROM explain_user_agent(repeat('Mozilla/5.0 (', 10000000))},
	'parse_user_agent' => q{SELECT parse_user_agent(repeat('Mozilla/5.0 (', 10000000))},
	'read_user_agent_file' => q{SELECT count(*) FROM read_user_agent_file(convert_to(E'user_agent_parsers:\n' || repeat(E'  - regex: ''x''\n', 1000000), 'UTF8'))},
	'rfm_rule' => q{SELECT count(rfm_rule(1, 2, 3, array_fill(i, ARRAY[1000000, 7]))) FROM generate_series(10, 30) i},
	'nearest_place' => q{SELECT count(nearest_place(1, i, array_fill(1::float8, ARRAY[3000000]), array_fill(1::float8, ARRAY[3000000]))) FROM generate_series(1, 30) i},
	'spell_end' => q{SELECT count(spell_end(array_fill(timestamptz '2024-01-01Z', ARRAY[3000000]), array_fill(1, ARRAY[3000000]), 2, i)) FROM generate_series(1, 100) i},
	'scale_score' => q{SELECT count(scale_score(array_fill(0.5::float8, ARRAY[5000000]), 0.5)) FROM generate_series(1, 100) i},
	'gap_quantile' => q{SELECT gap_quantile(gaps, 0.7) FROM large},
	'clv_purchase_quantile of bg_bb' => q{SELECT clv_purchase_quantile(bg_bb_model(2, 3, 0.5, 1000), 4, 21, 33, 1000000, 0.5)},
	'bg_bb_fit' => q{SELECT status(bg_bb_fit(1, i % 1000 + 1, 1000000)) FROM generate_series(1, 1000) i},
	'gabor_granger, colliding prices' => q{SELECT granger_state(price, true) IS NULL FROM colliding},
	'gabor_granger, colliding prices in a state' => q{SELECT granger_result(state) IS NULL FROM colliding_state, generate_series(1, 30)},
	'predicate_references' => q{SELECT count(*) FROM predicate_references(repeat(repeat('+', 10000), 15000))},
	'predicate_conditions, long' => q{SELECT count(*) FROM predicate_conditions(repeat(repeat('+', 10000), 15000))},
	'predicate_bind' => q{SELECT length(predicate_bind(repeat(repeat('+', 10000), 15000), 'b'))},
);

# The processor time of the whole is measured first, and then it is cancelled at fractions of that.  What it uses from the cancel on may be
# a twelfth of the whole, or $noise where that is more, and at most so many milliseconds: a loop of ours that looks for no cancel is seen where it takes
# longer than that, whatever the executor does with every row, and where one of the fractions falls into it; finals of what adds up are shorter here.  Processor time alone counts; of a cancel that comes too late twice
# more are tried, and the best one counts, since other processes may come between the look at the time and the cancel.
my $noise = 100;
my $longest = $ENV{CSEG_DEEP} ? 60_000 : 2_500;	# what takes longer is taken for this
my $backend = SegmentsSession->new($node);
my $pid = $backend->{backend};
sub cpu_ms
{
	open my $stat, '<', "/proc/$pid/stat" or die "no statistics of the backend: $!";
	my @field = split / /, readline($stat) =~ s/^.*\) //r;
	close $stat;
	return 10 * ($field[11] + $field[12]);
}
# whether it was cancelled, what it used after that, and in all
sub cancelled_after
{
	my ($what, $query, $ms) = @_;
	my $before = cpu_ms();
	my $at;
	$backend->say($query);
	until ($backend->answers(0.001))
	{
		next if cpu_ms() - $before < $ms;
		$at = cpu_ms();
		kill 'INT', $pid;
		last;
	}
	my $answer = $backend->answer;
	my $then = cpu_ms();
	unlike($answer, qr/ERROR:  (?!canceling statement due to user request|no such history for bg_bb)/, "$what: no other error") if $ms == $longest || $answer =~ /ERROR/;
	return ($answer =~ /canceling statement/ ? 1 : 0, defined $at ? $then - $at : 0, $then - $before);
}
sub is_cancelled
{
	my ($what, $query, $most, $share, @fractions) = @_;
	@fractions = (0.25, 0.5, 0.75, 0.9) if !@fractions;
	my (undef, undef, $whole) = cancelled_after($what, $query, $longest);
	$whole = $longest if $whole > $longest;
	my $bound = $whole * ($share // 1 / 12);
	$bound = $noise if $bound < $noise;
	$bound = $most if $bound > $most;
	if ($whole * 0.75 <= $bound)
	{
		pass("$what: over within $whole ms, which no cancel is measured in");
		return;
	}
	my ($worst, $cancelled, $tries) = (0, 0, 0);
	for my $fraction (@fractions)
	{
		my $best;
		for (1 .. 3)
		{
			my ($was, $late) = cancelled_after($what, $query, $whole * $fraction);
			$tries++;
			$cancelled += $was;
			$best = $late if !defined $best || $late < $best;
			last if $best <= $bound;
		}
		$worst = $best if $best > $worst;
	}
	ok($cancelled >= 1, "$what: cancelled $cancelled times of $tries");
	cmp_ok($worst, '<=', $bound, "$what: $worst ms of work after the cancel, of $whole in all");
	is($backend->ask('SELECT orders_placed(purchase_history_agg(at, amount)) FROM orders WHERE i <= 10'), '10', "$what: the session goes on");
	return;
}
is_cancelled($_, $long{$_}, 1000, $share{$_}) for sort keys %long;
# by half a second only: the server copies and takes such a value apart, too, in a time of its own
$longest = 1_200 if !$ENV{CSEG_DEEP};
is_cancelled($_, $one_call{$_}, $_ eq 'predicate_bind' ? 800 : 500, 1, 0.25, 0.75) for sort keys %one_call;	# whose 150 MB are copied for 400

# Functions of the large values that need no call of their own, with values for what has no default.
my %large = (event_sequence => 'sequence', purchase_history => 'days', activity_history => 'acts', affinity => 'labels', btyd_sample => 'sample');
my %value = (text => q{'purchase'}, integer => 1, bigint => 1, interval => q{'1 day'}, 'double precision' => 0.5, 'numeric[]' => q{'{1}'}, clv_model => 'mbg_nbd_model(1, 2, 3, 4)', %large);
my @exempt = (
	[ '\w+_recv\(\)', 'reads bytes as the function of the same name for text reads text' ],
	[ '\w+_(?:eq|ne)\(.*\)', 'compares bytes, as the server does' ],
	[ '(?:price_response|survey_summary|scale_items|clv_model)_\w+\(\)|\w+\((?:price_response|survey_summary|scale_items|clv_model).*\)|\w+_model\(\)', 'a value of a size that is fixed, walked by the garden test' ],
	[ '(?:engagement_default_weights|event_kind_rules|rfm_grid|rfm_preset)\(\)', 'rows of which there are at most some hundreds' ],
	[ 'check_rfm_rules\(\)', 'a look for a cancel with every cell and rule of a table of rules' ],
	[ 'rfm_breaks\(\)', 'refuses more than 99 cut points' ],
);
views('timed', values %long, values %one_call);
# aggregates whose growth was measured, and which are in none of these calls
for my $what (sort keys %growing)
{
	my $view = views('aggregate', $growing{$what});
	next if $node->safe_psql('postgres', "SELECT count(*) FROM member WHERE prokind = 'a' AND oid IN (SELECT called('$view')) AND name NOT IN (SELECT name FROM member WHERE prokind = 'a' AND oid IN (SELECT called('timed\\_%')))") == 0;
	is_cancelled($what, "SELECT count(x) FROM ($growing{$what}) x", 1000);
	views('timed', $growing{$what});
}
for (split /\n/, $node->safe_psql('postgres', q{SELECT m.oid::regprocedure, proname, (SELECT string_agg(format_type(a, NULL), ';' ORDER BY n) FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS a (a, n) WHERE n <= pronargs - pronargdefaults), proretset
		FROM member m JOIN pg_proc p USING (oid) WHERE may_be_long AND m.prokind = 'f' AND name ~ '^\w+\((event_sequence|purchase_history|activity_history|affinity|btyd_sample)' AND name !~ '_(eq|ne)\(' AND name NOT IN (SELECT name FROM member WHERE oid IN (SELECT called('timed\_%')) AND prokind = 'f') ORDER BY 1}))
{
	my ($signature, $name, $arguments, $set) = split /\|/;
	my $dates = () = $arguments =~ /date/g;
	my $call = "$name(" . join(', ', map { $_ eq 'date' ? (--$dates ? q{date '0002-01-01'} : q{date '5000-01-01'}) : "($value{$_})::$_" } split /;/, $arguments) . ')';
	my $query = $set eq 't' ? "SELECT count(*) FROM (SELECT $call FROM large) x" : "SELECT count($call) FROM large";
	is_cancelled($signature, $query, 300, 1);	# one call, which many are over with before
	views('timed', $query);
}
covers('timed', 'may_be_long', @exempt);
$backend->close;
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
	bg_nbd_fit => q{SELECT bg_nbd_fit(sample), pareto_nbd_fit(sample) FROM samples},
	btyd_sample_agg => q{SELECT btyd_sample_agg(frequency, recency, t + revenue::float8 + g * 2e6) IS NULL FROM facts, generate_series(1, 12) g});
without_memory($ENV{CSEG_DEEP} ? 1_000_000 : 170_000,
	rfm_score => q{SELECT count(s) FROM (SELECT rfm_score(last_order_at, orders::bigint, revenue) OVER () AS s FROM facts, generate_series(1, 12)) x},
	rfm_breaks => q{SELECT rfm_breaks(last_order_at, orders::bigint, revenue, 5, 'rank') FROM facts, generate_series(1, 8)},
	event_sequence_agg => qq{SET enable_sort = off; SELECT event_count(event_sequence_agg(i % 60, at + g * interval '1 microsecond')) FROM orders, generate_series(1, 12) g GROUP BY i % $groups});
unlike(slurp_file($node->logfile), qr/PANIC|TRAP|was terminated by signal|server process .* exited with exit code/, 'no process has died');
$node->stop;
done_testing();
