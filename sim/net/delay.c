/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/delay.h"

static const PnyxDelayOps *const delays[] = {
  &pnyx_delay_measured,
  &pnyx_delay_distribution,
  &pnyx_delay_bounded,
};

static const PnyxComponent *
delay_get (gsize i)
{
  return i < G_N_ELEMENTS (delays) ? &delays[i]->component : NULL;
}

const PnyxKind pnyx_delay_kind = {
  .name = "delay",
  .meaning = "How long a message is under way.",
  .get = delay_get,
};

const PnyxElement pnyx_element_delay = {
  .name = "delay",
  .meaning = "How long a message is under way beside its size over the bandwidth.",
  .kind = &pnyx_delay_kind,
  .default_kind = "measured",
};
