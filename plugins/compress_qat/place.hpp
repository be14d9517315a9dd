// SPDX-License-Identifier: Apache-2.0
//
// place.hpp: quantizers in the graph: taking them out and putting them in.
#pragma once
#include "compress_qat/sites.hpp"
#include "nac/cpp/observer.hpp"

namespace nac::compressing {

/// Takes all quantizers out. How many there were. Their constants lose their names.
int remove_quantizers(graph_view &graph);

/// Calibrates on the graph as it is, without quantizers, and puts one on the input, each weight and each activation.
void place_quantizers(graph_view &graph, const observer &watch, const qat_options &options);

/// The format of weights of that width.
format weight_format(int width);
/// 2^-f of least squared error over the folded weight, per output channel or for all.
std::vector<float> fitted_scales(const graph_view &graph, const layer &l, const format &to, bool per_channel);

}  // namespace nac::compressing
