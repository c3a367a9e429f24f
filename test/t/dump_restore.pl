# A dump of a database with the extension restores into an empty one: same members, same version, extension in its schema.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $node = SegmentsCluster->start('main');
$node->safe_psql('postgres', 'CREATE DATABASE shop');
$node->safe_psql('postgres', 'CREATE DATABASE restored');
$node->safe_psql('shop', 'CREATE EXTENSION customer_segments');

my $dump = PostgreSQL::Test::Utils::tempdir() . '/shop.dump';
command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-Fc', '-f', $dump, 'shop' ], 'dump');
command_ok([ 'pg_restore', '-h', $node->host, '-p', $node->port, '--exit-on-error', '-d', 'restored', $dump ], 'restore');

my $members = q{
	SELECT pg_describe_object(d.classid, d.objid, d.objsubid)
	FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
	WHERE d.deptype = 'e' AND e.extname = 'customer_segments' ORDER BY 1};
is($node->safe_psql('restored', $members), $node->safe_psql('shop', $members), 'the same members after restore');
is( $node->safe_psql('restored',
		q{SELECT extnamespace::regnamespace, extversion FROM pg_extension WHERE extname = 'customer_segments'}),
	$node->safe_psql('shop',
		q{SELECT extnamespace::regnamespace, extversion FROM pg_extension WHERE extname = 'customer_segments'}),
	'the same schema and version');
$node->safe_psql('restored', 'DROP EXTENSION customer_segments');
is( $node->safe_psql('restored', q{
		SELECT (SELECT count(*) FROM pg_proc WHERE pronamespace = n.oid) + (SELECT count(*) FROM pg_class WHERE relnamespace = n.oid)
			+ (SELECT count(*) FROM pg_type WHERE typnamespace = n.oid)
		FROM pg_namespace n WHERE nspname = 'customer_segments'}),
	'0', 'dropping the extension leaves its schema, empty');

$node->stop;
done_testing();
