/*
 * rfm.c
 *		Scores by rank, quantile or ntile: see rfm.h for the formulas.
 */
#include "rfm.h"

#include <string.h>

#define FEW_CUTS	12			/* up to here comparing with all is faster */

static const char *const method_names[] = {
	[SEGM_RFM_RANK] = "rank",
	[SEGM_RFM_MIDRANK] = "midrank",
	[SEGM_RFM_NTILE] = "ntile",
	[SEGM_RFM_QUANTILE] = "quantile",
	[SEGM_RFM_FIXED] = "fixed",
	[SEGM_RFM_NESTED] = "nested"
};

SegmStatus
segm_rfm_method(const char *name, SegmRfmMethod *out)
{
	for (size_t i = 0; i < sizeof(method_names) / sizeof(method_names[0]); i++)
		if (strcmp(name, method_names[i]) == 0)
		{
			*out = (SegmRfmMethod) i;
			return SEGM_OK;
		}
	return SEGM_DOMAIN;
}

const char *
segm_rfm_method_name(SegmRfmMethod method)
{
	return method_names[method];
}

bool
segm_same64(const void *sorted, size_t i, size_t j)
{
	const uint64_t *keys = sorted;

	return keys[i] == keys[j];
}

bool
segm_same128(const void *sorted, size_t i, size_t j)
{
	const SegmInt128 *values = sorted;

	return values[i] == values[j];
}

