// SPDX-License-Identifier: Apache-2.0
//
// ap_fixed.h: fixed-point numbers of 1 to 128 bits, I of them before the point, under the names of Vitis HLS, for
// firmware that runs without it. Same modes, same types of results; SystemC agrees bit for bit (tests).
#ifndef NAC_AP_FIXED_H
#define NAC_AP_FIXED_H

#include "ap_int.h"

template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0>
using ap_fixed = nac_ap::number<W, I, true, Q, O, N, false>;
template <int W, int I, ap_q_mode Q = AP_TRN, ap_o_mode O = AP_WRAP, int N = 0>
using ap_ufixed = nac_ap::number<W, I, false, Q, O, N, false>;

#endif
