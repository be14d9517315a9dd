// SPDX-License-Identifier: Apache-2.0
//
// nac.graph/1 against plugins that get everything wrong: a status and a message, never a crash or an exception.
#include <catch2/catch.hpp>

#include <cmath>

#include "nac/cpp/error.hpp"
#include "nac/cpp/rng.hpp"
#include "nac/cpp/tensor.hpp"
#include "networks.hpp"
#include "services/graph_service.hpp"

using namespace nac::fw;
using Catch::Contains;

namespace {

const nac_graph_service &s = graph_service();
const nac_dtype f32 = nac::dtype_of<float>::value;
const int64_t row[] = {-1, 4};

struct Fixture {
  Graph graph;
  nac_graph *g = to_abi(&graph);
  nac_error err = nac::empty_error();
  nac_value x = s.input(g, "x", f32, row, 2, &err);
  std::string message() const { return err.message; }
  nac_node add(const char *op, const nac_attr *const *attrs, uint32_t count) {
    err = nac::empty_error();
    return s.node(g, "", op, &x, 1, 1, attrs, count, &err);
  }
};

}  // namespace

TEST_CASE("NULL graphs", "[service][abuse]") {
  nac_error err = nac::empty_error();
  nac_value id = 1;
  nac_graph *none = nullptr;
  const std::vector<float> data(4);
  const nac::borrowed_view<float> view(data.data(), {4});
  CHECK(s.input(none, "x", f32, row, 2, &err) == 0);
  CHECK_THAT(std::string(err.message), Contains("graph is NULL"));
  CHECK(err.code == NAC_INVALID_ARGUMENT);
  CHECK(s.constant(none, "x", view.get(), &err) == 0);
  CHECK(s.parameter(none, "x", row, 2, 0, 0, &err) == 0);
  CHECK(s.node(none, "", "Relu", &id, 1, 1, nullptr, 0, &err) == 0);
  CHECK(s.result(none, 1, 0) == 0);
  CHECK(s.output(none, "y", 1, &err) == NAC_INVALID_ARGUMENT);
  CHECK(s.input_count(none) == 0);
  CHECK(s.input_at(none, 0) == 0);
  CHECK(s.output_count(none) == 0);
  CHECK(s.output_at(none, 0) == 0);
  CHECK(s.node_count(none) == 0);
  CHECK(s.node_at(none, 0) == 0);
  CHECK(s.node_op(none, 1, nullptr) == nullptr);
  CHECK(s.node_inputs(none, 1, &id, 1) == 0);
  CHECK(s.node_outputs(none, 1, &id, 1) == 0);
  CHECK(s.node_attr(none, 1, "a") == nullptr);
  CHECK(s.value_info(none, 1, nullptr, nullptr, nullptr, nullptr) == NAC_INVALID_ARGUMENT);
  CHECK(s.value_producer(none, 1) == 0);
  CHECK_FALSE(s.value_trainable(none, 1));
  CHECK(s.value_data(none, 1) == nullptr);
  CHECK(s.set_name(none, 1, "a", &err) == NAC_INVALID_ARGUMENT);
  CHECK(s.replace_uses(none, 1, 2, &err) == NAC_INVALID_ARGUMENT);
  CHECK(s.set_data(none, 1, view.get(), &err) == NAC_INVALID_ARGUMENT);
  CHECK(s.remove(none, 1, &err) == NAC_INVALID_ARGUMENT);
  CHECK(s.check(none, &err) == NAC_INVALID_ARGUMENT);
  CHECK(s.to_onnx(none, nullptr, &err) == NAC_INVALID_ARGUMENT);
}

