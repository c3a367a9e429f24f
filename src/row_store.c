/*
 * row_store.c
 *		Rows in partitions of chunks, in memory or in temporary files.
 */
#include "postgres.h"

#include "commands/tablespace.h"
#include "storage/buffile.h"
#include "utils/memutils.h"

#include "row_store.h"

#define CHUNK_SIZE	8192		/* literal: rows of a chunk stay together on disk */

typedef struct Chunk
{
	struct Chunk *next;
	Size		size;			/* bytes that fit */
	Size		used;
	char		rows[FLEXIBLE_ARRAY_MEMBER];
} Chunk;

typedef struct Partition
{
	Chunk	   *first;			/* in memory, in order */
	Chunk	   *last;
	BufFile    *file;			/* the chunks before these, NULL: none */
	bool		rewound;
} Partition;

struct RowStore
{
	MemoryContext context;
	Size		allowed;
	Size		taken;			/* by chunks not yet read */
	Size		held;			/* by chunks read and not released */
	Chunk	   *read;			/* these chunks */
	Partition	partitions[ROW_STORE_PARTITIONS];
};

RowStore *
cseg_row_store_begin(MemoryContext parent, Size memory_allowed)
{
	MemoryContext context = AllocSetContextCreate(parent, "row store", ALLOCSET_DEFAULT_SIZES);
	RowStore   *store = MemoryContextAllocZero(context, sizeof(RowStore));

	store->context = context;
	store->allowed = memory_allowed;
	return store;
}

/* Move a partition's chunks to its file, all but one empty one. */
static void
spill_partition(RowStore *store, Partition *partition)
{
	Chunk	   *chunk = partition->first;

	if (partition->file == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(store->context);

		PrepareTempTablespaces();
		partition->file = BufFileCreateTemp(false);
		MemoryContextSwitchTo(caller);
	}
	while (chunk != NULL)
	{
		Chunk	   *next = chunk->next;

		BufFileWrite(partition->file, &chunk->used, sizeof(chunk->used));
		BufFileWrite(partition->file, chunk->rows, chunk->used);
		if (next == NULL && chunk->size == CHUNK_SIZE)
			break;
		store->taken -= chunk->size;
		pfree(chunk);
		chunk = next;
	}
	if (chunk != NULL)
		chunk->used = 0;
	partition->first = chunk;
	partition->last = chunk;
}

static void
add_chunk(RowStore *store, Partition *partition, Size length)
{
	Size		size = Max(length, CHUNK_SIZE);
	Chunk	   *chunk;

	if (partition->file != NULL)
		spill_partition(store, partition);
	else if (store->taken + size > store->allowed)
	{
		for (int i = 0; i < ROW_STORE_PARTITIONS; i++)
			if (store->partitions[i].first != NULL)
				spill_partition(store, &store->partitions[i]);
	}
	if (partition->last != NULL && partition->last->size - partition->last->used >= length)
		return;

	chunk = MemoryContextAllocHuge(store->context, offsetof(Chunk, rows) + size);
	chunk->next = NULL;
	chunk->size = size;
	chunk->used = 0;
	if (partition->last == NULL)
		partition->first = chunk;
	else
		partition->last->next = chunk;
	partition->last = chunk;
	store->taken += size;
}

char *
cseg_row_store_put(RowStore *store, uint32 hash, Size length)
{
	Partition  *partition = &store->partitions[hash % ROW_STORE_PARTITIONS];
	char	   *row;

	if (partition->last == NULL || partition->last->size - partition->last->used < length)
		add_chunk(store, partition, length);
	row = partition->last->rows + partition->last->used;
	partition->last->used += length;
	return row;
}

bool
cseg_row_store_is_empty(const RowStore *store, int number)
{
	return store->partitions[number].first == NULL && store->partitions[number].file == NULL;
}

/* The next chunk of the partition's file, NULL at its end. */
static Chunk *
read_chunk(RowStore *store, Partition *partition)
{
	Chunk	   *chunk;
	Size		used;
	Size		got;

	if (!partition->rewound)
	{
		if (BufFileSeek(partition->file, 0, 0, SEEK_SET) != 0)
			ereport(ERROR,
					(errcode_for_file_access(),
					 errmsg("could not rewind a temporary file: %m")));
		partition->rewound = true;
	}
	got = BufFileRead(partition->file, &used, sizeof(used));
	if (got == 0)
	{
		BufFileClose(partition->file);
		partition->file = NULL;
		return NULL;
	}
	if (got == sizeof(used))
	{
		chunk = MemoryContextAllocHuge(store->context, offsetof(Chunk, rows) + used);
		chunk->used = used;
		got = BufFileRead(partition->file, chunk->rows, used);
		if (got == used)
			return chunk;
	}
	ereport(ERROR,
			(errcode_for_file_access(),
			 errmsg("could not read a temporary file: it ended early")));
}

char *
cseg_row_store_next(RowStore *store, int number, Size *length)
{
	Partition  *partition = &store->partitions[number];
	Chunk	   *chunk = NULL;

	if (partition->file != NULL)
		chunk = read_chunk(store, partition);
	if (chunk == NULL)
	{
		chunk = partition->first;
		if (chunk == NULL)
			return NULL;
		partition->first = chunk->next;
	}
	chunk->next = store->read;
	store->read = chunk;
	store->held += chunk->used;
	*length = chunk->used;
	return chunk->rows;
}

Size
cseg_row_store_held(const RowStore *store)
{
	return store->held;
}

void
cseg_row_store_release(RowStore *store)
{
	while (store->read != NULL)
	{
		Chunk	   *next = store->read->next;

		pfree(store->read);
		store->read = next;
	}
	store->held = 0;
}

void
cseg_row_store_end(RowStore *store)
{
	for (int i = 0; i < ROW_STORE_PARTITIONS; i++)
		if (store->partitions[i].file != NULL)
			BufFileClose(store->partitions[i].file);
	MemoryContextDelete(store->context);
}
