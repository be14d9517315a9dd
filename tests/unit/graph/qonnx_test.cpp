// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <set>

#include "base/error.hpp"
#include "graph/canonical_hash.hpp"
#include "graph/onnx.hpp"
#include "graph/onnx_write.hpp"
#include "qonnx_networks.hpp"
#include "run_script.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;
using Catch::Contains;

namespace {

std::map<std::string, Graph> deployed(const std::string &rounding) {
  return {{"images", quantized_images(rounding)},
          {"attention", quantized_attention(rounding)},
          {"signal", quantized_signal(rounding)},
          {"set", quantized_set(rounding)}};
}

const std::vector<std::string> kRoundings{"ROUND", "FLOOR", "AP_RND", "DOWN", "HALF_UP", "HALF_DOWN", "CEIL", "UP"};

onnx::ModelProto parsed(const std::string &bytes) {
  onnx::ModelProto model;
  REQUIRE(model.ParseFromString(bytes));
  return model;
}

std::map<std::string, int> counted(const onnx::GraphProto &graph) {
  std::map<std::string, int> counts;
  for (const onnx::NodeProto &n : graph.node()) ++counts[(n.domain().empty() ? "" : n.domain() + "/") + n.op_type()];
  return counts;
}

std::string error_of(const Graph &graph, const QonnxOptions &options = {}) {
  try {
    to_qonnx(graph, options);
  } catch (const Error &e) {
    return e.what();
  }
  return "no error";
}

/// The same network with the attribute of the quantizer that makes `name` changed.
Graph with_attribute(Graph graph, ValueId input, const char *attribute, const Attribute &value) {
  for (const NodeId id : graph.topological())
    if (graph.node(id).op == "Quant" && graph.node(id).inputs[0] == input) graph.set_attribute(id, attribute, value);
  return graph;
}

}  // namespace

TEST_CASE("a training form comes back as it was", "[qonnx]") {
  const Graph graph = training_form();
  const std::string bytes = to_onnx(graph, "trained", {{"a", "1"}});
  const Graph read = from_onnx(bytes, "memory").graph;
  CHECK(canonical_hash(read) == canonical_hash(graph));
  CHECK(to_onnx(read, "trained", {{"a", "1"}}).size() == bytes.size());
  for (const ValueId id : graph.values()) {
    const Value &v = graph.value(id);
    const ValueId same = read.find(v.name);
    if (v.kind == ValueKind::result) continue;
    INFO(v.name);
    REQUIRE(same != 0);
    CHECK(read.value(same).kind == v.kind);
    CHECK(read.value(same).data == v.data);
  }
  const onnx::ModelProto model = parsed(bytes);
  std::map<std::string, int64_t> opsets;
  for (const auto &set : model.opset_import()) opsets[set.domain()] = set.version();
  CHECK(opsets == std::map<std::string, int64_t>{{"", NAC_OPSET}, {NAC_DOMAIN_QONNX, 1}, {NAC_DOMAIN_NAC, 1}});
  int wraps = 0, fits = 0, plain = 0;
  for (const onnx::NodeProto &n : model.graph().node()) {
    if (n.op_type() != "Quant") continue;
    wraps += attribute_of(n, "overflow_mode") != nullptr;
    fits += attribute_of(n, "fit") != nullptr;
    plain += n.attribute_size() == 3;
  }
  CHECK(wraps == 1);
  CHECK(fits == 1);
  CHECK(plain == 1);  // the input's says nothing that QONNX has no attribute for
}

