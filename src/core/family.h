/*
 * family.h
 *		The families of customer models and what they have in common: one
 *		table, so that nothing else needs to know which models there are.
 */
#ifndef SEGM_FAMILY_H
#define SEGM_FAMILY_H

#include "customer.h"
#include "sort.h"

#define SEGM_MAX_PARAMETERS 4
#define SEGM_MAX_COVARIATES 16
#define SEGM_MAX_GROUPS 3

/* A quantile beyond this is not searched for; a sum has at most so many periods. */
#define SEGM_QUANTILE_LIMIT 1e6
#define SEGM_PERIODS_MAX 10000

/* Stored in values: never renumber. */
typedef enum SegmFamilyCode
{
	SEGM_BG_NBD = 1,
	SEGM_MBG_NBD = 2,
	SEGM_PARETO_NBD = 3,
	SEGM_BG_BB = 4,
	SEGM_GAMMA_GAMMA = 5
} SegmFamilyCode;

/*
 * Covariates act on some parameters: parameter * exp(sign * coefficients'z).
 * Positive coefficients mean buying faster and lapsing sooner (Fader & Hardie
 * 2007, "Incorporating time-invariant covariates into the Pareto/NBD and
 * BG/NBD models").
 */
typedef struct SegmCovariateGroup
{
	int			parameter;
	double		sign;
} SegmCovariateGroup;

typedef struct SegmFamily
{
	SegmFamilyCode code;
	const char *name;
	int			parameters;
	const char *parameter_names[SEGM_MAX_PARAMETERS];

	/* bit i: parameter i is in time units (in money for a spend model) */
	unsigned	scaled;
	int			groups;			/* 0: takes no covariates */
	SegmCovariateGroup group[SEGM_MAX_GROUPS];

	/* NULL for a spend model */
	SegmStatus	(*check) (const SegmCustomer *customer);
	double		(*log_likelihood) (const double parameters[], const SegmCustomer *customer);
	double		(*p_alive) (const double parameters[], const SegmCustomer *customer);
	double		(*expected) (const double parameters[], const SegmCustomer *customer, double t);

	/* given that the customer is alive, for several t */
	void		(*expected_alive) (const double parameters[], const SegmCustomer *customer,
								   const double t[], int count, double expected[]);
	double		(*count) (const double parameters[], const SegmCustomer *customer, double t,
						  double n);

	/* probability of n > 0 purchases or more */
	double		(*at_least) (const double parameters[], const SegmCustomer *customer, double t,
							 double n);

	/* rate: continuous, by time unit; for BG/BB by opportunity, (1 + rate)^-k */
	double		(*discounted) (const double parameters[], const SegmCustomer *customer,
							   double rate);
} SegmFamily;

/* NULL for an unknown code or name. */
extern const SegmFamily *segm_family(int code);
extern const SegmFamily *segm_family_by_name(const char *name, size_t length);

/*
 * The smallest n with P(purchases within t <= n) >= probability, 0 <
 * probability < 1; -1 where it is beyond limit.  poll is called for each n that
 * is tried, some forty.
 */
extern double segm_count_quantile(const SegmFamily *family, const double parameters[],
								  const SegmCustomer *customer, double t, double probability,
								  double limit, SegmPoll poll);

/*
 * Expected purchases of a number of periods to come, the k-th discounted by
 * (1 + rate)^-k: sum of (E[Y(k period)] - E[Y((k-1) period)]) / (1 + rate)^k.
 */
extern double segm_discounted_periods(const SegmFamily *family, const double parameters[],
									  const SegmCustomer *customer, double period, int periods,
									  double rate);

/* Applies covariates to base parameters: coefficients by group, then covariate. */
extern void segm_family_adjust(const SegmFamily *family, const double base[],
							   const double coefficients[], const double covariates[],
							   int count, double parameters[]);

#endif							/* SEGM_FAMILY_H */
