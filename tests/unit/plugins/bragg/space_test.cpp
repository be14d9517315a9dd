// SPDX-License-Identifier: Apache-2.0
#include "bragg/search_space.hpp"

#include <catch2/catch.hpp>

#include "graph/cost.hpp"
#include "kit.hpp"
#include "nac/cpp/rng.hpp"

using namespace nac::bragg;
using nac::fw::Point;
using nac::fw::Space;

namespace {

Space space_of(bool output_activation = false) {
  nac::test::attach_host();
  Space space;
  nac::space_writer writer(nac::fw::to_abi(&space));
  search_space(output_activation).write(writer);
  return space;
}

void set(Point &point, const std::string &name, double value) {
  const int32_t d = point.space().find(name);
  INFO(name);
  REQUIRE(d >= 0);
  point.set(static_cast<uint32_t>(d), value);
}

Point random_point(const Space &space, nac::rng &random) {
  Point point(space);
  for (uint32_t d = 0; d < space.dimensions().size(); ++d) {
    if (!point.active(d)) continue;
    const auto count = static_cast<uint64_t>(space.dimensions()[d].high) + 1;
    point.set(d, static_cast<double>(random.below(count)));
  }
  point.finish();
  return point;
}

}  // namespace

TEST_CASE("bragg space: Table 7 with the sets of the published search code") {
  const Space space = space_of();
  CHECK(space.dimensions().size() == 1 + 3 * (1 + 2 * 4 + 2) + 4 + 3 + 3);
  // A block: (channels x kernels x norms x acts)^2 convolutions, hidden x acts attentions, or nothing.
  const double block = 72.0 * 72.0 + 18 + 1;
  const double mlp = 5.0 * 5 * 5 * 16 * 27;
  CHECK(space.size() == 4 * block * block * block * mlp);
  CHECK(space_of(true).size() == 3 * space.size());
}

TEST_CASE("bragg space: a point becomes the network it names") {
  const Space space = space_of();
  Point p(space);
  set(p, "proj_channels", 0);  // 8
  set(p, "b0", 2);             // none
  set(p, "b1", 0);             // conv
  set(p, "b1_conv0_channels", 0), set(p, "b1_conv0_kernel", 0), set(p, "b1_conv0_norm", 0), set(p, "b1_conv0_act", 1);
  set(p, "b1_conv1_channels", 1), set(p, "b1_conv1_kernel", 1), set(p, "b1_conv1_norm", 1), set(p, "b1_conv1_act", 1);
  set(p, "b2", 1);  // attention
  set(p, "b2_attention_channels", 3), set(p, "b2_attention_act", 0);
  set(p, "fc0_width", 4), set(p, "fc0_norm", 1), set(p, "fc0_act", 1);
  set(p, "fc1_width", 3), set(p, "fc1_norm", 1), set(p, "fc1_act", 0);
  set(p, "fc2_width", 2), set(p, "fc2_norm", 0), set(p, "fc2_act", 2);
  set(p, "fc3_norm", 1);
  p.finish();
  const architecture a = search_space(false).decode(nac::point_reader(nac::fw::to_abi(&p)));
  CHECK(to_text(a) == "proj8 | conv 2k1-leaky 4k3-bn-leaky | attention 8-relu | 64-bn-leaky 32-bn-relu 16 2-bn");
  CHECK(a.slope == 0.0078125F);
}

TEST_CASE("bragg space: every random point builds or is infeasible with a reason") {
  const Space space = space_of();
  bragg_task task(nac::test::small_options());
  nac::rng random(11);
  int built = 0, infeasible = 0;
  for (int i = 0; i < 300; ++i) {
    const Point p = random_point(space, random);
    nac::fw::Graph graph;
    nac::graph_builder builder(nac::fw::to_abi(&graph));
    try {
      task.build(nac::point_reader(nac::fw::to_abi(&p)), builder);
      graph.check();
      const architecture a = search_space(false).decode(nac::point_reader(nac::fw::to_abi(&p)));
      CHECK(nac::fw::cost_of(graph).parameters == parameter_count(a));
      ++built;
    } catch (const nac::failure &e) {
      REQUIRE(e.status() == NAC_INFEASIBLE);
      CHECK_THAT(e.what(), Catch::Contains("does not fit into the"));
      ++infeasible;
    }
  }
  CHECK(built > 200);
  CHECK(infeasible > 0);
}

TEST_CASE("bragg space: four 3x3 convolutions fit, the fifth does not; parameters can be bounded") {
  architecture a;
  a.projection = 8;
  const conv_layer k3{4, 3, norm::none, nac::activation::relu};
  a.blocks = {{block_kind::conv, {k3, k3}, 0, nac::activation::none},
              {block_kind::conv, {k3, k3}, 0, nac::activation::none}};
  a.mlp = {{4, norm::none, nac::activation::relu}, {2, norm::none, nac::activation::none}};
  CHECK_NOTHROW(check_feasible(a, 1000000));
  const int64_t count = parameter_count(a);
  CHECK_NOTHROW(check_feasible(a, count));
  CHECK_THROWS_WITH(check_feasible(a, count - 1), Catch::Contains(std::to_string(count) + " parameters"));
  a.blocks.push_back({block_kind::conv, {k3}, 0, nac::activation::none});
  CHECK_THROWS_WITH(check_feasible(a, 1000000), Catch::Contains("b2, convolution 0") && Catch::Contains("1x1 map"));
}
