// SPDX-License-Identifier: Apache-2.0
// Every operator, alone and in the combinations that the engine runs in one step: outputs in inference mode, loss and
// gradients in training mode, against PyTorch.
#include <catch2/catch.hpp>
#include <functional>
#include <set>

#include "fused/fused_engine.hpp"
#include "models.hpp"
#include "oracle.hpp"
#include "tested_engine.hpp"

namespace {

using nac::fw::DType;
using nac::fw::Samples;
using test::Attribute;
using test::Builder;
using test::random_labels;
using test::random_tensor;
using test::Shape;
using test::Tensor;
using test::ValueId;
using Attributes = std::map<std::string, Attribute>;

struct Prepared {
  std::string name;
  Builder model;
  ValueId loss = 0;
  Samples batch;
};

/// Two more than two of the smallest tiles: several, of which the last is nearly empty.
constexpr int64_t kRows = 66;

/// The loss is a weighted sum of all outputs, so that every element of every gradient differs.
ValueId weighted_sum(Builder &b, ValueId y) {
  Shape shape = b.graph.value(y).shape;
  shape[0] = 1;
  const ValueId weights = b.graph.add_constant("loss.weights", random_tensor(shape, 77));
  return b.node("ReduceMean", {b.node("Mul", {y, weights})}, {{"keepdims", int64_t{0}}});
}

/// A model from `build`, which gets the input [N, shape...] scaled by a parameter, so that gradients reach the input.
Prepared prepare(const std::string &name, const Shape &shape, const std::function<ValueId(Builder &, ValueId)> &build) {
  Prepared p;
  p.name = name;
  const ValueId x = p.model.input("x", shape);
  Shape scale = shape;
  scale.insert(scale.begin(), 1);
  const ValueId y = build(p.model, p.model.node("Mul", {x, p.model.parameter("scale", scale, 1)}));
  p.model.graph.add_output("y", y);
  p.loss = weighted_sum(p.model, y);
  nac::fw::initialize(p.model.graph, 11);
  Shape full = shape;
  full.insert(full.begin(), kRows);
  p.batch.inputs = {random_tensor(full, 5)};
  return p;
}

Prepared unary(const std::string &op, const Shape &shape, const Attributes &attributes = {}) {
  std::string name = op;
  for (const auto &[key, value] : attributes) {
    name += " " + key;
    if (const auto *numbers = std::get_if<std::vector<int64_t>>(&value))
      for (const int64_t n : *numbers) name += " " + std::to_string(n);
  }
  return prepare(name + " rank " + std::to_string(shape.size() + 1), shape,
                 [&](Builder &b, ValueId x) { return b.node(op, {x}, attributes); });
}

Attributes window(int64_t kernel, int64_t stride, const std::vector<int64_t> &pads, std::size_t rank = 2) {
  return {{"kernel_shape", std::vector<int64_t>(rank, kernel)},
          {"strides", std::vector<int64_t>(rank, stride)},
          {"pads", pads}};
}

void add_elementwise(std::vector<Prepared> &all) {
  for (const char *op : {"Relu", "Sigmoid", "Tanh", "Gelu", "Identity"}) all.push_back(unary(op, {3, 4}));
  all.push_back(unary("LeakyRelu", {7}, {{"alpha", 0.0078125F}}));
  for (const char *op : {"Add", "Sub", "Mul", "Div"}) {
    all.push_back(prepare(std::string(op) + " same shape", {3, 4}, [&](Builder &b, ValueId x) {
      return b.node(op, {b.node("Tanh", {x}), b.node("Gelu", {x})});
    }));
    all.push_back(prepare(std::string(op) + " broadcast", {3, 4}, [&](Builder &b, ValueId x) {
      return b.node(op, {x, b.node("Sigmoid", {b.parameter("other", {3, 1})})});
    }));
    all.push_back(prepare(std::string(op) + " vector first", {3, 4}, [&](Builder &b, ValueId x) {
      return b.node(op, {b.parameter("other", {4}), b.node("Sigmoid", {x})});
    }));
  }
}

void add_linear(std::vector<Prepared> &all) {
  all.push_back(prepare("Gemm", {6}, [](Builder &b, ValueId x) { return b.linear("fc", x, 4); }));
  all.push_back(prepare("Gemm alpha beta", {6}, [](Builder &b, ValueId x) {
    return b.node("Gemm", {x, b.parameter("w", {6, 3}), b.parameter("c", {1, 3})}, {{"alpha", 0.5F}, {"beta", 2.0F}});
  }));
  all.push_back(prepare("Gemm without bias", {6}, [](Builder &b, ValueId x) {
    return b.node("Gemm", {x, b.parameter("w", {6, 3})}, {{"alpha", 0.5F}});
  }));
  all.push_back(prepare("Gemm of two parameters, transposed", {6}, [](Builder &b, ValueId x) {
    const ValueId w = b.node("Gemm", {b.parameter("u", {2, 6}), b.parameter("v", {3, 2})},
                             {{"transA", int64_t{1}}, {"transB", int64_t{1}}});
    return b.node("Gemm", {x, w});
  }));
  all.push_back(prepare("MatMul rank 2", {6}, [](Builder &b, ValueId x) {
    return b.node("MatMul", {x, b.parameter("w", {6, 3})});
  }));
  all.push_back(prepare("MatMul of sets", {4, 3}, [](Builder &b, ValueId x) {
    return b.node("MatMul", {x, b.parameter("w", {3, 5})});
  }));
  all.push_back(prepare("MatMul and bias of sets", {4, 3}, [](Builder &b, ValueId x) {
    return b.linear("phi2", b.node("Relu", {b.linear("phi1", x, 6)}), 5);
  }));
  all.push_back(prepare("MatMul of a result used twice", {4, 3}, [](Builder &b, ValueId x) {
    const ValueId y = b.node("MatMul", {x, b.parameter("w", {3, 3})});
    return b.node("Add", {b.node("Add", {y, b.parameter("bias", {3})}), b.node("Relu", {y})});
  }));
  all.push_back(prepare("MatMul of results", {4, 3}, [](Builder &b, ValueId x) {
    const ValueId t = b.node("Transpose", {x}, {{"perm", std::vector<int64_t>{0, 2, 1}}});
    return b.node("MatMul", {b.node("Softmax", {b.node("MatMul", {x, t})}), x});
  }));
  all.push_back(prepare("MatMul of rank 4", {2, 4, 3}, [](Builder &b, ValueId x) { return b.linear("fc", x, 5); }));
}

void add_attention(std::vector<Prepared> &all) {
  const std::vector<int64_t> swap{0, 2, 1}, heads_first{0, 2, 1, 3}, keys_last{0, 2, 3, 1};
  const auto turned = [](Builder &b, ValueId x, const std::vector<int64_t> &perm) {
    return b.node("Transpose", {x}, {{"perm", perm}});
  };
  const auto attend = [](Builder &b, ValueId q, ValueId k, ValueId v) {
    return b.node("MatMul", {b.node("Softmax", {b.node("MatMul", {q, k})}), v});
  };
  all.push_back(prepare("Softmax of attention over pixels", {3, 7}, [=](Builder &b, ValueId x) {
    const auto part = [&](const char *name, int64_t out) { return b.linear(name, turned(b, x, swap), out); };
    const ValueId q = part("q", 5), k = turned(b, part("k", 5), swap);
    const ValueId v = turned(b, b.node("Relu", {turned(b, part("v", 2), swap)}), swap);
    return b.node("Relu", {turned(b, attend(b, q, k, v), swap)});
  }));
  all.push_back(prepare("Softmax of attention with two heads", {5, 6}, [=](Builder &b, ValueId x) {
    const auto part = [&](const char *name) { return b.node("Reshape", {b.linear(name, x, 6), b.ints({0, 5, 2, 3})}); };
    const ValueId q = turned(b, part("q"), heads_first), k = turned(b, part("k"), keys_last);
    const ValueId y = turned(b, attend(b, q, k, turned(b, part("v"), heads_first)), heads_first);
    return b.linear("out", b.node("Reshape", {y, b.ints({0, 5, 6})}), 4);
  }));
  all.push_back(prepare("Softmax of attention, all of the same rows", {4, 4},
                        [=](Builder &b, ValueId x) { return attend(b, x, turned(b, x, swap), turned(b, x, swap)); }));
  all.push_back(prepare("Softmax of attention that begins where one ends", {4, 3}, [=](Builder &b, ValueId x) {
    const ValueId t = turned(b, x, swap);
    return attend(b, b.node("Softmax", {b.node("MatMul", {x, t})}), x, t);
  }));
}

void add_windows(std::vector<Prepared> &all) {
  const auto conv = [&](const std::string &name, const Shape &in, const Shape &weight, const Attributes &a, bool bias) {
    all.push_back(prepare("Conv " + name, in, [&](Builder &b, ValueId x) {
      std::vector<ValueId> inputs{x, b.parameter("w", weight)};
      if (bias) inputs.push_back(b.parameter("b", {weight[0]}));
      return b.node("Conv", inputs, a);
    }));
  };
  conv("3x3", {8, 6, 6}, {5, 8, 3, 3}, window(3, 1, {0, 0, 0, 0}), true);
  conv("3x3 of one channel", {1, 6, 6}, {5, 1, 3, 3}, window(3, 1, {1, 1, 1, 1}), true);
  conv("1x1 without bias", {3, 4, 4}, {5, 3, 1, 1}, window(1, 1, {0, 0, 0, 0}), false);
  conv("stride and uneven padding", {3, 6, 5}, {4, 3, 3, 3}, window(3, 2, {0, 1, 1, 0}), true);
  Attributes grouped = window(3, 1, {1, 1, 1, 1});
  grouped["group"] = int64_t{2};
  conv("groups", {4, 5, 5}, {6, 2, 3, 3}, grouped, true);
  Attributes dilated = window(2, 1, {0, 0, 0, 0});
  dilated["dilations"] = std::vector<int64_t>{2, 2};
  conv("dilated", {2, 6, 6}, {3, 2, 2, 2}, dilated, true);
  Attributes same = window(3, 2, {});
  same.erase("pads");
  same["auto_pad"] = std::string("SAME_UPPER");
  conv("auto_pad", {2, 6, 6}, {3, 2, 3, 3}, same, true);
  conv("of rank 3", {3, 8}, {4, 3, 3}, window(3, 1, {1, 1}, 1), true);

  all.push_back(unary("MaxPool", {2, 6, 6}, window(2, 2, {0, 0, 0, 0})));
  all.push_back(unary("MaxPool", {2, 7}, window(3, 2, {1, 0}, 1)));
  all.push_back(unary("AveragePool", {2, 6, 6}, window(3, 2, {1, 1, 1, 1})));
  all.push_back(unary("AveragePool", {2, 7}, window(2, 2, {0, 0}, 1)));
  Attributes counted = window(3, 3, {1, 1, 1, 1});
  counted["count_include_pad"] = int64_t{1};
  all.push_back(unary("AveragePool", {2, 7, 7}, counted));
}

void add_layout_and_reductions(std::vector<Prepared> &all) {
  all.push_back(unary("Flatten", {2, 3, 4}, {{"axis", int64_t{1}}}));
  all.push_back(prepare("Reshape", {2, 6}, [](Builder &b, ValueId x) {
    return b.node("Reshape", {x, b.ints({0, 3, -1})});
  }));
  all.push_back(unary("Transpose", {2, 3, 4}, {{"perm", std::vector<int64_t>{0, 3, 1, 2}}}));
  all.push_back(prepare("Concat", {2, 3}, [](Builder &b, ValueId x) {
    return b.node("Concat", {x, b.node("Tanh", {x}), b.linear("fc", x, 3)}, {{"axis", int64_t{1}}});
  }));
  for (const char *op : {"ReduceMean", "ReduceMax", "ReduceSum"}) {
    all.push_back(unary(op, {4, 3}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}}));
    all.push_back(unary(op, {4, 3}, {{"axes", std::vector<int64_t>{-1}}, {"keepdims", int64_t{1}}}));
    all.push_back(unary(op, {4, 3, 2}, {{"axes", std::vector<int64_t>{2, 3}}, {"keepdims", int64_t{0}}}));
    all.push_back(prepare(std::string(op) + " of a shared layer", {4, 3}, [&](Builder &b, ValueId x) {
      return b.node(op, {b.linear("phi", x, 5)}, {{"axes", std::vector<int64_t>{1}}, {"keepdims", int64_t{0}}});
    }));
  }
  for (const char *op : {"Softmax", "LogSoftmax"}) {
    all.push_back(unary(op, {6}, {{"axis", int64_t{-1}}}));
    all.push_back(unary(op, {3, 4}, {{"axis", int64_t{1}}}));
  }
}

