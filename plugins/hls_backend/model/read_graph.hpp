// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "hls_backend/model/model.hpp"
#include "nac/cpp/graph_view.hpp"

namespace nac::hls {

/// The model of a deployed graph (docs/quantized-graphs.md). Throws failure (NAC_UNSUPPORTED) that names the node which
/// cannot be built or is not quantized and what would be needed, or (NAC_INVALID_ARGUMENT) for options that are not
/// legal for a layer, listing the legal ones.
model read_graph(const graph_view &graph, const options &how);

/// The same of a graph in float as if every weight and activation had options::assumed_bits bits: for estimates only.
/// Graphs that are quantized in parts keep what they have.
model assume_quantized(const graph_view &graph, const options &how);

/// Whether a graph has quantizers.
bool is_quantized(const graph_view &graph);

/// Why a node cannot be built; nothing: it can.
std::optional<std::string> why_not(const graph_view &graph, nac_node node);

}  // namespace nac::hls
