// SPDX-License-Identifier: Apache-2.0
#include "services/nearest.hpp"

#include <catch2/catch.hpp>

using namespace nac::fw;

TEST_CASE("edit distance counts insertions, deletions, substitutions and swaps") {
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("sgd", "sdg") == 1);
  CHECK(edit_distance("same", "same") == 0);
}

TEST_CASE("only near names are offered") {
  CHECK(nearest_name("epoch", {"epochs", "batch_size"}) == "epochs");
  CHECK(nearest_name("Batch-Size", {"epochs", "batch_size"}) == "batch_size");
  CHECK(nearest_name("zzzzzz", {"epochs", "batch_size"}).empty());
  CHECK(nearest_name("a", {}).empty());
  CHECK(did_you_mean("x", {"momentum"}).empty());
}

TEST_CASE("lists read well") {
  CHECK(quoted_list({}) == "none");
  CHECK(quoted_list({"a"}) == "'a'");
  CHECK(quoted_list({"a", "b", "c"}) == "'a', 'b' and 'c'");
}
