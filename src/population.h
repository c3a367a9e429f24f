/*
 * population.h
 *		One value for each customer of a relation, in one pass over its rows.
 *
 * GROUP BY customer_id with an aggregate is the right thing for one customer
 * or a few.  For all of them the executor's hash table, with its 500 bytes a
 * group, spends most of its time waiting for memory.  Here the relation is
 * read by an ordinary query, with the caller's rights and snapshot; its rows
 * are set aside by the hash of the customer (row_store.c), and one partition
 * after the other is grouped in a table that fits the processor's cache.
 *
 * What a row holds and what becomes of a customer's rows is said by a
 * PopulationValue.
 */
#ifndef CSEG_POPULATION_H
#define CSEG_POPULATION_H

#include "datatype/timestamp.h"
#include "nodes/execnodes.h"
#include "tcop/dest.h"
#include "utils/rel.h"

#include "row_store.h"

#pragma GCC visibility push(hidden)

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
	MemoryContext scratch;		/* for what those two leave behind, reset with every call */
} KeyType;

/*
 * One customer of the partition at hand: the rows not yet folded, as a list,
 * and an open value of those that are.
 */
typedef struct Customer
{
	Datum		key;
	char	   *rows;
	char	   *last_row;
	int64		row_count;		/* of the list */
	int64		rows_seen;		/* in all, also those that are on no list */
	struct varlena *state;		/* NULL: nothing is folded yet */
	TimestampTz first_at;		/* from here on what the value's see() notes */
	TimestampTz last_at;
	uint32		hash;
	uint8		scale;
	char		status;			/* simplehash's own */
} Customer;

typedef struct Population Population;

typedef struct PopulationValue
{
	const char *name;			/* of the function */
	const char *columns;		/* what its relation needs, a hint */
	Size		least_row;		/* no row is shorter */

	/* How long a row is, without the bytes of its key that stand behind it. */
	Size		(*row_size) (const char *row);

	/* Note what it says of its customer as a whole; whether it goes on the list. */
	bool		(*see) (const char *row, Customer *customer);

	/* Make the list and the state a new state in the context of the population. */
	void		(*fold) (Population *population, Customer *customer);

	/* The customer's row into the result; called in a context of its own. */
	void		(*put) (Population *population, const Customer *customer);
} PopulationValue;

#define POPULATION_COLUMNS	6	/* literal: customer_id and the most that a function reads besides */

/* What one call of a function carries from row to row. */
struct Population
{
	DestReceiver receiver;		/* first: the executor hands us its address */
	const PopulationValue *value;
	KeyType		key_type;
	Oid			types[POPULATION_COLUMNS];	/* of the columns of the query, as the relation has
											 * been checked for */
	int			columns;
	RowStore   *store;
	MemoryContext context;		/* of a partition, reset with every one */
	MemoryContext row_context;	/* reset with every row of the result, and every key */
	struct customers_hash *table;
	char	   *key;			/* the key of the row at hand, aligned */
	Size		key_room;
	Size		memory_allowed;
	Size		rows_allowed;	/* in memory before their lists are folded */
	ReturnSetInfo *result;
};

/*
 * A row as it is set aside begins with this, not aligned: the key, or how many
 * bytes it has, which then stand behind the row.  Once its customer is known
 * it is the address of the next row of the list.
 */
#define ROW_LINK_SIZE	sizeof(Datum)

static inline char *
cseg_next_row(const char *row)
{
	char	   *next;

	memcpy(&next, row, sizeof(next));
	return next;
}

/* A column that the query of a function reads. */
typedef struct PopulationColumn
{
	const char *name;
	Oid			type;
	const char *absent;			/* stands for it where it is missing; NULL: must not be */
} PopulationColumn;

/* Let go of what detoasting made: rows are received in a context that lasts. */
static inline void
cseg_free_copy(void *copy, Datum original)
{
	if (copy != DatumGetPointer(original))
		pfree(copy);
}

/* Refuse a null argument; error 22004, which says its name. */
extern void cseg_population_require(FunctionCallInfo fcinfo, int argument, const char *name);

/* The result of the call, and what it needs of memory. */
extern void cseg_population_begin(Population *population, const PopulationValue *value, FunctionCallInfo fcinfo);

/*
 * The relation, opened, and the type of its customer_id, which must be the one
 * that is wanted; the lock stays to the end of the transaction.
 */
extern Relation cseg_population_open(Population *population, Oid relid, Oid wanted_key);

/*
 * SELECT of customer_id and these columns, after checking that they are there
 * and have these types.  That the query finds such columns too is checked when
 * it begins: it goes by the name of the relation, which may be another's by
 * then, since a schema can be renamed whoever uses its tables.
 */
extern char *cseg_population_query(Population *population, Relation relation, const PopulationColumn *columns, int count);

/*
 * Run the query, whose rows go to receiver.receiveSlot; error 42804 if its
 * columns are not of the types that were checked.  It may have a
 * parameter of type "type", with "value": then its plan is kept in fn_extra,
 * so that it is made once for a call that is repeated.
 */
extern void cseg_population_read(Population *population, FunctionCallInfo fcinfo, const char *query, Oid type, Datum value);

/* Room for a row of "size" bytes, of which ROW_LINK_SIZE are already set. */
extern char *cseg_population_set_aside(Population *population, Datum key, Size size);

/* Group what has been set aside into the result, and let go of everything. */
extern void cseg_population_finish(Population *population);

#pragma GCC visibility pop

#endif							/* CSEG_POPULATION_H */
