# Tables that users load: written by the owner of the database, kept by dump and restore, seen by sessions that hold a copy.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $node = SegmentsCluster->start('main');
$node->safe_psql('postgres', "CREATE ROLE keeper LOGIN");
$node->safe_psql('postgres', "CREATE DATABASE $_ OWNER keeper") for qw(shop restored copied again);
$node->safe_psql('postgres', 'CREATE ROLE clerk LOGIN');
$node->safe_psql('shop', 'CREATE EXTENSION customer_segments', extra_params => [ '-U', 'keeper' ]);

my $denver = 'SELECT customer_segments.climate_zone(39.74, -104.99)';
my $session = $node->background_psql('shop') if $node->can('background_psql');
is($session->query($denver), '', 'no grid yet') if $session;

my $file = PostgreSQL::Test::Utils::tempdir() . '/grid.csv';
PostgreSQL::Test::Utils::append_to_file($file, "latitude,longitude,koeppen\n39.75,-104.75,BSk\n51.75,-0.25,Cfb\n");
$node->safe_psql('shop', "\\copy customer_segments.climate_grid FROM '$file' WITH (FORMAT csv, HEADER)", extra_params => [ '-U', 'keeper' ]);
$node->safe_psql('shop', q{INSERT INTO customer_segments.ruca_code VALUES ('80201', 1.1)}, extra_params => [ '-U', 'keeper' ]);
is($node->safe_psql('shop', $denver), 'BSk', 'the owner of the database loads the grid by one command');

SKIP:
{
	skip 'no background sessions in the tools of this server version', 6 unless $session;
	is($session->query($denver), 'BSk', 'another session sees the grid when it is committed');
	$session->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
	is($session->query($denver), 'BSk', 'also in a transaction that keeps its snapshot');
	$node->safe_psql('shop', q{UPDATE customer_segments.climate_grid SET koeppen = 'Dfb' WHERE latitude = 39.75});
	is($session->query($denver), 'Dfb', 'which reads the grid of now, as it reads catalogues');
	$session->query_safe('COMMIT');
	is($session->query($denver), 'Dfb', 'and after it');
	# a copy made by a parallel plan from a query's own snapshot does not outlive its transaction
	my $force = $node->pg_version >= 16 ? 'debug_parallel_query' : 'force_parallel_mode';
	$session->query_safe("SET $force = on");
	$node->safe_psql('shop', q{UPDATE customer_segments.climate_grid SET koeppen = 'BSk' WHERE latitude = 39.75});
	is($session->query($denver), 'BSk', 'in a parallel worker');
	$session->query_safe("SET $force = off");
	$node->safe_psql('shop', q{TRUNCATE customer_segments.climate_grid});
	is($session->query($denver), '', 'and an emptied table');
	$session->quit;
	$node->safe_psql('shop', q{INSERT INTO customer_segments.climate_grid VALUES (39.75, -104.75, 'BSk'), (51.75, -0.25, 'Cfb')});
}

my $dump = PostgreSQL::Test::Utils::tempdir() . '/shop.sql';
# the schema belongs to a superuser: others restore as whoever they are
command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '--no-owner', '-f', $dump, 'shop' ], 'dump');
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', $node->host, '-p', $node->port, '-U', 'keeper', '-f', $dump, 'restored' ], 'restore by the owner of the database');
is($node->safe_psql('restored', $denver), 'BSk', 'the grid is there again');
is($node->safe_psql('restored', 'SELECT zip_code, code FROM customer_segments.ruca_code'), '80201|1.1', 'and the codes');
$node->safe_psql('restored', q{DELETE FROM customer_segments.climate_grid}, extra_params => [ '-U', 'keeper' ]);
is($node->safe_psql('restored', $denver), '', 'its owner may still change it');

# restored by a superuser the extension belongs to the superuser; the owner of the database goes on, and so does whom it let
$node->safe_psql('shop', 'GRANT USAGE ON SCHEMA customer_segments TO clerk; GRANT INSERT ON customer_segments.climate_grid TO clerk', extra_params => [ '-U', 'keeper' ]);
my ($from, $longitude) = ('shop', 0.25);
for my $to (qw(copied again))
{
	command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-f', $dump, $from ], "dump of $from");
	command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', $node->host, '-p', $node->port, '-f', $dump, $to ], 'restore by a superuser');
	for my $role (qw(keeper clerk))
	{
		$longitude++;
		my ($status, $out, $err) = $node->psql($to, "INSERT INTO customer_segments.climate_grid VALUES (10.25, $longitude, 'Aw')", extra_params => [ '-U', $role ]);
		is($err, '', "$role may still write");
	}
	$from = $to;
}

$node->stop;
done_testing();
