/*
 * tap.c
 *		The unit tests' own arithmetic, and the rules every core status obeys.
 */
#include "core.h"
#include "tap.h"

int
main(void)
{
	is_int(SEGM_OK, 0, "success is zero");
	ok(isinf(tap_error(NAN, 1.0, false)), "NaN is infinitely wrong");
	ok(isinf(tap_error(HUGE_VAL, 1.0, false)), "infinity is infinitely wrong");
	ok(tap_error(1.5, 1.0, false) == 0.5, "relative error");
	ok(tap_error(0.25, 0.125, true) == 0.125, "absolute error below one");
	ok(tap_error(0.0, 0.0, false) == 0.0, "equal zeros agree");
	is_int(2, 2, "integers");
	is_str("a", "a", "strings");
	is_close(1.0, 1.0 + 1e-12, 1e-11, "close");
	return tap_done();
}
