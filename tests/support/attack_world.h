/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pool, a lender and somebody who attacks it, on a quiet chain with a block every 12 s. */
#ifndef TESTS_SUPPORT_ATTACK_WORLD_H
#define TESTS_SUPPORT_ATTACK_WORLD_H

#include "support/test_world.h"

typedef struct
{
  const gchar *execution;  /* attributes of `<execution>` */
  const gchar *oracle;     /* `<oracle id='price'>` */
  const gchar *pool;       /* attributes of `<pool>` dex */
  const gchar *inside;     /* its children */
  const gchar *lending;    /* attributes of `<lending>` loans */
  const gchar *keepers;    /* attributes of its `<keepers>` */
  const gchar *attack;     /* attributes of `<attack target='loans'>` */
  const gchar *parameters; /* its children */
  const gchar *beside;     /* more of the scenario's */
} AttackWorldSetup;

/* Defaults: free gas, the truth stays at 1000 $, pool of 1,000,000 $ without arbitrageurs, lending
 * of much more by the pool's price. */
AttackWorldSetup attack_world_setup (void);

typedef struct
{
  PnyxModel *model;
  TestWorld *world;
  PnyxAttack *attack;
  PnyxMachine *machine;
} AttackWorld;

AttackWorld *attack_world_new (const AttackWorldSetup *setup);
void attack_world_free (AttackWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AttackWorld, attack_world_free)

/* Runs; then fails the test where an audit finds something, where the legs do not sum to the
 * gain, or where what the attacker has gained is not what all others have lost. Returns: the gain
 * ($). */
gdouble attack_world_gain (AttackWorld *world, gdouble seconds);
/* Sum of @leg until then ($). */
gdouble attack_world_leg (AttackWorld *world, PnyxLeg leg);

#endif
