/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libxml/xmlversion.h>

#include "scenario/reader.h"

const gchar *
pnyx_scenario_library (void)
{
  return "libxml2 " LIBXML_DOTTED_VERSION;
}
