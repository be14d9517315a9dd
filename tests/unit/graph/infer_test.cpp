// SPDX-License-Identifier: Apache-2.0
//
// Shapes and refusals, operator by operator. That ONNX agrees with the accepted ones is checked in onnx_test.cpp.
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "graph/operators.hpp"
#include "networks.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;
using Catch::Contains;
using Attributes = std::map<std::string, Attribute>;

namespace {

constexpr int64_t N = -1;

/// One node over inputs ([-1, ...]) and parameters (the other shapes).
class One {
 public:
  Net net;
  NodeId id = 0;

  One &on(const Shape &shape, DType dtype = DType::f32) {
    values_.push_back(!shape.empty() && shape[0] == N         ? net.graph.add_input("", dtype, shape)
                      : dtype == DType::f32 && !shape.empty() ? net.graph.add_parameter("", shape, {})
                                                              : net.graph.add_constant("", Tensor(dtype, shape)));
    return *this;
  }
  One &list(const std::vector<int64_t> &v) {
    values_.push_back(net.graph.add_constant("", Tensor::of<int64_t>({static_cast<int64_t>(v.size())}, v)));
    return *this;
  }
  One &none() {
    values_.push_back(0);
    return *this;
  }
  Shape shape(const std::string &op, Attributes attributes = {}, const char *domain = "") {
    id = net.graph.add_node(domain, op, values_, std::move(attributes));
    return net.graph.value(net.graph.node(id).outputs[0]).shape;
  }
  std::string error(const std::string &op, Attributes attributes = {}, const char *domain = "") {
    try {
      shape(op, std::move(attributes), domain);
    } catch (const Error &e) {
      CHECK(e.status() == NAC_INVALID_ARGUMENT);
      return e.what();
    }
    return "no error";
  }
  const Node &node() const { return net.graph.node(id); }

 private:
  std::vector<ValueId> values_;
};

}  // namespace

TEST_CASE("Conv", "[infer]") {
  CHECK(One().on({N, 1, 11, 11}).on({8, 1, 3, 3}).on({8}).shape("Conv") == Shape{N, 8, 9, 9});
  CHECK(One().on({N, 4, 10}).on({6, 2, 3}).shape("Conv", {{"group", int64_t{2}}, {"strides", Shape{2}}}) ==
        Shape{N, 6, 4});
  CHECK(One().on({N, 1, 7, 8, 9}).on({2, 1, 1, 2, 3}).shape("Conv") == Shape{N, 2, 7, 7, 7});
  CHECK(One()
            .on({N, 1, 7, 7})
            .on({2, 1, 3, 3})
            .shape("Conv", {{"dilations", Shape{2, 3}}, {"pads", Shape{1, 0, 2, 1}}}) == Shape{N, 2, 6, 2});
  One same;
  CHECK(same.on({N, 1, 6, 7})
            .on({2, 1, 3, 2})
            .shape("Conv", {{"auto_pad", std::string("SAME_UPPER")}, {"strides", Shape{2, 2}}}) == Shape{N, 2, 3, 4});
  CHECK(same.node().integers("pads") == Shape{0, 0, 1, 1});  // resolved, so that nobody else needs to know auto_pad
  CHECK(same.node().text("auto_pad") == "NOTSET");
  One lower;
  lower.on({N, 1, 6, 7}).on({2, 1, 3, 2}).shape("Conv", {{"auto_pad", std::string("SAME_LOWER")}});
  CHECK(lower.node().integers("pads") == Shape{1, 1, 1, 0});
  One defaults;
  defaults.on({N, 1, 6, 6}).on({2, 1, 3, 3}).shape("Conv");
  CHECK(defaults.node().integers("kernel_shape") == Shape{3, 3});
  CHECK(defaults.node().integers("strides") == Shape{1, 1});
  CHECK(defaults.node().integers("pads") == Shape{0, 0, 0, 0});
  CHECK(defaults.node().integers("dilations") == Shape{1, 1});
  CHECK(defaults.node().integer("group") == 1);

  const auto conv = [](Attributes a) {
    return One().on({N, 4, 6, 6}).on({8, 4, 3, 3}).on({8}).error("Conv", std::move(a));
  };
  CHECK_THAT(conv({{"kernel_shape", Shape{5, 5}}}),
             Contains("kernel_shape [5, 5] contradicts the weight [8, 4, 3, 3]"));
  CHECK_THAT(conv({{"strides", Shape{1}}}), Contains("strides has 1 entries, 2 are needed"));
  CHECK_THAT(conv({{"pads", Shape{-1, 0, 0, 0}}}), Contains("pads contains -1"));
  CHECK_THAT(conv({{"dilations", Shape{9, 9}}}), Contains("window of 19 does not fit"));
  CHECK_THAT(conv({{"dilations", Shape{INT64_MAX, 1}}}), Contains("2^30"));
  CHECK_THAT(conv({{"group", int64_t{3}}}), Contains("group = 3"));
  CHECK_THAT(conv({{"group", int64_t{0}}}), Contains("group = 0"));
  CHECK_THAT(conv({{"group", int64_t{2}}}), Contains("takes 4 channels per group"));
  CHECK_THAT(conv({{"auto_pad", std::string("SOME")}}), Contains("accepted are NOTSET"));
  CHECK_THAT(One().on({N, 4, 6, 6}).on({8, 4, 3}).error("Conv"), Contains("the weight has 3 dimensions"));
  CHECK_THAT(One().on({N, 4, 6, 6}).on({8, 4, 7, 3}).error("Conv"),
             Contains("window of 7 does not fit into dimension 2 of extent 6"));
  CHECK_THAT(One().on({N, 4}).on({8, 4}).error("Conv"), Contains("[N, C, L]"));
  CHECK_THAT(One().on({N, 4, 6, 6}).on({8, 4, 3, 3}).on({4}).error("Conv"), Contains("bias has shape [4]"));
  CHECK_THAT(One().on({N, 4, 6, 6}, DType::i64).on({8, 4, 3, 3}).error("Conv"), Contains("int64"));
  CHECK_THAT(One().on({N, 4, 6, 6}, DType::f64).on({8, 4, 3, 3}).error("Conv"), Contains("float32 but input 0"));
}

