// SPDX-License-Identifier: Apache-2.0
#include "compress_common/state_text.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "nac/cpp/error.hpp"

using namespace nac::compressing;
using Catch::Matchers::Contains;

namespace {

std::string sample() { return state_writer("org.x.pass", 17).integer("steps", -3).number("error", NAN).finish(); }

nac_status status_of(const std::string &state, const std::string &pass = "org.x.pass", uint64_t fingerprint = 17) {
  try {
    state_reader reader(state, pass, fingerprint);
    reader.integer("steps", -10, 10);
    reader.number("error");
    reader.finish();
  } catch (const nac::failure &e) {
    return e.status();
  }
  return NAC_OK;
}

}  // namespace

TEST_CASE("a state comes back as it was written") {
  const std::string text = sample();
  state_reader reader(text, "org.x.pass", 17);
  CHECK(reader.integer("steps", -10, 10) == -3);
  CHECK(std::isnan(reader.number("error")));
  reader.finish();
}

TEST_CASE("a damaged state is told from one of another pass") {
  const std::string text = sample();
  CHECK(status_of(text) == NAC_OK);
  CHECK(status_of(text, "org.x.other") == NAC_INVALID_ARGUMENT);
  CHECK(status_of(text, "org.x.pas") == NAC_INVALID_ARGUMENT);
  CHECK(status_of(text, "org.x.pass", 18) == NAC_INVALID_ARGUMENT);
  CHECK(status_of("") == NAC_INVALID_ARGUMENT);
  CHECK(status_of("nac-search-state 1") == NAC_INVALID_ARGUMENT);
  for (std::size_t size = 0; size < text.size(); ++size) {
    INFO(size);
    CHECK(status_of(text.substr(0, size)) != NAC_OK);
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    INFO(at);
    std::string changed = text;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    CHECK(status_of(changed) != NAC_OK);
  }
  CHECK(status_of(text + "x") == NAC_DATA_LOSS);
}

TEST_CASE("values outside their range and missing names are damage") {
  const std::string text = sample();
  state_reader range(text, "org.x.pass", 17), name(text, "org.x.pass", 17), rest(text, "org.x.pass", 17);
  CHECK_THROWS_WITH(range.integer("steps", 0, 10), Contains("steps is -3"));
  CHECK_THROWS_WITH(name.number("error"), Contains("no 'error'"));
  CHECK_THROWS_WITH(rest.finish(), Contains("goes on"));
}
