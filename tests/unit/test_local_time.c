/* test_local_time.c: instants in a zone as GLib's calendar has them, in any order; numbers in
 * decimal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/digits.h"
#include "lib/base/local_time.h"

static const char *const zones[] = {"Europe/Berlin", "UTC", "America/New_York", "Asia/Kolkata",
        "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "No/Such_Zone"};

static void assert_same(LocalZone *zone, GTimeZone *glib, gint64 seconds)
{
	guint64 instant_us = (guint64)seconds * G_USEC_PER_SEC + 999999;
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(seconds);
	g_autoptr(GDateTime) local = g_date_time_to_timezone(utc, glib);
	g_autofree char *german = local_time_date_time(zone, "de", instant_us);
	g_autofree char *english = local_time_date_time(zone, "en", instant_us);
	g_autofree char *day = local_time_date(zone, "de", instant_us);
	g_autofree char *english_day = local_time_date(zone, "en", instant_us);
	int y, m, d;

	g_date_time_get_ymd(local, &y, &m, &d);
	g_autofree char *clock = g_date_time_format(local, "%H:%M");
	g_autofree char *wanted = g_strdup_printf("%d.%d.%04d", d, m, y);
	g_autofree char *wanted_english = g_strdup_printf("%02d/%02d/%04d", d, m, y);
	g_autofree char *whole = g_strconcat(wanted, ", ", clock, NULL);
	g_autofree char *whole_english = g_strconcat(wanted_english, ", ", clock, NULL);
	assert_string_equal(day, wanted);
	assert_string_equal(english_day, wanted_english);
	assert_string_equal(german, whole);
	assert_string_equal(english, whole_english);
}

static void test_zones(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(zones); i++) {
		g_autoptr(LocalZone) zone = local_zone_new(zones[i]);
		g_autoptr(GTimeZone) glib = local_time_zone(zones[i]);
		assert_string_equal(local_zone_name(zone), zones[i]);
		/* The changes of 2025 and 2026 in Berlin, New York and on Lord Howe, to the second,
		 * and jumps of years between them. */
		const gint64 around[] = {1743296400, 1761440400, 1774746000, 1741503600, 1762063200,
		        1743865200, 1759590000, 0, 4102444800};
		for (int step = -2; step <= 2; step++)
			for (gsize k = 0; k < G_N_ELEMENTS(around); k++)
				if (around[k] + step >= 0)
					assert_same(zone, glib, around[k] + step);
		for (gint64 s = 0, at = 86399; s < 3000; s++, at = (at * 7919 + 12345) % 4200000000)
			assert_same(zone, glib, at);
	}
}

static void test_far(void **state)
{
	g_autoptr(LocalZone) zone = local_zone_new("Europe/Berlin");
	g_autofree char *last = local_time_date(zone, "de", 253402210800 * G_USEC_PER_SEC);
	g_autofree char *none = local_time_date(zone, "de", 253402300800 * G_USEC_PER_SEC);
	g_autofree char *end = local_time_date_time(zone, "en", G_MAXUINT64);

	(void)state;
	assert_string_equal(last, "31.12.9999");
	assert_string_equal(none, "");
	assert_string_equal(end, "");
}

static void test_digits(void **state)
{
	static const guint64 numbers[] = {0, 7, 10, 99, 100, 4294967296, G_MAXUINT64};
	char room[DIGITS_ROOM];

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autofree char *wanted = g_strdup_printf("%" G_GUINT64_FORMAT, numbers[i]);
		g_autofree char *padded = g_strdup_printf("-%03" G_GUINT64_FORMAT, numbers[i]);
		g_autoptr(GString) out = g_string_new("-");
		assert_string_equal(digits(room, numbers[i]), wanted);
		digits_append(out, numbers[i], 3);
		assert_string_equal(out->str, padded);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_zones),
	        cmocka_unit_test(test_far),
	        cmocka_unit_test(test_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