TEST_CASE("Gemm", "[infer]") {
  CHECK(One().on({N, 4}).on({4, 3}).shape("Gemm") == Shape{N, 3});
  CHECK(One().on({N, 4}).on({3, 4}).on({3}).shape("Gemm", {{"transB", int64_t{1}}}) == Shape{N, 3});
  CHECK(One().on({N, 4}).on({4, 3}).on({1, 1}).shape("Gemm") == Shape{N, 3});
  CHECK_THAT(One().on({N, 4}).on({3, 4}).error("Gemm"), Contains("4 features, the weight takes 3"));
  CHECK_THAT(One().on({N, 4}).on({4, 3}).on({2}).error("Gemm"), Contains("bias of shape [2]"));
  CHECK_THAT(One().on({N, 4}).on({N, 3}).error("Gemm", {{"transA", int64_t{1}}}), Contains("sum over the batch"));
  CHECK_THAT(One().on({N, 4}).on({4, 3}).error("Gemm", {{"transB", int64_t{2}}}), Contains("transB = 2"));
  CHECK_THAT(One().on({N, 2, 4}).on({4, 3}).error("Gemm"), Contains("two dimensions"));
  // a bias that would widen the result
  CHECK_THAT(One().on({N, 4}).on({4, 1}).on({3}).error("Gemm"), Contains("does not broadcast to [N, 1]"));
}

TEST_CASE("MatMul", "[infer]") {
  CHECK(One().on({N, 8, 3}).on({3, 5}).shape("MatMul") == Shape{N, 8, 5});
  CHECK(One().on({N, 4}).on({4, 2}).shape("MatMul") == Shape{N, 2});
  CHECK(One().on({N, 8, 3}).on({N, 3, 5}).shape("MatMul") == Shape{N, 8, 5});
  CHECK(One().on({6, 8}).on({N, 8, 5}).shape("MatMul") == Shape{N, 6, 5});
  CHECK(One().on({N, 2, 8, 3}).on({1, 2, 3, 5}).shape("MatMul") == Shape{N, 2, 8, 5});
  CHECK(One().on({N, 8, 3}).on({3}).shape("MatMul") == Shape{N, 8});
  CHECK_THAT(One().on({N, 8, 3}).on({4, 5}).error("MatMul"), Contains("inner dimensions 3 and 4 differ"));
  CHECK_THAT(One().on({4, 5}).on({N, 2}).error("MatMul"), Contains("sum over the batch"));
  CHECK_THAT(One().on({N, 8, 3}).on({2, 3, 5}).error("MatMul"), Contains("do not broadcast"));
  CHECK_THAT(One().on({N, 4}).on({N, 4, 2}).error("MatMul"), Contains("batch would become dimension 1"));
  CHECK_THAT(One().on({N, 4}).on({}, DType::f32).error("MatMul"), Contains("scalar"));
}

