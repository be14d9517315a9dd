// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "fixed/integer/step.hpp"

namespace nac::fw {
namespace {

const Kernels &kernels() {
#ifdef NAC_KERNELS_AVX2
  static const bool newer = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (newer) return kKernelsAvx2;
#endif
  return kKernelsBase;
}

}  // namespace

Arithmetic arithmetic_for(int64_t bound, bool wide) {
  if (wide) return Arithmetic::i64;
  if (bound <= int64_t{1} << 24) return Arithmetic::f32;
  if (bound < int64_t{1} << 31) return Arithmetic::i32;
  return bound <= int64_t{1} << 51 ? Arithmetic::f64 : Arithmetic::i64;
}

void LayerStep::set_weights(const std::vector<int64_t> &weight, const std::vector<int64_t> &bias) {
  const auto keep = [&](std::vector<float> &f32, std::vector<int32_t> &i32, std::vector<double> &f64,
                        std::vector<int64_t> &i64, int64_t n) {
    switch (arithmetic) {
      case Arithmetic::f32: f32.push_back(static_cast<float>(n)); break;
      case Arithmetic::i32: i32.push_back(static_cast<int32_t>(n)); break;
      case Arithmetic::f64: f64.push_back(static_cast<double>(n)); break;
      case Arithmetic::i64: i64.push_back(n); break;
    }
  };
  for (std::size_t m = 0; m < channels; m += 4) {
    const std::size_t results = std::min<std::size_t>(4, channels - m);
    TermGroup group{terms.size(), 0};
    for (std::size_t k = 0; k < fan_in; ++k) {
      int64_t four[4] = {};
      bool used = false;
      for (std::size_t i = 0; i < results; ++i) {
        four[i] = weight[(m + i) * fan_in + k];
        used = used || four[i] != 0;
      }
      if (!used) continue;
      terms.push_back(static_cast<uint32_t>(k));
      ++group.count;
      for (const int64_t n : four) keep(weight_f32, weight_i32, weight_f64, weight_i64, n);
    }
    for (std::size_t i = 0; i < 4; ++i) keep(bias_f32, bias_i32, bias_f64, bias_i64, i < results ? bias[m + i] : 0);
    groups.push_back(group);
  }
}

void LayerStep::run(Unit *memory, const Rows & /*rows*/) const {
  LayerView view{positions, fan_in, channels, groups.size(), index.data(), out.data(), groups.data(), terms.data()};
  switch (arithmetic) {
    case Arithmetic::f32: view.weight = weight_f32.data(), view.bias = bias_f32.data(); break;
    case Arithmetic::i32: view.weight = weight_i32.data(), view.bias = bias_i32.data(); break;
    case Arithmetic::f64: view.weight = weight_f64.data(), view.bias = bias_f64.data(); break;
    case Arithmetic::i64: view.weight = weight_i64.data(), view.bias = bias_i64.data(); break;
  }
  kernels().layer(arithmetic, wide_in, wide_out)(view, memory);
}

void ProductStep::run(Unit *memory, const Rows & /*samples*/) const {
  const ProductView view{batch, rows, inner, columns, left.data(), right.data(), out.data()};
  kernels().product(arithmetic, wide_left, wide_right, wide_out)(view, memory);
}

}  // namespace nac::fw
