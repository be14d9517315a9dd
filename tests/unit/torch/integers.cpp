// SPDX-License-Identifier: Apache-2.0
#include "integers.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <stdexcept>

#include "fixed/fold.hpp"
#include "fixed/function_table.hpp"

namespace test {

using namespace nac::fw;

namespace {

/// value = data * 2^-fraction, or floats, which only the input and tables give.
struct Ints {
  Shape shape;  ///< of one sample, dimension 0 is 1
  std::vector<int64_t> data;
  int fraction = 0;
  std::vector<float> floats;
  QuantType type;
};

int64_t size_of_shape(const Shape &shape) {
  int64_t n = 1;
  for (const int64_t d : shape) n *= d;
  return n;
}

class Interpreter {
 public:
  explicit Interpreter(const Graph &graph) : graph_(graph), trace_(graph) {
    for (const QuantizedLayer &layer : quantized_layers(trace_)) {
      layers_[layer.product] = layer;
      for (const NodeId id : layer.after) inside_.insert(id);
    }
  }

  std::vector<float> run(const float *input) {
    values_.clear();
    const Value &in = graph_.value(graph_.inputs()[0]);
    Ints x;
    x.shape = in.shape;
    x.shape[0] = 1;
    x.floats.assign(input, input + size_of_shape(x.shape));
    values_[graph_.inputs()[0]] = x;
    for (const NodeId id : trace_.nodes()) {
      if (inside_.count(id) != 0 || !trace_.is_activation(graph_.node(id).outputs[0])) continue;
      const auto layer = layers_.find(id);
      if (layer != layers_.end()) {
        values_[layer->second.result] = this->layer(layer->second);
      } else {
        values_[graph_.node(id).outputs[0]] = node(graph_.node(id));
      }
    }
    const Ints &y = values_.at(graph_.outputs()[0]);
    std::vector<float> out = y.floats;
    for (const int64_t n : y.data) out.push_back(static_cast<float>(std::ldexp(static_cast<double>(n), -y.fraction)));
    return out;
  }

 private:
  const float *data(ValueId id) const { return graph_.value(id).data->data<float>(); }

  int scale_fraction(ValueId id) const {
    const Value &v = graph_.value(id);
    if (v.kind == ValueKind::result)  // PowerOfTwo
      return -static_cast<int>(std::ceil(data(graph_.node(v.producer).inputs[0])[0]));
    return fractions_of(*v.data, v.name)[0];
  }

  Ints quant(const Node &n, const Ints &x) const {
    Ints y;
    y.shape = x.shape;
    y.type = quant_type_of(graph_, n);
    y.fraction = scale_fraction(n.inputs[1]);
    for (const float v : x.floats)
      y.data.push_back(quantize(std::fpclassify(v) == FP_SUBNORMAL ? 0.0 : static_cast<double>(v), y.fraction, y.type));
    for (const int64_t v : x.data) y.data.push_back(requantize(v, x.fraction, y.fraction, y.type));
    return y;
  }

