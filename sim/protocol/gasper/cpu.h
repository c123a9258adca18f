/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_PROTOCOL_GASPER_CPU_H
#define PNYX_PROTOCOL_GASPER_CPU_H

#include <glib.h>

/**
 * PnyxCpu: the instructions that bulk functions may use beyond those that every machine has.
 * Results are the same bits whatever the value; only instructions that the machine lacks must not
 * be named.
 */
typedef enum
{
  PNYX_CPU_PORTABLE = 0,
  PNYX_CPU_SHA = 1 << 0,  /* x86 SHA extensions, with SSE4.1 */
  PNYX_CPU_AVX2 = 1 << 1, /* x86 AVX2 */
  PNYX_CPU_ALL = PNYX_CPU_SHA | PNYX_CPU_AVX2,
} PnyxCpu;

/**
 * pnyx_cpu_detect: Returns: all that this machine has. Asked for at each bulk call, never stored:
 * it takes about a microsecond.
 */
PnyxCpu pnyx_cpu_detect (void);

#endif
