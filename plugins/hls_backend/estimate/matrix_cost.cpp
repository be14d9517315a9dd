// SPDX-License-Identifier: Apache-2.0
//
// matrix_cost.cpp: a constant matrix times a vector, by strategy.
#include <algorithm>
#include <bit>
#include <cmath>

#include "hls_backend/estimate/layer_cost.hpp"

namespace nac::hls {

layer_cost matrix_cost(const layer_facts &f, const technology &t);

namespace {

/// Beyond this many additions in one function the tools stop balancing them into trees and add in order, three at a
/// time.
constexpr int64_t kLargestTree = 4096;

double whole_divide(int64_t a, int64_t b) { return static_cast<double>((a + b - 1) / b); }

/// Clocks from a vector to its results with all products at hand at once.
double tree_depth(const layer_facts &f, const technology &t, bool chained, bool dsp) {
  const double fan_in = static_cast<double>(std::max<int64_t>(1, f.matrix.fan_in));
  if (f.matrix.live_outputs == 0) return 0;
  if (chained) return std::ceil(fan_in * 0.78 * t.add_ns / t.usable_ns);
  // Products: shifts and single adders are half a level; a multiplier fills its clock, or takes a register more when it
  // does not fit into one.
  double products = 0.15;
  if (f.matrix.multipliers > 0) {
    const bool fits = t.multiply_ns <= t.usable_ns;
    products = fits ? (t.modern ? t.multiply_ns / t.usable_ns : 0.15)
                    : std::ceil(t.multiply_ns / t.usable_ns) - 1 + (dsp ? 1 : 0);
  }
  return std::floor(products + std::log2(fan_in) / t.adds_per_clock());
}

void price_constants(const layer_facts &f, const technology &t, layer_cost *c) {
  const matrix_facts &m = f.matrix;
  const bool dsp = f.allow_dsp && dsp_slices(f.input_bits, std::max(5, f.weight_bits)) > 0;
  const bool chained = m.additions > kLargestTree;
  const double additions = static_cast<double>(m.additions);
  const int64_t weights = m.inputs * m.outputs;
  const double limit = f.reuse > 1
                           ? std::max(1.0, whole_divide(weights, f.reuse) - static_cast<double>(m.zeros / f.reuse))
                           : static_cast<double>(std::max<int64_t>(1, m.multipliers));
  const double used = std::min(static_cast<double>(m.multipliers), limit);
  const bool shared = static_cast<double>(m.multipliers) > limit;
  const double alone = tree_depth(f, t, chained, dsp);
  c->depth = alone;
  if (shared) {
    const double turns = std::ceil(static_cast<double>(m.multipliers) / limit);
    c->depth = std::max(alone, turns + 1 + std::ceil(t.multiply_ns / t.usable_ns));
  }
  c->interval = f.reuse == 1 ? 1 : std::min(static_cast<double>(f.reuse), c->depth + 1);
  if (dsp) {
    c->dsp = used * dsp_slices(f.input_bits, std::max(5, f.weight_bits));
  } else {
    c->terms.add(lut_term::fabric_bits, used * f.input_bits * std::min(f.weight_bits, f.input_bits));
  }
  const double per_clock = t.adds_per_clock();
  c->terms.add(lut_term::tree_bits, additions * f.accumulator_bits);
  c->terms.add(lut_term::pair_bits, static_cast<double>(m.pairs) * (f.input_bits + 4));
  const double input_bits = static_cast<double>(m.inputs) * f.input_bits;
  if (shared) c->terms.add(lut_term::share_bits, static_cast<double>(m.multipliers) * f.input_bits);
  const double results = static_cast<double>(m.live_outputs) * f.accumulator_bits;
  if (m.live_outputs > 0) c->terms.add(lut_term::matrix_base, 1);
  if (m.live_outputs > 0) c->terms.add(ff_term::matrix_base, 1);
  const double waits = f.reuse == 1 ? 1 : 1 / std::min(static_cast<double>(f.reuse), alone + 1);
  if (chained) {
    c->terms.add(ff_term::chain_bits, additions * f.accumulator_bits);
    c->terms.add(ff_term::held_bits, additions * f.accumulator_bits * waits);
    c->terms.add(lut_term::held_bits, additions * f.accumulator_bits * waits);
  } else if (alone > 0) {
    const double products = static_cast<double>(m.pairs + m.multipliers) * (f.input_bits + f.weight_bits);
    // Where a tree is cut after every `per_clock` levels, one in 2^per_clock of its nodes stands in a register.
    c->terms.add(ff_term::tree_bits, additions * f.accumulator_bits / (std::exp2(per_clock) - 1));
    c->terms.add(ff_term::product_bits, products);
    if (f.reuse == 1) c->terms.add(ff_term::overlap_bits, products * (alone - 1));
    c->terms.add(ff_term::wait_bits, input_bits * alone * waits);
  }
  c->terms.add(ff_term::output_bits, results);
}

/// Multipliers whose weights come out of memory, and the accumulators that they add to.
void price_multipliers(const layer_facts &f, double multipliers, layer_cost *c) {
  const double results = static_cast<double>(f.matrix.outputs) * f.accumulator_bits;
  if (const int slices = f.allow_dsp ? dsp_slices(f.input_bits, f.weight_bits) : 0; slices > 0) {
    c->dsp = multipliers * slices;
  } else {
    const bool small = std::min(f.input_bits, f.weight_bits) <= 4;
    c->terms.add(small ? lut_term::small_bits : lut_term::fabric_bits, multipliers * f.input_bits * f.weight_bits);
  }
  c->terms.add(lut_term::tree_bits, multipliers * f.accumulator_bits);
  c->terms.add(lut_term::matrix_base, 1);
  c->terms.add(lut_term::accumulator_bits, results);
  c->terms.add(ff_term::accumulator_bits, results);
  c->terms.add(ff_term::multiplier_bits, multipliers * (f.input_bits + f.weight_bits));
  c->terms.add(ff_term::matrix_base, 1);
}

void price_reused(const layer_facts &f, layer_cost *c) {
  const matrix_facts &m = f.matrix;
  const int64_t weights = m.inputs * m.outputs;
  const double multipliers = whole_divide(weights, f.reuse);
  price_multipliers(f, multipliers, c);
  if (f.reuse >= m.inputs) {
    c->terms.add(lut_term::input_mux_bits, static_cast<double>(m.inputs) * f.input_bits);
  } else {
    c->terms.add(lut_term::pick_bits, multipliers * std::log2(static_cast<double>(f.reuse)) * f.input_bits);
    c->terms.add(ff_term::input_bits, static_cast<double>(m.inputs) * f.input_bits);
  }
  // With more than two outputs per multiplier every accumulator is within reach of each of them.
  const bool indexed = f.reuse > 2 * m.inputs;
  const double reach = static_cast<double>(std::bit_ceil(static_cast<uint64_t>(std::max<int64_t>(1, m.outputs))));
  if (indexed) c->terms.add(lut_term::output_mux_bits, multipliers * reach * f.accumulator_bits);
  c->bram_18k = block_rams(f.reuse, static_cast<int64_t>(multipliers) * f.weight_bits);
  constexpr int64_t kIndexTable = 512;  // entries from which the table of output indices takes a block
  if (indexed && f.reuse >= kIndexTable) c->bram_18k += 1;
  c->depth = static_cast<double>(f.reuse) + 1;
  c->interval = static_cast<double>(f.reuse);
}

/// A vector that arrives in words: every word times its slice of the matrix, out of memory, added to the results so
/// far.
void price_folded(const layer_facts &f, const technology &t, layer_cost *c) {
  const matrix_facts &m = f.matrix;
  const int64_t turns = std::min(f.folded * f.reuse, m.inputs * m.outputs);
  const double multipliers = whole_divide(m.inputs * m.outputs, turns);
  price_multipliers(f, multipliers, c);
  c->bram_18k = block_rams(turns, static_cast<int64_t>(multipliers) * f.weight_bits);
  const double added = static_cast<double>(m.inputs) / static_cast<double>(f.folded) + 1;
  c->depth = 1 + std::floor(t.multiply_ns / t.usable_ns + std::log2(added) / t.adds_per_clock());
  c->interval = static_cast<double>(f.reuse);
}

/// Shifts and adds that outputs share. The share of the digits' adders that remains was measured with this project's
/// adder-graph search on random 8-bit matrices from 3x8 to 64x64: 0.69 of them for small ones, 0.53 for large.
void price_adder_graph(const layer_facts &f, const technology &t, layer_cost *c) {
  const matrix_facts &m = f.matrix;
  if (m.live_outputs == 0) return;
  const double weights = static_cast<double>(m.inputs * m.outputs);
  const double remain = 0.53 + 0.16 * std::exp(-weights / 400);
  const double all = static_cast<double>(std::max<int64_t>(m.additions, m.digits - m.live_outputs));
  const double adders = std::max(static_cast<double>(m.additions) * 0.4, all * remain);
  // Partial sums start at the inputs' width and end at the accumulator's.
  const double width = (std::min(f.input_bits + 2, f.accumulator_bits) + f.accumulator_bits) / 2.0;
  c->terms.add(lut_term::tree_bits, adders * width);
  c->terms.add(lut_term::matrix_base, 1);
  const double digits = static_cast<double>(m.digits) / static_cast<double>(m.live_outputs);
  const double levels = std::ceil(std::log2(std::max(1.0, digits))) + 1;
  c->depth = std::floor(levels / t.adds_per_clock());
  if (c->depth > 0) c->terms.add(ff_term::tree_bits, adders * width / t.adds_per_clock());
  c->terms.add(ff_term::output_bits, static_cast<double>(m.live_outputs) * f.accumulator_bits);
  c->terms.add(ff_term::matrix_base, 1);
}

}  // namespace

layer_cost matrix_cost(const layer_facts &f, const technology &t) {
  layer_cost c;
  if (f.folded > 1 && f.matrix.live_outputs > 0) {
    price_folded(f, t, &c);
    return c;
  }
  if (f.how == strategy::distributed_arithmetic) {
    price_adder_graph(f, t, &c);
    return c;
  }
  // All of the multipliers at once, resource or not, means constants; nothing to multiply costs nothing.
  if (f.how == strategy::resource && f.reuse > 1 && f.matrix.live_outputs > 0) {
    price_reused(f, &c);
    return c;
  }
  price_constants(f, t, &c);
  return c;
}

}  // namespace nac::hls
