/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_MACHINE_H
#define PNYX_RESULTS_MACHINE_H

#include <glib.h>

/** pnyx_machine_cpu_level: Returns: "x86-64-v1" to "-v4": what the C library's log, exp and pow
 * choose their code by; elsewhere the architecture's name. */
const gchar *pnyx_machine_cpu_level (void);
/** pnyx_machine_c_library: Returns: (transfer full): "glibc 2.36". */
gchar *pnyx_machine_c_library (void);
/** pnyx_machine_peak_memory: Returns: largest resident size of this process so far, in bytes. */
guint64 pnyx_machine_peak_memory (void);

/** pnyx_machine_cores: Returns: how many cores the process may use by its affinity and its control
 * groups (cgroup v2 and v1), rounded up; at least 1. */
guint pnyx_machine_cores (void);

#endif
