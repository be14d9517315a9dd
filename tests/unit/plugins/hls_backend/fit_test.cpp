// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/estimate/fit.hpp"

#include <catch2/catch.hpp>

using namespace nac::hls;

namespace {

estimates needing(double lut, double dsp) {
  estimates e;
  e.all = {{"lut", lut, lut, lut}, {"ff", 10, 10, 10}, {"dsp", dsp, dsp, dsp}, {"bram_18k", 0, 0, 0}};
  return e;
}

}  // namespace

TEST_CASE("designs larger than a region or the part are told of, with what exceeds it") {
  const part vu13p = find_part("vu13p");
  CHECK(fit_warning(needing(432000, 3072), vu13p).empty());  // a quarter of the part, to the last LUT
  CHECK_THAT(fit_warning(needing(432001, 5), vu13p),
             Catch::Contains("one of the 4 SLRs") && Catch::Contains("432001 of 432000 LUT"));
  CHECK_THAT(fit_warning(needing(5, 20000), vu13p),
             Catch::Contains("does not fit") && Catch::Contains("20000 of 12288 DSP"));
  CHECK_THAT(fit_warning(needing(60000, 5), find_part("pynq-z2")), Catch::Contains("does not fit"));
  CHECK(fit_warning(needing(1e9, 5), find_part("xcvu19p-fsva3824-2-e")).empty());  // nothing is known of it
}
