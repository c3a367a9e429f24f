/*
 * purchase_histories.c
 *		The histories of a whole population in one pass.
 *
 * GROUP BY customer_id with purchase_history_agg is the right thing for one
 * customer or a few.  For all of them the executor's hash table, with its
 * 500 bytes a group, spends most of its time waiting for memory.  Here the
 * source is read by an ordinary query, with the caller's rights and snapshot;
 * its rows are set aside by the hash of the customer (row_store.c), and one
 * partition after the other is grouped in a table that fits the processor's
 * cache.  The histories are built by the code of the aggregate and are the
 * same bytes.  A relation that holds the histories already gives the same
 * columns row by row, with nothing to group.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/nodeHash.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "decimal.h"
#include "local_day.h"
#include "purchase_history.h"
#include "row_store.h"

/* How customer ids are stored, hashed and compared. */
typedef struct KeyType
{
	Oid			type;
	Oid			collation;
	int16		length;
	bool		by_value;
	bool		bitwise;		/* equal exactly if their bytes are */
	FmgrInfo   *hash;			/* unless bitwise */
	FmgrInfo   *equal;
} KeyType;

/*
 * One customer of the partition at hand: the rows not yet folded, as a list,
 * and an open history of those that are.
 */
typedef struct Customer
{
	Datum		key;
	char	   *rows;
	char	   *last_row;
	int64		row_count;
	struct varlena *state;
	TimestampTz last_at;		/* of all its rows */
	uint32		hash;
	uint8		scale;			/* the largest of its rows and state */
	char		status;			/* simplehash's own */
} Customer;

static uint32 hash_key(const KeyType *type, Datum key);
static bool keys_equal(const KeyType *type, Datum a, Datum b);

#define KEY_HALF		32		/* literal: bits of half a datum */
#define TABLE_START		1024	/* literal: customers a partition's table begins with */
#define CONTEXT_START	(1024 * 1024)	/* literal: kept from partition to partition */

#define SH_PREFIX customers
#define SH_ELEMENT_TYPE Customer
#define SH_KEY_TYPE Datum
#define SH_KEY key
#define SH_HASH_KEY(table, key) hash_key((table)->private_data, key)
#define SH_EQUAL(table, a, b) keys_equal((table)->private_data, a, b)
#define SH_STORE_HASH
#define SH_GET_HASH(table, customer) (customer)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* What one call of the function carries from row to row. */
typedef struct PopulationScan
{
	DestReceiver receiver;		/* first: the executor hands us its address */
	KeyType		key_type;
	RowStore   *store;
	LocalZone  *zone;
	MemoryContext context;		/* reset with every partition */
	customers_hash *table;
	char	   *key;			/* the key of the row at hand, aligned */
	Size		key_room;
	SegmHistoryEntry *entries;	/* of the customer at hand */
	Size		entry_room;
	Size		memory_allowed;
	Size		rows_allowed;	/* in memory before their lists are folded */
	bool		with_history;
	MemoryContext row_context;	/* reset with every row of the result */
	ReturnSetInfo *result;
} PopulationScan;

#define LONG_LIST	4096		/* literal: rows; entries of so many still fit a cache */

/*
 * A row as it is set aside: this head without the padding behind it, then the
 * units if they are wide, the instant of a void order, and the bytes of a key
 * that is no plain datum; none of it aligned.
 */
typedef struct RowHead
{
	Datum		key;			/* or how many bytes it has; once its customer is known, the
								 * address of the next row */
	TimestampTz at;
	int64		units;			/* the amount times 10^scale */
	uint8		form;			/* scale and the two flags below */
} RowHead;

#define ROW_HEAD_SIZE	(offsetof(RowHead, form) + sizeof(uint8))
#define ROW_WIDE		0x40	/* literal: above any scale */
#define ROW_VOID		0x80	/* literal: likewise */
#define ROW_SCALE(form) ((form) & ~(ROW_WIDE | ROW_VOID))

/* ---- keys ---- */

