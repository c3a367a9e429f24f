/*
 * pareto_nbd.c
 *		The Pareto/NBD model: see pareto_nbd.h.
 *
 * Sources: Schmittlein, Morrison & Colombo 1987, "Counting your customers:
 * who are they and what will they do next?", Management Science 33(1), 1-24;
 * Fader & Hardie's note 009 (2005); the count: their note 017 (2006).
 *
 * The papers write the likelihood of a lapsed customer as a difference of two
 * 2F1, which loses all digits for a recent last purchase and converges badly
 * for distant alpha and beta.  Here it is the integral it came from,
 *
 *		A2 = s Int_{t_x}^T (alpha+u)^-(r+x) (beta+u)^-(s+1) du,
 *
 * in y with u = t_x + m (e^y - 1), m = t_x + min(alpha, beta): the integrand
 * is then smooth on the scale of its own slope, and panels of 16 Gauss points
 * give full precision.  The derivatives are means over the same points.
 */
#include <math.h>

#include "incomplete.h"
#include "pareto_nbd.h"
#include "quadrature.h"
#include "special.h"

/* A panel's bounds: on its width, and on the change of the log-integrand. */
#define PANEL_WIDTH 3.0
#define PANEL_CHANGE 16.0

/* The rest is dropped when it cannot reach this share of the integral. */
#define NEGLIGIBLE 1e-18

/*
 * exp() and log() are several times faster than expm1() and log1p(), and as
 * good while no exponent multiplies their rounding by more than this.
 */
#define FAST_EXPONENT 1000.0

/* Means over the time of lapsing of a customer who has lapsed. */
typedef struct Lapse
{
	double		log_odds;		/* ln A2/A1 = ln P(lapsed)/P(alive) */
	double		growth_alpha;	/* mean ln((alpha+u)/alpha) */
	double		growth_beta;
	double		share_alpha;	/* mean alpha/(alpha+u) */
	double		share_beta;
} Lapse;

/* The distributions of both rates of a customer who is alive. */
typedef struct State
{
	double		shape;			/* purchases: r + x */
	double		rate;			/* alpha + T */
	double		s;				/* drop-out */
	double		beta;			/* beta + T */
} State;

static void
lapse_means(const double parameters[4], const SegmCustomer *customer, Lapse *lapse)
{
	double		alpha = parameters[1],
				s = parameters[2],
				beta = parameters[3];
	double		shape = parameters[0] + customer->x,
				since = customer->t_cal - customer->t_x;
	double		alpha_x = alpha + customer->t_x,
				beta_x = beta + customer->t_x,
				m = fmin(alpha_x, beta_x),
				end = log1p(since / m),
				begin = 0.0;
	bool		fast = shape <= FAST_EXPONENT && s <= FAST_EXPONENT;
	double		per_alpha = 1.0 / alpha_x,
				per_beta = 1.0 / beta_x,
				inverse_alpha,
				inverse_beta,
				middle,
				spread = 1.0;
	double		sum = 0.0,
				growth_alpha = 0.0,
				growth_beta = 0.0,
				share_alpha = 0.0,
				share_beta = 0.0;

	lapse->growth_alpha = lapse->growth_beta = 0.0;
	lapse->share_alpha = lapse->share_beta = 0.0;
	if (since <= 0.0)
	{
		lapse->log_odds = -HUGE_VAL;
		return;
	}

	while (begin < end)
	{
		double		width = fmin(PANEL_WIDTH, end - begin),
					slope_begin,
					log_begin,
					v;

		/* the slope of the log-integrand falls from left to right */
		v = m * expm1(begin);
		slope_begin = 1.0 - shape * (m + v) / (alpha_x + v) - (s + 1.0) * (m + v) / (beta_x + v);
		for (;;)
		{
			double		v_end = m * expm1(begin + width);
			double		slope_end = 1.0 - shape * (m + v_end) / (alpha_x + v_end)
			- (s + 1.0) * (m + v_end) / (beta_x + v_end);

			if (fmax(fabs(slope_begin), fabs(slope_end)) * width <= PANEL_CHANGE)
				break;
			width *= 0.5;
		}

		middle = exp(begin + 0.5 * width);
		for (int i = 0; i < 2 * SEGM_GAUSS_HALF; i++)
		{
			const SegmGaussPoint *point = &segm_gauss[i / 2];
			double		y,
						log_alpha,
						log_beta,
						term;

			if (i % 2 == 0)
			{
				y = begin + 0.5 * width * (1.0 + point->node);
				spread = exp(0.5 * width * point->node);
			}
			else
			{
				y = begin + 0.5 * width * (1.0 - point->node);
				spread = 1.0 / spread;
			}
			v = fast ? m * (middle * spread - 1.0) : m * expm1(y);
			inverse_alpha = 1.0 / (alpha_x + v);
			inverse_beta = 1.0 / (beta_x + v);
			log_alpha = alpha_x == m ? y
				: fast ? log((alpha_x + v) * per_alpha) : log1p(v / alpha_x);
			log_beta = beta_x == m ? y
				: fast ? log((beta_x + v) * per_beta) : log1p(v / beta_x);
			term = 0.5 * width * point->weight
				* exp(y - shape * log_alpha - (s + 1.0) * log_beta);
			sum += term;
			growth_alpha += term * log_alpha;
			growth_beta += term * log_beta;
			share_alpha += term * inverse_alpha;
			share_beta += term * inverse_beta;
		}
		begin += width;

		if (begin >= end)
			break;

		/* a falling log-integrand with this slope bounds the rest */
		v = m * expm1(begin);
		slope_begin = shape * (m + v) / (alpha_x + v) + (s + 1.0) * (m + v) / (beta_x + v) - 1.0;
		log_begin = begin - shape * log1p(v / alpha_x) - (s + 1.0) * log1p(v / beta_x);
		if (slope_begin > 0.0 && exp(log_begin) <= NEGLIGIBLE * slope_begin * sum)
			break;
	}

	lapse->log_odds = log(s * m / beta_x) + log(sum)
		+ shape * log1p(since / alpha_x) + s * log1p(since / beta_x);
	lapse->growth_alpha = growth_alpha / sum + log1p(customer->t_x / alpha);
	lapse->growth_beta = growth_beta / sum + log1p(customer->t_x / beta);
	lapse->share_alpha = alpha * (share_alpha / sum);
	lapse->share_beta = beta * (share_beta / sum);
}

