# What a release promises: an updated database is a fresh one, the new library serves the old script, and values stored by any
# version are read back as what they were.
#
# Released versions are those with a frozen script sql/release/customer_segments--<version>.sql.  A version 0.0.1 is made up here
# out of the present script, with a right and with two wrong ways to update it, so that the comparison is seen to work.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use SegmentsSession;
use Test::More;

# an installation of our own that more scripts can be put into
my $install = PostgreSQL::Test::Utils::tempdir() . '/install';
system('cp', '-r', $ENV{CSEG_INSTALL}, $install) == 0 or die 'cannot copy the installation';
$ENV{CSEG_INSTALL} = $install;
my $scripts = "$install$ENV{CSEG_SHAREDIR}/extension";
my ($version) = slurp_file("$scripts/customer_segments.control") =~ /^default_version = '(.*)'/m;
my @released = map { m{--(.*)\.sql$} ? $1 : () } glob 'sql/release/customer_segments--*.sql';
for my $released (grep { $_ ne $version } @released)
{
	system('cp', "sql/release/customer_segments--$released.sql", $scripts) == 0 or die 'cannot copy a script';
}

my $script = slurp_file("$scripts/customer_segments--$version.sql");
$script =~ s/\n(CREATE FUNCTION scale_items_to_json.*?;\nCOMMENT ON FUNCTION scale_items_to_json.*?;\nCREATE CAST.*?;\nCOMMENT ON CAST.*?;\n)/\n/s
	or die 'the made-up version misses nothing';
my $missing = $1;
my $guard = "\\echo Use \"ALTER EXTENSION customer_segments UPDATE\" to load this file. \\quit\n";
append_to_file("$scripts/customer_segments--0.0.1.sql", $script);
append_to_file("$scripts/customer_segments--0.0.1--$version.sql", $guard . $missing);
append_to_file("$scripts/customer_segments--0.0.2.sql", $script);
append_to_file("$scripts/customer_segments--0.0.2--$version.sql", $guard . $missing =~ s/\bSTABLE\b/IMMUTABLE/r);
append_to_file("$scripts/customer_segments--0.0.3.sql", $script);
append_to_file("$scripts/customer_segments--0.0.3--$version.sql", $guard . $missing =~ s/COMMENT ON CAST.*?;\n//sr);

my $node = SegmentsCluster->start('main');

# database NAME, VERSION: one with the extension at VERSION, then brought to the present one; what it then is, in two ways
sub database
{
	my ($name, $from) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	$node->safe_psql($name, "CREATE EXTENSION customer_segments VERSION '$from'");
	$node->safe_psql($name, 'ALTER EXTENSION customer_segments UPDATE') if $from ne $version;
	return;
}

# catalogue NAME: every member with its properties, the rows of the extension's tables, what is dumped
sub catalogue
{
	my ($name) = @_;
	return $node->safe_psql($name, q{
		SELECT pg_describe_object(classid, objid, 0), obj_description(objid, classid::regclass::name),
			-- where a member is known by its definition, the definition; oids differ, and so does what numbers them
			(SELECT replace(pg_get_functiondef(p.oid), E'\\n', ' ') || p.procost || p.prorows || COALESCE(p.proacl::text, '') FROM pg_proc p WHERE classid = 'pg_proc'::regclass AND p.oid = objid AND prokind <> 'a'),
			(SELECT (a.aggtransfn, a.aggcombinefn, a.aggfinalfn, a.aggtranstype::regtype, a.aggtransspace, a.aggfinalmodify, a.agginitval, p.provolatile, p.proparallel)::text
				FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid WHERE classid = 'pg_proc'::regclass AND p.oid = objid),
			(SELECT (t.typlen, t.typalign, t.typstorage, t.typinput, t.typoutput, t.typreceive, t.typsend, t.typcategory)::text FROM pg_type t WHERE classid = 'pg_type'::regclass AND t.oid = objid),
			(SELECT string_agg((a.attname, a.atttypid::regtype, a.attnotnull, col_description(a.attrelid, a.attnum))::text, ',' ORDER BY a.attnum)
				FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attnum > 0 AND (classid = 'pg_class'::regclass AND c.oid = objid OR classid = 'pg_type'::regclass AND c.reltype = objid)),
			(SELECT (c.castcontext, c.castfunc::regprocedure)::text FROM pg_cast c WHERE classid = 'pg_cast'::regclass AND c.oid = objid),
			(SELECT (o.oprcode, o.oprrest, o.oprjoin, o.oprcanhash, o.oprcanmerge)::text FROM pg_operator o WHERE classid = 'pg_operator'::regclass AND o.oid = objid)
		FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'customer_segments')
		ORDER BY pg_describe_object(classid, objid, 0) COLLATE "C";
		SELECT extversion, extnamespace::regnamespace, extrelocatable, extconfig::regclass[], extcondition FROM pg_extension WHERE extname = 'customer_segments';
		SELECT format('SELECT %L, count(*), md5(string_agg(t::text, '','' ORDER BY t::text COLLATE "C")) FROM %s t', relname, oid::regclass)
		FROM pg_class WHERE relnamespace = 'customer_segments'::regnamespace AND relkind = 'r' ORDER BY relname
		\gexec});
}

