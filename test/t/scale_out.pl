# Orders over two databases behind postgres_fdw: whole aggregates are sent there, and answer what one table answers.
use strict;
use warnings;
use SegmentsCluster;
use Test::More;

my $node = SegmentsCluster->start('main', 'enable_partitionwise_aggregate = on');
my ($host, $port) = ($node->host, $node->port);
for my $shard (0, 1)
{
	$node->safe_psql('postgres', "CREATE DATABASE shard_$shard");
	$node->safe_psql("shard_$shard", q{
		CREATE EXTENSION customer_segments;
		CREATE TABLE orders (customer_id bigint NOT NULL, shop text NOT NULL, ordered_at timestamptz NOT NULL, amount numeric(12,2) NOT NULL,
			list numeric(12,2), score double precision);
	});
}
$node->safe_psql('postgres', qq{
	CREATE EXTENSION customer_segments;
	CREATE EXTENSION postgres_fdw;
	SELECT set_config('search_path', 'public, customer_segments', false);
	CREATE TABLE orders (customer_id bigint NOT NULL, shop text NOT NULL, ordered_at timestamptz NOT NULL, amount numeric(12,2) NOT NULL,
		list numeric(12,2), score double precision);
	INSERT INTO orders SELECT i % 97, 'shop ' || i % 3, timestamptz '2024-01-01Z' + i * interval '5 hours', 1 + i % 89, 90, i % 11 FROM generate_series(1, 3000) i;
	CREATE TABLE spread (LIKE orders) PARTITION BY HASH (customer_id);
} . join('', map { qq{
	CREATE SERVER shard_$_ FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$port', dbname 'shard_$_', extensions 'customer_segments', async_capable 'true');
	CREATE USER MAPPING FOR CURRENT_USER SERVER shard_$_;
	CREATE FOREIGN TABLE spread_$_ PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER $_) SERVER shard_$_ OPTIONS (table_name 'orders');
} } 0, 1) . q{
	INSERT INTO spread TABLE orders;
	ALTER DATABASE postgres SET search_path = public, customer_segments;
});
cmp_ok($node->safe_psql("shard_$_", 'SELECT count(*) FROM orders'), '>', 500, "shard $_ has its part") for 0, 1;

# every aggregate of the extension, over a foreign table with a column of each type that any of them takes
my $asked = $node->safe_psql('postgres', q{
	CREATE TEMPORARY VIEW aggregate AS
	SELECT p.* FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
		JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
	WHERE d.deptype = 'e' AND e.extname = 'customer_segments' AND p.prokind = 'a';
	CREATE FUNCTION pg_temp.stay() RETURNS TABLE (signature text) LANGUAGE plpgsql AS $$
	DECLARE
		one record;
		plan json;
	BEGIN
		EXECUTE (SELECT format('CREATE FOREIGN TABLE wide (%s) SERVER shard_0', string_agg(DISTINCT format('%I %s', t::regtype, t::regtype), ', '))
			FROM aggregate, unnest(proargtypes::oid[]) AS t);
		FOR one IN SELECT oid::regprocedure::text AS name, proname, (SELECT string_agg(format('%I', t::regtype), ', ' ORDER BY n) FROM unnest(proargtypes::oid[]) WITH ORDINALITY x (t, n)) AS list FROM aggregate LOOP
			EXECUTE format('EXPLAIN (VERBOSE, COSTS OFF, FORMAT JSON) SELECT %I(%s) FROM wide', one.proname, one.list) INTO plan;
			CONTINUE WHEN plan -> 0 -> 'Plan' ->> 'Remote SQL' LIKE 'SELECT customer\_segments.%(%';
			signature := one.name;
			RETURN NEXT;
		END LOOP;
	END;
	$$;
	SELECT count(*) FROM aggregate;
	SELECT signature FROM pg_temp.stay();
});
like($asked, qr/^1\d\d$/, "of $asked aggregates, each is sent whole to the other server");

# plan of a query, and whether both of its answers are the same
sub plan { return $node->safe_psql('postgres', "EXPLAIN (VERBOSE, COSTS OFF) $_[0]"); }
sub same
{
	my ($query, $what) = @_;
	my $local = $query =~ s/\bspread\b/orders/gr;
	return is($node->safe_psql('postgres', $query), $node->safe_psql('postgres', $local), $what);
}

