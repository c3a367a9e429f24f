# What becomes of the extension, its workspaces and values stored with its types: dumps of every kind, copies, moves, accidents, other owners, the end.
use strict;
use warnings;
use PostgreSQL::Test::Utils;
use SegmentsCluster;
use Test::More;

my $node = SegmentsCluster->start('main', 'jit = off', 'restart_after_crash = on');
my @to = ('-h', $node->host, '-p', $node->port);
$node->safe_psql('postgres', q{CREATE ROLE keeper LOGIN; CREATE ROLE heir; CREATE DATABASE shop OWNER keeper});
my @keeper = (extra_params => [ '-U', 'keeper' ]);
$node->safe_psql('shop', q{
	CREATE EXTENSION customer_segments;
	CREATE SCHEMA data;
	CREATE TABLE data.orders (order_id integer PRIMARY KEY, customer_id integer, ordered_at timestamptz, amount numeric);
	CREATE INDEX ON data.orders (customer_id);
	INSERT INTO data.orders SELECT i, i % 40, timestamptz '2024-01-01Z' + i * interval '3 hours', 5 + i % 7 FROM generate_series(1, 800) i;
	CREATE TABLE data.kept (customer_id integer PRIMARY KEY, history customer_segments.purchase_history, parts customer_segments.affinity[]);
	INSERT INTO data.kept SELECT customer_id, customer_segments.purchase_history_agg(ordered_at, amount), ARRAY[customer_segments.affinity_agg('l' || order_id % 3, amount, ordered_at)] FROM data.orders GROUP BY customer_id;
	CREATE VIEW data.shown AS SELECT customer_id, customer_segments.revenue(history) FROM data.kept;
	SELECT customer_segments.create_workspace('seg', 'data', storage => 'incremental');
	SELECT customer_segments.track('seg', 'data.orders', 'customer_id', 'order_id');
	SELECT customer_segments.define_segment('seg', 'big', 'net_revenue > 100');
	CALL customer_segments.refresh('seg');
}, @keeper);
my $what = q{SET customer_segments.as_of = '2024-05-01'; SELECT md5(string_agg(k::text, ',' ORDER BY customer_id)) FROM data.kept k; SELECT md5(string_agg(r::text, ',' ORDER BY customer_id)) FROM seg.rfm r;
	SELECT segment, count(*) FROM seg.segment_members GROUP BY 1 ORDER BY 1; SELECT count(*) FROM pg_trigger WHERE tgrelid = 'data.orders'::regclass};
my $is = $node->safe_psql('shop', $what);

# dumps
my $tmp = PostgreSQL::Test::Utils::tempdir();
command_ok([ 'pg_dump', @to, '-Fd', '-j', '2', '-f', "$tmp/parallel", 'shop' ], 'dump by two workers');
$node->safe_psql('postgres', 'CREATE DATABASE by_workers');
command_ok([ 'pg_restore', @to, '--exit-on-error', '-j', '2', '-d', 'by_workers', "$tmp/parallel" ], 'restore by two workers');
is($node->safe_psql('by_workers', $what), $is, 'all is there');
command_ok([ 'pg_restore', @to, '--exit-on-error', '--clean', '--if-exists', '-d', 'by_workers', "$tmp/parallel" ], 'restored once more over itself with --clean');
is($node->safe_psql('by_workers', $what), $is, 'all is there');
# restored by a superuser the extension is the superuser's; the owner of the database goes on using it
$node->safe_psql('postgres', 'CREATE DATABASE in_two OWNER keeper');
command_ok([ 'pg_restore', @to, '--exit-on-error', '--schema-only', '-d', 'in_two', "$tmp/parallel" ], 'the schema alone');
command_ok([ 'pg_restore', @to, '--exit-on-error', '--data-only', '--disable-triggers', '-d', 'in_two', "$tmp/parallel" ], 'then the data');
is($node->safe_psql('in_two', $what), $is, 'all is there');
$node->safe_psql('in_two', q{INSERT INTO data.orders VALUES (9000, 7, '2024-04-02Z', 1000); SET ROLE keeper; CALL customer_segments.refresh('seg')});
is($node->safe_psql('in_two', q{SET ROLE keeper; SELECT count(*) FROM customer_segments.reconcile('seg')}), '0', 'and works');

