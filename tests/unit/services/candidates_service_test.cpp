// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>

#include "base/error.hpp"
#include "nac/cpp/error.hpp"
#include "services/candidates.hpp"

using namespace nac::fw;

namespace {
struct Doubles final : Candidates {
  uint32_t objective_count() const override { return 2; }
  uint64_t exact() const override { return 1; }
  Answer evaluate(const std::vector<double> &values) const override {
    if (values.size() != 1) throw Error("one value is wanted", NAC_INVALID_ARGUMENT);
    if (values[0] < 0) throw Error("below zero", NAC_INFEASIBLE);
    return {{2 * values[0], NAN}, {3, 4}};
  }
};
}  // namespace

TEST_CASE("nac.candidates/1 hands questions on and leaves outputs alone when there is no answer") {
  const Doubles doubles;
  const nac_candidates_service &service = candidates_service();
  const nac_candidates *handle = to_abi(&doubles);
  CHECK(service.struct_size == sizeof(nac_candidates_service));
  CHECK(service.exact(handle) == 1);
  CHECK(service.exact(nullptr) == 0);
  double objectives[2] = {7, 7};
  uint64_t identity[2] = {8, 8};
  nac_error err = nac::empty_error();
  const auto ask = [&](const nac_candidates *whom, double value, uint32_t count, uint32_t wanted) {
    return service.evaluate(whom, &value, count, objectives, wanted, identity, &err);
  };
  CHECK(ask(handle, -1, 1, 2) == NAC_INFEASIBLE);
  CHECK(std::string(err.message) == "below zero");
  CHECK(ask(handle, 1, 3, 2) == NAC_INVALID_ARGUMENT);
  CHECK(ask(handle, 1, 1, 3) == NAC_INVALID_ARGUMENT);
  CHECK(std::string(err.message) == "evaluate was asked for 3 objectives; the search was started with 2");
  CHECK(ask(nullptr, 1, 1, 2) == NAC_INVALID_ARGUMENT);
  CHECK(service.evaluate(handle, nullptr, 1, objectives, 2, identity, nullptr) == NAC_INVALID_ARGUMENT);
  CHECK((objectives[0] == 7 && identity[0] == 8));
  CHECK(ask(handle, 1.5, 1, 2) == NAC_OK);
  CHECK(objectives[0] == 3);
  CHECK(std::isnan(objectives[1]));
  CHECK((identity[0] == 3 && identity[1] == 4));
}
