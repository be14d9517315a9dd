// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "graph/operators.hpp"

namespace nac::fw {

Typed infer_flatten(OperatorCall &call) {
  const Shape &x = call.input(0).shape;
  if (x.empty()) call.fail("the input is a scalar");
  const auto rank = static_cast<int64_t>(x.size());
  int64_t axis = call.integer("axis");
  if (axis < -rank || axis > rank) call.fail(fmt::format("axis = {}, it must be in [{}, {}]", axis, -rank, rank));
  if (axis < 0) axis += rank;
  (*call.attributes)["axis"] = axis;
  const int64_t cut = axis;
  if (has_batch(x) && cut != 1)
    call.fail(fmt::format("axis = {} would mix the batch with other dimensions, only 1 keeps samples apart", cut));
  const auto product = [](auto first, auto last) {
    return std::accumulate(first, last, int64_t{1}, [](int64_t a, int64_t b) { return a * b; });
  };
  const auto middle = x.begin() + cut;
  const int64_t head = has_batch(x) ? -1 : product(x.begin(), middle);
  return {call.input(0).dtype, {head, product(middle, x.end())}};
}

Typed infer_reshape(OperatorCall &call) {
  const Operand &x = call.input(0);
  const Operand &target = call.input(1);
  if (target.data == nullptr) call.fail(fmt::format("the shape '{}' must be a constant", target.name));
  if (target.dtype != DType::i64 || target.shape.size() != 1)
    call.fail(fmt::format("the shape '{}' is {} {}, it must be a list of int64", target.name, name_of(target.dtype),
                          text_of(target.shape)));
  const auto count = static_cast<std::size_t>(target.shape[0]);
  if (count > 8) call.fail(fmt::format("the shape '{}' has {} entries, at most 8", target.name, count));
  const Shape wanted(target.data->data<int64_t>(), target.data->data<int64_t>() + count);
  const auto shown = fmt::format("[{}]", fmt::join(wanted, ", "));
  const int64_t total = elements_of(x.shape);  // per sample when there is a batch
  const bool batch = has_batch(x.shape);

  Shape out;
  std::size_t open = count;  // position of the -1
  int64_t known = 1;
  for (std::size_t i = 0; i < count; ++i) {
    int64_t d = wanted[i];
    if (d == 0) {
      if (i >= x.shape.size()) call.fail(fmt::format("{} keeps dimension {}, which the input does not have", shown, i));
      d = x.shape[i];
    } else if (d == -1) {
      if (open != count) call.fail(fmt::format("{} leaves more than one dimension open", shown));
      open = i;
    } else if (d < 0) {
      call.fail(fmt::format("{} contains {}", shown, d));
    }
    if (d > 0) {
      if (known > (int64_t{1} << 40) / d) call.fail(fmt::format("{} has more than 2^40 elements", shown));
      known *= d;
    }
    out.push_back(d);
  }
  if (batch) {
    if (count == 0 || out[0] != -1)
      call.fail(fmt::format("{} does not keep the batch: its first entry must be 0, or -1 with {} elements left", shown,
                            total));
    if (wanted[0] == -1 && known != total)
      call.fail(fmt::format("{} would mix the batch with other dimensions: a sample has {} elements, not {}", shown,
                            total, known));
    if (open == 0) open = count;
  }
  if (open != count) {
    if (known == 0 || total % known != 0)
      call.fail(fmt::format("{} leaves {} elements for the open dimension, of {}", shown, known, total));
    out[open] = total / known;
    known = total;
  }
  if (known != total)
    call.fail(fmt::format("{} has {} elements, the input {} has {}{}", shown, known, text_of(x.shape), total,
                          batch ? " a sample" : ""));
  return {x.dtype, out};
}

Typed infer_transpose(OperatorCall &call) {
  const Shape &x = call.input(0).shape;
  if (!call.has_attribute("perm")) {
    Shape reversed(x.size());
    std::iota(reversed.rbegin(), reversed.rend(), 0);
    (*call.attributes)["perm"] = reversed;
  }
  const Shape &perm = call.integers("perm");
  Shape sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  Shape identity(x.size());
  std::iota(identity.begin(), identity.end(), 0);
  if (sorted != identity)
    call.fail(fmt::format("perm [{}] is no permutation of the {} dimensions", fmt::join(perm, ", "), x.size()));
  Shape out;
  for (const int64_t p : perm) out.push_back(x[static_cast<std::size_t>(p)]);
  return {call.input(0).dtype, out};
}

Typed infer_concat(OperatorCall &call) {
  require_same_dtype(call);
  Shape out = call.input(0).shape;
  const auto axis = static_cast<std::size_t>(normalized_axis(call, "axis", out.size()));
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    const Shape &x = call.input(i).shape;
    if (axis == 0 && has_batch(x)) call.fail("axis 0 is the batch: samples must stay independent");
    if (i == 0) continue;
    bool fits = x.size() == out.size();
    for (std::size_t d = 0; fits && d < x.size(); ++d) fits = d == axis || x[d] == out[d];
    if (!fits)
      call.fail(
          fmt::format("input {} of shape {} does not join shape {} along axis {}", i, text_of(x), text_of(out), axis));
    out[axis] += x[axis];
  }
  return {call.input(0).dtype, out};
}

}  // namespace nac::fw
