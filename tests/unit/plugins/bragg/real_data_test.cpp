// SPDX-License-Identifier: Apache-2.0
//
// Checks against measured data, where it is at hand: NAC_DATA_DIR, or ../shared/data beside the source tree.
#include <catch2/catch.hpp>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "bragg/peak_table.hpp"
#include "kit.hpp"

using namespace nac::bragg;

namespace {

/// Empty when the data is absent.
std::filesystem::path data_file(const std::string &name) {
  const char *given = std::getenv("NAC_DATA_DIR");
  const std::filesystem::path folder =
      given != nullptr ? std::filesystem::path(given) : std::filesystem::path(NAC_SOURCE_DIR) / "../shared/data";
  const std::filesystem::path path = folder / name;
  if (std::filesystem::exists(path)) return path;
  WARN("skipped: " << name << " is not here (set NAC_DATA_DIR)");
  return {};
}

}  // namespace

TEST_CASE("bragg real data: counts of the published gold split") {
  const auto path = data_file("bragg_gold_peaks/peaks-exp4train-psz11.hdf5");
  if (path.empty()) return;
  split_options options;
  options.whole_frames = false;
  const peak_table exact = read_peaks(path, options);
  CHECK(exact.total == 77267);
  CHECK(exact.counts == std::array<uint64_t, 3>{55548, 6924, 6875});
  const peak_table whole = read_peaks(path, split_options());
  CHECK(whole.peaks.size() == 69347);
  std::array<uint32_t, 3> last{};
  for (const peak &p : whole.peaks) last[p.split] = std::max(last[p.split], p.frame);
  for (const peak &p : whole.peaks) CHECK((p.split == kTrain || p.frame > last[p.split - 1]));
}

TEST_CASE("bragg real data: silicon patches load quickly and the centroid is as far off as published") {
  const auto path = data_file("bragg_patches/silicon_eiger.npz");
  if (path.empty()) return;
  nac::test::attach_host();
  task_options o;
  o.data = path;
  o.shift = 0;
  const auto start = std::chrono::steady_clock::now();
  bragg_task task(o);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  WARN("loaded in " << taken.count() << " s\n" << task.describe());
  CHECK(task.size("train") + task.size("validation") + task.size("test") > 36000);
  CHECK(task.size("test") > 1000);
  const uint64_t n = task.size("validation");
  const nac::test::batch b = nac::test::read(task, "validation", nac::test::first(n));
  double total = 0;
  for (uint64_t i = 0; i < n; ++i) {
    double sum = 0, x = 0, y = 0;
    for (int p = 0; p < 121; ++p) {
      const auto v = static_cast<double>(b.patches[i * 121 + static_cast<uint64_t>(p)]);
      sum += v, x += v * (p % 11), y += v * (p / 11);
    }
    total += std::hypot(x / sum - 11 * static_cast<double>(b.centers[2 * i]),
                        y / sum - 11 * static_cast<double>(b.centers[2 * i + 1]));
  }
  CHECK(total / static_cast<double>(n) == Approx(0.099).margin(0.015));
}
