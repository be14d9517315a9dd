// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/softmax.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "each_target.hpp"
#include "random_rows.hpp"

namespace nac::fw::fused {
namespace {

/// Softmax of `count` numbers that lie `step` apart, and the logarithm of each.
std::vector<double> logs_of(const float *x, int count, std::size_t step) {
  std::vector<double> out(count);
  double largest = -1e300, sum = 0;
  for (int k = 0; k < count; ++k) largest = std::max(largest, static_cast<double>(x[k * step]));
  for (int k = 0; k < count; ++k) sum += std::exp(static_cast<double>(x[k * step]) - largest);
  for (int k = 0; k < count; ++k) out[k] = static_cast<double>(x[k * step]) - largest - std::log(sum);
  return out;
}

}  // namespace

TEST_CASE("softmax and log-softmax and their gradients over strided rows") {
  each_target([] {
    for (const int width : {32, 96})
      for (const bool log : {false, true})
        for (const SoftmaxRows rows : {SoftmaxRows{1, 5, 1}, SoftmaxRows{2, 3, 4}, SoftmaxRows{3, 1, 2}}) {
          const std::size_t step = static_cast<std::size_t>(rows.inner) * width, size = step * rows.count * rows.outer;
          const AlignedFloats x = random_rows(size, 1, 50, 6), dy = random_rows(size, 2);
          AlignedFloats y(size), dx(size), more = random_rows(size, 3);
          const AlignedFloats before = more;
          softmax(rows, log, x.data(), y.data(), width);
          softmax_gradient(rows, log, y.data(), dy.data(), dx.data(), false, width);
          softmax_gradient(rows, log, y.data(), dy.data(), more.data(), true, width);
          double worst = 0, worst_gradient = 0;
          for (int o = 0; o < rows.outer; ++o)
            for (std::size_t i = 0; i < step; ++i) {
              const std::size_t first = o * step * rows.count + i;
              const auto logs = logs_of(&x[first], rows.count, step);
              double total = 0;
              for (int k = 0; k < rows.count; ++k)
                total += static_cast<double>(dy[first + k * step]) * (log ? 1 : std::exp(logs[k]));
              for (int k = 0; k < rows.count; ++k) {
                const std::size_t at = first + k * step;
                const double p = std::exp(logs[k]), g = static_cast<double>(dy[at]);
                worst = std::max(worst, std::fabs(static_cast<double>(y[at]) - (log ? logs[k] : p)));
                const double expected = log ? g - p * total : p * (g - total);
                worst_gradient = std::max(worst_gradient, std::fabs(static_cast<double>(dx[at]) - expected));
                const double added = static_cast<double>(more[at]) - static_cast<double>(before[at]);
                worst_gradient = std::max(worst_gradient, std::fabs(added - expected));
              }
            }
          CHECK(worst < (log ? 5e-6 : 5e-7));
          CHECK(worst_gradient < 5e-6);
        }
  });
}

TEST_CASE("cross entropy of labels: losses, their gradient and unused lanes") {
  each_target([] {
    for (const int width : {32, 96})
      for (const int samples : {width, width - 9}) {
        const int classes = 5, positions = 3;
        const std::size_t step = static_cast<std::size_t>(positions) * width;
        const AlignedFloats scores = random_rows(step * classes, 1, 0, 4);
        std::vector<int32_t, AlignedAllocator<int32_t>> labels(step);
        for (std::size_t i = 0; i < step; ++i)
          labels[i] = i % 7 == 3 || static_cast<int>(i % width) >= samples ? kUnlabeled
                                                                           : static_cast<int32_t>(i * 13 % classes);
        AlignedFloats dx(step * classes, 9), loss(step, 9);
        const float weight = 0.125F;
        const double sum =
            cross_entropy(classes, positions, scores.data(), labels.data(), weight, width, dx.data(), loss.data());
        const double alone =
            cross_entropy(classes, positions, scores.data(), labels.data(), weight, width, nullptr, nullptr);
        CHECK(alone == sum);
        double expected = 0, worst = 0;
        for (std::size_t i = 0; i < step; ++i) {
          const bool counts = labels[i] != kUnlabeled;
          const auto logs = logs_of(&scores[i], classes, step);
          const double one = counts ? -logs[labels[i]] : 0;
          expected += one;
          worst = std::max(worst, std::fabs(static_cast<double>(loss[i]) - one));
          for (int k = 0; k < classes; ++k) {
            const double g = counts ? 0.125 * (std::exp(logs[k]) - (labels[i] == k ? 1 : 0)) : 0;
            worst = std::max(worst, std::fabs(static_cast<double>(dx[i + k * step]) - g));
          }
        }
        CHECK(worst < 3e-6);
        CHECK(sum == Approx(expected).epsilon(1e-6));
        AlignedFloats diverged = scores;
        diverged[1] = std::nanf("");
        CHECK(std::isnan(
            cross_entropy(classes, positions, diverged.data(), labels.data(), weight, width, nullptr, nullptr)));
        labels[0] = classes;
        CHECK(std::isnan(
            cross_entropy(classes, positions, scores.data(), labels.data(), weight, width, nullptr, nullptr)));
      }
  });
}

}  // namespace nac::fw::fused
