// SPDX-License-Identifier: Apache-2.0
#include "verify/probe_networks.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "fixed/integer_model.hpp"
#include "verify/backend_object.hpp"
#include "verify/probe_model.hpp"

using namespace nac::fw;
using namespace nac::fw::verify;

TEST_CASE("deployed probe networks can be run by the host, in float64 as in float32") {
  for (const ProbeNetwork &network : probe_networks(3)) {
    INFO(network.name);
    network.graph.check();
    if (!network.deployed) continue;
    const std::vector<Tensor> inputs = probe_rows(network.graph, 3), exact = host_outputs(network.graph, inputs);
    const std::vector<Tensor> rounded = IntegerModel(network.graph).run(inputs);
    REQUIRE(exact.size() == 1);
    REQUIRE(exact[0].shape() == rounded[0].shape());
    std::set<double> seen;
    for (int64_t i = 0; i < exact[0].elements(); ++i) {
      CHECK(static_cast<float>(exact[0].data<double>()[i]) == rounded[0].data<float>()[i]);
      seen.insert(exact[0].data<double>()[i]);
    }
    CHECK(seen.size() > 20);  // a backend that computes a constant is found out
  }
}

TEST_CASE("probe networks depend on the seed alone") {
  const std::vector<ProbeNetwork> a = probe_networks(5), b = probe_networks(5), c = probe_networks(6);
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(signature_of(a[i].graph) == signature_of(b[i].graph));
    CHECK(signature_of(a[i].graph) != signature_of(c[i].graph));
    CHECK(probe_rows(a[i].graph, 1) == probe_rows(b[i].graph, 1));
  }
}

TEST_CASE("an enlarged layer has more of everything") {
  const Graph small = probe_layer(1, 1), large = probe_layer(1, 4);
  CHECK(small.value(small.outputs()[0]).shape == Shape{-1, 3});
  CHECK(large.value(large.inputs()[0]).shape == Shape{-1, 16});
  CHECK(large.value(large.outputs()[0]).shape == Shape{-1, 12});
}
