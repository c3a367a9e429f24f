# A stranger's schema comes first in everybody's search_path and shadows every operator and function of the system; others bear
# the names of its catalogues.  Install, use and drop everything: nothing of it is ever called, and the answers are those of an honest database.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $node = SegmentsCluster->start('main', 'jit = off');
$node->safe_psql('postgres', "CREATE DATABASE $_") for qw(honest hostile);
my $shadows = $node->safe_psql('hostile', q{
	CREATE SCHEMA evil;
	DO $do$
	DECLARE
		one record;
		made integer := 0;
	BEGIN
		FOR one IN SELECT oid, proname, pg_get_function_identity_arguments(oid) AS arguments, pg_get_function_result(oid) AS result, proargnames, proargtypes, proargmodes
				FROM pg_proc p WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind IN ('f', 'a') AND provariadic = 0 AND NOT proretset
				AND NOT (proargtypes::oid[] || prorettype) && ARRAY['internal', 'cstring', 'trigger', 'event_trigger', 'language_handler', 'fdw_handler', 'index_am_handler', 'table_am_handler', 'tsm_handler', 'void']::regtype[]::oid[]
		LOOP
			BEGIN
				EXECUTE format('CREATE FUNCTION evil.%I(%s) RETURNS %s LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''captured: %s''; END $f$', one.proname,
					(SELECT string_agg(format_type(t, NULL), ', ' ORDER BY n) FROM unnest(one.proargtypes::oid[]) WITH ORDINALITY AS x (t, n)),
					(SELECT format_type(prorettype, NULL) FROM pg_proc WHERE oid = one.oid), one.proname);
				made := made + 1;
			EXCEPTION WHEN invalid_function_definition OR duplicate_function OR syntax_error OR feature_not_supported OR datatype_mismatch THEN NULL;
			END;
		END LOOP;
		FOR one IN SELECT oprname, oprleft::regtype AS l, oprright::regtype AS r, oprresult::regtype AS result, oid
				FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprkind = 'b'
				AND NOT ARRAY[oprleft, oprright, oprresult] && ARRAY['internal', 'cstring']::regtype[]::oid[]
		LOOP
			BEGIN
				EXECUTE format('CREATE FUNCTION evil.operator_%s(%s, %s) RETURNS %s LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION ''captured: %s''; END $f$', one.oid, one.l, one.r, one.result, replace(one.oprname, '%', '%%'));
				EXECUTE format('CREATE OPERATOR evil.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = evil.operator_%s)', one.oprname, one.l, one.r, one.oid);
				made := made + 1;
			EXCEPTION WHEN invalid_function_definition OR syntax_error OR datatype_mismatch THEN NULL;
			END;
		END LOOP;
		CREATE TABLE evil.made AS SELECT made;
	END
	$do$;
	CREATE TABLE evil.pg_class (relname text);
	CREATE TABLE evil.pg_attribute (attname text);
	CREATE TABLE evil.pg_namespace (nspname text);
	CREATE TABLE evil.orders (customer_id text);
	CREATE TABLE evil.settings (time_zone integer);
	CREATE DOMAIN evil.purchase_history AS text CHECK (false);
	CREATE DOMAIN evil.affinity AS text CHECK (false);
	GRANT USAGE ON SCHEMA evil TO PUBLIC;
	SELECT made FROM evil.made;
	ALTER DATABASE hostile SET search_path = evil, pg_catalog, public, customer_segments;
});
cmp_ok($shadows, '>', 2500, "$shadows functions and operators of the system are shadowed");
my ($code, $out, $err) = $node->psql('hostile', q{SELECT 1 + 1});
like($err, qr/captured: \+/, 'and answer for them');

# what is in the way of an honest installation is not adopted
($code, $out, $err) = $node->psql('hostile', q{CREATE SCHEMA customer_segments; CREATE FUNCTION customer_segments.is_purchase(amount numeric) RETURNS boolean LANGUAGE sql AS 'SELECT true'; CREATE EXTENSION customer_segments});
like($err, qr/schema "customer_segments" is not empty/, 'a function that waits under our name stops the installation');
$node->safe_psql('hostile', 'DROP SCHEMA customer_segments CASCADE');
$node->safe_psql('hostile', 'CREATE EXTENSION customer_segments');

