/*
 * event_kind.h
 *		What events count as, and which names of events mean what.
 */
#ifndef SEGM_EVENT_KIND_H
#define SEGM_EVENT_KIND_H

#include "core/core.h"

/* Kinds are stored as these numbers: new ones only at the end. */
typedef enum SegmEventKind
{
	SEGM_NO_KIND = -1,
	SEGM_EMAIL_RECEIVED,
	SEGM_EMAIL_OPEN,
	SEGM_EMAIL_CLICK,
	SEGM_UNSUBSCRIBE,
	SEGM_SITE_VISIT,
	SEGM_PAGE_VIEW,
	SEGM_PRODUCT_VIEW,
	SEGM_SEARCH,
	SEGM_ADD_TO_CART,
	SEGM_REMOVE_FROM_CART,
	SEGM_CHECKOUT_START,
	SEGM_PURCHASE,
	SEGM_REVIEW,
	SEGM_REFERRAL,
	SEGM_SOCIAL_ENGAGEMENT,
	SEGM_COMMUNITY_POST,
	SEGM_SUPPORT_TICKET,
	SEGM_APP_OPEN,
	SEGM_LOGIN,
	SEGM_SIGN_UP,
	SEGM_SURVEY_SENT,
	SEGM_EVENT_KINDS			/* how many there are; at most 32 fit an activity history */
} SegmEventKind;

/* A name that a tracking specification or an e-mail platform uses. */
typedef struct SegmEventRule
{
	const char *name;
	SegmEventKind kind;			/* SEGM_NO_KIND: known, and counts for nothing */
	const char *origin;
} SegmEventRule;

/* The name of a kind, and how long it is. */
extern const char *segm_event_kind_name(SegmEventKind kind, size_t *length);

/* The kind of exactly this name, or SEGM_NO_KIND. */
extern SegmEventKind segm_event_kind_of_name(const char *name, size_t length);

/*
 * The kind of a name of an event: a kind's own name or one of the rules,
 * without regard to the case of A to Z; *known is false if it is neither.
 */
extern SegmEventKind segm_event_kind(const char *name, size_t length, bool *known);

/* Whether two names are the same but for the case of A to Z. */
extern bool segm_event_name_equal(const char *a, size_t a_length, const char *b, size_t b_length);

/* The name with a to z for A to Z. */
extern void segm_event_name_fold(uint8_t *folded, const char *name, size_t length);

/* The rules that ship, in the order of their names; NULL after the last one. */
extern const SegmEventRule *segm_event_rule(size_t index);

/*
 * Whether it is something that the customer did: an open, a click, a visit
 * or anything that takes one.  What was sent to the customer is not, nor is
 * turning away or asking for help.
 */
static inline bool
segm_event_kind_is_active(SegmEventKind kind)
{
	return kind != SEGM_EMAIL_RECEIVED && kind != SEGM_SURVEY_SENT &&
		kind != SEGM_UNSUBSCRIBE && kind != SEGM_SUPPORT_TICKET;
}

#endif							/* SEGM_EVENT_KIND_H */
