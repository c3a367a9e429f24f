/*
 * event_kind.c
 *		Names of kinds, and the names of events that ship: those of Segment's
 *		specifications, Google Analytics 4's recommended and automatic events,
 *		and what Klaviyo, SendGrid, Mailchimp, Customer.io, Braze, Iterable,
 *		Mailgun, Postmark and Amazon SES report.
 */
#include "core/event_kind.h"

#include <string.h>

#define NAME(text)	{text, sizeof(text) - 1}

static const struct
{
	const char *text;
	size_t		length;
}			kinds[] = {

	[SEGM_EMAIL_RECEIVED] = NAME("email_received"),
	[SEGM_EMAIL_OPEN] = NAME("email_open"),
	[SEGM_EMAIL_CLICK] = NAME("email_click"),
	[SEGM_UNSUBSCRIBE] = NAME("unsubscribe"),
	[SEGM_SITE_VISIT] = NAME("site_visit"),
	[SEGM_PAGE_VIEW] = NAME("page_view"),
	[SEGM_PRODUCT_VIEW] = NAME("product_view"),
	[SEGM_SEARCH] = NAME("search"),
	[SEGM_ADD_TO_CART] = NAME("add_to_cart"),
	[SEGM_REMOVE_FROM_CART] = NAME("remove_from_cart"),
	[SEGM_CHECKOUT_START] = NAME("checkout_start"),
	[SEGM_PURCHASE] = NAME("purchase"),
	[SEGM_REVIEW] = NAME("review"),
	[SEGM_REFERRAL] = NAME("referral"),
	[SEGM_SOCIAL_ENGAGEMENT] = NAME("social_engagement"),
	[SEGM_COMMUNITY_POST] = NAME("community_post"),
	[SEGM_SUPPORT_TICKET] = NAME("support_ticket"),
	[SEGM_APP_OPEN] = NAME("app_open"),
	[SEGM_LOGIN] = NAME("login"),
	[SEGM_SIGN_UP] = NAME("sign_up"),
	[SEGM_SURVEY_SENT] = NAME("survey_sent")
};

