/*
 * model.c
 *		Any bytes as a clv_model: refused, or one whose parameters can be used
 *		and whose names can be read.  Any bytes as the rows of a btyd_sample:
 *		refused, or folded in place, with counts that add up.
 */
#include "core/model.h"
#include "core/sample.h"
#include "fuzz.h"

#define ROOM	4096
#define ROWS	(ROOM / sizeof(double))

static int	width;

static int
compare(const void *a, const void *b)
{
	return segm_row_compare(a, b, width);
}

static void
try_rows(const uint8_t *data, size_t length)
{
	double		rows[ROWS];
	double		customers = 0.0;
	size_t		n;
	SegmRows	orders;
	SegmSampleTotals totals;

	width = SEGM_ROW_WIDTH(length % 3);
	n = length / (sizeof(double) * (size_t) width);
	memcpy(rows, data, n * sizeof(double) * (size_t) width);
	for (size_t i = 0; i < n; i++)
	{
		double	   *row = rows + i * (size_t) width;

		/* most rows of plain bytes would be refused: kind and count are made likely */
		row[SEGM_ROW_KIND] = data[i] % 8 ? SEGM_ROW_ORDERS : SEGM_ROW_SPEND;
		row[width - 1] = 1.0 + data[i] / 8;
		if (segm_row_check(row, width) != SEGM_OK)
			return;
		if (row[SEGM_ROW_KIND] == SEGM_ROW_ORDERS)
			customers += row[width - 1];
	}
	qsort(rows, n, sizeof(double) * (size_t) width, compare);
	MUST(segm_rows_fold(rows, &n, width) == SEGM_OK);
	orders = segm_rows_of_kind(rows, n, width, SEGM_ROW_ORDERS);
	segm_sample_totals(&orders, &totals);
	MUST(totals.customers == customers && totals.repeat_customers <= customers);
	MUST(segm_rows_grid(&orders, 7.0) >= 0.0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
	double		aligned[ROWS];
	uint8_t    *bytes;
	SegmModel	model;

	if (length > ROOM)
		return 0;
	try_rows(data, length);

	/* at the end of the buffer's own block, so that reading past it is seen */
	bytes = malloc(length);
	memcpy(bytes, data, length);
	if (segm_model_read(bytes, length, &model) == SEGM_OK)
	{
		const char *name = model.names;

		MUST(model.orders != NULL || model.spend != NULL);
		for (int i = 0; i < model.header->covariates; i++, name += strlen(name) + 1)
			MUST(*name != '\0');
		for (int i = 0; i < model.coefficients_count; i++)
			aligned[i] = model.coefficients[i] + model.coefficient_errors[i];
		(void) aligned;
		if (segm_model_part_usable(model.orders))
			MUST(segm_parameters_check(model.orders->parameters, model.family->parameters) == SEGM_OK);
	}
	free(bytes);
	return 0;
}