static void
state_of(const double parameters[4], const SegmCustomer *customer, State *state)
{
	state->shape = parameters[0] + customer->x;
	state->rate = parameters[1] + customer->t_cal;
	state->s = parameters[2];
	state->beta = parameters[3] + customer->t_cal;
}

void
segm_pareto_nbd_count_terms(const double parameters[4], double x, SegmParetoCount *terms)
{
	terms->log_constant = segm_log_gamma_ratio(parameters[0], x);
	terms->r = parameters[0] * segm_digamma_difference(parameters[0], x);
}

double
segm_pareto_nbd_gradient(const double parameters[4], const SegmCustomer *customer,
						 const SegmParetoCount *terms, double gradient[4])
{
	double		r = parameters[0],
				alpha = parameters[1],
				s = parameters[2],
				beta = parameters[3];
	double		x = customer->x,
				end_alpha = alpha + customer->t_cal,
				end_beta = beta + customer->t_cal,
				growth_alpha = log1p(customer->t_cal / alpha),
				growth_beta = log1p(customer->t_cal / beta);
	double		alive,
				lapsed,
				share_alpha,
				share_beta;
	Lapse		lapse;

	lapse_means(parameters, customer, &lapse);
	alive = segm_logistic_complement(lapse.log_odds);
	lapsed = segm_logistic_complement(-lapse.log_odds);

	/* means over both fates of alpha/(alpha + end of activity) and the like */
	share_alpha = alive * (alpha / end_alpha) + lapsed * lapse.share_alpha;
	share_beta = alive * (beta / end_beta) + lapsed * lapse.share_beta;
	gradient[0] = terms->r - r * (alive * growth_alpha + lapsed * lapse.growth_alpha);
	gradient[1] = r * (1.0 - share_alpha) - x * share_alpha;
	gradient[2] = lapsed - s * (alive * growth_beta + lapsed * lapse.growth_beta);
	gradient[3] = s * (1.0 - share_beta) - lapsed * lapse.share_beta;
	return terms->log_constant - r * growth_alpha - x * log(end_alpha) - s * growth_beta
		+ segm_log1p_exp(lapse.log_odds);
}

double
segm_pareto_nbd_log_likelihood(const double parameters[4], const SegmCustomer *customer)
{
	SegmParetoCount terms;
	double		gradient[4];

	segm_pareto_nbd_count_terms(parameters, customer->x, &terms);
	return segm_pareto_nbd_gradient(parameters, customer, &terms, gradient);
}

double
segm_pareto_nbd_p_alive(const double parameters[4], const SegmCustomer *customer)
{
	Lapse		lapse;

	lapse_means(parameters, customer, &lapse);
	return segm_logistic_complement(lapse.log_odds);
}

void
segm_pareto_nbd_expected_alive(const double parameters[4], const SegmCustomer *customer,
							   const double t[], int count, double expected[])
{
	State		state;

	state_of(parameters, customer, &state);
	for (int k = 0; k < count; k++)
	{
		double		log_growth = log1p(t[k] / state.beta);

		expected[k] = (state.shape / state.rate) * state.beta * log_growth
			* segm_expm1_ratio((1.0 - state.s) * log_growth);
	}
}

