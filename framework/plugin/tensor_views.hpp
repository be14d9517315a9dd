// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "graph/tensor.hpp"

namespace nac::fw {

/// Tensors as the ABI wants them: an array of pointers to views.
class TensorViews {
 public:
  explicit TensorViews(const std::vector<Tensor> &tensors) {
    views_.reserve(tensors.size());
    for (const Tensor &t : tensors) views_.emplace_back(t);
    for (const TensorView &v : views_) pointers_.push_back(v.get());
  }
  TensorViews(const TensorViews &) = delete;
  TensorViews &operator=(const TensorViews &) = delete;
  const nac_view *const *data() const { return pointers_.data(); }
  uint32_t count() const { return static_cast<uint32_t>(pointers_.size()); }

 private:
  std::vector<TensorView> views_;
  std::vector<const nac_view *> pointers_;
};

}  // namespace nac::fw
