/*
 * layers.c
 *		Jaccard's index and lift by hand, and what they are undefined for.
 */
#include "core/layers.h"
#include "tap.h"

int
main(void)
{
	bool		defined;
	double		value;

	ok(segm_jaccard(30, 50, 80, &defined, &value) == SEGM_OK && defined && value == 0.3, "30 of 100");
	ok(segm_jaccard(50, 50, 50, &defined, &value) == SEGM_OK && value == 1.0, "the same");
	ok(segm_jaccard(0, 50, 50, &defined, &value) == SEGM_OK && value == 0.0, "nobody in both");
	ok(segm_jaccard(0, 0, 0, &defined, &value) == SEGM_OK && !defined, "nobody at all");
	ok(segm_jaccard(5, 4, 9, &defined, &value) == SEGM_DOMAIN && segm_jaccard(-1, 4, 9, &defined, &value) == SEGM_DOMAIN, "more than in one");
	ok(segm_jaccard(1, INT64_MAX, INT64_MAX, &defined, &value) == SEGM_OK && value > 0, "large counts do not overflow");

	ok(segm_overlap_lift(30, 50, 80, 200, &defined, &value) == SEGM_OK && defined && value == 1.5, "0.6 against 0.4");
	ok(segm_overlap_lift(20, 50, 80, 200, &defined, &value) == SEGM_OK && value == 1.0, "independent");
	ok(segm_overlap_lift(0, 0, 80, 200, &defined, &value) == SEGM_OK && !defined, "an empty segment");
	ok(segm_overlap_lift(0, 120, 81, 200, &defined, &value) == SEGM_DOMAIN, "more than all customers");
	ok(segm_overlap_lift(0, INT64_MAX, INT64_MAX, INT64_MAX, &defined, &value) == SEGM_DOMAIN, "large counts do not overflow");
	return tap_done();
}