static void
init_key_type(KeyType *key, Oid type, Oid collation)
{
	TypeCacheEntry *entry = lookup_type_cache(getBaseType(type),
											  TYPECACHE_HASH_PROC_FINFO | TYPECACHE_EQ_OPR_FINFO);
	char		align;

	key->type = type;
	key->collation = collation;
	get_typlenbyvalalign(type, &key->length, &key->by_value, &align);
	switch (getBaseType(type))
	{
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case OIDOID:
		case UUIDOID:
			key->bitwise = true;
			break;
		case TEXTOID:
		case VARCHAROID:
			key->bitwise = !OidIsValid(collation) || get_collation_isdeterministic(collation);
			break;
		default:
			key->bitwise = false;
	}
	if (!OidIsValid(entry->hash_proc_finfo.fn_oid) || !OidIsValid(entry->eq_opr_finfo.fn_oid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("customer_id of type %s cannot be hashed", format_type_be(type))));
	key->hash = &entry->hash_proc_finfo;
	key->equal = &entry->eq_opr_finfo;
}

static uint32
hash_key(const KeyType *type, Datum key)
{
	if (!type->bitwise)
		return DatumGetUInt32(FunctionCall1Coll(type->hash, type->collation, key));
	if (type->by_value)
		return murmurhash32((uint32) key ^ murmurhash32((uint32) (key >> KEY_HALF)));
	if (type->length > 0)
		return hash_bytes((unsigned char *) DatumGetPointer(key), type->length);
	return hash_bytes((unsigned char *) VARDATA_ANY(DatumGetPointer(key)),
					  VARSIZE_ANY_EXHDR(DatumGetPointer(key)));
}

static bool
keys_equal(const KeyType *type, Datum a, Datum b)
{
	if (type->by_value && type->bitwise)
		return a == b;
	if (!type->bitwise)
		return DatumGetBool(FunctionCall2Coll(type->equal, type->collation, a, b));
	return datum_image_eq(a, b, type->by_value, type->length);
}

/* ---- a row of the result ---- */

/* last_at is null where only the history is known. */
static void
put_figures(PopulationScan *scan, Datum key, const SegmHistory *history,
			const SegmHistoryTotals *totals, Datum value, const TimestampTz *last_at)
{
	bool		none = totals->order_days == 0;
	Datum		paid = cseg_money(totals->revenue, history->scale);
	Datum		values[] = {
		key,
		Int64GetDatum(totals->orders), Int64GetDatum(totals->orders_placed),
		Int64GetDatum(totals->order_days),
		TimestampTzGetDatum(history->first), TimestampTzGetDatum(history->last),
		DateADTGetDatum(totals->first_day), DateADTGetDatum(totals->last_day),
		paid,
		cseg_money(totals->refunds, history->scale),
		totals->refunds == 0 ? paid :
		cseg_money(totals->revenue - totals->refunds, history->scale),
		value,
		last_at == NULL ? (Datum) 0 : TimestampTzGetDatum(*last_at)
	};
	bool		nulls[] = {
		false, false, false, false, none, none, none, none, false, false, false,
		!scan->with_history, last_at == NULL
	};

	tuplestore_putvalues(scan->result->setResult, scan->result->setDesc, values, nulls);
}

/* ---- first pass: set the rows of the query aside ---- */

