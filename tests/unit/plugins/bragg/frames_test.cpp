// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>

#include "bragg/task.hpp"
#include "frame_files.hpp"
#include "kit.hpp"
#include "support/file_bytes.hpp"
#include "support/temp_folder.hpp"

using namespace nac::bragg;
using nac::test::peak_rows;
using nac::test::TempFolder;

namespace {

constexpr uint64_t kHeight = 60, kWidth = 70, kFrames = 20;

/// Frames with three peaks each, 3 x 3 blobs at known places: one alone, one with a brighter stranger 4 px away, one at
/// the edge of the detector.
struct scene {
  std::vector<std::vector<uint16_t>> frames{kFrames, std::vector<uint16_t>(kHeight *kWidth)};
  peak_rows rows;

  void blob(uint32_t f, int row, int column, uint16_t top) {
    for (int dr = -1; dr <= 1; ++dr)
      for (int dq = -1; dq <= 1; ++dq) {
        const int r = row + dr, q = column + dq;
        if (r < 0 || q < 0 || r >= static_cast<int>(kHeight) || q >= static_cast<int>(kWidth)) continue;
        frames[f][static_cast<std::size_t>(r) * kWidth + static_cast<std::size_t>(q)] =
            static_cast<uint16_t>(top >> (std::abs(dr) + std::abs(dq)));
      }
  }
  scene() {
    for (uint32_t f = 0; f < kFrames; ++f) {
      const int at = 15 + static_cast<int>(f);
      blob(f, at, 20, 400), rows.add(f, static_cast<float>(at) + 0.25F, 20.5F);
      blob(f, at, 50, 300), blob(f, at + 4, 50, 6000), rows.add(f, static_cast<float>(at) + 0.75F, 50.125F);
      blob(f, 1, 68, 800), rows.add(f, 1.5F, 68.5F);
    }
  }
  void write(const TempFolder &folder, bool chunked) const {
    nac::test::write_frames(folder / "frames-exp.hdf5", frames, kHeight, kWidth, chunked);
    nac::test::write_peaks(folder / "peaks-exp.hdf5", rows);
  }
};

task_options options_for(const TempFolder &folder) {
  task_options o;
  o.data = folder / "frames-exp.hdf5";
  o.peaks = folder / "peaks-exp.hdf5";
  o.cache = folder / "cache";
  o.shift = 1;
  return o;
}

/// A sample computed the long way: crop of the frame, strangers taken out by hand, scaled.
void check_sample(const float *patch, const float *label, int centre_row, int centre_column, double row, double column,
                  const std::vector<uint16_t> &frame) {
  double top = 0;
  std::vector<double> crop;
  for (int r = centre_row - 5; r <= centre_row + 5; ++r)
    for (int q = centre_column - 5; q <= centre_column + 5; ++q) {
      const bool inside = r >= 0 && q >= 0 && r < static_cast<int>(kHeight) && q < static_cast<int>(kWidth);
      const bool own = std::abs(r - std::floor(row)) <= 1 && std::abs(q - std::floor(column)) <= 1;
      crop.push_back(inside && own ? frame[static_cast<std::size_t>(r) * kWidth + static_cast<std::size_t>(q)] : 0);
      top = std::max(top, crop.back());
    }
  for (std::size_t p = 0; p < crop.size(); ++p) REQUIRE(patch[p] == Approx(crop[p] / top));
  REQUIRE(label[0] * 11 == Approx(column - centre_column + 5));
  REQUIRE(label[1] * 11 == Approx(row - centre_row + 5));
}

}  // namespace

TEST_CASE("bragg frames: patches are cut, cleaned, scaled and split, from both kinds of storage") {
  nac::test::attach_host();
  const scene s;
  for (const bool chunked : {false, true}) {
    const TempFolder folder;
    s.write(folder, chunked);
    bragg_task task(options_for(folder));
    CHECK(task.size("train") == 48);
    CHECK(task.size("validation") == 6);
    CHECK(task.size("test") == 6);
    const struct {
      const char *name;
      uint64_t first;
    } splits[] = {{"validation", 48}, {"test", 54}};
    for (const auto &split : splits) {
      const nac::test::batch b = nac::test::read(task, split.name, nac::test::first(6));
      for (uint64_t i = 0; i < 6; ++i) {
        const uint64_t p = split.first + i;
        const float row = s.rows.row[p], column = s.rows.column[p];
        check_sample(&b.patches[i * 121], &b.centers[i * 2], static_cast<int>(row), static_cast<int>(column),
                     static_cast<double>(row), static_cast<double>(column), s.frames[s.rows.frame[p]]);
      }
    }
  }
}

