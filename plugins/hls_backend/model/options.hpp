// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string>

#include "hls_backend/model/part.hpp"
#include "nac/cpp/config.hpp"

namespace nac::hls {

enum class io_type { parallel, stream };
enum class strategy { latency, resource, distributed_arithmetic };
const char *name_of(io_type value);   // "io_parallel", "io_stream"
const char *name_of(strategy value);  // "latency", "resource", "distributed_arithmetic"

/// What one layer does otherwise than the rest.
struct layer_options {
  std::optional<strategy> how;
  std::optional<int> reuse_factor, parallelization_factor;
};

/// The plugin's parameters, checked.
struct options {
  std::string project = "nac_model";  ///< a C identifier: name of the top function and of the files
  part target;
  io_type io = io_type::parallel;
  strategy how = strategy::latency;
  int reuse_factor = 1;            ///< times each multiplier is used per vector-matrix product
  int parallelization_factor = 0;  ///< output pixels or rows that a layer computes at a time; 0: one pixel, all rows
  double clock_period_ns = 5;
  double clock_uncertainty = 0.125;  ///< share of the period
  int assumed_bits = 8;              ///< width of weights and activations, for estimates of unquantized graphs
  std::string ap_types;              ///< folder with the vendor's ap_fixed.h; empty: our own
  std::string cache;                 ///< folder of compiled simulations; empty: the user's cache folder
  std::map<std::string, layer_options> layers;  ///< by layer name
};

/// Throws failure (NAC_INVALID_ARGUMENT) that names the parameter, what was found and what is accepted.
options read_options(const config &config);

}  // namespace nac::hls
