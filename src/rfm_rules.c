/*
 * rfm_rules.c
 *		Segment names: presets, naming of cells, and the check of a rule table.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "core/rfm_rules.h"
#include "rfm.h"

PG_FUNCTION_INFO_V1(rfm_segment);
PG_FUNCTION_INFO_V1(rfm_segment_cell);
PG_FUNCTION_INFO_V1(rfm_preset);
PG_FUNCTION_INFO_V1(rfm_grid);
PG_FUNCTION_INFO_V1(check_rfm_rules);

static const char *const score_names[SEGM_RFM_DIMENSIONS] = {"r", "f", "m"};

static const char *const rule_columns[] = {
	"position", "segment", "r_min", "r_max", "f_min", "f_max", "m_min", "m_max"
};

static const SegmRfmPreset *
preset_of(text *name)
{
	char	   *wanted = text_to_cstring(name);
	const SegmRfmPreset *preset = segm_rfm_preset(wanted);

	if (preset == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown RFM preset \"%s\", must be one of %s", wanted, SEGM_RFM_PRESETS)));
	pfree(wanted);
	return preset;
}

/*
 * The name of a cell.  Scores run over 1 .. bins, or, if bins is 0, over the
 * preset's own scale.
 */
static Datum
name_of(const int *scores, const SegmRfmPreset *preset, int bins)
{
	int			lowest = bins == 0 ? preset->lowest : 1;
	int			highest = lowest + (bins == 0 ? preset->levels : bins) - 1;
	int			cell[SEGM_RFM_DIMENSIONS];

	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
	{
		if (scores[i] < lowest || scores[i] > highest)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s is %d, must be between %d and %d",
							score_names[i], scores[i], lowest, highest)));
		cell[i] = bins == 0 ? scores[i] - lowest + 1 :
			segm_rfm_level(scores[i], bins, preset->levels);
	}
	return CStringGetTextDatum(preset->rule[segm_rfm_match(preset->rule, preset->rules, cell)].segment);
}

/*
 * rfm_segment(r, f, m, preset, bins): "prospect" if a score is NULL
 */
Datum
rfm_segment(PG_FUNCTION_ARGS)
{
	int			scores[SEGM_RFM_DIMENSIONS];
	int			next = SEGM_RFM_DIMENSIONS;
	const SegmRfmPreset *preset;

	if (PG_ARGISNULL(next))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("preset must not be null")));
	preset = preset_of(PG_GETARG_TEXT_PP(next++));
	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
	{
		if (PG_ARGISNULL(i))
			PG_RETURN_TEXT_P(cstring_to_text(SEGM_RFM_PROSPECT));
		scores[i] = PG_GETARG_INT32(i);
	}
	PG_RETURN_DATUM(name_of(scores, preset,
							PG_ARGISNULL(next) ? 0 : cseg_rfm_bins(PG_GETARG_INT32(next))));
}

/*
 * rfm_segment(rfm_cell, preset, bins): "prospect" if the cell is NULL
 */
Datum
rfm_segment_cell(PG_FUNCTION_ARGS)
{
	int			scores[SEGM_RFM_DIMENSIONS];
	int			next = 1;
	const SegmRfmPreset *preset;
	int			bins;
	HeapTupleHeader cell;

	if (PG_ARGISNULL(next))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("preset must not be null")));
	preset = preset_of(PG_GETARG_TEXT_PP(next++));
	if (PG_ARGISNULL(next))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("bins must not be null")));
	bins = cseg_rfm_bins(PG_GETARG_INT32(next));
	if (PG_ARGISNULL(0))
		PG_RETURN_TEXT_P(cstring_to_text(SEGM_RFM_PROSPECT));
	cell = PG_GETARG_HEAPTUPLEHEADER(0);
	for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
	{
		bool		isnull;

		scores[i] = DatumGetInt32(GetAttributeByNum(cell, i + 1, &isnull));
		if (isnull)
			PG_RETURN_TEXT_P(cstring_to_text(SEGM_RFM_PROSPECT));
	}
	PG_RETURN_DATUM(name_of(scores, preset, bins));
}

