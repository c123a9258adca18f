/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a manifest says of the machine: all that can change the last bit of log, exp and pow. */
#include "results/machine.h"

#include <string.h>
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

/* "QUOTA PERIOD" or two files of one number each: how many cores; 0: no limit there. */
static guint
cores_of_quota (gint64 quota, gint64 period)
{
  return quota > 0 && period > 0 ? (guint)MAX ((quota + period - 1) / period, 1) : 0;
}

static guint
quota_in (const gchar *folder)
{
  g_autofree gchar *v2 = g_build_filename (folder, "cpu.max", NULL);
  g_autofree gchar *quota = g_build_filename (folder, "cpu.cfs_quota_us", NULL);
  g_autofree gchar *period = g_build_filename (folder, "cpu.cfs_period_us", NULL);
  g_autofree gchar *text = NULL;
  g_autofree gchar *second = NULL;
  gchar *blank;

  if (g_file_get_contents (v2, &text, NULL, NULL))
    {
      blank = strchr (text, ' ');
      return blank == NULL ? 0
                           : cores_of_quota (g_ascii_strtoll (text, NULL, 10),
                                             g_ascii_strtoll (blank, NULL, 10));
    }
  if (g_file_get_contents (quota, &text, NULL, NULL)
      && g_file_get_contents (period, &second, NULL, NULL))
    return cores_of_quota (g_ascii_strtoll (text, NULL, 10), g_ascii_strtoll (second, NULL, 10));
  return 0;
}

/* The least limit of the group @path of the hierarchy at @root and of those above it. */
static guint
least_quota (const gchar *root, const gchar *path)
{
  g_autofree gchar *group = g_strdup (path);
  guint least = 0;

  for (;;)
    {
      g_autofree gchar *folder = g_build_filename (root, group, NULL);
      guint cores = quota_in (folder);
      gchar *slash = strrchr (group, '/');

      if (cores > 0)
        least = least == 0 ? cores : MIN (least, cores);
      if (slash == NULL || group[1] == '\0')
        return least;
      slash[slash == group ? 1 : 0] = '\0';
    }
}

guint
pnyx_machine_cores (void)
{
  g_autofree gchar *groups = NULL;
  g_auto (GStrv) lines = NULL;
  guint cores = g_get_num_processors (); /* as the affinity has it */

  if (!g_file_get_contents ("/proc/self/cgroup", &groups, NULL, NULL))
    return MAX (cores, 1);
  /* "0::/path" of version 2, "4:cpu,cpuacct:/path" of version 1. */
  lines = g_strsplit (groups, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], ":", 3);
      guint quota = 0;

      if (g_strv_length (fields) != 3)
        continue;
      if (*fields[1] == '\0')
        quota = least_quota ("/sys/fs/cgroup", fields[2]);
      else if (strstr (fields[1], "cpu") != NULL)
        quota = least_quota ("/sys/fs/cgroup/cpu", fields[2]);
      if (quota > 0)
        cores = MIN (cores, quota);
    }
  return MAX (cores, 1);
}
