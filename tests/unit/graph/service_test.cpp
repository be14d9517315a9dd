// SPDX-License-Identifier: Apache-2.0
//
// nac.graph/1 as a plugin uses it.
#include <catch2/catch.hpp>

#include "graph/onnx.hpp"
#include "nac/cpp/error.hpp"
#include "nac/cpp/tensor.hpp"
#include "networks.hpp"
#include "services/graph_service.hpp"

using namespace nac::fw;

namespace {

const nac_graph_service &s = graph_service();
const nac_dtype f32 = nac::dtype_of<float>::value;

nac_attr attribute(const char *name, int32_t type, const void *data, uint64_t count) {
  return {sizeof(nac_attr), type, name, data, count};
}

/// x [N, 4] -> LeakyRelu -> Gemm -> y [N, 3]
struct Small {
  Graph graph;
  nac_graph *g = to_abi(&graph);
  nac_error err = nac::empty_error();
  nac_value x, w, h, y;
  nac_node act, gemm;

  Small() {
    const int64_t in[] = {-1, 4}, weight[] = {3, 4};
    x = s.input(g, "x", f32, in, 2, &err);
    w = s.parameter(g, "w", weight, 2, NAC_INIT_UNIFORM, 0.5, &err);
    const float alpha = 0.25F;
    const nac_attr slope = attribute("alpha", NAC_ATTR_FLOAT, &alpha, 1);
    const nac_attr *one[] = {&slope};
    act = s.node(g, "", "LeakyRelu", &x, 1, 1, one, 1, &err);
    h = s.result(g, act, 0);
    const int64_t yes = 1;
    const nac_attr trans = attribute("transB", NAC_ATTR_INT, &yes, 1);
    const nac_attr *two[] = {&trans};
    const nac_value both[] = {h, w};
    gemm = s.node(g, nullptr, "Gemm", both, 2, 1, two, 1, &err);
    y = s.result(g, gemm, 0);
    REQUIRE(s.output(g, "y", y, &err) == NAC_OK);
  }
};

}  // namespace

TEST_CASE("the whole table is filled", "[service]") {
  CHECK(s.struct_size == sizeof(nac_graph_service));
  const auto *first = reinterpret_cast<void *const *>(reinterpret_cast<const char *>(&s) + 8);
  for (std::size_t i = 0; i < (sizeof s - 8) / sizeof(void *); ++i) CHECK(first[i] != nullptr);
}

TEST_CASE("a plugin builds and reads a graph", "[service]") {
  Small m;
  CHECK(s.check(m.g, &m.err) == NAC_OK);
  CHECK(s.input_count(m.g) == 1);
  CHECK(s.input_at(m.g, 0) == m.x);
  CHECK(s.output_count(m.g) == 1);
  CHECK(s.output_at(m.g, 0) == m.y);
  CHECK(s.node_count(m.g) == 2);
  CHECK(s.node_at(m.g, 0) == m.act);
  CHECK(s.node_at(m.g, 1) == m.gemm);
  const char *domain = nullptr;
  CHECK(std::string(s.node_op(m.g, m.gemm, &domain)) == "Gemm");
  CHECK(std::string(domain).empty());
  nac_value in[4] = {};
  CHECK(s.node_inputs(m.g, m.gemm, in, 1) == 2);
  CHECK(in[0] == m.h);
  CHECK(in[1] == 0);
  CHECK(s.node_inputs(m.g, m.gemm, nullptr, 4) == 2);
  CHECK(s.node_outputs(m.g, m.gemm, in, 4) == 1);
  CHECK(in[0] == m.y);

  const char *name = nullptr;
  nac_dtype dtype{};
  int64_t shape[8] = {};
  int32_t ndim = 8;
  CHECK(s.value_info(m.g, m.y, &name, &dtype, shape, &ndim) == NAC_OK);
  CHECK(std::string(name) == "y");
  CHECK(nac::same_dtype(dtype, f32));
  CHECK(ndim == 2);
  CHECK(shape[0] == -1);
  CHECK(shape[1] == 3);
  shape[1] = 77;
  ndim = 1;
  CHECK(s.value_info(m.g, m.y, nullptr, nullptr, shape, &ndim) == NAC_OK);
  CHECK(ndim == 2);
  CHECK(shape[1] == 77);  // beyond the capacity

  CHECK(s.value_producer(m.g, m.y) == m.gemm);
  CHECK(s.value_producer(m.g, m.x) == 0);
  CHECK(s.value_trainable(m.g, m.w));
  CHECK_FALSE(s.value_trainable(m.g, m.x));
}

