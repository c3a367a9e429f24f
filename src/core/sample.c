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

#define DAYS_A_WEEK 7.0
#define KEY_BITS 64

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

/* False if the sum is no count any more. */
static bool
add_count(double *count, double more)
{
	if (*count > COUNT_MAX - more)
		return false;
	*count += more;
	return true;
}

SegmStatus
segm_rows_fold(double *rows, size_t *n, int width)
{
	size_t		w = (size_t) width,
				kept = 0;

	for (size_t i = 0; i < *n; i++)
	{
		double	   *row = rows + i * w;
		double	   *last = kept > 0 ? rows + (kept - 1) * w : NULL;

		if (last != NULL && segm_row_compare(last, row, width) == 0)
		{
			if (!add_count(&last[w - 1], row[w - 1]))
				return SEGM_OVERFLOW;
			continue;
		}
		if (kept < i)
			memcpy(rows + kept * w, row, w * sizeof(double));
		kept++;
	}
	*n = kept;
	return SEGM_OK;
}

/* Are all times of the rows whole numbers of steps? */
static bool
on_grid(const SegmRows *rows, double steps)
{
	if (!(steps >= 1.0))
		return false;
	for (size_t i = 0; i < rows->n; i++)
	{
		const double *row = rows->rows + i * (size_t) rows->width;

		/* T is the largest; made again from its step it must be the same number */
		if (!(row[SEGM_ROW_T] * steps <= SEGM_GRID_MAX - 1.0) || row[SEGM_ROW_T_X] > row[SEGM_ROW_T]
			|| (double) segm_grid_step(row[SEGM_ROW_T], steps) / steps != row[SEGM_ROW_T]
			|| (double) segm_grid_step(row[SEGM_ROW_T_X], steps) / steps != row[SEGM_ROW_T_X])
			return false;
	}
	return true;
}

double
segm_rows_grid(const SegmRows *rows, double unit_days)
{
	double		candidates[] = {1.0, unit_days, DAYS_A_WEEK};

	for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++)
		if (on_grid(rows, candidates[i]))
			return candidates[i];
	return 0.0;
}

size_t
segm_rows_split(double *rows, size_t n, int width)
{
	size_t		w = (size_t) width,
				orders = 0;

	for (size_t i = 0; i < n; i++)
	{
		double	   *row = rows + i * w;

		if (row[SEGM_ROW_KIND] != SEGM_ROW_ORDERS)
			continue;
		for (size_t k = 0; orders < i && k < w; k++)
		{
			double		moved = row[k];

			row[k] = rows[orders * w + k];
			rows[orders * w + k] = moved;
		}
		orders++;
	}
	return orders;
}

static unsigned
bits_of(uint64_t largest)
{
	unsigned	bits = 0;

	for (; largest > 0; largest >>= 1)
		bits++;
	return bits;
}

/* A key: x, t_x, T and the row's number, highest first. */
bool
segm_rows_keys(const SegmRows *rows, double steps, uint64_t *keys, unsigned *time_bits_used)
{
	size_t		w = (size_t) rows->width;
	double		x = 0.0,
				t = 0.0;
	unsigned	time_bits,
				row_bits = bits_of(rows->n);

	for (size_t i = 0; i < rows->n; i++)
	{
		x = fmax(x, rows->rows[i * w + SEGM_ROW_X]);
		t = fmax(t, rows->rows[i * w + SEGM_ROW_T]);
	}
	time_bits = bits_of(segm_grid_step(t, steps));
	if (x > COUNT_MAX || bits_of((uint64_t) x) + 2 * time_bits + row_bits > KEY_BITS)
		return false;
	*time_bits_used = time_bits;
	for (size_t i = 0; i < rows->n; i++)
	{
		const double *row = rows->rows + i * w;

		keys[i] = ((((uint64_t) row[SEGM_ROW_X] << time_bits
					 | segm_grid_step(row[SEGM_ROW_T_X], steps)) << time_bits
					| segm_grid_step(row[SEGM_ROW_T], steps)) << row_bits) | i;
	}
	return true;
}

SegmStatus
segm_rows_of_keys(double *rows, size_t *n, double steps, const uint64_t *keys, unsigned time_bits,
				  double *counts)
{
	size_t		w = SEGM_ROW_WIDTH(0),
				kept = 0;
	unsigned	row_bits = bits_of(*n);
	uint64_t	time_mask = ((uint64_t) 1 << time_bits) - 1,
				row_mask = ((uint64_t) 1 << row_bits) - 1;

	for (size_t i = 0; i < *n; i++)
		counts[i] = rows[i * w + w - 1];
	for (size_t i = 0; i < *n; i++)
	{
		uint64_t	key = keys[i] >> row_bits;
		double		count = counts[keys[i] & row_mask],
				   *row = rows + kept * w;

		if (i > 0 && key == keys[i - 1] >> row_bits)
		{
			if (!add_count(&rows[kept * w - 1], count))
				return SEGM_OVERFLOW;
			continue;
		}
		row[SEGM_ROW_KIND] = SEGM_ROW_ORDERS;
		row[SEGM_ROW_T] = (double) (key & time_mask) / steps;
		row[SEGM_ROW_T_X] = (double) (key >> time_bits & time_mask) / steps;
		row[SEGM_ROW_X] = (double) (key >> 2 * time_bits);
		row[w - 1] = count;
		kept++;
	}
	*n = kept;
	return SEGM_OK;
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
