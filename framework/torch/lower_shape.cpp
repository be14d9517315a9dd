// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <numeric>

#include "base/error.hpp"
#include "torch/lowering.hpp"

namespace nac::fw::libtorch {
namespace {

void flatten(Lowering &l, const Node &node) {
  const Slot x = l.slot(node.inputs.at(0));
  const ValueId out = node.outputs.at(0);
  const int64_t axis = axis_of(integer_or(node, "axis", 1), x.shape.size());
  l.emit(node, [=](Frame &f) {
    const at::Tensor in = x.logical(f);
    int64_t rows = 1;
    for (int64_t i = 0; i < axis; ++i) rows *= in.size(i);
    f.values[out] = in.reshape({rows, rows == 0 ? 0 : in.numel() / rows});
  });
}

/// 0 keeps the input's dimension, one -1 is inferred.
void reshape(Lowering &l, const Node &node) {
  const Slot x = l.slot(node.inputs.at(0));
  const ValueId out = node.outputs.at(0);
  const std::vector<int64_t> dims = l.integers_of(node.inputs.at(1), node);
  l.emit(node, [=](Frame &f) {
    const at::Tensor in = x.logical(f);
    std::vector<int64_t> size = dims;
    for (std::size_t i = 0; i < size.size(); ++i)
      if (size[i] == 0) size[i] = in.size(static_cast<int64_t>(i));
    f.values[out] = in.reshape(size);
  });
}

void concat(Lowering &l, const Node &node) {
  std::vector<Slot> parts;
  for (const ValueId id : node.inputs) parts.push_back(l.slot(id));
  const ValueId out = node.outputs.at(0);
  const int64_t axis = axis_of(integer_or(node, "axis", 0), parts.at(0).shape.size());
  l.emit(node, [=](Frame &f) {
    std::vector<at::Tensor> tensors;
    tensors.reserve(parts.size());
    for (const Slot &part : parts) tensors.push_back(part.logical(f));
    f.values[out] = at::cat(tensors, axis);
  });
}

}  // namespace

const LowerTable &shape_operators() {
  static const LowerTable table{{"Concat", concat}, {"Flatten", flatten}, {"Reshape", reshape}};
  return table;
}

}  // namespace nac::fw::libtorch
