// SPDX-License-Identifier: Apache-2.0
#include "graph/permutation.hpp"

#include <catch2/catch.hpp>

using namespace nac::fw;

TEST_CASE("orders of channels", "[permutation]") {
  CHECK(to_channels_last(4) == Permutation{0, 2, 3, 1});
  CHECK(to_channels_first(4) == Permutation{0, 3, 1, 2});
  CHECK(to_channels_last(3) == Permutation{0, 2, 1});
  for (const std::size_t rank : {0, 1, 2}) CHECK(is_identity(to_channels_last(rank)));
  for (const std::size_t rank : {3, 4, 5}) {
    CHECK_FALSE(is_identity(to_channels_last(rank)));
    CHECK(is_identity(composed(to_channels_last(rank), to_channels_first(rank))));
    CHECK(inverse(to_channels_first(rank)) == to_channels_last(rank));
  }
}

TEST_CASE("a tensor is permuted as numpy.transpose does", "[permutation]") {
  // numpy: arange(6).reshape(1, 2, 3).transpose(0, 2, 1) and (2, 0, 1)
  const Tensor t = Tensor::of<float>({1, 2, 3}, {0, 1, 2, 3, 4, 5});
  CHECK(permuted(t, {0, 2, 1}) == Tensor::of<float>({1, 3, 2}, {0, 3, 1, 4, 2, 5}));
  CHECK(permuted(t, {2, 0, 1}) == Tensor::of<float>({3, 1, 2}, {0, 3, 1, 4, 2, 5}));
  CHECK(permuted(t, {1, 2, 0}) == Tensor::of<float>({2, 3, 1}, {0, 1, 2, 3, 4, 5}));
  // Two in a row are the composed one.
  const Permutation a{2, 0, 1}, b{1, 0, 2};
  CHECK(permuted(permuted(t, a), b) == permuted(t, composed(a, b)));
  CHECK(permuted(Tensor::of<int64_t>({}, {7}), {}) == Tensor::of<int64_t>({}, {7}));
}

TEST_CASE("shapes are padded in front", "[permutation]") {
  CHECK(padded({4, 1}, 4) == Shape{1, 1, 4, 1});
  CHECK(padded({2, 3}, 1) == Shape{2, 3});
  CHECK(with_shape(Tensor::of<float>({4}, {1, 2, 3, 4}), {2, 2}) == Tensor::of<float>({2, 2}, {1, 2, 3, 4}));
}
