/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_RESULTS_MANIFEST_H
#define PNYX_RESULTS_MANIFEST_H

#include "base/error.h"

/** PnyxStatus: how far the results of a folder got. */
typedef enum
{
  PNYX_STATUS_NONE,        /* there is no manifest */
  PNYX_STATUS_INTERRUPTED, /* also: still running, or killed */
  PNYX_STATUS_FAILED,
  PNYX_STATUS_FINISHED,
} PnyxStatus;

/** pnyx_status_name: Returns: "interrupted", "failed" or "finished"; NULL for none. */
const gchar *pnyx_status_name (PnyxStatus status);

/** PnyxManifestFailure: what the manifest says of a run that failed. */
typedef struct
{
  guint point;
  guint replicate;
  const gchar *message;
} PnyxManifestFailure;

/** PnyxManifest: how results came about: plain values, all borrowed. A text that is NULL is null.
 */
typedef struct
{
  PnyxStatus status; /* not NONE */
  const gchar *version;
  const gchar *build;
  const gchar *command;  /* as it was called; NULL: a library call */
  const gchar *scenario; /* path as it was given */
  const gchar *scenario_sha256;
  guint64 seed;
  guint64 points;
  guint64 replicates;
  guint threads;
  guint ranks;
  const gchar *cpu_level;        /* pnyx_machine_cpu_level */
  const gchar *c_library;        /* pnyx_machine_c_library */
  const gchar *const *libraries; /* NULL-terminated: "GLib 2.74.6", ... */
  gdouble wall_seconds;
  gdouble cpu_seconds;
  guint64 peak_memory;        /* bytes; pnyx_machine_peak_memory */
  const gchar *const *inputs; /* NULL-terminated pairs: name in the folder, SHA-256 */
  guint shard, n_shards;      /* 0, 0: the experiment was not cut */
  guint64 runs;               /* that ended */
  guint64 events;             /* of all of them */
  guint64 digest;             /* of the digests of all of them, in order */
  gsize n_failures;
  const PnyxManifestFailure *failures; /* array length=n_failures */
} PnyxManifest;

/** pnyx_manifest_format: Returns: (transfer full): @manifest as JSON (RFC 8259, UTF-8). */
gchar *pnyx_manifest_format (const PnyxManifest *manifest);

/**
 * pnyx_manifest_write: manifest.json of @folder, in place of the one that is there.
 *
 * Write one with PNYX_STATUS_INTERRUPTED before the first run, so that a program that is killed
 * leaves a folder that says so.
 */
gboolean pnyx_manifest_write (const gchar *folder, const PnyxManifest *manifest, GError **error);

/**
 * pnyx_manifest_read_status: how far the results in @folder got.
 *
 * Errors: PNYX_ERROR_SYNTAX: manifest.json is none of ours; PNYX_ERROR_IO: unreadable.
 */
gboolean pnyx_manifest_read_status (const gchar *folder, PnyxStatus *status, GError **error);

/**
 * pnyx_manifest_read_text: the text that manifest.json of @folder has for the top-level key @key.
 *
 * Returns: (transfer full): NULL with @error, also where there is no such text
 * (PNYX_ERROR_MISSING).
 */
gchar *pnyx_manifest_read_text (const gchar *folder, const gchar *key, GError **error);

#endif
