/*
 * views_one_row.c
 *		A condition that is always true and tells the planner that a subquery has
 *		one row for each value of its key.
 *
 * Servers before 16 take "DISTINCT ON (key) ... WHERE key = 17" for as many rows
 * as one key has before DISTINCT: a dozen of such subqueries, joined, are
 * estimated at billions of rows, and the server compiles the plan for a minute
 * to read one row.
 */
#include "postgres.h"

#include "fmgr.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"

#include "glue.h"

/* Whether the query says which value this column has: key = constant or parameter, also by way of others equal to it. */
static bool
is_fixed(PlannerInfo *root, const Var *key)
{
	ListCell   *class_cell;
	ListCell   *member_cell;

	foreach(class_cell, root->eq_classes)
	{
		EquivalenceClass *class = lfirst_node(EquivalenceClass, class_cell);

		if (!class->ec_has_const)
			continue;
		foreach(member_cell, class->ec_members)
		{
			Node	   *member = (Node *) lfirst_node(EquivalenceMember, member_cell)->em_expr;

			if (IsA(member, RelabelType))
				member = (Node *) ((RelabelType *) member)->arg;
			if (IsA(member, Var) && ((Var *) member)->varno == key->varno && ((Var *) member)->varattno == key->varattno)
				return true;
		}
	}
	return false;
}

PG_FUNCTION_INFO_V1(one_row_a_key_support);
Datum
one_row_a_key_support(PG_FUNCTION_ARGS)
{
	SupportRequestSelectivity *request = (SupportRequestSelectivity *) PG_GETARG_POINTER(0);
	RelOptInfo *relation;
	Node	   *key;

	if (!IsA(request, SupportRequestSelectivity))
		PG_RETURN_POINTER(NULL);
	key = linitial(request->args);
	request->selectivity = 1;
	if (!IsA(key, Var) || ((Var *) key)->varlevelsup != 0)
		PG_RETURN_POINTER(request);
	/* somebody else's query may ask about what is no relation */
	if (((Var *) key)->varno < 1 || ((Var *) key)->varno >= request->root->simple_rel_array_size)
		PG_RETURN_POINTER(request);
	relation = request->root->simple_rel_array[((Var *) key)->varno];
	if (relation != NULL && relation->tuples > 1 && is_fixed(request->root, (Var *) key))
		request->selectivity = 1 / relation->tuples;
	PG_RETURN_POINTER(request);
}

/* one_row_a_key(key, other): true. */
PG_FUNCTION_INFO_V1(one_row_a_key);
Datum
one_row_a_key(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(true);
}