my $query = q{SELECT customer_id, purchase_history_agg(ordered_at, amount) FROM spread GROUP BY customer_id ORDER BY customer_id};
my $plan = plan($query);
like($plan, qr/Relations: Aggregate on \(public\.spread_$_/, "by customer: aggregated on shard $_") for 0, 1;
like($plan, qr/Remote SQL: SELECT customer_id, customer_segments\.purchase_history_agg\(ordered_at, amount\) FROM public\.orders GROUP BY 1/, 'by the aggregate itself');
like($plan =~ s/ ORDER BY.*//sr, qr/Async Foreign Scan/, 'both at the same time');
same($query, 'the same histories');
same(q{SELECT customer_id, affinity_agg(shop, amount, ordered_at), price_sensitivity(amount, list), nps(score), price_response_agg(amount, list)
	FROM spread GROUP BY customer_id ORDER BY customer_id}, 'the same affinities, price classes, scores');
same(q{SELECT customer_id, purchase_history_agg(ordered_at, amount) FILTER (WHERE amount > 20) FROM spread GROUP BY customer_id HAVING count(*) > 30 ORDER BY 1}, 'with a filter');

# a condition on the customer is sent along, to the one shard that has it
$plan = plan(q{SELECT customer_id, revenue(purchase_history_agg(ordered_at, amount)) FROM spread WHERE customer_id = 7 GROUP BY customer_id});
like($plan, qr/Remote SQL: [^\n]*WHERE \(\(customer_id = 7\)\)/, 'one customer: the condition is sent');
unlike($plan, qr/Remote SQL.*Remote SQL/s, 'to one shard alone');

# by another key than the shards': the plain form fetches rows, the two-step form aggregates there and adds up here
my $plain = q{SELECT shop, purchase_history_agg(ordered_at, amount) FROM spread GROUP BY shop ORDER BY shop};
unlike(plan($plain), qr/Remote SQL: SELECT [^\n]*purchase_history_agg/, 'by shop: the plain form fetches rows');
my $two = q{SELECT shop, rollup(h) FROM (SELECT customer_id, shop, purchase_history_agg(ordered_at, amount) AS h FROM spread GROUP BY customer_id, shop) AS s GROUP BY shop ORDER BY shop};
$plan = plan($two);
my $sent = () = $plan =~ /Remote SQL: SELECT [^\n]*purchase_history_agg\(ordered_at, amount\)[^\n]* GROUP BY/g;
is($sent, 2, 'in two steps it is aggregated on both shards');
same($two, 'the same histories of shops');
same($plain, 'as by fetching rows');
is($node->safe_psql('postgres', $two), $node->safe_psql('postgres', $plain), 'and two steps are one');

# without the option the rows are fetched, and the answer is the same
$node->safe_psql('postgres', "ALTER SERVER shard_$_ OPTIONS (DROP extensions)") for 0, 1;
unlike(plan($query), qr/Remote SQL: SELECT [^\n]*purchase_history_agg/, 'without the option "extensions" nothing is sent');
same($query, 'and the answer is the same');

# a workspace over foreign tables
$node->safe_psql('postgres', "ALTER SERVER shard_$_ OPTIONS (ADD extensions 'customer_segments')") for 0, 1;
$node->safe_psql('postgres', q{
	CREATE SCHEMA near; CREATE VIEW near.orders AS SELECT customer_id, ordered_at, amount, shop AS channel FROM public.orders;
	CREATE SCHEMA far; CREATE VIEW far.orders AS SELECT customer_id, ordered_at, amount, shop AS channel FROM public.spread;
	SELECT create_workspace('near_segments', 'near');
	SELECT create_workspace('far_segments', 'far');
});
for my $view (qw(customer_orders rfm lifecycle channel customer_360))
{
	my $rows = "SET customer_segments.as_of = '2025-01-01'; SELECT md5(string_agg(v::text, ',' ORDER BY customer_id)) FROM";
	is($node->safe_psql('postgres', "$rows far_segments.$view v"), $node->safe_psql('postgres', "$rows near_segments.$view v"), "a workspace over foreign tables: $view");
}

$node->stop;
done_testing();
