// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "hls_backend/model/builder.hpp"
#include "hls_backend/model/evaluate.hpp"
#include "hls_backend/model/reuse.hpp"
#include "nac/cpp/error.hpp"
#include "sample_models.hpp"

using namespace nac::hls;

TEST_CASE("the proofs of every sample model hold on corners and random samples") {
  for (const auto &sample : hls_tests::sample_models()) {
    INFO(sample.name);
    const model m = sample.make(options());
    for (const auto &inputs : hls_tests::samples_for(m, 200)) CHECK_NOTHROW(evaluate(m, inputs));
  }
}

TEST_CASE("steps join the layer before them, unless something else reads that") {
  const model m = hls_tests::find_sample("mlp").make(options());
  REQUIRE(m.layers.size() == 4);
  CHECK(m.layers[1].steps.size() == 2);
  CHECK(m.tensors[static_cast<std::size_t>(m.layers[1].output)].name == "q0");
  const model ends = hls_tests::find_sample("ends").make(options());
  int alone = 0;
  for (const layer &l : ends.layers) alone += l.kind == layer_kind::pointwise ? 1 : 0;
  CHECK(alone == 1);  // the quantizer of the logits, which are an output too
}

TEST_CASE("reuse factors of the resource strategy follow hls4ml's rule") {
  // hls4ml moves 4 on a 3x3 convolution from 1 to 8 channels to 3.
  CHECK(legal_reuse(strategy::resource, 9, 8, 3));
  CHECK_FALSE(legal_reuse(strategy::resource, 9, 8, 4));
  CHECK(legal_reuse_factors(strategy::resource, 9, 8) == std::vector<int64_t>{1, 3, 9, 18, 36, 72});
  CHECK(legal_reuse(strategy::latency, 9, 8, 4));
  CHECK_FALSE(legal_reuse(strategy::distributed_arithmetic, 9, 8, 2));
}

TEST_CASE("an illegal reuse factor is refused with the legal ones") {
  options how;
  how.how = strategy::resource;
  how.reuse_factor = 7;
  CHECK_THROWS_WITH(hls_tests::find_sample("mlp").make(how), Catch::Contains("layer 'fc0'") &&
                                                                 Catch::Contains("reuse_factor 7") &&
                                                                 Catch::Contains("1, 2, 3, 6"));
}

TEST_CASE("a choice for a layer that is not there is refused") {
  options how;
  how.layers["fc9"].reuse_factor = 2;
  CHECK_THROWS_WITH(hls_tests::find_sample("mlp").make(how),
                    Catch::Contains("no layer 'fc9'") && Catch::Contains("fc0, fc1, fc2"));
}

TEST_CASE("softmax values are floats rounded once, then assigned") {
  for (const int64_t s : {int64_t{32768}, int64_t{40000}, int64_t{98305}, int64_t{2654208}})
    for (int64_t e = 0; e <= 32768 && e <= s; e += 7) {
      fixed_type type{16, 0, false, rounding::rnd_conv, overflow::sat};
      const auto share = static_cast<float>(static_cast<double>(e) / static_cast<double>(s));
      REQUIRE(softmax_value(e, s, type) == assign(static_cast<double>(share), type));
      type = {24, 0, false, rounding::trn, overflow::sat};
      REQUIRE(softmax_value(e, s, type) == assign(static_cast<double>(share), type));
    }
}

TEST_CASE("integers that do not fit are refused by name") {
  model_builder b{options()};
  const int x = b.input("x", {1}, {40, 40, true});
  weight_matrix w{1, 1, {int64_t{1} << 30}, {40, 40, true}, {}, {}};
  CHECK_THROWS_WITH(b.dense("huge", x, 1, w), Catch::Contains("'huge'") && Catch::Contains("62 bits"));
}

TEST_CASE("a parallelization factor divides pixels or rows, and is 1 in streams") {
  const auto &set = hls_tests::find_sample("deep_set");  // phi0, phi1: 4 rows; rho0: one
  options how;
  how.parallelization_factor = 2;
  for (const layer &l : set.make(how).layers)
    if (l.kind == layer_kind::dense) CHECK(l.parallelization_factor == (l.rows == 4 ? 2 : 1));
  how.parallelization_factor = 3;
  CHECK_THROWS_WITH(set.make(how), Catch::Contains("'phi0': parallelization_factor 3 does not divide its 4 rows") &&
                                       Catch::Contains("1, 2, 4"));
  how.parallelization_factor = 1;
  how.layers["rho0"].parallelization_factor = 2;
  CHECK_THROWS_WITH(set.make(how), Catch::Contains("'rho0'") && Catch::Contains("its 1 rows"));

  options stream;
  stream.io = io_type::stream;
  CHECK_NOTHROW(set.make(stream));
  stream.parallelization_factor = 2;
  CHECK_THROWS_WITH(set.make(stream), Catch::Contains("'phi0'") && Catch::Contains("no effect with io_stream"));
  CHECK_THROWS_WITH(hls_tests::find_sample("mlp").make(stream), Catch::Contains("no effect with io_stream"));
  stream.parallelization_factor = 1;
  stream.layers["phi1"].parallelization_factor = 4;
  CHECK_THROWS_WITH(set.make(stream), Catch::Contains("'phi1': parallelization_factor 4"));
}
