// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "batches.hpp"
#include "stream_models.hpp"

using namespace nac::hls;
using namespace hls_tests;

TEST_CASE("streaming firmware gives the integers of the model and leaves nothing in its streams") {
  for (const named_model &one : stream_firmware().models()) {
    INFO(one.name);
    CHECK(stream_firmware().difference(one.name, 200) == "");
  }
}

TEST_CASE("no process waits for ever when every stream is as deep as the design says") {
  std::vector<named_model> models;
  models.push_back({"bragg", bragg_model(streaming(strategy::latency))});
  models.push_back({"attention", find_sample("attention").make(streaming(strategy::latency))});
  for (const sample_model &sample : stream_models())
    if (sample.name == "many_readers" || sample.name == "concatenations")
      models.push_back({sample.name, sample.make(streaming(strategy::latency))});
  REQUIRE(models.size() == 4);
  const firmware_batch firmware(std::move(models), true);
  for (const named_model &one : firmware.models()) {
    INFO(one.name);
    CHECK(firmware.difference(one.name, 20) == "");
  }
}
