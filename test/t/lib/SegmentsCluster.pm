package SegmentsCluster;

# A PostgreSQL::Test::Cluster whose server finds the extension of this checkout, which is not installed in the system.
#
#   use SegmentsCluster;
#   my $node = SegmentsCluster->start('main', "work_mem = '64kB'");
#   $node->safe_psql('postgres', 'CREATE EXTENSION customer_segments');

use strict;
use warnings;
use PostgreSQL::Test::Cluster;

# start NAME, SETTINGS...: initialise, configure and start a node
sub start
{
	my ($class, $name, @settings) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$node->init(extra => [ '--locale=C.UTF-8', '--encoding=UTF8' ]);
	$node->append_conf('postgresql.conf', join("\n", $class->settings, "timezone = 'UTC'", @settings, ''));
	$node->start;
	return $node;
}

# settings: the lines of postgresql.conf by which a server finds the staged extension
sub settings
{
	my $install = $ENV{CSEG_INSTALL} or die "CSEG_INSTALL is not set: run this by 'make tap'\n";
	my ($major) = `pg_config --version` =~ /(\d+)/;
	return ("dynamic_library_path = '$install$ENV{CSEG_PKGLIBDIR}:\$libdir'",
		$major >= 18
		? "extension_control_path = '$install$ENV{CSEG_SHAREDIR}:\$system'"
		: "extension_destdir = '$install'");
}

1;
