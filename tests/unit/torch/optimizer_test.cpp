// SPDX-License-Identifier: Apache-2.0
// The tensor operations that train on a GPU give what the CPU's one pass gives, which is compared with PyTorch
// elsewhere.
#include "torch/optimizer.hpp"

#include <catch2/catch.hpp>

using nac::fw::Optimizer;
using nac::fw::Recipe;
using nac::fw::libtorch::FlatOptimizer;

TEST_CASE("both forms of each optimizer agree") {
  const at::AutoGradMode off(false);
  for (const Optimizer kind : {Optimizer::adam, Optimizer::adamw, Optimizer::sgd, Optimizer::rmsprop}) {
    for (const double decay : {0.0, 0.1}) {
      for (const double momentum : {0.0, 0.9}) {
        for (const double clip : {0.0, 0.5}) {
          const nac::fw::libtorch::OptimizerTail tail{clip > 0 ? 512 : -1, 0.1};
          INFO(nac::fw::name_of(kind) << " decay " << decay << " momentum " << momentum << " clip " << clip);
          Recipe recipe;
          recipe.optimizer = kind;
          recipe.weight_decay = decay;
          recipe.momentum = momentum;
          recipe.clip_norm = clip;
          at::manual_seed(1);
          at::Tensor a = at::randn({1003}), b = a.clone();
          FlatOptimizer one_pass(recipe, a, false, tail), by_tensors(recipe, b, true, tail);
          for (int i = 0; i < 20; ++i) {
            at::Tensor gradient = at::randn({1003}), copy = gradient.clone();
            one_pass.step(a, gradient, 0.01 / (i + 1));
            by_tensors.step(b, copy, 0.01 / (i + 1));
          }
          CHECK(at::allclose(a, b, 1e-5, 1e-6));
        }
      }
    }
  }
}

TEST_CASE("parameters at the end have a rate of their own and do not decay") {
  const at::AutoGradMode off(false);
  for (const bool by_tensors : {false, true}) {
    Recipe recipe;
    recipe.optimizer = Optimizer::adamw;
    recipe.weight_decay = 0.5;
    at::Tensor p = at::ones({40});
    FlatOptimizer optimizer(recipe, p, by_tensors, {16, 0.1});
    at::Tensor g = at::ones({40});
    optimizer.step(p, g, 0.01);
    CHECK(p[0].item<float>() == Approx(1 - 0.01 * 0.5 - 0.01));  // Adam's first step is the rate
    CHECK(p[39].item<float>() == Approx(1 - 0.001));
  }
}
