/*
 * population.c
 *		Rows of a relation set aside by the hash of their customer, then grouped
 *		partition after partition; see population.h.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/nodeHash.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/typcache.h"

#include "population.h"

static uint32 hash_key(const KeyType *type, Datum key);
static bool keys_equal(const KeyType *type, Datum a, Datum b);

#define KEY_HALF		32		/* literal: bits of half a datum */
#define TABLE_START		1024	/* literal: customers a partition's table begins with */
#define CONTEXT_START	(1024 * 1024)	/* literal: kept from partition to partition */
#define LONG_LIST		4096	/* literal: rows; entries of so many still fit a cache */

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

/* Of a value whose bytes do not tell: by the functions of its type. */
static uint32
hash_by_function(const KeyType *type, Datum key)
{
	MemoryContext caller = MemoryContextSwitchTo(type->scratch);
	uint32		hash = DatumGetUInt32(FunctionCall1Coll(type->hash, type->collation, key));

	MemoryContextSwitchTo(caller);
	MemoryContextReset(type->scratch);
	return hash;
}

static bool
equal_by_function(const KeyType *type, Datum a, Datum b)
{
	MemoryContext caller = MemoryContextSwitchTo(type->scratch);
	bool		equal = DatumGetBool(FunctionCall2Coll(type->equal, type->collation, a, b));

	MemoryContextSwitchTo(caller);
	MemoryContextReset(type->scratch);
	return equal;
}

static uint32
hash_key(const KeyType *type, Datum key)
{
	if (!type->bitwise)
		return hash_by_function(type, key);
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
		return equal_by_function(type, a, b);
	return datum_image_eq(a, b, type->by_value, type->length);
}

/* ---- the relation ---- */

/* A column that must exist and have this type (any, if invalid); its number. */
static AttrNumber
check_column(const Population *population, Relation relation, const char *name, Oid type)
{
	AttrNumber	number = get_attnum(RelationGetRelid(relation), name);

	if (number <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("relation \"%s\" has no column \"%s\"",
						RelationGetRelationName(relation), name),
				 errhint("%s", population->value->columns)));
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

Relation
cseg_population_open(Population *population, Oid relid, Oid wanted_key)
{
	Relation	relation = try_relation_open(relid, AccessShareLock);
	Form_pg_attribute column;

	if (relation == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid)));
	column = TupleDescAttr(RelationGetDescr(relation),
						   check_column(population, relation, "customer_id", wanted_key) - 1);
	init_key_type(&population->key_type, column->atttypid, column->attcollation);
	population->key_type.scratch = population->row_context;
	return relation;
}

char *
cseg_population_query(Population *population, Relation relation, const PopulationColumn *columns, int count)
{
	StringInfoData query;

	Assert(count < POPULATION_COLUMNS);
	population->types[0] = population->key_type.type;
	population->columns = 1 + count;
	initStringInfo(&query);
	appendStringInfoString(&query, "SELECT customer_id");
	for (int i = 0; i < count; i++)
	{
		const PopulationColumn *column = &columns[i];
		bool		there = column->absent == NULL || get_attnum(RelationGetRelid(relation), column->name) > 0;

		if (there)
			(void) check_column(population, relation, column->name, column->type);
		population->types[1 + i] = column->type;
		appendStringInfo(&query, ", %s", there ? column->name : column->absent);
	}
	appendStringInfo(&query, " FROM %s",
					 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)),
												RelationGetRelationName(relation)));
	return query.data;
}

/* ---- first pass: set the rows of the query aside ---- */

/* The relation that the query has found by its name is one like that which was looked at, or rows would be taken for what they are not. */
static void
receiver_startup(DestReceiver *receiver, int operation, TupleDesc columns)
{
	const Population *population = (const Population *) receiver;
	bool		same = columns->natts == population->columns &&
	TupleDescAttr(columns, 0)->attcollation == population->key_type.collation;

	for (int i = 0; same && i < population->columns; i++)
		same = TupleDescAttr(columns, i)->atttypid == population->types[i];
	if (!same)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the relation of %s was replaced by one with columns of other types while it was looked at",
						population->value->name),
				 errhint("Try again.")));
}

static void
receiver_nothing(DestReceiver *receiver)
{
}

/* The plan of a call that is repeated. */
typedef struct KeptPlan
{
	char	   *query;
	SPIPlanPtr	plan;
	MemoryContextCallback end;
} KeptPlan;

