// SPDX-License-Identifier: Apache-2.0
//
// graph.hpp: additions of shifted values that compute a constant matrix, each with the exact range of its result.
#pragma once
#include <cstdint>
#include <vector>

#include "cmvm/problem.hpp"

namespace nac::cmvm {

enum class node_kind {
  input,     ///< x[index]
  constant,  ///< `value`
  sum        ///< (-)a (-) b * 2^shift; at most one of both is negated
};

struct node {
  node_kind kind = node_kind::input;
  int index = 0;       ///< input
  int64_t value = 0;   ///< constant
  int a = -1, b = -1;  ///< sum: earlier nodes
  int shift = 0;       ///< of b, never negative
  bool negate_a = false, negate_b = false;

  bounds range;   ///< exact: reached by some input, up to the inputs' ranges taken as independent
  int zeros = 0;  ///< low bits that are always 0
  int depth = 0;  ///< additions on the longest way from an input
  int bits = 0;   ///< of its adder: see adder_width()
};

/// (-)node * 2^shift, or a constant where node < 0.
struct output {
  int node = -1;
  int shift = 0;
  bool negate = false;
  int64_t value = 0;  ///< of a constant one
  bounds range;       ///< exact
};

/// Nodes in an order in which each reads only earlier ones.
struct adder_graph {
  int64_t inputs = 0;
  std::vector<node> nodes;
  std::vector<output> outputs;

  int64_t adders() const;
  /// Sum of the widths of all adders, and of the negations at outputs.
  int64_t adder_bits() const;
  /// Negated outputs: each is one more subtraction from zero.
  int64_t negations() const;
  int depth() const;
  std::vector<int64_t> evaluate(const std::vector<int64_t> &x) const;
};

/// A value that an adder reads.
struct operand {
  bounds range;
  int zeros = 0;
  int shift = 0;
};

/// Full adders of a sum: from the higher of the two lowest bits that are not always 0 (below it nothing is added) up to
/// the highest bit of either operand, its sign included. This is the cost that da4ml (cost_add with an adder size of 1)
/// minimizes as well.
int adder_width(const operand &a, const operand &b);
/// Bits, above the shifted position 0, that a value needs; the sign bit where it may be negative.
int width_of(bounds range);

/// Compares a graph with its problem: zero and each unit vector, which prove all inputs as both are affine; ranges at
/// the inputs that reach them; order of nodes. Throws failure (NAC_INTERNAL) that names the output or node.
void verify(const adder_graph &graph, const problem &p);

}  // namespace nac::cmvm
