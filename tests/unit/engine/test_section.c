/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/params.h"

#include <string.h>

#include "support/toy_read.h"
#include "support/toy_schema.h"

static void
test_children_are_found_by_name_and_position (void)
{
  g_autoptr (PnyxScenario) scenario = toy_read (
      "<adversary kind='reorg' share='0.1'/><run/><adversary kind='reorg'/>", NULL, NULL);
  const PnyxSection *first = pnyx_section_child (scenario->root, "adversary", 0);
  const PnyxSection *second = pnyx_section_child (scenario->root, "adversary", 1);

  g_assert_cmpuint (pnyx_section_count (scenario->root, "adversary"), ==, 2);
  g_assert_cmpuint (pnyx_section_count (scenario->root, "nothing"), ==, 0);
  g_assert_null (pnyx_section_child (scenario->root, "adversary", 2));
  g_assert_false (pnyx_section_is_default (first, "share"));
  g_assert_true (pnyx_section_is_default (second, "share"));
  g_assert_true (first->parent == scenario->root);
}

static void
test_values_are_found_in_element_and_component (void)
{
  g_autoptr (PnyxScenario) scenario
      = toy_read ("\n<adversary kind='reorg'\nshare='0.1'/>", NULL, NULL);
  const PnyxSection *adversary = pnyx_section_child (scenario->root, "adversary", 0);

  g_assert_cmpstr (pnyx_section_value (adversary, "chain")->text, ==, "main");
  g_assert_cmpstr (pnyx_section_value (adversary, "share")->text, ==, "0.1");
  g_assert_null (pnyx_section_value (adversary, "nothing"));
  g_assert_cmpuint (pnyx_section_place_of (adversary, "share").line, ==, 4);
  g_assert_cmpuint (pnyx_section_place_of (adversary, "chain").line, ==, 3);
  g_assert_cmpuint (pnyx_section_place_of (adversary, "nothing").line, ==, 3);
}

static void
test_a_section_can_be_built_by_hand (void)
{
  PnyxSection *section = pnyx_section_new (&toy_everything, NULL);

  g_assert_true (pnyx_param_parse (&toy_everything.params[9], "text", NULL, section->params, NULL));
  g_assert_cmpuint (section->children->len, ==, 0);
  g_assert_null (section->component);
  pnyx_section_set_component (section, &toy_gasper);
  g_assert_nonnull (section->component_params);
  pnyx_section_free (section);
  pnyx_section_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/section/children-are-found-by-name-and-position",
                   test_children_are_found_by_name_and_position);
  g_test_add_func ("/engine/section/values-are-found-in-element-and-component",
                   test_values_are_found_in_element_and_component);
  g_test_add_func ("/engine/section/a-section-can-be-built-by-hand",
                   test_a_section_can_be_built_by_hand);
  return g_test_run ();
}
