// SPDX-License-Identifier: Apache-2.0
#include "fused/kernels/update.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "each_target.hpp"
#include "random_rows.hpp"

namespace nac::fw::fused {
namespace {

/// torch.optim's formulas in double precision.
struct Reference {
  const Recipe &r;
  std::vector<double> p, m, v;
  void step(const AlignedFloats &gradient, double rate, long t, double scale) {
    const bool adam = r.optimizer == Optimizer::adam || r.optimizer == Optimizer::adamw;
    for (std::size_t i = 0; i < p.size(); ++i) {
      double g = static_cast<double>(gradient[i]) * scale;
      if (r.optimizer == Optimizer::adamw)
        p[i] -= rate * r.weight_decay * p[i];
      else
        g += r.weight_decay * p[i];
      if (adam) {
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        const double step = static_cast<double>(t);
        const double mean = m[i] / (1 - std::pow(0.9, step)), square = v[i] / (1 - std::pow(0.999, step));
        p[i] -= rate * mean / (std::sqrt(square) + 1e-8);
      } else if (r.optimizer == Optimizer::sgd) {
        m[i] = t == 1 ? g : r.momentum * m[i] + g;
        p[i] -= rate * (r.momentum == 0 ? g : m[i]);
      } else {
        v[i] = 0.99 * v[i] + 0.01 * g * g;
        m[i] = r.momentum * m[i] + g / (std::sqrt(v[i]) + 1e-8);
        p[i] -= rate * m[i];
      }
    }
  }
};

}  // namespace

TEST_CASE("optimizer steps are torch.optim's, for any number of parameters") {
  each_target([] {
    for (const Optimizer optimizer : {Optimizer::adam, Optimizer::adamw, Optimizer::sgd, Optimizer::rmsprop})
      for (const double momentum : {0.0, 0.9})
        for (const std::size_t count : {1U, 37U, 64U}) {
          CAPTURE(static_cast<int>(optimizer), momentum, count);
          Recipe recipe;
          recipe.optimizer = optimizer;
          recipe.momentum = momentum;
          recipe.weight_decay = 0.01;
          AlignedFloats p = random_rows(count + 1, 1), m(count + 1), v(count + 1);
          Reference reference{recipe, {p.begin(), p.end() - 1}, std::vector<double>(count), std::vector<double>(count)};
          const float behind = p[count];
          for (long t = 1; t <= 20; ++t) {
            const AlignedFloats g = random_rows(count, static_cast<unsigned>(t + 5));
            update(recipe, {p.data(), m.data(), v.data(), g.data(), count}, 0.01, t, 0.5F);
            reference.step(g, 0.01, t, 0.5);
          }
          double worst = 0;
          for (std::size_t i = 0; i < count; ++i)
            worst = std::max(worst,
                             std::fabs(static_cast<double>(p[i]) - reference.p[i]) / (1 + std::fabs(reference.p[i])));
          CHECK(worst < 1e-6);
          CHECK(p[count] == behind);
          CHECK(m[count] == 0);
          CHECK(v[count] == 0);
        }
  });
}

TEST_CASE("the sum of squares of any number of floats") {
  each_target([] {
    for (const std::size_t count : {0U, 1U, 15U, 16U, 2048U, 5003U}) {
      const AlignedFloats x = random_rows(count, 1);
      double sum = 0;
      for (const float v : x) sum += static_cast<double>(v) * static_cast<double>(v);
      CHECK(squared_norm(x.data(), count) == Approx(sum).epsilon(1e-6));
    }
  });
}

}  // namespace nac::fw::fused
