# The library loaded at server start, and the setting known before it is loaded.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $node = SegmentsCluster->start('main', "shared_preload_libraries = 'customer_segments'", "customer_segments.as_of = '2025-03-01'");
$node->safe_psql('postgres', 'CREATE EXTENSION customer_segments');
is($node->safe_psql('postgres', 'SELECT customer_segments.as_of()'), '2025-03-01 00:00:00+00',
	'preloaded: the setting of the configuration file holds');
$node->restart;
is($node->safe_psql('postgres', 'SELECT customer_segments.as_of()'), '2025-03-01 00:00:00+00', 'and after a restart');

# not preloaded: a value given before the library is loaded is taken over, a bad one refused
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$node->restart;
is($node->safe_psql('postgres', 'SELECT customer_segments.as_of()'), '2025-03-01 00:00:00+00', 'loaded late: the setting holds too');
my (undef, undef, $err) = $node->psql('postgres', "SET customer_segments.as_of = 'never'; SELECT customer_segments.as_of() IS NULL");
like($err, qr/invalid value for setting "customer_segments.as_of": "never"/, 'a bad value is named when it is used');

# after a crash nothing has to be repaired
$node->stop('immediate');
$node->start;
is($node->safe_psql('postgres', 'SELECT customer_segments.as_of()'), '2025-03-01 00:00:00+00', 'and after a crash');
$node->stop;
done_testing();