/* sorted by name in lower case */
static const SegmEventRule rules[] = {
	{"Account Created", SEGM_SIGN_UP, "Segment"},
	{"Active on Site", SEGM_SITE_VISIT, "Klaviyo"},
	{"add_payment_info", SEGM_NO_KIND, "GA4"},
	{"add_shipping_info", SEGM_NO_KIND, "GA4"},
	{"add_to_wishlist", SEGM_NO_KIND, "GA4"},
	{"Added to Cart", SEGM_ADD_TO_CART, "Klaviyo"},
	{"app_remove", SEGM_NO_KIND, "GA4"},
	{"app_update", SEGM_NO_KIND, "GA4"},
	{"Application Backgrounded", SEGM_NO_KIND, "Segment"},
	{"Application Installed", SEGM_NO_KIND, "Segment"},
	{"Application Opened", SEGM_APP_OPEN, "Segment"},
	{"Application Uninstalled", SEGM_NO_KIND, "Segment"},
	{"Application Updated", SEGM_NO_KIND, "Segment"},
	{"attempted", SEGM_NO_KIND, "Customer.io"},
	{"begin_checkout", SEGM_CHECKOUT_START, "GA4"},
	{"bounce", SEGM_NO_KIND, "SendGrid"},
	{"bounced", SEGM_NO_KIND, "Customer.io"},
	{"Bounced Email", SEGM_NO_KIND, "Klaviyo"},
	{"campaign", SEGM_NO_KIND, "Mailchimp"},
	{"Cancelled Order", SEGM_NO_KIND, "Klaviyo"},
	{"Cart Shared", SEGM_REFERRAL, "Segment"},
	{"Cart Viewed", SEGM_PAGE_VIEW, "Segment"},
	{"Checkout Started", SEGM_CHECKOUT_START, "Segment"},
	{"Checkout Step Completed", SEGM_NO_KIND, "Segment"},
	{"Checkout Step Viewed", SEGM_NO_KIND, "Segment"},
	{"cleaned", SEGM_NO_KIND, "Mailchimp"},
	{"click", SEGM_EMAIL_CLICK, "SendGrid"},
	{"clicked", SEGM_EMAIL_CLICK, "Customer.io"},
	{"Clicked Email", SEGM_EMAIL_CLICK, "Klaviyo"},
	{"Clicked SMS", SEGM_NO_KIND, "Klaviyo"},
	{"close_convert_lead", SEGM_NO_KIND, "GA4"},
	{"close_unconvert_lead", SEGM_NO_KIND, "GA4"},
	{"complained", SEGM_NO_KIND, "Mailgun"},
	{"Consented to Receive SMS", SEGM_NO_KIND, "Klaviyo"},
	{"converted", SEGM_NO_KIND, "Customer.io"},
	{"Coupon Applied", SEGM_NO_KIND, "Segment"},
	{"Coupon Denied", SEGM_NO_KIND, "Segment"},
	{"Coupon Entered", SEGM_NO_KIND, "Segment"},
	{"Coupon Removed", SEGM_NO_KIND, "Segment"},
	{"deferral", SEGM_NO_KIND, "Mailchimp"},
	{"deferred", SEGM_NO_KIND, "SendGrid"},
	{"delivered", SEGM_EMAIL_RECEIVED, "SendGrid"},
	{"DeliveryDelay", SEGM_NO_KIND, "Amazon SES"},
	{"disqualify_lead", SEGM_NO_KIND, "GA4"},
	{"drafted", SEGM_NO_KIND, "Customer.io"},
	{"dropped", SEGM_NO_KIND, "SendGrid"},
	{"Dropped Email", SEGM_NO_KIND, "Klaviyo"},
	{"earn_virtual_currency", SEGM_NO_KIND, "GA4"},
	{"Email Bounced", SEGM_NO_KIND, "Segment"},
	{"Email Delivered", SEGM_EMAIL_RECEIVED, "Segment"},
	{"Email Link Clicked", SEGM_EMAIL_CLICK, "Segment"},
	{"Email Marked as Spam", SEGM_NO_KIND, "Segment"},
	{"Email Opened", SEGM_EMAIL_OPEN, "Segment"},
	{"email_attempted", SEGM_NO_KIND, "Customer.io"},
	{"email_bounced", SEGM_NO_KIND, "Customer.io"},
	{"email_clicked", SEGM_EMAIL_CLICK, "Customer.io"},
	{"email_converted", SEGM_NO_KIND, "Customer.io"},
	{"email_deferred", SEGM_NO_KIND, "Customer.io"},
	{"email_delivered", SEGM_EMAIL_RECEIVED, "Customer.io"},
	{"email_drafted", SEGM_NO_KIND, "Customer.io"},
	{"email_dropped", SEGM_NO_KIND, "Customer.io"},
	{"email_failed", SEGM_NO_KIND, "Customer.io"},
	{"email_opened", SEGM_EMAIL_OPEN, "Customer.io"},
	{"email_sent", SEGM_NO_KIND, "Customer.io"},
	{"email_spammed", SEGM_NO_KIND, "Customer.io"},
	{"email_undeliverable", SEGM_NO_KIND, "Customer.io"},
	{"email_unsubscribed", SEGM_UNSUBSCRIBE, "Customer.io"},
	{"emailBounce", SEGM_NO_KIND, "Iterable"},
	{"emailClick", SEGM_EMAIL_CLICK, "Iterable"},
	{"emailComplaint", SEGM_NO_KIND, "Iterable"},
	{"emailOpen", SEGM_EMAIL_OPEN, "Iterable"},
	{"emailSend", SEGM_NO_KIND, "Iterable"},
	{"emailSendSkip", SEGM_NO_KIND, "Iterable"},
	{"emailSubscribe", SEGM_NO_KIND, "Iterable"},
	{"emailUnSubscribe", SEGM_UNSUBSCRIBE, "Iterable"},
	{"failed", SEGM_NO_KIND, "Customer.io"},
	{"file_download", SEGM_NO_KIND, "GA4"},
	{"first_open", SEGM_NO_KIND, "GA4"},
	{"first_visit", SEGM_NO_KIND, "GA4"},
	{"form_start", SEGM_NO_KIND, "GA4"},
	{"form_submit", SEGM_NO_KIND, "GA4"},
	{"Fulfilled Order", SEGM_NO_KIND, "Klaviyo"},
	{"generate_lead", SEGM_NO_KIND, "GA4"},
	{"group_resubscribe", SEGM_NO_KIND, "SendGrid"},
	{"group_unsubscribe", SEGM_UNSUBSCRIBE, "SendGrid"},
	{"hard_bounce", SEGM_NO_KIND, "Mailchimp"},
	{"human_clicked", SEGM_EMAIL_CLICK, "Customer.io"},
	{"human_opened", SEGM_EMAIL_OPEN, "Customer.io"},
	{"Invite Sent", SEGM_REFERRAL, "Segment"},
	{"join_group", SEGM_COMMUNITY_POST, "GA4"},
	{"level_end", SEGM_NO_KIND, "GA4"},
	{"level_start", SEGM_NO_KIND, "GA4"},
	{"level_up", SEGM_NO_KIND, "GA4"},
	{"Marked Email as Spam", SEGM_NO_KIND, "Klaviyo"},
	{"open", SEGM_EMAIL_OPEN, "SendGrid"},
	{"opened", SEGM_EMAIL_OPEN, "Customer.io"},
	{"Opened Email", SEGM_EMAIL_OPEN, "Klaviyo"},
	{"Order Cancelled", SEGM_NO_KIND, "Segment"},
	{"Order Completed", SEGM_PURCHASE, "Segment"},
	{"Order Refunded", SEGM_NO_KIND, "Segment"},
	{"Order Updated", SEGM_NO_KIND, "Segment"},
	{"Ordered Product", SEGM_NO_KIND, "Klaviyo"},
	{"Payment Info Entered", SEGM_NO_KIND, "Segment"},
	{"Placed Order", SEGM_PURCHASE, "Klaviyo"},
	{"post_score", SEGM_NO_KIND, "GA4"},
	{"processed", SEGM_NO_KIND, "SendGrid"},
	{"Product Added", SEGM_ADD_TO_CART, "Segment"},
	{"Product Added to Wishlist", SEGM_NO_KIND, "Segment"},
	{"Product Clicked", SEGM_PRODUCT_VIEW, "Segment"},
	{"Product List Filtered", SEGM_PAGE_VIEW, "Segment"},
	{"Product List Viewed", SEGM_PAGE_VIEW, "Segment"},
	{"Product Removed", SEGM_REMOVE_FROM_CART, "Segment"},
	{"Product Removed from Wishlist", SEGM_NO_KIND, "Segment"},
	{"Product Reviewed", SEGM_REVIEW, "Segment"},
	{"Product Shared", SEGM_REFERRAL, "Segment"},
	{"Product Viewed", SEGM_PRODUCT_VIEW, "Segment"},
	{"Products Searched", SEGM_SEARCH, "Segment"},
	{"profile", SEGM_NO_KIND, "Mailchimp"},
	{"Promotion Clicked", SEGM_NO_KIND, "Segment"},
	{"Promotion Viewed", SEGM_NO_KIND, "Segment"},
	{"qualify_lead", SEGM_NO_KIND, "GA4"},
	{"Received Email", SEGM_EMAIL_RECEIVED, "Klaviyo"},
	{"Received SMS", SEGM_NO_KIND, "Klaviyo"},
	{"refund", SEGM_NO_KIND, "GA4"},
	{"Refunded Order", SEGM_NO_KIND, "Klaviyo"},
	{"reject", SEGM_NO_KIND, "Mailchimp"},
	{"Rendering Failure", SEGM_NO_KIND, "Amazon SES"},
	{"screen_view", SEGM_PAGE_VIEW, "GA4"},
	{"scroll", SEGM_NO_KIND, "GA4"},
	{"select_content", SEGM_NO_KIND, "GA4"},
	{"select_item", SEGM_PAGE_VIEW, "GA4"},
	{"select_promotion", SEGM_NO_KIND, "GA4"},
	{"send", SEGM_NO_KIND, "Mailchimp"},
	{"sent", SEGM_NO_KIND, "Mailchimp"},
	{"Sent SMS", SEGM_NO_KIND, "Klaviyo"},
	{"session_start", SEGM_SITE_VISIT, "GA4"},
	{"share", SEGM_REFERRAL, "GA4"},
	{"Signed In", SEGM_LOGIN, "Segment"},
	{"Signed Out", SEGM_NO_KIND, "Segment"},
	{"Signed Up", SEGM_SIGN_UP, "Segment"},
	{"soft_bounce", SEGM_NO_KIND, "Mailchimp"},
	{"spam", SEGM_NO_KIND, "Mailchimp"},
	{"SpamComplaint", SEGM_NO_KIND, "Postmark"},
	{"spammed", SEGM_NO_KIND, "Customer.io"},
	{"spamreport", SEGM_NO_KIND, "SendGrid"},
	{"spend_virtual_currency", SEGM_NO_KIND, "GA4"},
	{"Started Checkout", SEGM_CHECKOUT_START, "Klaviyo"},
	{"subscribe", SEGM_NO_KIND, "Mailchimp"},
	{"Subscribed to Email Marketing", SEGM_NO_KIND, "Klaviyo"},
	{"Subscribed to List", SEGM_NO_KIND, "Klaviyo"},
	{"SubscriptionChange", SEGM_NO_KIND, "Postmark"},
	{"tutorial_begin", SEGM_NO_KIND, "GA4"},
	{"tutorial_complete", SEGM_NO_KIND, "GA4"},
	{"undeliverable", SEGM_NO_KIND, "Customer.io"},
	{"unlock_achievement", SEGM_NO_KIND, "GA4"},
	{"unsub", SEGM_UNSUBSCRIBE, "Mailchimp"},
	{"Unsubscribed", SEGM_UNSUBSCRIBE, "Segment"},
	{"Unsubscribed from Email Marketing", SEGM_UNSUBSCRIBE, "Klaviyo"},
	{"Unsubscribed from List", SEGM_UNSUBSCRIBE, "Klaviyo"},
	{"Unsubscribed from SMS Marketing", SEGM_NO_KIND, "Klaviyo"},
	{"upemail", SEGM_NO_KIND, "Mailchimp"},
	{"user_engagement", SEGM_NO_KIND, "GA4"},
	{"users.behaviors.app.FirstSession", SEGM_NO_KIND, "Braze"},
	{"users.behaviors.app.SessionEnd", SEGM_NO_KIND, "Braze"},
	{"users.behaviors.app.SessionStart", SEGM_APP_OPEN, "Braze"},
	{"users.behaviors.Purchase", SEGM_PURCHASE, "Braze"},
	{"users.messages.email.Abort", SEGM_NO_KIND, "Braze"},
	{"users.messages.email.Bounce", SEGM_NO_KIND, "Braze"},
	{"users.messages.email.Click", SEGM_EMAIL_CLICK, "Braze"},
	{"users.messages.email.Delivery", SEGM_EMAIL_RECEIVED, "Braze"},
	{"users.messages.email.MarkAsSpam", SEGM_NO_KIND, "Braze"},
	{"users.messages.email.Open", SEGM_EMAIL_OPEN, "Braze"},
	{"users.messages.email.Send", SEGM_NO_KIND, "Braze"},
	{"users.messages.email.SoftBounce", SEGM_NO_KIND, "Braze"},
	{"users.messages.email.Unsubscribe", SEGM_UNSUBSCRIBE, "Braze"},
	{"video_complete", SEGM_NO_KIND, "GA4"},
	{"video_progress", SEGM_NO_KIND, "GA4"},
	{"video_start", SEGM_NO_KIND, "GA4"},
	{"view_cart", SEGM_PAGE_VIEW, "GA4"},
	{"view_item", SEGM_PRODUCT_VIEW, "GA4"},
	{"view_item_list", SEGM_PAGE_VIEW, "GA4"},
	{"view_promotion", SEGM_NO_KIND, "GA4"},
	{"view_search_results", SEGM_PAGE_VIEW, "GA4"},
	{"Viewed Product", SEGM_PRODUCT_VIEW, "Klaviyo"},
	{"Wishlist Product Added to Cart", SEGM_ADD_TO_CART, "Segment"},
	{"working_lead", SEGM_NO_KIND, "GA4"}
};

