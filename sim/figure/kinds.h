/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_FIGURE_KINDS_H
#define PNYX_FIGURE_KINDS_H

#include "figure/figure.h"

/* The kinds of figures, one file each. */
extern const PnyxFigureOps pnyx_figure_propagation_cdf;
extern const PnyxFigureOps pnyx_figure_stale_rate;
extern const PnyxFigureOps pnyx_figure_energy_breakdown;
extern const PnyxFigureOps pnyx_figure_lorenz;
extern const PnyxFigureOps pnyx_figure_finality_cdf;
extern const PnyxFigureOps pnyx_figure_slot_timeline;
extern const PnyxFigureOps pnyx_figure_head_votes;
extern const PnyxFigureOps pnyx_figure_participation;
extern const PnyxFigureOps pnyx_figure_block_tree;
extern const PnyxFigureOps pnyx_figure_cdf;
extern const PnyxFigureOps pnyx_figure_lines;
extern const PnyxFigureOps pnyx_figure_heat_map;
extern const PnyxFigureOps pnyx_figure_stacked_bars;
extern const PnyxFigureOps pnyx_figure_box_plot;
extern const PnyxFigureOps pnyx_figure_time_series;
extern const PnyxFigureOps pnyx_figure_scatter;
extern const PnyxFigureOps pnyx_figure_tornado;

#endif
