// SPDX-License-Identifier: Apache-2.0
//
// Loops have labels because the reports of synthesis name them so. Nothing jumps there, and C++ compilers would say it.
#ifndef NAC_LABELS_H_
#define NAC_LABELS_H_

#if defined(__GNUC__) && !defined(__SYNTHESIS__)
#pragma GCC diagnostic ignored "-Wunused-label"
#endif

#endif
