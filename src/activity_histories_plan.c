/*
 * activity_histories_plan.c
 *		What the planner is told about activity_histories().
 *
 * A query that asks for some customers only, WHERE customer_id = 17, has the
 * condition on the result of the function.  Here their ids become the argument
 * customers of the call too, so that only their rows are read.  The condition
 * stays where it is: the rows are the same whether this was seen or not.
 *
 * Rows and cost are those of the query that the function runs, estimated by
 * planning it, for those who may run it.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "parser/parser.h"
#include "tcop/tcopprot.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/typcache.h"

#include "activity_histories.h"

#define CUSTOMERS_GUESS	10		/* literal: what the server takes an unknown array for */

/* A call whose relation is known when it is planned. */
typedef struct KnownCall
{
	Oid			relid;
	Node	   *customers;		/* NULL: everybody */
	Oid			key_type;
	Oid			key_collation;
} KnownCall;

static bool
is_null(const Node *node)
{
	return IsA(node, Const) && ((const Const *) node)->constisnull;
}

static bool
know_call(const FuncExpr *call, KnownCall *known)
{
	Const	   *relation;
	AttrNumber	number;
	int32		modifier;

	if (list_length(call->args) <= ACTIVITY_CUSTOMERS)
		return false;
	relation = list_nth(call->args, ACTIVITY_RELATION);
	if (!IsA(relation, Const) || relation->constisnull)
		return false;
	known->relid = DatumGetObjectId(relation->constvalue);
	number = get_attnum(known->relid, "customer_id");
	if (number <= 0)
		return false;
	get_atttypetypmodcoll(known->relid, number, &known->key_type, &modifier, &known->key_collation);
	known->customers = list_nth(call->args, ACTIVITY_CUSTOMERS);
	if (is_null(known->customers))
		known->customers = NULL;
	/* anything but an array is an error when the call runs */
	return known->customers == NULL || OidIsValid(get_base_element_type(exprType(known->customers)));
}

/* ---- some customers only ---- */

/*
 * Where the call stands in FROM; 0 if it may be another one, or if leaving
 * rows out would change what stands beside them.
 */
static int
place_of_call(const Query *query, Oid function)
{
	int			found = 0;
	int			index = 0;
	ListCell   *cell;

	if (query->hasTargetSRFs)
		return 0;
	foreach(cell, query->rtable)
	{
		RangeTblEntry *entry = lfirst_node(RangeTblEntry, cell);
		ListCell   *item;

		index++;
		if (entry->rtekind != RTE_FUNCTION)
			continue;
		foreach(item, entry->functions)
		{
			FuncExpr   *call = (FuncExpr *) lfirst_node(RangeTblFunction, item)->funcexpr;

			if (!IsA(call, FuncExpr) || call->funcid != function)
				continue;
			if (found != 0 || list_length(entry->functions) != 1 || entry->funcordinality)
				return 0;
			found = index;
		}
	}
	return found;
}

static bool
is_key(const Node *node, int place)
{
	while (IsA(node, RelabelType))
		node = (const Node *) ((const RelabelType *) node)->arg;
	return IsA(node, Var) && ((const Var *) node)->varno == place &&
		((const Var *) node)->varattno == 1 && ((const Var *) node)->varlevelsup == 0;
}

/* Something that has one value while the function runs. */
static bool
is_fixed(Node *node)
{
	return !contain_vars_of_level(node, 0) && !contain_volatile_functions(node) && !contain_subplans(node);
}

/* Equality as an index on the key has it, and no wider one. */
static bool
is_key_equality(const KnownCall *known, Oid operator, Oid type, Oid collation)
{
	/*
	 * neither an operator without a commutator nor one of types that are never equal is an
	 * operator
	 */
	return OidIsValid(operator) && operator == cseg_key_operator(known->key_type, type) &&
		(collation == known->key_collation || !OidIsValid(collation) || get_collation_isdeterministic(collation));
}

/* An array of this one value. */
static Node *
array_of(Node *value)
{
	ArrayExpr  *array = makeNode(ArrayExpr);

	array->element_typeid = exprType(value);
	array->array_typeid = get_array_type(array->element_typeid);
	array->array_collid = exprCollation(value);
	array->elements = list_make1(copyObject(value));
	array->location = -1;
	return OidIsValid(array->array_typeid) ? (Node *) array : NULL;
}

