/*
 * activity_histories.c
 *		The activity histories of a whole population in one pass.
 *
 * How the rows are read and grouped is in population.c.  The histories are
 * built by the code of the aggregate and are the same bytes.  With an array of
 * customers only their rows are read, by the index of the relation if it has
 * one; activity_histories_plan.c puts that array into calls whose query asks
 * for some customers only.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/stratnum.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "activity_histories.h"
#include "activity_history.h"
#include "decimal.h"
#include "local_day.h"
#include "population.h"

#define SCRATCH_SIZE	(64 * 1024) /* literal: the events of nearly every customer */

/* What one call of the function carries from row to row. */
typedef struct ActivityScan
{
	Population	population;		/* first: callbacks get its address */
	LocalZone  *zone;
	struct varlena *scratch;	/* the open history of the customer at hand */
	bool		detailed;		/* whether the histories know channels and instants */
} ActivityScan;

/*
 * A row as it is set aside: the link, this head without the padding behind it,
 * the value in units of 10^-scale if it is not zero, the channel; none of it
 * aligned.
 */
typedef struct RowHead
{
	TimestampTz at;
	uint8		form;			/* scale and the two flags below */
	uint8		kind;			/* and the two flags below */
	uint8		channel_length;
} RowHead;

#define ROW_HEAD_SIZE	(offsetof(RowHead, channel_length) + sizeof(uint8))
#define ROW_VALUE		0x40	/* literal: above any scale */
#define ROW_WIDE		0x80	/* literal: likewise */
#define ROW_SCALE(form) ((form) & ~(ROW_VALUE | ROW_WIDE))
#define ROW_SILENT		0x40	/* literal: above any kind; counts as an event and nothing else */
#define ROW_UNDATED		0x80	/* literal: likewise; it has no time either */

static inline RowHead
row_head(const char *row)
{
	RowHead		head;

	memcpy(&head, row + ROW_LINK_SIZE, ROW_HEAD_SIZE);
	return head;
}

static inline Size
size_of_value(uint8 form)
{
	return (form & ROW_VALUE) == 0 ? 0 : (form & ROW_WIDE) != 0 ? sizeof(SegmInt128) : sizeof(int64);
}

static Size
row_size(const char *row)
{
	RowHead		head = row_head(row);

	return ROW_LINK_SIZE + ROW_HEAD_SIZE + size_of_value(head.form) + head.channel_length;
}

static bool
see_row(const char *row, Customer *customer)
{
	RowHead		head = row_head(row);

	if ((head.kind & ROW_UNDATED) == 0)
	{
		customer->first_at = Min(customer->first_at, head.at);
		customer->last_at = Max(customer->last_at, head.at);
	}
	if ((head.kind & ROW_SILENT) != 0)
		return false;
	customer->scale = Max(customer->scale, ROW_SCALE(head.form));
	return true;
}

/* ---- first pass: set the rows of the query aside ---- */

/* What an event that counts says besides its time. */
static void
take_event(TupleTableSlot *slot, int kind, int value, RowHead *head, SegmDecimal *worth)
{
	text	   *name = DatumGetTextPP(slot->tts_values[kind]);

	head->kind = (uint8) cseg_event_kind(name);
	cseg_free_copy(name, slot->tts_values[kind]);
	if (slot->tts_isnull[value])
		return;
	*worth = cseg_event_value(slot->tts_values[value]);
	head->form = (uint8) worth->scale;
	if (worth->coefficient != 0)
		head->form |= ROW_VALUE;
	if ((int64) worth->coefficient != worth->coefficient)
		head->form |= ROW_WIDE;
}

