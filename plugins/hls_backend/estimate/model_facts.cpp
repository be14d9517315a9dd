// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/estimate/model_facts.hpp"

#include <algorithm>

namespace nac::hls {
namespace {

const tensor &tensor_of(const model &m, int index) { return m.tensors[static_cast<std::size_t>(index)]; }

bool is_windowed(layer_kind kind) {
  return kind == layer_kind::conv || kind == layer_kind::max_pool || kind == layer_kind::sum_pool;
}

class planner {
 public:
  explicit planner(const model &m) : m_(m), words_(m.tensors.size(), 1) {}

  std::vector<planned_layer> take() {
    std::vector<planned_layer> out;
    for (const layer &l : m_.layers) {
      planned_layer p;
      p.source = &l;
      p.words = stream() ? words_read(l) : 1;
      plan(l, &p);
      if (stream()) words_[static_cast<std::size_t>(l.output)] = words_written(l, p);
      out.push_back(std::move(p));
    }
    return out;
  }

 private:
  bool stream() const { return m_.how.io == io_type::stream; }

  int64_t words_read(const layer &l) const {
    if (l.inputs.empty()) return words_wanted(l.output, 0);
    int64_t most = 1;
    for (const int t : l.inputs) most = std::max(most, words_[static_cast<std::size_t>(t)]);
    return most;
  }

  /// Words in which readers want an input of the network: pixels of an image, rows of a matrix.
  int64_t words_wanted(int t, int depth) const {
    int64_t most = 1;
    constexpr int kFar = 8;  // elementwise layers in between
    for (const int user : tensor_of(m_, t).users) {
      const layer &l = m_.layers[static_cast<std::size_t>(user)];
      if (is_windowed(l.kind)) most = std::max(most, l.geometry.height * l.geometry.width);
      if (l.kind == layer_kind::dense || l.kind == layer_kind::softmax) most = std::max(most, l.rows);
      if ((l.kind == layer_kind::pointwise || l.kind == layer_kind::table || l.kind == layer_kind::add) &&
          depth < kFar) {
        most = std::max(most, words_wanted(l.output, depth + 1));
      }
    }
    return most;
  }

  int64_t words_written(const layer &l, const planned_layer &p) const {
    switch (l.kind) {
      case layer_kind::dense: return l.rows;
      case layer_kind::conv:
      case layer_kind::max_pool:
      case layer_kind::sum_pool: return l.geometry.out_height * l.geometry.out_width;
      case layer_kind::reduce_sum:
      case layer_kind::reduce_max: return std::max<int64_t>(1, l.outer);
      case layer_kind::matmul: return l.batch * l.m;
      default: return p.words;
    }
  }

  layer_facts basic(const layer &l, work_kind kind) const {
    layer_facts f;
    f.kind = kind;
    f.io = m_.how.io;
    f.how = l.how;
    const tensor &in = tensor_of(m_, l.inputs.empty() ? l.output : l.inputs[0]);
    f.input_bits = in.type.width;
    f.weight_bits = l.inputs.size() > 1 ? tensor_of(m_, l.inputs[1]).type.width : in.type.width;
    f.accumulator_bits = l.accumulator.width;
    f.output_bits = tensor_of(m_, l.output).type.width;
    return f;
  }

  /// `count` elements of a sample, in as many words as the layer reads.
  void spread(const planned_layer &p, int64_t count, layer_facts *f) const {
    f->positions = p.words;
    f->elements = (count + p.words - 1) / p.words;
  }