#define RULES	(sizeof(rules) / sizeof(rules[0]))

static unsigned char
fold(char letter)
{
	return (unsigned char) (letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
}

/* Below, at or above zero as the name, folded, is below, equal to or above a zero-ended one. */
static int
compare(const char *name, size_t length, const char *with)
{
	for (size_t i = 0; i < length; i++)
	{
		int			difference = (int) fold(name[i]) - (int) fold(with[i]);

		if (difference != 0 || with[i] == '\0')
			return with[i] == '\0' ? 1 : difference;
	}
	return with[length] == '\0' ? 0 : -1;
}

bool
segm_event_name_equal(const char *a, size_t a_length, const char *b, size_t b_length)
{
	bool		equal = a_length == b_length;

	for (size_t i = 0; equal && i < a_length; i++)
		equal = fold(a[i]) == fold(b[i]);
	return equal;
}

void
segm_event_name_fold(uint8_t *folded, const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++)
		folded[i] = fold(name[i]);
}

const char *
segm_event_kind_name(SegmEventKind kind, size_t *length)
{
	*length = kinds[kind].length;
	return kinds[kind].text;
}

SegmEventKind
segm_event_kind_of_name(const char *name, size_t length)
{
	for (int kind = 0; kind < SEGM_EVENT_KINDS; kind++)
		if (kinds[kind].length == length && memcmp(kinds[kind].text, name, length) == 0)
			return kind;
	return SEGM_NO_KIND;
}

SegmEventKind
segm_event_kind(const char *name, size_t length, bool *known)
{
	SegmEventKind kind = segm_event_kind_of_name(name, length);
	size_t		low = 0;
	size_t		high = RULES;

	*known = true;
	if (kind != SEGM_NO_KIND)
		return kind;
	while (low < high)
	{
		size_t		middle = (low + high) / 2;
		int			order = compare(name, length, rules[middle].name);

		if (order == 0)
			return rules[middle].kind;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	for (int i = 0; i < SEGM_EVENT_KINDS; i++)
		if (compare(name, length, kinds[i].text) == 0)
			return i;
	*known = false;
	return SEGM_NO_KIND;
}

const SegmEventRule *
segm_event_rule(size_t index)
{
	return index < RULES ? &rules[index] : NULL;
}
