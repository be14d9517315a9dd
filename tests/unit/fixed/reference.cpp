// SPDX-License-Identifier: Apache-2.0
#include "reference.hpp"

#include <cmath>
#include <functional>
#include <stdexcept>

namespace nac::fw::testing {
namespace {

using Real = long double;
using Index = std::vector<int64_t>;

std::size_t offset(const Shape &shape, const Index &at) {
  std::size_t n = 0;
  for (std::size_t d = 0; d < shape.size(); ++d)
    n = n * static_cast<std::size_t>(shape[d]) + static_cast<std::size_t>(at[d]);
  return n;
}

void each(const Shape &shape, const std::function<void(const Index &)> &f) {
  Index at(shape.size(), 0);
  int64_t count = 1;
  for (const int64_t d : shape) count *= d;
  for (; count > 0; --count) {
    f(at);
    for (std::size_t d = shape.size(); d-- > 0;) {
      if (++at[d] < shape[d]) break;
      at[d] = 0;
    }
  }
}

/// Value of x at the index of a result that x broadcasts to.
Real spread(const Exact &x, const Index &at) {
  Index own(x.shape.size());
  for (std::size_t d = 0; d < own.size(); ++d) {
    const int64_t i = at[d + at.size() - own.size()];
    own[d] = x.shape[d] == 1 ? 0 : i;
  }
  return x.data[offset(x.shape, own)];
}

class Evaluator {
 public:
  Evaluator(const Graph &graph, const std::vector<Tensor> &inputs) : graph_(graph) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      values[graph.inputs()[i]] = of(inputs[i]);
      batch_ = inputs[i].shape()[0];
    }
    for (const ValueId id : graph.values())
      if (graph.value(id).data && graph.value(id).dtype == DType::f32) values[id] = of(*graph.value(id).data);
    for (const NodeId id : graph.topological()) {
      const Node &n = graph.node(id);
      Exact out;
      out.shape = graph.value(n.outputs[0]).shape;
      if (!out.shape.empty() && out.shape[0] == -1) out.shape[0] = batch_;
      each(out.shape, [&](const Index &at) { out.data.push_back(element(n, at)); });
      values[n.outputs[0]] = out;
    }
  }
  std::map<ValueId, Exact> values;

 private:
  static Exact of(const Tensor &t) {
    return {t.shape(), std::vector<Real>(t.data<float>(), t.data<float>() + t.elements())};
  }
  const Exact &in(const Node &n, std::size_t i) const { return values.at(n.inputs[i]); }
  Real at(const Node &n, std::size_t i, const Index &index) const {
    return in(n, i).data[offset(in(n, i).shape, index)];
  }

  Real window(const Node &n, const Index &index) const {
    const Exact &x = in(n, 0);
    const bool conv = n.op == "Conv";
    const Shape &kernel = n.integers("kernel_shape");
    const std::size_t rank = kernel.size();
    Real sum = conv && n.inputs.size() > 2 ? in(n, 2).data[static_cast<std::size_t>(index[1])] : 0;
    Real largest = -INFINITY, count = 0;
    each(kernel, [&](const Index &tap) {
      Index from{index[0], index[1]};
      bool inside = true;
      for (std::size_t d = 0; d < rank; ++d) {
        const int64_t dilation = n.op == "AveragePool" ? 1 : n.integers("dilations")[d];
        from.push_back(index[d + 2] * n.integers("strides")[d] - n.integers("pads")[d] + tap[d] * dilation);
        inside = inside && from.back() >= 0 && from.back() < x.shape[d + 2];
      }
      count += inside || (n.op == "AveragePool" && n.integer("count_include_pad") != 0) ? 1 : 0;
      if (!inside) return;
      if (!conv) {
        largest = std::max(largest, x.data[offset(x.shape, from)]);
        sum += x.data[offset(x.shape, from)];
        return;
      }
      for (int64_t c = 0; c < x.shape[1]; ++c) {
        from[1] = c;
        Index w{index[1], c};
        w.insert(w.end(), tap.begin(), tap.end());
        sum += x.data[offset(x.shape, from)] * at(n, 1, w);
      }
    });
    return conv ? sum : n.op == "MaxPool" ? largest : sum / count;
  }

