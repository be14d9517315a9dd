// SPDX-License-Identifier: Apache-2.0
#include "torch/quantize.hpp"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "fixed/training/quantized_graph.hpp"
#include "fixed/training/quantizer_loops.hpp"

namespace nac::fw::libtorch {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Calls f(float or double tag).
template <class F>
auto with_type(at::ScalarType type, F &&f) {
  return type == at::kDouble ? f(double{}) : f(float{});
}

at::Tensor quantized_by_loop(const at::Tensor &x, int fraction, const QuantType &type) {
  at::Tensor y = at::empty(x.sizes(), x.options().dtype(value_type(type)));
  const auto count = static_cast<std::size_t>(x.numel());
  with_type(x.scalar_type(), [&](auto in) {
    with_type(y.scalar_type(), [&](auto out) {
      quantize_values(x.data_ptr<decltype(in)>(), y.data_ptr<decltype(out)>(), count, fraction, type);
    });
  });
  return y;
}

/// n before it is brought into the range, from u = x / scale.
at::Tensor round_to_integers(const at::Tensor &u, Rounding rounding) {
  const at::Tensor near = at::round(u);  // half to even
  const at::Tensor rest = u - near;
  const auto up = [&] { return near + (rest == 0.5).to(at::kDouble); };
  const auto down = [&] { return near - (rest == -0.5).to(at::kDouble); };
  switch (rounding) {
    case Rounding::rnd_conv: return near;
    case Rounding::rnd: return up();
    case Rounding::rnd_min_inf: return down();
    case Rounding::rnd_inf: return at::where(u > 0, up(), down());
    case Rounding::rnd_zero: return at::where(u > 0, down(), up());
    case Rounding::trn: return at::floor(u);
    case Rounding::trn_zero: return at::trunc(u);
    case Rounding::ceil: return at::ceil(u);
    case Rounding::away: return at::where(u > 0, at::ceil(u), at::floor(u));
  }
  return near;
}

/// u = x / scale in double precision, where it is exact.
at::Tensor in_steps(const at::Tensor &x, const at::Tensor &scale) {
  at::Tensor v = x.to(at::kDouble);
  if (x.scalar_type() == at::kFloat) v = at::where(at::abs(v) < 0x1p-126, at::zeros({}, v.options()), v);
  return v / scale.to(at::kDouble);
}

at::Tensor wrapped(const at::Tensor &n, const QuantType &type) {
  constexpr double kLimit = 0x1p62;  // quantize() saturates from here on
  const auto lowest = static_cast<double>(type.lowest()), highest = static_cast<double>(type.highest());
  const double period = std::ldexp(1.0, type.width);
  at::Tensor m = at::remainder(n, period);
  if (type.is_signed) m = at::where(m > highest, m - period, m);
  m = at::clamp_min(m, lowest);
  return at::where(at::abs(n) >= kLimit, at::clamp(n, lowest, highest), m);
}

/// The tensor operations of quantizer_gradient().
variable_list gradient_by_tensors(const at::Tensor &x, const at::Tensor &y, const at::Tensor &scale,
                                  const at::Tensor &g, const QuantType &type, bool scale_too) {
  const at::Tensor u = in_steps(x, scale), n = round_to_integers(u, type.rounding);
  const at::Tensor inside =
      at::logical_and(n >= static_cast<double>(type.lowest()), n <= static_cast<double>(type.highest()));
  const at::Tensor gx = (g * inside).to(x.scalar_type());
  if (!scale_too) return {gx, at::Tensor()};
  const at::Tensor error = y.to(at::kDouble) / scale.to(at::kDouble) - at::where(inside, u, at::zeros({}, u.options()));
  return {gx, (g.to(at::kDouble) * error).sum().to(scale.scalar_type()).reshape(scale.sizes())};
}

struct QuantizeFunction : torch::autograd::Function<QuantizeFunction> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &input, const at::Tensor &scale,
                            const QuantType *type, bool loop) {
    const at::Tensor x = loop ? input.contiguous() : input;
    const at::Tensor y = loop ? quantized_by_loop(x, fraction_of(scale), *type) : quantized_by_tensors(x, scale, *type);
    const bool scale_too = scale.requires_grad() && scale.numel() == 1;
    context->save_for_backward({x.detach(), scale.detach(), scale_too ? y : at::Tensor()});
    context->saved_data["type"] = reinterpret_cast<int64_t>(type);
    context->saved_data["loop"] = loop;
    return y;
  }

  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &scale = saved[1];
    const auto &type = *reinterpret_cast<const QuantType *>(context->saved_data["type"].toInt());
    const bool scale_too = saved[2].defined(), loop = context->saved_data["loop"].toBool();
    const at::Tensor y = scale_too ? saved[2].detach() : at::Tensor();
    const at::Tensor g = gradients[0].contiguous();
    if (!loop) {
      variable_list found = gradient_by_tensors(x, y, scale, g, type, scale_too);
      return {found[0], found[1], at::Tensor(), at::Tensor()};
    }
    at::Tensor gx, gscale;
    if (context->needs_input_grad(0)) gx = at::empty(x.sizes(), x.options());
    double sum = 0;
    with_type(x.scalar_type(), [&](auto in) {
      with_type(g.scalar_type(), [&](auto out) {
        using In = decltype(in);
        using Out = decltype(out);
        sum = quantizer_gradient(x.data_ptr<In>(), scale_too ? y.data_ptr<Out>() : nullptr, g.data_ptr<Out>(),
                                 gx.defined() ? gx.data_ptr<In>() : nullptr, static_cast<std::size_t>(x.numel()),
                                 fraction_of(scale), type, scale_too);
      });
    });
    if (scale_too) gscale = at::full(scale.sizes(), sum, scale.options());
    return {gx, gscale, at::Tensor(), at::Tensor()};
  }
};

