// SPDX-License-Identifier: Apache-2.0
//
// What the integer model consists of: steps over a block of kLanes samples. A value of every sample of the block lies
// in one or two units of memory, sample by sample, so that each step is a loop over neighbouring integers.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "fixed/integer/kernels.hpp"
#include "fixed/quantizer.hpp"
#include "graph/tensor.hpp"

namespace nac::fw {

/// The samples that a block is about.
struct Rows {
  const std::vector<Tensor> *inputs = nullptr;
  int64_t first = 0, count = 0;  ///< at most kLanes
};

class Step {
 public:
  Step() = default;
  Step(const Step &) = delete;
  Step &operator=(const Step &) = delete;
  virtual ~Step() = default;
  virtual void run(Unit *memory, const Rows &rows) const = 0;
  /// All places that it reads or writes, to be moved.
  virtual std::vector<std::vector<Ref> *> refs() = 0;
};

/// Rounding of n / 2^shift as ap_fixed does, as a number added before an arithmetic shift:
/// base + (n negative ? negative : 0) + (odd & the lowest bit kept).
struct Rounder {
  int shift = 0;
  int64_t base = 0, negative = 0, odd = 0;
};
Rounder rounder_of(Rounding rounding, int shift);
/// The same where everything fits 32 bits.
struct NarrowRounder {
  int32_t shift, base, negative, odd;
};

/// out = Quant(f(in)) element by element, f(n) = n * 2^left for n > 0 and n or 0 (`cut`) for the others: Relu,
/// LeakyRelu with slope 2^-left, or nothing. Without a type f alone.
struct UnaryStep final : Step {
  std::vector<Ref> in, out;
  bool wide_in = false, wide_out = false;
  bool narrow_sums = false;  ///< everything in between has 32 bits, too
  bool in_double = false;    ///< everything in between is below 2^50, the rounding one that double has
  int left = 0;
  bool cut = false;
  bool quantized = false;
  QuantType type;
  std::vector<int> shift;               ///< per element: fraction of f(n) minus fraction of the result
  std::vector<NarrowRounder> rounders;  ///< of narrow sums, per element
  std::vector<double> steps;            ///< 2^-shift, where it is computed in double

  void prepare();  ///< once all above is set
  void run(Unit *memory, const Rows &rows) const override;
  std::vector<std::vector<Ref> *> refs() override { return {&in, &out}; }
};

/// out = a * 2^left_a + sign * b * 2^left_b; without b only the first.
struct CombineStep final : Step {
  std::vector<Ref> a, b, out;
  bool wide_a = false, wide_b = false, wide_out = false;
  std::vector<int> left_a, left_b;
  int sign = 1;

  void run(Unit *memory, const Rows &rows) const override;
  std::vector<std::vector<Ref> *> refs() override { return {&a, &b, &out}; }
};

/// out[i] = the sum or the largest of in[start[i]] ... in[start[i + 1] - 1].
struct ReduceStep final : Step {
  std::vector<Ref> in, out;
  std::vector<std::size_t> start;
  bool wide_in = false, wide_out = false, largest = false;

  void run(Unit *memory, const Rows &rows) const override;
  std::vector<std::vector<Ref> *> refs() override { return {&in, &out}; }
};

/// out = table[in - lowest].
struct TableStep final : Step {
  std::vector<Ref> in, out;
  bool wide_in = false, wide_out = false;
  int64_t lowest = 0;
  std::vector<int64_t> table;

  void run(Unit *memory, const Rows &rows) const override;
  std::vector<std::vector<Ref> *> refs() override { return {&in, &out}; }
};

/// Softmax over each `count` neighbouring values, quantized: table[d] for d steps below the largest.
struct SoftmaxStep final : Step {
  std::vector<Ref> in, out;
  bool wide_in = false, wide_out = false;
  std::size_t count = 0;
  std::vector<int32_t> table;
  QuantType type;
  int fraction = 0;

  void run(Unit *memory, const Rows &rows) const override;
  std::vector<std::vector<Ref> *> refs() override { return {&in, &out}; }
};

/// out = Quant of a graph input.
struct InputStep final : Step {
  std::size_t input = 0;
  std::vector<Ref> out;
  bool wide_out = false;
  QuantType type;
  int fraction = 0;

  void run(Unit *memory, const Rows &rows) const override;
  std::vector<std::vector<Ref> *> refs() override { return {&out}; }
};

/// For sums of magnitude `bound` of products of integers that are `wide` or not.
Arithmetic arithmetic_for(int64_t bound, bool wide);

/// Sums with constant weights: out[p][m] = bias[m] + sum over k of weight[m][k] * in[index[p][k]], four m at a time,
/// leaving out every k whose four weights are zero. Integers of 64 bits are always written as such.
struct LayerStep final : Step {
  std::size_t positions = 0, fan_in = 0, channels = 0;
  std::vector<Ref> index;  ///< [positions][fan_in]
  std::vector<Ref> out;    ///< [positions][channels]
  bool wide_in = false, wide_out = false;
  Arithmetic arithmetic = Arithmetic::i64;
  std::vector<TermGroup> groups;
  std::vector<uint32_t> terms;  ///< k
  // Weights and biases ([groups][4]) in the type of the arithmetic; the others are empty.
  std::vector<float> weight_f32, bias_f32;
  std::vector<int32_t> weight_i32, bias_i32;
  std::vector<double> weight_f64, bias_f64;
  std::vector<int64_t> weight_i64, bias_i64;

  /// weight: [channels][fan_in], bias: [channels].
  void set_weights(const std::vector<int64_t> &weight, const std::vector<int64_t> &bias);
  void run(Unit *memory, const Rows &rows) const override;
  std::vector<std::vector<Ref> *> refs() override { return {&index, &out}; }
};

/// Products of two activations: out[b][i][j] = sum over k of left[b][i][k] * right[b][k][j].
struct ProductStep final : Step {
  std::size_t batch = 0, rows = 0, inner = 0, columns = 0;
  std::vector<Ref> left, right, out;
  bool wide_left = false, wide_right = false, wide_out = false;
  Arithmetic arithmetic = Arithmetic::i64;

  void run(Unit *memory, const Rows &samples) const override;
  std::vector<std::vector<Ref> *> refs() override { return {&left, &right, &out}; }
};

}  // namespace nac::fw
