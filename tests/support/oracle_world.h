/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small world with one oracle: its chain makes a block every 12 s on average. */
#ifndef TESTS_SUPPORT_ORACLE_WORLD_H
#define TESTS_SUPPORT_ORACLE_WORLD_H

#include "support/test_world.h"

typedef struct
{
  PnyxModel *model;
  TestWorld *world;
  PnyxOracle *oracle;
} OracleWorld;

/* @oracle: attributes of `<oracle>`; @inside: its children; @beside: more of the scenario's. */
OracleWorld *oracle_world_new (const gchar *oracle, const gchar *inside, const gchar *beside,
                               guint32 replicate);
void oracle_world_free (OracleWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (OracleWorld, oracle_world_free)

/* The scenario's text without `<scenario>`. Returns: (transfer full). */
gchar *oracle_world_text (const gchar *oracle, const gchar *inside, const gchar *beside);

/* The newest answer on the canonical chain; NULL: none. */
const PnyxAnswer *oracle_world_answer (OracleWorld *world);

#endif
