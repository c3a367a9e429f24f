# Price sensitivity on 75,000 real sale lines, where the data is present: totals of the data's own page, and plain SQL for
# every household; merged, shuffled and parallel to the same bytes.
use strict;
use warnings;
use SegmentsCluster;
use Test::More;

my $file = ($ENV{CSEG_DATA} // '../shared/data') . '/complete_journey/transactions.csv.gz';
plan skip_all => "complete_journey/transactions.csv.gz is not in \$CSEG_DATA" unless -r $file;

my $node = SegmentsCluster->start('main');

sub answer { return $node->safe_psql('postgres', "SET search_path = customer_segments, public; $_[0]") }

$node->safe_psql('postgres', q{
	CREATE EXTENSION customer_segments;
	CREATE TABLE line (household_id text, store_id text, basket_id text, product_id text, quantity integer, sales_value numeric(10,2),
		retail_disc numeric(10,2), coupon_disc numeric(10,2), coupon_match_disc numeric(10,2), week integer, transaction_timestamp timestamptz)});
$node->safe_psql('postgres', "COPY line FROM PROGRAM 'gzip -dc $file' WITH (FORMAT csv, HEADER)");
$node->safe_psql('postgres', q{
	ALTER TABLE line ADD COLUMN list numeric, ADD COLUMN coupon boolean, ADD COLUMN id int GENERATED ALWAYS AS IDENTITY;
	UPDATE line SET list = sales_value + retail_disc + coupon_match_disc, coupon = coupon_disc > 0;
	CREATE TABLE response AS
		SELECT household_id, customer_segments.price_response_agg(sales_value, list, coupon) AS r,
			customer_segments.price_response_agg(sales_value, list, coupon, 0) AS any_discount
		FROM line GROUP BY household_id;
	ANALYZE line});

is(answer('SELECT count(*), sum(order_count(r)) FROM response'), '2377|75000', 'households and lines');
is(answer('SELECT sum(paid_value(r)) FROM response'), '233935.24', 'sales_value, as the data says');
is(answer('SELECT sum(list_value(r) - paid_value(r)) FROM response'), '40423.01', 'retail_disc and coupon_match_disc, as the data says');
is(answer('SELECT sum(discounted_orders(any_discount)) FROM response'), '38099', 'lines with any discount, as the data says');
is(answer('SELECT paid_value(w), list_value(w), discounted_orders(w) FROM (SELECT rollup(any_discount) AS w FROM response) AS x'),
	'233935.24|274358.25|38099', 'all households joined');
is(answer(q{
	SELECT count(*) FROM response JOIN
		(SELECT household_id, count(*) AS n, count(*) FILTER (WHERE off OR coupon) AS discounted, count(*) FILTER (WHERE off) AS reduced, sum(sales_value) AS paid,
			coalesce(sum(sales_value) FILTER (WHERE off OR coupon), 0) AS discounted_paid, coalesce(sum(list - sales_value) FILTER (WHERE off), 0) AS saved,
			sum(list) FILTER (WHERE off) AS full_price
		 FROM (SELECT *, list > sales_value AND list - sales_value >= 0.01 * list AS off FROM line) AS l GROUP BY household_id) AS p USING (household_id)
	WHERE (order_count(r), discounted_orders(r), reduced_orders(r), paid_value(r), discounted_value(r), discount_value(r)) = (n, discounted, reduced, paid, discounted_paid, saved)
	  AND abs(discounted_share(r) - discounted::float8 / n) < 1e-12
	  AND abs(coalesce(discount_depth(r), 0) - coalesce(saved::float8 / full_price::float8, 0)) < 1e-12
	  AND (price_sensitivity(r)).label = CASE WHEN n < 3 THEN 'value_shopper' WHEN 10 * discounted >= 6 * n THEN 'bargain_hunter' WHEN 10 * discounted <= n THEN 'quality_driven' ELSE 'value_shopper' END}),
	'2377', 'every household, as plain SQL has it');
is(answer(q{
	SELECT count(*) FROM response JOIN (SELECT household_id, price_response_agg(sales_value, list, coupon) AS s FROM (SELECT * FROM line ORDER BY md5(id::text)) AS l GROUP BY household_id) AS l USING (household_id)
	JOIN (SELECT household_id, rollup(r) AS m FROM (SELECT household_id, price_response_agg(sales_value, list, coupon) AS r FROM line GROUP BY household_id, week) AS w GROUP BY household_id) AS w USING (household_id)
	WHERE price_response_send(r) = price_response_send(s) AND price_response_send(r) = price_response_send(m)}),
	'2377', 'shuffled, and merged from weeks: the same bytes');
my $parallel = 'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET parallel_leader_participation = off;';
like(answer("$parallel EXPLAIN SELECT price_response_agg(sales_value, list, coupon) FROM line"), qr/Partial Aggregate/, 'workers take part');
is(answer("$parallel SELECT price_response_agg(sales_value, list, coupon) = (SELECT rollup(r) FROM response) FROM line"), 't', 'in workers: the same bytes');

my ($alpha, $beta, $customers, $identified) = split /\|/, answer('SELECT alpha, beta, customers, identified FROM (SELECT (beta_prior_fit(r)).* FROM response) AS f');
is($customers, 2377, 'all households in the prior');
is($identified, 't', 'households differ by more than chance');
my $share = 38099 / 75000;
cmp_ok(abs($alpha / ($alpha + $beta) - $share), '<', 0.02, 'its mean is near the share of all lines');
note("prior: alpha $alpha, beta $beta");
note(answer(q{SELECT string_agg(label || ' ' || n, ', ' ORDER BY label) FROM (SELECT (price_sensitivity(r, f)).label, count(*) AS n FROM response, (SELECT beta_prior_fit(r) AS f FROM response) AS p GROUP BY 1) AS c}));

$node->stop;
done_testing();
