/*
 * psi.c
 *		Terms of the population stability index.
 */
#include "core/psi.h"
#include "tap.h"

int
main(void)
{
	/* 0.2 ln 2, by hand */
	is_close(segm_psi_term(20, 40, 100, 100), 0.2 * 0.69314718055994531, 1e-15, "twice the share");
	is_close(segm_psi_term(20, 80, 100, 200), 0.2 * 0.69314718055994531, 1e-15, "shares count, not sizes");
	ok(segm_psi_term(20, 40, 100, 100) == segm_psi_term(40, 20, 100, 100), "the same both ways");
	ok(segm_psi_term(7, 21, 100, 300) == 0.0, "the same share");
	ok(segm_psi_term(0, 0, 100, 300) == 0.0, "a class without members");
	is_close(segm_psi_term(0, 10, 100, 100), (0.1 - 0.005) * log(20.0), 1e-14, "empty before: half a member");
	is_close(segm_psi_term(10, 0, 100, 100), (0.1 - 0.005) * log(20.0), 1e-14, "empty after");
	return tap_done();
}
