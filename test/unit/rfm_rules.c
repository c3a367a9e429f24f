/*
 * rfm_rules.c
 *		Presets are total over their cells and every rule is in use.
 */
#include "core/rfm_rules.h"
#include "tap.h"

static void
presets(void)
{
	const char *names[] = {"default", "email_0_3", "email_1_3"};
	const int	rules[] = {11, 10, 6};
	const int	default_cells[] = {8, 5, 4, 26, 22, 20, 5, 6, 9, 10, 10};

	for (int i = 0; i < 3; i++)
	{
		const SegmRfmPreset *preset = segm_rfm_preset(names[i]);
		int			uncovered = 0;
		int			unused = 0;
		int			counts[16] = {0};

		is_int(preset->rules, rules[i], names[i]);
		ok(strstr(SEGM_RFM_PRESETS, names[i]) != NULL, "%s is in the list", names[i]);
		for (int number = 0; number < preset->levels * preset->levels * preset->levels; number++)
		{
			int			cell[SEGM_RFM_DIMENSIONS];
			int			match;

			segm_rfm_cell(number, preset->levels, cell);
			if (segm_rfm_cell_number(cell, preset->levels) != number)
				uncovered++;
			match = segm_rfm_match(preset->rule, preset->rules, cell);
			if (match < 0)
				uncovered++;
			else
				counts[match]++;
		}
		for (int rule = 0; rule < preset->rules; rule++)
			unused += counts[rule] == 0;
		is_int(uncovered, 0, "every cell has a name");
		is_int(unused, 0, "every rule names a cell");
		if (i == 0)
			ok(memcmp(counts, default_cells, sizeof(default_cells)) == 0, "cells of the default rules");
	}
	ok(segm_rfm_preset("defaults") == NULL, "unknown preset");
}

static void
levels(void)
{
	const SegmRfmPreset *preset = segm_rfm_preset("default");
	const int	of_two[] = {1, 5};
	const int	of_three[] = {1, 3, 5};
	const int	of_ten[] = {1, 1, 2, 2, 3, 3, 4, 4, 5, 5};
	int			wrong = 0;
	SegmRfmRule rule;

	for (int i = 0; i < 2; i++)
		wrong += segm_rfm_level(i + 1, 2, 5) != of_two[i];
	for (int i = 0; i < 3; i++)
		wrong += segm_rfm_level(i + 1, 3, 5) != of_three[i];
	for (int i = 0; i < 10; i++)
		wrong += segm_rfm_level(i + 1, 10, 5) != of_ten[i];
	for (int bins = SEGM_RFM_MIN_BINS; bins <= SEGM_RFM_MAX_BINS; bins++)
		wrong += segm_rfm_level(1, bins, 5) != 1 || segm_rfm_level(bins, bins, 5) != 5;
	is_int(wrong, 0, "scales are laid over each other end to end");
	ok(segm_rfm_rescale_rule(&preset->rule[0], 5, 10, &rule) &&
	   rule.low[0] == 7 && rule.high[0] == 10 && rule.low[2] == 7, "champions of ten bins");
	ok(!segm_rfm_rescale_rule(&preset->rule[6], 5, 2, &rule), "promising customers need more than two bins");
}

int
main(void)
{
	presets();
	levels();
	return tap_done();
}
