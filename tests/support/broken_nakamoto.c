/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real protocol with one operator changed: a head moves to a chain of equal length, too. */
#include "support/verify_longest_chain.h"

#include "protocol/nakamoto.h"

static inline gboolean
broken_nakamoto_prefers (guint32 height, guint32 head_height)
{
  return height >= head_height; /* the real one: > */
}

#define pnyx_nakamoto_prefers broken_nakamoto_prefers
#define pnyx_nakamoto_mine broken_nakamoto_mine
#define pnyx_nakamoto_publish broken_nakamoto_publish
#define pnyx_nakamoto_follow broken_nakamoto_follow
#define pnyx_protocol_nakamoto broken_protocol_nakamoto

PnyxBlockId pnyx_nakamoto_mine (PnyxChain *chain, const PnyxDuty *duty, PnyxBlockId parent);
void pnyx_nakamoto_publish (PnyxChain *chain, guint32 actor, PnyxBlockId block);
void pnyx_nakamoto_follow (PnyxChain *chain, guint32 actor, PnyxBlockId block);

#include "protocol/nakamoto.c"