TEST_CASE("bragg frames: training crops move by at most the shift, with their labels") {
  nac::test::attach_host();
  const TempFolder folder;
  const scene s;
  s.write(folder, true);
  bragg_task task(options_for(folder));
  std::array<int, 9> seen{};
  for (uint64_t stream = 0; stream < 20; ++stream) {
    const nac::test::batch b = nac::test::read(task, "train", nac::test::first(48), stream);
    for (uint64_t p = 0; p < 48; ++p) {
      const float row = s.rows.row[p], column = s.rows.column[p];
      const int dr = 5 - static_cast<int>(std::floor(b.centers[2 * p + 1] * 11 + 1e-4F));
      const int dq = 5 - static_cast<int>(std::floor(b.centers[2 * p] * 11 + 1e-4F));
      REQUIRE((std::abs(dr) <= 1 && std::abs(dq) <= 1));
      ++seen[static_cast<std::size_t>((dr + 1) * 3 + dq + 1)];
      check_sample(&b.patches[p * 121], &b.centers[p * 2], static_cast<int>(row) + dr, static_cast<int>(column) + dq,
                   static_cast<double>(row), static_cast<double>(column), s.frames[s.rows.frame[p]]);
    }
  }
  for (const int n : seen) CHECK(n == Approx(960.0 / 9).epsilon(0.4));
}

TEST_CASE("bragg frames: the cache gives the same samples, and damage or changed data only cost time") {
  nac::test::attach_host();
  const TempFolder folder;
  const scene s;
  s.write(folder, true);
  const std::string without = [&] {
    task_options o = options_for(folder);
    o.use_cache = false;
    return bragg_task(o).fingerprint();
  }();
  CHECK_FALSE(std::filesystem::exists(folder / "cache"));
  bragg_task made(options_for(folder));
  CHECK_THAT(made.describe(), Catch::Contains("cached in"));
  bragg_task cached(options_for(folder));
  CHECK_THAT(cached.describe(), Catch::Contains("from the cache"));
  CHECK(made.fingerprint() == without);
  CHECK(cached.fingerprint() == without);

  const auto file = std::filesystem::directory_iterator(folder / "cache")->path();
  std::string bytes = nac::test::read_bytes(file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  nac::test::write_bytes(file, bytes);
  bragg_task again(options_for(folder));
  CHECK_THAT(again.describe(), Catch::Contains("cached in"));
  CHECK(again.fingerprint() == without);

  scene other;
  other.frames[3][20 * kWidth + 20] += 7;
  other.write(folder, false);
  CHECK(bragg_task(options_for(folder)).fingerprint() != without);

  // A folder that was asked for must be there; without the default one the patches come all the same.
  nac::test::write_bytes(folder / "occupied", "");
  task_options o = options_for(folder);
  o.cache = folder / "occupied/cache";
  CHECK_THROWS_WITH(bragg_task(o), Catch::Contains("occupied/cache") && Catch::Contains("cannot be made"));
  o.cache.clear();
  const char *old = std::getenv("XDG_CACHE_HOME");
  const std::string kept = old != nullptr ? old : "";
  setenv("XDG_CACHE_HOME", (folder / "occupied").c_str(), 1);
  CHECK(bragg_task(o).size("train") == 48);
  old != nullptr ? setenv("XDG_CACHE_HOME", kept.c_str(), 1) : unsetenv("XDG_CACHE_HOME");
}

TEST_CASE("bragg frames: a folder with both files will do; files that do not fit are refused") {
  nac::test::attach_host();
  const TempFolder folder;
  scene s;
  s.write(folder, true);
  task_options o = options_for(folder);
  o.use_cache = false;
  o.data = folder.path(), o.peaks.clear();
  CHECK(bragg_task(o).size("train") == 48);
  o.data = folder / "frames-exp.hdf5";
  CHECK_THROWS_WITH(bragg_task(o), Catch::Contains("needs 'peaks'"));
  o.peaks = o.data;
  CHECK_THROWS_WITH(bragg_task(o), Catch::Contains("'peak_fidx'"));
  o.peaks = folder / "peaks-exp.hdf5";
  s.rows.add(kFrames, 20, 20);
  nac::test::write_peaks(o.peaks, s.rows);
  CHECK_THROWS_WITH(bragg_task(o), Catch::Contains("frame 20") && Catch::Contains("20 frames"));
  s.rows.frame.back() = 3, s.rows.row.back() = 500;
  nac::test::write_peaks(o.peaks, s.rows);
  CHECK_THROWS_WITH(bragg_task(o), Catch::Contains("row 500"));
  o.data = folder / "nowhere.hdf5";
  CHECK_THROWS_WITH(bragg_task(o), Catch::Contains("nowhere.hdf5") && Catch::Contains("does not exist"));
}
