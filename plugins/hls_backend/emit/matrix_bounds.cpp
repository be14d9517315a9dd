// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/matrix_bounds.hpp"

#include <algorithm>

#include "nac/cpp/error.hpp"

namespace nac::hls {
namespace {

__extension__ using wide = __int128;

int64_t narrowed(wide value, const layer &l) {
  if (value < INT64_MIN || value > INT64_MAX)
    throw failure(NAC_INTERNAL, "layer '" + l.name + "': a bound of its sums needs more than 64 bits");
  return static_cast<int64_t>(value);
}

}  // namespace

matrix_bounds bounds_of_matrix(const layer &l, const bounds &range, int fraction) {
  const weight_matrix &w = l.weights;
  const int products = l.accumulator.fraction() - fraction - w.type.fraction();
  const int bias = l.accumulator.fraction() - w.bias_type.fraction();
  if (products < 0 || products > 62 || (!w.bias.empty() && (bias < 0 || bias > 62)))
    throw failure(NAC_INTERNAL, "layer '" + l.name + "': products with " +
                                    std::to_string(fraction + w.type.fraction()) + " fraction bits and a bias with " +
                                    std::to_string(w.bias_type.fraction()) + " do not lie on the grid of " +
                                    l.accumulator.text());
  bounds in = range;
  const window &g = l.geometry;
  if (l.kind == layer_kind::conv && (g.pad_top | g.pad_left | g.pad_bottom | g.pad_right) != 0)
    in = {std::min<int64_t>(in.low, 0), std::max<int64_t>(in.high, 0)};

  wide low = 0, high = 0, down = 0, up = 0;
  for (int64_t o = 0; o < w.outputs; ++o) {
    const wide b = w.bias.empty() ? 0 : wide{w.bias[static_cast<std::size_t>(o)]} * (wide{1} << bias);
    wide least = b, most = b, negative = std::min<wide>(b, 0), positive = std::max<wide>(b, 0);
    for (int64_t i = 0; i < w.inputs; ++i) {
      const wide factor = wide{w.at(i, o)} * (wide{1} << products);
      const auto [a, c] = std::minmax({factor * in.low, factor * in.high});  // braces: values, not references
      least += a, most += c;
      negative += std::min<wide>(a, 0), positive += std::max<wide>(c, 0);
    }
    low = o == 0 ? least : std::min(low, least);
    high = o == 0 ? most : std::max(high, most);
    down = std::min(down, negative), up = std::max(up, positive);
  }
  return {{narrowed(low, l), narrowed(high, l)}, {narrowed(down, l), narrowed(up, l)}};
}

}  // namespace nac::hls
