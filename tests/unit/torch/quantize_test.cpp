// SPDX-License-Identifier: Apache-2.0
// What a GPU would run is what the CPU's loops give, and derivatives are those of the published formulas.
#include "torch/quantize.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <numbers>

#include "torch/quantized_layer.hpp"
#include "torch/wide_product.hpp"

using namespace nac::fw;
using namespace nac::fw::libtorch;

namespace {

const std::vector<Rounding> kModes{Rounding::trn,         Rounding::rnd,      Rounding::rnd_conv,
                                   Rounding::rnd_inf,     Rounding::rnd_zero, Rounding::trn_zero,
                                   Rounding::rnd_min_inf, Rounding::ceil,     Rounding::away};

/// Halves and quarters, among them every tie, and others.
at::Tensor values() {
  at::manual_seed(3);
  return at::cat({at::arange(-400, 400, at::kFloat) / 16, at::randn({1000}) * 20, at::full({1}, -1e-40),
                  at::full({1}, 1e30), at::full({1}, -1e30)});
}

}  // namespace

TEST_CASE("tensor operations quantize as the loops do") {
  for (const Rounding rounding : kModes)
    for (const Overflow overflow : {Overflow::sat, Overflow::wrap})
      for (const bool is_signed : {true, false})
        for (const at::ScalarType kind : {at::kFloat, at::kDouble}) {
          const QuantType type{is_signed, is_signed, 5, rounding, overflow};
          INFO("rounding " << static_cast<int>(rounding) << " overflow " << static_cast<int>(overflow) << " signed "
                           << is_signed);
          const at::Tensor scale = at::full({1}, 0.5F), g = at::randn({values().numel()});
          at::Tensor results[2], gradients[2], scales[2];
          for (const bool by_tensors : {false, true}) {
            const at::Tensor x = values().to(kind).requires_grad_(true), s = scale.clone().requires_grad_(true);
            const at::Tensor y = quantized(x, s, type, by_tensors);
            const auto found = torch::autograd::grad({(y * g).sum()}, {x, s});
            results[by_tensors] = y.detach(), gradients[by_tensors] = found[0], scales[by_tensors] = found[1];
          }
          CHECK(at::equal(results[0], results[1]));
          if (overflow == Overflow::wrap) continue;
          CHECK(at::equal(gradients[0], gradients[1]));
          CHECK(scales[1].item<double>() == Approx(scales[0].item<double>()).epsilon(1e-4));
        }
}

TEST_CASE("a learned scale has the gradient of TQT") {
  const QuantType type{true, false, 4, Rounding::rnd_conv, Overflow::sat};
  for (const float value : {-2.7F, -2.0F, -0.3F, 1.4F}) {
    const at::Tensor t = at::full({1}, value).requires_grad_(true);
    at::manual_seed(5);
    const at::Tensor x = at::randn({500}).requires_grad_(true), g = at::randn({500});
    const at::Tensor y = quantized(x, power_of_two(t), type);
    const auto found = torch::autograd::grad({(y * g).sum()}, {x, t});
    const double s = std::exp2(std::ceil(value));
    double expected = 0;
    for (int64_t i = 0; i < 500; ++i) {
      const double u = static_cast<double>(x[i].item<float>()) / s, n = std::nearbyint(u);
      const bool inside = n >= -8 && n <= 7;
      CHECK(y[i].item<double>() == std::min(7.0, std::max(-8.0, n)) * s);
      CHECK(found[0][i].item<float>() == (inside ? g[i].item<float>() : 0));
      expected += g[i].item<double>() * std::numbers::ln2 * s * (inside ? n - u : n < 0 ? -8 : 7);
    }
    CHECK(found[1].item<double>() == Approx(expected).epsilon(1e-4).margin(1e-4));
  }
}

TEST_CASE("powers of two are exact") {
  for (int k = -126; k <= 126; ++k) {
    CHECK(power_of_two(at::full({1}, static_cast<float>(k) - 0.5F)).item<float>() == std::ldexp(1.0F, k));
    CHECK(power_of_two(at::full({1}, static_cast<float>(k))).item<float>() == std::ldexp(1.0F, k));
  }
}

