// SPDX-License-Identifier: Apache-2.0
//
// ap_int.h: integers of 1 to 128 bits under the names of Vitis HLS, for firmware that runs without it.
#ifndef NAC_AP_INT_H
#define NAC_AP_INT_H

#include "nac_ap_operators.h"

template <int W>
using ap_int = nac_ap::integer<W, true>;
template <int W>
using ap_uint = nac_ap::integer<W, false>;

#endif
