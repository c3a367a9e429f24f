# User agents: uap-core's own cases, by its own patterns; lists that change under running sessions, that are dumped and restored,
# and what databases in other encodings make of them.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $core = '/usr/share/uap-core';
my $node = SegmentsCluster->start('main');
my $to = PostgreSQL::Test::Utils::tempdir();
my @connection = ('-h', $node->host, '-p', $node->port);
$ENV{PGOPTIONS} = '-c search_path=public,customer_segments';

# All that follows as somebody who owns a database, and nothing else.
$node->safe_psql('postgres', $_) for q{CREATE ROLE "shop's owner" LOGIN}, q{CREATE DATABASE shop OWNER "shop's owner"}, 'CREATE ROLE clerk LOGIN';
my @owner = (extra_params => [ '-U', "shop's owner" ]);
sub owner { return $node->safe_psql('shop', $_[0], @owner) }
owner('CREATE EXTENSION customer_segments');
owner('GRANT USAGE ON SCHEMA customer_segments TO clerk');

SKIP:
{
	eval { require YAML::XS } or skip('YAML::XS is missing: test/tools/install-deps test', 1);
	skip("$core is missing: test/tools/install-deps test", 1) unless -e "$core/regexes.yaml";

	# the file as another reader reads it
	my $file = YAML::XS::LoadFile("$core/regexes.yaml");
	my %parts = (
		browser => [ 'user_agent_parsers', qw(family v1 v2 v3) ],
		os => [ 'os_parsers', qw(os os_v1 os_v2 os_v3 os_v4) ],
		device => [ 'device_parsers', qw(device brand model) ]);
	my $copy = sub {
		my $field = shift;
		return '\N' unless defined $field;
		$field =~ s/\\/\\\\/g;
		return $field;
	};
	my $rows = '';
	for my $kind (sort keys %parts)
	{
		my ($section, @names) = @{ $parts{$kind} };
		my $position = 0;
		for my $entry (@{ $file->{$section} })
		{
			$position++;
			$rows .= join("\t", $kind, $position, $copy->($entry->{regex}), $entry->{regex_flag} ? 't' : 'f',
				map({ $copy->($_ ? $entry->{"${_}_replacement"} : undef) } @names[ 0 .. 4 ])) . "\n";
		}
	}
	utf8::encode($rows) if utf8::is_utf8($rows);
	append_to_file("$to/patterns", $rows);

	# the documented command
	owner("\\set content `cat $core/regexes.yaml`\nSELECT load_user_agent_patterns(:'content')");
	owner("CREATE TABLE read (kind text, position integer, pattern text, ignore_case boolean, a text, b text, c text, d text, e text);
		\\copy read FROM '$to/patterns'");
	my $table = q{SELECT kind, position, pattern, ignore_case, replacement[1], replacement[2], replacement[3], replacement[4], replacement[5]
		FROM user_agent_pattern WHERE origin = 'loaded'};
	my $n = owner("SELECT count(*) FROM ($table INTERSECT SELECT * FROM read) AS same");
	cmp_ok($n, '>', 1000, "$n patterns are read");
	is(owner("SELECT count(*) FROM ($table EXCEPT SELECT * FROM read) AS more"), '0', 'as another reader of YAML reads them');
	is(owner('SELECT count(*) FROM read'), $n, 'all of them');

	# the cases
	$rows = '';
	my %fields = (ua => [qw(family major minor patch)], os => [qw(family major minor patch patch_minor)], device => [qw(family brand model)]);
	my %total;
	for my $kind (sort keys %fields)
	{
		for my $case (@{ YAML::XS::LoadFile("$core/tests/test_$kind.yaml")->{test_cases} })
		{
			my @fields = map { $copy->($_ && defined $case->{$_} && $case->{$_} ne '' ? $case->{$_} : undef) } @{ $fields{$kind} }[ 0 .. 4 ];
			$rows .= join("\t", $kind, $copy->($case->{user_agent_string}), @fields) . "\n";
			$total{$kind}++;
		}
	}
	utf8::encode($rows) if utf8::is_utf8($rows);
	append_to_file("$to/cases", $rows);
	owner("CREATE TABLE uap_case (kind text, agent text, a text, b text, c text, d text, e text);
		\\copy uap_case FROM '$to/cases'");
	my $right = q{SELECT kind, count(*) FROM (SELECT kind, a, b, c, d, e, parse_user_agent(agent) AS p FROM uap_case OFFSET 0) AS parsed
		WHERE CASE kind WHEN 'ua' THEN (a, b, c, d) IS NOT DISTINCT FROM ((p).browser, (p).browser_major, (p).browser_minor, (p).browser_patch)
			WHEN 'os' THEN (a, b, c, d, e) IS NOT DISTINCT FROM ((p).os, (p).os_major, (p).os_minor, (p).os_patch, (p).os_patch_minor)
			ELSE (a, b, c) IS NOT DISTINCT FROM ((p).device, (p).brand, (p).model) END
		GROUP BY kind};
	my %right = map { split /\|/ } split /\n/, owner($right);
	for my $kind (sort keys %total)
	{
		diag("uap-core's cases of $kind: $right{$kind} of $total{$kind} right");
		is($right{$kind}, $total{$kind}, "$kind: $total{$kind} of $total{$kind} cases of uap-core");
	}
	cmp_ok($total{ua} + $total{os} + $total{device}, '>', 17000, 'more than 17,000 cases');

	is(owner("SELECT load_user_agent_patterns('')"), '0', 'an empty file takes the loaded ones away');
	%right = map { split /\|/ } split /\n/, owner($right);
	for my $kind (sort keys %total)
	{
		diag("the same cases by the patterns that are shipped, of another version: $kind $right{$kind} of $total{$kind}");
		cmp_ok($right{$kind}, '>', 0.99 * $total{$kind}, "$kind: shipped patterns know more than 99 %");
	}
	owner('DROP TABLE read, uap_case');
}

# A session follows the table: what others commit, what it does itself, and what it takes back.
my $other = "\\! psql -X -q @connection -d shop -U \"shop's owner\" -c";
my $ask = q{SELECT (parse_user_agent('ShopApp/3.1 (Linux; Android 14)')).browser || ' ' || (parse_user_agent('ShopApp/3.1 (Linux; Android 14)')).class;};
my $row = q{INSERT INTO user_agent_pattern (kind, position, pattern, replacement) VALUES ('browser', 1, '(ShopApp)/(\d+)', NULL)};
is( owner("$ask\n$other \"$row\"\n$ask
		BEGIN;\nUPDATE user_agent_pattern SET replacement = '{Ours}' WHERE origin = 'own';\n$ask\nROLLBACK;\n$ask
		BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT 'snapshot';\n$other \"DELETE FROM user_agent_pattern WHERE origin = 'own'\"\nLOCK email_provider IN ACCESS SHARE MODE;\n$ask\nCOMMIT;\n$ask
		INSERT INTO user_agent_pattern (kind, position, pattern, replacement) VALUES ('class', 1, 'ShopApp', '{tv}');\n$ask\nTRUNCATE user_agent_pattern;\n$ask"),
	join("\n", 'Android mobile', 'ShopApp mobile', 'Ours mobile', 'ShopApp mobile', 'snapshot', 'Android mobile', 'Android mobile', 'Android tv', 'Other other'),
	'a session follows the table of patterns');
owner('DROP EXTENSION customer_segments; CREATE EXTENSION customer_segments');
owner('GRANT USAGE ON SCHEMA customer_segments TO clerk');

# Nobody else may write.
for my $table (qw(user_agent_pattern email_provider))
{
	my ($status, $out, $err) = $node->psql('shop', "DELETE FROM customer_segments.$table", extra_params => [ '-U', 'clerk' ]);
	like($err, qr/permission denied for table $table/, "$table: not for everybody");
}
is($node->safe_psql('shop', $ask, extra_params => [ '-U', 'clerk' ]), 'Android mobile', 'but everybody may ask');

# Own rows are dumped, shipped ones are not; the owner may restore, but for the schema, which belongs to a superuser.
owner(q{INSERT INTO user_agent_pattern (kind, position, pattern) VALUES ('browser', 1, '(ShopApp)/(\d+)');
	INSERT INTO email_provider (domain, kind) VALUES ('club.example', 'free')});
owner("SELECT load_user_agent_patterns(E'user_agent_parsers:\\n  - regex: ''(OnlyThis)/(\\\\d+)''')");
command_ok([ 'pg_dump', @connection, '-U', "shop's owner", '--no-owner', '-f', "$to/shop.sql", 'shop' ], 'dump');
unlike(slurp_file("$to/shop.sql"), qr/GeoEvent|mailinator/, 'without what is shipped');
$node->safe_psql('postgres', q{CREATE DATABASE restored OWNER "shop's owner"});
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', @connection, '-U', "shop's owner", '-f', "$to/shop.sql", 'restored' ], 'restore');
for my $query ('SELECT origin, kind, count(*), sum(position) FROM user_agent_pattern GROUP BY 1, 2 ORDER BY 1, 2',
	'SELECT kind, shipped, count(*) FROM email_provider GROUP BY 1, 2 ORDER BY 1, 2',
	q{SELECT parse_user_agent('ShopApp/3'), parse_user_agent('OnlyThis/4'), parse_user_agent('Firefox/5'), email_domain_kind('a@club.example')})
{
	is($node->safe_psql('restored', $query, @owner), owner($query), "restored: $query");
}

# Other encodings: letters that they do not have, and bytes of no encoding.
for my $encoding (qw(latin1 sql_ascii euc_jp))
{
	$node->safe_psql('postgres', "CREATE DATABASE db_$encoding TEMPLATE template0 ENCODING $encoding LOCALE 'C'");
	$node->safe_psql("db_$encoding", 'CREATE EXTENSION customer_segments');
	is( $node->safe_psql("db_$encoding", q{SELECT (parse_user_agent('Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) Version/16.1 Safari/604.1')).device}),
		'iPad', "$encoding: ASCII");
}
is( $node->safe_psql('db_latin1', q{SET client_encoding = 'UTF8';
		INSERT INTO user_agent_pattern (kind, position, pattern, replacement) VALUES ('browser', 1, '(Caf.)/(\d+)', NULL), ('browser', 2, 'Größe', '{"Groß $1"}');
		SELECT (parse_user_agent('xx Café/12')).browser, (parse_user_agent('Größe')).browser}),
	'Café|Groß', 'LATIN1: a letter is one character');
is( $node->safe_psql('db_latin1', q{SELECT count(*) FROM user_agent_pattern WHERE replacement[1] LIKE 'Seznam prohl%?e?'}), '1',
	'LATIN1: letters it does not have are question marks');
is( $node->safe_psql('db_sql_ascii', q{SELECT encode(convert_to((parse_user_agent(convert_from('\x46697265666f782fff'::bytea, 'SQL_ASCII'))).browser, 'SQL_ASCII'), 'escape')}),
	'Other', 'SQL_ASCII: bytes of no encoding');
is( $node->safe_psql('postgres', q{CREATE EXTENSION customer_segments;
		INSERT INTO user_agent_pattern (kind, position, pattern) VALUES ('browser', 1, '^.{1,3}(.{5})/');
		SELECT (parse_user_agent(repeat('é', 600) || '/')).browser, (parse_user_agent('ééé日本語日本/')).browser}),
	'Other|日本語日本', 'UTF8: cut between characters');

$node->stop;
done_testing();
