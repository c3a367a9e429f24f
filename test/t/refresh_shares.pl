# A long queue is worked off share by share, and a scan of it may begin anywhere (synchronize_seqscans): whoever reads the queue
# while a batch is under way does not make the batch take one share of the customers and think that it took another.
use strict;
use warnings;
use SegmentsCluster;
use SegmentsSession;
use Test::More;

# a queue of some 66 pages is a large table here
my $node = SegmentsCluster->start('main', "shared_buffers = '1MB'", 'synchronize_seqscans = on');
$node->safe_psql('postgres', q{
	CREATE EXTENSION customer_segments;
	CREATE SCHEMA data;
	CREATE TABLE data.sale (id integer PRIMARY KEY, buyer integer, placed timestamptz, total numeric);
	CREATE TABLE data.refund (sale integer, booked timestamptz, total numeric);
	CREATE INDEX ON data.sale (buyer);
	CREATE INDEX ON data.refund (sale);
	INSERT INTO data.sale SELECT i, i % 100, timestamptz '2024-01-01Z' + i * interval '1 hour', 5 FROM generate_series(1, 500) i;
	-- where a look for an order waits
	CREATE FUNCTION data.gate(id integer) RETURNS boolean LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM pg_advisory_xact_lock_shared(1);
		RETURN true;
	END $$;
	CREATE SCHEMA shop;
	CREATE VIEW shop.orders AS SELECT id AS order_id, buyer AS customer_id, placed AS ordered_at, total AS amount FROM data.sale WHERE data.gate(id);
	CREATE VIEW shop.refunds AS SELECT sale AS order_id, booked AS refunded_at, total AS amount FROM data.refund;
	SELECT customer_segments.create_workspace('seg', 'shop', storage => 'incremental');
	UPDATE seg.settings SET refresh_batch = 7000, refresh_rebuild_share = 1000, tracked_segmentations = '{}';
	SELECT customer_segments.track('seg', 'data.sale', 'buyer', 'id');
	SELECT customer_segments.track('seg', 'data.refund', order_column => 'sale');
	CALL customer_segments.refresh('seg');
	-- customers that are nobody, of one half in the first pages and of the other in the last; then a new order and a refund of an old one each
	INSERT INTO seg.refresh_queue (source, kind, customer_id, queued_at)
	SELECT 0, 'c', s.i, now()
	  FROM (SELECT h.i, h.share, row_number() OVER (PARTITION BY h.share ORDER BY h.i) AS n
	          FROM (SELECT i, (hash_record_extended(ROW(i), 0) & 9223372036854775807) % 2 AS share FROM generate_series(1000000, 1013000) i) h) s
	 WHERE s.n <= 6000 ORDER BY s.share;
	INSERT INTO data.sale SELECT 1000 + i, i, '2024-06-01Z', 7 FROM generate_series(1, 60) i;
	INSERT INTO data.refund SELECT 100 + i, '2024-06-02Z', 1 FROM generate_series(1, 60) i;
});
is($node->safe_psql('postgres', q{SELECT merges FROM seg.tracked_table WHERE order_column = 'id'}), 't', 'new orders are added to histories');

my ($refresher, $reader) = map { SegmentsSession->new($node) } 1 .. 2;
$reader->ask('SELECT pg_advisory_lock(1)');
$refresher->say(q{SELECT done FROM customer_segments.refresh_step_12_queue('seg')});
ok($refresher->waits($node), 'a batch is under way');
# a reader half way through the queue: there the next scan begins
$reader->ask('BEGIN; DECLARE c CURSOR FOR SELECT * FROM seg.refresh_queue; MOVE 10000 IN c');
$reader->ask('SELECT pg_advisory_unlock(1)');
is($refresher->answer, 'f', 'the batch is one of several');
$reader->ask('COMMIT');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM seg.refresh_queue'), '>', 5000, 'some are left');
$node->safe_psql('postgres', q{CALL customer_segments.refresh('seg')});
is($node->safe_psql('postgres', 'SELECT count(*) FROM seg.refresh_queue'), '0', 'and then none');
is($node->safe_psql('postgres', q{SELECT * FROM customer_segments.reconcile('seg')}), '', 'no order was added twice');
is($node->safe_psql('postgres', 'SELECT customer_id, orders_placed FROM seg.customer_orders WHERE orders_placed <> CASE WHEN customer_id BETWEEN 1 AND 60 THEN 6 ELSE 5 END'), '', 'of nobody');

$_->close for $refresher, $reader;
$node->stop;
done_testing();