/* The array, or an empty one if it turns out to be null: as an argument null means everybody. */
static Node *
never_null(Node *array)
{
	CoalesceExpr *either = makeNode(CoalesceExpr);
	Oid			element = get_base_element_type(exprType(array));

	either->coalescetype = exprType(array);
	either->coalescecollid = exprCollation(array);
	either->args = list_make2(copyObject(array),
							  makeConst(either->coalescetype, -1, either->coalescecollid, -1,
										PointerGetDatum(construct_empty_array(element)), false, false));
	either->location = -1;
	return (Node *) either;
}

/* The customers that a condition leaves, as an array; NULL if it is none on the key alone. */
static Node *
customers_of(const KnownCall *known, Node *condition, int place)
{
	if (IsA(condition, OpExpr) && list_length(((OpExpr *) condition)->args) == 2)	/* literal: both sides */
	{
		OpExpr	   *equals = (OpExpr *) condition;
		Oid			operator = equals->opno;
		Node	   *key = linitial(equals->args);
		Node	   *value = lsecond(equals->args);

		if (!is_key(key, place))
		{
			key = lsecond(equals->args);
			value = linitial(equals->args);
			operator = get_commutator(operator);
		}
		if (is_key(key, place) && is_fixed(value) &&
			is_key_equality(known, operator, exprType(value), equals->inputcollid))
			return array_of(value);
	}
	else if (IsA(condition, ScalarArrayOpExpr))
	{
		ScalarArrayOpExpr *any = (ScalarArrayOpExpr *) condition;
		Node	   *array = lsecond(any->args);

		if (any->useOr && is_key(linitial(any->args), place) && is_fixed(array) &&
			is_key_equality(known, any->opno, get_base_element_type(exprType(array)), any->inputcollid))
			return IsA(array, Const) || IsA(array, ArrayExpr) ? copyObject(array) : never_null(array);
	}
	return NULL;
}

/* The same among conditions that all must hold. */
static Node *
customers_of_all(const KnownCall *known, Node *conditions, int place)
{
	List	   *parts = NIL;
	ListCell   *cell;

	if (conditions == NULL)
		return NULL;
	if (IsA(conditions, List))
		parts = (List *) conditions;
	else if (is_andclause(conditions))
		parts = ((BoolExpr *) conditions)->args;
	else
		return customers_of(known, conditions, place);
	foreach(cell, parts)
	{
		Node	   *customers = customers_of_all(known, lfirst(cell), place);

		if (customers != NULL)
			return customers;
	}
	return NULL;
}

/* The call for these customers only, NULL if the query asks for more. */
static Node *
restricted(SupportRequestSimplify *request)
{
	FuncExpr   *call = request->fcall;
	KnownCall	known;
	int			place;
	Node	   *customers;

	if (request->root == NULL || !know_call(call, &known) || known.customers != NULL)
		return NULL;
	place = place_of_call(request->root->parse, call->funcid);
	if (place == 0)
		return NULL;
	customers = customers_of_all(&known, request->root->parse->jointree->quals, place);
	if (customers == NULL || is_null(customers))
		return NULL;
	call = copyObject(call);
	lfirst(list_nth_cell(call->args, ACTIVITY_CUSTOMERS)) = customers;
	return (Node *) call;
}

/* ---- estimates ---- */

typedef struct Estimate
{
	double		rows;
	Cost		cost;
} Estimate;

/* A place in the query that is planned here is none in the user's. */
static void
error_in_estimate(void *query)
{
	int			position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery(query);
	}
}

/* Views over activity_histories over such views: each estimate plans the query below twice, for its rows and its cost. */
#define MOST_NESTED		3		/* literal: eight plans at most */
static int	nested = 0;