TEST_CASE("broadcasting operators", "[infer]") {
  for (const char *op : {"Add", "Sub", "Mul", "Div"}) {
    CHECK(One().on({N, 8, 3}).on({3}).shape(op) == Shape{N, 8, 3});
    CHECK(One().on({1, 3}).on({N, 1}).shape(op) == Shape{N, 3});
    CHECK(One().on({N, 3}, DType::i64).on({N, 3}, DType::i64).shape(op) == Shape{N, 3});
    CHECK_THAT(One().on({N, 8, 3}).on({8}).error(op), Contains("[N, 8, 3] and [8] do not broadcast"));
    CHECK_THAT(One().on({N, 3}).on({4, 3}).error(op), Contains("both N and 4"));
    CHECK_THAT(One().on({N, 8, 3}).on({N, 3}).error(op), Contains("both 8 and N"));
    CHECK_THAT(One().on({8, 3, 2}).on({N, 2}).error(op), Contains("both 3 and N"));
    CHECK_THAT(One().on({8, 1, 2}).on({N, 2}).error(op), Contains("batch would become dimension 1"));
    CHECK_THAT(One().on({N, 3}).on({N, 3}, DType::i64).error(op), Contains("int64"));
    CHECK_THAT(One().on({N, 3}, DType::u8).on({N, 3}, DType::u8).error(op), Contains("uint8"));
  }
}

TEST_CASE("BatchNormalization", "[infer]") {
  const auto bn = [](const Shape &x, int64_t c) { return One().on(x).on({c}).on({c}).on({c}).on({c}); };
  CHECK(bn({N, 3}, 3).shape("BatchNormalization") == Shape{N, 3});
  CHECK(bn({N, 3, 9, 9}, 3).shape("BatchNormalization") == Shape{N, 3, 9, 9});
  CHECK_THAT(bn({N, 8, 3}, 3).error("BatchNormalization"), Contains("8 channels need [8]"));
  CHECK_THAT(bn({N}, 3).error("BatchNormalization"), Contains("two dimensions"));
  CHECK_THAT(bn({N, 3}, 3).error("BatchNormalization", {{"epsilon", -1.0F}}), Contains("epsilon"));
  CHECK_THAT(bn({N, 3}, 3).error("BatchNormalization", {{"momentum", 1.5F}}), Contains("momentum"));
  CHECK_THAT(One().on({N, 3}).on({3}).on({3}).on({3}).error("BatchNormalization"), Contains("4 inputs, it takes 5"));
}

TEST_CASE("Softmax", "[infer]") {
  One o;
  CHECK(o.on({N, 2, 5}).shape("Softmax") == Shape{N, 2, 5});
  CHECK(o.node().integer("axis") == 2);
  CHECK(One().on({N, 5}).shape("LogSoftmax", {{"axis", int64_t{1}}}) == Shape{N, 5});
  CHECK_THAT(One().on({N, 5}).error("Softmax", {{"axis", int64_t{0}}}), Contains("the batch"));
  CHECK_THAT(One().on({N, 5}).error("Softmax", {{"axis", int64_t{2}}}), Contains("[-2, 1]"));
}

TEST_CASE("Flatten and Transpose", "[infer]") {
  CHECK(One().on({N, 8, 9, 9}).shape("Flatten") == Shape{N, 648});
  CHECK(One().on({N}).shape("Flatten") == Shape{N, 1});
  CHECK(One().on({2, 3, 4}).shape("Flatten", {{"axis", int64_t{-1}}}) == Shape{6, 4});
  CHECK_THAT(One().on({N, 8, 9}).error("Flatten", {{"axis", int64_t{2}}}), Contains("mix the batch"));
  CHECK_THAT(One().on({N, 8, 9}).error("Flatten", {{"axis", int64_t{0}}}), Contains("mix the batch"));
  CHECK_THAT(One().on({N, 8}).error("Flatten", {{"axis", int64_t{3}}}), Contains("[-2, 2]"));
  CHECK(One().on({N, 8, 3}).shape("Transpose", {{"perm", Shape{0, 2, 1}}}) == Shape{N, 3, 8});
  CHECK(One().on({2, 3}).shape("Transpose") == Shape{3, 2});
  CHECK_THAT(One().on({N, 8, 3}).error("Transpose"), Contains("batch would become dimension 2"));
  CHECK_THAT(One().on({N, 8, 3}).error("Transpose", {{"perm", Shape{0, 1, 1}}}), Contains("no permutation"));
  CHECK_THAT(One().on({N, 8, 3}).error("Transpose", {{"perm", Shape{0, 1}}}), Contains("no permutation"));
  CHECK_THAT(One().on({N, 8, 3}).error("Transpose", {{"perm", Shape{0, 1, 7}}}), Contains("no permutation"));
}

