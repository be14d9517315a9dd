// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/product_shape.hpp"

#include <stdexcept>

namespace nac::fw::fused {
namespace {

/// One spatial dimension with every default filled in.
struct Axis {
  int extent, kernel, stride, pad, dilation, outputs;
};

Axis axis(const ProductShape &s, std::size_t d) {
  auto at = [d](const std::vector<int> &v, int otherwise) { return v.empty() ? otherwise : v.at(d); };
  Axis a{s.extent[d], at(s.kernel, 1), at(s.stride, 1), at(s.pad_begin, 0), at(s.dilation, 1), 0};
  int covered = a.extent + a.pad + at(s.pad_end, 0) - (a.dilation * (a.kernel - 1) + 1);
  if (covered < 0) throw std::invalid_argument("a kernel larger than its padded input");
  a.outputs = covered / a.stride + 1;
  return a;
}

}  // namespace

Window::Window(const ProductShape &shape) {
  std::vector<Axis> axes;
  for (std::size_t d = 0; d < shape.extent.size(); ++d) {
    axes.push_back(axis(shape, d));
    inputs *= axes[d].extent, outputs *= axes[d].outputs, taps *= axes[d].kernel;
  }
  for (int output = 0; output < outputs; ++output)
    for (int tap = 0; tap < taps; ++tap) {
      int input = 0, scale = 1, rest = output, rest_of_tap = tap;
      bool inside = true;
      for (auto a = axes.rbegin(); a != axes.rend(); ++a) {
        int at = rest % a->outputs * a->stride + rest_of_tap % a->kernel * a->dilation - a->pad;
        inside = inside && at >= 0 && at < a->extent;
        input += at * scale;
        scale *= a->extent, rest /= a->outputs, rest_of_tap /= a->kernel;
      }
      if (inside) contacts.push_back({output, tap, input});
    }
}

}  // namespace nac::fw::fused