TEST_CASE("layers fold by tensor operations as by loops, values and gradients") {
  for (const bool norm : {false, true})
    for (const bool masked : {false, true})
      for (const bool biased : {false, true})
        for (const bool per_channel : {false, true}) {
          QuantizedLayerParts layer;
          layer.weight = 1, layer.scale = 2;
          if (masked) layer.mask = 3;
          if (biased) layer.bias = 4;
          if (norm) layer.gamma = 5, layer.beta = 6, layer.mean = 7, layer.variance = 8, layer.epsilon = 1e-5;
          layer.type = {true, true, 4, Rounding::rnd_conv, Overflow::sat};
          layer.layout = {6 * 10, 6, 10};
          layer.channel_shape = {6, 1};
          at::manual_seed(11);
          Frame frame;
          const auto leaf = [](at::Tensor t) { return t.requires_grad_(true); };
          frame.values = {at::Tensor(),
                          leaf(at::randn({6, 10})),
                          per_channel ? at::exp2(at::arange(-5, 1, at::kFloat)).view({6, 1}) : at::full({1}, 0.25F),
                          (at::rand({6, 10}) > 0.4).to(at::kFloat),
                          leaf(at::randn({6})),
                          leaf(at::randn({6})),
                          leaf(at::randn({6})),
                          at::randn({6}),
                          at::rand({6}) + 0.5};
          const at::Tensor gw = at::randn({6, 10}), gb = at::randn({6});
          std::vector<at::Tensor> leaves{frame.values[1]};
          if (biased) leaves.push_back(frame.values[4]);
          if (norm) leaves.insert(leaves.end(), {frame.values[5], frame.values[6]});
          const auto run = [&](const FoldedLayer &folded) {
            at::Tensor loss = (folded.weight * gw).sum();
            if (folded.bias.defined()) loss = loss + (folded.bias * gb).sum();
            return torch::autograd::grad({loss}, leaves, {}, false, false, true);
          };
          const FoldedLayer a = fold(layer, frame, 3);
          const FoldedLayer b = fold_by_tensors(layer, frame, at::full({1}, 0.125, at::kDouble));
          CHECK(at::equal(a.weight, b.weight));
          REQUIRE(a.bias.defined() == b.bias.defined());
          if (a.bias.defined()) CHECK(at::equal(a.bias.to(at::kDouble), b.bias.to(at::kDouble)));
          const auto ga = run(a), gbt = run(b);
          for (std::size_t i = 0; i < ga.size(); ++i) CHECK(at::allclose(ga[i], gbt[i], 1e-5, 1e-6));
          if (!norm) continue;
          const at::Tensor c = rounded_weight(layer, frame), d = rounded_weight_by_tensors(layer, frame);
          CHECK(at::allclose(c, d, 1e-6, 1e-7));
          const at::Tensor gc = torch::autograd::grad({(c * gw).sum()}, {frame.values[1]})[0];
          CHECK(at::allclose(gc, masked ? gw * frame.values[3] : gw));
        }
}

TEST_CASE("a product in double precision has the gradients of one in single") {
  at::manual_seed(2);
  const at::Tensor x = at::randn({20, 7}).requires_grad_(true), w = at::randn({7, 5}).requires_grad_(true);
  const at::Tensor b = at::randn({5}).requires_grad_(true), g = at::randn({20, 5});
  const at::Tensor y = wide_product(x, w, b), expected = at::addmm(b, x, w);
  CHECK(y.scalar_type() == at::kDouble);
  CHECK(at::allclose(y.to(at::kFloat), expected, 1e-5, 1e-5));
  const auto found = torch::autograd::grad({(y * g).sum()}, {x, w, b});
  const auto wanted = torch::autograd::grad({(expected * g).sum()}, {x, w, b});
  for (std::size_t i = 0; i < 3; ++i) CHECK(at::allclose(found[i], wanted[i], 1e-5, 1e-5));
  const auto without = torch::autograd::grad({(wide_product(x, w, {}) * g).sum()}, {x, w});
  for (std::size_t i = 0; i < 2; ++i) CHECK(at::allclose(without[i], wanted[i], 1e-5, 1e-5));
}