TEST_CASE("attributes come back with explicit defaults, and stay valid while reading", "[service]") {
  Small m;
  const nac_attr *alpha = s.node_attr(m.g, m.act, "alpha");
  const nac_attr *beta = s.node_attr(m.g, m.gemm, "beta");
  const nac_attr *trans = s.node_attr(m.g, m.gemm, "transB");
  REQUIRE(alpha != nullptr);
  REQUIRE(beta != nullptr);
  REQUIRE(trans != nullptr);
  CHECK(alpha->struct_size == sizeof(nac_attr));
  CHECK(alpha->type == NAC_ATTR_FLOAT);
  CHECK(alpha->count == 1);
  CHECK(*static_cast<const float *>(alpha->data) == 0.25F);
  CHECK(std::string(alpha->name) == "alpha");
  CHECK(*static_cast<const float *>(beta->data) == 1.0F);
  CHECK(trans->type == NAC_ATTR_INT);
  CHECK(*static_cast<const int64_t *>(trans->data) == 1);
  CHECK(s.node_attr(m.g, m.act, "alpha") == alpha);
  CHECK(s.node_attr(m.g, m.act, "slope") == nullptr);

  const int64_t in[] = {-1, 1, 5, 5}, k[] = {2, 3};
  const nac_value image = s.input(m.g, "image", f32, in, 4, &m.err);
  const nac_attr kernel = attribute("kernel_shape", NAC_ATTR_INTS, k, 2);
  const nac_attr mode = attribute("auto_pad", NAC_ATTR_STRING, "VALID", 5);
  const nac_attr *both[] = {&kernel, &mode};
  const nac_node pool = s.node(m.g, "", "MaxPool", &image, 1, 1, both, 2, &m.err);
  REQUIRE(pool != 0);
  const nac_attr *read = s.node_attr(m.g, pool, "kernel_shape");
  REQUIRE(read != nullptr);
  CHECK(read->type == NAC_ATTR_INTS);
  CHECK(read->count == 2);
  CHECK(static_cast<const int64_t *>(read->data)[1] == 3);
  read = s.node_attr(m.g, pool, "auto_pad");
  REQUIRE(read != nullptr);
  CHECK(read->type == NAC_ATTR_STRING);
  CHECK(std::string(static_cast<const char *>(read->data), read->count) == "NOTSET");
}

TEST_CASE("data goes in and out", "[service]") {
  Small m;
  CHECK(s.value_data(m.g, m.w) == nullptr);
  const std::vector<float> values(12, 2.5F);
  const nac::borrowed_view<float> view(values.data(), {3, 4});
  CHECK(s.set_data(m.g, m.w, view.get(), &m.err) == NAC_OK);
  const nac_view *read = s.value_data(m.g, m.w);
  REQUIRE(read != nullptr);
  CHECK(nac::dense<float>(*read)[11] == 2.5F);
  CHECK(read->shape[0] == 3);
  CHECK(s.value_data(m.g, m.w) == read);
  const nac::borrowed_view<float> wrong(values.data(), {4, 3});
  CHECK(s.set_data(m.g, m.w, wrong.get(), &m.err) == NAC_INVALID_ARGUMENT);
  CHECK_THAT(std::string(m.err.message), Catch::Contains("[4, 3]") && Catch::Contains("'w'"));
  CHECK(s.constant(m.g, "table", view.get(), &m.err) != 0);
}

TEST_CASE("a plugin edits a graph", "[service]") {
  Small m;
  CHECK(s.set_name(m.g, m.h, "hidden", &m.err) == NAC_OK);
  CHECK(m.graph.find("hidden") == m.h);
  const nac_node tanh = s.node(m.g, "", "Tanh", &m.h, 1, 1, nullptr, 0, &m.err);
  CHECK(s.replace_uses(m.g, m.h, s.result(m.g, tanh, 0), &m.err) == NAC_OK);
  nac_value in[2] = {};
  s.node_inputs(m.g, m.gemm, in, 2);
  CHECK(in[0] == s.result(m.g, tanh, 0));
  CHECK(s.remove(m.g, tanh, &m.err) == NAC_INVALID_ARGUMENT);
  CHECK(s.replace_uses(m.g, s.result(m.g, tanh, 0), m.h, &m.err) == NAC_OK);
  CHECK(s.remove(m.g, tanh, &m.err) == NAC_OK);
  CHECK(s.node_count(m.g) == 2);
  CHECK(s.check(m.g, &m.err) == NAC_OK);
}

TEST_CASE("ONNX goes into the plugin's sink", "[service]") {
  Small m;
  std::string out;
  nac_sink sink{&out, [](const nac_sink *self, const void *bytes, uint64_t size) -> nac_status {
                  static_cast<std::string *>(self->ctx)->append(static_cast<const char *>(bytes), size);
                  return NAC_OK;
                }};
  CHECK(s.to_onnx(m.g, &sink, &m.err) == NAC_FAILED_PRECONDITION);
  CHECK_THAT(std::string(m.err.message), Catch::Contains("'w' has no values yet"));
  initialize(m.graph, 1);
  CHECK(s.to_onnx(m.g, &sink, &m.err) == NAC_OK);
  CHECK(from_onnx(out, "sink").graph.topological().size() == 2);
  sink.write = [](const nac_sink *, const void *, uint64_t) -> nac_status { return NAC_RESOURCE_EXHAUSTED; };
  CHECK(s.to_onnx(m.g, &sink, &m.err) == NAC_RESOURCE_EXHAUSTED);
  CHECK(s.to_onnx(m.g, nullptr, &m.err) == NAC_INVALID_ARGUMENT);
}
