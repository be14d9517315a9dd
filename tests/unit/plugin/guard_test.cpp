// SPDX-License-Identifier: Apache-2.0
#include "plugin/guard.hpp"

#include <catch2/catch.hpp>
#include <cfenv>
#include <cstring>

#include "services/fp_control.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

TEST_CASE("a status passes through with its message") {
  const CallResult ok = guarded_call(nullptr, [](nac_error *) { return NAC_OK; });
  CHECK(ok.status == NAC_OK);
  const CallResult bad = guarded_call(nullptr, [](nac_error *err) {
    std::strcpy(err->message, "line\x1b[2J of text");
    return NAC_DATA_LOSS;
  });
  CHECK(bad.status == NAC_DATA_LOSS);
  CHECK(bad.message == "line [2J of text");
  CHECK(bad.gave_reason);
}

TEST_CASE("an empty message and an unknown status are the plugin's defects") {
  const CallResult mute = guarded_call(nullptr, [](nac_error *) { return NAC_UNAVAILABLE; });
  CHECK(mute.status == NAC_UNAVAILABLE);
  CHECK_THAT(mute.message, Contains("without saying why") && Contains("unavailable"));
  CHECK_FALSE(mute.gave_reason);
  const CallResult odd = guarded_call(nullptr, [](nac_error *) { return -5; });
  CHECK(odd.status == NAC_INTERNAL);
  CHECK_THAT(odd.message, Contains("unknown status -5"));
}

TEST_CASE("a message without an end is cut") {
  const CallResult r = guarded_call(nullptr, [](nac_error *err) {
    std::memset(err->message, 'x', sizeof err->message);
    return NAC_INTERNAL;
  });
  CHECK(r.message.size() == sizeof(nac_error::message) - 1);
}

TEST_CASE("exceptions stop at the boundary and release the lock") {
  std::mutex lock;
  const CallResult r = guarded_call(&lock, [](nac_error *) -> nac_status { throw std::runtime_error("boo"); });
  CHECK(r.status == NAC_INTERNAL);
  CHECK_THAT(r.message, Contains("\"boo\"") && Contains("defect"));
  CHECK_THAT(guarded_call(&lock, [](nac_error *) -> nac_status { throw 3; }).message, Contains("unknown type"));
  CHECK(lock.try_lock());
  lock.unlock();
}

TEST_CASE("the floating-point mode is restored and the change is reported") {
  const uint64_t before = fp_control();
  const CallResult r = guarded_call(nullptr, [](nac_error *) {
    std::fesetround(FE_UPWARD);
    return NAC_OK;
  });
  CHECK(r.status == NAC_INTERNAL);
  CHECK_THAT(r.message, Contains("rounding mode"));
  CHECK(fp_control() == before);
  std::string why;
  CHECK_FALSE(guarded_plain_call(
      nullptr, [] { std::fesetround(FE_DOWNWARD); }, &why));
  CHECK_THAT(why, Contains("rounding mode"));
  std::fesetround(FE_TONEAREST);
  CHECK(fp_control() == before);
}
