// SPDX-License-Identifier: Apache-2.0
//
// sample_models.hpp: small models of every kind of layer, with random weights, and samples for them.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "hls_backend/model/builder.hpp"

namespace hls_tests {

struct sample_model {
  std::string name;
  std::function<nac::hls::model(const nac::hls::options &)> make;
};

/// Every layer kind, several inputs and outputs, shared tensors, attention. All are legal with reuse factor 1.
const std::vector<sample_model> &sample_models();
const sample_model &find_sample(const std::string &name);

/// Samples of all inputs of a model: the corners of the input's type, zeros, ties, reals off the grid, random ones.
/// [sample][input][element]
std::vector<std::vector<std::vector<double>>> samples_for(const nac::hls::model &m, int count);

}  // namespace hls_tests
