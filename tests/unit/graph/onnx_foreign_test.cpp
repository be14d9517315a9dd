// SPDX-License-Identifier: Apache-2.0
//
// Models that others wrote: what is read, and what is refused with which words.
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "graph/onnx.hpp"
#include "graph/onnx_proto.hpp"
#include "networks.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;
using Catch::Contains;

namespace {

/// A model under construction, input "x" [batch, 4], output "y".
class Foreign {
 public:
  onnx::ModelProto model;

  explicit Foreign(int64_t opset = 13) {
    model.set_ir_version(7);
    model.add_opset_import()->set_version(opset);
    input("x", {0, 4});
    model.mutable_graph()->add_output()->set_name("y");
  }
  onnx::GraphProto &graph() { return *model.mutable_graph(); }
  onnx::ValueInfoProto &input(const std::string &name, const Shape &dims) {
    onnx::ValueInfoProto &info = *graph().add_input();
    info.set_name(name);
    info.mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT);
    for (const int64_t d : dims) {
      auto *dim = info.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim();
      d == 0 ? dim->set_dim_param("batch") : dim->set_dim_value(d);
    }
    return info;
  }
  onnx::NodeProto &node(const std::string &op, const std::vector<std::string> &in, const std::string &out) {
    onnx::NodeProto &n = *graph().add_node();
    n.set_op_type(op);
    for (const std::string &i : in) n.add_input(i);
    n.add_output(out);
    return n;
  }
  static void ints(onnx::NodeProto &n, const char *name, const Shape &values) {
    onnx::AttributeProto &a = *n.add_attribute();
    a.set_name(name);
    a.set_type(onnx::AttributeProto::INTS);
    for (const int64_t v : values) a.add_ints(v);
  }
  static void integer(onnx::NodeProto &n, const char *name, int64_t value) {
    onnx::AttributeProto &a = *n.add_attribute();
    a.set_name(name);
    a.set_type(onnx::AttributeProto::INT);
    a.set_i(value);
  }
  void floats(const std::string &name, const Shape &dims, const std::vector<float> &values) {
    onnx::TensorProto &t = *graph().add_initializer();
    t.set_name(name);
    t.set_data_type(onnx::TensorProto::FLOAT);
    for (const int64_t d : dims) t.add_dims(d);
    for (const float v : values) t.add_float_data(v);
  }
  void longs(const std::string &name, const std::vector<int64_t> &values) {
    *graph().add_initializer() = to_proto(Tensor::of<int64_t>({static_cast<int64_t>(values.size())}, values), name);
  }
  Graph read() const { return from_onnx(model.SerializeAsString(), "foreign.onnx").graph; }
  std::string error() const {
    try {
      read();
    } catch (const Error &e) {
      CHECK(std::string(e.what()).rfind("foreign.onnx: ", 0) == 0);
      return e.what();
    }
    return "no error";
  }
};

std::vector<std::string> operators(const Graph &g) {
  std::vector<std::string> ops;
  for (const NodeId id : g.topological()) ops.push_back(g.node(id).op);
  return ops;
}

}  // namespace

TEST_CASE("weights, statistics and constants of a foreign model", "[onnx]") {
  Foreign f;
  f.floats("w", {4, 2}, std::vector<float>(8, 0.5F));
  for (const char *name : {"gamma", "beta", "mean", "var"}) f.floats(name, {2}, {1, 1});
  f.node("MatMul", {"x", "w"}, "h");
  onnx::NodeProto &bn = f.node("BatchNormalization", {"h", "gamma", "beta", "mean", "var"}, "n");
  Foreign::integer(bn, "training_mode", 0);
  onnx::NodeProto &c = f.node("Constant", {}, "shape");
  onnx::AttributeProto &value = *c.add_attribute();
  value.set_name("value");
  value.set_type(onnx::AttributeProto::TENSOR);
  *value.mutable_t() = to_proto(Tensor::of<int64_t>({3}, {-1, 1, 2}), "");
  f.node("Reshape", {"n", "shape"}, "y");
  const Graph g = f.read();
  CHECK(g.value(g.find("w")).kind == ValueKind::parameter);
  CHECK(g.value(g.find("w")).data->data<float>()[7] == 0.5F);
  CHECK(g.value(g.find("gamma")).kind == ValueKind::parameter);
  CHECK(g.value(g.find("mean")).kind == ValueKind::constant);
  CHECK(g.value(g.find("shape")).kind == ValueKind::constant);
  CHECK(g.value(g.find("y")).shape == Shape{-1, 1, 2});
}

