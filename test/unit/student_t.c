/*
 * student_t.c
 *		Critical values of Student's t against values of 17 digits (mpmath) and
 *		the closed forms for one and two degrees of freedom.
 */
#include "core/student_t.h"
#include "tap.h"

int
main(void)
{
	/* quantile, degrees of freedom, t */
	static const double table[][3] = {
		{0.75, 1.5, 0.87259466254157064}, {0.75, 3.7, 0.74648515348245421},
		{0.75, 10, 0.69981206131243163}, {0.75, 30, 0.68275569332129255},
		{0.75, 123.4, 0.67648309489045988}, {0.75, 10000, 0.67451428448359243},
		{0.95, 1, 6.3137515146750374}, {0.95, 1.5, 3.7051808200967493},
		{0.95, 3.7, 2.1824938039146012}, {0.95, 10, 1.8124611228116759},
		{0.95, 30, 1.6972608865939574}, {0.95, 123.4, 1.6572956275324369},
		{0.95, 10000, 1.6450060180692425}, {0.975, 1, 12.706204736174693},
		{0.975, 1.5, 6.0166631044279283}, {0.975, 2, 4.3026527297494618},
		{0.975, 3.7, 2.8675207071911885}, {0.975, 10, 2.2281388519862742},
		{0.975, 30, 2.0422724563012379}, {0.975, 123.4, 1.9793749463174198},
		{0.975, 10000, 1.9602012398906259}, {0.9995, 1, 636.61924876878973},
		{0.9995, 3.7, 9.474240137124664}, {0.9995, 30, 3.6459586350420628},
		{0.9995, 123.4, 3.3711186258385323}, {0.9995, 10000, 3.2914999659416357}
	};
	double		worst = 0.0;
	double		t = 0.0;
	double		below = 0.0;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
	{
		/* 2 p - 1 is exact */
		if (segm_t_critical(2.0 * table[i][0] - 1.0, table[i][1], &t) != SEGM_OK)
			t = NAN;
		worst = fmax(worst, tap_error(t, table[i][2], false));
	}
	ok(worst < 1e-11, "values of 17 digits: largest relative error %.1e", worst);
	worst = 0.0;
	for (int i = 1; i < 1000; i++)
	{
		double		p = i / 1000.0;

		if (segm_t_critical(p, 1.0, &t) != SEGM_OK)
			t = NAN;
		worst = fmax(worst, tap_error(t, tan(p * acos(-1.0) / 2), false));
		if (segm_t_critical(p, 2.0, &t) != SEGM_OK)
			t = NAN;
		worst = fmax(worst, tap_error(t, p * sqrt(2.0 / ((1.0 - p) * (1.0 + p))), false));
	}
	ok(worst < 1e-11, "closed forms: largest relative error %.1e", worst);
	ok(segm_t_critical(0.95, INFINITY, &t) == SEGM_OK, "infinitely many degrees");
	is_close(t, 1.959963984540054, 1e-14, "the normal distribution");
	ok(segm_t_critical(0.95, 1e5, &t) == SEGM_OK && segm_t_critical(0.95, 99999.0, &below) == SEGM_OK &&
	   below > t && below - t < 1e-9, "no step where the expansion begins");
	is_close(t, 1.9599877075346093, 1e-13, "a hundred thousand degrees");
	ok(segm_t_critical(0.95, 0.0, &t) == SEGM_DOMAIN && segm_t_critical(1.0, 5.0, &t) == SEGM_DOMAIN &&
	   segm_t_critical(0.0, 5.0, &t) == SEGM_DOMAIN && segm_t_critical(NAN, 5.0, &t) == SEGM_DOMAIN,
	   "out of range");

	/* t, degrees of freedom, upper tail (mpmath, 40 digits: the incomplete beta function, the integral of the density from 999999 on) */
	static const double tails[][3] = {
		{0, 1, 0.5}, {0.5, 1, 0.35241638234956673}, {20, 1, 0.015902251256176375},
		{0.5, 2.5, 0.32884895993485734}, {2, 2.5, 0.078695747878982993}, {7, 2.5, 0.005286184763795705},
		{0.5, 30, 0.31036150244256364}, {2, 30, 0.027312522481491552}, {20, 30, 3.3745418328856432e-19},
		{2, 1234.5, 0.02285951161552739}, {7, 1234.5, 2.0953825045555645e-12}, {20, 1234.5, 1.3203672924191945e-77},
		{0.5, 99999, 0.30853808883271008}, {7, 99999, 1.2878279142861629e-12}, {20, 99999, 4.111763396994169e-89},
		{2, 999999, 0.022750266925794582}, {20, 999999, 2.8665436388939209e-89}, {0.5, 1000000, 0.30853759373618569},
		{2, 1000000, 0.022750266925659604}, {7, 1000000, 1.2806120556870394e-12}, {20, 1000000, 2.8665435237208111e-89},
		{0.5, 20000000.5, 0.30853754147649717}, {7, 20000000.5, 1.2798525088459488e-12}, {20, 20000000.5, 2.7591643614920628e-89},
		{1.959963984540054, INFINITY, 0.025}
	};

	worst = 0.0;
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++)
		worst = fmax(worst, tap_error(segm_t_tail(tails[i][0], tails[i][1]), tails[i][2], false));
	ok(worst < 1e-10, "tails of 17 digits: largest relative error %.1e", worst);
	ok(segm_t_tail(1e300, 1e300) == 0.0 && segm_t_tail(1e170, 1e200) == 0.0 && segm_t_tail(1e308, 1e7) == 0.0, "far out nothing is left, however many degrees");
	return tap_done();
}
