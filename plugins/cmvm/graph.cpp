// SPDX-License-Identifier: Apache-2.0
#include "cmvm/graph.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "cmvm/digits.hpp"
#include "nac/cpp/error.hpp"

namespace nac::cmvm {
namespace {

int magnitude_bits(int64_t n) { return static_cast<int>(std::bit_width(static_cast<uint64_t>(n < 0 ? ~n : n))); }

/// Of possibly negated, shifted values; wraps, as hardware would.
int64_t moved(int64_t n, int shift, bool negate) {
  const auto bits = static_cast<uint64_t>(n) << shift;
  return static_cast<int64_t>(negate ? 0 - bits : bits);
}

[[noreturn]] void broken(const std::string &what) { fail(NAC_INTERNAL, "adder graph: " + what); }

std::vector<int64_t> node_values(const adder_graph &g, const std::vector<int64_t> &x) {
  std::vector<int64_t> v(g.nodes.size());
  for (std::size_t i = 0; i < v.size(); ++i) {
    const node &n = g.nodes[i];
    switch (n.kind) {
      case node_kind::input: v[i] = x[static_cast<std::size_t>(n.index)]; break;
      case node_kind::constant: v[i] = n.value; break;
      case node_kind::sum:
        v[i] =
            static_cast<int64_t>(static_cast<uint64_t>(moved(v[static_cast<std::size_t>(n.a)], 0, n.negate_a)) +
                                 static_cast<uint64_t>(moved(v[static_cast<std::size_t>(n.b)], n.shift, n.negate_b)));
        break;
    }
  }
  return v;
}

int64_t output_value(const output &o, const std::vector<int64_t> &values) {
  return o.node < 0 ? o.value : moved(values[static_cast<std::size_t>(o.node)], o.shift, o.negate);
}

void verify_order(const adder_graph &g) {
  for (int i = 0; i < static_cast<int>(g.nodes.size()); ++i) {
    const node &n = g.nodes[static_cast<std::size_t>(i)];
    if (n.kind == node_kind::sum && (n.a < 0 || n.b < 0 || n.a >= i || n.b >= i || n.shift < 0))
      broken("node " + std::to_string(i) + " reads what does not stand before it");
    if (n.kind == node_kind::input && (n.index < 0 || n.index >= g.inputs))
      broken("node " + std::to_string(i) + " reads no input");
  }
}

}  // namespace

int width_of(bounds range) {
  return std::max(magnitude_bits(range.low), magnitude_bits(range.high)) + (range.low < 0 ? 1 : 0);
}

int adder_width(const operand &a, const operand &b) {
  const int low = std::max(a.zeros + a.shift, b.zeros + b.shift);
  const int magnitude = std::max({magnitude_bits(a.range.low) + a.shift, magnitude_bits(a.range.high) + a.shift,
                                  magnitude_bits(b.range.low) + b.shift, magnitude_bits(b.range.high) + b.shift});
  const int sign = a.range.low < 0 || b.range.low < 0 ? 1 : 0;
  return std::max(0, magnitude + sign - low);
}

int64_t adder_graph::adders() const {
  return std::count_if(nodes.begin(), nodes.end(), [](const node &n) { return n.kind == node_kind::sum; });
}

int64_t adder_graph::negations() const {
  return std::count_if(outputs.begin(), outputs.end(), [](const output &o) { return o.node >= 0 && o.negate; });
}

int64_t adder_graph::adder_bits() const {
  int64_t bits = 0;
  for (const auto &n : nodes) bits += n.bits;
  for (const auto &o : outputs)
    if (o.node >= 0 && o.negate) {
      const node &n = nodes[static_cast<std::size_t>(o.node)];
      bits += width_of(o.range) - std::min(width_of(o.range), n.zeros + o.shift);
    }
  return bits;
}

int adder_graph::depth() const {
  int deepest = 0;
  for (const auto &o : outputs)
    if (o.node >= 0) deepest = std::max(deepest, nodes[static_cast<std::size_t>(o.node)].depth + (o.negate ? 1 : 0));
  return deepest;
}

std::vector<int64_t> adder_graph::evaluate(const std::vector<int64_t> &x) const {
  if (static_cast<int64_t>(x.size()) != inputs)
    invalid("adder graph: " + std::to_string(x.size()) + " values for " + std::to_string(inputs) + " inputs");
  const auto values = node_values(*this, x);
  std::vector<int64_t> y;
  for (const auto &o : outputs) y.push_back(output_value(o, values));
  return y;
}

void verify(const adder_graph &g, const problem &p) {
  if (g.inputs != p.inputs || static_cast<int64_t>(g.outputs.size()) != p.outputs) broken("wrong size");
  verify_order(g);
  const auto n_in = static_cast<std::size_t>(p.inputs);
  std::vector<bounds> seen(g.nodes.size()), reached(g.outputs.size());
  std::vector<int64_t> x(n_in), at_zero(g.nodes.size());
  at_zero = node_values(g, x);
  for (std::size_t k = 0; k < seen.size(); ++k) seen[k] = {at_zero[k], at_zero[k]};
  for (std::size_t o = 0; o < reached.size(); ++o) {
    const int64_t y = output_value(g.outputs[o], at_zero);
    if (y != p.bias_of(static_cast<int64_t>(o)) && p.inputs == 0) broken("output " + std::to_string(o) + " is wrong");
    reached[o] = {y, y};
  }
  // An affine function is what it gives at zero and what each input adds, which also gives its range.
  std::vector<int64_t> offset(g.outputs.size());
  for (std::size_t o = 0; o < offset.size(); ++o) offset[o] = p.bias_of(static_cast<int64_t>(o));
  const auto widen = [](bounds &r, int64_t slope, bounds input) {
    r.low += std::min(slope * input.low, slope * input.high);
    r.high += std::max(slope * input.low, slope * input.high);
  };
  for (std::size_t i = 0; i < n_in; ++i) {
    const bounds input = p.range[i];
    x[i] = 1;
    const auto v = node_values(g, x);
    x[i] = 0;
    for (std::size_t k = 0; k < v.size(); ++k) widen(seen[k], v[k] - at_zero[k], input);
    for (std::size_t o = 0; o < g.outputs.size(); ++o) {
      const int64_t slope = output_value(g.outputs[o], v) - output_value(g.outputs[o], at_zero);
      const int64_t expected = p.at(static_cast<int64_t>(i), static_cast<int64_t>(o));
      if (slope == expected) {
        widen(reached[o], slope, input);
      } else if (input.low == input.high && slope == 0) {  // folded into the constant
        offset[o] += expected * input.low;
      } else {
        broken("output " + std::to_string(o) + " has input " + std::to_string(i) + " times " + std::to_string(slope) +
               " instead of " + std::to_string(expected));
      }
    }
  }
  for (std::size_t k = 0; k < seen.size(); ++k)
    if (seen[k] != g.nodes[k].range) broken("node " + std::to_string(k) + " has a wrong range");
  for (std::size_t o = 0; o < offset.size(); ++o)
    if (output_value(g.outputs[o], at_zero) != offset[o] || reached[o] != g.outputs[o].range)
      broken("output " + std::to_string(o) + " has a wrong constant or range");
}

}  // namespace nac::cmvm
