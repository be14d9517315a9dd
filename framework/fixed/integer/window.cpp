// SPDX-License-Identifier: Apache-2.0
#include "fixed/integer/window.hpp"

namespace nac::fw {
namespace {

/// Counts through all indices below `extents`, the last dimension first; false after the last one.
bool advance(Shape &index, const Shape &extents) {
  for (std::size_t d = extents.size(); d-- > 0;) {
    if (++index[d] < extents[d]) return true;
    index[d] = 0;
  }
  return false;
}

}  // namespace

Windows windows_of(const Node &node, const Shape &x, const Shape &result) {
  const Shape extents(x.begin() + 2, x.end()), outputs(result.begin() + 2, result.end());
  const Shape &kernel = node.integers("kernel_shape"), &strides = node.integers("strides"),
              &pads = node.integers("pads");
  const bool dilates = node.attributes.count("dilations") != 0;
  Windows w{static_cast<std::size_t>(elements_of(outputs)),
            static_cast<std::size_t>(elements_of(kernel)),
            static_cast<std::size_t>(elements_of(extents)),
            {}};
  Shape position(extents.size(), 0);
  do {
    Shape tap(extents.size(), 0);
    do {
      int64_t offset = 0;
      for (std::size_t d = 0; d < extents.size() && offset >= 0; ++d) {
        const int64_t dilation = dilates ? node.integers("dilations")[d] : 1;
        const int64_t at = position[d] * strides[d] - pads[d] + tap[d] * dilation;
        offset = at < 0 || at >= extents[d] ? -1 : offset * extents[d] + at;
      }
      w.offset.push_back(offset);
    } while (advance(tap, kernel));
  } while (advance(position, outputs));
  return w;
}

}  // namespace nac::fw
