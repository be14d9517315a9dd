// SPDX-License-Identifier: Apache-2.0
#include "services/files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "support/temp_folder.hpp"

using namespace nac::fw;
using Catch::Matchers::Contains;

TEST_CASE("a file is written whole and read back") {
  const nac::test::TempFolder folder;
  const std::string bytes(100000, '\0');
  write_file_atomically(folder / "a", bytes);
  CHECK(read_file(folder / "a") == bytes);
  write_file_atomically(folder / "a", "");
  CHECK(read_file(folder / "a").empty());
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);  // nothing left behind
}

TEST_CASE("files without a size are read to their end") { CHECK_FALSE(read_file("/proc/self/status").empty()); }

TEST_CASE("errors name the path and the system's reason") {
  const nac::test::TempFolder folder;
  CHECK_THROWS_WITH(read_file(folder / "none"), Contains("none") && Contains("No such file"));
  CHECK_THROWS_WITH(read_file(folder.path()), Contains("Is a directory"));
  CHECK_THROWS_WITH(write_file_atomically(folder / "no/a", "x"), Contains("no/a") && Contains("No such file"));
  CHECK_THROWS_WITH(write_file_atomically(folder.path() / "", "x"), Contains("Is a directory"));
  std::filesystem::create_directory(folder / "d");
  CHECK_THROWS_AS(write_file_atomically(folder / "d", "x"), Error);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
  if (::access("/dev/full", W_OK) == 0 && ::geteuid() != 0) {
    std::filesystem::permissions(folder / "d", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    CHECK_THROWS_WITH(write_file_atomically(folder / "d/x", "x"), Contains("Permission denied"));
    std::filesystem::permissions(folder / "d", std::filesystem::perms::owner_all);
  }
}

TEST_CASE("files below a folder get their parents") {
  const nac::test::TempFolder folder;
  write_file_below(folder / "out", "firmware/src/top.cpp", "int x;");
  CHECK(read_file(folder / "out/firmware/src/top.cpp") == "int x;");
  write_file_below(folder / "out", "firmware/src/top.cpp", "int y;");
  CHECK(read_file(folder / "out/firmware/src/top.cpp") == "int y;");
}

TEST_CASE("no path leads out of the folder") {
  const nac::test::TempFolder folder;
  for (const char *path : {"", "/etc/x", "../x", "a/../../x", "a/./b", "a//b", "a/", ".", ".."}) {
    INFO(path);
    CHECK_THROWS_WITH(write_file_below(folder / "out", path, "x"), Contains("refused to write"));
  }
  std::filesystem::create_directories(folder / "out");
  std::filesystem::create_directories(folder / "elsewhere");
  std::filesystem::create_symlink(folder / "elsewhere", folder / "out/link");
  CHECK_THROWS_WITH(write_file_below(folder / "out", "link/x", "x"), Contains("'link' is a link"));
  write_file_atomically(folder / "target", "old");
  std::filesystem::create_symlink(folder / "target", folder / "out/file");
  CHECK_THROWS_WITH(write_file_below(folder / "out", "file", "x"), Contains("no regular file"));
  write_file_below(folder / "out", "plain", "x");
  CHECK_THROWS_WITH(write_file_below(folder / "out", "plain/x", "x"), Contains("no folder"));
  CHECK(read_file(folder / "target") == "old");
  CHECK(std::filesystem::is_empty(folder / "elsewhere"));
  CHECK_FALSE(std::filesystem::exists(folder / "x"));
}
