# A workspace is ordinary objects: dumped and restored it gives the same rows, by the same settings, and can be dropped.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $node = SegmentsCluster->start('main');
$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(shop restored);
$node->safe_psql('shop', 'CREATE EXTENSION customer_segments');
$node->safe_psql('shop', q{
	CREATE SCHEMA "My Shop";
	CREATE TABLE "My Shop".orders AS
		SELECT i AS order_id, 1 + (i * 7919) % 211 AS customer_id, timestamp '2024-01-01' + i * interval '3 hours' AS ordered_at,
			(1 + i % 97)::numeric(12,2) AS amount, (ARRAY['EUR', 'USD'])[1 + i % 2] AS currency
		FROM generate_series(1, 1500) AS i;
	CREATE TABLE "My Shop".refunds AS
		SELECT order_id, ordered_at + interval '5 days' AS refunded_at, amount / (1 + order_id % 2) AS amount FROM "My Shop".orders WHERE order_id % 9 = 0;
	CREATE TABLE "My Shop".customers AS SELECT i AS customer_id, timestamptz '2023-12-01' AS signed_up_at FROM generate_series(1, 230) AS i;
	CREATE TABLE "My Shop".exchange_rates AS SELECT 'USD'::text AS currency, date '2023-01-01' AS valid_on, 0.93 AS rate;
	SELECT customer_segments.create_workspace('my segments', 'My Shop', time_zone => 'Europe/Berlin', currency => 'EUR');
	UPDATE "my segments".settings SET rfm_window_days = 100, life_cycle_days = 20;
	UPDATE "my segments".rfm_rule SET segment = 'best' WHERE segment = 'champions';
	SELECT customer_segments.fit_clv('my segments');
	-- another workspace, with pinned cut points
	SELECT customer_segments.create_workspace('pinned', 'My Shop', currency => 'EUR');
	UPDATE pinned.settings SET rfm_breaks = (SELECT customer_segments.rfm_breaks(last_order_at, orders, net_revenue, 5, 'rank') FROM pinned.customer_orders);
	-- and one that keeps what it computes, of another day
	SELECT customer_segments.create_workspace('kept', 'My Shop', currency => 'EUR', storage => 'incremental');
	SELECT customer_segments.materialize('kept', 'rfm');
	SELECT customer_segments.materialize('kept', 'customer_360');
	SET customer_segments.as_of = '2024-03-01';
	CALL customer_segments.refresh('kept');
});

my $dump = PostgreSQL::Test::Utils::tempdir() . '/shop.sql';
# without what can be computed anew
command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '--exclude-table-data=kept.*_stored', '-f', $dump, 'shop' ], 'dump');
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', $node->host, '-p', $node->port, '-f', $dump, 'restored' ], 'restore');

my $relations = q{
	SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE n.nspname IN ('my segments', 'pinned') AND c.relkind IN ('r', 'v')
		-- its ages are those of the moment
		AND c.relname <> 'workspace_status' ORDER BY 1};
my $filled = 0;
my @relations = split /\n/, $node->safe_psql('shop', $relations);
is($node->safe_psql('restored', $relations), join("\n", @relations), 'the same relations');
cmp_ok(scalar @relations, '>', 20, 'of two workspaces');
for my $relation (@relations)
{
	my $rows = "SET customer_segments.as_of = '2024-05-20'; SELECT row_to_json(t) FROM $relation t ORDER BY row_to_json(t)::text COLLATE \"C\"";
	my $before = $node->safe_psql('shop', $rows);
	is($node->safe_psql('restored', $rows), $before, "$relation: the same rows");
	$filled++ if $before ne '';
}
cmp_ok($filled, '>', 20, "$filled of them hold rows");
my $comments = q{
	SELECT c.relname, a.attname, col_description(c.oid, a.attnum), obj_description(c.oid) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
	WHERE c.relnamespace = '"my segments"'::regnamespace AND c.relkind IN ('r', 'v') AND a.attnum > 0 ORDER BY 1, a.attnum};
is($node->safe_psql('restored', $comments), $node->safe_psql('shop', $comments), 'the same comments');

# what a restore computes it computes for the present, and says so; tables restored without their rows are not taken for the truth
my $orders = 'SELECT sum(orders) FROM kept.';
is($node->safe_psql('shop', "SET customer_segments.as_of = '2024-03-01'; ${orders}rfm"), $node->safe_psql('shop', "SET customer_segments.as_of = '2024-03-01'; ${orders}rfm_now"), 'a view materialized for a day');
my ($code, $out, $err) = $node->psql('restored', "SET customer_segments.as_of = '2024-03-01'; ${orders}rfm");
like($err, qr/view kept.rfm is materialized and does not answer for/, 'answers no longer for it');
is($node->safe_psql('restored', "${orders}rfm"), $node->safe_psql('shop', "${orders}rfm_now"), 'but for the present');
is($node->safe_psql('restored', 'SELECT count(*) FROM kept.customer_360'), $node->safe_psql('shop', 'SELECT count(*) FROM kept.customer_360_now'), 'so does one that stands on it');
is($node->safe_psql('restored', "${orders}customer_orders"), $node->safe_psql('shop', "${orders}customer_orders"), 'facts restored without rows are computed');
$node->safe_psql('restored', 'SET client_min_messages = error; CALL customer_segments.refresh(\'kept\')');
is($node->safe_psql('restored', 'SELECT count(*) FROM kept.customer_histories_stored'), $node->safe_psql('shop', 'SELECT count(*) FROM kept.customer_histories_stored'), 'until the next refresh');

$node->safe_psql('restored', q{SELECT customer_segments.drop_workspace('my segments')});
is( $node->safe_psql('restored', q{SELECT count(*) FROM pg_namespace WHERE nspname = 'my segments'}), '0', 'a restored workspace can be dropped');
$node->safe_psql('restored', q{SELECT customer_segments.create_workspace('my segments', 'My Shop', currency => 'EUR')});

$node->stop;
done_testing();