static bool
receive_row(TupleTableSlot *slot, DestReceiver *receiver)
{
	enum
	{
		KEY, AT, AMOUNT, VOIDED_AT
	};
	PopulationScan *scan = (PopulationScan *) receiver;
	const KeyType *type = &scan->key_type;
	RowHead		row;
	Datum		key;
	SegmDecimal amount;
	Size		key_size = 0;
	char	   *place;

	slot_getallattrs(slot);
	if (slot->tts_isnull[KEY] || slot->tts_isnull[AT] || slot->tts_isnull[AMOUNT])
		return true;
	key = slot->tts_values[KEY];
	if (type->length == -1)
		key = PointerGetDatum(PG_DETOAST_DATUM_PACKED(key));
	if (!type->by_value)
		key_size = datumGetSize(key, false, type->length);

	amount = cseg_numeric_amount(slot->tts_values[AMOUNT]);
	cseg_check_scale(amount.scale);
	row.at = DatumGetTimestampTz(slot->tts_values[AT]);
	row.units = (int64) amount.coefficient;
	row.key = type->by_value ? key : key_size;
	row.form = (uint8) amount.scale;
	if (row.units != amount.coefficient)
		row.form |= ROW_WIDE;
	if (!slot->tts_isnull[VOIDED_AT])
		row.form |= ROW_VOID;

	place = cseg_row_store_put(scan->store, hash_key(type, key),
							   ROW_HEAD_SIZE + key_size +
							   ((row.form & ROW_WIDE) != 0 ? sizeof(amount.coefficient) : 0) +
							   ((row.form & ROW_VOID) != 0 ? sizeof(TimestampTz) : 0));
	memcpy(place, &row, ROW_HEAD_SIZE);
	place += ROW_HEAD_SIZE;
	if ((row.form & ROW_WIDE) != 0)
	{
		memcpy(place, &amount.coefficient, sizeof(amount.coefficient));
		place += sizeof(amount.coefficient);
	}
	if ((row.form & ROW_VOID) != 0)
	{
		memcpy(place, &slot->tts_values[VOIDED_AT], sizeof(TimestampTz));
		place += sizeof(TimestampTz);
	}
	if (!type->by_value)
		memcpy(place, DatumGetPointer(key), key_size);
	if (key != slot->tts_values[KEY])
		pfree(DatumGetPointer(key));
	return true;
}

/* A row of a relation of histories: nothing to group, it is the result. */
static bool
receive_history(TupleTableSlot *slot, DestReceiver *receiver)
{
	enum
	{
		KEY, HISTORY
	};
	PopulationScan *scan = (PopulationScan *) receiver;
	MemoryContext caller = MemoryContextSwitchTo(scan->row_context);

	slot_getallattrs(slot);
	if (!slot->tts_isnull[KEY] && !slot->tts_isnull[HISTORY])
	{
		Datum		value = slot->tts_values[HISTORY];
		SegmHistory history = cseg_history_of(value);
		SegmHistoryTotals totals;

		cseg_check(segm_history_totals(&history, &segm_history_whole, &totals),
				   "purchase_history");
		if (scan->with_history)
			value = PointerGetDatum(cseg_history_finish(value));
		put_figures(scan, slot->tts_values[KEY], &history, &totals, value, NULL);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextReset(scan->row_context);
	return true;
}

static void
receiver_startup(DestReceiver *receiver, int operation, TupleDesc columns)
{
}

static void
receiver_nothing(DestReceiver *receiver)
{
}

/* The number of a column that must exist and have this type (any, if invalid). */
static AttrNumber
required_column(Relation relation, const char *name, Oid type)
{
	AttrNumber	number = get_attnum(RelationGetRelid(relation), name);

	if (number <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("relation \"%s\" has no column \"%s\"",
						RelationGetRelationName(relation), name),
				 errhint("It needs customer_id, at (timestamp with time zone), amount (numeric) "
						 "and, if orders can be void, voided_at (timestamp with time zone); "
						 "or customer_id and history (purchase_history).")));
	if (OidIsValid(type) && TupleDescAttr(RelationGetDescr(relation), number - 1)->atttypid != type)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of relation \"%s\" is of type %s, not %s", name,
						RelationGetRelationName(relation),
						format_type_be(TupleDescAttr(RelationGetDescr(relation),
													 number - 1)->atttypid),
						format_type_be(type))));
	return number;
}

/* The type of histories, which is that of the result's column. */
static Oid
history_type(TupleDesc result)
{
	for (int i = 0; i < result->natts; i++)
		if (strcmp(NameStr(TupleDescAttr(result, i)->attname), "history") == 0)
			return TupleDescAttr(result, i)->atttypid;
	elog(ERROR, "purchase_histories has no column \"history\"");
}

