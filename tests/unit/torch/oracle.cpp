// SPDX-License-Identifier: Apache-2.0
#include "oracle.hpp"

#include <stdlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <exception>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>

namespace test {

using nac::fw::DType;
using nac::fw::Graph;
using nac::fw::Tensor;
using nac::fw::Value;
using nac::fw::ValueId;
using nac::fw::ValueKind;
using nlohmann::json;

json to_json(const Tensor &tensor) {
  json data = json::array();
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    if (tensor.dtype() == DType::f32)
      data.push_back(static_cast<double>(tensor.data<float>()[i]));
    else if (tensor.dtype() == DType::i64)
      data.push_back(tensor.data<int64_t>()[i]);
    else
      throw std::runtime_error("the oracle takes float32 and int64 only");
  }
  return {{"dtype", tensor.dtype() == DType::f32 ? "float32" : "int64"}, {"shape", tensor.shape()}, {"data", data}};
}

json case_of(const std::string &name, const Graph &graph, ValueId loss, const nac::fw::Samples &batch) {
  json values = json::array(), nodes = json::array(), rows = json::array();
  for (const ValueId id : graph.values()) {
    const Value &value = graph.value(id);
    if (!value.data) continue;
    json entry = to_json(*value.data);
    entry["id"] = id;
    entry["name"] = value.name;
    entry["trainable"] = value.kind == ValueKind::parameter;
    values.push_back(std::move(entry));
  }
  for (const nac::fw::NodeId id : graph.topological()) {
    const nac::fw::Node &node = graph.node(id);
    json attributes = json::object();
    for (const auto &[key, attribute] : node.attributes)
      std::visit([&, k = key](const auto &v) { attributes[k] = v; }, attribute);
    nodes.push_back(
        {{"op", node.op}, {"inputs", node.inputs}, {"output", node.outputs.at(0)}, {"attributes", attributes}});
  }
  for (const std::vector<Tensor> *part : {&batch.inputs, &batch.targets})
    for (const Tensor &t : *part) rows.push_back(to_json(t));
  return {
      {"name", name}, {"values", values}, {"nodes", nodes}, {"inputs", graph.inputs()}, {"outputs", graph.outputs()},
      {"loss", loss}, {"batch", rows}};
}

namespace {

int run(const std::string &command) { return std::system(command.c_str()); }

}  // namespace

bool have_oracle() {
  static const bool have = run(NAC_TEST_PYTHON " -c 'import torch' 2>/dev/null") == 0;
  if (!have) WARN("skipped: " NAC_TEST_PYTHON " has no torch (Debian: apt-get install python3-torch)");
  return have;
}

namespace {

/// A folder that goes away with the object, unless an exception is on its way: then its files are evidence.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nac-parity-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make the folder " + pattern);
    path = pattern;
  }
  ~Scratch() {
    if (std::uncaught_exceptions() == 0) std::filesystem::remove_all(path);
  }
  std::filesystem::path path;
};

}  // namespace

json run_script(const std::string &script, const std::string &input) {
  const Scratch scratch;
  const std::string answer = (scratch.path / "answer.json").string();
  const std::string command =
      NAC_TEST_PYTHON " '" NAC_SOURCE_DIR "/tests/parity/" + script + "' '" + input + "' '" + answer + "'";
  if (run(command) != 0) throw std::runtime_error("failed: " + command);
  return json::parse(std::ifstream(answer));
}

json ask_oracle(const std::vector<json> &cases) {
  const Scratch scratch;
  const std::string questions = (scratch.path / "cases.json").string();
  std::ofstream(questions) << json(cases).dump();
  return run_script("oracle.py", questions);
}

double relative_error(const Tensor &found, const json &expected) {
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  if (static_cast<std::size_t>(found.elements()) != expected.size()) return kInfinite;
  double largest = 0, difference = 0;
  for (int64_t i = 0; i < found.elements(); ++i) {
    const double a = static_cast<double>(found.data<float>()[i]);
    const double b = expected[static_cast<std::size_t>(i)].get<double>();
    if (!std::isfinite(a) || !std::isfinite(b)) return kInfinite;
    largest = std::max(largest, std::abs(b));
    difference = std::max(difference, std::abs(a - b));
  }
  // Gradients that cancel to zero leave rounding errors of the size of their terms, here of order one.
  return difference / std::max(largest, 1e-2);
}

}  // namespace test