void add_normalizations(std::vector<Prepared> &all) {
  all.push_back(prepare("BatchNormalization rank 2", {4}, [](Builder &b, ValueId x) { return b.batch_norm("bn", x); }));
  all.push_back(prepare("BatchNormalization rank 4", {3, 4, 4},
                        [](Builder &b, ValueId x) { return b.node("Relu", {b.batch_norm("bn", x)}); }));
  all.push_back(prepare("BatchNormalization rank 3, channels in the middle", {3, 4},
                        [](Builder &b, ValueId x) { return b.batch_norm("bn", x); }));
  all.push_back(prepare("BatchNormalization of sets", {4, 3}, [](Builder &b, ValueId x) {
    return b.node("Relu", {b.batch_norm_last("bn", b.linear("phi", x, 5))});
  }));
  all.push_back(prepare("BatchNormalization of sets, result used twice", {4, 3}, [](Builder &b, ValueId x) {
    const ValueId y = b.batch_norm_last("bn", x);
    return b.node("Add", {b.node("Relu", {y}), y});
  }));
  all.push_back(prepare("Transposed normalization used twice", {4, 3}, [](Builder &b, ValueId x) {
    const std::vector<int64_t> perm{0, 2, 1};
    const ValueId y = b.batch_norm("bn", b.node("Transpose", {x}, {{"perm", perm}}));
    return b.node("Add", {y, b.node("Transpose", {b.node("Transpose", {y}, {{"perm", perm}})}, {{"perm", perm}})});
  }));
}

