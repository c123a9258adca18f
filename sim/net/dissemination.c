/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/dissemination.h"

static const PnyxDisseminationOps *const disseminations[] = {
  &pnyx_dissemination_flood,  &pnyx_dissemination_announce,  &pnyx_dissemination_compact,
  &pnyx_dissemination_direct, &pnyx_dissemination_gossipsub,
};

static const PnyxComponent *
dissemination_get (gsize i)
{
  return i < G_N_ELEMENTS (disseminations) ? &disseminations[i]->component : NULL;
}

const PnyxKind pnyx_dissemination_kind = {
  .name = "dissemination",
  .meaning = "How blocks and other items spread.",
  .get = dissemination_get,
};

const PnyxElement pnyx_element_dissemination = {
  .name = "dissemination",
  .meaning = "How blocks and other items spread over the connections.",
  .kind = &pnyx_dissemination_kind,
  .default_kind = "flood",
};