  /// Products of the layer at a common fraction, with weights and biases brought there.
  Ints layer(const QuantizedLayer &layer) const {
    const Node &n = graph_.node(layer.product);
    const Node &wq = graph_.node(layer.weight_quant);
    const Ints &x = values_.at(layer.input);
    const QuantType type = quant_type_of(graph_, wq);
    const std::vector<int> fractions = fractions_of(*graph_.value(wq.inputs[1]).data, "scale");
    const auto fraction = [&](int64_t c) { return fractions[fractions.size() == 1 ? 0 : static_cast<std::size_t>(c)]; };
    const int finest = *std::max_element(fractions.begin(), fractions.end());
    const std::vector<float> folded = folded_weight(graph_, layer);
    const Shape shape = graph_.value(layer.weight).shape;
    const int64_t channels = layer.channels, inner = layer.channel_axis == 0 ? size_of_shape(shape) / channels : 1;
    std::vector<int64_t> w(folded.size());
    for (std::size_t i = 0; i < w.size(); ++i) {
      const int64_t c = static_cast<int64_t>(i) / inner % channels;
      w[i] = quantize(folded[i], fraction(c), type) << (finest - fraction(c));
    }
    Ints y;
    y.fraction = x.fraction + finest;
    std::vector<int64_t> b(static_cast<std::size_t>(channels), 0);
    const Folding folding = folding_of(graph_, layer);
    QuantType wide;
    wide.width = 60;
    for (int64_t c = 0; c < channels; ++c) {
      float value = 0;
      if (layer.bias != 0 && graph_.value(layer.bias).kind == ValueKind::result) {
        const Node &bq = graph_.node(graph_.value(layer.bias).producer);
        const int f = fractions_of(*graph_.value(bq.inputs[1]).data, "bias")[0];
        value = std::ldexp(static_cast<float>(quantize(data(bq.inputs[0])[c], f, quant_type_of(graph_, bq))), -f);
      } else if (layer.bias != 0) {
        value = data(layer.bias)[c];
      }
      const float bias = folding.bias(value, static_cast<std::size_t>(c));
      b[static_cast<std::size_t>(c)] = quantize(bias, x.fraction + fraction(c), wide) << (finest - fraction(c));
    }
    if (n.op == "Conv") {
      convolve(n.integers("pads"), x, w, shape, y);
    } else {
      dense(x, w, shape, layer.channel_axis == 0, y);
    }
    y.shape = graph_.value(layer.result).shape;
    y.shape[0] = 1;
    const int64_t behind = n.op == "Conv" ? size_of_shape(y.shape) / channels : 1;
    for (std::size_t i = 0; i < y.data.size(); ++i)
      y.data[i] += b[static_cast<std::size_t>(static_cast<int64_t>(i) / behind % channels)];
    return y;
  }

  static void dense(const Ints &x, const std::vector<int64_t> &w, const Shape &shape, bool transposed, Ints &y) {
    const int64_t in = transposed ? shape[1] : shape[0], out = transposed ? shape[0] : shape[1];
    for (std::size_t row = 0; row < x.data.size(); row += static_cast<std::size_t>(in))
      for (int64_t o = 0; o < out; ++o) {
        int64_t sum = 0;
        for (int64_t i = 0; i < in; ++i)
          sum += x.data[row + static_cast<std::size_t>(i)] *
                 w[static_cast<std::size_t>(transposed ? o * in + i : i * out + o)];
        y.data.push_back(sum);
      }
  }

  /// One row for a convolution over one dimension.
  static void convolve(std::vector<int64_t> pads, const Ints &x, const std::vector<int64_t> &w, Shape s, Ints &y) {
    if (s.size() == 3) {
      s.insert(s.begin() + 2, 1);
      pads = {0, pads[0], 0, pads[1]};
    }
    const int64_t width = x.shape.back(), height = x.shape.size() == 4 ? x.shape[2] : 1;
    const int64_t rows = height + pads[0] + pads[2] - s[2] + 1, columns = width + pads[1] + pads[3] - s[3] + 1;
    for (int64_t o = 0; o < s[0]; ++o)
      for (int64_t r = 0; r < rows; ++r)
        for (int64_t c = 0; c < columns; ++c) {
          int64_t sum = 0;
          for (int64_t i = 0; i < s[1]; ++i)
            for (int64_t u = 0; u < s[2]; ++u)
              for (int64_t v = 0; v < s[3]; ++v) {
                const int64_t h = r + u - pads[0], k = c + v - pads[1];
                if (h < 0 || h >= height || k < 0 || k >= width) continue;
                sum += x.data[static_cast<std::size_t>((i * height + h) * width + k)] *
                       w[static_cast<std::size_t>(((o * s[1] + i) * s[2] + u) * s[3] + v)];
              }
          y.data.push_back(sum);
        }
  }

