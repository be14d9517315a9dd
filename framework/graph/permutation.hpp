// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "graph/tensor.hpp"

namespace nac::fw {

/// Orders of dimensions as ONNX's Transpose takes them: dimension i of the result is dimension perm[i] of the input.
using Permutation = std::vector<int64_t>;

Permutation to_channels_last(std::size_t rank);   ///< [0, 2, 3, 1] for rank 4
Permutation to_channels_first(std::size_t rank);  ///< [0, 3, 1, 2] for rank 4
Permutation inverse(const Permutation &perm);
/// Of first `a`, then `b`.
Permutation composed(const Permutation &a, const Permutation &b);
bool is_identity(const Permutation &perm);
Shape permuted(const Shape &shape, const Permutation &perm);
Tensor permuted(const Tensor &tensor, const Permutation &perm);
/// The same elements; as many in `shape`.
Tensor with_shape(const Tensor &tensor, const Shape &shape);
/// With leading dimensions of 1 up to `rank`: what broadcasting does.
Shape padded(const Shape &shape, std::size_t rank);

}  // namespace nac::fw
