// SPDX-License-Identifier: Apache-2.0
#include "data_io/npy.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "nac/cpp/rng.hpp"
#include "npz_writer.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_folder.hpp"

using namespace nac::data_io;
using nac::test::npy_bytes;
using nac::test::npy_of;

namespace {

npy_array parse(const std::string &bytes) {
  return npy_array(std::vector<unsigned char>(bytes.begin(), bytes.end()), "array 'a'");
}

void refused(const std::string &bytes, const std::string &part) {
  try {
    parse(bytes);
    FAIL("accepted; should say: " << part);
  } catch (const nac::failure &e) {
    CHECK_THAT(e.what(), Catch::Contains(part) && Catch::Contains("array 'a'"));
  }
}

template <class T>
void round_trip(const std::string &descr) {
  const std::vector<T> values{T(0), T(1), T(100), T(7), T(33), T(5)};
  const npy_array a = parse(npy_of(descr, values, {2, 3}));
  CHECK(a.shape() == std::vector<int64_t>{2, 3});
  CHECK(a.count() == 6);
  CHECK(a.as<double>() == std::vector<double>(values.begin(), values.end()));
  CHECK(a.as<float>() == std::vector<float>(values.begin(), values.end()));
  if (std::is_integral_v<T>) CHECK(a.as<int64_t>() == std::vector<int64_t>{0, 1, 100, 7, 33, 5});
}

}  // namespace

TEST_CASE("npy: every accepted element type") {
  round_trip<uint8_t>("|u1");
  round_trip<uint16_t>("<u2");
  round_trip<uint32_t>("<u4");
  round_trip<uint64_t>("<u8");
  round_trip<int8_t>("|i1");
  round_trip<int16_t>("<i2");
  round_trip<int32_t>("<i4");
  round_trip<int64_t>("<i8");
  round_trip<float>("<f4");
  round_trip<double>("<f8");
  const npy_array flags = parse(npy_of<uint8_t>("|b1", {1, 0, 1}, {3}));
  CHECK(flags.type() == element::boolean);
  CHECK(flags.as<uint8_t>() == std::vector<uint8_t>{1, 0, 1});
  const npy_array half = parse(npy_of<uint16_t>("<f2", {0x3C00, 0xC000, 0x0001, 0x7C00}, {4}));
  CHECK(half.as<float>() ==
        std::vector<float>{1.0F, -2.0F, std::ldexp(1.0F, -24), std::numeric_limits<float>::infinity()});
  CHECK(std::isnan(half_to_float(0x7E00)));
}

TEST_CASE("npy: scalars, empty arrays, header versions 2 and 3") {
  CHECK(parse(npy_of<float>("<f4", {2.5F}, {})).as<float>() == std::vector<float>{2.5F});
  CHECK(parse(npy_of<float>("<f4", {}, {0, 15})).as<float>().empty());
  std::string bytes = npy_of<int32_t>("<i4", {1, 2}, {2});
  for (const char version : {'\x02', '\x03'}) {
    std::string newer = bytes;
    newer[6] = version;
    newer.insert(10, std::string(2, '\0'));
    CHECK(parse(newer).as<int32_t>() == std::vector<int32_t>{1, 2});
  }
}

TEST_CASE("npy: conversions that would lose something are refused") {
  CHECK_THROWS_WITH(parse(npy_of<int32_t>("<i4", {1, 70000}, {2})).as<uint16_t>(), Catch::Contains("70000"));
  CHECK_THROWS_WITH(parse(npy_of<int32_t>("<i4", {-1}, {1})).as<uint8_t>(), Catch::Contains("-1"));
  CHECK_THROWS_WITH(parse(npy_of<float>("<f4", {1.0F}, {1})).as<int64_t>(), Catch::Contains("floating-point"));
  const npy_array a = parse(npy_of<float>("<f4", {1, 2, 3}, {3}));
  CHECK_NOTHROW(a.expect_shape({-1}));
  CHECK_THROWS_WITH(a.expect_shape({3, 1}), Catch::Contains("(3)") && Catch::Contains("(3, 1)"));
}

TEST_CASE("npy: hostile files get a clear error") {
  const std::string good = npy_of<float>("<f4", {1, 2, 3}, {3});
  refused("", "signature");
  refused("PK\x03\x04 something else", "signature");
  refused(good.substr(0, 9), "signature");
  refused(good.substr(0, 40), "claims");
  refused(good.substr(0, good.size() - 1), "needs 12 bytes, 11 are there");
  refused(good + "x", "needs 12 bytes, 13 are there");
  std::string version = good;
  version[6] = 9;
  refused(version, "version 9");
  const float one = 1;
  refused(npy_bytes(">f4", "(1,)", &one, 4), "big endian");
  refused(npy_bytes("<f4", "(1,)", &one, 4, "True"), "Fortran");
  refused(npy_bytes("<f4", "(1,)", &one, 4, "Maybe"), "fortran_order");
  refused(npy_bytes("|O", "(1,)", &one, 4), "'|O'");
  refused(npy_bytes("<U5", "(1,)", &one, 4), "'<U5'");
  refused(npy_bytes("<c8", "(1,)", &one, 4), "'<c8'");
  refused(npy_bytes("<f4", "(-1,)", &one, 4), "dimension");
  refused(npy_bytes("<f4", "(4294967296, 4294967296, 4294967296)", &one, 4), "overflows");
  refused(npy_bytes("<f4", "(99999999999999999999999,)", &one, 4), "too large");
  refused(npy_bytes("<f4", "(1,1,1,1,1,1,1,1,1)", &one, 4), "8 dimensions");
  refused(npy_bytes("<f4", "(1,", &one, 4), "header");
  refused(npy_bytes("<f4', 'extra': '", "(1,)", &one, 4), "unexpected key 'extra'");
}

TEST_CASE("npy: no damaged header crashes the reader") {
  const std::string good = npy_of<float>("<f4", {1, 2, 3}, {3});
  nac::rng random(7);
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string bytes = good;
    for (uint64_t n = 1 + random.below(3); n > 0; --n)
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    if (random.chance(0.2)) bytes.resize(random.below(bytes.size()));
    try {
      parse(bytes);
      ++accepted;
    } catch (const nac::failure &e) {
      REQUIRE(std::string(e.what()).size() > 10);
    }
  }
  CHECK(accepted > 0);  // changes of data and padding harm nothing
}

TEST_CASE("npy: reading a file") {
  const nac::test::TempFolder folder;
  nac::test::write_bytes(folder / "a.npy", npy_of<int16_t>("<i2", {3, 4}, {2}));
  CHECK(read_npy(folder / "a.npy").as<int32_t>() == std::vector<int32_t>{3, 4});
  CHECK_THROWS_WITH(read_npy(folder / "b.npy"), Catch::Contains("b.npy"));
}
