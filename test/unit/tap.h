/*
 * tap.h
 *		Test Anything Protocol for the unit tests of the core, which run
 *		without a server ("make unit").
 *
 * A test is one C file with a main() that calls ok() and its friends and ends
 * with "return tap_done();".  Messages are printf formats.  The plan is
 * printed at the end, so a test that dies half way fails.
 */
#ifndef CSEG_TAP_H
#define CSEG_TAP_H

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int	tap_count = 0;
static int	tap_failures = 0;

/* A remark in the output; not a test. */
__attribute__((format(printf, 1, 2), unused))
static void
diag(const char *format,...)
{
	va_list		args;

	fputs("# ", stdout);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

/* One test: passes when the condition holds.  Returns the condition. */
__attribute__((format(printf, 2, 3), unused))
static bool
ok(bool passed, const char *format,...)
{
	va_list		args;

	tap_count++;
	if (!passed)
		tap_failures++;
	printf("%sok %d - ", passed ? "" : "not ", tap_count);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	return passed;
}

/* Equal integers; shows both when they differ. */
__attribute__((unused))
static bool
is_int(long long got, long long expected, const char *name)
{
	if (!ok(got == expected, "%s", name))
		diag("got %lld, expected %lld", got, expected);
	return got == expected;
}

/* Equal strings; shows both when they differ. */
__attribute__((unused))
static bool
is_str(const char *got, const char *expected, const char *name)
{
	bool		same = strcmp(got, expected) == 0;

	if (!ok(same, "%s", name))
		diag("got \"%s\", expected \"%s\"", got, expected);
	return same;
}

/*
 * How far "got" is from "expected": relative, or absolute where the expected
 * value lies within (-1, 1) and "absolute_below_one" is set.  NaN gives
 * infinity, so that no comparison with a bound lets it through.
 */
__attribute__((unused))
static double
tap_error(double got, double expected, bool absolute_below_one)
{
	double		difference = fabs(got - expected);
	double		scale = fabs(expected);

	if (isnan(got) || isnan(expected))
		return HUGE_VAL;
	if (got == expected)
		return 0.0;
	if (absolute_below_one && scale < 1.0)
		return difference;
	return difference / scale;
}

/* Relative closeness. */
__attribute__((unused))
static bool
is_close(double got, double expected, double tolerance, const char *name)
{
	bool		close = tap_error(got, expected, false) <= tolerance;

	if (!ok(close, "%s", name))
		diag("got %.17g, expected %.17g, tolerance %g", got, expected, tolerance);
	return close;
}

/*
 * Where a test finds its data: "make unit" sets CSEG_TEST to the test
 * directory; a run by hand starts at the root of the checkout.
 */
__attribute__((unused))
static const char *
tap_test_dir(void)
{
	const char *dir = getenv("CSEG_TEST");

	return dir != NULL ? dir : "test";
}

/* Prints the plan; the value for main() to return. */
__attribute__((unused))
static int
tap_done(void)
{
	printf("1..%d\n", tap_count);
	if (tap_failures > 0)
		diag("%d of %d tests failed", tap_failures, tap_count);
	return tap_failures > 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif							/* CSEG_TAP_H */