/* Columns of rfm_preset */
enum
{
	PRESET_POSITION,
	PRESET_SEGMENT,
	PRESET_BOUNDS,
	PRESET_COLUMNS = PRESET_BOUNDS + SEGM_RFM_DIMENSIONS + SEGM_RFM_DIMENSIONS
};

/*
 * rfm_preset(name, bins): the rules of a preset, on scores 1 .. bins, or on
 * its own scale if bins is NULL.  Rules that no score reaches are left out.
 */
Datum
rfm_preset(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const SegmRfmPreset *preset;
	int			bins;
	int			shift;
	int			position = 0;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	preset = preset_of(PG_GETARG_TEXT_PP(0));
	bins = PG_ARGISNULL(1) ? preset->levels : cseg_rfm_bins(PG_GETARG_INT32(1));
	shift = PG_ARGISNULL(1) ? preset->lowest - 1 : 0;
	for (int i = 0; i < preset->rules; i++)
	{
		Datum		values[PRESET_COLUMNS];
		bool		nulls[PRESET_COLUMNS] = {false};
		SegmRfmRule rule;

		if (!segm_rfm_rescale_rule(&preset->rule[i], preset->levels, bins, &rule))
			continue;
		values[PRESET_POSITION] = Int32GetDatum(++position);
		values[PRESET_SEGMENT] = CStringGetTextDatum(rule.segment);
		for (int j = 0; j < SEGM_RFM_DIMENSIONS; j++)
		{
			int			column = PRESET_BOUNDS + j + j;

			values[column] = Int32GetDatum(rule.low[j] + shift);
			values[column + 1] = Int32GetDatum(rule.high[j] + shift);
		}
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/* Columns of rfm_grid */
enum
{
	GRID_SCORES,
	GRID_SEGMENT = GRID_SCORES + SEGM_RFM_DIMENSIONS,
	GRID_COLUMNS
};

/*
 * rfm_grid(bins, preset): every cell and its name
 */
Datum
rfm_grid(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	const SegmRfmPreset *preset;
	int			bins;
	int			cells;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	bins = cseg_rfm_bins(PG_GETARG_INT32(0));
	preset = preset_of(PG_GETARG_TEXT_PP(1));
	cells = bins * bins * bins;
	for (int number = 0; number < cells; number++)
	{
		Datum		values[GRID_COLUMNS];
		bool		nulls[GRID_COLUMNS] = {false};
		int			cell[SEGM_RFM_DIMENSIONS];

		CHECK_FOR_INTERRUPTS();
		segm_rfm_cell(number, bins, cell);
		for (int i = 0; i < SEGM_RFM_DIMENSIONS; i++)
			values[GRID_SCORES + i] = Int32GetDatum(cell[i]);
		values[GRID_SEGMENT] = name_of(cell, preset, bins);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
		pfree(DatumGetPointer(values[GRID_SEGMENT]));
	}
	return (Datum) 0;
}

/* Columns of check_rfm_rules */
enum
{
	CHECK_PROBLEM,
	CHECK_POSITION,
	CHECK_SEGMENT,
	CHECK_SCORES,
	CHECK_COLUMNS = CHECK_SCORES + SEGM_RFM_DIMENSIONS
};

/* One row of the answer; rule or cell may be missing. */
static void
report(ReturnSetInfo *result, const char *problem, const SegmRfmRule *rule, Datum position,
	   const int *cell)
{
	Datum		values[CHECK_COLUMNS];
	bool		nulls[CHECK_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	values[CHECK_PROBLEM] = CStringGetTextDatum(problem);
	nulls[CHECK_PROBLEM] = false;
	if (rule != NULL)
	{
		values[CHECK_POSITION] = position;
		values[CHECK_SEGMENT] = CStringGetTextDatum(rule->segment);
		nulls[CHECK_POSITION] = nulls[CHECK_SEGMENT] = false;
	}
	for (int i = 0; cell != NULL && i < SEGM_RFM_DIMENSIONS; i++)
	{
		values[CHECK_SCORES + i] = Int32GetDatum(cell[i]);
		nulls[CHECK_SCORES + i] = false;
	}
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* A column of the row that SPI just read; 22004 if NULL. */
static Datum
not_null(uint64 row, int column, const char *table)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a rule in %s has no %s", table,
						SPI_fname(SPI_tuptable->tupdesc, column))));
	return value;
}