Prepared classifier(const std::string &name, const std::function<ValueId(Builder &)> &build, const Shape &shape,
                    int64_t classes) {
  Prepared p;
  p.name = name;
  p.loss = p.model.cross_entropy(build(p.model));
  nac::fw::initialize(p.model.graph, 3);
  Shape full = shape;
  full.insert(full.begin(), kRows);
  p.batch.inputs = {random_tensor(full, 8)};
  p.batch.targets = {random_labels(kRows, classes, 9)};
  return p;
}

std::vector<Prepared> all_cases() {
  std::vector<Prepared> all;
  add_elementwise(all);
  add_linear(all);
  add_attention(all);
  add_windows(all);
  add_layout_and_reductions(all);
  add_normalizations(all);
  all.push_back(classifier("SoftmaxCrossEntropyLoss of a deep set", test::small_deep_set, {6, 3}, 4));
  Prepared cnn;
  cnn.name = "squared error of a CNN";
  cnn.loss = cnn.model.squared_error(test::small_cnn(cnn.model));
  nac::fw::initialize(cnn.model.graph, 4);
  cnn.batch.inputs = {random_tensor({kRows, 1, 7, 7}, 1)};
  cnn.batch.targets = {random_tensor({kRows, 2}, 2)};
  all.push_back(std::move(cnn));
  return all;
}

