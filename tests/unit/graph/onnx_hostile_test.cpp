// SPDX-License-Identifier: Apache-2.0
//
// Bytes that are not a model: each is read or gives one Error that names the file. Run it under sanitizers too.
#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "graph/onnx.hpp"
#include "nac/cpp/rng.hpp"
#include "qonnx_networks.hpp"

using namespace nac::fw;
using namespace nac::fw::testing;

namespace {

/// true: refused, in the right way.
bool refuses(const std::string &bytes) {
  try {
    from_onnx(bytes, "bad.onnx").graph.check();
    return false;
  } catch (const Error &e) {
    const std::string message = e.what();
    if (message.rfind("bad.onnx: ", 0) != 0 || message.size() < 15) FAIL("poor message: " << message);
    return true;
  }
}

std::string small_model() {
  Net n;
  ValueId x = n.conv("c", n.input({1, 4, 4}), 2, 3);
  x = n.node("Gelu", {n.batch_norm("bn", x)});
  x = n.node("ReduceSum", {x}, {{"axes", Shape{2, 3}}, {"keepdims", int64_t{0}}});
  n.graph.add_output("y", n.node("Softmax", {n.linear("fc", n.reshape(x, {2}), 2)}));
  initialize(n.graph, 1);
  return to_onnx(n.graph, "", {{"k", "v"}});
}

}  // namespace

TEST_CASE("no model at all", "[onnx][hostile]") {
  CHECK(refuses(""));
  CHECK(refuses(std::string(1, '\0')));
  CHECK(refuses("hello"));
  CHECK(refuses(std::string(1000, '\xFF')));
  CHECK(refuses(std::string(100000, '\x3A')));  // the tag of a graph, over and over
  std::string nested;                           // graphs in attributes in nodes in graphs: beyond protobuf's depth
  for (int i = 0; i < 300; ++i) {
    const auto wrap = [&nested](char tag) {
      std::string length;
      for (std::size_t n = nested.size(); length.empty() || n > 0; n >>= 7)
        length += static_cast<char>((n & 127u) | (n > 127 ? 128u : 0u));
      nested = tag + length + nested;
    };
    wrap(i == 299 ? '\x3A' : '\x32');
    if (i < 299) wrap('\x2A'), wrap('\x0A');
  }
  CHECK(refuses(nested));
}

TEST_CASE("every truncation of a model is refused", "[onnx][hostile]") {
  const std::string good = small_model();
  REQUIRE_FALSE(refuses(good));
  std::size_t accepted = 0;
  for (std::size_t size = 0; size < good.size(); ++size) accepted += refuses(good.substr(0, size)) ? 0 : 1;
  // What follows the graph and the opset is optional.
  CHECK(accepted <= 30);
}

TEST_CASE("mutated models are read or refused", "[onnx][hostile]") {
  const std::string good = GENERATE(small_model(), to_qonnx(quantized_signal("AP_RND"), {true}));
  REQUIRE_FALSE(refuses(good));
  nac::rng random(nac::stream_key(20240711));
  int refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = good;
    const auto edits = 1 + random.below(4);
    for (uint64_t e = 0; e < edits; ++e) {
      const std::size_t at = random.below(bytes.size());
      switch (random.below(5)) {
        case 0: bytes[at] = static_cast<char>(random.below(256)); break;
        case 1: bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8))); break;
        case 2: bytes.erase(at, 1 + random.below(8)); break;
        case 3: bytes.insert(at, bytes.substr(random.below(bytes.size()), 1 + random.below(40))); break;
        default: bytes.insert(at, 1, static_cast<char>(random.below(256))); break;
      }
      if (bytes.empty()) bytes = "x";
    }
    refused += refuses(bytes) ? 1 : 0;
  }
  CHECK(refused > 10000);  // the test mutates something that matters
}

TEST_CASE("random bytes are refused", "[onnx][hostile]") {
  nac::rng random(nac::stream_key(1));
  for (int round = 0; round < 2000; ++round) {
    std::string bytes(random.below(300), '\0');
    for (char &c : bytes) c = static_cast<char>(random.below(256));
    CHECK(refuses(bytes));
  }
}
