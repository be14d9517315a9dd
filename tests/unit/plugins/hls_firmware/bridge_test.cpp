// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "batches.hpp"
#include "hls_backend/model/evaluate.hpp"

using namespace nac::hls;
using namespace hls_tests;

TEST_CASE("the bridge gives values in the tensors' order, takes subnormal inputs as 0 and reports what fails") {
  const bool stream = GENERATE(false, true);
  const firmware_batch &firmware = stream ? stream_firmware() : parallel_firmware();
  const std::string name = stream ? "ends" : "plain ends";
  const model &m = firmware.find(name);  // input 1 truncates: a tiny negative number would be a step below 0

  constexpr std::size_t kRows = 3, kSize = 5;
  const float tiny = std::numeric_limits<float>::denorm_min(), smallest = std::numeric_limits<float>::min();
  std::vector<std::vector<float>> in = {{0, 1, 2, 3, -4, 0.125F, 0.1F, 9, -9, 1, 0, 0, 0, 0, 0},
                                        {0, -1, 2.7F, 100, -100, -0.3F, 1, 2, 3, 4, -tiny, tiny, -smallest, 0, 1}};
  std::vector<std::vector<double>> out;
  for (const int t : m.outputs)
    out.emplace_back(kRows * static_cast<std::size_t>(m.tensors[static_cast<std::size_t>(t)].size));
  const float *const inputs[] = {in[0].data(), in[1].data()};
  std::vector<double *> outputs;
  for (auto &values : out) outputs.push_back(values.data());
  REQUIRE(firmware.simulate(name, inputs, outputs.data(), kRows) == 0);

  for (std::size_t row = 0; row < kRows; ++row) {
    std::vector<std::vector<double>> sample;
    for (const auto &values : in) {
      sample.emplace_back();
      for (std::size_t i = row * kSize; i < (row + 1) * kSize; ++i)
        sample.back().push_back(std::fpclassify(values[i]) == FP_SUBNORMAL ? 0.0 : static_cast<double>(values[i]));
    }
    const auto expected = evaluate(m, sample);
    for (std::size_t o = 0; o < out.size(); ++o) {
      const int fraction = m.tensors[static_cast<std::size_t>(m.outputs[o])].type.fraction();
      for (std::size_t i = 0; i < expected[o].size(); ++i)
        CHECK(std::ldexp(out[o][row * expected[o].size() + i], fraction) == static_cast<double>(expected[o][i]));
    }
  }
  CHECK(out.back()[2 * kSize] == 0);     // -tiny, passed on by the last output
  CHECK(out.back()[2 * kSize + 2] < 0);  // the smallest normal number is a number
  in[1][0] = std::numeric_limits<float>::quiet_NaN();
  CHECK(firmware.simulate(name, inputs, outputs.data(), kRows) != 0);
}
