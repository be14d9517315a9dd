// SPDX-License-Identifier: Apache-2.0
//
// patch_set.hpp: Bragg peaks as 15 x 15 windows in one block of memory, and how an 11 x 11 sample is cut from one.
#pragma once
#include <cstdint>
#include <vector>

namespace nac::bragg {

constexpr int kCrop = 11;                         ///< side of a sample
constexpr int kWindow = 15;                       ///< side of a stored window
constexpr int kMaxShift = (kWindow - kCrop) / 2;  ///< so that a shifted sample stays inside its window
constexpr int kCropPixels = kCrop * kCrop, kWindowPixels = kWindow * kWindow;
constexpr int kCentre = kWindow / 2;  ///< window pixel that holds the truncated peak position

/// Windows with their labels. In every window the pixel of the truncated label is (7, 7) and pixels of other peaks are
/// 0.
class patch_set {
 public:
  uint64_t size() const { return fractions_.size() / 2; }
  bool empty() const { return fractions_.empty(); }
  /// window: 225 counts, row-major. row, column: the label's fractional part, in [0, 1).
  void add(const float *window, float row, float column);
  void append(const patch_set &other);

  /// Sample i as BraggNN reads it: the 11 x 11 crop whose corner is the truncated label - 5 + shift, scaled from its
  /// minimum to its maximum onto [0, 1] (a flat crop gives zeros), and the label as (column, row) in the crop, divided
  /// by 11. |shift| <= kMaxShift.
  void read(uint64_t i, int row_shift, int column_shift, float *crop, float *label) const;

  const std::vector<float> &windows() const { return windows_; }
  const std::vector<float> &fractions() const { return fractions_; }
  /// The set that windows() and fractions() of another one describe; throws when the sizes do not fit.
  static patch_set from(std::vector<float> windows, std::vector<float> fractions);

 private:
  std::vector<float> windows_, fractions_;
};

/// Copies the 15 x 15 window around (row, column) out of an image of any size; 0 outside of it.
void cut_window(const float *image, int64_t height, int64_t width, int64_t row, int64_t column, float *window);

/// Zeroes the pixels of a window that belong to other peaks, as NAC's loader does: among the 8-connected components of
/// non-zero pixels in the central 11 x 11, the one whose local maxima lie nearest to the label stays (all of it also in
/// the border outside the central 11 x 11, where it is followed). row, column: the label's fractional part. Returns the
/// number of pixels that stay.
int keep_nearest_component(float *window, float row, float column);

}  // namespace nac::bragg
