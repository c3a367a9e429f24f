# Ways by which an ordinary role could have its code run by a superuser who uses the extension: schemas made by hand to look like a
# workspace, functions put beside ours, a workspace handed over by half.  None is taken, and who installs the extension keeps what is needed.
use strict;
use warnings;
use SegmentsCluster;
use Test::More;

my $node = SegmentsCluster->start('main', "jit = off\nmax_prepared_transactions = 2");
$node->safe_psql('postgres', "CREATE ROLE $_ LOGIN") for qw(mallory installer analyst);
for my $name (qw(shop trusted taken))
{
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	$node->safe_psql('postgres', "GRANT CREATE ON DATABASE $name TO mallory, installer");
}
my @mallory = (extra_params => [ '-U', 'mallory' ]);
my @installer = (extra_params => [ '-U', 'installer' ]);

# the error of a statement, or ''
sub refused
{
	my ($database, $sql, @as) = @_;
	my ($code, $out, $err) = $node->psql($database, "\\set VERBOSITY verbose\n$sql", @as);
	return $err =~ /ERROR:  (.*)/ ? $1 : '';
}
# what mallory's code does when another role runs it
my $spring = q{LANGUAGE plpgsql AS $$ BEGIN IF current_user <> 'mallory' THEN RAISE EXCEPTION 'SPRUNG for %', current_user; END IF; RETURN };

# the schema of the extension, installed by an ordinary role
$node->safe_psql('trusted', 'CREATE EXTENSION customer_segments', @installer);
my $schema = q{SELECT nspowner = (SELECT DISTINCT proowner FROM pg_proc WHERE pronamespace = n.oid), nspowner = 10 FROM pg_namespace n WHERE nspname = 'customer_segments'};
is($node->safe_psql('trusted', $schema), 't|t', 'the schema belongs to the owner of the functions');
like(refused('trusted', "CREATE FUNCTION customer_segments.source_has(source name, relation text) RETURNS boolean $spring true; END \$\$", @installer),
	qr/^42501: permission denied for schema/, 'who installed it puts nothing beside our functions');
$node->safe_psql('trusted', 'GRANT USAGE ON SCHEMA customer_segments TO analyst', @installer);
is($node->safe_psql('trusted', 'SELECT customer_segments.is_purchase(1)', extra_params => [ '-U', 'analyst' ]), 't', 'but lets others use it');
$node->safe_psql('trusted', 'DROP EXTENSION customer_segments; CREATE EXTENSION customer_segments; DROP EXTENSION customer_segments', @installer);
$node->safe_psql('trusted', 'CREATE EXTENSION customer_segments; DROP EXTENSION customer_segments; CREATE EXTENSION customer_segments');
is($node->safe_psql('trusted', $schema), 't|t', 'and drops it and installs it again, as superusers do');

