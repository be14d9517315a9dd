// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "fixed/quantizer.hpp"
#include "torch/aten.hpp"

namespace nac::fw::libtorch {

/// x rounded by a Quant of this type and these scales, which broadcast to x; float32 or float64, as holds every integer
/// of the type. Differentiable straight through, 1 inside the range and 0 outside; a scale of one element has the
/// gradient of Jain et al. 2019 (TQT), those of more have none. `type` must live until after the backward pass.
/// `by_tensors`: do not take the CPU's fast way; for tests.
at::Tensor quantized(const at::Tensor &x, const at::Tensor &scale, const QuantType &type, bool by_tensors = false);

/// The same without a derivative, by tensor operations on any device.
at::Tensor quantized_by_tensors(const at::Tensor &x, const at::Tensor &scale, const QuantType &type);
/// The same for weights: the gradient is 1 everywhere.
at::Tensor quantized_through(const at::Tensor &x, const at::Tensor &scale, const QuantType &type);

/// 2^ceil(t) of float32 t, exactly; beyond 2^+-126 these. The derivative is that of 2^t with ceil passed straight
/// through.
at::Tensor power_of_two(const at::Tensor &t);

/// f of the scale 2^-f with one element on the CPU.
int fraction_of(const at::Tensor &scale);

/// The type that holds every value of a quantizer exactly.
at::ScalarType value_type(const QuantType &type);

}  // namespace nac::fw::libtorch
