// SPDX-License-Identifier: Apache-2.0
//
// stream_wishes.hpp: the views that the kernels of a layer read and write.
#pragma once
#include <vector>

#include "hls_backend/emit/stream_view.hpp"

namespace nac::hls {

/// How a layer is done once the views of what it reads are known.
struct layer_views {
  std::vector<view> reads;  ///< those offered, or others where the kernel cannot take them
  view writes;
  bool folded = false, sequential = false;  ///< see process
};
layer_views choose_views(const model &m, const layer &l, const std::vector<view> &offered);

/// The view in which an input of the network is read without being reordered by the first layer that cares.
view wished_view(const model &m, int tensor);

}  // namespace nac::hls
