// SPDX-License-Identifier: Apache-2.0
// The published BraggNN, attention block included, with its published weights.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "engine/engine.hpp"
#include "models.hpp"
#include "oracle.hpp"
#include "tested_engine.hpp"

namespace {

using nlohmann::json;
using test::Builder;
using test::Shape;
using test::Tensor;
using test::ValueId;

std::vector<std::filesystem::path> published_weights() {
  namespace fs = std::filesystem;
  const char *given = std::getenv("NAC_DATA_DIR");
  const fs::path data = given != nullptr ? fs::path(given) : fs::path(NAC_SOURCE_DIR) / ".." / "shared" / "data";
  std::vector<fs::path> found;
  std::error_code error;
  for (const fs::directory_entry &e : fs::directory_iterator(data / "bragg_gold_peaks", error))
    if (e.path().extension() == ".npz") found.push_back(e.path());
  return found;
}

Tensor tensor_of(const json &packed) {
  return Tensor::of(packed["shape"].get<Shape>(), packed["data"].get<std::vector<float>>());
}

struct BraggNN : Builder {
  const json &weights;
  explicit BraggNN(const json &w) : weights(w) { build(); }

  ValueId given(const std::string &name) {
    const Tensor value = tensor_of(weights.at(name));
    const ValueId id = parameter(name, value.shape());
    graph.set_data(id, value);
    return id;
  }
  ValueId conv(const std::string &name, ValueId x) {
    return node("Conv", {x, given(name + ".weight"), given(name + ".bias")});
  }
  ValueId leaky(ValueId x) { return node("LeakyRelu", {x}, {{"alpha", 0.01F}}); }
  ValueId transposed(ValueId x) { return node("Transpose", {x}, {{"perm", std::vector<int64_t>{0, 2, 1}}}); }
  ValueId attention(ValueId x) {
    const Shape s = graph.value(x).shape;
    const auto pixels = [&](const char *part) {
      const ValueId y = conv(std::string("nlb.") + part + "_layer", x);
      return node("Reshape", {y, ints({0, graph.value(y).shape.at(1), -1})});
    };
    const ValueId theta = pixels("theta"), phi = pixels("phi"), g = pixels("g");
    const ValueId weight = node("Softmax", {node("MatMul", {transposed(theta), phi})}, {{"axis", int64_t{-1}}});
    const ValueId mixed = transposed(node("MatMul", {weight, transposed(g)}));
    const ValueId image = node("Reshape", {mixed, ints({0, graph.value(mixed).shape.at(1), s.at(2), s.at(3)})});
    return node("Add", {conv("nlb.out_cnn", image), x});
  }
  void build() {
    ValueId x = leaky(attention(conv("cnn_layers.0", input("patch", {1, 11, 11}))));
    x = leaky(conv("cnn_layers.4", leaky(conv("cnn_layers.2", x))));
    x = node("Flatten", {x});
    for (const char *i : {"0", "2", "4", "6", "8"}) {
      const std::string name = std::string("dense_layers.") + i;
      x = node("Gemm", {x, given(name + ".weight"), given(name + ".bias")}, {{"transB", int64_t{1}}});
      if (*i != '8') x = leaky(x);
    }
    graph.add_output("position", x);
  }
};

}  // namespace

TEST_CASE("BraggNN's published weights give PyTorch's positions") {
  const std::vector<std::filesystem::path> files = published_weights();
  if (files.empty()) {
    WARN("skipped: no bragg_gold_peaks/*.npz; set NAC_DATA_DIR to the folder that has them");
    return;
  }
  if (!test::have_oracle()) return;
  for (const std::filesystem::path &file : files) {
    INFO(file.filename());
    const json answer = test::run_script("braggnn.py", file.string());
    const BraggNN model(answer.at("weights"));
    const auto positions = test::tested_engine().forward(model.graph, {tensor_of(answer.at("inputs"))}, 16, "cpu");
    REQUIRE(positions.size() == 1);
    CHECK(positions[0].shape() == Shape{40, 2});
    CHECK(test::relative_error(positions[0], answer.at("outputs").at("data")) < 1e-5);
  }
}