  void plan(const layer &l, planned_layer *p) const {
    const int64_t size = tensor_of(m_, l.output).size;
    switch (l.kind) {
      case layer_kind::input: return;
      case layer_kind::dense:
      case layer_kind::conv: plan_matrix(l, p); break;
      case layer_kind::max_pool:
      case layer_kind::sum_pool: plan_pool(l, p); break;
      case layer_kind::reduce_sum:
      case layer_kind::reduce_max: {
        layer_facts f = basic(l, l.kind == layer_kind::reduce_sum ? work_kind::sum : work_kind::compare);
        spread(*p, l.outer * std::max<int64_t>(0, l.count - 1) * l.inner, &f);
        f.depth = stream() ? 2 : l.count;
        p->collects = l.outer == 1;
        p->parts.push_back(f);
        break;
      }
      case layer_kind::matmul: {
        layer_facts f = basic(l, work_kind::product);
        f.reuse = l.reuse_factor;
        f.depth = l.k;
        if (stream()) p->words = std::max(p->words, l.batch * l.m);
        spread(*p, l.batch * l.m * l.n * l.k, &f);
        p->collects = true;
        p->parts.push_back(f);
        break;
      }
      case layer_kind::add: {
        layer_facts f = basic(l, work_kind::sum);
        spread(*p, size, &f);
        p->parts.push_back(f);
        break;
      }
      case layer_kind::concat:
      case layer_kind::transpose: {
        if (!stream()) break;  // wires
        layer_facts f = basic(l, work_kind::move);
        spread(*p, size, &f);
        f.window_rows = 1;
        f.row_bits = size * f.output_bits;
        p->collects = true;
        p->parts.push_back(f);
        break;
      }
      case layer_kind::table: {
        layer_facts f = basic(l, work_kind::lookup);
        spread(*p, size, &f);
        f.table_bits = static_cast<int64_t>(l.table.size()) * f.output_bits;
        p->parts.push_back(f);
        break;
      }
      case layer_kind::softmax: {
        layer_facts f = basic(l, work_kind::softmax);
        f.positions = stream() ? std::max<int64_t>(1, l.rows) : 1;
        f.copies = 1;
        f.elements = stream() ? l.count : l.rows * l.count;
        f.depth = l.count;
        constexpr int64_t kExponentialBits = 16;
        f.table_bits = static_cast<int64_t>(l.table.size()) * kExponentialBits;
        f.divides = true;
        p->parts.push_back(f);
        break;
      }
      case layer_kind::pointwise: break;
    }
    plan_steps(l, p);
  }

  void plan_matrix(const layer &l, planned_layer *p) const {
    const weight_matrix &w = l.weights;
    layer_facts f = basic(l, work_kind::matrix);
    f.matrix = count_matrix(w.values.data(), w.inputs, w.outputs, w.bias.empty() ? nullptr : w.bias.data());
    f.weight_bits = w.type.width;
    f.reuse = l.reuse_factor;
    f.positions = l.kind == layer_kind::conv ? l.geometry.out_height * l.geometry.out_width : l.rows;
    f.copies = stream() ? 1 : std::min<int64_t>(f.positions, l.parallelization_factor);
    if (stream() && l.kind == layer_kind::conv) {
      place_window(l.geometry, p, &f);
    } else if (stream() && l.rows == 1 && p->words > 1) {
      f.folded = p->words;
      f.positions = p->words;
      f.reuse = (f.reuse + f.folded - 1) / f.folded;
      p->collects = true;
    } else if (stream()) {
      p->words = f.positions;
    }
    p->parts.push_back(f);
  }

  void plan_pool(const layer &l, planned_layer *p) const {
    const window &g = l.geometry;
    layer_facts f = basic(l, l.kind == layer_kind::max_pool ? work_kind::compare : work_kind::sum);
    const int64_t taps = g.kernel_height * g.kernel_width;
    f.depth = taps;
    if (stream()) {
      place_window(g, p, &f);
      f.elements = g.channels * (taps - 1);
    } else {
      f.elements = g.out_channels * g.out_height * g.out_width * (taps - 1);
    }
    p->parts.push_back(f);
  }

  /// A line buffer that takes one pixel per clock. Padding above and left costs no clocks, below and right it does.
  static void place_window(const window &g, planned_layer *p, layer_facts *f) {
    p->words = g.height * g.width;
    p->flush = g.pad_bottom * g.width + g.pad_right;
    p->lead = std::max<int64_t>(0, (g.kernel_height - 1 - g.pad_top) * g.width + g.kernel_width - 1 - g.pad_left);
    f->positions = p->words + p->flush;
    f->window_rows = g.kernel_height - 1;
    f->row_bits = g.width * g.channels * f->input_bits;
  }

  void plan_steps(const layer &l, planned_layer *p) const {
    bool works = false;
    layer_facts f = basic(l, work_kind::pointwise);
    f.input_bits = l.accumulator.width;
    for (const pointwise &step : l.steps) {
      const bool plain =
          step.what == pointwise::op::quantize && step.type.q == rounding::trn && step.type.o == overflow::wrap;
      works = works || !plain;
      f.rounds = f.rounds || (step.what == pointwise::op::quantize && !plain);
    }
    if (!works) return;
    const int64_t size = tensor_of(m_, l.output).size;
    const int64_t at_once =
        p->parts.empty() ? p->words : p->parts[0].positions / std::max<int64_t>(1, p->parts[0].copies);
    const bool collected = p->collects || at_once < 1;
    f.positions = collected ? 1 : at_once;
    if (l.kind == layer_kind::conv) {
      f.elements = l.geometry.out_channels * (stream() ? 1 : p->parts[0].copies);
    } else {
      f.elements = (size + f.positions - 1) / f.positions;
    }
    p->parts.push_back(f);
  }

  const model &m_;
  std::vector<int64_t> words_;
};

}  // namespace

std::vector<planned_layer> plan_layers(const model &m) { return planner(m).take(); }

}  // namespace nac::hls