  Real gemm(const Node &n, const Index &index) const {
    Real sum = n.inputs.size() > 2 ? spread(in(n, 2), index) : 0;
    for (int64_t k = 0; k < in(n, 0).shape[1]; ++k)
      sum += at(n, 0, {index[0], k}) * (n.integer("transB") != 0 ? at(n, 1, {index[1], k}) : at(n, 1, {k, index[1]}));
    return sum;
  }

  Real matmul(const Node &n, const Index &index) const {
    const std::size_t rank = index.size(), other = in(n, 1).shape.size();
    Index a = index, b(index.end() - static_cast<std::ptrdiff_t>(other), index.end());
    Real sum = 0;
    for (int64_t k = 0; k < in(n, 0).shape.back(); ++k) {
      a[rank - 1] = b[other - 2] = k;
      sum += at(n, 0, a) * at(n, 1, b);
    }
    return sum;
  }

  Real reduce(const Node &n, const Index &index) const {
    const Shape &x = in(n, 0).shape;
    const auto &axes = n.integers("axes");
    Index from;
    for (std::size_t d = 0, kept = 0; d < x.size(); ++d) {
      const bool gone = std::find(axes.begin(), axes.end(), static_cast<int64_t>(d)) != axes.end();
      from.push_back(gone ? 0 : index[kept]);
      kept += !gone || n.integer("keepdims") != 0 ? 1 : 0;
    }
    Shape extents;
    for (const int64_t axis : axes) extents.push_back(x[static_cast<std::size_t>(axis)]);
    Real sum = 0, largest = -INFINITY, count = 0;
    each(extents, [&](const Index &inside) {
      for (std::size_t i = 0; i < axes.size(); ++i) from[static_cast<std::size_t>(axes[i])] = inside[i];
      sum += at(n, 0, from);
      largest = std::max(largest, at(n, 0, from));
      ++count;
    });
    return n.op == "ReduceSum" ? sum : n.op == "ReduceMax" ? largest : sum / count;
  }

  Real softmax(const Node &n, Index index) const {
    const auto axis = static_cast<std::size_t>(n.integer("axis"));
    const Real own = at(n, 0, index);
    Real largest = -INFINITY, sum = 0;
    const int64_t count = in(n, 0).shape[axis];
    const auto scan = [&](const std::function<void(Real)> &f) {
      for (index[axis] = 0; index[axis] < count; ++index[axis]) f(at(n, 0, index));
    };
    scan([&](Real x) { largest = std::max(largest, x); });
    const bool quantized = quantized_;
    const auto e = [&](Real x) -> Real {
      const double y = std::exp(static_cast<double>(x - largest));
      return quantized ? std::nearbyint(32768 * y) : y;
    };
    scan([&](Real x) { sum += e(x); });
    return static_cast<float>(static_cast<double>(e(own)) / static_cast<double>(sum));
  }

