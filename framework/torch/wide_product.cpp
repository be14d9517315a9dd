// SPDX-License-Identifier: Apache-2.0
#include "torch/wide_product.hpp"

#include <torch/csrc/autograd/custom_function.h>

namespace nac::fw::libtorch {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

at::Tensor value(const at::Tensor &x, const at::Tensor &w, const at::Tensor &b) {
  const at::Tensor a = x.to(at::kDouble), m = w.to(at::kDouble);
  return b.defined() ? at::addmm(b.to(at::kDouble), a, m) : at::mm(a, m);
}

struct WideFunction : torch::autograd::Function<WideFunction> {
  static at::Tensor forward(AutogradContext *context, const at::Tensor &x, const at::Tensor &w,
                            const c10::optional<at::Tensor> &b) {
    context->save_for_backward({x.detach(), w.detach().to(at::kFloat)});
    context->saved_data["double weight"] = w.scalar_type() == at::kDouble;
    context->saved_data["biased"] = b.has_value();
    context->saved_data["double bias"] = b && b->scalar_type() == at::kDouble;
    return value(x.detach(), w.detach(), b ? b->detach() : at::Tensor());
  }
  static variable_list backward(AutogradContext *context, const variable_list &gradients) {
    const variable_list saved = context->get_saved_variables();
    const at::Tensor g = gradients[0].to(at::kFloat);
    const auto as = [&](const at::Tensor &t, const char *is_double) {
      return context->saved_data[is_double].toBool() ? t.to(at::kDouble) : t;
    };
    const at::Tensor gb = context->saved_data["biased"].toBool() ? as(g.sum(0), "double bias") : at::Tensor();
    return {context->needs_input_grad(0) ? at::mm(g, saved[1].t()) : at::Tensor(),
            as(at::mm(saved[0].t(), g), "double weight"), gb};
  }
};

}  // namespace

at::Tensor wide_product(const at::Tensor &x, const at::Tensor &w, const at::Tensor &b) {
  if (!at::GradMode::is_enabled()) return value(x, w, b);
  return WideFunction::apply(x, w, b.defined() ? c10::optional<at::Tensor>(b) : c10::nullopt);
}

}  // namespace nac::fw::libtorch
