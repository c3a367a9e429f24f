/*
 * csv.h
 *		Reads the plain comma-separated test data: a header line, no quotes.
 */
#ifndef CSEG_CSV_H
#define CSEG_CSV_H

#include "tap.h"

#define CSV_FIELDS 32
#define CSV_LINE 4096

typedef struct Csv
{
	FILE	   *file;
	char		header_line[CSV_LINE];
	char		line[CSV_LINE];
	char	   *header[CSV_FIELDS];
	char	   *field[CSV_FIELDS];
	int			fields;
	int			row;
} Csv;

static int
csv_split(char *line, char *fields[CSV_FIELDS])
{
	int			n = 0;

	line[strcspn(line, "\r\n")] = '\0';
	for (char *p = line; p != NULL && n < CSV_FIELDS; n++)
	{
		fields[n] = p;
		p = strchr(p, ',');
		if (p != NULL)
			*p++ = '\0';
	}
	return n;
}

/* Opens test/data/<name>; a missing file fails the test. */
__attribute__((unused))
static bool
csv_open(Csv *csv, const char *name)
{
	char		path[CSV_LINE];

	snprintf(path, sizeof(path), "%s/data/%s", tap_test_dir(), name);
	csv->row = 0;
	csv->file = fopen(path, "r");
	if (csv->file == NULL || fgets(csv->header_line, CSV_LINE, csv->file) == NULL)
		return ok(false, "read %s", path);
	csv->fields = csv_split(csv->header_line, csv->header);
	return true;
}

__attribute__((unused))
static bool
csv_next(Csv *csv)
{
	if (fgets(csv->line, CSV_LINE, csv->file) == NULL)
	{
		fclose(csv->file);
		return false;
	}
	csv->row++;
	for (int i = csv_split(csv->line, csv->field); i < csv->fields; i++)
		csv->field[i] = csv->line + strlen(csv->line);
	return true;
}

/* The field of a column, as text; "" when there is no such column. */
__attribute__((unused))
static const char *
csv_text(const Csv *csv, const char *column)
{
	for (int i = 0; i < csv->fields; i++)
		if (strcmp(csv->header[i], column) == 0)
			return csv->field[i];
	return "";
}

/* As a number; NaN when empty. */
__attribute__((unused))
static double
csv_number(const Csv *csv, const char *column)
{
	const char *text = csv_text(csv, column);

	return *text == '\0' ? NAN : strtod(text, NULL);
}

#endif							/* CSEG_CSV_H */
