// SPDX-License-Identifier: Apache-2.0
#include "data_io/cache.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <numeric>
#include <thread>

#include "support/file_bytes.hpp"
#include "support/temp_folder.hpp"

using namespace nac::data_io;
using nac::test::read_bytes;
using nac::test::TempFolder;
using nac::test::write_bytes;

namespace {

std::vector<float> ramp(std::size_t n) {
  std::vector<float> v(n);
  std::iota(v.begin(), v.end(), 0.5F);
  return v;
}

void write_sample(const std::filesystem::path &path, const std::string &key, std::size_t n = 1000) {
  cache_writer writer(path, key);
  writer.add("x", ramp(n));
  writer.begin("labels");
  for (int i = 0; i < 10; ++i) writer.append(&i, sizeof i);
  writer.add("nothing", std::vector<double>());
  writer.commit();
}

}  // namespace

TEST_CASE("cache: blocks come back as they were written") {
  const TempFolder folder;
  const auto path = folder / "deep/er/a.cache";
  for (const std::size_t n : {10, 300000, 2000000}) {  // below, around and above the writer's buffer
    write_sample(path, "key", n);
    std::string why;
    const auto cache = cache_reader::open(path, "key", &why);
    REQUIRE(cache.has_value());
    CHECK(cache->blocks().size() == 3);
    CHECK(cache->read<float>("x") == ramp(n));
    CHECK(cache->read<int>("labels") == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
    CHECK(cache->read<double>("nothing").empty());
    CHECK(cache->size("x") == n * sizeof(float));
    CHECK_FALSE(cache->has("y"));
    CHECK_THROWS_WITH(cache->read<float>("y"), Catch::Contains("'y'"));
    int two[2];
    cache->read_part("labels", 8, 8, two);
    CHECK(two[1] == 3);
    CHECK_THROWS_WITH(cache->read_part("labels", 36, 8, two), Catch::Contains("ends at byte 40"));
    CHECK_THROWS_WITH((cache->read<std::array<char, 7>>("labels")), Catch::Contains("odd size"));
  }
}

TEST_CASE("cache: another key, a missing and a damaged file are no cache") {
  const TempFolder folder;
  const auto path = folder / "a.cache";
  std::string why;
  CHECK_FALSE(cache_reader::open(path, "key", &why));
  write_sample(path, "key");
  CHECK_FALSE(cache_reader::open(path, "kez", &why));
  CHECK_THAT(why, Catch::Contains("other data"));
  CHECK_FALSE(cache_reader::open(path, "", nullptr));

  const std::string good = read_bytes(path);
  for (std::size_t size = 0; size < good.size(); size += size < 200 ? 1 : 53) {
    write_bytes(path, good.substr(0, size));
    CHECK_FALSE(cache_reader::open(path, "key", &why));
  }
  for (std::size_t at = 0; at < good.size(); at += 7) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    write_bytes(path, bad);
    const auto cache = cache_reader::open(path, "key", &why);
    bool noticed = !cache.has_value();
    if (cache) {
      try {
        cache->read<float>("x");
        cache->read<int>("labels");
      } catch (const nac::failure &e) {
        noticed = e.status() == NAC_DATA_LOSS;
      }
    }
    INFO("byte " << at << " of " << good.size());
    CHECK(noticed);
  }
}

TEST_CASE("cache: without commit nothing appears, and a failed write says why") {
  const TempFolder folder;
  {
    cache_writer writer(folder / "a.cache", "key");
    writer.add("x", ramp(500000));
  }
  CHECK(std::filesystem::is_empty(folder.path()));
  write_bytes(folder / "file", "");
  CHECK_THROWS_WITH(cache_writer(folder / "file/a.cache", "key"),
                    Catch::Contains("a.cache") && Catch::Contains("cannot be made"));
  cache_writer writer(folder / "b.cache", "key");
  CHECK_THROWS_AS(writer.append("x", 1), nac::failure);
}

TEST_CASE("cache: writers at the same time leave one whole file") {
  const TempFolder folder;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) threads.emplace_back([&] { write_sample(folder / "a.cache", "key", 50000); });
  for (std::thread &t : threads) t.join();
  const auto cache = cache_reader::open(folder / "a.cache", "key", nullptr);
  REQUIRE(cache.has_value());
  CHECK(cache->read<float>("x") == ramp(50000));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}

TEST_CASE("cache: stamps follow the file, the folder follows XDG") {
  const TempFolder folder;
  write_bytes(folder / "a", "1");
  const std::string before = file_stamp(folder / "a");
  CHECK(before == file_stamp(folder / "a"));
  write_bytes(folder / "a", "22");
  CHECK(before != file_stamp(folder / "a"));
  CHECK_THROWS_AS(file_stamp(folder / "b"), nac::failure);

  const char *old = std::getenv("XDG_CACHE_HOME");
  const std::string kept = old != nullptr ? old : "";
  setenv("XDG_CACHE_HOME", "/somewhere", 1);
  CHECK(user_cache_folder("bragg") == std::filesystem::path("/somewhere/nac/bragg"));
  old != nullptr ? setenv("XDG_CACHE_HOME", kept.c_str(), 1) : unsetenv("XDG_CACHE_HOME");
}