TEST_CASE("Reshape", "[infer]") {
  CHECK(One().on({N, 12}).list({0, 3, 4}).shape("Reshape") == Shape{N, 3, 4});
  CHECK(One().on({N, 12}).list({-1, 3, 4}).shape("Reshape") == Shape{N, 3, 4});
  CHECK(One().on({N, 12}).list({0, -1, 4}).shape("Reshape") == Shape{N, 3, 4});
  CHECK(One().on({N, 3, 4}).list({0, 0, -1, 2}).shape("Reshape") == Shape{N, 3, 2, 2});
  CHECK(One().on({6, 2}).list({-1, 3}).shape("Reshape") == Shape{4, 3});
  CHECK(One().on({N}).list({0, 1}).shape("Reshape") == Shape{N, 1});
  CHECK(One().on({1}).list({}).shape("Reshape") == Shape{});
  const auto refused = [](const Shape &x, const std::vector<int64_t> &to) {
    return One().on(x).list(to).error("Reshape");
  };
  CHECK_THAT(refused({N, 12}, {-1, 3}), Contains("mix the batch"));
  CHECK_THAT(refused({N, 12}, {3, -1}), Contains("does not keep the batch"));
  CHECK_THAT(refused({N, 12}, {12}), Contains("does not keep the batch"));
  CHECK_THAT(refused({N, 12}, {}), Contains("does not keep the batch"));
  CHECK_THAT(refused({N, 12}, {0, 5, -1}), Contains("open dimension"));
  CHECK_THAT(refused({N, 12}, {0, 5}), Contains("has 5 elements, the input [N, 12] has 12 a sample"));
  CHECK_THAT(refused({N, 12}, {0, -1, -1}), Contains("more than one"));
  CHECK_THAT(refused({N, 12}, {-1, -1, 12}), Contains("more than one"));
  CHECK_THAT(refused({N, 12}, {0, 12, 0}), Contains("keeps dimension 2"));
  CHECK_THAT(refused({N, 12}, {0, -2}), Contains("-2"));
  CHECK_THAT(refused({N, 12}, {0, INT64_MAX, INT64_MAX}), Contains("2^40"));
  CHECK_THAT(refused({N, 12}, {0, 1, 1, 1, 1, 1, 1, 1, 12}), Contains("at most 8"));
  CHECK_THAT(One().on({N, 12}).on({3}).error("Reshape"), Contains("must be a constant"));
  CHECK_THAT(One().on({N, 12}).on({3}, DType::i32).error("Reshape"), Contains("list of int64"));
}

TEST_CASE("Concat and Identity", "[infer]") {
  One o;
  CHECK(o.on({N, 2, 3}).on({N, 2, 5}).shape("Concat", {{"axis", int64_t{-1}}}) == Shape{N, 2, 8});
  CHECK(o.node().integer("axis") == 2);
  CHECK(One().on({N, 2}).shape("Concat", {{"axis", int64_t{1}}}) == Shape{N, 2});
  CHECK_THAT(One().on({N, 2}).on({N, 2}).error("Concat", {{"axis", int64_t{0}}}), Contains("the batch"));
  CHECK_THAT(One().on({N, 2}).on({N, 2}).error("Concat"), Contains("'axis' is missing"));
  CHECK_THAT(One().on({N, 2, 3}).on({N, 3, 3}).error("Concat", {{"axis", int64_t{2}}}), Contains("does not join"));
  CHECK_THAT(One().on({N, 2}).on({N, 2, 1}).error("Concat", {{"axis", int64_t{1}}}), Contains("does not join"));
  CHECK_THAT(One().on({N, 2}).none().error("Concat", {{"axis", int64_t{1}}}),
             Contains("no error"));  // trailing: dropped
  CHECK_THAT(One().on({N, 2}).none().on({N, 2}).error("Concat", {{"axis", int64_t{1}}}),
             Contains("input 1 is missing"));
  CHECK(One().on({N, 2}, DType::boolean).shape("Identity") == Shape{N, 2});
}

