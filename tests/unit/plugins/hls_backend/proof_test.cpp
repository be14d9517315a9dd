// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/json_writer.hpp"
#include "hls_backend/emit/matrix_bounds.hpp"
#include "hls_backend/emit/project.hpp"
#include "hls_backend/simulate/sha256.hpp"
#include "nac/cpp/error.hpp"
#include "sample_model.hpp"

using namespace nac::hls;

TEST_CASE("sha256 gives the digests of FIPS 180-4") {
  CHECK(sha256().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256().bytes("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256().bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").hex() ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  sha256 million;
  for (int i = 0; i < 1000; ++i) million.bytes(std::string(1000, 'a'));
  CHECK(million.hex() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("JSON: nesting, escapes and shortest numbers") {
  json_writer json;
  json.object().key("a\n\"").array(true).integer(-1).number(0.1).number(2).end();
  json.key("empty").array().end().key("deep").array().object().key("b").boolean(true).end().array().end().end().end();
  CHECK(json.take() ==
        "{\n  \"a\\u000a\\\"\": [-1, 0.1, 2],\n  \"empty\": [],\n  \"deep\": [\n    {\n      \"b\": true\n    },\n    "
        "[]\n"
        "  ]\n}\n");
}

TEST_CASE("bounds of a matrix: every input at its ends, and partial sums in any order") {
  layer l = sample::dense_model().layers[1];
  const matrix_bounds found = bounds_of_matrix(l, {-128, 127}, 4);
  // Both ends by trying all corners of both outputs.
  int64_t low = INT64_MAX, high = INT64_MIN;
  for (const int64_t a : {-128, 127})
    for (const int64_t b : {-128, 127})
      for (const int64_t sum : {5 + 3 * a + b, -1 - 2 * a}) low = std::min(low, sum), high = std::max(high, sum);
  CHECK(found.sums == bounds{low, high});
  CHECK(found.partials == bounds{-4 * 128, 5 + 4 * 127});

  SECTION("padding of a convolution is an input of 0") {
    l.weights = {2, 1, {3, 1}, {4, 2, true}, {5}, {9, 3, true}};
    l.kind = layer_kind::conv;
    CHECK(bounds_of_matrix(l, {10, 20}, 4).sums == bounds{45, 85});
    l.geometry.pad_left = 1;
    CHECK(bounds_of_matrix(l, {10, 20}, 4).sums == bounds{5, 85});
  }
  SECTION("an accumulator on too coarse a grid is a defect") {
    l.accumulator = {11, 6, true};
    CHECK_THROWS_WITH(bounds_of_matrix(l, {-128, 127}, 4),
                      Catch::Contains("fc.1") && Catch::Contains("6 fraction bits"));
  }
}

TEST_CASE("proof: deterministic, with every bound, and an accumulator that is too narrow is refused") {
  model m = sample::dense_model();
  const file proof = proof_file(m);
  CHECK(proof.path == "proof.json");
  CHECK(proof.bytes == proof_file(m).bytes);
  for (const char *part :
       {"\"name\": \"fc.1\"", "\"kind\": \"dense\"", "\"range\": [-507, 513]", "\"sums\": [-507, 513]",
        "\"partial_sums\": [-512, 513]", "\"type\": \"ap_fixed<11,5>\"", "\"width\": 11", "\"fraction\": 6",
        "\"step\": \"relu\"", "\"step\": \"quantize\", \"type\": \"ap_ufixed<6,4,AP_RND_CONV,AP_SAT>\"", "\"zeros\": 1",
        "\"every_type_holds_its_range\": true", "\"tensor\": \"x\""})
    CHECK_THAT(proof.bytes, Catch::Contains(part));
  // The weights' digest is of their decimal text.
  CHECK_THAT(proof.bytes, Catch::Contains(sha256().bytes("3\n-2\n1\n0\n").hex()));

  m.layers[1].accumulator = {10, 4, true};  // -512 to 511
  CHECK_THROWS_WITH(proof_file(m),
                    Catch::Contains("fc.1") && Catch::Contains("513") && Catch::Contains("ap_fixed<10,4>"));
}
