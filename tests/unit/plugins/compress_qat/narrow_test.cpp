// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "small_net.hpp"

using namespace nac::fw;

namespace {

/// Bits of a.weight, b.weight, input and hidden.
std::vector<int> widths(const kit::SmallNet &net, const Graph &graph) {
  return {kit::width_of(graph, kit::quant_after(graph, graph.find("a.weight"))),
          kit::width_of(graph, kit::quant_after(graph, graph.find("b.weight"))),
          kit::width_of(graph, kit::quant_after(graph, net.x)),
          kit::width_of(graph, kit::quant_after(graph, net.relu))};
}

/// A host where every bit of a.weight costs 10, of the others 1, and error rises with each bit that b.weight and the
/// activations lack.
std::shared_ptr<kit::FakeObserver> host_of(const kit::SmallNet &net, double per_bit) {
  auto watch = std::make_shared<kit::FakeObserver>();
  watch->priced = [&net](const Graph &g) {
    const std::vector<int> w = widths(net, g);
    return 10.0 * w[0] + w[1] + w[2] + w[3];
  };
  watch->measured = [&net, per_bit](const Graph &g) {
    const std::vector<int> w = widths(net, g);
    return std::vector<double>{1 + per_bit * ((8 - w[1]) + (8 - w[2]) + (8 - w[3])) + (w[0] < 5 ? 1.0 : 0.0)};
  };
  return watch;
}

const kit::Parameters kMixed{{"mixed", true}, {"loss_budget", 0.1}, {"mixed_changes", int64_t{2}}};

}  // namespace

TEST_CASE("qat: mixed precision takes the bits that save most for their error") {
  kit::SmallNet net;
  kit::Pass pass("qat", kMixed, host_of(net, 0.04));
  CHECK(pass.step(net.graph, 1).train_epochs == 20);
  CHECK(widths(net, net.graph) == std::vector<int>{8, 8, 8, 8});
  const int before = kit::fraction_of(net.graph, kit::quant_after(net.graph, net.relu));
  CHECK(pass.step(net.graph, 1).train_epochs == 5);
  CHECK(widths(net, net.graph) == std::vector<int>{6, 8, 8, 8});  // free and dear
  CHECK(pass.step(net.graph, 1).train_epochs == 5);
  const std::vector<int> third = widths(net, net.graph);
  CHECK(third[0] == 5);  // the fourth bit would cost an error of 1
  CHECK(third[1] + third[2] + third[3] == 23);
  CHECK(kit::fraction_of(net.graph, kit::quant_after(net.graph, net.relu)) == before - (8 - third[3]));
  const kit::CompressStep lost = pass.step(net.graph, 1.2);  // beyond 10 %
  CHECK(lost.undo);
  CHECK(lost.train_epochs == 0);
  CHECK(pass.step(net.graph, 1).finished);
}

TEST_CASE("qat: mixed precision ends where every bit costs too much") {
  kit::SmallNet net;
  kit::Pass pass("qat", kMixed, host_of(net, 10));
  pass.step(net.graph, 1);
  pass.step(net.graph, 1);
  CHECK_FALSE(pass.step(net.graph, 1).finished);
  CHECK(widths(net, net.graph) == std::vector<int>{5, 8, 8, 8});
  CHECK(pass.step(net.graph, 1).finished);
}
