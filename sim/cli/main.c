/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "ai/ai.h"
#include "base/statistics.h"
#include "cli/cli.h"
#include "engine/params.h"
#include "net/topology.h"
#include "pnyx-config.h"
#include "results/store.h"
#include "scenario/reader.h"

static const CliCommand commands[] = {
  { "run", "SCENARIO | DIR",
    "Runs a scenario, prints a summary, draws its figures; or reruns one run.", cli_run },
  { "sweep", "SCENARIO", "Runs every point of a scenario's sweep; can be killed and resumed.",
    cli_sweep },
  { "merge", "DIR... --out DIR", "Joins the shards of a sweep.", cli_merge },
  { "validate", "SCENARIO...", "Checks scenarios and says what is wrong, with file and line.",
    cli_validate },
  { "list", "[KIND]", "Lists what there is: of all kinds, or of one.", cli_list },
  { "describe", "NAME | KIND/NAME | SCENARIO",
    "Describes a component, an element or a metric; or every value of a scenario.", cli_describe },
  { "init", "NAME", "Writes a commented starter scenario to standard output.", cli_init },
  { "schema", "", "Prints the RELAX NG of scenarios, for editors.", cli_schema },
  { "plot", "DIR", "Draws the figures of a results folder with gnuplot.", cli_plot },
  { "compare", "A[:point=N] B...", "Metrics of results side by side, with their differences.",
    cli_compare },
  { "report", "DIR", "Writes a page of a results folder, or its figures and tables for TeX.",
    cli_report },
  { "calc", "[NAME [KEY=VALUE]...]", "Closed forms and algorithms that the models use.", cli_calc },
  { "reproduce", "[PAPER...]", "Computes published numbers again, and says which agree.",
    cli_reproduce },
  { "train", "SCENARIO --out FILE",
    "Teaches a controller of loan terms over episodes, writes its policy.", cli_train },
  { "bench", "[NAME]...", "Built-in benchmarks: name,value,unit.", cli_bench },
};

const CliCommand *
cli_command (const gchar *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  return NULL;
}

static void
print_help (void)
{
  printf ("pnyx %s: a deterministic simulator for proof-of-stake research\n\n", PNYX_VERSION);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    printf ("  pnyx %-9s %-28s %s\n", commands[i].name, commands[i].arguments, commands[i].summary);
  printf ("\npnyx COMMAND --help tells its options; pnyx --version what it was built with.\n");
}

static void
print_version (void)
{
  g_autofree gchar *learning = pnyx_learner_library ();

  printf ("pnyx %s (%s, %s, %s)\n", PNYX_VERSION, PNYX_BUILD, PNYX_BUILD_TYPE, PNYX_COMPILER);
  printf ("GLib %d.%d.%d, %s, %s, %s, %s\n", GLIB_MAJOR_VERSION, GLIB_MINOR_VERSION,
          GLIB_MICRO_VERSION, pnyx_scenario_library (), pnyx_statistics_library (),
          pnyx_topology_library (), pnyx_store_library ());
  printf ("MPI %s, %s\n", PNYX_HAVE_MPI ? "yes" : "no", learning ? learning : "XGBoost no");
}

static int
unknown_command (const gchar *name)
{
  const gchar *names[G_N_ELEMENTS (commands) + 1] = { NULL };
  const gchar *near;

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    names[i] = commands[i].name;
  near = pnyx_suggest (name, names);
  if (near != NULL)
    cli_error ("unknown command \"%s\"; did you mean \"%s\"?", name, near);
  else
    cli_error ("unknown command \"%s\" (try: pnyx --help)", name);
  return CLI_USAGE;
}

int
main (int argc, char **argv)
{
  const CliCommand *command;
  int status;

  if (argc < 2 || g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")
      || g_str_equal (argv[1], "help"))
    {
      print_help ();
      return argc < 2 ? CLI_USAGE : CLI_DONE;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      print_version ();
      return CLI_DONE;
    }
  command = cli_command (argv[1]);
  if (command == NULL)
    return unknown_command (argv[1]);
  pnyx_statistics_init ();
  status = command->run (argc - 1, argv + 1);
  if (fflush (stdout) != 0 || ferror (stdout))
    {
      cli_error ("standard output: cannot write");
      return CLI_FAILED;
    }
  return status;
}
