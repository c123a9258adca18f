/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Validators that do none of their duties: the null of attacks, and what a leak punishes. */
#include "adversary/adversary.h"

static void
offline_on_duty (gpointer self, const PnyxDuty *duty, PnyxChain *chain)
{
  (void)self;
  (void)duty;
  (void)chain;
}

const PnyxStrategyOps pnyx_adversary_gasper_offline = {
  .component = { .name = "offline",
                 .summary = "Proposes nothing and votes for nothing.",
                 .source = "Buterin & Griffith, Casper the Friendly Finality Gadget, arXiv "
                           "1710.09437, section 4.2: catastrophic crashes" },
  .protocol = "gasper",
  .on_duty = offline_on_duty,
};