TEST_CASE("exported QONNX uses its vocabulary alone", "[qonnx]") {
  for (const bool last : {false, true})
    for (const auto &[name, graph] : deployed("AP_RND")) {
      INFO(name << " " << last);
      const onnx::ModelProto model = parsed(to_qonnx(graph, {last}, "d", {{"k", "v"}}));
      CHECK(model.ir_version() == 8);
      CHECK(model.metadata_props_size() == 1);
      std::set<std::string> shapes, quantizer_inputs;
      for (const auto *list : {&model.graph().value_info(), &model.graph().input(), &model.graph().output()})
        for (const auto &info : *list) {
          CHECK(shapes.insert(info.name()).second);
          REQUIRE(info.type().tensor_type().has_shape());
          for (const auto &dim : info.type().tensor_type().shape().dim()) CHECK(dim.dim_value() > 0);
        }
      std::map<std::string, Shape> initializers;
      for (const auto &t : model.graph().initializer()) {
        initializers[t.name()] = Shape(t.dims().begin(), t.dims().end());
        CHECK(shapes.count(t.name()) == 1);
      }
      for (const onnx::NodeProto &n : model.graph().node()) {
        for (const auto &out : n.output()) CHECK(shapes.count(out) == 1);
        if (n.op_type() != "Quant") continue;
        CHECK(n.attribute_size() == 3);
        REQUIRE(attribute_of(n, "rounding_mode") != nullptr);
        const std::string mode = attribute_of(n, "rounding_mode")->s();
        CHECK((mode == "ROUND" || mode == "FLOOR"));
        for (int i = 1; i < 4; ++i) {
          REQUIRE(initializers.count(n.input(i)) == 1);
          CHECK(quantizer_inputs.insert(n.input(i)).second);  // shared by no two
          CHECK(initializers[n.input(i)].size() >= 1);
          if (i > 1) CHECK(initializers[n.input(i)] == Shape{1});
        }
      }
    }
}

TEST_CASE("channels-last nodes stand between as few Transposes as possible", "[qonnx]") {
  const std::string cl = std::string(kChannelsLast) + "/";
  const onnx::ModelProto model = parsed(to_qonnx(quantized_images("ROUND"), {true}));
  auto counts = counted(model.graph());
  CHECK(counts[cl + "Conv"] == 3);
  CHECK(counts[cl + "MaxPool"] == 1);
  CHECK(counts[cl + "AveragePool"] == 1);
  CHECK(counts["Conv"] == 0);
  CHECK(counts["Transpose"] == 3);  // the input; the output image; before Flatten, of what ReduceSum left
  for (const auto &t : model.graph().initializer()) {
    if (t.name() == "first.weight") CHECK(Shape(t.dims().begin(), t.dims().end()) == Shape{4, 3, 3, 2});
    if (t.name() == "offset") CHECK(Shape(t.dims().begin(), t.dims().end()) == Shape{4});
  }
  for (const onnx::NodeProto &n : model.graph().node())
    if (n.domain() == kChannelsLast && n.op_type() == "Conv") CHECK(n.attribute_size() == 5);  // as QONNX expects
  bool imported = false;
  for (const auto &set : model.opset_import())
    imported = imported || (set.domain() == kChannelsLast && set.version() == 1);
  CHECK(imported);
  const auto shape_of = [](const onnx::ValueInfoProto &info) {
    Shape shape;
    for (const auto &d : info.type().tensor_type().shape().dim()) shape.push_back(d.dim_value());
    return shape;
  };
  CHECK(shape_of(model.graph().input(0)) == Shape{1, 2, 9, 8});
  for (const auto &output : model.graph().output())
    if (output.name() == "image") CHECK(shape_of(output) == Shape{1, 2, 5, 3});
}

TEST_CASE("both layouts read back as the graph that was exported", "[qonnx]") {
  for (const std::string &rounding : kRoundings)
    for (const auto &[name, graph] : deployed(rounding))
      for (const bool last : {false, true}) {
        INFO(name << " " << rounding << " " << last);
        const OnnxModel read = from_onnx(to_qonnx(graph, {last}, "", {{"k", "v"}}), "memory");
        CHECK(read.metadata.at("k") == "v");
        CHECK(canonical_hash(read.graph) == canonical_hash(graph));
        for (const ValueId id : graph.values()) {
          const Value &v = graph.value(id);
          if (v.kind != ValueKind::parameter) continue;
          const ValueId same = read.graph.find(v.name);
          REQUIRE(same != 0);
          CHECK(read.graph.value(same).kind == ValueKind::parameter);
          CHECK(read.graph.value(same).data == v.data);
        }
        CHECK(read.graph.value(read.graph.outputs()[0]).name == graph.value(graph.outputs()[0]).name);
        CHECK(to_qonnx(read.graph, {last}).size() > 0);
      }
}

