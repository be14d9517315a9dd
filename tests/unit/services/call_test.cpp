// SPDX-License-Identifier: Apache-2.0
#include "services/call.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <stdexcept>

#include "nac/cpp/error.hpp"
#include "nac/cpp/rng.hpp"
#include "services/files.hpp"
#include "support/temp_folder.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

TEST_CASE("the random stream depends on its key only") {
  const Call a(5), b(5), c(6);
  nac::rng expected(5);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const uint64_t x = a.get()->random(a.get());
    CHECK(x == b.get()->random(b.get()));
    CHECK(x == expected.bits());
    differs = differs || x != c.get()->random(c.get());
  }
  CHECK(differs);
}

TEST_CASE("cancel and progress reach the two sides") {
  std::atomic<bool> cancel{false};
  std::vector<double> seen;
  std::string what;
  const Call call(0, &cancel, {}, [&](double f, const std::string &text) {
    seen.push_back(f);
    what = text;
    if (seen.size() == 4) throw std::runtime_error("a callback that throws must not reach the plugin");
  });
  const nac_call *c = call.get();
  CHECK_FALSE(c->cancelled(c));
  cancel = true;
  CHECK(c->cancelled(c));
  c->progress(c, 0.5, {"half\n", 5});
  CHECK(what == "half ");
  c->progress(c, -1, {nullptr, 0});
  c->progress(c, NAN, {nullptr, 0});
  c->progress(c, 7, {nullptr, 0});
  CHECK(seen == std::vector<double>{0.5, 0, 0, 1});
  const Call plain(0);
  CHECK_FALSE(plain.get()->cancelled(plain.get()));
  plain.get()->progress(plain.get(), 0.1, {"x", 1});
}

TEST_CASE("files are written below the call's folder only") {
  const nac::test::TempFolder folder;
  const Call call(0, nullptr, folder / "out");
  const nac_call *c = call.get();
  nac_error err = nac::empty_error();
  CHECK(c->write_file(c, "a/b.txt", "hello", 5, &err) == NAC_OK);
  CHECK(read_file(folder / "out/a/b.txt") == "hello");
  CHECK(c->write_file(c, "empty", nullptr, 0, &err) == NAC_OK);
  CHECK(c->write_file(c, "../b.txt", "x", 1, &err) == NAC_INVALID_ARGUMENT);
  CHECK_THAT(err.message, Contains(".."));
  CHECK(c->write_file(c, nullptr, "x", 1, &err) == NAC_INVALID_ARGUMENT);
  CHECK(c->write_file(c, "b", nullptr, 1, &err) == NAC_INVALID_ARGUMENT);
  CHECK(c->write_file(c, "/b", "x", 1, nullptr) == NAC_INVALID_ARGUMENT);
  const Call none(0);
  CHECK(none.get()->write_file(none.get(), "b", "x", 1, &err) == NAC_FAILED_PRECONDITION);
  CHECK_THAT(err.message, Contains("writes no files"));
}
