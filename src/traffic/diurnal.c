/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A week of human traffic: 168 hour marks joined by straight lines, the product of a day's shape
 * and a week's. The smooth day is 1 - a + a g^k with g = (1 + cos) / 2 around the peak hour: first
 * the swing a grows, then, at LARGEST_SWING (a night keeps a twentieth of the peak), the power k,
 * until the highest mark over the week's mean is what was asked for. */
#include "num/math.h"
#include "traffic/profile.h"

#include <math.h>

enum { DAY = 24, WEEK = 168 };
static const double LARGEST_SWING = 0.95, MOST_POWER = 5000;

static double power(double g, double k)
{
    double exponent = g > 0 ? k * sc_log(g) : -700;
    return exponent > -600 ? sc_exp(exponent) : 0;
}

/* `peaked` runs from 0 (level) over LARGEST_SWING (a cosine) to MOST_POWER (a needle). */
static void shape_day(int64_t peak_hour, double peaked, double hours[DAY])
{
    double swing = peaked < LARGEST_SWING ? peaked : LARGEST_SWING;
    double k = peaked < LARGEST_SWING ? 1 : 1 + (peaked - LARGEST_SWING);
    for (int h = 0; h < DAY; h++) {
        double turn = (double)((h - peak_hour + DAY) % DAY) / DAY;
        double g = 0.5 + 0.5 * sc_cos_turn(turn);
        hours[h] = 1 - swing + swing * power(g, k);
    }
}

static void shape_week(const double hours[DAY], const double days[7], double week[WEEK])
{
    for (int i = 0; i < WEEK; i++)
        week[i] = days[i / DAY] * hours[i % DAY];
}

/* Straight lines between evenly spaced marks: the mean of the week is the mean of the marks. */
static double mean_of(const double week[WEEK])
{
    double sum = 0;
    for (int i = 0; i < WEEK; i++)
        sum += week[i];
    return sum / WEEK;
}

static double peak_to_mean(const double week[WEEK])
{
    double most = 0;
    for (int i = 0; i < WEEK; i++)
        most = week[i] > most ? week[i] : most;
    return most / mean_of(week);
}

static double ratio_at(const struct sc_diurnal *d, double peaked)
{
    double hours[DAY], week[WEEK];
    shape_day(d->peak_hour, peaked, hours);
    shape_week(hours, d->days, week);
    return peak_to_mean(week);
}

static int solve_day(struct sc_diurnal *d, struct sc_error *err)
{
    double low = 0, high = MOST_POWER, least = ratio_at(d, low), most = ratio_at(d, high);
    if (d->peak_to_mean < least * (1 - 1e-9) || d->peak_to_mean > most)
        return sc_fail(err, NULL,
                       "peak_to_mean %g cannot be reached: with these days a smooth day gives %.4g "
                       "to %.4g; give `hours` "
                       "or other `days`",
                       d->peak_to_mean, least, most);
    for (int i = 0; i < 200; i++) {
        double middle = 0.5 * (low + high);
        if (ratio_at(d, middle) < d->peak_to_mean)
            low = middle;
        else
            high = middle;
    }
    shape_day(d->peak_hour, high, d->hours);
    return 0;
}

static int check_weights(const double *weight, int n, const char *name, struct sc_error *err)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += weight[i];
    return sum > 0
               ? 0
               : sc_fail(err, NULL, "%s: the weights are all 0; at least one must be above", name);
}

static int open_diurnal(struct sc_source *s, struct sc_arena *arena, struct sc_error *err)
{
    static const double usual_days[7] = {1, 1, 1, 1, 1, 0.7, 0.6};
    struct sc_diurnal *d = s->config;
    double per_s, week[WEEK], from[WEEK], to[WEEK], length_ns[WEEK];
    if (sc_rate_resolve(d->per_s, d->requests_per_month, &per_s, err))
        return -1;
    for (int i = 0; i < 7 && d->n_days == 0; i++)
        d->days[i] = usual_days[i];
    if (check_weights(d->days, 7, "days", err))
        return -1;
    if (d->n_hours ? check_weights(d->hours, DAY, "hours", err) : solve_day(d, err))
        return -1;
    shape_week(d->hours, d->days, week);
    double scale = per_s / mean_of(week);
    for (int i = 0; i < WEEK; i++) {
        from[i] = week[i] * scale;
        to[i] = week[(i + 1) % WEEK] * scale;
        length_ns[i] = 3.6e12;
    }
    d->shape.curve = sc_curve_pieces(arena, WEEK, length_ns, from, to, true);
    return 0;
}

static int64_t week_ns(const struct sc_source *s)
{
    (void)s;
    return WEEK * INT64_C(3600000000000);
}

static const struct sc_field fields[] = {
    {.key = "requests_per_month",
     .help = "mean rate, requests in a month of 730 h",
     .kind = SC_FIELD_REAL,
     .def = (double)NAN,
     .max = 1e15,
     .offset = offsetof(struct sc_diurnal, requests_per_month)},
    {.key = "per_s",
     .help = "the same a second; one of the two is given",
     .kind = SC_FIELD_REAL,
     .def = (double)NAN,
     .max = 1e9,
     .offset = offsetof(struct sc_diurnal, per_s)},
    {.key = "peak_to_mean",
     .help = "highest rate of the week over its mean; not used with `hours`",
     .kind = SC_FIELD_REAL,
     .def = 3,
     .min = 1,
     .max = 25,
     .offset = offsetof(struct sc_diurnal, peak_to_mean)},
    {.key = "peak_hour",
     .help = "hour of the day with the highest rate; not used with `hours`",
     .kind = SC_FIELD_INT,
     .def = 14,
     .max = 23,
     .offset = offsetof(struct sc_diurnal, peak_hour)},
    {.key = "hours",
     .help = "24 weights, the rate at 0:00, 1:00, ...",
     .kind = SC_FIELD_JSON,
     .offset = offsetof(struct sc_diurnal, hours_json),
     .schema = "{\"type\": \"array\", \"minItems\": 24, \"maxItems\": 24, \"items\": {\"type\": "
               "\"number\", \"minimum\": 0}}"},
    {.key = "days",
     .help = "7 weights, Monday first; without: 1, 1, 1, 1, 1, 0.7, 0.6",
     .kind = SC_FIELD_JSON,
     .offset = offsetof(struct sc_diurnal, days_json),
     .schema = "{\"type\": \"array\", \"minItems\": 7, \"maxItems\": 7, \"items\": {\"type\": "
               "\"number\", \"minimum\": 0}}"},
    {.key = "process",
     .help = "independent requests, or evenly spaced ones",
     .kind = SC_FIELD_CHOICE,
     .choices = SC_PROCESS_CHOICES,
     .offset = offsetof(struct sc_diurnal, shape.process)},
    {.key = NULL},
};

const struct sc_traffic_type sc_diurnal_traffic = {
    .name = "diurnal",
    .summary = "a week of days with a peak and quieter weekends",
    .size = sizeof(struct sc_diurnal),
    .fields = fields,
    .open = open_diurnal,
    .fill = sc_shape_fill,
    .window_at = sc_shape_window_at,
    .expected = sc_shape_expected,
    .period_ns = week_ns,
};