# data: made in the honest database, copied
$node->safe_psql('honest', q{
	CREATE EXTENSION customer_segments;
	CREATE SCHEMA shop;
	CREATE TABLE shop.orders AS SELECT i AS order_id, 1 + (i * 7919) % 61 AS customer_id, timestamptz '2024-01-01Z' + i * interval '5 hours' AS ordered_at,
		(5 + i % 91)::numeric(12,2) AS amount, 100::numeric(12,2) AS list_amount, (ARRAY['EUR', 'USD'])[1 + i % 2] AS currency, (ARRAY['web', 'store', 'app'])[1 + i % 3] AS channel,
		CASE WHEN i % 7 = 0 THEN 'TEN' END AS coupon_code FROM generate_series(1, 900) i;
	CREATE TABLE shop.refunds AS SELECT order_id, ordered_at + interval '4 days' AS refunded_at, amount / 2 AS amount FROM shop.orders WHERE order_id % 11 = 0;
	CREATE TABLE shop.order_items AS SELECT order_id, order_id % 13 AS product_id, 1 AS quantity, amount AS unit_price, 'category ' || order_id % 4 AS category FROM shop.orders;
	CREATE TABLE shop.customers AS SELECT i AS customer_id, timestamptz '2023-12-01Z' AS signed_up_at, 'c' || i || '@firma.example' AS email, date '1980-01-01' + i * 100 AS birth_date,
		(ARRAY['f', 'm'])[1 + i % 2] AS gender, 'DE' AS country, 'BE' AS region, 52.5::float8 AS latitude, 13.4::float8 AS longitude, 'Firma ' || i AS company, 5 * i AS employees FROM generate_series(1, 70) i;
	CREATE TABLE shop.events AS SELECT 1 + i % 61 AS customer_id, (ARRAY['page_view', 'add_to_cart', 'Opened Email', 'search'])[1 + i % 4] AS event_type,
		timestamptz '2024-05-01Z' + i * interval '50 minutes' AS occurred_at, 'web' AS channel, 'Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) Version/16.1 Safari/604.1' AS user_agent FROM generate_series(1, 600) i;
	CREATE TABLE shop.survey_answers AS SELECT 1 + i % 61 AS customer_id, 'nps' AS question, timestamptz '2024-05-01Z' + i * interval '3 hours' AS answered_at, NULL::text AS answer, (i % 11)::float8 AS score FROM generate_series(1, 150) i;
	CREATE TABLE shop.exchange_rates AS SELECT 'USD'::text AS currency, date '2023-01-01' AS valid_on, 0.93 AS rate;
	ALTER TABLE shop.orders ADD PRIMARY KEY (order_id);
	CREATE INDEX ON shop.orders (customer_id);
	CREATE INDEX ON shop.refunds (order_id);
});
my $data = PostgreSQL::Test::Utils::tempdir() . '/shop.sql';
command_ok([ 'pg_dump', '-h', $node->host, '-p', $node->port, '-n', 'shop', '-f', $data, 'honest' ], 'data out of the honest database');
command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-h', $node->host, '-p', $node->port, '-f', $data, 'hostile' ], 'into the hostile one');