double
segm_pareto_nbd_expected(const double parameters[4], const SegmCustomer *customer, double t)
{
	double		expected;

	segm_pareto_nbd_expected_alive(parameters, customer, &t, 1, &expected);
	return segm_pareto_nbd_p_alive(parameters, customer) * expected;
}

/* Log-integrand of n purchases and then lapsing at u = t p, in y = logit p. */
typedef struct CountIntegrand
{
	const State *state;
	double		t;
	double		n;
} CountIntegrand;

static void
count_terms(double y, const void *context, double log_terms[2])
{
	const CountIntegrand *c = context;
	const State *state = c->state;
	double		log_p = -segm_log1p_exp(-y),
				log_q = -segm_log1p_exp(y),
				u = c->t * exp(log_p);

	log_terms[0] = (c->n + 1.0) * log_p + log_q
		- (state->shape + c->n) * log1p(u / state->rate)
		- (state->s + 1.0) * log1p(u / state->beta);
	log_terms[1] = -HUGE_VAL;
}

/* The derivative of count_terms() by y: falls from n + 1 to below 0. */
static double
count_slope(const CountIntegrand *c, double y)
{
	const State *state = c->state;
	double		p = segm_logistic_complement(-y),
				q = segm_logistic_complement(y),
				u = c->t * p;

	return (c->n + 1.0) * q - p
		- q * ((state->shape + c->n) * u / (state->rate + u)
			   + (state->s + 1.0) * u / (state->beta + u));
}

/*
 * ln of Int_0^1 p^n (1 + t p/rate)^-(shape + n) (1 + t p/beta)^-(s + 1) dp,
 * n >= 0, s > -1.
 */
static double
log_count_integral(const State *state, double t, double n)
{
	CountIntegrand c = {state, t, n};
	SegmLine	line;
	double		low = -700.0,
				high = 700.0,
				curvature,
				logs[2];

	for (int i = 0; i < 60; i++)
	{
		double		middle = 0.5 * (low + high);

		if (count_slope(&c, middle) > 0.0)
			low = middle;
		else
			high = middle;
	}
	curvature = count_slope(&c, low - 0.01) - count_slope(&c, low + 0.01);
	line.integrand = count_terms;
	line.context = &c;
	line.start = low;
	line.step = fmin(0.5, 0.7 / sqrt(fmax(curvature / 0.02, 1e-9)));
	line.left_from = -HUGE_VAL;
	line.left_rate = n + 1.0;
	line.right_from = HUGE_VAL;
	line.right_rate = 1.0;
	segm_integrate_line(&line, logs);
	return logs[0];
}

/* Probability of lapsing within t after exactly n purchases. */
static double
lapsed_count(const State *state, double t, double n)
{
	/* t / rate may be too small for a double */
	double		log_power = n > 0.0 ? n * log(t / state->rate) : 0.0;

	return exp(log_count_integral(state, t, n) + log(state->s * (t / state->beta)) + log_power
			   + segm_log_gamma_ratio(state->shape, n) - lgamma(n + 1.0));
}

/*
 * The n-th purchase would come at a time with density u^(n-1)
 * (rate+u)^-(shape+n) up to a constant; the customer must live to see it.
 */
double
segm_pareto_nbd_at_least(const double parameters[4], const SegmCustomer *customer, double t,
						 double n)
{
	State		state;

	if (t <= 0.0)
		return 0.0;
	state_of(parameters, customer, &state);
	state.shape += 1.0;
	state.s -= 1.0;
	return segm_pareto_nbd_p_alive(parameters, customer)
		* exp(log_count_integral(&state, t, n - 1.0) + n * log(t / state.rate)
			  + segm_log_gamma_ratio(state.shape - 1.0, n) - lgamma(n));
}

double
segm_pareto_nbd_count(const double parameters[4], const SegmCustomer *customer, double t, double n)
{
	State		state;
	Lapse		lapse;
	double		probability;

	state_of(parameters, customer, &state);
	lapse_means(parameters, customer, &lapse);
	probability = exp(segm_log_negative_binomial(n, state.shape, state.rate, t)
					  - state.s * log1p(t / state.beta));
	if (t > 0.0)
		probability += lapsed_count(&state, t, n);
	probability *= segm_logistic_complement(lapse.log_odds);
	if (n == 0.0)
		probability += segm_logistic_complement(-lapse.log_odds);
	return probability;
}

double
segm_pareto_nbd_discounted(const double parameters[4], const SegmCustomer *customer, double delta)
{
	State		state;

	state_of(parameters, customer, &state);
	return segm_pareto_nbd_p_alive(parameters, customer)
		* (state.shape / state.rate) * state.beta
		* segm_scaled_expint(state.s, delta * state.beta);
}
