// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <iostream>

#include "hls_backend/model/evaluate.hpp"
#include "sample_models.hpp"
#include "stream_firmware.hpp"

using namespace nac::hls;

namespace {

options streaming(strategy how) {
  options o;
  o.io = io_type::stream;
  o.how = how;
  return o;
}

/// Compiles, runs and compares every integer of every output.
void check_firmware(const model &m, bool concurrent, int count) {
  hls_tests::stream_firmware firmware(m, concurrent);
  const auto samples = hls_tests::samples_for(m, count);
  const auto results = firmware.run(samples);
  int different = 0;
  for (std::size_t s = 0; s < samples.size(); ++s) different += results[s] == evaluate(m, samples[s]) ? 0 : 1;
  CHECK(different == 0);
  CHECK(firmware.leftover() == 0);
}

}  // namespace

TEST_CASE("streaming firmware gives the integers of the model and leaves nothing in its streams") {
  for (const auto &sample : hls_tests::sample_models()) {
    DYNAMIC_SECTION(sample.name) {
      check_firmware(sample.make(streaming(strategy::latency)), false, 200);
      check_firmware(sample.make(streaming(strategy::resource)), false, 50);
    }
  }
}
