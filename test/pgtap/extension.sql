BEGIN;
SET search_path = customer_segments, public;
SELECT plan(2);

SELECT is((SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'customer_segments'), 'customer_segments',
          'the extension lives in its schema');
SELECT matches((SELECT extversion FROM pg_extension WHERE extname = 'customer_segments'), '^\d+\.\d+\.\d+$',
               'the version is a semantic one');

SELECT * FROM finish();
ROLLBACK;
