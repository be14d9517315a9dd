// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/estimate/layer_cost.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "hls_backend/estimate/coefficients.hpp"

namespace nac::hls {

layer_cost matrix_cost(const layer_facts &f, const technology &t);  // matrix_cost.cpp

void cost_terms::add(const cost_terms &other) {
  for (std::size_t i = 0; i < kLutTerms; ++i) lut[i] += other.lut[i];
  for (std::size_t i = 0; i < kFfTerms; ++i) ff[i] += other.ff[i];
}

void cost_terms::scale(double factor) {
  for (double &v : lut) v *= factor;
  for (double &v : ff) v *= factor;
}

double layer_cost::cycles(const layer_facts &f) const {
  const double each = std::ceil(static_cast<double>(f.positions) / static_cast<double>(std::max<int64_t>(1, f.copies)));
  return each * interval;
}

int dsp_slices(int left_bits, int right_bits) {
  // Of published reports: 8 x 5 and 16 x 6 bits take a slice, 6 x 6 and 16 x 4 do not.
  const int wide = std::max(left_bits, right_bits), narrow = std::min(left_bits, right_bits);
  if (narrow <= 4 || wide + narrow <= 12) return 0;
  const auto parts = [](int bits, int port) { return bits <= port ? 1 : (bits - 1 + port - 2) / (port - 1); };
  return parts(wide, 27) * parts(narrow, 18);
}

double block_rams(int64_t depth, int64_t bits) {
  constexpr int64_t kDistributed = 1024;  // bits; up to here the tools take lookup tables
  if (depth <= 0 || bits <= 0 || depth * bits <= kDistributed) return 0;
  int64_t width = 36;
  int64_t rows = 512;
  while (rows < depth && width > 1) {
    rows *= 2;
    width = width / 2;
  }
  const int64_t across = (bits + width - 1) / width, down = (depth + rows - 1) / rows;
  return static_cast<double>(across * down);
}

namespace {

double levels_of(double values) { return values > 1 ? std::log2(values) : 0; }

void price_simple(const layer_facts &f, const technology &t, layer_cost *c) {
  const double n = static_cast<double>(f.elements);
  const double bits = n * f.input_bits;
  switch (f.kind) {
    case work_kind::pointwise:
      c->terms.add(f.rounds ? lut_term::round_bits : lut_term::relu_bits, bits);
      if (!t.modern && t.usable_ns < 1.8 * t.add_ns) c->terms.add(ff_term::round_bits, bits);
      c->combinational = 2 * t.add_ns / t.usable_ns;
      break;
    case work_kind::lookup:
      c->terms.add(lut_term::lookup_values, n);
      c->terms.add(ff_term::lookup_values, n);
      c->bram_18k = std::ceil(n / 2) * block_rams(f.table_bits / std::max(1, f.output_bits), f.output_bits);
      c->depth = 1;
      break;
    case work_kind::softmax: {
      c->terms.add(lut_term::softmax_values, n);
      c->terms.add(ff_term::softmax_values, n * (t.modern ? 0.3 : 1));
      if (f.allow_dsp) {
        c->dsp = n;
      } else {
        c->terms.add(lut_term::fabric_bits, n * 18 * 18);
      }
      c->bram_18k = n * block_rams(f.table_bits / 18, 18);
      // Maximum and sum of the row, two table reads, one product.
      const double stages = std::ceil(t.multiply_ns / t.usable_ns);
      c->depth = std::floor(3 * levels_of(n) / t.adds_per_clock() + 3 * stages + (t.modern ? 0 : 2));
      if (f.divides) {
        constexpr double kQuotient = 25, kDivisor = 31;  // a float32 out of sums below 2^31
        c->terms.add(lut_term::sum_bits, n * kQuotient * kDivisor);
        c->terms.add(ff_term::sum_bits, n * kQuotient * kDivisor / t.adds_per_clock());
        c->depth += std::floor(kQuotient / t.adds_per_clock());
      }
      c->interval = 1;
      break;
    }
    case work_kind::compare:
      c->terms.add(lut_term::compare_bits, bits);
      c->terms.add(ff_term::compare_bits, bits);
      c->depth = std::floor(levels_of(static_cast<double>(f.depth)) / t.adds_per_clock());
      c->combinational = 0.3;
      break;
    case work_kind::sum:
      c->terms.add(lut_term::sum_bits, n * f.accumulator_bits);
      c->terms.add(ff_term::sum_bits, n * f.accumulator_bits / t.adds_per_clock());
      c->depth = std::floor(levels_of(static_cast<double>(f.depth)) / t.adds_per_clock());
      c->combinational = 0.3;
      break;
    case work_kind::product: {
      const double shared = std::ceil(n / static_cast<double>(std::max<int64_t>(1, f.reuse)));
      const double sums =
          shared * static_cast<double>(f.depth - 1) / static_cast<double>(std::max<int64_t>(1, f.depth));
      if (const int slices = f.allow_dsp ? dsp_slices(f.input_bits, f.weight_bits) : 0; slices > 0) {
        c->dsp = shared * slices;
      } else {
        c->terms.add(lut_term::fabric_bits, shared * f.input_bits * f.weight_bits);
      }
      c->terms.add(lut_term::tree_bits, sums * f.accumulator_bits);
      if (f.reuse > 1) c->terms.add(lut_term::share_bits, shared * (f.input_bits + f.weight_bits));
      c->terms.add(ff_term::product_bits, shared * (f.input_bits + f.weight_bits));
      c->terms.add(ff_term::tree_bits, sums * f.accumulator_bits / t.adds_per_clock());
      c->depth =
          std::floor(t.multiply_ns / t.usable_ns + levels_of(static_cast<double>(f.depth)) / t.adds_per_clock()) +
          static_cast<double>(f.reuse - 1);
      c->interval = static_cast<double>(f.reuse);
      break;
    }
    case work_kind::move:
    case work_kind::matrix: break;
  }
}

template <std::size_t N>
double price(const std::array<double, N> &terms, const std::array<double, N> &coefficients) {
  double sum = 0;
  for (std::size_t i = 0; i < N; ++i) sum += terms[i] * coefficients[i];
  return sum;
}

}  // namespace

layer_cost cost_of(const layer_facts &f, const technology &t) {
  layer_cost c;
  if (f.kind == work_kind::matrix) {
    c = matrix_cost(f, t);
  } else {
    price_simple(f, t, &c);
  }
  const double copies = static_cast<double>(std::max<int64_t>(1, f.copies));
  c.terms.scale(copies);
  c.dsp *= copies;
  if (f.io == io_type::stream) {
    // A word of results waits in a FIFO; windows keep rows back, in shift registers or, when long, in block memory.
    const double word =
        static_cast<double>(f.kind == work_kind::matrix ? f.matrix.outputs : f.elements) * f.output_bits;
    c.terms.add(lut_term::stream_bits, word);
    c.bram_18k += block_rams(f.fifo_words, static_cast<int64_t>(word));
    c.terms.add(ff_term::stream_bits, word);
    c.terms.add(lut_term::stream_base, 1);
    c.terms.add(ff_term::stream_base, 1);
    const double held = static_cast<double>(f.window_rows * f.row_bits);
    c.terms.add(lut_term::line_bits, held);
    if (f.window_rows > 0) {
      // All values of a window stand in registers.
      const double window = static_cast<double>(f.kind == work_kind::matrix ? f.matrix.inputs : f.elements);
      c.terms.add(ff_term::line_bits, window * f.input_bits);
    }
    if (!f.pixel_pipeline) {
      c.interval = static_cast<double>(f.reuse) + (f.how == strategy::resource ? 4 : 2);
      c.depth = std::max(c.depth, c.interval);
    }
  }
  c.lut = price(c.terms.lut, kLut);
  c.ff = price(c.terms.ff, kFf);
  return c;
}

}  // namespace nac::hls