  Real element(const Node &n, const Index &index) {
    const std::string &op = n.op;
    if (op == "Quant") {
      quantized_ = true;
      return rounded(at(n, 0, index), spread(in(n, 1), index), n.text("rounding_mode"),
                     n.text("overflow_mode") == "WRAP", n.integer("signed") != 0, n.integer("narrow") != 0,
                     static_cast<int>(in(n, 3).data[0]));
    }
    if (op == "PowerOfTwo") return std::exp2(std::ceil(at(n, 0, index)));
    if (op == "Conv" || op == "MaxPool" || op == "AveragePool") return window(n, index);
    if (op == "Gemm") return gemm(n, index);
    if (op == "MatMul") return matmul(n, index);
    if (op.rfind("Reduce", 0) == 0) return reduce(n, index);
    if (op == "Softmax") return softmax(n, index);
    if (op == "Add") return spread(in(n, 0), index) + spread(in(n, 1), index);
    if (op == "Sub") return spread(in(n, 0), index) - spread(in(n, 1), index);
    if (op == "Mul") return spread(in(n, 0), index) * spread(in(n, 1), index);
    if (op == "BatchNormalization") {
      const auto c = static_cast<std::size_t>(index[1]);
      return (at(n, 0, index) - in(n, 3).data[c]) / std::sqrt(in(n, 4).data[c] + Real{n.number("epsilon")}) *
                 in(n, 1).data[c] +
             in(n, 2).data[c];
    }
    if (op == "Flatten" || op == "Reshape" || op == "Identity") return in(n, 0).data[offset(shape_of(n), index)];
    if (op == "Transpose") {
      Index from(index.size());
      for (std::size_t d = 0; d < index.size(); ++d) from[static_cast<std::size_t>(n.integers("perm")[d])] = index[d];
      return at(n, 0, from);
    }
    if (op == "Concat") {
      Index from = index;
      const auto axis = static_cast<std::size_t>(n.integer("axis"));
      std::size_t i = 0;
      for (; from[axis] >= in(n, i).shape[axis]; ++i) from[axis] -= in(n, i).shape[axis];
      return at(n, i, from);
    }
    const Real x = at(n, 0, index);
    const auto y = static_cast<double>(x);
    if (op == "Relu") return x > 0 ? x : 0;
    if (op == "LeakyRelu") return x > 0 ? x : x * Real{n.number("alpha")};
    if (op == "Sigmoid") return static_cast<float>(1 / (1 + std::exp(-y)));
    if (op == "Tanh") return static_cast<float>(std::tanh(y));
    if (op == "Gelu") return static_cast<float>(y / 2 * std::erfc(-y / std::sqrt(2.0)));
    throw std::runtime_error("the reference has no " + op);
  }
  Shape shape_of(const Node &n) const {
    Shape shape = graph_.value(n.outputs[0]).shape;
    if (!shape.empty() && shape[0] == -1) shape[0] = batch_;
    return shape;
  }

  const Graph &graph_;
  int64_t batch_ = 0;
  bool quantized_ = false;
};

}  // namespace

long double rounded(long double x, long double scale, const std::string &mode, bool wrap, bool is_signed, bool narrow,
                    int width) {
  const Real n = x / scale, low = std::floor(n), high = std::ceil(n), middle = (low + high) / 2;
  Real r = n;
  if (low != high) {
    const bool even = std::fmod(low, 2) == 0;
    const Real toward_zero = n < 0 ? high : low, away = n < 0 ? low : high;
    const Real nearest = n < middle ? low : high;
    if (mode == "FLOOR") r = low;
    if (mode == "CEIL") r = high;
    if (mode == "UP") r = away;
    if (mode == "DOWN" || mode == "ROUND_TO_ZERO") r = toward_zero;
    if (mode == "ROUND") r = n == middle ? (even ? low : high) : nearest;
    if (mode == "AP_RND") r = n == middle ? high : nearest;
    if (mode == "HALF_UP") r = n == middle ? away : nearest;
    if (mode == "HALF_DOWN") r = n == middle ? toward_zero : nearest;
  }
  const Real highest = std::exp2(Real(is_signed ? width - 1 : width)) - 1;
  const Real lowest = !is_signed ? 0 : narrow ? -highest : -highest - 1;
  if (wrap) {
    const Real period = std::exp2(Real(width));
    r -= period * std::floor(r / period);
    if (r > highest) r -= period;
  }
  return std::min(std::max(r, lowest), highest) * scale;
}

std::map<ValueId, Exact> evaluate(const Graph &graph, const std::vector<Tensor> &inputs) {
  return Evaluator(graph, inputs).values;
}

}  // namespace nac::fw::testing