/// Operands computed from parameters alone: the fused engine leaves such graphs to LibTorch.
const std::set<std::string> &only_torch() {
  static const std::set<std::string> names{"Add broadcast", "Sub broadcast", "Mul broadcast", "Div broadcast",
                                           "Gemm of two parameters, transposed"};
  return names;
}

}  // namespace

TEST_CASE("the fused engine lacks the operators that are known, and says which") {
  for (const Prepared &p : all_cases()) {
    INFO(p.name);
    for (const ValueId loss : {ValueId{0}, p.loss}) {
      const auto lack = nac::fw::fused_engine().lacks(p.model.graph, loss);
      INFO((lack ? lack->what + ", " + lack->node : std::string("nothing")));
      CHECK(lack.has_value() == (only_torch().count(p.name) != 0));
      if (lack) CHECK(p.name.rfind(lack->what.substr(0, lack->what.find(':')), 0) == 0);
    }
  }
}

TEST_CASE("operators give PyTorch's outputs and gradients") {
  if (!test::have_oracle()) return;
  std::vector<Prepared> cases = all_cases();
  std::vector<nlohmann::json> questions;
  for (const Prepared &p : cases) questions.push_back(test::case_of(p.name, p.model.graph, p.loss, p.batch));
  const nlohmann::json answers = test::ask_oracle(questions);
  REQUIRE(answers.size() == cases.size());  // names are unique

  nac::fw::Engine &engine = test::tested_engine();
  for (const Prepared &p : cases) {
    if (!test::torch_is_tested() && only_torch().count(p.name) != 0) continue;
    INFO(p.name);
    const nlohmann::json &expected = answers.at(p.name);
    const std::vector<Tensor> outputs = engine.forward(p.model.graph, p.batch.inputs, 2, "cpu");
    REQUIRE(outputs.size() == 1);
    CHECK(outputs[0].shape() == expected["outputs"][0]["shape"].get<Shape>());
    CHECK(test::relative_error(outputs[0], expected["outputs"][0]["data"]) < 1e-5);

    double loss = 0;
    const auto gradients = engine.gradients(p.model.graph, p.loss, p.batch, &loss);
    CHECK(loss == Approx(expected["loss"].get<double>()).epsilon(1e-5).margin(1e-6));
    REQUIRE(gradients.size() == expected["gradients"].size());
    for (const auto &[name, gradient] : gradients) {
      INFO(name);
      CHECK(test::relative_error(gradient, expected["gradients"].at(name)) < 1e-4);
    }
  }
}