TEST_CASE("Gelu is recognized in every usual form", "[onnx]") {
  struct Form {
    bool by_product, half_first, swapped;
  };
  for (const Form form :
       {Form{false, false, false}, Form{true, false, true}, Form{false, true, false}, Form{true, true, true}}) {
    Foreign f;
    f.floats("root", {}, {form.by_product ? 0.70710677F : 1.4142135F});
    f.floats("one", {1}, {1});
    f.floats("half", {}, {0.5F});
    const auto two = [&](const char *op, const char *a, const char *b, const char *out) {
      form.swapped ? f.node(op, {b, a}, out) : f.node(op, {a, b}, out);
    };
    form.by_product ? two("Mul", "x", "root", "s") : (void)f.node("Div", {"x", "root"}, "s");
    f.node("Erf", {"s"}, "e");
    two("Add", "e", "one", "a");
    if (form.half_first) {
      two("Mul", "x", "half", "h");
      two("Mul", "h", "a", "y");
    } else {
      two("Mul", "x", "a", "p");
      two("Mul", "p", "half", "y");
    }
    const Graph g = f.read();
    CHECK(operators(g) == std::vector<std::string>{"Gelu"});
    CHECK(g.find("half") == 0);

    Foreign other = f;  // not quite Gelu
    other.graph().mutable_initializer(2)->set_float_data(0, 0.6F);
    CHECK_THAT(other.error(), Contains("'Erf'"));
    Foreign seen = f;  // an intermediate value that someone else wants
    seen.graph().add_output()->set_name("e");
    CHECK_THAT(seen.error(), Contains("'Erf'"));
  }
}

TEST_CASE("older and newer opsets", "[onnx]") {
  Foreign old(11);
  old.node("Softmax", {"x"}, "y");
  CHECK(old.read().topological().size() == 1);
  Foreign sum(11);
  Foreign::ints(sum.node("ReduceSum", {"x"}, "y"), "axes", {1});
  CHECK(sum.read().value(sum.read().find("y")).shape == Shape{-1, 1});
  Foreign flat(11);
  Foreign::integer(flat.node("Softmax", {"x"}, "y"), "axis", 0);
  CHECK_THAT(flat.error(), Contains("opset 11 defines differently"));
  CHECK_THAT(Foreign(8).error(), Contains("opset 8, 9 to 17"));
  CHECK_THAT(Foreign(18).error(), Contains("opset 18, 9 to 17"));
  Foreign none;
  none.model.clear_opset_import();
  CHECK_THAT(none.error(), Contains("no opset"));
}

TEST_CASE("a fixed first dimension is taken as the batch", "[onnx]") {
  Foreign f;
  f.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0)->set_dim_value(1);
  f.node("Relu", {"x"}, "y");
  CHECK(f.read().value(f.read().inputs()[0]).shape == Shape{-1, 4});
}

