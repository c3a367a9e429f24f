# Price sensitivity on 75,000 real sale lines, where the data is present: totals of the data's own page, and plain SQL for
# every household; merged, shuffled and parallel to the same bytes.  Coupons, a workspace, and what categories they buy.
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

# coupons, by line and by basket
is(answer('SELECT sum(promoted_orders(r)) = (SELECT count(*) FROM line WHERE coupon_disc > 0) FROM response'), 't', 'lines with a coupon');

# the same lines through a workspace: baskets are orders
(my $products = $file) =~ s/transactions/products/;
$node->safe_psql('postgres', q{CREATE TABLE product (product_id text, manufacturer_id text, department text, brand text, category text, product_type text, package_size text)});
$node->safe_psql('postgres', "COPY product FROM PROGRAM 'gzip -dc $products' WITH (FORMAT csv, HEADER)");
$node->safe_psql('postgres', q{
	CREATE SCHEMA shop;
	CREATE VIEW shop.orders AS SELECT basket_id AS order_id, household_id AS customer_id, min(transaction_timestamp) AS ordered_at, sum(sales_value) AS amount,
		max(CASE WHEN coupon THEN 'coupon' END) AS coupon_code FROM line GROUP BY 1, 2;
	CREATE VIEW shop.order_items AS SELECT basket_id AS order_id, product_id, 1 AS quantity, sales_value AS unit_price, list AS list_price FROM line;
	CREATE VIEW shop.products AS SELECT product_id, category FROM product;
	SET client_min_messages = warning;
	SELECT customer_segments.create_workspace('segments', 'shop');
	SET jit = off;
	CREATE TABLE item AS SELECT * FROM segments.items;
	CREATE TABLE said AS SELECT * FROM segments.price_sensitivity;
	CREATE TABLE sold AS SELECT l.*, p.category, bool_or(l.coupon) OVER (PARTITION BY l.basket_id) AS basket_coupon
		FROM line AS l JOIN (SELECT basket_id FROM line GROUP BY basket_id HAVING sum(sales_value) > 0) AS b USING (basket_id) LEFT JOIN product AS p USING (product_id);
	ANALYZE});
is(answer('SELECT count(*), sum(paid), sum(list), count(*) FILTER (WHERE is_promoted), count(category) FROM item'),
	answer('SELECT count(*), sum(sales_value), sum(list) FILTER (WHERE list > 0), count(*) FILTER (WHERE basket_coupon), count(category) FROM sold'), 'lines of baskets, their money, coupons and categories');
my $households = answer('SELECT count(DISTINCT household_id) FROM sold');
cmp_ok($households, '>', 2000, 'households with a basket that was paid for');
is(answer(q{
	SELECT count(*) FILTER (WHERE (s.n, s.discounted_lines) = (p.n, p.discounted) AND s.reliable = (p.n >= 3)
		AND (NOT s.reliable OR s.price_sensitivity = CASE WHEN 10 * discounted >= 6 * p.n THEN 'bargain_hunter' WHEN 10 * discounted <= p.n THEN 'quality_driven' ELSE 'value_shopper' END))
	FROM said AS s JOIN (SELECT household_id, count(*) AS n, count(*) FILTER (WHERE basket_coupon OR list > sales_value AND list - sales_value >= 0.01 * list) AS discounted
		FROM sold GROUP BY 1) AS p ON p.household_id = s.customer_id}), $households, 'classes of all households, as plain SQL has them');
is(answer(q{
	SELECT count(*) FROM said AS s JOIN (SELECT household_id, avg(mid) AS mid FROM
		(SELECT household_id, (rank() OVER w - 1 + 0.5 * count(*) OVER (PARTITION BY category, price)) / count(*) OVER (PARTITION BY category)::numeric AS mid
		 FROM (SELECT *, CASE WHEN list > 0 THEN list ELSE sales_value END AS price FROM sold WHERE category IS NOT NULL) AS x WINDOW w AS (PARTITION BY category ORDER BY price)) AS m GROUP BY 1) AS p
	ON p.household_id = s.customer_id WHERE abs(s.price_percentile - p.mid) > 1e-9}), '0', 'price percentiles');

# what categories a household leans to
is(answer(q{
	SELECT count(*) FILTER (WHERE top_label(a) = top AND total_weight(a) = paid AND row_count(a) = n AND abs(top_share(a) - share) < 1e-9)
	FROM (SELECT customer_id, affinity_agg(category, paid, at) AS a FROM item WHERE category IS NOT NULL GROUP BY 1) AS i
	JOIN (SELECT household_id, sum(paid) AS paid, sum(n) AS n, max(share) AS share, (array_agg(category ORDER BY paid DESC, last DESC, category COLLATE "C"))[1] AS top
		FROM (SELECT household_id, category, sum(sales_value) AS paid, count(*) AS n, max(o.ordered_at) AS last, sum(sales_value) / nullif(sum(sum(sales_value)) OVER (PARTITION BY household_id), 0) AS share
			FROM sold JOIN shop.orders AS o ON o.order_id = basket_id WHERE category IS NOT NULL GROUP BY 1, 2) AS c GROUP BY 1) AS p ON p.household_id = i.customer_id}),
	answer('SELECT count(DISTINCT household_id) FROM sold WHERE category IS NOT NULL'), 'the category of each household, as plain SQL has it');

$node->stop;
done_testing();
