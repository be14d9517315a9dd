// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "hls_backend/model/model.hpp"

namespace nac::hls {

/// Vectors that a layer's matrix is multiplied by for one sample: rows, or output pixels.
int64_t vector_count(const layer &l);
/// Whether a layer takes a new sample every reuse_factor clocks: nothing in it is done in turn.
bool is_pipelined(const layer &l);

/// What the layer needs in parameters.h: constants, and the struct that its kernel is given.
std::string parallel_config(const model &m, const layer &l);
/// "static void layer4(const layer3_t x[N_LAYER_3], layer4_t y[N_LAYER_4])", whole.
std::string parallel_function(const model &m, const layer &l);

/// N_INPUT_1, N_LAYER_4: elements of a tensor.
std::string size_name(const model &m, int tensor);
/// "layer4_t name[N_LAYER_4]"
std::string array_text(const model &m, int tensor, const std::string &name);

}  // namespace nac::hls
