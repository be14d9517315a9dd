// SPDX-License-Identifier: Apache-2.0
#include "bragg/patch_set.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "nac/cpp/error.hpp"

namespace nac::bragg {

void patch_set::add(const float *window, float row, float column) {
  windows_.insert(windows_.end(), window, window + kWindowPixels);
  fractions_.push_back(row);
  fractions_.push_back(column);
}

void patch_set::append(const patch_set &other) {
  windows_.insert(windows_.end(), other.windows_.begin(), other.windows_.end());
  fractions_.insert(fractions_.end(), other.fractions_.begin(), other.fractions_.end());
}

patch_set patch_set::from(std::vector<float> windows, std::vector<float> fractions) {
  if (fractions.size() % 2 != 0 || windows.size() != fractions.size() / 2 * kWindowPixels)
    throw failure(NAC_DATA_LOSS, "windows and labels of a patch set do not fit together");
  patch_set set;
  set.windows_ = std::move(windows);
  set.fractions_ = std::move(fractions);
  return set;
}

void patch_set::read(uint64_t i, int row_shift, int column_shift, float *crop, float *label) const {
  const int row0 = kMaxShift + row_shift, column0 = kMaxShift + column_shift;
  const float *from = windows_.data() + i * kWindowPixels + row0 * kWindow + column0;
  for (int r = 0; r < kCrop; ++r) std::memcpy(crop + r * kCrop, from + r * kWindow, kCrop * sizeof(float));
  float low = crop[0], high = crop[0];
  for (int p = 1; p < kCropPixels; ++p) low = std::min(low, crop[p]), high = std::max(high, crop[p]);
  const float range = high - low;
  if (range > 0)
    for (int p = 0; p < kCropPixels; ++p) crop[p] = (crop[p] - low) / range;
  else
    std::fill_n(crop, kCropPixels, 0.0F);
  label[0] = (static_cast<float>(kCentre - column0) + fractions_[2 * i + 1]) / kCrop;
  label[1] = (static_cast<float>(kCentre - row0) + fractions_[2 * i]) / kCrop;
}

void cut_window(const float *image, int64_t height, int64_t width, int64_t row, int64_t column, float *window) {
  std::fill_n(window, kWindowPixels, 0.0F);
  const int64_t row0 = row - kCentre, column0 = column - kCentre;
  const int64_t first = std::max<int64_t>(0, -column0), last = std::min<int64_t>(kWindow, width - column0);
  for (int64_t r = std::max<int64_t>(0, -row0); r < std::min<int64_t>(kWindow, height - row0); ++r)
    if (first < last)
      std::copy_n(image + (row0 + r) * width + column0 + first, last - first, window + r * kWindow + first);
}

namespace {

/// Labels of the pixels of one window; 0: none.
struct components {
  std::array<int, kWindowPixels> label{};
  int count = 0;
};

constexpr bool inside(int row, int column, int margin) {
  return row >= margin && column >= margin && row < kWindow - margin && column < kWindow - margin;
}

/// Gives `label` to every pixel that hangs together with `seed` over non-zero pixels that `allowed` accepts.
template <class Allowed>
int flood(const float *window, components &c, int seed, int label, Allowed &&allowed) {
  std::array<int, kWindowPixels> stack;
  int top = 0, filled = 0;
  const auto visit = [&](int p) {
    if (c.label[p] != 0 || !(window[p] > 0)) return;
    c.label[p] = label;
    stack[top++] = p;
    ++filled;
  };
  c.label[seed] = 0;
  visit(seed);
  while (top > 0) {
    const int p = stack[--top], row = p / kWindow, column = p % kWindow;
    for (int r = row - 1; r <= row + 1; ++r)
      for (int q = column - 1; q <= column + 1; ++q)
        if (inside(r, q, 0) && allowed(r, q)) visit(r * kWindow + q);
  }
  return filled;
}

/// Squared distance from the label to the mean of a component's local maxima. Like scikit-image's peak_local_max, which
/// the published loader uses, maxima on the rim of the crop do not count; a component with none there comes last.
double distance_to(const float *window, const components &c, int label, double row, double column) {
  double rows = 0, columns = 0, rim_rows = 0, rim_columns = 0;
  int found = 0, rim = 0;
  for (int r = kMaxShift; r < kWindow - kMaxShift; ++r)
    for (int q = kMaxShift; q < kWindow - kMaxShift; ++q) {
      const int p = r * kWindow + q;
      if (c.label[p] != label) continue;
      rim_rows += r, rim_columns += q, ++rim;
      if (!inside(r, q, kMaxShift + 1)) continue;
      bool highest = true;
      for (int dr = -1; dr <= 1 && highest; ++dr)
        for (int dq = -1; dq <= 1 && highest; ++dq) {
          const int n = p + dr * kWindow + dq;
          highest = c.label[n] != label || window[n] <= window[p];
        }
      if (highest) rows += r, columns += q, ++found;
    }
  const bool interior = found > 0;
  const double r = interior ? rows / found : rim_rows / rim, q = interior ? columns / found : rim_columns / rim;
  const double d = (r - row) * (r - row) + (q - column) * (q - column);
  return interior ? d : d + 1e6;
}

}  // namespace

int keep_nearest_component(float *window, float row, float column) {
  const auto central = [](int r, int q) { return inside(r, q, kMaxShift); };
  components c;
  for (int r = kMaxShift; r < kWindow - kMaxShift; ++r)
    for (int q = kMaxShift; q < kWindow - kMaxShift; ++q) {
      const int p = r * kWindow + q;
      if (c.label[p] == 0 && window[p] > 0) flood(window, c, p, ++c.count, central);
    }
  int best = 0;
  double nearest = std::numeric_limits<double>::infinity();
  for (int label = 1; label <= c.count; ++label) {
    const double d =
        distance_to(window, c, label, kCentre + static_cast<double>(row), kCentre + static_cast<double>(column));
    if (d < nearest) nearest = d, best = label;
  }
  if (best != 0) {
    // Into the border, over border pixels only: through the centre it would enter the other peaks.
    const auto border = [&](int r, int q) { return !central(r, q); };
    const components in_centre = c;
    for (int p = 0; p < kWindowPixels; ++p)
      if (in_centre.label[p] == best) flood(window, c, p, best, border);
  }
  int kept = 0;
  for (int p = 0; p < kWindowPixels; ++p) {
    if (best != 0 && c.label[p] == best)
      ++kept;
    else
      window[p] = 0;
  }
  return kept;
}

}  // namespace nac::bragg
