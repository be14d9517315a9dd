// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/model/model.hpp"

#include <bit>
#include <cmath>

namespace nac::hls {

const char *name_of(layer_kind kind) {
  switch (kind) {
    case layer_kind::input: return "input";
    case layer_kind::dense: return "dense";
    case layer_kind::conv: return "conv";
    case layer_kind::max_pool: return "max_pool";
    case layer_kind::sum_pool: return "sum_pool";
    case layer_kind::reduce_sum: return "reduce_sum";
    case layer_kind::reduce_max: return "reduce_max";
    case layer_kind::matmul: return "matmul";
    case layer_kind::add: return "add";
    case layer_kind::concat: return "concat";
    case layer_kind::transpose: return "transpose";
    case layer_kind::table: return "table";
    case layer_kind::softmax: return "softmax";
    case layer_kind::pointwise: return "pointwise";
  }
  return "";
}

int64_t softmax_value(int64_t e, int64_t s, const fixed_type &type) {
  if (e == 0) return assign(int64_t{0}, 0, type);
  // The quotient has 24 or 25 bits, of which a float32 keeps 24, rounded half to even.
  int shift = 24 + static_cast<int>(std::bit_width(static_cast<uint64_t>(s))) -
              static_cast<int>(std::bit_width(static_cast<uint64_t>(e)));
  int64_t quotient = (e << shift) / s;
  const int64_t rest = (e << shift) % s;
  bool half, more;  // what is cut off is at least half a step; it is more than that or less, not just half
  if (quotient >> 24 != 0) {
    half = (quotient & 1) != 0;
    more = rest != 0;
    quotient >>= 1;
    --shift;
  } else {
    half = 2 * rest >= s;
    more = 2 * rest != s;
  }
  if (half && (more || (quotient & 1) != 0)) ++quotient;
  return assign(quotient, shift, type);
}

}  // namespace nac::hls
