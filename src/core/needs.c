/*
 * needs.c
 *		Spells of purchases, and opportunity scores (A. W. Ulwick, "Turn
 *		customer input into innovation", Harvard Business Review, January 2002).
 */
#include "needs.h"

#include <math.h>

#define HIGHEST		10.0

SegmStatus
segm_spell_end(const int64_t *times, const int32_t *part, size_t n, int parts, int64_t length,
			   bool *found, size_t *end)
{
	size_t		in_window[SEGM_SPELL_MAX_PARTS] = {0};
	size_t		start = 0;
	int			missing = parts;

	*found = false;
	if (parts < 1 || parts > SEGM_SPELL_MAX_PARTS || length < 0)
		return SEGM_DOMAIN;
	for (size_t i = 0; i < n; i++)
	{
		if (part[i] < 1 || part[i] > parts || (i > 0 && times[i] < times[i - 1]))
			return SEGM_DOMAIN;
		if (in_window[part[i] - 1]++ == 0)
			missing--;
		/* times ascend: their difference is not negative, but may take all 64 bits */
		while ((uint64_t) times[i] - (uint64_t) times[start] > (uint64_t) length)
			if (--in_window[part[start++] - 1] == 0)
				missing++;
		if (missing == 0 && !*found)
		{
			*found = true;
			*end = i;
		}
	}
	return SEGM_OK;
}

SegmStatus
segm_opportunity_score(double importance, double satisfaction, double *score)
{
	if (!(importance >= 0.0 && importance <= HIGHEST) ||
		!(satisfaction >= 0.0 && satisfaction <= HIGHEST))
		return SEGM_DOMAIN;
	*score = importance + fmax(importance - satisfaction, 0.0);
	return SEGM_OK;
}
