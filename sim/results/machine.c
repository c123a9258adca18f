/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a manifest says of the machine: all that can change the last bit of log, exp and pow. */
#include "results/machine.h"

#include <sys/resource.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

/* By single features: compilers do not agree on the names of levels. */
const gchar *
pnyx_machine_cpu_level (void)
{
#ifdef __x86_64__
  __builtin_cpu_init ();
  if (!__builtin_cpu_supports ("sse4.2") || !__builtin_cpu_supports ("popcnt"))
    return "x86-64-v1";
  if (!__builtin_cpu_supports ("avx2") || !__builtin_cpu_supports ("fma")
      || !__builtin_cpu_supports ("bmi2"))
    return "x86-64-v2";
  if (!__builtin_cpu_supports ("avx512f") || !__builtin_cpu_supports ("avx512bw")
      || !__builtin_cpu_supports ("avx512cd") || !__builtin_cpu_supports ("avx512dq")
      || !__builtin_cpu_supports ("avx512vl"))
    return "x86-64-v3";
  return "x86-64-v4";
#elif defined(__aarch64__)
  return "aarch64";
#else
  return "other";
#endif
}

gchar *
pnyx_machine_c_library (void)
{
#ifdef __GLIBC__
  return g_strdup_printf ("glibc %s", gnu_get_libc_version ());
#else
  return g_strdup ("not glibc");
#endif
}

guint64
pnyx_machine_peak_memory (void)
{
  struct rusage usage;

  if (getrusage (RUSAGE_SELF, &usage) != 0)
    return 0;
#ifdef __APPLE__
  return (guint64)usage.ru_maxrss;
#else
  return (guint64)usage.ru_maxrss * 1024;
#endif
}
