// SPDX-License-Identifier: Apache-2.0
//
// batches.hpp: the firmware that several tests share; compiled when first asked for.
#pragma once
#include <vector>

#include "firmware_batch.hpp"
#include "sample_models.hpp"

namespace hls_tests {

/// io_parallel: every sample model with strategies that differ by layer, legal reuse factors and parallelization
/// factors; "latency", "resource" and "distributed_arithmetic": the convolutions with that strategy throughout;
/// "plain ends": no options.
std::vector<named_model> parallel_batch();
/// io_stream: every sample and stream model with strategy latency; convolutions and the deep set with multipliers used
/// up to 4 and 30 times, and with shifts and adds.
std::vector<named_model> stream_batch();

const firmware_batch &parallel_firmware();
const firmware_batch &stream_firmware();

nac::hls::options streaming(nac::hls::strategy how);

}  // namespace hls_tests