static void
free_plan(void *argument)
{
	KeptPlan   *kept = argument;

	if (kept->plan != NULL)
		SPI_freeplan(kept->plan);
	kept->plan = NULL;
}

/*
 * The plan for a query with one parameter, in SPI.  One plan serves all its
 * values, or every customer would be planned for.
 */
static SPIPlanPtr
plan_for(FmgrInfo *flinfo, const char *query, Oid type)
{
	KeptPlan   *kept = flinfo->fn_extra;
	SPIPlanPtr	plan;

	if (kept == NULL)
	{
		kept = MemoryContextAllocZero(flinfo->fn_mcxt, sizeof(KeptPlan));
		kept->end.func = free_plan;
		kept->end.arg = kept;
		MemoryContextRegisterResetCallback(flinfo->fn_mcxt, &kept->end);
		flinfo->fn_extra = kept;
	}
	if (kept->plan != NULL && strcmp(kept->query, query) == 0)
		return kept->plan;
	free_plan(kept);
	plan = SPI_prepare_cursor(query, 1, &type, CURSOR_OPT_GENERIC_PLAN);
	if (plan == NULL || SPI_keepplan(plan) != 0)
		elog(ERROR, "planning \"%s\" failed: %s", query, SPI_result_code_string(SPI_result));
	kept->plan = plan;
	kept->query = MemoryContextStrdup(flinfo->fn_mcxt, query);
	return plan;
}

void
cseg_population_read(Population *population, FunctionCallInfo fcinfo, const char *query, Oid type, Datum value)
{
	SPIExecuteOptions options = {0};
	int			result;

	population->receiver.rStartup = receiver_startup;
	population->receiver.rShutdown = receiver_nothing;
	population->receiver.rDestroy = receiver_nothing;
	population->receiver.mydest = DestTuplestore;	/* any that SPI counts as a SELECT */
	options.read_only = true;
	options.must_return_tuples = true;
	options.dest = &population->receiver;
	SPI_connect();
	if (OidIsValid(type))
	{
		options.params = makeParamList(1);
		options.params->params[0].value = value;
		options.params->params[0].isnull = false;
		options.params->params[0].pflags = PARAM_FLAG_CONST;
		options.params->params[0].ptype = type;
		result = SPI_execute_plan_extended(plan_for(fcinfo->flinfo, query, type), &options);
	}
	else
		result = SPI_execute_extended(query, &options);
	if (result != SPI_OK_SELECT)
		elog(ERROR, "%s could not read its relation: %s", population->value->name, SPI_result_code_string(result));
	SPI_finish();
}

char *
cseg_population_set_aside(Population *population, Datum key, Size size)
{
	const KeyType *type = &population->key_type;
	Datum		plain = key;
	Datum		link = key;
	Size		key_size = 0;
	char	   *row;

	if (type->length == -1)
		plain = PointerGetDatum(PG_DETOAST_DATUM_PACKED(key));
	if (!type->by_value)
		link = key_size = datumGetSize(plain, false, type->length);
	row = cseg_row_store_put(population->store, hash_key(type, plain), size + key_size);
	memcpy(row, &link, ROW_LINK_SIZE);
	if (!type->by_value)
		memcpy(row + size, DatumGetPointer(plain), key_size);
	if (plain != key)
		pfree(DatumGetPointer(plain));
	return row;
}

/* ---- second pass: group one partition ---- */

/* Put the row at *next on the list of its customer, and move on to the one behind it. */
static Customer *
link_row(Population *population, char **next)
{
	const KeyType *type = &population->key_type;
	char	   *row = *next;
	char	   *end = row + population->value->row_size(row);
	Datum		key;
	Customer   *customer;
	bool		found;

	memcpy(&key, row, ROW_LINK_SIZE);
	if (!type->by_value)
	{
		Size		size = key;

		if (size > population->key_room)
		{
			if (population->key != NULL)
				pfree(population->key);
			population->key_room = size + size;
			population->key = MemoryContextAlloc(MemoryContextGetParent(population->context),
												 population->key_room);
		}
		memcpy(population->key, end, size);
		end += size;
		key = PointerGetDatum(population->key);
	}

	customer = customers_insert(population->table, key, &found);
	if (!found)
	{
		customer->key = datumCopy(key, type->by_value, type->length);
		customer->rows = NULL;
		customer->row_count = 0;
		customer->rows_seen = 0;
		customer->state = NULL;
		customer->first_at = DT_NOEND;
		customer->last_at = DT_NOBEGIN;
		customer->scale = 0;
	}
	customer->rows_seen++;
	if (population->value->see(row, customer))
	{
		if (customer->rows == NULL)
			customer->rows = row;
		else
			memcpy(customer->last_row, &row, sizeof(char *));
		customer->last_row = row;
		customer->row_count++;
	}
	*next = end;
	return customer;
}