TEST_CASE("reductions", "[infer]") {
  for (const char *op : {"ReduceMean", "ReduceMax", "ReduceSum"}) {
    CHECK(One().on({N, 8, 3}).shape(op, {{"axes", Shape{1}}, {"keepdims", int64_t{0}}}) == Shape{N, 3});
    CHECK(One().on({N, 8, 3}).shape(op, {{"axes", Shape{-1}}}) == Shape{N, 8, 1});
    CHECK(One().on({N, 8}).shape(op, {{"keepdims", int64_t{0}}}) == Shape{});
    CHECK(One().on({N, 8}).shape(op) == Shape{1, 1});
    One normal;
    normal.on({N, 8, 3}).shape(op, {{"axes", Shape{-1, 1}}});
    CHECK(normal.node().integers("axes") == Shape{1, 2});
    CHECK_THAT(One().on({N, 8}).error(op, {{"axes", Shape{2}}}), Contains("axes contain 2"));
    CHECK_THAT(One().on({N, 8}).error(op, {{"axes", Shape{1, -1}}}), Contains("twice"));
    CHECK_THAT(One().on({N, 8}).error(op, {{"keepdims", int64_t{2}}}), Contains("keepdims = 2"));
    CHECK_THAT(One().on({N, 8}, DType::u8).error(op), Contains("uint8"));
  }
  One sum;
  CHECK(sum.on({N, 8, 3}).list({1}).shape("ReduceSum", {{"keepdims", int64_t{0}}}) == Shape{N, 3});
  CHECK(sum.node().integers("axes") == Shape{1});
  CHECK(sum.node().inputs.size() == 1);
  CHECK_THAT(One().on({N, 8}).on({2}).error("ReduceSum"), Contains("must be a constant"));
  CHECK_THAT(One().on({N, 8}).list({1}).error("ReduceSum", {{"axes", Shape{1}}}), Contains("twice"));
  CHECK_THAT(One().on({N, 8}).error("ReduceSum", {{"noop_with_empty_axes", int64_t{1}}}), Contains("Identity"));
  CHECK_THAT(One().on({N, 8}).list({1}).error("ReduceMean"), Contains("2 inputs"));
}

TEST_CASE("pooling", "[infer]") {
  for (const char *op : {"MaxPool", "AveragePool"}) {
    CHECK(One().on({N, 4, 9, 9}).shape(op, {{"kernel_shape", Shape{2, 2}}, {"strides", Shape{2, 2}}}) ==
          Shape{N, 4, 4, 4});
    CHECK(One()
              .on({N, 4, 9, 9})
              .shape(op, {{"kernel_shape", Shape{2, 2}}, {"strides", Shape{2, 2}}, {"ceil_mode", int64_t{1}}}) ==
          Shape{N, 4, 5, 5});
    CHECK(One().on({N, 4, 9}).shape(op, {{"kernel_shape", Shape{3}}, {"pads", Shape{1, 1}}}) == Shape{N, 4, 9});
    CHECK_THAT(One().on({N, 4, 9}).error(op), Contains("'kernel_shape' is missing"));
    CHECK_THAT(One().on({N, 4, 9}).error(op, {{"kernel_shape", Shape{2}}, {"pads", Shape{2, 0}}}),
               Contains("padding only"));
    CHECK_THAT(One().on({N, 4, 3}).error(op, {{"kernel_shape", Shape{4}}}), Contains("does not fit"));
    CHECK_THAT(One().on({N, 4}).error(op, {{"kernel_shape", Shape{}}}), Contains("[N, C, L]"));
  }
  CHECK(One().on({N, 4, 9}).shape("MaxPool", {{"kernel_shape", Shape{3}}, {"dilations", Shape{2}}}) == Shape{N, 4, 5});
  CHECK_THAT(One().on({N, 4, 9}).error("AveragePool", {{"kernel_shape", Shape{3}}, {"dilations", Shape{2}}}),
             Contains("no attribute"));
  CHECK_THAT(One().on({N, 4, 9}).error("MaxPool", {{"kernel_shape", Shape{3}}, {"storage_order", int64_t{1}}}),
             Contains("storage_order"));
}

