// SPDX-License-Identifier: Apache-2.0
//
// Firmware of io_parallel: compiled without a warning, run, all integers compared with evaluate().
#include <catch2/catch.hpp>

#include "batches.hpp"

using namespace hls_tests;

TEST_CASE("firmware of every kind of layer and strategy gives the integers of the model") {
  for (const named_model &one : parallel_firmware().models()) {
    INFO(one.name);
    CHECK(parallel_firmware().difference(one.name, 400) == "");
  }
}
