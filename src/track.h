/*
 * track.h
 *		Shared by the parts of change tracking: the trigger (track.c), the keys
 *		that it reads (track_key.c), and whose queue it writes to
 *		(track_queue.c).
 */
#ifndef CSEG_TRACK_H
#define CSEG_TRACK_H

#include "glue.h"

#include "executor/tuptable.h"
#include "parser/parse_coerce.h"
#include "utils/rel.h"

#pragma GCC visibility push(hidden)

#define QUEUE	"refresh_queue"

/* columns of the queue */
enum
{
	SOURCE, KIND, CUSTOMER, ORDER, QUEUED_AT, QUEUE_COLUMNS
};

#define RECENT		1024		/* literal: keys remembered, so that most are written once */

/* How a column of the table becomes one of the queue. */
typedef struct KeyColumn
{
	AttrNumber	number;			/* InvalidAttrNumber: there is none */
	CoercionPathType path;
	FmgrInfo	function;		/* the cast, or the output function */
	FmgrInfo	input;
	Oid			input_parameter;
	bool		by_value;
	int16		length;
	Oid			from;			/* its type, if that is an integer */
	bool		narrower;		/* an integer of a smaller type: what lies beyond is nobody's */
	int64		least;
	int64		most;
	bool		recent_used[RECENT];
	Datum		recent[RECENT];
} KeyColumn;

/*
 * How a column of the table becomes one of the queue, with the name '' none;
 * false: it is gone, or has a type that the queue cannot hold.
 */
extern bool cseg_find_column(Relation queue, Relation table, const char *name, int queue_column, KeyColumn *column);

/* The column of a row as the queue holds it; false for null, and for what the queue cannot hold. */
extern bool cseg_read_key(KeyColumn *column, TupleTableSlot *row, Datum *key);

/*
 * What the owner of the queue may get of the table.  He may be a stranger: the
 * workspace that the trigger was made for may be gone, and who can make
 * schemas can make one of its name.
 */
typedef enum
{
	NOTHING,					/* his code would run with the rights of whoever changes the table */
	THAT_IT_CHANGED,
	THE_KEYS
} Share;

extern Share cseg_share_of_owner(Relation queue, Oid table);

/*
 * A table of the workspace, or NULL; nobody needs rights on it here, and policies and rules do not concern the trigger either.
 * Temporary tables are nobody's workspace.  If its owner may not make triggers on the tracked table, the lock is not waited for:
 * he may be a stranger, who would have the shop wait.
 */
extern Relation cseg_workspace_table(const char *workspace, const char *name, Oid tracked, LOCKMODE lock);

/* Whether a table of the name of the queue is one: anybody can make one in a schema of his own, with any columns. */
extern bool cseg_is_queue(Relation queue);

/* Whether nothing has to be looked at or done when rows are added, as it is with a queue that track has made. */
extern bool cseg_is_plain(Relation queue);

/*
 * Whether the workspace says that it tracks this table, or one whose partition
 * it is, under this number: a trigger that somebody else made on a table of
 * his own writes nothing.
 */
typedef enum
{
	NOT_TRACKED,
	TRACKED,
	TRACKED_BY_OTHERS			/* other columns have got the names of those that were to be noted */
} Tracking;

extern Tracking cseg_tracking(const char *workspace, Oid table, int16 source, const char *customer, const char *order);

#pragma GCC visibility pop

#endif
