/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fleets: target tracking and its alarms, the rate of Fargate launches. Step scaling, backlog
 * metrics, health checks, capacity providers and Kubernetes are not modelled. */
#include "golden.h"

#define WEB "/architectures/a/services/web/"
#define TRACKING "docs.aws.amazon.com/autoscaling/ec2/userguide/as-scaling-target-tracking.html"

/* A request a second; how much of the fleet's CPU it takes is `cpu_ms` / (10 x tasks). */
static const char service[] = JSON({
    "horizon_h" : 0.4,
    "warmup_h" : 0,
    "work" : {"w" : {"steps" : [ {"cpu_ms" : 900} ]}},
    "traffic" : {"t" : {"profile" : {"constant" : {"per_s" : 1}}}},
    "architectures" : {
        "a" : {
            "entry" : "web",
            "services" : {
                "web" : {
                    "type" : "fleet",
                    "task" : {"vcpu" : 1, "memory_mb" : 2048},
                    "start" : 2,
                    "tasks" : {"min" : 1, "max" : 10, "target_cpu_frac" : 0.5},
                    "provision_s" : 0,
                    "pull_s" : 0
                }
            }
        }
    }
});

/* 400 requests a minute want 400 tasks of one each, and 301 are allowed: decided 20 s after the
 * third minute. */
static const char launch[] = JSON({
    "horizon_h" : 0.1,
    "warmup_h" : 0,
    "work" : {"w" : {"steps" : [ {"cpu_ms" : 1} ]}},
    "traffic" : {"t" : {"profile" : {"constant" : {"per_s" : 8}}}},
    "architectures" : {
        "a" : {
            "entry" : "web",
            "services" : {
                "web" : {
                    "type" : "fleet",
                    "task" : {"vcpu" : 0.25, "memory_mb" : 512},
                    "tasks" : {
                        "min" : 1,
                        "max" : 301,
                        "target_cpu_frac" : 0,
                        "target_requests_per_task" : 1
                    },
                    "provision_s" : 0,
                    "pull_s" : 0
                }
            }
        }
    }
});

static const struct golden cases[] = {
    /* 2 tasks at 87 % want 3.48, so 4: rounded up */
    {.id = "ASG-TT-1: an increase of 1.48 adds 2",
     .source = TRACKING,
     .text = service,
     .set = {{"/work/w/steps/0/cpu_ms", "1740"}},
     .expected = {EXACTLY("web/tasks_peak", 4), EXACTLY("web/scale_outs", 1)}},
    /* 2 tasks at 43 % want 1.72: one less would exceed the target */
    {.id = "ASG-TT-2: a decrease of 0.28 takes none",
     .source = TRACKING,
     .text = service,
     .set = {{"/work/w/steps/0/cpu_ms", "860"}},
     .expected = {EXACTLY("web/scale_ins", 0), EXACTLY("web/scale_outs", 0)}},
    {.id = "ALARM-TT-1: above 50 %, 3 minutes in a row",
     .source = "alarms listed by users",
     .text = service,
     .set = {{"/work/w/steps/0/cpu_ms", "1060"}, {"/horizon_h", "0.0555"}}, /* 199.8 s */
     .expected = {EXACTLY("web/scale_outs", 0)}},
    {.id = "ALARM-TT-1: above 50 %, 3 minutes and the decision",
     .source = "alarms listed by users",
     .text = service,
     .set = {{"/work/w/steps/0/cpu_ms", "1060"}, {"/horizon_h", "0.056"}}, /* 201.6 s */
     .expected = {EXACTLY("web/scale_outs", 1), EXACTLY("web/tasks_peak", 3)}},
    {.id = "ALARM-TT-1: not below 45 % of one task too many",
     .source = "alarms listed by users",
     .text = service,
     .set = {{WEB "start", "4"}, {"/work/w/steps/0/cpu_ms", "1840"}, {"/horizon_h", "0.5"}},
     .expected = {EXACTLY("web/scale_ins", 0)}},
    {.id = "ALARM-TT-1: below 45 %, 15 minutes in a row",
     .source = "alarms listed by users",
     .text = service,
     .set = {{WEB "start", "4"}, {"/work/w/steps/0/cpu_ms", "1040"}, {"/horizon_h", "0.256"}},
     .expected = {EXACTLY("web/scale_ins", 1)}}, /* 921.6 s */
    {.id = "ALARM-TT-1: below 45 %, not yet 15 minutes",
     .source = "alarms listed by users",
     .text = service,
     .set = {{WEB "start", "4"}, {"/work/w/steps/0/cpu_ms", "1040"}, {"/horizon_h", "0.255"}},
     .expected = {EXACTLY("web/scale_ins", 0)}}, /* 918 s */
    /* 300 from 200 s on: 100 at once, then 20 a second for 10 s, all billed to 360 s:
     * (360 + 300 x 160 - (1 + ... + 200) / 20) s x 250 milli-vCPU */
    {.id = "FARGATE-1",
     .source = "docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html",
     .text = launch,
     .expected = {EXACTLY("web/tasks_started", 300),
                  EXACTLY("web/tasks_peak", 301),
                  {"web/vcpu_milli_ms", INT64_C(47355000) * 250 - 250,
                   INT64_C(47355000) * 250 + 250}}},
    {.id = "FARGATE-1: a second after the decision",
     .source = "docs.aws.amazon.com/AmazonECS/latest/developerguide/throttling.html",
     .text = launch,
     .set = {{"/horizon_h", "0.0558334"}}, /* 201.00024 s */
     .expected = {EXACTLY("web/tasks_started", 120)}},
};

int main(void)
{
    return golden_main(cases, sizeof cases / sizeof *cases);
}
