/* test_local_date.c: days as typed, and when they begin where clocks are changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "lib/base/local_date.h"
#include "lib/base/local_time.h"

static void test_read(void **state)
{
	static const char *const right[] = {
	        "1970-01-01", "2024-02-29", "2000-02-29", "2025-12-31", "9998-12-31"};
	static const char *const wrong[] = {"", "2025-02-29", "1900-02-29", "2025-02-30",
	        "2025-04-31", "2025-13-01", "2025-00-10", "2025-01-00", "2025-01-32", "1969-12-31",
	        "9999-01-01", "25-01-01", "2025-1-1", "2025-01-01 ", " 2025-01-01", "2025-01-01x",
	        "01.02.2025", "2025/01/01", "2025-01-0x", "+025-01-01", "12025-01-01", "0000-00-00",
	        "\xd9\xa2\xd9\xa0-1-1"};
	GDate date;

	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(right); i++)
		assert_true(local_date_read(right[i], &date));
	assert_int_equal(g_date_get_year(&date), 9998);
	assert_int_equal(g_date_get_month(&date), 12);
	assert_int_equal(g_date_get_day(&date), 31);
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
		assert_false(local_date_read(wrong[i], &date));
}

/* The day, and the instant at which it begins there, as UTC. */
static const struct {
	const char *zone, *day, *utc;
} starts[] = {
        {"Europe/Berlin", "2025-01-01", "2024-12-31T23:00:00Z"},
        {"Europe/Berlin", "2025-07-01", "2025-06-30T22:00:00Z"},
        /* The day of the change and the one after it, in spring and autumn */
        {"Europe/Berlin", "2025-03-30", "2025-03-29T23:00:00Z"},
        {"Europe/Berlin", "2025-03-31", "2025-03-30T22:00:00Z"},
        {"Europe/Berlin", "2025-10-26", "2025-10-25T22:00:00Z"},
        {"Europe/Berlin", "2025-10-27", "2025-10-26T23:00:00Z"},
        /* Midnight isn't there: clocks go from 0:00 to 1:00 */
        {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"},
        /* Midnight is there twice: clocks go from 1:00 back to 0:00; the first one counts */
        {"Atlantic/Azores", "2025-10-26", "2025-10-26T00:00:00Z"},
        /* Clocks go from midnight back to 23:00 of the day before */
        {"America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00:00Z"},
        /* The day isn't there: Samoa went over the date line */
        {"Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00Z"},
        {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"},
        {"Pacific/Kiritimati", "2025-06-01", "2025-05-31T10:00:00Z"},
        {"Etc/GMT+12", "2025-06-01", "2025-06-01T12:00:00Z"},
        {"UTC", "9998-12-31", "9998-12-31T00:00:00Z"},
        {"UTC", "1970-01-01", "1970-01-01T00:00:00Z"},
        {"Europe/Berlin", "1970-01-01", "1970-01-01T00:00:00Z"}, /* not before 1970 */
        {"No/Such_Zone", "2025-06-01", "2025-06-01T00:00:00Z"},
};

static void test_starts(void **state)
{
	(void)state;
	for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
		g_autoptr(GTimeZone) zone = local_time_zone(starts[i].zone);
		g_autoptr(GDateTime) utc = g_date_time_new_from_iso8601(starts[i].utc, NULL);
		GDate date;
		assert_true(local_date_read(starts[i].day, &date));
		guint64 start = local_date_start(zone, &date);
		if (start != (guint64)g_date_time_to_unix(utc) * G_USEC_PER_SEC)
			fail_msg("%s %s: %" G_GUINT64_FORMAT, starts[i].zone, starts[i].day, start);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_read),
	        cmocka_unit_test(test_starts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
