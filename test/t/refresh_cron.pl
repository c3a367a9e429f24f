# refresh by pg_cron, where its package is installed: one line schedules it, and a minute later it has run.
use strict;
use warnings;
use SegmentsCluster;
use Test::More;

my $sharedir = `pg_config --sharedir`;
chomp $sharedir;
plan skip_all => 'pg_cron is not installed' unless -e "$sharedir/extension/pg_cron.control";

my $node = SegmentsCluster->start('main', q{shared_preload_libraries = 'pg_cron'}, q{cron.database_name = 'postgres'}, q{cron.use_background_workers = on});
$node->safe_psql('postgres', q{
	CREATE EXTENSION pg_cron;
	CREATE EXTENSION customer_segments;
	CREATE SCHEMA shop;
	CREATE TABLE shop.orders AS SELECT n AS customer_id, now() - n * interval '1 hour' AS ordered_at, 10.00 AS amount FROM generate_series(1, 50) AS n;
	SELECT customer_segments.create_workspace('segments', 'shop');
	SELECT customer_segments.define_segment('segments', 'all', 'true');
	SELECT cron.schedule('segments', '* * * * *', $$CALL customer_segments.refresh('segments')$$);});
ok($node->poll_query_until('postgres', q{SELECT count(*) > 0 FROM cron.job_run_details WHERE status IN ('succeeded', 'failed')}), 'the job ran');
is($node->safe_psql('postgres', q{SELECT status FROM cron.job_run_details ORDER BY runid LIMIT 1}), 'succeeded', 'it succeeded')
  or diag($node->safe_psql('postgres', 'SELECT return_message FROM cron.job_run_details'));
is($node->safe_psql('postgres', q{SELECT count(*) FROM segments.segment_members WHERE segment = 'all'}), '50', 'members are there');
is($node->safe_psql('postgres', q{SELECT count(*) > 0, count(*) FILTER (WHERE finished_at IS NULL OR error IS NOT NULL) FROM segments.refresh_log}), 't|0', 'the log says so');

$node->stop;
done_testing();