static void
fold_list(Population *population, Customer *customer)
{
	population->value->fold(population, customer);
	customer->rows = NULL;
	customer->row_count = 0;
}

/*
 * Whether a customer's list is worth folding before its end: long ones sort
 * slowly and without a look at interrupts.  Not shorter than the state, which
 * would be gone through again and again.
 */
static inline bool
list_is_long(const Population *population, const Customer *customer)
{
	return customer->row_count >= LONG_LIST &&
		(customer->state == NULL ||
		 customer->row_count >= VARSIZE(customer->state) / population->value->least_row);
}

/*
 * Fold all lists of rows, and let go of the rows.  The next ones may take as
 * much memory as the states: each time it is the same work to go through them.
 */
static void
fold_lists(Population *population)
{
	Size		states = 0;
	customers_iterator iterator;
	Customer   *customer;

	customers_start_iterate(population->table, &iterator);
	while ((customer = customers_iterate(population->table, &iterator)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		if (customer->row_count > 0)
			fold_list(population, customer);
		if (customer->state != NULL)
			states += VARSIZE(customer->state);
	}
	cseg_row_store_release(population->store);
	population->rows_allowed = Max(population->memory_allowed, states);
}

static void
group_partition(Population *population, int partition)
{
	MemoryContext caller = MemoryContextSwitchTo(population->context);
	char	   *place;
	Size		length;

	population->table = customers_create(population->context, TABLE_START, &population->key_type);
	population->rows_allowed = population->memory_allowed;
	while ((place = cseg_row_store_next(population->store, partition, &length)) != NULL)
	{
		char	   *end = place + length;

		CHECK_FOR_INTERRUPTS();
		while (place < end)
		{
			Customer   *customer = link_row(population, &place);

			if (list_is_long(population, customer))
				fold_list(population, customer);
		}
		if (cseg_row_store_held(population->store) > population->rows_allowed)
			fold_lists(population);
	}
	MemoryContextSwitchTo(caller);
}

static void
put_customers(Population *population)
{
	MemoryContext caller = MemoryContextSwitchTo(population->row_context);
	customers_iterator iterator;
	Customer   *customer;

	customers_start_iterate(population->table, &iterator);
	while ((customer = customers_iterate(population->table, &iterator)) != NULL)
	{
		CHECK_FOR_INTERRUPTS();
		population->value->put(population, customer);
		MemoryContextReset(population->row_context);
	}
	MemoryContextSwitchTo(caller);
}

/* ---- begin and end of a call ---- */

void
cseg_population_require(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be null", name)));
}

void
cseg_population_begin(Population *population, const PopulationValue *value, FunctionCallInfo fcinfo)
{
	InitMaterializedSRF(fcinfo, 0);
	population->value = value;
	population->result = (ReturnSetInfo *) fcinfo->resultinfo;
	population->context = AllocSetContextCreate(CurrentMemoryContext, "customers of a partition",
												0, CONTEXT_START, ALLOCSET_DEFAULT_MAXSIZE);
	population->row_context = AllocSetContextCreate(CurrentMemoryContext, "row of a customer",
													ALLOCSET_DEFAULT_SIZES);
	population->memory_allowed = get_hash_memory_limit();
	population->store = cseg_row_store_begin(CurrentMemoryContext, population->memory_allowed);
}

void
cseg_population_finish(Population *population)
{
	for (int partition = 0; partition < ROW_STORE_PARTITIONS; partition++)
	{
		/* one customer asked for is one partition with rows */
		if (cseg_row_store_is_empty(population->store, partition))
			continue;
		CHECK_FOR_INTERRUPTS();
		group_partition(population, partition);
		put_customers(population);
		cseg_row_store_release(population->store);
		MemoryContextReset(population->context);
	}
	cseg_row_store_end(population->store);
	MemoryContextDelete(population->context);
	MemoryContextDelete(population->row_context);
}