static PlannedStmt *
plan_of(char *query, Oid *parameter_type, int parameters)
{
	ErrorContextCallback errors = {.callback = error_in_estimate,.arg = query,.previous = error_context_stack};
	PlannedStmt *volatile plan = NULL;

	CHECK_FOR_INTERRUPTS();
	error_context_stack = &errors;
	nested++;
	PG_TRY();
	{
		plan = pg_plan_query(linitial(pg_analyze_and_rewrite_fixedparams(linitial(raw_parser(query, RAW_PARSE_DEFAULT)), query,
																		 parameter_type, parameters, NULL)),
							 query, CURSOR_OPT_GENERIC_PLAN, NULL);
	}
	PG_FINALLY();
	{
		nested--;
	}
	PG_END_TRY();
	error_context_stack = errors.previous;
	return plan;
}

/* What the planner thinks of the query that reads the events, grouped if they are everybody's. */
static bool
estimate(const KnownCall *known, Estimate *result)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context;
	bool		may;
	char	   *name = get_rel_name(known->relid);
	Oid			type = InvalidOid;
	char	   *condition = NULL;
	StringInfoData query;
	PlannedStmt *plan;

	/* what cannot be grouped is refused when the call runs */
	if (name == NULL || nested >= MOST_NESTED || !ActiveSnapshotSet() ||
		!OidIsValid(lookup_type_cache(known->key_type, TYPECACHE_EQ_OPR)->eq_opr))
		return false;
	if (known->customers != NULL)
	{
		type = exprType(known->customers);
		if (IsA(known->customers, ArrayExpr) && list_length(((ArrayExpr *) known->customers)->elements) == 1)
			type = ((ArrayExpr *) known->customers)->element_typeid;
		condition = cseg_key_condition(known->key_type, type);
		if (condition == NULL)
			return false;
	}
	context = AllocSetContextCreate(caller, "estimate of activity_histories", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	initStringInfo(&query);
	appendStringInfo(&query, condition != NULL ? "SELECT customer_id FROM %s WHERE %s" : "SELECT customer_id FROM %s GROUP BY customer_id",
					 quote_qualified_identifier(get_namespace_name(get_rel_namespace(known->relid)), name), condition);
	plan = plan_of(query.data, &type, condition != NULL ? 1 : 0);

	/*
	 * estimates tell how many rows and customers there are: nothing for those who may not run it,
	 * be it through a view of theirs
	 */
	may = cseg_may_run(plan);
	result->rows = plan->planTree->plan_rows;
	result->cost = plan->planTree->total_cost;
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
	return may;
}

/* How many customers are asked for. */
static double
count_of(const Node *customers)
{
	if (IsA(customers, ArrayExpr) && !((const ArrayExpr *) customers)->multidims)
		return list_length(((const ArrayExpr *) customers)->elements);
	if (IsA(customers, Const))
	{
		ArrayType  *array = DatumGetArrayTypeP(((const Const *) customers)->constvalue);

		return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	}
	return CUSTOMERS_GUESS;
}

PG_FUNCTION_INFO_V1(activity_histories_support);
Datum
activity_histories_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);
	KnownCall	known;
	Estimate	result;

	if (IsA(request, SupportRequestSimplify))
		PG_RETURN_POINTER(restricted((SupportRequestSimplify *) request));
	if (IsA(request, SupportRequestRows))
	{
		SupportRequestRows *rows = (SupportRequestRows *) request;

		if (rows->node == NULL || !IsA(rows->node, FuncExpr) || !know_call((FuncExpr *) rows->node, &known))
			PG_RETURN_POINTER(NULL);
		if (known.customers != NULL)
			rows->rows = count_of(known.customers);
		else if (estimate(&known, &result))
			rows->rows = result.rows;
		else
			PG_RETURN_POINTER(NULL);
		PG_RETURN_POINTER(request);
	}
	if (IsA(request, SupportRequestCost))
	{
		SupportRequestCost *cost = (SupportRequestCost *) request;

		if (cost->node == NULL || !IsA(cost->node, FuncExpr) || !know_call((FuncExpr *) cost->node, &known) ||
			!estimate(&known, &result))
			PG_RETURN_POINTER(NULL);
		cost->startup = result.cost;
		cost->per_tuple = 0;
		PG_RETURN_POINTER(request);
	}
	PG_RETURN_POINTER(NULL);
}