# a schema that was there before
$node->safe_psql('taken', "CREATE SCHEMA customer_segments; GRANT ALL ON SCHEMA customer_segments TO analyst WITH GRANT OPTION; GRANT ALL ON SCHEMA customer_segments TO PUBLIC;
	CREATE FUNCTION customer_segments.source_base_type(t regtype) RETURNS oid $spring t::oid; END \$\$", @mallory);
like(refused('taken', 'CREATE EXTENSION customer_segments'), qr/^42710: schema "customer_segments" is not empty/, 'a schema that holds something is refused');
$node->safe_psql('taken', 'DROP FUNCTION customer_segments.source_base_type(regtype)', @mallory);
for my $kind ('TABLE customer_segments.t (a int)', 'TYPE customer_segments.t AS ENUM ()', "OPERATOR customer_segments.=== (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)")
{
	my ($drop) = ($kind =~ s/ .*//r);
	my $name = $drop eq 'OPERATOR' ? 'customer_segments.=== (int, int)' : 'customer_segments.t';
	$node->safe_psql('taken', "CREATE $kind", @mallory);
	like(refused('taken', 'CREATE EXTENSION customer_segments'), qr/^42710: schema "customer_segments" is not empty/, "so is one that holds $kind");
	$node->safe_psql('taken', "DROP $drop $name", @mallory);
}
$node->safe_psql('taken', 'CREATE EXTENSION customer_segments');
is($node->safe_psql('taken', $schema), 't|t', 'an empty one is taken over');
for my $role (qw(mallory analyst))
{
	like(refused('taken', 'CREATE TABLE customer_segments.planted (a int)', extra_params => [ '-U', $role ]), qr/^42501/, "with what $role could make there");
}

# check_sources of a superuser looks at no rules of others
$node->safe_psql('shop', q{
	CREATE EXTENSION customer_segments;
	GRANT USAGE ON SCHEMA customer_segments TO mallory, analyst;
	CREATE SCHEMA shop;
	GRANT USAGE ON SCHEMA shop TO mallory;
	CREATE TABLE shop.orders AS SELECT i AS order_id, 1 + i % 5 AS customer_id, now() - i * interval '5 hours' AS ordered_at, 10::numeric AS amount FROM generate_series(1, 50) i;
	CREATE TABLE shop.events (customer_id integer, event_type text, occurred_at timestamptz);
	INSERT INTO shop.events VALUES (1, 'weird', now());
	GRANT SELECT ON ALL TABLES IN SCHEMA shop TO mallory});
$node->safe_psql('shop', "CREATE SCHEMA m;
	CREATE TYPE m.e AS (a integer);
	CREATE FUNCTION m.t(m.e) RETURNS text $spring 'x'; END \$\$;
	CREATE CAST (m.e AS text) WITH FUNCTION m.t(m.e) AS IMPLICIT;
	CREATE TABLE m.event_kind (event_type m.e);
	INSERT INTO m.event_kind VALUES (ROW(1));
	CREATE TABLE m.settings (source name);
	INSERT INTO m.settings VALUES ('shop');
	CREATE TABLE m.workspace_object (position integer, name name)", @mallory);
my $unmapped = q{SELECT count(*) FROM customer_segments.check_sources('shop') WHERE problem = 'unmapped event names'};
is($node->safe_psql('shop', $unmapped), '1', 'check_sources reads no table of a schema made by hand');
$node->safe_psql('shop', q{SELECT customer_segments.create_workspace('own', 'shop')});
$node->safe_psql('shop', q{INSERT INTO own.event_kind (event_type, kind) VALUES ('weird', 'search')});
is($node->safe_psql('shop', $unmapped), '0', 'but the rules of the own workspace');

# a workspace made by hand, all of whose relations run its owner's code: no function runs it for a superuser
$node->safe_psql('shop', "CREATE FUNCTION m.evil() RETURNS boolean $spring true; END \$\$; GRANT USAGE ON SCHEMA m TO PUBLIC", @mallory);
$node->safe_psql('shop', q{
	CREATE TEMPORARY TABLE relation AS
		SELECT relname, string_agg(format('NULL::%s AS %I', format_type(atttypid, -1), attname), ', ' ORDER BY attnum) AS columns
		FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
		WHERE relnamespace = 'own'::regnamespace AND relkind IN ('r', 'v') AND relname <> 'workspace_object' GROUP BY relname;
	GRANT SELECT ON relation TO mallory;
	SET ROLE mallory;
	CREATE SCHEMA trap;
	DO $$
	DECLARE
		made record;
	BEGIN
		FOR made IN TABLE relation LOOP
			EXECUTE format('CREATE VIEW trap.%I AS SELECT %s WHERE m.evil()', made.relname, made.columns);
		END LOOP;
	END
	$$;
	CREATE TABLE trap.workspace_object (position integer GENERATED ALWAYS AS IDENTITY, name name);
	INSERT INTO trap.workspace_object (name) SELECT relname FROM relation;
	CREATE FUNCTION trap.written() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM m.evil(); RETURN NEW; END';
	CREATE TRIGGER written BEFORE INSERT OR UPDATE OR DELETE ON trap.workspace_object FOR EACH STATEMENT EXECUTE FUNCTION trap.written()});
my ($ran, $refused, $tried) = split /\|/, $node->safe_psql('shop', q{
	SET client_min_messages = error;
	SET statement_timeout = '20s';
	CREATE FUNCTION pg_temp.tried(OUT name name, OUT said text) RETURNS SETOF record LANGUAGE plpgsql AS $$
	DECLARE
		f record;
	BEGIN
		FOR f IN SELECT p.proname, p.prokind, (SELECT string_agg(CASE WHEN n = 'workspace' THEN '''trap''' WHEN n = 'source' THEN '''shop''' WHEN n IN ('from_relation', 'to_relation', 'view', 'fact', 'relation') AND t = 'name'::regtype THEN '''events'''
					WHEN t = 'regclass'::regtype THEN '''trap.events''' WHEN t = 'timestamptz'::regtype THEN 'now()' WHEN t = 'anyelement'::regtype THEN '1' WHEN t = 'anyarray'::regtype THEN '''{1}''::integer[]'
					WHEN t = 'bool'::regtype THEN 'true' WHEN t IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'float8'::regtype) THEN '1::' || t::regtype
					WHEN t::regtype::text LIKE '%[]' THEN '''{}''::' || t::regtype ELSE '''x''::' || t::regtype END, ', ' ORDER BY i)
					FROM unnest(p.proargtypes::oid[], p.proargnames[1:p.pronargs]) WITH ORDINALITY AS a (t, n, i)) AS arguments
				FROM pg_proc p WHERE p.pronamespace = 'customer_segments'::regnamespace AND p.proargnames[1] = 'workspace' AND p.pronargs > 0 AND p.prokind = 'f' AND p.prorettype <> 'trigger'::regtype
				-- a cut point that a view of the workspace shows: its reader has chosen to read the view
				AND p.proname NOT IN ('create_workspace', 'live_cut_point')
		LOOP
			name := f.proname;
			said := '';
			BEGIN
				EXECUTE format('SELECT count(x::text) FROM customer_segments.%I(%s) x', f.proname, f.arguments);
				RAISE EXCEPTION 'undo' USING ERRCODE = 'P9999';
			EXCEPTION WHEN OTHERS OR query_canceled THEN
				said := SQLSTATE || ' ' || SQLERRM;
			END;
			RETURN NEXT;
		END LOOP;
	END
	$$;
	SELECT string_agg(name, ' ') FILTER (WHERE said ~ 'SPRUNG'), count(*) FILTER (WHERE said ~ '^42501 role "postgres" may not act'), count(*) FROM pg_temp.tried()});
is($ran, '', "of $tried functions none runs the code of a workspace made by hand");
cmp_ok($refused, '>', 70, "$refused say that it is another role's");
my $mine = q{^42501: role "postgres" may not act for the owner of workspace "trap"};
like(refused('shop', q{CALL customer_segments.refresh('trap')}), qr/$mine/, 'refresh is refused');
like(refused('shop', q{SELECT customer_segments.drop_workspace('trap')}), qr/$mine/, 'and drop_workspace');
my ($code, $out, $err) = $node->psql('shop', q{CALL customer_segments.refresh('trap')});
like($err, qr/HINT:  Connect as mallory\. SET ROLE is not enough/, 'the hint says how');

# made a member of mallory's role without being asked, directly or a step further up
$node->safe_psql('shop', q{
	CREATE ROLE team;
	CREATE ROLE club;
	CREATE ROLE alice LOGIN;
	GRANT team TO mallory WITH ADMIN OPTION;
	GRANT club TO alice, postgres;
	GRANT CREATE ON DATABASE shop TO team;
	GRANT USAGE ON SCHEMA shop, customer_segments TO team, alice, club;
	GRANT SELECT ON ALL TABLES IN SCHEMA shop TO team});
$node->safe_psql('shop', q{
	SET ROLE team;
	SELECT customer_segments.create_workspace('teams', 'shop');
	RESET ROLE;
	GRANT team TO postgres, alice}, @mallory);
my $teams = q{CALL customer_segments.refresh('teams')};
my @alice = (extra_params => [ '-U', 'alice' ]);
like(refused('shop', $teams), qr/^42501: role "postgres" may not act for the owner of workspace "teams"/, 'a superuser whom somebody made a member runs nothing of it');
like(refused('shop', $teams, @alice), qr/^42501: workspace "teams" belongs to role "team"/, 'nor does anybody else');
$node->safe_psql('shop', 'REVOKE team FROM postgres, alice; GRANT team TO club', @mallory);
like(refused('shop', $teams), qr/^42501: role "postgres" may not act/, 'nor by a role that they are members of');
like(refused('shop', $teams, @alice), qr/^42501: workspace "teams" belongs to role "team"/, 'superuser or not');
$node->safe_psql('shop', 'GRANT team TO alice, postgres');
like(refused('shop', $teams), qr/^42501: role "postgres" may not act/, 'nor if a superuser says so, as every membership seems to after an upgrade from 15');
is(refused('shop', $teams, @alice), '', 'whom a superuser has made a member refreshes');
$node->safe_psql('shop', 'REVOKE team FROM alice, postgres; GRANT alice TO mallory WITH ADMIN OPTION');
$node->safe_psql('shop', 'GRANT team TO alice', @mallory);
is(refused('shop', $teams, @alice), '', 'so does one whom a role that has the rights of her has made a member');
# who may take a superuser's role is as good as one, by whatever way
$node->safe_psql('shop', q{
	CREATE ROLE ops SUPERUSER;
	CREATE ROLE dba LOGIN;
	GRANT USAGE ON SCHEMA shop, customer_segments TO dba;
	GRANT ops TO dba;
	GRANT team TO ops});
my @dba = (extra_params => [ '-U', 'dba' ]);
like(refused('shop', $teams, @dba), qr/^42501: role "dba" may not act for the owner of workspace "teams"/, 'nor a member of a superuser by memberships of that one');
$node->safe_psql('shop', 'REVOKE team FROM ops; GRANT team TO dba');
like(refused('shop', $teams, @dba), qr/^42501: role "dba" may not act/, 'nor by his own');
$node->safe_psql('shop', 'REVOKE ops FROM dba');
is(refused('shop', $teams, @dba), '', 'which count as soon as he is a member of none');
# what a member makes belongs to the workspace's owner, who could not refresh it otherwise
is(refused('shop', qq{SELECT customer_segments.$_}, @dba), '', "a member: $_")
  for q{set_storage('teams', 'incremental')}, q{set_cut_points('teams', 'stored')}, q{materialize('teams', 'customer_360')}, q{define_segment('teams', 'all', 'true')};
is($node->safe_psql('shop', q{SELECT count(*) > 9, count(*) FILTER (WHERE relowner <> 'team'::regrole) FROM pg_class WHERE relnamespace = 'teams'::regnamespace}),
	't|0', 'none of it is his');
is(refused('shop', "SET SESSION AUTHORIZATION team; $teams"), '', 'the owner goes on refreshing');

# the keys that the trigger notes for the queue of a schema made anew by mallory, who may read the table: by no cast that he can make
$node->safe_psql('shop', q{
	CREATE TABLE shop.sold (id bigint PRIMARY KEY, customer_id bigint);
	GRANT SELECT ON shop.sold TO mallory;
	SELECT customer_segments.create_workspace('gone', 'shop', storage => 'incremental');
	SELECT customer_segments.track('gone', 'shop.sold', 'customer_id', 'id');
	DROP SCHEMA gone CASCADE});
$node->safe_psql('shop', q{
	CREATE SCHEMA gone;
	CREATE TABLE gone.tracked_relation AS SELECT 'shop.sold'::regclass AS relation, n::smallint AS source FROM generate_series(1, 50) n;
	CREATE TYPE m.row AS (key bigint);
	CREATE TYPE m.label AS ENUM ('a')}, @mallory);
$node->safe_psql('shop', "CREATE FUNCTION m.to_row(bigint) RETURNS m.row $spring ROW(\$1)::m.row; END \$\$;
	CREATE CAST (bigint AS m.row) WITH FUNCTION m.to_row(bigint) AS IMPLICIT;
	CREATE CAST (bigint AS m.label) WITH INOUT AS IMPLICIT", @mallory);
my $sale = 0;
for my $type ('bigint', 'text', 'm.row', 'm.label')
{
	my $noted = $type =~ /^m/ ? 'a' : 'c';
	$node->safe_psql('shop', qq{DROP TABLE IF EXISTS gone.refresh_queue; CREATE TABLE gone.refresh_queue (source smallint, kind "char", customer_id $type, order_id bigint, queued_at timestamptz)}, @mallory);
	is(refused('shop', 'INSERT INTO shop.sold VALUES (' . ++$sale . ", 7)"), '', "a sale goes on, whatever the queue's keys are: $type");
	is($node->safe_psql('shop', 'SELECT kind, customer_id FROM gone.refresh_queue'), $noted eq 'c' ? 'c|7' : 'a|', 'and is noted by its key only if nobody has made the cast');
}
# a lock on it, or millions of rows that say what is tracked, hold nobody up
$node->safe_psql('shop', q{BEGIN; LOCK TABLE gone.refresh_queue; PREPARE TRANSACTION 'held'}, @mallory);
is(refused('shop', "SET lock_timeout = '1s'; INSERT INTO shop.sold VALUES (50, 7)"), '', 'a sale does not wait for mallory');
$node->safe_psql('shop', q{COMMIT PREPARED 'held'}, @mallory);
$node->safe_psql('shop', q{BEGIN; LOCK TABLE gone.tracked_relation; PREPARE TRANSACTION 'held'}, @mallory);
is(refused('shop', "SET lock_timeout = '1s'; INSERT INTO shop.sold VALUES (51, 7)"), '', 'in neither place');
is(refused('shop', q{SET lock_timeout = '1s'; SELECT customer_segments.capture_share('gone', 'shop.sold')}), '', 'nor who asks what he is told');
$node->safe_psql('shop', q{COMMIT PREPARED 'held'}, @mallory);
my $before = $node->safe_psql('shop', 'SELECT count(*) FROM gone.refresh_queue');
$node->safe_psql('shop', 'INSERT INTO gone.tracked_relation SELECT 0, 0 FROM generate_series(1, 300000)', @mallory);
$node->safe_psql('shop', 'INSERT INTO shop.sold VALUES (52, 7)');
is($node->safe_psql('shop', 'SELECT count(*) FROM gone.refresh_queue'), $before, 'nothing is noted where it would take long to see whether it should be');

# nor the owner of the type of a key of the shop's own
$node->safe_psql('shop', q{
	GRANT USAGE ON SCHEMA m TO PUBLIC;
	CREATE TABLE shop.lent (id bigint PRIMARY KEY, label m.label, row m.row);
	CREATE SCHEMA labels;
	CREATE VIEW labels.orders AS SELECT id AS order_id, label::text AS customer_id, now() AS ordered_at, 1 AS amount FROM shop.lent;
	SELECT customer_segments.create_workspace('lent', 'labels', storage => 'incremental');
	SELECT customer_segments.track('lent', 'shop.lent', 'label', 'id')});
is(refused('shop', q{INSERT INTO shop.lent VALUES (1, 'a')}), '', 'keys of a type of mallory are noted');
$node->safe_psql('shop', "CREATE FUNCTION m.to_text(m.label) RETURNS text $spring 'x'; END \$\$; CREATE CAST (m.label AS text) WITH FUNCTION m.to_text(m.label) AS ASSIGNMENT", @mallory);
is(refused('shop', q{INSERT INTO shop.lent VALUES (2, 'a')}), '', 'until he makes a cast of it, which is not called');
is($node->safe_psql('shop', q{SELECT kind, customer_id, order_id FROM lent.refresh_queue ORDER BY kind}), "a||\na||\ni|a|1", 'the change counts for everybody, as track did');
like(refused('shop', q{SELECT customer_segments.untrack('lent', 'shop.lent'); SELECT customer_segments.track('lent', 'shop.lent', 'label', 'id')}),
	qr/^42804: column "label" of table shop.lent has type m.label, but customer_id is text/, 'and track says that it takes no such key');

# handed over by half: schema or relations alone
$node->safe_psql('shop', 'ALTER SCHEMA own OWNER TO analyst');
like(refused('shop', q{CALL customer_segments.refresh('own')}), qr/^42501: role "postgres" may not act for the owner of workspace "own"/, 'a workspace whose schema belongs to another is refused');
like(refused('shop', q{CALL customer_segments.refresh('own')}, extra_params => [ '-U', 'analyst' ]), qr/^42501: workspace "own" belongs to role "postgres"/, 'to that role as well');
$node->safe_psql('shop', 'ALTER SCHEMA own OWNER TO postgres; ALTER VIEW own.rfm OWNER TO analyst');
like(refused('shop', q{CALL customer_segments.refresh('own')}), qr/^42501: "rfm" in workspace "own" belongs to role "analyst"/, 'one with a view of another role, too');
$node->safe_psql('shop', 'ALTER VIEW own.rfm OWNER TO postgres');
is(refused('shop', q{CALL customer_segments.refresh('own')}), '', 'given back it is refreshed');

$node->stop;
done_testing();
