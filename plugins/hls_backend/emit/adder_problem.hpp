// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "cmvm/solve.hpp"
#include "hls_backend/model/model.hpp"

namespace nac::hls {

/// The matrix of a dense or conv layer on integers: inputs in the range of the tensor that the layer reads (and 0,
/// which padding brings), outputs on the grid of its accumulator, bias included. Throws failure (NAC_INTERNAL) where
/// the accumulator's grid cannot hold them.
cmvm::problem adder_problem(const model &m, const layer &l);

/// What the layer is built as with distributed arithmetic; estimates and firmware agree in it.
cmvm::adder_graph layer_adders(const model &m, const layer &l);

}  // namespace nac::hls
