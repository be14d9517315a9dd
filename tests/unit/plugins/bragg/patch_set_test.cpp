// SPDX-License-Identifier: Apache-2.0
#include "bragg/patch_set.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <numeric>

#include "nac/cpp/error.hpp"

using namespace nac::bragg;

namespace {
using window = std::array<float, kWindowPixels>;
float &at(window &w, int row, int column) { return w[static_cast<std::size_t>(row * kWindow + column)]; }
}  // namespace

TEST_CASE("patch set: the crop, its scaling and its label follow the shift") {
  window w;
  std::iota(w.begin(), w.end(), 3.0F);
  patch_set set;
  set.add(w.data(), 0.25F, 0.75F);
  std::array<float, kCropPixels> crop;
  std::array<float, 2> label;
  for (int dr = -2; dr <= 2; ++dr)
    for (int dq = -2; dq <= 2; ++dq) {
      set.read(0, dr, dq, crop.data(), label.data());
      const float low = at(w, 2 + dr, 2 + dq), high = at(w, 12 + dr, 12 + dq);
      for (int r = 0; r < kCrop; ++r)
        for (int q = 0; q < kCrop; ++q)
          REQUIRE(crop[static_cast<std::size_t>(r * kCrop + q)] ==
                  (at(w, r + 2 + dr, q + 2 + dq) - low) / (high - low));
      // x is the column, y the row; without shift the label lies in [5, 6) of 11.
      CHECK(label[0] * 11 == Approx(5.75 - dq));
      CHECK(label[1] * 11 == Approx(5.25 - dr));
    }
}

TEST_CASE("patch set: a flat crop gives zeros, sizes must fit") {
  window w;
  w.fill(7);
  patch_set set;
  set.add(w.data(), 0, 0);
  std::array<float, kCropPixels> crop;
  std::array<float, 2> label;
  set.read(0, 0, 0, crop.data(), label.data());
  CHECK(std::all_of(crop.begin(), crop.end(), [](float v) { return v == 0; }));
  CHECK_THROWS_AS(patch_set::from(std::vector<float>(225), {0.1F}), nac::failure);
  CHECK_THROWS_AS(patch_set::from(std::vector<float>(224), {0.1F, 0.2F}), nac::failure);
  patch_set both = patch_set::from(std::vector<float>(225), {0.1F, 0.2F});
  both.append(set);
  CHECK(both.size() == 2);
}

TEST_CASE("patch set: windows at the edge of an image are filled with zeros") {
  const std::vector<float> image{1, 2, 3, 4, 5, 6};  // 2 rows, 3 columns
  window w;
  cut_window(image.data(), 2, 3, 1, 0, w.data());
  CHECK(at(w, 7, 7) == 4);
  CHECK(at(w, 6, 7) == 1);
  CHECK(at(w, 7, 9) == 6);
  CHECK(std::accumulate(w.begin(), w.end(), 0.0F) == 21);
  cut_window(image.data(), 2, 3, 1, 40, w.data());
  CHECK(std::accumulate(w.begin(), w.end(), 0.0F) == 0);
}

TEST_CASE("cleaning: the component nearest to the label stays, over diagonal contacts") {
  window w{};
  at(w, 7, 7) = 50, at(w, 7, 8) = 20, at(w, 8, 9) = 10;  // diagonal: same peak
  at(w, 3, 3) = 900, at(w, 3, 4) = 500;                  // brighter, farther
  CHECK(keep_nearest_component(w.data(), 0.2F, 0.3F) == 3);
  CHECK(at(w, 8, 9) == 10);
  CHECK(at(w, 3, 3) == 0);
  CHECK(at(w, 3, 4) == 0);
}

TEST_CASE("cleaning: nearness is that of the local maxima, not of the nearest pixel") {
  window w{};
  at(w, 7, 6) = 1, at(w, 7, 5) = 2, at(w, 7, 4) = 3, at(w, 7, 3) = 90;  // a tail next to the label, maximum at column 3
  at(w, 8, 8) = 40;                                                     // small, but its maximum is at the label
  CHECK(keep_nearest_component(w.data(), 0.5F, 0.5F) == 1);
  CHECK(at(w, 8, 8) == 40);
}

TEST_CASE("cleaning: the kept peak is followed into the border, others are not") {
  window w{};
  for (int q = 7; q < 15; ++q) at(w, 7, q) = 30.0F - static_cast<float>(q);  // reaches out of the central 11 x 11
  at(w, 7, 7) = 100;
  at(w, 1, 1) = 60;  // another peak in the border
  at(w, 3, 3) = 70;  // and one in the centre whose tail touches nothing
  CHECK(keep_nearest_component(w.data(), 0, 0) == 8);
  CHECK(at(w, 7, 14) == 16);
  CHECK(at(w, 1, 1) == 0);
  CHECK(at(w, 3, 3) == 0);
}

TEST_CASE("cleaning: peaks that meet only in the border stay apart in the centre") {
  window w{};
  at(w, 7, 7) = 100;
  for (int q = 8; q < 13; ++q) at(w, 7, q) = 10;
  at(w, 7, 13) = 10, at(w, 8, 13) = 10, at(w, 9, 13) = 10;  // the bridge in the border
  at(w, 10, 12) = 80, at(w, 11, 12) = 90;                   // the other peak, in the centre
  CHECK(keep_nearest_component(w.data(), 0, 0) == 9);
  CHECK(at(w, 9, 13) == 10);
  CHECK(at(w, 11, 12) == 0);
}

TEST_CASE("cleaning: an empty window stays empty") {
  window w{};
  CHECK(keep_nearest_component(w.data(), 0, 0) == 0);
  at(w, 0, 0) = 5;  // border only
  CHECK(keep_nearest_component(w.data(), 0, 0) == 0);
}
