/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PNYX_NET_FAULTS_H
#define PNYX_NET_FAULTS_H

#include "net/network.h"

/** `<events>`: partitions, outages, eclipses and churn at a time. */
extern const PnyxElement pnyx_element_events;

/**
 * pnyx_faults_schedule:
 * @events: (nullable): `<events>`
 *
 * Schedules what the scenario lets happen to the network.
 * Errors: a region, client or operator that does not exist, with its place.
 */
gboolean pnyx_faults_schedule (PnyxNetwork *network, const PnyxSection *events, GError **error);

#endif
