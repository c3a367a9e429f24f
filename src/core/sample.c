/*
 * sample.c
 *		Distinct histories with counts: see sample.h.
 */
#include <math.h>
#include <string.h>

#include "gamma_gamma.h"
#include "sample.h"

/* Counts are doubles: exact up to here. */
#define COUNT_MAX 9007199254740992.0

int
segm_row_compare(const double *a, const double *b, int width)
{
	for (int i = 0; i < width - 1; i++)
	{
		if (a[i] < b[i])
			return -1;
		if (a[i] > b[i])
			return 1;
	}
	return 0;
}

size_t
segm_rows_fold(double *rows, size_t n, int width)
{
	size_t		w = (size_t) width,
				kept = 0;

	for (size_t i = 0; i < n; i++)
	{
		double	   *row = rows + i * w;
		double	   *last = kept > 0 ? rows + (kept - 1) * w : NULL;

		if (last != NULL && segm_row_compare(last, row, width) == 0)
			last[w - 1] += row[w - 1];
		else
		{
			if (kept < i)
				memcpy(rows + kept * w, row, w * sizeof(double));
			kept++;
		}
	}
	return kept;
}

SegmStatus
segm_row_check(const double *row, int width)
{
	double		count = row[width - 1];

	for (int i = 0; i < width; i++)
		if (!isfinite(row[i]))
			return SEGM_NOT_FINITE;
	if (count < 1.0 || count > COUNT_MAX || count != floor(count))
		return SEGM_DOMAIN;
	if (row[SEGM_ROW_KIND] == SEGM_ROW_ORDERS)
	{
		SegmCustomer customer = {row[SEGM_ROW_X], row[SEGM_ROW_T_X], row[SEGM_ROW_T]};

		return segm_customer_check(&customer);
	}
	if (row[SEGM_ROW_KIND] == SEGM_ROW_SPEND && row[SEGM_ROW_X] > 0.0)
		return segm_gamma_gamma_check(row[SEGM_ROW_X], row[SEGM_ROW_VALUE]);
	return SEGM_DOMAIN;
}

SegmRows
segm_rows_of_kind(const double *rows, size_t n, int width, double kind)
{
	SegmRows	found = {rows, n, width};
	size_t		w = (size_t) width,
				split = 0;

	/* orders come first: the kind is the first column of the sort */
	while (split < n && rows[split * w + SEGM_ROW_KIND] == SEGM_ROW_ORDERS)
		split++;
	if (kind == SEGM_ROW_ORDERS)
		found.n = split;
	else
	{
		found.rows = rows + split * w;
		found.n = n - split;
	}
	return found;
}

void
segm_sample_totals(const SegmRows *rows, SegmSampleTotals *totals)
{
	memset(totals, 0, sizeof(*totals));
	for (size_t i = 0; i < rows->n; i++)
	{
		const double *row = rows->rows + i * (size_t) rows->width;
		double		count = row[rows->width - 1];

		totals->customers += count;
		totals->purchases += count * row[SEGM_ROW_X];
		totals->time += count * row[SEGM_ROW_T];
		if (row[SEGM_ROW_X] > 0.0)
			totals->repeat_customers += count;
		if (row[SEGM_ROW_KIND] == SEGM_ROW_SPEND)
			totals->value += count * row[SEGM_ROW_VALUE];
	}
}