  Ints node(const Node &n) const {
    const Ints &x = values_.at(n.inputs[0]);
    Ints y = x;
    y.shape = graph_.value(n.outputs[0]).shape;
    y.shape[0] = 1;
    if (n.op == "Quant") return quant(n, x);
    if (n.op == "Flatten" || n.op == "Identity" || n.op == "Reshape") return y;
    if (n.op == "Relu") {
      for (int64_t &v : y.data) v = std::max<int64_t>(v, 0);
      return y;
    }
    if (n.op == "LeakyRelu") {
      const int shift = -std::ilogb(n.number("alpha"));
      y.fraction += shift;
      for (int64_t &v : y.data) v = v < 0 ? v : v << shift;
      return y;
    }
    if (n.op == "Add") {
      const Ints &other = values_.at(n.inputs[1]);
      y.fraction = std::max(x.fraction, other.fraction);
      for (std::size_t i = 0; i < y.data.size(); ++i)
        y.data[i] = (x.data[i] << (y.fraction - x.fraction)) + (other.data[i] << (y.fraction - other.fraction));
      return y;
    }
    if (n.op == "Transpose") {  // of the last two dimensions
      const int64_t a = x.shape[1], b = x.shape[2];
      for (int64_t i = 0; i < a; ++i)
        for (int64_t j = 0; j < b; ++j)
          y.data[static_cast<std::size_t>(j * a + i)] = x.data[static_cast<std::size_t>(i * b + j)];
      return y;
    }
    if (n.op == "MatMul") {
      const Ints &other = values_.at(n.inputs[1]);
      y.data.clear();
      y.fraction = x.fraction + other.fraction;
      dense(x, other.data, {other.shape[1], other.shape[2]}, false, y);
      return y;
    }
    if (n.op == "ReduceMean") {  // over dimension 1 of three
      const int64_t a = x.shape[1], b = x.shape[2];
      y.data.assign(static_cast<std::size_t>(b), 0);
      for (int64_t i = 0; i < a; ++i)
        for (int64_t j = 0; j < b; ++j)
          y.data[static_cast<std::size_t>(j)] += x.data[static_cast<std::size_t>(i * b + j)];
      y.fraction += std::ilogb(static_cast<double>(a));
      return y;
    }
    if (n.op == "MaxPool" || n.op == "AveragePool") return pool(n.op == "MaxPool", x, y);
    if (n.op == "Concat") {
      const Ints &other = values_.at(n.inputs[1]);
      y.fraction = std::max(x.fraction, other.fraction);
      for (int64_t &v : y.data) v <<= y.fraction - x.fraction;
      for (const int64_t v : other.data) y.data.push_back(v << (y.fraction - other.fraction));
      return y;
    }
    if (n.op == "Softmax") return softmax(x, y);
    if (has_table(n.op)) {
      const std::vector<float> table = table_of(n.op, x.fraction, x.type.lowest(), x.type.highest());
      y.data.clear();
      for (const int64_t v : x.data) y.floats.push_back(table[static_cast<std::size_t>(v - x.type.lowest())]);
      return y;
    }
    throw std::runtime_error("no " + n.op);
  }

  /// Two by two values, side by side.
  static Ints pool(bool largest, const Ints &x, Ints y) {
    y.data.clear();
    y.fraction += largest ? 0 : 2;
    for (int64_t c = 0; c < x.shape[1]; ++c)
      for (int64_t r = 0; r < x.shape[2]; r += 2)
        for (int64_t k = 0; k < x.shape[3]; k += 2) {
          const auto at = [&](int64_t i, int64_t j) {
            return x.data[static_cast<std::size_t>((c * x.shape[2] + r + i) * x.shape[3] + k + j)];
          };
          y.data.push_back(largest ? std::max({at(0, 0), at(0, 1), at(1, 0), at(1, 1)})
                                   : at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1));
        }
    return y;
  }

  /// Over the last dimension.
  static Ints softmax(const Ints &x, Ints y) {
    const auto length = static_cast<std::size_t>(x.shape.back());
    y.data.clear();
    for (std::size_t first = 0; first < x.data.size(); first += length) {
      const int64_t *row = x.data.data() + first;
      const int64_t largest = *std::max_element(row, row + length);
      std::vector<int64_t> e;
      int64_t sum = 0;
      for (std::size_t i = 0; i < length; ++i) {
        const double real = std::ldexp(std::exp(-std::ldexp(static_cast<double>(largest - row[i]), -x.fraction)), 15);
        e.push_back(std::lrint(real));
        sum += e.back();
      }
      for (const int64_t v : e)
        y.floats.push_back(static_cast<float>(static_cast<double>(v) / static_cast<double>(sum)));
    }
    return y;
  }