TEST_CASE("files in both layouts pass the onnx checker and compute the same integers", "[qonnx]") {
  ScriptFolder folder;
  std::size_t files = 0;
  for (const std::string &rounding : kRoundings)
    for (const auto &[name, graph] : deployed(rounding)) {
      const std::string label = name + "-" + rounding;
      const std::string regular = to_qonnx(graph), last = to_qonnx(graph, {true});
      const std::pair<const char *, std::string> variants[] = {{".0", to_onnx(graph)},
                                                               {".1", regular},
                                                               {".2", last},
                                                               {".3", to_onnx(from_onnx(regular, "memory").graph)},
                                                               {".4", to_onnx(from_onnx(last, "memory").graph)}};
      for (const auto &[suffix, bytes] : variants) folder.add(label + suffix + ".onnx", bytes), ++files;
    }
  for (const char *script : {"check_onnx.py", "compare_qonnx.py"}) {
    std::string report;
    const int code = folder.run(script, &report);
    if (code < 0) {
      WARN("skipped: /usr/bin/python3 has no onnx (Debian: python3-onnx)");
      return;
    }
    INFO(script << "\n" << report);
    CHECK(code == 0);
    CHECK(static_cast<std::size_t>(std::count(report.begin(), report.end(), '\n')) == files);
  }
}

TEST_CASE("what QONNX cannot say is refused, naming the node", "[qonnx]") {
  CHECK_THAT(error_of(training_form()), Contains("PowerOfTwo") && Contains("deploy the model first"));
  const Graph set = quantized_set("ROUND");
  const Graph wraps = with_attribute(set, set.inputs()[0], "overflow_mode", std::string("WRAP"));
  CHECK_THAT(error_of(wraps), Contains("Quant '") && Contains("WRAP") && Contains("quantize with SAT"));
  const ValueId weight = set.find("phi.weight");
  // A weight on the grid comes out the same with any mode.
  Graph odd = with_attribute(set, weight, "overflow_mode", std::string("WRAP"));
  CHECK(error_of(odd) == "no error");
  Tensor off = *odd.value(weight).data;
  off.mutable_data<float>()[0] += 0.001F;
  odd.set_data(weight, off);
  CHECK_THAT(error_of(odd), Contains("rounds a weight") && Contains("deploy the model first"));
  Quantized volume;
  const ValueId x = volume.quant(volume.input({1, 3, 3, 3}), 8, 4);
  volume.graph.add_output("y", volume.conv("c", x, 2, {2, 2, 2}));
  CHECK(error_of(volume.graph) == "no error");
  CHECK_THAT(error_of(volume.graph, {true}), Contains("Conv 'y' has 5 dimensions"));
}

TEST_CASE("QONNX files of others are read", "[qonnx]") {
  onnx::ModelProto model = parsed(to_qonnx(quantized_signal("ROUND")));
  model.set_producer_name("another");
  for (auto &t : *model.mutable_graph()->mutable_initializer()) {
    t.clear_doc_string();
    if (t.dims_size() == 1 && t.dims(0) == 1) t.clear_dims();  // a scalar
  }
  for (auto &n : *model.mutable_graph()->mutable_node())
    if (n.op_type() == "Quant") {
      n.set_op_type("IntQuant");
      set_attribute(n, "rounding_mode", std::string("half_even"));
    }
  const Graph read = from_onnx(model.SerializeAsString(), "another.onnx").graph;
  int parameters = 0;
  for (const ValueId id : read.values()) parameters += read.value(id).kind == ValueKind::parameter;
  CHECK(parameters == 6);
  for (const NodeId id : read.topological())
    if (read.node(id).op == "Quant") CHECK(read.node(id).text("rounding_mode") == "ROUND");

  for (auto &n : *model.mutable_graph()->mutable_node())
    if (n.op_type() == "IntQuant") set_attribute(n, "signed", int64_t{0}), set_attribute(n, "narrow", int64_t{1});
  CHECK_THROWS_WITH(from_onnx(model.SerializeAsString(), "another.onnx"),
                    Contains("another.onnx: Quant '") && Contains("unsigned and narrow"));

  onnx::ModelProto last = parsed(to_qonnx(quantized_signal("ROUND"), {true}));
  last.mutable_graph()->clear_value_info();
  CHECK_THROWS_WITH(from_onnx(last.SerializeAsString(), "last.onnx"), Contains("has no shape in value_info"));
  last = parsed(to_qonnx(quantized_signal("ROUND"), {true}));
  for (auto &n : *last.mutable_graph()->mutable_node())
    if (n.domain() == kChannelsLast) n.set_op_type("Resize");
  CHECK_THROWS_WITH(from_onnx(last.SerializeAsString(), "last.onnx"), Contains("Resize") && Contains("not supported"));
}