# use everything; the statements themselves name no operator and no function but ours
my $use = q{
	SET client_min_messages = error;
	CREATE TEMPORARY TABLE orders (customer_id boolean);
	CREATE TEMPORARY TABLE settings (time_zone boolean);
	CREATE TEMPORARY TABLE pg_class (relname boolean);
	SET customer_segments.as_of = '2024-07-10';
	SELECT * FROM customer_segments.check_sources('shop');
	SELECT customer_segments.create_workspace('live', 'shop', currency => 'EUR');
	SELECT customer_segments.create_workspace('stored', 'shop', currency => 'EUR', storage => 'incremental');
	SELECT customer_segments.track('stored', 'shop.orders', 'customer_id', 'order_id');
	SELECT customer_segments.track('stored', 'shop.refunds', order_column => 'order_id');
	SELECT customer_segments.fit_clv('live');
	SELECT customer_segments.fit_clv('stored');
	CALL customer_segments.refresh('stored');
	INSERT INTO shop.orders VALUES (901, 7, '2024-07-01Z', 44, 50, 'EUR', 'web', NULL);
	UPDATE shop.orders SET customer_id = 9 WHERE order_id OPERATOR(pg_catalog.=) 17;
	DELETE FROM shop.orders WHERE order_id OPERATOR(pg_catalog.=) 18;
	SELECT customer_segments.define_segment('stored', 'big', 'net_revenue > 300 AND rfm = ''champions''', 'spent much');
	SELECT customer_segments.materialize('stored', 'rfm');
	CALL customer_segments.refresh('stored');
	SELECT customer_segments.reconcile('stored');
	SELECT customer_segments.create_campaign('stored', 'letter', 'big', 0.3);
	SELECT * FROM customer_segments.campaign_lift('stored', 'letter');
	SELECT * FROM customer_segments.explain_segment('stored', 'big', '7');
	SELECT * FROM customer_segments.explain_segment('stored', 'rfm:champions', '7');
};
# every view of both workspaces, as rows; those that show the moment of a refresh are left out
sub rows
{
	my ($database) = @_;
	my $said = $node->safe_psql($database, $use);
	my $path = 'SET search_path = pg_catalog;';
	my @relations = split /\n/, $node->safe_psql($database, "$path SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
		WHERE nspname IN ('live', 'stored') AND relkind IN ('v', 'm') AND relname <> 'workspace_status'
		-- those over all segmentations take seconds each to plan: once is enough
		AND NOT (nspname = 'live' AND relname IN ('customer_360', 'segment_summary', 'segment_overlap', 'survey_response')) ORDER BY 1");
	my %rows = (said => $said);
	for my $relation (@relations)
	{
		my $some = $node->safe_psql($database, "SET customer_segments.as_of = '2024-07-10'; TABLE $relation");
		$rows{$relation} = join "\n", sort split /\n/, $some;
	}
	return \%rows;
}
my ($honest, $hostile) = (rows('honest'), rows('hostile'));
cmp_ok(scalar keys %$honest, '>', 60, scalar(keys %$honest) . ' views');
is(join(' ', sort keys %$hostile), join(' ', sort keys %$honest), 'the same views');
my @captured = grep { ($hostile->{$_} // '') ne $honest->{$_} && $_ !~ /^stored\.segment_(?:events|list)$/ } sort keys %$honest;
is("@captured", '', 'with the same rows');
isnt($honest->{'stored.rfm'}, '', 'and there are some');
sub captured { return join ' ', slurp_file($node->logfile) =~ /ERROR:  captured: (?!\+)(\S+)/g; }
is(captured(), '', 'nothing was captured');
$node->safe_psql('hostile', q{SELECT customer_segments.drop_workspace('live'); SELECT customer_segments.drop_workspace('stored'); DROP EXTENSION customer_segments});
is(captured(), '', 'nor when all is dropped');

# names out of a nightmare: of schemas, tables, columns, keys, segments, roles
my @names = (q{"'}, q{"; DROP TABLE x; --}, "\$\$ %s%I\\", "\x{e4} \x{4e2d}", "N" x 50, q{^$.*+?|()[a]{2}\\1}, 'order(id', '*');
my $number = 0;
for my $name (@names)
{
	utf8::encode(my $bytes = $name);
	my $quoted = '"' . $bytes =~ s/"/""/gr . '"';
	my $literal = "'" . $bytes =~ s/'/''/gr . "'";
	my $segments = "'w" . $bytes =~ s/'/''/gr . "'";
	my $schema = '"w' . $bytes =~ s/"/""/gr . '"';
	my ($c, $o, $e) = $node->psql('honest', qq{
		\\set ON_ERROR_STOP on
		SET client_min_messages = error;
		CREATE SCHEMA $quoted;
		CREATE TABLE $quoted.$quoted ($quoted integer PRIMARY KEY, "k$bytes" integer, at timestamptz, paid numeric);
		INSERT INTO $quoted.$quoted SELECT i, i % 5, timestamptz '2024-01-01Z' + i * interval '1 day', 7 FROM generate_series(1, 40) i;
		CREATE VIEW $quoted.between AS SELECT at, $quoted, paid, "k$bytes" FROM $quoted.$quoted;
		CREATE VIEW $quoted.orders AS SELECT $quoted AS order_id, "k$bytes" AS customer_id, at AS ordered_at, paid AS amount FROM $quoted.between;
		SELECT customer_segments.create_workspace($segments, $literal, storage => 'incremental');
		SELECT customer_segments.track($segments, format('%I.%I', $literal, $literal)::regclass, 'k' || $literal, $literal);
		SELECT customer_segments.define_segment($segments, $literal, 'net_revenue > 1');
		SELECT customer_segments.materialize($segments, 'rfm');
		CALL customer_segments.refresh($segments);
		DELETE FROM $quoted.$quoted WHERE $quoted = 40;
		CALL customer_segments.refresh($segments);
		SELECT 'merges', merges FROM $schema.tracked_table WHERE customer_column IS NOT NULL;
		SELECT 'wrong', customer_segments.reconcile($segments);
		SELECT 'sum', sum(net_revenue) FROM $schema.customer_orders;
		SELECT 'members', count(*) FROM $schema.segment_members WHERE segment = $literal;
		SELECT customer_segments.drop_workspace($segments);} =~ s/"k\Q$bytes\E"/'"k' . $bytes =~ s{"}{""}gr . '"'/ger);
	is($e, '', "no error for the name $bytes");
	is(join(' ', grep { /^(merges|wrong|sum|members)/ } split /\n/, $o), 'merges|t sum|273.0000 members|5', "and the right rows for $bytes");
}
is($node->safe_psql('honest', q{SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'w%'}), '0', 'no workspace stays behind');

$node->stop;
done_testing();
