/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "oracle/error_model.h"

#include <math.h>

#include "support/test_distribution.h"