struct ThroughFunction : torch::autograd::Function<ThroughFunction> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &scale,
                            const QuantType *type) {
    context->saved_data["double"] = x.scalar_type() == at::kDouble;
    return quantized_by_tensors(x, scale, *type);
  }
  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    return {gradients[0].to(context->saved_data["double"].toBool() ? at::kDouble : at::kFloat), at::Tensor(),
            at::Tensor()};
  }
};

/// The bits of the float 2^k: the exponent, biased by 127.
at::Tensor power_of_two_value(const at::Tensor &t) {
  const at::Tensor biased = at::clamp(at::ceil(t), -126, 126).to(at::kInt) + 127;
  return (biased * (1 << 23)).view(at::kFloat);
}

struct PowerFunction : torch::autograd::Function<PowerFunction> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &t) {
    at::Tensor scale = power_of_two_value(t.detach());
    context->save_for_backward({scale.detach()});
    return scale;
  }
  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    return {gradients[0] * context->get_saved_variables()[0] * std::numbers::ln2};
  }
};

}  // namespace

at::ScalarType value_type(const QuantType &type) { return fits_single(type) ? at::kFloat : at::kDouble; }

int fraction_of(const at::Tensor &scale) { return -std::ilogb(scale.data_ptr<float>()[0]); }

at::Tensor quantized_by_tensors(const at::Tensor &x, const at::Tensor &scale, const QuantType &type) {
  const at::Tensor n = round_to_integers(in_steps(x, scale), type.rounding);
  const at::Tensor kept = type.overflow == Overflow::wrap
                              ? wrapped(n, type)
                              : at::clamp(n, static_cast<double>(type.lowest()), static_cast<double>(type.highest()));
  return (kept * scale.to(at::kDouble) + 0.0).to(value_type(type));  // -0 becomes 0
}

at::Tensor quantized(const at::Tensor &x, const at::Tensor &scale, const QuantType &type, bool by_tensors) {
  const bool loop = x.is_cpu() && scale.numel() == 1 && !by_tensors;
  if (at::GradMode::is_enabled() && (x.requires_grad() || scale.requires_grad()))
    return QuantizeFunction::apply(x, scale, &type, loop);
  return loop ? quantized_by_loop(x.contiguous(), fraction_of(scale), type) : quantized_by_tensors(x, scale, type);
}

at::Tensor quantized_through(const at::Tensor &x, const at::Tensor &scale, const QuantType &type) {
  if (!at::GradMode::is_enabled() || !x.requires_grad()) return quantized_by_tensors(x, scale, type);
  return ThroughFunction::apply(x, scale, &type);
}

at::Tensor power_of_two(const at::Tensor &t) {
  return at::GradMode::is_enabled() && t.requires_grad() ? PowerFunction::apply(t) : power_of_two_value(t);
}

}  // namespace nac::fw::libtorch