/* The query over the relation, after checking its columns; sets the key's type and what takes the rows. */
static char *
source_query(PopulationScan *scan, Oid relid, Oid wanted_key)
{
	Relation	relation = try_relation_open(relid, AccessShareLock);
	Form_pg_attribute column;
	StringInfoData query;
	bool		has_void = get_attnum(relid, "voided_at") > 0;
	bool		has_history = get_attnum(relid, "history") > 0;

	if (relation == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid)));

	column = TupleDescAttr(RelationGetDescr(relation),
						   required_column(relation, "customer_id", wanted_key) - 1);
	init_key_type(&scan->key_type, column->atttypid, column->attcollation);
	if (has_history)
	{
		(void) required_column(relation, "history", history_type(scan->result->setDesc));
		scan->receiver.receiveSlot = receive_history;
	}
	else
	{
		(void) required_column(relation, "at", TIMESTAMPTZOID);
		(void) required_column(relation, "amount", NUMERICOID);
		if (has_void)
			(void) required_column(relation, "voided_at", TIMESTAMPTZOID);
		scan->receiver.receiveSlot = receive_row;
	}

	initStringInfo(&query);
	appendStringInfo(&query, "SELECT customer_id, %s%s FROM %s",
					 has_history ? "history" : "at, amount, ",
					 has_history ? "" : has_void ? "voided_at" : "NULL::pg_catalog.timestamptz",
					 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)),
												RelationGetRelationName(relation)));
	relation_close(relation, NoLock);	/* the lock stays to the end of the transaction */
	return query.data;
}

static void
read_rows(PopulationScan *scan, const char *query)
{
	SPIExecuteOptions options = {0};
	int			result;

	scan->receiver.rStartup = receiver_startup;
	scan->receiver.rShutdown = receiver_nothing;
	scan->receiver.rDestroy = receiver_nothing;
	scan->receiver.mydest = DestTuplestore; /* any that SPI counts as a SELECT */
	options.read_only = true;
	options.must_return_tuples = true;
	options.dest = &scan->receiver;
	SPI_connect();
	result = SPI_execute_extended(query, &options);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "reading purchases failed: %s", SPI_result_code_string(result));
	SPI_finish();
}

/* ---- second pass: group one partition ---- */

/* What a row says about the purchase; returns the place of its key, if it has one. */
static char *
read_row(PopulationScan *scan, char *place, SegmPurchase *purchase)
{
	RowHead		row;

	memcpy(&row, place, ROW_HEAD_SIZE);
	place += ROW_HEAD_SIZE;
	purchase->at = row.at;
	purchase->day = cseg_local_day(scan->zone, row.at, "at");
	purchase->is_void = false;
	purchase->amount.scale = ROW_SCALE(row.form);
	purchase->amount.coefficient = row.units;
	if ((row.form & ROW_WIDE) != 0)
	{
		memcpy(&purchase->amount.coefficient, place, sizeof(purchase->amount.coefficient));
		place += sizeof(purchase->amount.coefficient);
	}
	if ((row.form & ROW_VOID) != 0)
	{
		TimestampTz voided_at;

		memcpy(&voided_at, place, sizeof(voided_at));
		place += sizeof(voided_at);
		cseg_purchase_void(purchase, scan->zone, voided_at);
	}
	return place;
}