static bool
receive_row(TupleTableSlot *slot, DestReceiver *receiver)
{
	enum
	{
		KEY, AT, KIND, VALUE, IS_MACHINE, CHANNEL
	};
	uint8_t		channel[SEGM_ACTIVITY_MAX_CHANNEL];
	RowHead		head = {0};
	SegmDecimal worth = {0};
	Size		value_size;
	char	   *place;

	slot_getallattrs(slot);
	if (slot->tts_isnull[KEY])
		return true;
	if (slot->tts_isnull[AT])
		head.kind = ROW_SILENT | ROW_UNDATED;
	else
		head.at = DatumGetTimestampTz(slot->tts_values[AT]);
	if (slot->tts_isnull[KIND] || (!slot->tts_isnull[IS_MACHINE] && DatumGetBool(slot->tts_values[IS_MACHINE])))
		head.kind |= ROW_SILENT;
	if ((head.kind & ROW_SILENT) == 0)
	{
		take_event(slot, KIND, VALUE, &head, &worth);
		if (!slot->tts_isnull[CHANNEL])
		{
			text	   *name = DatumGetTextPP(slot->tts_values[CHANNEL]);

			head.channel_length = (uint8) cseg_event_channel(name, channel);
			cseg_free_copy(name, slot->tts_values[CHANNEL]);
		}
	}

	value_size = size_of_value(head.form);
	place = cseg_population_set_aside((Population *) receiver, slot->tts_values[KEY],
									  ROW_LINK_SIZE + ROW_HEAD_SIZE + value_size + head.channel_length);
	place += ROW_LINK_SIZE;
	memcpy(place, &head, ROW_HEAD_SIZE);
	place += ROW_HEAD_SIZE;
	if ((head.form & ROW_WIDE) != 0)
		memcpy(place, &worth.coefficient, value_size);
	else if (value_size > 0)
	{
		int64		units = (int64) worth.coefficient;

		memcpy(place, &units, value_size);
	}
	memcpy(place + value_size, channel, head.channel_length);
	return true;
}

/* ---- second pass: the rows of a customer ---- */

/* What a row says; the channel stays where it is. */
static SegmActivityEntry
read_row(const ActivityScan *scan, const char *row, int *scale)
{
	RowHead		head = row_head(row);
	const char *place = row + ROW_LINK_SIZE + ROW_HEAD_SIZE;
	SegmActivityEntry entry = {.events = 1,.kind = head.kind};

	entry.day = cseg_local_day(scan->zone, head.at, "at");
	*scale = ROW_SCALE(head.form);
	if ((head.form & ROW_WIDE) != 0)
		memcpy(&entry.value, place, sizeof(entry.value));
	else if ((head.form & ROW_VALUE) != 0)
	{
		int64		units;

		memcpy(&units, place, sizeof(units));
		entry.value = units;
	}
	if (scan->detailed)
	{
		entry.clock = true;
		entry.first = entry.last = segm_second_of_instant(head.at);
		entry.channel_length = head.channel_length;
		if (head.channel_length > 0)
			entry.channel = (const uint8_t *) place + size_of_value(head.form);
	}
	return entry;
}

/* The state of a customer with the rows of the list added, perhaps in place; in the scratch if there was none. */
static struct varlena *
add_list(ActivityScan *scan, const Customer *customer)
{
	struct varlena *state = customer->state;
	const char *row = customer->rows;

	if (state == NULL)
	{
		state = scan->scratch;
		segm_activity_init((uint8_t *) VARDATA(state), customer->scale, scan->detailed);
	}
	for (int64 i = 0; i < customer->row_count; i++)
	{
		int			scale;
		SegmActivityEntry entry = read_row(scan, row, &scale);

		state = cseg_activity_add(state, &entry, scale);
		row = cseg_next_row(row);
	}
	return state;
}