TEST_CASE("NULL and absurd arguments", "[service][abuse]") {
  Fixture f;
  REQUIRE(f.x != 0);
  CHECK(s.input(f.g, nullptr, f32, nullptr, 2, &f.err) == 0);
  CHECK_THAT(f.message(), Contains("is NULL"));
  CHECK(s.input(f.g, nullptr, f32, row, 2, nullptr) != 0);  // NULL name and NULL error are fine
  CHECK(s.input(f.g, nullptr, f32, row, -1, nullptr) == 0);
  CHECK(s.input(f.g, nullptr, f32, row, INT32_MAX, &f.err) == 0);
  CHECK_THAT(f.message(), Contains("0 to 8"));
  CHECK(s.input(f.g, "z", {9, 200, 77}, row, 2, &f.err) == 0);
  CHECK_THAT(f.message(), Contains("element type"));
  const int64_t huge[] = {-1, INT64_MAX, INT64_MAX, INT64_MIN};
  CHECK(s.input(f.g, "z", f32, huge, 3, &f.err) == 0);
  CHECK(s.input(f.g, "z", f32, huge, 4, &f.err) == 0);
  CHECK(s.parameter(f.g, "z", huge + 1, 2, 0, 0, &f.err) == 0);
  CHECK(s.parameter(f.g, "z", row + 1, 1, 12345, 0, &f.err) == 0);
  CHECK(s.parameter(f.g, "z", row + 1, 1, NAC_INIT_NORMAL, INFINITY, &f.err) == 0);
  CHECK(s.constant(f.g, "z", nullptr, &f.err) == 0);
  CHECK(s.set_data(f.g, f.x, nullptr, &f.err) == NAC_INVALID_ARGUMENT);
  CHECK(s.set_name(f.g, f.x, nullptr, &f.err) == NAC_INVALID_ARGUMENT);
  CHECK(s.output(f.g, nullptr, f.x, &f.err) == NAC_INVALID_ARGUMENT);
  CHECK(s.node(f.g, nullptr, nullptr, &f.x, 1, 1, nullptr, 0, &f.err) == 0);
  CHECK(s.node(f.g, "", "Relu", nullptr, 1, 1, nullptr, 0, &f.err) == 0);
  CHECK(s.node(f.g, "", "Concat", &f.x, UINT32_MAX, 1, nullptr, 0, &f.err) == 0);
  CHECK(s.node(f.g, "", "Relu", &f.x, 1, UINT32_MAX, nullptr, 0, &f.err) == 0);
  CHECK(f.graph.values().size() == 2);
}

TEST_CASE("malformed attributes", "[service][abuse]") {
  Fixture f;
  const float value = 0.5F;
  nac_attr a{sizeof(nac_attr), NAC_ATTR_FLOAT, "alpha", &value, 1};
  const nac_attr *list[] = {&a, &a};
  const auto refused = [&](const char *why) {
    CHECK(f.add("LeakyRelu", list, 1) == 0);
    CHECK_THAT(f.message(), Contains(why));
  };
  SECTION("list") {
    CHECK(f.add("LeakyRelu", nullptr, 1) == 0);
    CHECK_THAT(f.message(), Contains("NULL"));
  }
  SECTION("entry") { list[0] = nullptr, refused("attribute 0 is NULL"); }
  SECTION("number") {
    CHECK(f.add("LeakyRelu", list, UINT32_MAX) == 0);
    CHECK_THAT(f.message(), Contains("at most"));
  }
  SECTION("twice") {
    CHECK(f.add("LeakyRelu", list, 2) == 0);
    CHECK_THAT(f.message(), Contains("twice"));
  }
  SECTION("name") { a.name = nullptr, refused("no name"); }
  SECTION("data") { a.data = nullptr, refused("no data"); }
  SECTION("size") { a.struct_size = 8, refused("struct_size 8"); }
  SECTION("type") { a.type = 99, refused("type 99"); }
  SECTION("count") { a.count = 2, refused("2 values"); }
  SECTION("empty") { a.count = 0, refused("0 values"); }
  SECTION("long list") {
    a.type = NAC_ATTR_FLOATS;
    a.count = UINT64_MAX;
    refused("at most");
  }
  SECTION("unaligned data") {
    char bytes[sizeof(float) + 1];
    std::memcpy(bytes + 1, &value, sizeof value);
    a.data = bytes + 1;
    CHECK(f.add("LeakyRelu", list, 1) != 0);
  }
}

TEST_CASE("errors that are too small or missing", "[service][abuse]") {
  Fixture f;
  nac_error small = nac::empty_error();
  small.struct_size = 8;  // an error struct of a caller that knows no message
  CHECK(s.set_name(f.g, 99, "a", &small) == NAC_INVALID_ARGUMENT);
  CHECK(small.message[0] == '\0');
  CHECK(s.set_name(f.g, 99, "a", nullptr) == NAC_INVALID_ARGUMENT);
  // A message longer than its buffer ends at a character.
  const std::string name(300, 'x');
  s.set_name(f.g, f.x,
             (name +
              "\xC3\xBC"
              "" +
              name +
              "\xC3\xBC"
              "")
                 .c_str(),
             &f.err);
  nac_value many[30];
  for (nac_value &v : many) v = f.x;
  CHECK(s.node(f.g, "", "Concat", many, 30, 1, nullptr, 0, &f.err) == 0);
  CHECK(f.err.code == NAC_INVALID_ARGUMENT);
  CHECK(std::strlen(f.err.message) < sizeof f.err.message);
}