/* Put the row at *next on the list of its customer, and move on to the one behind it. */
static Customer *
link_row(PopulationScan *scan, char **next)
{
	const KeyType *type = &scan->key_type;
	char	   *place = *next;
	char	   *key = place + ROW_HEAD_SIZE;
	RowHead		row;
	Customer   *customer;
	bool		found;

	memcpy(&row, place, ROW_HEAD_SIZE);
	if ((row.form & ROW_WIDE) != 0)
		key += sizeof(SegmInt128);
	if ((row.form & ROW_VOID) != 0)
		key += sizeof(TimestampTz);
	if (!type->by_value)
	{
		Size		size = row.key;

		if (size > scan->key_room)
		{
			if (scan->key != NULL)
				pfree(scan->key);
			scan->key_room = size + size;
			scan->key = MemoryContextAlloc(MemoryContextGetParent(scan->context),
										   scan->key_room);
		}
		memcpy(scan->key, key, size);
		key += size;
		row.key = PointerGetDatum(scan->key);
	}

	customer = customers_insert(scan->table, row.key, &found);
	if (!found)
	{
		customer->key = datumCopy(row.key, type->by_value, type->length);
		customer->rows = NULL;
		customer->row_count = 0;
		customer->state = NULL;
		customer->scale = 0;
		customer->last_at = row.at;
	}
	customer->last_at = Max(customer->last_at, row.at);
	if (customer->rows == NULL)
		customer->rows = place;
	else
		memcpy(customer->last_row, &place, sizeof(char *));
	customer->last_row = place;
	customer->row_count++;
	customer->scale = Max(customer->scale, ROW_SCALE(row.form));
	*next = key;
	return customer;
}

/* Everything known of a customer as folded entries, and first and last order. */
static size_t
fold_customer(PopulationScan *scan, const Customer *customer, int64 *first, int64 *last)
{
	size_t		count = 0;
	Size		room = customer->row_count + customer->row_count;
	char	   *place = customer->rows;
	SegmHistory state;

	*first = PG_INT64_MAX;
	*last = PG_INT64_MIN;
	if (customer->state != NULL)
	{
		state = cseg_history_read(customer->state);
		room += segm_history_entry_bound(&state);
	}
	if (room > scan->entry_room)
	{
		if (scan->entries != NULL)
			pfree(scan->entries);
		scan->entry_room = room + room;
		scan->entries = MemoryContextAllocHuge(MemoryContextGetParent(scan->context),
											   sizeof(SegmHistoryEntry) * scan->entry_room);
	}
	if (customer->state != NULL)
	{
		cseg_check(segm_history_collect(&state, customer->scale, scan->entries, &count),
				   "purchase_history");
		*first = state.first;
		*last = state.last;
	}
	for (int64 i = 0; i < customer->row_count; i++)
	{
		SegmPurchase purchase;

		(void) read_row(scan, place, &purchase);
		cseg_check(segm_history_enter(&purchase, customer->scale, scan->entries, &count),
				   "amount");
		if (segm_purchase_counts(&purchase))
		{
			*first = Min(*first, purchase.at);
			*last = Max(*last, purchase.at);
		}
		memcpy(&place, place, sizeof(char *));	/* the next row */
	}
	cseg_check(segm_history_fold(scan->entries, &count), "amount");
	return count;
}

/* Turn the list of rows of a customer into an open history. */
static void
fold_list(PopulationScan *scan, Customer *customer)
{
	int64		first;
	int64		last;
	size_t		count = fold_customer(scan, customer, &first, &last);

	if (customer->state != NULL)
		pfree(customer->state);
	customer->state = cseg_history_make(scan->entries, count, customer->scale, first, last, true);
	customer->rows = NULL;
	customer->row_count = 0;
}

/*
 * Whether a customer's list is worth folding before its end: long ones sort
 * slowly and without a look at interrupts.  Not shorter than the history,
 * which would be gone through again and again.
 */
static inline bool
list_is_long(const Customer *customer)
{
	return customer->row_count >= LONG_LIST &&
		(customer->state == NULL ||
		 customer->row_count >= VARSIZE(customer->state) / ROW_HEAD_SIZE);
}

/*
 * Turn all lists of rows into open histories, and let go of the rows.  The
 * next ones may take as much memory as these histories: each time it is the
 * same work to go through them.
 */
static void
fold_lists(PopulationScan *scan)
{
	Size		states = 0;
	customers_iterator iterator;
	Customer   *customer;

	customers_start_iterate(scan->table, &iterator);
	while ((customer = customers_iterate(scan->table, &iterator)) != NULL)
	{
		if (customer->row_count > 0)
			fold_list(scan, customer);
		states += VARSIZE(customer->state);
	}
	cseg_row_store_release(scan->store);
	scan->rows_allowed = Max(scan->memory_allowed, states);
}

