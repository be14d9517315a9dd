// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <cmath>

#include "graph/graph.hpp"
#include "networks.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;

TEST_CASE("start values depend on seed and name alone", "[graph][initialize]") {
  Graph a = jets("Large"), b = jets("Large"), c = jets("Medium");
  initialize(a, 7);
  initialize(b, 8);
  initialize(c, 7);
  const auto data = [](const Graph &g, const char *name) { return *g.value(g.find(name)).data; };
  CHECK_FALSE(data(a, "phi0.weight") == data(b, "phi0.weight"));
  CHECK_FALSE(data(a, "rho2.bias") == data(a, "rho0.bias").rows(0, 64));
  // the same name in a different network: the same stream
  CHECK(data(a, "phi0.bias").data<float>()[3] == data(c, "phi0.bias").data<float>()[3]);
  CHECK(data(a, "phi0_bn.weight").data<float>()[0] == 1);
  CHECK(data(a, "phi0_bn.bias").data<float>()[0] == 0);
}

TEST_CASE("distributions are those asked for, and data that is there stays", "[graph][initialize]") {
  Graph g;
  const ValueId u = g.add_parameter("u", {20000}, {NAC_INIT_UNIFORM, 0.5});
  const ValueId n = g.add_parameter("n", {20000}, {NAC_INIT_NORMAL, 2});
  const ValueId kept = g.add_parameter("kept", {1}, {NAC_INIT_ONES, 0});
  g.set_data(kept, Tensor::of<float>({1}, {5}));
  initialize(g, 3);
  CHECK(g.value(kept).data->data<float>()[0] == 5);
  double sum = 0, squares = 0, low = 1, high = -1;
  for (int i = 0; i < 20000; ++i) {
    const double x = g.value(u).data->data<float>()[i], y = g.value(n).data->data<float>()[i];
    low = std::min(low, x);
    high = std::max(high, x);
    sum += y;
    squares += y * y;
  }
  CHECK(low >= -0.5);
  CHECK(low < -0.499);
  CHECK(high <= 0.5);
  CHECK(high > 0.499);
  CHECK(std::abs(sum / 20000) < 0.06);  // 4 sigma
  CHECK(std::sqrt(squares / 20000) == Approx(2).epsilon(0.02));
  g.clear_data(u);
  CHECK_FALSE(g.value(u).data.has_value());
}
