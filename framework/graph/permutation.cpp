// SPDX-License-Identifier: Apache-2.0
#include "graph/permutation.hpp"

#include <cstring>
#include <numeric>

namespace nac::fw {

Permutation to_channels_last(std::size_t rank) {
  Permutation perm(rank);
  std::iota(perm.begin(), perm.end(), 0);
  if (rank > 2) std::rotate(perm.begin() + 1, perm.begin() + 2, perm.end());
  return perm;
}

Permutation to_channels_first(std::size_t rank) { return inverse(to_channels_last(rank)); }

Permutation inverse(const Permutation &perm) {
  Permutation back(perm.size());
  for (std::size_t i = 0; i < perm.size(); ++i) back[static_cast<std::size_t>(perm[i])] = static_cast<int64_t>(i);
  return back;
}

Permutation composed(const Permutation &a, const Permutation &b) { return permuted(a, b); }

bool is_identity(const Permutation &perm) {
  for (std::size_t i = 0; i < perm.size(); ++i)
    if (perm[i] != static_cast<int64_t>(i)) return false;
  return true;
}

Shape permuted(const Shape &shape, const Permutation &perm) {
  Shape out;
  for (const int64_t p : perm) out.push_back(shape[static_cast<std::size_t>(p)]);
  return out;
}

Tensor permuted(const Tensor &tensor, const Permutation &perm) {
  const Shape shape = permuted(tensor.shape(), perm);
  Shape strides(shape.size(), 1);  // of the input
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * tensor.shape()[i];
  strides = permuted(strides, perm);
  Tensor out(tensor.dtype(), shape);
  const std::size_t size = size_of(tensor.dtype());
  const auto *from = static_cast<const char *>(tensor.raw());
  auto *to = static_cast<char *>(out.mutable_raw());
  Shape at(shape.size(), 0);
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    const int64_t place = std::inner_product(at.begin(), at.end(), strides.begin(), int64_t{0});
    std::memcpy(to + static_cast<std::size_t>(i) * size, from + static_cast<std::size_t>(place) * size, size);
    for (std::size_t d = at.size(); d-- > 0;) {
      if (++at[d] < shape[d]) break;
      at[d] = 0;
    }
  }
  return out;
}

Tensor with_shape(const Tensor &tensor, const Shape &shape) {
  Tensor out(tensor.dtype(), shape);
  if (out.bytes() > 0) std::memcpy(out.mutable_raw(), tensor.raw(), out.bytes());
  return out;
}

Shape padded(const Shape &shape, std::size_t rank) {
  Shape out(rank > shape.size() ? rank - shape.size() : 0, 1);
  out.insert(out.end(), shape.begin(), shape.end());
  return out;
}

}  // namespace nac::fw
