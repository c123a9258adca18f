/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a toy gets wrong: bandwidth that moves votes, energy that follows the load. */
#include "support/test_world.h"

static PnyxRunResult *
run (const gchar *upload, const gchar *interval, PnyxModel **model)
{
  g_autofree gchar *body = g_strdup_printf (
      "<run warmup='1 epoch' duration='6 epoch'/><network nodes='60' tcp='warm'>"
      "<topology kind='random-regular' degree='16'/><dissemination kind='gossipsub'/>"
      "<class upload='%s' download='1 Gbit/s' hardware='home'/></network><chain kind='gasper'>"
      "<validators count='1024'/><workload interval='%s' size='20 kB'/>"
      "<gasper block-limit='4 MB'/></chain>",
      upload, interval);

  *model = test_model (body);
  return pnyx_simulate (*model, 0, 0, TRUE, NULL);
}

/* 60 transactions of 20 kB a slot: 1.2 MB, a second at 10 Mbit/s for each copy. */
static void
test_bandwidth_moves_large_blocks_and_not_votes (void)
{
  g_autoptr (PnyxModel) slow_model = NULL;
  g_autoptr (PnyxModel) fast_model = NULL;
  g_autoptr (PnyxRunResult) slow = run ("100 Mbit/s", "200 ms", &slow_model);
  g_autoptr (PnyxRunResult) fast = run ("200 Mbit/s", "200 ms", &fast_model);
  gdouble blocks = test_scalar (fast->output, "latency.propagation.p50")
                   / test_scalar (slow->output, "latency.propagation.p50");
  gdouble votes = test_scalar (fast->output, "latency.attestation.p50")
                  / test_scalar (slow->output, "latency.attestation.p50");

  g_test_message ("twice the bandwidth: blocks take %.3f of the time, votes %.3f", blocks, votes);
  g_assert_cmpfloat (blocks, <, 0.7);
  g_assert_cmpfloat (blocks, >, 0.45);
  g_assert_cmpfloat (votes, >, 0.98);
  g_assert_cmpfloat (votes, <, 1.02);
}

static void
test_twice_the_load_barely_moves_the_energy (void)
{
  g_autoptr (PnyxModel) low_model = NULL;
  g_autoptr (PnyxModel) high_model = NULL;
  g_autoptr (PnyxRunResult) low = run ("500 Mbit/s", "4 s", &low_model);
  g_autoptr (PnyxRunResult) high = run ("500 Mbit/s", "2 s", &high_model);
  gdouble total = test_scalar (high->output, "energy.total.low")
                  / test_scalar (low->output, "energy.total.low");
  gdouble per_tx = test_scalar (high->output, "energy.per_tx.low")
                   / test_scalar (low->output, "energy.per_tx.low");

  g_test_message ("twice the load: %.4f of the energy, %.3f of a transaction's", total, per_tx);
  g_assert_cmpfloat (total, >, 0.99);
  g_assert_cmpfloat (total, <, 1.02);
  g_assert_cmpfloat (per_tx, >, 0.45);
  g_assert_cmpfloat (per_tx, <, 0.56);
  /* Idle power is nearly all of it. */
  g_assert_cmpfloat (test_scalar (low->output, "energy.share.idle"), >, 0.9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gasper-traps/bandwidth", test_bandwidth_moves_large_blocks_and_not_votes);
  g_test_add_func ("/gasper-traps/load", test_twice_the_load_barely_moves_the_energy);
  return g_test_run ();
}