/* The first position of the value at this position. */
static size_t
group_start(const void *sorted, SegmSame same, size_t position)
{
	size_t		low = 0;
	size_t		high = position;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (same(sorted, middle, position))
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* The position after the last of the value at this position. */
static size_t
group_end(const void *sorted, size_t n, SegmSame same, size_t position)
{
	size_t		low = position + 1;
	size_t		high = n;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (same(sorted, middle, position))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* a * b / c, rounded up; n rows times bins stays far below 64 bits */
static size_t
share_up(size_t a, size_t b, size_t c)
{
	return (a * b + c - 1) / c;
}

void
segm_rfm_starts(SegmRfmMethod method, int bins, const void *sorted, size_t n,
				SegmSame same, size_t *starts)
{
	size_t		k = (size_t) bins;

	for (size_t i = 1; i < k; i++)
	{
		size_t		start = n;

		if (n > 1 || method == SEGM_RFM_NTILE)
			switch (method)
			{
				case SEGM_RFM_NTILE:
					/* the first n % k buckets have one row more */
					start = i * (n / k) + (i < n % k ? i : n % k);
					break;
				case SEGM_RFM_QUANTILE:
					start = group_start(sorted, same, share_up(i, n - 1, k));
					break;
				case SEGM_RFM_MIDRANK:
					{
						/* the group with below + last >= twice, or the next */
						size_t		twice = share_up(i, 2 * (n - 1), k);
						size_t		middle = share_up(twice, 1, 2);
						size_t		end = group_end(sorted, n, same, middle);

						start = group_start(sorted, same, middle);
						if (start + end - 1 < twice)
							start = end;
						break;
					}
				case SEGM_RFM_RANK:
				case SEGM_RFM_FIXED:
				case SEGM_RFM_NESTED:
					/* so many rows must lie strictly below */
					start = group_end(sorted, n, same, share_up(i, n - 1, k) - 1);
					break;
			}
		starts[i - 1] = start < n ? start : n;
	}
}

void
segm_rfm_assign(SegmRfmMethod method, int bins, const uint64_t *keys,
				const uint64_t *sorted, size_t n, uint8_t *scores)
{
	size_t		starts[SEGM_RFM_MAX_BINS - 1];
	uint64_t	first[SEGM_RFM_MAX_BINS - 1];
	size_t		stay[SEGM_RFM_MAX_BINS - 1];
	int			reached = 0;

	segm_rfm_starts(method, bins, sorted, n, segm_same64, starts);
	for (; reached < bins - 1 && starts[reached] < n; reached++)
	{
		first[reached] = sorted[starts[reached]];
		/* of the rows with just this key, so many come before the start */
		stay[reached] = starts[reached] - group_start(sorted, segm_same64, starts[reached]);
	}
	if (method == SEGM_RFM_NTILE)
		for (size_t row = 0; row < n; row++)
		{
			int			score = 1;

			for (int i = 0; i < reached; i++)
				if (keys[row] > first[i])
					score++;
				else if (keys[row] == first[i])
				{
					if (stay[i] == 0)
						score++;
					else
						stay[i]--;
				}
			scores[row] = (uint8_t) score;
		}
	else if (reached <= FEW_CUTS)
		for (size_t row = 0; row < n; row++)
		{
			int			score = 1;

			for (int i = 0; i < reached; i++)
				score += keys[row] >= first[i];
			scores[row] = (uint8_t) score;
		}
	else
		for (size_t row = 0; row < n; row++)
		{
			int			low = 0;
			int			high = reached;

			/* how many of the ascending first keys are not above this one */
			while (low < high)
			{
				int			middle = (low + high) / 2;

				if (keys[row] >= first[middle])
					low = middle + 1;
				else
					high = middle;
			}
			scores[row] = (uint8_t) (low + 1);
		}
}

SegmStatus
segm_rfm_cut(SegmRfmMethod method, int bins, int i, const SegmInt128 *sorted, size_t n,
			 const size_t *starts, int digits, SegmInt128 *cut, bool *reached)
{
	size_t		k = (size_t) bins;
	size_t		place;
	SegmInt128	low;
	SegmInt128	gap;
	SegmDecimal scaled;

	*reached = method == SEGM_RFM_QUANTILE ? n > 1 : starts[i - 1] < n;
	if (!*reached)
		return SEGM_OK;
	if (method != SEGM_RFM_QUANTILE)
	{
		scaled.coefficient = sorted[starts[i - 1]];
		scaled.scale = 0;
		if (segm_decimal_rescale(scaled, digits, &scaled) != SEGM_OK)
			return SEGM_OVERFLOW;
		*cut = scaled.coefficient;
		return SEGM_OK;
	}

	/*
	 * low + gap * part / k, rounded up: no value of so many digits lies between the quantile and
	 * the rounded one.
	 */
	place = (size_t) i * (n - 1) / k;
	low = sorted[place];
	if (__builtin_sub_overflow(sorted[place + 1 < n ? place + 1 : place], low, &gap))
		return SEGM_OVERFLOW;
	scaled.scale = 0;
	scaled.coefficient = low;
	if (segm_decimal_rescale(scaled, digits, &scaled) != SEGM_OK)
		return SEGM_OVERFLOW;
	low = scaled.coefficient;
	scaled.scale = 0;
	scaled.coefficient = gap;
	if (segm_decimal_rescale(scaled, digits, &scaled) != SEGM_OK ||
		__builtin_mul_overflow(scaled.coefficient, (SegmInt128) ((size_t) i * (n - 1) % k), &gap) ||
		__builtin_add_overflow(gap, (SegmInt128) (k - 1), &gap) ||
		__builtin_add_overflow(low, gap / (SegmInt128) k, cut))
		return SEGM_OVERFLOW;
	return SEGM_OK;
}

int
segm_rfm_score_int64(const int64_t *cuts, int n, int64_t value)
{
	int			score = 1;

	for (int i = 0; i < n; i++)
		score += value >= cuts[i];
	return score;
}

int
segm_rfm_score_decimal(const SegmDecimal *cuts, int n, SegmDecimal value)
{
	int			score = 1;

	for (int i = 0; i < n; i++)
		score += segm_decimal_compare(value, cuts[i]) >= 0;
	return score;
}

void
segm_rfm_group(const uint32_t *group, size_t n, size_t groups, size_t *bounds, size_t *order)
{
	memset(bounds, 0, (groups + 1) * sizeof(*bounds));
	for (size_t row = 0; row < n; row++)
		bounds[group[row] + 1]++;
	for (size_t i = 1; i <= groups; i++)
		bounds[i] += bounds[i - 1];

	/* each bound moves to the end of its group, which is the next one's start */
	for (size_t row = 0; row < n; row++)
		order[bounds[group[row]]++] = row;
	memmove(bounds + 1, bounds, groups * sizeof(*bounds));
	bounds[0] = 0;
}
