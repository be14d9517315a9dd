// SPDX-License-Identifier: Apache-2.0
#include <torch/csrc/autograd/custom_function.h>

#include <memory>
#include <mutex>

#include "base/error.hpp"
#include "fixed/function_table.hpp"
#include "torch/bridge.hpp"
#include "torch/lowering.hpp"
#include "torch/quantize.hpp"

namespace nac::fw::libtorch {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The table of one node for the scale it had last, which seldom changes. Thread-safe.
class TableCache {
 public:
  template <class Make>
  at::Tensor get(int fraction, at::Device device, Make &&make) {
    const std::lock_guard lock(mutex_);
    if (!table_.defined() || fraction != fraction_ || table_.device() != device) table_ = make().to(device);
    fraction_ = fraction;
    return table_;
  }

 private:
  std::mutex mutex_;
  int fraction_ = 0;
  at::Tensor table_;
};

/// Tables outlive the inference in which one may be made first.
template <class T>
at::Tensor tensor_of(const std::vector<T> &values, at::ScalarType type) {
  const c10::InferenceMode off(false);
  const at::TensorOptions options = at::TensorOptions().dtype(type);
  return at::from_blob(const_cast<T *>(values.data()), {static_cast<int64_t>(values.size())}, options).clone();
}

enum class Curve { sigmoid, tanh, gelu };

at::Tensor slope(Curve curve, const at::Tensor &x, const at::Tensor &y, const at::Tensor &g) {
  switch (curve) {
    case Curve::sigmoid: return at::sigmoid_backward(g, y);
    case Curve::tanh: return at::tanh_backward(g, y);
    case Curve::gelu: return at::gelu_backward(g, x);
  }
  return g;
}

/// table[x / scale - lowest], with the gradient of the function itself.
struct CurveFunction : torch::autograd::Function<CurveFunction> {
  static at::Tensor value(const at::Tensor &x, const at::Tensor &table, int fraction, int64_t lowest) {
    const at::Tensor index =
        (x.to(at::kDouble) * std::ldexp(1.0, fraction)).to(at::kLong).sub_(lowest).clamp_(0, table.numel() - 1);
    return table.index_select(0, index.reshape(-1)).view(x.sizes());
  }
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &table, int fraction,
                            int64_t lowest, Curve curve) {
    const at::Tensor y = value(x.detach(), table, fraction, lowest);
    context->save_for_backward({x.detach().to(at::kFloat), y.detach()});
    context->saved_data["curve"] = static_cast<int64_t>(curve);
    context->saved_data["double"] = x.scalar_type() == at::kDouble;
    return y;
  }
  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const variable_list saved = context->get_saved_variables();
    const auto curve = static_cast<Curve>(context->saved_data["curve"].toInt());
    const at::Tensor g = slope(curve, saved[0], saved[1], gradients[0].contiguous()), none;
    return {context->saved_data["double"].toBool() ? g.to(at::kDouble) : g, none, none, none, none};
  }
};

/// e_(max - n) / sum of them, with the gradient of softmax.
struct SoftmaxFunction : torch::autograd::Function<SoftmaxFunction> {
  static at::Tensor value(const at::Tensor &x, const at::Tensor &table, int fraction, int64_t axis) {
    const at::Tensor below = at::amax(x, {axis}, true) - x;
    const at::Tensor index =
        (below.to(at::kDouble) * std::ldexp(1.0, fraction)).to(at::kLong).clamp_(0, table.numel() - 1);
    const at::Tensor e = table.index_select(0, index.reshape(-1)).view(x.sizes());
    return (e / e.sum({axis}, true)).to(at::kFloat);
  }
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &table, int fraction,
                            int64_t axis) {
    const at::Tensor y = value(x.detach(), table, fraction, axis);
    context->save_for_backward({y.detach()});
    context->saved_data["axis"] = axis;
    context->saved_data["double"] = x.scalar_type() == at::kDouble;
    return y;
  }
  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const at::Tensor y = context->get_saved_variables()[0], none;
    const at::Tensor weighted = gradients[0] * y;
    const at::Tensor g = weighted - y * weighted.sum({context->saved_data["axis"].toInt()}, true);
    return {context->saved_data["double"].toBool() ? g.to(at::kDouble) : g, none, none, none};
  }
};

/// What an operator on integers of a Quant needs.
struct Indexed {
  Slot x;
  ValueId scale = 0, out = 0;
  QuantType type;
  std::shared_ptr<TableCache> cache = std::make_shared<TableCache>();

  /// Reads a learned scale, which on a GPU waits for it.
  int fraction(const Frame &f) const { return fraction_of(f.values[scale].detach().to(at::kCPU)); }
};

bool differentiates(const at::Tensor &x) { return at::GradMode::is_enabled() && x.requires_grad(); }

void lower_softmax(Lowering &l, const Node &node, const Indexed &in) {
  const int64_t axis = axis_of(integer_or(node, "axis", -1), in.x.shape.size());
  if (in.x.shape[static_cast<std::size_t>(axis)] > kSoftmaxValues)
    throw Error(title(l.graph, node) + ": over " + std::to_string(in.x.shape[static_cast<std::size_t>(axis)]) +
                    " integers; its table takes up to " + std::to_string(kSoftmaxValues),
                NAC_UNSUPPORTED);
  l.emit(node, [=](Frame &f) {
    const at::Tensor x = in.x.logical(f);
    const int fraction = in.fraction(f);
    const at::Tensor table = in.cache->get(fraction, x.device(), [&] {
      return tensor_of(softmax_table(fraction, in.type.width), at::kLong).to(at::kDouble);
    });
    f.values[in.out] = differentiates(x) ? SoftmaxFunction::apply(x, table, fraction, axis)
                                         : SoftmaxFunction::value(x, table, fraction, axis);
  });
}

void lower_curve(Lowering &l, const Node &node, const Indexed &in) {
  const Curve curve = node.op == "Sigmoid" ? Curve::sigmoid : node.op == "Tanh" ? Curve::tanh : Curve::gelu;
  const int64_t lowest = in.type.lowest(), highest = in.type.highest();
  if (in.x.merged) l.mark_merged(in.out);
  l.emit(node, [=, op = node.op](Frame &f) {
    const at::Tensor x = f.values[in.x.id].contiguous();
    const int fraction = in.fraction(f);
    const at::Tensor table = in.cache->get(
        fraction, x.device(), [&] { return tensor_of(table_of(op, fraction, lowest, highest), at::kFloat); });
    f.values[in.out] = differentiates(x) ? CurveFunction::apply(x, table, fraction, lowest, curve)
                                         : CurveFunction::value(x, table, fraction, lowest);
  });
}

}  // namespace

bool lower_table(Lowering &l, const Node &node) {
  if (!l.quantized) return false;
  const NodeId quant = l.quantized->sole_quantizer(node.inputs.at(0));
  if (quant == 0) return false;
  Indexed in;
  in.x = l.slot(node.inputs[0]);
  in.scale = l.graph.node(quant).inputs.at(1);
  in.out = node.outputs.at(0);
  in.type = quant_type_of(l.graph, l.graph.node(quant));
  if (in.type.width > kTableBits)
    throw Error(title(l.graph, node) + ": it is computed by a table, which " + std::to_string(in.type.width) +
                    " bits make too large; accepted are up to " + std::to_string(kTableBits),
                NAC_UNSUPPORTED);
  l.read_also({in.scale});
  if (node.op == "Softmax") {
    lower_softmax(l, node, in);
  } else {
    lower_curve(l, node, in);
  }
  return true;
}

}  // namespace nac::fw::libtorch
