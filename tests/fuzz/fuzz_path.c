/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "scenario/describe.h"
#include "scenario/override.h"
#include "scenario/reader.h"
#include "support/toy_schema.h"

/* --set PATH=VALUE, a line each, on a scenario with something of everything. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static const gchar scenario_text[]
    = "<scenario xmlns='" PNYX_NAMESPACE "' name='x'><run/><network/><everything/>"
      "<chain id='b' kind='nakamoto'><nakamoto><pool name='p' share='1'/></nakamoto></chain>"
      "<chain kind='gasper'/><adversary kind='reorg'/><adversary kind='reorg'/></scenario>";

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  PnyxReader reader = { &toy_scenario, NULL, NULL };
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (PnyxDocument) document = NULL;
  g_autoptr (PnyxScenario) scenario = NULL;
  g_autoptr (GError) error = NULL;

  if (size == 0 || size > 4096)
    return 0;
  text = g_strndup ((const gchar *)data, size);
  lines = g_strsplit (text, "\n", 8);
  document = pnyx_document_load_memory (scenario_text, sizeof scenario_text - 1, "fuzz.xml", NULL);
  for (gsize i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (GError) refused = NULL;

      if (!pnyx_override_apply (lines[i], &toy_scenario, document, &refused))
        g_assert_true (g_utf8_validate (refused->message, -1, NULL));
    }
  scenario = pnyx_scenario_from_document (&reader, document, &error);
  g_assert_true ((scenario == NULL) == (error != NULL));
  if (error != NULL)
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
  /* What it was read from is gone; its places are not. */
  g_clear_pointer (&document, pnyx_document_free);
  if (scenario != NULL)
    pnyx_table_free (pnyx_describe_scenario (scenario));
  return 0;
}