# dump NAME: as pg_upgrade takes it, member by member, without the numbers
sub dump_of
{
	my ($name) = @_;
	my ($out, $err) = ('', '');
	IPC::Run::run([ 'pg_dump', '-h', $node->host, '-p', $node->port, '--schema-only', '--binary-upgrade', $name ], '>', \$out, '2>', \$err) or die $err;
	$out =~ s/^SELECT pg_catalog\.binary_upgrade_(?:set_next|create_empty_extension).*$//mg;
	$out =~ s/\b(oid|relfrozenxid|relminmxid) = '\d+'/$1/g;
	$out =~ s/^\\(un)?restrict .*$//mg;
	$out =~ s/^-- (?:Name|For binary upgrade).*$//mg;
	# functions alike by name come in the order of their numbers
	return join "\n\n", sort split /\n\n+/, $out;
}
# what differs, for the eye
sub difference
{
	my ($a, $b) = @_;
	my %left;
	$left{$_}++ for split /\n/, $a;
	my @more = grep { $left{$_} ? !$left{$_}-- : 1 } split /\n/, $b;
	return @more ? join("\n", @more[ 0 .. ($#more > 9 ? 9 : $#more) ]) : '';
}

database('fresh', $version);
my ($catalogue, $dump) = (catalogue('fresh'), dump_of('fresh'));
cmp_ok(scalar(split /\n/, $catalogue), '>', 700, 'the catalogue is read');
cmp_ok(length $dump, '>', 300_000, 'and dumped');
my $number = 0;
for my $from ('0.0.1', grep { $_ ne $version } @released)
{
	my $name = 'updated_' . $number++;
	database($name, $from);
	is(difference($catalogue, catalogue($name)) . difference(catalogue($name), $catalogue), '', "updated from $from: the catalogue of a fresh installation");
	is(difference($dump, dump_of($name)) . difference(dump_of($name), $dump), '', "updated from $from: the dump of one");
}
database('label', '0.0.2');
like(difference($catalogue, catalogue('label')), qr/scale_items_to_json/, 'a wrong label is found in the catalogue');
like(difference($dump, dump_of('label')), qr/IMMUTABLE/, 'and in the dump');
database('comment', '0.0.3');
isnt(catalogue('comment'), $catalogue, 'a comment that the update forgets is found in the catalogue');
isnt(dump_of('comment'), $dump, 'and in the dump');

# the new library under the old script, before anybody has updated: the server looks each C function up when it is created, and calls work
$node->safe_psql('postgres', 'CREATE DATABASE old');
for my $from ('0.0.1', @released)
{
	$node->safe_psql('old', "CREATE EXTENSION customer_segments VERSION '$from'");
	is($node->safe_psql('old', q{SELECT customer_segments.revenue(customer_segments.purchase_history_agg(date '2025-01-01' + i, i)) FROM generate_series(1, 4) i}), '10',
		"the script of $from with the library of $version");
	$node->safe_psql('old', 'DROP EXTENSION customer_segments');
}
my ($code, $out, $err) = $node->psql('old', qq{SET search_path = pg_catalog; CREATE FUNCTION public.gone() RETURNS integer LANGUAGE c AS 'customer_segments', 'gone_since'});
like($err, qr/could not find function "gone_since"/, 'a function that has left the library is noticed');

# an update under a session that holds the old script's plans
$node->safe_psql('postgres', 'CREATE DATABASE busy');
$node->safe_psql('busy', q{CREATE EXTENSION customer_segments VERSION '0.0.1'});
my $session = SegmentsSession->new($node, database => 'busy');
$session->ask('PREPARE q AS SELECT customer_segments.revenue(customer_segments.purchase_history_agg(date \'2025-01-01\' + i, i)) FROM generate_series(1, 4) i');
is($session->ask('EXECUTE q'), '10', 'a session before the update');
$node->safe_psql('busy', 'ALTER EXTENSION customer_segments UPDATE');
is($session->ask('EXECUTE q'), '10', 'goes on after it');
is($session->ask(q{SELECT customer_segments.scale_items_agg(ARRAY[1, 2]::float8[])::json ->> 'respondent_count' FROM generate_series(1, 3)}), '3', 'and has what is new');
$session->close;

# stored values
for my $file (glob 'test/data/values/*.tsv')
{
	my ($of) = $file =~ m{([^/]+)\.tsv$};
	my $table = "values_$number";
	$number++;
	$node->safe_psql('fresh', "CREATE TABLE $table (type text, name text, value text, bytes text, meaning jsonb)");
	my @command = ('psql', '-XAtq', '-h', $node->host, '-p', $node->port, '-d', 'fresh', '-v', 'ON_ERROR_STOP=1');
	command_ok([ @command, '-c', "\\copy $table from '$file'" ], "values of version $of");
	my @types = split /\n/, $node->safe_psql('fresh', "SELECT DISTINCT type FROM $table ORDER BY 1");
	cmp_ok(scalar @types, '>=', 9, scalar(@types) . ' types');
	for my $type (@types)
	{
		# as text and as COPY BINARY would have them
		$node->safe_psql('fresh', qq{
			DROP TABLE IF EXISTS by_text, by_bytes;
			CREATE TABLE by_text AS SELECT row_number() OVER (ORDER BY name COLLATE "C")::integer AS n, value::customer_segments.$type AS v FROM $table WHERE type = '$type';
			CREATE TABLE by_bytes (n serial, v customer_segments.$type)});
		my $binary = PostgreSQL::Test::Utils::tempdir() . '/values.bin';
		open my $handle, '>:raw', $binary or die "$binary: $!";
		print {$handle} "PGCOPY\n\377\r\n\0", pack('NN', 0, 0);
		print {$handle} pack('n', 1), pack('N', length $_), $_ for map { pack 'H*', $_ } split /\n/, $node->safe_psql('fresh', qq{SELECT bytes FROM $table WHERE type = '$type' ORDER BY name COLLATE "C"});
		print {$handle} pack('n', 0xffff);
		close $handle;
		my $read = IPC::Run::run([ @command, '-c', "\\copy by_bytes (v) from '$binary' (format binary)" ], '>', \my $said, '2>&1');
		ok($read, "$type of $of: the bytes are read") or diag $said;
		is($node->safe_psql('fresh', 'SELECT string_agg(n::text, \',\') FROM by_text a FULL JOIN by_bytes b USING (n) WHERE a.v::text IS DISTINCT FROM b.v::text'), '', "$type of $of: text and bytes are the same value");
		is($node->safe_psql('fresh', qq{SET timezone = 'UTC'; SELECT n, to_jsonb(b.v) - 'text' FROM by_bytes b ORDER BY n}),
			$node->safe_psql('fresh', qq{SELECT row_number() OVER (ORDER BY name COLLATE "C"), meaning FROM $table WHERE type = '$type' ORDER BY 1}), "$type of $of: and mean what they meant");
		next if $of ne $version;
		is($node->safe_psql('fresh', q{SET timezone = 'UTC'; SELECT v::text FROM by_bytes ORDER BY n}), $node->safe_psql('fresh', qq{SELECT value FROM $table WHERE type = '$type' ORDER BY name COLLATE "C"}),
			"$type: the present version writes the same text (a new format of an unreleased version: test/tools/keep-values)");
	}
}
my ($present) = grep { m{/\Q$version\E\.tsv$} } glob 'test/data/values/*.tsv';
ok($present, "the values of $version are kept");
is($node->safe_psql('fresh', q{SELECT string_agg(t.oid::regtype::text, ',') FROM pg_type t WHERE typnamespace = 'customer_segments'::regnamespace AND typtype = 'b' AND typelem = 0
	AND NOT EXISTS (SELECT FROM } . "values_" . ($number - 1) . q{ WHERE type = t.typname)}), '', 'of every base type');

# a format of a later version is refused, not misread
for my $type (qw(purchase_history affinity activity_history price_response survey_summary scale_items event_sequence))
{
	my ($c, $o, $e) = $node->psql('fresh', "SELECT replace((SELECT value FROM values_" . ($number - 1) . " WHERE type = '$type' LIMIT 1), 'v1 ', 'v2 ')::customer_segments.$type");
	like($e, qr/ERROR:  .*(?:version|v2)/i, "$type of a later version is refused");
}

$node->stop;
done_testing();
