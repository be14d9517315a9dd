// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/product.hpp"

#include <stdexcept>

#include "fused/kernels/product_pack.hpp"

namespace nac::fw::fused {
namespace {

Ending ending(const float *bias, Activation activation, float slope) {
  switch (activation) {
    case Activation::none: return {bias, false, Ending::Kind::none, 0};
    case Activation::relu: return {bias, false, Ending::Kind::relu, 0};
    case Activation::leaky_relu: return {bias, false, Ending::Kind::leaky_relu, slope};
    default: throw std::invalid_argument("a product applies no activation functions but relu and leaky relu");
  }
}

}  // namespace

Product::Product(const ProductShape &shape, int width) : Product(shape, Window(shape), width) {}

Product::Product(const ProductShape &shape, const Window &window, int width)
    : terms_(shape.in / shape.groups * window.taps),
      positions_(window.outputs),
      input_rows_(shape.in * window.inputs),
      output_rows_(shape.out * window.outputs),
      forward_(forward_gather(shape, window, width)),
      backward_(backward_gather(shape, window, width)),
      correlation_(shape, width) {
  forward_.arrange(nullptr);
  backward_.arrange(nullptr);
}

std::size_t Product::packed() const { return forward_.panels + backward_.panels; }

std::size_t Product::scratch() const { return correlation_.scratch(); }

void Product::pack(const float *weights, float *packed) const {
  pack_panels(forward_, weights, packed);
  pack_panels(backward_, weights, packed + forward_.panels);
}

void Product::skip(const float *mask) {
  forward_.arrange(mask);
  backward_.arrange(mask);
  correlation_.arrange(mask);
}

void Product::forward(const float *x, const float *packed, const float *bias, Activation activation, float slope,
                      float *y, float *) const {
  run_gather(forward_, x, packed, ending(bias, activation, slope), y);
}

void Product::input_gradient(const float *dy, const float *packed, float *dx, bool add, float *) const {
  run_gather(backward_, dy, packed + forward_.panels, {nullptr, add, Ending::Kind::none, 0}, dx);
}

void Product::weight_gradient(const float *x, std::ptrdiff_t x_stride, const float *dy, std::ptrdiff_t dy_stride,
                              int tiles, float *dweights, float *dbias, float *scratch) const {
  run_correlation(correlation_, x, x_stride, dy, dy_stride, tiles, dweights, dbias, scratch);
}

}  // namespace nac::fw::fused