  const Graph &graph_;
  Trace trace_;
  std::map<NodeId, QuantizedLayer> layers_;
  std::set<NodeId> inside_;
  std::map<ValueId, Ints> values_;
};

}  // namespace

std::vector<float> evaluate_integers(const Graph &graph, const Tensor &input) {
  Interpreter interpreter(graph);
  std::vector<float> all;
  const int64_t rows = input.shape()[0], width = input.elements() / rows;
  for (int64_t r = 0; r < rows; ++r) {
    const std::vector<float> one = interpreter.run(input.data<float>() + r * width);
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

ValueId QuantBuilder::scalar(const std::string &name, float value) {
  return graph.add_constant(name, Tensor::of({1}, std::vector<float>{value}));
}

ValueId QuantBuilder::quant(const std::string &name, ValueId x, bool is_signed, int fraction) {
  ValueId scale = 0;
  if (bits.learned) {
    const ValueId t = graph.add_parameter(name + ".scale", {1}, Init{});
    graph.set_data(t, Tensor::of({1}, std::vector<float>{static_cast<float>(-fraction) - 0.25F}));
    scale = graph.node(graph.add_node(NAC_DOMAIN_NAC, "PowerOfTwo", {t})).outputs[0];
  } else {
    scale = scalar(name + ".scale", std::ldexp(1.0F, -fraction));
  }
  return graph
      .node(graph.add_node(
          NAC_DOMAIN_QONNX, "Quant", {x, scale, scalar("", 0), scalar("", static_cast<float>(bits.activation))},
          {{"signed", int64_t{is_signed}}, {"rounding_mode", bits.rounding}, {"overflow_mode", bits.overflow}}))
      .outputs[0];
}

ValueId QuantBuilder::weight(const std::string &name, const Shape &shape, std::size_t channel) {
  const int64_t fan_in = size_of_shape(shape) / shape[channel];
  ValueId w = parameter(name + ".weight", shape, 1 / std::sqrt(static_cast<double>(fan_in)));
  if (bits.masks) {
    Tensor mask(DType::f32, shape);
    for (int64_t i = 0; i < mask.elements(); ++i) mask.mutable_data<float>()[i] = i % 3 != 1 ? 1.0F : 0.0F;
    w = node("Mul", {w, graph.add_constant(name + ".weight.mask", mask)});
  }
  Shape scale_shape{1};
  if (bits.per_channel) {
    scale_shape.assign(shape.size(), 1);
    scale_shape[channel] = shape[channel];
  }
  Tensor scale(DType::f32, scale_shape);
  for (int64_t i = 0; i < scale.elements(); ++i)
    scale.mutable_data<float>()[i] = std::ldexp(1.0F, 1 - bits.weight - static_cast<int>(i % 2));
  return graph
      .node(graph.add_node(NAC_DOMAIN_QONNX, "Quant",
                           {w, graph.add_constant(name + ".weight.scale", scale), scalar("", 0),
                            scalar("", static_cast<float>(bits.weight))},
                           {{"signed", int64_t{1}},
                            {"narrow", int64_t{1}},
                            {"fit", int64_t{bits.fit}},
                            {"rounding_mode", std::string("ROUND")}}))
      .outputs[0];
}

ValueId QuantBuilder::conv(const std::string &name, ValueId x, int64_t out, int64_t kernel, int64_t padding,
                           bool bias) {
  std::vector<ValueId> inputs{x, weight(name, {out, graph.value(x).shape[1], kernel, kernel}, 0)};
  if (bias) inputs.push_back(parameter(name + ".bias", {out}));
  return node("Conv", inputs,
              {{"kernel_shape", std::vector<int64_t>{kernel, kernel}},
               {"pads", std::vector<int64_t>{padding, padding, padding, padding}}});
}

ValueId QuantBuilder::gemm(const std::string &name, ValueId x, int64_t out, bool bias) {
  std::vector<ValueId> inputs{x, weight(name, {out, graph.value(x).shape[1]}, 0)};
  if (bias) inputs.push_back(parameter(name + ".bias", {out}));
  return node("Gemm", inputs, {{"transB", int64_t{1}}});
}

ValueId QuantBuilder::matmul(const std::string &name, ValueId x, int64_t out, bool bias) {
  const ValueId product = node("MatMul", {x, weight(name, {graph.value(x).shape.back(), out}, 1)});
  return bias ? node("Add", {product, parameter(name + ".bias", {out})}) : product;
}

ValueId quantized_cnn(QuantBuilder &b) {
  const int f = b.bits.activation - 2;
  ValueId x = b.quant("in", b.input("x", {1, 7, 7}), true, f);
  x = b.quant("q1", b.node("Relu", {b.batch_norm("bn1", b.conv("conv1", x, 6, 3, 1, false))}), false, f);
  x = b.node("LeakyRelu", {b.conv("conv2", x, 4, 3, 0)}, {{"alpha", 0.0078125F}});
  x = b.node("Flatten", {b.quant("q2", x, true, f)});
  x = b.quant("q3", b.node("Relu", {b.batch_norm("bn2", b.gemm("fc1", x, 8))}), false, f);
  x = b.gemm("fc2", x, 3);
  b.graph.add_output("y", x);
  return x;
}

ValueId quantized_pools(QuantBuilder &b) {
  const int f = b.bits.activation - 2;
  const std::vector<int64_t> two{2, 2};
  ValueId x = b.quant("in", b.input("x", {1, 8, 8}), true, f);
  x = b.quant("q1", b.conv("conv1", x, 4, 3, 1), true, f);
  const ValueId most = b.node("MaxPool", {x}, {{"kernel_shape", two}, {"strides", two}});
  const ValueId mean = b.node("AveragePool", {x}, {{"kernel_shape", two}, {"strides", two}});
  x = b.quant("q2", b.node("Concat", {most, mean}, {{"axis", int64_t{1}}}), true, f);
  x = b.quant("q3", b.node("Relu", {b.batch_norm("bn", b.conv("conv2", x, 4, 1, 0))}), false, f);
  x = b.node("Reshape", {x, b.ints({0, 8, 8})});
  const ValueId line = b.node("Conv", {x, b.weight("line", {3, 8, 3}, 0), b.parameter("line.bias", {3})},
                              {{"kernel_shape", std::vector<int64_t>{3}}, {"pads", std::vector<int64_t>{1, 0}}});
  x = b.gemm("out", b.node("Flatten", {b.quant("q4", line, true, f)}), 3);
  b.graph.add_output("y", x);
  return x;
}

ValueId quantized_set(QuantBuilder &b) {
  const int f = b.bits.activation - 3;
  const std::vector<int64_t> swap{0, 2, 1};
  ValueId x = b.quant("in", b.input("x", {8, 3}), true, f);
  const ValueId h = b.quant("h", b.node("Relu", {b.batch_norm_last("bn1", b.matmul("phi", x, 8))}), false, f);
  const ValueId q = b.quant("q", b.matmul("query", h, 4, false), true, f);
  const ValueId k = b.quant("k", b.matmul("key", h, 4), true, f + 1);
  const ValueId v = b.quant("v", b.matmul("value", h, 8), true, f);
  const ValueId scores = b.quant("scores", b.node("MatMul", {q, b.node("Transpose", {k}, {{"perm", swap}})}), true, f);
  const ValueId s = b.quant("attention", b.node("Softmax", {scores}, {{"axis", int64_t{2}}}), false, b.bits.activation);
  const ValueId mixed = b.quant("mixed", b.node("MatMul", {s, v}), true, f + 2);
  x = b.quant("sum", b.node("Add", {h, mixed}), true, f - 1);
  x = b.node("ReduceMean", {x}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}});
  x = b.quant("dense", b.gemm("rho", x, 6), true, f);
  x = b.quant("tanh", b.node("Tanh", {x}), true, b.bits.activation - 1);
  x = b.gemm("out", x, 4);
  b.graph.add_output("y", x);
  return x;
}

void initialize_quantized(QuantBuilder &b, uint64_t seed) {
  initialize(b.graph, seed);
  fit_weight_scales(b.graph);
}

}  // namespace test
