// SPDX-License-Identifier: Apache-2.0
//
// Layers and products of two activations: where each sum reads, what its integers can be, and what it is computed in.
#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "fixed/integer/constants.hpp"
#include "fixed/integer/plan.hpp"
#include "fixed/integer/window.hpp"

namespace nac::fw {
namespace {

constexpr Ref kNowhere = ~Ref{0};  ///< the padding around an image

/// Which cell each sum reads for each entry of the fan-in, and which result each sum is.
struct Wiring {
  std::size_t positions = 1, fan_in = 0, channels = 0;
  std::vector<Ref> cell;  ///< [positions][fan_in], kNowhere for padding
  bool channels_first = false;
  std::size_t result(std::size_t p, std::size_t m) const {
    return channels_first ? m * positions + p : p * channels + m;
  }
};

Wiring wiring_of(const Graph &graph, const QuantizedLayer &layer) {
  const Node &n = graph.node(layer.product);
  Wiring w;
  w.channels = static_cast<std::size_t>(layer.channels);
  const Shape &x = graph.value(layer.input).shape;
  if (n.op == "Conv") {
    const Windows windows = windows_of(n, x, graph.value(n.outputs[0]).shape);
    const auto planes = static_cast<std::size_t>(x[1]);
    w.channels_first = true;
    w.positions = windows.positions;
    w.fan_in = planes * windows.size;
    for (std::size_t p = 0; p < w.positions; ++p)
      for (std::size_t c = 0; c < planes; ++c)
        for (std::size_t k = 0; k < windows.size; ++k) {
          const int64_t at = windows.offset[p * windows.size + k];
          w.cell.push_back(at < 0 ? kNowhere : static_cast<Ref>(c * windows.plane + static_cast<std::size_t>(at)));
        }
    return w;
  }
  w.fan_in = static_cast<std::size_t>(x.back());
  w.positions = static_cast<std::size_t>(elements_of(x)) / w.fan_in;
  w.cell.resize(w.positions * w.fan_in);
  for (std::size_t i = 0; i < w.cell.size(); ++i) w.cell[i] = static_cast<Ref>(i);
  return w;
}

std::string stem_of(const Graph &graph, ValueId weight) {
  const std::string &name = graph.value(weight).name, end = ".weight";
  return name.size() > end.size() && name.ends_with(end) ? name.substr(0, name.size() - end.size()) : name;
}

/// Bounds of a sum and of all its partial sums.
struct Bounds {
  Wide lowest = 0, highest = 0, partial = 0;
  void add(int64_t w, const Cell &x) {
    const Wide a = Wide{w} * x.lowest, b = Wide{w} * x.highest;
    lowest += std::min(a, b);
    highest += std::max(a, b);
    partial += Wide{w < 0 ? -w : w} * magnitude(x);
  }
};

AccumulatorProof proof_of(const std::string &name, const Activation &sums) {
  AccumulatorProof proof{name, sums.cells[0].lowest, sums.cells[0].highest, 0, sums.cells[0].fraction};
  for (const Cell &cell : sums.cells) {
    proof.lowest = std::min(proof.lowest, cell.lowest);
    proof.highest = std::max(proof.highest, cell.highest);
    proof.fraction = std::max(proof.fraction, cell.fraction);
  }
  proof.width = bits_of(proof.lowest, proof.highest);
  return proof;
}

}  // namespace

void Planner::layer(const QuantizedLayer &layer) {
  const Node &n = trace_.node(layer.product);
  if (layer.norm != 0) refuse(n, "its batch normalization is not folded: only deployed graphs compute with integers");
  for (const NodeId id : layer.after) absorbed_[id] = true;
  const Wiring w = wiring_of(graph_, layer);
  Constants weight = weights_of(graph_, layer);
  Constants bias{std::vector<int64_t>(w.channels, 0), {}};
  const Activation x = aligned(activation(layer.input), n);
  const int input = x.cells.at(0).fraction;
  if (layer.bias != 0) {
    const NodeId quant = graph_.value(layer.bias).producer;
    if (!is_quant(graph_, quant) || trace_.is_activation(layer.bias))
      refuse(n, fmt::format("its bias '{}' has no Quant: only deployed graphs compute with integers",
                            graph_.value(layer.bias).name));
    bias = constants_of(graph_, quant, w.channels, 1);
  }
  // The grid of a sum is that of its products, or the bias's where that is finer.
  std::vector<int> fraction(w.channels);
  for (std::size_t m = 0; m < w.channels; ++m) {
    const int products = input + weight.fraction[m];
    fraction[m] = bias.fraction.empty() || bias.integers[m] == 0 ? products : std::max(products, bias.fraction[m]);
    const auto finer = [&](int64_t &value, int from) {
      if (value != 0 && fraction[m] - from > 61) refuse(n, "the grids of its weight and its bias are too far apart");
      if (value != 0) value = checked(Wide{value} * (int64_t{1} << (fraction[m] - from)), graph_, n);
    };
    for (std::size_t k = 0; k < w.fan_in; ++k) finer(weight.integers[m * w.fan_in + k], products);
    if (!bias.fraction.empty()) finer(bias.integers[m], bias.fraction[m]);
  }

  auto step = std::make_unique<LayerStep>();
  Activation out;
  out.cells.resize(w.positions * w.channels);
  Wide partial = 0;
  for (std::size_t p = 0; p < w.positions; ++p)
    for (std::size_t m = 0; m < w.channels; ++m) {
      Bounds bounds{bias.integers[m], bias.integers[m], bias.integers[m] < 0 ? -bias.integers[m] : bias.integers[m]};
      for (std::size_t k = 0; k < w.fan_in; ++k) {
        const int64_t q = weight.integers[m * w.fan_in + k];
        const Ref cell = w.cell[p * w.fan_in + k];
        if (q != 0 && cell != kNowhere) bounds.add(q, x.cells[cell]);
      }
      partial = std::max(partial, bounds.partial);
      out.cells[w.result(p, m)] = {0, fraction[m], checked(bounds.lowest, graph_, n),
                                   checked(bounds.highest, graph_, n)};
    }
  step->arithmetic = arithmetic_for(checked(partial, graph_, n), x.wide);
  out.wide = step->arithmetic == Arithmetic::i64;
  place(out, n);
  step->positions = w.positions;
  step->fan_in = w.fan_in;
  step->channels = w.channels;
  step->wide_in = x.wide;
  step->wide_out = out.wide;
  step->set_weights(weight.integers, bias.integers);
  for (const Ref cell : w.cell) step->index.push_back(cell == kNowhere ? kZero : x.cells[cell].at);
  for (std::size_t p = 0; p < w.positions; ++p)
    for (std::size_t m = 0; m < w.channels; ++m) step->out.push_back(out.cells[w.result(p, m)].at);
  plan_.steps.push_back(std::move(step));
  plan_.proofs.push_back(proof_of(stem_of(graph_, layer.weight), out));
  keep(layer.result, std::move(out));
}

void Planner::product(const Node &n) {
  const Shape &a = graph_.value(n.inputs[0]).shape, &b = graph_.value(n.inputs[1]).shape;
  if (a.size() != b.size() || a.size() < 3 || !std::equal(a.begin(), a.end() - 2, b.begin()))
    refuse(n, fmt::format("it multiplies {} by {}; a product of two activations takes equal leading dimensions",
                          text_of(a), text_of(b)));
  const Activation left = aligned(activation(n.inputs[0]), n), right = aligned(activation(n.inputs[1]), n);
  auto step = std::make_unique<ProductStep>();
  step->rows = static_cast<std::size_t>(a[a.size() - 2]);
  step->inner = static_cast<std::size_t>(a.back());
  step->columns = static_cast<std::size_t>(b.back());
  step->batch = left.cells.size() / (step->rows * step->inner);
  Activation out;
  Wide largest = 0;
  const int fraction = left.cells[0].fraction + right.cells[0].fraction;
  for (std::size_t row = 0; row < step->batch * step->rows; ++row)
    for (std::size_t j = 0; j < step->columns; ++j) {
      Wide lowest = 0, highest = 0, partial = 0;
      for (std::size_t k = 0; k < step->inner; ++k) {
        const Cell &x = left.cells[row * step->inner + k];
        const Cell &y = right.cells[(row / step->rows * step->inner + k) * step->columns + j];
        const Wide corners[] = {Wide{x.lowest} * y.lowest, Wide{x.lowest} * y.highest, Wide{x.highest} * y.lowest,
                                Wide{x.highest} * y.highest};
        lowest += *std::min_element(corners, corners + 4);
        highest += *std::max_element(corners, corners + 4);
        partial += Wide{magnitude(x)} * magnitude(y);
      }
      largest = std::max(largest, partial);
      out.cells.push_back({0, fraction, checked(lowest, graph_, n), checked(highest, graph_, n)});
    }
  step->arithmetic = arithmetic_for(checked(largest, graph_, n), left.wide || right.wide);
  out.wide = step->arithmetic == Arithmetic::i64;
  place(out, n);
  step->wide_left = left.wide;
  step->wide_right = right.wide;
  step->wide_out = out.wide;
  for (const Cell &cell : left.cells) step->left.push_back(cell.at);
  for (const Cell &cell : right.cells) step->right.push_back(cell.at);
  for (const Cell &cell : out.cells) step->out.push_back(cell.at);
  plan_.steps.push_back(std::move(step));
  plan_.proofs.push_back(proof_of(graph_.value(n.outputs[0]).name, out));
  keep(n.outputs[0], std::move(out));
}

}  // namespace nac::fw
