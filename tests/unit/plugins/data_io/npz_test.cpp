// SPDX-License-Identifier: Apache-2.0
#include "data_io/npz.hpp"

#include <catch2/catch.hpp>

#include "npz_writer.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_folder.hpp"

using namespace nac::data_io;
using nac::test::npy_of;
using nac::test::read_bytes;
using nac::test::TempFolder;
using nac::test::write_bytes;
using nac::test::write_npz;

namespace {
nac_status status_of(const std::filesystem::path &path, const std::string &name) {
  try {
    npz_file(path).read(name);
    return NAC_OK;
  } catch (const nac::failure &e) {
    return e.status();
  }
}
}  // namespace

TEST_CASE("npz: stored and compressed arrays") {
  const TempFolder folder;
  const std::vector<float> values(3000, 1.5F);
  for (const bool compressed : {false, true}) {
    write_npz(folder / "a.npz", {{"x", npy_of<float>("<f4", values, {3000})}, {"n", npy_of<int64_t>("<i8", {5}, {})}},
              compressed);
    const npz_file file(folder / "a.npz");
    CHECK(file.names() == std::vector<std::string>{"n", "x"});
    CHECK(file.has("x"));
    CHECK_FALSE(file.has("y"));
    CHECK(file.read("x").as<float>() == values);
    CHECK(file.read("n").as<int64_t>() == std::vector<int64_t>{5});
    CHECK_THROWS_WITH(file.read("y"), Catch::Contains("'y'") && Catch::Contains("n, x"));
    CHECK_THROWS_WITH(file.read("x", 1000), Catch::Contains("limit"));
  }
}

TEST_CASE("npz: hostile archives get a clear error") {
  const TempFolder folder;
  CHECK(status_of(folder / "none.npz", "x") == NAC_NOT_FOUND);
  CHECK(status_of(folder.path(), "x") == NAC_NOT_FOUND);
  write_bytes(folder / "text.npz", "this is no archive");
  CHECK(status_of(folder / "text.npz", "x") == NAC_DATA_LOSS);
  write_bytes(folder / "empty.npz", "");
  CHECK(status_of(folder / "empty.npz", "x") != NAC_OK);

  write_npz(folder / "a.npz", {{"x", npy_of<float>("<f4", std::vector<float>(1000, 2.0F), {1000})}}, false);
  const std::string good = read_bytes(folder / "a.npz");
  std::string flipped = good;
  flipped[good.size() / 2] = static_cast<char>(flipped[good.size() / 2] ^ 0x40);
  write_bytes(folder / "flipped.npz", flipped);
  CHECK(status_of(folder / "flipped.npz", "x") == NAC_DATA_LOSS);
  for (std::size_t size = 0; size < good.size(); size += 97) {
    write_bytes(folder / "cut.npz", good.substr(0, size));
    CHECK(status_of(folder / "cut.npz", "x") != NAC_OK);
  }
  write_npz(folder / "short.npz", {{"x", nac::test::npy_bytes("<f4", "(1000000000,)", "abcd", 4)}});
  CHECK(status_of(folder / "short.npz", "x") == NAC_DATA_LOSS);
}