TEST_CASE("what cannot be read is named", "[onnx]") {
  Foreign f;
  onnx::NodeProto &n = f.node("Relu", {"x"}, "y");
  const auto refused = [&](const std::string &why) { CHECK_THAT(f.error(), Contains(why)); };
  SECTION("operator") {
    n.set_op_type("LSTM");
    n.set_name("cell");
    refused("node 0 (LSTM 'cell'): there is no operator 'LSTM'");
  }
  SECTION("domain") { n.set_domain("com.example"), refused("'com.example'"); }
  SECTION("unknown value") { n.set_input(0, "nowhere"), refused("no value 'nowhere'"); }
  SECTION("order") {
    n.set_input(0, "later");
    f.node("Tanh", {"x"}, "later");
    refused("no value 'later' before it is used");
  }
  SECTION("own result") { n.set_input(0, "y"), refused("no value 'y'"); }
  SECTION("two of one name") { f.node("Tanh", {"x"}, "y"), refused("already"); }
  SECTION("result named as input") { n.set_output(0, "x"), refused("already"); }
  SECTION("no result") { n.clear_output(), refused("no output"); }
  SECTION("second result") { n.add_output("mask"), refused("'mask'"); }
  SECTION("unknown output") { f.graph().mutable_output(0)->set_name("z"), refused("'z'"); }
  SECTION("no output") { f.graph().clear_output(), refused("no output"); }
  SECTION("output that is an input") { f.graph().mutable_output(0)->set_name("x"), refused("not computed"); }
  SECTION("attribute") { Foreign::integer(n, "alpha", 1), refused("no attribute 'alpha'"); }
  SECTION("attribute twice") {
    Foreign::integer(n, "alpha", 1);
    Foreign::integer(n, "alpha", 1);
    refused("twice");
  }
  SECTION("sub-graph") {
    onnx::AttributeProto &a = *n.add_attribute();
    a.set_name("body");
    a.set_type(onnx::AttributeProto::GRAPH);
    refused("'body' has the type");
  }
  SECTION("training mode") {
    n.set_op_type("BatchNormalization");
    Foreign::integer(n, "training_mode", 1);
    refused("training_mode must be 0");
  }
  SECTION("open dimension") {
    f.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(1)->set_dim_param(
        "W");
    refused("dimension 1 of input 'x' is not fixed");
  }
  SECTION("no shape") {
    f.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
    refused("no shape");
  }
  SECTION("half floats") {
    f.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(onnx::TensorProto::FLOAT16);
    refused("element type 10 is not supported");
  }
  SECTION("no graph") {
    f.model.clear_graph();
    refused("no graph");
  }
  SECTION("sparse") {
    f.graph().add_sparse_initializer();
    refused("sparse");
  }
}

TEST_CASE("damaged initializers are named", "[onnx]") {
  Foreign f;
  f.floats("w", {4}, {1, 2, 3, 4});
  f.node("Add", {"x", "w"}, "y");
  CHECK(f.error() == "no error");
  onnx::TensorProto &t = *f.graph().mutable_initializer(0);
  const auto refused = [&](const std::string &why) { CHECK_THAT(f.error(), Contains(why)); };
  SECTION("too few values") {
    t.mutable_float_data()->RemoveLast(), refused("'w' of shape [4] has 3 values, 4 are needed");
  }
  SECTION("huge shape") { t.set_dims(0, int64_t{1} << 39), refused("4 values"); }
  SECTION("impossible shape") { t.set_dims(0, INT64_MAX), refused("2^40"); }
  SECTION("negative shape") { t.set_dims(0, -4), refused("negative dimension -4"); }
  SECTION("empty weight") {
    t.set_dims(0, 0);
    t.clear_float_data();
    refused("must be 1 or more");
  }
  SECTION("raw bytes") { t.set_raw_data("abc"), refused("3 bytes, 16 are needed"); }
  SECTION("wrong field") {
    t.clear_float_data();
    for (int i = 0; i < 4; ++i) t.add_int64_data(i);
    refused("'w'");
  }
  SECTION("type") { t.set_data_type(onnx::TensorProto::STRING), refused("element type 8"); }
  SECTION("another file") {
    t.set_data_location(onnx::TensorProto::EXTERNAL);
    refused("another file");
  }
  SECTION("rank") {
    for (int i = 0; i < 9; ++i) t.add_dims(1);
    refused("10 dimensions");
  }
  SECTION("twice") {
    f.floats("w", {4}, {1, 2, 3, 4});
    refused("'w' is there twice");
  }
  SECTION("a note that lies") {
    t.set_doc_string("nac: parameter, init 9, scale 1");
    refused("initialization 9");
  }
}
