// SPDX-License-Identifier: Apache-2.0
//
// layer_cost.hpp: one layer's price. LUT and FF are sums of terms, each a count of bits that some structure needs,
// times the coefficient fitted for it (coefficients.hpp); DSP, BRAM and clocks follow from rules without fitted
// factors.
#pragma once
#include <array>
#include <cstdint>

#include "hls_backend/estimate/layer_facts.hpp"
#include "hls_backend/estimate/technology.hpp"

namespace nac::hls {

/// Of LUT.
enum class lut_term {
  tree_bits,        ///< adder trees: additions x accumulator width
  pair_bits,        ///< products of two digits, shared by the outputs that need them
  fabric_bits,      ///< multipliers out of lookup tables: width x width
  small_bits,       ///< the same by weights out of memory of at most four bits
  share_bits,       ///< operands selected for multipliers that several constants share
  held_bits,        ///< values that wait while long chains of additions run
  input_mux_bits,   ///< resource strategy: one input picked per clock
  pick_bits,        ///< resource strategy with less reuse than inputs: each multiplier picks among its own inputs
  output_mux_bits,  ///< resource strategy: one accumulator picked per multiplier and clock
  accumulator_bits,
  matrix_base,  ///< per matrix
  round_bits,   ///< pointwise with rounding or saturation
  relu_bits,    ///< pointwise without
  softmax_values,
  lookup_values,
  compare_bits,
  sum_bits,
  stream_bits,  ///< words of a stream held in its FIFO and registers
  line_bits,    ///< line buffers out of shift registers
  stream_base,  ///< per layer between streams
  count
};
/// Of FF.
enum class ff_term {
  tree_bits,     ///< of trees cut by pipeline stages
  product_bits,  ///< products registered before the tree
  overlap_bits,  ///< the same when a vector starts every clock: they wait for their place in the tree
  wait_bits,     ///< inputs that accompany a pipeline started every clock
  output_bits,
  chain_bits,  ///< one register per addition of a long chain
  held_bits,
  accumulator_bits,  ///< resource strategy
  input_bits,        ///< resource strategy with less reuse than inputs: inputs that stay until picked
  multiplier_bits,   ///< resource strategy: operands and product of each multiplier
  matrix_base,
  round_bits,
  softmax_values,
  lookup_values,
  compare_bits,
  sum_bits,
  stream_bits,
  line_bits,
  stream_base,
  count
};
constexpr std::size_t kLutTerms = static_cast<std::size_t>(lut_term::count);
constexpr std::size_t kFfTerms = static_cast<std::size_t>(ff_term::count);

struct cost_terms {
  std::array<double, kLutTerms> lut{};
  std::array<double, kFfTerms> ff{};
  void add(lut_term t, double n) { lut[static_cast<std::size_t>(t)] += n; }
  void add(ff_term t, double n) { ff[static_cast<std::size_t>(t)] += n; }
  void add(const cost_terms &other);
  void scale(double factor);
};

struct layer_cost {
  cost_terms terms;
  double lut = 0, ff = 0, dsp = 0, bram_18k = 0;
  double depth = 0;                           ///< clocks from a position's values to its results
  double interval = 1;                        ///< clocks between two positions
  double combinational = 0;                   ///< share of a clock, of what is scheduled into its neighbours' clocks
  double cycles(const layer_facts &f) const;  ///< clocks that the positions of one sample keep the layer busy
};

/// DSP slices that the tools spend on a product of such widths: none if it is small, several beyond one slice's 27
/// x 18.
int dsp_slices(int left_bits, int right_bits);
/// 18-kbit blocks for a memory of `depth` words of `bits`; none for what fits into lookup tables.
double block_rams(int64_t depth, int64_t bits);

layer_cost cost_of(const layer_facts &f, const technology &t);

}  // namespace nac::hls
