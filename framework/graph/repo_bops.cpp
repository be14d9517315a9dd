// SPDX-License-Identifier: Apache-2.0
//
// The BOPs of the NAC paper's published search code, found from its logs (all trials of its Bragg peak search agree to
// float32). That code has defects, kept here because Table 1 prints their result:
//  - a convolution costs the product of all its input and all its output values, not of channels and output pixels;
//  - it believes that every convolution shrinks the map by 2. A block (two convolutions, or an attention) starts from
//    the true extent again; the first convolution, the projection from the image, is no block;
//  - in an attention block the last convolution is evaluated on the block's input, both products of matrices put
//    channels in the place of positions and count 32 bits, and the softmax is counted for a training batch of 256;
//  - a Linear that is shared by the elements of a set is a one-dimensional convolution, with the first defect.
#include <cmath>

#include "graph/layer_shape.hpp"

namespace nac::fw {
namespace {

constexpr double kTrainingBatch = 256, kMatmulBits = 32, kShrink = 2;

double word(double ba, double bw, double fan_in) { return ba * bw + ba + bw + std::log2(fan_in); }

std::vector<double> true_extents(const Value &v) {
  std::vector<double> extents;
  for (std::size_t i = 2; i < v.shape.size(); ++i) extents.push_back(static_cast<double>(v.shape[i]));
  return extents;
}

}  // namespace

const RepoBops::Conv *RepoBops::find(NodeId id) const {
  const auto found = convs_.find(id);
  return found == convs_.end() ? nullptr : &found->second;
}

RepoBops::RepoBops(const Trace &trace) : trace_(trace) {
  for (const NodeId id : trace.nodes())
    if (trace.is(id, "Conv")) convs_.emplace(id, place(id));
}

/// The convolution that makes the queries of the attention a product belongs to, 0 if it belongs to none. Both products
/// lead to it: scores = queries x keys, and result = softmax(scores) x values.
NodeId RepoBops::query_conv(NodeId matmul) const {
  NodeId left = trace_.source(trace_.node(matmul).inputs[0], true);
  if (trace_.is(left, "Softmax")) {
    const NodeId scores = trace_.source(trace_.node(left).inputs[0], true);
    if (!trace_.is_attention_matmul(scores)) return 0;
    left = trace_.source(trace_.node(scores).inputs[0], true);
  }
  return trace_.is(left, "Conv") ? left : 0;
}

RepoBops::Conv RepoBops::place(NodeId id) const {
  const Node &n = trace_.node(id);
  const Value &x = trace_.graph().value(n.inputs[0]);
  Conv made;
  made.channels = static_cast<double>(x.shape[1]);
  made.extents = true_extents(x);

  const NodeId from_layout = trace_.source(n.inputs[0], true);
  if (from_layout != 0 && trace_.is_attention_matmul(from_layout)) {
    if (const NodeId query = query_conv(from_layout); query != 0) {
      const Value &block = trace_.graph().value(trace_.node(query).inputs[0]);
      made.role = Role::attention;
      made.channels = static_cast<double>(block.shape[1]);
      made.extents = true_extents(block);
      return made;
    }
  }
  // Does the result become queries, keys or values?
  for (std::vector<ValueId> open{n.outputs[0]}; !open.empty();) {
    const ValueId value = open.back();
    open.pop_back();
    for (const NodeId user : trace_.users(value)) {
      const Node &u = trace_.node(user);
      if (trace_.is_attention_matmul(user)) {
        made.role = Role::attention;
        return made;
      }
      if (u.op == "Reshape" || u.op == "Transpose" || u.op == "Identity" || u.op == "Quant")
        open.push_back(u.outputs[0]);
    }
  }
  const NodeId before = trace_.source(n.inputs[0], false);
  const Conv *previous = find(before);
  if (from_layout == 0) {
    made.role = Role::projection;
  } else if (previous != nullptr && previous->role == Role::first) {
    made.role = Role::second;
    made.extents = previous->extents;
    for (double &e : made.extents) e -= kShrink;
  } else {
    made.role = Role::first;
  }
  return made;
}

double RepoBops::bops(NodeId id, const LayerShape &s, const BopsOptions &options) const {
  const double ba = options.activation_bits, bw = options.weight_bits;
  if (s.kind == LayerShape::Kind::weighted) {
    if (const Conv *conv = find(id)) {
      const Shape &w = trace_.graph().value(trace_.node(id).inputs[1]).shape;
      double inputs = conv->channels, outputs = static_cast<double>(w[0]);
      for (std::size_t i = 0; i < conv->extents.size(); ++i) {
        inputs *= conv->extents[i] * static_cast<double>(w[i + 2]);
        outputs *= conv->extents[i] - kShrink;
      }
      // An extent that the code believed to be 0 or less squares away in its log; keep what is defined.
      return inputs == 0 ? 0 : outputs * inputs * word(ba, bw, std::abs(inputs));
    }
    const double fan_in = s.set ? s.fan_in * s.positions : s.fan_in;
    return s.outputs * fan_in * word(ba, bw, fan_in);
  }
  if (s.kind == LayerShape::Kind::softmax)  // only inside an attention: no published model has another
    return trace_.is_attention_matmul(trace_.source(trace_.node(id).inputs[0], true))
               ? kTrainingBatch * (1.5 * s.m * s.n * (bw - 1) + s.m * (s.n - 1) + s.m * s.n)
               : 0;
  if (s.kind != LayerShape::Kind::matmul) return 0;
  const auto multiply = [](double rows, double inner, double columns) {
    return rows * columns * (inner * kMatmulBits * kMatmulBits + (inner - 1) * kMatmulBits);
  };
  if (const NodeId query = query_conv(id); query != 0) {
    const Conv &conv = *find(query);
    double positions = 1;
    for (const double e : conv.extents) positions *= e;
    const bool scores = !trace_.is(trace_.source(trace_.node(id).inputs[0], true), "Softmax");
    return multiply(conv.channels, scores ? positions : conv.channels, conv.channels);
  }
  return s.batch * multiply(s.m, s.n, s.p);
}

}  // namespace nac::fw