TEST_CASE("ids that do not exist", "[service][abuse]") {
  Fixture f;
  const nac_node relu = f.add("Relu", nullptr, 0);
  for (const uint32_t id : {0U, 77U, UINT32_MAX}) {
    CHECK(s.result(f.g, id, 0) == 0);
    CHECK(s.output(f.g, "y", id, &f.err) == NAC_INVALID_ARGUMENT);
    CHECK(s.input_at(f.g, id == 0 ? 1 : id) == 0);
    CHECK(s.node_at(f.g, id == 0 ? 1 : id) == 0);
    CHECK(s.node_op(f.g, id, nullptr) == nullptr);
    CHECK(s.node_attr(f.g, id, "alpha") == nullptr);
    CHECK(s.value_info(f.g, id, nullptr, nullptr, nullptr, nullptr) == NAC_INVALID_ARGUMENT);
    CHECK(s.value_data(f.g, id) == nullptr);
    CHECK(s.replace_uses(f.g, id, f.x, &f.err) == NAC_INVALID_ARGUMENT);
    CHECK(s.replace_uses(f.g, f.x, id, &f.err) == NAC_INVALID_ARGUMENT);
    CHECK(s.remove(f.g, id, &f.err) == NAC_INVALID_ARGUMENT);
  }
  CHECK(s.result(f.g, relu, 1) == 0);
  CHECK(s.node_attr(f.g, relu, nullptr) == nullptr);
}

TEST_CASE("loans end with the next edit, and copies have none", "[service][abuse]") {
  Fixture f;
  const nac_node relu = f.add("LeakyRelu", nullptr, 0);
  CHECK(s.node_count(f.g) == 1);
  REQUIRE(s.node_attr(f.g, relu, "alpha") != nullptr);
  const Graph copy = f.graph;
  CHECK(copy.lent() == nullptr);
  CHECK(f.graph.lent() != nullptr);
  const nac_value h = s.result(f.g, relu, 0);
  CHECK(s.node(f.g, "", "Tanh", &h, 1, 1, nullptr, 0, &f.err) != 0);
  CHECK(f.graph.lent() == nullptr);
  CHECK(s.node_count(f.g) == 2);
  CHECK(s.node_count(to_abi(&copy)) == 1);
}

TEST_CASE("random calls leave a consistent graph", "[service][abuse]") {
  nac::rng random(nac::stream_key(99));
  const char *ops[] = {"Relu",    "Add",       "MatMul",   "Gemm", "Flatten", "Concat",
                       "Softmax", "ReduceSum", "Identity", "Conv", "?"};
  for (int round = 0; round < 60; ++round) {
    Fixture f;
    for (int call = 0; call < 120; ++call) {
      const auto some = [&] { return static_cast<uint32_t>(random.below(call / 2 + 4)); };
      const nac_value ids[] = {some(), some(), some()};
      int64_t shape[3];
      for (int64_t &d : shape) d = static_cast<int64_t>(random.below(6)) - 1;
      const int64_t axis = static_cast<int64_t>(random.below(5)) - 2;
      const nac_attr a{sizeof a, NAC_ATTR_INT, random.chance(0.5) ? "axis" : "transB", &axis, 1};
      const nac_attr *list[] = {&a};
      switch (random.below(9)) {
        case 0: s.input(f.g, "", f32, shape, static_cast<int32_t>(random.below(4)), nullptr); break;
        case 1: s.parameter(f.g, "", shape, static_cast<int32_t>(random.below(4)), 0, 0, nullptr); break;
        case 2: s.output(f.g, "", some(), nullptr); break;
        case 3: s.replace_uses(f.g, some(), some(), nullptr); break;
        case 4: s.remove(f.g, some(), nullptr); break;
        case 5: s.set_name(f.g, some(), random.chance(0.5) ? "a" : "b", nullptr); break;
        default:
          s.node(f.g, "", ops[random.below(std::size(ops))], ids, static_cast<uint32_t>(random.below(4)), 1, list,
                 static_cast<uint32_t>(random.below(2)), nullptr);
      }
    }
    // Only what a graph under construction may lack can be wrong.
    nac_error err = nac::empty_error();
    if (s.check(f.g, &err) != NAC_OK)
      CHECK_THAT(f.message() + err.message, Contains("no output") || Contains("used by no node"));
    for (uint32_t i = 0; i < s.node_count(f.g); ++i) CHECK(s.node_op(f.g, s.node_at(f.g, i), nullptr) != nullptr);
  }
}
