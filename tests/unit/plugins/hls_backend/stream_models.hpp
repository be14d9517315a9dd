// SPDX-License-Identifier: Apache-2.0
//
// stream_models.hpp: networks whose tensors have to travel in more ways than those of sample_models.hpp.
#pragma once
#include "sample_models.hpp"

namespace hls_tests {

/// Readers of one tensor that want it in different orders, uneven windows, concatenations of either kind, batches of
/// products, every tensor in a stream of its own.
const std::vector<sample_model> &stream_models();

/// A convolution 3x3 without padding and one 1x1 on an 11x11 patch, then dense layers: a Bragg network.
nac::hls::model bragg_model(const nac::hls::options &how);

}  // namespace hls_tests