TEST_CASE("SoftmaxCrossEntropyLoss", "[infer]") {
  CHECK(One().on({N, 5}).on({N}, DType::i64).shape("SoftmaxCrossEntropyLoss") == Shape{});
  CHECK(One().on({N, 5, 7}).on({N, 7}, DType::i64).shape("SoftmaxCrossEntropyLoss") == Shape{});
  CHECK_THAT(One().on({N, 5}).on({N}).error("SoftmaxCrossEntropyLoss"), Contains("int64 class numbers"));
  CHECK_THAT(One().on({N, 5}).on({N, 5}, DType::i64).error("SoftmaxCrossEntropyLoss"), Contains("need [N]"));
  CHECK_THAT(One().on({N, 5}).on({N}, DType::i64).error("SoftmaxCrossEntropyLoss", {{"reduction", std::string("sum")}}),
             Contains("'mean'"));
  CHECK_THAT(One().on({N, 5}).on({N}, DType::i64).on({5}).error("SoftmaxCrossEntropyLoss"), Contains("class weights"));
  CHECK_THAT(One().on({N}).on({N}, DType::i64).error("SoftmaxCrossEntropyLoss"), Contains("[N, C]"));
}

TEST_CASE("activations and Quant", "[infer]") {
  for (const char *op : {"Relu", "LeakyRelu", "Gelu", "Sigmoid", "Tanh"}) {
    CHECK(One().on({N, 5}).shape(op) == Shape{N, 5});
    CHECK(One().on({N, 5}, DType::f64).shape(op) == Shape{N, 5});
    CHECK_THAT(One().on({N, 5}, DType::i64).error(op), Contains("float32 or float64"));
  }
  CHECK_THAT(One().on({N, 5}).error("Gelu", {{"approximate", std::string("tanh")}}), Contains("'tanh'"));
  const auto quant = [](const Shape &scale, Attributes a) {
    return One().on({N, 5}).on(scale).on({}).on({}).error("Quant", std::move(a), NAC_DOMAIN_QONNX);
  };
  CHECK(quant({5}, {}) == "no error");
  CHECK_THAT(quant({4}, {}), Contains("does not broadcast to x"));
  CHECK_THAT(quant({1, 1, 5}, {}), Contains("does not broadcast to x"));
  CHECK_THAT(quant({5}, {{"narrow", int64_t{2}}}), Contains("narrow = 2"));
  CHECK_THAT(quant({5}, {{"rounding_mode", std::string("UPWARDS")}}), Contains("ROUND_TO_ZERO"));
  CHECK_THROWS_AS(One().on({N, 5}).on({5}).on({}).on({}).shape("Quant"), Error);  // only in its own domain
}

TEST_CASE("every operator of the header is there", "[infer]") {
  for (const char *op : {"Conv",       "Gemm",
                         "MatMul",     "Add",
                         "Sub",        "Mul",
                         "Div",        "BatchNormalization",
                         "Relu",       "LeakyRelu",
                         "Gelu",       "Sigmoid",
                         "Tanh",       "Softmax",
                         "LogSoftmax", "Flatten",
                         "Reshape",    "Transpose",
                         "Concat",     "ReduceMean",
                         "ReduceMax",  "ReduceSum",
                         "MaxPool",    "AveragePool",
                         "Identity",   "SoftmaxCrossEntropyLoss"})
    CHECK(find_operator("", op) != nullptr);
  CHECK(find_operator(NAC_DOMAIN_QONNX, "Quant") != nullptr);
  CHECK(find_operator(NAC_DOMAIN_NAC, "PowerOfTwo") != nullptr);
  CHECK(all_operators().size() == 28);
}

TEST_CASE("results too large to exist are refused", "[infer]") {
  const int64_t big = int64_t{1} << 30;
  CHECK_THAT(One().on({N, big, 1}).on({1, big}).error("MatMul"), Contains("2^40"));
  CHECK_THAT(One().on({N, 1, 1, 1, 1, 1, 1, 2}).on({N, 1, 1, 1, 1, 1, 1, 2}).error("Concat", {{"axis", int64_t{8}}}),
             Contains("axis = 8"));
}