static void
fold_list(Population *population, Customer *customer)
{
	/* on the way there may be several states, of which one stays */
	MemoryContext caller = MemoryContextSwitchTo(population->row_context);
	struct varlena *state = add_list((ActivityScan *) population, customer);

	MemoryContextSwitchTo(population->context);
	if (state != customer->state)
	{
		if (customer->state != NULL)
			pfree(customer->state);
		customer->state = cseg_activity_copy(state);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(population->row_context);
}

static void
put_customer(Population *population, const Customer *customer)
{
	bool		undated = customer->first_at > customer->last_at;
	bool		silent = customer->state == NULL && customer->row_count == 0;
	Datum		values[] = {
		customer->key, Int64GetDatum(customer->rows_seen),
		TimestampTzGetDatum(customer->first_at), TimestampTzGetDatum(customer->last_at), (Datum) 0
	};
	bool		nulls[] = {false, false, undated, undated, silent};

	if (!silent)
		values[lengthof(values) - 1] = PointerGetDatum(cseg_activity_finish(PointerGetDatum(add_list((ActivityScan *) population, customer))));
	tuplestore_putvalues(population->result->setResult, population->result->setDesc, values, nulls);
}

/* ---- the query ---- */

Oid
cseg_key_operator(Oid key_type, Oid value_type)
{
	TypeCacheEntry *key = lookup_type_cache(getBaseType(key_type), TYPECACHE_BTREE_OPFAMILY);
	Oid			base = getBaseType(value_type);

	if (!OidIsValid(key->btree_opf))
		return InvalidOid;
	/* strings of any length are compared as text */
	if (base == VARCHAROID)
		base = TEXTOID;
	return get_opfamily_member(key->btree_opf, key->btree_opintype, base, BTEqualStrategyNumber);
}

char *
cseg_key_condition(Oid key_type, Oid type)
{
	Oid			element = get_base_element_type(type);
	Oid			operator = cseg_key_operator(key_type, OidIsValid(element) ? element : type);
	HeapTuple	tuple;
	Form_pg_operator form;
	char	   *condition;

	if (!OidIsValid(operator))
		return NULL;
	tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", operator);
	form = (Form_pg_operator) GETSTRUCT(tuple);
	condition = psprintf(OidIsValid(element) ? "customer_id OPERATOR(%s.%s) ANY ($1)" : "customer_id OPERATOR(%s.%s) $1",
						 quote_identifier(get_namespace_name(form->oprnamespace)), NameStr(form->oprname));
	ReleaseSysCache(tuple);
	return condition;
}

/* The query over the relation, after checking its columns. */
static char *
source_query(ActivityScan *scan, Oid relid, Oid wanted_key, Oid customers)
{
	static const PopulationColumn columns[] = {
		{"at", TIMESTAMPTZOID, NULL},
		{"kind", TEXTOID, NULL},
		{"value", NUMERICOID, "NULL::pg_catalog.numeric"},
		{"is_machine", BOOLOID, "NULL::pg_catalog.bool"},
		{"channel", TEXTOID, "NULL::pg_catalog.text"}
	};
	Population *population = &scan->population;
	Relation	relation = cseg_population_open(population, relid, wanted_key);
	char	   *query = cseg_population_query(population, relation, columns, lengthof(columns));

	scan->detailed = get_attnum(relid, "channel") > 0;
	if (OidIsValid(customers))
	{
		char	   *condition = OidIsValid(get_base_element_type(customers)) ?
		cseg_key_condition(population->key_type.type, customers) : NULL;

		if (condition == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("customers is of type %s, not an array of %s", format_type_be(customers),
							format_type_be(population->key_type.type))));
		query = psprintf("%s WHERE %s", query, condition);
	}
	relation_close(relation, NoLock);
	return query;
}

/* ---- the function ---- */

static const PopulationValue histories = {
	.name = "activity_histories",
	.columns = "It needs customer_id, at (timestamp with time zone), kind (text) and, if events have them, "
	"value (numeric), is_machine (boolean) and channel (text).",
	.least_row = ROW_LINK_SIZE + ROW_HEAD_SIZE,
	.row_size = row_size,
	.see = see_row,
	.fold = fold_list,
	.put = put_customer
};

PG_FUNCTION_INFO_V1(activity_histories);
Datum
activity_histories(PG_FUNCTION_ARGS)
{
	ActivityScan scan = {0};
	Oid			customers = InvalidOid;
	char	   *query;

	cseg_population_require(fcinfo, ACTIVITY_RELATION, "relation");
	cseg_population_require(fcinfo, ACTIVITY_ZONE, "time_zone");
	if (!PG_ARGISNULL(ACTIVITY_CUSTOMERS))
		customers = get_fn_expr_argtype(fcinfo->flinfo, ACTIVITY_CUSTOMERS);
	cseg_population_begin(&scan.population, &histories, fcinfo);
	scan.population.receiver.receiveSlot = receive_row;
	query = source_query(&scan, PG_GETARG_OID(ACTIVITY_RELATION),
						 get_fn_expr_argtype(fcinfo->flinfo, ACTIVITY_KEY_TYPE), customers);
	scan.zone = cseg_named_zone(PG_GETARG_TEXT_PP(ACTIVITY_ZONE), CurrentMemoryContext);
	scan.scratch = cseg_activity_start(SCRATCH_SIZE, 0, false);
	cseg_population_read(&scan.population, fcinfo, query, customers,
						 OidIsValid(customers) ? PG_GETARG_DATUM(ACTIVITY_CUSTOMERS) : (Datum) 0);
	cseg_population_finish(&scan.population);
	return (Datum) 0;
}
