// SPDX-License-Identifier: Apache-2.0
#include "bragg/peak_table.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "frame_files.hpp"
#include "nac/cpp/error.hpp"
#include "support/temp_folder.hpp"

using namespace nac::bragg;
using nac::test::peak_rows;
using nac::test::TempFolder;
using nac::test::write_peaks;

TEST_CASE("peak table: the published cuts") {
  const TempFolder folder;
  peak_rows rows;
  rows.add(0, 10, 20);
  rows.add(0, 11, 21, 2);          // two peaks in the patch
  rows.add(0, 12, 22, 1, -1);      // deviation not computed
  rows.add(0, 13, 23, 1, 0);       // kept
  rows.add(0, 14, 24, 1, 1);       // too far from the maximum
  rows.add(0, 15, 25, 1, 0.999F);  // kept
  write_peaks(folder / "p.h5", rows);
  split_options options;
  options.whole_frames = false;
  const peak_table table = read_peaks(folder / "p.h5", options);
  CHECK(table.total == 6);
  REQUIRE(table.peaks.size() == 3);
  CHECK(table.peaks[0].row == 10);
  CHECK(table.peaks[1].row == 13);
  CHECK(table.peaks[2].column == 25);
}

TEST_CASE("peak table: splits by position in the table, before the cuts") {
  const TempFolder folder;
  peak_rows rows;
  for (uint32_t i = 0; i < 100; ++i) rows.add(i / 7, static_cast<float>(i), 5, i % 2 == 0 ? 1 : 2);
  write_peaks(folder / "p.h5", rows);
  split_options options;
  options.whole_frames = false;
  const peak_table exact = read_peaks(folder / "p.h5", options);
  CHECK(exact.counts == std::array<uint64_t, 3>{40, 5, 5});
  for (const peak &p : exact.peaks) CHECK(p.split == (p.row < 80 ? kTrain : p.row < 90 ? kValidation : kTest));

  const peak_table whole = read_peaks(folder / "p.h5", split_options());
  std::array<std::set<uint32_t>, 3> frames;
  for (const peak &p : whole.peaks) frames[p.split].insert(p.frame);
  // Frame 11 holds rows 77 to 83 and frame 12 rows 84 to 90: the boundaries move to 84 and 91.
  CHECK(*frames[kTrain].rbegin() == 11);
  CHECK(frames[kValidation] == std::set<uint32_t>{12});
  CHECK(*frames[kTest].begin() == 13);
  CHECK(whole.peaks.size() == 50);
}

TEST_CASE("peak table: an unsorted table is put into frame order first") {
  const TempFolder folder;
  peak_rows rows;
  for (uint32_t i = 0; i < 50; ++i) rows.add(i * 7 % 10, static_cast<float>(i), 5);
  write_peaks(folder / "p.h5", rows);
  std::array<std::set<uint32_t>, 3> frames;
  for (const peak &p : read_peaks(folder / "p.h5", split_options()).peaks) frames[p.split].insert(p.frame);
  CHECK(frames[kTrain] == std::set<uint32_t>{0, 1, 2, 3, 4, 5, 6, 7});
  CHECK(frames[kValidation] == std::set<uint32_t>{8});
  CHECK(frames[kTest] == std::set<uint32_t>{9});
}

TEST_CASE("peak table: missing and odd columns are named") {
  const TempFolder folder;
  peak_rows rows;
  rows.add(0, 1, 2);
  for (const char *column : {"peak_fidx", "peak_row", "peak_col", "npeaks", "deviations"}) {
    write_peaks(folder / "p.h5", rows, column);
    CHECK_THROWS_WITH(read_peaks(folder / "p.h5", split_options()), Catch::Contains(std::string("'") + column + "'"));
  }
  rows.row.push_back(3);
  write_peaks(folder / "p.h5", rows);
  CHECK_THROWS_WITH(read_peaks(folder / "p.h5", split_options()),
                    Catch::Contains("'peak_row'") && Catch::Contains("has 2 entries; peak_fidx has 1"));
}
