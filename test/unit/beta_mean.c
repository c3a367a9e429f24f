/*
 * beta_mean.c
 *		Means over beta distributions against closed forms, and how many points
 *		they take: with large shapes rounding once kept the levels from
 *		agreeing, and one mean took seconds.
 */
#include "core/beta_mean.h"
#include "tap.h"

#define MOST_POINTS 20000

typedef struct Question
{
	double		slope;			/* the function is 1 + slope p */
	int		   *points;
} Question;

static double
line_log(double log_p, double log_q, const void *context)
{
	const Question *question = context;

	(void) log_q;
	++*question->points;
	return log1p(question->slope * exp(log_p));
}

/* E[1 + slope p] = 1 + slope a / (a + b) */
static double
worst_error(const double a[], const double b[], int count, int *most_points)
{
	static const double slopes[] = {1e-3, 1.0, 1e6};
	double		worst = 0.0;

	*most_points = 0;
	for (int i = 0; i < count; i++)
		for (int j = 0; j < count; j++)
			for (int k = 0; k < 3; k++)
			{
				int			points = 0;
				Question	question = {slopes[k], &points};
				double		got = segm_beta_mean(a[i], b[j], line_log, &question, slopes[k]);

				worst = fmax(worst, tap_error(got, 1.0 + slopes[k] * (a[i] / (a[i] + b[j])), false));
				if (points > *most_points)
					*most_points = points;
			}
	return worst;
}

int
main(void)
{
	static const double small[] = {0.01, 1.0, 7.25, 40.0, 1000.0, 328386.0};
	static const double large[] = {328386038.56935292, 972855109.58425343, 168700486939851.97, 1e15};
	double		worst;
	int			points;

	worst = worst_error(small, small, 6, &points);
	ok(worst < 1e-12, "shapes of models: largest relative error %.1e", worst);
	ok(points < MOST_POINTS, "shapes of models: %d points at most", points);
	worst = worst_error(large, small, 4, &points);
	ok(worst < 1e-12, "a large shape and a small one: largest relative error %.1e", worst);
	ok(points < MOST_POINTS, "a large shape and a small one: %d points at most", points);
	worst = worst_error(large, large, 4, &points);
	ok(worst < 1e-8, "two large shapes: largest relative error %.1e", worst);
	ok(points < MOST_POINTS, "two large shapes: %d points at most", points);
	return tap_done();
}
