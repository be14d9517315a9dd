// SPDX-License-Identifier: Apache-2.0
//
// evaluate.hpp: what a model computes, written as plainly as can be: what generated firmware is tested against.
#pragma once
#include <vector>

#include "hls_backend/model/model.hpp"

namespace nac::hls {

/// Integers of all tensors for one sample, which has one flat vector per input of the model.
std::vector<std::vector<int64_t>> evaluate_all(const model &m, const std::vector<std::vector<double>> &inputs);
/// Those of the outputs.
std::vector<std::vector<int64_t>> evaluate(const model &m, const std::vector<std::vector<double>> &inputs);

}  // namespace nac::hls
