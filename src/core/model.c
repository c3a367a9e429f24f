/*
 * model.c
 *		Reading and checking stored models: see model.h.
 */
#include <math.h>
#include <string.h>

#include "model.h"

static const char *const status_names[] = {
	"given", "interior", "boundary", "too_few", "not_converged"
};

#define STATUSES ((int) (sizeof(status_names) / sizeof(status_names[0])))

const char *
segm_fit_status_name(int status)
{
	return status >= 0 && status < STATUSES ? status_names[status] : NULL;
}

int
segm_fit_status_by_name(const char *name)
{
	for (int i = 0; i < STATUSES; i++)
		if (strcmp(status_names[i], name) == 0)
			return i;
	return -1;
}

bool
segm_model_part_usable(const SegmModelPart *part)
{
	return part != NULL && !isnan(part->parameters[0]);
}

static bool
part_valid(const SegmModelPart *part)
{
	const SegmFamily *family = segm_family(part->family);

	if (family == NULL || segm_fit_status_name(part->status) == NULL
		|| part->evaluations < 0 || part->reserved != 0
		|| !(part->customers < SEGM_MODEL_CUSTOMERS_END) || !(part->repeat_customers >= 0.0)
		|| !(part->repeat_customers <= part->customers)
		|| isinf(part->log_likelihood) || !(part->penalty >= 0.0) || isinf(part->penalty))
		return false;
	for (int i = 0; i < family->parameters; i++)
		if (isinf(part->standard_errors[i]))
			return false;

	/* all parameters or none */
	if (segm_model_part_usable(part))
		return segm_parameters_check(part->parameters, family->parameters) == SEGM_OK;
	for (int i = 0; i < family->parameters; i++)
		if (!isnan(part->parameters[i]))
			return false;
	return true;
}

static bool
day_valid(int32_t day)
{
	return day == SEGM_NO_DAY || (day >= SEGM_MIN_DAY && day < SEGM_MODEL_DAY_END);
}

SegmStatus
segm_model_read(const void *bytes, size_t length, SegmModel *model)
{
	const SegmModelHeader *header = bytes;
	const SegmModelPart *parts = (const SegmModelPart *) (header + 1);
	const char *end = (const char *) bytes + length;
	size_t		needed = sizeof(SegmModelHeader);

	if (length < needed)
		return SEGM_CORRUPT;
	if (header->version != SEGM_MODEL_VERSION)
		return SEGM_VERSION;
	needed += header->parts * sizeof(SegmModelPart);
	if (header->parts < 1 || header->parts > SEGM_MODEL_MAX_PARTS || header->reserved != 0
		|| header->covariates > SEGM_MAX_COVARIATES || length < needed
		|| !day_valid(header->from_day) || !day_valid(header->to_day)
		|| memchr(header->unit, '\0', SEGM_UNIT_LENGTH) == NULL)
		return SEGM_CORRUPT;

	for (const char *c = header->unit; *c != '\0'; c++)
		if (*c < 'a' || *c > 'z')
			return SEGM_CORRUPT;

	memset(model, 0, sizeof(*model));
	model->header = header;
	for (int i = 0; i < header->parts; i++)
	{
		bool		spend = parts[i].family == SEGM_GAMMA_GAMMA;
		const SegmModelPart **place = spend ? &model->spend : &model->orders;

		/* the order model comes first */
		if (!part_valid(&parts[i]) || *place != NULL || (i == 1 && place != &model->spend))
			return SEGM_CORRUPT;
		*place = &parts[i];
	}
	if (model->orders != NULL)
		model->family = segm_family(model->orders->family);
	if (header->covariates > 0)
	{
		int			n;
		const char *name;

		if (model->orders == NULL || model->family->groups == 0)
			return SEGM_CORRUPT;
		n = model->coefficients_count = model->family->groups * header->covariates;
		model->coefficients = (const double *) (parts + header->parts);
		model->coefficient_errors = model->coefficients + n;
		model->names = (const char *) (model->coefficient_errors + n);
		needed += 2 * (size_t) n * sizeof(double);
		if (length < needed)
			return SEGM_CORRUPT;
		for (int i = 0; i < n; i++)
			if (isinf(model->coefficients[i]) || isinf(model->coefficient_errors[i])
				|| (segm_model_part_usable(model->orders) && isnan(model->coefficients[i])))
				return SEGM_CORRUPT;
		name = model->names;
		for (int i = 0; i < header->covariates; i++)
		{
			const char *stop = memchr(name, '\0', (size_t) (end - name));

			if (stop == NULL || stop == name || stop - name > SEGM_MODEL_NAME_MAX)
				return SEGM_CORRUPT;
			name = stop + 1;
		}
		needed = (size_t) (name - (const char *) bytes);
	}
	return needed == length ? SEGM_OK : SEGM_CORRUPT;
}
