// SPDX-License-Identifier: Apache-2.0
#include "plugin/discovery.hpp"

#include <stdlib.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "fixtures.hpp"
#include "services/files.hpp"
#include "support/temp_folder.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

/// Sets an environment variable (null: unsets it) while it lives.
class Environment {
 public:
  Environment(const char *name, const char *value) : name_(name) {
    if (const char *old = ::getenv(name)) former_ = old;
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  ~Environment() { former_ ? ::setenv(name_, former_->c_str(), 1) : ::unsetenv(name_); }

 private:
  const char *name_;
  std::optional<std::string> former_;
};

void touch(const fs::path &path) {
  fs::create_directories(path.parent_path());
  write_file_atomically(path, "x");
}

}  // namespace

TEST_CASE("folders give nac-*.so in order of name, not recursively") {
  const nac::test::TempFolder folder;
  for (const char *name : {"nac-b.so", "nac-a.so", "nac-.so", "b.so", "nac-c.so.1", "sub/nac-d.so"})
    touch(folder / name);
  const Discovery d = discover(test::only({folder.path()}));
  CHECK(d.files == std::vector<fs::path>{folder / "nac-a.so", folder / "nac-b.so"});
  CHECK(d.searched == std::vector<fs::path>{folder.path()});
  CHECK(d.refused.empty());
}

TEST_CASE("explicit paths come first, may have any name, and must exist") {
  const nac::test::TempFolder folder;
  touch(folder / "mine.so");
  touch(folder / "dir/nac-a.so");
  DiscoveryOptions options = test::only({folder / "dir", folder / "gone"});
  options.manifest = {folder / "mine.so", folder / "missing.so"};
  const Discovery d = discover(options);
  CHECK(d.files == std::vector<fs::path>{folder / "mine.so", folder / "dir/nac-a.so"});
  REQUIRE(d.refused.size() == 2);
  CHECK_THAT(d.refused[0].reason, Contains("the manifest names it"));
  CHECK_THAT(d.refused[1].reason, Contains("--plugin-path names it"));
}

TEST_CASE("the same file by two ways is taken once") {
  const nac::test::TempFolder folder;
  touch(folder / "nac-a.so");
  fs::create_symlink(folder / "nac-a.so", folder / "nac-link.so");
  const Discovery d = discover(test::only({folder.path(), folder / "nac-a.so", folder.path() / "x" / ".."}));
  CHECK(d.files == std::vector<fs::path>{folder / "nac-a.so"});
}

TEST_CASE("the environment is read in order; empty parts are not the current folder") {
  const nac::test::TempFolder folder;
  touch(folder / "one/nac-a.so");
  touch(folder / "two/nac-b.so");
  touch(folder / "data/nac/plugins/nac-c.so");
  touch(folder / "home/.local/share/nac/plugins/nac-d.so");
  touch(folder / "cwd/nac-e.so");
  const fs::path before = fs::current_path();
  fs::current_path(folder / "cwd");
  const std::string list = ":" + (folder / "two").string() + "::" + (folder / "one").string() + ":/does/not/exist:";
  const Environment path("NAC_PLUGIN_PATH", list.c_str());
  const Environment home("HOME", (folder / "home").c_str());
  {
    const Environment data("XDG_DATA_HOME", (folder / "data").c_str());
    const Discovery d = discover({});
    REQUIRE(d.files.size() >= 3);
    CHECK(d.files[0] == folder / "two/nac-b.so");
    CHECK(d.files[1] == folder / "one/nac-a.so");
    CHECK(d.files[2] == folder / "data/nac/plugins/nac-c.so");
    for (const fs::path &file : d.files) CHECK(file.filename() != "nac-e.so");
    REQUIRE(d.refused.size() == 1);
    CHECK_THAT(d.refused[0].reason, Contains("NAC_PLUGIN_PATH names it"));
    CHECK(d.searched.back().filename() == "plugins");
    CHECK(d.searched.back().is_absolute());
  }
  for (const char *useless : {static_cast<const char *>(nullptr), "relative"}) {
    const Environment data("XDG_DATA_HOME", useless);
    const Discovery d = discover({});
    CHECK(d.files.at(2) == folder / "home/.local/share/nac/plugins/nac-d.so");
  }
  fs::current_path(before);
}
