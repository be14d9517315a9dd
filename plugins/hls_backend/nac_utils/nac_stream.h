// SPDX-License-Identifier: Apache-2.0
//
// What all streaming kernels share. A kernel is one dataflow process; one call handles one sample. Nothing is kept from
// one call to the next: the state of a kernel is in local arrays. Each kernel states its cycle budget per sample: the
// number of iterations of its pipelined loop times its initiation interval, to which the depth of the pipeline adds.
//
// CONFIG is the layer's struct in parameters.h. Where a kernel computes, CONFIG::finish() makes a result of what has
// been accumulated (activation and quantizer), so that no process of its own is needed for them.
#ifndef NAC_STREAM_H_
#define NAC_STREAM_H_

#include "hls_stream.h"
#include "nac_array.h"
#include "nac_labels.h"

// Vivado HLS moves a struct through a stream as one word only when told so; Vitis HLS always does.
#if defined(__SYNTHESIS__) && !defined(__VITIS_HLS__)
#define NAC_PRAGMA(text) _Pragma(#text)
#define NAC_ONE_WORD(name) NAC_PRAGMA(HLS DATA_PACK variable=name)
#else
#define NAC_ONE_WORD(name)
#endif

#endif
