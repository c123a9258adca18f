/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdint.h>
#include <string.h>

#include "scenario/describe.h"
#include "scenario/reader.h"
#include "scenario/writer.h"
#include "support/toy_schema.h"

/* The reader takes any bytes; what it accepts can be written, read again, and is the same then. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const gchar sample[]
      = "<scenario xmlns='" PNYX_NAMESPACE "' name='x'><chain kind='gasper'/>"
        "</scenario>";
  PnyxReader reader = { &toy_scenario, NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (PnyxScenario) scenario
      = pnyx_scenario_read_memory (&reader, size == 0 ? sample : (const gchar *)data,
                                   size == 0 ? sizeof sample - 1 : size, "fuzz.xml", &error);
  g_autoptr (PnyxScenario) again = NULL;
  g_autoptr (PnyxTable) table = NULL;
  g_autofree gchar *xml = NULL;
  g_autofree gchar *xml2 = NULL;

  g_assert_true ((scenario == NULL) == (error != NULL));
  g_assert_true (scenario != NULL || size > 0);
  if (scenario == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  table = pnyx_describe_scenario (scenario);
  xml = pnyx_scenario_to_xml (scenario, NULL, NULL, NULL);
  again = pnyx_scenario_read_memory (&reader, xml, strlen (xml), "again.xml", &error);
  g_assert_no_error (error);
  xml2 = pnyx_scenario_to_xml (again, NULL, NULL, NULL);
  g_assert_cmpstr (xml, ==, xml2);
  return 0;
}
