// SPDX-License-Identifier: Apache-2.0
// GFLOP/s of the fused engine's products for layers of published models, beside OpenBLAS's sgemm in the same run:
//   kernels [width]
// Best of several short runs each; weight gradients over so many tiles that they have 512 samples, or one tile of
// layers with positions.
#include "fused/kernels/product.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "fused/aligned.hpp"

extern "C" void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                            const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);

namespace nac::fw::fused {
namespace {

AlignedFloats numbers(std::size_t count) {
  static std::mt19937 random(1);
  std::uniform_real_distribution<float> uniform(-1, 1);
  AlignedFloats v(count);
  for (float &f : v) f = uniform(random);
  return v;
}

/// GFLOP/s of the fastest of several runs of about a millisecond.
template <class Work>
double rate(double flop, Work work) {
  using Clock = std::chrono::steady_clock;
  double best = 1e30;
  int calls = std::max(1, static_cast<int>(1e7 / flop));
  for (int run = 0; run < 20; ++run) {
    auto start = Clock::now();
    for (int i = 0; i < calls; ++i) work();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count() / calls);
  }
  return flop / best / 1e9;
}

double blas() {
  constexpr int n = 512;
  AlignedFloats a = numbers(n * n), b = numbers(n * n), c(n * n);
  return rate(2.0 * n * n * n,
              [&] { cblas_sgemm(101, 111, 111, n, n, n, 1, a.data(), n, b.data(), n, 0, c.data(), n); });
}

void measure(const char *name, const ProductShape &shape, int width, double kept) {
  Product product(shape, width);
  const std::size_t count = static_cast<std::size_t>(shape.out) * static_cast<std::size_t>(product.terms()),
                    lanes = static_cast<std::size_t>(width),
                    rows = static_cast<std::size_t>(product.input_rows()) * lanes,
                    out_rows = static_cast<std::size_t>(product.output_rows()) * lanes;
  if (kept < 1) {
    AlignedFloats mask = numbers(count);
    for (float &m : mask) m = m < 2 * kept - 1;
    product.skip(mask.data());
  }
  const int tiles = product.positions() > 1 ? 1 : std::max(1, 512 / width);
  AlignedFloats x = numbers(rows * static_cast<std::size_t>(tiles)),
                y = numbers(out_rows * static_cast<std::size_t>(tiles)), dx(rows), weights = numbers(count),
                packed(product.packed()), dweights(count), bias = numbers(count), scratch(product.scratch());
  product.pack(weights.data(), packed.data());
  const double flop = 2.0 * width * product.positions() * shape.out * product.terms();
  // The operand of the input's gradient stays as it is: forward results would soon be 0 or endless.
  AlignedFloats dy = y;
  double forward = rate(flop, [&] {
    product.forward(x.data(), packed.data(), bias.data(), Activation::relu, 0, y.data(), scratch.data());
  });
  double backward =
      rate(flop, [&] { product.input_gradient(dy.data(), packed.data(), dx.data(), false, scratch.data()); });
  double gradient = rate(flop * tiles, [&] {
    product.weight_gradient(x.data(), static_cast<std::ptrdiff_t>(rows), dy.data(),
                            static_cast<std::ptrdiff_t>(out_rows), tiles, dweights.data(), bias.data(), scratch.data());
  });
  double pack = rate(2.0 * static_cast<double>(count), [&] { product.pack(weights.data(), packed.data()); });
  std::printf("%-36s %8.1f %8.1f %8.1f   %6.2f\n", name, forward, backward, gradient, pack / 2);
}

}  // namespace
}  // namespace nac::fw::fused

int main(int argc, char **argv) {
  using namespace nac::fw::fused;
  const int width = argc > 1 ? std::atoi(argv[1]) : 32;
  struct Layer {
    const char *name;
    ProductShape shape;
    double kept = 1;
  };
  const auto image = [](int in, int out, int extent, int kernel) {
    return ProductShape{.in = in, .out = out, .extent = {extent, extent}, .kernel = {kernel, kernel}};
  };
  const auto set = [](int in, int out) {
    return ProductShape{.in = in, .out = out, .extent = {8}, .kernel = {1}, .channels_last = true};
  };
  const auto dense = [](int in, int out) { return ProductShape{.in = in, .out = out}; };
  const Layer layers[] = {
      {"image 1 -> 8, 3x3 on 11", image(1, 8, 11, 3)},
      {"image 8 -> 64, 1x1 on 9", image(8, 64, 9, 1)},
      {"image 64 -> 32, 1x1 on 9", image(64, 32, 9, 1)},
      {"image 8 -> 16, 1x1 on 9", image(8, 16, 9, 1)},
      {"image 16 -> 4, 1x1 on 9", image(16, 4, 9, 1)},
      {"image 8 -> 64, 3x3 on 9", image(8, 64, 9, 3)},
      {"image 64 -> 32, 3x3 on 7", image(64, 32, 7, 3)},
      {"image 64 -> 64, 1x1 on 9", image(64, 64, 9, 1)},
      {"set 3 -> 64", set(3, 64)},
      {"set 64 -> 16", set(64, 16)},
      {"set 3 -> 32", set(3, 32)},
      {"set 32 -> 8", set(32, 8)},
      {"set 3 -> 16", set(3, 16)},
      {"set 8 -> 8", set(8, 8)},
      {"set 32 -> 32", set(32, 32)},
      {"dense 2592 -> 32", dense(2592, 32)},
      {"dense 648 -> 32", dense(648, 32)},
      {"dense 324 -> 64", dense(324, 64)},
      {"dense 64 -> 64", dense(64, 64)},
      {"dense 64 -> 16", dense(64, 16)},
      {"dense 16 -> 2", dense(16, 2)},
      {"dense 16 -> 128", dense(16, 128)},
      {"dense 128 -> 16", dense(128, 16)},
      {"dense 32 -> 5", dense(32, 5)},
      {"image 64 -> 32, 3x3 on 7, 10 % kept", image(64, 32, 7, 3), 0.1},
      {"dense 64 -> 64, 10 % kept", dense(64, 64), 0.1},
      {"dense 64 -> 64, 50 % kept", dense(64, 64), 0.5},
  };
  std::printf("sgemm 512: %.1f GFLOP/s; width %d\n%-36s %8s %8s %8s   %6s\n", blas(), width, "layer", "forward",
              "input", "weights", "Gpack/s");
  for (const Layer &layer : layers) measure(layer.name, layer.shape, width, layer.kept);
  std::printf("sgemm 512: %.1f GFLOP/s\n", blas());
}
