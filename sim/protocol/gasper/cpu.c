/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which instructions there are. AVX2 needs the operating system to save its registers, which
 * __builtin_cpu_supports looks after; the SHA extensions use SSE registers alone, and clang 14 does
 * not know their name there, so that they are read from the processor: leaf 7, EBX bit 29 (Intel
 * 64 manual, volume 2A, CPUID).
 */
#include "protocol/gasper/cpu.h"

#if defined(__x86_64__)
#include <cpuid.h>

#define CPUID_7_EBX_SHA (1u << 29)

PnyxCpu
pnyx_cpu_detect (void)
{
  guint cpu = PNYX_CPU_PORTABLE;
  guint eax, ebx, ecx, edx;

  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx2"))
    cpu |= PNYX_CPU_AVX2;
  if (__builtin_cpu_supports ("sse4.1") && __get_cpuid_count (7, 0, &eax, &ebx, &ecx, &edx)
      && (ebx & CPUID_7_EBX_SHA) != 0)
    cpu |= PNYX_CPU_SHA;
  return (PnyxCpu)cpu;
}

#else

PnyxCpu
pnyx_cpu_detect (void)
{
  return PNYX_CPU_PORTABLE;
}

#endif
