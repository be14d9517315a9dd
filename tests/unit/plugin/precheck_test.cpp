// SPDX-License-Identifier: Apache-2.0
#include "plugin/precheck.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "fixtures.hpp"
#include "services/files.hpp"
#include "services/sha256.hpp"
#include "support/temp_folder.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

TEST_CASE("a good plugin passes the pre-check without remarks") {
  const Precheck p = precheck(test::good("rogue-search"));
  CHECK(p.refusal.empty());
  CHECK(p.warnings.empty());
  CHECK(p.path.is_absolute());
  CHECK(p.entries == std::vector<std::string>{"nac_plugin_v1"});
  CHECK(p.other_exports.empty());
  CHECK(p.sha256 == sha256_hex(read_file(p.path)));
  CHECK_FALSE(p.needed.empty());
}

TEST_CASE("each bad file has its own reason") {
  CHECK_THAT(precheck(test::bad("major_two")).refusal,
             Contains("exports nac_plugin_v2") && Contains("speaks nac_plugin_v1"));
  CHECK_THAT(precheck(test::bad("no_entry")).refusal, Contains("does not export nac_plugin_v1"));
  CHECK_THAT(precheck(test::bad("entry_is_code")).refusal, Contains("no data object"));
  CHECK_THAT(precheck(test::bad("links_tbb")).refusal, Contains("libtbb") && Contains("nac.parallel/1"));
  const nac::test::TempFolder folder;
  CHECK_THAT(precheck(folder / "none.so").refusal, Contains("does not exist"));
  CHECK_THAT(precheck(folder.path()).refusal, Contains("no regular file"));
  write_file_atomically(folder / "text.so", "hello");
  CHECK_THAT(precheck(folder / "text.so").refusal, Contains("no ELF file"));
  write_file_atomically(folder / "empty.so", "");
  CHECK_THAT(precheck(folder / "empty.so").refusal, Contains("empty"));
  write_file_atomically(folder / "cut.so", read_file(test::good("rogue")).substr(0, 5000));
  CHECK_THAT(precheck(folder / "cut.so").refusal, Contains("truncated"));
  std::filesystem::create_symlink(folder / "loop.so", folder / "loop.so");
  CHECK_THAT(precheck(folder / "loop.so").refusal, Contains("cannot be read"));
  REQUIRE(::mkfifo((folder / "fifo.so").c_str(), 0600) == 0);
  CHECK_THAT(precheck(folder / "fifo.so").refusal, Contains("no regular file"));
}

TEST_CASE("other exports are a warning") {
  const Precheck p = precheck(test::bad("extra_export"));
  CHECK(p.refusal.empty());
  REQUIRE(p.warnings.size() == 1);
  CHECK_THAT(p.warnings[0], Contains("'helper_function'"));
}