/*
 * check_rfm_rules(rules, bins): what is wrong with a rule table.  No row if
 * every cell has a name and every rule names a cell.
 */
Datum
check_rfm_rules(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext caller = CurrentMemoryContext;
	Oid			relation;
	int			bins;
	int			cells;
	char	   *table;
	char	   *query;
	SegmRfmRule *rules;
	Datum	   *positions;
	bool	   *reached;
	int			n;
	Oid			bound_type = INT4OID;
	Datum		bound;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return (Datum) 0;
	relation = PG_GETARG_OID(0);
	bins = cseg_rfm_bins(PG_GETARG_INT32(1));
	bound = Int32GetDatum(bins);
	cells = bins * bins * bins;
	if (get_rel_name(relation) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relation)));
	for (int i = 0; i < lengthof(rule_columns); i++)
		if (get_attnum(relation, rule_columns[i]) == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("relation \"%s\" has no column \"%s\"",
							get_rel_name(relation), rule_columns[i]),
					 errhint("A table of rules has the columns that rfm_preset returns.")));
	table = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)),
									   get_rel_name(relation));

	/* read with the caller's rights; bounds that are missing are open */
	query = psprintf("SELECT rule.position::pg_catalog.int4, rule.segment::pg_catalog.text,"
					 " COALESCE(rule.r_min, 1)::pg_catalog.int4, COALESCE(rule.r_max, $1)::pg_catalog.int4,"
					 " COALESCE(rule.f_min, 1)::pg_catalog.int4, COALESCE(rule.f_max, $1)::pg_catalog.int4,"
					 " COALESCE(rule.m_min, 1)::pg_catalog.int4, COALESCE(rule.m_max, $1)::pg_catalog.int4"
					 " FROM %s AS rule ORDER BY 1, 2", table);
	SPI_connect();
	if (SPI_execute_with_args(query, 1, &bound_type, &bound, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read %s", table);
	n = (int) SPI_processed;
	rules = MemoryContextAllocZero(caller, Max(n, 1) * sizeof(SegmRfmRule));
	positions = MemoryContextAllocZero(caller, Max(n, 1) * sizeof(Datum));
	reached = MemoryContextAllocZero(caller, Max(n, 1) * sizeof(bool));
	for (int i = 0; i < n; i++)
	{
		int			column = 1;

		positions[i] = not_null(i, column++, table);
		rules[i].segment = MemoryContextStrdup(caller, TextDatumGetCString(not_null(i, column++, table)));
		for (int j = 0; j < SEGM_RFM_DIMENSIONS; j++)
		{
			rules[i].low[j] = DatumGetInt32(not_null(i, column++, table));
			rules[i].high[j] = DatumGetInt32(not_null(i, column++, table));
		}
	}
	SPI_finish();

	for (int number = 0; number < cells; number++)
	{
		int			cell[SEGM_RFM_DIMENSIONS];
		int			match;

		CHECK_FOR_INTERRUPTS();
		segm_rfm_cell(number, bins, cell);
		match = segm_rfm_match(rules, n, cell);
		if (match < 0)
			report(result, "uncovered cell", NULL, 0, cell);
		else
			reached[match] = true;
	}
	for (int i = 0; i < n; i++)
	{
		if (i > 0 && positions[i] == positions[i - 1])
			report(result, "position not unique", &rules[i], positions[i], NULL);
		if (!reached[i])
			report(result, "unreachable rule", &rules[i], positions[i], NULL);
	}
	return (Datum) 0;
}
