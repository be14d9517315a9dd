// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/matmul.hpp"

#include <algorithm>
#include <cstddef>

#include "fused/aligned.hpp"
#include "fused/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fused/kernels/matmul.cpp"
#include <hwy/foreach_target.h>

#include "fused/kernels/matmul-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace nac::fw::fused::HWY_NAMESPACE {
constexpr int kLine = 16;  // lanes that are done one after the other: a cache line

void multiply_target(int batches, int m, int n, int k, const MatrixRows &a, const MatrixRows &b, const MatrixRows &y,
                     const float *a_data, const float *b_data, float *y_data, bool add, int width) {
  const int lanes = static_cast<int>(hn::Lanes(MatrixTag()));
  const int line = std::max(lanes, kLine);
  static thread_local AlignedFloats packed;  // b of a whole cache line of lanes, and four rows of a
  const std::size_t b_size = static_cast<std::size_t>(n) * k * lanes;
  packed.resize(std::max(packed.size(), b_size * (line / lanes) + static_cast<std::size_t>(4 * k * lanes)));
  float *const strip_of_a = packed.data() + b_size * (line / lanes);
  for (int batch = 0; batch < batches; ++batch) {
    const auto ea = entry(a_data, a, batch, width), eb = entry(b_data, b, batch, width);
    const auto ey = entry(y_data, y, batch, width);
    for (int first = 0; first < width; first += line) {
      for (int lane = 0; lane < line; lane += lanes)
        copy(lanes_from(eb, first + lane), k, n, packed.data() + b_size * (lane / lanes));
      for (int i = 0; i < m; i += 4)
        for (int lane = 0; lane < line; lane += lanes) {
          const int rows = std::min(m - i, 4);
          auto la = lanes_from(ea, first + lane);
          la.data += i * la.row;
          la = copy(la, rows, k, strip_of_a);
          const Matrix<const float> lb{packed.data() + b_size * (lane / lanes), static_cast<std::ptrdiff_t>(n) * lanes,
                                       lanes};
          auto ly = lanes_from(ey, first + lane);
          ly.data += i * ly.row;
          strip(rows, la, lb, ly, n, k, add);
        }
    }
  }
}

}  // namespace nac::fw::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nac::fw::fused {

HWY_EXPORT(multiply_target);

void multiply(int batches, int m, int n, int k, const MatrixRows &a, const MatrixRows &b, const MatrixRows &y,
              const float *a_data, const float *b_data, float *y_data, bool add, int width) {
  HWY_DYNAMIC_DISPATCH(multiply_target)(batches, m, n, k, a, b, y, a_data, b_data, y_data, add, width);
}

}  // namespace nac::fw::fused
#endif
