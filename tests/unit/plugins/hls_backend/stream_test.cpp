// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "hls_backend/emit/stream_plan.hpp"
#include "hls_backend/model/evaluate.hpp"
#include "hls_backend/model/reuse.hpp"
#include "stream_firmware.hpp"
#include "stream_models.hpp"

using namespace nac::hls;

namespace {

options streaming(strategy how) {
  options o;
  o.io = io_type::stream;
  o.how = how;
  return o;
}

/// The largest reuse factor of each layer of `m` that has at most `most` uses.
options reused(options how, const model &m, int64_t most) {
  for (const layer &l : m.layers) {
    if (l.kind != layer_kind::dense && l.kind != layer_kind::conv) continue;
    const std::vector<int64_t> legal = legal_reuse_factors(how.how, l.weights.inputs, l.weights.outputs);
    const auto after = std::upper_bound(legal.begin(), legal.end(), most);
    how.layers[l.name].reuse_factor = static_cast<int>(*(after - 1));
  }
  return how;
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
  for (const auto *models : {&hls_tests::sample_models(), &hls_tests::stream_models()})
    for (const auto &sample : *models) {
      INFO(sample.name);
      check_firmware(sample.make(streaming(strategy::latency)), false, 200);
    }
}

TEST_CASE("multipliers that are used many times give the same integers") {
  for (const char *name : {"deep_set", "convolutions"})
    for (const int64_t most : {4, 30}) {
      INFO(name << " " << most);
      const auto &sample = hls_tests::find_sample(name);
      const options how = streaming(strategy::resource);
      check_firmware(sample.make(reused(how, sample.make(how), most)), false, 50);
    }
}

TEST_CASE("shared shifts and adds give the same integers") {
  for (const char *name : {"convolutions", "deep_set"}) {
    INFO(name);
    check_firmware(hls_tests::find_sample(name).make(streaming(strategy::distributed_arithmetic)), false, 50);
  }
}

TEST_CASE("no process waits for ever when every stream is as deep as the design says") {
  for (const char *name : {"attention", "ends"})
    check_firmware(hls_tests::find_sample(name).make(streaming(strategy::latency)), true, 20);
  for (const auto &sample : hls_tests::stream_models()) {
    INFO(sample.name);
    check_firmware(sample.make(streaming(strategy::latency)), true, 20);
  }
}

TEST_CASE("a Bragg network takes one clock for each pixel") {
  const model m = hls_tests::bragg_model(streaming(strategy::latency));
  const stream_plan plan = plan_streams(m);
  CHECK(plan.processes.size() == 5);
  for (const process &p : plan.processes) CHECK(p.cycles <= 121);
  CHECK(std::any_of(plan.processes.begin(), plan.processes.end(), [](const process &p) { return p.cycles == 121; }));
  check_firmware(m, true, 20);
}

TEST_CASE("the same model gives the same streaming design") {
  const model m = hls_tests::find_sample("attention").make(streaming(strategy::resource));
  const design a = stream_design(m), b = stream_design(m);
  CHECK(a.function == b.function);
  CHECK(a.parameters == b.parameters);
  CHECK(a.defines == b.defines);
}