# copies and moves
$node->safe_psql('postgres', 'CREATE DATABASE copied TEMPLATE shop');
is($node->safe_psql('copied', $what), $is, 'a template copy');
mkdir "$tmp/space";
$node->safe_psql('postgres', qq{CREATE TABLESPACE other LOCATION '$tmp/space'});
$node->safe_psql('copied', q{ALTER TABLE data.kept SET TABLESPACE other; ALTER TABLE seg.customer_histories_stored SET TABLESPACE other});
$node->safe_psql('copied', q{VACUUM FULL data.kept; CLUSTER data.kept USING kept_pkey; VACUUM FULL seg.customer_histories_stored; ALTER TABLE data.kept ALTER history SET STORAGE EXTERNAL; UPDATE data.kept SET history = history; REINDEX DATABASE copied});
is($node->safe_psql('copied', $what), $is, 'moved, rewritten, clustered, stored without compression');
my ($code, $out, $err) = $node->psql('copied', 'ALTER EXTENSION customer_segments SET SCHEMA public');
like($err, qr/does not support SET SCHEMA/, 'the extension stays in its schema');

# accidents
$node->safe_psql('shop', q{INSERT INTO data.orders VALUES (5000, 3, '2024-04-01Z', 77)});
$node->stop('immediate');
$node->start;
$node->safe_psql('shop', q{CALL customer_segments.refresh('seg')}, @keeper);
is($node->safe_psql('shop', q{SET ROLE keeper; SELECT count(*) FROM customer_segments.reconcile('seg')}), '0', 'after an immediate stop the next refresh has the order noted before it');
my $killed = IPC::Run::start([ 'psql', '-XAtq', @to, '-d', 'shop', '-c', q{SELECT pg_backend_pid(); SELECT customer_segments.order_count(customer_segments.purchase_history_agg(ordered_at + (g % 500) * interval '1 day', amount)) FROM data.orders, generate_series(1, 100000) g} ], '>', \my $said, '2>', \my $complaint);
$node->poll_query_until('shop', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 100000) g%' AND pid <> pg_backend_pid() AND state = 'active'});
my $pid = $node->safe_psql('shop', q{SELECT pid FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 100000) g%' AND pid <> pg_backend_pid()});
my $log_end = -s $node->logfile;
kill 'KILL', $pid;
eval { $killed->finish };
$node->wait_for_log(qr/database system is ready to accept connections/, $log_end);    # the server may answer for a moment before it knows
is($node->safe_psql('shop', q{SELECT sum(customer_segments.order_count(history)) FROM data.kept}), '800', 'a backend killed in the middle of an aggregate: the values are there');

# sessions: a plan kept for long, a cursor over its end, a set broken off
is($node->safe_psql('shop', q{
	PREPARE q(integer) AS SELECT customer_segments.order_count(history) FROM data.kept WHERE customer_id = $1;
	} . 'EXECUTE q(7);' x 7 . q{
	BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT day FROM data.kept, customer_segments.unnest(history) WHERE customer_id = 7; COMMIT;
	FETCH 1 FROM c; CLOSE c;
	SELECT day FROM data.kept, customer_segments.unnest(history) WHERE customer_id = 7 LIMIT 1}), join("\n", ('20') x 7, '2024-01-01', '2024-01-01'), 'generic plans, cursors over the end of a transaction, sets broken off');

# owners
$node->safe_psql('copied', 'REASSIGN OWNED BY keeper TO heir; GRANT USAGE ON SCHEMA customer_segments TO heir');
is($node->safe_psql('copied', q{SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = 'seg.settings'::regclass}), 'heir', 'a workspace can be handed over');
$node->safe_psql('copied', q{SET ROLE heir; CALL customer_segments.refresh('seg')});
is($node->safe_psql('copied', $what), $is, 'and works for its new owner');
$node->safe_psql('copied', 'DROP OWNED BY heir CASCADE');
is($node->safe_psql('copied', q{SELECT count(*) FROM pg_namespace WHERE nspname IN ('seg', 'data')}), '0', 'and goes with what else that role owns');

# the end
($code, $out, $err) = $node->psql('shop', 'DROP EXTENSION customer_segments', @keeper);
like($err, qr/cannot drop extension customer_segments because other objects depend on it.*column history of table data\.kept/s, 'the extension cannot be dropped while a column has its type');
$node->safe_psql('shop', q{ALTER TABLE data.kept DROP parts; DROP VIEW data.shown; ALTER TABLE data.kept ALTER history TYPE json USING history::json}, @keeper);
$node->safe_psql('shop', 'SET client_min_messages = error; DROP EXTENSION customer_segments CASCADE', @keeper);
is($node->safe_psql('shop', q{SELECT history -> 'days' -> 0 ->> 'revenue' FROM data.kept WHERE customer_id = 7}), '5', 'values turned into JSON stay');
$node->safe_psql('shop', q{INSERT INTO data.orders VALUES (6000, 3, '2024-04-01Z', 1); UPDATE data.orders SET customer_id = 4 WHERE order_id = 6000; DELETE FROM data.orders WHERE order_id = 6000; TRUNCATE data.orders}, @keeper);
is($node->safe_psql('shop', q{SELECT count(*) FROM pg_trigger WHERE tgrelid = 'data.orders'::regclass}), '0', 'the shop goes on, without our triggers');
$node->safe_psql('in_two', 'SET client_min_messages = error; DROP EXTENSION customer_segments CASCADE');
is($node->safe_psql('in_two', q{SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = 'data.kept'::regclass AND attnum > 0 AND NOT attisdropped}), 'customer_id', 'CASCADE takes the columns with it, as the pages say');

# other encodings
for my $encoding (qw(LATIN1 SQL_ASCII))
{
	$node->safe_psql('postgres', "CREATE DATABASE in_\L$encoding\E ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
	is($node->safe_psql("in_\L$encoding", q{CREATE EXTENSION customer_segments; SET client_encoding = 'LATIN1';
		SELECT customer_segments.top_label(customer_segments.affinity_agg(E'caf\351', 1, timestamptz '2024-01-01Z')::text::customer_segments.affinity) = E'caf\351'}), 't', "$encoding: labels go out and in");
}

# names, keys and labels in Japanese: every view has the same rows in a database of EUC_JP as in one of UTF8
my $japanese = q{
	SET client_encoding = 'UTF8';
	SET client_min_messages = error;
	SET search_path = customer_segments, public;
	SET customer_segments.as_of = '2024-07-01';
};
my $set_up = $japanese . q{
	CREATE EXTENSION customer_segments;
	CREATE SCHEMA "店";
	CREATE TABLE "店".orders AS SELECT i AS order_id, (ARRAY['山田　太郎', 'ｶﾅ', '丂さん', '鈴木', '佐藤'])[1 + i % 5] AS customer_id, timestamptz '2024-01-01Z' + i * interval '19 hours' AS ordered_at,
		(5 + i % 7)::numeric AS amount, (ARRAY['店舗', 'アプリ', 'ｳｪﾌﾞ'])[1 + i % 3] AS channel, CASE WHEN i % 4 = 0 THEN '割引' END AS coupon_code FROM generate_series(1, 200) i;
	ALTER TABLE "店".orders ADD PRIMARY KEY (order_id);
	CREATE INDEX ON "店".orders (customer_id);
	CREATE TABLE "店".order_items AS SELECT order_id, order_id % 13 AS product_id, 1 AS quantity, amount AS unit_price, '分類' || (ARRAY['日本酒', 'ﾋﾞｰﾙ', '茶'])[1 + order_id % 3] AS category FROM "店".orders;
	CREATE TABLE "店".events AS SELECT (ARRAY['山田　太郎', 'ｶﾅ', '丂さん', '鈴木'])[1 + i % 4] AS customer_id, (ARRAY['商品閲覧', 'カートに入れる', 'search', '謎'])[1 + i % 7 % 4] AS event_type,
		timestamptz '2024-05-01Z' + i * interval '3 hours' AS occurred_at, (ARRAY['店舗', 'アプリ', 'ｳｪﾌﾞ'])[1 + i % 3] AS channel,
		(ARRAY['Mozilla/5.0 (iPad; CPU OS 16_1 like Mac OS X) Version/16.1 Safari/604.1', '閲覧ソフト/1.0',
			'Mozilla/5.0 (Linux; Android 13; 携帯　ｹｲﾀｲ Build/丂) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0 Mobile Safari/537.36'])[1 + i % 5 % 3] AS user_agent FROM generate_series(1, 400) i;
	CREATE TABLE "店".customers AS SELECT c AS customer_id, timestamptz '2023-12-01Z' AS signed_up_at, c || '@例え.jp' AS email, '株式会社' || c AS company, 'JP' AS country, '東京都' AS region
		FROM unnest(ARRAY['山田　太郎', 'ｶﾅ', '丂さん', '鈴木', '佐藤', '新']) c;
	CREATE TABLE "店".survey_answers AS SELECT (ARRAY['山田　太郎', 'ｶﾅ', '丂さん'])[1 + i % 3] AS customer_id, '満足度' AS question, timestamptz '2024-05-01Z' + i * interval '1 day' AS answered_at,
		'とても' AS answer, (i % 11)::float8 AS score FROM generate_series(1, 30) i;
	SELECT create_workspace('分析', '店', storage => 'incremental');
	INSERT INTO "分析".event_kind VALUES ('商品閲覧', 'product_view'), ('カートに入れる', 'add_to_cart');
	INSERT INTO "分析".channel_kind VALUES ('店舗', 'store'), ('アプリ', 'app'), ('ｳｪﾌﾞ', 'site');
	SELECT track('分析', '店.orders', 'customer_id', 'order_id'), track('分析', '店.order_items', order_column => 'order_id');
	SELECT track('分析', r, 'customer_id') FROM unnest('{店.events,店.customers,店.survey_answers}'::regclass[]) r;
	SELECT define_segment('分析', '上得意　ﾄｸｲ', 'net_revenue > 300 AND customer_id <> ''鈴木''', '多く買う');
	CALL refresh('分析');
	INSERT INTO "店".orders VALUES (201, '丂さん', '2024-06-30Z', 90, '店舗', NULL);
	UPDATE "店".orders SET customer_id = '新' WHERE order_id = 7;
	CALL refresh('分析');
};
# the rows of all views
sub views
{
	my ($database) = @_;
	my @views = split /\n/, $node->safe_psql($database, "$japanese SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
		WHERE nspname = '分析' AND relkind = 'v' AND relname NOT IN ('workspace_status', 'segment_list', 'segment_events')");
	my $view;
	return map { $view = $1 if /^view (.*)/; "$view|$_" } split /\n/, $node->safe_psql($database, $japanese . join '', map { "\\echo view $_\nTABLE $_;\n" } @views);
}
my %rows;
for my $encoding (qw(UTF8 EUC_JP))
{
	my $database = "in_\L$encoding";
	$node->safe_psql('postgres', "CREATE DATABASE $database ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
	$node->safe_psql($database, $set_up);
	is($node->safe_psql($database, "$japanese SELECT count(*) FROM reconcile('分析')"), '0', "$encoding: nothing is wrong in a workspace all in Japanese");
	is($node->safe_psql($database, qq{$japanese SELECT string_agg(customer_id, ' ' ORDER BY net_revenue DESC) FROM "分析".segment_members JOIN "分析".customer_orders USING (customer_id) WHERE segment = '上得意　ﾄｸｲ'}),
		'丂さん 山田　太郎 佐藤 ｶﾅ', "$encoding: a segment has its members");
	$rows{$encoding} = [ views($database) ];
}
cmp_ok(scalar @{ $rows{UTF8} }, '>', 1000, scalar @{ $rows{UTF8} } . ' rows of views');
# what is in some rows and not in the others; the order of labels is that of their bytes, and sums over them have its last digit
sub unlike_rows
{
	my ($one, $other) = @_;
	my %count;
	$count{$_}++ for @$one;
	$count{$_}-- for @$other;
	return join "\n", map { "$_ $count{$_}" } grep { $count{$_} != 0 } sort keys %count;
}
sub in_any_order
{
	return map { join ' ', sort map { /^\d+\.\d{13,}$/ ? sprintf '%.12f', $_ : $_ } split /[| ]/ } @{ $_[0] };
}
is(unlike_rows([ in_any_order($rows{EUC_JP}) ], [ in_any_order($rows{UTF8}) ]), '', 'the same in both');
command_ok([ 'pg_dump', @to, '-Fc', '-f', "$tmp/euc_jp", 'in_euc_jp' ], 'a dump of EUC_JP');
$node->safe_psql('postgres', q{CREATE DATABASE from_euc_jp ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0});
command_ok([ 'pg_restore', @to, '--exit-on-error', '-d', 'from_euc_jp', "$tmp/euc_jp" ], 'restored into UTF8');
is(unlike_rows([ views('from_euc_jp') ], $rows{UTF8}), '', 'the same, labels in the order of their new bytes');
$node->stop;
done_testing();
