/*
 * event_kind.c
 *		Names of kinds and of events: each is found, in any case, and no other.
 */
#include "core/event_kind.h"
#include "tap.h"

int
main(void)
{
	const SegmEventRule *rule;
	const SegmEventRule *before = NULL;
	bool		known;
	bool		found = true;
	bool		ascending = true;
	char		upper[100];

	for (size_t i = 0; (rule = segm_event_rule(i)) != NULL; before = rule, i++)
	{
		size_t		length = strlen(rule->name);

		for (size_t j = 0; j <= length; j++)
			upper[j] = rule->name[j] >= 'a' && rule->name[j] <= 'z' ? (char) (rule->name[j] - 32) : rule->name[j];
		found = found && segm_event_kind(upper, length, &known) == rule->kind && known &&
			segm_event_kind(rule->name, length - 1, &known) != rule->kind + 100;
		ascending = ascending && (before == NULL || strcmp(before->name, rule->name) != 0);
	}
	ok(found, "every name is found, in capitals too");
	ok(ascending, "no name twice in a row");
	is_int(segm_event_kind("Email_OPEN", 10, &known), SEGM_EMAIL_OPEN, "a kind in any case");
	is_int(segm_event_kind("email_opens", 11, &known), SEGM_NO_KIND, "no kind");
	ok(!known, "nor a name");
	is_int(segm_event_kind("", 0, &known), SEGM_NO_KIND, "an empty name");
	is_int(segm_event_kind("sent", 4, &known), SEGM_NO_KIND, "a name that counts for nothing");
	ok(known, "is known");
	is_int(segm_event_kind_of_name("Login", 5), SEGM_NO_KIND, "kinds as such are spelled exactly");
	ok(segm_event_name_equal("Log_In", 6, "lOG_iN", 6), "the same name in other cases");
	ok(!segm_event_name_equal("login", 5, "logins", 6) && !segm_event_name_equal("login", 5, "logon", 5), "not the same");
	return tap_done();
}