static void
group_partition(PopulationScan *scan, int partition)
{
	MemoryContext caller = MemoryContextSwitchTo(scan->context);
	char	   *place;
	Size		length;

	scan->table = customers_create(scan->context, TABLE_START, &scan->key_type);
	scan->rows_allowed = scan->memory_allowed;
	while ((place = cseg_row_store_next(scan->store, partition, &length)) != NULL)
	{
		char	   *end = place + length;

		CHECK_FOR_INTERRUPTS();
		while (place < end)
		{
			Customer   *customer = link_row(scan, &place);

			if (list_is_long(customer))
				fold_list(scan, customer);
		}
		if (cseg_row_store_held(scan->store) > scan->rows_allowed)
			fold_lists(scan);
	}
	MemoryContextSwitchTo(caller);
}

/* ---- the function ---- */

/* One customer of a partition into the result. */
static void
put_customer(PopulationScan *scan, const Customer *customer)
{
	MemoryContext caller = MemoryContextSwitchTo(scan->row_context);
	SegmHistoryTotals totals;
	SegmHistory history = {.scale = customer->scale};
	size_t		count = fold_customer(scan, customer, &history.first, &history.last);
	Datum		value = (Datum) 0;

	cseg_check(segm_history_sum(scan->entries, count, &totals), "purchase_history");
	if (scan->with_history)
		value = PointerGetDatum(cseg_history_make(scan->entries, count, history.scale,
												  history.first, history.last, false));
	put_figures(scan, customer->key, &history, &totals, value, &customer->last_at);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(scan->row_context);
}

PG_FUNCTION_INFO_V1(purchase_histories);
Datum
purchase_histories(PG_FUNCTION_ARGS)
{
	enum
	{
		PURCHASES, KEY_TYPE, TIME_ZONE, WITH_HISTORY
	};
	PopulationScan scan = {0};
	char	   *query;

	if (PG_ARGISNULL(PURCHASES) || PG_ARGISNULL(TIME_ZONE) || PG_ARGISNULL(WITH_HISTORY))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null",
						PG_ARGISNULL(PURCHASES) ? "purchases" :
						PG_ARGISNULL(TIME_ZONE) ? "time_zone" : "with_history")));
	scan.with_history = PG_GETARG_BOOL(WITH_HISTORY);
	InitMaterializedSRF(fcinfo, 0);
	scan.result = (ReturnSetInfo *) fcinfo->resultinfo;
	query = source_query(&scan, PG_GETARG_OID(PURCHASES),
						 get_fn_expr_argtype(fcinfo->flinfo, KEY_TYPE));
	scan.zone = cseg_named_zone(PG_GETARG_TEXT_PP(TIME_ZONE), CurrentMemoryContext);
	scan.context = AllocSetContextCreate(CurrentMemoryContext, "customers of a partition",
										 0, CONTEXT_START, ALLOCSET_DEFAULT_MAXSIZE);
	scan.row_context = AllocSetContextCreate(CurrentMemoryContext, "row of purchase_histories",
											 ALLOCSET_DEFAULT_SIZES);
	scan.memory_allowed = get_hash_memory_limit();
	scan.store = cseg_row_store_begin(CurrentMemoryContext, scan.memory_allowed);
	read_rows(&scan, query);

	for (int partition = 0; partition < ROW_STORE_PARTITIONS; partition++)
	{
		customers_iterator iterator;
		Customer   *customer;

		CHECK_FOR_INTERRUPTS();
		group_partition(&scan, partition);
		customers_start_iterate(scan.table, &iterator);
		while ((customer = customers_iterate(scan.table, &iterator)) != NULL)
			put_customer(&scan, customer);
		cseg_row_store_release(scan.store);
		MemoryContextReset(scan.context);
	}
	cseg_row_store_end(scan.store);
	MemoryContextDelete(scan.context);
	MemoryContextDelete(scan.row_context);
	return (Datum) 0;
}
